"""Runs a module as ``python -m`` does, and notes what it imported: ``python launch.py FILE MODULE ARGUMENTS``.

``-c CODE`` in place of a module runs code. ``python launch.py FILE`` imports what another run noted, and
nothing else, so that the cost of imports is known. With ``BENCH_PROFILE`` set, the functions of the package that took
longest are printed.
"""

from __future__ import annotations

import atexit
import os
import runpy
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run or import."""
    file, *command = sys.argv[1:]
    sys.path.pop(0)  # the folder of this file
    if not command:
        for name in Path(file).read_text("utf-8").split():
            with suppress(Exception):
                import_module(name)
        return
    atexit.register(lambda: Path(file).write_text("\n".join(_imported()), "utf-8"))
    if os.environ.get("BENCH_PROFILE"):
        _profile()
    if command[0] == "-c":
        exec(command[1], {"__name__": "__main__"})
    else:
        sys.argv = command
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def _imported() -> list[str]:
    return [name for name in list(sys.modules) if not name.endswith("__main__") and " " not in name]


def _profile() -> None:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.enable()

    def show() -> None:
        profile.disable()
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats("news_dataset", 30)

    atexit.register(show)


if __name__ == "__main__":
    main()
