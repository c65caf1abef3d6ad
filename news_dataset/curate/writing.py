"""Write records that a program makes: find the spans of their words, validate them, and write a file for each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.curate.anchor import OpenRecord
from news_dataset.curate.canonical import canonical
from news_dataset.curate.draft import root_of, schemas_for
from news_dataset.curate.finding import WordsError, find_spans
from news_dataset.entries import entries_of
from news_dataset.errors import InvalidDataError, UsageError
from news_dataset.issues import Report
from news_dataset.journal import write_files
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import BASE, Profile
from news_dataset.reader import Document
from news_dataset.records import BY_TYPE, Record, Row
from news_dataset.source_form import FRAGMENTS, SPAN, WORDS
from news_dataset.spans import FIND, FINDING, Span, Text, read_text

Data = dict[str, Any]


def span(text: str | Path, words: str, nth: int | None, after: str | None) -> Span:
    """Return the span of words in a text; arguments and errors as ``Dataset.span``."""
    given = {FIND: words, "nth": nth, "after": after}
    try:
        return find_spans(read_text(Path(text)), {key: value for key, value in given.items() if value is not None})[0]
    except WordsError as error:
        raise _usage_error("", error) from error


def make_record(record: Record | Mapping[str, Any], text: str | Path | None, profile: Profile) -> tuple[Data, Record]:
    """Return a record as data in the source form and as a model; arguments and errors as ``Dataset.add``."""
    data: Data = record.to_dict() if isinstance(record, Record) else _plain_data(record)
    identity = data.get("id")
    if not isinstance(identity, str) or identity.partition("/")[0] not in BY_TYPE:
        raise UsageError(
            f"expected an id that begins with a record type, such as person/mira-example, found {identity!r}"
        )
    if text is not None:
        words = read_text(Path(text))
        if identity.startswith("article/"):
            data = {"text_sha256": words.sha256, "text_length": len(words.words)} | data
        for pointer, error in find_words(data, words):
            raise _usage_error(f"{identity}{pointer}: ", error)
    kind, _, name = identity.partition("/")
    row = validate_data(f"{BY_TYPE[kind].table}/{name}.yaml", data, kind, profile)
    return data, cast(Record, row)


def validate_data(path: str, data: Data, kind: str, profile: Profile = BASE) -> Row:
    """Return data as an instance of its model.

    Args:
        path: the name of the data in messages.
        data: a record or a description of a dataset, in the source form.
        kind: the type of record, or ``dataset``.
        profile: the profile of the dataset.

    Raises:
        InvalidDataError: the data are invalid.
    """
    document = Document(path, data, {"": (0, 0)}, {})
    entries, _ = entries_of(document, kind, SCHEMA_VERSION, profile)
    report = sum(shape.run(Collection(Path(), (document,), tuple(entries))), Report(()))
    if entries[0].row is None or not report.ok:
        raise InvalidDataError("\n".join(map(str, report.errors)), report)
    return entries[0].row


def _usage_error(prefix: str, error: WordsError) -> UsageError:
    hint = f" ({error.hint})" if error.hint else ""
    return UsageError("\n    ".join([f"{prefix}{error}{hint}", *error.candidates]))


def _plain_data(value: Any) -> Any:
    """Return plain data without None, with each ``Span`` as its one line."""
    if isinstance(value, Mapping):
        return {str(key): _plain_data(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain_data(item) for item in value]
    return str(value) if isinstance(value, Span) else value


def has_open_words(data: Data) -> bool:
    """Return whether a record has words to find (``find``)."""
    record = OpenRecord.of(data, Path())
    return bool(record and record.open_rows)


def find_words(data: Data, text: Text, *, keeps_words: bool = False) -> Iterator[tuple[str, WordsError]]:
    """Replace words to find by their spans, in place; yield pointer and error of words that cannot be found.

    With *keeps_words* the words stay beside their spans.
    """
    record = OpenRecord.of(data, Path())
    for pointer, row in dict(record.open_rows if record else {}).items():
        try:
            spans = FRAGMENTS.join(map(str, record.spans(pointer, text) if record else ()))
        except WordsError as error:
            yield pointer, error
            continue
        table, *keys = pointer[1:].split("/")
        holder, last = data, table
        for key in keys:
            holder, last = holder[int(last) if isinstance(holder, list) else last], key
        words = {WORDS: row[FIND]} if keeps_words and row[FIND] != row.get("as_written") else {}
        is_by_role = isinstance(data[table], dict)
        rest = {} if is_by_role else {key: value for key, value in row.items() if key not in FINDING}
        new = spans if is_by_role and not words else rest | words | {SPAN: spans}
        holder[int(last) if isinstance(holder, list) else last] = new


def write_records(collection: Collection, folder: Path, records: Mapping[str, Data]) -> tuple[Path, ...]:
    """Write new records (id → source form) into a dataset, one file each; return the files. All are written or none.

    Raises:
        UsageError: a record is there already.
        SetupError: a file cannot be written; nothing was.
    """
    files: dict[Path, str] = {}
    root = root_of(collection, folder)
    for identity, data in records.items():
        kind, _, rest = identity.partition("/")
        path = root / BY_TYPE[kind].table / f"{rest}.yaml"
        entry = collection.by_id.get(identity)
        if entry or path.exists() or path.is_symlink():
            raise UsageError(f"{identity} is there already: {entry.document.path if entry else path}")
        files[path] = record_text(path, root, folder, collection.profile.by_type[kind], as_json(data))
    write_files(folder, files)
    return tuple(files)


def record_text(path: Path, root: Path, folder: Path, model: type[Record], words: str) -> str:
    """Return a record, given as YAML, in canonical form, with a first line that names its schema.

    *path*, *root* and *folder* are those of ``schemas_for``.
    """
    schemas = schemas_for(path, root, folder)
    schema = f"# yaml-language-server: $schema={schemas}/{SCHEMA_VERSION}/{model.record_type}.file.schema.json\n"
    return canonical(schema + words, model)


def as_json(data: Any) -> str:
    """Return data as JSON that is also YAML, which refuses some characters that JSON allows unescaped."""
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match[0]):04x}", json.dumps(data, ensure_ascii=False)
    )
