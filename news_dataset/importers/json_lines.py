"""JSON Lines that nobody vouches for: each line is I-JSON (RFC 7493), or is reported, and the next one is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import dumps
from pathlib import Path, PurePosixPath
from typing import Any

from news_dataset.annotations import Document, Quarantined, Value
from news_dataset.files import ReadError, decode
from news_dataset.importers.files import SourceFile, source_files
from news_dataset.reader.jsonfile import parse_json


def strict_json(text: str) -> Any:
    """Return the value that JSON says: no key twice, no NaN, no half of a surrogate pair, no number out of range.

    Raises:
        ReadError: it is not I-JSON.
    """
    document = parse_json(text, "")
    for problem in document.problems:
        raise ReadError(problem.code, problem.message, (problem.line, problem.column), problem.hint)
    return document.data


@dataclass(frozen=True, slots=True)
class JsonLine:
    """An object on a line of a file.

    Args:
        path: the file, as messages name it.
        number: the line, from 1.
        text: the line.
        data: the object.
    """

    path: str
    number: int
    text: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        """The id of the object; name of the file and number of the line where it has none."""
        id_ = self.data.get("id")
        is_id = isinstance(id_, str | int) and not isinstance(id_, bool) and id_ != ""
        return str(id_) if is_id else f"{PurePosixPath(self.path).stem}-{self.number}"

    def refused(self, reason: str, message: str, id_: str = "", content: str = "") -> Quarantined:
        """Return something of the line in quarantine; without *content* the whole line."""
        return Quarantined(self.path, reason, message, id_, self.number, content or self.text)


def line_files(source: Path) -> list[SourceFile]:
    """Return the files of lines of a source: one file of any name, or all ``.jsonl`` of a folder or archive.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    files = [one for file in source_files(source) for one in (file.files() if file.is_archive else (file,))]
    is_one = source.is_file() and len(files) == 1
    if found := [one for one in files if is_one or one.name.lower().endswith(".jsonl")]:
        return found
    raise FileNotFoundError(f"{source} holds no .jsonl file")


def unread(line: Quarantined) -> Document:
    """Return a document that only says that a line could not be read; it is no article."""
    id_ = f"{PurePosixPath(line.path).stem}-{line.line}"
    return Document(line.path, id_, None, is_article=False, quarantined=(line,))


Attributes = dict[str, Value | tuple[Value, ...]]


def as_attributes(data: Mapping[str, Any], without: set[str] | frozenset[str]) -> Attributes:
    """Return members of an object as attributes: lists of values as tuples, what is nested as JSON, null and [] not.

    Args:
        data: the object.
        without: keys that are left out.
    """
    found: Attributes = {}
    for name, value in data.items():
        if name in without or value is None or value == []:
            continue
        if isinstance(value, list) and all(isinstance(one, Value) for one in value):
            found[name] = tuple(value)
        else:
            found[name] = value if isinstance(value, Value) else dumps(value, ensure_ascii=False)
    return found


def with_meta(data: Mapping[str, Any], without: set[str] | frozenset[str]) -> Attributes:
    """Return members of an object, and those of its ``meta``, as attributes; ``meta.x`` where both have an ``x``."""
    meta = data.get("meta")
    if not isinstance(meta, dict):
        return as_attributes(data, without)
    found = as_attributes(data, {*without, "meta"})
    return found | {
        f"meta.{name}" if name in found else name: value for name, value in as_attributes(meta, set()).items()
    }


def json_lines(file: SourceFile) -> Iterator[JsonLine | Quarantined]:
    """Yield the object of each line that is not empty, or what is wrong with the line.

    Raises:
        UnsafeInputError: the file cannot be read.
    """
    for number, line in enumerate(file.read().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            text = decode(line)
        except ReadError as refusal:
            content = line.decode("utf-8", "backslashreplace")
            yield Quarantined(file.path, "bad_line", f"the line {refusal}", line=number, content=content)
            continue
        try:
            data = strict_json(text)
        except ReadError as refusal:
            message = f"the line {refusal} in column {refusal.problem.column}"
            yield Quarantined(file.path, "bad_line", message, line=number, content=text)
            continue
        if isinstance(data, dict):
            yield JsonLine(file.path, number, text, data)
        else:
            yield Quarantined(file.path, "bad_line", "the line is no object, { }", line=number, content=text)
