"""What articles refer to: people, organizations, places, events and sources, and who takes part in events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from news_dataset import records
from news_dataset.records import BY_TYPE, ENTITY_TYPES, codebooks
from news_dataset.records.codebooks import MODES_OF
from news_dataset.testing.arrays import Ints, Mask, grouped, join, numbers, only, take, words
from news_dataset.testing.world import World, name_parts, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables


def base_tables(world: World) -> Tables:
    """Return people, organizations and places, events, sources, redirects."""
    import pyarrow as pa

    found: Tables = {}
    for kind in ("organization", "person", "place"):
        at = world.order[kind]
        given = {"id": world.ids[kind], "name": world.name(kind)}
        if kind == "person":
            known, (family, first) = world.present("people", "family_name", at), name_parts(world.draws, kind, at)
            parts = {"family_name": family, "given_name": first}
            given |= {name: only(part.cast("string"), known) for name, part in parts.items()}
        found[BY_TYPE[kind].table] = world.table(BY_TYPE[kind], at, given)
    found["names"] = pa.concat_tables([_names(world, kind) for kind in ("organization", "person", "place")])
    owner, place = grouped(world.draws.choice("offices", world.order["person"], (30, 50, 20)))
    given = {"person": take(world.ids["person"], owner), "ordinal": numbers(place + 1)}
    found["offices"] = world.table(records.Office, world.order["person"][owner] * 4 + place, given)
    found["value_sources"] = pa.concat_tables([_value_sources(world, kind) for kind in sorted(ENTITY_TYPES)])
    at = np.arange(world.count("source"))
    above, is_copy = world.draws.integers("origin", at, at.clip(1)), world.draws.chance("origin?", at, 15) & (at > 0)
    given = {"id": world.ids["source"], "derived_from": take(world.ids["source"], above, is_copy)}
    found["sources"] = world.table(records.Source, world.order["source"], given)
    return found | _events(world) | {"redirects": _redirects(world)}


def _names(world: World, kind: str) -> pa.Table:
    """Return names in other scripts."""
    draws, order, scripts = world.draws, world.order[kind], words("script")
    owner, place = grouped(draws.choice(f"{kind}, names", order, (20, 45, 25, 10)))
    at = order[owner] * 4 + place
    script = draws.zipf(f"{kind}, script", at, len(scripts))
    many = np.array([len(words(one)) for one in scripts])
    chosen = (np.cumsum(many) - many)[script] + draws.integers(f"{kind}, names", at, many[script])
    given = {
        "entity": take(world.ids[kind], owner), "ordinal": numbers(place + 1), "language": take(scripts, script),
        "name": take([name for one in scripts for name in words(one)], chosen),
    }  # fmt: skip
    return world.table(records.Name, at, given)


def _value_sources(world: World, kind: str) -> pa.Table:
    """Return where values of the records of a type come from."""
    fields = [name for name in codebooks.VALUE_FIELD.definitions if name in BY_TYPE[kind].model_fields]
    owner, place = grouped(world.draws.choice(f"{kind}, value sources", world.order[kind], (65, 25, 10)))
    at = world.order[kind][owner] * 4 + place
    given = {
        "entity": take(world.ids[kind], owner), "ordinal": numbers(place + 1),
        "field": take(fields, world.draws.zipf(f"{kind}, field", at, len(fields))),
        "source": take(world.ids["source"], world.draws.zipf(f"{kind}, value source", at, world.count("source"))),
    }  # fmt: skip
    return world.table(records.ValueSource, at, given)


def _events(world: World) -> Tables:
    draws, at, ids = world.draws, np.arange(world.count("event")), world.ids["event"]
    types, modes = tuple(codebooks.EVENT_TYPE.definitions), tuple(codebooks.MODE.definitions)
    many = np.array([len(MODES_OF.get(one, ())) for one in types])
    of_types = np.array([modes.index(mode) for one in types for mode in MODES_OF.get(one, ())] + [0])
    kind = draws.zipf("event type", at, len(types))
    mode = of_types[(np.cumsum(many) - many)[kind] + draws.integers("event mode", at, many[kind].clip(1))]
    above, is_part = draws.integers("event parent", at, at.clip(1)), draws.chance("event parent?", at, 10) & (at > 0)
    given = {
        "id": ids, "type": take(types, kind), "parent": take(ids, above, is_part),
        "mode": take(modes, mode, (many[kind] > 0) & draws.chance("event mode?", at, 55)),
    }  # fmt: skip
    owner, place = grouped(_participants(world, at))
    number = owner * 4 + place
    form = draws.choice("event participant, form", number, (92, 5, 3))
    entity = only(world.entities("event_participants", number, owner), form == 0)
    part = {"event": take(ids, owner), "ordinal": numbers(place + 1), "entity": entity}
    present = {"label": form == 1, "implicit": form == 2}
    return {
        "events": world.table(records.Event, at, given), "topics": topics_of(world, "event", at, ids, (20, 60, 20)),
        "event_participants": world.table(records.EventParticipant, number, part, present),
    }  # fmt: skip


def topics_of(world: World, what: str, at: Ints, ids: pa.Array, weights: tuple[int, ...]) -> pa.Table:
    """Return the topics of some records, different ones for each record."""
    topics = tuple(codebooks.TOPIC.definitions)
    owner, place = grouped(world.draws.choice(f"{what}, topics", at, weights))
    topic = (world.draws.zipf(f"{what}, topic", at[owner], len(topics)) + place * 5) % len(topics)
    return table_of("topics", {"record": take(ids, owner), "ordinal": numbers(place + 1), "topic": take(topics, topic)})


def _redirects(world: World) -> pa.Table:
    """Return ids of people that are no more, each but every fifth with another that took its place."""
    ids, many = world.ids["person"], world.count("person")
    at = np.arange(min(24 + many // 20, many))
    has_new, reasons = at % 5 != 4, tuple(codebooks.REDIRECT_REASON.definitions)
    given = {
        "old_id": join(take(ids, at * many // len(at)), "-former"),
        "new_id": take(ids, world.draws.zipf("redirect", at, many), has_new),
        "reason": take(reasons, np.where(has_new, at % 2 * 3, 2)), "release": take(["2026.05.0", "2026.11.12"], at % 2),
    }  # fmt: skip
    return table_of("redirects", given)


def _participants(world: World, event: Ints) -> Ints:
    """Return the number of participants of each of some events."""
    return world.draws.choice("event participants", event, (10, 30, 45, 15))


def takes_part(world: World, at: Ints, is_free: Mask) -> dict[str, pa.Array]:
    """Return for each mention that is free the event of which it shows the first participant, or nulls."""
    event = world.draws.zipf("event of a mention", at, world.count("event"))
    is_shown = world.draws.chance("takes part", at, 5) & is_free & (_participants(world, event) > 0)
    return {"event": take(world.ids["event"], event, is_shown), "of": numbers(np.ones_like(at), is_shown)}
