"""Articles with their mentions."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import codebooks
from news_dataset.testing import words
from news_dataset.testing.arrays import coded, days, hexes, joined, lengths, only, table, taken, whole
from news_dataset.testing.batch import Batch
from news_dataset.testing.cast import Tables, names_of, note, url
from news_dataset.testing.days import dates, since_1970, some_dates
from news_dataset.testing.dice import Ints, Truths, spread
from news_dataset.testing.happenings import sentence
from news_dataset.testing.world import THINGS, thing_at

if TYPE_CHECKING:
    import pyarrow as pa


def articles(batch: Batch) -> Tables:
    """Return the articles with their mentions."""
    return {"articles": _articles(batch), "mentions": _mentions(batch)}


def _articles(batch: Batch) -> pa.Table:
    world, dice, at = batch.world, batch.dice, batch.articles
    when = some_dates(dice, "published", at, 88)
    first = dates().low.cast("int32").fill_null(0).to_numpy()[when]
    first = np.where(first > 0, first, since_1970(dice.below("read", at, 5000)))
    columns = {
        "id": joined("article", batch.slugs, by="/"),
        "headline": sentence(dice, "headline", at, 15),
        "byline": _byline(batch),
        "publisher": taken(world.ids("organization"), world.among("organization", "publisher", at),
                          dice.chance("has publisher", at, 85)),
        "url": only(url(world, "article", at), dice.chance("has url", at, 90)),
        "language": taken(words.LANGUAGES, dice.zipf("language", at, len(words.LANGUAGES))),
        **dates().columns("published", when, dice.chance("has date", at, 95)),
        "accessed": days(first + dice.below("accessed", at, 60), dice.chance("was read", at, 80)),
        "genre": coded(tuple(codebooks.GENRE.definitions), dice.pick("genre", at, [70, 12, 8, 6, 4])),
        "rights": coded(tuple(codebooks.RIGHTS.definitions), dice.pick("rights", at, [70, 15, 3, 12])),
        "status": coded(tuple(codebooks.STATUS.definitions), dice.pick("status", at, [30, 55, 12, 3])),
        "text_sha256": hexes(*(dice.bits(f"text {part}", at) for part in range(4)), digits=64),
        "text_length": whole(batch.text_lengths),
        "annotator": taken(words.ANNOTATORS, dice.pick("annotator", at, [50, 30, 15, 5])),
        "note": note(world, "article", at),
    }  # fmt: skip
    return table("articles", columns)


def _byline(batch: Batch) -> pa.Array:
    dice, at = batch.dice, batch.articles
    parts = (("given", words.GIVEN), ("family", words.FAMILY))
    given, family = (taken(some, dice.below(f"byline, {part}", at, len(some))) for part, some in parts)
    return only(joined("By", given, family), dice.chance("has byline", at, 80))


def _mentions(batch: Batch) -> pa.Table:
    """Each mention is one row; or two fragments, or one fragment that means two things."""
    world, dice = batch.world, batch.dice
    counts = world.mentions[batch.articles]
    article, slot = spread(counts)
    at = batch.articles[article] * 1024 + slot
    thing, sure = thing_at(world, batch.articles[article], slot)
    thing = np.where(sure, thing, world.some(THINGS, [50, 25, 15, 10], "mention", at))
    form = dice.pick("mention form", at, [90, 5, 5])
    row, second = spread(np.where(form > 0, 2, 1))
    article, at, form, is_second = article[row], at[row], form[row], second > 0
    twin = is_second & (form == 2)
    thing = np.where(twin, world.some(THINGS, [60, 30, 5, 5], "twin", at), thing[row])
    known = sure[row] | dice.chance("resolved", at, 94)
    written = only(_names(batch, thing), dice.chance("as written", at, 60) & (form == 0) & known)
    rows_of = np.bincount(article, minlength=len(counts))
    columns = {
        "article": joined("article", taken(batch.slugs, article), by="/"),
        "ordinal": whole(spread(rows_of)[1] + 1),
        "mention": whole(slot[row] + 1),
        "fragment": whole(1 + (is_second & (form == 1))),
        "referent": taken(world.listed(THINGS), thing, known),
        "as_written": written,
        "certainty": coded(tuple(codebooks.MENTION_CERTAINTY.definitions),
                           dice.pick("mention certainty", at, [85, 10, 5]),
                           known & dice.chance("has certainty", at, 80)),
        **_spans(batch, article, at, is_second & (form == 1), lengths(written)),
    }  # fmt: skip
    return table("mentions", columns)


def _names(batch: Batch, things: Ints) -> pa.Array:
    """Return what each thing is called; events by a word."""
    import pyarrow as pa

    starts = batch.world.offsets(THINGS)
    rows, called = [], []
    for kind, (first, end) in zip(THINGS, pairwise(starts), strict=True):
        here = np.flatnonzero((first <= things) & (things < end))
        which = things[here] - first
        talks = joined("the", taken(words.SLUG_WORDS, which % len(words.SLUG_WORDS)), "talks")
        rows.append(here)
        called.append(talks if kind == "event" else names_of(batch.world, kind, which))
    return taken(pa.concat_arrays(called), np.argsort(np.concatenate(rows)))


def _spans(batch: Batch, article: Ints, at: Ints, second: Truths, written: Ints) -> dict[str, pa.Array]:
    dice = batch.dice
    width = np.where(written > 0, written, 3 + dice.below("mention width", at, 30))
    start = dice.below("mention start", at, batch.text_lengths[article] - 200)
    start = np.where(second, start + width + 2 + dice.below("mention gap", at, 9), start)
    own = at * 2 + second
    return spans(batch, "mention", own, start, start + width)


def spans(batch: Batch, what: str, own: Ints, start: Ints, end: Ints) -> dict[str, pa.Array]:
    """Return the columns of spans; rows of the same number have the same digests."""
    dice = batch.dice
    width = end - start
    return {
        "start": whole(start),
        "end": whole(end),
        "length": whole((width - dice.below(f"{what} blanks", own, width // 6 + 1)).clip(1)),
        "digest": hexes(dice.bits(f"{what} digest", own), digits=16),
        "prefix": hexes(dice.bits(f"{what} prefix", own), digits=8),
        "suffix": hexes(dice.bits(f"{what} suffix", own), digits=8),
    }
