"""The difference between two datasets: which records were added, changed, removed or moved, and in which fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby, zip_longest
from typing import Any, Literal

from news_dataset.errors import InvalidDataError
from news_dataset.records import BY_TYPE, Child, Record, Redirect, Row
from news_dataset.records.columns import children, columns
from news_dataset.reporters import code_span, escape
from news_dataset.spans import SPAN_FIELDS

Kind = Literal["added", "changed", "removed", "moved"]
KINDS: tuple[Kind, ...] = ("added", "changed", "removed", "moved")

_SAME = "The records are the same.\n"
_Numbered = tuple[int, Child]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field, or a whole child, that differs.

    Args:
        pointer: JSON Pointer in the new record; of a child that was removed, in the old one.
        old: the value before: a scalar, or a child as a dict; None where it was absent.
        new: the value now; None where it is absent.
    """

    pointer: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that differs.

    Args:
        kind: what became of it.
        id: its id; of a record that was moved, the new one.
        type: its record type.
        label: what people recognize it by, now or (removed) before.
        fields: what differs in a record that was changed or moved, in the order of its fields.
        old_id: of a record that was moved, the id that it had.
    """

    kind: Kind
    id: str
    type: str
    label: str
    fields: tuple[FieldChange, ...] = ()
    old_id: str | None = None


def compare(old: Iterable[Record], new: Iterable[Record], redirects: Iterable[Redirect] = ()) -> list[RecordChange]:
    """Return how the records of two datasets differ, by record type and id.

    Lists of children are aligned, since their order counts: one that only changed its place shows as removed and added.
    Of records that were merged, each one whose id is gone shows as moved to the record that took its place.

    Args:
        old: the records before, in any order.
        new: the records now, in any order.
        redirects: the redirects of the new dataset; a record whose id was redirected is moved, not removed and added.

    Raises:
        InvalidDataError: two of the old or two of the new records have the same id.
    """
    before, after = _by_id(old, "old"), _by_id(new, "new")
    moves = _moves(before, after, redirects)
    ranks = {name: rank for rank, name in enumerate(BY_TYPE)}
    found = _changes(before, after, moves)
    return sorted(found, key=lambda change: (ranks[change.type], change.id, change.old_id or ""))


def as_text(changes: Sequence[RecordChange]) -> str:
    """Return changes for people: the numbers, then a line per record and a line per field."""
    if not changes:
        return _SAME
    lines = [_summary(changes)]
    for change in changes:
        lines.append(f"{change.kind:<7}  {_identity(change)}  {_words(change.label)}")
        lines += [f"  {pointer}: {old} → {new}" for pointer, old, new in _lines(change)]
    return "".join(f"{escape(line)}\n" for line in lines)


def as_markdown(changes: Sequence[RecordChange]) -> str:
    """Return changes as Markdown: the numbers, then a table with a row per field; values cannot act as Markdown."""
    if not changes:
        return _SAME
    lines = [_summary(changes), "", "| change | record | label | field | old | new |", "|---|---|---|---|---|---|"]
    for change in changes:
        head = (_identity(change), _words(change.label))
        rows = [(*head, *line) for line in _lines(change)] or [(*head, "", "", "")]
        lines += [f"| {' | '.join([change.kind, *map(code_span, row)])} |" for row in rows]
    return "".join(f"{line}\n" for line in lines)


def as_json_lines(changes: Sequence[RecordChange]) -> str:
    """Return changes as JSON Lines in ASCII, one a line, every field in full; null means absent."""
    return "".join(f"{json.dumps(asdict(change), allow_nan=False)}\n" for change in changes)


FORMATS = {"text": as_text, "markdown": as_markdown, "jsonl": as_json_lines}


def _by_id(records: Iterable[Record], side: str) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record in records:
        if record.id in found:
            raise InvalidDataError(f"{record.id} stands twice among the {side} records")
        found[record.id] = record
    return found


def _moves(before: dict[str, Record], after: dict[str, Record], redirects: Iterable[Redirect]) -> dict[str, str]:
    """Return the new ids of the records whose old ids are gone."""
    steps = {one.old_id: one.new_id for one in redirects if one.new_id is not None}
    found = {}
    for start, record in before.items():
        at, seen = start, set()
        while at not in after and at in steps and at not in seen:  # a redirect may lead to another, or in a circle
            seen.add(at)
            at = steps[at]
        if at != start and at in after and after[at].record_type == record.record_type:
            found[start] = at
    return found


def _changes(before: dict[str, Record], after: dict[str, Record], moves: dict[str, str]) -> Iterator[RecordChange]:
    for old_id, old in before.items():
        new = after.get(moves.get(old_id, old_id))
        if new is None:
            yield RecordChange("removed", old_id, old.record_type, old.label)
        elif new.id != old_id:
            yield RecordChange("moved", new.id, new.record_type, new.label, tuple(_in_record(old, new)), old_id)
        elif found := tuple(_in_record(old, new)):
            yield RecordChange("changed", new.id, new.record_type, new.label, found)
    for new_id in after.keys() - before.keys() - set(moves.values()):
        yield RecordChange("added", new_id, after[new_id].record_type, after[new_id].label)


def _in_record(old: Record, new: Record) -> Iterator[FieldChange]:
    yield from _in_row(old, new, "")
    for name, model in children(type(new)).items():
        was, now = list(enumerate(getattr(old, name))), list(enumerate(getattr(new, name)))
        for one, other in _aligned(was, now, _keys(model)):
            if one and other:
                yield from _in_row(one[1], other[1], f"/{name}/{other[0]}")
            elif one:
                yield FieldChange(f"/{name}/{one[0]}", one[1].to_dict(), None)
            elif other:
                yield FieldChange(f"/{name}/{other[0]}", None, other[1].to_dict())


def _in_row(old: Row, new: Row, pointer: str) -> Iterator[FieldChange]:
    names = dict.fromkeys(column.name for row in (new, old) for column in columns(type(row)))
    for name in names:  # either dataset may have fields of its own
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was != now and name != "id":  # a moved record has another id, which the change itself says
            yield FieldChange(f"{pointer}/{name}", was, now)


@cache
def _keys(model: type[Child]) -> tuple[tuple[str, ...], ...]:
    """Return the fields by which children are matched, from strict to lax.

    All fields; those with words, so that spans which only moved keep their partners; the first of these,
    which for most children is whom or what they are about.
    """
    words = [one.name for one in columns(model) if one.kind != "int32" and one.name not in ("prefix", "suffix")]
    return tuple(one.name for one in columns(model)), tuple(words), tuple(words[:1])


def _aligned(
    old: Sequence[_Numbered], new: Sequence[_Numbered], keys: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[_Numbered | None, _Numbered | None]]:
    """Yield pairs of children in order; what no key brings together is paired by its place between those that are."""
    if not keys:
        yield from zip_longest(old, new)
        return
    was, now = ([tuple(getattr(child, name) for name in keys[0]) for _, child in side] for side in (old, new))
    for tag, start, end, new_start, new_end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        laxer = () if tag == "equal" else keys[1:]
        yield from _aligned(old[start:end], new[new_start:new_end], laxer)


def _summary(changes: Sequence[RecordChange]) -> str:
    return ", ".join(f"{sum(change.kind == kind for change in changes)} {kind}" for kind in KINDS)


def _identity(change: RecordChange) -> str:
    return change.id if change.old_id is None else f"{change.old_id} → {change.id}"


def _lines(change: RecordChange) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, old and new value of each field as words; fields of a span that changed together are one."""
    for pointer, group in groupby(change.fields, key=lambda field: _unit(change.type, field.pointer)):
        found = list(group)
        if len(found) > 1 and found[0].pointer != pointer:
            yield pointer, *_span({field.pointer.rpartition("/")[2]: field for field in found})
        else:  # also of two children: what was removed in the old list may have the place of what was added in the new
            yield from ((field.pointer, _words(field.old), _words(field.new)) for field in found)


def _unit(record_type: str, pointer: str) -> str:
    """Return the pointer of the child if *pointer* leads into its span, else *pointer* itself."""
    child, _, name = pointer.rpartition("/")
    model = children(BY_TYPE[record_type]).get(child.strip("/").partition("/")[0])
    # an office has a start and an end as well, and no span
    return child if model and name in SPAN_FIELDS and set(SPAN_FIELDS) <= model.model_fields.keys() else pointer


def _span(found: dict[str, FieldChange]) -> tuple[str, str]:
    offsets = [name for name in ("start", "end") if name in found]
    if not offsets:
        return "span", f"same place, other {', '.join(found)}"
    old, new = ("–".join(str(getattr(found[name], side)) for name in offsets) for side in ("old", "new"))
    which = "span" if len(offsets) == 2 else f"span {offsets[0]}"
    return f"{which} {old}", f"{new} (other words)" if "digest" in found else new


def _words(value: Any) -> str:
    """Return a value as words; texts are quoted, so that none can be mistaken for another kind of value."""
    if value is None:
        return "absent"
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    has_span = set(SPAN_FIELDS) <= value.keys()
    words = [f"{name} {_words(item)}" for name, item in value.items() if not (has_span and name in SPAN_FIELDS)]
    return ", ".join([*words, f"span {value['start']}–{value['end']}"] if has_span else words)
