"""A release on disk; every file is checked against the manifest before it is decoded."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from news_dataset import manifest
from news_dataset.errors import IntegrityError, NewsDatasetError, SetupError
from news_dataset.frames import selected_columns
from news_dataset.manifest import Manifest
from news_dataset.parquet import ParquetFile, check_columns, check_rows

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.profile import Profile
    from news_dataset.records import Record
    from news_dataset.tabular import Table

T = TypeVar("T", "pa.Table", "pa.Schema")
P = ParamSpec("P")
R = TypeVar("R")

_VERSION = ("name", "data_version", "schema_version")  # fields that stay the same when a draft is built again


class _ReplacedError(SetupError):
    """A release was replaced since it was opened; *now* is the manifest of the one in its place."""

    def __init__(self, folder: Path, now: Manifest) -> None:
        super().__init__(f"{folder} was replaced since it was opened; open it again")
        self.now = now


def _retry_when_replaced(method: Callable[Concatenate[Release, P], R]) -> Callable[Concatenate[Release, P], R]:
    """Let a method retry with the release that replaced the one opened, if name and versions are the same."""

    @wraps(method)
    def retrying(self: Release, /, *args: P.args, **kwargs: P.kwargs) -> R:
        while True:
            try:
                return method(self, *args, **kwargs)
            except _ReplacedError as error:
                if any(error.now.dataset.get(name) != self.dataset.get(name) for name in _VERSION):
                    raise
                self._take(error.now)

    return retrying


class Release:
    """A release on disk.

    Each file must have the hash that the manifest gives it, and each table the number of rows, the columns of the
    models, and values that every program can use (``parquet.check_rows``). ``publish.verify`` compares content hashes.

    Where a file differs because another release has replaced this one since it was opened: if that has the same name
    and versions, as a rebuilt draft does, ``table``, ``view`` and ``schema`` read it instead. The iterators ``lines``,
    ``records`` and ``parts`` raise a ``SetupError``, and so do the others for another name or version.

    Args:
        folder: its folder.
        is_bundled: whether it is the one in this package. That was checked when the package was made, and is read
            without the models, so that loading a table imports only the library of the result.
    """

    def __init__(self, folder: Path, *, is_bundled: bool = False) -> None:
        self.folder = manifest.release_folder(folder)
        self._is_bundled = is_bundled
        self._take(manifest.read(self.folder))

    def _take(self, new: Manifest) -> None:
        """Use another manifest from now on."""
        self.manifest = new
        self.dataset = new.dataset
        self.tables = tuple(new.tables)
        self.views = tuple(new.views)
        self.__dict__.pop("profile", None)  # the cached property

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Turn an ``IntegrityError`` into a ``_ReplacedError`` if the manifest on disk is another one now."""
        try:
            yield
        except IntegrityError as error:
            try:
                now = manifest.read(self.folder)
            except NewsDatasetError:
                raise error from None
            if now != self.manifest:
                raise _ReplacedError(self.folder, now) from error
            raise

    @cached_property
    def profile(self) -> Profile:
        """The profile in the manifest."""
        from news_dataset.profile import profile_of

        return profile_of(self.dataset, self.manifest.codebooks)

    @_retry_when_replaced
    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns; no other column is decoded.

        Raises:
            KeyError: there is no such column.
            IntegrityError: its file differs from the manifest, or is not such a table.
            UnsafeInputError: its file is small and would fill the memory.
        """
        import pyarrow as pa

        tables, is_single = [], len(self.manifest.files_of(name)) == 1
        for file in self.parts(name):
            wanted = selected_columns(columns, file.schema.names, name)
            # Tables without a column lose their number of rows when they are concatenated.
            rows = file.read(wanted if wanted or is_single else file.schema.names[:1])
            self.check(name, rows, file.place)
            tables.append(rows)
        whole = tables[0] if is_single else pa.concat_tables(tables).unify_dictionaries()
        return self.described(whole, name).select(wanted)

    @_retry_when_replaced
    def view(self, name: str) -> pa.Table | None:
        """Return a view; None if another version of this package wrote it with other columns.

        Raises:
            IntegrityError: its file differs from the manifest, or is not such a view.
            UnsafeInputError: its file is small and would fill the memory.
        """
        path, model = manifest.view_file(name), None
        with self._watched(), manifest.open_checked(self.folder, self.manifest, path) as source:
            file = ParquetFile(source, self.folder / path)
            if file.rows != self.manifest.views[name].rows:
                raise IntegrityError(f"{self.folder / path} holds other rows than the manifest says")
            if not self._is_bundled:
                from news_dataset.views import views

                model = views()[name]
                if file.schema.names != [field.name for field in model.fields]:
                    return None
                check_columns(file.schema, model, self.folder / path, strict=True)
            rows = file.read(file.schema.names)
        if model:
            check_rows(rows, model, self.folder / path)
        return rows

    @_retry_when_replaced
    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a table as its first file has them; no row is decoded.

        Raises:
            IntegrityError: its file differs from the manifest, or is not such a table.
        """
        with closing(self.parts(name)) as parts:
            return self.described(next(parts).schema, name)

    def described(self, columns: T, name: str) -> T:
        """Return columns with the models' descriptions, which older files may lack."""
        model = self._model(name)
        if model is None:
            return columns
        from news_dataset.tabular import described

        return described(columns, model)

    def lines(self, table: str) -> Iterator[bytes]:
        """Yield the records of a table, each as a line of JSON.

        Raises:
            IntegrityError: one of its files differs from the manifest.
        """
        for name in self.manifest.files_of(table, manifest.LINES):
            yield from self._lines(name)

    def _lines(self, name: str) -> list[bytes]:
        with self._watched():
            return manifest.read_file(self.folder, self.manifest, name).splitlines()

    def records(self, table: str, words: str = "") -> Iterator[Record]:
        """Iterate over the records of a table whose line of JSON contains *words*.

        Raises:
            IntegrityError: one of its files differs from the manifest, or a line is no such record.
        """
        from pydantic import ValidationError

        model, wanted = self.profile.by_table[table], words.encode(errors="replace")
        for name in self.manifest.files_of(table, manifest.LINES):
            for number, line in enumerate(self._lines(name), 1):
                if wanted in line:
                    try:
                        yield model.model_validate_json(line)
                    except ValidationError as error:
                        raise IntegrityError(f"{self.folder / name}:{number}: is no record of this type") from error

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        return {name: content.rows for name, content in self.manifest.tables.items()}

    def path(self, name: str) -> Path:
        """Return the path of a table: its Parquet file, or the folder of its files."""
        files = self.manifest.files_of(name)
        return self.folder / (files[0] if files == [f"{name}{manifest.PARQUET}"] else name)

    def paths(self, name: str) -> list[Path]:
        """Return the Parquet files of a table, in the order of their rows."""
        return [self.folder / file for file in self.manifest.files_of(name)]

    def size(self, name: str) -> int:
        """Return the size in bytes of the Parquet files of a table, according to the manifest."""
        files = self.manifest.files
        return sum(files[file].bytes for file in self.manifest.files_of(name) if file in files)

    def check(self, name: str, rows: pa.Table | pa.RecordBatch, place: object) -> None:
        """Check rows of a table that were decoded from the file *place*; the bundled release needs no check.

        Raises:
            IntegrityError: they hold a value that programs cannot use (``parquet.check_rows``).
        """
        if not self._is_bundled:
            check_rows(rows, self._model(name), place)

    def parts(self, name: str, *, hashed: bool = True) -> Generator[ParquetFile]:
        """Check and yield the Parquet files of a table, each open until the next.

        Args:
            name: the table.
            hashed: whether to compare the hash of a large file; that of a small one always is compared.

        Raises:
            IntegrityError: a file differs from the manifest, or is not such a table; or the number of rows does, which
                is found before too many are decoded.
        """
        if name not in self.tables:
            raise IntegrityError(f"{self.folder / manifest.NAME} has no table {name}")
        files, schema, rows = self.manifest.files_of(name), None, 0
        for number, path in enumerate(files, 1):
            with self._watched(), manifest.open_checked(self.folder, self.manifest, path, hashed=hashed) as source:
                file = ParquetFile(source, self.folder / path)
                rows, expected = rows + file.rows, self.manifest.tables[name].rows
                if rows > expected or (number == len(files) and rows < expected):
                    raise IntegrityError(f"{self.path(name)} holds other rows than the manifest says")
                check_columns(file.schema, self._model(name), file.place, strict=True)
                schema = file.schema if schema is None else schema
                if not file.schema.equals(schema, check_metadata=False):
                    raise IntegrityError(f"{file.place} has other columns than {self.folder / files[0]}")
                yield file

    def _model(self, name: str) -> Table | None:
        """Return the table of the models; None if there is none, or for the bundled release."""
        if self._is_bundled:
            return None
        from news_dataset.tabular import tables_of

        return tables_of(self.dataset["schema_version"], self.profile).get(name)
