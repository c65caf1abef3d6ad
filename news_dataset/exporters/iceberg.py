"""Iceberg: the Parquet files of a release, registered in a catalog where they lie, with one tag over all tables.

Iceberg has no commit over several tables. So all tables get their files first and the tag last, and readers go by the
tag: where a run was interrupted, some tables lack it, and the next run of the same release completes them.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import frames
from news_dataset.atomic import refuse_in_release
from news_dataset.errors import InvalidDataError, SetupError, UsageError, library
from news_dataset.filesystem import LAST_WRITTEN
from news_dataset.manifest import VERSIONS, Content, Manifest
from news_dataset.released import Release

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table, Transaction
    from pyiceberg.table.snapshots import Snapshot

CATALOG = "default"
"""The name that pyiceberg gives a catalog of which only the URI is known; a SQL catalog keeps its tables under it."""

_HASH, _VERSION = "content_hash", "data_version"
_REMARKS = ("does not have a dictionary type", "statistics missing for column")  # of codes, and of tables without rows


@dataclass(frozen=True, slots=True)
class _Registration:
    """A table of a release as the catalog is to have it."""

    identifier: str
    location: str
    schema: pa.Schema
    files: Mapping[str, int]  # URI → bytes
    properties: Mapping[str, str]
    rows: int

    def is_in(self, table: Table, snapshot: Snapshot | None) -> bool:
        """Return whether a snapshot of the table was made of this version, and holds these files and no other."""
        if snapshot is None or snapshot.summary is None or snapshot.summary[_VERSION] != self.properties[_VERSION]:
            return False
        return self.is_content(snapshot) and _files(table, snapshot) == self.files

    def is_content(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot was made of a release with the same rows."""
        return bool(snapshot.summary and snapshot.summary[_HASH] == self.properties[_HASH])


def register(release: Release, catalog: str, out: Path, tag: str) -> dict[str, int]:
    """Register the files of a release, which was verified, in a catalog, and tag all of its tables.

    Args:
        release: the release.
        catalog: the URI of a catalog, or its name in ``.pyiceberg.yaml``.
        out: the folder for Iceberg's metadata.
        tag: the tag.

    Returns:
        The number of rows of each table, by its name in the catalog.

    Raises:
        InvalidDataError: the tag is there, with other content; nothing was changed.
        UsageError: there is no such catalog, or the tag is none.
        SetupError: pyiceberg is not installed, the catalog cannot be used, the namespace holds tables of something
            else, or *out* lies in a release or cannot be written.
    """
    library("pyiceberg", "iceberg")
    if not re.fullmatch(r"\w[\w.-]*", tag):
        raise UsageError(f"the tag {tag!r} is not made of letters, digits, points, hyphens and underscores")
    refuse_in_release(out.resolve() / "tables")
    wanted = _registrations(release, out)
    with _failures_named(), _opened(catalog) as opened:
        found = {one: opened.load_table(one) for one in wanted if opened.table_exists(one)}
        for identifier, table in found.items():
            _refuse_other(table, wanted[identifier], tag)
        if not all(one in found and _is_tagged(found[one], wanted[one], tag) for one in wanted):
            LAST_WRITTEN.append(out)  # table by table
            _register(opened, wanted, found, tag)
    return {identifier: one.rows for identifier, one in wanted.items()}


def _register(opened: Catalog, wanted: Mapping[str, _Registration], found: dict[str, Table], tag: str) -> None:
    """Give all tables their files, and then all of them the tag."""
    for identifier, one in wanted.items():
        if identifier not in found:
            opened.create_namespace_if_not_exists(identifier.partition(".")[0])
            found[identifier] = opened.create_table(identifier, one.schema, one.location, properties={**one.properties})
        if not one.is_in(found[identifier], found[identifier].current_snapshot()):
            with found[identifier].transaction() as transaction:
                _replace(transaction, found[identifier], one)
    for identifier, one in wanted.items():
        current = found[identifier].current_snapshot()
        if current and not _is_tagged(found[identifier], one, tag):
            found[identifier].manage_snapshots().create_tag(current.snapshot_id, tag).commit()


def _replace(transaction: Transaction, table: Table, one: _Registration) -> None:
    """Make the files of a release the whole content of a table; older snapshots keep theirs."""
    from pyiceberg.expressions import AlwaysTrue

    if _files(table, table.current_snapshot()):
        transaction.delete(AlwaysTrue())
    with transaction.update_schema() as update:
        update.union_by_name(one.schema)
    transaction.set_properties({**one.properties})
    said = {name: one.properties[name] for name in (_HASH, _VERSION)}
    # Nothing is left that could be there twice; older releases of pyiceberg count what was just taken out.
    transaction.add_files([*one.files], snapshot_properties=said, check_duplicate_files=False)


def _files(table: Table, snapshot: Snapshot | None) -> dict[str, int]:
    """Return the files of a snapshot, each with its size; the planner of a scan would leave out those without rows."""
    manifests = snapshot.manifests(table.io) if snapshot else []
    entries = [entry for manifest in manifests for entry in manifest.fetch_manifest_entry(table.io)]
    return {entry.data_file.file_path: entry.data_file.file_size_in_bytes for entry in entries}


def _refuse_other(table: Table, one: _Registration, tag: str) -> None:
    """Raise if a table is not one of this dataset, or its tag is there with other content.

    Raises:
        InvalidDataError, SetupError: as ``register``.
    """
    if table.properties.get("name") != one.properties["name"]:
        raise SetupError(f"the catalog's table {one.identifier} is not of this dataset, so it is not ours to replace")
    if tag not in table.refs():
        return
    tagged = table.snapshot_by_name(tag)
    if table.refs()[tag].snapshot_ref_type != "tag" or not tagged or not one.is_content(tagged):
        why = "names other content already, and keeps it; choose another"
        raise InvalidDataError(f"{tag} of the catalog's table {one.identifier} {why}: --tag")


def _is_tagged(table: Table, one: _Registration, tag: str) -> bool:
    """Return whether the tag leads to exactly the files of the release."""
    return tag in table.refs() and one.is_in(table, table.snapshot_by_name(tag))


def _registrations(release: Release, out: Path) -> dict[str, _Registration]:
    """Return every table of a release by its name in the catalog."""
    about = {name: str(release.dataset[name]) for name in VERSIONS} | {_HASH: _content_hash(release.manifest)}
    namespace, found = _namespace(about["name"]), {}
    for name, rows in release.counts().items():
        identifier = f"{namespace}.{name}"
        with closing(release.parts(name, hashed=False)) as parts:  # hashed when the release was verified
            schema = release.described(next(parts).schema, name)
        found[identifier] = _Registration(
            identifier,
            _uri(out / namespace / name),
            _described(schema),
            {_uri(path): path.stat().st_size for path in release.paths(name)},
            about | {"comment": frames.description(schema)},
            rows,
        )
    return found


def _namespace(name: str) -> str:
    """Return the name of a dataset as catalogs and SQL take it without quotes."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower())
    return words if words[:1].isalpha() else f"_{words}"


def _content_hash(manifest: Manifest) -> str:
    """Return one hash for the rows of all tables, whatever files they lie in."""
    hashes = {
        name: one.content_hash if isinstance(one, Content) else one.content_sha256
        for name, one in manifest.tables.items()
    }
    return sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def _described(schema: pa.Schema) -> pa.Schema:
    """Return columns as the catalog gets them: texts for codes, descriptions where it looks, only the key required."""
    import pyarrow as pa

    key = (frames.said(schema, "key") or "").split(",")
    return pa.schema(
        pa.field(
            field.name,
            field.type.value_type if pa.types.is_dictionary(field.type) else field.type,
            field.nullable or field.name not in key,
            {"doc": frames.said(field, "description") or ""},
        )
        for field in schema
    )


def _uri(path: Path) -> str:
    """Return a path as Iceberg writes locations: nothing is percent-encoded, since readers decode nothing.

    Raises:
        SetupError: readers would take a part of the path for something else.
    """
    whole = path.resolve().as_posix()
    if re.search("[?#]", whole):
        raise SetupError(f"{path} has ? or # in its path, which a location of Iceberg cannot have")
    return f"file://{whole if whole.startswith('/') else f'/{whole}'}"


@contextmanager
def _opened(catalog: str) -> Iterator[Catalog]:
    """Open a catalog by its URI, or by its name in ``.pyiceberg.yaml``.

    Raises:
        UsageError: there is none.
    """
    from pyiceberg.catalog import infer_catalog_type, list_catalogs, load_catalog

    name, given = catalog, {}
    if ":" in catalog:
        try:
            kind = infer_catalog_type(CATALOG, {"uri": catalog})
        except ValueError as error:
            raise UsageError("the URI of the catalog is not of a kind that is known, such as sqlite:///FILE") from error
        name, given = CATALOG, {"uri": catalog, "type": kind and kind.value}
    elif catalog.lower() not in list_catalogs():
        raise UsageError(f".pyiceberg.yaml has no catalog {catalog!r}; a URI is such as sqlite:///FILE")
    try:
        found = load_catalog(name, **given)
    except (ImportError, ValueError) as error:  # the driver of a database, or what .pyiceberg.yaml says of it
        raise SetupError(f"the catalog cannot be used: {error}") from error
    try:
        yield found
    finally:
        found.close()


@contextmanager
def _failures_named() -> Iterator[None]:
    """Turn failures of the catalog into one sentence, and leave out what pyiceberg remarks on each of our columns.

    Raises:
        SetupError: the catalog failed.
    """
    logger = logging.getLogger("pyiceberg.io.pyarrow")

    def is_news(record: logging.LogRecord) -> bool:
        return not any(remark in record.getMessage() for remark in _REMARKS)

    logger.addFilter(is_news)
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) or type(error).__module__.startswith(("pyiceberg.", "sqlalchemy.")):
            raise SetupError(f"the catalog cannot be used: {str(error).partition(chr(10))[0]}") from error
        raise
    finally:
        logger.removeFilter(is_news)
