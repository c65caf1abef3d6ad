"""Restore the words of spans from a copy of their text: exact, relocated by digest, or reported; never similar.

In a copy with the annotated text's hash, the offsets give every span. In any other copy a span is looked for by its
digest and its sides, the digests of the characters before and after it (``spans``): a place is where the digest and at
least one side match; with one side alone it must not lie inside a longer word. With one such place the span is
*relocated*. With several, both sides decide, then the order of the spans already placed; else the span is *ambiguous*,
and every place is listed. A span without any place is an *orphan*, and so is one without letters and digits, whose
digest says nothing.
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
from news_dataset.spans import CONTEXT, SPAN_FIELDS, Span, Text, hash_of, skeleton

State = Literal["exact", "relocated", "ambiguous", "orphan"]
STATES: tuple[State, ...] = ("exact", "relocated", "ambiguous", "orphan")

_PARENTS = {"evidence": "statement", "mentions": "article", "quantities": "statement"}
"""The tables whose rows point into a text, each with the column that names the parent of a row."""

Place = tuple[int, int]
"""Start and end of words in a copy, in code points."""

Places = tuple[Place, ...]
"""Places in the order of the text."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The result for one span: its state, its words in the copy, and all places that were found.

    ``words`` is None for an orphan; for an ambiguous span it has the words at the first place, which differ from those
    at the others in typography only.
    """

    state: State
    words: str | None
    places: Places


def restore(spans: Sequence[Span], copy: Text, text_sha256: str | None) -> list[Restored]:
    """Return the result for each of *spans*, in their order.

    Args:
        spans: spans of one text.
        copy: somebody's copy of that text.
        text_sha256: SHA-256 of the annotated text, in hex; None where it is not known.
    """
    if copy.sha256 == text_sha256:
        return [Restored("exact", copy.words[span.start : span.end], ((span.start, span.end),)) for span in spans]
    finder = Finder(copy, [span for span in spans if span.length])
    places = {span: finder.places(span) if span.length else () for span in dict.fromkeys(spans)}
    _settle_by_order(places, len(copy.words))
    return [_result(places[span], copy) for span in spans]


class Finder:
    """Finds spans in a copy of their text by digest and sides.

    The sides come first: every window of 32 skeleton characters is hashed once, and a digest is computed only after a
    matching prefix or before a matching suffix. So a thousand spans cost little more than one.

    ``prefix_ends`` and ``suffix_starts`` have, by digest, the offsets in the skeleton where the prefix of a span ends
    and its suffix begins.
    """

    def __init__(self, copy: Text, spans: Iterable[Span]) -> None:
        self.copy = copy
        prefixes: dict[str, list[int]] = {span.prefix: [] for span in spans}
        suffixes: dict[str, list[int]] = {span.suffix: [] for span in spans}
        for offset in range(len(copy.skeleton) + 1):
            prefixes.get(hash_of(copy.skeleton[max(0, offset - CONTEXT) : offset], 8), []).append(offset)
            suffixes.get(hash_of(copy.skeleton[offset : offset + CONTEXT], 8), []).append(offset)
        self.prefix_ends, self.suffix_starts = prefixes, suffixes
        self._cache: dict[tuple[int, str, str, str], Places] = {}

    def places(self, span: Span) -> Places:
        """Return the places of *span* where both sides match; without any, those where one side matches.

        Where only one side matches, the words must not begin or end inside a longer word or number.
        """
        key = (span.length, span.digest, span.prefix, span.suffix)  # spans of repeated words share it
        if key not in self._cache:
            self._cache[key] = tuple(self._search(span))
        return self._cache[key]

    def _search(self, span: Span) -> Iterator[Place]:
        after_prefix = {start for start in self.prefix_ends[span.prefix] if self._is_here(start, span)}
        starts = (end - span.length for end in self.suffix_starts[span.suffix])
        before_suffix = {start for start in starts if self._is_here(start, span)}
        one_side = {start for start in after_prefix if not self._is_inside_word(start + span.length)}
        one_side |= {start for start in before_suffix if not self._is_inside_word(start)}
        return (self._place(start, span.length) for start in sorted(after_prefix & before_suffix or one_side))

    def _is_here(self, start: int, span: Span) -> bool:
        """Return whether the digest of a span matches at an offset in the skeleton, between whole code points."""
        characters, origins, end = self.copy.skeleton, self.copy.origins, start + span.length
        if start < 0 or end > len(characters) or hash_of(characters[start:end], 16) != span.digest:
            return False
        # A code point with several skeleton characters is not divided.
        begins_whole = start == 0 or origins[start - 1] != origins[start]
        return begins_whole and (end == len(characters) or origins[end - 1] != origins[end])

    def _is_inside_word(self, offset: int) -> bool:
        """Return whether a skeleton offset lies between two letters or digits that touch in the text.

        At most combining marks lie between them. Letters of scripts without case do not count: many of these write
        without spaces.
        """
        characters, origins, words = self.copy.skeleton, self.copy.origins, self.copy.words
        if not 0 < offset < len(characters):
            return False
        gap = words[origins[offset - 1] + 1 : origins[offset]]
        touch = all(unicodedata.category(mark).startswith("M") for mark in gap)
        neighbours = characters[offset - 1 : offset + 1]
        return touch and all(unicodedata.category(character) in ("Ll", "Nd") for character in neighbours)

    def _place(self, first: int, length: int) -> Place:
        """Return where *length* skeleton characters from *first* on are in the copy."""
        words, origins = self.copy.words, self.copy.origins
        start, end = origins[first], origins[first + length - 1] + 1
        # An accent belongs to its letter, unless it has a skeleton character of its own, as U+0345 does.
        while end < len(words) and unicodedata.category(words[end]).startswith("M") and not skeleton(words[end]):
            end += 1
        return start, end


def _result(places: Places, copy: Text) -> Restored:
    if not places:
        return Restored("orphan", None, ())
    start, end = places[0]
    return Restored("relocated" if len(places) == 1 else "ambiguous", copy.words[start:end], places)


def _settle_by_order(places: dict[Span, Places], length: int) -> None:
    """Reduce, in place, the places of an ambiguous span to the only one between its neighbours with one place.

    *length* is that of the copy in code points.
    """
    placed = sorted((span.start, found[0][0]) for span, found in places.items() if len(found) == 1)
    for span, found in places.items():
        if len(found) > 1:
            following = bisect_left(placed, (span.start, -1))
            low = placed[following - 1][1] if following else 0
            high = placed[following][1] if following < len(placed) else length
            first = bisect_left(found, (low, -1))
            if bisect_left(found, (high + 1, -1)) - first == 1:
                places[span] = found[first : first + 1]


def restored_rows(read: Read, copy: Text, article: str | None) -> list[dict[str, Any]]:
    """Return a row, with the columns ``RESTORED``, for every span of an article with its words in a copy of the text.

    Args:
        read: returns the rows of a table.
        copy: the copy of the article's text.
        article: id of the article; None for the one whose text the copy is, or the only one.

    Raises:
        KeyError: there is no such article.
        ValueError: no article is named, there are several, and the copy's hash is that of none.
    """
    owner = _article_of(read, copy, article)
    parents = {owner["id"], *(row["id"] for row in read("statements") if row["article"] == owner["id"])}
    rows = [
        {"table": table, "record": row[parent], **dict.fromkeys(("role", "mention", "fragment")), **row}
        for table, parent in _PARENTS.items()
        for row in read(table)
        if row[parent] in parents
    ]
    results = restore([Span(*(row[name] for name in SPAN_FIELDS)) for row in rows], copy, owner["text_sha256"])
    for row, result in zip(rows, results, strict=True):
        row.update(state=result.state, words=result.words)
        row["places"] = " ".join(f"{start}-{end}" for start, end in result.places) or None
    return [{column.name: row[column.name] for column in RESTORED.columns} for row in rows]


def _article_of(read: Read, copy: Text, article: str | None) -> dict[str, Any]:
    """Return the row of an article: the one named, else the one with the copy's hash, else the only one."""
    articles = {row["id"]: row for row in read("articles")}
    if article is not None:
        if article not in articles:
            raise UnknownNameError(f"there is no article {article!r}; there are: {', '.join(articles)}")
        return articles[article]
    candidates = [row for row in articles.values() if row["text_sha256"] == copy.sha256] or list(articles.values())
    if len(candidates) != 1:
        raise UsageError(f"which article is it? give --article ID, one of {', '.join(articles)}")
    return candidates[0]


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
        Made("places", "string", "All their places in the copy, as start-end in code points."),
    ),
)
