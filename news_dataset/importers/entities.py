"""People, organizations, places and events that are found in the documents of a corpus, each with one id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from news_dataset.annotations import Quarantined
from news_dataset.records.fields import BLANK, TEXT_PATTERN, UNSAFE

Data = dict[str, Any]
Key = tuple[str, ...]
"""What identifies an entity: its type, then what tells it from others."""

LITERAL = re.compile(TEXT_PATTERN)
"""What a text of one line in a record matches."""

_LONGEST = 80  # of a slug, so that ids of numbered records stay within MAX_ID
_UNSAFE, _ENDS = re.compile(f"[{UNSAFE}]"), re.compile(f"^[{BLANK}]+|[{BLANK}]+$")
_WORDS = 7  # in a row; eight would be prose of the article (check article_prose)


def slug(name: str) -> str:
    """Return a name as a part of an id: its first words in Latin letters and digits; without any, a digest of it.

    Example:
        >>> slug("Port Example, Mayor"), slug("李在明")
        ('port-example-mayor', 'x-0e9dc4aca5a9')
    """
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = "-".join(re.findall("[a-z0-9]+", plain)[:_WORDS])[:_LONGEST].strip("-")
    return found or f"x-{sha256(name.encode(errors='surrogatepass')).hexdigest()[:12]}"


def line(words: str, most: int = 120) -> str:
    """Return words as a short text of one line: a label or a name, never a sentence of an article.

    Args:
        words: the words.
        most: how many characters it may have.
    """
    found = clean(words)
    ends = [one.end() for one in re.finditer(r"\w+", found)]
    text = found if len(ends) <= _WORDS else found[: ends[_WORDS - 1]]
    return text if text == found and len(text) <= most else clean(text[: most - 1]) + "…"


def clean(words: str) -> str:
    """Return a text without what no text of a record may hold: controls, and blanks at its ends."""
    return _ENDS.sub("", " ".join(_UNSAFE.sub(" ", words).split()))


def is_text(value: Any, most: int) -> bool:
    """Return whether a value is, or can be written as, a text of one line with at most that many characters."""
    is_scalar = isinstance(value, str | int | float)
    return is_scalar and len(str(value)) <= most and bool(LITERAL.fullmatch(str(value)))


class Slugs:
    """The ids that are taken, so that each new one is another."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._last: dict[str, int] = {}

    def take(self, identity: str) -> bool:
        """Take an id; return whether it was free."""
        is_free = identity not in self._taken
        self._taken.add(identity)
        return is_free

    def new(self, kind: str, name: str) -> str:
        """Return a new id of a type, made of a name; a number tells apart what has the same."""
        stem = f"{kind}/{slug(name)}"
        found, number = stem, self._last.get(stem, 1)
        while found in self._taken:
            number += 1
            found = f"{stem}-{number}"
        self._last[stem] = number
        self._taken.add(found)
        return found


class Entities:
    """The people, organizations, places and events of a corpus.

    Args:
        slugs: the ids that are taken.
    """

    def __init__(self, slugs: Slugs) -> None:
        self._slugs = slugs
        self._ids: dict[Key, str] = {}
        self._named: set[str] = set()
        self.records: dict[str, Data] = {}
        self.places: dict[str, Quarantined] = {}
        self.annotators: dict[str, str] = {}

    def add(
        self, key: Key, name: str, data: Mapping[str, Any], *, is_named: bool, place: Quarantined, annotator: str = ""
    ) -> str:
        """Return the id that belongs to a key; its record begins, or gets the fields that it lacks.

        Args:
            key: its type, then what tells it from others.
            name: what its id is made of, and its name where it has none.
            data: further fields.
            is_named: whether the name is one that the origin gives it, and not just words of a text.
            place: where it is found in the origin.
            annotator: whose it is alone, however others call theirs; empty for what all share.
        """
        kind, field = key[0], "title" if key[0] == "event" else "name"
        identity = self._ids.get((annotator, *key))
        if identity is None:
            identity = self._ids[annotator, *key] = self._slugs.new(kind, name)
            self.annotators[identity] = annotator
            self.records[identity], self.places[identity] = {"id": identity, field: name, **data}, place
        record = self.records[identity]
        if is_named and identity not in self._named:
            record[field] = name
        if is_named:
            self._named.add(identity)
        for one, value in data.items():
            record.setdefault(one, value)
        return identity

    def namesakes(self, there: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
        """Return the names that several have who were told apart by their documents alone, and by no id of the origin.

        Args:
            there: type and name of each that the dataset has.
        """
        places: dict[tuple[str, Any], set[str]] = {one: {""} for one in there}
        for key, identity in self._ids.items():
            if len(key) > 3 and key[1] != "event":  # the annotator, the type, and more than an id
                found = places.setdefault((key[1], self.records[identity].get("name")), set())
                found.add(self.places[identity].path)
        return tuple(sorted({str(name) for (_, name), files in places.items() if name and len(files) > 1}))

    def participant(self, event: str, row: Data) -> int:
        """Add a participant to an event, and return its ordinal; a person who is there in that role is not repeated."""
        rows: list[Data] = self.records[event].setdefault("event_participants", [])
        if "entity" in row and row in rows:
            return rows.index(row) + 1
        rows.append(row)
        return len(rows)
