"""doccano: JSON Lines of texts with entities and relations (https://doccano.github.io/doccano/).

An annotation of one fragment becomes an entity, with offsets in code points, and each of its links a relation. One
without words that has two links becomes a relation. doccano numbers entities and relations itself; their own ids and
roles are further members of their objects, which doccano ignores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import dumps
from pathlib import Path
from typing import Any

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters.leaving_out import omissions
from news_dataset.exporters.values import json_safe, value_losses
from news_dataset.exporters.written import Written
from news_dataset.filesystem import new_text

FROM, TO = "from", "to"
"""The roles of a relation."""

ORIGIN, ROLES, LINK = "external_id", "roles", "is_link"
"""Members that doccano ignores: the id, the roles of a relation, and whether a relation is a link of an entity."""


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write ``documents.jsonl``, with one line per document, into an empty folder.

    Args:
        documents: the documents; what ``losses`` reports of them is left out.
        out: the folder.
    """
    written = Written()
    with new_text(out / "documents.jsonl") as file:
        for document in documents:
            if document.text is not None and document.is_article:
                omitted = omissions(document.annotations, _reason_to_omit)
                kept = [annotation for index, annotation in enumerate(document.annotations) if index not in omitted]
                file.write(dumps(_record(document, kept), ensure_ascii=False, allow_nan=False) + "\n")
                written.add(kept)
    return written


def losses(document: Document) -> Iterator[str]:
    """Yield a message for each thing in a document that ``write`` leaves out."""
    if document.text is None or not document.is_article:
        yield f"{document.id}: a document without a text is left out"
        return
    if document.text_rule:
        yield f"{document.id}: that its text is built from tokens is left out"
    yield from value_losses(document.attributes, document.id)
    omitted = omissions(document.annotations, _reason_to_omit)
    for index, annotation in enumerate(document.annotations):
        name = f"{document.id}: {annotation.type} {annotation.id}".rstrip()
        if index in omitted:
            yield f"{name} is left out: {omitted[index]}"
        elif annotation.attributes:
            yield f"{name}: values are left out: {', '.join(annotation.attributes)}"


def _reason_to_omit(annotation: Annotation, by_id: dict[str, Annotation]) -> str:
    """Return why doccano cannot express an annotation; empty if it can."""
    if len(annotation.fragments) > 1:
        return "it has several fragments"
    if not annotation.fragments and len(annotation.links) != 2:
        return f"without words, it has {len(annotation.links)} links; expected 2"
    wordless = [target for _, target in annotation.links if not by_id[target].fragments]
    return f"it refers to {wordless[0]}, which has no words" if wordless else ""


def _record(document: Document, annotations: list[Annotation]) -> dict[str, Any]:
    """Return the object of a document, given those of its annotations that doccano can express."""
    entities = [annotation for annotation in annotations if annotation.fragments]
    numbers = {annotation.id: number for number, annotation in enumerate(entities) if annotation.id}
    relations: list[dict[str, Any]] = []

    def relate(start: int, end: int, type_: str, **extra: Any) -> None:
        relations.append({"id": len(relations), "from_id": start, "to_id": end, "type": type_, **extra})

    for number, annotation in enumerate(entities):
        for role, target in annotation.links:
            relate(number, numbers[target], role, **{LINK: True})
    for annotation in annotations:
        if not annotation.fragments:
            (first, start), (second, end) = annotation.links
            relate(numbers[start], numbers[end], annotation.type, **{ORIGIN: annotation.id, ROLES: [first, second]})
    return {
        "id": document.id,
        "text": document.text,
        "entities": [
            {"id": number, "label": annotation.type, "start_offset": start, "end_offset": end, ORIGIN: annotation.id}
            for number, annotation in enumerate(entities)
            for start, end in annotation.fragments
        ],
        "relations": relations,
        "meta": json_safe(document.attributes),
        **({"username": document.annotator} if document.annotator else {}),
    }
