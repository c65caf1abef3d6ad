"""Parquet tables of any size: the fast way and pydantic with the named checks, record by record, say the same."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset import checks, tabular
from news_dataset.checks.evidence import TIED_TO_PARTICIPANT
from news_dataset.collection import Collection
from news_dataset.entries import Entry, entry_at
from news_dataset.folders import parquet_files
from news_dataset.issues import Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document
from news_dataset.records import CHILDREN, RECORDS
from news_dataset.records.columns import children
from news_dataset.scale import cut, portions, shuffle
from news_dataset.scale.tabled import validate_tables
from tests.spoiling import VALUES

# So many rows are spoiled in all; `.ci/run` and `make fuzz` raise it.
ROWS = int(os.environ.get("FUZZ_ROWS", "2000"))
TABLES = [vars(model)["table"] for model in (*RECORDS, *CHILDREN)]
Tables = dict[str, list[dict[str, Any]]]
Verdict = set[tuple[str, str, str, str]]


def published() -> Tables:
    return {name: nd.load(name, as_="records") for name in nd.tables()}


def write(tables: Mapping[str, list[dict[str, Any]]], folder: Path, group: int = 1_000_000) -> None:
    """Write rows in the order given, with columns that may all be null."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        wanted = tabular.arrow_schema(tabular.tables()[name])
        schema = pa.schema([one.with_nullable(True) for one in wanted], metadata=wanted.metadata)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet", row_group_size=group)


def by_record(tables: Tables) -> list[dict[str, Any]]:
    """The records that rows make, as the data of files."""
    lists: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for child in CHILDREN:
        for row in sorted(tables[child.table], key=lambda row: row["ordinal"]):
            lists[child.table, row[child.parent_key]].append(plain(row, child))
    found = []
    for model in RECORDS:
        for row in tables[model.table]:
            own = {name: lists[name, row["id"]] for name in children(model)}
            found.append(
                plain(row, model) | {name: rows for name, rows in own.items() if rows} | {"\0": model.record_type}
            )
    return found


def plain(row: Mapping[str, Any], model: Any) -> dict[str, Any]:
    kept = {name: row[name] for name in model.model_fields if row.get(name) is not None}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in kept.items()}


def judged(tables: Tables) -> Report:
    """What pydantic and the named checks say of the records that rows make."""
    entries: list[Entry] = []
    for data in by_record(tables):
        kind = data.pop("\0")
        entry = entry_at(Document("x.jsonl", data, {}, {}), "", kind, data, SCHEMA_VERSION)
        assert isinstance(entry, Entry)
        entries.append(entry)
    return checks.run(Collection(Path("x"), (), tuple(entries)))


def verdict(report: Report) -> Verdict:
    """Code, record, column and message of each issue; where it stands differs between files and tables."""
    found = set()
    for one in report.issues:
        if one.code in ("broken_table", *checks.OF_FILES):
            continue
        column = one.pointer.rpartition("/")[2]
        message = one.message.partition(" stands already")[0]
        found.add((one.code, one.record, column if not column.isdigit() else "", message))
    return found


def spoil(tables: Tables, chance: random.Random, number: int) -> None:
    """Change so many cells to something that may be wrong; keys and ordinals stay, which only tables can get wrong."""
    for _ in range(number):
        name = chance.choice(TABLES)
        row = chance.choice(tables[name])
        table = tabular.tables()[name]
        columns = [f for f in table.fields if f.name not in table.key and not f.name.endswith(("_min", "_max"))]
        field = chance.choice(columns)
        value = chance.choice([v for v in VALUES if fits(v, field.kind)])
        if field.kind == "int32" and chance.random() < 0.5:
            value = (row[field.name] or 0) + chance.choice([-1, 1, -50, 50])
        if field.kind == "date32" and value is not None:
            continue
        if field.kind == "double" and value is not None:
            value = float(value)
        row[field.name] = value
        if f"{field.name}_min" in row:  # the bounds stay right where there are any
            row[f"{field.name}_min"], row[f"{field.name}_max"] = bounds(value)


def bounds(value: Any) -> Any:
    from news_dataset import edtf

    try:
        return (None, None) if value is None else edtf.bounds(value)
    except ValueError:
        return None, None


def fits(value: Any, kind: str) -> bool:
    admitted: dict[str, Any] = {"int32": int, "double": (int, float), "bool": bool}
    wanted = admitted.get(kind, str)
    return value is None or (isinstance(value, wanted) and (kind == "bool") == isinstance(value, bool))


def test_the_published_tables() -> None:
    """Everything is proven, and counted as the checks of the same records count."""
    folder = nd.path("articles").parent
    fast, slow = validate_tables(parquet_files(folder), is_whole=True), checks.run(Collection.open(folder))
    counts = {one.code: (one.checked, one.failed, one.warned, one.skipped) for one in fast.tallies}
    wanted = {one.code: (one.checked, one.failed, one.warned, one.skipped) for one in slow.tallies}

    assert fast.ok
    assert counts.pop("broken_table")[0] == sum(len(nd.load(name)) for name in nd.tables())
    assert {c: n for c, n in counts.items() if c not in checks.OF_FILES} == {
        c: n for c, n in wanted.items() if c not in (*checks.OF_FILES, "broken_table")
    }


@pytest.mark.parametrize("seed", range(8))
def test_spoiled_rows(seed: int, tmp_path: Path) -> None:
    """The same records at fault, in the same columns, with the same messages."""
    chance = random.Random(seed)
    failed = spoilt = 0
    while spoilt < ROWS // 8:
        tables, number = published(), chance.choice([1, 2, 5, 30, 200])
        spoil(tables, chance, number)
        spoilt += number
        write(tables, tmp_path / "tables")
        slow = judged(tables)
        fast = validate_tables(parquet_files(tmp_path / "tables"), is_whole=True)

        assert verdict(fast) == verdict(slow)
        failed += len(slow.issues)

    assert failed > ROWS // 16


@pytest.mark.parametrize("of", [-41, -1, 0, 99])
def test_evidence_of_a_participant_that_cannot_be(of: int, tmp_path: Path) -> None:
    """A number that no list has, however far below its first, is an issue of its record."""
    tables = published()
    row = next(row for row in tables["evidence"] if row["role"] in TIED_TO_PARTICIPANT and row["of"])
    row["of"] = of
    write(tables, tmp_path / "tables")
    fast = validate_tables(parquet_files(tmp_path / "tables"), is_whole=True)

    assert {one.record for one in fast.errors} == {row["statement"]}
    assert verdict(fast) == verdict(judged(tables))


@settings(max_examples=int(os.environ.get("FUZZ_ORDERS", "15")), deadline=None)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_order_partitions_and_files_do_not_matter(seed: int, data: st.DataObject, tmp_path_factory: Any) -> None:
    """Shuffled rows in any number of files and row groups get the verdict that sorted rows in one file get."""
    chance = random.Random(seed)
    tables = published()
    spoil(tables, chance, data.draw(st.sampled_from([0, 1, 3, 20])))
    if data.draw(st.booleans()):  # an id that stands twice
        name = chance.choice([model.table for model in RECORDS])
        tables[name].append(dict(chance.choice(tables[name])))
    folder = tmp_path_factory.mktemp("order")
    write(tables, folder / "sorted")
    for name, rows in tables.items():
        chance.shuffle(rows)
        cuts = sorted(chance.randrange(len(rows) + 1) for _ in range(data.draw(st.integers(0, 3))))
        for number, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
            part = folder / "shuffled" / name / f"part={number}"
            part.mkdir(parents=True)
            write({name: rows[first:last]}, part, group=chance.choice([1, 7, 1000]))

    wanted = verdict(validate_tables(parquet_files(folder / "sorted"), is_whole=True))
    assert verdict(validate_tables(parquet_files(folder / "shuffled"), is_whole=True)) == wanted


def test_slices_of_any_size_give_one_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where records are cut apart does not matter, nor into how many portions ids and rows are divided."""
    tables = published()
    spoil(tables, random.Random(5), 12)
    write(tables, tmp_path / "tables", group=9)
    whole = validate_tables(parquet_files(tmp_path / "tables"), is_whole=True)
    for size in (1, 10, 50):
        monkeypatch.setattr(cut, "SLICE", size)
        monkeypatch.setattr(portions, "PORTION", size)
        assert validate_tables(parquet_files(tmp_path / "tables"), is_whole=True) == whole
    for rows in tables.values():
        rows.reverse()
    write(tables, tmp_path / "reversed", group=9)
    monkeypatch.setattr(shuffle, "PORTION", 40)

    assert verdict(validate_tables(parquet_files(tmp_path / "reversed"), is_whole=True)) == verdict(whole)
