"""Changes between two datasets: which records were added, changed, removed or moved, and in which fields."""

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

_Indexed = tuple[int, Child]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A change of a field or of a whole child.

    Args:
        pointer: JSON Pointer in the new record; for a removed child, in the old one.
        old: the old value: a scalar, or a child as a dict; None if it was absent.
        new: the new value; None if it is absent.
    """

    pointer: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A change of a record.

    Args:
        kind: the kind of change.
        id: its id; for a moved record, the new one.
        type: its record type.
        label: its label; for a removed record, the old one.
        fields: the changes in a changed or moved record, in the order of its fields.
        old_id: the old id of a moved record.
    """

    kind: Kind
    id: str
    type: str
    label: str
    fields: tuple[FieldChange, ...] = ()
    old_id: str | None = None


def compare(old: Iterable[Record], new: Iterable[Record], redirects: Iterable[Redirect] = ()) -> list[RecordChange]:
    """Return the changes of records between two datasets, sorted by record type and id.

    The order of children counts: a child that only changed its place is removed and added. If records were merged,
    each one whose id is gone is moved to the record that replaced it.

    Args:
        old: the old records, in any order.
        new: the new records, in any order.
        redirects: the redirects of the new dataset; a record whose id was redirected is moved, not removed and added.

    Raises:
        InvalidDataError: two of the old or two of the new records have the same id.
    """
    before, after = _by_id(old, "old"), _by_id(new, "new")
    new_ids = _moved_ids(before, after, redirects)
    ranks = {name: rank for rank, name in enumerate(BY_TYPE)}
    changes = _record_changes(before, after, new_ids)
    return sorted(changes, key=lambda change: (ranks[change.type], change.id, change.old_id or ""))


def as_text(changes: Sequence[RecordChange]) -> str:
    """Return changes as text: the counts, then one line per record and one per field."""
    lines = [_summary(changes)]
    for change in changes:
        lines.append(f"{change.kind:<7}  {_id_text(change)}  {_value_text(change.label)}")
        lines += [f"  {pointer}: {old} → {new}" for pointer, old, new in _value_lines(change)]
    return "".join(f"{escape(line)}\n" for line in lines)


def as_markdown(changes: Sequence[RecordChange]) -> str:
    """Return changes as Markdown: the counts, then a table with one row per field; values are escaped."""
    lines = [_summary(changes), "", "| change | record | label | field | old | new |", "|---|---|---|---|---|---|"]
    for change in changes:
        head = (_id_text(change), _value_text(change.label))
        rows = [(*head, *line) for line in _value_lines(change)] or [(*head, "", "", "")]
        lines += [f"| {' | '.join([change.kind, *map(code_span, row)])} |" for row in rows]
    return "".join(f"{line}\n" for line in lines)


def as_json_lines(changes: Sequence[RecordChange]) -> str:
    """Return changes as JSON Lines in ASCII; null means absent."""
    return "".join(f"{json.dumps(asdict(change), allow_nan=False)}\n" for change in changes)


FORMATS = {"text": as_text, "markdown": as_markdown, "jsonl": as_json_lines}


def _by_id(records: Iterable[Record], age: str) -> dict[str, Record]:
    """Return records by id; *age* is ``old`` or ``new``, for the message."""
    by_id: dict[str, Record] = {}
    for record in records:
        if record.id in by_id:
            raise InvalidDataError(f"{record.id} is twice among the {age} records")
        by_id[record.id] = record
    return by_id


def _moved_ids(before: dict[str, Record], after: dict[str, Record], redirects: Iterable[Redirect]) -> dict[str, str]:
    """Return new ids by old ids, as far as redirects lead to a record of the type."""
    targets = {redirect.old_id: redirect.new_id for redirect in redirects if redirect.new_id is not None}
    new_ids = {}
    for old_id, record in before.items():
        current, seen = old_id, set()
        while (
            current not in after and current in targets and current not in seen
        ):  # redirects may form chains or cycles
            seen.add(current)
            current = targets[current]
        if current != old_id and current in after and after[current].record_type == record.record_type:
            new_ids[old_id] = current
    return new_ids


def _record_changes(
    before: dict[str, Record], after: dict[str, Record], new_ids: dict[str, str]
) -> Iterator[RecordChange]:
    """Yield the changes of records, in no particular order."""
    for old_id, old in before.items():
        new = after.get(new_ids.get(old_id, old_id))
        if new is None:
            yield RecordChange("removed", old_id, old.record_type, old.label)
        elif new.id != old_id:
            yield RecordChange("moved", new.id, new.record_type, new.label, tuple(_field_changes(old, new)), old_id)
        elif fields := tuple(_field_changes(old, new)):
            yield RecordChange("changed", new.id, new.record_type, new.label, fields)
    for new_id in after.keys() - before.keys() - set(new_ids.values()):
        yield RecordChange("added", new_id, after[new_id].record_type, after[new_id].label)


def _field_changes(old: Record, new: Record) -> Iterator[FieldChange]:
    """Yield the changes of fields and children between two records."""
    yield from _row_changes(old, new, "")
    for name, model in children(type(new)).items():
        old_children, new_children = list(enumerate(getattr(old, name))), list(enumerate(getattr(new, name)))
        for before, after in _aligned(old_children, new_children, _matching_keys(model)):
            if before and after:
                yield from _row_changes(before[1], after[1], f"/{name}/{after[0]}")
            elif before:
                yield FieldChange(f"/{name}/{before[0]}", before[1].to_dict(), None)
            elif after:
                yield FieldChange(f"/{name}/{after[0]}", None, after[1].to_dict())


def _row_changes(old: Row, new: Row, pointer: str) -> Iterator[FieldChange]:
    """Yield the changes of fields between two rows; *pointer* is that of the new row."""
    names = dict.fromkeys(column.name for row in (new, old) for column in columns(type(row)))
    for name in names:  # the profiles of the datasets may add different fields
        before, after = getattr(old, name, None), getattr(new, name, None)
        if before != after and name != "id":  # the RecordChange has both ids
            yield FieldChange(f"{pointer}/{name}", before, after)


@cache
def _matching_keys(model: type[Child]) -> tuple[tuple[str, ...], ...]:
    """Return the sets of fields by which children are matched, from strict to lax.

    First all fields; then those that hold no offsets or context, so that spans that only moved are matched; then the
    first of these, which for most children is the record that they are about.
    """
    names = tuple(column.name for column in columns(model))
    offsets = {column.name for column in columns(model) if column.kind == "int32"}
    without_offsets = tuple(name for name in names if name not in {*offsets, "prefix", "suffix"})
    return names, without_offsets, without_offsets[:1]


def _aligned(
    old: Sequence[_Indexed], new: Sequence[_Indexed], keys: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[_Indexed | None, _Indexed | None]]:
    """Yield pairs of old and new children in order, with None for one without a partner.

    Children that no key matches are paired by their order between those that are matched.
    """
    if not keys:
        yield from zip_longest(old, new)
        return
    before, after = ([tuple(getattr(child, name) for name in keys[0]) for _, child in side] for side in (old, new))
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        laxer_keys = () if tag == "equal" else keys[1:]
        yield from _aligned(old[start:end], new[new_start:new_end], laxer_keys)


def _summary(changes: Sequence[RecordChange]) -> str:
    """Return the number of changes of each kind."""
    return ", ".join(f"{sum(change.kind == kind for change in changes)} {kind}" for kind in KINDS)


def _id_text(change: RecordChange) -> str:
    return change.id if change.old_id is None else f"{change.old_id} → {change.id}"


def _value_lines(change: RecordChange) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, old and new value of each change as text, one line per span."""
    for pointer, group in groupby(change.fields, key=lambda field: _span_owner(change.type, field.pointer)):
        fields = list(group)
        if len(fields) > 1 and fields[0].pointer != pointer:
            yield pointer, *_span_values({field.pointer.rpartition("/")[2]: field for field in fields})
        else:  # also for a removed and an added child with the same index, whose pointers are equal
            yield from ((field.pointer, _value_text(field.old), _value_text(field.new)) for field in fields)


def _span_owner(record_type: str, pointer: str) -> str:
    """Return the pointer of the child if *pointer* is that of a field of its span; else *pointer*."""
    child, _, name = pointer.rpartition("/")
    model = children(BY_TYPE[record_type]).get(child.strip("/").partition("/")[0])
    # an office has a start and an end, but no span
    return child if model and name in SPAN_FIELDS and set(SPAN_FIELDS) <= model.model_fields.keys() else pointer


def _span_values(fields: dict[str, FieldChange]) -> tuple[str, str]:
    """Return the old and the new span as text, given its changed fields by name."""
    offsets = [name for name in ("start", "end") if name in fields]
    if not offsets:
        return "span", f"same place, other {', '.join(fields)}"
    old, new = ("–".join(str(getattr(fields[name], side)) for name in offsets) for side in ("old", "new"))
    which = "span" if len(offsets) == 2 else f"span {offsets[0]}"
    return f"{which} {old}", f"{new} (other words)" if "digest" in fields else new


def _value_text(value: Any) -> str:
    """Return a value as text; strings are quoted, so that none looks like another kind of value."""
    if value is None:
        return "absent"
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    has_span = set(SPAN_FIELDS) <= value.keys()
    parts = [f"{name} {_value_text(item)}" for name, item in value.items() if not (has_span and name in SPAN_FIELDS)]
    return ", ".join([*parts, f"span {value['start']}–{value['end']}"] if has_span else parts)
