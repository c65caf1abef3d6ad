"""Stores for folders that are no releases: Parquet tables (any of them, each in one or several files), or records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.collection import Collection
from news_dataset.errors import IntegrityError, UnsafeInputError, UsageError, known
from news_dataset.files import ReadError, open_file
from news_dataset.frames import as_schema, selected_columns
from news_dataset.parquet import ParquetFile, check_columns, check_rows
from news_dataset.profile import Profile
from news_dataset.records import BY_TABLE, Record
from news_dataset.records.columns import children
from news_dataset.tabular import arrow_schema, described, flatten, tables, to_arrow, unflatten

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.collection import Collection


class Tables:
    """Parquet tables of a folder, without a manifest to check them against.

    Args:
        folder: the folder.
        files: the files of each table (``folders.parquet_files``).
        profile: the profile of the dataset.
    """

    def __init__(self, folder: Path, files: Mapping[str, list[Path]], profile: Profile) -> None:
        self.folder = folder
        self.profile = profile
        self._models = tables(profile)
        self.dataset: dict[str, Any] = {}
        self.tables = tuple(files)
        self.views: tuple[str, ...] = ()
        self._files = files

    def files(self, name: str) -> list[Path]:
        """Return the files of a table."""
        return self._files[known(name, self.tables, "table")]

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns, with the types of a release.

        Raises:
            KeyError: there is no such column.
            IntegrityError: a file is not such a table.
        """
        import pyarrow as pa

        schema = self.schema(name)
        wanted = selected_columns(columns, schema.names, name)
        fields = [schema.field(column) for column in wanted]
        parts = [self._read(name, path, fields) for path in self.files(name)]
        return pa.concat_tables(parts).unify_dictionaries().replace_schema_metadata(schema.metadata)

    def schema(self, name: str) -> pa.Schema:
        """Return the described columns of a table's first file; no row is decoded.

        Raises:
            IntegrityError: the file is not such a table.
        """
        import pyarrow as pa

        with self.opened(name, self.files(name)[0]) as file:
            columns = file.schema.names
        complete = arrow_schema(self._models[name])
        return pa.schema([complete.field(column) for column in columns], metadata=complete.metadata)

    def described(self, schema: pa.Schema, name: str) -> pa.Schema:
        """Return the columns of a table with the descriptions of the models."""
        return described(schema, self._models[name])

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table, 0 included."""
        return {name: sum(file.rows for file in self.parts(name)) for name in self.tables}

    def check(self, name: str, rows: pa.Table | pa.RecordBatch, place: object) -> None:
        """Check decoded rows of a table: text in UTF-8, days in the years 1 to 9999, finite numbers, required values.

        Args:
            name: the table.
            rows: the rows.
            place: how messages name the file that holds them.

        Raises:
            IntegrityError: a value is not so, or is missing.
        """
        check_rows(rows, self._models[name], place)

    def parts(self, name: str, *, hashed: bool = False) -> Iterator[ParquetFile]:
        """Yield the files of a table, each open until the next.

        Raises:
            UsageError: *hashed* asks for a comparison with a manifest, and there is none.
            IntegrityError, UnsafeInputError: as ``opened``.
        """
        if hashed:
            raise UsageError(f"{self.folder} has no manifest that its files could be compared with")
        for path in self.files(name):
            with self.opened(name, path) as file:
                yield file

    @contextmanager
    def opened(self, name: str, path: Path) -> Iterator[ParquetFile]:
        """Open one of the files of a table and check its columns.

        Raises:
            IntegrityError: it is not such a table.
            UnsafeInputError: it is a link, or no regular file.
        """
        try:
            source = open_file(path, self.folder)
        except ReadError as refusal:
            kind = UnsafeInputError if refusal.problem.code == "unsafe_file" else IntegrityError
            raise kind(f"{path} {refusal}") from refusal
        with source:
            file = ParquetFile(source, path)
            check_columns(file.schema, self._models[name], path, strict=False)
            yield file

    def path(self, name: str) -> Path:
        """Return where a table lies: its file, or the folder of its files."""
        files = self.files(name)
        return files[0] if len(files) == 1 and files[0].stem == name else self.folder / name

    def records(self, table: str) -> Iterator[Record]:
        """Iterate over the records of a table, which is read into memory with those of its children.

        Raises:
            IntegrityError: a row is not of such a record.
        """
        from pydantic import ValidationError

        model = self.profile.by_table[table]
        needed = {table, *(child.table for child in children(model).values())} & set(self.tables)
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (*self._models, *BY_TABLE)}
        for name in needed:
            absent = {field.name: None for field in self._models[name].fields}  # a file may lack nullable columns
            rows[name] = [absent | row for row in self.table(name).to_pylist()]
        try:
            yield from unflatten(rows, self.profile)
        except ValidationError as error:
            raise IntegrityError(f"{self.path(table)}: holds a row that is no record of this type") from error

    def _read(self, name: str, path: Path, fields: Sequence[pa.Field]) -> pa.Table:
        import pyarrow as pa

        try:
            with self.opened(name, path) as file:
                decoded = file.read([field.name for field in fields])
            rows = as_schema(decoded, pa.schema(fields))
        except (pa.ArrowException, KeyError) as error:
            raise IntegrityError(f"{path} is not such a table: {str(error).partition(chr(10))[0]}") from error
        check_rows(rows, self._models[name], path)
        return rows


class Curated:
    """The tables of curated records, made once; later changes of files do not show."""

    def __init__(self, collection: Collection) -> None:
        self._records = collection.records()
        self.profile = collection.profile
        self._models = tables(self.profile)
        self._rows = flatten(self._records, collection.redirects, self.profile)
        self.dataset = collection.description.to_dict() if collection.description else {}
        self.tables = tuple(self._rows)
        self.views: tuple[str, ...] = ()

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns.

        Raises:
            KeyError: there is no such column.
        """
        wanted = selected_columns(columns, self.schema(name).names, name)
        return to_arrow(self._models[name], self._rows[name]).select(wanted)

    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a table."""
        return arrow_schema(self._models[name])

    def records(self, table: str) -> Iterator[Record]:
        """Iterate over the records of a table."""
        return (record for record in self._records if record.table == table)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table, 0 included."""
        return {name: len(rows) for name, rows in self._rows.items()}

    def path(self, name: str) -> Path:
        """Raise a ``UsageError``: the table has no file before it is published."""
        raise UsageError(f"{name} has no file: the records are not published; run news-dataset build")
