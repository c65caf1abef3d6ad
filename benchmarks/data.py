"""The files that are measured, each made when it is first asked for, and kept."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.environments import ROOT, Sides, environment, say

SOURCES = {"alone": "tables", "canonical": "lines", "reversed": "lines", "spaced": "lines"}
"""What is made of something else that is clean."""


@dataclass(frozen=True)
class Data:
    """The files of one size, made by this checkout for itself and for peers, and by the commit before for itself.

    Each has the same number of everything from the same seed, but what one side finds valid, the other need not.

    Args:
        folder: where they are.
        size: how many statements there are.
        share: how many faults are planted, as a share of the statements.
        sides: the environments.
        maker: the side that makes the files.
    """

    folder: Path
    size: int
    share: float
    sides: Sides
    maker: str = "now"

    def of(self, side: str) -> Data:
        """Return the files that a side is measured on."""
        return replace(self, folder=self.folder / "before", maker="before") if side == "before" else self

    @property
    def about(self) -> Path:
        """What peers know of the rules."""
        return self.path("about")

    def path(self, name: str) -> Path:
        """Return a file or folder by its name, as ``tables``, ``lines/statements.jsonl`` or ``tenfold:tables``."""
        if name.startswith("tenfold:"):
            folder = self.folder.parent / str(self.size * 10)
            return replace(self, folder=folder, size=self.size * 10).path(name.partition(":")[2])
        top, _, file = name.partition("/")
        return self._made(top) / file if name else self.folder

    def _made(self, name: str) -> Path:
        path, unfinished = self.folder / name, self.folder / f"{name}.unfinished"
        if not path.exists():
            clean = self._made(SOURCES[name]) if name in SOURCES else Path()
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(unfinished, ignore_errors=True)
            say(f"making {name}, {self.size:,} statements")
            script = [self.sides.python(self.maker), str(ROOT / "benchmarks" / "made.py"), name, str(unfinished)]
            command = [*script, str(self.size), str(self.share), str(clean)]
            subprocess.run(command, cwd=self.sides.root(self.maker), env=environment(), check=True)
            unfinished.rename(path)
        return path
