"""JSON Lines that nobody vouches for: each line is I-JSON (RFC 7493), or is reported, and the next one is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from news_dataset.annotations import Quarantined
from news_dataset.files import ReadError, decode
from news_dataset.importers.files import SourceFile
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

    def refused(self, reason: str, message: str, id_: str = "", content: str = "") -> Quarantined:
        """Return something of the line in quarantine; without *content* the whole line."""
        return Quarantined(self.path, reason, message, id_, self.number, content or self.text)


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
            yield Quarantined(file.path, "bad_line", f"the line {refusal}", line=number, content=text)
            continue
        if isinstance(data, dict):
            yield JsonLine(file.path, number, text, data)
        else:
            yield Quarantined(file.path, "bad_line", "the line is no object, { }", line=number, content=text)
