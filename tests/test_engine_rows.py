"""What SQL proves of a row, its model accepts; what publishing writes in SQL is what Python writes."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import news_dataset as nd
from news_dataset import edtf
from news_dataset.engine.computed import computed_columns
from news_dataset.engine.database import connected
from news_dataset.engine.duckdb import DuckDBStore, add_computed_columns
from news_dataset.engine.rows import MODELS, full_columns, narrow_columns, predicate
from news_dataset.profile import BASE
from news_dataset.publish.tables import content_of, row_line, write_lines
from news_dataset.records import BY_TABLE, Record, Row
from news_dataset.records.columns import columns
from news_dataset.rules import quoted
from news_dataset.spans import Text, skeleton, span_digest
from news_dataset.tabular import content_hash, flatten, tables, to_arrow
from news_dataset.testing import strategies
from tests.spoiling import VALUES

ROWS = int(os.environ.get("FUZZ_ROWS", "800")) // 4
"""So many rows of each table are spoiled; `make fuzz` raises it."""
TYPES = {"int32": pa.int64(), "double": pa.float64(), "bool": pa.bool_()}
NUMBERS: list[Any] = [None, 0, 1, -1, 2, 2**31 - 1, 2**31, -(2**31), 2**63 - 1, 90, -180, 10**9]
FLOATS: list[Any] = [None, float("nan"), float("inf"), -0.0, 90.0, 90.0000001, -180.5, 1e308, 5e-324]


def plain(model: type[Row], row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in model.model_fields if row.get(name) is not None}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in kept.items()}


def spoiled(model: type[Row], rows: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Rows of which up to three values are others, or those of other rows; the first ones are as they were."""
    found = [dict(row) for row in rows[:50]]
    kinds = {column.name: column.kind for column in columns(model)}
    texts = [value for value in VALUES if isinstance(value, str)] + [None, "a\0b", "\x85"]
    for _ in range(ROWS):
        row = dict(chance.choice(rows))
        for _ in range(chance.choice([1, 1, 2, 3])):
            name = chance.choice([*kinds])
            others = {"int32": NUMBERS, "double": FLOATS, "bool": [None, True, False]}.get(kinds[name], texts)
            row[name] = chance.choice(others) if chance.random() < 0.7 else chance.choice(rows).get(name)
        found.append(row)
    return found


def proven(model: type[Row], rows: Iterable[dict[str, Any]]) -> list[bool]:
    """Return which rows are proven."""
    rows = list(rows)
    cells = {
        c.name: pa.array([row.get(c.name) for row in rows], TYPES.get(c.kind, pa.string())) for c in columns(model)
    }
    batch = pa.table(cells | {"_pos": pa.array(range(len(rows)), pa.int64())})
    with connected(threads=1) as database:
        store = DuckDBStore(database, BASE)
        store.add(vars(model)["table"], add_computed_columns(model, batch), '"_pos"', store.cursor())
        found = database.execute(f"SELECT proven FROM {vars(model)['table']} ORDER BY pos").fetchall()
    return [bool(one) for (one,) in found]


def test_tables_are_declared_as_their_columns_are_worked_out() -> None:
    """The narrow ones, and the whole ones that are published; else DuckDB casts in silence, or refuses rows."""
    wrong = []
    with connected() as database:
        store = DuckDBStore(database, BASE, is_keeping=True)
        for table, model in MODELS.items():
            relation = store._typed_select(model, frozenset(), '"_me"', False)
            for name, select in ((table, narrow_columns(model)), (f"full_{table}", full_columns(model))):
                listed = ", ".join(f'{said} AS "{column}"' for column, said in select.items())
                worked_out = database.execute(f"DESCRIBE SELECT {listed} FROM ({relation})").fetchall()
                declared = database.execute(f"DESCRIBE {name}").fetchall()
                wrong += [name for a, b in zip(worked_out, declared, strict=True) if a[:2] != b[:2]]

    assert not wrong


def objection(model: type[Row], row: dict[str, Any]) -> str:
    """What the model, or a rule about one row, has against it."""
    try:
        model.model_validate(row)
    except ValidationError as error:
        if any(one["loc"][:1] != ("names",) for one in error.errors()):
            return str(error)
    for name in (column.name for column in columns(model) if column.kind in ("edtf", "day") and column.name in row):
        try:
            edtf.bounds(row[name])
        except ValueError as error:
            return str(error)
    return next((why for rule in model.rules for _, why in rule.breaches(row)), "")


@pytest.fixture(scope="module")
def published() -> dict[str, list[dict[str, Any]]]:
    """The published rows; a table without any has those of the examples of its columns."""
    whole = nd.load_all(as_="records")
    found = {name: [plain(MODELS[name], row) for row in whole[name]] for name in MODELS}
    examples: dict[str, list[dict[str, Any]]] = {
        "value_sources": [{"field": "birth_date", "source": "source/a"}],
        "corrections": [{"corrected_on": "2031-05-03", "says": "The finding named another day."}],
        "earlier_texts": [{"text_sha256": "0" * 64, "text_length": 1, "carried_on": "2031-05-03"}],
    }
    return {name: rows or examples.get(name, [{"id": "person/a"}]) for name, rows in found.items()}


def test_what_is_proven_is_accepted(published: dict[str, list[dict[str, Any]]]) -> None:
    """Whatever stands in its columns; and rows that are right are proven, or every row would cost its model."""
    chance, wrong = random.Random(20261129), []
    for table, model in MODELS.items():
        rows = [plain(model, row) for row in spoiled(model, published[table], chance)]
        found = proven(model, rows)
        for row, is_proven in zip(rows, found, strict=True):
            if is_proven and (said := objection(model, row)):
                wrong.append(f"{table}: {row}: {said}")
        good = min(50, len(published[table]))
        if table != "redirects":
            assert all(found[:good]), f"{table}: {rows[found.index(False)]}"
        assert not all(found), table

    assert not wrong, "\n".join(wrong[:20])


def test_a_proof_that_says_too_much_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without what is worked out of dates and words, something false is proven."""
    model = MODELS["events"]
    odd = [one.name for one in computed_columns(model) if one.name.endswith("_odd")]
    sql = predicate(model)
    for name in odd:
        assert quoted(name) in sql
    row = {"id": "event/a", "title": "A", "type": "CONSULT", "date": "2025-02-30"}
    assert proven(model, [row]) == [False]
    assert objection(model, row)


# JSON that publishing writes in SQL.


LIKELY = st.sampled_from(['"', "\\", '\\"', "/", "é", "\U0001f600", "\u2028", "한", "'", "\\n", "\x7f", "{}", "[1]"])
WORDS = st.lists(LIKELY | strategies.texts(20), min_size=1, max_size=4).map("".join)


@given(st.lists(st.tuples(WORDS, st.none() | WORDS, st.none() | st.floats(-90, 90)), max_size=40))
@settings(max_examples=25)
def test_a_row_is_written_as_json_in_sql(rows: list[tuple[str, str | None, float | None]]) -> None:
    """Quotation marks, backslashes, any script, numbers of every size: the hash is that of Python's rows."""
    empty: dict[str, Any] = {field.name: None for field in tables()["places"].fields}
    made = [
        empty | {"id": f"place/{at:04}", "name": name, "kind": "city", "note": note, "latitude": number}
        for at, (name, note, number) in enumerate(rows)
    ]
    table = to_arrow(tables()["places"], made)
    with duckdb.connect() as database:
        content = content_of(database, tables()["places"], table.to_batches())

    assert (content.rows, content.content_hash) == (len(made), content_hash(made))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1e16, 1e15, 1e-5, 1e-4, 5e-324, -0.0, 0.1]))
def test_a_number_is_written_as_python_writes_it(number: float) -> None:
    """What models admit: degrees, and amounts of any size."""
    ((said,),) = duckdb.execute("SELECT ?::DOUBLE::VARCHAR", [number]).fetchall()

    assert said == json.dumps(number)


@given(strategies.datasets(max_size=12))
@settings(max_examples=10)
def test_any_records_have_the_lines_that_python_writes(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record]
) -> None:
    """With every field present or absent, numbers of every size, days of every year; children in their order."""
    folder, rows = tmp_path_factory.mktemp("any"), flatten(records)
    for name, table in tables().items():
        pq.write_table(to_arrow(table, rows[name]), folder / f"{name}.parquet")
    with duckdb.connect() as database:
        for table_name, model in BY_TABLE.items():
            write_lines(database, model, folder, folder / f"{table_name}.jsonl")
            mine = sorted((one for one in records if one.table == table_name), key=lambda one: one.id)
            texts = (json.dumps(one.to_dict(), ensure_ascii=False, separators=(",", ":")) + "\n" for one in mine)
            assert (folder / f"{table_name}.jsonl").read_text("utf-8") == "".join(texts)


# The words of spans.


@given(st.lists(st.text(max_size=20) | st.sampled_from(["ﷺ½ﬁ", "한국", "\0", "ΑΣ", "ß", "", "A b", "İ"]), max_size=9))
def test_digests_are_those_of_skeletons(texts: list[str]) -> None:
    """ASCII has a way of its own."""
    for words in texts:
        length, digest = span_digest(words).split()
        assert int(length) == len(skeleton(words))
        if skeleton(words):
            assert digest == Text(words).span(0, len(words)).digest


def test_lines_of_rows_have_every_column() -> None:
    """In its place, null where it has no value."""
    table = tables()["people"]
    with duckdb.connect() as database:
        database.register(
            "batch", to_arrow(table, [{field.name: None for field in table.fields} | {"id": "x", "name": "y"}])
        )
        ((line,),) = database.execute(f"SELECT {row_line(table)} FROM batch").fetchall()

    assert list(json.loads(line)) == [field.name for field in table.fields]
