"""Small changes of the modules that guard, write, publish and compare, and whether their own tests notice them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.trust.harness import Harness, Outcome

WANTED = 0.9
CHECKS = ("rulebook", "checks", "mutants")
MODULES: dict[str, tuple[str, ...]] = {
    "markup": ("markup", "notebook_html", "guards", "reporters", "reporters_github"),
    "reader.yamlfile": ("reader", "mutants"),
    "files": ("files", "reader", "mutants"),
    "importers.archive": ("import_archive", "import_archive_limits"),
    "strict_json": ("strict_json", "guards", "reader"),
    "atomic": ("atomic", "exchange"),
    "journal": ("journal", "journal_steps"),
    "filesystem": ("locks", "syncing", "exchange"),
    "manifest": ("manifest", "released"),
    "publish.release": ("release", "verify"),
    "spans": ("spans", "quotation", "restoration"),
    "restoration": ("restoration", "restored_article"),
    "checks.evidence": (*CHECKS, "evidence_rules"),
    "checks.references": (*CHECKS, "reference_rules"),
    "checks.duplicates": (*CHECKS, "duplicates"),
    "checks.policy": ("policy",),
}
"""The modules, and the tests that have to notice their mutants."""

_TASTE = "how much of a long path is shown is a matter of taste"
_LONG = "where the room for a prefix and a suffix begins is a matter of taste"
_SAME = "they are as many, since one was made of the other"
_FLAG = "the flag is there on every system on which tests run"
_ROOM = "how much is read, or may be, is a matter of taste, as long as it is bounded"
_FIRST_FLAG = "the first flag is refused anyway"
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("markup", "_HEAD, _TAIL = 100, 280", "100 -> 101"): _TASTE,
    ("markup", "_HEAD, _TAIL = 100, 280", "280 -> 281"): _TASTE,
    ("markup", "_LONG = re.compile", "20 -> 21"): _TASTE,
    ("files", "flags = getattr", "0 -> 1"): _FLAG,
    ("journal", "_WRITERS = 16", "16 -> 17"): "how many are synced at once changes the time alone",
    ("journal", "_MAX_DEPTH = 6", "6 -> 7"): "how far up is looked is a matter of taste, as long as it is far enough",
    ("journal", "for change, path in zip(", "True -> False"): _SAME,
    ("journal", "for change, path, digest in zip(", "True -> False"): _SAME,
    ("journal", "return []", "return [] -> return None"): "no changes are nothing to do, and so is None",
    ("filesystem", "_MAX_NAME = 220", "220 -> 221"): _LONG,
    (
        "filesystem",
        "is_long = ",
        "len(os.fsencode(path.name)) > _MAX_NAME -> len(os.fsencode(path.name)) >= _MAX_NAME",
    ): _LONG,
    ("filesystem", "flags = os.O_RDWR", "0 -> 1"): _FLAG,
    ("manifest", "SMALL = ", "8 -> 9"): _ROOM,
    ("manifest", "SMALL = ", "2 -> 3"): _ROOM,
    ("manifest", "SMALL = ", "20 -> 21"): _ROOM,
    ("manifest", "_MAX_BYTES = ", "16 -> 17"): _ROOM,
    ("manifest", "_MAX_BYTES = ", "2 -> 3"): _ROOM,
    ("manifest", "_MAX_BYTES = ", "20 -> 21"): _ROOM,
    ("manifest", "_CHUNK = ", "2 -> 3"): _ROOM,
    ("manifest", "_CHUNK = ", "20 -> 21"): _ROOM,
    ("manifest", "data = _read_limited", "1 -> 2"): _ROOM,
    ("manifest", "return file.read(min", "1 -> 2"): "one byte more than the limit is enough to refuse",
    ("manifest", "found = describe_file", "-1 -> 1"): "the hash of a single byte is not compared either",
    ("spans", "_NOT_ALPHANUMERIC = ", "128 -> 129"): "a text in ASCII has no such character",
    ("spans", "if cache.get(mark", "cache.get(mark, 0) < start -> cache.get(mark, 0) <= start"): "it is found again",
    ("files", "data = file.read()", "1 -> 2"): "one byte more than the limit is enough to refuse",
    ("importers.archive", "_UNSAFE_FLAGS", "32 -> 33"): _FIRST_FLAG,
    ("importers.archive", "_UNSAFE_FLAGS", "64 -> 65"): _FIRST_FLAG,
    ("importers.archive", "_UNSAFE_FLAGS", "8192 -> 8193"): _FIRST_FLAG,
    ("importers.archive", "name = file.read(name_length)", "2048 -> 2049"): "with that flag it is refused before",
    ("importers.archive", "data = unpacker.decompress", "1 -> 2"): "one byte more than declared is enough to refuse",
    ("importers.archive", "file.seek(max(0", "65535 -> 65536"): "one byte more is read, in which no end begins",
}
"""By module, beginning of the line and change, why nobody could notice it, or why it does not matter.

Each was looked at by itself.
"""


@dataclass(frozen=True)
class Tried:
    """What became of the mutants of a module.

    Args:
        module: the module.
        count: how many could be noticed.
        alive: those that no test noticed, one line each.
        fault: why they could not be tried, or do not count; else empty.
    """

    module: str
    count: int = 0
    alive: Sequence[str] = ()
    fault: str = ""

    def __str__(self) -> str:
        """Return the numbers, or what is wrong, and a line for each mutant that was not noticed."""
        numbers = f"{self.count - len(self.alive)} of {self.count} noticed"
        return "\n  ".join([f"{self.module}: {self.fault or numbers}", *self.alive])

    @property
    def is_good(self) -> bool:
        """Whether enough were noticed."""
        return not self.fault and len(self.alive) <= (1 - WANTED) * self.count


def tried(module: str, share: float, folder: Path) -> Tried:
    """Try mutants of a module, and print what became of them."""
    folder.mkdir()
    tests = [f"tests/test_{name}.py" for name in MODULES[module]]
    given = {"module": f"news_dataset.{module}", "tests": tests, "share": share, "folder": str(folder)}
    command = [sys.executable, "-m", "tests.trust.mutant_worker", json.dumps(given)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or not lines or lines[0]["code"] != 0:
        found = Tried(module, fault=f"the tests fail without a mutant: {done.stderr[-300:] or lines}")
    else:
        fault = "" if lines[1]["same"] == "survived" else "as it is, written anew, it fails its tests"
        found = Tried(module, *score(lines[2:], module), fault)
    print(found, file=sys.stderr, flush=True)
    return found


def score(found: Sequence[dict[str, Any]], module: str) -> tuple[int, list[str]]:
    """Return how many mutants of a module could be noticed, and those that were not."""
    could = [one for one in found if not is_equivalent(module, one)]
    alive = [f"{module}:{one['line']} {one['found']}: {one['change']}" for one in could if one["found"] != "killed"]
    return len(could), alive


def is_equivalent(module: str, one: dict[str, Any]) -> bool:
    """Return whether nobody could notice a mutant, as ``EQUIVALENT`` says."""
    return any(
        (name, change) == (module, one["change"]) and one["code"].startswith(start)
        for name, start, change in EQUIVALENT
    )


def run(share: float, folder: Path) -> Outcome:
    """Try mutants of each module; a small share those of the first module alone."""
    if not hasattr(os, "fork"):
        return Outcome(0, ["Windows cannot fork"], "")
    modules = [*MODULES][: None if share >= 0.02 else 1]
    with ThreadPool(2) as pool:
        found = pool.starmap(tried, [(name, share, folder / name) for name in modules], chunksize=1)
    count = sum(one.count for one in found)
    same, noticed = sum(not one.fault for one in found), count - sum(len(one.alive) for one in found)
    control = f"{same} modules written anew without a change pass; {noticed} of {count} mutants noticed"
    return Outcome(count, [str(one) for one in found if not one.is_good], control)


HARNESS = Harness(
    "At least nine of ten small changes of the code that guards, writes, publishes and compares break its own tests.",
    run,
    tests_try=0.01,
)
