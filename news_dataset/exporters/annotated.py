"""What no format for annotations can say of a document, whatever the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from news_dataset.annotations import Annotation, Document, Value


def sayable(document: Document) -> tuple[Document, list[str]]:
    """Return the document without what no format can say of it, and a line for each thing that is left out.

    That is: annotations whose fragments lie outside the text or are empty, or that have the id of an earlier one, and
    links to an id that no annotation has, or several.

    Example:
        >>> sayable(Document("", "a", "Rain.", (Annotation("T1", "Event", ((0, 9),)),)))[1]
        ['a: T1 (Event) is left out: 0 to 9 is no place in the text']
    """
    counts = Counter(one.id for one in document.annotations if one.id)
    lines, kept, seen = [], [], set[str]()
    for one in document.annotations:
        name = f"{document.id}: {one.id or 'an annotation'} ({one.type})"
        if why := _fault(one, document.text) or (one.id in seen and "its id is that of an earlier one"):
            lines.append(f"{name} is left out: {why}")
            continue
        kept.append(one)
        seen |= {one.id} - {""}
    left = {one.id for one in kept if counts[one.id] == 1}
    for at, one in enumerate(kept):
        links = tuple((role, target) for role, target in one.links if target in left)
        lost = [target for _, target in one.links if target not in left]
        link = f"{document.id}: a link of {one.id or one.type} to"
        lines += [f"{link} {target!r} is left out: no one annotation has that id" for target in lost]
        kept[at] = replace(one, links=links) if lost else one
    return replace(document, annotations=tuple(kept)), lines


def _fault(one: Annotation, text: str | None) -> str:
    if one.fragments and text is None:
        return "it marks words, but there is no text"
    wrong = [f"{start} to {end}" for start, end in one.fragments if not 0 <= start < end <= len(text or "")]
    return f"{wrong[0]} is no place in the text" if wrong else ""


def strings(document: Document) -> Iterator[str]:
    """Yield every string of a document: text, ids, names and values."""
    yield from (document.id, document.text or "", document.annotator, document.text_rule)
    yield from _named(document.attributes)
    for one in document.annotations:
        yield from (one.id, one.type)
        yield from _named(one.attributes)
        for link in one.links:
            yield from link


def has_half_pair(document: Document) -> bool:
    """Return whether a string of a document has a half of a surrogate pair, which UTF-8 cannot hold."""
    return any(max(one) >= "\ud800" and any("\ud800" <= c <= "\udfff" for c in one) for one in strings(document) if one)


def _named(attributes: Mapping[str, Value | tuple[Value, ...]]) -> Iterator[str]:
    for name, value in attributes.items():
        yield name
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, str))
