"""What happened to records after they were annotated: earlier texts of articles, and corrections of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from news_dataset import records
from news_dataset.testing.arrays import Ints, grouped, numbers, take

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables, World


def later_tables(world: World, articles: Ints, at: Ints, statements: pa.Array) -> Tables:
    """Return earlier texts of some articles, and corrections of some of their statements."""
    owner, place = grouped(world.draws.choice("earlier texts", articles, (75, 20, 5)))
    given = {"article": take(world.ids["article"], articles[owner]), "ordinal": numbers(place + 1)}
    given |= {"release": take(["2026.05.0", "2026.11.12"], articles[owner] % 2)}
    earlier = world.table(records.EarlierText, articles[owner] * 4 + place, given)
    owner, place = grouped(world.draws.choice("corrections", at, (95, 4, 1)))
    given = {"record": take(statements, owner), "ordinal": numbers(place + 1)}
    return {"earlier_texts": earlier, "corrections": world.table(records.Correction, at[owner] * 4 + place, given)}
