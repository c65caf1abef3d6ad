"""What the formats of annotation tools cannot say of a dataset: what an import of an export does not give back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

from news_dataset.annotations import Document
from news_dataset.exporters.dialect import Dialect
from news_dataset.importers.conversion import Conversion, Converted, Corpus
from news_dataset.importers.entities import Data, Entities, Slugs
from news_dataset.importers.rules import Rules
from news_dataset.importers.soundness import sound
from news_dataset.importers.statements import convert
from news_dataset.profile import BASE, Profile
from news_dataset.records import Article, Record, Statement
from news_dataset.spans import Text

Annotated = tuple[list[Article], list[Statement]]
"""The articles and statements of a dataset."""


def _module(to: str) -> ModuleType:
    return import_module(f"news_dataset.exporters.{to.replace('-', '_')}")


def lacking(to: str, said: Annotated, texts: Mapping[str, Text], profile: Profile = BASE) -> Iterator[str]:
    """Yield what a format of annotation tools cannot say of a dataset, each a line.

    What annotated documents cannot say, whatever the format, is what an import of them makes differently or not at all.

    Args:
        to: one of ``exporters.ANNOTATED``.
        said: the articles and the statements.
        texts: the texts of articles, by their ids.
        profile: the profile of the dataset, which one that it is imported into has, too.
    """
    by_article: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in said[1]:
        by_article[statement.article].append(statement)
    for article in said[0]:
        dialect, statements = Dialect(texts, profile), by_article.pop(article.id, [])
        if fault := dialect.fault(article):
            yield f"{article.id}: it is left out: {fault}"
            continue
        document = dialect.document(article, statements)
        again = _imported(document, dialect, article.id)
        made = {one["id"]: one for one in (again.article, *again.statements) if one}
        for record in (article, *statements):
            yield from _differences(record, made.get(record.id))
        yield from _module(to).lacks(replace(document, id=article.id))
    for left in by_article.values():
        yield from (f"{one.id}: it is left out: {one.article} is not there" for one in left)


def _imported(document: Document, dialect: Dialect, article: str) -> Converted:
    """Return what an import into a dataset of the same profile makes of a document."""
    slugs = Slugs(set())
    corpus = Corpus(Rules(dialect.mapping()), dialect.profile, "", slugs, Entities(slugs))
    return convert(Conversion(sound(document), corpus, article))


def _differences(record: Record, again: Data | None) -> Iterator[str]:
    """Yield the fields of a record in which another one differs."""
    if again is None:
        yield f"{record.id}: all of it"
        return
    for name, value in record.to_dict().items():
        if (found := again.get(name)) != value:
            yield f"{record.id}: {_difference(name, value, found)}"
    for name in again.keys() - record.to_dict().keys():
        yield f"{record.id}: that it has no {name}"


def _difference(name: str, value: Any, found: Any) -> str:
    if not isinstance(value, list):
        return name
    rows = found if isinstance(found, list) else []
    lost = sum(row not in rows for row in value)
    return f"{name} ({lost} of {len(value)})" if lost else f"the order or number of {name}"
