"""JSON Lines: a file per table, a flat object per row.

Keys have the order of the columns, and no column is left out: null where it has no value. ``metadata.json`` says
what dataset it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.exporters.rows import fitted, plain_rows
from news_dataset.filesystem import new_text, write_new
from news_dataset.profile import BASE, Profile

if TYPE_CHECKING:
    import pyarrow as pa


def write(tables: Mapping[str, pa.Table], about: Mapping[str, str], folder: Path, profile: Profile = BASE) -> None:
    """Write ``<table>.jsonl`` for every table, and ``metadata.json``, into a new folder.

    Args:
        tables: the tables by name.
        about: what goes into ``metadata.json``.
        folder: the folder, which is made.
        profile: the profile of the dataset.
    """
    for name, table in fitted(tables, profile).items():
        with new_text(folder / f"{name}.jsonl") as file:
            for row in plain_rows(table):
                file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n")
    write_new(folder / "metadata.json", json.dumps(about, indent=2, ensure_ascii=False) + "\n")
