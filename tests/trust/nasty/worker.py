"""Runs commands in forked children, each with limits, and says what became of them: one line of JSON in, one out.

Everything that commands load is loaded once, before the first fork, so that a child costs a few milliseconds and its
memory is measured above what an idle interpreter with these libraries has: the most that is resident in the child
(``ru_maxrss``) less what is resident just before the command begins.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

CPU_SECONDS, IDLE_SECONDS = 20, 20
"""After which a child is stopped: of processor time, or without any, since it waits for something."""

ADDRESSES = 8 * 2**30
LOADED = (
    "pyarrow.parquet", "pyarrow.json", "pandas", "duckdb", "jsonschema", "news_dataset.dataset.curation",
    "news_dataset.publish.building", "news_dataset.engine.run", "news_dataset.cli.commands", "news_dataset.checks.own",
    "news_dataset.importers.corpus", "news_dataset.importers.sheets", "news_dataset.curate.canonical",
)  # fmt: skip
_WATCHED = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "pty.spawn")


def main() -> None:
    """Answer each line of standard input."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    for name in LOADED:
        import_module(name)
    from news_dataset.json_schemas import record_schema
    from news_dataset.profile import BASE
    from news_dataset.records import BY_TYPE

    for kind in BY_TYPE:
        record_schema(kind, BASE)
    gc.collect()
    gc.freeze()  # pages that a collection would touch stay shared
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Run a command in a child, and return its exit code or signal, time, memory and what it printed."""
    printed = Path(asked["printed"])
    if not (child := os.fork()):
        _run(asked, printed)
    done, status, used = os.wait4(child, os.WNOHANG)
    worked, since = 0, time.monotonic()
    while not done:
        time.sleep(0.002)
        if (ticks := _ticks(child)) != worked:
            worked, since = ticks, time.monotonic()
        if time.monotonic() - since > IDLE_SECONDS:
            os.kill(child, signal.SIGKILL)
        done, status, used = os.wait4(child, os.WNOHANG)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "cpu": used.ru_utime + used.ru_stime,
        "mib": (used.ru_maxrss - int(_before(printed).read_text())) / 1024,
        "printed": printed.read_bytes().decode("utf-8", "backslashreplace"),
    }


def _ticks(child: int) -> int:
    """Return the processor time of a process so far, in ticks of the kernel."""
    return sum(map(int, Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]))


def _before(printed: Path) -> Path:
    """Return where a child notes what it has before the command."""
    return printed.with_name("before")


def _resident() -> int:
    """Return the resident memory of this process, in KiB."""
    found = Path("/proc/self/statm").read_text().split()[1]
    return int(found) * resource.getpagesize() // 1024


def _run(asked: dict[str, Any], printed: Path) -> None:
    """Run the command in this process, and end it."""
    code = 99
    try:
        output = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        if asked.get("unprivileged"):
            give_up_reading()
        for name in asked.get("off", ()):
            GUARDS[name]()
        sys.addaudithook(_watch)
        from news_dataset.cli import main

        _before(printed).write_text(str(_resident()))
        try:
            code = main(asked["words"])
        except SystemExit as leaving:  # argparse
            code = leaving.code if isinstance(leaving.code, int) else 2
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 (a traceback of the command is what is looked for)
        import traceback

        traceback.print_exception(error)
        sys.stderr.flush()
    finally:
        os._exit(code)


def give_up_reading() -> None:
    """Give up the right of root to read what its modes forbid (capabilities DAC_OVERRIDE and DAC_READ_SEARCH)."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    head, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if libc.capget(head, data):
        raise OSError(ctypes.get_errno(), "capget")
    data[0] &= ~0b110
    if libc.capset(head, data):
        raise OSError(ctypes.get_errno(), "capset")


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _WATCHED:
        os.write(2, f"!! {event} {arguments[:1]!r}\n".encode())


def _without_events() -> None:
    from news_dataset.reader import yamlfile

    yamlfile._refuse = lambda event: None


def _without_depth() -> None:
    from news_dataset.reader import jsonfile, yamlfile

    for module in (jsonfile, yamlfile):
        vars(module)["MAX_DEPTH"] = 10**9


def _without_keys() -> None:
    from news_dataset.reader.document import Places, step

    Places.add_key = lambda self, pointer, key, place, before: step(pointer, key)  # type: ignore[method-assign]


def _without_escapes() -> None:
    import re

    from news_dataset import markup

    markup._UNSAFE = markup._COMMAND = re.compile("(?!)")


def _without_limit() -> None:
    from news_dataset import reader

    vars(reader)["MAX_BYTES"] = 2**40


def _without_links() -> None:
    from news_dataset import files

    files._refuse_irregular = lambda mode: None
    files.os.O_NOFOLLOW = 0  # type: ignore[attr-defined]


GUARDS: dict[str, Callable[[], None]] = {
    "events of YAML": _without_events,
    "depth": _without_depth,
    "duplicate keys": _without_keys,
    "escapes": _without_escapes,
    "size of files": _without_limit,
    "links": _without_links,
}
"""What can be switched off in a child: a harness that does not see that sees nothing."""


if __name__ == "__main__":
    main()
