"""Texts as YAML scalars: plain where that is safe, in quotes where it is not, folded where they are long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from news_dataset.reader.yamlfile import is_ambiguous

WIDTH = 120
"""How long lines may be, where a text can be folded."""

# Hex digits are always quoted, so that digests look alike whether or not one of them could be taken for a number.
_HEX = re.compile("[0-9a-f]{8,}")
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"  # YAML 1.2, chapter 5.3: what a plain scalar does not begin with
_PRINTABLE = re.compile("[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(text: str, *, is_plain: bool = False, with_comment: bool = False) -> str:
    """Return *text* as a scalar on one line.

    Args:
        text: what it says.
        is_plain: whether it was written without quotes, and so may be a number or a truth value.
        with_comment: whether a comment follows on the line, which could be taken for a part of an unquoted text.
    """
    if not _PRINTABLE.fullmatch(text):
        return '"' + "".join(map(_escaped, text)) + '"'
    if (_is_safe(text) and not with_comment) or (is_plain and (is_ambiguous(text) or not _HEX.fullmatch(text))):
        return text
    return "'" + text.replace("'", "''") + "'"


def folded(text: str, indent: int) -> Iterator[str]:
    """Yield the lines of *text* as the body of a folded scalar; joined by blanks they are the text."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > WIDTH - indent:
            yield " " * indent + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield " " * indent + line


def can_fold(text: str) -> bool:
    """Return whether *text* survives folding: single blanks, none at its ends, nothing that needs an escape."""
    return bool(_PRINTABLE.fullmatch(text)) and " " in text and "  " not in f" {text} "


def _is_safe(text: str) -> bool:
    """Return whether every YAML reads *text* without quotes as just this text."""
    return bool(
        text
        and text == text.strip()
        and text[0] not in _INDICATORS
        and not text.startswith("...")
        and not text.endswith(":")
        and ": " not in text
        and " #" not in text
        and not _HEX.fullmatch(text)
        and not is_ambiguous(text)
    )


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _PRINTABLE.fullmatch(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
