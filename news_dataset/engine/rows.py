"""Row rules as SQL: a predicate that proves rows valid, and the narrow columns that the rule book compares.

Everything is derived from the models. A row that is not proven is not yet wrong: its model judges it. So a coarse proof
costs time, and never a wrong verdict.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from news_dataset import checks, edtf
from news_dataset.checks.iso import unlisted
from news_dataset.checks.shape import nearest
from news_dataset.profile import BASE, Profile
from news_dataset.records import DERIVED, CodeRow, Record, Row
from news_dataset.records.columns import Column, columns, properties
from news_dataset.records.fields import Codebook
from news_dataset.rules import Admits, Less, NotAfter, PatternIf, pattern_literal, quoted, text_literal
from news_dataset.spans import span_digest


@cache
def models(profile: Profile) -> dict[str, type[Row]]:
    """Return the model of the rows of each table that the engine keeps; the table ``codes`` has a query of its own."""
    found: tuple[Any, ...] = (*profile.records, *profile.children, *DERIVED)
    return {model.table: model for model in found if model is not CodeRow}


MODELS = models(BASE)
"""The tables that the engine keeps, which every dataset has, with the models of the base."""

PER_RECORD = (
    "unquoted_scalar", "unknown_key", "missing_key", "wrong_type", "unknown_code", "bad_form", "out_of_range",
    "unanchored", "broken_rule",
)  # fmt: skip
"""The checks whose unit is a whole record."""

PER_VALUE = ("impossible_date", "unusual_code", "unlisted_code", "wrong_mode")
"""The checks whose unit is a value, of which a row may have several."""

SQL_TYPES = {"int32": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}
"""The types of columns by their kind; all others are text."""

_NARROW_TYPES = {"int32": "INTEGER", "code": "VARCHAR", "double": "DOUBLE", "bool": "BOOLEAN"}
_SIDES = (("min", "first"), ("max", "last"))
_DERIVED_TYPES = (
    dict.fromkeys(("is_misnamed", "is_foreign", "has_real_date", "proven"), "BOOLEAN")
    | dict.fromkeys(("quote_digests", "words", "old_type", "new_type", "wrong_bound"), "VARCHAR")
    | {"ordinal": "INTEGER"}
)

# Columns that the rule book compares and no model has: SQL over the columns of the table.
_DERIVED: dict[str, dict[str, str]] = {
    "statements": {
        "is_foreign": "split_part(\"id\", '/', 2) <> split_part(\"article\", '/', 2)",
        "quote_digests": '"quote_digests"',
    },
    "assessments": {
        "is_foreign": "CASE WHEN \"target\" LIKE 'statement/%' "
        "THEN split_part(\"id\", '/', 2) <> split_part(\"target\", '/', 2) END",
        "numbered_in": "CASE WHEN \"target\" NOT LIKE 'statement/%' "
        "THEN key('article/' || split_part(\"id\", '/', 2)) END",
    },
    "events": {"has_real_date": '"date" IS NOT NULL AND NOT "date_odd"'},
    "evidence": {"words": 'CASE WHEN "role" = \'quote\' THEN "length" || \' \' || "digest" END'},
    "redirects": {
        "old_id": 'key("old_id")',
        "old_type": "split_part(\"old_id\", '/', 1)",
        "new_type": "split_part(\"new_id\", '/', 1)",
    },
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One column: its kind, and the limits within which a value is valid.

    ``most`` counts code points; ``low`` and ``high`` are inclusive; ``codes`` are all that a closed codebook admits.
    """

    column: Column
    pattern: str = ""
    most: int | None = None
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A column that Python works out once for each distinct value of another: *source* → *name*."""

    name: str
    source: str
    type: str
    function: Callable[[Any], Any]


@cache
def facts(model: type[Row]) -> tuple[Fact, ...]:
    """Return the facts of the scalar fields of *model*, in order, read off its JSON Schema."""
    return tuple(_fact(column, properties(model)[column.name]) for column in columns(model))


def _fact(column: Column, said: dict[str, Any]) -> Fact:
    limits, book = (said.get("minimum"), said.get("maximum")), column.codebook
    codes = tuple(book.definitions) if book and not book.is_open else tuple(said.get("enum", ()))
    return Fact(column, said.get("pattern", ""), said.get("maxLength"), *limits, codes)


@cache
def predicate(model: type[Row]) -> str:
    """Return the SQL predicate that is true only in rows that *model*, and the checks of single rows, surely accept."""
    found = [_value_predicate(fact) for fact in facts(model)] + [f"({rule.predicate()})" for rule in model.rules]
    for rule in _date_rules(model):
        found.append(
            f"NOT coalesce({quoted(f'{rule.field}_odd')} AND {quoted(rule.when)} IN ({_list(rule.among)}), false)"
        )
    return f"coalesce({' AND '.join(found)}, false)"


def _value_predicate(fact: Fact) -> str:
    name, kind, found = quoted(fact.column.name), fact.column.kind, []
    if kind in ("edtf", "day") or _open_book(fact.column) or fact.column.listed:
        found.append(f"NOT {quoted(f'{fact.column.name}_odd')}")
    elif fact.codes:
        found.append(f"{name} IN ({_list(fact.codes)})")
    elif kind in ("int32", "double"):
        found += [f"{name} >= {fact.low}"] * (fact.low is not None) + [f"{name} <= {fact.high}"] * (
            fact.high is not None
        )
        found += [f"isfinite({name})"] * (kind == "double")
    elif kind == "bool":
        found += [name] * fact.column.is_flag
    else:
        found += [f"regexp_matches({name}, {pattern_literal(fact.pattern)})"] * bool(fact.pattern)
        # No text has more code points than bytes, so most are proven short by their bytes alone.
        found += [f"(strlen({name}) <= {fact.most} OR length({name}) <= {fact.most})"] * bool(fact.most)
    said = " AND ".join(found) or "true"
    return f"({name} IS NULL OR ({said}))" if fact.column.optional else f"({name} IS NOT NULL AND {said})"


@cache
def evaluated(model: type[Row]) -> tuple[Evaluated, ...]:
    """Return what Python works out for distinct values: bounds of dates, and values that are not surely right."""
    found = []
    for fact in facts(model):
        name, book = fact.column.name, _open_book(fact.column)
        if fact.column.kind in ("edtf", "day"):
            found += [
                Evaluated(f"{name}_first", name, "DATE", first_day),
                Evaluated(f"{name}_last", name, "DATE", last_day),
            ]
            is_odd = is_odd_day if fact.column.kind == "day" else is_odd_date
            found.append(Evaluated(f"{name}_odd", name, "BOOLEAN", is_odd))
        elif book:
            found.append(Evaluated(f"{name}_odd", name, "BOOLEAN", partial(_is_odd_word, book, fact)))
        elif fact.column.listed:
            found.append(Evaluated(f"{name}_odd", name, "BOOLEAN", partial(_is_odd_code, fact)))
        elif name == "quote":
            found.append(Evaluated("quote_digests", name, "VARCHAR", partial(quote_digests, fact.most or 0)))
    found += [Evaluated(f"{rule.field}_odd", rule.field, "BOOLEAN", is_odd_date) for rule in _date_rules(model)]
    return tuple(found)


def quote_digests(most: int, quote: str) -> str | None:
    """Return the digests of a quotation and, if it has several, its fragments, between bars; None: it is too long."""
    if len(quote) > most:
        return None
    fragments = quote.split(" … ")
    return "|".join(map(span_digest, fragments if len(fragments) == 1 else [quote, *fragments]))


@lru_cache(maxsize=1 << 17)
def _bounds(text: str) -> tuple[dt.date | None, dt.date | None] | None:
    """Return the first and the last day of a date; None where it is none."""
    if not re.fullmatch(edtf.PATTERN, text):
        return None
    try:
        return edtf.bounds(text)
    except ValueError:
        return None


def first_day(date: str) -> dt.date | None:
    """Return the first day that an EDTF text may mean; None: open, unknown or no date."""
    return (_bounds(date) or (None, None))[0]


def last_day(date: str) -> dt.date | None:
    """Return the last day that an EDTF text may mean; None: open, unknown or no date."""
    return (_bounds(date) or (None, None))[1]


def is_odd_date(date: str) -> bool:
    """Return whether a text is no date that the calendar has."""
    return _bounds(date) is None


def is_odd_day(date: str) -> bool:
    """Return whether a text is no day that the calendar has; a month or a year is none."""
    return not re.fullmatch(edtf.DAY_PATTERN, date) or is_odd_date(date)


def _is_odd_word(book: Codebook, fact: Fact, word: str) -> bool:
    """Return whether a word of an open codebook is malformed, or nearly one of its codes."""
    if word in book.definitions:
        return False
    is_long = fact.most is not None and len(word) > fact.most
    return is_long or not re.fullmatch(fact.pattern, word) or bool(nearest(word, book))


def _is_odd_code(fact: Fact, code: str) -> bool:
    """Return whether a code of a country or language is malformed, or not listed."""
    return not re.fullmatch(fact.pattern, code) or unlisted(fact.column.listed, code) is not None


@cache
def units(model: type[Row]) -> dict[str, str]:
    """Return for each check of single rows how many units it has in a row: name of the check → SQL."""
    dates = [f"({quoted(c.name)} IS NOT NULL)::INTEGER" for c in columns(model) if c.kind in ("edtf", "day")]
    for rule in _date_rules(model):
        dates.append(f"({quoted(rule.field)} IS NOT NULL AND {quoted(rule.when)} IN ({_list(rule.among)}))::INTEGER")
    words = [f"({quoted(column.name)} IS NOT NULL)::INTEGER" for column in columns(model) if _open_book(column)]
    listed = [column for column in columns(model) if column.listed and model not in DERIVED]
    codes = [f"({quoted(column.name)} IS NOT NULL)::INTEGER" for column in listed]
    modes = [f"({quoted(rule.field)} IS NOT NULL)::INTEGER" for rule in model.rules if isinstance(rule, Admits)]
    found = dict(zip(PER_VALUE, (dates, words, codes, modes), strict=True))
    return {code: f"({' + '.join(terms)})::TINYINT" for code, terms in found.items() if terms}


@cache
def narrow(model: type[Row]) -> dict[str, str]:
    """Return the columns that the rule book compares: name → SQL over the columns of the table.

    Ids and other texts become keys, integers that are equal where the texts are; codes and numbers stay as they are.
    ``pos`` is where the row stands, ``me`` the key of the record it belongs to; the source gives both.
    """
    table, named = str(getattr(model, "table", "")), _named_in_rule_book()
    found = {"pos": '"_pos"', "me": '"_me"'}
    if issubclass(model, Record):
        found["id"] = 'key("id")'
        found["is_misnamed"] = (  # a file of one statement is named by article and number
            '"_stem" NOT IN (split_part("id", \'/\', 2), '
            "split_part(\"id\", '/', 2) || '/' || split_part(\"id\", '/', 3))"
        )
        found["label"] = f'CASE WHEN "_has_bounds" THEN key(coalesce({quoted(model.label_field)}, "id")) END'
    elif "ordinal" in source_types(model):
        found["ordinal"] = 'TRY_CAST("ordinal" AS INTEGER)'
    for column in columns(model):
        if column.name not in (*found, "id") and (column.reference or column.name in named):
            found[column.name] = _narrow_column(column)
    found |= _DERIVED.get(table, {})
    found |= {f"units_{code}": said for code, said in units(model).items()}
    if any(column.kind == "edtf" for column in columns(model)):
        found["wrong_bound"] = _wrong_bound(model)
    return found | {"proven": f'{predicate(model)} AND NOT coalesce("_is_odd", false)'}


def narrow_types(model: type[Row]) -> dict[str, str]:
    """Return the columns of ``narrow``: name → SQL type. Texts that are not kept as they are have become keys."""
    kept = {column.name: _NARROW_TYPES[column.kind] for column in columns(model) if column.kind in _NARROW_TYPES}
    types = kept | _DERIVED_TYPES | {f"units_{code}": "TINYINT" for code in units(model)}
    return {name: types.get(name, "BIGINT") for name in narrow(model)}


def _narrow_column(column: Column) -> str:
    if column.kind == "int32":
        return f"TRY_CAST({quoted(column.name)} AS INTEGER)"
    return quoted(column.name) if column.kind in ("code", "double", "bool") else f"key({quoted(column.name)})"


@cache
def _named_in_rule_book() -> frozenset[str]:
    texts = (re.sub(r"'[^']*'", "", query.sql) for query in checks.QUERIES)  # words of literals are no names
    return frozenset(word for text in texts for word in re.findall(r"[a-z_]+\b(?!\()", text))


def _wrong_bound(model: type[Row]) -> str:
    """Return SQL for the first column ``_min`` or ``_max`` that is not the bound of its date; null where none is."""
    found = [
        f"WHEN NOT {quoted(f'{c.name}_odd')} AND {quoted(f'{c.name}_{side}')} IS DISTINCT FROM "
        f"{quoted(f'{c.name}_{day}')} OR {quoted(c.name)} IS NULL AND {quoted(f'{c.name}_{side}')} IS NOT NULL "
        f"THEN '{c.name}_{side}'"
        for c in columns(model)
        if c.kind == "edtf"
        for side, day in _SIDES
    ]
    return f'CASE WHEN "_has_bounds" THEN CASE {" ".join(found)} END END'


def is_ordered(model: type[Row]) -> bool:
    """Return whether each row of a model is a unit of the check ``out_of_order``."""
    return any(isinstance(rule, Less | NotAfter) for rule in model.rules)


@cache
def source_types(model: type[Row]) -> dict[str, str]:
    """Return the columns of a table as the engine reads them: name → SQL type."""
    found = {column.name: SQL_TYPES.get(column.kind, "VARCHAR") for column in columns(model)}
    for column in columns(model):
        if column.kind == "edtf":
            found |= {f"{column.name}_min": "DATE", f"{column.name}_max": "DATE"}
    if hasattr(model, "parent_key"):
        found |= {model.parent_key: "VARCHAR", "ordinal": "BIGINT"}
    return found


def full(model: type[Row]) -> dict[str, str]:
    """Return the columns of a published table: name → SQL over the columns that the engine reads."""
    key = [model.parent_key, "ordinal"] if hasattr(model, "parent_key") else []
    found = {name: quoted(name) for name in key}
    for column in columns(model):
        found[column.name] = quoted(f"{column.name}_first" if column.kind == "day" else column.name)
        if column.kind == "edtf":
            found |= {f"{column.name}_{side}": quoted(f"{column.name}_{day}") for side, day in _SIDES}
    return found | {"_me": '"_me"'}


def full_types(model: type[Row]) -> dict[str, str]:
    """Return the columns of ``full``: name → SQL type."""
    types = source_types(model)
    days = {column.name for column in columns(model) if column.kind == "day"}
    return {name: "DATE" if name in days else types.get(name, "BIGINT") for name in full(model)}


def _open_book(column: Column) -> Codebook | None:
    return column.codebook if column.codebook and column.codebook.is_open else None


def _date_rules(model: type[Row]) -> list[PatternIf]:
    """Return the rules by which a field holds a date only sometimes."""
    return [rule for rule in model.rules if isinstance(rule, PatternIf) and rule.pattern == edtf.PATTERN]


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(map(text_literal, words))


FIRST_DAY, LAST_DAY = (day.toordinal() - dt.date(1970, 1, 1).toordinal() for day in (dt.date.min, dt.date.max))
"""The days that a date may have, counted from 1970 as Arrow does."""
