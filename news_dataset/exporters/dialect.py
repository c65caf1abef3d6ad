"""A dataset as annotated documents, which the formats of annotation tools are written from.

Each article is a document; its mentions are annotations of the type of what they refer to, the evidence of a statement
annotations of the type of its role, and a statement is an annotation of its first words that links to its evidence.
``Dialect.mapping`` is what makes the same records of them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from news_dataset.annotations import OWN, Annotation, Document, Fragments, Value
from news_dataset.records import Article, Record, Statement
from news_dataset.records.articles import Evidence, Mention, StatementParticipant
from news_dataset.records.columns import children
from news_dataset.records.mapping import Mapping as MappingFile
from news_dataset.source_form import role_keys
from news_dataset.spans import Text

_OF_EVENTS = ("trigger", "date", "place")
_NOT_FIELDS = ("external_id", "text_sha256", "text_length", "text_rule")
_NAMES = {"id": "record"}  # an attribute called id would be taken for that of the annotation
_MENTION = ("referent", "as_written", "certainty", "event")


@dataclass
class Dialect:
    """What a dataset says in annotated documents, and what it cannot say there.

    Args:
        texts: the texts of articles, by their ids.
    """

    texts: Mapping[str, Text]
    roles: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)

    def documents(self, articles: Iterable[Article], statements: Iterable[Statement]) -> Iterator[Document]:
        """Yield a document for each article whose text is at hand, or that has none."""
        by_article: dict[str, list[Statement]] = {}
        for statement in statements:
            by_article.setdefault(statement.article, []).append(statement)
        for article in articles:
            if article.id in self.texts or article.text_sha256 is None:
                yield self.document(article, by_article.get(article.id, []))

    def document(self, article: Article, statements: Sequence[Statement]) -> Document:
        """Return the document of an article."""
        found: dict[str, Annotation] = {}
        for mention in _mentions(article):
            self.types.add(mention.type)
            _put(found, mention)
        for statement in statements:
            frame, parts = self._frame(statement)
            links = [(role, _put(found, part)) for role, part in parts]
            frame = Annotation(frame.id, frame.type, frame.fragments, frame.attributes, tuple(links))
            _put(found, frame)
        text = self.texts.get(article.id)
        identity = article.external_id or OWN + article.id.partition("/")[2]
        words = None if text is None else text.words
        return Document(article.id, identity, words, tuple(found.values()), _scalars(article), article.annotator,
                        article.text_rule or "")  # fmt: skip

    def _frame(self, statement: Statement) -> tuple[Annotation, list[tuple[str, Annotation]]]:
        """Return the annotation of a statement, and those that it links to with their roles."""
        number = statement.id.rpartition("/")[2]
        rows = [row for row in statement.evidence if row.role not in _OF_EVENTS]
        parts: list[tuple[str, Annotation]] = []
        for (role, mention), some in groupby(rows, lambda row: (row.role, row.mention)):
            group = list(some)
            own = f"{OWN}{number}.{role}{mention}"
            part = Annotation(group[0].external_id or own, role, _fragments(group))
            numbers = [str(one) for one in dict.fromkeys(row.of for row in group) if one is not None]
            self.roles.add(role)
            parts.append(("_".join([role, *numbers]), part))
        attributes = _scalars(statement) | _participants(statement.statement_participants)
        if statement.topics:
            attributes["topics"] = tuple(one.topic for one in statement.topics)
        fragments = parts[0][1].fragments if parts else ()
        return Annotation(statement.external_id or OWN + number, "statement", fragments, attributes), parts

    def mapping(self) -> MappingFile:
        """Return the mapping that makes the records of the documents again."""
        of_article = {
            name: _NAMES.get(name, name)
            for name in Article.model_fields
            if name not in (*_NOT_FIELDS, *children(Article))
        }
        of_statement = [*Statement.model_fields, *role_keys(Statement), "topics"]
        left_out = {"external_id", "article", *children(Statement)} - {"topics"}
        rules: list[dict[str, Any]] = [{
            "type": "statement", "record": "statement", "role": "none",
            "fields": {name: _NAMES.get(name, name) for name in dict.fromkeys(of_statement) if name not in left_out},
            "links": {role: role for role in sorted(self.roles)},
        }]  # fmt: skip
        rules += [{"type": one, "record": "mention", "fields": {name: name for name in _MENTION}}
                  for one in sorted(self.types)]  # fmt: skip
        rules += [{"type": role, "record": "part"} for role in sorted(self.roles - self.types)]
        return MappingFile.model_validate({"article_fields": of_article, "annotations": rules})


def lacks(articles: Iterable[Article], statements: Iterable[Statement], texts: Mapping[str, Text]) -> Iterator[str]:
    """Yield what annotated documents cannot say of some articles and statements, a line each."""
    known = {one.id: one for one in articles}
    for article in known.values():
        if article.text_sha256 is not None and article.id not in texts:
            yield f"{article.id}: its text is not at hand, so that it is left out"
        yield from _children(article, ("earlier_texts", "corrections"))
    for statement in statements:
        yield from _children(statement, ("statement_events", "quantities", "corrections"))
        if _order(statement.statement_participants) != [*statement.statement_participants]:
            yield f"{statement.id}: the order of participants of several roles"


def _children(record: Record, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if rows := getattr(record, name):
            yield f"{record.id}: {name} ({len(rows)})"


def _order(rows: Sequence[StatementParticipant]) -> list[StatementParticipant]:
    roles = [key.removesuffix("s") for key in role_keys(Statement)]
    return sorted(rows, key=lambda row: roles.index(row.role.removesuffix("s")) if row.role.removesuffix("s") in roles
                  else len(roles))  # fmt: skip


def _mentions(article: Article) -> Iterator[Annotation]:
    for number, some in groupby(article.mentions, lambda row: row.mention):
        rows = list(some)
        first = rows[0]
        referents = tuple(dict.fromkeys(row.referent for row in rows if row.referent))
        events = tuple(dict.fromkeys(f"{row.event} {row.of}" for row in rows if row.event))
        attributes: dict[str, Value | tuple[Value, ...]] = {}
        for name, values in (("referent", referents), ("event", events)):
            attributes |= {name: values[0] if len(values) == 1 else values} if values else {}
        attributes |= {name: value for name in ("as_written", "certainty") if (value := getattr(first, name))}
        kind = referents[0].partition("/")[0] if referents else "mention"
        yield Annotation(first.external_id or f"{OWN}m{number}", kind, _fragments(rows), attributes)


def _fragments(rows: Sequence[Evidence | Mention]) -> Fragments:
    return tuple((start, end) for _, start, end in dict.fromkeys((one.fragment, one.start, one.end) for one in rows))


def _put(found: dict[str, Annotation], one: Annotation) -> str:
    """Add an annotation, unless it is there; return its id, another one where that means something else."""
    identity = one.id
    while (there := found.get(identity)) and there.fragments != one.fragments:
        identity = f"{OWN}{len(found)}" if identity == one.id else f"{identity}-"
    if identity not in found:
        found[identity] = Annotation(identity, one.type, one.fragments, one.attributes, one.links)
    return identity


def _scalars(record: Record) -> dict[str, Value | tuple[Value, ...]]:
    left_out = {*children(type(record)), *_NOT_FIELDS, *(() if isinstance(record, Article) else ("article",))}
    return {_NAMES.get(name, name): value for name in type(record).model_fields if name not in left_out
            and (value := getattr(record, name)) is not None}  # fmt: skip


def _participants(rows: Sequence[StatementParticipant]) -> dict[str, Value | tuple[Value, ...]]:
    """Return the participants by the keys of their roles, as the source form has them."""
    keys = {key.removesuffix("s"): key for key in role_keys(Statement)}
    found: dict[str, list[Value]] = {}
    for row in rows:
        name = "implicit" if row.implicit else row.entity or row.label or ""
        found.setdefault(keys.get(row.role, row.role), []).append(name)
    return {key: tuple(names) for key, names in found.items()}
