"""Tables of a dataset: loaded whole or in part, scanned, described."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from news_dataset import stores
from news_dataset.stores import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from news_dataset.stores import Opened

    Columns = Sequence[str] | None

Form = Literal["pandas", "arrow", "polars", "records"]


class TableAccess:
    """The methods of a dataset that give its tables."""

    def __init__(self, folder: str | Path | None = None) -> None:
        """Use ``Dataset.open``; without a folder, this is the bundled dataset."""
        self._folder = None if folder is None else Path(folder)
        self._opened: Opened | None = None

    @overload
    def load(
        self, table: Table, *, as_: Literal["pandas"] = ..., columns: Columns = ..., filters: Any = ...
    ) -> pd.DataFrame: ...
    @overload
    def load(self, table: Table, *, as_: Literal["arrow"], columns: Columns = ..., filters: Any = ...) -> pa.Table: ...
    @overload
    def load(
        self, table: Table, *, as_: Literal["polars"], columns: Columns = ..., filters: Any = ...
    ) -> pl.DataFrame: ...
    @overload
    def load(
        self, table: Table, *, as_: Literal["records"], columns: Columns = ..., filters: Any = ...
    ) -> list[dict[str, Any]]: ...

    def load(self, table: Table, *, as_: Form = "pandas", columns: Columns = None, filters: Any = None) -> Any:
        """Return a table; what comes back is the caller's own, to change at will.

        As a pandas frame, text is ``str`` (before pandas 3 ``string``), a code of a closed codebook a category with all
        of its codes, ordered where it has an order; days are ``datetime64[s]``, whole numbers ``Int32``, other numbers
        ``float64``, and truth values ``bool``, false where absent. No column is ``object``. Name, licence and versions
        are in ``DataFrame.attrs``.

        Args:
            table: its name; ``tables()`` lists them.
            as_: ``pandas`` (a ``DataFrame``), ``arrow`` (a ``pyarrow.Table``), ``polars`` (a ``polars.DataFrame``), or
                ``records`` (a list of dicts, one a row).
            columns: names of the columns wanted, in the order wanted; None for all. No other column is decoded.
            filters: conditions on rows as ``pyarrow.parquet.read_table`` takes them: ``[("kind", "=", "direct")]``;
                they may use columns that are not wanted.

        Raises:
            KeyError: there is no such table or column; the message names the nearest.
            ValueError: *as_* is none of the four, *columns* is no list of names, or *filters* are not understood or
                name a code that there is not.
            IntegrityError: the file is not the one that the manifest vouches for.
            SetupError: Polars is wanted and not installed.

        Examples:
            >>> nd.load("statements", columns=["gist"], filters=[("kind", "=", "direct")]).shape
            (1, 1)
            >>> nd.load("places", as_="records", columns=["id", "country"])[0]
            {'id': 'place/camp-david', 'country': 'USA'}
        """
        from news_dataset import frames

        shape, store = frames.converter(as_), self._store()
        return shape(frames.read(store, stores.known_table(store, table), columns, filters), stores.versions(store))

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

        Examples:
            >>> {name: len(frame) for name, frame in nd.load_all().items() if name == "articles"}
            {'articles': 1}
        """
        from news_dataset import frames

        shape, store = frames.converter(as_), self._store()
        return {name: shape(store.table(name), stores.versions(store)) for name in store.tables}

    def scan(self, table: Table, *, hashed: bool = False) -> pl.LazyFrame:
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

        Examples:
            >>> import polars as pl
            >>> nd.scan("people").filter(pl.col("family_name") == "Ishiba").collect()["name"].to_list()
            ['Shigeru Ishiba']
        """
        return stores.scan(self._store(), table, hashed=hashed)

    def iter_batches(
        self,
        table: Table,
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
            filters: conditions on rows, as for ``load``; row groups without a row that can meet them are not read.
            batch_size: the most rows of a batch.
            hashed: as for ``scan``.

        Raises:
            KeyError: there is no such table or column.
            ValueError: *columns* is no list of names, *filters* are not understood, or *batch_size* is not positive.
            IntegrityError: the file is not the one that the manifest vouches for, or not a table.

        Examples:
            >>> batches = nd.iter_batches("statements", columns=["id"], batch_size=20)
            >>> sum(batch.num_rows for batch in batches) == len(nd.load("statements"))
            True
        """
        wanted = {"columns": columns, "filters": filters, "batch_size": batch_size, "hashed": hashed}
        return stores.iter_batches(self._store(), table, **wanted)

    def load_articles(self) -> pd.DataFrame:
        """Return the table ``articles``: one row per article.

        Examples:
            >>> nd.load_articles().equals(nd.load("articles"))
            True
        """
        return self.load("articles")

    def load_people(self) -> pd.DataFrame:
        """Return the table ``people``: one row per person.

        Examples:
            >>> nd.load_people().equals(nd.load("people"))
            True
        """
        return self.load("people")

    def load_statements(self) -> pd.DataFrame:
        """Return the table ``statements``: one row per statement.

        Examples:
            >>> nd.load_statements().equals(nd.load("statements"))
            True
        """
        return self.load("statements")

    def load_events(self) -> pd.DataFrame:
        """Return the table ``events``: one row per event.

        Examples:
            >>> nd.load_events().equals(nd.load("events"))
            True
        """
        return self.load("events")

    def tables(self) -> list[Table]:
        """Return the names of all tables; a release of somebody else may have others than this package knows.

        Examples:
            >>> nd.tables()[:3]
            ['articles', 'people', 'organizations']
        """
        return cast("list[Table]", list(self._store().tables))

    def describe(self, table: Table | stores.View) -> pd.DataFrame:
        """Return one row per column of a table or view: column, type, nullable, key, references, codebook, description.

        Raises:
            KeyError: there is none of that name.

        Examples:
            >>> nd.describe("statements").set_index("column").loc["article", "references"]
            'articles'
        """
        from news_dataset import answers, frames

        store = self._store()
        rows = list(answers.describe(stores.schema(store, table)))
        return frames.to_pandas(answers.rows_table(answers.DESCRIBED, rows, store.schema), stores.versions(store))

    def path(self, table: Table) -> Path:
        """Return where a table lies: its Parquet file, or the folder of its files where it has several.

        Raises:
            KeyError: there is no such table.
            ValueError: the dataset was not built yet.

        Examples:
            >>> nd.path("people").name
            'people.parquet'
        """
        return self._store().path(stores.known_table(self._store(), table))

    def _store(self) -> Opened:
        if self._opened is None:
            self._opened = stores.open_store(self._folder)
        return self._opened
