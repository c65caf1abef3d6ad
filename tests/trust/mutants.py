"""Small changes of the modules that guard, write, publish and compare, and whether their own tests notice them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.trust.harness import Harness, Outcome

WANTED = 0.9
CHECKS = ("rulebook", "checks", "mutants")
MODULES: dict[str, tuple[str, ...]] = {
    "markup": ("reporters", "reporters_github"),
    "reader.yamlfile": ("reader", "mutants"),
    "files": ("files", "reader", "reader_budgets", "mutants"),
    "importers.archive": ("import_archive",),
    "strict_json": ("reader", "import_label_studio", "import_doccano", "import_reports"),
    "atomic": ("writing", "filesystem", "full_disk", "publish"),
    "journal": ("journal", "filesystem", "full_disk", "publish"),
    "filesystem": ("filesystem", "odd_folders"),
    "manifest": ("publish", "released", "parts_refused"),
    "publish.release": ("publish", "filesystem", "odd_folders"),
    "spans": ("spans", "restoration", "quotation", "text_doc", "mutants"),
    "restoration": ("restoration",),
    "checks.evidence": CHECKS,
    "checks.references": CHECKS,
    "checks.duplicates": CHECKS,
    "checks.policy": CHECKS,
}
"""The modules, and the tests that have to notice their mutants."""

EQUIVALENT: dict[tuple[str, str], str] = {}
"""By module and change, why nobody could notice it. Looked at one by one."""


def tried(module: str, share: float, folder: Path) -> list[dict[str, Any]]:
    """Return what a worker said of the mutants of a module."""
    folder.mkdir()
    tests = [f"tests/test_{name}.py" for name in MODULES[module]]
    given = {"module": f"news_dataset.{module}", "tests": tests, "share": share, "folder": str(folder)}
    command = [sys.executable, "-m", "tests.trust.mutant_worker", json.dumps(given)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or not lines or lines[0]["code"] != 0:
        raise RuntimeError(f"the tests of {module} fail without a mutant: {done.stderr[-300:] or lines}")
    return lines[1:]


def score(found: Sequence[dict[str, Any]], module: str) -> tuple[int, list[str]]:
    """Return how many mutants of a module could be noticed, and those that were not."""
    could = [one for one in found if (module, one["change"]) not in EQUIVALENT]
    alive = [f"{module}:{one['line']} {one['found']}: {one['change']}" for one in could if one["found"] != "killed"]
    return len(could), alive


def run(share: float, folder: Path) -> Outcome:
    """Try mutants of each module; a small share those of the first module alone."""
    if not hasattr(os, "fork"):
        return Outcome(0, ["Windows cannot fork"], "")
    modules = [*MODULES][: None if share >= 0.02 else 1]
    with ThreadPool(2) as pool:
        found = pool.starmap(lambda name: tried(name, share, folder / name), [(name,) for name in modules])
    same = sum(one[0]["same"] == "survived" for one in found)
    scores = {name: score(one[1:], name) for name, one in zip(modules, found, strict=True)}
    failures = [f"{name} as it is, written anew, fails its tests" for name, one in zip(modules, found, strict=True)
                if one[0]["same"] != "survived"]  # fmt: skip
    for name, (count, alive) in scores.items():
        if count and 1 - len(alive) / count < WANTED:
            failures += [f"{name}: {count - len(alive)} of {count} noticed", *alive]
    count = sum(one for one, _ in scores.values())
    killed = count - sum(len(alive) for _, alive in scores.values())
    control = f"{same} modules written anew without a change pass; {killed} of {count} mutants noticed"
    return Outcome(count, failures, control)


HARNESS = Harness(
    "At least nine of ten small changes of the code that guards, writes, publishes and compares break its own tests.",
    run,
    tests_try=0.01,
)
