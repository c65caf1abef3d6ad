"""Sorted tables of any size into JSON Lines, one whole record a line."""

from __future__ import annotations

from pathlib import Path

from news_dataset.records import BY_TYPE
from news_dataset.records.columns import children
from news_dataset.scale.folders import table_files
from news_dataset.scale.keyed import Cursor
from news_dataset.scale.lines import canonical_lines, write_lines

BATCH = 20_000


def write_records(record_type: str, folder: Path, path: Path) -> None:
    """Write the records of a type as canonical JSON Lines.

    Args:
        record_type: the type.
        folder: where ``<table>.parquet`` lies for the type and its children, each sorted by key.
        path: the file to be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    model = BY_TYPE[record_type]
    names = [child.table for child in children(model).values()]
    files = table_files({name: [folder / f"{name}.parquet"] for name in names})
    cursors = {name: Cursor(one) for name, one in files.items()}
    with pq.ParquetFile(folder / f"{model.table}.parquet") as parents, open(path, "wb") as sink:
        for batch in parents.iter_batches(BATCH):
            last = batch.column("id")[len(batch) - 1].as_py()
            found = {name: cursor.up_to(last) for name, cursor in cursors.items()}
            rows = {name: keyed.rows for name, keyed in found.items() if keyed is not None}
            rows |= {name: files[name].file(0).schema_arrow.empty_table() for name in names if name not in rows}
            for lines in canonical_lines(record_type, rows | {model.table: pa.Table.from_batches([batch])}):
                write_lines(lines, sink)
