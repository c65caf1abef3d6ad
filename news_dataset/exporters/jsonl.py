"""JSON Lines: one file per table, one flat object per row.

Keys are in the order of the columns; a column without a value is null. ``metadata.json`` identifies the dataset.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.exporters.rows import plain_rows, with_model_columns
from news_dataset.filesystem import new_text, write_new
from news_dataset.profile import BASE, Profile

if TYPE_CHECKING:
    import pyarrow as pa


def write(tables: Mapping[str, pa.Table], about: Mapping[str, str], folder: Path, profile: Profile = BASE) -> None:
    """Write ``<table>.jsonl`` for every table, and *about* as ``metadata.json``, into a new folder."""
    for name, table in with_model_columns(tables, profile).items():
        with new_text(folder / f"{name}.jsonl") as file:
            for row in plain_rows(table):
                file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n")
    write_new(folder / "metadata.json", json.dumps(about, indent=2, ensure_ascii=False) + "\n")
