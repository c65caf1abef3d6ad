"""Turns an annotated document into records: its article with mentions, its statements; entities go to the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from news_dataset.annotations import OWN, Annotation, Document, Quarantined, as_text
from news_dataset.files import ReadError
from news_dataset.importers.entities import LITERAL, Data, Entities, Slugs, clean
from news_dataset.importers.inputs import parse_strict_json
from news_dataset.importers.rules import Rules, base_role, numbers_of
from news_dataset.profile import Profile
from news_dataset.records.mapping import MappingRule
from news_dataset.spans import Text, quoted_ranges

ENTITIES = ("person", "organization", "place")

_ADDED = {
    ("label-studio", True): {"from_name"}, ("label-studio", False): {"direction"}, ("conll", True): {"column"},
    ("plover", True): {"mark"},
}  # fmt: skip
"""Attributes that no annotator wrote: the reader of a format adds them to annotations with words, or without."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something in a document that becomes no part of a record, and why."""

    path: str  # the file, as messages name it
    what: str  # annotation, attribute, link, or annotations that are aside
    type: str  # of the annotation; "document" for something of the document itself
    name: str = ""  # of the attribute, or the role of the link
    value: Any = None  # of the attribute, or the members of an annotation
    id: str = ""  # of the annotation or document in the origin
    line: int = 0  # from 1; 0 where it is not known
    why: str = ""


@dataclass
class Corpus:
    """What all documents of a corpus share."""

    rules: Rules  # of the mapping
    profile: Profile  # of the dataset
    form: str  # the format of the corpus
    slugs: Slugs  # the ids that are taken
    entities: Entities
    codes: dict[str, set[str]] = field(default_factory=dict)  # by codebook: those needed that only some datasets have

    def code(self, book: Mapping[str, str], name: str, code: str) -> str:
        """Return a code; note it as needed if *book*, the codebook *name*, lacks it."""
        if code not in book:
            self.codes.setdefault(name, set()).add(code)
        return code


@dataclass(frozen=True, slots=True)
class Converted:
    """The records of a document, and what did not become one."""

    article: Data
    statements: list[Data]
    leftovers: list[Leftover]
    quarantined: list[Quarantined]


def row_of(value: Any) -> Any:
    """Return the object in a value that is JSON, as exports write rows, or the value."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    try:
        return parse_strict_json(value)
    except ReadError:
        return value


class Conversion:
    """A document on its way to records; an index is that of an annotation in it.

    Args:
        document: the document, whose annotations are sound.
        corpus: what it shares with the others.
        article: the id of its article.
    """

    def __init__(self, document: Document, corpus: Corpus, article: str) -> None:
        self.document, self.corpus, self.article = document, corpus, article
        self.text = None if document.text is None else Text(document.text)
        self.annotations = document.annotations
        self.index_of = {annotation.id: index for index, annotation in enumerate(self.annotations) if annotation.id}
        self.rules = [corpus.rules.of(annotation) for annotation in self.annotations]
        self.entity_ids: dict[int, str] = {}
        self.shown_participants: dict[int, list[tuple[str, int]]] = {}
        self.link_counts: Counter[int] = Counter()
        self.used_attributes: dict[int, set[str]] = {}
        self.quarantined = list(document.quarantined)
        self.leftovers: list[Leftover] = []
        self._left_whole: set[int] = set()
        self.added_parts = self._parts_by_holder()

    def words(self, index: int) -> str:
        """Return the words that an annotation marks, its fragments joined by blanks."""
        text = self.document.text or ""
        return " ".join(text[start:end] for start, end in self.annotations[index].fragments)

    def is_entity(self, index: int) -> bool:
        """Return whether an annotation becomes a person, organization, place or event."""
        rule = self.rules[index]
        return rule is not None and rule.record in (*ENTITIES, "event")

    def is_mention(self, index: int) -> bool:
        """Return whether the words of an annotation become a mention of the article."""
        rule = self.rules[index]
        is_shown = index in self.entity_ids or index in self.shown_participants
        return is_shown or (rule is not None and rule.record == "mention")

    def value(self, index: int, attribute: str) -> Any:
        """Return an attribute, ``words``, ``id`` or ``type``; the attribute is then used."""
        value = self.annotations[index].attributes.get(attribute)
        if value not in (None, ""):
            self.used_attributes.setdefault(index, set()).add(attribute)
        elif attribute == "words":
            return clean(self.words(index))
        elif attribute in ("id", "type"):
            return getattr(self.annotations[index], attribute)
        return value

    def fields(self, index: int, rule: MappingRule) -> Data:
        """Return the fields that a rule gives the record of an annotation."""
        fields: Data = dict(rule.values)
        for name, attribute in rule.fields.items():
            value = self.value(index, attribute)
            if value in (None, ""):  # which is no value, and left over
                continue
            code = rule.codes.get(name, {}).get(as_text(value))
            fields[name] = list(value) if isinstance(value, tuple) else value if code is None else code
        return fields

    def external_field(self, id_: str, annotation: Annotation | None = None) -> Data:
        """Return the field for an id of the origin; empty for none, or one of an export."""
        return {} if not id_ or id_.startswith(OWN) else self._external_field(id_, annotation)

    def external_field_of(self, index: int) -> Data:
        """Return the field for the id of an annotation, or for the one its rule takes."""
        annotation, rule = self.annotations[index], self.rules[index]
        id_ = self.value(index, rule.fields["external_id"]) if rule and "external_id" in rule.fields else None
        if id_ is None:
            return self.external_field(annotation.id, annotation)
        return self._external_field(str(id_), annotation)

    def _external_field(self, id_: str, annotation: Annotation | None) -> Data:
        """Return the field for an id; empty for a bad id, which goes to quarantine."""
        if len(id_) <= 200 and LITERAL.fullmatch(id_):
            return {"external_id": id_}
        report = replace(self.report(annotation), message="the id is too long, or no text", id=id_[:200], content=id_)
        self.quarantined.append(report)
        return {}

    def report(self, annotation: Annotation | None) -> Quarantined:
        """Return a report, without a message, on an annotation or the document."""
        line, id_ = (annotation.line, annotation.id) if annotation else (0, self.document.id)
        return Quarantined(self.document.path, "bad_value", "", id_, line)

    def refuse(self, index: int, message: str, value: Any) -> None:
        """Put a value of an annotation into quarantine."""
        self.quarantined.append(replace(self.report(self.annotations[index]), message=message, content=str(value)))

    def span_rows(self, index: int, fragments: tuple[tuple[int, int], ...] | None = None) -> list[Data]:
        """Return a row for each fragment of an annotation, with its number and its span."""
        assert self.text is not None
        rows = []
        for number, (start, end) in enumerate(fragments or self.annotations[index].fragments, 1):
            span = self.text.span(start, end)
            rows.append({
                "fragment": number, "start": start, "end": end, "length": span.length, "digest": span.digest,
                "prefix": span.prefix, "suffix": span.suffix,
            })  # fmt: skip
        return rows

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """The places of the quotations of the text."""
        return quoted_ranges(self.document.text or "")

    def parts(self, index: int) -> Iterator[tuple[str, int | None, list[int]]]:
        """Yield role in the record, index and numbers of each part of an annotation.

        The index is None where nobody is named. The numbers are those of the role in the origin: ``source_1_2`` has 1
        and 2.
        """
        rule = self.rules[index]
        if rule and rule.record not in ("none", "same"):
            for role, part, target in self._linked(self.annotations[index], rule):
                yield part, target, numbers_of(role)
        yield from ((part, target, []) for part, target in self.added_parts.get(index, ()))

    def _linked(self, annotation: Annotation, rule: MappingRule) -> Iterator[tuple[str, str, int | None]]:
        """Yield role, role in the record and index of links, except to a holder."""
        for role, target in annotation.links:
            if rule.record == "link" and role == rule.holder:
                continue
            if (part := base_role(rule.links, role)) is None:
                self.leave("link", annotation, role, target, "its rule has no such role among its links")
                continue
            target_index = self.index_of.get(target)
            if target_index is not None:
                self.link_counts[target_index] += 1
            yield role, part, target_index

    def _parts_by_holder(self) -> dict[int, list[tuple[str, int | None]]]:
        """Return role and index of the parts that relations add to each holder's record."""
        by_holder: dict[int, list[tuple[str, int | None]]] = {}
        for index, (annotation, rule) in enumerate(zip(self.annotations, self.rules, strict=True)):
            if not rule or rule.record != "link":
                continue
            holder = next((self.index_of.get(target) for role, target in annotation.links if role == rule.holder), None)
            holder_rule = None if holder is None else self.rules[holder]
            if holder is None or not holder_rule or holder_rule.record not in ("statement", "event"):
                self.leave_annotation(index, "its holder is neither a statement nor an event")
                continue
            parts = [(part, target) for _, part, target in self._linked(annotation, rule)]
            by_holder.setdefault(holder, []).extend(parts)
        return by_holder

    def leave(self, what: str, annotation: Annotation | None, name: str, value: Any, why: str) -> None:
        """Note a leftover of an annotation, or of the document; see ``Leftover``."""
        report = self.report(annotation)
        kind = annotation.type if annotation else "document"
        self.leftovers.append(Leftover(report.path, what, kind, name, value, report.id, report.line, why))

    def leave_annotation(self, index: int, why: str) -> None:
        """Note an annotation of which nothing is taken over."""
        annotation = self.annotations[index]
        members = {
            "fragments": annotation.fragments, "attributes": self._own_attributes(annotation),
            "links": annotation.links, "trigger": annotation.trigger,
        }  # fmt: skip
        self.leave("annotation", annotation, "", {name: value for name, value in members.items() if value}, why)
        self._left_whole.add(index)

    def leave_attribute(self, index: int, attribute: str) -> None:
        """Count an attribute as unused, since only a part of it is taken over."""
        self.used_attributes.get(index, set()).discard(attribute)

    def _own_attributes(self, annotation: Annotation) -> Data:
        """Return the attributes that the origin gives an annotation."""
        added = _ADDED.get((self.corpus.form, bool(annotation.fragments)), ())
        return {name: value for name, value in annotation.attributes.items() if name not in added}

    def leave_link(self, index: int, role: str, target: int | None, why: str) -> None:
        """Note the link of an annotation in a role of the record, and count it no longer."""
        self.leave("link", self.annotations[index], role, "" if target is None else self.annotations[target].id, why)
        if target is not None:
            self.link_counts[target] -= 1

    def leave_unused(self) -> None:
        """Note each annotation, attribute and link that nothing has taken over."""
        for index, (annotation, rule) in enumerate(zip(self.annotations, self.rules, strict=True)):
            if index in self._left_whole:
                continue
            record, is_shown = rule.record if rule else "", index in self.entity_ids or index in self.shown_participants
            if (why := self._why_left(index, record)) and not is_shown:
                self.leave_annotation(index, why)
                continue
            if record not in ("statement", "event", "link", "same", "office", "name"):
                for role, target in annotation.links:
                    self.leave("link", annotation, role, target, f"a {record or 'part'} has no links")
            if annotation.fragments and record in ("link", "same") and not is_shown:
                self.leave("attribute", annotation, "fragments", annotation.fragments, "a relation marks no words")
            used = self.used_attributes.get(index, set()) | (set(rule.when) if rule else set())
            for name, value in self._own_attributes(annotation).items():
                if name not in used:
                    self.leave("attribute", annotation, name, value, "its rule takes no field from it")

    def _why_left(self, index: int, record: str) -> str:
        """Return why nothing of an annotation is taken over; empty where something is."""
        if record in ("part", "quantity") and self.link_counts[index] < 1:
            return f"nothing takes it over as a {record}"
        if record == "mention" and not self.annotations[index].fragments:
            return "it marks no words"
        return {"": "no rule fits it", "none": "its rule says none"}.get(record, "")
