"""The notes in which the exporter to brat keeps what brat's own lines cannot say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from news_dataset.annotations import Document, Fragments, Quarantined, Value
from news_dataset.exporters.brat import DOCUMENT, FIELDS, NOTE, in_lines
from news_dataset.files import ReadError
from news_dataset.importers.brat.lines import Line, Remark
from news_dataset.importers.inputs import parse_strict_json
from news_dataset.importers.soundness import offset_fault, sound

Note = dict[str, Any]


def apply_notes(document: Document, notes: Iterable[tuple[Line, Remark]]) -> Document:
    """Return a document with the ids, names and values in its notes.

    A note that is not as the exporter writes it goes into quarantine.

    Args:
        document: the document as it is without its notes.
        notes: each note with its line.
    """
    parsed: dict[str, Note] = {}
    refused: list[Quarantined] = []
    for line, remark in notes:
        note = _parse(str(remark.values[NOTE]), remark.target)
        if isinstance(note, dict) and remark.target not in parsed:
            parsed[remark.target] = note
        else:
            message = note if isinstance(note, str) else f"another note {NOTE} is about {remark.target}"
            refused.append(Quarantined(line.path, "bad_line", message, line.id, line.number, line.text))
    about = parsed.pop(DOCUMENT, {})
    names: dict[str, str] = about.pop("names", {})
    ids = {id_: note["id"] for id_, note in parsed.items() if "id" in note}
    annotations = tuple(
        replace(
            one,
            id=ids.get(one.id, one.id),
            type=names.get(one.type, one.type),
            fragments=_whole_fragments(document.text or "", one.fragments, parsed.get(one.id, {}).get("fragments")),
            attributes={**one.attributes, **_attributes(parsed.get(one.id, {}))},
            links=tuple((names.get(role, role), ids.get(target, target)) for role, target in one.links),
            trigger=ids.get(one.trigger, one.trigger),
        )
        for one in document.annotations
    )
    quarantined = (*document.quarantined, *refused)
    document = replace(document, annotations=annotations, attributes=_attributes(about), quarantined=quarantined)
    return sound(replace(document, **{name: value for name, value in about.items() if name != "attributes"}))


def _parse(text: str, target: str) -> Note | str:
    """Return a note as it is parsed, or what is wrong with it."""
    try:
        note = parse_strict_json(text)
    except ReadError as error:
        return f"the note {NOTE} {error}"
    fields = FIELDS[target == DOCUMENT]
    if not isinstance(note, dict) or any(not isinstance(note[name], fields.get(name, ())) for name in note):
        return f"the note {NOTE} may have {', '.join(fields)}, each of its type"
    values = note.get("attributes", {}).values()
    scalars = [scalar for value in values for scalar in (value if isinstance(value, list) else [value])]
    if not all(isinstance(scalar, Value) for scalar in scalars):
        return f"a value in the note {NOTE} is not a text, number or truth value"
    if not all(isinstance(name, str) for name in note.get("names", {}).values()):
        return f"a name in the note {NOTE} is not a text"
    return note


def _whole_fragments(text: str, pieces: Fragments, noted: list[Any] | None) -> Fragments:
    """Return the noted fragments; *pieces*, as brat has them, if these have changed."""
    if not noted or not all(isinstance(pair, list) and len(pair) == 2 for pair in noted):
        return pieces
    whole = tuple((start, end) for start, end in noted)
    is_sound = all(type(offset) is int for pair in whole for offset in pair) and not offset_fault(text, whole)
    return whole if is_sound and in_lines(text, whole) == pieces else pieces


def _attributes(note: Note) -> dict[str, Value | tuple[Value, ...]]:
    attributes = note.get("attributes", {}).items()
    return {name: tuple(value) if isinstance(value, list) else value for name, value in attributes}
