"""The tables that articles refer to: people, organizations, places, events, sources, redirects; and derived tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from news_dataset.codes import code_rows
from news_dataset.records import (
    BY_TYPE,
    EntityRow,
    Event,
    EventParticipant,
    Name,
    Office,
    Organization,
    Person,
    Place,
    RecordRow,
    Redirect,
    Source,
    Topic,
    codebooks,
)
from news_dataset.records.plover import MODES_OF
from news_dataset.tabular import tables, to_arrow
from news_dataset.testing import words
from news_dataset.testing.draws import Ints, join, numbers, only, rows_of_groups, take, take_codes
from news_dataset.testing.world import World, name_of, name_parts, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables

TOPICS = tuple(codebooks.TOPIC.definitions)


def base_tables(world: World) -> Tables:
    """Return everything that articles refer to."""
    return _entities(world) | _events(world) | {"sources": _sources(world), "redirects": _redirects(world)}


def _entities(world: World) -> Tables:
    import pyarrow as pa

    found: Tables = {}
    for kind, model in (("organization", Organization), ("person", Person), ("place", Place)):
        at = world.order[kind]
        given = {"id": world.ids[kind], "name": name_of(world, kind, np.arange(len(at)))}
        if kind == "person":
            family, first_name, _ = name_parts(world.draws, kind, at)
            known = world.present("people", "family_name", at)
            given |= {"family_name": only(family, known), "given_name": only(first_name, known)}
        found[model.table] = world.table(model, at, given)
    found["names"] = pa.concat_tables([_names(world, kind) for kind in ("organization", "person", "place")])
    owner, place = rows_of_groups(world.draws.choice("offices", world.order["person"], (30, 50, 20)))
    given = {"person": take(world.ids["person"], owner), "ordinal": numbers(place + 1)}
    return found | {"offices": world.table(Office, world.order["person"][owner] * 4 + place, given)}


def _names(world: World, kind: str) -> pa.Table:
    """Return names in other scripts."""
    draws, order = world.draws, world.order[kind]
    owner, place = rows_of_groups(draws.choice(f"{kind}, names", order, (20, 45, 25, 10)))
    at = order[owner] * 4 + place
    script = draws.zipf(f"{kind}, script", at, len(words.SCRIPTS))
    parts = []
    for side in (0, 1):
        lists = [one[side] for one in words.SCRIPTS.values()]
        many = np.array([len(one) for one in lists])
        chosen = (np.cumsum(many) - many)[script] + draws.integers(f"{kind}, {side}", at, many[script])
        parts.append(take([word for one in lists for word in one], chosen))
    given = {
        "entity": take(world.ids[kind], owner), "ordinal": numbers(place + 1), "name": join(*parts, by=" "),
        "language": take(list(words.SCRIPTS), script),
    }  # fmt: skip
    return world.table(Name, at, given)


def _events(world: World) -> Tables:
    draws, at, ids = world.draws, np.arange(world.count("event")), world.ids["event"]
    types, modes = tuple(codebooks.EVENT_TYPE.definitions), tuple(codebooks.MODE.definitions)
    many = np.array([len(MODES_OF.get(one, ())) for one in types])
    of_types = np.array([modes.index(mode) for one in types for mode in MODES_OF.get(one, ())] + [0])
    kind = draws.zipf("event type", at, len(types))
    mode = of_types[(np.cumsum(many) - many)[kind] + draws.integers("event mode", at, many[kind].clip(1))]
    has_mode = (many[kind] > 0) & draws.chance("event mode?", at, 55)
    above, is_part = draws.integers("event parent", at, at.clip(1)), draws.chance("event parent?", at, 10) & (at > 0)
    given = {
        "id": ids, "type": take_codes(types, kind), "mode": take_codes(modes, mode, has_mode),
        "parent": take(ids, above, is_part),
    }  # fmt: skip
    owner, place = rows_of_groups(draws.choice("event participants", at, (10, 30, 45, 15)))
    key = {"event": take(ids, owner), "ordinal": numbers(place + 1)}
    return {
        "events": world.table(Event, at, given),
        "event_participants": world.table(EventParticipant, owner * 4 + place, key),
        "topics": topics_of(world, "event", at, ids, (20, 60, 20)),
    }


def topics_of(world: World, what: str, at: Ints, ids: pa.Array, weights: tuple[int, ...]) -> pa.Table:
    """Return the topics of some records, different ones for each record."""
    owner, place = rows_of_groups(world.draws.choice(f"{what}, topics", at, weights))
    first = world.draws.zipf(f"{what}, topic", at[owner], len(TOPICS))
    topics = take_codes(TOPICS, (first + place * 5) % len(TOPICS))
    return world.table(Topic, owner, {"record": take(ids, owner), "ordinal": numbers(place + 1), "topic": topics})


def _sources(world: World) -> pa.Table:
    return world.table(Source, world.order["source"], {"id": world.ids["source"]})


def _redirects(world: World) -> pa.Table:
    """Return ids of people that are no more, each but every fifth with another that took its place."""
    ids, many = world.ids["person"], world.count("person")
    at = np.arange(min(24 + many // 20, many))
    has_new, reasons = at % 5 != 4, tuple(codebooks.REDIRECT_REASON.definitions)
    given = {
        "old_id": join(take(ids, at * many // len(at)), "-former"),
        "new_id": take(ids, world.draws.zipf("redirect", at, many), has_new),
        "reason": take_codes(reasons, np.where(has_new, at % 2 * 3, 2)),
        "release": take(["2026.05.0", "2026.11.12"], at % 2),
    }
    return world.table(Redirect, at, given)


def derived_rows(model: type[EntityRow | RecordRow], kind: str, rows: pa.Table) -> pa.Table:
    """Return the rows of ``entities`` or ``records`` that belong to the rows of a type's own table."""
    import pyarrow.compute as pc

    rows = rows.filter(pc.is_valid(rows["id"])).combine_chunks()
    given: dict[str, Any] = {"type": take_codes(tuple(BY_TYPE), np.full(len(rows), list(BY_TYPE).index(kind)))}
    if model is RecordRow:
        given |= {"id": rows["id"].chunk(0), "label": rows[BY_TYPE[kind].label_field].chunk(0)}
    else:
        given |= {name: rows[name].chunk(0) for name in ("id", "name", "country", "wikidata")}
    return table_of(model.table, given)


def codes() -> pa.Table:
    """Return the table of codes, which is the same for every dataset."""
    return to_arrow(tables()["codes"], [row.model_dump() for row in code_rows()])
