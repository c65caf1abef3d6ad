"""All parts of a synthetic dataset, one after another, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.codes import code_rows
from news_dataset.records import BY_TYPE, ENTITY_TYPES
from news_dataset.tabular import tables, to_arrow
from news_dataset.testing.arrays import coded, table
from news_dataset.testing.articles import articles
from news_dataset.testing.batch import batches
from news_dataset.testing.cast import Tables, entities, redirects, sources
from news_dataset.testing.faults import BATCHED, DERIVED, Planter
from news_dataset.testing.faults.part import PARENT_KEYS, Mark
from news_dataset.testing.happenings import events
from news_dataset.testing.proof import evidence
from news_dataset.testing.statements import statements
from news_dataset.testing.verdicts import assessments
from news_dataset.testing.world import THINGS, World, check, world_of

if TYPE_CHECKING:
    import pyarrow as pa

TYPES = tuple(BY_TYPE)
BY_ID = tuple(sorted(TYPES))
"""The record types in the order of their ids."""

PLANTED = ("table", "row", "record", "code", "column")


def parts(world: World, planter: Planter) -> Iterator[tuple[Tables, list[Mark]]]:
    """Yield the tables in parts, each sorted by key, with their faults.

    First comes what articles refer to, with the derived tables of it (of ``records`` the people only, among which that
    table has its faults); then batches of articles.
    """
    base = entities(world) | events(world) | {"sources": sources(world), "redirects": redirects(world)}
    examples = {kind: world.ids(kind)[0].as_py() for kind in world.slugs}
    sure = -(-int(world.offsets(THINGS)[-1]) // world.count("article"))
    base, found = planter.plant(base, [name for name in base if name not in PARENT_KEYS], examples, sure)
    of_entities = [entities_of(kind, base[BY_TYPE[kind].table]) for kind in BY_ID if kind in ENTITY_TYPES]
    people = records_of("person", base["people"])
    more = {"entities": together(of_entities), "records": people, "codes": codes()}
    more, some = planter.plant(more, DERIVED, examples, sure)
    yield base | more, found + some
    for batch in batches(world):
        made = articles(batch) | statements(batch) | {"evidence": evidence(batch)} | assessments(batch)
        yield planter.plant(made, BATCHED, examples, sure, range(int(batch.at[0]), int(batch.at[-1]) + 1))


def records_of(record_type: str, rows: pa.Table) -> pa.Table:
    """Return the rows of the table ``records`` for rows of a type's table."""
    rows = _with_id(rows)
    columns = {"id": rows["id"], "label": rows[BY_TYPE[record_type].label_field]}
    return table("records", columns | {"type": _type(record_type, len(rows))})


def entities_of(record_type: str, rows: pa.Table) -> pa.Table:
    """Return the rows of the table ``entities`` for rows of a type's table."""
    rows = _with_id(rows)
    columns = {name: rows[name] for name in ("id", "name", "country", "wikidata")}
    return table("entities", columns | {"type": _type(record_type, len(rows))})


def _with_id(rows: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    return rows.filter(pc.is_valid(rows["id"])).combine_chunks()


def _type(record_type: str, many: int) -> pa.Array:
    return coded(TYPES, np.full(many, TYPES.index(record_type)))


def codes() -> pa.Table:
    """Return the table of codes, which is the same for every dataset."""
    return to_arrow(tables()["codes"], [row.model_dump() for row in code_rows()])


def dataset(n: int, seed: int, faults: float) -> tuple[Tables, pa.Table]:
    """Return all tables and what was planted in them."""
    check(n, faults)
    world = world_of(n, seed)
    found: dict[str, list[pa.Table]] = {name: [] for name in tables()}
    planted: list[Mark] = []
    for part, marks in parts(world, Planter(world.dice, n, faults)):
        before = {name: sum(map(len, found[name])) for name in part}
        planted += moved(marks, before)
        for name, rows in part.items():
            found[name].append(rows)
    of_people = found.pop("records")
    whole = {name: together(rows) for name, rows in found.items()}
    records = {kind: records_of(kind, whole[BY_TYPE[kind].table]) for kind in BY_ID} | {"person": of_people[0]}
    whole["records"] = together(records.values())
    planted = moved(planted, {"records": sum(len(rows) for kind, rows in records.items() if kind < "person")})
    if faults:
        whole = {name: rows.cast(loose(rows.schema)) for name, rows in whole.items()}
    return {name: whole[name] for name in tables()}, faults_table(planted)


def moved(marks: Iterable[Mark], before: dict[str, int]) -> list[Mark]:
    """Return the places of faults in tables that have so many rows before."""
    return [replace(mark, row=mark.row + before.get(mark.table, 0)) for mark in marks]


def loose(schema: pa.Schema) -> pa.Schema:
    """Return a schema in which every column may be null."""
    import pyarrow as pa

    return pa.schema([field.with_nullable(True) for field in schema], schema.metadata)


def together(some: Iterable[pa.Table]) -> pa.Table:
    """Return tables as one; with faults in any of them every column may be null."""
    import pyarrow as pa

    found = list(some)
    if any(rows.schema == loose(rows.schema) for rows in found):
        found = [rows.cast(loose(rows.schema)) for rows in found]
    return pa.concat_tables(found).unify_dictionaries().combine_chunks()


def faults_table(planted: list[Mark]) -> pa.Table:
    """Return the table of faults, in the order of the tables."""
    import pyarrow as pa

    ranks = {name: rank for rank, name in enumerate(tables())}
    schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in PLANTED])
    ordered = sorted(planted, key=lambda mark: (ranks[mark.table], mark.row))
    return pa.Table.from_pylist([{name: getattr(mark, name) for name in PLANTED} for mark in ordered], schema=schema)
