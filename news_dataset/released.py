"""A release on disk: every file is hashed before it is decoded."""

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

_VERSION = ("name", "data_version", "schema_version")  # a draft that is built again keeps it


class _ReplacedError(SetupError):
    """A release was replaced since it was opened."""

    def __init__(self, folder: Path, now: Manifest) -> None:
        super().__init__(f"{folder} was replaced since it was opened; open it again")
        self.now = now


def _follows(method: Callable[Concatenate[Release, P], R]) -> Callable[Concatenate[Release, P], R]:
    """Let a method read the release that took the place of the one that was opened, if it is of the same version."""

    @wraps(method)
    def following(self: Release, /, *args: P.args, **kwargs: P.kwargs) -> R:
        while True:
            try:
                return method(self, *args, **kwargs)
            except _ReplacedError as error:
                if any(error.now.dataset.get(name) != self.dataset.get(name) for name in _VERSION):
                    raise
                self._take(error.now)

    return following


class Release:
    """A release on disk.

    Each file must have the hash that the manifest gives it, and each table the number of rows, the columns of the
    models, and values that every program can use (``parquet.check_rows``). Whether the rows are those of the manifest
    is for ``publish.verify`` to find out.

    A release of the same version that took its place since it was opened, as a draft that is built again does, is read
    instead; one of another version is refused.

    Args:
        folder: where it lies.
        is_bundled: whether it is the one that this package carries. That one was looked at when the package was made;
            it is read without the models, so that a table costs its backend alone.
    """

    def __init__(self, folder: Path, *, is_bundled: bool = False) -> None:
        self.folder = manifest.located(folder)
        self._is_bundled = is_bundled
        self._take(manifest.read(self.folder))

    def _take(self, found: Manifest) -> None:
        self.manifest = found
        self.dataset = found.dataset
        self.tables = tuple(found.tables)
        self.views = tuple(found.views)
        self.__dict__.pop("profile", None)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Tell a release that somebody replaced since it was opened from one that is damaged."""
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
        """The profile that the manifest carries."""
        from news_dataset.profile import profile_of

        return profile_of(self.dataset, self.manifest.codebooks)

    @_follows
    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns; no other column is decoded.

        Raises:
            KeyError: there is no such column.
            IntegrityError: its file is not the one that the manifest vouches for, or not such a table.
            UnsafeInputError: its file is small and would fill the memory.
        """
        import pyarrow as pa

        found, is_alone = [], len(self.manifest.files_of(name)) == 1
        for file in self.parts(name):
            wanted = selected_columns(columns, file.schema.names, name)
            # Tables without a column lose the number of their rows when they are joined.
            rows = file.read(wanted if wanted or is_alone else file.schema.names[:1])
            self.check(name, rows, file.place)
            found.append(rows)
        whole = found[0] if is_alone else pa.concat_tables(found).unify_dictionaries()
        return self.described(whole, name).select(wanted)

    @_follows
    def view(self, name: str) -> pa.Table | None:
        """Return a view of the release; None where another version of this package gave it other columns.

        Raises:
            IntegrityError: its file is not the one that the manifest vouches for, or not such a view.
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
            found = file.read(file.schema.names)
        if model:
            check_rows(found, model, self.folder / path)
        return found

    @_follows
    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a table, with what its first file says of them; no row is decoded.

        Raises:
            IntegrityError: its file is not the one that the manifest vouches for, or not such a table.
        """
        with closing(self.parts(name)) as parts:
            return self.described(next(parts).schema, name)

    def described(self, found: T, name: str) -> T:
        """Return columns, or a table, with what the models say of them, where an older version wrote the file."""
        model = self._model(name)
        if model is None:
            return found
        from news_dataset.tabular import described

        return described(found, model)

    def lines(self, table: str) -> Iterator[bytes]:
        """Yield the records of a table, each as a line of JSON.

        Raises:
            IntegrityError: one of its files is not the one that the manifest vouches for.
        """
        for name in self.manifest.files_of(table, manifest.LINES):
            yield from self._lines(name)

    def _lines(self, name: str) -> list[bytes]:
        with self._watched():
            return manifest.read_file(self.folder, self.manifest, name).splitlines()

    def records(self, table: str, words: str = "") -> Iterator[Record]:
        """Iterate over the records of a table, or over those in whose lines of JSON *words* stand.

        Raises:
            IntegrityError: one of its files is not the one that the manifest vouches for, or holds something else.
        """
        from pydantic import ValidationError

        model, wanted = self.profile.by_table[table], words.encode(errors="replace")
        for name in self.manifest.files_of(table, manifest.LINES):
            lines = self._lines(name)
            for at, line in enumerate(lines, 1):
                if wanted in line:
                    try:
                        yield model.model_validate_json(line)
                    except ValidationError as error:
                        raise IntegrityError(f"{self.folder / name}:{at}: is no record of this type") from error

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        return {name: content.rows for name, content in self.manifest.tables.items()}

    def path(self, name: str) -> Path:
        """Return where a table lies: its Parquet file, or the folder of its files."""
        files = self.manifest.files_of(name)
        return self.folder / (files[0] if files == [f"{name}{manifest.PARQUET}"] else name)

    def paths(self, name: str) -> list[Path]:
        """Return the Parquet files of a table, in the order of their rows."""
        return [self.folder / one for one in self.manifest.files_of(name)]

    def size(self, name: str) -> int:
        """Return how many bytes the Parquet files of a table have, as the manifest says."""
        there = self.manifest.files
        return sum(there[one].bytes for one in self.manifest.files_of(name) if one in there)

    def check(self, name: str, rows: pa.Table | pa.RecordBatch, place: object) -> None:
        """Check decoded rows of a file of a table; the bundled release was looked at when the package was made.

        Raises:
            IntegrityError: they hold what no program can use.
        """
        if not self._is_bundled:
            check_rows(rows, self._model(name), place)

    def parts(self, name: str, *, hashed: bool = True) -> Generator[ParquetFile]:
        """Yield the Parquet files of a table, each after the open file itself was compared with the manifest.

        Args:
            name: the table.
            hashed: whether a large file is compared; a small one always is.

        Raises:
            IntegrityError: one is not the file that the manifest vouches for, or not such a table; or together they
                have another number of rows than the manifest says, which is found before too many are decoded.
        """
        if name not in self.tables:
            raise IntegrityError(f"{self.folder / manifest.NAME} has no table {name}")
        files, schema, rows = self.manifest.files_of(name), None, 0
        for number, one in enumerate(files, 1):
            with self._watched(), manifest.open_checked(self.folder, self.manifest, one, hashed=hashed) as source:
                file = ParquetFile(source, self.folder / one)
                rows, wanted = rows + file.rows, self.manifest.tables[name].rows
                if rows > wanted or (number == len(files) and rows < wanted):
                    raise IntegrityError(f"{self.path(name)} holds other rows than the manifest says")
                check_columns(file.schema, self._model(name), file.place, strict=True)
                schema = file.schema if schema is None else schema
                if not file.schema.equals(schema, check_metadata=False):
                    raise IntegrityError(f"{file.place} has other columns than {self.folder / files[0]}")
                yield file

    def _model(self, name: str) -> Table | None:
        """Return the table as the models have it; None where they do not know it, or are not to be imported."""
        if self._is_bundled:
            return None
        from news_dataset.tabular import tables_of

        return tables_of(self.dataset["schema_version"], self.profile).get(name)
