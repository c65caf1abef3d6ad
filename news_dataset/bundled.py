"""The public functions: ``validate``, and the bundled dataset's methods; the package fetches them when first used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.dataset import Dataset

if TYPE_CHECKING:
    from news_dataset.issues import Report

_bundled = Dataset()

load = _bundled.load
load_all = _bundled.load_all
scan = _bundled.scan
iter_batches = _bundled.iter_batches
load_articles = _bundled.load_articles
load_people = _bundled.load_people
load_statements = _bundled.load_statements
load_events = _bundled.load_events
who_said_what = _bundled.who_said_what
timeline = _bundled.timeline
plot = _bundled.plot
get = _bundled.get
iter_records = _bundled.iter_records
tables = _bundled.tables
describe = _bundled.describe
info = _bundled.info
citation = _bundled.citation
license = _bundled.license  # noqa: A001 (the interactive shell's notice of the same name is no loss)
path = _bundled.path
restore = _bundled.restore


def validate(
    path: str | Path, *, text: str | Path | None = None, schema: str | None = None, hashed: bool = False
) -> Report:
    """Check a dataset's folder, a release, tables or a file of any size; return everything that was found and counted.

    Parquet files, folders of them, and JSON Lines or releases of more than 8 MiB are looked at in slices, in bounded
    memory, with the same verdict; that needs the extra ``scale``.

    Args:
        path: a folder with ``data/curated``, a folder of record folders, a release, a folder of ``<table>.parquet`` or
            ``<plural>.jsonl``, or a YAML, JSON, JSON Lines or Parquet file.
        text: the text of an article, or a folder of texts, to check spans and quotations against.
        schema: the version of the schemas that the records follow; None for what ``dataset.yaml`` or the manifest says,
            else the newest.
        hashed: whether every file of a large release is compared with its manifest; of others it always is.

    Raises:
        FileNotFoundError: *path* or *text* does not exist.
        ValueError: *text* belongs to no article, or a Parquet file does not say which table it holds.
        SetupError: something large is to be checked, and Polars is not installed.
    """
    from news_dataset import validation

    return validation.validated(Path(path), text=Path(text) if text else None, schema=schema, is_hashed=hashed)


__all__ = [
    "Dataset", "citation", "describe", "get", "info", "iter_batches", "iter_records", "license", "load", "load_all",
    "load_articles", "load_events", "load_people", "load_statements", "path", "plot", "restore", "scan", "tables",
    "timeline", "validate", "who_said_what",
]  # fmt: skip
