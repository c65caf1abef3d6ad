"""Spreadsheets in which statements, assessments and sources are written: their columns, read off the models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from news_dataset.records import Evidence, Record
from news_dataset.records.columns import Column, columns
from news_dataset.records.entities import Correction
from news_dataset.records.fields import NUMBERED
from news_dataset.rules import PresentIff
from news_dataset.source_form import spellings
from news_dataset.spans import SPAN_FIELDS

SHEETS = ("statements", "assessments", "sources")
"""The spreadsheets, named after the tables of their records."""

LISTED = ";"
"""What stands between the items of a list in one cell."""

_NUMBERED = next(rule for rule in Evidence.rules if isinstance(rule, PresentIff)).among
_EVIDENCE = re.compile(r"(?:([a-z_]+)(?: ([0-9]+(?:, ?[0-9]+)*))? )?words")
_USUAL = ("id", "article", "speakers", "source words", "kind", "cue", "words", "gist", "quote", "quote words")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a spreadsheet.

    Args:
        name: what its header says.
        field: the field of the record that it fills, or the list of children that it fills a column of.
        child: the column of these children; empty for a field of the record.
        kind: ``text``, ``number``, ``flag``, ``list`` (several in one cell) or ``words`` (to be found in the text).
        description: what it holds.
        required: whether every record has it.
        codes: the codes that it may hold.
    """

    name: str
    field: str
    child: str = ""
    kind: str = "text"
    description: str = ""
    required: bool = False
    codes: tuple[str, ...] = ()


@cache
def sheet_columns(model: type[Record]) -> dict[str, SheetColumn]:
    """Return the columns of the spreadsheet of a record type by name, the usual ones first."""
    found = [_column(column, model, column.name) for column in columns(model)]
    for field, how in spellings(model).items():
        if how.child is Correction:  # of what was released: not for a spreadsheet, whose records are new
            continue
        if how.by_role:
            names = ("words", *(f"{role} words" for role in _book() if role != "content"))
            found += [one for name in names if (one := evidence_column(name))]
        elif how.roles:
            found += [SheetColumn(key, field, kind="list", description=f"Each {role}: an id, a description in words, "
                                  "or implicit.") for key, role in how.roles.items()]  # fmt: skip
        elif how.only:
            found.append(SheetColumn(field, field, kind="list", codes=_codes(columns(how.child)[0])))
        else:
            spans = SPAN_FIELDS if how.has_spans else ()
            found += [_column(one, model, field, one.name) for one in columns(how.child) if one.name not in spans]
            if how.has_spans:
                name = f"{how.child.__name__.lower()} words"
                found.append(SheetColumn(name, field, "find", "words", "The words of the text with the number."))
    ranks = {name: rank for rank, name in enumerate(_USUAL)}
    return {one.name: one for one in sorted(found, key=lambda one: ranks.get(one.name, len(ranks)))}


def evidence_column(name: str) -> SheetColumn | None:
    """Return the column of words such as ``words``, ``quote words``, ``source 1,2 words``; None for any other name.

    Without a number it is of the first speaker or event; which number the first addressee has, each record says.
    """
    found = _EVIDENCE.fullmatch(name)
    if not found:
        return None
    role = found[1] or "content"
    number = found[2] or ("1" if role in _NUMBERED and role != "addressee" else "")
    about = _book().get(role, "Words of the text that show this.")
    return SheetColumn(name, "evidence", f"{role} {number}".strip(), "words", about, required=name == "words")


def _column(column: Column, model: type[Record], field: str, child: str = "") -> SheetColumn:
    kinds = {"int32": "number", "double": "number", "bool": "flag"}
    kind, derived = kinds.get(column.kind, "text"), {*model.defaults, "article"}
    derived |= {"id"} if model.record_type in NUMBERED else set()
    is_required = not column.optional and not child and column.name not in derived
    return SheetColumn(column.name, field, child, kind, column.description, is_required, _codes(column))


def _codes(column: Column) -> tuple[str, ...]:
    return tuple(column.codebook.definitions) if column.codebook else ()


def _book() -> dict[str, str]:
    book = columns(Evidence)[0].codebook
    return dict(book.definitions) if book else {}
