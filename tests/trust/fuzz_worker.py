"""Tries each target in a process of its own, which a fault in a library may kill.

A target gets a folder: with ``count``, ``status`` (of its process), ``log``, ``current`` (the input tried last) and
``found``, which has an input for each fault and beside it what the fault is. Everything is imported once, and
under guidance by coverage instrumented once; so the module lies outside the package ``fuzz``, which it imports.
"""

from __future__ import annotations

import argparse
import mmap
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

HANGS = 60
"""After how many seconds an input counts as one that hangs."""

MOST = 4 * 2**30
"""How many bytes a process may have."""

LONGEST = 8_192
"""The most bytes of an input that is made under guidance by coverage."""

_HEAVY = ("duckdb", "numpy", "pandas", "pyarrow.compute", "pyarrow.json", "pyarrow.parquet")
_MUTATIONS = 300  # to begin with under guidance by coverage
_NEEDED = 20  # seeds that make a target import what it needs


class Findings:
    """Counts what is tried, and keeps the shortest input of each fault."""

    def __init__(self, folder: Path, run: Callable[[bytes], None]) -> None:
        self.folder, self.run = folder, run
        (folder / "found").mkdir()
        (folder / "count").write_bytes(bytes(8))
        with (folder / "count").open("r+b") as file:
            self.count = mmap.mmap(file.fileno(), 8)  # which outlives a process that is killed
        self.executions = 0
        self.shortest: dict[str, int] = {}

    def attempt(self, data: bytes) -> None:
        """Try an input."""
        from tests.trust.fuzz.target import attempt

        self.executions += 1
        self.count[:] = self.executions.to_bytes(8, "little")
        said = attempt(self.run, data)
        if said and len(data) < self.shortest.get(said, len(data) + 1):
            self.shortest[said] = len(data)
            path = self.folder / "found" / sha256(said.encode()).hexdigest()[:12]
            path.write_bytes(data)
            path.with_suffix(".txt").write_text(said, "utf-8")

    def attempt_timed(self, data: bytes) -> None:
        """Try an input that is kept until it is done, and that may not hang."""
        (self.folder / "current").write_bytes(data)
        signal.alarm(HANGS)
        self.attempt(data)
        signal.alarm(0)


def main() -> None:
    """Try the targets that were asked for, several at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("share", type=float)
    parser.add_argument("processes", type=int)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--guided", action="store_true", help="by coverage, with atheris")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    waiting, running = list(reversed(given.names)), dict[int, Path]()
    with _instrumented(given.guided):
        from tests.trust.fuzz.targets import ALL

        for name in _HEAVY:
            import_module(name)
        while waiting or running:
            while waiting and len(running) < given.processes:
                name = waiting.pop()
                folder = given.folder / name
                folder.mkdir()
                running[_forked(folder, name, ALL[name], given.share, given.guided)] = folder
            process, status = os.wait()
            (running.pop(process) / "status").write_text(str(os.waitstatus_to_exitcode(status)))


def _forked(folder: Path, name: str, target: Any, share: float, is_guided: bool) -> int:
    """Try a target in a process of its own, and return that."""
    if process := os.fork():
        return process
    try:
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT)
        os.dup2(log, 1), os.dup2(log, 2)
        tempfile.tempdir = str(folder)
        _try(folder, name, target, share, is_guided)
    except BaseException:  # noqa: BLE001 (nothing of the parent's may run on here)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _try(folder: Path, name: str, target: Any, share: float, is_guided: bool) -> None:
    from tests.trust.fuzz.targets import regressions, runs

    findings = Findings(folder, target.run)
    for path in regressions(name):
        findings.attempt_timed(path.read_bytes())
    if not is_guided:
        for data in _mutations(target, runs(target, share)):
            findings.attempt_timed(data)
        return
    (folder / "corpus").mkdir()
    for at, data in enumerate(target.seeds()):
        (folder / "corpus" / f"{at:04}").write_bytes(data)
        if at < _NEEDED:
            findings.attempt_timed(data)
    for at, data in enumerate(_mutations(target, _MUTATIONS)):  # which know what JSON is, as guidance does not
        (folder / "corpus" / f"mutation-{at:04}").write_bytes(data)
    _guide(folder, findings, target.words, runs(target, share))


def _mutations(target: Any, runs: int) -> Iterator[bytes]:
    from tests.trust.fuzz.mutation import mutated

    dice, seeds, words = Random(runs), list(target.seeds()), [one.encode() for one in target.words]
    for _ in range(runs):
        yield mutated(dice, seeds, words)


def _guide(folder: Path, findings: Findings, words: tuple[str, ...], runs: int) -> None:
    """Try mutations that reach code which none before them reached; the process ends within."""
    import atheris

    os.chdir(folder)
    escaped = ["".join(f"\\x{one:02x}" for one in word.encode()) for word in words]
    Path("words").write_text("".join(f'"{word}"\n' for word in escaped))
    flags = [f"-runs={runs}", f"-max_len={LONGEST}", f"-timeout={HANGS}", "-rss_limit_mb=0",
             "-artifact_prefix=current-", "-print_final_stats=1", *(["-dict=words"] if words else [])]  # fmt: skip
    atheris.Setup([sys.argv[0], *flags, "corpus"], findings.attempt)
    atheris.Fuzz()


def _instrumented(is_guided: bool) -> Any:
    if not is_guided:
        return nullcontext()
    import atheris

    return atheris.instrument_imports(include=["news_dataset", "tests.trust.fuzz.controls"])


if __name__ == "__main__":
    main()
