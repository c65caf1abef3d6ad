"""Fuzzing: everything that reads bytes from strangers, by coverage where atheris is installed, else by plain mutations.

A target is a function from bytes to nothing, which raises only if a promise is broken: an error that is not documented,
more than 2 s or 256 MiB, a reader that contradicts another. An input that does so is kept below ``regressions``, where
every run, and the tests of every commit, try it first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from tests.conftest import ROOT
from tests.trust.fuzz import controls, targets
from tests.trust.harness import Harness, Outcome

LEAST = 0.01
"""From this share on targets are guided by coverage if atheris is installed, and all controls are tried."""


def run(share: float, folder: Path) -> Outcome:
    """Try every target, several at once; then the controls."""
    is_large = share >= LEAST
    is_guided = is_large and find_spec("atheris") is not None
    count, failures = _tried(folder / "targets", share, is_guided, list(targets.TARGETS))
    said, missed = _control(folder, is_large, is_guided)
    how = "guided by coverage" if is_guided else "plain mutations"
    return Outcome(count, failures + missed, f"{how}; {said}")


def _tried(folder: Path, share: float, is_guided: bool, names: list[str]) -> tuple[int, list[str]]:
    """Return how many inputs were tried with targets, and a line for each fault; its input is kept."""
    folder.mkdir()
    processes = os.environ.get("FUZZ_PROCESSES", str(os.cpu_count() or 1))
    command = [sys.executable, "-m", "tests.trust.fuzz_worker", str(folder), str(share), processes, *names]
    path = os.pathsep.join([str(ROOT), *sys.path])
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [*command, *(["--guided"] if is_guided else [])], cwd=ROOT, stdout=log, stderr=log,
            env=os.environ | {"PYTHONPATH": path, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
    total, failures = 0, list[str]()
    for name in names:
        count, found = _count(folder / name), list(_found(folder / name))
        total, failures = total + count, failures + found
        if share >= LEAST:
            print(f"  {name:<14} {count:>9,} {len(found):>9,}", flush=True)
    return total, failures


def _count(folder: Path) -> int:
    path = folder / "count"
    return int.from_bytes(path.read_bytes(), "little") if path.is_file() else 0


def _found(folder: Path) -> Iterator[str]:
    """Yield a line for each fault of a target."""
    for path in sorted(folder.glob("found/*.txt")):
        said = path.read_text("utf-8")
        yield f"{folder.name}: {said}: {_keep(folder.name, path.with_suffix('').read_bytes(), said)}"
    status = (folder / "status").read_text() if (folder / "status").is_file() else "not begun"
    if status != "0":
        died = [one for one in sorted(folder.glob("current*")) if one.stat().st_size]
        input_ = _keep(folder.name, died[-1].read_bytes(), "died") if died else "none"
        log = folder / "log" if (folder / "log").is_file() else folder.parent / "log"
        yield f"{folder.name}: the process ended with {status}, input {input_}: {log.read_bytes()[-500:]!r}"


def _keep(name: str, data: bytes, said: str) -> str:
    """Keep an input as a regression of a target, and return its name."""
    if name in controls.TARGETS:
        return "not kept"
    path = targets.REGRESSIONS / name / sha256(said.encode() + data).hexdigest()[:12]
    if not any(one.read_bytes() == data for one in targets.regressions(name)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return path.name


def _control(folder: Path, is_large: bool, is_guided: bool) -> tuple[str, list[str]]:
    """Return what the controls showed, and which of them were not noticed."""
    found = controls.planted(controls.PLANTED if is_large else controls.QUICK)
    missed = [f"{name} does not notice that {controls.PLANTED[name][0]}" for name, at in found.items() if not at]
    said = f"{len(found) - len(missed)} of {len(found)} guards that were switched off noticed"
    said += f" within {max(found.values()):,} inputs"
    if is_large and not _tried(folder / "death", 1, False, ["death"])[1]:
        missed.append("a process that dies is not noticed")
    if is_guided:
        _, guessed = _tried(folder / "magic", 1, True, ["magic"])
        missed += [] if guessed else ["a word that is guessed letter by letter is not found"]
        said += "; a word of four letters guessed by coverage" if guessed else ""
    return said, missed


HARNESS = Harness(
    "Whatever bytes a record, manifest, table, archive or file of annotations has: it is read as promised or refused, "
    "within 2 s and 256 MiB.",
    run,
    tests_try=0.0001,
)
