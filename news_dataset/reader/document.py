"""A file as it was read: plain data, and where every value stands."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from news_dataset.files import Place, Problem, ReadError

MAX_KEY = 1_000
"""How many characters a key may have."""

MAX_PROBLEMS = 1_000
"""How many problems of a kind are kept one by one, of a file or a record; the others are counted."""


class Plain(str):
    """An unquoted YAML scalar, which only the schema can give a type.

    ``is_cut`` says that a comment follows on its line: `` #`` ends an unquoted text, whether that was meant or not.
    """

    is_cut = False


class Unread:
    """The data of a line of JSON Lines of which nothing could be read."""


UNREAD = Unread()


@dataclass(frozen=True)
class Document:
    """The plain data of one file, with places by JSON Pointer (RFC 6901)."""

    path: str
    data: Any
    places: dict[str, Place]
    keys: dict[str, Place]
    problems: tuple[Problem, ...] = ()

    def place(self, pointer: str, on_key: bool = False) -> Place:
        """Return the line and column of the value at *pointer* (or of its key), else of its nearest parent."""
        if on_key and pointer in self.keys:
            return self.keys[pointer]
        while pointer not in self.places and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.places.get(pointer, (1, 1))


class Places:
    """Where the values and keys of a file stand, as they are read, and what is wrong with its keys.

    Pointers may be many times as long as the file itself: real files need one or two characters of pointers for each
    of theirs, and one long key above a long list would need gigabytes.
    """

    def __init__(self, size: int) -> None:
        self._room = max(4 * 2**20, 4 * size)
        self.values: dict[str, Place] = {}
        self.keys: dict[str, Place] = {}
        self.problems: list[Problem] = []
        self._again = 0

    def add(self, pointer: str, place: Place) -> None:
        """Note where a value stands.

        Raises:
            ReadError: the pointers are too long together.
        """
        self._room -= len(pointer)
        if self._room < 0:
            hint = "shorten the keys, or split the file"
            raise ReadError("over_limit", "holds too many values below long keys", place, hint)
        self.values[pointer] = place

    def add_key(self, pointer: str, key: str, place: Place, before: Container[str]) -> str:
        """Note where a key of the mapping at *pointer* stands, and return the pointer of its value.

        Raises:
            ReadError: it is too long.
        """
        if len(key) > MAX_KEY:
            raise ReadError("over_limit", f"has a key of more than {MAX_KEY:,} characters", place)
        below = step(pointer, key)
        if key in before:
            self._again += 1
            if self._again <= MAX_PROBLEMS + 1:
                first = self.keys[below][0]
                self.problems.append(Problem("duplicate_key", f"{key} is already in line {first}", *place))
            below += "\0again"  # the second value must not take the first one's places
        self.keys[below] = place
        return below

    def document(self, path: str, data: Any) -> Document:
        """Return the file, all of which has been read."""
        return Document(path, data, self.values, self.keys, tuple(counted(self.problems, self._again)))


def capped(problems: Iterable[Problem]) -> list[Problem]:
    """Return the first problems of a file, and how many more there are."""
    rest = iter(problems)
    kept = list(islice(rest, MAX_PROBLEMS + 1))
    return counted(kept, len(kept) + sum(1 for _ in rest))


def counted(problems: list[Problem], number: int) -> list[Problem]:
    """Return the first problems, of which there is a number; in the place of the first too many, how many more."""
    if number <= MAX_PROBLEMS:
        return problems
    message = f"and {number - MAX_PROBLEMS:,} more such problems follow"
    return [*problems[:MAX_PROBLEMS], replace(problems[MAX_PROBLEMS], message=message, hint="")]


def step(pointer: str, key: str | int) -> str:
    """Return *pointer* extended by one key or index, escaped as RFC 6901 asks."""
    if isinstance(key, int):
        return f"{pointer}/{key}"
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{key}"
