"""Tables: derived from the models, flat, keyed, and the inverse of themselves."""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset.manifest import Content
from news_dataset.publish.tables import content_of, ordered_content_of
from news_dataset.records import Record
from news_dataset.stores import Table
from news_dataset.tabular import code_rows, content_hash, flatten, hash_of_sum, tables, to_arrow, unflatten
from news_dataset.testing import strategies
from news_dataset.testing.strategies import datasets


def by_type(records: list[Record]) -> list[Record]:
    order = list(tables())
    return sorted(records, key=lambda record: (order.index(record.table), record.id))


@given(datasets())
def test_records_become_tables_and_records_again(records: list[Record]) -> None:
    """unflatten(flatten(x)) == x."""
    assert unflatten(flatten(records)) == by_type(records)


@given(datasets())
def test_the_way_through_parquet_loses_nothing(records: list[Record]) -> None:
    """The same through Arrow and a Parquet file in memory."""
    rows = {}
    for name, table in tables().items():
        sink = pa.BufferOutputStream()
        pq.write_table(to_arrow(table, flatten(records)[name]), sink, compression="zstd")
        rows[name] = pq.ParquetFile(pa.BufferReader(sink.getvalue())).read().to_pylist()

    assert unflatten(rows) == by_type(records)


@given(datasets())
def test_rows_are_sorted_by_their_key_and_keys_are_unique(records: list[Record]) -> None:
    """Uniqueness is one adjacent comparison."""
    for name, rows in flatten(records).items():
        keys = [tuple(row[column] for column in tables()[name].key) for row in rows]

        assert keys == sorted(set(keys))


def test_a_lost_row_is_noticed() -> None:
    """Negative control: without a child row the round trip is no identity."""
    records = [nd.get("person/ishiba-shigeru")]
    rows = flatten(records)
    rows["names"].pop()

    assert unflatten(rows) != records


def test_tables_are_flat() -> None:
    """No column is a list or a struct."""
    types = [field.type for table in tables().values() for field in to_arrow(table, flatten([])[table.name]).schema]

    assert not any(pa.types.is_nested(kind) for kind in types)


@pytest.mark.parametrize("name", nd.tables())
def test_every_reference_of_the_release_resolves(name: Table) -> None:
    """Every reference column refers to one table, and each of its ids stands there, with an admitted type."""
    rows = nd.load(name, as_="records")
    for field in tables()[name].fields:
        if field.references:
            known = {row["id"] for row in nd.load_all(as_="records")[field.references]}
            wanted = {row[field.name] for row in rows} - {None}

            assert field.references in tables()
            assert wanted <= known
            assert all(one.startswith(field.types) for one in wanted)


def test_every_code_of_the_release_is_in_the_codebook() -> None:
    """What a coded column holds, the table codes defines."""
    codes, rows = {(row.codebook, row.code) for row in code_rows()}, nd.load_all(as_="records")
    for name, table in tables().items():
        for field in table.fields:
            if field.codebook:
                used = {row[field.name] for row in rows[name]} - {None}

                assert {(field.codebook.name, code) for code in used} <= codes


def test_the_content_hash_depends_on_every_cell() -> None:
    """One changed cell changes the hash; a new object with the same cells does not."""
    rows = flatten([nd.get("person/ishiba-shigeru")])["people"]
    changed = [rows[0] | {"family_name": "Ishida"}]

    assert content_hash(rows) == content_hash([dict(rows[0])])
    assert content_hash(rows) != content_hash(changed)


ROWS = st.lists(st.fixed_dictionaries({"id": strategies.ids("source"), "publisher": strategies.texts(9)}), max_size=6)


@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 5))
@settings(max_examples=25)
def test_the_content_hash_does_not_depend_on_order_or_parts(
    rows: list[dict[str, str]], chance: Random, size: int
) -> None:
    """In Python and in SQL: rows in any order, parts of any size; and the hashes of parts add up to that of all."""
    table, absent = tables()["sources"], dict.fromkeys(field.name for field in tables()["sources"].fields)
    whole = [absent | {"url": "https://example.org", "kind": "news"} | row for row in rows]
    other = chance.sample(whole, len(whole))
    parts = [other[at : at + size] for at in range(0, len(other), size)]
    with duckdb.connect() as database:
        batches = [batch for part in parts for batch in to_arrow(table, part).to_batches()]
        content = content_of(database, table, batches)
        ordered = {ordered_content_of(database, table, to_arrow(table, one).to_batches()) for one in (whole, other)}

    assert content == Content(len(rows), content_hash(whole)) == Content(len(rows), content_hash(other))
    assert hash_of_sum(sum(int(content_hash(part), 16) for part in parts)) == content_hash(whole)
    assert len(ordered) == 1 + (whole != other)  # negative control: that of older releases does
    assert content_hash([*whole, *whole]) != content_hash(whole) or not whole


def test_the_release_is_what_the_committed_records_give(root: Path) -> None:
    """Published and curated are one dataset."""
    curated = nd.Dataset.open(root / "data" / "curated")

    assert curated.load_all(as_="records") == {name: nd.load(name, as_="records") for name in nd.tables()}
