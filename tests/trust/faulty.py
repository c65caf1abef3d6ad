"""Runs commands in which the n-th change of the disk fails, or kills, or takes its time."""

from __future__ import annotations

import json
import mmap
import os
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

KINDS = {"no space": 1, "I/O error": 2, "killed": 3, "full from here": 4, "read-only from here": 5, "delay": 6,
         "SIGTERM": 7, "SIGINT": 8}  # fmt: skip
"""What becomes of a change; the numbers are those of ``shim.c``."""

_WAITS = 28  # where the plan says that a delayed command waits
_PLAN = struct.Struct("=qqiiii1024s1024s65536s")


def shim(folder: Path) -> Path:
    """Build what is preloaded; skip the test where that cannot be."""
    made = folder / "shim.so"
    if sys.platform != "linux" or not shutil.which("cc"):
        pytest.skip("faults are put in by a library that is preloaded, which needs Linux and a C compiler (cc)")
    source = Path(__file__).with_name("shim.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


@dataclass(frozen=True)
class Run:
    """How a run ended.

    Args:
        code: its exit code; negative for the number of a signal.
        seconds: how long it took.
        worked: how many seconds of the processor it took.
        said: what it printed on standard error.
        changes: a letter for each change of the disk that was counted.
        at: the change that failed; empty if there were not as many.
    """

    code: int
    seconds: float
    worked: float
    said: str
    changes: str
    at: str


class Faulty:
    """A process that runs commands with faults, all below one folder.

    Args:
        library: what ``shim`` built.
        folder: a new folder, of this process alone.
        watched: the folder in which everything fails; None for one in *folder*.
        is_light: whether the commands use neither pandas nor DuckDB.
    """

    def __init__(self, library: Path, folder: Path, watched: Path | None = None, *, is_light: bool = False) -> None:
        folder.mkdir(parents=True)
        self.watched = watched or folder / "watched"
        self.watched.mkdir(exist_ok=True)
        self.place = self.watched / "place"
        self.temporary = self.watched / "temporary"
        self.temporary.mkdir(exist_ok=True)
        self._log, plan = folder / "log", folder / "plan"
        plan.write_bytes(bytes(_PLAN.size))
        with open(plan, "r+b") as file:
            self._plan = mmap.mmap(file.fileno(), _PLAN.size)
        environment = os.environ | {"LD_PRELOAD": str(library), "FAULT_PLAN": str(plan), "TMPDIR": str(self.temporary),
                                    "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "0"}  # fmt: skip
        command = [sys.executable, "-B", "-W", "ignore", "-m", "tests.trust.forked", *["--light"] * is_light]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
        self._is_ready = False

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def prepare(self, template: Path) -> None:
        """Make the place a copy of a folder."""
        for folder in (self.place, self.temporary):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(template, self.place, symlinks=True)
        self.temporary.mkdir()

    def start(self, words: list[str], kind: str = "", at: int = 0, *, exchanges: bool = True,
              **options: Any) -> None:  # fmt: skip
        """Begin to run a command in the place; see ``end``. One with a delay waits there until ``release``."""
        self._is_ready = self._is_ready or self._answer() == {}
        root = str(self.watched).encode()
        packed = _PLAN.pack(0, at, KINDS.get(kind, 0), 0, not exchanges, 1, root, b"", b"")
        self._plan[:] = packed
        run = {"words": words, "cwd": str(self.place), "log": str(self._log), **options}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(run) + "\n")
        self._process.stdin.flush()

    def release(self) -> None:
        """Let a command go on that is delayed."""
        self._plan[_WAITS : _WAITS + 4] = bytes(4)

    @property
    def is_delayed(self) -> bool:
        """Whether the change that was to be delayed has been reached."""
        return bool(_PLAN.unpack(self._plan[:])[3])

    def end(self) -> Run:
        """Wait for the command, and say how it ended."""
        answer = self._answer()
        count, _, _, hit, _, _, _, what, changes = _PLAN.unpack(self._plan[:])
        status = answer["status"]
        code = -9 if status == -1 else os.waitstatus_to_exitcode(status)
        said = Path(f"{self._log}.err").read_text("utf-8", "replace")
        at = what.rstrip(b"\0").decode(errors="replace") if hit else ""
        return Run(code, answer["seconds"], answer["worked"], said, changes[:count].decode(), at)

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def run(self, words: list[str], kind: str = "", at: int = 0, **options: Any) -> Run:
        """Run a command; the *at*-th change of the disk fails in a way, if one is given."""
        self.start(words, kind, at, **options)
        return self.end()
