"""What a synthetic dataset consists of: ids, tables whose columns follow from the models, what articles refer to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import numpy as np

from news_dataset import rules
from news_dataset.records import ENTITY_TYPES
from news_dataset.records.columns import Column, columns, properties
from news_dataset.tabular import arrow_schema, tables
from news_dataset.testing import arrays
from news_dataset.testing.arrays import DAYS, Draws, Ints, Mask, join, numbers, only, take, words

if TYPE_CHECKING:
    import pyarrow as pa

    Tables = dict[str, pa.Table]

REFERENTS = (*ENTITY_TYPES, "event")
"""The types of what articles mention."""

PRESENT = {
    "country": 80, "wikidata": 60, "note": 8, "published": 80, "accessed": 90, "language": 80, "birth_date": 40,
    "latitude": 70, "family_name": 85, "date": 60, "start": 75, "end": 28, "certainty": 80, "approximate": 25,
    "occasion": 30, "events.wikidata": 10, "offices.organization": 70, "articles.publisher": 85, "articles.url": 90,
    "articles.published": 95, "articles.accessed": 80, "archived_url": 25, "articles.derived_from": 15,
    "factuality": 60, "value_sources.says": 50, "headline": 97, "gist": 96, "text_sha256": 100, "text_rule": 5,
    "external_id": 30,
}  # fmt: skip
"""In how many rows of a hundred an optional column has a value; 50 where it is not listed."""

WEIGHTS = {
    "genre": (70, 12, 8, 6, 3, 1), "rights": (70, 15, 3, 12), "status": (30, 55, 12, 3), "realis": (55, 12, 23, 9, 1),
    "polarity": (86, 10, 3, 1), "annotator": (50, 30, 15, 5), "assessed_by": (60, 30, 10, 0),
    "factuality": (65, 5, 25, 5),
    "mentions.certainty": (85, 10, 5), "statements.certainty": (72, 10, 6, 11, 1), "names.kind": (30, 20, 45, 5),
    "sources.kind": (50, 20, 15, 15), "event_participants.role": (60, 25, 5, 10),
    "event_participants.entity": (55, 35, 10), "statement_participants.entity": (75, 22, 3),
}  # fmt: skip
"""How often a column has each of its codes, words or types of id; a few are frequent where it is not listed."""

PLAIN = {"birth_date": 20, "articles.published": 88, "statement_events.date": 60}  # of a hundred dates; else 80
SENTENCES = {"articles.headline": 15, "events.title": 40, "statements.gist": 65}  # of a hundred have an adjunct
# The words that names and ids are made of; those of persons are turned around in their name.
NAMES = {"person": ("family", "given"), "organization": ("place_end", "body"), "place": ("place", "place_end")}


def listed(options: Mapping[str, Any], table: str, column: str, otherwise: Any) -> Any:
    """Return what is listed for a column: under its table, or under its own name."""
    return options.get(f"{table}.{column}", options.get(column, otherwise))


@dataclass(frozen=True, eq=False)
class World:
    """A synthetic dataset before its tables are made.

    ``sizes`` are the numbers of statements of each article, ``ids`` the ids of each type, sorted, and ``order`` the
    number that each id was made of.
    """

    draws: Draws
    sizes: Ints
    ids: dict[str, pa.Array]
    order: dict[str, Ints]

    def count(self, *types: str) -> int:
        """Return the number of records of some types."""
        return sum(len(self.ids[one]) for one in types)

    @property
    def sure(self) -> int:
        """The number of first mentions of each article through which everything is mentioned somewhere."""
        return -(-self.count(*REFERENTS) // len(self.sizes))

    def group(self, types: tuple[str, ...]) -> pa.Array:
        """Return the ids of some types, one after another."""
        import pyarrow as pa

        return self.ids[types[0]] if len(types) == 1 else pa.concat_arrays([self.ids[one] for one in types])

    @cached_property
    def names(self) -> pa.Array:
        """The names of the ``REFERENTS``."""
        import pyarrow as pa

        return pa.concat_arrays([self.name(kind) for kind in REFERENTS])

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

    def entities(self, table: str, at: Ints, owner: Ints) -> pa.Array:
        """Return for each row an entity that no other row of its owner has."""
        drawn = self.choose(ENTITY_TYPES, WEIGHTS[f"{table}.entity"], f"{table}.entity", at)
        return take(self.group(ENTITY_TYPES), arrays.distinct(owner, drawn, self.count(*ENTITY_TYPES)))

    def mentioned(self, article: Ints, slot: Ints) -> tuple[Ints, Mask]:
        """Return what an article is sure to mention first, as places among the ``REFERENTS``, and whether it does."""
        many, thing = self.count(*REFERENTS), article * self.sure + slot
        return arrays.permute(thing.clip(0, many - 1), many), (slot < self.sure) & (thing < many)

    def date(self, table: str, column: str, at: Ints) -> Ints:
        """Return for each row a date, as its place in ``dates``."""
        what, plain = f"{table}.{column}", listed(PLAIN, table, column, 80)
        other = DAYS + self.draws.integers(f"{what}, form", at, len(arrays.dates()[0]) - DAYS)
        return np.where(self.draws.chance(f"{what}, plain?", at, plain), self.draws.integers(what, at, DAYS), other)

    def present(self, table: str, column: str, at: Ints) -> Mask:
        """Return for each row whether an optional column has a value."""
        return self.draws.chance(f"{table}.{column}?", at, listed(PRESENT, table, column, 50))

    def table(
        self, model: Any, at: Ints, given: Mapping[str, Any], present: Mapping[str, Mask] | None = None
    ) -> pa.Table:
        """Return a table of rows of these numbers, whose columns are as given, or else follow from the model.

        ``present`` says where columns that are not given have a value. Rows of the same number are alike.
        """
        found = dict(given)
        for column in [one for one in columns(model) if one.name not in given]:
            found |= self._column(model, column, at, (present or {}).get(column.name))
        return table_of(model.table, found)

    def _column(self, model: Any, column: Column, at: Ints, present: Mask | None) -> dict[str, pa.Array]:
        """Return a column, a date with its bounds; the rules of the model say with which other one it goes."""
        table, name, pair, earlier = model.table, column.name, column.name, ""
        for rule in model.rules:
            if isinstance(rule, rules.Together) and name == rule.second:
                pair = rule.first
            if isinstance(rule, rules.NotAfter) and name == rule.later:
                earlier = rule.earlier
        if column.optional and present is None:
            present = self.present(table, pair, at)
        if column.kind not in ("edtf", "day"):
            values = self._values(model, column, at)
            return {name: values if present is None else only(values, present)}
        index = self._later(table, name, earlier, at) if earlier else self.date(table, name, at)
        if column.kind == "day":
            return {name: take(arrays.dates()[1], index % DAYS, present)}
        sides = zip(("", "_min", "_max"), arrays.dates(), strict=True)
        return {name + side: take(one, index, present) for side, one in sides}

    def _later(self, table: str, column: str, earlier: str, at: Ints) -> Ints:
        """Return dates that are not before those of another column."""
        low = arrays.dates()[1].cast("int32").fill_null(0).to_numpy()[self.date(table, earlier, at)] - arrays.FIRST_DAY
        start = np.where(low > 0, low, self.draws.integers(f"{table}.{column}, start", at, DAYS))
        term = self.draws.integers(f"{table}.{column}, term", at, 2500 if table == "offices" else 60)
        return (start + term).clip(0, DAYS - 1)

    def _values(self, model: Any, column: Column, at: Ints) -> pa.Array:
        import pyarrow as pa

        table, name, what = model.table, column.name, f"{model.table}.{column.name}"
        weights, limits = listed(WEIGHTS, table, name, None), properties(model)[name]
        if column.reference:
            types = column.reference.types
            return take(self.group(types), self.choose(types, weights or (), what, at))
        if column.kind == "bool":
            return pa.array(np.ones(len(at), dtype=bool))
        if column.kind in ("int32", "double"):
            scale = 1 if column.kind == "int32" else 10_000
            drawn = self.draws.integers(what, at, int((limits["maximum"] - limits["minimum"]) * scale) + 1)
            return numbers(drawn / scale + limits["minimum"] if scale > 1 else drawn + limits["minimum"])
        if what in SENTENCES:
            return self.sentence(what, at, SENTENCES[what])
        if found := re.fullmatch(r"\^\[0-9a-f\]\{([0-9]+)\}\$", limits.get("pattern", "")):
            return self.draws.hex(what, at, int(found[1]))
        number = arrays.digits(1 + arrays.permute(at, 10**9))  # no two records have one identifier or address
        if name == "wikidata":
            return join("Q", number)
        if name == "external_id":
            return join("T", number)
        if name in ("url", "archived_url"):
            return join("https://", self.draws.words(f"{what}, host", at, "slug"), ".example.org/", number)
        is_closed = column.codebook and not column.codebook.is_open
        texts = tuple(column.codebook.definitions) if column.codebook and is_closed else words(name)
        if is_closed or name in ("cue", "country", "language", "publisher", "unit", "annotator", "assessed_by"):
            many = len(texts)
            return take(texts, self.draws.choice(what, at, weights) if weights else self.draws.zipf(what, at, many))
        return self.draws.words(what, at, name)

    def sentence(self, what: str, at: Ints, percent: int) -> pa.Array:
        """Return sentences of 40 to 200 characters; *percent* of them have an adjunct, a third of these another."""
        parts = [self.draws.words(f"{what}, {name}", at, name) for name in ("subject", "verb", "object")]
        for number, share in enumerate((percent, percent // 3)):
            present = self.draws.chance(f"{what}, {number}?", at, share)
            parts.append(self.draws.words(f"{what}, {number}", at, "adjunct", present))
        return join(*parts, by=" ")

    def name(self, kind: str) -> pa.Array:
        """Return the English names of the records of a type."""
        first, second = name_parts(self.draws, kind, self.order[kind])
        return join(second, first, by=" ") if kind == "person" else join(first, second, by=" ")


def table_of(name: str, found: dict[str, Any]) -> pa.Table:
    """Return a table of these columns."""
    import pyarrow as pa

    schema = arrow_schema(tables()[name])
    codes = {one.name: found[one.name].dictionary_encode() for one in schema if pa.types.is_dictionary(one.type)}
    return pa.Table.from_arrays([(found | codes)[one.name].cast(one.type) for one in schema], schema=schema)


def world_of(n: int, seed: int) -> World:
    """Return the world of a dataset of *n* statements; most articles have few of them, a few hundreds."""
    draws, articles = Draws(seed), max(1, round(n / 10))
    unit = (draws.integers("article size", np.arange(articles), 2**31) + 1) / 2**31
    most = min(2 + articles // 3, 800)  # so that no article has half of them all
    weights = np.cumsum(np.round(100 * np.minimum(unit**-0.8, most)))
    bounds = np.floor((n - articles) * (weights / weights[-1])).astype(np.int64)
    bounds[-1] = n - articles
    counts = {
        "article": articles, "person": max(3, n // 20), "organization": max(2, n // 50), "place": max(2, n // 50),
        "event": max(1, n // 20), "source": max(1, n // 20),
    }  # fmt: skip
    made = [_ids(draws, kind, many) for kind, many in counts.items()]
    ids, order = (dict(zip(counts, one, strict=True)) for one in zip(*made, strict=True))
    return World(draws, 1 + np.diff(bounds, prepend=0), ids, order)


def name_parts(draws: Draws, kind: str, at: Ints) -> list[pa.Array]:
    """Return the two parts of names of a type."""
    lists = NAMES.get(kind, ("slug", "slug"))
    return [draws.words(f"{kind}, name {side}", at, name) for side, name in enumerate(lists)]


def _ids(draws: Draws, kind: str, many: int) -> tuple[pa.Array, Ints]:
    """Return the ids of a type in order, and the number that each was made of."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def slug(name: str) -> str:
        plain = normalize("NFKD", name.replace("'", "")).encode("ascii", "ignore").decode()
        return re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")

    at, parts = np.arange(many), []
    for part in name_parts(draws, kind, at):
        parts.append(pa.array([slug(name) for name in part.dictionary.to_pylist()]).take(part.indices))
    slugs = join(f"{kind}/", join(*parts, arrays.digits(at, len(str(many - 1))), by="-"))
    return slugs.take(order := pc.sort_indices(slugs)), order.to_numpy().astype(np.int64)
