"""A process that imports everything once and forks itself for each call, whose end, time and memory it reports."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.conftest import ROOT

MOST_ADDRESSES = 6 * 2**30
"""Bytes of address space of a call, so that what is without bounds ends before the machine suffers."""


@dataclass(frozen=True)
class Done:
    """How a call ended: the exit code (of a signal, negative), what it printed, its peak of memory in KiB."""

    code: int
    out: str
    seconds: float
    peak: int

    @property
    def fault(self) -> str:
        """What no call may do whatever it is given; empty where it did nothing of that."""
        if self.code in (-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL):
            return "it hangs"
        if self.code < 0:
            return f"signal {-self.code}"
        if self.code not in (0, 1, 2, 3, 4, 5):
            return f"exit {self.code}: {self.out[-300:]}"
        if "Traceback" in self.out:
            return f"traceback: {self.out[-300:]}"
        return "" if self.code == 0 or self.out.strip() else f"exit {self.code} without a word"


class Forks:
    """The process; use it in a ``with`` block."""

    def __enter__(self) -> Self:
        environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONPATH": str(ROOT)}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.forks"], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(self, *error: object) -> None:
        self._server.communicate()

    def run(self, arguments: Sequence[object], cwd: Path, seconds: int = 60) -> Done:
        """Run the command, or what ``CALLS`` has, in a folder; kill it after some seconds of the processor."""
        assert self._server.stdin
        assert self._server.stdout
        call = {"arguments": [str(one) for one in arguments], "cwd": str(cwd), "seconds": seconds}
        print(json.dumps(call), file=self._server.stdin, flush=True)
        return Done(**json.loads(self._server.stdout.readline()))


def _load(folder: str) -> None:
    import news_dataset as nd

    ds = nd.Dataset.open(folder)
    ds.load_all()


def _batches(folder: str, table: str) -> None:
    import news_dataset as nd

    for _ in nd.Dataset.open(folder).iter_batches(table):  # type: ignore[arg-type]
        pass


def _records(folder: str, table: str) -> None:
    import news_dataset as nd

    for _ in nd.Dataset.open(folder).iter_records(table):  # type: ignore[call-overload]
        pass


def _read_table(path: str) -> None:
    import pyarrow.parquet as pq

    len(pq.read_table(path).to_pandas())


CALLS: dict[str, Callable[..., None]] = {
    "load": _load, "iter_batches": _batches, "iter_records": _records, "pyarrow": _read_table,
}  # fmt: skip
"""Calls of Python, beside the commands; the last is for controls."""


def _called(arguments: list[str]) -> int:
    """Make a call in a child, and return its exit code."""
    from news_dataset.cli import main
    from news_dataset.errors import NewsDatasetError

    if arguments[0] not in CALLS:
        return main(arguments)
    try:
        CALLS[arguments[0]](*arguments[1:])
    except NewsDatasetError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _serve() -> None:
    """Fork for each line that comes, and answer with what became of the child."""
    import tempfile
    import time

    _import_everything()
    for line in sys.stdin:
        call = json.loads(line)
        with tempfile.TemporaryFile() as out:
            start = time.monotonic()
            child = os.fork()
            if child == 0:
                _child(call, out.fileno())
            _, status, usage = os.wait4(child, 0)
            out.seek(0)
            text = out.read(200_000).decode("utf-8", "replace")
            answer: dict[str, Any] = {
                "code": os.waitstatus_to_exitcode(status), "out": text, "peak": usage.ru_maxrss,
                "seconds": time.monotonic() - start,
            }  # fmt: skip
        print(json.dumps(answer), flush=True)


def _import_everything() -> None:
    import duckdb
    import pandas
    import pyarrow.compute
    import pyarrow.dataset
    import pyarrow.parquet

    import news_dataset.cli.commands
    import news_dataset.explorer
    import news_dataset.exporters
    import news_dataset.publish
    import news_dataset.query
    import news_dataset.validation
    from news_dataset.tabular import tables

    tables()
    assert duckdb, pandas
    assert pyarrow, news_dataset


def _child(call: dict[str, Any], out: int) -> None:
    """Make a call and end the process."""
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="backslashreplace")
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)
        os.chdir(call["cwd"])
        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (call["seconds"], call["seconds"]))  # a busy machine is no fault
        signal.alarm(10 * call["seconds"])  # whose default is to kill
        code = _called(call["arguments"])
    except SystemExit as error:  # of argparse
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 (the report of what went wrong)
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
