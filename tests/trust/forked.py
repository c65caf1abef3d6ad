"""The process that ``tests.trust.faulty`` drives: it forks for each run, since to start Python anew takes a second.

Reads one run a line from standard input, as JSON, and answers with its wait status and how long it took.
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
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def call(words: list[str]) -> int:
    """Run the command, or a function of ``tests.trust.writers`` that is named by ``:name``."""
    if not words[0].startswith(":"):
        from news_dataset.cli import main

        return main(words)
    from news_dataset.errors import NewsDatasetError
    from tests.trust import writers

    function: Callable[[], None] = getattr(writers, words[0][1:])
    try:
        function()
    except NewsDatasetError as error:
        print(f"news-dataset: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def child(run: dict[str, Any]) -> None:
    """Run in a process that does nothing else, with its output in files; never returns."""
    code = 99
    try:
        os.chdir(run["cwd"])
        for at, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{run['log']}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), at)
        if limit := run.get("file_size"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        code = call(run["words"])
    except BaseException:  # noqa: BLE001 (a process that was forked ends here, whatever comes)
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def wait(pid: int, seconds: float | None, most: float) -> int:
    """Wait for a process, which is killed after some seconds, if any are given; return its status."""
    begun = time.monotonic()
    if seconds is not None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        if time.monotonic() - begun > most:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return -1
        time.sleep(0.001)


def warm(folder: Path, is_light: bool) -> None:
    """Let the writers import what they use, and keep what they derive once, such as schemas.

    Args:
        folder: an empty folder.
        is_light: whether none of them uses pandas, pyarrow or DuckDB, which take a second.
    """
    from tests.trust.writers import dataset

    dataset(folder)
    for words in (["init", folder / "new"], ["fmt", folder / "d"], *([] if is_light else [["build", folder / "d"]])):
        assert call([*map(str, words)]) == 0
    if not is_light:
        import pandas  # noqa: F401
    gc.collect()
    gc.freeze()


def worked() -> float:
    """Return how many seconds of the processor the processes took that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Answer one run after the other."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with TemporaryDirectory() as folder:
        warm(Path(folder), "--light" in sys.argv)
    print(json.dumps({}), file=answers, flush=True)
    for line in sys.stdin:
        run = json.loads(line)
        begun, before = time.monotonic(), worked()
        pid = os.fork()
        if not pid:
            answers.close()
            child(run)
        status = wait(pid, run.get("kill_after"), run.get("most", 300))
        print(
            json.dumps({"status": status, "seconds": time.monotonic() - begun, "worked": worked() - before}),
            file=answers,
            flush=True,
        )


if __name__ == "__main__":
    main()
