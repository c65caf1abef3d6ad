"""Iceberg: the Parquet files of a release, registered in a catalog at their paths, with one tag on all tables.

Iceberg has no commit over several tables. So all tables get their files first and the tag last, and readers look for
the tag: after an interrupted run some tables lack it, and the next run for the same release completes them.
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
"""The name of a catalog that is given by URI: the default of pyiceberg; a SQL catalog stores its tables under it."""

_HASH, _VERSION = "content_hash", "data_version"
# pyiceberg warns about codes, and about tables without rows.
_EXPECTED_WARNINGS = ("does not have a dictionary type", "statistics missing for column")


@dataclass(frozen=True, slots=True)
class _Registration:
    """The desired state of a table in the catalog."""

    identifier: str
    location: str
    schema: pa.Schema
    files: Mapping[str, int]  # URI → bytes
    properties: Mapping[str, str]
    rows: int

    def is_exactly(self, table: Table, snapshot: Snapshot | None) -> bool:
        """Return whether a snapshot of the table has this version, and these files and no others."""
        if snapshot is None or snapshot.summary is None or snapshot.summary[_VERSION] != self.properties[_VERSION]:
            return False
        return self.has_same_rows(snapshot) and _files(table, snapshot) == self.files

    def has_same_rows(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot is of a release with the same rows, perhaps in other files."""
        return bool(snapshot.summary and snapshot.summary[_HASH] == self.properties[_HASH])


def register(release: Release, catalog: str, out: Path, tag: str) -> dict[str, int]:
    """Register the files of a release in a catalog, and tag all of its tables.

    Args:
        release: the release, which the caller has verified.
        catalog: the URI of a catalog, or its name in ``.pyiceberg.yaml``.
        out: the folder for Iceberg's metadata.
        tag: the tag.

    Returns:
        The number of rows of each table, by its name in the catalog.

    Raises:
        InvalidDataError: the tag exists with other content; nothing was changed.
        UsageError: there is no such catalog, or the tag has characters that no tag can have.
        SetupError: pyiceberg is not installed, the catalog cannot be used, a table of the same name is of another
            dataset, or *out* lies in a release or cannot be written.
    """
    library("pyiceberg", "iceberg")
    if not re.fullmatch(r"\w[\w.-]*", tag):
        raise UsageError(f"the tag {tag!r} is not made of letters, digits, points, hyphens and underscores")
    refuse_in_release(out.resolve() / "tables")
    wanted = _registrations(release, out)
    with _catalog_errors(), _open_catalog(catalog) as opened:
        tables = {name: opened.load_table(name) for name in wanted if opened.table_exists(name)}
        for name, table in tables.items():
            _refuse_conflict(table, wanted[name], tag)
        if not all(name in tables and _is_tagged(tables[name], wanted[name], tag) for name in wanted):
            LAST_WRITTEN.append(out)  # table by table
            _register(opened, wanted, tables, tag)
    return {name: registration.rows for name, registration in wanted.items()}


def _register(catalog: Catalog, wanted: Mapping[str, _Registration], tables: dict[str, Table], tag: str) -> None:
    """Give all tables their files, and then all of them the tag."""
    for name, registration in wanted.items():
        if name not in tables:
            catalog.create_namespace_if_not_exists(name.partition(".")[0])
            tables[name] = catalog.create_table(
                name, registration.schema, registration.location, properties={**registration.properties}
            )
        if not registration.is_exactly(tables[name], tables[name].current_snapshot()):
            with tables[name].transaction() as transaction:
                _replace(transaction, tables[name], registration)
    for name, registration in wanted.items():
        current = tables[name].current_snapshot()
        if current and not _is_tagged(tables[name], registration, tag):
            tables[name].manage_snapshots().create_tag(current.snapshot_id, tag).commit()


def _replace(transaction: Transaction, table: Table, registration: _Registration) -> None:
    """Make the files of a release the whole content of a table; older snapshots keep theirs."""
    from pyiceberg.expressions import AlwaysTrue

    if _files(table, table.current_snapshot()):
        transaction.delete(AlwaysTrue())
    with transaction.update_schema() as update:
        update.union_by_name(registration.schema)
    transaction.set_properties({**registration.properties})
    summary = {name: registration.properties[name] for name in (_HASH, _VERSION)}
    # All files were just deleted, so none can be a duplicate; older versions of pyiceberg count the deleted ones.
    transaction.add_files([*registration.files], snapshot_properties=summary, check_duplicate_files=False)


def _files(table: Table, snapshot: Snapshot | None) -> dict[str, int]:
    """Return the size in bytes of each file of a snapshot, by its URI."""
    manifests = snapshot.manifests(table.io) if snapshot else []
    entries = [entry for manifest in manifests for entry in manifest.fetch_manifest_entry(table.io)]
    return {entry.data_file.file_path: entry.data_file.file_size_in_bytes for entry in entries}


def _refuse_conflict(table: Table, registration: _Registration, tag: str) -> None:
    """Raise if a table is of another dataset, or the tag exists with other content.

    Raises:
        InvalidDataError, SetupError: as ``register``.
    """
    if table.properties.get("name") != registration.properties["name"]:
        where = f"the catalog's table {registration.identifier}"
        raise SetupError(f"{where} is not of this dataset, so it is not ours to replace")
    if tag not in table.refs():
        return
    tagged = table.snapshot_by_name(tag)
    if table.refs()[tag].snapshot_ref_type != "tag" or not tagged or not registration.has_same_rows(tagged):
        where = f"the catalog's table {registration.identifier}"
        raise InvalidDataError(f"{tag} of {where} names other content already, and keeps it; choose another: --tag")


def _is_tagged(table: Table, registration: _Registration, tag: str) -> bool:
    """Return whether the tag exists and leads to exactly the files of the release."""
    return tag in table.refs() and registration.is_exactly(table, table.snapshot_by_name(tag))


def _registrations(release: Release, out: Path) -> dict[str, _Registration]:
    """Return the desired state of every table of a release by its name in the catalog."""
    about = {name: str(release.dataset[name]) for name in VERSIONS} | {_HASH: _content_hash(release.manifest)}
    namespace, registrations = _namespace(about["name"]), {}
    for name, rows in release.counts().items():
        identifier = f"{namespace}.{name}"
        with closing(release.parts(name, hashed=False)) as parts:  # hashes were checked when the release was verified
            schema = release.described(next(parts).schema, name)
        registrations[identifier] = _Registration(
            identifier,
            _uri(out / namespace / name),
            _catalog_schema(schema),
            {_uri(path): path.stat().st_size for path in release.paths(name)},
            about | {"comment": frames.description(schema)},
            rows,
        )
    return registrations


def _namespace(name: str) -> str:
    """Return the name of a dataset as an identifier that SQL needs no quotes for."""
    identifier = re.sub(r"[^a-z0-9]+", "_", name.lower())
    return identifier if identifier[:1].isalpha() else f"_{identifier}"


def _content_hash(manifest: Manifest) -> str:
    """Return one SHA-256 of the rows of all tables, whichever files hold them."""
    hashes = {
        name: entry.content_hash if isinstance(entry, Content) else entry.content_sha256
        for name, entry in manifest.tables.items()
    }
    return sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def _catalog_schema(schema: pa.Schema) -> pa.Schema:
    """Return a schema for the catalog: with texts for codes, only keys required."""
    import pyarrow as pa

    key = (frames.metadata_value(schema, "key") or "").split(",")
    return pa.schema(
        pa.field(
            field.name,
            field.type.value_type if pa.types.is_dictionary(field.type) else field.type,
            field.nullable or field.name not in key,
            {"doc": frames.metadata_value(field, "description") or ""},
        )
        for field in schema
    )


def _uri(path: Path) -> str:
    """Return a path as a location of Iceberg, which is not percent-encoded.

    Raises:
        SetupError: the path has a ``?`` or ``#``, which readers would take for the start of a query or fragment.
    """
    absolute = path.resolve().as_posix()
    if re.search("[?#]", absolute):
        raise SetupError(f"{path} has ? or # in its path, which a location of Iceberg cannot have")
    return f"file://{absolute if absolute.startswith('/') else f'/{absolute}'}"


@contextmanager
def _open_catalog(catalog: str) -> Iterator[Catalog]:
    """Open a catalog by its URI, or by its name in ``.pyiceberg.yaml``, and close it at the end.

    Raises:
        UsageError: there is no catalog of this name, or the URI is of an unknown kind.
        SetupError: its driver is not installed, or its configuration is invalid.
    """
    from pyiceberg.catalog import infer_catalog_type, list_catalogs, load_catalog

    name, properties = catalog, {}
    if ":" in catalog:
        try:
            kind = infer_catalog_type(CATALOG, {"uri": catalog})
        except ValueError as error:
            why = "the URI of the catalog is of an unknown kind; expected one such as sqlite:///FILE"
            raise UsageError(why) from error
        name, properties = CATALOG, {"uri": catalog, "type": kind and kind.value}
    elif catalog.lower() not in list_catalogs():
        raise UsageError(f".pyiceberg.yaml has no catalog {catalog!r}; a URI looks like sqlite:///FILE")
    try:
        opened = load_catalog(name, **properties)
    except (ImportError, ValueError) as error:  # a missing database driver, or bad values in .pyiceberg.yaml
        raise SetupError(f"the catalog cannot be used: {error}") from error
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _catalog_errors() -> Iterator[None]:
    """Raise errors of the catalog as SetupError, and drop expected warnings.

    Raises:
        SetupError: the catalog failed.
    """
    logger = logging.getLogger("pyiceberg.io.pyarrow")

    def is_unexpected(record: logging.LogRecord) -> bool:
        return not any(warning in record.getMessage() for warning in _EXPECTED_WARNINGS)

    logger.addFilter(is_unexpected)
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) or type(error).__module__.startswith(("pyiceberg.", "sqlalchemy.")):
            raise SetupError(f"the catalog cannot be used: {str(error).partition(chr(10))[0]}") from error
        raise
    finally:
        logger.removeFilter(is_unexpected)
