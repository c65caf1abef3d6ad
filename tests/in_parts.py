"""A release whose tables are folders of files, made of one whose tables are files."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from news_dataset import manifest
from news_dataset.frames import as_schema
from news_dataset.manifest import Manifest
from news_dataset.publish.descriptors import descriptor_files

PIECES = 3


def in_parts(release: Path, out: Path) -> Path:
    """Copy a release, with the rows and records of every table in three files, in the order of the key."""
    shutil.copytree(release, out)
    found = manifest.read(out)
    for name in found.tables:
        rows = pq.read_table(out / f"{name}.parquet")
        (out / name).mkdir()
        each = max(1, -(-len(rows) // PIECES))
        for number in range(PIECES):
            part = out / name / f"part-{number:05}.parquet"
            pq.write_table(recoded(rows.slice(number * each, each)), part, write_page_checksum=True)
        (out / f"{name}.parquet").unlink()
        if (out / f"{name}.jsonl").is_file():
            lines = (out / f"{name}.jsonl").read_bytes().splitlines(keepends=True)
            for number in range(PIECES):
                some = lines[number * each : (number + 1) * each]
                (out / name / f"part-{number:05}.jsonl").write_bytes(b"".join(some))
            (out / f"{name}.jsonl").unlink()
    return vouched(out)


def recoded(rows: pa.Table) -> pa.Table:
    """Number the codes of some rows anew, as whoever writes a part does who has no other rows."""
    plain = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in rows.columns]
    return as_schema(pa.Table.from_arrays(plain, names=rows.column_names), rows.schema)


def vouched(release: Path) -> Path:
    """Make the manifest of a release vouch for the files that are there, and the descriptors describe them."""
    found = manifest.read(release)
    paths = sorted(path for path in release.rglob("*") if path.is_file() and path.name != manifest.NAME)
    names = [path.relative_to(release).as_posix() for path in paths]
    found = dataclasses.replace(found, files={name: manifest.describe_file(release, name) for name in names})
    for name, data in descriptor_files(found).items():
        (release / name).write_bytes(data)
        found.files[name] = manifest.describe(data)
    return written(release, found)


def written(release: Path, found: Manifest) -> Path:
    """Write the manifest of a release."""
    (release / manifest.NAME).write_text(found.to_json(), "utf-8")
    return release
