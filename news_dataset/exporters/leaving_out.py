"""What a format cannot say of the annotations of a document, with all that refers to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from news_dataset.annotations import Annotation


def left_out(
    annotations: Iterable[Annotation], fault: Callable[[Annotation, dict[str, Annotation]], str]
) -> dict[int, str]:
    """Return the numbers of the annotations that are left out, from 0, and why.

    Args:
        annotations: the annotations of a document.
        fault: returns why a format cannot say an annotation, given all annotations by id; empty if it can.
    """
    annotations = tuple(annotations)
    by_id = {one.id: one for one in annotations if one.id}
    linking: defaultdict[str, list[int]] = defaultdict(list)
    found: dict[int, str] = {}
    for at, one in enumerate(annotations):
        for _, target in one.links:
            linking[target].append(at)
        if why := fault(one, by_id):
            found[at] = why
    waiting = [annotations[at].id for at in found]
    while waiting:
        target = waiting.pop()
        for at in linking.pop(target, ()) if target else ():
            if at not in found:
                found[at] = f"it refers to {target}, which is left out"
                waiting.append(annotations[at].id)
    return found
