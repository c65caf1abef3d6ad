"""Invented histories of records: earlier texts of articles, and corrections of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from news_dataset import records
from news_dataset.testing.arrays import Ints, grouped, numbers, take
from news_dataset.testing.world import CHILD_KEYS

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables, World


def history_tables(world: World, articles: Ints, statement_keys: Ints, statement_ids: pa.Array) -> Tables:
    """Return the tables ``earlier_texts`` and ``corrections``.

    Args:
        world: the dataset.
        articles: the indices of articles among the ids of the world.
        statement_keys: the number of each of their statements in the dataset.
        statement_ids: the ids of these statements.
    """
    parent, place = grouped(world.draws.choice("earlier texts", articles, (75, 20, 5)))  # % with 0, 1, 2 texts
    earlier = {
        "article": take(world.ids["article"], articles[parent]), "ordinal": numbers(place + 1),
        "release": take(["2026.05.0", "2026.11.12"], articles[parent] % 2),
    }  # fmt: skip
    earlier_texts = world.table(records.EarlierText, articles[parent] * CHILD_KEYS + place, earlier)
    parent, place = grouped(world.draws.choice("corrections", statement_keys, (95, 4, 1)))  # % with 0, 1, 2
    correction = {"record": take(statement_ids, parent), "ordinal": numbers(place + 1)}
    corrections = world.table(records.Correction, statement_keys[parent] * CHILD_KEYS + place, correction)
    return {"earlier_texts": earlier_texts, "corrections": corrections}
