"""Evidence: where in the text each part of a statement stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import codebooks
from news_dataset.spans import hash_of
from news_dataset.testing.arrays import coded, lengths, table, taken, whole
from news_dataset.testing.articles import spans
from news_dataset.testing.batch import ADDRESSEE, IMPLICIT, MARGIN, SECOND, SPEAKER, Batch
from news_dataset.testing.dice import Ints, Truths
from news_dataset.testing.statements import date_texts, rows_of

if TYPE_CHECKING:
    import pyarrow as pa

ROLES = tuple(codebooks.EVIDENCE_ROLE.definitions)
SLOTS = (
    "content", "content", "source", "source", "cue", "quote", "quote", "quote", "quote", "addressee", "trigger",
    "trigger", "trigger", "date", "place",
)  # fmt: skip
"""The roles of the rows that a statement may have, in their order; the quote's are two fragments, and both again."""

SOURCE, QUOTE, TRIGGER = SLOTS.index("source"), SLOTS.index("quote"), SLOTS.index("trigger")
_TIED = ("source", "addressee", "trigger", "date", "place")


def evidence(batch: Batch) -> pa.Table:
    """Return the evidence of the statements."""
    present = _present(batch)
    row, slot, place = rows_of(present)
    role = np.array([ROLES.index(name) for name in SLOTS])[slot]
    mention, fragment = _numbers(batch, present)
    of = _of(batch)
    columns = {
        "statement": taken(batch.ids, row),
        "ordinal": whole(place + 1),
        "role": coded(ROLES, role),
        "of": whole(of[row, slot], np.isin(role, [ROLES.index(name) for name in _TIED])),
        "mention": whole(mention[row, slot]),
        "fragment": whole(fragment[slot]),
        **_spans(batch, row, slot, _together(batch)[row] & (slot == SOURCE + 1)),
    }
    return table("evidence", columns)


def _present(batch: Batch) -> Truths:
    dice, at = batch.dice, batch.at
    chances = {what: dice.chance(f"{what} shown", at, percent) for what, percent in (
        ("content", 30), ("again", 18), ("source", 85), ("cue", 80), ("addressee", 60), ("date", 70), ("place", 50),
    )}  # fmt: skip
    reported = batch.is_kind("reported")
    content = ~reported | chances["content"]
    source = batch.who[:, SPEAKER] & (batch.form != IMPLICIT) & chances["source"]
    triggers = [batch.reported[:, number] & dice.chance(f"trigger {number}", at, 55) for number in range(3)]
    must_date = (batch.dated >= 0) & ((batch.date_form != 1) | chances["date"])
    columns = [
        content, content & chances["again"], source, source & batch.who[:, SECOND],
        batch.cued & (reported | chances["cue"]),
        batch.quoted, batch.broken, batch.repeated, batch.repeated & batch.broken,
        batch.who[:, ADDRESSEE] & chances["addressee"], *triggers, must_date, (batch.placed >= 0) & chances["place"],
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _together(batch: Batch) -> Truths:
    """Return whether the same words name both speakers."""
    return batch.dice.chance("together", batch.at, 30)


def _numbers(batch: Batch, present: Truths) -> tuple[Ints, Ints]:
    """Return the mention of each row, and the fragment of each slot."""
    mention = np.ones(present.shape, dtype=np.int64)
    mention[:, 1] = 2
    mention[:, SOURCE + 1] = np.where(_together(batch), 1, 2)
    mention[:, QUOTE + 2 : QUOTE + 4] = 2
    mention[:, TRIGGER : TRIGGER + 3] = np.cumsum(present[:, TRIGGER : TRIGGER + 3], axis=1)
    fragment = np.ones(len(SLOTS), dtype=np.int64)
    fragment[[QUOTE + 1, QUOTE + 3]] = 2
    return mention, fragment


def _of(batch: Batch) -> Ints:
    """Return the ordinal of what each row shows."""
    ordinals = np.cumsum(batch.who, axis=1)
    of = np.ones((len(batch.at), len(SLOTS)), dtype=np.int64)
    of[:, SOURCE + 1] = ordinals[:, SECOND]
    of[:, SLOTS.index("addressee")] = ordinals[:, ADDRESSEE]
    of[:, TRIGGER : TRIGGER + 3] = [1, 2, 3]
    of[:, SLOTS.index("date")] = batch.dated + 1
    of[:, SLOTS.index("place")] = batch.placed + 1
    return of


def _spans(batch: Batch, row: Ints, slot: Ints, same: Truths) -> dict[str, pa.Array]:
    """Return the spans; those of *same* rows are the ones of the row before."""
    dice = batch.dice
    own = batch.at[row] * 16 + slot - same
    least = np.array([40, 25, 5, 5, 3, 0, 0, 0, 0, 5, 6, 6, 6, 4, 4])[slot]
    width = least + dice.below("evidence width", own, least * 3 + 1)
    for number, text in enumerate(map(lengths, batch.fragments)):
        width = np.where((slot == QUOTE + number) | (slot == QUOTE + 2 + number), text[row], width)
    width = np.where(slot == SLOTS.index("date"), lengths(date_texts(batch))[row], width)
    is_second = (slot == QUOTE + 1) | (slot == QUOTE + 3)
    start = dice.below("evidence start", own - is_second, batch.text_lengths[batch.owner[row]] - MARGIN)
    gap = lengths(batch.fragments[0])[row] + 3 + dice.below("quote gap", own, 30)
    start += np.where(is_second, gap, 0)
    columns = spans(batch, "evidence", own, start, start + width)
    return columns | _quoted(batch, row, slot, columns)


def _quoted(batch: Batch, row: Ints, slot: Ints, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Return length and digest, of quotations those of their words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = {name: columns[name] for name in ("length", "digest")}
    for number, bones in enumerate(batch.bones):
        wanted = (slot == QUOTE + number) | (slot == QUOTE + 2 + number)
        hashed = [None if bone is None else hash_of(bone, 16) for bone in bones.to_pylist()]
        mine = {"length": whole(lengths(bones)), "digest": pa.array(hashed, pa.string())}
        found = {name: pc.if_else(pa.array(wanted), taken(mine[name], row), found[name]) for name in found}
    return found
