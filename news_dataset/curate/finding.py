"""Words that a curator names, found in a text at the one place that they can mean."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from news_dataset.spans import FIND, Span, Text, skeleton, splits_word

_ABOUT = 24  # characters of context on each side of a candidate
_CANDIDATES = 8  # places that a message lists

Zones = Sequence[tuple[int, int]] | None
"""Start and end of each part of the text in which words are looked for; None for all of it."""


class WordsError(Exception):
    """Words are not found, or at several places.

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
    """Return the span of the words in ``find``; where they are a list, one for each, in the order of the text.

    Args:
        text: the text.
        row: what the curator wrote: ``find``, and perhaps ``nth`` or ``after``.
        zones: where the words are looked for.

    Raises:
        WordsError: there is no such place, or more than one.
    """
    words = row[FIND] if isinstance(row[FIND], list) and row[FIND] else [row[FIND]]
    found: list[Span] = []
    for one in words:
        if found:  # a further fragment: the next place behind the one before
            wanted = {FIND: one}
            at = next(iter(_places(text, one, zones, found[-1].end)), None)
            places = [at] if at is not None else []
            if _checked(FIND, one) and not places:
                raise WordsError(FIND, f"{str(one)!r} does not stand behind the fragment before")
        else:
            wanted = {**row, FIND: one}
            places = [_place(text, wanted, zones)]
        try:
            found.append(text.span(places[0], places[0] + len(one)))
        except ValueError as error:
            raise WordsError(FIND, str(error)) from error
    return found


def _place(text: Text, row: Mapping[str, Any], zones: Zones) -> int:
    """Return the one place of words, with ``nth`` or ``after`` where they are there more than once."""
    words, after, nth = _checked(FIND, row[FIND]), row.get("after"), row.get("nth")
    start = 0
    if after is not None:
        before = _places(text, _checked("after", after))
        if len(before) != 1:
            raise _several(text, "after", after, before)
        start = before[0] + len(after)
    places = _places(text, words, zones, start)
    if not places and after is not None and _places(text, words, zones):
        raise WordsError("after", f"{str(words)!r} does not stand behind {str(after)!r}")
    if not places and zones is not None and _places(text, words):
        raise WordsError("in", f"{str(words)!r} does not stand within {row.get('in')}")
    if nth is not None and places:
        return _numbered(places, str(nth))
    if after is not None:
        places = places[:1]
    if len(places) != 1:
        raise _several(text, FIND, words, places)
    return places[0]


def _checked(field: str, words: Any) -> str:
    """Return words as a text."""
    if words == "":
        raise WordsError(field, f"{field} has no words", "copy them from the text")
    if not isinstance(words, str) or not words or getattr(words, "is_cut", False):
        why = "is cut short by a comment" if getattr(words, "is_cut", False) else "is not a text"
        raise WordsError(field, f"{field} {why}", "put the words in quotes")
    return words


def _places(text: Text, words: str, zones: Zones = None, start: int = 0) -> Sequence[int]:
    """Return every offset at which whole words begin, also where they overlap."""
    whole = _whole(text.words, words)
    if zones is None:
        return whole[bisect_left(whole, start) :]
    parts = [(bisect_left(whole, max(a, start)), bisect_right(whole, b - len(words))) for a, b in zones]
    return sorted({at for first, last in parts for at in whole[first:last]})


@lru_cache(maxsize=4)  # many words to be found are the same, told apart by nth or after
def _whole(text: str, words: str) -> tuple[int, ...]:
    found, at = [], text.find(words)
    while at >= 0:
        if not any(splits_word(text, end) for end in (at, at + len(words))):
            found.append(at)
        at = text.find(words, at + 1)
    return tuple(found)


def _numbered(places: Sequence[int], nth: str) -> int:
    """Return the n-th place."""
    if not re.fullmatch("[1-9][0-9]{0,8}", nth):
        raise WordsError("nth", "nth is not a number from 1 on")
    if int(nth) > len(places):
        raise WordsError("nth", f"nth is {nth}; places of the words: {len(places)}")
    return places[int(nth) - 1]


def _several(text: Text, field: str, words: str, places: Sequence[int]) -> WordsError:
    """Return what is wrong with words that the text does not have, or has more than once."""
    if not places:
        bone = skeleton(words)
        other = bone and bone in text.skeleton
        hint = "the text has them with other typography" if other else "copy the words from the text"
        hint = "the text has them only inside longer words: copy these whole" if words in text.words else hint
        return WordsError(field, f"{str(words)!r} does not stand in the text", hint)
    shown = enumerate(places[:_CANDIDATES], 1)
    candidates = [_candidate(text.words, number, at, len(words)) for number, at in shown]
    if (more := len(places) - _CANDIDATES) > 0:
        candidates.append(f"… and {more} more places")
    message = f"{str(words)!r} stands {len(places)} times in the text"
    return WordsError(field, message, "add nth or after", tuple(candidates))


def _candidate(words: str, number: int, at: int, length: int) -> str:
    """Return a place of words with its line, column and context."""
    line, column = words.count("\n", 0, at) + 1, at - words.rfind("\n", 0, at)
    around = words[max(0, at - _ABOUT) : at] + "[" + words[at : at + length] + "]"
    around += words[at + length : at + length + _ABOUT]
    return f"nth: {number}, line {line}, column {column}: …{' '.join(around.split())}…"
