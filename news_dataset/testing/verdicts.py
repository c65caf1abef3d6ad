"""Assessments with their citations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import codebooks
from news_dataset.testing import words
from news_dataset.testing.arrays import coded, days, only, table, taken, whole
from news_dataset.testing.batch import Batch, numbered
from news_dataset.testing.cast import Tables, note
from news_dataset.testing.days import DAYS, dates, since_1970, some_dates
from news_dataset.testing.dice import Ints, Truths, spread

if TYPE_CHECKING:
    import pyarrow as pa

ASPECTS, VERDICTS = tuple(codebooks.ASPECT.definitions), tuple(codebooks.VERDICT.definitions)
STANCES, INDEPENDENCES = tuple(codebooks.STANCE.definitions), tuple(codebooks.INDEPENDENCE.definitions)
SUPPORTED, PARTLY, CONTRADICTED, NOT_CHECKABLE = range(4)
DATE, CODING = ASPECTS.index("date"), ASPECTS.index("coding")
_NEEDED = np.array([STANCES.index(one) for one in ("supports", "supports", "contradicts", "context")])


@dataclass(frozen=True)
class Assessed:
    """The assessments of a batch in order: of which article, of which statement (-1: of *event*), in which turn."""

    owner: Ints
    statement: Ints
    event: Ints
    turn: Ints
    at: Ints


def assessments(batch: Batch) -> Tables:
    """Return the assessments of the batch's statements, and of the events that its articles are home to."""
    assessed = _assessed(batch)
    ids = numbered("assessment", batch.slugs, np.bincount(assessed.owner, minlength=len(batch.articles)))
    verdict = batch.dice.pick("verdict", assessed.at, [55, 15, 10, 20])
    verdict = np.where(assessed.event >= 0, SUPPORTED, verdict)
    rows = _cited(batch, assessed, verdict)
    return {
        "assessments": _assessments(batch, assessed, ids, verdict, rows),
        "citations": _citations(batch, assessed, ids, verdict, rows),
    }


def _assessed(batch: Batch) -> Assessed:
    """Each fact is assessed once or twice, of the other statements some; each dated event once."""
    dice, is_fact = batch.dice, batch.claim == 0
    first = is_fact | dice.chance("assessed", batch.at, 6)
    second = first & dice.chance("assessed twice", batch.at, 12)
    statement, turn, _ = _rows(np.stack([first, second], axis=1))
    homes = batch.world.homes(batch.world.count("event"))
    low, high = np.searchsorted(homes, batch.articles[0]), np.searchsorted(homes, batch.articles[-1], side="right")
    event = np.arange(low, high)
    event = event[batch.world.event_dates(event)[1]]
    owner = np.concatenate([batch.owner[statement], homes[event] - batch.articles[0]])
    order = np.argsort(owner, kind="stable")
    none = np.full(len(event), -1)
    return Assessed(
        owner[order],
        np.concatenate([statement, none])[order],
        np.concatenate([np.full(len(statement), -1), event])[order],
        np.concatenate([turn, np.zeros_like(event)])[order],
        np.concatenate([batch.at[statement] * 2 + turn, event + 2**40])[order],
    )


def _rows(present: Truths) -> tuple[Ints, Ints, Ints]:
    row, slot = np.nonzero(present)
    return row, slot, slot


def _cited(batch: Batch, assessed: Assessed, verdict: Ints) -> Ints:
    """Return how many sources each assessment cites; the first of an article at least one."""
    some = np.where(verdict == NOT_CHECKABLE, batch.dice.pick("cites", assessed.at, [60, 30, 10]),
                    1 + batch.dice.pick("cites", assessed.at, [55, 30, 15]))  # fmt: skip
    some = np.where(_is_first(assessed), some.clip(1), some)
    return np.minimum(some, batch.world.count("source"))


def _is_first(assessed: Assessed) -> Truths:
    return np.diff(assessed.owner, prepend=-1) > 0


def _assessments(batch: Batch, assessed: Assessed, ids: pa.Array, verdict: Ints, cited: Ints) -> pa.Table:
    dice, at, of_event = batch.dice, assessed.at, assessed.event >= 0
    statement = assessed.statement.clip(0)
    target = _either(of_event, taken(batch.world.ids("event"), assessed.event.clip(0)),
                     taken(batch.ids, statement))  # fmt: skip
    is_fact, is_dated = batch.claim[statement] == 0, batch.dated[statement] >= 0
    aspect = np.where(is_fact, 0, CODING)
    aspect = np.where(
        assessed.turn > 0, np.where(is_dated, DATE, 1 + dice.pick("aspect", at, [40, 40, 0, 10, 10])), aspect
    )
    aspect = np.where(of_event, DATE, aspect)
    when = some_dates(dice, "correct date", at, 70)
    when = np.where(of_event, batch.world.event_dates(assessed.event.clip(0))[0], when)
    value = _either(aspect == DATE, taken(dates().texts, when), taken(words.SAYS, at % len(words.SAYS)))
    several = 1 - dice.pick("origin", at, [40, 60])  # shared_origin, independent
    columns = {
        "id": ids,
        "target": target,
        "aspect": coded(ASPECTS, aspect),
        "verdict": coded(VERDICTS, verdict),
        "finding": taken(words.FINDINGS, dice.below("finding", at, len(words.FINDINGS))),
        "correct_value": only(value, of_event | dice.chance("correct value", at, np.where(aspect == DATE, 80, 15))),
        "independence": coded(INDEPENDENCES, np.where(cited > 1, several, INDEPENDENCES.index("single"))),
        "assessed_by": taken(words.ANNOTATORS, dice.pick("assessed by", at, [60, 30, 10])),
        "assessed_on": days(since_1970(dice.below("assessed on", at, DAYS))),
        "note": note(batch.world, "assessment", at),
    }
    return table("assessments", columns)


def _either(condition: Truths, yes: pa.Array, no: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(condition), yes, no)


def _citations(batch: Batch, assessed: Assessed, ids: pa.Array, verdict: Ints, cited: Ints) -> pa.Table:
    world, dice = batch.world, batch.dice
    row, place = spread(cited)
    many = world.count("source")
    first, homes = world.among("source", "cited", assessed.at), world.homes(many)
    home = np.searchsorted(homes, batch.articles[assessed.owner]).clip(0, many - 1)
    sure = _is_first(assessed) & (homes[home] == batch.articles[assessed.owner])
    first = np.where(sure, home, first)
    step = 1 + dice.below("other source", assessed.at, max(1, (many - 1) // 2))
    stance = np.where(place > 0, dice.pick("stance", assessed.at[row] * 4 + place, [50, 10, 40]), _NEEDED[verdict[row]])
    at = assessed.at[row] * 4 + place
    columns = {
        "assessment": taken(ids, row),
        "ordinal": whole(place + 1),
        "source": taken(world.ids("source"), (first[row] + place * step[row]) % many),
        "stance": coded(STANCES, stance),
        "says": taken(words.SAYS, dice.below("says", at, len(words.SAYS))),
    }
    return table("citations", columns)
