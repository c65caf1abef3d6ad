"""What annotations refer to: people, organizations, places and events, and who takes part in these."""

from __future__ import annotations

from news_dataset.importers.conversion import ENTITIES, Conversion
from news_dataset.importers.entities import Data, Key, line
from news_dataset.records.codebooks import EVENT_ROLE
from news_dataset.records.mapping import MappingRule
from news_dataset.records.plover import EVENT_TYPE


def find_entities(conversion: Conversion) -> None:
    """Give each annotation of a person, organization, place or event the id of its record."""
    groups = _groups(conversion)
    for at, rule in enumerate(conversion.rules):
        if rule and rule.record in (*ENTITIES, "event"):
            conversion.entity[at] = _entity(conversion, at, rule, groups.get(at, at))
    for at, rule in enumerate(conversion.rules):
        if rule and rule.record == "event":
            _add_participants(conversion, at)


def _groups(conversion: Conversion) -> dict[int, int]:
    """Return for each annotation that is one thing with others the first of these."""
    first: dict[int, int] = {}

    def root(at: int) -> int:
        while first.get(at, at) != at:
            first[at] = at = first.get(first[at], first[at])
        return at

    for place, (annotation, rule) in enumerate(zip(conversion.all, conversion.rules, strict=True)):
        if rule and rule.record == "same":
            conversion.reached.add(place)
            places = sorted(root(conversion.at[target]) for _, target in annotation.links)
            first |= dict.fromkeys(places, places[0])
    return {at: root(at) for at in list(first)}


def _entity(conversion: Conversion, at: int, rule: MappingRule, group: int) -> str:
    annotation, data = conversion.all[at], conversion.values(at, rule)
    field_name = "title" if rule.record == "event" else "name"
    given = data.pop(field_name, None)
    words = line(conversion.words(at), 240 if rule.record == "event" else 120)
    name = str(given) if given else words or line(f"{annotation.type} {annotation.id}")
    document = conversion.document
    shared = conversion.value(at, rule.same) if rule.same else None
    key: Key = (rule.record, conversion.article or document.path, document.annotator)
    if rule.same == "words":
        key = (*key, "words", str(shared))
    elif shared not in (None, ""):
        key = (rule.record, str(shared))
        data = conversion.external(str(shared), annotation) | data
    else:
        key = (*key, str(group))
        data = (conversion.external(annotation.id, annotation) if not annotation.fragments else {}) | data
    if rule.record == "event" and "type" in data:
        data["type"] = conversion.corpus.code(EVENT_TYPE.definitions, "event_type", str(data["type"]))
    return conversion.corpus.entities.add(key, name, data, is_named=bool(given), path=document.path)


def _add_participants(conversion: Conversion, at: int) -> None:
    event = conversion.entity[at]
    for role, target, _ in conversion.parts(at):
        if role == "trigger" and target is not None:
            conversion.entity.setdefault(target, event)
            continue
        if role == "place" and target is not None and conversion.entity.get(target, "").startswith("place/"):
            conversion.corpus.entities.records[event].setdefault("place", conversion.entity[target])
            continue
        named = conversion.corpus.code(EVENT_ROLE.definitions, "event_role", role)
        ordinal = conversion.corpus.entities.participant(event, {"role": named, **who(conversion, target)})
        if target is not None:
            conversion.shows.setdefault(target, []).append((event, ordinal))


def who(conversion: Conversion, at: int | None) -> Data:
    """Return who is meant: a record, a label, or nobody who is named."""
    if at is None:
        return {"implicit": True}
    if not conversion.entity.get(at, "event/").startswith("event/"):
        return {"entity": conversion.entity[at]}
    annotation, rule = conversion.all[at], conversion.rules[at]
    given = conversion.value(at, rule.fields["label"]) if rule and "label" in rule.fields else None
    return {"label": line(str(given or "")) or line(conversion.words(at)) or line(f"{annotation.type} {annotation.id}")}
