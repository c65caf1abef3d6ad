"""Explain syntax errors of YAML in the terms of its author, with place, message and hint."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from news_dataset.files import Place, ReadError
from news_dataset.form import MAX_DEPTH

_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?= |\r?$)", re.MULTILINE)
_SHOWN = 60  # characters of the longest line that a hint repeats


def place_of(text: str, at: int) -> Place:
    """Return the line and column, from 1, of an offset, from 0."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def conflict(text: str) -> ReadError | None:
    """Return the error for the first conflict marker that a merge of git has left; None if there is none."""
    if not (found := _CONFLICT.search(text)):
        return None
    hint = "keep one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>"
    return ReadError(
        "bad_syntax", f"holds {found[1]}, the mark of a conflict of git", place_of(text, found.start()), hint
    )


def yaml_problem(error: Any, text: str, quoted: Any, opened: Sequence[Any]) -> ReadError:
    """Return the error to raise for a text that is not YAML, or uses a part of it that is not allowed.

    Args:
        error: what the parser raised (``yaml.YAMLError``).
        text: the text.
        quoted: the event of the last scalar before the error; None if that is not in quotes.
        opened: the events that began the lists and mappings around the error.
    """
    problem, mark, context = (getattr(error, name, None) for name in ("problem", "problem_mark", "context_mark"))
    if (position := getattr(error, "character", None)) is not None:  # a control character
        character = position if isinstance(position, int) else ord(position[:1])
        found = re.search(re.escape(chr(character)), text)
        place = place_of(text, found.start() if found else int(error.position))
        return ReadError("bad_encoding", f"holds the control character U+{character:04X}", place, "remove it")
    if mark is None and context is None:
        return ReadError("bad_syntax", "is not YAML", (1, 1), _GENERAL)
    place = _place(mark or context)
    if "nesting depth" in str(problem):
        return ReadError("over_limit", f"nests deeper than {MAX_DEPTH} levels", place, "write flat lists and mappings")
    if found_conflict := conflict(text):
        return found_conflict
    if "tag" in str(problem) and "%" not in str(problem):
        return ReadError("unsafe_yaml", "tags are not allowed", place, "the schema gives types")
    start, said = _place(context) if context else place, f"{error.context} {problem}"
    brackets = [event for event in opened if text[event.start_mark.index] in "[{"]
    message, cause_place, hint = _Fault(text.split("\n"), place, start, said, quoted, brackets).cause()
    return ReadError("bad_syntax", f"is not YAML: {message}", cause_place, hint)


Cause = tuple[str, Place, str]
"""A message, the place that it is about, and a hint."""

_GENERAL = "check quotes and indentation around this place"


@dataclass(frozen=True)
class _Fault:
    """A text that is not YAML.

    Args:
        lines: its lines.
        place: where the parser stopped.
        start: where the part begins that the parser was reading.
        message: the message of the parser.
        quoted: the event of the last scalar; None if that is not in quotes.
        brackets: the events of the brackets that are open.
    """

    lines: list[str]
    place: Place
    start: Place
    message: str
    quoted: Any
    brackets: Sequence[Any]

    def cause(self) -> Cause:
        """Return the cause of the error, else the message of the parser."""
        line = self.line(self.place[0])
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return "a tab indents this line", (self.place[0], line.index("\t") + 1), "indent with spaces"
        for find in (
            self.quote_cause,
            self.bracket_cause,
            self.character_cause,
            self.key_cause,
            self.indentation_cause,
        ):
            if cause := find():
                return cause
        return self.message, self.place, _GENERAL

    def line(self, number: int) -> str:
        """Return a line by its number, from 1; empty before the first and after the last."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def quote_cause(self) -> Cause | None:
        """Return the cause if it is in a text in quotes; else None."""
        if "quoted scalar" in self.message and "escape" in self.message:
            hint = "in double quotes a backslash is written twice; in single quotes once"
            return "a backslash begins nothing that YAML knows", self.place, hint
        if "quoted scalar" in self.message:
            mark = self.line(self.start[0])[self.start[1] - 1 : self.start[1]]
            return "the quote that opens here is never closed", self.start, f"end the value with {mark}"
        if self.quoted is None or self.quoted.end_mark.line + 1 != self.place[0]:
            return None
        opened, mark = _place(self.quoted.start_mark), self.quoted.style
        if opened[0] < self.place[0]:
            message = f"the quote that opens here is closed only in line {self.place[0]}"
            return message, opened, f"end the value with {mark} in its own line"
        if self.quoted.end_mark.column >= self.place[1]:
            return None
        is_single = mark == "'"
        hint = (
            "in single quotes an apostrophe is written twice: ''"
            if is_single
            else 'in double quotes write \\" for a quote'
        )
        return "something follows behind the closing quote", self.place, f"put the whole value in quotes; {hint}"

    def bracket_cause(self) -> Cause | None:
        """Return the cause if it is in a list or mapping in brackets; else None."""
        if not self.brackets or not re.search("flow|sequence entries", self.message):
            return None
        start = _place(self.brackets[-1].start_mark)
        opening = self.line(start[0])[start[1] - 1]
        closing = "]" if opening == "[" else "}"
        if start[0] == self.place[0]:
            hint = "put a value that holds , : [ ] { or } in quotes"
            return f"a comma or {closing} is missing here", self.place, hint
        hint = f"close it with {closing}, or put a value that begins with {opening} in quotes"
        return f"the {opening} that opens here is not closed", start, hint

    def character_cause(self) -> Cause | None:
        """Return the cause if a value begins with a wrong character; else None."""
        first = self.line(self.place[0])[self.place[1] - 1 : self.place[1]]
        if first == "\t":
            return "a tab stands where a value begins", self.place, "write blanks in the place of tabs"
        if "cannot start any token" in self.message:
            return (
                f"a value cannot begin with {first}",
                self.place,
                self.quoted_line_hint() or "put the value in quotes",
            )
        if "block scalar" in self.message:
            first = self.line(self.start[0])[self.start[1] - 1 : self.start[1]]
            return f"a value cannot begin with {first}", self.start, "put the value in quotes"
        if "sequence entries are not allowed" in self.message:
            hint = "begin the list in the next line, or put a text that begins with a dash in quotes"
            return "a list begins in the line of its field", self.place, hint
        return None

    def key_cause(self) -> Cause | None:
        """Return the cause if it is in a line that should be a key and a value; else None."""
        first_line = self.line(self.start[0])
        if "could not find expected ':'" in self.message:
            if re.match(r"\s*(- +)*\w+:\S", first_line):
                return "a blank is missing after the colon", self.start, "write key: value"
            hint = "write key: value, or put a longer text in one line or in quotes"
            return "a line without a colon", self.start, hint
        if "mapping values are not allowed" not in self.message:
            return None
        if re.search(r"\S:\s", self.line(self.place[0])[: self.place[1] - 1]):
            return "a value holds a colon and a blank", self.place, self.quoted_line_hint() or "put the value in quotes"
        before = self.line_before()
        if before and re.match(r"\s*-[^\s-]", self.line(before)):
            column = self.line(before).index("-") + 1
            return "a blank is missing after the dash", (before, column), "write - key: value"
        return None

    def indentation_cause(self) -> Cause | None:
        """Return the cause if the line begins in a wrong column; else None."""
        line, columns = self.line(self.place[0]), self.open_columns()
        column = len(line) - len(line.lstrip()) + 1
        listed = " or ".join(map(str, columns))
        if line.lstrip().startswith("- ") and column in columns:
            hint = "a file holds one record, or a list in which each record begins with a dash"
            return "an item of a list follows after fields", (self.place[0], column), hint
        if not columns or column in columns:
            return None
        hint = f"begin it in column {listed}, as the lines above do"
        return f"this line begins in column {column}", (self.place[0], column), hint

    def quoted_line_hint(self) -> str:
        """Return the hint to write the line with its value in quotes; empty if it is long, or has quotes already."""
        found = re.fullmatch(r"\s*(?:- +)*(\w+: )([^'\"]+)", self.line(self.place[0]).rstrip())
        return f"write {found[1]}'{found[2]}'" if found and len(found[0]) <= _SHOWN else ""

    def line_before(self) -> int:
        """Return the number of the last line before that is no comment and not empty; 0 if there is none."""
        numbers = range(self.place[0] - 1, 0, -1)
        return next((number for number in numbers if re.match(r"\s*[^#\s]", self.line(number))), 0)

    def open_columns(self) -> list[int]:
        """Return the columns in which the lists and mappings begin that are open at the line, from left to right."""
        found: list[int] = []
        for number in range(self.line_before(), 0, -1):
            if begins := re.match(r"( *)((?:- +)*)[^#\s]", self.line(number)):
                for column in (len(begins[1] + begins[2]) + 1, len(begins[1]) + 1):
                    if not found or column < found[-1]:
                        found.append(column)
            if found and found[-1] == 1:
                break
        return found[::-1]


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1
