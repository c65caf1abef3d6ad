"""Find where in a text the words of a wrong span are, at a limited cost however many spans are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from news_dataset.records import Evidence, Mention, Quantity
from news_dataset.spans import CONTEXT, Text, digest, hash_of
from news_dataset.utf16 import Utf16

SpanRow = Evidence | Mention | Quantity

WORK = 10**9
"""How many characters one run hashes for hints: about two seconds."""

_SEARCHED = 50_000  # characters of the skeleton that are searched
_CALL = 500  # the cost of one call, in characters that are hashed in the same time
_FREE = 60_000  # characters that are hashed for any hint: enough for a few places after the right words
_SHOWN = 5  # places that a hint names


@dataclass
class Elsewhere:
    """Looks for the words of wrong spans until the work of a run is used up.

    Words that only moved are found by the digest of the words before them, which is cheap: a text with a new first
    paragraph has a hint for each of its spans. Only words whose neighbours changed need a search.

    Args:
        left: how many characters may still be hashed.
    """

    left: int = WORK
    _by_prefix: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    _units: dict[str, Utf16] = field(default_factory=dict)

    def hint(self, text: Text, row: SpanRow) -> str:
        """Return a hint that says where in a text the words of a span are, or why they were not found."""
        if not row.length:
            return "a span without letters and digits is checked by what stands around it"
        points = self._from_utf16(text, row)
        if points and digest(text.words[slice(*points)]) == row.digest:
            return f"the offsets count UTF-16 units; in code points they are {points[0]} and {points[1]}"
        last = min(len(text.skeleton), _SEARCHED) - row.length
        for places in (self._offsets_after_prefix(text, row), range(last + 1)):
            work = len(places) * (row.length + _CALL)
            if work > max(self.left, _FREE):
                return "many spans are wrong, so that their words were not looked for; news-dataset anchor finds words"
            self.left -= work
            ranges = ((start, start + row.length) for start in places)
            if found := [ends for ends in ranges if hash_of(text.skeleton[slice(*ends)], 16) == row.digest]:
                shown = [f"{text.origins[start]} to {text.origins[end - 1] + 1}" for start, end in found[:_SHOWN]]
                return f"words of this digest stand from {', '.join(shown)}"
        return "no words of the text have this digest"

    def _offsets_after_prefix(self, text: Text, row: SpanRow) -> Sequence[int]:
        """Return the offsets in the skeleton that follow words with the prefix digest of a span."""
        by_prefix = self._by_prefix.setdefault(text.sha256, {})
        if not by_prefix:
            for offset in range(min(len(text.skeleton), _SEARCHED)):
                by_prefix.setdefault(hash_of(text.skeleton[max(0, offset - CONTEXT) : offset], 8), []).append(offset)
        return [offset for offset in by_prefix.get(row.prefix, ()) if offset + row.length <= len(text.skeleton)]

    def _from_utf16(self, text: Text, row: SpanRow) -> tuple[int, int] | None:
        """Return a span in code points, its offsets read as UTF-16 units; None if they are none, or the same."""
        if text.sha256 not in self._units:
            self._units[text.sha256] = Utf16(text.words)
        start, end = (self._units[text.sha256].point(at) for at in (row.start, row.end))
        if start is None or end is None or start >= end:
            return None
        return (start, end) if (start, end) != (row.start, row.end) else None
