"""What happened to articles after they were annotated: earlier texts, and corrections of their records."""

from __future__ import annotations

import numpy as np

from news_dataset import records
from news_dataset.testing.arrays import grouped, numbers, take
from news_dataset.testing.world import Tables, World


def later_tables(world: World) -> Tables:
    """Return the earlier texts of some articles, and the corrections of some."""
    at, ids, found = np.arange(world.count("article")), world.ids["article"], {}
    for model, key, weights in (
        (records.EarlierText, "article", (90, 8, 2)),
        (records.Correction, "record", (85, 12, 3)),
    ):
        owner, place = grouped(world.draws.choice(model.table, at, weights))
        given = {key: take(ids, owner), "ordinal": numbers(place + 1)}
        given |= {"release": take(["2026.05.0", "2026.11.12"], owner % 2)} if key == "article" else {}
        found[model.table] = world.table(model, owner * 4 + place, given)
    return found
