"""Web Annotation JSON-LD: an AnnotationPage for each document (https://www.w3.org/TR/annotation-model/).

The type of an annotation is a body for classifying; a value is one for describing, with name and value as in
schema.org; a link is one for linking, whose source is the other annotation. Each fragment is a target; offsets count
code points of the text, which the page does not contain. Values of the document are an annotation of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import dumps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters.stems import Stems
from news_dataset.exporters.values import Values, as_tuple, json_safe, value_losses
from news_dataset.exporters.written import Written
from news_dataset.filesystem import write_new

CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"schema": "https://schema.org/"})
CONTEXT_LENGTH = 32
"""How many code points before and after a quotation are its context."""

Json = dict[str, Any]


def write(documents: Iterable[Document], out: Path, quotes: bool = False) -> Written:
    """Write ``<document>.jsonld`` for each document into an existing empty folder; return counts.

    Args:
        documents: the documents.
        out: the folder.
        quotes: whether to give the words of each fragment, with their context, besides its offsets.
    """
    stems, written = Stems(), Written()
    for document in documents:
        page = dumps(_page(document, quotes), ensure_ascii=False, allow_nan=False, indent=1)
        write_new(out / f"{stems.stem(document.id)}.jsonld", f"{page}\n")
        written.add(document.annotations)
    return written


def losses(document: Document) -> Iterator[str]:
    """Yield a message for each thing in a document that the model cannot express."""
    yield from value_losses(document.attributes, document.id)
    for annotation in document.annotations:
        owner = f"{document.id}: {annotation.type} {annotation.id}".rstrip()
        yield from value_losses(annotation.attributes, owner)
        if len(annotation.fragments) > 1:
            yield f"{owner}: its {len(annotation.fragments)} fragments are targets of their own, in no order"


def _page(document: Document, quotes: bool) -> Json:
    """Return the AnnotationPage of a document."""
    source = f"urn:news-dataset:document:{quote(document.id, safe='')}"
    if document.annotator:
        source += f":{quote(document.annotator, safe='')}"
    annotator = document.annotator or document.attributes.get("annotator")
    creator = {"creator": {"type": "Person", "name": annotator}} if annotator else {}
    items: list[Json] = []
    if values := list(_value_bodies(json_safe(document.attributes))):
        head = {"id": f"{source}#", "type": "Annotation", "motivation": "describing"}
        items.append({**head, **creator, "body": values, "target": source})
    for number, annotation in enumerate(document.annotations, 1):
        head = {"id": f"{source}#{_iri_fragment(annotation, number)}", "type": "Annotation"}
        targets: list[Any] = [
            {"type": "SpecificResource", "source": source, "selector": _selector(document.text, *fragment, quotes)}
            for fragment in annotation.fragments
        ] or [source]
        motivation = "classifying" if annotation.fragments else "linking"
        items.append({**head, "motivation": motivation, **creator, "body": list(_bodies(annotation, source)),
                      "target": targets if len(targets) > 1 else targets[0]})  # fmt: skip
    collection = {"id": f"{source}:annotations", "type": "AnnotationCollection", "label": document.id}
    page = {"id": f"{source}:annotations:1", "type": "AnnotationPage", "partOf": {**collection, "total": len(items)}}
    return {"@context": CONTEXT, **page, "startIndex": 0, "items": items}


def _iri_fragment(annotation: Annotation, number: int) -> str:
    """Return the part of an annotation's IRI after ``#``: its id or, without one, its number from 1."""
    return f"id={quote(annotation.id, safe='')}" if annotation.id else f"number={number}"


def _selector(text: str | None, start: int, end: int, quotes: bool) -> Any:
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    if not quotes or text is None:
        return position
    context = {"prefix": text[max(0, start - CONTEXT_LENGTH) : start], "suffix": text[end : end + CONTEXT_LENGTH]}
    return [position, {"type": "TextQuoteSelector", "exact": text[start:end], **context}]


def _bodies(annotation: Annotation, source: str) -> Iterator[Json]:
    """Yield the bodies of an annotation; *source* is the IRI of the document."""
    yield {"type": "TextualBody", "purpose": "classifying", "value": annotation.type}
    yield from _value_bodies(json_safe(annotation.attributes))
    for role, target in annotation.links:
        linked = f"{source}#id={quote(target, safe='')}"
        yield {"type": "SpecificResource", "purpose": "linking", "source": linked, "schema:roleName": role}


def _value_bodies(attributes: dict[str, Values]) -> Iterator[Json]:
    """Yield a body for each value of attributes."""
    for name, value in attributes.items():
        for item in as_tuple(value):
            yield {
                "type": ["TextualBody", "schema:PropertyValue"],
                "purpose": "describing",
                "value": item if isinstance(item, str) else dumps(item),
                "schema:name": name,
                "schema:value": item,
            }
