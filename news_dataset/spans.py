"""Spans of a text: where they stand, and digests by which a stranger with the text can check or find them.

The text is what its UTF-8 file decodes to, untouched. Offsets count code points, from 0, end exclusive. Digests are
over the *skeleton*: for each code point of the text its NFKD form, casefolded, of which only the alphanumeric
characters remain. Typography (quotation marks, dashes, spaces, line breaks, case, accents) does not reach it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from news_dataset import files
from news_dataset.errors import SetupError, UnsafeInputError, UsageError

_CASED = ("Lu", "Ll", "Lt", "Nd")  # letters of scripts that have capitals, and digits
CONTEXT = 32
"""How many skeleton characters on each side ``prefix`` and ``suffix`` cover; fewer at the text's ends."""

SPAN_FIELDS = ("start", "end", "length", "digest", "prefix", "suffix")
"""The fields of rows that point into a text."""

FIND, FINDING = "find", ("find", "nth", "after", "in")
"""What a curator writes instead of them until the span is anchored."""


PERMITTING = ("public_domain", "licensed")
"""The rights of an article whose words may lie beside their spans."""


def splits_word(words: str, at: int) -> bool:
    """Return whether an offset lies inside a word or number.

    Scripts without capitals are left out: many of them write without blanks.

    Example:
        >>> splits_word("North Koreans", 11), splits_word("North Korea", 5)
        (True, False)
    """
    if not 0 < at < len(words):
        return False
    before, after = (unicodedata.category(one) for one in words[at - 1 : at + 1])
    return after.startswith("M") or (after in _CASED and before in (*_CASED, "Mn"))


@dataclass(frozen=True, slots=True)
class Span:
    """A span with its digests; the fields are those of the rows that point into a text.

    As a text it is written on one line, as in the files of records.
    """

    start: int
    end: int
    length: int
    digest: str
    prefix: str
    suffix: str

    def __str__(self) -> str:
        """Return the span on one line."""
        return f"{self.start}-{self.end} {self.length} {self.digest} {self.prefix} {self.suffix}"


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
        return skeleton(self.words)

    @cached_property
    def origins(self) -> list[int]:
        """For each character of the skeleton the offset of its code point in the text."""
        return [at for at, point in enumerate(map(ord, self.words)) for _ in _BONES[point]]

    def span(self, start: int, end: int) -> Span:
        """Return the span from *start* to *end*, in code points, with its digests; without letters its length is 0.

        Raises:
            ValueError: the offsets lie outside the text.
        """
        if not 0 <= start < end <= len(self.words):
            raise ValueError(f"{start} to {end} is no span of a text of {len(self.words)} code points")
        first, last = bisect_left(self.origins, start), bisect_left(self.origins, end)
        bone = self.skeleton
        before, after = bone[max(0, first - CONTEXT) : first], bone[last : last + CONTEXT]
        return Span(start, end, last - first, hash_of(bone[first:last], 16), hash_of(before, 8), hash_of(after, 8))


def hash_of(characters: str, digits: int) -> str:
    """Return the first hex digits of the SHA-256 of skeleton characters."""
    return sha256(characters.encode()).hexdigest()[:digits]


def read_texts(path: Path, hashes: Mapping[str, object]) -> dict[str, Text]:
    """Return the text of each article whose text is given.

    Args:
        path: a text, or a folder of texts (``*.txt``).
        hashes: for the id of each article the SHA-256 of its text, in hex; anything else where that is not known.

    Returns:
        Texts by article: matched by hash, else by the article's slug as the file's name; the one text for the one
        article in any case.

    Raises:
        FileNotFoundError: there is no *path*.
        ValueError: it is the text of none of the articles.
        UnsafeInputError: a text is a link, larger than 5 MiB, or not UTF-8.
        SetupError: a text cannot be read.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    texts: dict[str, Text] = {}
    for file in _text_files(path) if path.is_dir() else [path]:
        text = read_text(file)
        owners = [article for article, sha256 in hashes.items() if sha256 == text.sha256]
        owners = owners or [article for article in hashes if article == f"article/{file.stem}"]
        if not owners and not path.is_dir() and len(hashes) == 1:
            owners = list(hashes)
        texts |= dict.fromkeys(owners, text)
    if not texts:
        raise UsageError(f"{path} is the text of none of the articles")
    return texts


def _text_files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".txt")
    except OSError as error:
        raise SetupError(f"{folder} cannot be read: {error.strerror}") from error


def read_text(path: Path) -> Text:
    """Return a text as its UTF-8 file decodes, untouched.

    Raises:
        UnsafeInputError: it is a link, larger than 5 MiB, or not UTF-8.
        SetupError: it cannot be read.
    """
    try:
        return Text(files.read_text(path, files.MAX_TEXT_BYTES), str(path))
    except files.ReadError as refusal:
        problem = refusal.problem
        place = f":{problem.line}:{problem.column}" if problem.line else ""
        kind = SetupError if problem.code == "unreadable_file" else UnsafeInputError
        hint = f" ({problem.hint})" if problem.hint else ""
        raise kind(f"{path}{place}: {problem.code} {problem.message}{hint}") from refusal


_CLOSING = {"“": "”", '"': '"', "„": "“”", "«": "»", "「": "」", "‘": "’"}
_OPENING = re.compile(f"[{''.join(_CLOSING)}]")
_END_OF_SINGLE = re.compile(r"‘|’(?!\w)")  # a ’ before a letter is an apostrophe, unless no other ends the quotation


def quoted_ranges(words: str) -> list[tuple[int, int]]:
    """Return start and end of each quotation in a text, marks included, in linear time.

    A quotation begins at the first opening mark that is closed later, and ends at the first mark that closes it; what
    stands between is not looked at again.
    """
    following: dict[str, int] = {}  # each mark's next place, so that a text of opening marks alone is searched once

    def next_place(mark: str, at: int) -> int:
        if following.get(mark, -1) < at:
            place = words.find(mark, at)
            following[mark] = len(words) if place < 0 else place
        return following[mark]

    found: list[tuple[int, int]] = []
    at = 0
    while opening := _OPENING.search(words, at):
        start, mark = opening.span()[0], opening[0]
        at = start + 1
        if mark == "‘":
            stop = _END_OF_SINGLE.search(words, at)
            last = stop.start() if stop and stop[0] == "’" else words.rfind("’", at, stop.start() if stop else None)
        else:
            last = min(next_place(one, at) for one in _CLOSING[mark])
            last = last if last < len(words) else -1
        if last >= 0:
            at = last + 1
            found.append((start, at))
    return found
