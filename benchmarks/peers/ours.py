"""What is measured: news_dataset itself, and its strict reader followed by pydantic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.facts import Found

if TYPE_CHECKING:
    from news_dataset.issues import Issue


def validate(path: Path, facts: Path, records: int) -> Found:
    """Run what ``news-dataset validate PATH`` runs, and keep every issue."""
    from news_dataset.validation import validated

    issues: list[Issue] = []
    validated(path, sink=issues.append)
    return Found(records, _rows(issues))


def strictly(path: Path, facts: Path, records: int) -> Found:
    """Read strictly, then have pydantic and every named check judge each record."""
    from news_dataset import checks
    from news_dataset.collection import Collection

    return Found(records, _rows(checks.run(Collection.open(path)).issues))


def build(path: Path, facts: Path, records: int, out: Path) -> Found:
    """Build tables with validation out of lines of JSON, as ``news-dataset build`` does.

    Raises:
        RuntimeError: it does not.
    """
    from contextlib import redirect_stderr
    from io import StringIO

    from news_dataset.cli import main

    with redirect_stderr(StringIO()) as said:
        code = main(["build", str(path), "--output", str(out)])
    if code:
        raise RuntimeError(f"news-dataset build: exit code {code}: {said.getvalue().strip().splitlines()[:1]}")
    return Found(records)


def _rows(issues: Iterable[Issue]) -> dict[str, list[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for issue in issues:
        found[Path(issue.path).name.partition(".")[0]].add(issue.row if issue.row >= 0 else issue.line - 1)
    return {name: sorted(rows) for name, rows in found.items()}
