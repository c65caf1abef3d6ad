"""Statements with their participants, events, topics and quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import ENTITY_TYPES, codebooks
from news_dataset.testing import words
from news_dataset.testing.arrays import coded, joined, only, table, taken, whole, yes
from news_dataset.testing.articles import spans
from news_dataset.testing.batch import CLAIMS, ENTITY, IMPLICIT, KINDS, LABEL, MARGIN, OTHER, SECOND, SPEAKER, Batch
from news_dataset.testing.cast import Tables, note
from news_dataset.testing.days import dates
from news_dataset.testing.dice import Ints, Truths, spread
from news_dataset.testing.happenings import sentence, topics_of

if TYPE_CHECKING:
    import pyarrow as pa

ROLES = (*codebooks.PARTICIPANT_ROLE.definitions, *words.ROLES)


def statements(batch: Batch) -> Tables:
    """Return the statements with their children but for the evidence."""
    return {
        "statements": _statements(batch),
        "statement_participants": _participants(batch),
        "statement_events": _events(batch),
        "topics": topics_of(batch.world, "statement", batch.at, batch.ids, [35, 45, 15, 5]),
        "quantities": _quantities(batch),
    }


def rows_of(present: Truths) -> tuple[Ints, Ints, Ints]:
    """Return for each truth its row, its column, and which in its row it is, from 0."""
    row, slot = np.nonzero(present)
    return row, slot, (np.cumsum(present, axis=1) - 1)[row, slot]


def _statements(batch: Batch) -> pa.Table:
    world, dice, at = batch.world, batch.dice, batch.at
    events = taken(world.ids("event"), world.among("event", "occasion", at))
    above = np.arange(len(at)) - 1 - dice.below("parent", at, batch.place.clip(1))
    columns = {
        "id": batch.ids,
        "article": joined("article", taken(batch.slugs, batch.owner), by="/"),
        "kind": coded(KINDS, batch.kind),
        "claim_type": coded(CLAIMS, batch.claim),
        "cue": taken(words.CUES, dice.zipf("cue", at, len(words.CUES)), batch.cued),
        "gist": sentence(dice, "gist", at, 65),
        "quote": only(joined(*batch.fragments, by=" … "), batch.quoted),
        "quote_fidelity": coded(tuple(codebooks.QUOTE_FIDELITY.definitions), dice.pick("fidelity", at, [30, 45, 25]),
                                batch.quoted),
        "certainty": coded(tuple(codebooks.CERTAINTY.definitions), dice.pick("certainty", at, [72, 10, 6, 12])),
        "polarity": coded(tuple(codebooks.POLARITY.definitions), dice.pick("polarity", at, [86, 11, 3])),
        "occasion": only(events, dice.chance("on an occasion", at, 30)),
        "parent": taken(batch.ids, above.clip(0), dice.chance("within", at, 5) & (batch.place > 0)),
        "note": note(world, "statement", at),
    }  # fmt: skip
    return table("statements", columns)


def _participants(batch: Batch) -> pa.Table:
    world, dice = batch.world, batch.dice
    row, slot, place = rows_of(batch.who)
    at = batch.at[row] * 4 + slot
    form = np.where(slot == SPEAKER, batch.form[row], np.where(slot == SECOND, ENTITY, dice.pick("form", at, [70, 30])))
    role = np.where(slot == OTHER, 2 + dice.pick("role", at, [60, 25, 15]), np.where(slot <= SECOND, 0, 1))
    who = world.some(ENTITY_TYPES, [75, 22, 3], "participant", at)
    columns = {
        "statement": taken(batch.ids, row),
        "ordinal": whole(place + 1),
        "role": coded(ROLES, role),
        "entity": taken(world.listed(ENTITY_TYPES), who, form == ENTITY),
        "label": taken(words.GROUPS, dice.below("label", at, len(words.GROUPS)), form == LABEL),
        "implicit": yes(form == IMPLICIT),
    }
    return table("statement_participants", columns)


def _events(batch: Batch) -> pa.Table:
    world, dice = batch.world, batch.dice
    row, slot, place = rows_of(batch.reported)
    at = batch.at[row] * 4 + slot
    dated = slot == batch.dated[row]
    form = batch.date_form[row]
    columns = {
        "statement": taken(batch.ids, row),
        "ordinal": whole(place + 1),
        "event": taken(world.ids("event"), world.among("event", "reported", at)),
        "realis": coded(tuple(codebooks.REALIS.definitions), dice.pick("realis", at, [55, 12, 23, 10])),
        "date_text": taken(date_texts(batch), row, dated & (form != 1)),
        **dates().columns("date", batch.date[row], dated & (form != 0)),
        "place": taken(world.ids("place"), world.among("place", "reported", at), slot == batch.placed[row]),
    }
    return table("statement_events", columns)


def date_texts(batch: Batch) -> pa.Array:
    """Return the words that date the dated event of each statement."""
    return taken(words.DATE_TEXTS, batch.dice.below("date text", batch.at, len(words.DATE_TEXTS)))


def _quantities(batch: Batch) -> pa.Table:
    import pyarrow as pa

    dice = batch.dice
    row, place = spread(dice.pick("quantities", batch.at, [84, 12, 4]))
    at = batch.at[row] * 4 + place
    number, form = dice.below("number", at, 2000), dice.pick("number form", at, [80, 8, 12])
    value = np.where(dice.chance("decimals", at, 25), number / 10, number * 1.0)
    unit = dice.zipf("unit", at, len(words.UNITS))
    written = joined(pa.array(number).cast(pa.string()), taken(words.UNITS, unit))
    start = dice.below("quantity start", at, batch.text_lengths[batch.owner[row]] - MARGIN)
    columns = {
        "statement": taken(batch.ids, row),
        "ordinal": whole(place + 1),
        "value": pa.array(value, mask=form > 0),
        "min": pa.array(value, mask=form == 0),
        "max": pa.array(value + 0.5 + number, mask=form < 2),
        "unit": coded(words.UNITS, unit),
        "counted": taken(words.COUNTED, dice.below("counted", at, len(words.COUNTED))),
        "approximate": yes(dice.chance("approximate", at, 25)),
        "as_written": only(written, dice.chance("figure as written", at, 60)),
        **spans(batch, "quantity", at, start, start + 4 + dice.below("quantity width", at, 20)),
    }
    return table("quantities", columns)
