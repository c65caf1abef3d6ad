"""The environments of what is measured: this checkout, the commit before, and peers; two are made in ``.bench``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".bench"
BEFORE = "f0e6d92"
"""The last commit with an engine of its own for large data."""

PEERS = ("dataframely==3.1.2", "duckdb==2.0.1", "jsonschema-rs==0.61.0", "orjson==3.13.0", "polars==2.1.0",
         "pyarrow==26.0.1")  # fmt: skip


@dataclass(frozen=True)
class Sides:
    """The interpreter and the sources of each side: ``now``, ``before`` and ``peers``."""

    sides: dict[str, tuple[str, Path]]

    def python(self, side: str) -> str:
        """Return its interpreter."""
        return self.sides[side][0]

    def root(self, side: str) -> Path:
        """Return the folder of its sources."""
        return self.sides[side][1]


def environment() -> dict[str, str]:
    """Return the variables of this process but for PYTHONPATH, which would put this package in the place of others."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@cache
def has_memory(python: str, command: str) -> bool:
    """Return whether a command of the package that an interpreter has takes a limit of memory."""
    asked = [python, "-m", "news_dataset", command, "--help"]
    place = tempfile.gettempdir()
    return "--memory" in subprocess.run(asked, cwd=place, env=environment(), capture_output=True, text=True).stdout


def here() -> Sides:
    """Return this interpreter and checkout for every side."""
    return Sides(dict.fromkeys(("now", "before", "peers"), (sys.executable, ROOT)))


def made() -> Sides:
    """Return the three environments, made where they are not there yet."""
    peers = HOME / f"peers-{sha256(repr(PEERS).encode()).hexdigest()[:12]}"
    before = HOME / BEFORE
    if not (before / "installed").exists():
        shutil.rmtree(before, ignore_errors=True)
        _check_out(before / "source")
    lock = str(before / "source" / "requirements.lock")
    package = ("--no-deps", "--no-build-isolation", "--editable", str(before / "source"))
    sides = {
        "now": (sys.executable, ROOT),
        "before": (_python(before, ("--require-hashes", "--requirement", lock), package), before / "source"),
        "peers": (_python(peers, PEERS), ROOT),
    }
    for _, root in sides.values():  # nobody is measured while it compiles its own modules
        subprocess.run([sys.executable, "-m", "compileall", "-q", root / "news_dataset", root / "benchmarks"])
    return Sides(sides)


def say(words: str) -> None:
    """Tell whoever waits how far it has come."""
    print(words, file=sys.stderr, flush=True)


def _check_out(place: Path) -> None:
    place.mkdir(parents=True)
    archive = place.parent / "source.tar"
    taken = subprocess.run(["git", "-C", ROOT, "archive", "--output", archive, BEFORE], capture_output=True, text=True)
    if taken.returncode:
        raise SystemExit(f"commit {BEFORE} cannot be taken from this clone (git fetch --unshallow): {taken.stderr}")
    subprocess.run(["tar", "-xf", archive, "-C", place], check=True)
    archive.unlink()


def _python(place: Path, *installed: Sequence[str]) -> str:
    """Return the interpreter of an environment in *place*, made with what one pip after another installs."""
    python = str(place / "python" / "bin" / "python")
    if not (place / "installed").exists():
        say(f"installing {place.name}")
        shutil.rmtree(place / "python", ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", place / "python"], check=True)
        for what in installed:
            pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
            subprocess.run([*pip, *what], check=True)
        (place / "installed").touch()
    return python
