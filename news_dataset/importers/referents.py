"""What annotations refer to: people, organizations, places and events, and who takes part in these."""

from __future__ import annotations

import re
from typing import Any

from news_dataset.importers.conversion import ENTITIES, Conversion
from news_dataset.importers.entities import Data, Key, clean, is_text, line
from news_dataset.records.codebooks import EVENT_ROLE, EVENT_TYPE
from news_dataset.records.mapping import MappingRule

_TYPE = re.compile("(?=.{1,40}$)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def find_entities(conversion: Conversion) -> None:
    """Give each annotation of a person, organization, place or event the id of its record."""
    keys = _keys(conversion)
    for at, rule in enumerate(conversion.rules):
        if rule and rule.record in (*ENTITIES, "event"):
            conversion.entity[at] = _entity(conversion, at, rule, keys[at])
    for at, rule in enumerate(conversion.rules):
        if rule and rule.record == "event":
            _add_participants(conversion, at)


def _keys(conversion: Conversion) -> dict[int, Key]:
    """Return for each annotation of a person, organization, place or event what tells it from others.

    Within a document those are one that a relation or the same words join. One with an attribute that holds in all
    documents gives its key to those that are joined with it and have none.
    """
    groups = _groups(conversion)
    document = conversion.document
    found: dict[int, Key] = {}
    of_group: dict[tuple[str, int], Key] = {}
    for at, rule in enumerate(conversion.rules):
        if rule and rule.record in (*ENTITIES, "event") and rule.same not in (None, "words"):
            shared = conversion.value(at, rule.same)
            if shared not in (None, ""):
                found[at] = (rule.record, str(shared))
                of_group.setdefault((rule.record, groups.get(at, at)), found[at])
    for at, rule in enumerate(conversion.rules):
        if rule and at not in found:
            group = groups.get(at, at)
            own = (rule.record, conversion.article or document.path, document.annotator, str(group))
            if rule.same == "words":  # which mean the same, whoever annotated them
                own = (*own[:2], "words", clean(conversion.words(group)))
            found[at] = of_group.get((rule.record, group), own)
    return found


def _groups(conversion: Conversion) -> dict[int, int]:
    """Return for each annotation that is one thing with others the first of these."""
    first: dict[int, int] = {}

    def root(at: int) -> int:
        while first.get(at, at) != at:
            first[at] = at = first.get(first[at], first[at])
        return at

    def join(places: list[int]) -> None:
        roots = sorted(map(root, places))
        first.update(dict.fromkeys(roots, roots[0]))

    by_words: dict[tuple[str, str], list[int]] = {}
    for at, (annotation, rule) in enumerate(zip(conversion.all, conversion.rules, strict=True)):
        if rule and rule.record == "same":
            ends = [conversion.at[target] for _, target in annotation.links if target in conversion.at]
            if len(ends) > 1 and all(_is_entity(conversion, end) for end in ends):
                join(ends)
            else:
                conversion.leave_whole(at, "its ends are not all people, organizations, places or events")
        elif rule and rule.same == "words" and annotation.fragments:
            by_words.setdefault((rule.record, conversion.value(at, "words")), []).append(at)
    for places in by_words.values():
        join(places)
    return {at: root(at) for at in list(first)}


def _is_entity(conversion: Conversion, at: int) -> bool:
    rule = conversion.rules[at]
    return rule is not None and rule.record in (*ENTITIES, "event")


def _entity(conversion: Conversion, at: int, rule: MappingRule, key: Key) -> str:
    annotation, data = conversion.all[at], conversion.values(at, rule)
    field = "title" if rule.record == "event" else "name"
    most = 240 if rule.record == "event" else 120
    given = data.pop(field, None)
    name = line("" if given is None or isinstance(given, list) else str(given), most)
    if given is not None and not is_text(given, most):
        why = f"{rule.record}.{field}: is no text of one line with {most} characters at most"
        conversion.refuse(at, why, given)
        given = name or None
    name = str(given) if given is not None else line(conversion.words(at), most)
    name = name or line(f"{annotation.type} {annotation.id}", most)
    if len(key) == 2:
        data = conversion.external(key[1], annotation) | data
    elif not annotation.fragments:
        data = conversion.external(annotation.id, annotation) | data
    if rule.record == "event" and "type" in data:
        data["type"] = _event_type(conversion, at, data["type"])
    place = conversion.place(annotation)
    annotator = conversion.document.annotator if rule.record == "event" else ""  # what happened is for each to say
    identity = conversion.corpus.entities.add(
        key, name, data, is_named=given is not None, place=place, annotator=annotator
    )
    record = conversion.corpus.entities.records[identity]
    for one, value in (data if given is None else data | {field: name}).items():
        if record[one] != value and one not in rule.values:  # another annotation of the same thing says otherwise
            why = "another annotation of the same thing says otherwise"
            conversion.leave("attribute", annotation, rule.fields.get(one, "id"), value, why)
    return identity


def _event_type(conversion: Conversion, at: int, said: Any) -> str:
    """Return a type of event that a codebook may have."""
    if not isinstance(said, str) or not _TYPE.fullmatch(said):
        conversion.refuse(at, "event.type: capitals, words joined by _, 40 characters at most", said)
        return "OTHER"
    return conversion.corpus.code(EVENT_TYPE.definitions, "event_type", said)


def _add_participants(conversion: Conversion, at: int) -> None:
    event = conversion.entity[at]
    record = conversion.corpus.entities.records[event]
    for role, target, _ in conversion.parts(at):
        meant = "" if target is None else conversion.entity.get(target, "")
        if role == "trigger":
            if target is not None and conversion.all[target].fragments and meant in ("", event):
                conversion.entity[target] = event
            else:
                conversion.leave_link(at, role, target, "it marks no words of its own")
            continue
        if role == "place" and meant.startswith("place/"):
            if record.setdefault("place", meant) != meant:  # an event has one
                conversion.leave_link(at, role, target, "an event has one place")
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
    name = rule.fields.get("label", "") if rule else ""
    given = conversion.value(at, name) if name else None
    label = line(str(given or ""))
    if label != str(given or "") and name in annotation.attributes:  # of which a label has not room for all
        conversion.leave_value(at, name)
    # Words that are no characters of a label, as control characters, are named by their place: ids may be new ones.
    place = f"at {annotation.fragments[0][0]}" if annotation.fragments else annotation.id
    return {"label": label or line(conversion.words(at)) or line(f"{annotation.type} {place}")}
