"""The codes that columns may hold, as rows of the table ``codes``."""

from __future__ import annotations

from functools import cache

from news_dataset.records import CodeRow
from news_dataset.records.codebooks import CODEBOOKS


@cache
def code_rows() -> tuple[CodeRow, ...]:
    """Return one row per code of every codebook, sorted by codebook and code."""
    rows = [
        CodeRow(codebook=book.name, code=code, label=_label(code), definition=definition)
        for book in CODEBOOKS
        for code, definition in book.definitions.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.codebook, row.code)))


def _label(code: str) -> str:
    words = code.replace("_", " ").replace("-", " ")
    return words.capitalize() if code.isupper() else words
