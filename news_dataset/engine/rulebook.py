"""Run the rule book: count the units of each query, and report those at fault with a message and a place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import PurePath
from typing import Any

from news_dataset.checks.other_text import dataset_of
from news_dataset.checks.query import APART, Query
from news_dataset.engine.nested import SHIFT, JudgedRecord, LocatedRow, NestedRow
from news_dataset.engine.source import Context, ReportBuilder, Source
from news_dataset.engine.store import Store, reference_types
from news_dataset.errors import nearest_ids
from news_dataset.issues import Issue, Tally
from news_dataset.layered import next_step
from news_dataset.reader import MAX_PROBLEMS
from news_dataset.records import BY_TYPE

CANDIDATES = 2_000
"""The nearest id is looked for among at most this many, so that a hint stays cheap."""

HINTED = 20
"""For at most this many dangling ids the nearest one is looked for: with the limit above, some four seconds."""

_PORTION = 10_000  # units whose rows are looked up together
_OF_DESCRIPTION = ("dataset", "row_counts", "coverage")  # tables whose rows come from dataset.yaml


def with_optional_columns(query: Query) -> str:
    """Return the SQL of a query with the columns that it may leave out, at their defaults."""
    defaults = {"skipped": "CAST(NULL AS STRING)", "is_warning": "false", "why": "''"}
    more = "".join(f", {value} AS {name}" for name, value in defaults.items() if f"AS {name}" not in query.sql)
    return f"SELECT u.*{more} FROM ({query.sql}) u"


@dataclass
class RuleBook:
    """Runs queries over the tables of a store, and reports what they find.

    Args:
        source: where the rows come from; it says where each row stands.
        store: the tables, filled.
        context: what is known beside the rows.
        builder: gets the counts and issues.
        description: the record of ``dataset.yaml``, if there is one.
    """

    source: Source
    store: Store
    context: Context
    builder: ReportBuilder
    description: JudgedRecord | None
    _hinted: int = 0
    _candidates: dict[str, dict[str, str]] = field(default_factory=dict)  # id → path, by table
    _by_file_name: dict[tuple[str, str], str] = field(default_factory=dict)  # folder and stem of that path → id

    def run(self, query: Query) -> None:
        """Run a query; report its units as counts, and those at fault as issues while there is room for them."""
        tally = Tally(query.name, query.layer)
        if not set(query.needs) <= self.source.available_tables:
            units = self.store.scalar(f"SELECT count(*) FROM {query.needs[0]}")
            tally.skipped |= {APART: units} if units else {}
            self.builder.add_tally(tally)
            return
        if query.repeat:
            self.store.repeat_until_stable(*query.repeat)
        by_file = Counter[str]()
        units = self.store.units(with_optional_columns(query), self.builder.room_for(query.name))
        while portion := list(islice(units, _PORTION)):
            room, at_fault = self.builder.room_for(query.name), list[Mapping[str, Any]]()
            for skipped, is_warning, is_broken, unit, count in portion:
                if skipped is not None:
                    tally.skipped[skipped] = tally.skipped.get(skipped, 0) + count
                    continue
                tally.checked += count
                tally.failed += count if is_broken and not is_warning else 0
                tally.warned += count if is_broken and is_warning else 0
                if not is_broken:
                    continue
                is_full = room is not None and len(at_fault) >= room
                if unit is None or is_full or (room is not None and self._is_beyond(unit, by_file)):
                    self.builder.leave_out(query.name, count)
                else:
                    at_fault += [unit] * count
            self.builder.add_issues(self._issues(query, at_fault))
        self.builder.add_tally(tally)

    def _is_beyond(self, unit: Mapping[str, Any], by_file: Counter[str]) -> bool:
        """Count the file of a unit at fault; return whether it is a file for people that had as many as are kept."""
        file = "" if unit["tbl"] in _OF_DESCRIPTION else self.source.file_of(unit["pos"])
        by_file[file] += 1
        return bool(file) and by_file[file] > MAX_PROBLEMS

    def _issues(self, query: Query, units: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
        """Yield an issue for each unit at fault."""
        rows = self._rows(units, _columns_in_messages(query, units))
        for unit in units:
            row, other = rows[unit["tbl"], unit["pos"]], rows.get(_other(unit))
            facts = _Facts(unit, row, other, self)
            message, hint = query.messages[unit["why"]]
            yield row.issue(
                unit["col"], message.format_map(facts), hint.format_map(facts),
                severity="warning" if unit["is_warning"] else "error", code=query.name,
            )  # fmt: skip

    def _rows(self, units: Sequence[Mapping[str, Any]], only: Set[str]) -> dict[tuple[str, Any], LocatedRow]:
        """Return the rows that units name, at ``pos`` and ``other``, by table and place, with *only* some columns."""
        places: dict[str, set[int]] = {}
        for unit in units:
            for table, place in ((unit["tbl"], unit["pos"]), _other(unit)):
                places.setdefault(table, set()).update({place} - {None})
        rows: dict[tuple[str, Any], LocatedRow] = {}
        for table, places_of_table in places.items():
            ordered = sorted(places_of_table)
            if table in _OF_DESCRIPTION and self.description:
                entry = self.description.entry
                for place in ordered:
                    ordinal = 0 if table == "dataset" else place & ((1 << SHIFT) - 1)
                    rows[table, place] = NestedRow(entry, table, ordinal)
            else:
                located = zip(ordered, self.source.rows_at(table, ordered, only), strict=True)
                rows |= {(table, place): row for place, row in located}
        return rows

    def nearest(self, table: str, column: str, target: str, path: str) -> str:
        """Return the hint for a reference to an id that no record has.

        Args:
            table: the table of the reference.
            column: its column.
            target: the id.
            path: the file of the reference.
        """
        types, general = reference_types(table, column), "add the record, or correct the id"
        self._hinted += 1
        if not types or self._hinted > HINTED:
            return general
        known, is_edited = self._known_ids(types), path.endswith((".yaml", ".json"))
        if known is None:
            return general
        kind, _, slug = target.partition("/")
        if is_edited and (named := self._by_file_name.get((BY_TYPE[kind].table, slug))) in known:
            return f"correct the id in {known[named]}, which is {named}"
        if near := nearest_ids(target, [*known]):
            return f"did you mean {' or '.join(near)}?"
        command = f"news-dataset new {kind} {slug}{_in_folder(path)}"
        return general if "/" in slug or not is_edited else f"correct the id, or write the record: {command}"

    def _known_ids(self, types: tuple[str, ...]) -> dict[str, str] | None:
        """Return the path of each id of some types; None if there are more than ``CANDIDATES``."""
        tables = [BY_TYPE[name].table for name in types]
        wanted = ", ".join(f"'{table}'" for table in tables)
        if self.store.scalar(f"SELECT count(*) FROM ids WHERE tbl IN ({wanted})") > CANDIDATES:
            return None
        for table in tables:
            if table not in self._candidates:
                places = [
                    pos for (pos,) in self.store.stream(f"SELECT pos FROM ids WHERE tbl = '{table}' ORDER BY pos")
                ]
                paths = {row.id: row.path for row in self.source.rows_at(table, places)}
                self._candidates[table] = paths
                for other, path in paths.items():
                    self._by_file_name.setdefault((PurePath(path).parent.name, PurePath(path).stem), other)
        return {other: path for table in tables for other, path in self._candidates[table].items()}


def _other(unit: Mapping[str, Any]) -> tuple[str, Any]:
    """Return table and place of the other row that a unit names, usually of its own table; the place may be None."""
    return unit.get("other_tbl") or unit["tbl"], unit.get("other")


def _columns_in_messages(query: Query, units: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the columns that the messages of a query may name; of a bound, also the date that it is of."""
    texts = " ".join(text for pair in query.messages.values() for text in pair)
    named = {name.removesuffix("_slug") for name in re.findall(r"{(\w+)", texts)} | {unit["col"] for unit in units}
    return named | {re.sub("_(min|max)$", "", name) for name in named}


class _Facts(dict[str, Any]):
    """The values that a message may name: columns of the query or of the row at fault, and those of ``_KNOWN``."""

    def __init__(self, unit: Mapping[str, Any], row: LocatedRow, other: LocatedRow | None, book: RuleBook) -> None:
        super().__init__(unit)
        self.row, self.other, self.book = row, other, book

    def __missing__(self, name: str) -> Any:
        if name.endswith("_slug"):
            return str(self[name.removesuffix("_slug")]).split("/")[1]
        return _KNOWN[name](self) if name in _KNOWN else self.row.values.get(name)


_path = lru_cache(maxsize=1)(PurePath)

_KNOWN: dict[str, Callable[[_Facts], Any]] = {
    "id": lambda facts: facts.row.id,
    "record_type": lambda facts: facts.row.id.partition("/")[0],
    "value": lambda facts: facts.row.values.get(facts["col"]),
    "ordinal": lambda facts: facts.row.values.get("ordinal") or getattr(facts.row, "ordinal", None),
    "file": lambda facts: _path(facts.row.path).name,
    "name_of_file": lambda facts: _right_file_name(facts["tbl"], facts.row.id, _path(facts.row.path)),
    "missing_code": lambda facts: facts.book.store.scalar("SELECT min(code) FROM missing_codes"),
    "day_of_date": lambda facts: _day_of_date(facts["col"], facts.row.values),
    "other_id": lambda facts: facts.other.id if facts.other else "",
    "other_place": lambda facts: facts.other.where if facts.other else "",
    "lost": lambda facts: facts.book.context.published[facts["pos"]],
    "next_release": lambda facts: str(facts.row.values["data_version"]).removesuffix(".dev"),
    "in_folder": lambda facts: _in_folder(facts.row.path),
    "next_step": lambda facts: next_step(facts.book.context.layers.folders),
    "nearest": lambda facts: facts.book.nearest(facts["tbl"], facts["col"], str(facts["value"]), facts.row.path),
}
"""The values that are no column, by the name that messages use."""


def _in_folder(path: str) -> str:
    """Return the option that names the folder of the dataset of a file; empty if it is the current one."""
    folder = dataset_of(path)
    return f" -C {folder}" if folder else ""


def _right_file_name(table: str, id_: str, path: PurePath) -> str:
    """Return the right name of the file of a record; with its folder, if that is a folder of numbered records."""
    _, slug, *number = id_.split("/")
    return "/".join([slug, *(number if path.parent.name != table else [])]) + path.suffix


def _day_of_date(bound: str, values: Mapping[str, Any]) -> str:
    """Return in words the right value of a column *bound*, which ends in ``_min`` or ``_max``."""
    date, _, side = bound.rpartition("_")
    return f"{'first' if side == 'min' else 'last'} day of {date} {values.get(date)}"
