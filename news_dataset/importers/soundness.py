"""What holds in every format: offsets lie in the text, ids are unique, and links lead to annotations."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from news_dataset.annotations import Annotation, Document, Quarantined
from news_dataset.records.mapping import MAX_NAME


def sound(document: Document) -> Document:
    """Return a document with its unsound annotations in quarantine.

    An annotation is unsound if its type or a role has a name too long for a mapping (``bad_line``), if its offsets lie
    outside the text (``offset_outside``), if an earlier one has its id, or several have an id that it links to
    (``duplicate_id``), or if it links, over any number of links, to an id that no annotation has or whose annotation is
    in quarantine (``dangling_id``). Examples of the scheme with too long a name are left out. A link to an empty id is
    sound: a role in which nobody is named. ``Quarantined.content`` is the annotation as JSON. This takes time linear in
    annotations and links.

    Args:
        document: the document as it was read; what is in quarantine stays there.

    Example:
        >>> found = sound(Document("a.ann", "a", "Rain.", (Annotation("T1", "Event", ((0, 9),), line=3),)))
        >>> found.annotations, [(one.line, one.id, one.reason) for one in found.quarantined]
        ((), [(3, 'T1', 'offset_outside')])
    """
    if document.scheme and any(map(_name_fault, document.scheme.examples)):
        examples = tuple(example for example in document.scheme.examples if not _name_fault(example))
        document = replace(document, scheme=replace(document.scheme, examples=examples))
    faults = dict(_own_faults(document))
    faults |= _link_faults(document, faults)
    if not faults:
        return document
    kept = tuple(annotation for index, annotation in enumerate(document.annotations) if index not in faults)
    moved = (_quarantined(document.path, document.annotations[index], *faults[index]) for index in sorted(faults))
    return replace(document, annotations=kept, quarantined=(*document.quarantined, *moved))


Fault = tuple[str, str]
"""A reason code, one of ``annotations.REASONS``, and a message."""


def _own_faults(document: Document) -> Iterator[tuple[int, Fault]]:
    """Yield index and fault of each annotation that is unsound by itself."""
    ids: set[str] = set()
    for index, annotation in enumerate(document.annotations):
        if message := _name_fault(annotation):
            yield index, ("bad_line", message)
        elif message := offset_fault(document.text, annotation.fragments):
            yield index, ("offset_outside", message)
        elif annotation.id and annotation.id in ids:
            yield index, ("duplicate_id", f"another annotation has the id {annotation.id}")
        ids.add(annotation.id)


def _name_fault(annotation: Annotation) -> str:
    """Return what is wrong with the names of type and roles; empty if nothing is."""
    if not annotation.type:
        return "its type has no name"
    longest = max(len(name) for name in (annotation.type, *(role for role, _ in annotation.links)))
    return f"the name of its type or of a role has more than {MAX_NAME} characters" if longest > MAX_NAME else ""


def offset_fault(text: str | None, fragments: tuple[tuple[int, int], ...]) -> str:
    """Return what is wrong with the offsets of fragments; empty where nothing is."""
    if text is None:
        return "it marks words, but there is no text" if fragments else ""
    for start, end in fragments:
        if not 0 <= start < end <= len(text):
            why = "the end is not behind the start" if end <= start else f"the text has {len(text)} code points"
            return f"it marks {start} to {end}, but {why}"
    return ""


_REFUSED = ("dangling_id", "which is in quarantine")


def _link_faults(document: Document, own_faults: dict[int, Fault]) -> dict[int, Fault]:
    """Return, by index, the faults of annotations that link to what is not sound."""
    annotations = document.annotations
    counts = Counter(annotation.id for annotation in annotations)
    linking: defaultdict[str, list[int]] = defaultdict(list)
    for index, annotation in enumerate(annotations):
        for target in dict.fromkeys(target for _, target in annotation.links if target):
            linking[target].append(index)
    refused = {fault.id for fault in document.quarantined if fault.id}
    waiting = [(target, *_target_fault(counts[target], target in refused)) for target in linking
               if counts[target] != 1 or target in refused]  # fmt: skip
    waiting += [(annotations[index].id, *_REFUSED) for index in own_faults if counts[annotations[index].id] == 1]
    faults: dict[int, Fault] = {}
    while waiting:
        target, reason, clause = waiting.pop()
        for index in linking.pop(target, ()):
            if index not in own_faults and index not in faults:
                faults[index] = (reason, f"it refers to {target}, {clause}")
                waiting.append((annotations[index].id, *_REFUSED))
    return faults


def _target_fault(count: int, is_refused: bool) -> Fault:
    """Return why a link to an id fails; the message is a clause with "which".

    Args:
        count: how many annotations have the id; if several, that is the reason.
        is_refused: whether an annotation with the id is in quarantine already.
    """
    if count > 1:
        return "duplicate_id", f"which {count} annotations have as their id"
    return _REFUSED if is_refused else ("dangling_id", "which is not there")


def _quarantined(path: str, annotation: Annotation, reason: str, message: str) -> Quarantined:
    """Return the report of an annotation that is put into quarantine."""
    members = {"id": annotation.id, "type": annotation.type, "fragments": annotation.fragments,
               "attributes": dict(annotation.attributes), "links": annotation.links}  # fmt: skip
    content = json.dumps({name: value for name, value in members.items() if value}, ensure_ascii=False)
    return Quarantined(path, reason, message, annotation.id, annotation.line, content)
