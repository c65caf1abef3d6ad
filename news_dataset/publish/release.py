"""A release: every table as Parquet, every record type as JSON Lines, and the manifest that vouches for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from news_dataset import checks, manifest
from news_dataset.collection import Collection
from news_dataset.errors import IntegrityError, InvalidDataError
from news_dataset.issues import Report
from news_dataset.manifest import Content, Manifest
from news_dataset.publish.exchange import replace
from news_dataset.records import RECORDS, Record
from news_dataset.tabular import Rows, arrow_schema, content_hash, flatten, tables, to_arrow


def build(collection: Collection, folder: Path) -> tuple[Report, Manifest]:
    """Validate the records and publish them as the release in *folder*, which is replaced as a whole.

    Args:
        collection: curated records, with their ``dataset.yaml``.
        folder: where the release goes, such as ``data/published``.

    Returns:
        The report of the checks (warnings may remain) and the manifest of the new release.

    Raises:
        InvalidDataError: a check failed; nothing was written.
        UnsafeInputError: a file was refused; nothing was written.
        SetupError: the folder cannot be written, or another build holds it; it is as it was.
    """
    report = checks.run(collection)
    report.raise_for_errors()
    found, files = _files(collection)
    replace(folder, files | {manifest.NAME: found.to_json().encode()})
    return report, found


def compare(collection: Collection, folder: Path) -> list[str]:
    """Return how the release in *folder* differs from what the records would become; nothing is written.

    Content hashes and schemas are compared, not bytes, so that the answer is the same under every version of pyarrow.

    Raises:
        InvalidDataError: a check failed.
        IntegrityError: there is no release, or it does not match its manifest.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    checks.run(collection).raise_for_errors()
    published = verify(folder)
    wanted, files = _files(collection)
    found = []
    if published.dataset != wanted.dataset:
        found.append(f"{folder / manifest.NAME}: the description differs from dataset.yaml")
    for name, content in wanted.tables.items():
        if published.tables.get(name) != content:
            found.append(f"{name}: other rows than the records give")
        data = manifest.read_file(folder, published, f"{name}.parquet")
        if not pq.read_schema(pa.BufferReader(data)).equals(arrow_schema(tables()[name]), check_metadata=False):
            found.append(f"{name}: other columns than the models give")
    for name in sorted(set(published.files) ^ set(wanted.files)):
        found.append(f"{name}: {'is missing' if name in wanted.files else 'is not part of a release'}")
    lines = [name for name in files if name.endswith(".jsonl") and published.files.get(name) != wanted.files[name]]
    return found + [f"{name}: other records than the curated ones" for name in lines]


def verify(folder: Path) -> Manifest:
    """Check every file of a release against its manifest.

    Returns:
        The manifest.

    Raises:
        IntegrityError: a file is missing, changed or not vouched for; the message names all of them.
    """
    folder = manifest.located(folder)
    found = manifest.read(folder)
    if wrong := list(manifest.differences(folder, found)):
        raise IntegrityError("\n".join(wrong))
    return found


def _files(collection: Collection) -> tuple[Manifest, dict[str, bytes]]:
    """Return the files of the release and the manifest for them."""
    if collection.description is None:
        raise InvalidDataError(
            f"{collection.path} has no data/dataset.yaml: write one with title, licence and versions"
        )
    dataset = collection.description.model_dump(mode="json", exclude_none=True)
    records = collection.records()
    rows = flatten(records, collection.redirects)
    files = {f"{name}.parquet": _parquet(name, rows, dataset) for name in rows}
    files |= {f"{model.table}.jsonl": b"".join(_lines(records, model.record_type)) for model in RECORDS}
    contents = {name: Content(len(found), content_hash(found)) for name, found in rows.items()}
    return Manifest(dataset, contents, {name: manifest.describe(data) for name, data in files.items()}), files


def _lines(records: list[Record], record_type: str) -> Iterator[bytes]:
    for record in records:
        if record.record_type == record_type:
            line = json.dumps(record.to_dict(), ensure_ascii=False, separators=(",", ":"))
            yield line.encode() + b"\n"


def _versions(dataset: dict[str, Any]) -> dict[str, str]:
    return {name: str(dataset[name]) for name in ("name", "license", "schema_version", "data_version")}


def _parquet(name: str, rows: Rows, dataset: dict[str, Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    table = to_arrow(tables()[name], rows[name], _versions(dataset))
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue())
