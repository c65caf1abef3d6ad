"""The tables that are never large: codes and redirects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from news_dataset import checks
from news_dataset.codes import code_rows
from news_dataset.collection import Collection
from news_dataset.entries import Entry, entry_at
from news_dataset.issues import Issue, Tally
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document
from news_dataset.records import BY_TYPE
from news_dataset.scale.parquet import FILE, TableFiles
from news_dataset.scale.relate import Relations
from news_dataset.scale.rowrecords import RowEntry, place_of


def small_tables(sources: Mapping[str, TableFiles], relations: Relations) -> Iterator[tuple[Tally, list[Issue]]]:
    """Yield what is counted and found in the tables of codes and redirects."""
    if "codes" in sources:
        yield _codes(sources["codes"])
    if "redirects" in sources:
        yield from _redirects(sources["redirects"], relations)


def _codes(files: TableFiles) -> tuple[Tally, list[Issue]]:
    """Compare the table of codes with the codebooks."""
    wanted = {(row.codebook, row.code): row.model_dump() for row in code_rows()}
    issues = []
    rows = list(_rows(files))
    for at, row in rows:
        if wanted.get((row["codebook"], row["code"])) != row:
            path, number = place_of(files, at)
            message = f"the codebook {row['codebook']} has no such code {row['code']}"
            issues.append(Issue(path, message, "/code", code="broken_table", row=number))
    missing = set(wanted) - {(row["codebook"], row["code"]) for _, row in rows}
    if missing:
        message = f"the code {' '.join(min(missing))} is missing"
        issues.append(Issue(str(files.paths[0]), message, code="broken_table"))
    layer = checks.CODES["broken_table"].layer
    return Tally("broken_table", layer, checked=len(rows), failed=len(issues)), issues


def _redirects(files: TableFiles, relations: Relations) -> Iterator[tuple[Tally, list[Issue]]]:
    """Judge redirects as those of a file are judged."""
    entries: list[Entry] = []
    for at, row in _rows(files):
        place = place_of(files, at)
        data = {name: value for name, value in row.items() if value is not None}
        found = entry_at(Document(place[0], data, {}, {}), "", "redirect", data, SCHEMA_VERSION)
        if isinstance(found, Entry):
            kept = {name: getattr(found, name) for name in Entry.__dataclass_fields__}
            entries.append(RowEntry(**kept, own=place))
    if not entries:
        return
    ids = [one for entry in entries for one in (entry.data.get("old_id"), entry.data.get("new_id")) if one]
    there = relations.existing(sorted(set(map(str, ids))), tuple(BY_TYPE))
    part = Collection(Path(str(files.paths[0])), (), tuple(entries), is_whole=relations.is_whole)
    known = dict.fromkeys(there, entries[0])  # only whether an id is there is asked for
    part.__dict__["by_id"] = known
    report = checks.run(part, without=frozenset(checks.CODES) - _OF_REDIRECTS)
    for tally in report.tallies:
        yield tally, [issue for issue in report.issues if issue.code == tally.code]


_OF_REDIRECTS = frozenset(
    {
        "unquoted_scalar", "unknown_key", "missing_key", "wrong_type", "unknown_code", "bad_form", "out_of_range",
        "unanchored", "broken_rule", "unusual_code", "out_of_order", "impossible_date", "bad_redirect",
    }
)  # fmt: skip


def _rows(files: TableFiles) -> Iterator[tuple[int, dict[str, Any]]]:
    for group in files.groups:
        table = files.read(group)
        places = (group.file << FILE) + group.start
        names = [one.name for one in files.table.fields]
        for number, row in enumerate(table.select(names).to_pylist()):
            yield places + number, row
