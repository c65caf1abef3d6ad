"""The reader's own copy of a text, cut where spans begin and end, so that the page needs no offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from news_dataset.errors import UsageError
from news_dataset.frames import Read
from news_dataset.restoration import STATES, restored_rows
from news_dataset.spans import Text


def marked_copies(read: Read, texts: Mapping[str, Text]) -> list[dict[str, Any]]:
    """Return for each article with a text its words with spans, as plain data.

    Args:
        read: how to get the rows of a table.
        texts: texts by article.

    Raises:
        ValueError: a text is that of its article in no word: not one span stands in it.
    """
    referents = {(row["article"], row["ordinal"]): row["referent"] for row in read("mentions")}
    return [_marked(read, article, copy, referents) for article, copy in texts.items()]


def _marked(read: Read, article: str, copy: Text, referents: Mapping[tuple[str, int], str | None]) -> dict[str, Any]:
    _, rows = restored_rows(read, copy, article)
    states = {state: sum(row["state"] == state for row in rows) for state in STATES}
    if rows and states["orphan"] == len(rows):
        raise UsageError(f"{copy.path} is not the text of {article}: none of its {len(rows)} spans stands in it")
    spans: list[list[Any]] = []
    places: list[tuple[int, int, int]] = []
    for row in rows:
        is_mention = row["table"] == "mentions"
        role = "mention" if is_mention else row["role"] or "quantity"
        target = referents.get((row["record"], row["ordinal"])) if is_mention else row["record"]
        places += [(*_place(place), len(spans)) for place in (row["places"] or "").split()]
        spans.append([role, target, row["state"]])
    return {
        "article": article, "file": Path(copy.path).name, "states": states, "spans": spans,
        "segments": list(_segments(copy.words, places)),
    }  # fmt: skip


def _place(written: str) -> tuple[int, int]:
    start, _, end = written.partition("-")
    return int(start), int(end)


def _segments(words: str, places: Iterable[tuple[int, int, int]]) -> Iterable[list[Any]]:
    """Yield the text in pieces, each with the numbers of the spans over it."""
    changes: dict[int, list[tuple[bool, int]]] = {0: [], len(words): []}
    for start, end, span in places:
        changes.setdefault(start, []).append((True, span))
        changes.setdefault(end, []).append((False, span))
    over: set[int] = set()
    cuts = sorted(changes)
    for at, until in pairwise(cuts):
        for begins, span in sorted(changes[at]):  # what ends here goes before what begins
            (over.add if begins else over.discard)(span)
        yield [words[at:until], sorted(over)]
