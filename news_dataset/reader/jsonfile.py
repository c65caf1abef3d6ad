"""Strict JSON (I-JSON, RFC 7493) with the place of every value.

Strings and numbers are scanned by the standard library's own scanner; what is ours is the places, the refusal of
duplicate keys, non-numbers and lone surrogates, and the limit on depth.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in the docs of none, stable since 3.1
from typing import Any

from news_dataset.files import MAX_BYTES, Place, Problem, ReadError, decode, json_fault
from news_dataset.form import MAX_DEPTH
from news_dataset.reader.document import UNREAD, Document, Places, capped, step
from news_dataset.reader.syntax import conflict

_BLANK = re.compile(r"[ \t\n\r]*")
_BLANKS = frozenset(" \t\n\r")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}
_VALUE = "a text is in double quotes, and no comma follows after the last item"
_STRING = "end a text with a double quote; in it, write \\n for a line break and \\\\ for a backslash"
_KEY = "keys are in double quotes, and no comma follows after the last field"
_MARK = "check the commas, quotes and brackets before this place"
_MOST = 2**53 - 1  # the largest integer that every JSON reader keeps exactly


def parse_json(text: str, path: str) -> Document:
    """Return the document in *text*; *path* is how messages name it.

    Raises:
        ReadError: the text is not I-JSON, or nests too deep.
    """
    parser = _Parser(text)
    data, at = parser.value(parser.skip(0), "", 0)
    if parser.skip(at) != len(text):
        raise parser.problem(
            "bad_syntax", "something follows after the value", parser.skip(at), "several records stand in a list, [ ]"
        )
    return parser.places.document(path, data)


def parse_json_lines(data: bytes, path: str) -> Document:
    """Return one record a line as a list; *path* is how messages name it.

    A line that cannot be read is ``UNREAD`` in the list, and a problem of the document; the others are read.

    Raises:
        ReadError: it holds very many values of next to no length.
    """
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    found: list[Any] = []
    places = Places(len(data))
    places.add("", (1, 1))

    def problems() -> Iterator[Problem]:
        for number, line in enumerate(lines, 1):
            one = parse_json_line(line, path, number)
            for pointer, place in one.places.items():
                places.add(pointer, place)
            places.keys.update(one.keys)
            found.append(one.data)
            yield from one.problems

    places.problems = capped(problems())
    return places.document(path, found)


def parse_json_line(line: bytes, path: str, number: int) -> Document:
    """Return the record in a line of JSON Lines; its pointers begin with its place in the file.

    Args:
        line: the bytes of the line, up to its line feed.
        path: how messages name the file.
        number: the number of the line, from 1.
    """
    pointer = step("", number - 1)
    try:
        parser = _Parser(_decoded(line.removesuffix(b"\r")), number)
        start = parser.skip(0)
        if start == len(parser.text):
            raise parser.problem("bad_syntax", "is an empty line", 0, "remove it")
        record, stop = parser.value(start, pointer, 0)
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
    if len(line) > MAX_BYTES:
        raise ReadError("over_limit", f"is a line of more than {MAX_BYTES:,} bytes", hint="a record has not so much")
    return decode(line)


class _Parser:
    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.first_line = first_line
        self.places = Places(len(text))
        self.lines = [0] + [found.end() for found in re.finditer("\n", text)]

    def skip(self, at: int) -> int:
        """Return the next offset from *at* that is not blank."""
        if self.text[at : at + 1] not in _BLANKS:
            return at
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def place(self, at: int) -> Place:
        """Return line and column of an offset."""
        line = bisect_right(self.lines, at) if len(self.lines) > 1 else 1
        return line + self.first_line - 1, at - self.lines[line - 1] + 1

    def problem(self, code: str, message: str, at: int, hint: str = "") -> ReadError:
        """Return a problem at an offset, to be raised."""
        found = conflict(self.text) if code == "bad_syntax" and self.first_line == 1 else None
        return found or ReadError(code, message, self.place(at), hint)

    def value(self, at: int, pointer: str, depth: int) -> tuple[Any, int]:
        """Return the value at an offset and the offset behind it."""
        self.places.add(pointer, self.place(at))
        first = self.text[at : at + 1]
        if first == '"':
            return self.string(at)
        if first in ("{", "["):
            if depth >= MAX_DEPTH:
                raise self.problem("over_limit", f"nests deeper than {MAX_DEPTH} levels", at)
            return self.object(at, pointer, depth) if first == "{" else self.array(at, pointer, depth)
        if found := _NUMBER.match(self.text, at):
            return self.number(found, at), found.end()
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, at):
                return meaning, at + len(word)
        raise self.problem("bad_syntax", "is not JSON: a value is missing here", at, _VALUE)

    def string(self, at: int) -> tuple[str, int]:
        """Return the string whose opening quote stands at an offset."""
        try:
            value, end = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            raise self.problem("bad_syntax", f"is not JSON: {json_fault(error)}", error.pos, _STRING) from error
        if not value.isascii() and _SURROGATE.search(value):
            raise self.problem("bad_encoding", "holds half of a surrogate pair", at)
        return value, end

    def number(self, found: re.Match[str], at: int) -> int | float:
        """Return a number as it was written: integers as int, others as float."""
        if found[2] is None and found[3] is None:
            if len(found[1]) > 17 or abs(int(found[1])) > _MOST:
                raise self.problem("bad_syntax", "is an integer beyond 2^53 - 1", at, "no field needs one")
            return int(found[1])
        value = float(found[0])
        if value in (float("inf"), float("-inf")):
            raise self.problem("bad_syntax", "is a number too large to keep", at, "no field needs one")
        return value

    def array(self, at: int, pointer: str, depth: int) -> tuple[list[Any], int]:
        """Return the array that begins at an offset."""
        items: list[Any] = []
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "]":
            if items:
                at = self.expect(",", at)
            value, at = self.value(at, step(pointer, len(items)), depth + 1)
            items.append(value)
            at = self.skip(at)
        return items, at + 1

    def object(self, at: int, pointer: str, depth: int) -> tuple[dict[str, Any], int]:
        """Return the object that begins at an offset."""
        data: dict[str, Any] = {}
        at, begun = self.skip(at + 1), False
        while self.text[at : at + 1] != "}":
            if begun:
                at = self.expect(",", at)
            begun = True
            if self.text[at : at + 1] != '"':
                raise self.problem("bad_syntax", "is not JSON: a key in double quotes is missing here", at, _KEY)
            place, (key, at) = self.place(at), self.string(at)
            below = self.places.add_key(pointer, key, place, data)
            value, at = self.value(self.expect(":", self.skip(at)), below, depth + 1)
            data.setdefault(key, value)
            at = self.skip(at)
        return data, at + 1

    def expect(self, mark: str, at: int) -> int:
        """Return the next offset that is not blank behind *mark*, which must stand at an offset."""
        if self.text[at : at + 1] != mark:
            raise self.problem("bad_syntax", f"is not JSON: a {mark!r} is missing here", at, _MARK)
        return self.skip(at + 1)
