"""Cells of a CSV export as a client reads them, all text, into values, by the descriptor beside them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any


def typed(folder: Path, table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of text (None for null) with the types of the descriptor, without the guard."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    fields = next(one["schema"]["fields"] for one in package["resources"] if one["name"] == Path(table).name)
    types = {field["name"]: field["type"] for field in fields}
    return [{name: _value(types[name], cell) for name, cell in row.items()} for row in rows]


def _value(kind: str, cell: str | None) -> Any:
    if cell is None:
        return None
    if kind == "string":
        return re.sub(r"(^|;)'", r"\1", cell)
    if kind == "boolean":
        return {"true": True, "false": False}[cell]
    return {"integer": int, "number": float, "date": str}[kind](cell)
