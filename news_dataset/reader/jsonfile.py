"""Strict JSON (I-JSON, RFC 7493) with the place of every value.

Strings are scanned by the standard library; this module adds places, refuses duplicate keys, NaN, infinity and lone
surrogates, and limits depth.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # undocumented, but stable since Python 3.1
from typing import Any

from news_dataset.files import MAX_BYTES, Place, Problem, ReadError, decode, json_fault
from news_dataset.form import MAX_DEPTH
from news_dataset.reader.document import UNREAD, Document, Places, capped, step
from news_dataset.reader.syntax import conflict

_BLANK = re.compile(r"[ \t\n\r]*")
_BLANKS = frozenset(" \t\n\r")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOSING = {"{": "}", "[": "]"}
_LITERALS = {"true": True, "false": False, "null": None}
_VALUE_HINT = "a text is in double quotes, and no comma follows after the last item"
_STRING_HINT = "end a text with a double quote; in it, write \\n for a line break and \\\\ for a backslash"
_KEY_HINT = "keys are in double quotes, and no comma follows after the last field"
_MARK_HINT = "check the commas, quotes and brackets before this place"
_MOST = 2**53 - 1  # the largest integer that every JSON reader keeps exactly
_DIGITS = 17  # characters of the longest integer up to _MOST, its sign included


def parse_json(text: str, path: str) -> Document:
    """Return the document in *text*; *path* is how messages name it.

    Raises:
        ReadError: the text is not I-JSON, or nests too deep.
    """
    parser = _Parser(text)
    data, at = parser.value(parser.skip(0), "")
    if parser.skip(at) != len(text):
        raise parser.problem(
            "bad_syntax", "something follows after the value", parser.skip(at), "several records stand in a list, [ ]"
        )
    return parser.places.document(path, data)


def parse_json_lines(data: bytes, path: str) -> Document:
    """Return a document whose data is a list with the value of each line; *path* is how messages name it.

    A line that cannot be read is ``UNREAD`` in the list, and a problem of the document. A last line feed is optional.

    Raises:
        ReadError: the pointers are too long together, as ``Places`` says.
    """
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    values: list[Any] = []
    places = Places(len(data))
    places.add("", (1, 1))

    def read_lines() -> Iterator[Problem]:
        """Read all lines, and yield their problems."""
        for number, line in enumerate(lines, 1):
            document = parse_json_line(line, path, number)
            for pointer, place in document.places.items():
                places.add(pointer, place)
            places.keys.update(document.keys)
            values.append(document.data)
            yield from document.problems

    places.problems = capped(read_lines())
    return places.document(path, values)


def parse_json_line(line: bytes, path: str, number: int) -> Document:
    """Return the document of a line of JSON Lines; its pointers begin with the index of the line in its file.

    Its data is ``UNREAD`` if the line cannot be read.

    Args:
        line: the bytes of the line, without its line feed.
        path: how messages name the file.
        number: the number of the line, from 1.
    """
    pointer = step("", number - 1)
    try:
        parser = _Parser(_decoded(line.removesuffix(b"\r")), number)
        start = parser.skip(0)
        if start == len(parser.text):
            raise parser.problem("bad_syntax", "is an empty line", 0, "remove it")
        record, stop = parser.value(start, pointer)
        if parser.skip(stop) < len(parser.text):
            raise parser.problem(
                "bad_syntax", "is not one record a line", stop, "write each record in a line of its own"
            )
    except ReadError as refusal:
        found = refusal.problem
        place = (number, found.column or 1)
        return Document(path, UNREAD, {}, {}, (Problem(found.code, found.message, *place, found.hint),))
    return parser.places.document(path, record)


def _decoded(line: bytes) -> str:
    """Return the text of a line.

    Raises:
        ReadError: it is too long, or not UTF-8.
    """
    if len(line) > MAX_BYTES:
        raise ReadError("over_limit", f"is a line of more than {MAX_BYTES:,} bytes", hint="a record has not so much")
    return decode(line)


class _Parser:
    """A recursive parser of one text; an offset *at* counts characters from 0."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.first_line = first_line
        self.places = Places(len(text))
        self.open: list[int] = []  # the offsets of the brackets that are open
        self.line_starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def skip(self, at: int) -> int:
        """Return the offset of the next character from *at* that is not blank."""
        if self.text[at : at + 1] not in _BLANKS:  # which is faster than the pattern
            return at
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def place(self, at: int) -> Place:
        """Return the line and column of an offset."""
        line = bisect_right(self.line_starts, at) if len(self.line_starts) > 1 else 1
        return line + self.first_line - 1, at - self.line_starts[line - 1] + 1

    def problem(self, code: str, message: str, at: int, hint: str = "") -> ReadError:
        """Return the error to raise for a problem at an offset; bad syntax may be due to a merge conflict."""
        merge_conflict = conflict(self.text) if code == "bad_syntax" and self.first_line == 1 else None
        if at == len(self.text) and self.open:
            at = self.open[-1]
            message = f"is not JSON: the {self.text[at]} that opens here is not closed"
            hint = f"close it with {_CLOSING[self.text[at]]}"
        return merge_conflict or ReadError(code, message, self.place(at), hint)

    def value(self, at: int, pointer: str) -> tuple[Any, int]:
        """Return the value at an offset, and the offset after it.

        Raises:
            ReadError: the text is not I-JSON there, or nests too deep. All methods below raise it.
        """
        self.places.add(pointer, self.place(at))
        first = self.text[at : at + 1]
        if first == '"':
            return self.string(at)
        if first in _CLOSING:
            if len(self.open) >= MAX_DEPTH:
                raise self.problem("over_limit", f"nests deeper than {MAX_DEPTH} levels", at)
            self.open.append(at)
            found = self.object(at, pointer) if first == "{" else self.array(at, pointer)
            self.open.pop()
            return found
        if match := _NUMBER.match(self.text, at):
            return self.number(match, at), match.end()
        for literal, value in _LITERALS.items():
            if self.text.startswith(literal, at):
                return value, at + len(literal)
        raise self.problem("bad_syntax", "is not JSON: a value is missing here", at, _VALUE_HINT)

    def string(self, at: int) -> tuple[str, int]:
        """Return the string whose opening quote is at an offset, and the offset after it."""
        try:
            value, end = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            raise self.problem("bad_syntax", f"is not JSON: {json_fault(error)}", error.pos, _STRING_HINT) from error
        if not value.isascii() and _SURROGATE.search(value):
            raise self.problem("bad_encoding", "holds half of a surrogate pair", at)
        return value, end

    def number(self, match: re.Match[str], at: int) -> int | float:
        """Return the number at an offset: an int if it is written without fraction and exponent, else a float."""
        if match[2] is None and match[3] is None:
            if len(match[1]) > _DIGITS or abs(int(match[1])) > _MOST:
                raise self.problem("bad_syntax", "is an integer beyond 2^53 - 1", at, "no field needs one")
            return int(match[1])
        value = float(match[0])
        if value in (float("inf"), float("-inf")):
            raise self.problem("bad_syntax", "is a number too large to keep", at, "no field needs one")
        return value

    def array(self, at: int, pointer: str) -> tuple[list[Any], int]:
        """Return the array that begins at an offset, and the offset after it."""
        items: list[Any] = []
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "]":
            if items:
                at = self.expect(",", at)
            value, at = self.value(at, f"{pointer}/{len(items)}")
            items.append(value)
            at = self.skip(at)
        return items, at + 1

    def object(self, at: int, pointer: str) -> tuple[dict[str, Any], int]:
        """Return the object that begins at an offset, and the offset after it; the first of duplicate keys counts."""
        data: dict[str, Any] = {}
        at, begun = self.skip(at + 1), False
        while self.text[at : at + 1] != "}":
            if begun:
                at = self.expect(",", at)
            begun = True
            if self.text[at : at + 1] != '"':
                raise self.problem("bad_syntax", "is not JSON: a key in double quotes is missing here", at, _KEY_HINT)
            place, (key, at) = self.place(at), self.string(at)
            below = self.places.add_key(pointer, key, place, data)
            value, at = self.value(self.expect(":", self.skip(at)), below)
            data.setdefault(key, value)
            at = self.skip(at)
        return data, at + 1

    def expect(self, mark: str, at: int) -> int:
        """Return the offset of the next character that is not blank after *mark*, which must be at an offset."""
        if self.text[at : at + 1] != mark:
            raise self.problem("bad_syntax", f"is not JSON: a {mark!r} is missing here", at, _MARK_HINT)
        return self.skip(at + 1)
