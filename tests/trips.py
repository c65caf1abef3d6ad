"""A dataset on its way to an annotation tool and back, and what should be left of it, by the formats' descriptions."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings

from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.exporters import export_annotated
from news_dataset.importers import import_from
from news_dataset.importers.imported import Imported
from news_dataset.interchange import losses
from news_dataset.records import Article, Statement
from news_dataset.spans import read_text
from tests.annotated import ROUND_TRIPS
from tests.conftest import IS_FULL
from tests.generated import Generated

TRIPS = settings(ROUND_TRIPS, max_examples=int(os.environ.get("FUZZ_EXAMPLES", "25" if IS_FULL else "8")))
"""Settings of a round trip of datasets, which takes longer than that of a document."""

FORMATS = ("brat", "uima", "label-studio", "doccano")

OF_EVENTS = ("trigger", "date", "place")
"""Roles of evidence that show parts of events, which doccano has no values for."""

Data = dict[str, Any]
Files = dict[str, bytes]


@dataclass(frozen=True)
class Trip:
    """What was exported, listed and imported."""

    files: Files
    listed: list[str]
    done: Imported
    data: Generated


def files_of(folder: Path) -> Files:
    """Return the files below a folder, by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def exported(form: str, data: Generated) -> tuple[Files, list[str]]:
    """Return the files that a dataset is exported to, and what is listed before."""
    with TemporaryDirectory() as place:
        said = (data.articles, data.statements)
        export_annotated(form, Path(place) / "out", said, data.texts)
        return files_of(Path(place) / "out"), list(losses(form, said, data.texts))


def trip(form: str, data: Generated) -> Trip:
    """Export a dataset to a format, and import it into a new dataset."""
    files, listed = exported(form, data)
    with TemporaryDirectory() as place:
        out, folder = Path(place) / "out", Path(place) / "new"
        for name, content in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
        if not any(is_at_hand(form, article, data) for article in data.articles):
            with pytest.raises((UsageError, FileNotFoundError), match=r"has no documents of|holds no \.txt"):
                _imported(folder, form, out)
            return Trip(files, listed, Imported(), Generated([], [], {}))
        done = _imported(folder, form, out)
        return Trip(files, listed, done, _read(folder))


def _imported(folder: Path, form: str, out: Path) -> Imported:
    return import_from(folder, form, out, text=None, mapping=out / "import-mapping.yaml", strict=True, suggest=False)


def is_at_hand(form: str, article: Article, data: Generated) -> bool:
    """Return whether a format can say an article, by its text: UIMA can where there never was one."""
    text = data.texts.get(article.id)
    if text is None:
        return form == "uima" and not article.text_sha256
    return text.sha256 == article.text_sha256


def _read(folder: Path) -> Generated:
    """Return the records of a dataset, in the order of its files, with the texts beside them."""
    collection = Collection.open(folder)
    rows = [entry.row for kind in ("article", "statement") for entry in collection.of(kind)]
    articles = [row for row in rows if isinstance(row, Article)]
    statements = [row for row in rows if isinstance(row, Statement)]
    assert len(articles) + len(statements) == len(rows)
    texts = {
        one.id: read_text(folder / "texts" / f"{one.id.partition('/')[2]}.txt") for one in articles if one.text_sha256
    }
    return Generated(articles, statements, texts)


def by_id(data: Generated) -> dict[str, Data]:
    """Return all records as plain data, by their ids."""
    return {one.id: one.to_dict() for one in data.records}


def order_of(data: Generated) -> dict[str, list[str]]:
    """Return the ids of the statements of each article, in their order."""
    return {one.id: [each.id for each in data.statements if each.article == one.id] for one in data.articles}


def is_sayable(form: str, fragments: list[tuple[int, int]]) -> bool:
    """Return whether a format can say a mark: doccano has one fragment, brat none that touch in another order."""
    if form == "doccano":
        return len(fragments) == 1
    touching = [(a, b) for a, b in pairwise(sorted(fragments)) if a[1] == b[0]]
    return form != "brat" or all(fragments.index(a) < fragments.index(b) for a, b in touching)


def groups(rows: list[Data]) -> list[list[Data]]:
    """Return the rows of each mention."""
    return [list(some) for _, some in groupby(rows, lambda row: (row.get("role"), row["mention"]))]


def marks(rows: list[Data]) -> list[tuple[int, int]]:
    """Return the fragments of a mention, in their order."""
    return list(dict.fromkeys((row["start"], row["end"]) for row in sorted(rows, key=lambda row: int(row["fragment"]))))


def expected(form: str, data: Generated) -> dict[str, Data]:
    """Return the records that a format with values keeps: all but doccano."""
    found: dict[str, Data] = {}
    for article in data.articles:
        if is_at_hand(form, article, data):
            kept = {
                name: value for name, value in article.to_dict().items() if name not in ("corrections", "earlier_texts")
            }
            found[article.id] = kept | _numbered(
                [one for one in groups(kept.pop("mentions", [])) if is_sayable(form, marks(one))]
            )
    for statement in data.statements:
        parts = groups(statement.to_dict().get("evidence", []))
        is_said = all(is_sayable(form, marks(one)) for one in parts)
        has_words = bool(parts or statement.quantities)
        if statement.article in found and is_said and (has_words or form != "brat"):
            found[statement.id] = {name: value for name, value in statement.to_dict().items() if name != "corrections"}
    return found


def _numbered(mentions: list[list[Data]]) -> Data:
    rows = [row | {"mention": number} for number, one in enumerate(mentions, 1) for row in one]
    return {"mentions": rows} if rows else {}


def outline(data: Generated, is_exported: bool = True) -> dict[str, Any]:
    """Return what doccano can say of a dataset: articles, mentions of one fragment, and the evidence of statements.

    Args:
        data: the dataset.
        is_exported: whether statements without words, which doccano cannot say, are left out.
    """
    found: dict[str, Any] = {}
    for article in data.articles:
        if not is_at_hand("doccano", article, data):
            continue
        fields = article.to_dict()
        mentions = [one for one in groups(fields.pop("mentions", [])) if len(marks(one)) == 1]
        evidence: list[Any] = []
        for statement in (one for one in data.statements if one.article == article.id):
            parts = groups(statement.to_dict().get("evidence", []))
            has_words = parts or statement.quantities or not is_exported
            if has_words and all(len(marks(one)) == 1 for one in parts):
                evidence.append([(_in_doccano(one[0]["role"]), one[0]["mention"], marks(one)[0])
                                 for one in parts if one[0]["role"] not in OF_EVENTS])  # fmt: skip
        for name in ("corrections", "earlier_texts", "text_rule"):
            fields.pop(name, None)
        found[article.id] = fields, [marks(one)[0] for one in mentions], evidence
    return found


def _in_doccano(role: str) -> str:
    return "quotation" if role == "quote" else role  # a quotation is of a statement of which the kind is known


def ids_of(data: Generated, article: str, without: tuple[str, ...] = ()) -> Counter[str]:
    """Return the ids from elsewhere of an article's mentions, statements and their evidence, but for some roles."""
    rows = [groups(one.to_dict().get("mentions", [])) for one in data.articles if one.id == article]
    statements = [one for one in data.statements if one.article == article]
    rows += [groups(one.to_dict().get("evidence", [])) for one in statements]
    kept = [one[0].get("external_id") for some in rows for one in some if one[0].get("role") not in without]
    return Counter(one for one in (*kept, *(one.external_id for one in statements)) if one)
