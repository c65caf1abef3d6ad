"""Parquet tables of any size and layout: the engine, and pydantic with records in memory, say the same."""

from __future__ import annotations

import copy
import json
import os
import random
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import checks, edtf, tabular
from news_dataset.collection import Collection
from news_dataset.engine.database import connected
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.run import check
from news_dataset.engine.source import Context
from news_dataset.engine.tables import tables_source
from news_dataset.entries import Entry, entry_at
from news_dataset.errors import NewsDatasetError
from news_dataset.folders import parquet_files
from news_dataset.issues import Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import BASE
from news_dataset.reader import Document
from news_dataset.records import CHILDREN, RECORDS
from news_dataset.records.columns import children
from news_dataset.validation import checked, validated
from tests.conftest import IS_FULL, ROOT
from tests.spoiling import VALUES

ROWS = int(os.environ.get("FUZZ_ROWS", "300" if IS_FULL else "60"))
"""So many rows are spoiled in all; `.ci/run` and `make fuzz` raise it."""
ORDERS = int(os.environ.get("FUZZ_ORDERS", "2"))
PUBLISHED = ROOT / "data" / "published"
TABLES = [vars(model)["table"] for model in (*RECORDS, *CHILDREN)]
Tables = dict[str, list[dict[str, Any]]]
Verdict = set[tuple[str, str, str, str]]


@pytest.fixture(scope="module")
def published() -> Tables:
    return {name: nd.load(name, as_="records") for name in nd.tables()}


def write(tables: Mapping[str, list[dict[str, Any]]], folder: Path, group: int = 1_000_000) -> Path:
    """Write rows in the order given, with columns that may all be null."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, rows in tables.items():
        wanted = tabular.arrow_schema(tabular.tables()[name])
        schema = pa.schema([one.with_nullable(True) for one in wanted], metadata=wanted.metadata)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet", row_group_size=group)
    return folder


def records_of(tables: Tables) -> list[dict[str, Any]]:
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


def in_memory(tables: Tables) -> Report:
    """What pydantic and the checks say of the records that rows make."""
    entries: list[Entry] = []
    for data in records_of(tables):
        kind = data.pop("\0")
        entry = entry_at(Document("x.jsonl", data, {}, {}), "", kind, data, SCHEMA_VERSION)
        assert isinstance(entry, Entry)
        entries.append(entry)
    return checked(Collection(Path("x"), (), tuple(entries)))


def verdict(report: Report) -> Verdict:
    """Code, record, column and message of each issue; where it stands differs between files and tables."""
    found = set()
    for one in report.issues:
        if one.code in ("broken_table", *checks.OF_FILES):
            continue
        column = one.pointer.rpartition("/")[2]
        message = one.message.partition(" is already used")[0]
        found.add((one.code, one.record, column if not column.isdigit() else "", message))
    return found


def tallies(report: Report) -> dict[str, Any]:
    left_out = ("broken_table", *checks.OF_FILES)
    return {
        one.code: (one.checked, one.failed, one.warned, one.skipped)
        for one in report.tallies
        if one.code not in left_out
    }


def spoil(tables: Tables, chance: random.Random, number: int) -> None:
    """Change so many cells to something that may be wrong; keys and ordinals stay, which only tables can get wrong."""
    for _ in range(number):
        name = chance.choice([one for one in TABLES if tables[one]])
        row = chance.choice(tables[name])
        table = tabular.tables()[name]
        columns = [f for f in table.fields if f.name not in table.key and not f.name.endswith(("_min", "_max"))]
        field = chance.choice(columns)
        value = chance.choice([v for v in VALUES if fits(v, field.kind)])
        if field.kind == "int32" and chance.random() < 0.5:
            value = (row[field.name] or 0) + chance.choice([-1, 1, -50, 50])
        if field.kind == "date32" and value is not None:
            continue
        row[field.name] = float(value) if field.kind == "double" and value is not None else value
        if f"{field.name}_min" in row:  # the bounds stay right where there are any
            row[f"{field.name}_min"], row[f"{field.name}_max"] = bounds(value)


def bounds(value: Any) -> Any:
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
    fast, slow = validated_tables(PUBLISHED), checked(Collection.open(PUBLISHED))

    assert fast.ok
    assert tallies(fast) == tallies(slow)
    counts = {one.code: one.checked for one in fast.tallies}
    assert counts["broken_table"] >= sum(len(nd.load(name)) for name in nd.tables())


def validated_tables(folder: Path, threads: int | None = None, memory: str | None = None) -> Report:
    """Validate the tables in a folder, though it be a release."""
    source = tables_source(parquet_files(folder))
    with connected(memory, threads) as database:
        return check(source, DuckDBStore(database, BASE, is_of_tables=True), Context(is_whole=True))


def test_spoiled_rows(published: Tables, tmp_path: Path) -> None:
    """The same records at fault, in the same columns, with the same messages; and the same denominators."""
    chance, spoilt, failed, wrong = random.Random(20261126), 0, 0, []
    while spoilt < ROWS:
        tables, number = copy.deepcopy(published), chance.choice([1, 2, 5, 30, 200])
        spoil(tables, chance, number)
        fast, slow = validated(write(tables, tmp_path / "tables")), in_memory(tables)
        mine, its = tallies(fast), tallies(slow)
        counts = [f"{code}: {mine[code]}, not {its[code]}" for code in its if mine[code] != its[code]]
        wrong += [f"after {spoilt}: {one}" for one in [*sorted(verdict(fast) ^ verdict(slow)), *counts]]
        spoilt, failed = spoilt + number, failed + len(slow.issues)

    assert not wrong, "\n".join(wrong[:40])
    assert failed > ROWS / 2


def test_evidence_of_a_participant_that_cannot_be(published: Tables, tmp_path: Path) -> None:
    """A number that no list has, however far below its first, is an issue of its record."""
    tables = copy.deepcopy(published)
    first = {row["statement"]: row for row in reversed(tables["evidence"]) if row["role"] == "source" and row["of"]}
    wrong = dict(zip(sorted(first), (-41, -1, 0, 99), strict=False))
    for statement, of in wrong.items():
        first[statement]["of"] = of
    fast = validated(write(tables, tmp_path / "tables"))

    assert len(wrong) == 4
    assert {one.record for one in fast.errors} == {*wrong}
    assert verdict(fast) == verdict(in_memory(tables))


def test_order_partitions_and_files_do_not_matter(published: Tables, tmp_path: Path) -> None:
    """Shuffled rows in any number of files and row groups get the verdict that sorted rows in one file get."""
    wrong = []
    for seed in range(ORDERS):
        chance, tables = random.Random(seed), copy.deepcopy(published)
        spoil(tables, chance, (0, 1, 3, 20)[seed % 4])
        if seed % 2:  # an id that stands twice
            name = chance.choice([model.table for model in RECORDS])
            tables[name].append(dict(chance.choice(tables[name])))
        folder = tmp_path / str(seed)
        expected = validated(write(tables, folder / "sorted"))
        for name, rows in tables.items():
            if seed:
                chance.shuffle(rows)
            cuts = sorted(chance.randrange(len(rows) + 1) for _ in range(chance.randrange(4)))
            for number, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
                place = folder / "shuffled" / name / f"part={number}"
                write({name: rows[first:last]}, place, group=chance.choice([7, 60, 1000]))
        found = validated(folder / "shuffled")
        wrong += [f"seed {seed}: {one}" for one in verdict(found) ^ verdict(expected)]
        wrong += [f"seed {seed}: counts"] * (tallies(found) != tallies(expected))

    assert not wrong, "\n".join(wrong)


def test_of_rows_that_share_their_numbers_the_order_in_the_list_counts(published: Tables, tmp_path: Path) -> None:
    """Not where they are in a file: the same one is named as the other."""
    tables = copy.deepcopy(published)
    contents = [row for row in tables["evidence"] if row["role"] == "content"]
    first, second = next((a, b) for a, b in pairwise(contents) if a["statement"] == b["statement"])
    second |= {"mention": first["mention"], "fragment": first["fragment"]}
    found = verdict(validated(write(tables, tmp_path / "sorted")))
    tables["evidence"].reverse()

    assert found
    assert verdict(validated(write(tables, tmp_path / "reversed"))) == found


def test_groups_threads_and_memory_do_not_change_the_report(published: Tables, tmp_path: Path) -> None:
    """Byte for byte, where the rows are at the same places."""
    tables, reports = copy.deepcopy(published), {}
    spoil(tables, random.Random(5), 40)
    tables["people"].append(dict(tables["people"][0]))
    ways = ((10**6, 2, "256MB"), (9, 1, "8GB"), (10**6, 1, "8GB"), (9, 2, "256MB"))
    for group, threads, memory in ways if IS_FULL else ways[:2]:
        report = validated_tables(write(tables, tmp_path / "tables", group), threads, memory)
        reports[group, threads, memory] = json.dumps([*report.to_rows(), repr(report)], default=str)

    assert len(set(reports.values())) == 1
    assert "duplicate_id" in reports[9, 1, "8GB"]


# Files that are not what they should be.


def changed(column: str, values: Any) -> Any:
    """Return what replaces a column of a table."""
    return lambda table: table.set_column(table.column_names.index(column), pa.field(column, values.type), values)


def raw_text(table: pa.Table) -> pa.Array:
    raw = pa.array([b"fine", *[b"\xff\xfe"] * (len(table) - 1)], pa.binary())
    return pa.StringArray.from_buffers(len(table), raw.buffers()[1], raw.buffers()[2])


def test_columns_that_no_model_could_use(tmp_path: Path) -> None:
    """Each gives issues of a code, which name the file; the other tables are looked at all the same."""
    n = len(nd.load("places"))
    cases: dict[str, tuple[Any, str]] = {
        "a column is missing": (lambda t: t.drop_columns(["name"]), "missing_key"),
        "a column more": (lambda t: t.append_column("title", t["name"]), "unknown_key"),
        "a column twice": (lambda t: t.append_column("name", t["name"]), "bad_syntax"),
        "numbers for texts": (changed("name", pa.array(range(n))), "wrong_type"),
        "texts for numbers": (changed("latitude", pa.array(["1"] * n)), "wrong_type"),
        "lists": (changed("note", pa.array([["x"]] * n)), "wrong_type"),
        "not a number": (changed("latitude", pa.array([float("nan")] * n)), "out_of_range"),
        "infinity": (changed("longitude", pa.array([float("-inf")] * n)), "out_of_range"),
        "no name": (changed("name", pa.nulls(n, pa.string())), "missing_key"),
        "no id": (changed("id", pa.nulls(n, pa.string())), "missing_key"),
        "NUL": (changed("name", pa.array(["a\0b"] * n)), "bad_form"),
        "text not UTF-8": (lambda t: changed("note", raw_text(t))(t), "UTF-8"),
        "another type of id": (changed("id", pa.array([f"person/{at}" for at in range(n)])), "bad_form"),
    }
    wrong = []
    for name, (change, code) in cases.items():
        folder = tables_in(tmp_path / name, "places", "sources")
        pq.write_table(change(pq.read_table(folder / "places.parquet")), folder / "places.parquet")
        try:
            report = validated(folder)
            found = {issue.code for issue in report if issue.path.endswith("places.parquet")}
            sources = sum(tally.checked for tally in report.tallies if tally.code == "impossible_date")
            wrong += [f"{name}: the sources were not looked at"] * (not sources)
        except NewsDatasetError as error:
            found = {word for word in ("UTF-8",) if word in str(error) and "places.parquet" in str(error)}
        wrong += [f"{name}: {found}"] * (code not in found)

    assert not wrong, "\n".join(wrong)


def tables_in(folder: Path, *names: str) -> Path:
    """Put copies of published tables into a folder."""
    folder.mkdir()
    for name in names:
        (folder / f"{name}.parquet").write_bytes((PUBLISHED / f"{name}.parquet").read_bytes())
    return folder


def test_numbers_and_days_beyond_what_columns_hold(tmp_path: Path) -> None:
    """Integers over 2^63 and over 2^31, and days that no calendar has, are issues of their rows."""
    n, wrong = len(nd.load("offices")), []
    ordinals = {"over 2^63": pa.array([2**63 + at for at in range(n)], pa.uint64()), "over 2^31": pa.array([2**40] * n)}
    days = {at: pa.array([at] * len(nd.load("people")), pa.int32()).cast(pa.date32()) for at in (2**31 - 1, -(2**31))}
    for table, column, name, values in [
        *(("offices", "ordinal", name, values) for name, values in ordinals.items()),
        *(("people", "birth_date_min", str(name), values) for name, values in days.items()),
    ]:
        folder = tables_in(tmp_path / name, "people", "offices")
        path = folder / f"{table}.parquet"
        pq.write_table(changed(column, values)(pq.read_table(path)), path)
        try:
            report = validated(folder)
        except NewsDatasetError as error:
            wrong += [f"{name}: {error}"] * (path.name not in str(error))
        else:
            wrong += [f"{name}: passed"] * all(issue.path != str(path) for issue in report.errors)

    assert not wrong, "\n".join(wrong)


def test_the_largest_and_least_numbers_of_columns(published: Tables, tmp_path: Path) -> None:
    """What queries add to them or multiply them by is a number too; each name of a column by itself."""
    fields = ((table, one) for table in TABLES for one in tabular.tables()[table].fields)
    whole = {(table, one.name) for table, one in fields if one.kind == "int32"}
    most = None if IS_FULL else 50
    for name in sorted({name for _, name in whole}):
        for value in (2**31 - 1, -(2**31)):
            rows = {
                table: [row | ({name: value} if (table, name) in whole else {}) for row in found[:most]]
                for table, found in published.items()
            }
            assert validated(write(rows, tmp_path / f"{name} {value}")).tallies


def test_statistics_that_lie_are_not_believed(published: Tables, tmp_path: Path) -> None:
    """Rows are found by their values, whatever the footer says of the least and the greatest."""
    folder = write(published, tmp_path / "tables", group=7)
    path = folder / "evidence.parquet"
    first, last = (pq.read_metadata(path).row_group(at).column(0).statistics.min for at in (0, 1))
    data = path.read_bytes()
    at = data.rindex(first.encode(), 0, len(data) - 8)  # in the footer, where no checksum is
    assert at > len(data) / 2
    path.write_bytes(data[:at] + b"zz" + data[at + 2 :])
    assert last != first or pq.read_metadata(path).num_row_groups > 1

    assert verdict(validated(folder)) == set()
