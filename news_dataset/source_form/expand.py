"""From the source form to the release form: total, deterministic, and with the place of every value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple

from news_dataset.reader.document import step
from news_dataset.records import BY_TYPE, Row
from news_dataset.records.fields import NUMBERED
from news_dataset.source_form.spelling import (
    SPAN,
    WORDS,
    Spelling,
    as_number,
    defaults,
    participant,
    role_keys,
    role_of,
    spans_of,
    spellings,
)
from news_dataset.spans import SPAN_FIELDS


class Origin(NamedTuple):
    """Where a value of the release form is written in the source form: at a pointer, or as its key."""

    pointer: str
    on_key: bool = False


@dataclass(frozen=True, slots=True)
class Expanded:
    """A record in the release form.

    Args:
        data: its fields.
        origins: for pointers into it where they are written, if that is elsewhere; ``span`` of a row is the
            place of all the fields of its span.
        words: the words that are written beside spans, with the pointers of the fragments that they are of.
    """

    data: dict[str, Any]
    origins: dict[str, Origin] = field(default_factory=dict)
    words: tuple[tuple[tuple[str, ...], Any], ...] = ()

    def origin(self, pointer: str) -> Origin:
        """Return where the value at a pointer into the release form is written."""
        if pointer in self.origins:
            return self.origins[pointer]
        above, _, name = pointer.rpartition("/")
        if name in SPAN_FIELDS and (span := self.origins.get(f"{above}/{SPAN}")):
            return span
        head, rest = pointer, ""
        while head and head not in self.origins:
            head, _, last = head.rpartition("/")
            rest = f"/{last}{rest}"
        return Origin(self.origins[head].pointer + rest if head else pointer)


def expand(record: dict[str, Any], model: type[Row], path: str = "") -> Expanded:
    """Return a record in the release form; one that is in it already is returned as it is.

    Args:
        record: the record as a reader returned it.
        model: its model.
        path: the file, from which a numbered record may take its id.
    """
    expansion = Expansion()
    fields, keys = spellings(model), role_keys(model)
    data: dict[str, Any] = {}
    # In the order of the codebook: that of a mapping's keys means nothing in JSON, and some programs sort them.
    ranks = {key: rank for rank, key in enumerate(keys)}
    for key, value in sorted(record.items(), key=lambda item: ranks.get(item[0], len(ranks))):
        name = keys.get(key, key)
        if name not in fields or (name != key and not isinstance(value, list)):
            data[name] = value
            if name != key:
                expansion.origins[step("", name)] = Origin(step("", key))
            continue
        rows = expansion.rows(key, value, fields[name], step("", name), data.get(name))
        if rows is None:
            data[name] = value
        elif isinstance(data.setdefault(name, []), list):
            data[name] = [*data[name], *rows]
    if "id" not in data and (identity := _id_by_path(model, path)):
        data = {"id": identity, **data}
    data |= {name: value for name, value in defaults(model, data).items() if name not in data}
    return Expanded(data, expansion.origins, tuple(expansion.words))


def _id_by_path(model: type[Row], path: str) -> str:
    """Return the id that the place of a file gives a record: ``statements/<article>/07.yaml``."""
    place, kind = PurePath(path), str(getattr(model, "record_type", ""))
    is_numbered = kind in NUMBERED and place.stem.isdigit() and place.parent.parent.name == BY_TYPE[kind].table
    return f"{kind}/{place.parent.name}/{place.stem}" if is_numbered else ""


class Expansion:
    """Gathers the rows of the lists of one record."""

    def __init__(self) -> None:
        self.origins: dict[str, Origin] = {}
        self.words: list[tuple[tuple[str, ...], Any]] = []
        self.mentions: Counter[str] = Counter()

    def rows(self, key: str, value: Any, how: Spelling, base: str, before: Any) -> list[Any] | None:
        """Return the rows that a field gives its list; None where it is no list in any spelling."""
        at, source = len(before) if isinstance(before, list) else 0, step("", key)
        if key in how.roles:
            found = [{"role": how.roles[key], **participant(item)} for item in value]
            self.place(base, at, [step(source, number) for number in range(len(found))], source)
            return found
        if how.by_role and isinstance(value, dict):
            return list(self.spans(_by_role(value, source), how, base, at))
        if not isinstance(value, list):
            return None
        if how.only:
            return [{how.only: item} if isinstance(item, str) else item for item in value]
        if how.has_spans:
            items = ((step(source, number), "", item) for number, item in enumerate(value))
            return list(self.spans(items, how, base, at))
        self.place(base, at, [step(source, number) for number in range(len(value))])
        return value

    def place(self, base: str, at: int, sources: list[str], key: str = "") -> None:
        """Note where rows are written."""
        for number, source in enumerate(sources, at):
            pointer = step(base, number)
            if pointer != source:
                self.origins[pointer] = Origin(source)
            if key:
                self.origins[f"{pointer}/role"] = Origin(key, on_key=True)

    def spans(self, items: Iterator[tuple[str, str, Any]], how: Spelling, base: str, at: int) -> Iterator[Any]:
        """Yield the rows of a list whose rows point into the text."""
        for source, key, item in items:
            rows = self.mention(item, how) if isinstance(item, dict) else [item]
            self.place(base, at, [source] * len(rows), key)
            if isinstance(item, dict) and SPAN in item:
                lines = (f"{step(base, at + number)}/{SPAN}" for number in range(len(rows)))
                self.origins |= dict.fromkeys(lines, Origin(f"{source}/{SPAN}"))
            if isinstance(item, dict) and WORDS in item:
                values = item[shared] if (shared := _shared(item, how)) else [None]
                pointers = tuple(step(base, at + number) for number in range(len(rows) // len(values)))
                self.words.append((pointers, item[WORDS]))
            at += len(rows)
            yield from rows

    def mention(self, item: dict[str, Any], how: Spelling) -> list[dict[str, Any]]:
        """Return the rows of a mention: its fragments, for each of those that share it."""
        numbers: dict[str, Any] = {}
        first = as_number(item.get("fragment", 1))
        if "mention" in how.child.model_fields:
            role = str(item.get("role", ""))
            numbers = {"mention": item.get("mention", self.mentions[role] + 1), "fragment": item.get("fragment", 1)}
            self.mentions[role] = as_number(numbers["mention"]) or self.mentions[role]
        parts = spans_of(item[SPAN]) if SPAN in item and not set(SPAN_FIELDS) & set(item) else []
        shared = _shared(item, how)
        if not parts and not shared and WORDS not in item:
            return [item if numbers.items() <= item.items() else item | numbers]
        rest = {name: value for name, value in item.items() if name != WORDS and (name != SPAN or not parts)}
        rows = []
        for value in item[shared] if shared else [None]:
            for number, part in enumerate(parts or [{}]):
                row = rest | ({shared: value} if shared else {}) | numbers | part
                if number and first is not None:
                    row["fragment"] = first + number
                rows.append(row)
        return rows


def _shared(item: dict[str, Any], how: Spelling) -> str:
    """Return the column of a mention that holds a list; empty where none does."""
    values = item.get(how.shared)
    return how.shared if isinstance(values, list) and values else ""


def _by_role(value: dict[str, Any], source: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each mention of a mapping of roles to spans: its pointer, that of its key, and its fields."""
    for key, found in value.items():
        at = step(source, key)
        several = isinstance(found, list) and found
        for number, mention in enumerate(found if several else [found]):
            fields = mention if isinstance(mention, dict) else {SPAN: mention}
            yield step(at, number) if several else at, at, role_of(key) | fields
