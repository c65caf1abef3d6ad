"""Say what to do with a text that is not the one that an article was annotated on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import PurePath
from typing import Any

from news_dataset.markup import operand
from news_dataset.placeholders import TEXT_SHA256
from news_dataset.spans import Text

_MARK = "\ufeff"  # the byte order mark, as UTF-8 has it
_LINE_ENDS = {"LF": "\n", "CRLF": "\r\n"}


def dataset_of(path: str) -> str:
    """Return the folder of the dataset of a file, for a command; empty if it is the current one, or not known."""
    curated = next((folder for folder in PurePath(path).parents if folder.name == "curated"), PurePath("curated"))
    home = curated.parent.parent if curated.parent.name == "data" else curated.parent
    return "" if home == PurePath() else operand(home)


def other_text_hint(article: Mapping[str, Any], text: Text, path: str) -> str:
    """Return what to do with a text whose hash is not the one in the record of its article.

    Args:
        article: the fields of the record.
        text: the text that was given.
        path: the file of the record.
    """
    expected, home = article.get("text_sha256"), dataset_of(path)
    earlier = article.get("earlier_texts")
    if not text.words.strip():
        return "it is empty: give the annotated text"
    if any(isinstance(row, Mapping) and row.get("text_sha256") == text.sha256 for row in earlier or ()):
        return "it is an earlier text of the article: give the one that the records were carried to"
    if expected in (None, TEXT_SHA256):
        state = "the record is on the text that init wrote" if expected else "the record has no text yet"
        return f"{state}; for yours: news-dataset anchor --text {operand(text.path)}{home and ' '}{home}"
    if differences := " and ".join(_differences(text, str(expected))):
        return f"the annotated text has {differences}, and is the same otherwise: change the file back"
    command = f"news-dataset carry {article.get('id')} --text {operand(text.path)}{home and ' -C '}{home}"
    return f"if the article has changed: {command}"


def _differences(text: Text, expected: str) -> Iterator[str]:
    """Yield what the annotated text has instead, if nothing but mark, line ends or last line breaks differ."""
    all_breaks, windows_breaks = text.words.count("\n"), text.words.count("\r\n")
    line_ends = "both" if 0 < windows_breaks < all_breaks else "CRLF" if windows_breaks else "LF"
    body = text.words.removeprefix(_MARK).replace("\r\n", "\n")
    stem = body.rstrip("\n")
    last = len(body) - len(stem)
    for mark, ends, number in product(("", _MARK), _LINE_ENDS, sorted({0, 1, 2, last})):
        words = mark + (stem + "\n" * number).replace("\n", _LINE_ENDS[ends])
        if Text(words).sha256 != expected:
            continue
        if bool(mark) != text.words.startswith(_MARK):
            yield f"{'a' if mark else 'no'} byte order mark at the beginning"
        if "\n" in words and ends != line_ends:
            yield f"{ends} line ends"
        if number != last:
            yield f"{number or 'no'} line break{'s' * (number != 1)} at the end instead of {last or 'none'}"
        return
