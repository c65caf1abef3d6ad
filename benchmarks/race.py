"""What one process and its descendants take, and rounds of processes that take turns."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contest import MEMORY, Contestant
from benchmarks.data import Data
from benchmarks.environments import ROOT, Sides, environment, has_memory, say

LAUNCH = str(ROOT / "benchmarks" / "launch.py")
SLOW, PATIENCE = 60, 7200
"""Seconds after which a process is not run in further rounds, and after which it is ended."""

Run = dict[str, Any]


def measure(command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Run:
    """Run a command and return its seconds on the clock and of the processor, its peak in MiB and its exit code.

    Processor and peak are those of the whole tree of processes. The peak of one process is exact; where several run
    at once, their proportional shares of memory are summed every fifth of a second. No
    peak is below that of this process.
    """
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
        )
        over, sums = threading.Event(), [0.0]
        watch = threading.Thread(target=_watch, args=(child.pid, over, sums))
        watch.start()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        over.set()
        watch.join()
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().decode("utf-8", "replace").strip()
    peak = max(used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10), *sums)
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": peak, "code": child.returncode, "said": words}


@dataclass(frozen=True)
class Race:
    """Runs contestants.

    Args:
        sides: the environments.
        data: the files.
        rounds: how often each is run.
        is_profiled: run this package alone, once, and print its functions that took longest.
    """

    sides: Sides
    data: Data
    rounds: int
    is_profiled: bool = False

    def run(self, contestants: Sequence[Contestant]) -> dict[str, list[Run]]:
        """Run contestants in turn and return what each round took, by name."""
        some = [one for one in contestants if not self.is_profiled or one.side == "now"]
        for one in some:
            _warm(self.data.of(one.side).path(one.on))
        runs: dict[str, list[Run]] = {one.name: [] for one in some}
        rounds = 1 if self.is_profiled else self.rounds * (5 if contestants[0].is_whole else 1)  # short, so often
        for number in range(1, rounds + 1):
            for one in some:
                first = runs[one.name][0] if number > 1 else None
                if first and (one.is_once or "error" in first or first["wall"] > SLOW):
                    continue
                runs[one.name].append(self._one(one))
                say(f"[{number}/{rounds}] {one.name}: {_words(runs[one.name][-1])}")
        return runs

    def _one(self, one: Contestant) -> Run:
        with tempfile.TemporaryDirectory(dir=self.data.folder) as place:
            folder = Path(place)
            data = self.data.of(one.side)
            names = {"path": data.path(one.on), "about": data.about, "root": self.sides.root(one.side)}
            names |= {"out": folder / "out", "issues": folder / "issues.parquet"}
            words = [word if one.is_code else word.format(**names) for word in one.command]
            if one.command[0] == "news_dataset" and has_memory(self.sides.python(one.side), one.command[1]):
                words += ["--memory", MEMORY]
            start = [self.sides.python(one.side), LAUNCH, str(folder / "imported")]
            environment = self._environment(one)
            took = measure([*start, *words], folder, environment)
            if self.is_profiled:
                say(took["said"])
            if took["code"] != one.code:
                return {"error": f"exit code {took['code']}: {took['said'].splitlines()[-1:]}"[:200]}
            found = {name: took[name] for name in ("wall", "cpu", "peak")}
            if not one.is_whole:
                imports = measure(start, folder, environment)
                found |= {by: max(found[by] - imports[by], 0.001) for by in ("wall", "cpu")}
                found["imports"] = imports["cpu"]
            if names["issues"].exists():
                found["issues"] = self._counts(names["issues"])
            return found

    def _environment(self, one: Contestant) -> dict[str, str]:
        found = environment() | ({"PYTHONPATH": str(ROOT)} if one.side == "peers" else {})
        return found | ({"BENCH_PROFILE": "1"} if self.is_profiled else {})

    def _counts(self, issues: Path) -> dict[str, int]:
        """Return how many issues of each code a table of issues has; in another process, since this one stays small."""
        code = (
            "import collections, json, sys, pyarrow.parquet as pq\n"
            "print(json.dumps(collections.Counter(pq.read_table(sys.argv[1])['code'].to_pylist())))"
        )
        command = [self.sides.python("now"), "-c", code, str(issues)]
        found: dict[str, int] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        return found


def _watch(pid: int, over: threading.Event, sums: list[float]) -> None:
    """Note the memory of a tree of processes while there is more than one, and end it when patience does."""
    began = time.monotonic()
    while not over.wait(0.2):
        tree = list(_tree(pid))
        if len(tree) > 1:
            sums.append(sum(map(_share, tree)))
        if time.monotonic() - began > PATIENCE:
            os.killpg(pid, signal.SIGKILL)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = file.read_text().split()
        except OSError:  # it has ended
            continue
        for child in children:
            yield from _tree(int(child))


def _share(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 2**10


def _warm(path: Path) -> None:
    """Read what is to be read once, so that nobody is the first."""
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file():
            with open(file, "rb") as stream:
                while stream.read(2**24):
                    pass


def _words(run: Run) -> str:
    if "error" in run:
        return str(run["error"])
    return f"{run['cpu']:.2f} s of the processor, {run['wall']:.2f} s on the clock, {run['peak']:,.0f} MiB"
