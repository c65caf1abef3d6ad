"""Expand records from the source form to the release form, keeping the origin of every value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
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
    """The place of a value in the source form: the value at a pointer, or with *on_key* the key there."""

    pointer: str
    on_key: bool = False


@dataclass(frozen=True, slots=True)
class Expanded:
    """A record in the release form.

    Args:
        data: its fields.
        origins: pointer into it → place in the source form, where the two differ; ``span`` of a row is the place of
            all the fields of its span.
        words: the words beside spans, each after the pointers of their fragments in the release form.
    """

    data: dict[str, Any]
    origins: dict[str, Origin] = field(default_factory=dict)
    words: tuple[tuple[tuple[str, ...], Any], ...] = ()

    def origin(self, pointer: str) -> Origin:
        """Return the place in the source form of the value at a pointer into the release form."""
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
    """Return a record in the release form; one that is in it already stays the same.

    Args:
        record: the record as a reader returned it.
        model: its model.
        path: the file, whose name may give a numbered record its id.
    """
    expansion = Expansion()
    fields, keys = spellings(model), role_keys(model)
    data: dict[str, Any] = {}
    items: Iterable[tuple[str, Any]] = record.items()
    if not keys.keys().isdisjoint(record):
        # In the order of the codebook, since the order of keys means nothing in JSON and some programs sort them.
        ranks = {key: rank for rank, key in enumerate(keys)}
        items = sorted(items, key=lambda item: ranks.get(item[0], len(ranks)))
    for key, value in items:
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
            if not data[name] and name != key:
                expansion.origins[step("", name)] = Origin(step("", key))
    if "id" not in data and (identity := _id_by_path(model, path)):
        data = {"id": identity, **data}
    data |= {name: value for name, value in defaults(model, data).items() if name not in data}
    return Expanded(data, expansion.origins, tuple(expansion.words))


def _id_by_path(model: type[Row], path: str) -> str:
    """Return the id that ``statements/<article>/07.yaml`` gives; empty for other paths."""
    place, kind = PurePath(path), str(getattr(model, "record_type", ""))
    is_numbered = kind in NUMBERED and place.stem.isdigit() and place.parent.parent.name == BY_TYPE[kind].table
    return f"{kind}/{place.parent.name}/{place.stem}" if is_numbered else ""


class Expansion:
    """Expands the lists of one record, and collects origins and words; *mentions* has the last number by role."""

    def __init__(self) -> None:
        self.origins: dict[str, Origin] = {}
        self.words: list[tuple[tuple[str, ...], Any]] = []
        self.mentions: Counter[str] = Counter()

    def rows(self, key: str, value: Any, how: Spelling, base: str, before: Any) -> list[Any] | None:
        """Return the rows that a field adds to its list; None if its value is not a list in any spelling.

        *key* is the field in the source form, *base* the pointer of the list in the release form, *before* the rows
        that the list has already, if any.
        """
        start, source = len(before) if isinstance(before, list) else 0, step("", key)
        if key in how.roles:
            rows = [{"role": how.roles[key], **participant(item)} for item in value]
            self.place(base, start, [step(source, index) for index in range(len(rows))], source)
            return rows
        if how.by_role and isinstance(value, dict):
            return list(self.spans(_by_role(value, source), how, base, start))
        if not isinstance(value, list):
            return None
        if how.only:
            return [{how.only: item} if isinstance(item, str) else item for item in value]
        if how.has_spans:
            items = ((step(source, index), "", item) for index, item in enumerate(value))
            return list(self.spans(items, how, base, start))
        self.place(base, start, [step(source, index) for index in range(len(value))])
        return value

    def place(self, base: str, start: int, sources: list[str], key: str = "") -> None:
        """Record the origins of the rows from number *start* (from 0) of a list; *key* is that of their role."""
        for index, source in enumerate(sources, start):
            pointer = step(base, index)
            if pointer != source:
                self.origins[pointer] = Origin(source)
            if key:
                self.origins[f"{pointer}/role"] = Origin(key, on_key=True)

    def spans(self, items: Iterator[tuple[str, str, Any]], how: Spelling, base: str, start: int) -> Iterator[Any]:
        """Yield the rows of a list whose rows point into the text; *start* is the index of the first.

        An item has the pointer of a mention in the source form, that of the key of its role (or empty), and its value.
        """
        for source, key, item in items:
            rows = self.mention(item, how) if isinstance(item, dict) else [item]
            self.place(base, start, [source] * len(rows), key)
            pointers = [step(base, start + index) for index in range(len(rows))]
            if isinstance(item, dict) and SPAN in item:
                lines = (f"{pointer}/{SPAN}" for pointer in pointers)
                self.origins |= dict.fromkeys(lines, Origin(f"{source}/{SPAN}"))
            if isinstance(item, dict) and WORDS in item:
                values = item[shared] if (shared := _shared(item, how)) else [None]
                self.words.append((tuple(pointers[: len(rows) // len(values)]), item[WORDS]))
            start += len(rows)
            yield from rows

    def mention(self, item: dict[str, Any], how: Spelling) -> list[dict[str, Any]]:
        """Return the rows of a mention: one per fragment, repeated for each item of a shared column."""
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
            for index, part in enumerate(parts or [{}]):
                row = rest | ({shared: value} if shared else {}) | numbers | part
                if index and first is not None:
                    row["fragment"] = first + index
                rows.append(row)
        return rows


def _shared(item: dict[str, Any], how: Spelling) -> str:
    """Return the shared column of a mention, if it holds a list; else an empty text."""
    values = item.get(how.shared)
    return how.shared if isinstance(values, list) and values else ""


def _by_role(value: dict[str, Any], source: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield pointer, pointer of the key and fields of each mention of a role mapping."""
    for key, mentions in value.items():
        pointer = step(source, key)
        is_list = isinstance(mentions, list) and mentions
        for index, mention in enumerate(mentions if is_list else [mentions]):
            fields = mention if isinstance(mention, dict) else {SPAN: mention}
            yield step(pointer, index) if is_list else pointer, pointer, role_of(key) | fields
