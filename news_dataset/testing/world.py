"""What there is in a synthetic dataset: how many of everything, under which ids, and who is heard of where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import ENTITY_TYPES
from news_dataset.testing import words
from news_dataset.testing.arrays import joined, padded, taken
from news_dataset.testing.days import some_dates
from news_dataset.testing.dice import Dice, Ints, Truths, shuffled

if TYPE_CHECKING:
    import pyarrow as pa

THINGS = (*ENTITY_TYPES, "event")
"""The types of what articles mention."""


@dataclass(frozen=True)
class World:
    """The fixed points of a dataset.

    ``slugs`` are those of articles, people and so on, in the order of ids; ``made_of`` says for each what it was made
    of, which is not in that order.
    """

    dice: Dice
    statements: Ints
    mentions: Ints
    slugs: dict[str, pa.Array]
    made_of: dict[str, Ints]
    _lists: dict[tuple[str, ...], pa.Array] = field(default_factory=dict)

    def count(self, record_type: str) -> int:
        """Return how many records of a type there are."""
        return len(self.slugs[record_type])

    def ids(self, record_type: str) -> pa.Array:
        """Return the ids of a type, sorted."""
        return self.listed((record_type,))

    def among(self, record_type: str, what: str, at: Ints) -> Ints:
        """Return for each place one of the records of a type, some of them often."""
        return self.dice.zipf(f"{what}, {record_type}", at, self.count(record_type))

    def offsets(self, types: Sequence[str]) -> Ints:
        """Return where the records of each type begin when all of them are listed in a row, and where the last end."""
        return np.cumsum([0, *(self.count(one) for one in types)])

    def some(self, types: Sequence[str], weights: Sequence[int], what: str, at: Ints) -> Ints:
        """Return for each place a record of one of *types*, as its place in the list of them all."""
        kinds, starts = self.dice.pick(f"{what}, type", at, weights), self.offsets(types)
        found = np.zeros(len(at), dtype=np.int64)
        for number, kind in enumerate(types):
            chosen = kinds == number
            found[chosen] = starts[number] + self.among(kind, what, at[chosen])
        return found

    def listed(self, types: tuple[str, ...]) -> pa.Array:
        """Return the ids of some types in a row."""
        import pyarrow as pa

        if types not in self._lists:
            ids = [joined(one, self.slugs[one], by="/") for one in types]
            self._lists[types] = pa.concat_arrays(ids)
        return self._lists[types]

    def homes(self, many: int) -> Ints:
        """Return the article that each of *many* things is sure to be found in."""
        return np.arange(many) * self.count("article") // many

    def event_dates(self, events: Ints) -> tuple[Ints, Truths]:
        """Return the date of each event, and whether it has one."""
        return some_dates(self.dice, "event date", events), self.dice.chance("event dated", events, 60)


def world_of(n: int, seed: int) -> World:
    """Return the fixed points of a dataset of *n* statements."""
    dice = Dice(seed)
    articles = max(1, round(n / 10))
    counts = {
        "article": articles, "person": max(3, n // 20), "organization": max(2, n // 50), "place": max(2, n // 50),
        "event": max(1, n // 20), "source": max(1, n // 20),
    }  # fmt: skip
    slugs, made_of = {}, {}
    for kind, many in counts.items():
        slugs[kind], made_of[kind] = _slugs(dice, kind, many)
    things = sum(counts[kind] for kind in THINGS)
    mentions = np.maximum(4 + dice.below("mentions", np.arange(articles), 13), -(-things // articles))
    return World(dice, _sizes(dice, n, articles), mentions, slugs, made_of)


def check(n: int, faults: float) -> None:
    """Raise ValueError if no dataset can be made of these."""
    if not 1 <= n <= 10**9:
        raise ValueError(f"n is a number of statements from 1 to 1,000,000,000, not {n!r}")
    if not 0 <= faults <= 1:
        raise ValueError(f"faults is a share of the statements from 0 to 1, not {faults!r}")


def _sizes(dice: Dice, n: int, articles: int) -> Ints:
    """Return how many statements each article has: at least one, most of them few, a few of them hundreds."""
    unit = (dice.below("article size", np.arange(articles), 2**31) + 1) / 2**31
    most = min(2 + articles // 3, 800)  # so that no article has half of them all
    weights = np.cumsum(np.round(100 * np.minimum(unit**-0.8, most)))
    bounds = np.floor((n - articles) * (weights / weights[-1])).astype(np.int64)
    bounds[-1] = n - articles
    sizes: Ints = 1 + np.diff(bounds, prepend=0)
    return sizes


def _slugs(dice: Dice, kind: str, many: int) -> tuple[pa.Array, Ints]:
    """Return the slugs of a type in order, and what each was made of."""
    import pyarrow.compute as pc

    at = np.arange(many)
    first, second = name_parts(dice, kind, at)
    number = padded(at, len(str(many - 1)))
    slugs = joined(pc.utf8_lower(taken(_ascii(first[0]), first[1])), pc.utf8_lower(taken(_ascii(second[0]), second[1])),
                   number, by="-")  # fmt: skip
    order = pc.sort_indices(slugs)
    return slugs.take(order), order.to_numpy().astype(np.int64)


def name_parts(dice: Dice, kind: str, at: Ints) -> tuple[tuple[Sequence[str], Ints], tuple[Sequence[str], Ints]]:
    """Return the two parts of a name of that type, each as words and the places in them."""
    lists = {
        "person": (words.FAMILY, words.GIVEN), "organization": (words.PLACE_ENDS, words.BODIES),
        "place": (words.PLACES, words.PLACE_ENDS),
    }  # fmt: skip
    first, second = lists.get(kind, (words.SLUG_WORDS, words.SLUG_WORDS))
    return (
        (first, dice.below(f"{kind}, first name", at, len(first))),
        (second, dice.below(f"{kind}, second name", at, len(second))),
    )


def thing_at(world: World, article: Ints, slot: Ints) -> tuple[Ints, Truths]:
    """Return which thing an article is sure to mention in its first mentions, and whether it still is in that one."""
    many = int(world.offsets(THINGS)[-1])
    homes = world.homes(many)
    first = np.searchsorted(homes, article)
    return shuffled((first + slot).clip(0, many - 1), many), first + slot < np.searchsorted(
        homes, article, side="right"
    )


@cache
def _ascii(names: tuple[str, ...]) -> tuple[str, ...]:
    from unicodedata import normalize

    plain = ("".join(one if one.isascii() else "" for one in normalize("NFKD", name)) for name in names)
    kept = ("".join(one if one.isalnum() else "-" for one in name.replace("'", "")) for name in plain)
    return tuple(name.strip("-") for name in kept)
