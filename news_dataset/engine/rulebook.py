"""The rule book, run: each query's units counted, and those at fault put into words at their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePath
from typing import Any

from news_dataset.checks.query import APART, Query
from news_dataset.engine.nested import SHIFT, Judged, NestedSpot, Spot
from news_dataset.engine.source import Context, Gathering, Source
from news_dataset.engine.store import Store, reference_types
from news_dataset.issues import Issue, Tally
from news_dataset.layered import next_step
from news_dataset.records import BY_TYPE

CANDIDATES = 2_000
"""The nearest id is looked for among at most this many, so that a hint stays cheap."""

HINTED = 20
"""For at most this many dangling ids the nearest one is looked for: with the limit above, some four seconds."""

_PORTION = 10_000  # issues that are looked up together
_OF_DESCRIPTION = ("dataset", "row_counts", "coverage")


def complete(query: Query) -> str:
    """Return a query with all columns that it may leave out."""
    values = {"skipped": "CAST(NULL AS STRING)", "is_warning": "false", "why": "''"}
    more = "".join(f", {value} AS {name}" for name, value in values.items() if f"AS {name}" not in query.sql)
    return f"SELECT u.*{more} FROM ({query.sql}) u"


@dataclass
class RuleBook:
    """Runs queries over the tables of a store."""

    source: Source
    store: Store
    context: Context
    gathering: Gathering
    description: Judged | None
    _hinted: int = 0
    _candidates: dict[str, list[str]] = field(default_factory=dict)

    def run(self, query: Query) -> None:
        """Run a query; add its units and its issues."""
        tally = Tally(query.name, query.layer)
        if not set(query.needs) <= self.source.present:
            units = self.store.one(f"SELECT count(*) FROM {query.needs[0]}")
            tally.skipped |= {APART: units} if units else {}
            self.gathering.count(tally)
            return
        if query.repeat:
            self.store.repeat(*query.repeat)
        found = self.store.units(complete(query), self.gathering.room)
        while some := list(islice(found, _PORTION)):
            at_fault: list[Mapping[str, Any]] = []
            for skipped, is_warning, is_broken, unit, count in some:
                if skipped is not None:
                    tally.skipped[skipped] = tally.skipped.get(skipped, 0) + count
                    continue
                tally.checked += count
                tally.failed += count if is_broken and not is_warning else 0
                tally.warned += count if is_broken and is_warning else 0
                if is_broken and (unit is None or self.gathering.room == 0):
                    self.gathering.leave_out(query.name, count)
                elif unit is not None:
                    at_fault += [unit] * count
            self.gathering.found(self._issues(query, at_fault))
        self.gathering.count(tally)

    def _issues(self, query: Query, found: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
        spots = self._spots(found, _named(query, found))
        for row in found:
            spot, other = spots[row["tbl"], row["pos"]], spots.get((row["tbl"], row.get("other")))
            facts = _Facts(row, spot, other, self)
            message, hint = query.messages[row["why"]]
            issue = spot.issue(
                row["col"], message.format_map(facts), hint.format_map(facts),
                severity="warning" if row["is_warning"] else "error",
            )  # fmt: skip
            yield replace(issue, code=query.name, exit_code=query.code.exit_code)

    def _spots(self, found: Sequence[Mapping[str, Any]], only: Set[str]) -> dict[tuple[str, Any], Spot]:
        places: dict[str, set[int]] = {}
        for row in found:
            places.setdefault(row["tbl"], set()).update({row["pos"], row.get("other", row["pos"])} - {None})
        spots: dict[tuple[str, Any], Spot] = {}
        for table, some in places.items():
            ordered = sorted(some)
            if table in _OF_DESCRIPTION and self.description:
                entry = self.description.entry
                for place in ordered:
                    ordinal = 0 if table == "dataset" else place & ((1 << SHIFT) - 1)
                    spots[table, place] = NestedSpot(entry, table, ordinal)
            else:
                there = zip(ordered, self.source.spots(table, ordered, only), strict=True)
                spots |= {(table, at): spot for at, spot in there}
        return spots

    def nearest(self, table: str, column: str, target: str) -> str:
        """Return the hint for an id that leads nowhere."""
        types, general = reference_types(table, column), "add the record, or correct the id"
        self._hinted += 1
        if not types or self._hinted > HINTED:
            return general
        near = get_close_matches(target, self._ids(types), 1)
        return f"did you mean {near[0]}?" if near else general

    def _ids(self, types: tuple[str, ...]) -> list[str]:
        """Return the ids of all records of some types; none where there are too many."""
        tables = [BY_TYPE[name].table for name in types]
        wanted = ", ".join(f"'{table}'" for table in tables)
        if self.store.one(f"SELECT count(*) FROM ids WHERE tbl IN ({wanted})") > CANDIDATES:
            return []
        for table in tables:
            if table not in self._candidates:
                found = self.store.stream(f"SELECT pos FROM ids WHERE tbl = '{table}' ORDER BY pos")
                self._candidates[table] = [one.id for one in self.source.spots(table, [place for (place,) in found])]
        return [one for table in tables for one in self._candidates[table]]


def _named(query: Query, found: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the columns that the messages of a query may name."""
    texts = " ".join(text for pair in query.messages.values() for text in pair)
    named = {name.removesuffix("_slug") for name in re.findall(r"{(\w+)", texts)} | {row["col"] for row in found}
    return named | {re.sub("_(min|max)$", "", name) for name in named}


class _Facts(dict[str, Any]):
    """What a message may name: columns of the query, of the row at fault, and a few things about it."""

    def __init__(self, row: Mapping[str, Any], spot: Spot, other: Spot | None, book: RuleBook) -> None:
        super().__init__(row)
        self.spot, self.other, self.book = spot, other, book

    def __missing__(self, name: str) -> Any:
        if name.endswith("_slug"):
            return str(self[name.removesuffix("_slug")]).split("/")[1]
        return _KNOWN[name](self) if name in _KNOWN else self.spot.values.get(name)


_KNOWN: dict[str, Callable[[_Facts], Any]] = {
    "id": lambda facts: facts.spot.id,
    "record_type": lambda facts: facts.spot.id.partition("/")[0],
    "value": lambda facts: facts.spot.values.get(facts["col"]),
    "file": lambda facts: PurePath(facts.spot.path).name,
    "suffix": lambda facts: PurePath(facts.spot.path).suffix,
    "missing_code": lambda facts: facts.book.store.one("SELECT min(code) FROM missing_codes"),
    "day_of_date": lambda facts: _day_of_date(facts["col"], facts.spot.values),
    "other_id": lambda facts: facts.other.id if facts.other else "",
    "other_place": lambda facts: facts.other.where if facts.other else "",
    "lost": lambda facts: facts.book.context.published[facts["pos"]],
    "next_step": lambda facts: next_step(facts.book.context.layers.folders),
    "nearest": lambda facts: facts.book.nearest(facts["tbl"], facts["col"], str(facts["value"])),
}
"""What is no column, by the name that messages have for it."""


def _day_of_date(bound: str, values: Mapping[str, Any]) -> str:
    """Return what a column ``_min`` or ``_max`` should be, in words."""
    date, _, side = bound.rpartition("_")
    return f"{'first' if side == 'min' else 'last'} day of {date} {values.get(date)}"
