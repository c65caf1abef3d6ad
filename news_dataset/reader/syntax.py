"""What is wrong with a text that no YAML parser reads, in the words of who wrote it: place, message and hint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from news_dataset.files import Place, ReadError
from news_dataset.form import MAX_DEPTH

_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?= |\r?$)", re.MULTILINE)
_MENDED = 60  # characters of a line that a hint writes out


def place_of(text: str, at: int) -> Place:
    """Return the line and column of an offset."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def conflict(text: str) -> ReadError | None:
    """Return the first mark of a merge that git left to somebody, if there is any."""
    if not (found := _CONFLICT.search(text)):
        return None
    hint = "keep one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>"
    return ReadError(
        "bad_syntax", f"holds {found[1]}, the mark of a conflict of git", place_of(text, found.start()), hint
    )


def yaml_problem(error: Any, text: str, quoted: Any) -> ReadError:
    """Return what is wrong with a text that is not YAML.

    Args:
        error: what the parser raised (``yaml.YAMLError``).
        text: the text.
        quoted: the event of the last scalar before, if that is in quotes; else None.
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
    fault = _Fault(text.split("\n"), place, _place(context) if context else place, f"{error.context} {problem}", quoted)
    message, where, hint = fault.cause()
    return ReadError("bad_syntax", f"is not YAML: {message}", where, hint)


Cause = tuple[str, Place, str]
"""A message, the place that it is about, and a hint."""

_GENERAL = "check quotes and indentation around this place"


@dataclass(frozen=True)
class _Fault:
    """A text that is not YAML.

    Args:
        lines: its lines.
        place: where the parser stopped.
        begun: where what it was reading begins.
        said: what it says.
        quoted: the event of the last scalar, if that is in quotes.
    """

    lines: list[str]
    place: Place
    begun: Place
    said: str
    quoted: Any

    def cause(self) -> Cause:
        """Return the cause that a curator can mend, else what the parser says."""
        line = self.line(self.place[0])
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return "a tab indents this line", (self.place[0], line.index("\t") + 1), "indent with spaces"
        for one in (self.of_quotes, self.of_brackets, self.of_characters, self.of_keys, self.of_indentation):
            if found := one():
                return found
        return self.said, self.place, _GENERAL

    def line(self, number: int) -> str:
        """Return a line by its number; empty behind the last."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def of_quotes(self) -> Cause | None:
        """Return what is wrong with the last text in quotes."""
        if "quoted scalar" in self.said and "escape" in self.said:
            hint = "in double quotes a backslash is written twice; in single quotes once"
            return "a backslash begins nothing that YAML knows", self.place, hint
        if "quoted scalar" in self.said:
            mark = self.line(self.begun[0])[self.begun[1] - 1 : self.begun[1]]
            return "the quote that opens here is never closed", self.begun, f"end the value with {mark}"
        if self.quoted is None or self.quoted.end_mark.line + 1 != self.place[0]:
            return None
        opened, mark = _place(self.quoted.start_mark), self.quoted.style
        if opened[0] < self.place[0]:
            message = f"the quote that opens here is closed only in line {self.place[0]}"
            return message, opened, f"end the value with {mark} in its own line"
        if self.quoted.end_mark.column >= self.place[1]:
            return None
        hint = (
            "in single quotes an apostrophe is written twice: ''"
            if mark == "'"
            else 'in double quotes write \\" for a quote'
        )
        return "something follows behind the closing quote", self.place, f"put the whole value in quotes; {hint}"

    def of_brackets(self) -> Cause | None:
        """Return what is wrong with a list or mapping in brackets."""
        if "flow" not in self.said:
            return None
        opening = self.line(self.begun[0])[self.begun[1] - 1 : self.begun[1]]
        closing = {"[": "]", "{": "}"}.get(opening, "]")
        if self.begun[0] == self.place[0]:
            return (
                f"a comma or {closing} is missing here",
                self.place,
                "put a value that holds , : [ ] { or } in quotes",
            )
        hint = f"close it with {closing}, or put a value that begins with {opening} in quotes"
        return f"the {opening} that opens here is not closed", self.begun, hint

    def of_characters(self) -> Cause | None:
        """Return what is wrong with a value by the character that it begins with."""
        first = self.line(self.place[0])[self.place[1] - 1 : self.place[1]]
        if first == "\t":
            return "a tab stands where a value begins", self.place, "write blanks in the place of tabs"
        if "cannot start any token" in self.said:
            return f"a value cannot begin with {first}", self.place, self.mended() or "put the value in quotes"
        if "block scalar" in self.said:
            first = self.line(self.begun[0])[self.begun[1] - 1 : self.begun[1]]
            return f"a value cannot begin with {first}", self.begun, "put the value in quotes"
        if "sequence entries are not allowed" in self.said:
            hint = "begin the list in the next line, or put a text that begins with a dash in quotes"
            return "a list begins in the line of its field", self.place, hint
        return None

    def of_keys(self) -> Cause | None:
        """Return what is wrong with a line that should be a key and a value."""
        begun = self.line(self.begun[0])
        if "could not find expected ':'" in self.said:
            if re.match(r"\s*(- +)*\w+:\S", begun):
                return "a blank is missing after the colon", self.begun, "write key: value"
            return (
                "a line without a colon",
                self.begun,
                "write key: value, or put a longer text in one line or in quotes",
            )
        if "mapping values are not allowed" not in self.said:
            return None
        if re.search(r"\S:\s", self.line(self.place[0])[: self.place[1] - 1]):
            return "a value holds a colon and a blank", self.place, self.mended() or "put the value in quotes"
        above = self.above()
        if above and re.match(r"\s*-[^\s-]", self.line(above)):
            number = self.line(above).index("-") + 1
            return "a blank is missing after the dash", (above, number), "write - key: value"
        return None

    def of_indentation(self) -> Cause | None:
        """Return what is wrong with where a line begins."""
        line, levels = self.line(self.place[0]), self.levels()
        begin = len(line) - len(line.lstrip()) + 1
        listed = " or ".join(map(str, levels))
        if line.lstrip().startswith("- ") and begin in levels:
            hint = "a file holds one record, or a list in which each record begins with a dash"
            return "an item of a list follows after fields", (self.place[0], begin), hint
        if not levels or begin in levels:
            return None
        hint = f"begin it in column {listed}, as the lines above do"
        return f"this line begins in column {begin}", (self.place[0], begin), hint

    def mended(self) -> str:
        """Return the hint with the line of the fault, its value in quotes; empty where it is long, or has some."""
        found = re.fullmatch(r"\s*(?:- +)*(\w+: )([^'\"]+)", self.line(self.place[0]).rstrip())
        return f"write {found[1]}'{found[2]}'" if found and len(found[0]) <= _MENDED else ""

    def above(self) -> int:
        """Return the number of the line before, comments and empty lines left out; 0 for none."""
        numbers = range(self.place[0] - 1, 0, -1)
        return next((one for one in numbers if re.match(r"\s*[^#\s]", self.line(one))), 0)

    def levels(self) -> list[int]:
        """Return the columns in which the lines above begin whose lists and mappings are still open."""
        found: list[int] = []
        for number in range(self.above(), 0, -1):
            if begins := re.match(r"( *)((?:- +)*)[^#\s]", self.line(number)):
                for column in (len(begins[1] + begins[2]) + 1, len(begins[1]) + 1):
                    if not found or column < found[-1]:
                        found.append(column)
            if found and found[-1] == 1:
                break
        return found[::-1]


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1
