"""Strategies for property-based tests with Hypothesis, derived from the models.

Every record obeys its model and the rules of the model, and may have children. References have the right form, but no
target: for data with valid references use ``news_dataset.testing.synthesize``. An unknown type is a KeyError, whose
message names the nearest one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

from news_dataset import rules
from news_dataset.errors import known
from news_dataset.records import BY_TYPE, Record, Row
from news_dataset.records.columns import Column, children, columns, properties
from news_dataset.records.fields import NUMBERED, TEXT_PATTERN

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError("hypothesis is not installed; run: pip install hypothesis") from error

__all__ = ["data", "datasets", "dates", "ids", "records", "slugs", "texts"]

_VISIBLE_CHARACTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Mn"))
_ANY_CHARACTERS = st.one_of(_VISIBLE_CHARACTERS, st.sampled_from(" \u00a0#:'\"-?!&*|>%@`{}[],~\U0001f600\u200d"))


def records(kind: type[Record] | str | None = None) -> st.SearchStrategy[Record]:
    """Draw records, with children, of a model or of a type such as ``"statement"``; of all types without *kind*."""
    models = BY_TYPE.values() if kind is None else [_model(kind)]
    return st.one_of([_row_data(model).map(model.model_validate) for model in models])


def data(kind: type[Row] | str) -> st.SearchStrategy[dict[str, Any]]:
    """Draw records or children as dicts, as in files: without nulls, keys in the order of the model."""
    return _row_data(_model(kind))


def datasets(max_size: int = 4) -> st.SearchStrategy[list[Record]]:
    """Draw lists of at most *max_size* records of all types, no two with the same id."""
    return st.lists(records(), max_size=max_size, unique_by=lambda record: record.id)


def slugs() -> st.SearchStrategy[str]:
    """Draw the readable part of ids, such as ``lee-jae-myung``."""
    return st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


@cache
def ids(*types: str) -> st.SearchStrategy[str]:
    """Draw ids of records of these types; of all types without any."""
    numbers = st.integers(1, 999).map("/{:02d}".format)
    parts = [(_model(kind).record_type, slugs()) for kind in types or BY_TYPE]
    return st.one_of([
        st.builds(f"{kind}/{{}}{{}}".format, slug, numbers if kind in NUMBERED else st.just("")) for kind, slug in parts
    ])  # fmt: skip


@cache
def texts(max_size: int) -> st.SearchStrategy[str]:
    """Draw texts of any script, with visible first and last characters and at most *max_size* characters."""
    inside = st.text(_ANY_CHARACTERS, max_size=min(max_size - 2, 40))
    return st.tuples(_VISIBLE_CHARACTERS, inside, _VISIBLE_CHARACTERS).map("".join) | _VISIBLE_CHARACTERS


@st.composite
def dates(draw: st.DrawFn) -> str:
    """Draw valid EDTF dates and ranges."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(["XXXX-06-12", "XXXX-02-29", "202X", "19XX", "2025-08-23/2025-08-24", "../2025"]))
    day = draw(st.dates(dt.date(1, 1, 1))).isoformat()
    form = draw(st.sampled_from([day, day[:7], day[:4], f"{day[:7]}-XX", f"{day[:4]}-XX", f"{day[:4]}-XX-XX"]))
    return form + draw(st.sampled_from(["", "", "?", "~", "%"])) + draw(st.sampled_from(["", "", "", "/..", "/"]))


def _model(kind: Any) -> Any:
    """Return the model of a record type; a model is returned unchanged."""
    return BY_TYPE[known(kind, list(BY_TYPE), "record type")] if isinstance(kind, str) else kind


@cache
def _value(model: type[Row], column: Column) -> st.SearchStrategy[Any]:
    """Draw valid values of a column."""
    limits = properties(model)[column.name]
    if column.reference:
        return ids(*column.reference.types)
    if column.codebook:
        unlisted = ["medium", "frame_of_reference"] if column.codebook.is_open else []
        return st.sampled_from(sorted(column.codebook.definitions) + unlisted)
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "edtf": dates(), "day": st.dates(min_value=dt.date(1, 1, 1)).map(dt.date.isoformat), "bool": st.just(True),
        "int32": st.integers(limits.get("minimum", 0), limits.get("maximum", 2**31 - 1)),
        "double": st.floats(limits.get("minimum"), limits.get("maximum"), allow_nan=False),
    }  # fmt: skip
    if column.kind in by_kind:
        return by_kind[column.kind]
    pattern, max_length = limits.get("pattern", TEXT_PATTERN), limits.get("maxLength", 60)
    if pattern == TEXT_PATTERN:
        return texts(max_length)
    if pattern.startswith("^[0-9a-f]{"):
        return st.binary(min_size=32, max_size=32).map(lambda data: data.hex()[: int(pattern[10:-2])])
    alphabet = st.characters(max_codepoint=126)
    return st.from_regex(f"{pattern[:-1]}\\Z", fullmatch=True, alphabet=alphabet).filter(
        lambda text: len(text) <= max_length
    )


@cache
def _row_data(model: type[Row]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw rows of a model as dicts, with up to two children in each list."""
    by_name = {column.name: column for column in columns(model)}
    lists = {name: st.lists(_row_data(child), max_size=2) for name, child in children(model).items()}

    @st.composite
    def rows(draw: st.DrawFn) -> dict[str, Any]:
        present = {name: column for name, column in by_name.items() if not column.optional or draw(st.booleans())}
        row = {name: draw(_value(model, column)) for name, column in present.items()}
        for rule in model.rules:
            _satisfy(rule, row, lambda name: draw(_value(model, by_name[name])), draw)
        row |= {name: items for name, list_ in lists.items() if (items := draw(list_))}
        return {name: row[name] for name in model.model_fields if name in row}

    return rows()


def _satisfy(rule: Any, row: dict[str, Any], value: Callable[[str], Any], draw: st.DrawFn) -> None:
    """Change a row so that it obeys a rule; *value* draws one for a field."""
    match rule:
        case rules.PresentIff(field=field, when=when, among=among):
            row.pop(field, None)
            row.update({field: value(field)} if row.get(when) in among else {})
        case rules.OnlyIf(field=field, when=when, among=among) if row.get(when) not in among:
            row.pop(field, None)
        case rules.ExactlyOneOf(fields=fields):
            chosen = draw(st.sampled_from(fields))
            for field in fields:
                row.pop(field, None)
            row[chosen] = value(chosen)
        case rules.Together(first=first, second=second) if (first in row) != (second in row):
            row.pop(first if first in row else second)
        case rules.Needs(field=field, other=other) if other not in row:
            row.pop(field, None)
        case rules.PatternIf(field=field, when=when, among=among) if field in row and row[when] in among:
            row[field] = draw(dates())
        case rules.Admits(field=field, when=when, admitted=admitted) if field in row:
            row.pop(field)
            row.update({field: draw(st.sampled_from(modes))} if (modes := admitted.get(row[when])) else {})
