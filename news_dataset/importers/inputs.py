"""What the readers of formats share: ids of documents, attributes, and the objects of JSON and JSON Lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from news_dataset.annotations import Document, Quarantined, Value
from news_dataset.files import Problem, ReadError, decode
from news_dataset.importers.files import SourceFile, all_files
from news_dataset.reader import document as reading
from news_dataset.reader.jsonfile import parse_json, parse_json_lines

Attributes = dict[str, Value | tuple[Value, ...]]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_AGAIN = "\0again"  # how the readers of JSON and YAML mark the pointer of a repeated key


def line_files(source: Path) -> list[SourceFile]:
    """Return one file of any name, or the ``.jsonl`` files of a folder or archive.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: the source has a link, or an archive is unsafe.
    """
    files = list(all_files(source))
    is_one = source.is_file() and len(files) == 1
    if lines := [file for file in files if is_one or file.name.lower().endswith(".jsonl")]:
        return lines
    raise FileNotFoundError(f"{source} holds no .jsonl file")


def unreadable_file(file: SourceFile, problem: Problem, document_id: str = "") -> Document:
    """Return a document that only says why a file, or that document, is unreadable."""
    fault = Quarantined(file.path, "unreadable", problem.message, document_id, problem.line)
    return Document(file.path, document_id or file.stem, None, is_article=False, quarantined=(fault,))


def unreadable_line(fault: Quarantined) -> Document:
    """Return a document that only says why a line cannot be read."""
    document_id = f"{PurePosixPath(fault.path).stem}-{fault.line}"
    return Document(fault.path, document_id, None, is_article=False, quarantined=(fault,))


def unique_ids(documents: Sequence[tuple[str, str]]) -> list[tuple[str, bool]]:
    """Return an id for each document, unique in the source, and whether it repeats.

    Args:
        documents: key and name of the file of each document of the source.

    Example:
        >>> unique_ids([("7", "en"), ("8", "en"), ("7", "nl"), ("8", "en")])
        [('7@en', False), ('8', False), ('7@nl', False), ('8#2', True)]
    """
    files = Counter(key for key, _ in set(documents))
    seen: Counter[tuple[str, str]] = Counter()
    ids = []
    for key, name in documents:
        seen[key, name] += 1
        number = seen[key, name]
        unique = f"{key}@{name}" if files[key] > 1 else key
        ids.append((unique if number == 1 else f"{unique}#{number}", number > 1))
    return ids


def repeated_id(path: str, key: str, new_id: str, line: int) -> Quarantined:
    """Return the report of a document whose key is repeated, and its new id."""
    message = f"another document of the file has the id {key}; this one is read as {new_id}"
    return Quarantined(path, "duplicate_id", message, key, line)


def repeated_keys(document: reading.Document) -> dict[str, int]:
    """Return the pointers of objects with a repeated key, with the line of that."""
    lines: dict[str, int] = {}
    for pointer, place in document.keys.items():
        if _AGAIN in pointer:
            lines.setdefault(pointer.partition(_AGAIN)[0].rpartition("/")[0], place[0])
    return lines


def with_parents(lines: Mapping[str, int]) -> dict[str, int]:
    """Return pointers and those of all above, each with the first line below it.

    Example:
        >>> with_parents({"/0/source/1": 7})
        {'/0/source/1': 7, '/0/source': 7, '/0': 7, '': 7}
    """
    all_lines: dict[str, int] = {}
    for pointer, line in lines.items():
        while pointer not in all_lines:
            all_lines[pointer] = line
            pointer = pointer.rpartition("/")[0]
    return all_lines


def parse_file(file: SourceFile, data: bytes | None = None) -> reading.Document:
    """Parse JSON, or JSON Lines, with places; *data* are the bytes, if read already.

    Raises:
        ReadError: it is no JSON.
        UnsafeInputError: it cannot be read.
    """
    data = file.read() if data is None else data
    if file.name.lower().endswith(".jsonl"):
        return parse_json_lines(data, file.path)
    return parse_json(decode(data), file.path)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a JSON list: number from 0, line from 1, value, and any problem."""

    number: int
    line: int
    value: Any
    problem: Problem | None


def items_of(document: reading.Document) -> Iterator[Item]:
    """Yield the items of a JSON array, or of JSON Lines; a JSON file that holds no array is one item."""
    is_list = isinstance(document.data, list)
    repeated = with_parents(repeated_keys(document))
    problems = {problem.line: problem for problem in document.problems[: reading.MAX_PROBLEMS]}
    for number, value in enumerate(document.data if is_list else [document.data]):
        pointer, problem = f"/{number}" if is_list else "", None
        if value is reading.UNREAD:
            # One item per line; of very many problems, the last only counts the others.
            unread = Problem("bad_syntax", "the line cannot be read", number + 1)
            problem = problems.get(number + 1, unread)
        elif pointer in repeated:
            problem = Problem("duplicate_key", "the record has a key twice", repeated[pointer])
        yield Item(number, document.place(pointer)[0], value, problem)


def parse_strict_json(text: str) -> Any:
    """Parse JSON: no repeated key, NaN, half surrogate pair, or number out of range.

    Raises:
        ReadError: it is not I-JSON (RFC 7493); its problem has the column.
    """
    document = parse_json(text, "")
    for problem in document.problems:
        raise ReadError(problem.code, problem.message, (problem.line, problem.column), problem.hint)
    return document.data


@dataclass(frozen=True, slots=True)
class JsonLine:
    """An object on a line of a file."""

    path: str  # the file, as messages name it
    number: int  # the line, from 1
    text: str  # the line
    data: dict[str, Any]  # the object

    @property
    def id(self) -> str:
        """The id of the object; name of the file and number of the line where it has none."""
        return id_text(self.data.get("id")) or f"{PurePosixPath(self.path).stem}-{self.number}"

    def refusal(self, reason: str, message: str, id_: str = "", content: str = "") -> Quarantined:
        """Return a report on a part of the line; without *content* on the whole line."""
        return Quarantined(self.path, reason, message, id_, self.number, content or self.text)


def json_lines(file: SourceFile) -> Iterator[JsonLine | Quarantined]:
    """Yield the object of each line that is not empty, or what is wrong with the line.

    Raises:
        UnsafeInputError: the file cannot be read.
    """
    for number, line in enumerate(file.read().removeprefix(BYTE_ORDER_MARK).split(b"\n"), 1):
        if not line.strip():
            continue
        content, message = line.decode("utf-8", "backslashreplace"), "the line is not an object, { }"
        try:
            text = decode(line)
        except ReadError as refusal:
            yield Quarantined(file.path, "bad_line", f"the line {refusal}", line=number, content=content)
            continue
        try:
            data = parse_strict_json(text)
            if isinstance(data, dict):
                yield JsonLine(file.path, number, text, data)
                continue
        except ReadError as refusal:
            message = f"the line {refusal} in column {refusal.problem.column}"
        yield Quarantined(file.path, "bad_line", message, line=number, content=content)


def id_text(value: Any) -> str | None:
    """Return a text or an integer as the text of an id; None for any other value."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, None as an empty list, any other value as its item."""
    return value if isinstance(value, list) else [] if value is None else [value]


def content_of(value: Any) -> str:
    """Return a value as the content of a report: a text as it is, else JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def json_attributes(data: Mapping[str, Any], without: Collection[str] = ()) -> Attributes:
    """Return members as attributes: lists of scalars as tuples, nested values as JSON.

    Null and empty lists are left out, and so are the keys in *without*.
    """
    attributes: Attributes = {}
    for name, value in data.items():
        if name in without or value is None or value == []:
            continue
        if isinstance(value, list) and all(isinstance(item, Value) for item in value):
            attributes[name] = tuple(value)
        else:
            attributes[name] = value if isinstance(value, Value) else json.dumps(value, ensure_ascii=False)
    return attributes


def json_attributes_with_meta(data: Mapping[str, Any], without: Collection[str]) -> Attributes:
    """Return members, and those of ``meta``, as attributes; ``meta.x`` if both have x."""
    meta = data.get("meta")
    if not isinstance(meta, dict):
        return json_attributes(data, without)
    attributes = json_attributes(data, {*without, "meta"})
    below = json_attributes(meta).items()
    return attributes | {f"meta.{name}" if name in attributes else name: value for name, value in below}


def flat_attributes(data: Mapping[str, Any], without: Collection[str] = ()) -> Attributes:
    """Return fields as attributes, those of objects in them as ``bio.gender``.

    A list of objects gives one tuple for each of their fields, all of one length, with an empty text where an object
    lacks the field. Null and empty lists are left out, and so are the keys in *without*.

    Example:
        >>> flat_attributes({"n": 1, "bio": {"gender": "F"}, "links": [{"url": "u"}, {"url": "v", "note": "w"}]})
        {'n': 1, 'bio.gender': 'F', 'links.url': ('u', 'v'), 'links.note': ('', 'w')}
    """
    return dict(_flat((key, value) for key, value in data.items() if key not in without))


def _flat(fields: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Value | tuple[Value, ...]]]:
    """Yield name and value of each field, also of those in objects."""
    for name, value in fields:
        if isinstance(value, dict):
            yield from _flat((f"{name}.{key}", below) for key, below in value.items())
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for key in dict.fromkeys(key for item in value for key in item):
                yield f"{name}.{key}", tuple(_scalar(item.get(key)) for item in value)
        elif isinstance(value, list) and value:
            yield name, tuple(map(_scalar, value))
        elif not isinstance(value, list) and value is not None:
            yield name, _scalar(value)


def _scalar(value: Any) -> Value:
    """Return an item as a scalar: null as an empty text, lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)  # not a subclass, such as the plain scalars of YAML
    return value if isinstance(value, bool | int | float) else json.dumps(value, ensure_ascii=False)
