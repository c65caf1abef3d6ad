"""What the source form leaves out or writes shorter, read off the models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from news_dataset.profile import role_key
from news_dataset.reader.yamlfile import is_ambiguous
from news_dataset.records import Row
from news_dataset.records.columns import children, columns
from news_dataset.records.fields import NUMBERED, Child
from news_dataset.spans import SPAN_FIELDS, Span

SPAN, WORDS = "span", "words"
"""The fields of the source form for a span on one line, and for its words, where rights permit."""

FRAGMENTS = " + "
"""What stands between the fragments of a mention."""

SHARED = ("referent", "of")
"""Columns that may hold a list in the source form: one mention, a row for each. Of a table with both, the first."""

IMPLICIT = "implicit"

_COUNT = "(0|[1-9][0-9]{0,9})"
_SPAN = re.compile(f"{_COUNT}-{_COUNT} {_COUNT} ([0-9a-f]{{16}}) ([0-9a-f]{{8}}) ([0-9a-f]{{8}})")
SPAN_PATTERN = f"^{_SPAN.pattern}( \\+ {_SPAN.pattern})*$"
ONE_SPAN_PATTERN = f"^{_SPAN.pattern}$"
NUMBERS = "[1-9][0-9]{0,8}(, ?[1-9][0-9]{0,8})*"
"""Which of several is meant, in the key of a role: 1, or 1,2."""

_KEY = re.compile(f"([a-z_]+)(?: ({NUMBERS}))?")
ID_PATTERN = "^[A-Za-z_]+/[^ ]*$"
_NUMBERED_ID = re.compile(f"(?:{'|'.join(NUMBERED)})/([^/]+)/[0-9]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the list of children in one field may be written.

    Args:
        child: the model of its rows.
        only: the one column of the rows, if there is one only: then its values are the items.
        roles: for each key that replaces the list, such as ``speakers``, the role of its items.
        has_spans: whether the rows point into the text.
        by_role: whether a mapping of roles to spans may stand for the list.
        shared: the column that may hold a list, if there is one.
    """

    child: type[Child]
    only: str
    roles: dict[str, str]
    has_spans: bool
    by_role: bool
    shared: str


@cache
def spellings(model: type[Row]) -> dict[str, Spelling]:
    """Return how each list of children of *model* may be written, by field."""
    found = {}
    for name, child in children(model).items():
        by_name = {column.name: column for column in columns(child)}
        names, book = list(by_name), by_name["role"].codebook if "role" in by_name else None
        parts = book is not None and book.is_open and IMPLICIT in names
        roles = {role_key(role): role for role in (book.definitions if book and parts else ())}
        spans = set(SPAN_FIELDS) <= set(names)
        only = names[0] if len(names) == 1 else ""
        shared = next((one for one in SHARED if spans and one in names), "")
        found[name] = Spelling(child, only, roles, spans, spans and "role" in names, shared)
    return found


@cache
def role_keys(model: type[Row]) -> dict[str, str]:
    """Return the keys of *model* that stand for a part of a list, such as ``speakers``, with the field of the list."""
    return {key: field for field, one in spellings(model).items() for key in one.roles}


def participant(value: Any) -> dict[str, Any]:
    """Return the field and value of an item of ``speakers``: an id, a label, or ``implicit``."""
    if value == IMPLICIT:
        return {IMPLICIT: True}
    return {"entity" if isinstance(value, str) and re.fullmatch(ID_PATTERN, value) else "label": value}


def role_of(key: str) -> dict[str, Any]:
    """Return role and ``of`` of a key of evidence, such as ``source 1,2``; a key of another form is all role."""
    found = _KEY.fullmatch(key)
    if not found or not found[2]:
        return {"role": key}
    numbers = [int(number) for number in found[2].split(",")]
    return {"role": found[1], "of": numbers if len(numbers) > 1 else numbers[0]}


def spans_of(written: Any) -> list[dict[str, Any]]:
    """Return the fields of each fragment of a span on one line; none where it is malformed."""
    if not isinstance(written, str) or getattr(written, "is_cut", False):
        return []
    found = [_SPAN.fullmatch(part) for part in written.split(FRAGMENTS)]
    spans = [(*map(int, one.groups()[:3]), *one.groups()[3:]) for one in found if one]
    return [dict(zip(SPAN_FIELDS, one, strict=True)) for one in spans] if len(spans) == len(found) else []


def span_text(row: dict[str, Any]) -> str:
    """Return the span of a row as it is written on one line; empty where its fields do not say one."""
    numbers, digests = [row.get(name) for name in SPAN_FIELDS[:3]], [row.get(name) for name in SPAN_FIELDS[3:]]
    if not all(as_number(number) is not None for number in numbers):
        return ""
    if not all(isinstance(one, str) and not is_unclear(one) for one in digests):
        return ""
    text = str(Span(*map(as_number, numbers), *digests))  # type: ignore[arg-type]
    return text if spans_of(text) else ""


def as_number(value: Any) -> int | None:
    """Return a whole number, also one that YAML has without a type; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    plain = hasattr(value, "is_cut") and re.fullmatch(_COUNT, value)
    return int(value) if plain else None


def is_unclear(value: Any) -> bool:
    """Return whether a text without quotes may mean something else to YAML, and so is left for its author."""
    return hasattr(value, "is_cut") and (value.is_cut or is_ambiguous(value))


def article_of(identity: Any) -> str:
    """Return the article that a numbered id belongs to; empty for any other."""
    found = _NUMBERED_ID.fullmatch(identity) if isinstance(identity, str) else None
    return f"article/{found[1]}" if found else ""


def defaults(model: type[Row], data: dict[str, Any]) -> dict[str, Any]:
    """Return what a record need not say: the defaults of its model, and the article that its id names."""
    found: dict[str, Any] = dict(getattr(model, "defaults", {}))
    if "article" in model.model_fields and (article := article_of(data.get("id"))):
        found["article"] = article
    return found
