"""The tables of what articles refer to: entities, events with participants, sources, and redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from news_dataset import records
from news_dataset.records import BY_TYPE, ENTITY_TYPES, codebooks
from news_dataset.records.codebooks import MODES_OF
from news_dataset.testing.arrays import Ints, Mask, grouped, join, numbers, only, take, words
from news_dataset.testing.world import CHILD_KEYS, World, name_parts, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables


def base_tables(world: World) -> Tables:
    """Return the tables of entities, events and sources with their children, and of redirects."""
    import pyarrow as pa

    result: Tables = {}
    for kind in ("organization", "person", "place"):
        keys = world.order[kind]
        given = {"id": world.ids[kind], "name": world.name(kind)}
        if kind == "person":
            known, (family, first) = world.present("people", "family_name", keys), name_parts(world.draws, kind, keys)
            parts = {"family_name": family, "given_name": first}
            given |= {name: only(part.cast("string"), known) for name, part in parts.items()}
        result[BY_TYPE[kind].table] = world.table(BY_TYPE[kind], keys, given)
    result["names"] = pa.concat_tables([_names(world, kind) for kind in ("organization", "person", "place")])
    owner, place = grouped(world.draws.choice("offices", world.order["person"], (30, 50, 20)))
    given = {"person": take(world.ids["person"], owner), "ordinal": numbers(place + 1)}
    result["offices"] = world.table(records.Office, world.order["person"][owner] * CHILD_KEYS + place, given)
    result["value_sources"] = pa.concat_tables([_value_sources(world, kind) for kind in sorted(ENTITY_TYPES)])
    keys = np.arange(world.count("source"))
    origin = world.draws.integers("origin", keys, keys.clip(1))
    is_copy = world.draws.chance("origin?", keys, 15) & (keys > 0)
    given = {"id": world.ids["source"], "derived_from": take(world.ids["source"], origin, is_copy)}
    result["sources"] = world.table(records.Source, world.order["source"], given)
    return result | _events(world) | {"redirects": _redirects(world)}


def _names(world: World, kind: str) -> pa.Table:
    """Return names of entities of a type in other scripts, none to three for each."""
    draws, order, scripts = world.draws, world.order[kind], words("script")
    owner, place = grouped(draws.choice(f"{kind}, names", order, (20, 45, 25, 10)))
    keys = order[owner] * CHILD_KEYS + place
    script = draws.zipf(f"{kind}, script", keys, len(scripts))
    counts = np.array([len(words(script_name)) for script_name in scripts])
    chosen = (np.cumsum(counts) - counts)[script] + draws.integers(f"{kind}, names", keys, counts[script])
    given = {
        "entity": take(world.ids[kind], owner), "ordinal": numbers(place + 1), "language": take(scripts, script),
        "name": take([name for script_name in scripts for name in words(script_name)], chosen),
    }  # fmt: skip
    return world.table(records.Name, keys, given)


def _value_sources(world: World, kind: str) -> pa.Table:
    """Return the sources of single fields of the records of a type, none to two for each."""
    fields = [name for name in codebooks.VALUE_FIELD.definitions if name in BY_TYPE[kind].model_fields]
    owner, place = grouped(world.draws.choice(f"{kind}, value sources", world.order[kind], (65, 25, 10)))
    keys = world.order[kind][owner] * CHILD_KEYS + place
    given = {
        "entity": take(world.ids[kind], owner), "ordinal": numbers(place + 1),
        "field": take(fields, world.draws.zipf(f"{kind}, field", keys, len(fields))),
        "source": take(world.ids["source"], world.draws.zipf(f"{kind}, value source", keys, world.count("source"))),
    }  # fmt: skip
    return world.table(records.ValueSource, keys, given)


def _events(world: World) -> Tables:
    """Return the tables ``events``, ``topics`` of events, and ``event_participants``."""
    draws, events, ids = world.draws, np.arange(world.count("event")), world.ids["event"]
    types, modes = tuple(codebooks.EVENT_TYPE.definitions), tuple(codebooks.MODE.definitions)
    mode_counts = np.array([len(MODES_OF.get(type_, ())) for type_ in types])
    of_types = np.array([modes.index(mode) for type_ in types for mode in MODES_OF.get(type_, ())] + [0])
    kind = draws.zipf("event type", events, len(types))
    first_modes = np.cumsum(mode_counts) - mode_counts
    mode = of_types[first_modes[kind] + draws.integers("event mode", events, mode_counts[kind].clip(1))]
    parent = draws.integers("event parent", events, events.clip(1))
    is_part = draws.chance("event parent?", events, 10) & (events > 0)
    given = {
        "id": ids, "type": take(types, kind), "parent": take(ids, parent, is_part),
        "mode": take(modes, mode, (mode_counts[kind] > 0) & draws.chance("event mode?", events, 55)),
    }  # fmt: skip
    owner, place = grouped(_participant_counts(world, events))
    participant_keys = owner * CHILD_KEYS + place
    participant_form = draws.choice("event participant, form", participant_keys, (92, 5, 3))
    entity = only(world.entities("event_participants", participant_keys, owner), participant_form == 0)
    participant = {"event": take(ids, owner), "ordinal": numbers(place + 1), "entity": entity}
    present = {"label": participant_form == 1, "implicit": participant_form == 2}
    return {
        "events": world.table(records.Event, events, given),
        "topics": topics_of(world, "event", events, ids, (20, 60, 20)),
        "event_participants": world.table(records.EventParticipant, participant_keys, participant, present),
    }  # fmt: skip


def topics_of(world: World, purpose: str, keys: Ints, ids: pa.Array, weights: tuple[int, ...]) -> pa.Table:
    """Return the topics of records, distinct within each; *weights* are for 0, 1, 2 … topics."""
    topics = tuple(codebooks.TOPIC.definitions)
    owner, place = grouped(world.draws.choice(f"{purpose}, topics", keys, weights))
    topic = (world.draws.zipf(f"{purpose}, topic", keys[owner], len(topics)) + place * 5) % len(topics)
    return table_of("topics", {"record": take(ids, owner), "ordinal": numbers(place + 1), "topic": take(topics, topic)})


def _redirects(world: World) -> pa.Table:
    """Return redirects of former ids of people; every fifth has no new id."""
    ids, people = world.ids["person"], world.count("person")
    rows = np.arange(min(24 + people // 20, people))
    has_new, reasons = rows % 5 != 4, tuple(codebooks.REDIRECT_REASON.definitions)
    given = {
        "old_id": join(take(ids, rows * people // len(rows)), "-former"),
        "new_id": take(ids, world.draws.zipf("redirect", rows, people), has_new),
        "reason": take(reasons, np.where(has_new, rows % 2 * 3, 2)),
        "release": take(["2026.05.0", "2026.11.12"], rows % 2),
    }  # fmt: skip
    return table_of("redirects", given)


def _participant_counts(world: World, event: Ints) -> Ints:
    """Return how many participants each event has."""
    return world.draws.choice("event participants", event, (10, 30, 45, 15))


def participations(world: World, keys: Ints, is_free: Mask) -> dict[str, pa.Array]:
    """Return ``event`` and ``of`` for mentions that show a participant, else nulls."""
    event = world.draws.zipf("event of a mention", keys, world.count("event"))
    is_shown = world.draws.chance("takes part", keys, 5) & is_free & (_participant_counts(world, event) > 0)
    return {"event": take(world.ids["event"], event, is_shown), "of": numbers(np.ones_like(keys), is_shown)}
