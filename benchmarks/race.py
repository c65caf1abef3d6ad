"""One group's race: rounds of fresh processes in turn, and what they found against what was planted."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.contest import Contestant, Group
from benchmarks.made import ROOT, Data, Made, say

SLOW = 25
"""Who takes longer than so many seconds in the first round is not run again, so that a run has an end."""

PATIENCE = 3600
"""Seconds after which a process is ended and the contestant left alone."""


@dataclass(frozen=True)
class Race:
    """Runs groups.

    Args:
        data: the files.
        python: the interpreter of every process, of ours and of peers.
        rounds: how many.
    """

    data: Data
    python: str
    rounds: int

    def run(self, group: Group) -> dict[str, Any]:
        """Run a group and return what each round took, by contestant."""
        present = [one for one in group.contestants if self._has(one)]
        made = {one.name: self._made(one) for one in present}
        for path in {some.path for some in made.values()}:
            _warm(path)
        runs: dict[str, list[dict[str, Any]]] = {one.name: [] for one in present}
        for number in range(1, self.rounds + 1):
            for one in present:
                if number > 1 and (one.is_once or _is_over(runs[one.name][0])):
                    continue
                took = self._one(one, made[one.name])
                runs[one.name].append(took)
                say(f"[{group.name} {number}/{self.rounds}] {one.name}: {_words(took)}")
        absent = [one.name for one in group.contestants if one not in present]
        return {"when": date.today().isoformat(), "rounds": self.rounds, "runs": runs, "left_out": absent}

    def _has(self, one: Contestant) -> bool:
        code = "import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))"
        tops = {name.partition(".")[0] for name in one.imports}
        return subprocess.run([self.python, "-c", code, *tops], cwd=ROOT, capture_output=True).returncode == 0

    def _made(self, one: Contestant) -> Made:
        found: Any = self.data
        for name in one.on.split("."):
            found = getattr(found, name)
        made: Made = found
        return made

    def _one(self, one: Contestant, made: Made) -> dict[str, Any]:
        given: dict[str, Any] = {"run": one.run, "imports": one.imports, "path": str(made.path), **one.given}
        given["facts"] = str(self.data.facts)
        if one.run.partition(":")[0] in ("ours", "plain"):
            given["records"] = made.records
        with tempfile.TemporaryDirectory(dir=self.data.folder) as folder:
            if one.run.startswith("plain:p") or one.run == "ours:build":
                given["out"] = str(Path(folder) / "out")
            took = self._process(given)
        rows = took.pop("rows", None)
        if rows is not None:
            took["judged"] = judged(rows, made, took["records"], one)
        return took

    def _process(self, given: Mapping[str, Any]) -> dict[str, Any]:
        command = [self.python, "-m", "benchmarks.peers.one", json.dumps(given)]
        environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
        try:
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return {"error": f"not done after {PATIENCE} s"}
        if done.returncode < 0:
            return {"error": f"ended by signal {-done.returncode}: perhaps for want of memory"}
        if done.returncode:
            return {"error": " ".join(done.stderr.strip().splitlines()[-1:])[:200]}
        took: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return took


def judged(rows: Mapping[str, list[int]], made: Made, records: int, one: Contestant) -> dict[str, Any]:
    """Return how many planted rows were found, how many others, what was missed, and of that what should not be."""
    planted = _planted(made, records, one)
    flagged = {(table, row) for table, some in rows.items() for row in some}
    missed = [codes for place, codes in planted.items() if place not in flagged]
    # Whoever finds rows that occur twice may name either.
    twice = [place for place, codes in planted.items() if "duplicate_id" in codes]
    near = {(table, row + step) for table, row in twice for step in (-1, 1)}
    return {
        "planted": len(planted),
        "found": len(flagged & planted.keys()),
        "others": len(flagged - planted.keys() - near),
        "missed": Counter(code for codes in missed for code in codes),
        "overlooked": Counter(code for codes in missed for code in codes & one.sees),
    }


def _planted(made: Made, records: int, one: Contestant) -> dict[tuple[str, int], set[str]]:
    """Return the faults in what a contestant looked at: their codes by table and row."""
    import pyarrow.parquet as pq

    found: dict[tuple[str, int], set[str]] = {}
    for fault in pq.read_table(made.faults).to_pylist() if made.faults else ():
        if one.is_whole or (fault["table"] == "statements" and fault["row"] < records):
            found.setdefault((fault["table"], fault["row"]), set()).add(fault["code"])
    return found


def _is_over(first: Mapping[str, Any]) -> bool:
    return "error" in first or first["wall"] > SLOW


def _warm(path: Path) -> None:
    """Read what is to be read once, so that nobody is the first."""
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file():
            with open(file, "rb") as stream:
                while stream.read(2**24):
                    pass


def _words(took: Mapping[str, Any]) -> str:
    if "error" in took:
        return str(took["error"])
    words = f"{took['wall']:.2f} s, {took['cpu']:.2f} s of the processor, {took['peak']:,.0f} MiB"
    overlooked = took.get("judged", {}).get("overlooked")
    return f"{words}; OVERLOOKS {dict(overlooked)}" if overlooked else words
