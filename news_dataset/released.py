"""A release on disk, read without the models: every file is hashed before it is decoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset import manifest
from news_dataset.errors import IntegrityError
from news_dataset.frames import ALONE, chosen, kind_of

if TYPE_CHECKING:
    import pyarrow as pa


class Release:
    """A release on disk.

    A table is what its file says: its columns come from there, not from the models. Looked at are the hash of the
    file, the number of rows, and that there are only the kinds of columns that a table may have; whether the columns
    are those of the models, and the rows those of the manifest, is for ``publish.verify`` to find out.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = manifest.located(folder)
        self.manifest = manifest.read(self.folder)
        self.dataset = self.manifest.dataset
        self.tables = tuple(self.manifest.tables)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns; no other column is decoded.

        Raises:
            KeyError: there is no such column.
            IntegrityError: its file is not the one that the manifest vouches for, or not such a table.
        """
        import pyarrow as pa

        file = self._opened(name)
        wanted = chosen(columns, file.schema_arrow.names, name)
        is_large = self.manifest.files[f"{name}.parquet"].bytes > ALONE
        try:
            return file.read(columns=wanted, use_threads=is_large).select(wanted)
        except (pa.ArrowException, OSError) as error:
            raise self._no_parquet(name) from error

    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a table, with what its file says of them; no row is decoded.

        Raises:
            IntegrityError: its file is not the one that the manifest vouches for, or not such a table.
        """
        return self._opened(name).schema_arrow

    def lines(self, table: str) -> list[bytes]:
        """Return the records of a table, each as a line of JSON.

        Raises:
            IntegrityError: its file is not the one that the manifest vouches for.
        """
        return manifest.read_file(self.folder, self.manifest, f"{table}.jsonl").splitlines()

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        return {name: content.rows for name, content in self.manifest.tables.items()}

    def path(self, name: str) -> Path:
        """Return where the Parquet file of a table lies."""
        return self.folder / f"{name}.parquet"

    def hashed(self, name: str) -> Path | bytes:
        """Return the Parquet file of a table after it was compared with the manifest.

        Returns:
            Its bytes; if they are many, its path.

        Raises:
            IntegrityError: it is not the file that the manifest vouches for.
        """
        file = f"{name}.parquet"
        if file in self.manifest.files and self.manifest.files[file].bytes > manifest.SMALL:
            manifest.check_file(self.folder, self.manifest, file)
            return self.path(name)
        return manifest.read_file(self.folder, self.manifest, file)

    def _opened(self, name: str) -> Any:
        """Return a table as a ``ParquetFile`` over bytes that have the right hash; if it is large, over such a file."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if name not in self.tables:
            raise IntegrityError(f"{self.folder / manifest.NAME} has no table {name}")
        found = self.hashed(name)
        source = pa.BufferReader(found) if isinstance(found, bytes) else found
        try:
            file = pq.ParquetFile(source, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            raise self._no_parquet(name) from error
        if file.metadata.num_rows != self.manifest.tables[name].rows:
            raise IntegrityError(f"{self.path(name)} holds other rows than the manifest says")
        names = file.schema_arrow.names
        strange = [
            field.name for field in file.schema_arrow if kind_of(field.type) is None or names.count(field.name) > 1
        ]
        if strange:
            raise IntegrityError(f"{self.path(name)} has a column that no table has: {strange[0]}")
        return file

    def _no_parquet(self, name: str) -> IntegrityError:
        return IntegrityError(f"{self.path(name)} is not a Parquet file")
