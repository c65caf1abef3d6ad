"""Tables and records out of a release, or straight out of curated records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from news_dataset import manifest
from news_dataset.collection import Collection
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.manifest import Manifest
from news_dataset.records import BY_TABLE, BY_TYPE, Record
from news_dataset.tabular import Table, arrow_schema, flatten, tables, to_arrow

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

VERSIONS = ("name", "license", "schema_version", "data_version")


class Release:
    """A release on disk; every file is hashed before it is decoded."""

    def __init__(self, folder: Path) -> None:
        self.folder = manifest.located(folder)
        self.manifest: Manifest = manifest.read(self.folder)
        self.dataset = self.manifest.dataset.to_dict()

    def table(self, name: str) -> pa.Table:
        """Return a table.

        Raises:
            IntegrityError: its file is not the one that the manifest vouches for, or not such a table.
        """
        return read_table(self.folder, self.manifest, name)

    def records(self, table: str) -> Iterator[Record]:
        """Iterate over the records of a table.

        Raises:
            IntegrityError: its file is not the one that the manifest vouches for.
        """
        data = manifest.read_file(self.folder, self.manifest, f"{table}.jsonl")
        for at, line in enumerate(data.splitlines(), 1):
            try:
                yield BY_TABLE[table].model_validate_json(line)
            except ValidationError as error:
                raise IntegrityError(f"{self.folder / table}.jsonl:{at}: is no record of this type") from error

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        return {name: content.rows for name, content in self.manifest.tables.items()}

    def path(self, name: str) -> Path:
        """Return where the Parquet file of a table lies."""
        return self.folder / f"{name}.parquet"


class Curated:
    """Curated records as tables in memory, for a folder that was not built yet."""

    def __init__(self, collection: Collection) -> None:
        self._records = collection.records()
        self._rows = flatten(self._records, collection.redirects)
        about = collection.description
        self.dataset = about.to_dict() if about else {}

    def table(self, name: str) -> pa.Table:
        """Return a table."""
        return to_arrow(tables()[name], self._rows[name])

    def records(self, table: str) -> Iterator[Record]:
        """Iterate over the records of a table."""
        return (record for record in self._records if record.table == table)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        return {name: len(rows) for name, rows in self._rows.items()}

    def path(self, name: str) -> Path:
        """Refuse: there is no file.

        Raises:
            ValueError: always; nothing was published.
        """
        raise ValueError(f"{name} has no file: the records are not published; run news-dataset build")


Store = Release | Curated


def read_table(folder: Path, found: Manifest, name: str) -> pa.Table:
    """Return a table of a release, hashed before it is decoded, with exactly the columns that it must have.

    Raises:
        IntegrityError: its file is not the one that the manifest vouches for, or not such a table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = manifest.read_file(folder, found, f"{name}.parquet")
    try:
        # Without threads: one that is late to let go of the bytes can abort the interpreter as it ends (arrow#33975).
        table = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True).read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(f"{folder / name}.parquet is not a Parquet file") from error
    if not table.schema.equals(arrow_schema(tables()[name]), check_metadata=False):
        raise IntegrityError(f"{folder / name}.parquet has other columns than the table {name}")
    return table


def known(name: str, among: Sequence[str], what: str) -> str:
    """Return *name* if it is known.

    Raises:
        KeyError: it is not; the message names the nearest one.
    """
    if name in among:
        return name
    name = str(name)
    near = [one for one in among if name and one.startswith(name)] or get_close_matches(name, among, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(among)}" if len(among) < 40 else ""
    raise KeyError(f"there is no {what} {name!r}; {hint}".rstrip("; "))


def read(store: Store, name: str, columns: Sequence[str] | None, filters: Any) -> pa.Table:
    """Return a table, or some of its columns and rows.

    Args:
        store: where it is.
        name: the table.
        columns: names of the columns wanted; None for all.
        filters: conditions on rows as ``pyarrow.parquet.read_table`` takes them: ``[("kind", "=", "direct")]``.

    Raises:
        KeyError: there is no such table or column.
        ValueError: *filters* are not understood.
        IntegrityError: the file is not the one that the manifest vouches for.
    """
    spec = tables()[known(name, list(tables()), "table")]
    names = [field.name for field in spec.fields]
    if isinstance(columns, str):
        raise ValueError(f"columns is a list of names: [{columns!r}]")
    wanted = [known(column, names, f"column in {name}:") for column in columns] if columns is not None else names
    table = store.table(name)
    return (_filtered(table, filters) if filters else table).select(wanted)


def _filtered(table: pa.Table, filters: Any) -> pa.Table:
    from pyarrow import ArrowException
    from pyarrow.parquet import filters_to_expression

    try:
        return table.filter(filters_to_expression(filters))
    except (ArrowException, ValueError, TypeError, KeyError, IndexError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"filters are not understood: {reason}; write [(column, '=', value), …]") from error


def to_pandas(table: pa.Table, attributes: dict[str, Any] | None = None) -> pd.DataFrame:
    """Return a table as a frame.

    Text is ``str``, codes are categories, days ``datetime64[s]``, whole numbers and truth values nullable
    (``Int32``, ``boolean``).

    Args:
        table: the table.
        attributes: what goes into ``DataFrame.attrs``, such as versions.
    """
    import pandas as pd
    import pyarrow as pa

    # Arrow has no day type that pandas knows; seconds cover every year that a date may have.
    days = {field.name for field in table.schema if pa.types.is_date32(field.type)}
    cast = [
        pa.field(f.name, pa.timestamp("s"), f.nullable) if f.name in days else f.remove_metadata() for f in table.schema
    ]
    nullable = {pa.int32(): pd.Int32Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.cast(pa.schema(cast)).to_pandas(types_mapper=nullable.get)
    frame.attrs.update(attributes or {})
    return frame


def to_polars(table: pa.Table) -> Any:
    """Return a table as a Polars frame.

    Raises:
        SetupError: Polars is not installed.
    """
    try:
        import polars as pl
    except ImportError as error:
        raise SetupError("polars is not installed; run: pip install 'news-dataset[scale]'") from error
    return pl.from_arrow(table)


def get(store: Store, record_id: str) -> Record:
    """Return a record by its id.

    Raises:
        KeyError: there is none; the message names the nearest id, or the one that took its place.
    """
    kind = str(record_id).partition("/")[0]
    if kind in BY_TYPE:
        for record in store.records(BY_TYPE[kind].table):
            if record.id == record_id:
                return record
    for row in store.table("redirects").to_pylist():
        if row["old_id"] == record_id:
            gone = f"{record_id} was {row['reason']} in {row['release']}"
            raise KeyError(f"{gone}; use {row['new_id']}" if row["new_id"] else gone)
    ids = store.table("records").column("id").to_pylist()
    known(record_id, ids, "record")
    raise KeyError(f"there is no record {record_id!r}")


def versions(store: Store) -> dict[str, Any]:
    """Return name, licence and versions of the dataset, as ``DataFrame.attrs`` carries them."""
    return {name: store.dataset[name] for name in VERSIONS if name in store.dataset}


def describe(name: str) -> list[dict[str, Any]]:
    """Return a row per column of a table: column, type, nullable, references, codebook, key, description.

    Raises:
        KeyError: there is no such table.
    """
    table: Table = tables()[known(name, list(tables()), "table")]
    return [
        {
            "column": field.name,
            "type": field.kind,
            "nullable": field.nullable,
            "key": field.name in table.key,
            "references": field.references,
            "codebook": field.codebook,
            "description": field.description,
        }
        for field in table.fields
    ]
