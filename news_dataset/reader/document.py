"""A file as it was read: plain data, and where every value stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from news_dataset.files import Place, Problem

MAX_DEPTH = 32
"""How deep lists and mappings may nest."""


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


def step(pointer: str, key: str | int) -> str:
    """Return *pointer* extended by one key or index, escaped as RFC 6901 asks."""
    if isinstance(key, int):
        return f"{pointer}/{key}"
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{key}"
