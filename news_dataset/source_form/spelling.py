"""The spellings of the source form, derived from the models: what it leaves out or writes shorter."""

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
"""The fields of the source form for a span on one line, and for its words where the rights of the article permit."""

FRAGMENTS = " + "
"""The separator of fragments in a span on one line."""

SHARED = ("referent", "of")
"""Columns that may hold a list in the source form: one mention with one row per item; of both, the first is used."""

IMPLICIT = "implicit"
"""The item, and the field, for a participant whom the text does not name."""

_COUNT = "(0|[1-9][0-9]{0,9})"
_SPAN = re.compile(f"{_COUNT}-{_COUNT} {_COUNT} ([0-9a-f]{{16}}) ([0-9a-f]{{8}}) ([0-9a-f]{{8}})")
SPAN_PATTERN = f"^{_SPAN.pattern}( \\+ {_SPAN.pattern})*$"
ONE_SPAN_PATTERN = f"^{_SPAN.pattern}$"
NUMBERS = "[1-9][0-9]{0,8}(, ?[1-9][0-9]{0,8})*"
"""The pattern of the numbers in a key of evidence such as ``source 1,2``."""

_KEY = re.compile(f"([a-z_]+)(?: ({NUMBERS}))?")
# A label may hold a slash; what begins with a type and goes on as no id does is an id that is misspelt.
ID_PATTERN = "^([A-Za-z_]+/[^ ]*|(person|organization|place) ?[/:].*)$"
_NUMBERED_ID = re.compile(f"(?:{'|'.join(NUMBERED)})/([^/]+)/[0-9]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """The ways in which the source form may write one list of children.

    Args:
        child: the model of its rows.
        only: the name of the only column, if there is just one: then items may be its values; else empty.
        roles: keys that may replace the list, such as ``speakers`` → the role of their items.
        has_spans: whether the rows point into the text.
        by_role: whether a mapping of roles to spans may replace the list.
        shared: the column of ``SHARED`` that may hold a list; empty if there is none.
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
    by_field = {}
    for name, child in children(model).items():
        by_name = {column.name: column for column in columns(child)}
        names, book = list(by_name), by_name["role"].codebook if "role" in by_name else None
        has_role_keys = book is not None and book.is_open and IMPLICIT in names
        roles = {role_key(role): role for role in (book.definitions if book and has_role_keys else ())}
        has_spans = set(SPAN_FIELDS) <= set(names)
        only = names[0] if len(names) == 1 else ""
        shared = next((column for column in SHARED if has_spans and column in names), "")
        by_field[name] = Spelling(child, only, roles, has_spans, has_spans and "role" in names, shared)
    return by_field


@cache
def role_keys(model: type[Row]) -> dict[str, str]:
    """Return key → list field, for keys that hold the rows of one role: ``speakers`` → ``statement_participants``."""
    return {key: field for field, how in spellings(model).items() for key in how.roles}


def participant(value: Any) -> dict[str, Any]:
    """Return field and value of an item of ``speakers``: entity, implicit or label."""
    if value == IMPLICIT:
        return {IMPLICIT: True}
    return {"entity" if isinstance(value, str) and re.fullmatch(ID_PATTERN, value) else "label": value}


def role_of(key: str) -> dict[str, Any]:
    """Return role and, if it has numbers, ``of`` of a key such as ``source 1,2``."""
    match = _KEY.fullmatch(key)
    if not match or not match[2]:
        return {"role": key}
    numbers = [int(number) for number in match[2].split(",")]
    return {"role": match[1], "of": numbers if len(numbers) > 1 else numbers[0]}


def spans_of(written: Any) -> list[dict[str, Any]]:
    """Return the fields of each fragment of a span on one line; an empty list if it is malformed."""
    if not isinstance(written, str) or getattr(written, "is_cut", False):
        return []
    matches = [_SPAN.fullmatch(fragment) for fragment in written.split(FRAGMENTS)]
    spans = [(*map(int, match.groups()[:3]), *match.groups()[3:]) for match in matches if match]
    return [dict(zip(SPAN_FIELDS, span, strict=True)) for span in spans] if len(spans) == len(matches) else []


def span_text(row: dict[str, Any]) -> str:
    """Return the span of a row on one line; empty if a field of it is missing or malformed."""
    numbers, digests = [row.get(name) for name in SPAN_FIELDS[:3]], [row.get(name) for name in SPAN_FIELDS[3:]]
    if not all(as_number(number) is not None for number in numbers):
        return ""
    if not all(isinstance(digest, str) and not is_unclear(digest) for digest in digests):
        return ""
    text = str(Span(*map(as_number, numbers), *digests))  # type: ignore[arg-type]
    return text if spans_of(text) else ""


def as_number(value: Any) -> int | None:
    """Return a whole number, given as one or as a plain scalar of YAML; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    plain = hasattr(value, "is_cut") and re.fullmatch(_COUNT, value)
    return int(value) if plain else None


def is_unclear(value: Any) -> bool:
    """Return whether a value is a plain scalar that YAML may read as another value; only its author can tell."""
    return hasattr(value, "is_cut") and (value.is_cut or is_ambiguous(value))


def article_of(identity: Any) -> str:
    """Return the id of the article in a numbered id; empty for any other value."""
    match = _NUMBERED_ID.fullmatch(identity) if isinstance(identity, str) else None
    return f"article/{match[1]}" if match else ""


def defaults(model: type[Row], data: dict[str, Any]) -> dict[str, Any]:
    """Return the values that a record may leave out: the defaults of its model, and the article in its id."""
    values: dict[str, Any] = dict(getattr(model, "defaults", {}))
    if "article" in model.model_fields and (article := article_of(data.get("id"))):
        values["article"] = article
    return values
