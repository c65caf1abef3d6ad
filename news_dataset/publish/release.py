"""A release: tables as Parquet, record types as JSON Lines, descriptors, and the manifest that vouches for them all."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from news_dataset import checks, manifest, migrations
from news_dataset.collection import Collection
from news_dataset.errors import IntegrityError, InvalidDataError, SetupError
from news_dataset.issues import Report
from news_dataset.manifest import VERSIONS, Content, Manifest
from news_dataset.publish.card import card
from news_dataset.publish.croissant import croissant
from news_dataset.publish.datapackage import datapackage, package_members
from news_dataset.publish.exchange import replace
from news_dataset.records import RECORDS, Description, Record
from news_dataset.released import Release
from news_dataset.scale.hashing import content_of
from news_dataset.tabular import Rows, arrow_schema, content_hash, flatten, tables, tables_of, to_arrow

DESCRIPTORS: dict[str, Callable[[Manifest], str]] = {
    "datapackage.json": datapackage,
    "croissant.json": croissant,
    "README.md": card,
}
"""Files that tell other programs and people what the release holds; each is made of models and manifest alone."""


def build(collection: Collection, folder: Path) -> tuple[Report, Manifest]:
    """Validate the records and publish them as the release in *folder*, which is replaced as a whole.

    Args:
        collection: curated records, with their ``dataset.yaml``.
        folder: where the release goes, such as ``data/published``.

    Returns:
        The report of the checks (warnings may remain) and the manifest of the new release.

    Raises:
        InvalidDataError: a check failed, or there is no ``dataset.yaml``; nothing was written.
        UnsafeInputError: a file was refused; nothing was written.
        SetupError: the folder holds something else than a release, cannot be written, or is held by another build; it
            is as it was.
    """
    report = checks.run(collection)
    report.raise_for_errors()
    found, files = _files(collection)
    _refuse_what_is_no_release(collection, folder)
    replace(folder, files | {manifest.NAME: found.to_json().encode()})
    return report, found


def _refuse_what_is_no_release(collection: Collection, folder: Path) -> None:
    """Raise if *folder* holds files that are no release, or lies among the records."""
    if collection.home and collection.root.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise SetupError(f"{folder} lies among the records")
    refuse_foreign_files(folder)


def refuse_foreign_files(folder: Path) -> None:
    """Raise if *folder* holds files that are no release.

    Raises:
        SetupError: it does.
    """
    if folder.is_dir() and any(folder.iterdir()):
        try:
            found = manifest.read(folder)
        except IntegrityError as error:
            advice = "if it is a broken release, remove it first"
            raise SetupError(
                f"{folder} holds files and is no release, so it is not ours to replace; {advice}"
            ) from error
        for name in DESCRIPTORS:  # names that anyone might use
            if name not in found.files and os.path.lexists(folder / name):
                raise SetupError(f"{folder} holds {name}, which is no part of the release; move it elsewhere first")


def compare(collection: Collection, folder: Path) -> list[str]:
    """Return how the release in *folder* differs from what the records would become; nothing is written.

    Content hashes and schemas are compared, not bytes, so that the answer is the same under every version of pyarrow;
    descriptors are compared with those of the Parquet files that are published.

    Raises:
        InvalidDataError: a check failed.
        IntegrityError: there is no release, or it does not match its manifest.
    """
    checks.run(collection).raise_for_errors()
    published = verify(folder)
    wanted, files = _files(collection)
    found = []
    if published.dataset != wanted.dataset:
        found.append(f"{manifest.NAME}: the description differs from dataset.yaml")
    for name, content in wanted.tables.items():
        if published.tables[name] != content:
            found.append(f"{name}: other rows than the records give")
    lines = [name for name in files if name.endswith(".jsonl") and published.files.get(name) != wanted.files[name]]
    found += [f"{name}: other records than the curated ones" for name in lines]
    texts = described(dataclasses.replace(wanted, files=published.files))
    stale = [name for name, data in texts.items() if published.files.get(name) != manifest.describe(data)]
    return found + [f"{name}: describes another release than this one" for name in stale]


def verify(folder: Path) -> Manifest:
    """Check every file of a release against its manifest, and every table against the models, its rows and their hash.

    Returns:
        The manifest.

    Raises:
        IntegrityError: a file is missing, changed or not vouched for, or a table is not what the manifest says; the
            message names all of them.
    """
    folder = manifest.located(folder)
    release = Release(folder)
    found = release.manifest
    if wrong := list(manifest.differences(folder, found)) or [*_wrong_about(folder, found), *_wrong_tables(release)]:
        raise IntegrityError("\n".join(wrong))
    return found


def _wrong_about(folder: Path, found: Manifest) -> Iterator[str]:
    try:
        Description.model_validate(migrations.migrate("dataset", found.dataset, found.dataset["schema_version"]))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(map(str, ("dataset", *first["loc"])))
        yield f"{folder / manifest.NAME}: {where} {first['msg'][:1].lower()}{first['msg'][1:]}"
        return
    # Nothing vouches for the manifest itself, but what it says of the dataset stands in a descriptor once more.
    name = "datapackage.json"
    if name in found.files:
        try:
            said = dict(json.loads(manifest.read_file(folder, found, name)))
        except (ValueError, TypeError, RecursionError):
            said = {}
        for part, wanted in package_members(found.dataset).items():
            if said.get(part, wanted) != wanted:
                yield f"{folder / manifest.NAME} and {name} differ: {part}"


def _wrong_tables(release: Release) -> Iterator[str]:
    folder, found = release.folder, release.manifest
    wanted = tables_of(found.dataset["schema_version"])
    for name in sorted(set(wanted) ^ set(found.tables)):
        yield f"{folder / manifest.NAME}: {name} {'is missing' if name in wanted else 'is no table'}"
    for name in sorted(set(wanted) & set(found.tables)):
        try:
            schema = release.schema(name)
            if not schema.equals(arrow_schema(wanted[name]), check_metadata=False):
                yield f"{release.path(name)} has other columns than the table {name}"
            elif _content(release, name) != found.tables[name]:
                yield f"{folder / name}.parquet holds other rows than the manifest says"
        except IntegrityError as error:
            yield str(error)


def _content(release: Release, name: str) -> Content:
    """Return rows and content hash of a table; of a large one in bounded memory, where Polars is there."""
    if release.manifest.files[f"{name}.parquet"].bytes > manifest.SMALL and find_spec("polars"):
        return content_of(release.path(name))
    rows = release.table(name).to_pylist()
    return Content(rows=len(rows), content_sha256=content_hash(rows))


def _files(collection: Collection) -> tuple[Manifest, dict[str, bytes]]:
    """Return the files of the release and the manifest for them."""
    if collection.description is None:
        raise InvalidDataError(
            f"{collection.path} has no data/dataset.yaml: write one with title, licence and versions"
        )
    dataset = collection.description.to_dict()
    records = collection.records()
    rows = flatten(records, collection.redirects)
    files = {f"{name}.parquet": _parquet(name, rows, dataset) for name in rows}
    files |= {f"{model.table}.jsonl": b"".join(_lines(records, model.record_type)) for model in RECORDS}
    contents = {name: Content(rows=len(found), content_sha256=content_hash(found)) for name, found in rows.items()}
    hashes = {name: manifest.describe(data) for name, data in files.items()}
    texts = described(Manifest(dataset, contents, hashes))
    hashes |= {name: manifest.describe(data) for name, data in texts.items()}
    return Manifest(dataset, contents, hashes), files | texts


def described(release: Manifest) -> dict[str, bytes]:
    """Return the descriptors of a release whose manifest vouches for its Parquet files."""
    return {name: describe(release).encode() for name, describe in DESCRIPTORS.items()}


def _lines(records: list[Record], record_type: str) -> Iterator[bytes]:
    for record in records:
        if record.record_type == record_type:
            line = json.dumps(record.to_dict(), ensure_ascii=False, separators=(",", ":"))
            yield line.encode() + b"\n"


def _parquet(name: str, rows: Rows, dataset: dict[str, Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    table = to_arrow(tables()[name], rows[name], {version: str(dataset[version]) for version in VERSIONS})
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue())
