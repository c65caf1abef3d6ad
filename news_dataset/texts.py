"""Texts of articles that are at hand: read strictly, and matched with the articles they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from news_dataset.errors import SetupError, UnsafeInputError, UsageError
from news_dataset.reader import MAX_TEXT_BYTES, ReadError
from news_dataset.reader import read_text as read_strictly
from news_dataset.spans import Text


def read_texts(path: Path, hashes: Mapping[str, object]) -> dict[str, Text]:
    """Return the text of each article of which it is at hand.

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
        return Text(read_strictly(path, MAX_TEXT_BYTES), str(path))
    except ReadError as refusal:
        problem = refusal.problem
        place = f":{problem.line}:{problem.column}" if problem.line else ""
        kind = SetupError if problem.code == "unreadable_file" else UnsafeInputError
        hint = f" ({problem.hint})" if problem.hint else ""
        raise kind(f"{path}{place}: {problem.code} {problem.message}{hint}") from refusal
