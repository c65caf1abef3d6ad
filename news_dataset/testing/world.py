"""A synthetic dataset before its tables are made: ids, and columns that follow from the models."""

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
"""The types of the records that articles mention."""

PERCENT_PRESENT = {
    "country": 80, "wikidata": 60, "note": 8, "published": 80, "accessed": 90, "language": 80, "birth_date": 40,
    "latitude": 70, "family_name": 85, "date": 60, "start": 75, "end": 28, "certainty": 80, "approximate": 25,
    "occasion": 30, "events.wikidata": 10, "offices.organization": 70, "articles.publisher": 85, "articles.url": 90,
    "articles.published": 95, "articles.accessed": 80, "archived_url": 25, "articles.derived_from": 15,
    "factuality": 60, "value_sources.says": 50, "headline": 97, "gist": 96, "text_sha256": 100, "text_rule": 5,
    "external_id": 30,
}  # fmt: skip
"""The percentage of rows in which an optional column has a value; 50 if it is not listed."""

WEIGHTS = {
    "genre": (70, 12, 8, 6, 3, 1), "rights": (70, 15, 3, 12), "status": (30, 55, 12, 3), "realis": (55, 12, 23, 9, 1),
    "polarity": (86, 10, 3, 1), "annotator": (50, 30, 15, 5), "assessed_by": (60, 30, 10, 0),
    "factuality": (65, 5, 25, 5),
    "mentions.certainty": (85, 10, 5), "statements.certainty": (72, 10, 6, 11, 1), "names.kind": (30, 20, 45, 5),
    "sources.kind": (50, 20, 15, 15), "event_participants.role": (60, 25, 5, 10),
    "event_participants.entity": (55, 35, 10), "statement_participants.entity": (75, 22, 3),
}  # fmt: skip
"""The weights of a column's codes, words or types of id; Zipf's law for columns that are not listed."""

PERCENT_PLAIN_DATES = {"birth_date": 20, "articles.published": 88, "statement_events.date": 60}  # else 80
PERCENT_WITH_ADJUNCT = {"articles.headline": 15, "events.title": 40, "statements.gist": 65}  # of sentences
# The lists of words for the two parts of ids and names; in the names of persons the second part comes first.
NAMES = {"person": ("family", "given"), "organization": ("place_end", "body"), "place": ("place", "place_end")}


CHILD_KEYS = 4
"""The key of a child for random numbers is that of its parent times this, plus its index; no list is longer."""


def option_for(options: Mapping[str, Any], table: str, column: str, otherwise: Any) -> Any:
    """Return the option for a column: under ``table.column``, else under its own name, else *otherwise*."""
    return options.get(f"{table}.{column}", options.get(column, otherwise))


@dataclass(frozen=True, eq=False)
class World:
    """A synthetic dataset before its tables are made.

    Attributes:
        draws: the random numbers.
        sizes: the number of statements of each article.
        ids: the sorted ids of each type.
        order: for each type the number from which each id was made, which is the key of its record.
    """

    draws: Draws
    sizes: Ints
    ids: dict[str, pa.Array]
    order: dict[str, Ints]

    def count(self, *types: str) -> int:
        """Return the number of records of these types."""
        return sum(len(self.ids[kind]) for kind in types)

    @property
    def guaranteed(self) -> int:
        """How many mentions of each article are reserved, so that every referent is mentioned somewhere."""
        return -(-self.count(*REFERENTS) // len(self.sizes))

    def ids_of(self, types: tuple[str, ...]) -> pa.Array:
        """Return the ids of these types, type by type."""
        import pyarrow as pa

        return self.ids[types[0]] if len(types) == 1 else pa.concat_arrays([self.ids[kind] for kind in types])

    @cached_property
    def names(self) -> pa.Array:
        """The names of all records of ``REFERENTS``, in the order of their ids."""
        import pyarrow as pa

        return pa.concat_arrays([self.name(kind) for kind in REFERENTS])

    def zipf_records(self, types: tuple[str, ...], weights: Sequence[int], purpose: str, keys: Ints) -> Ints:
        """Return for each row the index in ``ids_of(types)`` of a record; few are frequent."""
        if len(types) == 1:
            return self.draws.zipf(purpose, keys, self.count(*types))
        chosen, indices, start = self.draws.choice(f"{purpose}, type", keys, weights), np.zeros(len(keys), np.int64), 0
        for number, kind in enumerate(types):
            is_of_kind = chosen == number
            indices[is_of_kind] = start + self.draws.zipf(f"{purpose}, {kind}", keys[is_of_kind], self.count(kind))
            start += self.count(kind)
        return indices

    def entities(self, table: str, keys: Ints, owner: Ints) -> pa.Array:
        """Return for each row the id of an entity that no other row of its *owner* has."""
        drawn = self.zipf_records(ENTITY_TYPES, WEIGHTS[f"{table}.entity"], f"{table}.entity", keys)
        return take(self.ids_of(ENTITY_TYPES), arrays.distinct(owner, drawn, self.count(*ENTITY_TYPES)))

    def mentioned(self, article: Ints, slot: Ints) -> tuple[Ints, Mask]:
        """Return the reserved referents of mentions, and which mentions have one."""
        count, number = self.count(*REFERENTS), article * self.guaranteed + slot
        return arrays.permute(number.clip(0, count - 1), count), (slot < self.guaranteed) & (number < count)

    def date(self, table: str, column: str, keys: Ints) -> Ints:
        """Return for each row a date, as its index in ``arrays.dates()``."""
        purpose, plain = f"{table}.{column}", option_for(PERCENT_PLAIN_DATES, table, column, 80)
        other = DAYS + self.draws.integers(f"{purpose}, form", keys, len(arrays.dates()[0]) - DAYS)
        is_plain = self.draws.chance(f"{purpose}, plain?", keys, plain)
        return np.where(is_plain, self.draws.integers(purpose, keys, DAYS), other)

    def present(self, table: str, column: str, keys: Ints) -> Mask:
        """Return for each row whether an optional column has a value."""
        return self.draws.chance(f"{table}.{column}?", keys, option_for(PERCENT_PRESENT, table, column, 50))

    def table(
        self, model: Any, keys: Ints, given: Mapping[str, Any], present: Mapping[str, Mask] | None = None
    ) -> pa.Table:
        """Return the table of a model.

        Args:
            model: the model.
            keys: one integer for each row; rows with the same key have the same values.
            given: columns by name; all others follow from the model.
            present: for columns that are not given, in which rows they have a value.
        """
        all_columns = dict(given)
        for column in [one for one in columns(model) if one.name not in given]:
            all_columns |= self._column(model, column, keys, (present or {}).get(column.name))
        return table_of(model.table, all_columns)

    def _column(self, model: Any, column: Column, keys: Ints, present: Mask | None) -> dict[str, pa.Array]:
        """Return a column, a date with bounds; ``Together`` and ``NotAfter`` hold."""
        table, name, pair, earlier = model.table, column.name, column.name, ""
        for rule in model.rules:
            if isinstance(rule, rules.Together) and name == rule.second:
                pair = rule.first
            if isinstance(rule, rules.NotAfter) and name == rule.later:
                earlier = rule.earlier
        if column.optional and present is None:
            present = self.present(table, pair, keys)
        if column.kind not in ("edtf", "day"):
            values = self._values(model, column, keys)
            return {name: values if present is None else only(values, present)}
        index = self._later(table, name, earlier, keys) if earlier else self.date(table, name, keys)
        if column.kind == "day":
            return {name: take(arrays.dates()[1], index % DAYS, present)}
        sides = zip(("", "_min", "_max"), arrays.dates(), strict=True)
        return {name + side: take(values, index, present) for side, values in sides}

    def _later(self, table: str, column: str, earlier: str, keys: Ints) -> Ints:
        """Return indices in ``arrays.dates()`` of days not before the column *earlier*."""
        first_days = arrays.dates()[1].cast("int32").fill_null(0).to_numpy()
        low = first_days[self.date(table, earlier, keys)] - arrays.FIRST_DAY
        start = np.where(low > 0, low, self.draws.integers(f"{table}.{column}, start", keys, DAYS))
        term = self.draws.integers(f"{table}.{column}, term", keys, 2500 if table == "offices" else 60)
        return (start + term).clip(0, DAYS - 1)

    def _values(self, model: Any, column: Column, keys: Ints) -> pa.Array:
        """Return values of a column that is no date, one for each row."""
        import pyarrow as pa

        table, name, purpose = model.table, column.name, f"{model.table}.{column.name}"
        weights, limits = option_for(WEIGHTS, table, name, None), properties(model)[name]
        if column.reference:
            types = column.reference.types
            return take(self.ids_of(types), self.zipf_records(types, weights or (), purpose, keys))
        if column.kind == "bool":
            return pa.array(np.ones(len(keys), dtype=bool))
        if column.kind in ("int32", "double"):
            scale = 1 if column.kind == "int32" else 10_000
            drawn = self.draws.integers(purpose, keys, int((limits["maximum"] - limits["minimum"]) * scale) + 1)
            return numbers(drawn / scale + limits["minimum"] if scale > 1 else drawn + limits["minimum"])
        if purpose in PERCENT_WITH_ADJUNCT:
            return self.sentence(purpose, keys, PERCENT_WITH_ADJUNCT[purpose])
        if match := re.fullmatch(r"\^\[0-9a-f\]\{([0-9]+)\}\$", limits.get("pattern", "")):
            return self.draws.hex(purpose, keys, int(match[1]))
        number = arrays.digits(1 + arrays.permute(keys, 10**9))  # distinct for distinct keys
        if name == "wikidata":
            return join("Q", number)
        if name == "external_id":
            return join("T", number)
        if name in ("url", "archived_url"):
            return join("https://", self.draws.words(f"{purpose}, host", keys, "slug"), ".example.org/", number)
        is_closed = column.codebook and not column.codebook.is_open
        listed = name if name in arrays.word_lists() else "subject"
        texts = tuple(column.codebook.definitions) if column.codebook and is_closed else words(listed)
        if is_closed or name in ("cue", "country", "language", "publisher", "unit", "annotator", "assessed_by"):
            zipf = self.draws.zipf(purpose, keys, len(texts))
            return take(texts, self.draws.choice(purpose, keys, weights) if weights else zipf)
        return self.draws.words(purpose, keys, listed)

    def sentence(self, purpose: str, keys: Ints, percent: int) -> pa.Array:
        """Return sentences of 40 to 200 characters; *percent* of them have an adjunct."""
        parts = [self.draws.words(f"{purpose}, {name}", keys, name) for name in ("subject", "verb", "object")]
        for number, share in enumerate((percent, percent // 3)):
            present = self.draws.chance(f"{purpose}, {number}?", keys, share)
            parts.append(self.draws.words(f"{purpose}, {number}", keys, "adjunct", present))
        return join(*parts, by=" ")

    def name(self, kind: str) -> pa.Array:
        """Return the English names of the records of a type."""
        first, second = name_parts(self.draws, kind, self.order[kind])
        return join(second, first, by=" ") if kind == "person" else join(first, second, by=" ")


def table_of(name: str, given: dict[str, Any]) -> pa.Table:
    """Return the table *name* with these columns, cast to its schema."""
    import pyarrow as pa

    schema = arrow_schema(tables()[name])
    is_code = pa.types.is_dictionary
    codes = {field.name: given[field.name].dictionary_encode() for field in schema if is_code(field.type)}
    return pa.Table.from_arrays([(given | codes)[field.name].cast(field.type) for field in schema], schema=schema)


def world_of(n: int, seed: int) -> World:
    """Return the world of *n* statements; most articles have few statements, a few have hundreds."""
    draws, articles = Draws(seed), max(1, round(n / 10))
    uniform = (draws.integers("article size", np.arange(articles), 2**31) + 1) / 2**31
    largest = min(2 + articles // 3, 800)  # so that no article has half of all statements
    weights = np.cumsum(np.round(100 * np.minimum(uniform**-0.8, largest)))
    bounds = np.floor((n - articles) * (weights / weights[-1])).astype(np.int64)
    bounds[-1] = n - articles
    counts = {
        "article": articles, "person": max(3, n // 20), "organization": max(2, n // 50), "place": max(2, n // 50),
        "event": max(1, n // 20), "source": max(1, n // 20),
    }  # fmt: skip
    ids_and_order = [_ids(draws, kind, count) for kind, count in counts.items()]
    ids, order = (dict(zip(counts, parts, strict=True)) for parts in zip(*ids_and_order, strict=True))
    return World(draws, 1 + np.diff(bounds, prepend=0), ids, order)


def name_parts(draws: Draws, kind: str, keys: Ints) -> list[pa.Array]:
    """Return the first and the second parts of names of a type."""
    lists = NAMES.get(kind, ("slug", "slug"))
    return [draws.words(f"{kind}, name {side}", keys, name) for side, name in enumerate(lists)]


def _ids(draws: Draws, kind: str, count: int) -> tuple[pa.Array, Ints]:
    """Return the sorted ids of a type, and the number from which each was made."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def slug(name: str) -> str:
        plain = normalize("NFKD", name.replace("'", "")).encode("ascii", "ignore").decode()
        return re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")

    keys, parts = np.arange(count), []
    for part in name_parts(draws, kind, keys):
        parts.append(pa.array([slug(name) for name in part.dictionary.to_pylist()]).take(part.indices))
    slugs = join(f"{kind}/", join(*parts, arrays.digits(keys, len(str(count - 1))), by="-"))
    return slugs.take(order := pc.sort_indices(slugs)), order.to_numpy().astype(np.int64)
