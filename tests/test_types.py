"""Type checkers accept what the docs show, and refuse what is misspelt; ``make clients`` asks Pyright the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.typed import EXAMPLES, MISTAKES, PAGES, write_blocks


def test_mypy_accepts_the_docs_and_refuses_mistakes(tmp_path: Path) -> None:
    """Every block of every page and every example, in strict mode; each wrong call is an error of its own line."""
    *blocks, mistakes = write_blocks(tmp_path)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        str(ROOT / "pyproject.toml"),
        "--scripts-are-modules",
    ]
    done = subprocess.run(
        [*command, *map(str, [*blocks, *EXAMPLES, mistakes])], cwd=ROOT, capture_output=True, text=True
    )
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    refused = {int(re.findall(r"mistakes\.py:(\d+): error", line)[0]) for line in errors if "mistakes.py" in line}

    assert [line for line in errors if "mistakes.py" not in line] == []
    assert refused == set(range(2, 2 + len(MISTAKES))), done.stdout + done.stderr


def test_no_block_is_forgotten(tmp_path: Path) -> None:
    """As many as the pages have."""
    count = sum(page.read_text("utf-8").count("```python\n") for page in PAGES)

    assert len(write_blocks(tmp_path)) == count + 1 > 20
