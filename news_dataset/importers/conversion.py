"""An annotated document becomes records: its article with mentions, and its statements; entities go to the corpus."""

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

_MADE = {
    ("label-studio", True): {"from_name"}, ("label-studio", False): {"direction"}, ("conll", True): {"column"},
    ("plover", True): {"mark"},
}  # fmt: skip
"""Attributes that a reader adds for mappings, of what marks words or not; no annotator wrote them."""


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
    why: str = ""


@dataclass
class Corpus:
    """What all documents of a corpus share.

    Args:
        rules: the rules of the mapping.
        profile: the profile of the dataset.
        form: the format of the corpus.
        slugs: the ids that are taken.
        entities: the people, organizations, places and events.
        codes: the codes that the dataset needs beside those of every dataset, by their codebook.
    """

    rules: Rules
    profile: Profile
    form: str
    slugs: Slugs
    entities: Entities
    codes: dict[str, set[str]] = field(default_factory=dict)

    def code(self, book: Mapping[str, str], name: str, code: str) -> str:
        """Return a code of a codebook; one that is new there is noted."""
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
    """Return the row that an attribute says as JSON, as exports write some; any other value as it is."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    try:
        return parse_strict_json(value)
    except ReadError:
        return value


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
        self.reached: Counter[int] = Counter()
        self.used: dict[int, set[str]] = {}
        self.quarantined = list(document.quarantined)
        self.leftovers: list[Leftover] = []
        self._left: set[int] = set()
        self.added = self._added()

    def words(self, at: int) -> str:
        """Return the words that an annotation marks; of several fragments with a blank between."""
        text = self.document.text or ""
        return " ".join(text[start:end] for start, end in self.all[at].fragments)

    def value(self, at: int, attribute: str) -> Any:
        """Return an attribute of an annotation, which is taken over thereby."""
        found = self.all[at].attributes.get(attribute)
        if found not in (None, ""):
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
            if value in (None, ""):  # which is no value, and left over
                continue
            code = rule.codes.get(name, {}).get(as_text(value))
            found[name] = list(value) if isinstance(value, tuple) else value if code is None else code
        return found

    def external(self, identity: str, annotation: Annotation | None = None) -> Data:
        """Return the field that keeps an id of the origin; nothing for one that only an export has given."""
        return {} if not identity or identity.startswith(OWN) else self._external(identity, annotation)

    def external_of(self, at: int) -> Data:
        """Return the field that keeps the id of an annotation, or the one that an attribute gives it."""
        annotation, rule = self.all[at], self.rules[at]
        given = self.value(at, rule.fields["external_id"]) if rule and "external_id" in rule.fields else None
        return self.external(annotation.id, annotation) if given is None else self._external(str(given), annotation)

    def _external(self, identity: str, annotation: Annotation | None) -> Data:
        if len(identity) <= 200 and LITERAL.fullmatch(identity):
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

    def refuse(self, at: int, why: str, value: Any) -> None:
        """Put a value of an annotation into quarantine."""
        self.quarantined.append(replace(self.place(self.all[at]), message=why, content=str(value)))

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

    def parts(self, at: int) -> Iterator[tuple[str, int | None, list[int]]]:
        """Yield the role in the record and the place of what an annotation links to, and the numbers of the role.

        The place is None where nobody is named; of ``source_1_2`` the numbers are 1 and 2.
        """
        annotation, rule = self.all[at], self.rules[at]
        for role, target in annotation.links:
            found = base_role(rule.links, role) if rule else None
            if found is not None:
                place = self.at.get(target)
                self._reach(place)
                yield found, place, numbers_of(role)
            elif rule and rule.record not in ("none", "same"):
                self.leave("link", annotation, role, target, "its rule has no such role among its links")
        yield from ((role, place, []) for role, place in self.added.get(at, ()))

    def _reach(self, place: int | None) -> None:
        if place is not None:
            self.reached[place] += 1

    def _added(self) -> dict[int, list[tuple[str, int | None]]]:
        """Return what relations add to the records of their holders: role and place."""
        found: dict[int, list[tuple[str, int | None]]] = {}
        for at, (annotation, rule) in enumerate(zip(self.all, self.rules, strict=True)):
            if not rule or rule.record != "link":
                continue
            holder = next((self.at.get(target) for role, target in annotation.links if role == rule.holder), None)
            if holder is None or not self._has_parts(holder):
                self.leave_whole(at, "its holder is no statement and no event")
                continue
            for role, target in annotation.links:
                if role == rule.holder:
                    continue
                if (named := base_role(rule.links, role)) is None:
                    self.leave("link", annotation, role, target, "its rule has no such role among its links")
                    continue
                place = self.at.get(target)
                self._reach(place)
                found.setdefault(holder, []).append((named, place))
        return found

    def _has_parts(self, at: int) -> bool:
        """Return whether what an annotation links to becomes part of its record."""
        rule = self.rules[at]
        return rule is not None and rule.record in ("statement", "event")

    def leave(self, what: str, annotation: Annotation | None, name: str, value: Any, why: str) -> None:
        """Note something that is not taken over."""
        place = self.place(annotation)
        kind, identity, at = annotation.type if annotation else "document", place.id, place.line
        self.leftovers.append(Leftover(self.document.path, what, kind, name, value, identity, at, why))

    def leave_whole(self, at: int, why: str) -> None:
        """Note an annotation of which nothing is taken over."""
        one = self.all[at]
        said: Data = {"fragments": one.fragments, "attributes": self._written(one), "links": one.links}
        said |= {"trigger": one.trigger}
        self.leave("annotation", one, "", {name: value for name, value in said.items() if value}, why)
        self._left.add(at)

    def leave_value(self, at: int, attribute: str) -> None:
        """Note an attribute of which only a part is taken over."""
        self.used.get(at, set()).discard(attribute)

    def _written(self, one: Annotation) -> Data:
        """Return the attributes that the origin gives an annotation."""
        made = _MADE.get((self.corpus.form, bool(one.fragments)), ())
        return {name: value for name, value in one.attributes.items() if name not in made}

    def leave_link(self, at: int, role: str, target: int | None, why: str) -> None:
        """Note what an annotation links to in a role of the record, and what stands there."""
        self.leave("link", self.all[at], role, "" if target is None else self.all[target].id, why)
        if target is not None:
            self.reached[target] -= 1

    def leave_the_rest(self) -> None:
        """Note each annotation, attribute and link that nothing has taken over."""
        for at, (annotation, rule) in enumerate(zip(self.all, self.rules, strict=True)):
            if at in self._left:
                continue
            record, is_shown = rule.record if rule else "", at in self.entity or at in self.shows
            if (why := self._why_left(at, record)) and not is_shown:
                self.leave_whole(at, why)
                continue
            if record not in ("statement", "event", "link", "same", "office", "name"):
                for role, target in annotation.links:
                    self.leave("link", annotation, role, target, f"a {record or 'part'} has no links")
            if annotation.fragments and record in ("link", "same") and not is_shown:
                self.leave("attribute", annotation, "fragments", annotation.fragments, "a relation marks no words")
            used = self.used.get(at, set()) | (set(rule.when) if rule else set())
            for name, value in self._written(annotation).items():
                if name not in used:
                    self.leave("attribute", annotation, name, value, "its rule takes no field from it")

    def _why_left(self, at: int, record: str) -> str:
        """Return why nothing of an annotation is taken over; empty where something is."""
        if record in ("part", "quantity") and self.reached[at] < 1:
            return f"nothing takes it over as a {record}"
        if record == "mention" and not self.all[at].fragments:
            return "it marks no words"
        return {"": "no rule fits it", "none": "its rule says none"}.get(record, "")
