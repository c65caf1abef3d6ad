"""An annotated document becomes records: its article with mentions, and its statements; entities go to the corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from news_dataset.annotations import OWN, Annotation, Document, Quarantined
from news_dataset.importers.entities import Data, Entities, Key, Slugs, clean, line
from news_dataset.importers.rules import Rules, base_role
from news_dataset.records import Record
from news_dataset.records.codebooks import EVENT_ROLE
from news_dataset.records.fields import TEXT_PATTERN
from news_dataset.records.mapping import MappingRule
from news_dataset.records.plover import EVENT_TYPE
from news_dataset.spans import Text, quoted_ranges

ENTITIES = ("person", "organization", "place")
UNKNOWN: dict[str, Data] = {
    "article": {"language": "und", "genre": "unknown", "rights": "unknown", "status": "draft"},
    "statement": dict.fromkeys(("kind", "claim_type", "certainty", "polarity"), "unknown"),
    "organization": {"kind": "unknown"},
    "place": {"kind": "unknown"},
    "event": {"type": "OTHER"},
}
"""Of each type of record the fields that it needs, and what they hold where the origin does not say it."""

_LITERAL = re.compile(TEXT_PATTERN)


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something in a document that no rule of the mapping takes over."""

    path: str
    what: str
    type: str
    name: str = ""
    value: Any = None
    id: str = ""
    line: int = 0


@dataclass
class Corpus:
    """What all documents of a corpus share.

    Args:
        rules: the rules of the mapping.
        models: the model of each type of record.
        form: the format of the corpus.
        slugs: the ids that are taken.
        entities: the people, organizations, places and events.
        codes: the codes that the dataset needs beside those of every dataset, by their codebook.
    """

    rules: Rules
    models: Mapping[str, type[Record]]
    form: str
    slugs: Slugs
    entities: Entities
    codes: dict[str, set[str]] = field(default_factory=dict)

    def code(self, book: Mapping[str, str], name: str, code: str) -> str:
        """Return a code of a codebook; one that is new there is noted."""
        if code not in book:
            self.codes.setdefault(name, set()).add(code)
        return code

    def fit(self, kind: str, data: Data, at: Quarantined) -> Iterator[Quarantined]:
        """Take from a record each value that does not fit its field, and yield what was taken.

        Args:
            kind: the type of the record.
            data: the record, which is changed; it is emptied where it cannot be one.
            at: the place that is named for what is taken.
        """
        for _ in range(2):
            try:
                self.models[kind].model_validate(data)
                return
            except ValidationError as error:
                faults = error.errors(include_url=False)
            for name in dict.fromkeys(str(fault["loc"][0]) if fault["loc"] else "" for fault in faults):
                why = next(str(one["msg"]) for one in faults if name in ("", *map(str, one["loc"][:1])))
                value = data.pop(name, None)
                yield Quarantined(at.path, "bad_value", f"{kind}.{name}: {why}", at.id, at.line, str(value))
                if name in UNKNOWN.get(kind, ()):
                    data[name] = UNKNOWN[kind][name]
        data.clear()


@dataclass(frozen=True, slots=True)
class Converted:
    """The records of a document, and what did not become one."""

    article: Data
    statements: list[Data]
    leftovers: list[Leftover]
    quarantined: list[Quarantined]


class Conversion:
    """One document on its way to records.

    Args:
        document: the document, whose annotations are sound.
        corpus: what it shares with the others.
        article: the id of its article.
    """

    def __init__(self, document: Document, corpus: Corpus, article: str) -> None:
        self.document, self.corpus, self.article = document, corpus, article
        self.text = None if document.text is None else Text(document.text)
        self.all = document.annotations
        self.at = {one.id: place for place, one in enumerate(self.all) if one.id}
        self.rules = [corpus.rules.of(one) for one in self.all]
        self.entity: dict[int, str] = {}
        self.shows: dict[int, list[tuple[str, int]]] = {}
        self.reached: set[int] = set()
        self.used: dict[int, set[str]] = {}
        self.quarantined = list(document.quarantined)
        self.leftovers: list[Leftover] = []

    def words(self, at: int) -> str:
        """Return the words that an annotation marks; of several fragments with a blank between."""
        text = self.document.text or ""
        return " ".join(text[start:end] for start, end in self.all[at].fragments)

    def value(self, at: int, attribute: str) -> Any:
        """Return an attribute of an annotation, which is taken over thereby."""
        found = self.all[at].attributes.get(attribute)
        if found is not None:
            self.used.setdefault(at, set()).add(attribute)
        elif attribute == "words":
            return clean(self.words(at))
        elif attribute in ("id", "type"):
            return getattr(self.all[at], attribute)
        return found

    def values(self, at: int, rule: MappingRule) -> Data:
        """Return the fields that a rule gives the record of an annotation."""
        found: Data = dict(rule.values)
        for name, attribute in rule.fields.items():
            value = self.value(at, attribute)
            if value is None:
                continue
            code = rule.codes.get(name, {}).get(str(value))
            found[name] = list(value) if isinstance(value, tuple) else value if code is None else code
        return found

    def external(self, identity: str, annotation: Annotation | None = None) -> Data:
        """Return the field that keeps an id of the origin."""
        if not identity or identity.startswith(OWN):
            return {}
        if len(identity) <= 200 and _LITERAL.fullmatch(identity):
            return {"external_id": identity}
        at = annotation.line if annotation else 0
        self.quarantined.append(
            Quarantined(self.document.path, "bad_value", "the id is too long, or no text", identity[:200], at, identity)
        )
        return {}

    def place(self, annotation: Annotation | None) -> Quarantined:
        """Return where something of an annotation, or of the document, is found."""
        at, identity = (annotation.line, annotation.id) if annotation else (0, self.document.id)
        return Quarantined(self.document.path, "bad_value", "", identity, at)

    def span_rows(self, at: int, fragments: tuple[tuple[int, int], ...] | None = None) -> list[Data]:
        """Return a row for each fragment of an annotation, with its number and its span."""
        assert self.text is not None
        rows = []
        for number, (start, end) in enumerate(fragments or self.all[at].fragments, 1):
            one = self.text.span(start, end)
            rows.append({
                "fragment": number, "start": start, "end": end, "length": one.length, "digest": one.digest,
                "prefix": one.prefix, "suffix": one.suffix,
            })  # fmt: skip
        return rows

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """The places of the quotations of the text."""
        return quoted_ranges(self.document.text or "")

    def parts(self, at: int) -> Iterator[tuple[str, int | None]]:
        """Yield the role in the record and the place of what an annotation links to; None where nobody is named."""
        annotation, rule = self.all[at], self.rules[at]
        for role, target in annotation.links:
            found = base_role(rule.links, role) if rule else None
            if found is not None:
                place = self.at.get(target)
                self.reached |= {place} if place is not None else set()
                yield found, place
            elif rule and rule.record not in ("none", "same"):
                self.leave("link", annotation, role, target)
        yield from self.added.get(at, ())

    @cached_property
    def added(self) -> dict[int, list[tuple[str, int | None]]]:
        """What relations add to the records of their holders: role and place."""
        found: dict[int, list[tuple[str, int | None]]] = {}
        for at, (annotation, rule) in enumerate(zip(self.all, self.rules, strict=True)):
            if not rule or rule.record != "link":
                continue
            holder = next((target for role, target in annotation.links if role == rule.holder), "")
            if not holder:
                self.leave("annotation", annotation)
                continue
            self.reached.add(at)
            for role, target in annotation.links:
                if role == rule.holder:
                    continue
                if (named := base_role(rule.links, role)) is None:
                    self.leave("link", annotation, role, target)
                    continue
                self.reached.add(self.at[target])
                found.setdefault(self.at[holder], []).append((named, self.at[target]))
        return found

    def leave(self, what: str, annotation: Annotation | None, name: str = "", value: Any = None) -> None:
        """Note something that no rule takes over."""
        kind, identity, at = (annotation.type, annotation.id, annotation.line) if annotation else ("document", "", 0)
        self.leftovers.append(Leftover(self.document.path, what, kind, name, value, identity, at))

    # Entities and events

    def find_entities(self) -> None:
        """Give each annotation of a person, organization, place or event the id of its record."""
        groups = self._groups()
        for at, rule in enumerate(self.rules):
            if rule and rule.record in (*ENTITIES, "event"):
                self.entity[at] = self._entity(at, rule, groups.get(at, at))
        for at, rule in enumerate(self.rules):
            if rule and rule.record == "event":
                self._add_participants(at)

    def _groups(self) -> dict[int, int]:
        """Return for each annotation that is one thing with others the first of these."""
        first: dict[int, int] = {}

        def root(at: int) -> int:
            while first.get(at, at) != at:
                first[at] = at = first.get(first[at], first[at])
            return at

        for place, (annotation, rule) in enumerate(zip(self.all, self.rules, strict=True)):
            if rule and rule.record == "same":
                self.reached.add(place)
                places = sorted(root(self.at[target]) for _, target in annotation.links)
                first |= dict.fromkeys(places, places[0])
        return {at: root(at) for at in list(first)}

    def _entity(self, at: int, rule: MappingRule, group: int) -> str:
        annotation, data = self.all[at], self.values(at, rule)
        field_name = "title" if rule.record == "event" else "name"
        given = data.pop(field_name, None)
        words = line(self.words(at), 240 if rule.record == "event" else 120)
        name = str(given) if given else words or line(f"{annotation.type} {annotation.id}")
        key: Key = (rule.record, self.article or self.document.path, self.document.annotator, str(group))
        shared = self.value(at, rule.same) if rule.same else None
        if rule.same == "words":
            key = (rule.record, self.article or self.document.path, self.document.annotator, "words", str(shared))
        elif shared not in (None, ""):
            key = (rule.record, str(shared))
            data = self.external(str(shared), annotation) | data
        if rule.record == "event" and "type" in data:
            data["type"] = self.corpus.code(EVENT_TYPE.definitions, "event_type", str(data["type"]))
        return self.corpus.entities.add(key, name, data, is_named=bool(given))

    def _add_participants(self, at: int) -> None:
        event = self.entity[at]
        for role, target in self.parts(at):
            if role == "trigger" and target is not None:
                self.entity.setdefault(target, event)
                continue
            named = self.corpus.code(EVENT_ROLE.definitions, "event_role", role)
            ordinal = self.corpus.entities.participant(event, {"role": named, **self.participant(target)})
            if target is not None:
                self.shows.setdefault(target, []).append((event, ordinal))

    def participant(self, at: int | None) -> Data:
        """Return who is meant: a record, a label, or nobody who is named."""
        if at is None:
            return {"implicit": True}
        if not self.entity.get(at, "event/").startswith("event/"):
            return {"entity": self.entity[at]}
        annotation, rule = self.all[at], self.rules[at]
        given = self.value(at, rule.fields["label"]) if rule and "label" in rule.fields else None
        return {"label": line(str(given or "")) or line(self.words(at)) or line(f"{annotation.type} {annotation.id}")}

    # Mentions

    def mentions(self) -> list[Data]:
        """Return the rows of the mentions of the article."""
        rows: list[Data] = []
        number = 0
        for at, (annotation, rule) in enumerate(zip(self.all, self.rules, strict=True)):
            is_mention = at in self.entity or at in self.shows or (rule and rule.record == "mention")
            if not is_mention or not annotation.fragments:
                continue
            number += 1
            about, meant = self._about_mention(at)
            about |= self.external(annotation.id, annotation)
            spans = self.span_rows(at)
            rows += [{"mention": number, **about, **more, **row} for more in meant or [{}] for row in spans]
        return rows

    def _about_mention(self, at: int) -> tuple[Data, list[Data]]:
        """Return the fields of a mention, and for each thing that it means the fields that say what."""
        rule = self.rules[at]
        about = self.values(at, rule) if rule and rule.record == "mention" else {}
        referents = [self.entity[at]] if at in self.entity else _listed(about.pop("referent", None))
        shows = [*self.shows.get(at, ())]
        for one in _listed(about.pop("event", None)):
            event, _, of = str(one).partition(" ")
            shows += [(event, int(of))] if of.isdecimal() else []
        words = self.words(at)
        is_name = at in self.entity and self.entity[at].partition("/")[0] in ENTITIES
        is_literal = len(words) <= 80 and len(words.split()) <= 7 and _LITERAL.fullmatch(words)
        if is_name and is_literal and len(self.all[at].fragments) == 1:
            about["as_written"] = words
        meant = [{"event": event, "of": of} for event, of in shows]
        if len(referents) == 1:
            return about | {"referent": referents[0]}, meant
        return about, [{"referent": one} for one in referents] + meant

    # The article

    def article_record(self) -> Data:
        """Return the record of the article."""
        rules, document = self.corpus.rules, self.document
        data: Data = {"id": self.article, **UNKNOWN["article"], "annotator": f"imported from {self.corpus.form}"}
        attributes = dict(document.attributes)
        fields = {name: attributes.pop(one) for name, one in rules.mapping.article_fields.items() if one in attributes}
        data |= fields | rules.mapping.article | {"id": self.article}
        if document.annotator:
            data["annotator"] = line(document.annotator)
        if self.text is not None:
            data |= {"text_sha256": self.text.sha256, "text_length": len(self.text.words)}
        data |= {"text_rule": document.text_rule} if document.text_rule else {}
        self._set_headline(data)
        for name, value in attributes.items():
            self.leave("attribute", None, name, value)
        if rows := self.mentions():
            data["mentions"] = rows
        return self.external(document.id) | data

    def _set_headline(self, data: Data) -> None:
        """Keep a headline only where it stands in the text; what is called one elsewhere is a leftover."""
        if data.get("headline") == "first_line":
            lines = (clean(one) for one in (self.document.text or "").splitlines())
            data["headline"] = next((one for one in lines if one), None)
        headline = data.pop("headline", None)
        if headline and (self.document.text is None or str(headline) in self.document.text):
            data["headline"] = headline
        elif headline:
            self.leave("attribute", None, "headline", headline)

    def _whole(self, at: int) -> Data:
        """Return all that an annotation says."""
        one = self.all[at]
        found: Data = {"fragments": one.fragments, "attributes": dict(one.attributes), "links": one.links}
        return {name: value for name, value in found.items() if value}

    def leave_the_rest(self) -> None:
        """Note each annotation and attribute that nothing has taken over."""
        for at, (annotation, rule) in enumerate(zip(self.all, self.rules, strict=True)):
            is_left = rule is None or rule.record == "none" or (rule.record == "part" and at not in self.reached)
            if is_left and at not in self.entity and at not in self.shows:
                self.leave("annotation", annotation, "", self._whole(at))
                continue
            used = self.used.get(at, set()) | (set(rule.when) if rule else set())
            for name, value in annotation.attributes.items():
                if name not in used:
                    self.leave("attribute", annotation, name, value)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
