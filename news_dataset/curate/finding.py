"""Find the words that a curator names at the one place in a text that they can mean."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from news_dataset.spans import FIND, NO_SPAN, Span, Text, skeleton, splits_word

_CONTEXT = 24  # characters on each side of a candidate in a message
_MAX_CANDIDATES = 8  # in a message

Zones = Sequence[tuple[int, int]] | None
"""Start and end of each part of the text in which to look for words; None for the whole text."""


class WordsError(Exception):
    """Words are at no place in the text, or at several.

    Args:
        field: the field at fault: ``find``, ``nth``, ``after`` or ``in``.
        message: what is wrong.
        hint: what to do.
        candidates: the places of the words.
    """

    def __init__(self, field: str, message: str, hint: str = "", candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.field, self.hint, self.candidates = field, hint, candidates


def find_spans(text: Text, row: Mapping[str, Any], zones: Zones = None) -> list[Span]:
    """Return the spans of the words in ``find``: one, or one for each fragment.

    Args:
        text: the text.
        row: what the curator wrote: ``find``, and perhaps ``nth`` (from 1) or ``after``.
        zones: where to look.

    Raises:
        WordsError: there is no such place, or more than one.
    """
    if FIND not in row:
        raise WordsError(FIND, *NO_SPAN)
    fragments = row[FIND] if isinstance(row[FIND], list) and row[FIND] else [row[FIND]]
    spans: list[Span] = []
    for words in fragments:
        if spans:  # a further fragment: the next place after the one before
            _require_words(FIND, words)
            place = next(iter(_places(text, words, zones, spans[-1].end)), None)
            if place is None:
                raise WordsError(FIND, f"{str(words)!r} does not come after the fragment before")
        else:
            place = _place(text, {**row, FIND: words}, zones)
        try:
            spans.append(text.span(place, place + len(words)))
        except ValueError as error:
            raise WordsError(FIND, str(error)) from error
    return spans


def _place(text: Text, row: Mapping[str, Any], zones: Zones) -> int:
    """Return the offset of the words in ``find``, with the help of ``nth`` or ``after``."""
    words, after, nth = _require_words(FIND, row[FIND]), row.get("after"), row.get("nth")
    start = 0
    if after is not None:
        anchors = _places(text, _require_words("after", after))
        if len(anchors) != 1:
            raise _ambiguity(text, "after", after, anchors)
        start = anchors[0] + len(after)
    places = _places(text, words, zones, start)
    if not places and after is not None and _places(text, words, zones):
        raise WordsError("after", f"{str(words)!r} does not come after {str(after)!r}")
    if not places and zones is not None and _places(text, words):
        raise WordsError("in", f"{str(words)!r} is not within {row.get('in')}")
    if nth is not None and places:
        return _nth_place(places, str(nth))
    if after is not None:
        places = places[:1]
    if len(places) != 1:
        raise _ambiguity(text, FIND, words, places)
    return places[0]


def _require_words(field: str, words: Any) -> str:
    """Return words if they are a text that is not empty or cut short; raise a ``WordsError`` otherwise."""
    if words == "":
        raise WordsError(field, f"{field} has no words", "copy them from the text")
    if not isinstance(words, str) or getattr(words, "is_cut", False):
        why = "is cut short by a comment" if isinstance(words, str) else "is not a text"
        raise WordsError(field, f"{field} {why}", "put the words in quotes")
    return words


def _places(text: Text, words: str, zones: Zones = None, start: int = 0) -> Sequence[int]:
    """Return the sorted offsets from *start* of *words*, as whole words within a zone."""
    offsets = _whole_word_offsets(text.words, words)
    if zones is None:
        return offsets[bisect_left(offsets, start) :]
    slices = [
        (bisect_left(offsets, max(begin, start)), bisect_right(offsets, end - len(words))) for begin, end in zones
    ]
    return sorted({offset for first, last in slices for offset in offsets[first:last]})


@lru_cache(maxsize=4)  # rows often have the same words, with another nth or after
def _whole_word_offsets(text: str, words: str) -> tuple[int, ...]:
    offsets, offset = [], text.find(words)
    while offset >= 0:
        if not any(splits_word(text, edge) for edge in (offset, offset + len(words))):
            offsets.append(offset)
        offset = text.find(words, offset + 1)
    return tuple(offsets)


def _nth_place(places: Sequence[int], nth: str) -> int:
    """Return the place with a number from 1; raise a ``WordsError`` if there is none."""
    if not re.fullmatch("[1-9][0-9]{0,8}", nth):
        raise WordsError("nth", "nth is not a number from 1 on")
    if int(nth) > len(places):
        raise WordsError("nth", f"nth is {nth}; places of the words: {len(places)}")
    return places[int(nth) - 1]


def _ambiguity(text: Text, field: str, words: str, places: Sequence[int]) -> WordsError:
    """Return the error for words that the text has not, or more than once; then it lists the candidates."""
    if not places:
        written = _as_written(text, words)
        hint = f"the text has {json.dumps(written, ensure_ascii=False)}" if written else "copy the words from the text"
        hint = "the text has them only inside longer words: copy these whole" if words in text.words else hint
        return WordsError(field, f"{str(words)!r} is not in the text", hint)
    shown = enumerate(places[:_MAX_CANDIDATES], 1)
    candidates = [_candidate(text.words, number, offset, len(words)) for number, offset in shown]
    if (more := len(places) - _MAX_CANDIDATES) > 0:
        candidates.append(f"… and {more} more places")
    message = f"{str(words)!r} occurs {len(places)} times in the text"
    return WordsError(field, message, "add nth or after", tuple(candidates))


def _as_written(text: Text, words: str) -> str:
    """Return words as the text has them in other case, accents or typography; empty if it has them not at all."""
    characters, place = skeleton(words), -1
    while characters and (place := text.skeleton.find(characters, place + 1)) >= 0:
        start, end = text.origins[place], text.origins[place + len(characters) - 1] + 1
        is_whole = skeleton(text.words[start:end]) == characters  # and not a part of a ligature
        if is_whole and not any(splits_word(text.words, edge) for edge in (start, end)):
            return text.words[start:end]
    return ""


def _candidate(text: str, number: int, offset: int, length: int) -> str:
    """Return a place of words as a line of a message: its number, line, column and context."""
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    end = offset + length
    context = f"{text[max(0, offset - _CONTEXT) : offset]}[{text[offset:end]}]{text[end : end + _CONTEXT]}"
    return f"nth: {number}, line {line}, column {column}: …{' '.join(context.split())}…"
