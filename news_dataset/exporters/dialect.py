"""A dataset as annotated documents, from which the exporters for annotation tools write files.

Each article is a document. A mention becomes an annotation with the type of its referent (``Person``). A statement
becomes an annotation of the words of its first evidence, with links to the annotations of its evidence, whose types are
the roles (``cue``), and of its quantities. The id of an annotation is the external id of its record, if that is unique
in the document, else a new one that begins with ``nd:``. With ``Dialect.mapping`` an import makes the same records.
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

# Types begin with a capital, so that none equals a role of evidence.
STATEMENT, MENTION, QUANTITY = "Statement", "Mention", "Quantity"

_OMITTED = ("external_id", "text_sha256", "text_length", "text_rule")
_ATTRIBUTE_NAMES = {"id": "record"}  # tools would take an attribute called id for the id of the annotation
_MENTION_FIELDS = ("referent", "as_written", "certainty", "external_id")
_QUANTITY_FIELDS = tuple(name for name in Quantity.model_fields if name not in SPAN_FIELDS)
_EXTERNAL = "external_id"
_LIST_FIELDS = ("statement_participants", "statement_events", "topics")
"""The lists of a statement that become attributes of its annotation."""


@dataclass
class Dialect:
    """Converts records to annotated documents, and collects the roles and types of which ``mapping`` needs rules.

    Args:
        texts: the texts of articles, by their ids.
        profile: the profile of the dataset.
    """

    texts: Mapping[str, Text]
    profile: Profile = BASE
    roles: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)

    def documents(self, articles: Iterable[Article], statements: Iterable[Statement]) -> Iterator[Document]:
        """Yield the document of each article without a ``fault``."""
        by_article: dict[str, list[Statement]] = {}
        for statement in statements:
            by_article.setdefault(statement.article, []).append(statement)
        for article in articles:
            if not self.fault(article):
                yield self.document(article, by_article.get(article.id, []))

    def fault(self, article: Article) -> str:
        """Return why no document can be made of an article; empty if one can."""
        if article.text_sha256 is None:
            return ""
        text = self.texts.get(article.id)
        if text is None:
            return "its text is not given"
        return "" if text.sha256 == article.text_sha256 else "the text given is not the one that was annotated"

    def document(self, article: Article, statements: Sequence[Statement]) -> Document:
        """Return the document of an article, without a text if the article has no hash of one."""
        text = self.texts[article.id] if article.text_sha256 is not None else None
        annotations = _Annotations({statement.external_id for statement in statements if statement.external_id})
        for mention in _mention_drafts(article, text):
            self.types.add(mention.annotation.type)
            annotations.add(mention)
        for statement in statements:
            drafts = _part_drafts(statement, text)
            parts = [(role, part, annotations.add(part, may_share=True)) for role, part in drafts]
            self.roles |= {part.annotation.type for _, part, _ in parts} - {QUANTITY}
            annotations.add(_statement_draft(statement, parts))
        own_id, attributes = OWN + article.id.partition("/")[2], _scalar_attributes(article)
        identity = article.external_id or own_id
        if article.external_id and article.external_id.startswith(OWN):
            identity, attributes = own_id, attributes | {_EXTERNAL: article.external_id}
        words = None if text is None else text.words
        rule = article.text_rule or ""
        return Document(article.id, identity, words, tuple(annotations.by_id.values()), attributes, text_rule=rule)

    def mapping(self) -> MappingFile:
        """Return the mapping with which an import restores the converted records."""
        models = self.profile.by_type
        article_fields, statement_fields = (models[kind].model_fields for kind in ("article", "statement"))
        article_scalars = [name for name in article_fields if name not in (*_OMITTED, *children(Article))]
        left_out = {"article", *children(Statement)} - set(_LIST_FIELDS)
        statement_names = [name for name in (*statement_fields, *role_keys(Statement)) if name not in left_out]
        rules: list[dict[str, Any]] = [{
            "type": STATEMENT, "record": "statement", "role": "none",
            "fields": {name: _ATTRIBUTE_NAMES.get(name, name) for name in statement_names},
            "links": {role: role for role in sorted(self.roles)} | {QUANTITY: "quantity"},
        }]  # fmt: skip
        rules.append({"type": QUANTITY, "record": "quantity", "fields": {name: name for name in _QUANTITY_FIELDS}})
        rules += [{"type": type_, "record": "mention", "fields": {name: name for name in _MENTION_FIELDS}}
                  for type_ in sorted(self.types)]  # fmt: skip
        rules += [{"type": role, "record": "part", "fields": {_EXTERNAL: _EXTERNAL}} for role in sorted(self.roles)]
        article_attributes = {name: _ATTRIBUTE_NAMES.get(name, name) for name in (*article_scalars, _EXTERNAL)}
        return MappingFile.model_validate({"article_fields": article_attributes, "annotations": rules})


@dataclass(frozen=True, slots=True)
class _Draft:
    """An annotation with its own id (``nd:…``), and its external id if it has one."""

    annotation: Annotation
    external: str = ""


class _Annotations:
    """The annotations of a document, by their ids.

    Args:
        reserved: external ids of statements, which no other annotation may take.
    """

    def __init__(self, reserved: set[str]) -> None:
        self.by_id: dict[str, Annotation] = {}
        self._reserved = reserved

    def add(self, draft: _Draft, may_share: bool = False) -> str:
        """Add an annotation and return its id: the external one if that is free, else its own.

        In the latter case the external id becomes an attribute.

        Args:
            draft: the annotation.
            may_share: whether to add nothing if an annotation has the same external id and fragments.
        """
        annotation, external = draft.annotation, draft.external
        is_reserved = external.startswith(OWN) or (external in self._reserved and annotation.type != STATEMENT)
        other = None if is_reserved else self.by_id.get(external)
        if other and may_share and other.fragments == annotation.fragments:
            return external
        identity, attributes = external, annotation.attributes
        if not external or is_reserved or other:
            identity = annotation.id
            while identity in self.by_id:
                identity += "-"
            attributes = {**attributes, _EXTERNAL: external} if external else attributes
        self.by_id[identity] = replace(annotation, id=identity, attributes=attributes)
        return identity


def _mention_drafts(article: Article, text: Text | None) -> Iterator[_Draft]:
    """Yield an annotation for each mention whose words are in the text."""
    for number, group in groupby(article.mentions, lambda row: row.mention):
        rows = list(group)
        first = rows[0]
        if not _are_exact(rows, text):
            continue
        referents = [key for key, _ in groupby(rows, lambda row: (row.referent, row.event, row.of))]
        values = [_referent_value(*item) for item in referents if item != (None, None, None)]
        attributes = _attribute_of("referent", values)
        attributes |= {name: value for name in ("as_written", "certainty") if (value := getattr(first, name))}
        type_ = (first.referent or MENTION).partition("/")[0].capitalize()
        annotation = Annotation(f"{OWN}m{number}", type_, _fragments(rows), attributes)
        yield _Draft(annotation, first.external_id or "")


def _referent_value(referent: str | None, event: str | None, of: int | None) -> str:
    """Return the id of a referent, or a row as JSON for a participant of an event."""
    columns = {"referent": referent, "event": event, "of": of}
    if referent is not None and event is None:
        return referent
    return json.dumps({name: value for name, value in columns.items() if value is not None})


def _part_drafts(statement: Statement, text: Text | None) -> Iterator[tuple[str, _Draft]]:
    """Yield the role of each link of a statement, and the annotation that it leads to."""
    number = statement.id.rpartition("/")[2]
    for (role, mention), rows in groupby(statement.evidence, lambda row: (row.role, row.mention)):
        group = list(rows)
        if _are_exact(group, text):
            of = [str(key) for key, _ in groupby(row.of for row in group) if key is not None]
            annotation = Annotation(f"{OWN}{number}.{role}{mention}", role, _fragments(group))
            yield "_".join([role, *of]), _Draft(annotation, group[0].external_id or "")
    for index, row in enumerate(statement.quantities, 1):
        if _are_exact([row], text):
            attributes = {name: value for name in _QUANTITY_FIELDS if (value := getattr(row, name)) is not None}
            id_ = f"{OWN}{number}.{QUANTITY}{index}"
            yield QUANTITY, _Draft(Annotation(id_, QUANTITY, ((row.start, row.end),), attributes))


def _statement_draft(statement: Statement, parts: Sequence[tuple[str, _Draft, str]]) -> _Draft:
    """Return the annotation of a statement; *parts* are the role, annotation and id of each link."""
    attributes = _scalar_attributes(statement)
    for name, values in _list_values(statement).items():
        attributes |= _attribute_of(name, [value if isinstance(value, str) else _as_json(value) for value in values])
    fragments = parts[0][1].annotation.fragments if parts else ()
    own_id = OWN + statement.id.rpartition("/")[2]
    links = tuple((role, identity) for role, _, identity in parts)
    return _Draft(Annotation(own_id, STATEMENT, fragments, attributes, links), statement.external_id or "")


def _list_values(statement: Statement) -> dict[str, list[Any]]:
    """Return the lists for attributes under their names in the source form, such as ``speakers``."""
    data = statement.to_dict()
    rows = {name: data[name] for name in _LIST_FIELDS if name in data}
    return shorten(Expanded(rows), Statement).data


def _as_json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _attribute_of(name: str, values: Sequence[Value]) -> dict[str, Values]:
    """Return an attribute with one value, or with several as a tuple; an empty dict without any."""
    return {name: values[0] if len(values) == 1 else tuple(values)} if values else {}


def _are_exact(rows: Sequence[SpanRow], text: Text | None) -> bool:
    """Return whether the digests of all rows are those of the words at their offsets."""
    return text is not None and all(_is_exact(row, text) for row in rows)


def _is_exact(row: SpanRow, text: Text) -> bool:
    if not row.start < row.end <= len(text.words):
        return False
    span = text.span(row.start, row.end)
    return all(getattr(row, name) == getattr(span, name) for name in SPAN_FIELDS)


def _fragments(rows: Sequence[Evidence | Mention]) -> Fragments:
    """Return the distinct fragments of rows that are one mention."""
    return tuple((start, end) for _, start, end in dict.fromkeys((row.fragment, row.start, row.end) for row in rows))


def _scalar_attributes(record: Record) -> dict[str, Values]:
    """Return the fields of a record that are attributes of its annotation."""
    left_out = {*children(type(record)), *_OMITTED, *(() if isinstance(record, Article) else ("article",))}
    return {_ATTRIBUTE_NAMES.get(name, name): value for name in type(record).model_fields if name not in left_out
            and (value := getattr(record, name)) is not None}  # fmt: skip
