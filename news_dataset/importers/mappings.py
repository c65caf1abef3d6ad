"""Mapping files: read, checked, and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from news_dataset import reader
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.importers.conversion import ENTITIES
from news_dataset.importers.registers import ROWS
from news_dataset.importers.uses import Fault
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


def read(path: Path) -> Mapping:
    """Return the mapping in a file.

    Args:
        path: the file, YAML or JSON.

    Raises:
        FileNotFoundError: there is no such file.
        InvalidDataError: it is no mapping; the report says where and why (and the like for one that is unsafe or
            unreadable).
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    document = reader.read(path)
    entries, problems = entries_of(document, "mapping", SCHEMA_VERSION)
    document = replace(document, problems=(*document.problems, *problems))
    report = sum(shape.run(Collection(path, (document,), tuple(entries))), Report(()))
    row = entries[0].row if entries else None
    if isinstance(row, Mapping) and report.ok:
        report = Report.of(_at(document, at, *why) for at, why in _wrong(row))
    if not isinstance(row, Mapping) or not report.ok:
        raise report.error("\n".join(map(str, report.errors)))
    return row


def located(path: Path, faults: Iterable[Fault]) -> Iterator[Issue]:
    """Yield faults of a mapping as warnings at their places in its file."""
    document = reader.read(path)
    for fault in faults:
        yield replace(_at(document, fault.pointer, fault.message, "unused_mapping", fault.hint), severity="warning")


def _wrong(mapping: Mapping) -> list[tuple[str, tuple[str, str, str]]]:
    """Return what the rules of a mapping say that no record could follow, with its pointer."""
    found = [
        (f"/article/{name}", (f"an article has no field {name}", "unknown_key", ""))
        for name in mapping.article if name not in BY_TYPE["article"].model_fields
    ]  # fmt: skip
    for at, rule in enumerate(mapping.annotations):
        base = f"/annotations/{at}"
        for name in (*rule.values, *rule.fields):
            if name not in _fields(rule) and not (name.startswith("x_") and rule.record in BY_TYPE):
                found.append((f"{base}/record", (f"a {rule.record} has no field {name}", "unknown_key", "")))
        if rule.record in ("link", *ROWS) and not rule.holder:
            found.append(
                (base, (f"a rule of {rule.record} names the role of its holder", "missing_key", "holder: Arg1"))
            )
        for role in rule.links.values():
            if not _is_role(role):
                why = f"{role} is no role: small letters, words joined by _"
                found.append((f"{base}/links", (why, "bad_form", "")))
    return found


def _is_role(role: str) -> bool:
    import re

    return bool(re.fullmatch(SNAKE_CASE, role)) and len(role) <= 40


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


def _at(document: reader.Document, pointer: str, message: str, code: str, hint: str = "") -> Issue:
    line, column = document.place(pointer)
    return Issue(document.path, message, pointer, code, hint, line=line, column=column)
