"""Reads and checks mapping files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from news_dataset import reader
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.importers.conversion import ENTITIES
from news_dataset.importers.registers import ROWS
from news_dataset.importers.uses import MappingFault
from news_dataset.issues import Issue, Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.records import BY_TYPE, Statement
from news_dataset.records.articles import Quantity
from news_dataset.records.columns import children
from news_dataset.records.entities import Name, Office
from news_dataset.records.fields import SNAKE_CASE
from news_dataset.records.mapping import Mapping, MappingRule
from news_dataset.source_form import role_keys
from news_dataset.spans import SPAN_FIELDS

LISTS = ("statement_participants", "statement_events", "topics")
"""The lists of a statement that attributes may fill."""

_MAX_ROLE = 40  # characters of a role


def read(path: Path) -> Mapping:
    """Return the mapping in a file.

    Args:
        path: the file, YAML or JSON.

    Raises:
        FileNotFoundError: there is no such file.
        InvalidDataError: it is no mapping, unsafe or unreadable; the report says where and why.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    document = reader.read(path)
    entries, problems = entries_of(document, "mapping", SCHEMA_VERSION)
    document = replace(document, problems=(*document.problems, *problems))
    report = sum(shape.run(Collection(path, (document,), tuple(entries))), Report(()))
    row = entries[0].row if entries else None
    if isinstance(row, Mapping) and report.ok:
        report = Report.of(_issue_at(document, *fault) for fault in _faults(row))
    if not isinstance(row, Mapping) or not report.ok:
        raise report.error("\n".join(map(str, report.errors)))
    return row


def located(path: Path, faults: Iterable[MappingFault]) -> Iterator[Issue]:
    """Yield faults of a mapping as warnings at their places in its file."""
    document = reader.read(path)
    for fault in faults:
        issue = _issue_at(document, fault.pointer, fault.message, "unused_mapping", fault.hint)
        yield replace(issue, severity="warning")


def _faults(mapping: Mapping) -> Iterator[tuple[str, str, str, str]]:
    """Yield pointer, message, code and hint of what no record can have."""
    for name in mapping.article:
        if name not in BY_TYPE["article"].model_fields:
            yield f"/article/{name}", f"an article has no field {name}", "unknown_key", ""
    for index, rule in enumerate(mapping.annotations):
        base = f"/annotations/{index}"
        for name in (*rule.values, *rule.fields):
            if name not in _fields(rule) and not (name.startswith("x_") and rule.record in BY_TYPE):
                yield f"{base}/record", f"a {rule.record} has no field {name}", "unknown_key", ""
        if rule.record in ("link", *ROWS) and not rule.holder:
            yield base, f"a rule of {rule.record} names the role of its holder", "missing_key", "holder: Arg1"
        for role in rule.links.values():
            if not re.fullmatch(SNAKE_CASE, role) or len(role) > _MAX_ROLE:
                yield f"{base}/links", f"{role} is not a role: small letters, words joined by _", "bad_form", ""


def _fields(rule: MappingRule) -> set[str]:
    """Return the fields that a rule may fill."""
    if rule.record in ("part", "mention"):
        return {"external_id", *(("label",) if rule.record == "part" else ("referent", "as_written", "certainty"))}
    if rule.record in ROWS:
        return set((Office if rule.record == "office" else Name).model_fields) - {"organization"}
    if rule.record == "quantity":
        return {name for name in Quantity.model_fields if name not in SPAN_FIELDS}
    if rule.record not in (*ENTITIES, "event", "statement"):
        return set()
    model = BY_TYPE[rule.record]
    fields = set(model.model_fields) - set(children(model)) - {"id", "article"}
    return fields | {"id", "realis", *LISTS, *role_keys(Statement)} if rule.record == "statement" else fields


def _issue_at(document: reader.Document, pointer: str, message: str, code: str, hint: str = "") -> Issue:
    """Return an error at the line and column of a pointer in a file."""
    line, column = document.place(pointer)
    return Issue(document.path, message, pointer, code, hint, line=line, column=column)
