"""Every Python block of the docs as a file, for type checkers: ``python -m tests.typed FOLDER``."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import dedent

from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MISTAKES = {
    "load": 'nd.load("statemnts")', "iter_records": 'nd.iter_records("names")',
    "field": 'next(nd.iter_records("people")).gist',
    "describe": 'nd.describe("peple")', "by": 'nd.plot.verdicts("speaker")', "form": 'nd.load("people", as_="numpy")',
}  # fmt: skip
"""Calls that a type checker has to refuse."""


def write_blocks(folder: Path) -> list[Path]:
    """Write each block into a file of its own, and one with mistakes; return them, the latter last."""
    found = []
    for page in PAGES:
        blocks = re.findall(r"^( *)```python\n(.*?)^\1```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        for number, (_, block) in enumerate(blocks, 1):
            found.append(folder / f"{page.stem.lower()}_{number}.py")
            found[-1].write_text(dedent(block), "utf-8")
    found.append(folder / "mistakes.py")
    lines = ["import news_dataset as nd", *(f"{call}  # {name}" for name, call in MISTAKES.items())]
    found[-1].write_text("\n".join(lines) + "\n", "utf-8")
    return found


if __name__ == "__main__":
    write_blocks(Path(sys.argv[1]))
    print(len(MISTAKES))
