"""Conversions of lines of JSON into Parquet without validation, and check-jsonschema on curated YAML."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from benchmarks.peers.facts import Found

ROOT = Path(__file__).parents[2]


def polars(path: Path, facts: Path, out: Path, records: int) -> Found:
    """Convert every file by Polars, streaming, lists and structs kept as they are."""
    import polars as pl

    out.mkdir()
    for file in sorted(path.glob("*.jsonl")):
        pl.scan_ndjson(file, infer_schema_length=10_000).sink_parquet(out / f"{file.stem}.parquet", compression="zstd")
    return Found(records)


def pyarrow(path: Path, facts: Path, out: Path, records: int) -> Found:
    """Convert every file by pyarrow, block by block; the first block says what the columns are."""
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
    return Found(records)


def check_jsonschema(path: Path, facts: Path, records: int) -> Found:
    """Judge every file of a folder of curated records by the published schema of its type.

    Its command is run in this process, once for each type, so that no start-up is in the figures.
    """
    from check_jsonschema import main

    from news_dataset.records import RECORDS

    newest = max((ROOT / "schemas").glob("*/statement.schema.json")).parent
    wrong: list[int] = []
    for place, model in enumerate(RECORDS):
        files = sorted((path / "data" / "curated" / model.table).glob("*.yaml"))
        schema = newest / f"{model.record_type}.file.schema.json"
        with redirect_stdout(StringIO()):
            code = main(["--schemafile", str(schema), *map(str, files)], standalone_mode=False)
        wrong += [place] if code else []
    return Found(records, {"curated": wrong})
