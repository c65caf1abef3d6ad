"""Files that cannot grow any more: exit code 5 in one line, and nothing is left."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.each import each

PUBLISHED = ROOT / "data" / "published"


@each([
    ("build {here}/lines -o {here}/out/tables", 8), ("build {root} -o {here}/out/release", 64),
    ("export --to csv -o {here}/out/csv {root}", 8), ("export --to sqlite -o {here}/out/a.db {root}", 64),
    ("explore {root} -o {here}/out/page.html", 64), ("validate {here}/lines --issues {here}/out/issues.parquet", 0),
    ("init {here}/out/new", 1),
])  # fmt: skip
def test_nothing_is_left(words: str, blocks: int, tmp_path: Path) -> None:
    """*blocks* of 512 bytes are what a file may have."""
    (tmp_path / "out").mkdir()
    (tmp_path / "lines").mkdir()
    for path in PUBLISHED.glob("*.jsonl"):
        shutil.copy(path, tmp_path / "lines")
    done = limited(words, blocks, tmp_path)

    assert done.returncode == 5, (words, done)
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("news-dataset: ") or "nothing was written" in done.stderr
    assert "issues" not in words or "issues.parquet cannot be written" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_the_limit_is_what_stops_it(tmp_path: Path) -> None:
    """With more room the same command ends well."""
    assert limited("explore {root} -o {here}/page.html", 100_000, tmp_path).returncode == 0


def limited(words: str, blocks: int, here: Path) -> subprocess.CompletedProcess[str]:
    """Run a command whose files may have so many blocks."""
    command = f'ulimit -f {blocks}; exec "$0" -B -m news_dataset {words.format(here=here, root=ROOT)}'
    return subprocess.run(["/bin/sh", "-c", command, sys.executable], cwd=here, capture_output=True, text=True)
