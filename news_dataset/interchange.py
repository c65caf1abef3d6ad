"""What the format of an annotation tool cannot express of a dataset, so that an import does not give it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
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


def losses(to: str, records: Annotated, texts: Mapping[str, Text], profile: Profile = BASE) -> Iterator[str]:
    """Yield a message for each part of a dataset that a format of annotation tools cannot express.

    First come, for each article, the parts that no annotated document can express, whatever the format: those that an
    import into a dataset of the same profile makes differently or not at all.

    Args:
        to: one of ``exporters.ANNOTATED``.
        records: the articles and the statements.
        texts: the texts of articles, by their ids.
        profile: the profile of the dataset.
    """
    exporter = import_module(f"news_dataset.exporters.{to.replace('-', '_')}")
    by_article: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in records[1]:
        by_article[statement.article].append(statement)
    for article in records[0]:
        dialect, statements = Dialect(texts, profile), by_article.pop(article.id, [])
        if reason := dialect.fault(article):
            yield f"{article.id}: it is left out: {reason}"
            continue
        document = dialect.document(article, statements)
        reimported = _reimported(document, dialect, article.id)
        reimported_by_id = {record["id"]: record for record in (reimported.article, *reimported.statements) if record}
        for record in (article, *statements):
            yield from _differences(record, reimported_by_id.get(record.id))
        yield from exporter.losses(replace(document, id=article.id))
    for orphans in by_article.values():
        yield from (f"{record.id}: it is left out: {record.article} does not exist" for record in orphans)


def _reimported(document: Document, dialect: Dialect, article: str) -> Converted:
    """Return the records that an import into a dataset of the same profile makes of a document."""
    slugs = Slugs(set())
    corpus = Corpus(Rules(dialect.mapping()), dialect.profile, "", slugs, Entities(slugs))
    return convert(Conversion(sound(document), corpus, article))


def _differences(record: Record, reimported: Data | None) -> Iterator[str]:
    """Yield a message for each difference after an import; None: no record."""
    if reimported is None:
        yield f"{record.id}: all of it"
        return
    for name, value in record.to_dict().items():
        if (other := reimported.get(name)) != value:
            yield f"{record.id}: {_difference(name, value, other)}"
    for name in reimported.keys() - record.to_dict().keys():
        yield f"{record.id}: that it has no {name}"


def _difference(name: str, value: Any, other: Any) -> str:
    """Return the name of a field with, for a quotation, the reason or, for a list, how many of its rows are lost."""
    if name == "quote" and other is None:  # an import makes it of the evidence, and refuses any other
        return "quote: it is not what its evidence shows in quotation marks"
    if not isinstance(value, list):
        return name
    rows = other if isinstance(other, list) else []
    lost = sum(row not in rows for row in value)
    return f"{name} ({lost} of {len(value)})" if lost else f"the order or number of {name}"
