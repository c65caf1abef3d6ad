"""From the release form to the shortest source form that expands to it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from news_dataset.reader.document import step
from news_dataset.records import Row
from news_dataset.source_form.expand import Expanded, Expansion
from news_dataset.source_form.spelling import (
    FRAGMENTS,
    IMPLICIT,
    SPAN,
    WORDS,
    Spelling,
    as_number,
    defaults,
    participant,
    span_text,
    spellings,
)
from news_dataset.spans import SPAN_FIELDS


@dataclass(frozen=True, slots=True)
class Shortened:
    """A record in the shortest source form, and where it has what stood at pointers into the release form."""

    data: dict[str, Any]
    places: dict[str, str]


@dataclass
class _Item:
    """A mention: its fields in the source form, and the rows that it represents."""

    fields: dict[str, Any]
    rows: list[int]

    def without(self, *names: str) -> dict[str, Any]:
        """Return the fields but for some."""
        return {name: value for name, value in self.fields.items() if name not in names}


def shorten(record: Expanded, model: type[Row], kept: Collection[str] = ()) -> Shortened:
    """Return a record in the shortest source form.

    Args:
        record: the record in the release form.
        model: its model.
        kept: pointers to values that stay although they could be left out.
    """
    shortening = _Shortening({pointers[0]: words for pointers, words in record.words})
    known, fields = defaults(model, record.data), spellings(model)
    data: dict[str, Any] = {}
    for name, value in record.data.items():
        pointer = step("", name)
        if name in known and known[name] == value and pointer not in kept:
            continue
        how = fields.get(name)
        short = shortening.spelt(name, value, how) if how and isinstance(value, list) else {name: value}
        if short and how and name not in short:
            shortening.places[pointer] = step("", next(iter(short)))
        data |= short
    return Shortened(data, shortening.places)


class _Shortening:
    """Gathers the lists of one record, each in the shortest spelling that expands to it again."""

    def __init__(self, words: dict[str, Any]) -> None:
        self.words = words
        self.places: dict[str, str] = {}

    def spelt(self, name: str, rows: list[Any], how: Spelling) -> dict[str, Any]:
        """Return the fields of the source form that stand for a list."""
        if how.roles:
            return self.by_participant(name, rows, how)
        if how.only:
            return {name: [_only(row, how.only) for row in rows]}
        if not how.has_spans:
            return {name: rows}
        items = self.items(name, rows, how)
        if how.by_role and (found := self.by_role(name, rows, items, how)):
            return {name: found}
        short = _numbered(_shared(items, how.shared), how)
        for number, item in enumerate(short):
            self.place(name, item.rows, step(step("", name), number))
        listed = [item.fields if isinstance(rows[item.rows[0]], dict) else rows[item.rows[0]] for item in short]
        return {name: listed} if _expands(name, listed, rows, how) else {name: rows}

    def place(self, name: str, rows: Sequence[int], pointer: str, key: str = "") -> None:
        """Note where rows are written, and their role."""
        for row in rows:
            at = step(step("", name), row)
            self.places[at] = pointer
            if key:
                self.places[f"{at}/role"] = key

    def by_participant(self, name: str, rows: list[Any], how: Spelling) -> dict[str, Any]:
        """Return participants by their role, as far as each role comes once; then the others."""
        keys, found, at = {role: key for key, role in how.roles.items()}, dict[str, Any](), 0
        for role, run in groupby(rows, lambda row: row.get("role") if isinstance(row, dict) else None):
            some = [_participant(row) for row in run]
            key = keys.get(str(role))
            if key is None or key in found or None in some:
                break
            found[key] = some
            for number in range(len(some)):
                self.place(name, [at + number], step(step("", key), number), step("", key))
            at += len(some)
        if [*found] != [key for key in how.roles if key in found]:  # it would expand in another order
            found, at = {}, 0
        for number in range(at, len(rows)):
            self.place(name, [number], step(step("", name), number - at))
        return found | ({name: rows[at:]} if rows[at:] or not found else {})

    def items(self, name: str, rows: list[Any], how: Spelling) -> list[_Item]:
        """Return the mentions of a list: rows that are fragments of one are put together."""
        found: list[_Item] = []
        for at, row in enumerate(rows):
            fields = dict(row) if isinstance(row, dict) else {}
            if span := span_text(fields):
                fields = {key: value for key, value in fields.items() if key not in SPAN_FIELDS} | {SPAN: span}
            words = self.words.get(step(step("", name), at))
            before = found[-1] if found else None
            if (
                span
                and before
                and words is None
                and "fragment" in how.child.model_fields
                and _continues(before, fields)
            ):
                before.fields[SPAN] += FRAGMENTS + span
                before.rows.append(at)
            else:
                found.append(_Item(({WORDS: words} if words is not None else {}) | fields, [at]))
        return found

    def by_role(self, name: str, rows: list[Any], items: list[_Item], how: Spelling) -> dict[str, Any]:
        """Return evidence as a mapping of roles to spans; empty where it cannot be written so."""
        runs: list[tuple[str, list[str], list[_Item]]] = []
        for (role, of), some in groupby(items, lambda item: (item.fields.get("role"), item.fields.get("of"))):
            run = list(some)
            said = [item.without("of", WORDS) for item in run]
            before = runs[-1] if runs else None
            if of is not None and before and [item.without("of", WORDS) for item in before[2][: len(run)]] == said:
                if len(before[2]) != len(run) * len(before[1]):
                    return {}
                before[1].append(str(of))
                before[2].extend(run)
            else:
                runs.append((str(role), [] if of is None else [str(of)], run))
        found: dict[str, Any] = {}
        for role, numbers, run in runs:
            key = f"{role} {','.join(numbers)}".strip()
            if key in found:
                return {}
            several = len(run) // max(1, len(numbers))
            values = [item.without("role", "of", "mention", "fragment") for item in run[:several]]
            spans = [value[SPAN] if list(value) == [SPAN] else value for value in values]
            found[key] = spans if several > 1 else spans[0]
            at = step(step("", name), key)
            for number, item in enumerate(run):
                self.place(name, item.rows, step(at, number % several) if several > 1 else at, at)
        return found if _expands(name, found, rows, how) else {}


def _only(row: Any, name: str) -> Any:
    is_short = isinstance(row, dict) and list(row) == [name] and isinstance(row[name], str)
    return row[name] if is_short and not getattr(row[name], "is_cut", False) else row


def _participant(row: Any) -> Any:
    """Return what a participant is called for short; None where that would be another."""
    rest = {name: value for name, value in row.items() if name != "role"} if isinstance(row, dict) else {}
    ((name, value),) = rest.items() if len(rest) == 1 else [("", None)]
    if name == IMPLICIT and (value is True or (hasattr(value, "is_cut") and value == "true")):
        return IMPLICIT
    is_short = isinstance(value, str) and value and not getattr(value, "is_cut", False)
    return value if is_short and participant(value) == rest else None


def _continues(before: _Item, fields: dict[str, Any]) -> bool:
    """Return whether a row is the next fragment of the mention before it."""
    first, own = as_number(before.fields.get("fragment")), as_number(fields.get("fragment"))
    is_next = first is not None and own == first + len(before.rows) and SPAN in before.fields
    return is_next and before.without("fragment", SPAN, WORDS) == {
        name: value for name, value in fields.items() if name not in ("fragment", SPAN)
    }


def _shared(items: list[_Item], shared: str) -> list[_Item]:
    """Return mentions of which those that differ only in what shares them, the column *shared*, are one."""
    found: list[_Item] = []
    for item in items:
        before = found[-1] if found else None
        is_one = before and shared in item.fields and before.without(shared, WORDS) == item.without(shared)
        if before and is_one and shared in before.fields:
            values = before.fields[shared]
            values = values if isinstance(values, list) else [values]
            before.fields = before.fields | {shared: [*values, item.fields[shared]]}
            before.rows += item.rows
        else:
            found.append(item)
    return found


def _numbered(items: list[_Item], how: Spelling) -> list[_Item]:
    """Return mentions without the numbers that their order gives."""
    last: Counter[str] = Counter()
    for item in items if "mention" in how.child.model_fields else ():
        role, number = str(item.fields.get("role", "")), as_number(item.fields.get("mention"))
        if number == last[role] + 1:
            item.fields = item.without("mention")
        last[role] = number or last[role]
        if as_number(item.fields.get("fragment")) == 1:
            item.fields = item.without("fragment")
    return items


def _expands(name: str, short: Any, rows: list[Any], how: Spelling) -> bool:
    """Return whether a spelling expands to just these rows."""
    found = Expansion().rows(name, short, how, step("", name), None)
    return same(found, rows)


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, also where a number is still without its type."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, int | float) or isinstance(other, int | float):
        return one == other or (as_number(one) is not None and as_number(one) == as_number(other))
    return bool(one == other)
