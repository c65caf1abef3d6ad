"""Whether DuckDB joins the tables of the bundled release as the example in ``examples/`` says.

python client.py: exits 0 with one line, or 1 with one line. It takes the checkout that it lies in.
"""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
EXPECTED = (ROOT / "tests" / "analyses" / "duckdb_join.txt").read_text("utf-8")


def answer(example: Path) -> str:
    """Return what an example prints, or how it failed."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", str(example)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env)
    return done.stdout if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def with_other_sources(folder: Path) -> Path:
    """Copy the example and let it read another release's table of sources."""
    twin = folder / "duckdb_join.py"
    other = ROOT / "examples" / "second-article" / "data" / "published" / "sources.parquet"
    words = (ROOT / "examples" / "duckdb_join.py").read_text("utf-8")
    twin.write_text(words.replace("{folder}/sources.parquet", str(other)), "utf-8")
    return twin


def main() -> str:
    """Return what is wrong, or nothing."""
    found = answer(ROOT / "examples" / "duckdb_join.py")
    if found != EXPECTED:
        differing = [line for line in difflib.ndiff(EXPECTED.splitlines(), found.splitlines()) if line[0] in "-+"]
        return f"the answer is not that of tests/analyses/duckdb_join.txt: {differing[0] if differing else 'line ends'}"
    with tempfile.TemporaryDirectory() as folder:
        if answer(with_other_sources(Path(folder))) == EXPECTED:
            return "other sources should give another answer"
    return ""


if __name__ == "__main__":
    problem = main()
    print(problem or f"DuckDB gives the {len(EXPECTED.splitlines())} rows that were expected, and others elsewhere")
    sys.exit(1 if problem else 0)
