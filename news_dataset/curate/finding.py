"""Words that a curator names, found in a text at the one place that they can mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from news_dataset.spans import FIND, Span, Text, skeleton, splits_word

_ABOUT = 24  # characters of context on each side of a candidate

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
        ends = [at + len(after) for at in _places(text, _checked("after", after))]
        if len(ends) != 1:
            raise _several(text, "after", after, [end - len(after) for end in ends])
        start = ends[0]
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


def _places(text: Text, words: str, zones: Zones = None, start: int = 0) -> list[int]:
    """Return every offset at which whole words begin, also where they overlap."""
    places = (match.start() for match in re.finditer(f"(?={re.escape(words)})", text.words))
    found = [at for at in places if not any(splits_word(text.words, end) for end in (at, at + len(words)))]
    inside = (at for at in found if zones is None or any(a <= at and at + len(words) <= b for a, b in zones))
    return [at for at in inside if at >= start]


def _numbered(places: list[int], nth: str) -> int:
    """Return the n-th place."""
    if not re.fullmatch("[1-9][0-9]{0,8}", nth):
        raise WordsError("nth", "nth is not a number from 1 on")
    if int(nth) > len(places):
        raise WordsError("nth", f"nth is {nth}; places of the words: {len(places)}")
    return places[int(nth) - 1]


def _several(text: Text, field: str, words: str, places: list[int]) -> WordsError:
    """Return what is wrong with words that the text does not have, or has more than once."""
    if not places:
        bone = skeleton(words)
        other = bone and bone in text.skeleton
        hint = "the text has them with other typography" if other else "copy the words from the text"
        hint = "the text has them only inside longer words: copy these whole" if words in text.words else hint
        return WordsError(field, f"{str(words)!r} does not stand in the text", hint)
    candidates = tuple(_candidate(text.words, number, at, len(words)) for number, at in enumerate(places, 1))
    return WordsError(field, f"{str(words)!r} stands {len(places)} times in the text", "add nth or after", candidates)


def _candidate(words: str, number: int, at: int, length: int) -> str:
    """Return a place of words with its line, column and context."""
    line, column = words.count("\n", 0, at) + 1, at - words.rfind("\n", 0, at)
    around = words[max(0, at - _ABOUT) : at] + "[" + words[at : at + length] + "]"
    around += words[at + length : at + length + _ABOUT]
    return f"nth: {number}, line {line}, column {column}: …{' '.join(around.split())}…"
