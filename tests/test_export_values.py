"""One value on every road: pandas, Arrow, Polars, SQLite, CSV and JSON Lines give the same rows."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_dataset import frames
from news_dataset.exporters import csv, jsonl, sqlite
from news_dataset.records import (
    BY_TYPE,
    CHILDREN,
    DERIVED,
    RECORDS,
    EntityRow,
    Person,
    Record,
    RecordRow,
    Redirect,
    Row,
    Statement,
)
from news_dataset.records.columns import children, columns
from news_dataset.tabular import Rows, flatten, tables, to_arrow
from news_dataset.testing.strategies import datasets, records, slugs
from tests.conftest import IS_FULL

EXAMPLES = max(60 if IS_FULL else 12, int(os.environ.get("FUZZ_EXAMPLES", "0")) // 10)
NASTY = [
    "Null", "NULL", "None", "NA", "N/A", "nan", "NaN", "inf", "-inf", "True", "false", "#N/A", "=1+1", "-2", "+3", "@x",
    "'quoted", "'=1", "''", '"', '"=1+1"', "\"'-2", "a;=1+1", "a; 'b", ";'", ";", "a,b", 'say "no", twice', "\\N", "\\",
    "1e5", "0123", "1.10", "9007199254740993", "12:30", "2025-08-23", "0001-01-01", "\U0001f469\u200d\U0001f680",
    "שלום", "a\u200fb", "배가", "e\u0301", "＝1", "－1", "|x", "%s", "{}", "<b>", "sep=,", "ID",
]  # fmt: skip

# Generated records refer to ids that nothing has; every one of these gets the least record that may have it.

LEAST: dict[str, dict[str, Any]] = {
    "article": {"headline": "=x", "language": "en", "genre": "news", "rights": "unknown", "status": "draft",
                "text_sha256": "0" * 64, "text_length": 2**31 - 1, "annotator": "NA"},
    "person": {"name": "Null"},
    "organization": {"name": "-2", "kind": "other"},
    "place": {"name": "@x", "kind": "other", "latitude": -0.1, "longitude": 1e-07, "geonames": 2**31 - 1},
    "event": {"title": "9007199254740993", "type": "OTHER", "date": "0001-01-01/9999-12-31"},
    "statement": {"article": "article/least", "kind": "narrated", "claim_type": "fact", "gist": "'quoted",
                  "certainty": "certain", "polarity": "positive"},
    "assessment": {"target": "event/least", "aspect": "veracity", "verdict": "supported", "finding": "True",
                   "independence": "single", "assessed_by": "nan", "assessed_on": "9999-12-31"},
    "source": {"url": "https://example.org/;=1", "publisher": "0123", "kind": "news", "published": "0001"},
}  # fmt: skip


def closed(some: Iterable[Record]) -> list[Record]:
    """Return records and what they refer to, so that every reference leads somewhere."""
    known = {record.id: record for record in some}
    left = list(known.values())
    while left:
        for reference in set(_references(left.pop())) - set(known):
            kind = reference.partition("/")[0]
            known[reference] = BY_TYPE[kind].model_validate({"id": reference, **LEAST[kind]})
            left.append(known[reference])
    return list(known.values())


def _references(record: Record) -> Iterable[str]:
    parts: list[Row] = [record, *(item for name in children(type(record)) for item in getattr(record, name))]
    found = [getattr(part, column.name) for part in parts for column in columns(type(part)) if column.reference]
    return [one for one in found if one is not None]


def with_texts(rows: Rows, texts: list[str]) -> Rows:
    """Put texts where any text may stand, one after the other."""
    free = [("people", "name"), ("statements", "gist"), ("statements", "quote"), ("statement_participants", "label"),
            ("sources", "note"), ("mentions", "as_written"), ("citations", "says")]  # fmt: skip
    places = [(row, column) for table, column in free for row in rows[table] if row[column] is not None]
    for (row, column), text in zip(places, texts, strict=False):
        row[column] = text
    return rows


@st.composite
def datasets_in_rows(draw: st.DrawFn) -> Rows:
    """Rows of all tables, of records that refer to each other, with nasty texts."""
    some = {one.id: one for one in [*draw(datasets()), *(draw(records(model)) for model in RECORDS)]}
    whole = closed(some.values())
    gone = draw(st.lists(slugs(), max_size=2, unique=True))
    target = draw(st.sampled_from([None, whole[0].id]))
    about = {"reason": "merged", "release": "2026.11.0"} | ({"new_id": target} if target else {})
    moved = [Redirect.model_validate({"old_id": f"person/{slug}", **about}) for slug in gone]
    return with_texts(flatten(whole, moved), draw(st.lists(st.sampled_from(NASTY), max_size=9)))


# Every road ends in the same plain rows: lists of dicts, days as text, None for null.

Arrow = dict[str, pa.Table]


def with_absent(rows: Rows) -> Rows:
    """Turn what stands for false where nothing is said into nothing: these fields are true or absent."""
    flags = [("statement_participants", "implicit"), ("event_participants", "implicit"), ("quantities", "approximate")]
    for table, column in flags:
        for row in rows[table]:
            assert row[column] in (True, False)
            row[column] = True if row[column] else None
    return rows


def by_pandas(arrow: Arrow, _: Path) -> Rows:
    rows = {name: frames.to_pandas(table).astype(object).to_dict("records") for name, table in arrow.items()}
    return with_absent({name: plain(found) for name, found in rows.items()})


def by_arrow(arrow: Arrow, _: Path) -> Rows:
    return {name: plain(table.to_pylist()) for name, table in arrow.items()}


def by_polars(arrow: Arrow, _: Path) -> Rows:
    return with_absent({name: plain(frames.to_polars(table).to_dicts()) for name, table in arrow.items()})


def by_sqlite(arrow: Arrow, folder: Path) -> Rows:
    sqlite.write(arrow, {}, folder / "base.db")
    with closing(sqlite3.connect(folder / "base.db")) as base:
        base.row_factory = sqlite3.Row
        rows = {name: plain(map(dict, base.execute(f'SELECT * FROM "{name}" ORDER BY rowid'))) for name in arrow}
    flags = [("statement_participants", "implicit"), ("event_participants", "implicit"), ("quantities", "approximate")]
    for table, column in flags:
        for row in rows[table]:  # SQLite has no truth values
            row[column] = None if row[column] is None else bool(row[column])
    return rows


def by_csv(arrow: Arrow, folder: Path) -> Rows:
    csv.write(arrow, {}, folder / "csv")
    found = csv.read(folder / "csv")
    return {name: plain(table.to_pylist()) if table.equals(arrow[name]) else [] for name, table in found.items()}


def by_json_lines(arrow: Arrow, folder: Path) -> Rows:
    jsonl.write(arrow, {}, folder / "jsonl")
    files = {name: (folder / "jsonl" / f"{name}.jsonl").read_bytes() for name in arrow}
    return {name: [json.loads(line) for line in data.split(b"\n")[:-1]] for name, data in files.items()}


def plain(rows: Iterable[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if value is None or type(value).__name__ in ("NaTType", "NAType") or value != value:
        return None
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value


ROADS: dict[str, Callable[[Arrow, Path], Rows]] = {
    "pandas": by_pandas, "arrow": by_arrow, "polars": by_polars, "sqlite": by_sqlite, "csv": by_csv,
    "jsonl": by_json_lines,
}  # fmt: skip


def changed(rows: Rows) -> set[str]:
    """Return the roads on which a cell, its type, or the order of rows or columns changes."""
    arrow = {name: to_arrow(table, rows[name]) for name, table in tables().items()}
    wanted = {name: typed(plain(some)) for name, some in rows.items()}
    with TemporaryDirectory() as folder:
        found = {road: read(arrow, Path(folder)) for road, read in ROADS.items()}
    return {road for road, some in found.items() if {name: typed(one) for name, one in some.items()} != wanted}


def typed(rows: Iterable[Mapping[str, Any]]) -> list[list[tuple[str, str, Any]]]:
    """Name the types too: 1, 1.0 and True are equal in Python."""
    return [[(name, type(value).__name__, value) for name, value in row.items()] for row in rows]


def test_a_value_is_the_same_on_every_road() -> None:
    """At least 500 generated rows, 10,000 with ``make fuzz``; the codes, the same each time, are not counted."""
    counts = []

    @settings(max_examples=EXAMPLES)
    @given(datasets_in_rows())
    def hold(rows: Rows) -> None:
        assert changed(rows) == set()
        counts.append(sum(len(some) for name, some in rows.items() if name != "codes"))

    hold()

    assert sum(counts) >= (10_000 if EXAMPLES >= 500 else 500)


def nasty_rows() -> Rows:
    """Every nasty text as a name, the largest number and the first and last day beside it."""
    people = [Person.model_validate({"id": f"person/p-{n:03}", "name": text}) for n, text in enumerate(NASTY)]
    limits = [BY_TYPE[kind].model_validate({"id": f"{kind}/least", **least}) for kind, least in LEAST.items()
              if kind not in ("statement", "assessment")]  # fmt: skip
    return flatten(closed([*people, *limits, Statement.model_validate({"id": "statement/a/01", **LEAST["statement"]})]))


def test_nasty_texts_and_limits_are_the_same_on_every_road() -> None:
    """All of them in every run, not only where the generator takes them."""
    rows = nasty_rows()

    assert {row["name"] for row in rows["people"]} >= set(NASTY)
    assert (dt.date(1, 1, 1), dt.date(9999, 12, 31)) in [(row["date_min"], row["date_max"]) for row in rows["events"]]
    assert 2**31 - 1 in [row["geonames"] for row in rows["places"]]
    assert changed(rows) == set()


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("spoilt", ["", None, "Null", 0])
def test_a_changed_cell_is_noticed(road: str, spoilt: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control, for each road: one cell of one table."""
    straight = ROADS[road]

    def bent(arrow: Arrow, folder: Path) -> Rows:
        rows = straight(arrow, folder)
        rows["people"][5]["name"] = spoilt
        return rows

    monkeypatch.setitem(ROADS, road, bent)

    assert changed(nasty_rows()) == {road}


def test_plain_csv_would_lose_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the apostrophe taken off, the road through CSV is noticed."""
    monkeypatch.setattr(csv, "unguarded", str)

    assert changed(nasty_rows()) == {"csv"}


@pytest.mark.parametrize("model", [*RECORDS, *CHILDREN, *DERIVED], ids=lambda model: model.__name__)
def test_no_text_of_a_record_is_empty(model: type[Row]) -> None:
    """So an empty cell of CSV is null and nothing else. The columns of derived rows without a pattern are ids."""
    schema = model.model_json_schema()
    texts = [column.name for column in columns(model) if column.kind not in ("int32", "double", "bool")]
    admit = [name for name in texts if _admits_empty(schema["properties"][name])]

    assert texts
    assert admit == (["id"] if model in (EntityRow, RecordRow) else [])


def _admits_empty(schema: Mapping[str, Any]) -> bool:
    validator = jsonschema.Draft202012Validator(schema)
    return bool(validator.is_valid(""))
