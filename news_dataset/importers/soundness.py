"""What no format may get wrong: offsets lie in the text, ids are unique, and links lead somewhere."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from news_dataset.annotations import Annotation, Document, Quarantined
from news_dataset.records.mapping import MAX_NAME


def sound(document: Document) -> Document:
    """Return the document with its unsound annotations in quarantine.

    An annotation goes into quarantine if its type or a role has a name that no mapping could hold (``bad_line``), if
    its offsets lie outside the text (``offset_outside``), if an earlier one has its id, or several have an id that it
    links to (``duplicate_id``), or if it links to an id that no annotation has, or that is itself in quarantine
    (``dangling_id``), over any number of links. What is declared with such a name is left out. A link to an empty id
    is sound: a role in which nobody is named. ``Quarantined.content`` is the annotation as JSON. The time that this
    takes is linear in annotations and links.

    Args:
        document: a document as it was read; what it has in quarantine already stays there.

    Example:
        >>> found = sound(Document("a.ann", "a", "Rain.", (Annotation("T1", "Event", ((0, 9),), line=3),)))
        >>> found.annotations, [(one.line, one.id, one.reason) for one in found.quarantined]
        ((), [(3, 'T1', 'offset_outside')])
    """
    if document.scheme and any(map(_name_fault, document.scheme.examples)):
        kept = tuple(one for one in document.scheme.examples if not _name_fault(one))
        document = replace(document, scheme=replace(document.scheme, examples=kept))
    found = dict(_own_faults(document))
    found |= _cascade(document, found)
    if not found:
        return document
    kept = tuple(one for at, one in enumerate(document.annotations) if at not in found)
    moved = (_moved(document.path, document.annotations[at], *found[at]) for at in sorted(found))
    return replace(document, annotations=kept, quarantined=(*document.quarantined, *moved))


Fault = tuple[str, str]
"""A reason and a message."""


def _own_faults(document: Document) -> Iterator[tuple[int, Fault]]:
    """Yield the number of each annotation that is wrong whatever the others are, and its fault."""
    text, ids = document.text, set[str]()
    for at, one in enumerate(document.annotations):
        if fault := _name_fault(one):
            yield at, ("bad_line", fault)
        elif fault := offset_fault(text, one.fragments):
            yield at, ("offset_outside", fault)
        elif one.id and one.id in ids:
            yield at, ("duplicate_id", f"another annotation has the id {one.id}")
        ids.add(one.id)


def _name_fault(one: Annotation) -> str:
    """Return what is wrong with the names of a type and of roles; empty where nothing is."""
    if not one.type:
        return "its type has no name"
    long = max(len(one.type), *(len(role) for role, _ in one.links), 0) > MAX_NAME
    return f"the name of its type or of a role has more than {MAX_NAME} characters" if long else ""


def offset_fault(text: str | None, fragments: tuple[tuple[int, int], ...]) -> str:
    """Return what is wrong with the offsets of fragments; empty where nothing is."""
    if text is None:
        return "it marks words, but there is no text" if fragments else ""
    for start, end in fragments:
        if not 0 <= start < end <= len(text):
            why = "the end is not behind the start" if end <= start else f"the text has {len(text)} code points"
            return f"it marks {start} to {end}, but {why}"
    return ""


def _cascade(document: Document, faults: dict[int, Fault]) -> dict[int, Fault]:
    """Return the annotations without a fault of their own that link to what is not there, or only in quarantine."""
    annotations = document.annotations
    counts = Counter(one.id for one in annotations)
    linking: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(annotations):
        for target in dict.fromkeys(target for _, target in one.links if target):
            linking[target].append(at)
    refused = {one.id for one in document.quarantined if one.id}
    waiting = [(target, *_why(target, counts[target], target in refused)) for target in linking
               if counts[target] != 1 or target in refused]  # fmt: skip
    waiting += [(annotations[at].id, *_REFUSED) for at in faults if counts[annotations[at].id] == 1]
    found: dict[int, Fault] = {}
    while waiting:
        target, reason, why = waiting.pop()
        for at in linking.pop(target, ()):
            if at not in faults and at not in found:
                found[at] = (reason, f"it refers to {target}, {why}")
                waiting.append((annotations[at].id, *_REFUSED))
    return found


_REFUSED = ("dangling_id", "which is in quarantine")


def _why(target: str, count: int, is_refused: bool) -> Fault:
    """Return the reason and the message for a link to an id; of one that several have, that is the cause."""
    if count > 1:
        return "duplicate_id", f"which {count} annotations have as their id"
    return _REFUSED if is_refused else ("dangling_id", "which is not there")


def _moved(path: str, one: Annotation, reason: str, message: str) -> Quarantined:
    said = {"id": one.id, "type": one.type, "fragments": one.fragments, "attributes": dict(one.attributes),
            "links": one.links}  # fmt: skip
    content = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    return Quarantined(path, reason, message, one.id, one.line, content)
