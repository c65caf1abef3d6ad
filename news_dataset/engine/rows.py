"""The rules of rows as SQL: a predicate that proves rows valid, and the narrow columns that the rule book compares.

Everything is derived from the models. A row that is not proven is not yet wrong: its model judges it. So a proof that
fails too often costs time, but never gives a wrong verdict. A value is *odd* if it is not proven to be valid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from news_dataset import checks, edtf
from news_dataset.profile import BASE, Profile
from news_dataset.records import DERIVED, CodeRow, Record, Row
from news_dataset.records.columns import Column, columns, properties
from news_dataset.records.fields import Codebook
from news_dataset.rules import Admits, Less, NotAfter, PatternIf, pattern_literal, quoted, text_literal


@cache
def models(profile: Profile) -> dict[str, type[Row]]:
    """Return the models of the tables that the engine keeps, by table; ``codes`` is compared apart."""
    found: tuple[Any, ...] = (*profile.records, *profile.children, *DERIVED)
    return {model.table: model for model in found if model is not CodeRow}


MODELS = models(BASE)
"""The models of a dataset without extensions, by table; every dataset has the same tables."""

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
    | {"ordinal": "INTEGER", "is_implicit": "BOOLEAN"}
)


def _folded(text: str) -> str:
    """Return SQL for the key of a text without case, and without the hyphens of a slug; ids stay as they are."""
    return f"key(lower(CASE WHEN {text} LIKE '%/%' THEN {text} ELSE replace({text}, '-', ' ') END))"


_NAMED = {"folded_name": _folded('"name"')}
_ACTOR = _NAMED | {"folded_slug": _folded("split_part(\"id\", '/', 2)")}
# Two letters wrong, missing or additional are a slip; longer labels are not even compared, since most are longer.
_PARTICIPANT = {
    "folded_label": _folded('"label"'),
    "is_implicit": 'CASE WHEN strlen("label") < 12 '
    "THEN damerau_levenshtein(lower(\"label\"), 'implicit') < 3 ELSE false END",
}

# Columns that the rule book compares and no model has: SQL over the columns of the table.
_DERIVED: dict[str, dict[str, str]] = {
    "people": _ACTOR | {"folded_family": _folded('"family_name"')},
    "organizations": _ACTOR,
    "names": _NAMED,
    "statement_participants": _PARTICIPANT,
    "event_participants": _PARTICIPANT,
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
class ColumnLimits:
    """A column and the limits of its valid values.

    Args:
        column: the column.
        pattern: what a text matches; empty for any.
        most: how many code points a text may have; None for any number.
        low: the least number, inclusive.
        high: the greatest number, inclusive.
        codes: all codes that a closed codebook admits.
    """

    column: Column
    pattern: str = ""
    most: int | None = None
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()


@cache
def column_limits(model: type[Row]) -> tuple[ColumnLimits, ...]:
    """Return the limits of the columns of *model*, in order, from its JSON Schema."""
    return tuple(_limits_of(column, properties(model)[column.name]) for column in columns(model))


def _limits_of(column: Column, schema: dict[str, Any]) -> ColumnLimits:
    book = column.codebook
    codes = tuple(book.definitions) if book and not book.is_open else tuple(schema.get("enum", ()))
    length, low, high = (schema.get(name) for name in ("maxLength", "minimum", "maximum"))
    return ColumnLimits(column, schema.get("pattern", ""), length, low, high, codes)


@cache
def predicate(model: type[Row]) -> str:
    """Return the SQL predicate that is true only for rows that *model* and the checks of single rows accept."""
    found = [_value_predicate(limits) for limits in column_limits(model)] + [
        f"({rule.predicate()})" for rule in model.rules
    ]
    for rule in date_rules(model):
        found.append(f"NOT coalesce({quoted(f'{rule.field}_odd')} AND {_applies(rule)}, false)")
    return f"coalesce({' AND '.join(found)}, false)"


def _value_predicate(limits: ColumnLimits) -> str:
    """Return the SQL predicate that is true only for values of a column that its model accepts."""
    column, kind, conditions = limits.column, limits.column.kind, list[str]()
    name = quoted(column.name)
    if kind in ("edtf", "day") or open_book(column) or column.listed:
        conditions.append(f"NOT {quoted(f'{column.name}_odd')}")
    elif limits.codes:
        conditions.append(f"{name} IN ({_literal_list(limits.codes)})")
    elif kind in ("int32", "double"):
        conditions += [f"{name} >= {limits.low}"] * (limits.low is not None)
        conditions += [f"{name} <= {limits.high}"] * (limits.high is not None)
        conditions += [f"isfinite({name})"] * (kind == "double")
    elif kind == "bool":
        conditions += [name] * column.is_flag
    else:
        conditions += [f"regexp_matches({name}, {pattern_literal(limits.pattern)})"] * bool(limits.pattern)
        # No text has more code points than bytes, so most are proven short by their bytes alone.
        conditions += [f"(strlen({name}) <= {limits.most} OR length({name}) <= {limits.most})"] * bool(limits.most)
    proof = " AND ".join(conditions) or "true"
    return f"({name} IS NULL OR ({proof}))" if column.optional else f"({name} IS NOT NULL AND {proof})"


@cache
def unit_counts(model: type[Row]) -> dict[str, str]:
    """Return SQL for the number of units that a row has for each check in ``PER_VALUE``, by the name of the check."""
    dates = [f"({quoted(c.name)} IS NOT NULL)::INTEGER" for c in columns(model) if c.kind in ("edtf", "day")]
    for rule in date_rules(model):
        dates.append(f"({quoted(rule.field)} IS NOT NULL AND {_applies(rule)})::INTEGER")
    words = [f"({quoted(column.name)} IS NOT NULL)::INTEGER" for column in columns(model) if open_book(column)]
    listed = [column for column in columns(model) if column.listed and model not in DERIVED]
    codes = [f"({quoted(column.name)} IS NOT NULL)::INTEGER" for column in listed]
    modes = [f"({quoted(rule.field)} IS NOT NULL)::INTEGER" for rule in model.rules if isinstance(rule, Admits)]
    found = dict(zip(PER_VALUE, (dates, words, codes, modes), strict=True))
    return {code: f"({' + '.join(terms)})::TINYINT" for code, terms in found.items() if terms}


@cache
def narrow_columns(model: type[Row]) -> dict[str, str]:
    """Return the columns that the rule book compares: name → SQL over the columns of the table.

    Ids and other texts become keys, integers that are equal if the texts are; codes and numbers stay as they are.
    ``pos`` is the place of the row, ``me`` the key of the record that it belongs to; the source provides both.
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
    found |= {f"units_{code}": count for code, count in unit_counts(model).items()}
    if any(column.kind == "edtf" for column in columns(model)):
        found["wrong_bound"] = _wrong_bound(model)
    return found | {"proven": f'{predicate(model)} AND NOT coalesce("_is_odd", false)'}


def narrow_types(model: type[Row]) -> dict[str, str]:
    """Return the types of ``narrow_columns``: name → SQL type; keys are BIGINT."""
    kept = {column.name: _NARROW_TYPES[column.kind] for column in columns(model) if column.kind in _NARROW_TYPES}
    types = kept | _DERIVED_TYPES | {f"units_{code}": "TINYINT" for code in unit_counts(model)}
    return {name: types.get(name, "BIGINT") for name in narrow_columns(model)}


def _narrow_column(column: Column) -> str:
    if column.kind == "int32":
        return f"TRY_CAST({quoted(column.name)} AS INTEGER)"
    return quoted(column.name) if column.kind in ("code", "double", "bool") else f"key({quoted(column.name)})"


@cache
def _named_in_rule_book() -> frozenset[str]:
    """Return the words in the queries of the rule book, columns among them."""
    texts = (re.sub(r"'[^']*'", "", query.sql) for query in checks.QUERIES)  # words in literals are not names
    return frozenset(word for text in texts for word in re.findall(r"[a-z_]+\b(?!\()", text))


def _wrong_bound(model: type[Row]) -> str:
    """Return SQL for the name of the first column ``_min`` or ``_max`` that is not the bound of its date, or null."""
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
    """Return whether the rows of a model are units of the check ``out_of_order``: it has a rule of order."""
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


def full_columns(model: type[Row]) -> dict[str, str]:
    """Return the columns of a published table: name → SQL over the columns that the engine reads."""
    key = [model.parent_key, "ordinal"] if hasattr(model, "parent_key") else []
    found = {name: quoted(name) for name in key}
    for column in columns(model):
        found[column.name] = quoted(f"{column.name}_first" if column.kind == "day" else column.name)
        if column.kind == "edtf":
            found |= {f"{column.name}_{side}": quoted(f"{column.name}_{day}") for side, day in _SIDES}
    return found | {"_me": '"_me"'}


def full_types(model: type[Row]) -> dict[str, str]:
    """Return the types of ``full_columns``: name → SQL type."""
    types = source_types(model)
    days = {column.name for column in columns(model) if column.kind == "day"}
    return {name: "DATE" if name in days else types.get(name, "BIGINT") for name in full_columns(model)}


def open_book(column: Column) -> Codebook | None:
    """Return the codebook of a column if it admits other words, too; else None."""
    return column.codebook if column.codebook and column.codebook.is_open else None


def date_rules(model: type[Row]) -> list[PatternIf]:
    """Return the rules that make a field hold a date in some rows only."""
    return [rule for rule in model.rules if isinstance(rule, PatternIf) and rule.pattern == edtf.PATTERN]


def _applies(rule: PatternIf) -> str:
    """Return the SQL condition that a rule applies to a row."""
    return f"{quoted(rule.when)} IN ({_literal_list(rule.among)})"


def _literal_list(words: tuple[str, ...]) -> str:
    return ", ".join(map(text_literal, words))
