"""Strategies for property-based tests with Hypothesis, derived from the models.

Every record obeys its model and the rules that the model declares, and comes with children. References have the right
form and lead nowhere: for data in which they do, take ``news_dataset.testing.synthesize``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import cache
from typing import Any

from news_dataset.names import known
from news_dataset.records import BY_TYPE, Record, Row
from news_dataset.records.columns import Column, children, columns
from news_dataset.records.fields import NUMBERED, TEXT_PATTERN
from news_dataset.records.plover import MODES_OF
from news_dataset.rules import ExactlyOneOf, Needs, PatternIf, PresentIff, Together

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError("hypothesis is not installed; run: pip install hypothesis") from error

__all__ = ["data", "datasets", "dates", "ids", "records", "slugs", "texts"]

_VISIBLE = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Mn"))
_INSIDE = st.one_of(_VISIBLE, st.sampled_from(" \u00a0#:'\"-?!&*|>%@`{}[],~\U0001f600\u200d"))


def records(kind: type[Record] | str | None = None) -> st.SearchStrategy[Record]:
    """Records with their children.

    Args:
        kind: a model, or the name of a record type such as ``"statement"``; None for records of all types.

    Raises:
        KeyError: there is no such type; the message names the nearest one.
    """
    return _any_record() if kind is None else _records(_model(kind))


def data(kind: type[Row] | str) -> st.SearchStrategy[dict[str, Any]]:
    """The plain data of records, as files hold it: absent fields are missing, keys are in canonical order.

    Args:
        kind: a model, also one of children (``news_dataset.records.Evidence``), or the name of a record type.

    Raises:
        KeyError: there is no such type; the message names the nearest one.
    """
    return _data(_model(kind) if isinstance(kind, str) else kind)


def datasets(max_size: int = 4) -> st.SearchStrategy[list[Record]]:
    """Lists of records of all types, no two with the same id.

    Args:
        max_size: the most records in a list.
    """
    return st.lists(records(), max_size=max_size, unique_by=lambda record: record.id)


def slugs() -> st.SearchStrategy[str]:
    """The readable part of ids, such as ``lee-jae-myung``."""
    return st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)


@cache
def ids(*types: str) -> st.SearchStrategy[str]:
    """Ids of records of some types; without types, of all.

    Raises:
        KeyError: there is no such type; the message names the nearest one.
    """

    def one(kind: str) -> st.SearchStrategy[str]:
        number = st.integers(1, 999).map("/{:02d}".format) if kind in NUMBERED else st.just("")
        return st.tuples(slugs(), number).map(lambda parts: f"{kind}/{parts[0]}{parts[1]}")

    return st.one_of([one(kind) for kind in map(_known, types or BY_TYPE)])


@cache
def texts(max_size: int) -> st.SearchStrategy[str]:
    """Texts of any script that begin and end with something visible, of at most so many characters."""
    inside = st.text(_INSIDE, max_size=min(max_size - 2, 40))
    return st.tuples(_VISIBLE, inside, _VISIBLE).map("".join) | _VISIBLE


@st.composite
def dates(draw: st.DrawFn) -> str:
    """EDTF dates that the calendar has."""

    def point() -> str:
        year, month = draw(st.integers(1, 9999)), draw(st.integers(1, 12))
        day = draw(st.integers(1, calendar.monthrange(year, month)[1]))
        forms = [
            f"{year:04d}", f"{year:04d}-{month:02d}", f"{year:04d}-{month:02d}-{day:02d}", f"{year:04d}-{month:02d}-XX",
            f"{year:04d}-XX", f"{year:04d}-XX-XX",
        ]  # fmt: skip
        return draw(st.sampled_from(forms)) + draw(st.sampled_from(["", "", "?", "~", "%"]))

    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(["XXXX-06-12", "XXXX-02-29", "202X", "19XX", "2025-08-23/2025-08-24", "../2025"]))
    return point() + draw(st.sampled_from(["", "", "", "/..", "/"]))


def _known(kind: str) -> str:
    return known(kind, list(BY_TYPE), "record type")


def _model(kind: type[Record] | str) -> type[Record]:
    return BY_TYPE[_known(kind)] if isinstance(kind, str) else kind


@cache
def _records(model: type[Record]) -> st.SearchStrategy[Record]:
    return _data(model).map(model.model_validate)


@cache
def _any_record() -> st.SearchStrategy[Record]:
    return st.one_of([_records(model) for model in BY_TYPE.values()])


@cache
def _value(model: type[Row], column: Column) -> st.SearchStrategy[Any]:
    limits = _schema(model)["properties"][column.name]
    if column.reference:
        return ids(*column.reference.types)
    if column.codebook:
        others = ["medium", "frame_of_reference"] if column.codebook.is_open else []
        return st.sampled_from(sorted(column.codebook.definitions) + others)
    plain: dict[str, st.SearchStrategy[Any]] = {
        "edtf": dates(),
        "day": st.dates(min_value=dt.date(1, 1, 1)).map(dt.date.isoformat),
        "bool": st.just(True),
        "int32": st.integers(limits.get("minimum", 0), limits.get("maximum", 2**31 - 1)),
        "double": st.floats(limits.get("minimum"), limits.get("maximum"), allow_nan=False),
    }
    if column.kind in plain:
        return plain[column.kind]
    pattern, most = limits.get("pattern", TEXT_PATTERN), limits.get("maxLength", 60)
    if pattern == TEXT_PATTERN:
        return texts(most)
    if found := re.fullmatch(r"\^\[0-9a-f\]\{([0-9]+)\}\$", pattern):
        return st.binary(min_size=32, max_size=32).map(lambda data: data.hex()[: int(found[1])])
    return st.from_regex(
        pattern.removesuffix("$") + r"\Z", fullmatch=True, alphabet=st.characters(max_codepoint=126)
    ).filter(lambda text: len(text) <= most)


@cache
def _schema(model: type[Row]) -> dict[str, Any]:
    return model.model_json_schema()


@cache
def _data(model: type[Row]) -> st.SearchStrategy[dict[str, Any]]:
    return _rows(model)


@st.composite
def _rows(draw: st.DrawFn, model: type[Row]) -> dict[str, Any]:
    """The plain data of a row of *model*, obeying its rules."""
    row: dict[str, Any] = {}
    for column in columns(model):
        if not column.optional or draw(st.booleans()):
            row[column.name] = draw(_value(model, column))
    if "mode" in row:
        modes = MODES_OF.get(row["type"], ())
        row.update({"mode": draw(st.sampled_from(modes))} if modes else {})
        row = row if modes else {name: value for name, value in row.items() if name != "mode"}
    _repair(draw, model, row)
    for name, child in children(model).items():
        rows = draw(_lists(child))
        row.update({name: rows} if rows else {})
    order = list(model.model_fields)
    return dict(sorted(row.items(), key=lambda item: order.index(item[0])))


@cache
def _lists(child: type[Row]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(_data(child), max_size=2)


def _repair(draw: st.DrawFn, model: type[Row], row: dict[str, Any]) -> None:
    """Make *row* obey the rules of its model that JSON Schema can say."""
    by_name = {column.name: column for column in columns(model)}
    for rule in model.rules:
        if isinstance(rule, PresentIff):
            row.pop(rule.field, None)
            if row.get(rule.when) in rule.among:
                row[rule.field] = draw(_value(model, by_name[rule.field]))
        elif isinstance(rule, ExactlyOneOf):
            chosen = draw(st.sampled_from(rule.fields))
            for field in rule.fields:
                row.pop(field, None)
            row[chosen] = draw(_value(model, by_name[chosen]))
        elif isinstance(rule, Together) and (rule.first in row) != (rule.second in row):
            row.pop(rule.first, None)
            row.pop(rule.second, None)
        elif isinstance(rule, Needs) and rule.field in row and rule.other not in row:
            row.pop(rule.field)
        elif isinstance(rule, PatternIf) and rule.field in row and row[rule.when] in rule.among:
            row[rule.field] = draw(dates())
