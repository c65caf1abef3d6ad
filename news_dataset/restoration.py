"""Spans back from somebody's own copy of a text: exact, relocated by their digests, or reported; never similar.

A copy with the annotated text's hash gives every span by its offsets. In any other copy a span is looked for by its
digest and its sides (``spans``): its place is where the digest and at least one side match, and with one side alone not
inside a longer word. If there is one such place, the span is *relocated*. If there are several, both sides decide, then
the order of the spans already placed; else it is *ambiguous*, with every place listed. Where the digest matches nowhere
with a side, it is an *orphan*; so is a span without letters and digits, whose digest says nothing, in any other copy.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from news_dataset.answers import Borrowed, Columns, Made
from news_dataset.errors import UnknownNameError, UsageError
from news_dataset.frames import Read
from news_dataset.spans import CONTEXT, SPAN_FIELDS, Span, Text, bones, hash_of

State = Literal["exact", "relocated", "ambiguous", "orphan"]
STATES: tuple[State, ...] = ("exact", "relocated", "ambiguous", "orphan")

_PARENTS = {"evidence": "statement", "mentions": "article", "quantities": "statement"}
"""The tables whose rows point into a text, each with the column that says to what a row belongs."""

Place = tuple[int, int]
"""Start and end of words in a copy, in code points."""

Places = tuple[Place, ...]
"""Places in their order."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a span in a copy.

    ``words`` are None for an orphan; for an ambiguous span they are those at the first place, and the same, but for
    typography, at every place. ``places`` are all places that were found.
    """

    state: State
    words: str | None
    places: Places


def restore(spans: Sequence[Span], copy: Text, text_sha256: str | None) -> list[Restored]:
    """Return what became of each of *spans*, in their order.

    Args:
        spans: spans of one text.
        copy: somebody's copy of that text.
        text_sha256: SHA-256 of the text that was annotated, in hex; None: it is not known.
    """
    if copy.sha256 == text_sha256:
        return [Restored("exact", copy.words[span.start : span.end], ((span.start, span.end),)) for span in spans]
    finder = Finder(copy, [span for span in spans if span.length])
    found = {span: finder.places(span) if span.length else () for span in dict.fromkeys(spans)}
    _settle_by_order(found, len(copy.words))
    return [_restored(found[span], copy) for span in spans]


class Finder:
    """Finds spans in a text by digest and sides.

    The sides come first: all windows of 32 characters are hashed once, and the digest is computed only behind a
    matching prefix or before a matching suffix. So a thousand spans cost little more than one.
    """

    def __init__(self, copy: Text, spans: Iterable[Span]) -> None:
        self.copy = copy
        prefixes: dict[str, list[int]] = {span.prefix: [] for span in spans}
        suffixes: dict[str, list[int]] = {span.suffix: [] for span in spans}
        bone = copy.skeleton
        for at in range(len(bone) + 1):
            prefixes.get(hash_of(bone[max(0, at - CONTEXT) : at], 8), []).append(at)
            suffixes.get(hash_of(bone[at : at + CONTEXT], 8), []).append(at)
        self.ends, self.begins = prefixes, suffixes
        self._found: dict[tuple[int, str, str, str], Places] = {}

    def places(self, span: Span) -> Places:
        """Return where *span* stands: where both sides match if that is anywhere, else where one does.

        Where only one side matches, the words do not begin or end inside a longer word or number.
        """
        key = (span.length, span.digest, span.prefix, span.suffix)  # which all spans of a repeated text share
        if key not in self._found:
            self._found[key] = tuple(self._search(span))
        return self._found[key]

    def _search(self, span: Span) -> Iterator[Place]:
        behind = {at for at in self.ends[span.prefix] if self._is_here(at, span)}
        before = {at - span.length for at in self.begins[span.suffix]}
        before = {at for at in before if self._is_here(at, span)}
        either = {at for at in behind if not self._is_inside_word(at + span.length)}
        either |= {at for at in before if not self._is_inside_word(at)}
        return (self._place(at, span.length) for at in sorted(behind & before or either))

    def _is_here(self, at: int, span: Span) -> bool:
        bone, origins, end = self.copy.skeleton, self.copy.origins, at + span.length
        if at < 0 or end > len(bone) or hash_of(bone[at:end], 16) != span.digest:
            return False
        # A code point that leaves several characters is not cut in two.
        begins_whole = at == 0 or origins[at - 1] != origins[at]
        return begins_whole and (end == len(bone) or origins[end - 1] != origins[end])

    def _is_inside_word(self, at: int) -> bool:
        """Return whether a place in the skeleton lies between two letters, or two digits, that touch in the text.

        Scripts without case are left out: many of them write without spaces.
        """
        bone, origins, words = self.copy.skeleton, self.copy.origins, self.copy.words
        if not 0 < at < len(bone):
            return False
        gap = words[origins[at - 1] + 1 : origins[at]]
        touch = all(unicodedata.category(one).startswith("M") for one in gap)
        return touch and all(unicodedata.category(one) in ("Ll", "Nd") for one in bone[at - 1 : at + 1])

    def _place(self, at: int, length: int) -> Place:
        words, origins = self.copy.words, self.copy.origins
        start, end = origins[at], origins[at + length - 1] + 1
        # An accent belongs to its letter, unless it leaves a letter of its own, as U+0345 does.
        while end < len(words) and unicodedata.category(words[end]).startswith("M") and not bones(words[end]):
            end += 1
        return start, end


def _restored(places: Places, copy: Text) -> Restored:
    if not places:
        return Restored("orphan", None, ())
    start, end = places[0]
    return Restored("relocated" if len(places) == 1 else "ambiguous", copy.words[start:end], places)


def _settle_by_order(found: dict[Span, Places], length: int) -> None:
    """Leave to ambiguous spans the only place between their neighbours with one place, if these are in order."""
    placed = sorted((span.start, places[0][0]) for span, places in found.items() if len(places) == 1)
    for span, places in found.items():
        if len(places) > 1:
            at = bisect_left(placed, (span.start, -1))
            low = placed[at - 1][1] if at else 0
            high = placed[at][1] if at < len(placed) else length
            first = bisect_left(places, (low, -1))
            if bisect_left(places, (high + 1, -1)) - first == 1:
                found[span] = places[first : first + 1]


def restored_rows(read: Read, copy: Text, article: str | None) -> tuple[Columns, list[dict[str, Any]]]:
    """Return every span of an article with its words in somebody's copy: evidence, mentions, quantities.

    Args:
        read: how to get the rows of a table.
        copy: the copy of the article's text.
        article: id of the article; None for the one whose text the copy is, or the only one.

    Raises:
        KeyError: there is no such article.
        ValueError: no article is named, there are several, and the copy's hash is that of none.
    """
    owner = _owner(read, copy, article)
    owners = {owner["id"], *(row["id"] for row in read("statements") if row["article"] == owner["id"])}
    rows = [
        {"table": table, "record": row[parent], **dict.fromkeys(("role", "mention", "fragment")), **row}
        for table, parent in _PARENTS.items()
        for row in read(table)
        if row[parent] in owners
    ]
    found = restore([Span(*(row[name] for name in SPAN_FIELDS)) for row in rows], copy, owner["text_sha256"])
    for row, restored in zip(rows, found, strict=True):
        row.update(state=restored.state, words=restored.words)
        row["places"] = " ".join(f"{start}-{end}" for start, end in restored.places) or None
    return RESTORED, [{column.name: row[column.name] for column in RESTORED.columns} for row in rows]


def _owner(read: Read, copy: Text, article: str | None) -> dict[str, Any]:
    articles = {row["id"]: row for row in read("articles")}
    if article is not None:
        if article not in articles:
            raise UnknownNameError(f"there is no article {article!r}; there are: {', '.join(articles)}")
        return articles[article]
    same = [row for row in articles.values() if row["text_sha256"] == copy.sha256] or list(articles.values())
    if len(same) != 1:
        raise UsageError(f"which article is it? name one of: {', '.join(articles)}")
    return same[0]


RESTORED = Columns(
    "restored",
    "Every span of an article with its words in somebody's copy of the text.",
    (
        Made("table", "string", "The table of the span: evidence, mentions or quantities."),
        Made("record", "string", "Id of the statement or article it belongs to."),
        Borrowed("ordinal", "evidence", "ordinal"),
        Borrowed("role", "evidence", "role"),
        Borrowed("mention", "evidence", "mention"),
        Borrowed("fragment", "evidence", "fragment"),
        Borrowed("start", "evidence", "start"),
        Borrowed("end", "evidence", "end"),
        Made("state", "string", "What became of it: exact, relocated, ambiguous or orphan."),
        Made("words", "string", "The words in the copy; null for an orphan."),
        Made("places", "string", "Where they stand in the copy, as start-end in code points, all places."),
    ),
)
