"""Where in a text the words of a wrong span stand, as a hint that stays cheap however many spans are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from news_dataset.records import Evidence, Mention, Quantity
from news_dataset.spans import CONTEXT, Text, digest, hash_of
from news_dataset.utf16 import Utf16

SpanRow = Evidence | Mention | Quantity

WORK = 10**9
"""Characters that one run hashes for hints: about two seconds."""

_SEARCHED = 50_000  # skeleton characters in which words are looked for
_CALL = 500  # characters that could be hashed in the time that one call takes
_FREE = 60_000  # characters that are hashed for any hint: a few places with the right words before them
_SHOWN = 5  # places that a hint names


@dataclass
class Elsewhere:
    """Looks for the words of wrong spans, until a run has done its share of work.

    Words that only moved are found by the digest of what stands before them, which costs next to nothing; so that a
    text with a new first paragraph has a hint for each of its spans. Only words whose neighbours changed need a search.
    """

    left: int = WORK
    _befores: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    _units: dict[str, Utf16] = field(default_factory=dict)

    def hint(self, text: Text, row: SpanRow) -> str:
        """Say where in the text words of this length and digest stand, if anywhere."""
        if not row.length:
            return "a span without letters and digits is checked by what stands around it"
        points = self._points(text, row)
        if points and digest(text.words[slice(*points)]) == row.digest:
            return f"the offsets count UTF-16 units; in code points they are {points[0]} and {points[1]}"
        last = min(len(text.skeleton), _SEARCHED) - row.length
        for places in (self._moved(text, row), range(last + 1)):
            work = len(places) * (row.length + _CALL)
            if work > max(self.left, _FREE):
                return "many spans are wrong, so that their words were not looked for; news-dataset anchor finds words"
            self.left -= work
            ends = ((at, at + row.length) for at in places)
            if found := [ends for ends in ends if hash_of(text.skeleton[slice(*ends)], 16) == row.digest]:
                shown = [f"{text.origins[at]} to {text.origins[end - 1] + 1}" for at, end in found[:_SHOWN]]
                return f"words of this digest stand from {', '.join(shown)}"
        return "no words of the text have this digest"

    def _moved(self, text: Text, row: SpanRow) -> Sequence[int]:
        """Return the places that have the same words before them."""
        befores = self._befores.setdefault(text.sha256, {})
        if not befores:
            for at in range(min(len(text.skeleton), _SEARCHED)):
                befores.setdefault(hash_of(text.skeleton[max(0, at - CONTEXT) : at], 8), []).append(at)
        return [at for at in befores.get(row.prefix, ()) if at + row.length <= len(text.skeleton)]

    def _points(self, text: Text, row: SpanRow) -> tuple[int, int] | None:
        """Return the offsets of a row in code points if they count UTF-16 units and differ for that; else None."""
        if text.sha256 not in self._units:
            self._units[text.sha256] = Utf16(text.words)
        start, end = (self._units[text.sha256].point(at) for at in (row.start, row.end))
        if start is None or end is None or start >= end:
            return None
        return (start, end) if (start, end) != (row.start, row.end) else None
