"""All parts of a synthetic dataset, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from news_dataset.codes import code_rows
from news_dataset.records import BY_TYPE, ENTITY_TYPES
from news_dataset.tabular import tables, to_arrow
from news_dataset.testing.arrays import coded, table
from news_dataset.testing.articles import articles
from news_dataset.testing.batch import batches
from news_dataset.testing.cast import Tables, entities, redirects, sources
from news_dataset.testing.dice import Ints
from news_dataset.testing.happenings import events
from news_dataset.testing.proof import evidence
from news_dataset.testing.statements import statements
from news_dataset.testing.verdicts import assessments
from news_dataset.testing.world import World, check, world_of

if TYPE_CHECKING:
    import pyarrow as pa

TYPES = tuple(BY_TYPE)
PLANTED = ("table", "row", "record", "code", "column")
BY_ID = tuple(sorted(TYPES))
"""The record types in the order of their ids."""


def parts(world: World) -> Iterator[Tables]:
    """Yield the tables in parts, each sorted by key: first what articles refer to, then batches of articles."""
    yield entities(world) | events(world) | {"sources": sources(world), "redirects": redirects(world)}
    for batch in batches(world):
        yield articles(batch) | statements(batch) | {"evidence": evidence(batch)} | assessments(batch)


def derived(record_table: str, rows: pa.Table) -> Tables:
    """Return the rows of the derived tables that rows of a table of records bring about."""
    import numpy as np
    import pyarrow as pa

    model = next(model for model in BY_TYPE.values() if model.table == record_table)
    kinds: Ints = np.full(len(rows), TYPES.index(model.record_type))
    kind = coded(TYPES, kinds)
    columns = {"id": rows["id"], "type": kind, "label": rows[model.label_field]}
    found = {"records": table("records", columns)}
    if model.record_type in ENTITY_TYPES:
        columns = {name: rows[name] for name in ("id", "name", "country", "wikidata")} | {"type": kind}
        found["entities"] = table("entities", columns)
    return found


def codes() -> pa.Table:
    """Return the table of codes, which is the same for every dataset."""
    return to_arrow(tables()["codes"], [row.model_dump() for row in code_rows()])


def dataset(n: int, seed: int, faults: float) -> tuple[dict[str, pa.Table], pa.Table]:
    """Return all tables and what was planted in them."""
    import pyarrow as pa

    check(n, faults)
    found: dict[str, list[pa.Table]] = {name: [] for name in tables()}
    for part in parts(world_of(n, seed)):
        for name, rows in part.items():
            found[name].append(rows)
    for kind in BY_ID:
        rows = pa.concat_tables(found[BY_TYPE[kind].table])
        for name, some in derived(BY_TYPE[kind].table, rows).items():
            found[name].append(some)
    found["codes"].append(codes())
    joined = {name: pa.concat_tables(some).combine_chunks() for name, some in found.items()}
    planted = {name: pa.array([], pa.int64() if name == "row" else pa.string()) for name in PLANTED}
    return joined, pa.table(planted)
