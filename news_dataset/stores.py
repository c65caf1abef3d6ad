"""Open the store of a dataset (a release, tables in a folder, or curated records), and read tables and records."""

from __future__ import annotations

from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from news_dataset.errors import SetupError, UnknownNameError, UnsafeInputError, UsageError, known
from news_dataset.markup import operand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    import pyarrow as pa

    from news_dataset.frames import Store
    from news_dataset.parquet import ParquetFile
    from news_dataset.records import Record
    from news_dataset.released import Release
    from news_dataset.stored import Curated, Tables

    class AnyRecord(Record):
        """A record of any type, on which type checkers accept every field."""

        def __getattr__(self, name: str) -> Any:
            """Return a field."""

        def __eq__(self, other: object) -> bool:
            """Compare with a record of any type."""

        __hash__ = Record.__hash__

    Opened = Release | Curated | Tables

_HERE = Path(__file__).parent
_FEW_ARTICLES = 10_000  # up to which the lines are read rather than the table
_ONE_MOMENT = 2.0  # seconds within which a command such as git clone writes all files; some disks count no less

Table = Literal[
    "articles", "people", "organizations", "places", "events", "statements", "assessments", "sources", "mentions",
    "earlier_texts", "names", "offices", "value_sources", "event_participants", "topics", "statement_participants",
    "statement_events", "evidence", "quantities", "citations", "corrections", "entities", "records", "codes",
    "redirects",
]  # fmt: skip
"""The names of the tables, as a literal type so that editors complete them."""

View = Literal["claims", "who_said_what", "timeline", "claim_sources"]
"""The names of the views."""

Records = Literal[
    "articles", "people", "organizations", "places", "events", "statements", "assessments", "sources"
]  # fmt: skip
"""The names of the tables of records."""


def known_table(store: Opened, name: str) -> str:
    """Return the name of a table that a store has.

    Raises:
        KeyError: it has none of that name; the message names the nearest, or how to read a view.
    """
    if known(name, [*store.tables, *get_args(View)], "table") in get_args(View):
        raise UnknownNameError(f"{name} is a view, not a table: nd.{name}()")
    return name


def schema(store: Opened, name: str) -> pa.Schema:
    """Return the columns of a table or view, with their descriptions.

    Raises:
        KeyError: there is none of that name.
    """
    if name not in get_args(View):
        return store.schema(known(name, [*store.tables, *get_args(View)], "table or view"))
    from news_dataset.tabular import arrow_schema
    from news_dataset.views import views

    return arrow_schema(views()[name])


def versions(store: Store) -> dict[str, Any]:
    """Return name, licence and versions for ``DataFrame.attrs``, as plain texts, which files can hold too."""
    from news_dataset import __version__
    from news_dataset.manifest import VERSIONS

    return {name: store.dataset[name] for name in VERSIONS if name in store.dataset} | {"package_version": __version__}


def bundled() -> Path:
    """Return the folder of the release that came with the package.

    Raises:
        SetupError: the package is imported from an archive, or its data files were left out.
    """
    packaged = _HERE / "_published"  # in a wheel; a checkout has it in the root
    folder = packaged if packaged.is_dir() else _HERE.parent / "data" / "published"
    if not folder.is_dir():
        raise SetupError(
            f"there is no {packaged}: a package in a zip file must be unpacked, and what freezes an application "
            "must collect the data files of news_dataset (PyInstaller: --collect-data news_dataset)"
        )
    return folder


def release_in(folder: Path) -> Path | None:
    """Return the release, or a link in its place, that *folder* is or holds; else None."""
    from news_dataset import manifest
    from news_dataset.files import link_between
    from news_dataset.release_presence import holds_release

    places = (folder, folder / "data" / "published", folder / "published")
    for place in places:
        if place.exists() if link_between(folder, place) else holds_release(manifest.release_folder(place)):
            return place
    return None


def staleness(folder: Path) -> str:
    """Return a warning if the records of *folder* changed after its release was built, else an empty text.

    Only the times of files are compared, and those of folders, in which files are removed. A build writes the manifest
    last; where it is not the newest file of the release, a clone or copy wrote all files in one moment, in any order.
    """
    release = release_in(folder)
    from news_dataset.files import link_between, walk

    if release is None or release == folder or link_between(folder, release):  # a link is refused where it is read
        return ""
    from news_dataset.folders import files_beside
    from news_dataset.manifest import NAME, release_folder

    try:
        place = release_folder(release)
        built = (place / NAME).stat().st_mtime
        if built < max(path.lstat().st_mtime for path in place.iterdir()):
            built += _ONE_MOMENT
        curated = release.parent / "curated"
        files = [path for path, _ in files_beside(release.parent)]
        files += [found.path for found in walk(curated) if not found.problem]
        folders = {path.parent for path in files if path.is_relative_to(curated)}
        times = {path: path.lstat().st_mtime for path in (*files, *folders)}
    except OSError:  # whoever reads the records reports this
        return ""
    changed = max(times, key=lambda path: times[path], default=curated)
    if times.get(changed, built) <= built:
        return ""
    command = f"news-dataset build {operand(folder)}"
    return f"{changed} has changed since the release in {release} was built; to update it: {command}"


def open_store(folder: Path | None) -> Opened:
    """Open the release of *folder*, else its tables, else its curated records; for None, the bundled release.

    Raises:
        InvalidDataError: it holds records, and a check of them failed.
        UsageError: it is a file, or holds only JSON Lines, which can be validated and built, but not read.
        UnsafeInputError: the release below the folder, or one of its tables, is a link.
    """
    from news_dataset.files import LINK, link_between
    from news_dataset.released import Release

    if folder is None:
        return Release(bundled(), is_bundled=True)
    if release := release_in(folder):
        if link := link_between(folder, release):
            raise UnsafeInputError(f"{link} {LINK.message}")
        return Release(release)
    if folder.is_file():
        raise UsageError(f"{folder} is a file, not the folder of a dataset")
    from news_dataset.collection import Collection
    from news_dataset.folders import holds_records, lines_files, parquet_files, profile_above
    from news_dataset.stored import Curated, Tables

    if not holds_records(folder):
        if files := parquet_files(folder):
            return Tables(folder, files, profile_above(folder, 0))
        if lines_files(folder):
            raise UsageError(
                f"{folder} holds JSON Lines; build tables of them first: news-dataset build {operand(folder)} -o OUT"
            )
    from news_dataset.validation import checked

    collection = Collection.open(folder)
    checked(collection).raise_for_errors()
    return Curated(collection)


def records(store: Opened, table: str) -> Iterator[Record]:
    """Iterate over the records of a table as models.

    Raises:
        KeyError: it is none of the eight tables of records.
        IntegrityError: a file differs from the manifest, or holds a row that is no such record.
    """
    from news_dataset.records import BY_TABLE

    return store.records(known(table, list(BY_TABLE), "table of records"))


def count_withdrawn(store: Opened) -> int | None:
    """Return the number of withdrawn articles; None for 0."""
    from news_dataset.released import Release

    if (
        isinstance(store, Release) and store.manifest.tables["articles"].rows <= _FEW_ARTICLES
    ):  # reading lines needs no library
        return sum(b'"status":"withdrawn"' in line for line in store.lines("articles")) or None
    return store.table("articles", ["status"]).column("status").to_pylist().count("withdrawn") or None


def get(store: Opened, record_id: str) -> AnyRecord:
    """Return a record by its id.

    Raises:
        KeyError: there is no such record; the message names the nearest id, or the new id of a redirected one, or says
            that it was removed.
        IntegrityError: as ``records``.
    """
    from news_dataset.errors import known_id
    from news_dataset.records import BY_TYPE
    from news_dataset.released import Release

    if model := BY_TYPE.get(str(record_id).partition("/")[0]):
        # The lines that contain the id in quotes come first: almost always the record is one of them.
        likely = store.records(model.table, f'"{record_id}"') if isinstance(store, Release) else ()
        for record in chain(likely, store.records(model.table)):
            if record.id == record_id:
                return cast("AnyRecord", record)
    for row in store.table("redirects").to_pylist():
        if row["old_id"] == record_id:
            message = f"{record_id} was {row['reason']} in {row['release']}"
            raise UnknownNameError(f"{message}; use {row['new_id']}" if row["new_id"] else message)
    known_id(record_id, store.table("records", ["id"]).column("id").to_pylist(), "record")
    raise UnknownNameError(f"there is no record {record_id!r}")


def scan(store: Opened, table: str, *, hashed: bool) -> pl.LazyFrame:
    """Return a table as a lazy Polars frame; arguments and errors as ``Dataset.scan``."""
    from news_dataset import frames, manifest
    from news_dataset.released import Release
    from news_dataset.stored import Curated

    polars = frames.polars()
    known_table(store, table)
    if isinstance(store, Curated):
        return frames.to_polars(store.table(table)).lazy()
    sources: list[Any] = []
    flags: list[str] = []
    is_small = isinstance(store, Release) and store.size(table) <= manifest.SMALL
    for file in store.parts(table, hashed=hashed):  # which checks the columns
        sources.append(BytesIO(file.source.read()) if is_small else file.place)
        flags = [field.name for field in store.described(file.schema, table) if frames.is_flag(field)]
    query: pl.LazyFrame = polars.scan_parquet(sources, hive_partitioning=False, glob=False)
    query = query.with_columns(polars.col(flags).fill_null(False)) if flags else query

    def batches(
        columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        part = query if n_rows is None else query.head(n_rows)
        part = part if predicate is None else part.filter(predicate)
        try:
            yield from (part if columns is None else part.select(columns)).collect_batches(chunk_size=batch_size)
        except (polars.exceptions.PolarsError, OSError):
            for file in store.parts(table, hashed=hashed):  # to raise the error that names the first damaged file
                for _ in file.batches(columns or file.schema.names):
                    pass
            raise

    lazy: pl.LazyFrame = polars.io.plugins.register_io_source(batches, schema=query.collect_schema())
    return lazy


def iter_batches(
    store: Opened, table: str, *, columns: Sequence[str] | None, filters: Any, batch_size: int, hashed: bool
) -> Iterator[pa.RecordBatch]:
    """Return the rows of a table batch by batch; arguments and errors as ``Dataset.iter_batches``."""
    from news_dataset import frames
    from news_dataset.errors import UsageError
    from news_dataset.stored import Curated

    if batch_size < 1:
        raise UsageError(f"batch_size is a number of rows, at least 1, not {batch_size}")
    if isinstance(columns, str):
        raise UsageError(f"columns is a list of names: [{columns!r}]")
    known_table(store, table)
    if isinstance(store, Curated):
        return iter(frames.read(store, table, columns, filters).to_batches(batch_size))
    for number, file in enumerate(
        store.parts(table, hashed=hashed)
    ):  # so that a file that does not fit is refused first
        if number == 0:
            schema = store.described(file.schema, table)
    wanted = needed = frames.selected_columns(columns, schema.names, table)
    condition = None
    if not (filters is None or (isinstance(filters, list) and not filters)):
        tested = frames.columns_of(filters)
        frames.refuse_unknown(filters, schema, table)
        needed = [*schema.names] if tested is None else list(dict.fromkeys([*wanted, *tested]))
        condition = frames.condition(filters)
        frames.filter_rows(schema.empty_table(), condition)  # to raise now what the filters would raise later
    return _filtered_batches(store, table, store.parts(table, hashed=hashed), wanted, needed, condition, batch_size)


def _filtered_batches(
    store: Release | Tables, table: str, parts: Iterator[ParquetFile], wanted: list[str], needed: list[str],
    condition: Any, batch_size: int,
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """Yield the columns *wanted* of the rows that meet *condition*; it also looks at the columns *needed*."""
    import pyarrow as pa

    from news_dataset import frames

    for file in parts:
        for batch in file.batches(needed, batch_size, file.groups(condition)):
            store.check(table, batch, file.place)
            rows = pa.Table.from_batches([batch])
            if condition is not None:
                rows = frames.filter_rows(rows, condition)
            yield from rows.select(wanted).to_batches()
