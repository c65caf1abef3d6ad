"""Entries: each record as it stands in a file, judged by the schemas of its version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from news_dataset import frozen, migrations, reader, schema
from news_dataset.frozen import Faults
from news_dataset.issues import Issue, Severity
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document, Problem
from news_dataset.records import BY_TYPE, Description, Redirect, Row

SPECIAL: dict[str, type[Row]] = {"dataset": Description, "redirect": Redirect}
"""Kinds of documents that are no records, with their models."""


@dataclass(frozen=True)
class Entry:
    """One record as it stands in a file: its data, and the record or why it is none."""

    document: Document
    pointer: str
    kind: str
    data: dict[str, Any]
    row: Row | None
    error: ValidationError | Faults | None = None
    unquoted: tuple[tuple[str, str], ...] = ()
    version: str = SCHEMA_VERSION

    @property
    def id(self) -> str:
        """Its id, or an empty text where it has none."""
        found = self.data.get("id", "")
        return found if isinstance(found, str) else ""

    @property
    def model(self) -> type[Row]:
        """The model that it is judged by."""
        return BY_TYPE.get(self.kind) or SPECIAL[self.kind]

    def issue(
        self, pointer: str, message: str, hint: str = "", *, on_key: bool = False, severity: Severity = "error"
    ) -> Issue:
        """Return an issue at *pointer*, which is relative to this record."""
        whole = self.pointer + pointer
        line, column = self.document.place(whole, on_key)
        return Issue(
            self.document.path, message, whole, hint=hint, record=self.id, line=line, column=column, severity=severity
        )


def entries_of(document: Document, kind: str, version: str) -> tuple[list[Entry], list[Problem]]:
    """Return the records in a file, and what in it is none.

    Args:
        document: the file.
        kind: the type of its records, ``dataset``, ``redirect``; or empty, where each id names its type.
        version: the version of the schemas that it follows.
    """
    data = document.data
    if data is None and document.problems:
        return [], []
    listed = isinstance(data, list)
    if kind in SPECIAL and listed != (kind == "redirect"):
        return [], [_not_a_record(document, "", f"is not a {'list' if kind == 'redirect' else 'mapping'}")]
    if (listed and not data and kind != "redirect") or not isinstance(data, dict | list):
        return [], [_not_a_record(document, "", "holds no record")]
    found: list[Entry] = []
    problems: list[Problem] = []
    for place, item in enumerate(data if listed else [data]):
        pointer = f"/{place}" if listed else ""
        identity = item.get("id") if isinstance(item, dict) else None
        named = str(identity or "").partition("/")[0]
        if not isinstance(item, dict):
            problems.append(_not_a_record(document, pointer, "is not a record"))
        elif kind in BY_TYPE and named in BY_TYPE and named != kind:
            line, column = document.place(f"{pointer}/id")
            message, hint = f"{identity} lies among the {BY_TYPE[kind].table}", f"move it to {BY_TYPE[named].table}"
            problems.append(Problem("misplaced_file", message, line, column, hint))
        elif not kind and named not in BY_TYPE:
            problems.append(_not_a_record(document, pointer, "has no id that names its type"))
        else:
            found.append(_entry(document, pointer, kind or named, item, version))
    return found, problems


def _not_a_record(document: Document, pointer: str, message: str) -> Problem:
    return Problem("not_a_record", message, *document.place(pointer), "write one record or a list of records")


def _entry(document: Document, pointer: str, kind: str, item: dict[str, Any], version: str) -> Entry:
    if version != SCHEMA_VERSION:
        return _older_entry(document, pointer, kind, item, version)
    shapes = {"dataset": schema.dataset_schema, "redirect": schema.redirects_schema}
    wanted = shapes[kind]() if kind in shapes else schema.record_schema(kind)
    if kind == "redirect":
        wanted = wanted | wanted["$defs"]["Redirect"]
    data, unquoted = reader.typed(item, wanted, "")
    model = BY_TYPE.get(kind) or SPECIAL[kind]
    try:
        return Entry(document, pointer, kind, data, model.model_validate(data), None, tuple(unquoted))
    except ValidationError as error:
        return Entry(document, pointer, kind, data, None, error, tuple(unquoted))


def _older_entry(document: Document, pointer: str, kind: str, item: dict[str, Any], version: str) -> Entry:
    """Judge a record by the schemas of an older version; what fits is taken to the newest, and is then the model's."""
    wanted = frozen.schema(version, "redirects" if kind == "redirect" else kind)
    if kind == "redirect":
        wanted = wanted | wanted["$defs"]["Redirect"]
    data, unquoted = reader.typed(item, wanted, "")
    found = frozen.faults(version, kind, data)
    if found:
        return Entry(document, pointer, kind, data, None, found, tuple(unquoted), version)
    model = BY_TYPE.get(kind) or SPECIAL[kind]
    try:
        row = model.model_validate(migrations.migrate(kind, data, version))
    except ValidationError as error:  # only where the newest asks for more than its steps give
        return Entry(document, pointer, kind, data, None, error, tuple(unquoted))
    return Entry(document, pointer, kind, data, row, None, tuple(unquoted))
