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
    """Return the document with ids, names and values from its notes.

    A note that is not as the exporter writes it goes into quarantine.

    Args:
        document: the document without them.
        notes: each note with its line.
    """
    said: dict[str, Note] = {}
    refused: list[Quarantined] = []
    for line, note in notes:
        found = _parsed(str(note.values[NOTE]), note.target)
        if isinstance(found, dict) and note.target not in said:
            said[note.target] = found
        else:
            why = found if isinstance(found, str) else f"another note {NOTE} is about {note.target}"
            refused.append(Quarantined(line.path, "bad_line", why, line.id, line.number, line.text))
    about = said.pop(DOCUMENT, {})
    names: dict[str, str] = about.pop("names", {})
    ids = {id_: note["id"] for id_, note in said.items() if "id" in note}
    annotations = tuple(
        replace(
            one,
            id=ids.get(one.id, one.id),
            type=names.get(one.type, one.type),
            fragments=_whole(document.text or "", one.fragments, said.get(one.id, {}).get("fragments")),
            attributes={**one.attributes, **_values(said.get(one.id, {}))},
            links=tuple((names.get(role, role), ids.get(target, target)) for role, target in one.links),
            trigger=ids.get(one.trigger, one.trigger),
        )
        for one in document.annotations
    )
    quarantined = (*document.quarantined, *refused)
    whole = replace(document, annotations=annotations, attributes=_values(about), quarantined=quarantined)
    return sound(replace(whole, **{name: value for name, value in about.items() if name != "attributes"}))


def _parsed(text: str, target: str) -> Note | str:
    """Return what a note says, or what is wrong with it."""
    try:
        said = parse_strict_json(text)
    except ReadError as error:
        return f"the note {NOTE} {error}"
    fields = FIELDS[target == DOCUMENT]
    if not isinstance(said, dict) or any(not isinstance(said[name], fields.get(name, ())) for name in said):
        return f"the note {NOTE} may have {', '.join(fields)}, each of its type"
    values = [
        one for value in said.get("attributes", {}).values() for one in (value if isinstance(value, list) else [value])
    ]
    if not all(isinstance(one, str | int | float) for one in values):
        return f"a value in the note {NOTE} is no text, number or truth value"
    if not all(isinstance(one, str) for one in said.get("names", {}).values()):
        return f"a name in the note {NOTE} is no text"
    return said


def _whole(text: str, pieces: Fragments, noted: list[Any] | None) -> Fragments:
    """Return the fragments of which there are pieces; the pieces themselves if somebody changed them since."""
    if not noted or not all(isinstance(one, list) and len(one) == 2 for one in noted):
        return pieces
    whole = tuple((start, end) for start, end in noted)
    is_sound = all(type(at) is int for one in whole for at in one) and not offset_fault(text, whole)
    return whole if is_sound and in_lines(text, whole) == pieces else pieces


def _values(note: Note) -> dict[str, Value | tuple[Value, ...]]:
    given = note.get("attributes", {}).items()
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given}
