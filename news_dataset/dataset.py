"""The facade: one class whose methods are the whole Python face, for the bundled dataset or any folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from news_dataset import stores
from news_dataset.errors import IntegrityError
from news_dataset.stores import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from news_dataset.frames import View
    from news_dataset.plots import Plots
    from news_dataset.records import Record
    from news_dataset.stores import Opened

    Columns = Sequence[str] | None

Form = Literal["pandas", "arrow", "polars", "records"]


class Dataset:
    """A dataset: the bundled one, or that of a folder.

    Nothing is read before it is asked for. A release is checked against its manifest file by file, before anything is
    decoded; a folder without a release is validated and read from its curated records.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Use ``Dataset.open``; without a folder, this is the bundled dataset."""
        self._folder = folder
        self._opened: Opened | None = None

    @classmethod
    def open(cls, folder: str | Path) -> Dataset:
        """Open the dataset in a folder: a release, or a folder with ``data/published`` or ``data/curated``, or tables.

        Where there is a release it is read, also if the records have changed since; ``news-dataset build`` renews it.
        Tables are Parquet files ``<table>.parquet``, or folders ``<table>`` of such; nothing vouches for them.

        Raises:
            FileNotFoundError: there is no such folder.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}")
        return cls(folder)

    @overload
    def load(
        self, table: Name, *, as_: Literal["pandas"] = ..., columns: Columns = ..., filters: Any = ...
    ) -> pd.DataFrame: ...
    @overload
    def load(self, table: Name, *, as_: Literal["arrow"], columns: Columns = ..., filters: Any = ...) -> pa.Table: ...
    @overload
    def load(
        self, table: Name, *, as_: Literal["polars"], columns: Columns = ..., filters: Any = ...
    ) -> pl.DataFrame: ...
    @overload
    def load(
        self, table: Name, *, as_: Literal["records"], columns: Columns = ..., filters: Any = ...
    ) -> list[dict[str, Any]]: ...

    def load(self, table: Name, *, as_: Form = "pandas", columns: Columns = None, filters: Any = None) -> Any:
        """Return a table; what comes back is the caller's own, to change at will.

        As a pandas frame, text is ``str`` (before pandas 3 ``string``), codes are categories, days ``datetime64[s]``,
        whole numbers and truth values nullable (``Int32``, ``boolean``), other numbers ``float64``; no column is
        ``object``. Name, licence and versions stand in ``DataFrame.attrs``.

        Args:
            table: its name; ``tables()`` lists them.
            as_: ``pandas`` (a ``DataFrame``), ``arrow`` (a ``pyarrow.Table``), ``polars`` (a ``polars.DataFrame``), or
                ``records`` (a list of dicts, one a row).
            columns: names of the columns wanted, in the order wanted; None for all. No other column is decoded.
            filters: conditions on rows as ``pyarrow.parquet.read_table`` takes them: ``[("kind", "=", "direct")]``;
                they may use columns that are not wanted.

        Raises:
            KeyError: there is no such table or column; the message names the nearest.
            ValueError: *as_* is none of the four, *columns* is no list of names, or *filters* are not understood.
            IntegrityError: the file is not the one that the manifest vouches for.
            SetupError: Polars is wanted and not installed.
        """
        from news_dataset import frames

        shape, store = frames.form(as_), self._store()
        return shape(frames.read(store, table, columns, filters), stores.versions(store))

    @overload
    def load_all(self, *, as_: Literal["pandas"] = ...) -> dict[str, pd.DataFrame]: ...
    @overload
    def load_all(self, *, as_: Literal["arrow"]) -> dict[str, pa.Table]: ...
    @overload
    def load_all(self, *, as_: Literal["polars"]) -> dict[str, pl.DataFrame]: ...
    @overload
    def load_all(self, *, as_: Literal["records"]) -> dict[str, list[dict[str, Any]]]: ...

    def load_all(self, *, as_: Form = "pandas") -> dict[str, Any]:
        """Return every table: table name → what ``load`` returns for it.

        Args:
            as_: as for ``load``.

        Raises:
            ValueError, IntegrityError, SetupError: as ``load``.
        """
        from news_dataset import frames

        shape, store = frames.form(as_), self._store()
        return {name: shape(store.table(name), stores.versions(store)) for name in store.tables}

    def scan(self, table: Name, *, hashed: bool = False) -> pl.LazyFrame:
        """Return a table as a Polars query: only the columns and row groups that it needs are read.

        Args:
            table: its name.
            hashed: whether a file of more than 8 MiB is compared with the manifest first; smaller ones of a release
                always are.

        Raises:
            KeyError: there is no such table.
            ValueError: *hashed* is wanted, and the folder has no manifest.
            IntegrityError: the file is not the one that the manifest vouches for.
            SetupError: Polars is not installed.
        """
        from news_dataset import scanning

        return scanning.scan(self._store(), table, hashed=hashed)

    def iter_batches(
        self,
        table: Name,
        *,
        columns: Columns = None,
        filters: Any = None,
        batch_size: int = 65_536,
        hashed: bool = False,
    ) -> Iterator[pa.RecordBatch]:
        """Return the rows of a table batch by batch, in bounded memory, in the order of the files.

        Args:
            table: its name.
            columns: names of the columns wanted, in the order wanted; None for all. No other column is read.
            filters: conditions on rows, as for ``load``; row groups that no row of which can meet them are not read.
            batch_size: so many rows a batch has at most.
            hashed: as for ``scan``.

        Raises:
            KeyError: there is no such table or column.
            ValueError: *columns* is no list of names, *filters* are not understood, or *batch_size* is not positive.
            IntegrityError: the file is not the one that the manifest vouches for, or not a table.
        """
        from news_dataset import scanning

        wanted = {"columns": columns, "filters": filters, "batch_size": batch_size, "hashed": hashed}
        return scanning.iter_batches(self._store(), table, **wanted)

    def load_articles(self) -> pd.DataFrame:
        """Return the table ``articles``: one row per article."""
        return self.load("articles")

    def load_people(self) -> pd.DataFrame:
        """Return the table ``people``: one row per person."""
        return self.load("people")

    def load_statements(self) -> pd.DataFrame:
        """Return the table ``statements``: one row per statement."""
        return self.load("statements")

    def load_events(self) -> pd.DataFrame:
        """Return the table ``events``: one row per event."""
        return self.load("events")

    def who_said_what(self) -> pd.DataFrame:
        """Return one row per statement and speaker, with the gravest verdict on the statement.

        Columns: article, headline, statement, kind, claim_type, speaker, speaker_name, speaker_country,
        speaker_office (held on the day of the occasion, else of the article), occasion, occasion_date, gist, quote,
        certainty, polarity, verdict, finding. A narrated statement has one row without speaker.
        """
        from news_dataset import views

        return self._view(views.who_said_what)

    def timeline(self) -> pd.DataFrame:
        """Return one row per event and report of it, ordered by the date that independent sources show.

        Columns: event, title, type, place, date (EDTF), date_min, date_max, statement, reported_text, reported_date
        (EDTF), verdict (on the reported date), differs (whether it is contradicted; null where not assessed).
        """
        from news_dataset import views

        return self._view(views.timeline)

    @property
    def plot(self) -> Plots:
        """Plots for notebooks: ``plot.timeline()``, ``plot.speakers()`` and ``plot.verdicts()`` (extra ``plot``)."""
        from news_dataset.plots import Plots

        return Plots(self)

    def restore(self, text: str | Path, *, article: str | None = None) -> pd.DataFrame:
        """Return every span of an article with its words in your own copy of the text, and how it was found.

        Columns: table, record, ordinal, role, mention, fragment, start, end, state (exact: the copy is the annotated
        text; relocated: found by its digests; ambiguous: several places; orphan: nowhere), words, places.

        Args:
            text: the copy, a UTF-8 file.
            article: id of the article; None for the one whose text it is, or the only one.

        Raises:
            KeyError: there is no such article.
            ValueError: no article is named, and the copy is not exactly the text of one.
            UnsafeInputError: the copy is a link, larger than 5 MiB, or not UTF-8.
            SetupError: the copy cannot be read.
        """
        from news_dataset import restoration
        from news_dataset.texts import read_text

        copy = read_text(Path(text))
        return self._view(lambda read: restoration.restored_rows(read, copy, article))

    def get(self, record_id: str) -> Record:
        """Return a record by its id, as a frozen pydantic model with its children.

        Raises:
            KeyError: there is none; the message names the nearest id.
        """
        from news_dataset import typed

        return typed.get(self._store(), record_id)

    def iter_records(self, table: Name) -> Iterator[Record]:
        """Iterate over the records of a table, such as ``statements``, as frozen pydantic models.

        Raises:
            KeyError: it is none of the eight tables of records.
        """
        from news_dataset import typed

        return typed.records(self._store(), table)

    def tables(self) -> list[str]:
        """Return the names of all tables."""
        return list(self._store().tables)

    def describe(self, table: Name) -> pd.DataFrame:
        """Return one row per column of a table: column, type, nullable, key, references, codebook, description.

        Raises:
            KeyError: there is no such table.
        """
        from news_dataset import frames
        from news_dataset.names import known

        store = self._store()
        rows = list(frames.describe(store.schema(known(table, store.tables, "table"))))
        return frames.to_pandas(frames.view_table(frames.DESCRIBED, rows, store.schema), stores.versions(store))

    def info(self) -> dict[str, Any]:
        """Return title, licence, the three versions (package, schema, data) and the number of rows of each table."""
        from news_dataset import __version__

        store = self._store()
        about = {name: store.dataset.get(name) for name in ("title", "license", "schema_version", "data_version")}
        return {**about, "package_version": __version__, "rows": store.counts()}

    def citation(self, style: Literal["text", "bibtex", "cff"] = "text") -> str:
        """Return how to cite the dataset; ``cff`` is the text of a file CITATION.cff.

        Raises:
            ValueError: *style* is none of the three, or the dataset has no ``dataset.yaml``.
        """
        from news_dataset import credit

        return credit.citation(self._store().dataset, style)

    def license(self) -> dict[str, str]:
        """Return the licence: ``spdx`` (its identifier), ``url`` (its text) and ``covers`` (one sentence on what).

        Raises:
            ValueError: the dataset has no ``dataset.yaml``.
        """
        from news_dataset import credit

        return credit.licence(self._store().dataset)

    def path(self, table: Name) -> Path:
        """Return where the Parquet file of a table lies.

        Raises:
            KeyError: there is no such table.
            ValueError: the dataset was not built yet.
        """
        from news_dataset.names import known

        return self._store().path(known(table, self.tables(), "table"))

    def __repr__(self) -> str:
        return f"Dataset.open({str(self._folder)!r})" if self._folder else "Dataset()"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: title, licence, versions, and how many rows each table has."""
        from news_dataset import markup

        about = {name: value for name, value in self.info().items() if value is not None}
        return markup.card(str(about.pop("title", self._folder)), "", about)

    def _store(self) -> Opened:
        if self._opened is None:
            self._opened = stores.opened(self._folder)
        return self._opened

    def _view(self, view: Callable[..., tuple[View, list[dict[str, Any]]]]) -> pd.DataFrame:
        from functools import cache

        from news_dataset import frames

        store = self._store()
        table = cache(store.table)  # each is read once
        try:
            # A release of an older version has not every table; no view needs one that is newer than 1.0
            columns, rows = view(lambda name: table(name).to_pylist() if name in store.tables else [])
        except KeyError as error:
            if " " in str(error.args[0]):  # a sentence about what was asked for
                raise
            raise IntegrityError(f"the tables do not fit together: {error.args[0]} is missing") from error
        joined = frames.view_table(columns, rows, lambda name: table(name).schema)
        return frames.to_pandas(joined, stores.versions(store))
