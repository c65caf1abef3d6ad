"""Reads and checks mapping files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from news_dataset import reader
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.curate.mapping import NAME
from news_dataset.entries import entries_of
from news_dataset.errors import UnsafeInputError, UsageError
from news_dataset.files import MAX_BYTES
from news_dataset.importers.conversion import ENTITIES
from news_dataset.importers.files import ARCHIVE, source_files
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


def document_of(mapping: Path | None, source: Path, folder: Path) -> reader.Document | None:
    """Return the mapping file of an import: the one given, else the one in its source; None if there is none.

    An export has a mapping, without which an import changes its records. It is looked for anywhere in a folder or
    archive, and beside any other file, but not in *folder*, the dataset, which keeps the mappings of earlier imports.

    Raises:
        UsageError: there are several.
        FileNotFoundError: the mapping or the source does not exist.
        UnsafeInputError: the source has a link, an archive is unsafe, or the mapping in it is too large.
    """
    if mapping:
        if not mapping.exists():
            raise FileNotFoundError(f"there is no {mapping}")
        return reader.read(mapping)
    is_one, beside = source.is_file() and not source.name.lower().endswith(ARCHIVE), source.parent / NAME
    files = [
        file
        for file in source_files(beside if is_one and beside.exists() else source)
        if PurePosixPath(file.name).name == NAME and Path(file.path).resolve().parent != folder.resolve()
    ]
    if len(files) > 1:
        raise UsageError(f"{source} has {len(files)} mappings, such as {files[0].path}; name one: --mapping FILE")
    for file in files:
        data = file.read() if file.depth else None
        if data and len(data) > MAX_BYTES:
            raise UnsafeInputError(f"{file.path} is larger than {MAX_BYTES:,} bytes")
        return reader.read(Path(file.path), data)
    return None


def read(document: reader.Document) -> Mapping:
    """Return the mapping in a file.

    Args:
        document: the file, YAML or JSON.

    Raises:
        InvalidDataError: it is no mapping, unsafe or unreadable; the report says where and why.
    """
    entries, problems = entries_of(document, "mapping", SCHEMA_VERSION)
    document = replace(document, problems=(*document.problems, *problems))
    report = sum(shape.run(Collection(Path(document.path), (document,), tuple(entries))), Report(()))
    row = entries[0].row if entries else None
    if isinstance(row, Mapping) and report.ok:
        report = Report.of(_issue_at(document, *fault) for fault in _faults(row))
    if not isinstance(row, Mapping) or not report.ok:
        raise report.error("\n".join(map(str, report.errors)))
    return row


def located(document: reader.Document, faults: Iterable[MappingFault]) -> Iterator[Issue]:
    """Yield faults of a mapping as warnings at their places in its file."""
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
