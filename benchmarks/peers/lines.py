"""Peers on JSON Lines: jsonschema-rs judges statements.jsonl by shape, pyarrow writes Parquet without judging."""

from __future__ import annotations

import json
from pathlib import Path


def jsonschema_rs(path: Path, about: Path, out: Path) -> list[int]:
    """Return the lines that are at fault by the JSON Schema that this package publishes."""
    from jsonschema_rs import Draft202012Validator
    from orjson import JSONDecodeError, loads

    validator = Draft202012Validator(json.loads((about / "schema.json").read_text("utf-8")))
    wrong = []
    with open(path, "rb") as file:
        for at, line in enumerate(file):
            try:
                is_valid = validator.is_valid(loads(line))
            except JSONDecodeError:
                is_valid = False
            wrong += [] if is_valid else [at]
    return wrong


def pyarrow(path: Path, about: Path, out: Path) -> None:
    """Convert every file, block by block, lists and structs kept; the first block says what the columns are."""
    import pyarrow as pa
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    out.mkdir()
    for file in sorted(path.glob("*.jsonl")):
        options = pj.ReadOptions(block_size=16 * 2**20)
        with (
            pj.open_json(file, read_options=options) as reader,
            pq.ParquetWriter(out / f"{file.stem}.parquet", reader.schema, compression="zstd") as writer,
        ):
            for batch in reader:
                writer.write_table(pa.Table.from_batches([batch]))
