"""What the first call costs, in fresh processes: ``python benchmarks/startup.py [--peers PYTHON]``.

Each line of code runs in a process of its own, with bytecode that a first, uncounted round has written. The rounds are
interleaved, so that a slow moment of the machine hits all alike, and medians are compared: of the processor's time
(user and system, which other programs disturb less) and of the time on the clock. ``--peers`` is another Python in
which palmerpenguins or Hugging Face datasets may be installed; they are left out where they are not.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
PARQUET = ROOT / "data" / "published" / "statements.parquet"
PEERS = {
    "palmerpenguins: its frame": ("palmerpenguins", "import palmerpenguins; palmerpenguins.load_penguins()"),
    "datasets: a local Parquet file": (
        "datasets",
        "import datasets, tempfile\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        f"    found = datasets.load_dataset('parquet', data_files={str(PARQUET)!r}, split='train', cache_dir=folder)\n"
        "    found.to_pandas()",
    ),
}


@dataclass
class Line:
    """A line of code, and how long its processes took, in milliseconds."""

    name: str
    code: str
    python: str = sys.executable
    cpu: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Goal:
    """How one line may compare to another: at most so many milliseconds more, or so many times as long."""

    line: str
    base: str
    most: float
    is_ratio: bool


LINES = {
    "bare Python": "pass",
    "pandas": "import pandas",
    "pandas and pyarrow.parquet": "import pandas, pyarrow.parquet",
    "pydantic": "from pydantic import BaseModel",  # import pydantic alone fetches next to nothing
    "pydantic, a model of one field": "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\nA(x=1)",
    "import news_dataset": "import news_dataset",
    "news-dataset --help": "from news_dataset.cli import main; main(['--help'])",
    "nd.load('statements')": "import news_dataset as nd; nd.load('statements')",
    "nd.who_said_what()": "import news_dataset as nd; nd.who_said_what()",
    "nd.get('person/lee-jae-myung')": "import news_dataset as nd; nd.get('person/lee-jae-myung')",
}
GOALS = (
    Goal("import news_dataset", "bare Python", 5, is_ratio=False),
    Goal("news-dataset --help", "bare Python", 60, is_ratio=False),
    Goal("nd.load('statements')", "pandas and pyarrow.parquet", 1.25, is_ratio=True),
    Goal("nd.get('person/lee-jae-myung')", "pydantic, a model of one field", 1.5, is_ratio=True),
)


def run(line: Line, environment: dict[str, str]) -> None:
    """Run a line once and note how long it took.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    command = [line.python, "-c", line.code]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{line.name} failed: {line.code}")
    line.clock.append((time.perf_counter() - began) * 1000)
    line.cpu.append((used.ru_utime + used.ru_stime) * 1000)


def measured(lines: list[Line], rounds: int) -> dict[str, Line]:
    """Run all lines in turn, round after round; the first round is not counted."""
    with tempfile.TemporaryDirectory() as bytecode:
        environment = dict(os.environ) | {"PYTHONPYCACHEPREFIX": bytecode, "HF_HUB_OFFLINE": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for line in lines:
            run(line, environment)
            line.cpu.clear()
            line.clock.clear()
        for _ in range(rounds):
            for line in lines:
                run(line, environment)
    return {line.name: line for line in lines}


def peers(python: str | None) -> list[Line]:
    """Return the peers that *python* has, and what its Python and pandas alone cost."""
    if python is None:
        return []
    found = [Line("the peers' pandas and pyarrow.parquet", LINES["pandas and pyarrow.parquet"], python)]
    for name, (module, code) in PEERS.items():
        ask = [python, "-c", f"import {module}"]
        if subprocess.run(ask, capture_output=True).returncode == 0:
            found.append(Line(name, code, python))
        else:
            print(f"{name}: left out, since {module} cannot be imported in {python}")
    return found


def verdict(goal: Goal, lines: dict[str, Line]) -> tuple[bool, str]:
    """Return whether a goal is reached, and how far; by the processor's time."""
    one, base = median(lines[goal.line].cpu), median(lines[goal.base].cpu)
    if goal.is_ratio:
        return one <= goal.most * base, f"{one / base:.2f} × {goal.base} (goal: at most {goal.most})"
    return one - base <= goal.most, f"{one - base:.1f} ms over {goal.base} (goal: at most {goal.most:g} ms)"


def main() -> int:
    """Print medians, ratios and goals; return 1 if a goal is missed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--rounds", type=int, default=15, help="how often each line is run (default: 15)")
    options.add_argument("--peers", metavar="PYTHON", help="a Python that has palmerpenguins or datasets")
    given = options.parse_args()
    lines = measured([Line(name, code) for name, code in LINES.items()] + peers(given.peers), given.rounds)
    packages = ", ".join(f"{name} {version(name)}" for name in ("pandas", "pyarrow", "pydantic"))
    print(f"Python {platform.python_version()}, {packages}, {platform.machine()}, {os.cpu_count()} cores")
    print(f"medians of {given.rounds} processes each; ms of the processor, ms on the clock")
    for line in lines.values():
        print(f"{line.name:40} {median(line.cpu):8.1f} {median(line.clock):8.1f}")
    missed = 0
    for goal in GOALS:
        reached, words = verdict(goal, lines)
        missed += not reached
        print(f"{'reached' if reached else 'MISSED '} {goal.line}: {words}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
