"""What annotations refer to: people, organizations, places and events, and who takes part in these."""

from __future__ import annotations

import re
from typing import Any

from news_dataset.importers.conversion import Conversion
from news_dataset.importers.entities import Data, Key, clean, is_text, one_line
from news_dataset.records.codebooks import EVENT_ROLE, EVENT_TYPE
from news_dataset.records.mapping import MappingRule

_TYPE = re.compile("(?=.{1,40}$)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def find_entities(conversion: Conversion) -> None:
    """Add entities and events to the corpus, and set their ids in *conversion*."""
    keys = _keys(conversion)
    for index, rule in enumerate(conversion.rules):
        if rule and conversion.is_entity(index):
            conversion.entity_ids[index] = _add_entity(conversion, index, rule, keys[index])
    for index, rule in enumerate(conversion.rules):
        if rule and rule.record == "event":
            _add_participants(conversion, index)


def _keys(conversion: Conversion) -> dict[int, Key]:
    """Return a key for each annotation with a rule, by which entities are told apart.

    Within a document, annotations that a relation or the same words join have one key. The value of the attribute
    ``same`` is a key in all documents, also for the annotations that are joined with one that has it.
    """
    groups = _groups(conversion)
    document = conversion.document
    keys: dict[int, Key] = {}
    group_keys: dict[tuple[str, int], Key] = {}
    for index, rule in enumerate(conversion.rules):
        if rule and rule.same not in (None, "words") and conversion.is_entity(index):
            shared = conversion.value(index, rule.same)
            if shared not in (None, ""):
                keys[index] = (rule.record, str(shared))
                group_keys.setdefault((rule.record, groups.get(index, index)), keys[index])
    for index, rule in enumerate(conversion.rules):
        if rule and index not in keys:
            group = groups.get(index, index)
            own = (rule.record, conversion.article or document.path, document.annotator, str(group))
            if rule.same == "words":  # the same words mean the same, whoever annotated them
                own = (*own[:2], "words", clean(conversion.words(group)))
            keys[index] = group_keys.get((rule.record, group), own)
    return keys


def _groups(conversion: Conversion) -> dict[int, int]:
    """Return the first annotation of each that means the same thing (union-find)."""
    first: dict[int, int] = {}

    def root(index: int) -> int:
        while first.get(index, index) != index:
            first[index] = index = first.get(first[index], first[index])
        return index

    def join(indices: list[int]) -> None:
        roots = sorted(map(root, indices))
        first.update(dict.fromkeys(roots, roots[0]))

    by_words: dict[tuple[str, str], list[int]] = {}
    for index, (annotation, rule) in enumerate(zip(conversion.annotations, conversion.rules, strict=True)):
        if rule and rule.record == "same":
            ends = [conversion.index_of[target] for _, target in annotation.links if target in conversion.index_of]
            if len(ends) > 1 and all(map(conversion.is_entity, ends)):
                join(ends)
            else:
                conversion.leave_annotation(index, "its ends are not all people, organizations, places or events")
        elif rule and rule.same == "words" and annotation.fragments:
            by_words.setdefault((rule.record, conversion.value(index, "words")), []).append(index)
    for indices in by_words.values():
        join(indices)
    return {index: root(index) for index in list(first)}


def _add_entity(conversion: Conversion, index: int, rule: MappingRule, key: Key) -> str:
    """Add the entity of an annotation, or the fields that the entity of the same key lacks, and return its id.

    The first name that a field gives replaces one made of words or an id. Any other value that differs from the
    record's is left over, unless it is a constant of the rule.
    """
    annotation, data = conversion.annotations[index], conversion.fields(index, rule)
    is_event = rule.record == "event"
    field, most = ("title", 240) if is_event else ("name", 120)
    written = data.pop(field, None)
    name = one_line("" if written is None or isinstance(written, list) else str(written), most)
    if written is not None and not is_text(written, most):
        message = f"{rule.record}.{field}: is not a text of one line with {most} characters at most"
        conversion.refuse(index, message, written)
        written = name or None
    name = str(written) if written is not None else one_line(conversion.words(index), most)
    name = name or one_line(f"{annotation.type} {annotation.id}", most)
    if len(key) == 2:
        data = conversion.external_field(key[1], annotation) | data
    elif not annotation.fragments:
        data = conversion.external_field(annotation.id, annotation) | data
    if is_event and "type" in data:
        data["type"] = _event_type(conversion, index, data["type"])
    report, annotator = conversion.report(annotation), conversion.document.annotator if is_event else ""
    is_named, entities = written is not None, conversion.corpus.entities
    id_ = entities.add(key, name, data, is_named=is_named, report=report, annotator=annotator)
    for recorded, value in (data | {field: name} if is_named else data).items():
        if entities.records[id_][recorded] != value and recorded not in rule.values:
            why = "another annotation of the same thing says otherwise"
            conversion.leave("attribute", annotation, rule.fields.get(recorded, "id"), value, why)
    return id_


def _event_type(conversion: Conversion, index: int, code: Any) -> str:
    """Return a type of event, noted as needed; ``OTHER`` for a malformed one."""
    if not isinstance(code, str) or not _TYPE.fullmatch(code):
        conversion.refuse(index, "event.type: capitals, words joined by _, 40 characters at most", code)
        return "OTHER"
    return conversion.corpus.code(EVENT_TYPE.definitions, "event_type", code)


def _add_participants(conversion: Conversion, index: int) -> None:
    """Add triggers, place and participants to the event of an annotation."""
    event = conversion.entity_ids[index]
    record = conversion.corpus.entities.records[event]
    for role, target, _ in conversion.parts(index):
        entity = "" if target is None else conversion.entity_ids.get(target, "")
        if role == "trigger":
            if target is not None and conversion.annotations[target].fragments and entity in ("", event):
                conversion.entity_ids[target] = event
            else:
                conversion.leave_link(index, role, target, "it marks no words of its own")
        elif role == "place" and entity.startswith("place/"):
            if record.setdefault("place", entity) != entity:
                conversion.leave_link(index, role, target, "an event has one place")
        else:
            code = conversion.corpus.code(EVENT_ROLE.definitions, "event_role", role)
            participant = {"role": code, **participant_of(conversion, target, role)}
            ordinal = conversion.corpus.entities.add_participant(event, participant)
            if target is not None:
                conversion.shown_participants.setdefault(target, []).append((event, ordinal))


def participant_of(conversion: Conversion, index: int | None, role: str) -> Data:
    """Return the field of the participant in a role: an entity, a label, or for None, implicit."""
    if index is None:
        return {"implicit": True}
    if not conversion.entity_ids.get(index, "event/").startswith("event/"):
        return {"entity": conversion.entity_ids[index]}
    annotation, rule = conversion.annotations[index], conversion.rules[index]
    name = rule.fields.get("label", "") if rule else ""
    written = conversion.value(index, name) if name else None
    label = one_line(str(written or ""))
    if label != str(written or "") and name in annotation.attributes:  # the label was shortened
        conversion.leave_attribute(index, name)
    # Words that no label may have, such as control characters, are named by role and place: ids may be new ones, and an
    # annotation that is part of several statements has the type of the first.
    place = f"at {annotation.fragments[0][0]}" if annotation.fragments else annotation.id
    return {"label": label or one_line(conversion.words(index)) or one_line(f"{role} {place}")}
