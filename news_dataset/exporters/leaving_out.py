"""Which annotations of a document a format cannot express, with all that refer to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from news_dataset.annotations import Annotation


def omissions(
    annotations: Iterable[Annotation], reason_to_omit: Callable[[Annotation, dict[str, Annotation]], str]
) -> dict[int, str]:
    """Return why annotations are left out, by their index: themselves, or because they refer to one that is.

    Args:
        annotations: the annotations of a document.
        reason_to_omit: returns why a format cannot express an annotation, given all annotations by id; empty if it can.
    """
    annotations = tuple(annotations)
    by_id = {annotation.id: annotation for annotation in annotations if annotation.id}
    indices_by_target: defaultdict[str, list[int]] = defaultdict(list)
    reasons: dict[int, str] = {}
    for index, annotation in enumerate(annotations):
        for _, target in annotation.links:
            indices_by_target[target].append(index)
        if reason := reason_to_omit(annotation, by_id):
            reasons[index] = reason
    to_follow = [annotations[index].id for index in reasons]
    while to_follow:
        target = to_follow.pop()
        for index in indices_by_target.pop(target, ()) if target else ():
            if index not in reasons:
                reasons[index] = f"it refers to {target}, which is left out"
                to_follow.append(annotations[index].id)
    return reasons
