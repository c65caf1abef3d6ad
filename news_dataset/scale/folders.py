"""What lies in a folder, or what a file is: tables as Parquet, or records as JSON Lines."""

from __future__ import annotations

from pathlib import Path

from news_dataset.records import CHILDREN
from news_dataset.scale.parquet import TableFiles
from news_dataset.tabular import tables


def table_of(path: Path) -> str:
    """Return the table that a Parquet file holds: by its name, its folders or its own word; empty if unknown."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name in (path.stem, *(one.name for one in path.parents)):
        if name in tables():
            return name
    try:
        about = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError):
        return ""
    said = about.get(b"table", b"").decode(errors="replace")
    return said if said in tables() else ""


def table_files(found: dict[str, list[Path]]) -> dict[str, TableFiles]:
    """Return the files of tables with the column that brings their rows together with their records."""
    keys = {child.table: child.parent_key for child in CHILDREN}
    keys |= {name: tables()[name].key[0] for name in tables() if name not in keys}
    return {name: TableFiles(tables()[name], paths, keys[name]) for name, paths in found.items()}
