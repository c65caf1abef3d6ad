"""People, organizations, places and events that are found in the documents of a corpus, each with one id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from news_dataset.annotations import Quarantined
from news_dataset.checks.words import RUN
from news_dataset.records.fields import BLANK, TEXT_PATTERN, UNSAFE

Data = dict[str, Any]
Key = tuple[str, ...]
"""What identifies an entity: its type, then what tells it from others."""

LITERAL = re.compile(TEXT_PATTERN)
"""What a text of one line in a record matches."""

LONGEST_RUN = RUN - 1
"""The most words in a row that a record may take from an article; more are prose (check ``article_prose``)."""

_LONGEST_SLUG = 80  # so that ids of numbered records stay within MAX_ID
_UNSAFE, _ENDS = re.compile(f"[{UNSAFE}]"), re.compile(f"^[{BLANK}]+|[{BLANK}]+$")


def slug(name: str) -> str:
    """Return a name as part of an id: its first words in Latin letters, or a digest.

    Example:
        >>> slug("Port Example, Mayor"), slug("李在明")
        ('port-example-mayor', 'x-2091c6ed003e')
    """
    latin = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    joined = "-".join(re.findall("[a-z0-9]+", latin)[:LONGEST_RUN])[:_LONGEST_SLUG].strip("-")
    return joined or f"x-{sha256(name.encode(errors='surrogatepass')).hexdigest()[:12]}"


def one_line(words: str, most: int = 120) -> str:
    """Return a label or name of ``LONGEST_RUN`` words and *most* characters at most."""
    cleaned = clean(words)
    ends = [match.end() for match in re.finditer(r"\w+", cleaned)]
    text = cleaned if len(ends) <= LONGEST_RUN else cleaned[: ends[LONGEST_RUN - 1]]
    return text if text == cleaned and len(text) <= most else clean(text[: most - 1]) + "…"


def clean(words: str) -> str:
    """Return a text without control characters, and without blanks at its ends."""
    return _ENDS.sub("", " ".join(_UNSAFE.sub(" ", words).split()))


def is_text(value: Any, most: int) -> bool:
    """Return whether a value can be a text of one line with *most* characters."""
    is_scalar = isinstance(value, str | int | float)
    return is_scalar and len(str(value)) <= most and bool(LITERAL.fullmatch(str(value)))


class Slugs:
    """The ids that are taken, so that each new one differs from them.

    Args:
        taken: the ids of a dataset; new ones are added.
    """

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._last: dict[str, int] = {}

    def take(self, id_: str) -> bool:
        """Take an id; return whether it was free."""
        is_free = id_ not in self._taken
        self._taken.add(id_)
        return is_free

    def new(self, kind: str, name: str) -> str:
        """Return a new id made of a type and a name, with a number if that is taken."""
        stem = f"{kind}/{slug(name)}"
        id_, number = stem, self._last.get(stem, 1)
        while id_ in self._taken:
            number += 1
            id_ = f"{stem}-{number}"
        self._last[stem] = number
        self._taken.add(id_)
        return id_


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
        self.reports: dict[str, Quarantined] = {}
        self.annotators: dict[str, str] = {}

    def add(
        self, key: Key, name: str, data: Mapping[str, Any], *, is_named: bool, report: Quarantined, annotator: str = ""
    ) -> str:
        """Return the id of the entity of a key; add its record, or fields that it lacks.

        Args:
            key: its type, then what tells it from others.
            name: its name, and that of which its id is made, if it is new.
            data: further fields.
            is_named: whether the origin gives it the name; such a name replaces one that is only words of a text.
            report: a report on its place in the origin.
            annotator: who alone has it; empty for what all annotators share.
        """
        kind, field = key[0], "title" if key[0] == "event" else "name"
        id_ = self._ids.get((annotator, *key))
        if id_ is None:
            id_ = self._ids[annotator, *key] = self._slugs.new(kind, name)
            self.annotators[id_] = annotator
            self.records[id_], self.reports[id_] = {"id": id_, field: name, **data}, report
        record = self.records[id_]
        if is_named and id_ not in self._named:
            record[field] = name
        if is_named:
            self._named.add(id_)
        for name_of_field, value in data.items():
            record.setdefault(name_of_field, value)
        return id_

    def namesakes(self, known: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
        """Return the names of several entities that only their documents tell apart.

        Args:
            known: type and name of each entity of the dataset.
        """
        paths: dict[tuple[str, Any], set[str]] = {entity: {""} for entity in known}
        for key, id_ in self._ids.items():
            if len(key) > 3 and key[1] != "event":  # the annotator, the type, and more than an id
                paths.setdefault((key[1], self.records[id_].get("name")), set()).add(self.reports[id_].path)
        return tuple(sorted({str(name) for (_, name), files in paths.items() if name and len(files) > 1}))

    def add_participant(self, event: str, row: Data) -> int:
        """Add a participant, unless its record has the role; return its ordinal from 1."""
        rows: list[Data] = self.records[event].setdefault("event_participants", [])
        if "entity" in row and row in rows:
            return rows.index(row) + 1
        rows.append(row)
        return len(rows)
