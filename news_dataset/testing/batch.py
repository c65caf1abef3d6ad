"""A batch of whole articles with everything that hangs on them, and the decisions that several tables share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import codebooks
from news_dataset.spans import skeleton
from news_dataset.testing import words
from news_dataset.testing.arrays import joined, only, taken
from news_dataset.testing.days import some_dates
from news_dataset.testing.dice import Dice, Ints, Truths, spread
from news_dataset.testing.world import World

if TYPE_CHECKING:
    import pyarrow as pa

SIZE = 100_000
"""About so many statements are made at a time."""

KINDS = tuple(codebooks.STATEMENT_KIND.definitions)
CLAIMS = tuple(codebooks.CLAIM_TYPE.definitions)
ENTITY, LABEL, IMPLICIT = range(3)
SPEAKER, SECOND, ADDRESSEE, OTHER = range(4)
MARGIN = 800
"""Spans begin at least so many code points before the end of a text."""


@dataclass(frozen=True)
class Batch:
    """Articles and their statements, by number; what is decided about them follows from these.

    ``articles`` are places in the order of ids; ``owner`` is the place of a statement's article within the batch,
    ``place`` that of the statement within its article, ``at`` that of the statement within the dataset.
    """

    world: World
    articles: Ints
    statements: Ints
    owner: Ints
    place: Ints
    at: Ints

    @property
    def dice(self) -> Dice:
        """The dice of the dataset."""
        return self.world.dice

    @cached_property
    def slugs(self) -> pa.Array:
        """The slugs of the articles."""
        return taken(self.world.slugs["article"], self.articles)

    @cached_property
    def text_lengths(self) -> Ints:
        """How long the text of each article is."""
        return 1000 + 230 * self.statements + self.dice.below("text length", self.articles, 900)

    @cached_property
    def ids(self) -> pa.Array:
        """The ids of the statements."""
        return numbered("statement", self.slugs, self.statements)

    def is_kind(self, *kinds: str) -> Truths:
        """Return which statements are of one of these kinds."""
        return np.isin(self.kind, [KINDS.index(kind) for kind in kinds])

    @cached_property
    def kind(self) -> Ints:
        """The kind of each statement."""
        return self.dice.pick("kind", self.at, [18, 22, 33, 4, 6, 14, 3])

    @cached_property
    def claim(self) -> Ints:
        """The type of each claim; each article begins with a fact, which then cites a source."""
        return np.where(self.place == 0, 0, self.dice.pick("claim", self.at, [60, 22, 18]))

    @cached_property
    def cued(self) -> Truths:
        """Whether each statement has a cue."""
        return self.is_kind("reported") | (self.dice.chance("cued", self.at, 80) & ~self.is_kind("narrated"))

    @cached_property
    def form(self) -> Ints:
        """What the first speaker is given as: an entity, a label, or implicitly."""
        return self.dice.pick("speaker form", self.at, [76, 16, 8])

    @cached_property
    def who(self) -> Truths:
        """Which participants each statement has: a speaker, a second one, an addressee, another."""
        dice, spoken = self.dice, ~self.is_kind("narrated")
        second = spoken & (self.form == ENTITY) & dice.chance("joint", self.at, 10)
        addressee, other = (
            spoken & dice.chance(what, self.at, percent) for what, percent in (("addressed", 20), ("other", 6))
        )
        return np.stack([spoken, second, addressee, other], axis=1)

    @cached_property
    def reported(self) -> Truths:
        """Which of three events each statement reports."""
        many = self.dice.pick("events", self.at, [25, 50, 18, 7])
        return np.arange(3) < many[:, None]

    @cached_property
    def dated(self) -> Ints:
        """Which of the reported events is dated; -1 for none."""
        many = self.reported.sum(axis=1)
        chosen = self.dice.below("which is dated", self.at, many.clip(1))
        return np.where((many > 0) & self.dice.chance("dated", self.at, 45), chosen, -1)

    @cached_property
    def date_form(self) -> Ints:
        """Whether the dated event has a text (0), a date (1) or both (2)."""
        return self.dice.pick("date form", self.at, [25, 35, 40])

    @cached_property
    def date(self) -> Ints:
        """The date of the dated event, as an index into the dates."""
        return some_dates(self.dice, "reported date", self.at, 60)

    @cached_property
    def placed(self) -> Ints:
        """Which of the reported events has a place; -1 for none."""
        return np.where(self.reported[:, 0] & self.dice.chance("placed", self.at, 20), 0, -1)

    @cached_property
    def quoted(self) -> Truths:
        """Whether each statement has a quotation."""
        return self.is_kind("direct", "mixed")

    @cached_property
    def broken(self) -> Truths:
        """Whether the quotation has two fragments."""
        return self.is_kind("mixed") & self.dice.chance("broken", self.at, 35)

    @cached_property
    def repeated(self) -> Truths:
        """Whether the quotation stands in the text twice."""
        return self.quoted & self.dice.chance("repeated", self.at, 6)

    @cached_property
    def fragments(self) -> tuple[pa.Array, pa.Array]:
        """The two fragments of each quotation; null where there is no such fragment."""
        return self._fragments(words.CLAUSES, ", ")

    @cached_property
    def bones(self) -> tuple[pa.Array, pa.Array]:
        """The skeletons of the fragments, which are those of their clauses in a row."""
        return self._fragments(_bones(), "")

    def _fragments(self, of: tuple[str, ...], by: str) -> tuple[pa.Array, pa.Array]:
        openings = len(words.OPENINGS)
        found = []
        for what, present in (("first", self.quoted), ("second", self.broken)):
            many = 1 + self.dice.below(f"{what} fragment", self.at, np.where(self.broken, 3, 6))
            parts = [
                taken(
                    of, self.dice.below(f"{what} fragment, {part}", self.at, len(of) if part else openings), many > part
                )
                for part in range(6)
            ]
            found.append(only(joined(*parts, by=by), present))
        return found[0], found[1]


def batches(world: World) -> Iterator[Batch]:
    """Yield the articles in batches of about ``SIZE`` statements."""
    ends = np.cumsum(world.statements)
    start = 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + SIZE, side="right")))
        owner, place = spread(world.statements[start:stop])
        at = before + np.arange(len(owner))
        yield Batch(world, np.arange(start, stop), world.statements[start:stop], owner, place, at)
        start = stop


def numbered(record_type: str, slugs: pa.Array, counts: Ints) -> pa.Array:
    """Return ids that are numbered within their articles, as texts in order: 10, 100, 11."""
    owner, place = spread(counts)
    number = place + 1
    for group in np.flatnonzero(counts > 99):
        number[owner == group] = _in_order(int(counts[group]))
    return joined(record_type, taken(slugs, owner), taken(_numerals(), number), by="/")


@cache
def _numerals() -> tuple[str, ...]:
    return tuple(f"{number:02d}" for number in range(10_000))


@cache
def _in_order(many: int) -> Ints:
    return np.array(sorted(range(1, many + 1), key=lambda number: _numerals()[number]))


@cache
def _bones() -> tuple[str, ...]:
    return tuple(map(skeleton, words.CLAUSES))
