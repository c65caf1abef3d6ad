"""Records that a program makes: spans by their words, and a file for each record."""

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
        raise _refused("", error) from error


def made(record: Record | Mapping[str, Any], text: str | Path | None, profile: Profile) -> tuple[Data, Record]:
    """Return a record as it is written, and as its model has it; arguments and errors as ``Dataset.add``."""
    data: Data = record.to_dict() if isinstance(record, Record) else _plain(record)
    identity = data.get("id")
    if not isinstance(identity, str) or identity.partition("/")[0] not in BY_TYPE:
        raise UsageError(f"a record has an id that begins with its type, such as person/mira-example: {identity!r}")
    if text is not None:
        words = read_text(Path(text))
        if identity.startswith("article/"):
            data = {"text_sha256": words.sha256, "text_length": len(words.words)} | data
        for pointer, error in find_words(data, words):
            raise _refused(f"{identity}{pointer}: ", error)
    kind, _, name = identity.partition("/")
    found = judged(f"{BY_TYPE[kind].table}/{name}.yaml", data, kind, profile)
    return data, cast(Record, found)


def judged(path: str, data: Data, kind: str, profile: Profile = BASE) -> Row:
    """Return the row of a model that some data give.

    Args:
        path: what messages call it.
        data: a record or a description of a dataset, in the source form.
        kind: the type of record, or ``dataset``.
        profile: the profile of the dataset.

    Raises:
        InvalidDataError: they break a rule.
    """
    document = Document(path, data, {"": (0, 0)}, {})
    entries, _ = entries_of(document, kind, SCHEMA_VERSION, profile)
    report = sum(shape.run(Collection(Path(), (document,), tuple(entries))), Report(()))
    if entries[0].row is None or not report.ok:
        raise InvalidDataError("\n".join(map(str, report.errors)), report)
    return entries[0].row


def _refused(where: str, error: WordsError) -> UsageError:
    hint = f" ({error.hint})" if error.hint else ""
    return UsageError("\n    ".join([f"{where}{error}{hint}", *error.candidates]))


def _plain(value: Any) -> Any:
    """Return plain data in which a span is written on one line."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Span) else value


def open_words(data: Data) -> bool:
    """Return whether a record holds words to be found."""
    record = OpenRecord.of(data, Path())
    return bool(record and record.open)


def find_words(data: Data, text: Text, *, keeps_words: bool = False) -> Iterator[tuple[str, WordsError]]:
    """Put spans in the place of words to be found; yield what cannot be found, with its pointer.

    Args:
        data: a record in the source form, which is changed.
        text: the text of its article.
        keeps_words: whether the words stay beside their spans.
    """
    record = OpenRecord.of(data, Path())
    for at, row in dict(record.open if record else {}).items():
        try:
            spans = FRAGMENTS.join(map(str, record.spans(at, text) if record else ()))
        except WordsError as error:
            yield at, error
            continue
        table, *keys = at[1:].split("/")
        holder, last = data, table
        for key in keys:
            holder, last = holder[int(last) if isinstance(holder, list) else last], key
        words = {WORDS: row[FIND]} if keeps_words and row[FIND] != row.get("as_written") else {}
        by_role = isinstance(data[table], dict)
        rest = {} if by_role else {key: value for key, value in row.items() if key not in FINDING}
        found = rest | words | {SPAN: spans}
        holder[int(last) if isinstance(holder, list) else last] = spans if by_role and not words else found


def write_records(collection: Collection, folder: Path, records: Mapping[str, Data]) -> tuple[Path, ...]:
    """Write new records into a dataset, a file for each, all or none; return the files.

    Args:
        collection: the dataset.
        folder: its folder.
        records: valid records in the source form, by id.

    Raises:
        UsageError: a record is there already.
        SetupError: a file cannot be written; nothing was.
    """
    files: dict[Path, str] = {}
    root = root_of(collection, folder)
    for identity, data in records.items():
        kind, _, rest = identity.partition("/")
        path = root / BY_TYPE[kind].table / f"{rest}.yaml"
        there = collection.by_id.get(identity)
        if there or path.exists() or path.is_symlink():
            raise UsageError(f"{identity} is there already: {there.document.path if there else path}")
        files[path] = record_text(path, root, folder, collection.profile.by_type[kind], as_json(data))
    write_files(folder, files)
    return tuple(files)


def record_text(path: Path, root: Path, folder: Path, model: type[Record], words: str) -> str:
    """Return the file of a record in canonical form, with the line that names its schema.

    Args:
        path: the file.
        root: the folder of the record folders.
        folder: the folder of the dataset.
        model: the model of the record.
        words: the record as YAML.
    """
    schemas = schemas_for(path, root, folder)
    schema = f"# yaml-language-server: $schema={schemas}/{SCHEMA_VERSION}/{model.record_type}.file.schema.json\n"
    return canonical(schema + words, model)


def as_json(data: Any) -> str:
    """Return data as JSON that is YAML, too: some characters that JSON leaves as they are, YAML refuses."""
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff]", lambda one: f"\\u{ord(one[0]):04x}", json.dumps(data, ensure_ascii=False)
    )
