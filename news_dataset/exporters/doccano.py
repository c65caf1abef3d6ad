"""doccano: JSON Lines of texts with entities and relations (https://doccano.github.io/doccano/).

An annotation of one fragment becomes an entity, with offsets in code points; each of its links a relation; and one of
two links without words a relation, too. doccano numbers entities and relations itself; what they are called here stands
beside that for whoever reads the file, and doccano leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import dumps
from pathlib import Path
from typing import Any

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters.leaving_out import left_out
from news_dataset.exporters.values import lacking_values, plain_values
from news_dataset.exporters.written import Written
from news_dataset.filesystem import new_text

FROM, TO = "from", "to"
"""The roles of a relation."""

ORIGIN, ROLES, LINK = "external_id", "roles", "is_link"
"""Beside an entity or relation: its id, its roles where they are others, and whether it is a link of an entity."""


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write ``documents.jsonl`` into a folder.

    Args:
        documents: the documents; what ``lacks`` names is left out.
        out: the folder, which is there and empty.

    Returns:
        How many were written.
    """
    written = Written()
    with new_text(out / "documents.jsonl") as file:
        for document in documents:
            if document.text is not None and document.is_article:
                missing = left_out(document.annotations, _fault)
                kept = [one for at, one in enumerate(document.annotations) if at not in missing]
                file.write(dumps(_record(document, kept), ensure_ascii=False, allow_nan=False) + "\n")
                written.add(kept)
    return written


def lacks(document: Document) -> Iterator[str]:
    """Yield what doccano cannot say of a document, a line each."""
    if document.text is None or not document.is_article:
        yield f"{document.id}: a document without a text is left out"
        return
    if document.text_rule:
        yield f"{document.id}: that its text is built from tokens is left out"
    yield from lacking_values(document.attributes, document.id)
    missing = left_out(document.annotations, _fault)
    for at, one in enumerate(document.annotations):
        name = f"{document.id}: {one.type} {one.id}".rstrip()
        if at in missing:
            yield f"{name} is left out: {missing[at]}"
        elif one.attributes:
            yield f"{name}: values are left out: {', '.join(one.attributes)}"


def _fault(one: Annotation, targets: dict[str, Annotation]) -> str:
    """Return why doccano cannot say an annotation; empty if it can."""
    if len(one.fragments) > 1:
        return "it has several fragments"
    if not one.fragments and len(one.links) != 2:
        return f"without words, it has {len(one.links)} links; expected 2"
    wordless = [target for _, target in one.links if not targets[target].fragments]
    return f"it refers to {wordless[0]}, which has no words" if wordless else ""


def _record(document: Document, annotations: list[Annotation]) -> dict[str, Any]:
    entities = [one for one in annotations if one.fragments]
    numbers = {one.id: number for number, one in enumerate(entities) if one.id}
    relations: list[dict[str, Any]] = []

    def relate(start: int, end: int, type_: str, **beside: Any) -> None:
        relations.append({"id": len(relations), "from_id": start, "to_id": end, "type": type_, **beside})

    for number, one in enumerate(entities):
        for role, target in one.links:
            relate(number, numbers[target], role, **{LINK: True})
    for one in annotations:
        if not one.fragments:
            (first, start), (second, end) = one.links
            relate(numbers[start], numbers[end], one.type, **{ORIGIN: one.id, ROLES: [first, second]})
    about = {"username": document.annotator} if document.annotator else {}
    return {
        "id": document.id,
        "text": document.text,
        "entities": [
            {"id": number, "label": one.type, "start_offset": start, "end_offset": end, ORIGIN: one.id}
            for number, one in enumerate(entities)
            for start, end in one.fragments
        ],
        "relations": relations,
        "meta": plain_values(document.attributes),
        **about,
    }
