"""Entries: the records of a file, each validated by the schemas of its version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from news_dataset import frozen, json_schemas, reader, source_form
from news_dataset.files import Place, Problem
from news_dataset.frozen import Faults
from news_dataset.issues import Issue, Severity
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import BASE, Profile
from news_dataset.reader import Document
from news_dataset.records import BY_TYPE, Description, NewCode, Redirect, Row
from news_dataset.records.columns import children, json_schema, parts
from news_dataset.records.fields import NUMBERED
from news_dataset.records.mapping import Mapping
from news_dataset.source_form import Expanded

SPECIAL: dict[str, type[Row]] = {"dataset": Description, "redirect": Redirect, "codebook": NewCode, "mapping": Mapping}
"""The models of entries that are not records, by kind."""

_LISTED = ("redirect", "codebook")  # special kinds of which a file holds a list
_FOR_PEOPLE = (".yaml", ".yml", ".json", ".csv")  # files that may hold the source form


@dataclass(frozen=True)
class Entry:
    """One record of a file, or one entry of ``SPECIAL``, validated by its model.

    Args:
        document: the file.
        pointer: the JSON Pointer of the entry in the file; empty if it is the whole file.
        kind: the type of the record, or a key of ``SPECIAL``.
        data: its data in the release form, without most of its unknown keys and broken items if there are very many.
        row: the record; None if it is invalid.
        model: its model.
        error: why it is invalid.
        unquoted: pointer and text of scalars that must be quoted.
        version: the version of the schemas that it follows.
        source: how its data follow from the source form.
        more_keys: how many unknown keys are not in the data.
        more_items: how many items at the end of a list are not in the data, by the field of the list.
    """

    document: Document
    pointer: str
    kind: str
    data: dict[str, Any]
    row: Row | None
    model: type[Row]
    error: ValidationError | Faults | None = None
    unquoted: tuple[tuple[str, str], ...] = ()
    version: str = SCHEMA_VERSION
    source: Expanded = field(default_factory=lambda: Expanded({}))
    more_keys: int = 0
    more_items: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id; empty if it has none."""
        value = self.data.get("id", "")
        return value if isinstance(value, str) else ""

    @property
    def words(self) -> tuple[tuple[tuple[str, ...], Any], ...]:
        """The words beside its spans: pointers of the spans, and the words as written."""
        return self.source.words

    @cached_property
    def errors(self) -> list[Any]:
        """The errors of its model, as ``ValidationError.errors`` returns them; first those of items not checked."""
        found: list[Any] = list(self.error.errors(include_url=False)) if self.error else []
        for name, more in self.more_items.items():
            last = next(error for error in reversed(found) if error["loc"][:1] == (name,))
            message = f"{more:,} more items of {name} follow, which were not checked"
            found.insert(0, {**last, "type": "too_long", "msg": message})
        return found

    def label(self, pointer: str) -> str:
        """Return what messages call a value of the release form: its field, or the one that its author wrote."""
        written = self.source.origin(pointer).pointer.split("/")
        is_other = written[:2] != pointer.split("/")[:2]  # speakers, whose items have no fields there
        return _label("/".join(written[:3]) if is_other else pointer)

    def issue(
        self, pointer: str, message: str, hint: str = "", *, on_key: bool = False, severity: Severity = "error",
        code: str = "",
    ) -> Issue:  # fmt: skip
        """Return an issue at *pointer* in this entry's release form, at the value there or its key."""
        whole, written = self.pointer + pointer, self.source.origin(pointer)
        line, column = self.document.place(self.pointer + written.pointer, on_key or written.on_key)
        return Issue(self.document.path, message, whole, code, hint, self.id, line, column, severity)


def _label(at: str) -> str:
    """Return the field at a JSON Pointer, ``item 2 of names``, or the record."""
    above, _, last = at.rpartition("/")
    if last.isdigit():
        return f"item {int(last) + 1} of {_label(above)}" if above else "the record"
    return last.replace("~1", "/").replace("~0", "~")


class SoundDocument(Document):
    """A file without problems, whose data and places are read again when they are needed.

    Thousands of files are in memory at once, and data with places take several times as much as records.
    """

    def __init__(self, path: str) -> None:
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "problems", ())

    @cached_property
    def _again(self) -> Document:
        return reader.read(Path(self.path))

    @property
    def data(self) -> Any:
        """The plain data of the file."""
        return self._again.data

    @property
    def places(self) -> dict[str, Place]:
        """The places of its values."""
        return self._again.places

    @property
    def keys(self) -> dict[str, Place]:
        """The places of its keys."""
        return self._again.keys


class SoundEntry(Entry):
    """A valid record of a ``SoundDocument``; its data are computed from its row."""

    def __init__(self, entry: Entry, document: SoundDocument) -> None:
        kept = {"document": document, "pointer": entry.pointer, "kind": entry.kind, "row": entry.row}
        kept |= {} if entry.source.origins else {"source": _AS_WRITTEN}
        for name, value in {**kept, "model": entry.model, "version": entry.version}.items():
            object.__setattr__(self, name, value)
        for row in _own_and_child_rows(
            entry.row
        ):  # nobody asks which fields were given, and a set for each row takes much memory
            object.__setattr__(row, "__pydantic_fields_set__", _NO_FIELDS_SET)

    @cached_property
    def data(self) -> dict[str, Any]:  # cached, since each of its issues needs it
        """Its data in the release form."""
        return self.row.to_dict() if self.row else {}

    @property
    def id(self) -> str:
        """Its id."""
        return str(getattr(self.row, "id", ""))

    @property
    def words(self) -> tuple[tuple[tuple[str, ...], Any], ...]:
        """Nothing: a record with words beside its spans is not a ``SoundEntry``."""
        return ()

    @cached_property
    def source(self) -> Expanded:
        """How its data follow from the file, which is read again."""
        listed = self.document.data
        item = listed[int(self.pointer[1:])] if self.pointer and isinstance(listed, list) else listed
        is_short = self.kind in BY_TYPE and self.document.path.endswith(_FOR_PEOPLE)
        return source_form.expand(item, self.model, self.document.path) if is_short else Expanded(item)


_NO_FIELDS_SET: frozenset[str] = frozenset()
_AS_WRITTEN = Expanded({})


def _own_and_child_rows(row: Row | None) -> Iterator[Row]:
    """Yield a row and its child rows."""
    if row is not None:
        yield row
        for name in children(type(row)):
            yield from getattr(row, name)


def lightened(document: Document, entries: Sequence[Entry]) -> tuple[Document, Sequence[Entry]]:
    """Return a file and its records without data and places if all are valid; else as they are."""
    is_sound = not document.problems and all(
        entry.row is not None and not entry.unquoted and not entry.source.words and entry.version == SCHEMA_VERSION
        and entry.kind in BY_TYPE for entry in entries
    )  # fmt: skip
    if not is_sound:
        return document, entries
    light = SoundDocument(document.path)
    return light, [SoundEntry(entry, light) for entry in entries]


def entries_of(
    document: Document, kind: str, version: str, profile: Profile = BASE
) -> tuple[list[Entry], list[Problem]]:
    """Return the entries of a file, and the problems of items that are none.

    Args:
        document: the file.
        kind: the type of its records, or a key of ``SPECIAL``; empty if each id names its type.
        version: the version of the schemas that it follows.
        profile: the profile of its dataset.
    """
    data = document.data
    if data is None and document.problems:
        return [], []
    listed = isinstance(data, list)
    if kind in SPECIAL and listed != (kind in _LISTED):
        return [], [_problem_of_no_record(document, "", f"is not a {'list' if kind in _LISTED else 'mapping'}")]
    may_be_empty = kind == "redirect" or document.path.endswith(".jsonl")
    if (listed and not data and not may_be_empty) or not isinstance(data, dict | list):
        return [], [_problem_of_no_record(document, "", "holds no record")]
    found: list[Entry] = []
    problems: list[Problem] = []
    broken = 0
    for place, item in enumerate(data if listed else [data]):
        if item is reader.UNREAD:  # the file has a problem that says so
            continue
        if broken == reader.MAX_PROBLEMS:
            return found, [*problems, _unchecked_records(document, place)]
        entry = entry_at(document, f"/{place}" if listed else "", kind, item, version, profile)
        if isinstance(entry, Entry):
            found.append(entry)
            broken += entry.row is None
        else:
            problems.append(entry)
            broken += 1
    return found, problems


def _unchecked_records(document: Document, place: int) -> Problem:
    """Return the problem of a file whose records from the index *place* on are not checked."""
    message = f"{len(document.data) - place:,} more records follow, which were not checked"
    hint = f"mend the {reader.MAX_PROBLEMS:,} broken ones before them first"
    return Problem("not_a_record", message, *document.place(f"/{place}"), hint)


def entry_at(
    document: Document, pointer: str, kind: str, item: Any, version: str, profile: Profile = BASE
) -> Entry | Problem:
    """Return the entry for an item at a pointer of a file, or the problem if it is none; else as ``entries_of``.

    A file for people (YAML, JSON, a spreadsheet) may hold the source form; JSON Lines and tables hold the release form.
    """
    identity = item.get("id") if isinstance(item, dict) else None
    named = str(identity or "").partition("/")[0]
    if not isinstance(item, dict):
        return _problem_of_no_record(document, pointer, "is not a record")
    if kind in BY_TYPE and named in BY_TYPE and named != kind:
        line, column = document.place(f"{pointer}/id")
        is_numbered = named in NUMBERED and Path(document.path).stem.isdigit()
        place = "/".join([BY_TYPE[named].table, *(str(identity).split("/")[1:2] if is_numbered else ())])
        message = f"{identity} lies among the {BY_TYPE[kind].table}"
        return Problem("misplaced_file", message, line, column, f"move it to {place}")
    if not kind and named not in BY_TYPE:
        return _problem_of_no_record(document, pointer, "has no id that names its type")
    return _entry(document, pointer, kind or named, item, version, profile)


def _problem_of_no_record(document: Document, pointer: str, message: str) -> Problem:
    """Return the problem of an item that is not a record."""
    hint = "write one record a line" if document.path.endswith(".jsonl") else "write one record or a list of records"
    return Problem("not_a_record", message, *document.place(pointer), hint)


def _entry(document: Document, pointer: str, kind: str, item: dict[str, Any], version: str, profile: Profile) -> Entry:
    """Return a validated entry: an older version by its schemas, then, migrated, by the newest model."""
    is_older = version != SCHEMA_VERSION and frozen.has(version, kind)
    model, source = profile.by_type.get(kind) or SPECIAL[kind], Expanded(item)
    if kind in BY_TYPE and document.path.endswith(_FOR_PEOPLE):
        source = source_form.expand(item, model, document.path)
    kept, more = _without_most_unknown(source.data, model)
    data, unquoted = reader.typed(kept, _schema(kind, version if is_older else None, profile), "")
    entry = partial(
        Entry, document, pointer, kind, model=model, unquoted=tuple(unquoted), version=version, source=source,
        more_keys=more,
    )  # fmt: skip
    if is_older:
        if found := frozen.faults(version, kind, data, profile):
            return entry(data, None, error=found)
        row, error = validated(model, frozen.migrate(kind, data, version))
        return entry(data, row, error=error)
    data, more_items = _without_most_broken(data, model)
    row, error = validated(model, data)
    return entry(data, row, error=error, more_items=more_items)


def validated(model: type[Row], data: Any) -> tuple[Row | None, ValidationError | None]:
    """Return the row that data make, or else the errors of its model."""
    try:
        return model.model_validate(data), None
    except ValidationError as error:
        return None, error


def _without_most_unknown(data: dict[str, Any], model: type[Row]) -> tuple[dict[str, Any], int]:
    """Return data with no more unknown keys than are reported one by one, and how many were left out."""
    if len(data) <= reader.MAX_PROBLEMS:
        return data, 0
    unknown = data.keys() - model.model_fields.keys()
    left = set(islice((key for key in data if key in unknown), reader.MAX_PROBLEMS, None))
    return {key: value for key, value in data.items() if key not in left}, len(left)


def _without_most_broken(data: dict[str, Any], model: type[Row]) -> tuple[dict[str, Any], dict[str, int]]:
    """Return data with no more broken items than are reported one by one, and how many items of a list follow."""
    more: dict[str, int] = {}
    for name, part in parts(model).items():
        items = data.get(name)
        if isinstance(items, list) and len(items) > reader.MAX_PROBLEMS:
            ends = (end for end, item in enumerate(items, 1) if validated(part, item)[1])
            last = next(islice(ends, reader.MAX_PROBLEMS - 1, None), len(items))
            data = data | {name: items[:last]}
            more |= {name: len(items) - last} if last < len(items) else {}
    return data, more


def _schema(kind: str, version: str | None, profile: Profile) -> dict[str, Any]:
    """Return the schema that gives scalars their types: that of a version, or for None that of the models."""
    if version:
        return frozen.schema(version, kind, profile)
    return json_schema(SPECIAL[kind]) if kind in SPECIAL else json_schemas.record_schema(kind, profile)
