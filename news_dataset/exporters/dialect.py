"""A dataset as annotated documents, which the formats of annotation tools are written from.

Each article is a document. Its mentions are annotations of the type of what they refer to (``Person``), and a statement
is one of its first words, which links to its evidence, of the type of its role (``cue``), and to its quantities. An
annotation has the id that its record has from elsewhere, as far as that tells it from others; what has none gets one
that begins with ``nd:``. ``Dialect.mapping`` makes the same records of them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from news_dataset.annotations import OWN, Annotation, Document, Fragments, Value
from news_dataset.profile import BASE, Profile
from news_dataset.records import Article, Record, Statement
from news_dataset.records.articles import Evidence, Mention, Quantity
from news_dataset.records.columns import children
from news_dataset.records.mapping import Mapping as MappingFile
from news_dataset.source_form import Expanded, role_keys, shorten
from news_dataset.spans import SPAN_FIELDS, Text

SpanRow = Evidence | Mention | Quantity
Values = Value | tuple[Value, ...]

# Types begin with a capital, so that none is a role of evidence, too.
STATEMENT, MENTION, QUANTITY = "Statement", "Mention", "Quantity"

_NOT_SAID = ("external_id", "text_sha256", "text_length", "text_rule")
_NAMES = {"id": "record"}  # an attribute called id would be taken for that of the annotation
_OF_MENTION = ("referent", "as_written", "certainty", "external_id")
_OF_QUANTITY = tuple(name for name in Quantity.model_fields if name not in SPAN_FIELDS)
_EXTERNAL = "external_id"
_LISTS = ("statement_participants", "statement_events", "topics")
"""The lists of a statement that are attributes of its annotation."""


@dataclass
class Dialect:
    """Writes records as annotated documents.

    Args:
        texts: the texts of articles, by their ids.
        profile: the profile of the dataset.
    """

    texts: Mapping[str, Text]
    profile: Profile = BASE
    roles: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)

    def documents(self, articles: Iterable[Article], statements: Iterable[Statement]) -> Iterator[Document]:
        """Yield a document for each article that ``fault`` finds none in."""
        by_article: dict[str, list[Statement]] = {}
        for statement in statements:
            by_article.setdefault(statement.article, []).append(statement)
        for article in articles:
            if not self.fault(article):
                yield self.document(article, by_article.get(article.id, []))

    def fault(self, article: Article) -> str:
        """Return why there is no document of an article; empty if there is one."""
        if article.text_sha256 is None:
            return ""
        text = self.texts.get(article.id)
        if text is None:
            return "its text is not given"
        return "" if text.sha256 == article.text_sha256 else "the text given is not the one that was annotated"

    def document(self, article: Article, statements: Sequence[Statement]) -> Document:
        """Return the document of an article; without a text if no hash says which one is its own."""
        text = self.texts[article.id] if article.text_sha256 is not None else None
        found = _Annotations({one.external_id for one in statements if one.external_id})
        for mention in _mentions(article, text):
            self.types.add(mention.annotation.type)
            found.add(mention)
        for statement in statements:
            parts = [(role, part, found.add(part, may_share=True)) for role, part in _parts(statement, text)]
            self.roles |= {part.annotation.type for _, part, _ in parts} - {QUANTITY}
            found.add(_frame(statement, parts))
        own, attributes = OWN + article.id.partition("/")[2], _scalars(article)
        identity = article.external_id or own
        if article.external_id and article.external_id.startswith(OWN):
            identity, attributes = own, attributes | {_EXTERNAL: article.external_id}
        words = None if text is None else text.words
        rule = article.text_rule or ""
        return Document(article.id, identity, words, tuple(found.by_id.values()), attributes, text_rule=rule)

    def mapping(self) -> MappingFile:
        """Return the mapping that makes the records of the documents again."""
        article, statement = (self.profile.by_type[kind].model_fields for kind in ("article", "statement"))
        of_article = [name for name in article if name not in (*_NOT_SAID, *children(Article))]
        left_out = {"article", *children(Statement)} - set(_LISTS)
        of_statement = [name for name in (*statement, *role_keys(Statement)) if name not in left_out]
        rules: list[dict[str, Any]] = [{
            "type": STATEMENT, "record": "statement", "role": "none",
            "fields": {name: _NAMES.get(name, name) for name in of_statement},
            "links": {role: role for role in sorted(self.roles)} | {QUANTITY: "quantity"},
        }]  # fmt: skip
        rules.append({"type": QUANTITY, "record": "quantity", "fields": {name: name for name in _OF_QUANTITY}})
        rules += [{"type": one, "record": "mention", "fields": {name: name for name in _OF_MENTION}}
                  for one in sorted(self.types)]  # fmt: skip
        rules += [{"type": role, "record": "part", "fields": {_EXTERNAL: _EXTERNAL}} for role in sorted(self.roles)]
        of_articles = {name: _NAMES.get(name, name) for name in (*of_article, _EXTERNAL)}
        return MappingFile.model_validate({"article_fields": of_articles, "annotations": rules})


@dataclass(frozen=True, slots=True)
class _Said:
    """An annotation that says a record or a part of one, and the id that this has from elsewhere."""

    annotation: Annotation
    external: str = ""


class _Annotations:
    """The annotations of a document, by their ids.

    Args:
        reserved: ids that are for statements, since other annotations link to nothing.
    """

    def __init__(self, reserved: set[str]) -> None:
        self.by_id: dict[str, Annotation] = {}
        self._reserved = reserved

    def add(self, said: _Said, may_share: bool = False) -> str:
        """Add an annotation, and return its id: that from elsewhere, or its own and the other one as an attribute.

        Args:
            said: the annotation.
            may_share: whether one of the same id from elsewhere and with the same fragments says it, too.
        """
        one, external = said.annotation, said.external
        is_for_others = external.startswith(OWN) or (external in self._reserved and one.type != STATEMENT)
        there = None if is_for_others else self.by_id.get(external)
        if there and may_share and there.fragments == one.fragments:
            return external
        identity, attributes = external, one.attributes
        if not external or is_for_others or there:
            identity = one.id
            while identity in self.by_id:
                identity += "-"
            attributes = {**attributes, _EXTERNAL: external} if external else attributes
        self.by_id[identity] = replace(one, id=identity, attributes=attributes)
        return identity


def _mentions(article: Article, text: Text | None) -> Iterator[_Said]:
    for number, some in groupby(article.mentions, lambda row: row.mention):
        rows = list(some)
        first = rows[0]
        if not _are_exact(rows, text):
            continue
        meant = [key for key, _ in groupby(rows, lambda row: (row.referent, row.event, row.of))]
        values = [_meaning(*one) for one in meant if one != (None, None, None)]
        attributes = _attribute("referent", values)
        attributes |= {name: value for name in ("as_written", "certainty") if (value := getattr(first, name))}
        kind = (first.referent or MENTION).partition("/")[0].capitalize()
        one = Annotation(f"{OWN}m{number}", kind, _fragments(rows), attributes)
        yield _Said(one, first.external_id or "")


def _meaning(referent: str | None, event: str | None, of: int | None) -> str:
    """Return what a mention means: an id, or a row as JSON where it shows a participant of an event."""
    said = {"referent": referent, "event": event, "of": of}
    if referent is not None and event is None:
        return referent
    return json.dumps({name: value for name, value in said.items() if value is not None})


def _parts(statement: Statement, text: Text | None) -> Iterator[tuple[str, _Said]]:
    """Yield the annotations that a statement links to, each with the role of the link."""
    number = statement.id.rpartition("/")[2]
    for (role, mention), some in groupby(statement.evidence, lambda row: (row.role, row.mention)):
        group = list(some)
        if _are_exact(group, text):
            of = [str(key) for key, _ in groupby(row.of for row in group) if key is not None]
            one = Annotation(f"{OWN}{number}.{role}{mention}", role, _fragments(group))
            yield "_".join([role, *of]), _Said(one, group[0].external_id or "")
    for at, row in enumerate(statement.quantities, 1):
        if _are_exact([row], text):
            said = {name: value for name in _OF_QUANTITY if (value := getattr(row, name)) is not None}
            yield QUANTITY, _Said(Annotation(f"{OWN}{number}.{QUANTITY}{at}", QUANTITY, ((row.start, row.end),), said))


def _frame(statement: Statement, parts: Sequence[tuple[str, _Said, str]]) -> _Said:
    """Return the annotation of a statement, given the roles, annotations and ids of its parts."""
    attributes = _scalars(statement)
    for name, values in _lists(statement).items():
        attributes |= _attribute(name, [one if isinstance(one, str) else _as_json(one) for one in values])
    fragments = parts[0][1].annotation.fragments if parts else ()
    own = OWN + statement.id.rpartition("/")[2]
    links = tuple((role, identity) for role, _, identity in parts)
    return _Said(Annotation(own, STATEMENT, fragments, attributes, links), statement.external_id or "")


def _lists(statement: Statement) -> dict[str, list[Any]]:
    """Return the lists that attributes say, as the source form has them: ``speakers``, ``topics``."""
    data = statement.to_dict()
    rows = {name: data[name] for name in _LISTS if name in data}
    return shorten(Expanded(rows), Statement).data


def _as_json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _attribute(name: str, values: Sequence[Value]) -> dict[str, Values]:
    """Return an attribute of one value, or of several as a tuple; nothing where there is none."""
    return {name: values[0] if len(values) == 1 else tuple(values)} if values else {}


def _are_exact(rows: Sequence[SpanRow], text: Text | None) -> bool:
    """Return whether rows point to the words that their digests are of."""
    return text is not None and all(_is_exact(row, text) for row in rows)


def _is_exact(row: SpanRow, text: Text) -> bool:
    if not row.start < row.end <= len(text.words):
        return False
    span = text.span(row.start, row.end)
    return all(getattr(row, name) == getattr(span, name) for name in SPAN_FIELDS)


def _fragments(rows: Sequence[Evidence | Mention]) -> Fragments:
    return tuple((start, end) for _, start, end in dict.fromkeys((one.fragment, one.start, one.end) for one in rows))


def _scalars(record: Record) -> dict[str, Values]:
    left_out = {*children(type(record)), *_NOT_SAID, *(() if isinstance(record, Article) else ("article",))}
    return {_NAMES.get(name, name): value for name in type(record).model_fields if name not in left_out
            and (value := getattr(record, name)) is not None}  # fmt: skip
