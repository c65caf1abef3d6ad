"""Web Annotation JSON-LD: an AnnotationPage for each document (https://www.w3.org/TR/annotation-model/).

The type of an annotation is a body for classifying; a value is one for describing, with name and value as in
schema.org; a link is one for linking, whose source is the other annotation. Each fragment is a target, and offsets
count code points of the text, which is not part of the page. Values of the document are an annotation of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from json import dumps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters.stems import Stems
from news_dataset.exporters.values import Values, lacking_values, plain_values, several
from news_dataset.exporters.written import Written
from news_dataset.filesystem import write_new

CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"schema": "https://schema.org/"})
QUOTED = 32
"""How many code points before and after a quotation are given with it."""

Json = dict[str, Any]


def write(documents: Iterable[Document], out: Path, quotes: bool = False) -> Written:
    """Write ``<document>.jsonld`` for each document into a folder.

    Args:
        documents: the documents.
        out: the folder, which is there and empty.
        quotes: whether the words of each fragment, and some around it, stand beside its offsets.

    Returns:
        How many were written.
    """
    stems, written = Stems(), Written()
    for document in documents:
        page = dumps(_page(document, quotes), ensure_ascii=False, allow_nan=False, indent=1)
        write_new(out / f"{stems.stem(document.id)}.jsonld", f"{page}\n")
        written.add(document.annotations)
    return written


def lacks(document: Document) -> Iterator[str]:
    """Yield what the model cannot say of a document, a line each."""
    yield from lacking_values(document.attributes, document.id)
    for one in document.annotations:
        name = f"{document.id}: {one.type} {one.id}".rstrip()
        yield from lacking_values(one.attributes, name)
        if len(one.fragments) > 1:
            yield f"{name}: its {len(one.fragments)} fragments are targets of their own, in no order"


def _page(document: Document, quotes: bool) -> Json:
    source = f"urn:news-dataset:document:{quote(document.id, safe='')}"
    if document.annotator:
        source += f":{quote(document.annotator, safe='')}"
    annotator = document.annotator or document.attributes.get("annotator")
    creator = {"creator": {"type": "Person", "name": annotator}} if annotator else {}
    items: list[Json] = []
    if values := list(_values(plain_values(document.attributes))):
        head = {"id": f"{source}#", "type": "Annotation", "motivation": "describing"}
        items.append({**head, **creator, "body": values, "target": source})
    for number, one in enumerate(document.annotations, 1):
        head = {"id": f"{source}#{_name(one, number)}", "type": "Annotation"}
        targets: list[Any] = [
            {"type": "SpecificResource", "source": source, "selector": _selector(document.text, *fragment, quotes)}
            for fragment in one.fragments
        ]
        motivation = "classifying" if one.fragments else "linking"
        items.append({**head, "motivation": motivation, **creator, "body": list(_bodies(one, source)),
                      "target": targets if len(targets) != 1 else targets[0]})  # fmt: skip
        if not targets:
            items[-1]["target"] = source
    collection = {"id": f"{source}:annotations", "type": "AnnotationCollection", "label": document.id}
    page = {"id": f"{source}:annotations:1", "type": "AnnotationPage", "partOf": {**collection, "total": len(items)}}
    return {"@context": CONTEXT, **page, "startIndex": 0, "items": items}


def _name(one: Annotation, number: int) -> str:
    """Return the fragment of the IRI of an annotation; one without an id is numbered."""
    return f"id={quote(one.id, safe='')}" if one.id else f"number={number}"


def _selector(text: str | None, start: int, end: int, quotes: bool) -> Any:
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    if not quotes or text is None:
        return position
    around = {"prefix": text[max(0, start - QUOTED) : start], "suffix": text[end : end + QUOTED]}
    return [position, {"type": "TextQuoteSelector", "exact": text[start:end], **around}]


def _bodies(one: Annotation, source: str) -> Iterator[Json]:
    yield {"type": "TextualBody", "purpose": "classifying", "value": one.type}
    yield from _values(plain_values(one.attributes))
    for role, target in one.links:
        other = f"{source}#id={quote(target, safe='')}"
        yield {"type": "SpecificResource", "purpose": "linking", "source": other, "schema:roleName": role}


def _values(attributes: dict[str, Values]) -> Iterator[Json]:
    for name, value in attributes.items():
        for one in several(value):
            yield {
                "type": ["TextualBody", "schema:PropertyValue"],
                "purpose": "describing",
                "value": one if isinstance(one, str) else dumps(one),
                "schema:name": name,
                "schema:value": one,
            }
