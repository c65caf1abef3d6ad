"""Events with their participants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import ENTITY_TYPES, codebooks
from news_dataset.records.plover import MODES_OF
from news_dataset.testing import words
from news_dataset.testing.arrays import coded, joined, table, taken, whole
from news_dataset.testing.cast import Tables, note, wikidata
from news_dataset.testing.days import dates
from news_dataset.testing.dice import Dice, Ints, spread
from news_dataset.testing.world import World

if TYPE_CHECKING:
    import pyarrow as pa

TOPICS = tuple(codebooks.TOPIC.definitions)


def events(world: World) -> Tables:
    """Return the events with their children."""
    return {"events": _events(world), "event_participants": _participants(world), "topics": _topics(world)}


def sentence(dice: Dice, what: str, at: Ints, extra: int = 60) -> pa.Array:
    """Return sentences of 40 to 200 characters; *extra* of a hundred have a second part, some of these a third."""
    lists = {"subject": words.SUBJECTS, "verb": words.VERBS, "object": words.OBJECTS}
    parts = [taken(some, dice.below(f"{what}, {part}", at, len(some))) for part, some in lists.items()]
    for number, percent in (("first", extra), ("second", extra // 3)):
        chosen = dice.below(f"{what}, {number} adjunct", at, len(words.ADJUNCTS))
        parts.append(taken(words.ADJUNCTS, chosen, dice.chance(f"{what}, {number}", at, percent)))
    return joined(*parts)


def _events(world: World) -> pa.Table:
    dice, at = world.dice, np.arange(world.count("event"))
    types, modes = tuple(codebooks.EVENT_TYPE.definitions), tuple(codebooks.MODE.definitions)
    many = np.array([len(MODES_OF.get(one, ())) for one in types])
    of_types = np.array([modes.index(mode) for one in types for mode in MODES_OF.get(one, ())] + [0])
    kind = dice.zipf("event type", at, len(types))
    mode = of_types[(np.cumsum(many) - many)[kind] + dice.below("event mode", at, many[kind].clip(1))]
    when, dated = world.event_dates(at)
    above = dice.below("event parent", at, at.clip(1))
    columns = {
        "id": world.ids("event"),
        "title": sentence(dice, "title", at, 40),
        "type": coded(types, kind),
        "mode": coded(modes, mode, (many[kind] > 0) & dice.chance("moded", at, 55)),
        **dates().columns("date", when, dated),
        "place": taken(world.ids("place"), world.among("place", "event", at), dice.chance("at", at, 50)),
        "parent": taken(world.ids("event"), above, dice.chance("part", at, 10) & (at > 0)),
        "wikidata": wikidata(world, "event", at, 10),
        "note": note(world, "event", at),
    }
    return table("events", columns)


def _participants(world: World) -> pa.Table:
    dice = world.dice
    owner, place = spread(dice.pick("event participants", np.arange(world.count("event")), [10, 30, 45, 15]))
    at = owner * 4 + place
    roles = tuple(codebooks.EVENT_ROLE.definitions)
    who = world.some(ENTITY_TYPES, [55, 35, 10], "takes part", at)
    columns = {
        "event": taken(world.ids("event"), owner),
        "ordinal": whole(place + 1),
        "entity": taken(world.listed(ENTITY_TYPES), who),
        "role": coded(roles, dice.pick("event role", at, [60, 25, 5, 10])),
    }
    return table("event_participants", columns)


def topics_of(world: World, what: str, at: Ints, ids: pa.Array, weights: list[int]) -> pa.Table:
    """Return the topics of some records, no record twice the same."""
    owner, place = spread(world.dice.pick(f"{what}, topics", at, weights))
    first = world.dice.zipf(f"{what}, topic", at[owner], len(TOPICS))
    columns = {
        "record": taken(ids, owner),
        "ordinal": whole(place + 1),
        "topic": coded(TOPICS, (first + place * 5) % len(TOPICS)),
    }
    return table("topics", columns)


def _topics(world: World) -> pa.Table:
    at = np.arange(world.count("event"))
    return topics_of(world, "event", at, world.ids("event"), [20, 60, 20])
