"""What a synthetic dataset consists of: its ids, and tables whose columns are derived from the models."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import numpy as np

from news_dataset import edtf
from news_dataset.records import ENTITY_TYPES, Row
from news_dataset.records.columns import Column, columns
from news_dataset.rules import NotAfter, Together
from news_dataset.tabular import arrow_schema, tables
from news_dataset.testing import words
from news_dataset.testing.draws import (
    Draws,
    Ints,
    Mask,
    digits,
    hex_digits,
    join,
    numbers,
    only,
    permute,
    take,
    take_codes,
)

if TYPE_CHECKING:
    import pyarrow as pa

    Tables = dict[str, pa.Table]

REFERENTS = (*ENTITY_TYPES, "event")
"""The types of what articles mention."""

PRESENT = {
    "country": 80, "wikidata": 60, "note": 8, "published": 80, "accessed": 90, "language": 80, "birth_date": 40,
    "latitude": 70, "family_name": 85, "given_name": 85, "date": 60, "start": 75, "end": 28, "certainty": 80,
    "approximate": 25, "occasion": 30, "events.wikidata": 10, "offices.organization": 70, "articles.publisher": 85,
    "articles.url": 90, "articles.published": 95, "articles.accessed": 80,
}  # fmt: skip
"""In how many rows of a hundred an optional column has a value; 50 where it is not listed."""

WEIGHTS = {
    "genre": (70, 12, 8, 6, 4), "rights": (70, 15, 3, 12), "status": (30, 55, 12, 3), "realis": (55, 12, 23, 10),
    "polarity": (86, 11, 3), "annotator": (50, 30, 15, 5), "assessed_by": (60, 30, 10, 0),
    "mentions.certainty": (85, 10, 5), "statements.certainty": (72, 10, 6, 12), "names.kind": (30, 20, 45, 5),
    "sources.kind": (50, 20, 15, 15), "event_participants.role": (60, 25, 5, 10),
    "event_participants.entity": (55, 35, 10), "statement_participants.entity": (75, 22, 3),
}  # fmt: skip
"""How often a column has each of its codes, texts or types of id; a few are frequent where it is not listed."""

EVEN = ("note", "says", "title", "label", "counted", "finding", "date_text")
"""Columns of which each text is as frequent as any other."""

PLAIN = {"birth_date": 20, "articles.published": 88, "statement_events.date": 60}
"""How many of a hundred dates are plain days; 80 where it is not listed."""

SENTENCES = {"headline": 15, "title": 40, "gist": 65}
"""How many of a hundred sentences have an adjunct; a third of these have another."""

FIRST, LAST, EPOCH = dt.date(2012, 1, 1), dt.date(2026, 10, 31), dt.date(1970, 1, 1)
DAYS = (LAST - FIRST).days + 1


def listed(options: Mapping[str, Any], table: str, column: str, otherwise: Any) -> Any:
    """Return what is listed for a column: under its table, or under its own name."""
    return options.get(f"{table}.{column}", options.get(column, otherwise))


@cache
def dates() -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return dates with their first and last days: ``DAYS`` plain days in order, then dates of every other form."""
    import pyarrow as pa

    plain = [(FIRST + dt.timedelta(number)).isoformat() for number in range(DAYS)]
    months = [f"{year}-{month:02d}" for year in range(2012, 2026) for month in range(1, 13)]
    years = [str(year) for year in range(1950, 2026)]
    unsure = [f"{one}{mark}" for one in (*months[::5], *years[::3]) for mark in "?~%"]
    masked = [f"{one}-XX" for one in months[::3]] + ["202X", "201X", "19XX", "2024-XX", "2023-XX-XX"]
    yearless = [f"XXXX-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 12, 28)] + ["XXXX-06"]
    spans = [f"{plain[at]}/{plain[at + 1 + at % 9]}" for at in range(0, DAYS - 20, 29)]
    spans += [f"../{year}" for year in years[-9:]] + [f"{year}/.." for year in years[-9:]] + ["2024-05/"]
    texts = [*plain, *months, *years, *unsure, *masked, *yearless, *spans]
    bounds = [edtf.bounds(text) for text in texts]
    return pa.array(texts), *(pa.array([pair[side] for pair in bounds], pa.date32()) for side in (0, 1))


@dataclass(frozen=True)
class World:
    """A synthetic dataset before its tables are made.

    Attributes:
        draws: its random numbers.
        sizes: the number of statements of each article.
        ids: the ids of articles, people and so on by type, sorted.
        order: for each of these ids the number it was made of.
    """

    draws: Draws
    sizes: Ints
    ids: dict[str, pa.Array]
    order: dict[str, Ints]
    _groups: dict[tuple[str, ...], pa.Array] = field(default_factory=dict)

    def count(self, *types: str) -> int:
        """Return the number of records of some types."""
        return sum(len(self.ids[one]) for one in types)

    @property
    def sure(self) -> int:
        """The number of mentions at the head of each article through which everything is mentioned somewhere."""
        return -(-self.count(*REFERENTS) // len(self.sizes))

    def group(self, types: tuple[str, ...]) -> pa.Array:
        """Return the ids of some types, one after another."""
        import pyarrow as pa

        if types not in self._groups:
            self._groups[types] = pa.concat_arrays([self.ids[one] for one in types])
        return self._groups[types]

    def choose(self, types: tuple[str, ...], weights: Sequence[int], what: str, at: Ints) -> Ints:
        """Return for each row a record of one of *types*, as its place in their ``group``; a few are frequent."""
        if len(types) == 1:
            return self.draws.zipf(what, at, self.count(*types))
        chosen, found, start = self.draws.choice(f"{what}, type", at, weights), np.zeros(len(at), np.int64), 0
        for number, kind in enumerate(types):
            mine = chosen == number
            found[mine] = start + self.draws.zipf(f"{what}, {kind}", at[mine], self.count(kind))
            start += self.count(kind)
        return found

    def mentioned(self, article: Ints, slot: Ints) -> tuple[Ints, Mask]:
        """Return what an article is sure to mention first, as places in the group ``REFERENTS``, and whether it does."""
        many = self.count(*REFERENTS)
        thing = article * self.sure + slot
        return permute(thing.clip(0, many - 1), many), (slot < self.sure) & (thing < many)

    def sentence(self, what: str, at: Ints, percent: int) -> pa.Array:
        """Return sentences of 40 to 200 characters; *percent* of them have an adjunct, a third of these another."""
        lists = (words.SUBJECTS, words.VERBS, words.OBJECTS)
        parts = [self.some(f"{what}, part {number}", at, some) for number, some in enumerate(lists)]
        for number, share in enumerate((percent, percent // 3)):
            present = self.draws.chance(f"{what}, {number}?", at, share)
            parts.append(self.some(f"{what}, adjunct {number}", at, words.ADJUNCTS, present))
        return join(*parts, by=" ")

    def some(self, what: str, at: Ints, among: Sequence[str], present: Mask | None = None) -> pa.Array:
        """Return for each row one of some texts."""
        return take(among, self.draws.integers(what, at, len(among)), present)

    def date(self, table: str, column: str, at: Ints) -> Ints:
        """Return for each row a date, as its place in ``dates``."""
        what, plain = f"{table}.{column}", listed(PLAIN, table, column, 80)
        other = DAYS + self.draws.integers(f"{what}, form", at, len(dates()[0]) - DAYS)
        return np.where(self.draws.chance(f"{what}, plain?", at, plain), self.draws.integers(what, at, DAYS), other)

    def present(self, table: str, column: str, at: Ints) -> Mask:
        """Return for each row whether an optional column has a value."""
        return self.draws.chance(f"{table}.{column}?", at, listed(PRESENT, table, column, 50))

    def table(
        self, model: Any, at: Ints, given: Mapping[str, pa.Array], present: Mapping[str, Mask] | None = None
    ) -> pa.Table:
        """Return a table whose columns are as given, or else derived from the model.

        Args:
            model: the model of its rows.
            at: the numbers of the rows; rows of the same number are alike.
            given: columns by name.
            present: where columns that are not given have a value.
        """
        found = dict(given)
        for column in columns(model):
            if column.name not in given:
                found |= self._column(model, column, at, (present or {}).get(column.name))
        return table_of(model.table, found)

    def _column(self, model: Any, column: Column, at: Ints, present: Mask | None) -> dict[str, pa.Array]:
        """Return a column, a date with its bounds."""
        table, name = model.table, column.name
        first = next((rule.first for rule in model.rules if isinstance(rule, Together) and name == rule.second), name)
        if column.optional and present is None:
            present = self.present(table, first, at)
        earlier = next((one.earlier for one in model.rules if isinstance(one, NotAfter) and name == one.later), None)
        if column.kind in ("edtf", "day"):
            index = self._later(table, name, earlier, at) if earlier else self.date(table, name, at)
            if column.kind == "day":
                index = np.where(index < DAYS, index, self.draws.integers(f"{table}.{name}, day", at, DAYS))
                return {name: take(dates()[1], index, present)}
            sides = zip(("", "_min", "_max"), dates(), strict=True)
            return {name + side: take(values, index, present) for side, values in sides}
        values = self._values(model, column, at)
        return {name: values if present is None else only(values, present)}

    def _later(self, table: str, column: str, earlier: str, at: Ints) -> Ints:
        """Return dates that are not before those of another column."""
        low = dates()[1].cast("int32").fill_null(0).to_numpy()[self.date(table, earlier, at)] - (FIRST - EPOCH).days
        start = np.where(low > 0, low, self.draws.integers(f"{table}.{column}, start", at, DAYS))
        term = self.draws.integers(f"{table}.{column}, term", at, 2500 if table == "offices" else 60)
        return (start + term).clip(0, DAYS - 1)

    def _values(self, model: Any, column: Column, at: Ints) -> pa.Array:
        import pyarrow as pa

        table, name, what = model.table, column.name, f"{model.table}.{column.name}"
        weights = listed(WEIGHTS, table, name, None)
        if column.reference:
            types = column.reference.types
            return take(self.group(types), self.choose(types, weights or (), what, at))
        if column.codebook and not column.codebook.is_open:
            codes = tuple(column.codebook.definitions)
            return take_codes(codes, self._index(what, at, len(codes), weights))
        if column.kind == "bool":
            return pa.array(np.ones(len(at), dtype=bool))
        limits = _schema(model)["properties"][name]
        if column.kind in ("int32", "double"):
            least, scale = limits["minimum"], 1 if column.kind == "int32" else 10_000
            drawn = self.draws.integers(what, at, int((limits["maximum"] - least) * scale) + 1)
            return numbers(drawn + least if scale == 1 else (drawn + int(least * scale)) / scale)
        return self._texts(table, name, limits.get("pattern", ""), at)

    def _index(self, what: str, at: Ints, many: int, weights: Sequence[int] | None) -> Ints:
        return self.draws.choice(what, at, weights) if weights else self.draws.zipf(what, at, many)

    def _texts(self, table: str, name: str, pattern: str, at: Ints) -> pa.Array:
        what = f"{table}.{name}"
        if name in SENTENCES and table != "offices":
            return self.sentence(what, at, SENTENCES[name])
        if found := re.fullmatch(r"\^\[0-9a-f\]\{([0-9]+)\}\$", pattern):
            return hex_digits(self.draws, what, at, int(found[1]))
        if name == "wikidata":
            return join("Q", digits(1 + self.draws.integers(what, at, 10**8)))
        if name == "url":
            page = digits(self.draws.integers(what, at, 10**9), 9)
            return join("https://", self.some(f"{what}, host", at, words.SLUG_WORDS), ".example.org/", page)
        texts = words.TEXTS["annotator" if name == "assessed_by" else name]
        if name in EVEN:
            return self.some(what, at, texts)
        return take(texts, self._index(what, at, len(texts), listed(WEIGHTS, table, name, None)))


def table_of(name: str, found: Mapping[str, pa.Array]) -> pa.Table:
    """Return a table of the columns that were found."""
    import pyarrow as pa

    schema = arrow_schema(tables()[name])
    codes = {one.name for one in tables()[name].fields if one.kind == "code"}
    arrays = {one: array.dictionary_encode() if one in codes else array for one, array in found.items()}
    return pa.Table.from_arrays([arrays[one.name].cast(one.type) for one in schema], schema=schema)


@cache
def _schema(model: type[Row]) -> dict[str, Any]:
    return model.model_json_schema()


def world_of(n: int, seed: int) -> World:
    """Return the world of a dataset of *n* statements."""
    draws, articles = Draws(seed), max(1, round(n / 10))
    counts = {
        "article": articles, "person": max(3, n // 20), "organization": max(2, n // 50), "place": max(2, n // 50),
        "event": max(1, n // 20), "source": max(1, n // 20),
    }  # fmt: skip
    made = {kind: _ids(draws, kind, many) for kind, many in counts.items()}
    ids, order = ({kind: pair[side] for kind, pair in made.items()} for side in (0, 1))
    return World(draws, _sizes(draws, n, articles), ids, order)  # type: ignore[arg-type]


def _sizes(draws: Draws, n: int, articles: int) -> Ints:
    """Return how many statements each article has: at least one, most of them few, a few of them hundreds."""
    unit = (draws.integers("article size", np.arange(articles), 2**31) + 1) / 2**31
    most = min(2 + articles // 3, 800)  # so that no article has half of them all
    weights = np.cumsum(np.round(100 * np.minimum(unit**-0.8, most)))
    bounds = np.floor((n - articles) * (weights / weights[-1])).astype(np.int64)
    bounds[-1] = n - articles
    sizes: Ints = 1 + np.diff(bounds, prepend=0)
    return sizes


def name_parts(draws: Draws, kind: str, at: Ints) -> tuple[pa.Array, pa.Array, bool]:
    """Return the two parts of names of a type, and whether the second stands in front where the name is written out."""
    lists = {
        "person": (words.FAMILY, words.GIVEN), "organization": (words.PLACE_ENDS, words.BODIES),
        "place": (words.PLACES, words.PLACE_ENDS),
    }  # fmt: skip
    pair = lists.get(kind, (words.SLUG_WORDS, words.SLUG_WORDS))
    first, second = (take(some, draws.integers(f"{kind}, name {side}", at, len(some))) for side, some in enumerate(pair))
    return first, second, kind == "person"


def name_of(world: World, kind: str, which: Ints) -> pa.Array:
    """Return the English names of some records of a type; events by a word."""
    first, second, is_turned = name_parts(world.draws, kind, world.order[kind][which])
    if kind == "event":
        return join("the ", first, " talks")
    return join(second, first, by=" ") if is_turned else join(first, second, by=" ")


def _ids(draws: Draws, kind: str, many: int) -> tuple[pa.Array, Ints]:
    """Return the ids of a type in order, and the number that each was made of."""
    import pyarrow.compute as pc

    at = np.arange(many)
    first, second, _ = name_parts(draws, kind, at)
    slugs = join(_slug(first), _slug(second), digits(at, len(str(many - 1))), by="-")
    order = pc.sort_indices(slugs)
    return join(f"{kind}/", slugs.take(order)), order.to_numpy().astype(np.int64)


def _slug(names: pa.Array) -> pa.Array:
    encoded = names.dictionary_encode()
    plain = [normalize("NFKD", one).encode("ascii", "ignore").decode().lower() for one in encoded.dictionary.to_pylist()]
    slugs = [re.sub("[^a-z0-9]+", "-", one.replace("'", "")).strip("-") for one in plain]
    return take(slugs, encoded.indices.to_numpy())
