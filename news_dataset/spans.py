"""Spans of a text: where they stand, and digests by which a stranger with the text can check or find them.

The text is what its UTF-8 file decodes to, untouched. Offsets count code points, from 0, end exclusive. Digests are
over the *skeleton*: for each code point of the text its NFKD form, casefolded, of which only the alphanumeric
characters remain. Typography (quotation marks, dashes, spaces, line breaks, case, accents) does not reach it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

CONTEXT = 32
"""How many skeleton characters on each side ``prefix`` and ``suffix`` cover; fewer at the text's ends."""

SPAN_FIELDS = ("start", "end", "length", "digest", "prefix", "suffix")
"""The fields of rows that point into a text."""

FIND, FINDING = "find", ("find", "nth", "after")
"""What a curator writes instead of them until the span is anchored."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span with its digests; the fields are those of the rows that point into a text."""

    start: int
    end: int
    length: int
    digest: str
    prefix: str
    suffix: str


def bones(character: str) -> str:
    """Return what one code point leaves in the skeleton: nothing, one character, or several (``½`` leaves ``12``)."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", character).casefold()))


class _Bones(dict[int, str]):
    """What each code point leaves, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        return self.setdefault(point, bones(chr(point)))


_BONES = _Bones()


def skeleton(text: str) -> str:
    """Return the skeleton of *text*."""
    return text.translate(_BONES)


def digest(words: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of the skeleton of *words*."""
    return hash_of(skeleton(words), 16)


def span_digest(words: str) -> str:
    """Return length and digest of the skeleton of some words, as one text."""
    if words.isascii():
        left = words.lower().encode().translate(None, _NO_LETTERS)
        return f"{len(left)} {sha256(left).hexdigest()[:16]}"
    left_over = skeleton(words)
    return f"{len(left_over)} {hash_of(left_over, 16)}"


_NO_LETTERS = bytes(point for point in range(0x80) if not chr(point).isalnum())


@dataclass(frozen=True)
class Text:
    """A text with its skeleton and the way back from it."""

    words: str
    path: str = field(default="", compare=False)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the UTF-8 bytes, in hex."""
        return sha256(self.words.encode()).hexdigest()

    @cached_property
    def skeleton(self) -> str:
        """The skeleton of the text."""
        return "".join(bones(character) for character in self.words)

    @cached_property
    def origins(self) -> list[int]:
        """For each character of the skeleton the offset of its code point in the text."""
        return [at for at, character in enumerate(self.words) for _ in bones(character)]

    def span(self, start: int, end: int) -> Span:
        """Return the span from *start* to *end*, in code points, with its digests.

        Raises:
            ValueError: the offsets lie outside the text, or between them stands no letter and no digit.
        """
        if not 0 <= start < end <= len(self.words):
            raise ValueError(f"{start} to {end} is no span of a text of {len(self.words)} code points")
        first, last = bisect_left(self.origins, start), bisect_left(self.origins, end)
        if first == last:
            raise ValueError(f"{start} to {end} holds no letter and no digit")
        bone = self.skeleton
        before, after = bone[max(0, first - CONTEXT) : first], bone[last : last + CONTEXT]
        return Span(start, end, last - first, hash_of(bone[first:last], 16), hash_of(before, 8), hash_of(after, 8))


def hash_of(characters: str, digits: int) -> str:
    """Return the first hex digits of the SHA-256 of skeleton characters."""
    return sha256(characters.encode()).hexdigest()[:digits]
