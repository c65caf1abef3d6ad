"""Lines of brat's stand-off format (https://brat.nlplab.org/standoff.html), each by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from news_dataset.annotations import Annotation, Fragments, Value

_ID = re.compile(r"[TERAMN][^ :]+|#[^ ]*|\*")
_MARK = re.compile(r"([^ ;]+) (-?[0-9]+ -?[0-9]+(?:;-?[0-9]+ -?[0-9]+)*) *")
_NORM = re.compile(r"([^ ]+) ([^ ]+) ([^ :]+):([^ ]+) *")
_LONGEST = 18
"""The most digits of an offset."""

FORMS = {
    "T": "T1<tab>Type START END[;START END]<tab>words",
    "E": "E1<tab>Type:T1 [Role:ID]...",
    "R": "R1<tab>Type Arg1:ID Arg2:ID",
    "*": "*<tab>Type ID ID...",
    "A": "A1<tab>Name ID [value]",
    "M": "M1<tab>Name ID",
    "N": "N1<tab>Type ID Resource:ID<tab>text",
    "#": "#1<tab>Type ID<tab>text",
}
"""How a line is written, by the first character of its id."""


class LineError(Exception):
    """What is wrong with a line; never leaves the importers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file."""

    path: str  # the file, as messages name it
    number: int  # its number, from 1
    text: str  # the line without its end
    end: str = ""  # a carriage return, if it ends with one

    @property
    def id(self) -> str:
        """The text before the first tab."""
        return self.text.partition("\t")[0]


@dataclass(frozen=True, slots=True)
class Mark:
    """A text-bound annotation; ``words`` is None where the file declares none."""

    id: str
    type: str
    fragments: Fragments
    words: str | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on *target*: an attribute, normalization or note, as values by name."""

    id: str
    target: str
    values: dict[str, Value] = field(default_factory=dict)


Parsed = Mark | Annotation | Remark


def parse(line: Line) -> Parsed:
    """Parse a line.

    The links of an event begin with its trigger, whose role is empty. An equivalence has no id, and links of the role
    ``Arg``. A normalization is the attribute ``Type:Resource``, and its text ``Type:Resource:text``.

    Raises:
        LineError: the line is not of the format.
    """
    id_, tab, rest = line.text.partition("\t")
    if not tab or not _ID.fullmatch(id_):
        raise LineError("expected an id that begins with T, E, R, A, M, N, # or *, and a tab")
    data, _, tail = rest.partition("\t")
    kind = id_[0]
    parsed: Parsed | None
    if kind == "T":
        parsed = _mark(id_, data, rest)
    elif kind == "N":
        parsed = _normalization(id_, data, tail)
    elif kind == "#":
        parsed = _note(id_, data, tail)
    else:
        parsed = None if tail.strip(" ") else _PARSERS[kind](id_, data)
    if parsed is None:
        raise LineError(f"expected {FORMS[kind]}")
    return parsed


def _mark(id_: str, data: str, rest: str) -> Mark | None:
    """Return the mark of a line, given all after its id; None if it is malformed."""
    if not (match := _MARK.fullmatch(data)):
        return None
    pairs = [pair.split(" ") for pair in match[2].split(";")]
    if any(len(number) > _LONGEST for pair in pairs for number in pair):
        raise LineError(f"an offset has more than {_LONGEST} digits")
    words = rest.partition("\t")[2] or None
    return Mark(id_, match[1], tuple((int(start), int(end)) for start, end in pairs), words)


def _words(data: str) -> list[str]:
    return [word for word in data.split(" ") if word]


def _pairs(words: list[str]) -> list[tuple[str, str]] | None:
    """Return role and id in each word ``role:id``; None if any is missing."""
    pairs = [(role, target) for role, _, target in (word.partition(":") for word in words)]
    return pairs if all(role and target for role, target in pairs) else None


def _event(id_: str, data: str) -> Annotation | None:
    pairs = _pairs(_words(data))
    if not pairs or pairs[0][1][0] != "T":
        return None
    return Annotation(id_, pairs[0][0], links=(("", pairs[0][1]), *pairs[1:]))


def _relation(id_: str, data: str) -> Annotation | None:
    words = _words(data)
    pairs = _pairs(words[1:])
    return Annotation(id_, words[0], links=tuple(pairs)) if pairs and len(pairs) == 2 else None


def _equivalence(id_: str, data: str) -> Annotation | None:
    words = _words(data)
    return Annotation("", words[0], links=tuple(("Arg", target) for target in words[1:])) if len(words) > 2 else None


def _attribute(id_: str, data: str) -> Remark | None:
    words = data.rstrip(" ").split(" ", 2)
    if len(words) < 2 or not all(words):
        return None
    return Remark(id_, words[1], {words[0]: words[2] if len(words) > 2 else True})


_PARSERS = {"E": _event, "R": _relation, "*": _equivalence, "A": _attribute, "M": _attribute}


def _normalization(id_: str, data: str, tail: str) -> Remark | None:
    if not (match := _NORM.fullmatch(data)):
        return None
    name = f"{match[1]}:{match[3]}"
    return Remark(id_, match[2], {name: match[4], f"{name}:text": tail})


def _note(id_: str, data: str, tail: str) -> Remark | None:
    words = _words(data)
    return Remark(id_, words[1], {words[0]: tail}) if len(words) == 2 else None
