"""A file as it was read: plain data, and where every value stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from news_dataset.files import Place, Problem, ReadError

MAX_DEPTH = 32
"""How deep lists and mappings may nest."""


MAX_KEY = 1_000
"""How many characters a key may have."""

MAX_PROBLEMS = 10_000
"""How many problems of a file are kept one by one; the others are counted."""


class Plain(str):
    """An unquoted YAML scalar, which only the schema can give a type.

    ``is_cut`` says that a comment follows on its line: `` #`` ends an unquoted text, whether that was meant or not.
    """

    is_cut = False


class Unread:
    """Stands for a line of JSON Lines of which nothing could be read."""


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
    """Counts the pointers of a file, which may be many times as long as the file itself.

    Real files need one or two characters of pointers for each of theirs; one long key above a long list would need
    gigabytes.
    """

    def __init__(self, size: int) -> None:
        self.room = max(4 * 2**20, 4 * size)

    def add(self, pointer: str, place: Place) -> None:
        """Count a pointer.

        Raises:
            ReadError: they are too long together.
        """
        self.room -= len(pointer)
        if self.room < 0:
            hint = "shorten the keys, or split the file"
            raise ReadError("over_limit", "holds too many values below long keys", place, hint)


def capped(problems: Iterable[Problem]) -> list[Problem]:
    """Return the first problems of a file, and how many more there are."""
    rest = iter(problems)
    kept = list(islice(rest, MAX_PROBLEMS))
    if first := next(rest, None):
        more = 1 + sum(1 for _ in rest)
        kept.append(Problem(first.code, f"and {more:,} more such problems follow", first.line, first.column))
    return kept


def step(pointer: str, key: str | int) -> str:
    """Return *pointer* extended by one key or index, escaped as RFC 6901 asks."""
    if isinstance(key, int):
        return f"{pointer}/{key}"
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{key}"
