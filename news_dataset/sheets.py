"""The columns of spreadsheets for statements, assessments and sources, derived from the models."""

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

LIST_SEPARATOR = ";"
"""The separator of the items of a list in one cell."""

_ROLES_WITH_NUMBER = next(rule for rule in Evidence.rules if isinstance(rule, PresentIff)).among
_EVIDENCE_HEADER = re.compile(r"(?:([a-z_]+)(?: ([0-9]+(?:, ?[0-9]+)*))? )?words")
_FIRST_COLUMNS = ("id", "article", "speakers", "source words", "kind", "cue", "words", "gist", "quote", "quote words")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a spreadsheet.

    Args:
        name: its header.
        field: the field of the record, or the list of its children, that it fills.
        child: the column of these children; empty for a field of the record, or for a whole list.
        kind: ``text``, ``number``, ``flag``, ``list`` (several items in a cell) or ``words`` (to be found in the text).
        description: its description for writers.
        required: whether every record needs a value.
        codes: the codes that are allowed, of an open codebook the usual ones; empty for other values.
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
    """Return the columns of the spreadsheet of a record type by name, the most important ones first."""
    sheet = [_column(column, model, column.name) for column in columns(model)]
    for field, spelling in spellings(model).items():
        if spelling.child is Correction:  # only released records have corrections, and those of a spreadsheet are new
            continue
        if spelling.by_role:
            names = ("words", *(f"{role} words" for role in _role_definitions() if role != "content"))
            sheet += [column for name in names if (column := evidence_column(name))]
        elif spelling.roles:
            sheet += [SheetColumn(key, field, kind="list", description=f"Each {role}: an id, a description in words, "
                                  "or implicit.") for key, role in spelling.roles.items()]  # fmt: skip
        elif spelling.only:
            sheet.append(SheetColumn(field, field, kind="list", codes=_codes(columns(spelling.child)[0])))
        else:
            spans = SPAN_FIELDS if spelling.has_spans else ()
            sheet += [
                _column(column, model, field, column.name)
                for column in columns(spelling.child)
                if column.name not in spans
            ]
            if spelling.has_spans:
                name = f"{spelling.child.__name__.lower()} words"
                sheet.append(SheetColumn(name, field, "find", "words", "The words of the text with the number."))
    ranks = {name: rank for rank, name in enumerate(_FIRST_COLUMNS)}
    return {column.name: column for column in sorted(sheet, key=lambda column: ranks.get(column.name, len(ranks)))}


def evidence_column(name: str) -> SheetColumn | None:
    """Return the column for a header of evidence, or None.

    Such headers are ``words``, ``quote words`` and ``source 1,2 words``. Without a number, a column is about the first
    speaker or event. The number of the first addressee depends on the record.
    """
    match = _EVIDENCE_HEADER.fullmatch(name)
    if not match:
        return None
    role = match[1] or "content"
    number = match[2] or ("1" if role in _ROLES_WITH_NUMBER and role != "addressee" else "")
    description = _role_definitions().get(role, "Words of the text that show this.")
    return SheetColumn(name, "evidence", f"{role} {number}".strip(), "words", description, required=name == "words")


def _column(column: Column, model: type[Record], field: str, child: str = "") -> SheetColumn:
    """Return the sheet's column for a column of a record, or of its children.

    Args:
        column: the column.
        model: the model of the record, also for a column of its children.
        field: the field of the record in which the cell is written.
        child: as in ``SheetColumn``.
    """
    kinds = {"int32": "number", "double": "number", "bool": "flag"}
    kind, derived = kinds.get(column.kind, "text"), {*model.defaults, "article"}
    derived |= {"id"} if model.record_type in NUMBERED else set()
    is_required = not column.optional and not child and column.name not in derived
    return SheetColumn(column.name, field, child, kind, column.description, is_required, _codes(column))


def _codes(column: Column) -> tuple[str, ...]:
    return tuple(column.codebook.definitions) if column.codebook else ()


def _role_definitions() -> dict[str, str]:
    """Return the roles of evidence with their definitions."""
    book = columns(Evidence)[0].codebook
    return dict(book.definitions) if book else {}
