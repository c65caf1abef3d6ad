"""A file as it was read: plain data, and the place of every value."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from news_dataset.files import Place, Problem, ReadError

MAX_KEY = 1_000
"""How many characters a key may have."""

MAX_PROBLEMS = 1_000
"""How many problems of a kind are kept for a file or record; the others are counted."""


class Plain(str):
    """An unquoted YAML scalar, which only the schema can give a type."""

    __slots__ = ()  # a file may hold very many
    is_cut = False


class Cut(Plain):
    """A plain scalar before a comment on its line: `` #`` ends an unquoted text, whether that was meant or not."""

    __slots__ = ()
    is_cut = True


class Unread:
    """The type of ``UNREAD``, which replaces the data of a line of JSON Lines that could not be read."""


UNREAD = Unread()


@dataclass(frozen=True)
class Document:
    """The plain data of one file.

    Args:
        path: the file, as messages name it.
        data: dicts, lists, texts, numbers, booleans and None.
        places: line and column, from 1, of every value by its JSON Pointer (RFC 6901).
        keys: line and column of every key by the pointer of its value.
        problems: what is wrong with the file.
    """

    path: str
    data: Any
    places: dict[str, Place]
    keys: dict[str, Place]
    problems: tuple[Problem, ...] = ()

    def place(self, pointer: str, on_key: bool = False) -> Place:
        """Return the line and column of the value at *pointer*, or of its key; else of its nearest parent."""
        if on_key and pointer in self.keys:
            return self.keys[pointer]
        while pointer not in self.places and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.places.get(pointer, (1, 1))


class Places:
    """Collects the places of values and keys while a file is read, and problems of its keys.

    The pointers are limited to four times the size of the file. Real files need one or two characters of pointers for
    each of their own; one long key above a long list could need gigabytes.

    Args:
        size: how many characters or bytes the file has.
    """

    def __init__(self, size: int) -> None:
        self._room = max(4 * 2**20, 4 * size)
        self.values: dict[str, Place] = {}
        self.keys: dict[str, Place] = {}
        self.problems: list[Problem] = []
        self._duplicates = 0

    def add(self, pointer: str, place: Place) -> None:
        """Add the place of the value at a pointer.

        Raises:
            ReadError: the pointers are too long together.
        """
        self._room -= len(pointer)
        if self._room < 0:
            hint = "shorten the keys, or split the file"
            raise ReadError("over_limit", "holds too many values below long keys", place, hint)
        self.values[pointer] = place

    def add_key(self, pointer: str, key: str, place: Place, before: Container[str]) -> str:
        """Add the place of a key, and return the pointer of its value.

        A duplicate key becomes a problem, and its value gets a pointer that no other value has.

        Args:
            pointer: the pointer of the mapping.
            key: the key.
            place: its line and column.
            before: the keys before it in the mapping.

        Raises:
            ReadError: it is too long.
        """
        if len(key) > MAX_KEY:
            raise ReadError("over_limit", f"has a key of more than {MAX_KEY:,} characters", place)
        below = step(pointer, key)
        if key in before:
            self._duplicates += 1
            if self._duplicates <= MAX_PROBLEMS + 1:
                first = self.keys[below][0]
                self.problems.append(
                    Problem(
                        "duplicate_key", f"{key} is already in line {first}", *place, "remove one, or merge the two"
                    )
                )
            below += "\0again"  # the second value must not take the first one's places
        self.keys[below] = place
        return below

    def document(self, path: str, data: Any) -> Document:
        """Return the document of a file that has been read to its end."""
        return Document(path, data, self.values, self.keys, tuple(counted(self.problems, self._duplicates)))


def capped(problems: Iterable[Problem]) -> list[Problem]:
    """Return the first problems; if there are too many, one more says how many follow."""
    rest = iter(problems)
    kept = list(islice(rest, MAX_PROBLEMS + 1))
    return counted(kept, len(kept) + sum(1 for _ in rest))


def counted(problems: list[Problem], number: int) -> list[Problem]:
    """Return the first of *number* problems; if there are too many, one more says how many follow.

    Args:
        problems: at least the first ``MAX_PROBLEMS + 1`` of them.
        number: how many there are.
    """
    if number <= MAX_PROBLEMS:
        return problems
    message = f"and {number - MAX_PROBLEMS:,} more such problems follow"
    return [*problems[:MAX_PROBLEMS], replace(problems[MAX_PROBLEMS], message=message, hint="")]


def step(pointer: str, key: str | int) -> str:
    """Return *pointer* extended by one key or index, escaped as RFC 6901 requires."""
    if isinstance(key, int):
        return f"{pointer}/{key}"
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{key}"
