"""Spans of a text: offsets, and digests by which anybody who has the text can check or find the words.

The text is what its UTF-8 file decodes to, untouched. Offsets count code points, from 0, end exclusive. Digests are
over the *skeleton*: the alphanumeric characters of the NFKD form, casefolded, of each code point. Typography (quotation
marks, dashes, spaces, line breaks, case, accents) does not change it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from news_dataset import files
from news_dataset.errors import SetupError, UnsafeInputError, UsageError

_CASED = ("Lu", "Ll", "Lt", "Nd")  # letters of scripts that have capitals, and digits
CONTEXT = 32
"""Number of skeleton characters that ``prefix`` and ``suffix`` each cover; fewer at the ends of the text."""

FIND, FINDING = "find", ("find", "nth", "after", "in")
"""The keys that a curator writes instead of the fields of a span, until it is anchored."""

WORDS_ALONE = ("words alone are no span", "write find: in place of words:, then news-dataset anchor --text FILE")
"""The message and hint for words without a span that they could stand beside."""

NO_SPAN = ("it has neither a span nor words to find", "write find: and the words of the text")
"""The message and hint for a row that cannot be anchored."""

PERMITTING = ("public_domain", "licensed")
"""The rights of articles whose words may be written beside their spans."""


def splits_word(words: str, offset: int) -> bool:
    """Return whether an offset lies inside a word or number.

    False in scripts without capitals, many of which write words without blanks between them.

    Example:
        >>> splits_word("North Koreans", 11), splits_word("North Korea", 5)
        (True, False)
    """
    if not 0 < offset < len(words):
        return False
    before, after = (unicodedata.category(character) for character in words[offset - 1 : offset + 1])
    return after.startswith("M") or (after in _CASED and before in (*_CASED, "Mn"))


@dataclass(frozen=True, slots=True)
class Span:
    """A span with its digests; ``str`` gives its one line of the source form."""

    start: int
    end: int
    length: int
    digest: str
    prefix: str
    suffix: str

    def __str__(self) -> str:
        """Return the span on one line."""
        return f"{self.start}-{self.end} {self.length} {self.digest} {self.prefix} {self.suffix}"


SPAN_FIELDS = tuple(one.name for one in fields(Span))
"""The fields of rows that point into a text."""


class _FoldTable(dict[int, str]):
    """A table for ``str.translate``: code point → its skeleton characters, computed when first asked for.

    A code point has none, one or several: that of ``½`` is ``12``.
    """

    def __missing__(self, point: int) -> str:
        characters = unicodedata.normalize("NFKD", chr(point)).casefold()
        return self.setdefault(point, "".join(filter(str.isalnum, characters)))


_FOLD = _FoldTable()


def skeleton(text: str) -> str:
    """Return the skeleton of *text*."""
    return text.translate(_FOLD)


def digest(words: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of the skeleton of *words*."""
    return hash_of(skeleton(words), 16)


def span_digest(words: str) -> str:
    """Return length and digest of the skeleton of *words*, with a blank between; ASCII takes a faster way."""
    if words.isascii():
        ascii_skeleton = words.lower().encode().translate(None, _NOT_ALPHANUMERIC)
        return f"{len(ascii_skeleton)} {sha256(ascii_skeleton).hexdigest()[:16]}"
    characters = skeleton(words)
    return f"{len(characters)} {hash_of(characters, 16)}"


_NOT_ALPHANUMERIC = bytes(point for point in range(0x80) if not chr(point).isalnum())


@dataclass(frozen=True)
class Text:
    """A text with its skeleton, and the offset in the text of each skeleton character; *path* is only for messages."""

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
        """For each character of the skeleton, the offset of its code point in the text."""
        return [offset for offset, point in enumerate(map(ord, self.words)) for _ in _FOLD[point]]

    def span(self, start: int, end: int) -> Span:
        """Return the span from *start* to *end* (code points, from 0, end exclusive); without letters its length is 0.

        Raises:
            ValueError: the offsets lie outside the text.
        """
        if not 0 <= start < end <= len(self.words):
            raise ValueError(f"{start} to {end} is not a span of a text of {len(self.words)} code points")
        first, last = bisect_left(self.origins, start), bisect_left(self.origins, end)
        inside = self.skeleton[first:last]
        before, after = self.skeleton[max(0, first - CONTEXT) : first], self.skeleton[last : last + CONTEXT]
        return Span(start, end, last - first, hash_of(inside, 16), hash_of(before, 8), hash_of(after, 8))


def hash_of(characters: str, digits: int) -> str:
    """Return the first *digits* hex digits of the SHA-256 of skeleton characters."""
    return sha256(characters.encode()).hexdigest()[:digits]


def read_texts(path: Path, hashes: Mapping[str, object]) -> dict[str, Text]:
    """Return texts by the id of the article that each belongs to.

    A text belongs to the articles with its hash, else to the article whose slug is its file's name. A single file
    belongs to a single article in any case.

    Args:
        path: a text, or a folder of texts (``*.txt``).
        hashes: id of each article → SHA-256 of its text in hex; any other value where that is not known.

    Raises:
        FileNotFoundError: there is no *path*.
        UsageError: no text belongs to one of the articles.
        UnsafeInputError, SetupError: as ``read_text``.
    """
    by_hash: dict[str, Text] = {}
    by_name: dict[str, Text] = {}
    for file in _text_files(path) if path.is_dir() else [path]:
        text = read_text(file)
        owners = [article for article, sha256 in hashes.items() if sha256 == text.sha256]
        by_hash |= dict.fromkeys(owners, text)
        if not owners and not path.is_dir() and len(hashes) == 1:
            by_name = dict.fromkeys(hashes, text)
        elif not owners and (article := f"article/{file.stem}") in hashes:
            by_name[article] = text
    # a file with the hash is the text, whatever the file with the name has become
    found = by_name | by_hash
    texts = {article: found[article] for article in hashes if article in found}
    if not texts:
        raise UsageError(_no_match(path, list(hashes)))
    return texts


def _no_match(path: Path, articles: list[str]) -> str:
    """Return why no text at *path* belongs to one of *articles*, and what to do."""
    if not articles:
        return f"{path} cannot be matched: no article is given; name the folder of the whole dataset"
    if path.is_dir() and not _text_files(path):
        return f"{path} has no texts: expected files named *.txt"
    names = f"{articles[0].partition('/')[2]}.txt for {articles[0]}"
    subject = f"no file in {path} matches" if path.is_dir() else f"{path} does not match"
    itself = ", or give the file itself" if path.is_dir() and len(articles) == 1 else ""
    return f"{subject} an article: neither its hash nor its name is that of one; name the file {names}{itself}"


def _text_files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".txt")
    except OSError as error:
        raise SetupError(f"{folder} cannot be read: {error.strerror}") from error


def read_text(path: Path) -> Text:
    """Return the text of a UTF-8 file, with nothing changed.

    Raises:
        FileNotFoundError: there is no *path*.
        UnsafeInputError: it is a link, larger than 5 MiB, or not UTF-8.
        SetupError: it cannot be read.
    """
    if not path.exists() and not path.is_symlink():
        raise FileNotFoundError(f"there is no {path}")
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
# A ’ before a letter is an apostrophe, unless no other ’ ends the quotation; the next ‘ begins another one.
_END_OF_SINGLE = re.compile(r"‘|’(?!\w)")


def quoted_ranges(words: str) -> list[tuple[int, int]]:
    """Return start and end of each quotation in a text, marks included, in linear time.

    A quotation begins at the first opening mark that is closed later and ends at the first mark that closes it;
    quotations inside it are not looked for.
    """
    cache: dict[str, int] = {}  # mark → its next place: a text of opening marks alone is searched once

    def next_place(mark: str, start: int) -> int:
        if cache.get(mark, 0) < start:
            place = words.find(mark, start)
            cache[mark] = len(words) if place == -1 else place
        return cache[mark]

    ranges: list[tuple[int, int]] = []
    position = 0
    while opening := _OPENING.search(words, position):
        start, mark = opening.start(), opening[0]
        position = start + 1
        if mark == "‘":
            stop = _END_OF_SINGLE.search(words, position)
            last = (
                stop.start() if stop and stop[0] == "’" else words.rfind("’", position, stop.start() if stop else None)
            )
        else:
            last = min(next_place(closing, position) for closing in _CLOSING[mark])
            last = last if last < len(words) else -1
        if last != -1:
            position = last + 1
            ranges.append((start, position))
    return ranges
