"""Rows as the page carries them: by column, every text once; and JSON that nothing in a page can mistake for markup."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from news_dataset.errors import IntegrityError
from news_dataset.frames import describe, description

if TYPE_CHECKING:
    import pyarrow as pa

# What could end the script, begin markup or a comment, or is not plain UTF-8; JSON may write each as an escape.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def safe_json(value: Any) -> str:
    """Return *value* as JSON that is safe inside a script element."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


class Pool:
    """Texts, each once; tables name them by number, which makes thousands of repeated ids small."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return the number of *text*."""
        found = self._places.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found


def packed(table: pa.Table, pool: Pool) -> dict[str, Any]:
    """Return a table as plain data: what it is, its columns, and per column the values, texts as numbers in *pool*.

    Raises:
        IntegrityError: a text is not UTF-8.
    """
    columns = [
        {"name": one["column"], "kind": one["type"] or "string", "about": one["description"] or ""}
        for one in describe(table.schema)
    ]
    try:
        data = [[_value(value, pool) for value in table.column(place).to_pylist()] for place in range(len(columns))]
    except UnicodeDecodeError as error:
        raise IntegrityError("a table holds a text that is not UTF-8") from error
    return {"about": description(table.schema), "count": table.num_rows, "columns": columns, "data": data}


def pairs(rows: Mapping[str, list[str]], pool: Pool) -> list[list[int]]:
    """Return lists of texts by key as numbers in *pool*: each key, then its texts."""
    return [[pool.place(key), *(pool.place(one) for one in many)] for key, many in rows.items()]


def _value(value: Any, pool: Pool) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return pool.place(value if isinstance(value, str) else value.isoformat())
