"""Shorten records from the release form to the shortest source form that expands to it again."""

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
    """A record in the shortest source form, and pointer in the release form → pointer in it, where they differ."""

    data: dict[str, Any]
    places: dict[str, str]


@dataclass
class _Mention:
    """A mention: its fields in the source form, and the indices of its rows in the release form."""

    fields: dict[str, Any]
    rows: list[int]

    def without(self, *names: str) -> dict[str, Any]:
        """Return the fields without some."""
        return {name: value for name, value in self.fields.items() if name not in names}


def shorten(record: Expanded, model: type[Row], kept: Collection[str] = ()) -> Shortened:
    """Return a record in the shortest source form.

    Args:
        record: the record in the release form.
        model: its model.
        kept: pointers of values that must stay although they could be left out, since they have a comment.
    """
    shortening = _Shortening({pointers[0]: words for pointers, words in record.words})
    known, fields = defaults(model, record.data), spellings(model)
    data: dict[str, Any] = {}
    for name, value in record.data.items():
        pointer = step("", name)
        if name in known and known[name] == value and pointer not in kept:
            continue
        how = fields.get(name)
        short = shortening.fields(name, value, how) if how and isinstance(value, list) else {name: value}
        if short and how and name not in short:
            shortening.places[pointer] = step("", next(iter(short)))
        data |= short
    return Shortened(data, shortening.places)


class _Shortening:
    """Shortens the lists of one record, and collects the new places of rows.

    In all methods *name* is the field of a list, *rows* its rows in the release form, and *how* its spelling.
    """

    def __init__(self, words: dict[str, Any]) -> None:
        self.words = words
        self.places: dict[str, str] = {}

    def fields(self, name: str, rows: list[Any], how: Spelling) -> dict[str, Any]:
        """Return the fields of the source form for a list, in the shortest spelling that expands to it again."""
        if how.roles:
            return self.by_participant(name, rows, how)
        if how.only:
            return {name: [_only(row, how.only) for row in rows]}
        if not how.has_spans:
            return {name: rows}
        mentions = self.mentions(name, rows, how)
        if how.by_role and (by_role := self.by_role(name, rows, mentions, how)):
            return {name: by_role}
        short = _without_numbers(_merge_shared(mentions, how.shared), how)
        for index, item in enumerate(short):
            self.place(name, item.rows, step(step("", name), index))
        listed = [item.fields if isinstance(rows[item.rows[0]], dict) else rows[item.rows[0]] for item in short]
        return {name: listed} if _expands(name, listed, rows, how) else {name: rows}

    def place(self, name: str, rows: Sequence[int], pointer: str, key: str = "") -> None:
        """Record the place of rows, given by index, and with *key* that of their role."""
        for row in rows:
            old = step(step("", name), row)
            self.places[old] = pointer
            if key:
                self.places[f"{old}/role"] = key

    def by_participant(self, name: str, rows: list[Any], how: Spelling) -> dict[str, Any]:
        """Return participants by the key of their role, and the rest as rows of the list.

        A participant cannot be written so if its role has no key or came before, or if it has further fields.
        """
        keys, fields, done = {role: key for key, role in how.roles.items()}, dict[str, Any](), 0
        for role, run in groupby(rows, lambda row: row.get("role") if isinstance(row, dict) else None):
            items = [_participant(row) for row in run]
            key = keys.get(str(role))
            if key is None or key in fields or None in items:
                break
            fields[key] = items
            for index in range(len(items)):
                self.place(name, [done + index], step(step("", key), index), step("", key))
            done += len(items)
        if [*fields] != [key for key in how.roles if key in fields]:  # it would expand in another order
            fields, done = {}, 0
        for index in range(done, len(rows)):
            self.place(name, [index], step(step("", name), index - done))
        return fields | ({name: rows[done:]} if rows[done:] or not fields else {})

    def mentions(self, name: str, rows: list[Any], how: Spelling) -> list[_Mention]:
        """Return the mentions of a list, with their fragments merged into one line."""
        mentions: list[_Mention] = []
        for index, row in enumerate(rows):
            fields = dict(row) if isinstance(row, dict) else {}
            if span := span_text(fields):
                fields = {key: value for key, value in fields.items() if key not in SPAN_FIELDS} | {SPAN: span}
            words = self.words.get(step(step("", name), index))
            before = mentions[-1] if mentions and "fragment" in how.child.model_fields else None
            if span and before and words is None and _continues(before, fields):
                before.fields[SPAN] += FRAGMENTS + span
                before.rows.append(index)
            else:
                mentions.append(_Mention(({WORDS: words} if words is not None else {}) | fields, [index]))
        return mentions

    def by_role(self, name: str, rows: list[Any], mentions: list[_Mention], how: Spelling) -> dict[str, Any]:
        """Return evidence as a mapping of roles to spans; empty if it cannot be written so."""
        runs: list[tuple[str, list[str], list[_Mention]]] = []  # role, numbers in its key, mentions
        for (role, of), group in groupby(mentions, lambda item: (item.fields.get("role"), item.fields.get("of"))):
            run = list(group)
            contents = [item.without("of", WORDS) for item in run]
            before = runs[-1] if runs else None
            if of is not None and before and contents == [item.without("of", WORDS) for item in before[2][: len(run)]]:
                if len(before[2]) != len(run) * len(before[1]):
                    return {}
                before[1].append(str(of))
                before[2].extend(run)
            else:
                runs.append((str(role), [] if of is None else [str(of)], run))
        roles: dict[str, Any] = {}
        for role, numbers, run in runs:
            key = f"{role} {','.join(numbers)}".strip()
            if key in roles:
                return {}
            count = len(run) // max(1, len(numbers))  # mentions per number, which all are the same
            values = [item.without("role", "of", "mention", "fragment") for item in run[:count]]
            spans = [value[SPAN] if list(value) == [SPAN] else value for value in values]
            roles[key] = spans if count > 1 else spans[0]
            pointer = step(step("", name), key)
            for index, item in enumerate(run):
                self.place(name, item.rows, step(pointer, index % count) if count > 1 else pointer, pointer)
        return roles if _expands(name, roles, rows, how) else {}


def _only(row: Any, name: str) -> Any:
    """Return the text of a row that has only the field *name*; else the row itself."""
    is_short = isinstance(row, dict) and list(row) == [name] and isinstance(row[name], str)
    return row[name] if is_short and not getattr(row[name], "is_cut", False) else row


def _participant(row: Any) -> Any:
    """Return a participant as id, label or ``implicit``; None if it has no short form."""
    rest = {name: value for name, value in row.items() if name != "role"} if isinstance(row, dict) else {}
    ((name, value),) = rest.items() if len(rest) == 1 else [("", None)]
    if name == IMPLICIT and (value is True or (hasattr(value, "is_cut") and value == "true")):
        return IMPLICIT
    is_short = isinstance(value, str) and value and not getattr(value, "is_cut", False)
    return value if is_short and participant(value) == rest else None


def _continues(before: _Mention, fields: dict[str, Any]) -> bool:
    """Return whether a row with these fields is the next fragment of the mention before it."""
    first, own = as_number(before.fields.get("fragment")), as_number(fields.get("fragment"))
    is_next = first is not None and own == first + len(before.rows) and SPAN in before.fields
    return is_next and before.without("fragment", SPAN, WORDS) == {
        name: value for name, value in fields.items() if name not in ("fragment", SPAN)
    }


def _merge_shared(mentions: list[_Mention], column: str) -> list[_Mention]:
    """Return mentions with neighbours merged that differ only in *column*, which then holds a list."""
    merged: list[_Mention] = []
    for item in mentions:
        before = merged[-1] if merged else None
        is_same = before and column in item.fields and before.without(column, WORDS) == item.without(column)
        if before and is_same and column in before.fields:
            values = before.fields[column]
            values = values if isinstance(values, list) else [values]
            before.fields = before.fields | {column: [*values, item.fields[column]]}
            before.rows += item.rows
        else:
            merged.append(item)
    return merged


def _without_numbers(mentions: list[_Mention], how: Spelling) -> list[_Mention]:
    """Remove from mentions the numbers that follow from their order."""
    last: Counter[str] = Counter()
    for item in mentions if "mention" in how.child.model_fields else ():
        role, number = str(item.fields.get("role", "")), as_number(item.fields.get("mention"))
        if number == last[role] + 1:
            item.fields = item.without("mention")
        last[role] = number or last[role]
        if as_number(item.fields.get("fragment")) == 1:
            item.fields = item.without("fragment")
    return mentions


def _expands(name: str, short: Any, rows: list[Any], how: Spelling) -> bool:
    """Return whether a short value of a field expands to exactly these rows."""
    return same(Expansion().rows(name, short, how, step("", name), None), rows)


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, where a number may be a plain scalar of YAML."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, int | float) or isinstance(other, int | float):
        return one == other or (as_number(one) is not None and as_number(one) == as_number(other))
    return bool(one == other)
