"""Inputs of public bug reports and of attacks, with two siblings of each kind.

``cases.yaml`` lists them. Each case is a program that says PASS or FAIL; it runs where ``../shared/cases`` is there,
from a copy in which commands are spelled as they are today. Its siblings are tests of this repository.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT, SHARED
from tests.trust.harness import Harness, Outcome

FROM = SHARED / "cases"
QUICK = "hostile/40"
"""The case that the tests of every commit run: two seconds."""

_EVERYWHERE = (
    (r'"--in",rel', "rel"),
    (r'("get","person/nobody"),rel', r'\1,"-C",rel'),
    (r'"--in",d\)', "d)"),
    (r'"--in","\."', '"."'),
    (re.escape('if k not in ("PYTHONPATH",)'), "if k"),
)
"""Spellings that are other ones in all cases: ``--in``; and the code that is tried is that of this checkout."""


@cache
def listed() -> dict[str, dict[str, Any]]:
    """Return what is known of each case, by its number."""
    return dict(yaml.safe_load((ROOT / "tests" / "trust" / "cases.yaml").read_text("utf-8")))


def numbers() -> set[str]:
    """Return the numbers of the cases that there are."""
    places = [*FROM.glob("[0-9]*/run.sh"), *FROM.glob("hostile/[0-9]*/run.sh")]
    return {re.sub(r"^((hostile/)?[0-9]+)-.*", r"\1", str(one.parent.relative_to(FROM))) for one in places}


def unknown_tests() -> Iterator[str]:
    """Yield each sibling that is no test of this repository, and each case that has not two."""
    for number, case in listed().items():
        if len(set(case["siblings"])) != 2:
            yield f"{number}: expected 2 siblings, found {len(set(case['siblings']))}"
        for file, _, test in (one.partition("::") for one in case["siblings"]):
            path = ROOT / "tests" / f"test_{file}.py"
            if not path.is_file() or test not in _tests(path):
                yield f"{number}: there is no test {file}::{test}"


@cache
def _tests(path: Path) -> set[str]:
    return {one.name for one in ast.parse(path.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)}


def copied(folder: Path) -> tuple[Path, list[str]]:
    """Return a copy of all cases with today's spellings, and which spellings were found nowhere."""
    copy, lost = Path(shutil.copytree(FROM, folder / "cases")), []
    for path in copy.glob("hostile/**/*.py"):
        text = path.read_text("utf-8")
        for old, new in _EVERYWHERE:
            text = re.sub(old, new, text)
        path.write_text(text, "utf-8")
    for number, case in listed().items():
        for file, old, new, _ in case.get("adapted", ()):
            for path in copy.glob(f"{number}-*/{file}"):
                text = path.read_text("utf-8")
                lost += [] if old in text else [f"{number}: {old!r} is not in {file}"]
                path.write_text(text.replace(old, new), "utf-8")
    return copy, lost


def is_left_out(number: str) -> bool:
    """Return whether a case is not run, or needs a program that is not there."""
    case = listed()[number]
    needs = case.get("needs", {})
    return "left_out" in case or not all(
        (Path(os.environ.get(name, "")) / file).exists() and os.environ.get(name) for name, file in needs.items()
    )


def tried(copy: Path, number: str, folder: Path, python: Path) -> str:
    """Run a case; return what fails of it."""
    [program] = copy.glob(f"{number}-*/run.sh")
    work = folder / number.replace("/", "-")
    (work / "small").mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"ND_VENV": str(python), "SRC": str(ROOT), "ND_WORK": str(work)}
    environment |= {"PYTHONPATH": str(ROOT), "TMPDIR": str(work)}
    found = subprocess.run(
        ["bash", str(program)], env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    said = [line for line in found.stdout.splitlines() if line.startswith("FAIL")]
    shutil.rmtree(work, ignore_errors=True)
    return "" if found.returncode == 0 else f"{number}: {(said or [found.stderr[-200:] or 'no PASS'])[0]}"


def broken(folder: Path) -> Path:
    """Make an environment whose command says it is a bug, whatever it is asked."""
    command = folder / "broken" / "bin" / "news-dataset"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\necho 'Traceback: another build is replacing it' >&2\nexit 70\n")
    command.chmod(0o755)
    command.with_name("python").symlink_to(sys.executable)
    return command.parent.parent


def run(share: float, folder: Path) -> Outcome:
    """Try the cases where they are there, then their siblings."""
    failures, cases, control = list(unknown_tests()), 2 * len(listed()), "siblings alone: the cases are not here"
    if FROM.is_dir():
        failures += [f"{number}: is not in both lists" for number in sorted(numbers() ^ set(listed()))]
        copy, lost = copied(folder)
        failures += lost
        to_run = [one for one in listed() if not is_left_out(one)] if share == 1 else [QUICK]
        failures += [found for one in to_run if (found := tried(copy, one, folder, Path(sys.prefix)))]
        seen = bool(tried(copy, QUICK, folder, broken(folder)))
        failures += [] if seen else ["control: a command that only fails passes a case"]
        cases, control = cases + len(to_run), f"a command that always exits with 70 fails case {QUICK}"
    if share == 1:
        failures += siblings()
    return Outcome(cases, failures, control)


def siblings() -> list[str]:
    """Run all siblings; return those that fail."""
    nodes = sorted(
        {
            f"tests/test_{file}.py::{test}"
            for case in listed().values()
            for file, _, test in (one.partition("::") for one in case["siblings"])
        }
    )
    words = [sys.executable, "-m", "pytest", "-q", "-rf", "--no-header", *nodes]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    failed = [line for line in found.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed or ([] if found.returncode == 0 else [found.stdout[-300:]])


HARNESS = Harness("Each input that once hurt, and two siblings of its kind, does no harm.", run, tests_try=0.01)
