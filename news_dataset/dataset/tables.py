"""Load the tables of a dataset, whole or in part, and describe their columns."""

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
    """Provide the methods of a dataset that read its tables."""

    def __init__(self, folder: str | Path | None = None) -> None:
        """Use ``Dataset.open`` instead; without a folder this is the bundled dataset."""
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
        """Load a table as a new frame, which the caller may change.

        A pandas frame has these dtypes: ``str`` for text (before pandas 3 ``string``); a category for a code of a
        closed codebook, with all of its codes, ordered if the codebook is; ``datetime64[s]`` for days; ``Int32`` for
        whole and ``float64`` for other numbers; ``bool`` for truth values, false where absent. ``DataFrame.attrs``
        holds name, licence and versions.

        Args:
            table: its name; ``tables()`` lists them.
            as_: ``pandas`` for a ``DataFrame``, ``arrow`` for a ``pyarrow.Table``, ``polars`` for a
                ``polars.DataFrame``, ``records`` for a list with one dict per row.
            columns: the columns to decode, in this order; None for all.
            filters: conditions on rows, as ``pyarrow.parquet.read_table`` takes them: ``[("kind", "=", "direct")]``;
                they may use columns that are not in *columns*.

        Raises:
            KeyError: the table or a column is unknown; the message names the nearest.
            ValueError: *as_* is none of the four, *columns* is not a list of names, or *filters* are malformed or
                name an unknown code.
            IntegrityError: the file is not the one in the manifest.
            SetupError: Polars is not installed.

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
        """Load every table; return a dict from table name to frame.

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
        """Return a lazy Polars query over a table.

        Only the columns and row groups that the query needs are read, when it is collected.

        Args:
            table: its name.
            hashed: whether to compare files of more than 8 MiB with the manifest first; smaller files of a release
                always are.

        Raises:
            KeyError: the table is unknown.
            ValueError: *hashed* is set and the folder has no manifest.
            IntegrityError: the file is not the one in the manifest.
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
        """Iterate over the rows of a table in batches, in bounded memory and file order.

        Args:
            table: its name.
            columns: the columns to read, in this order; None for all.
            filters: conditions on rows, as for ``load``; row groups that cannot meet them are not read.
            batch_size: the maximum number of rows in a batch.
            hashed: as for ``scan``; without a release it has no effect.

        Raises:
            KeyError: the table or a column is unknown.
            ValueError: *columns* is not a list of names, *filters* are malformed, or *batch_size* is below 1.
            IntegrityError: the file is not the one in the manifest, or is not a table.
            UnsafeInputError: a file is a link, or its rows take too much memory.

        Wrong arguments, hashes and footers raise at the call, damage and excess within a file when its batch is read.

        Examples:
            >>> batches = nd.iter_batches("statements", columns=["id"], batch_size=20)
            >>> sum(batch.num_rows for batch in batches) == len(nd.load("statements"))
            True
        """
        return stores.iter_batches(
            self._store(), table, columns=columns, filters=filters, batch_size=batch_size, hashed=hashed
        )

    def load_articles(self) -> pd.DataFrame:
        """Load the table ``articles`` with pandas: one row per article.

        Examples:
            >>> nd.load_articles().equals(nd.load("articles"))
            True
        """
        return self.load("articles")

    def load_people(self) -> pd.DataFrame:
        """Load the table ``people`` with pandas: one row per person.

        Examples:
            >>> nd.load_people().equals(nd.load("people"))
            True
        """
        return self.load("people")

    def load_statements(self) -> pd.DataFrame:
        """Load the table ``statements`` with pandas: one row per statement.

        Examples:
            >>> nd.load_statements().equals(nd.load("statements"))
            True
        """
        return self.load("statements")

    def load_events(self) -> pd.DataFrame:
        """Load the table ``events`` with pandas: one row per event.

        Examples:
            >>> nd.load_events().equals(nd.load("events"))
            True
        """
        return self.load("events")

    def tables(self) -> list[Table]:
        """List the names of all tables; releases of older schema versions have fewer.

        Examples:
            >>> nd.tables()[:3]
            ['articles', 'people', 'organizations']
        """
        return cast("list[Table]", list(self._store().tables))

    def describe(self, table: Table | stores.View) -> pd.DataFrame:
        """Describe the columns of a table or view, one row per column.

        Columns of the frame: column, type, nullable, key, references (a table), codebook, description.

        Raises:
            KeyError: there is no table or view of that name.

        Examples:
            >>> nd.describe("statements").set_index("column").loc["article", "references"]
            'articles'
        """
        from news_dataset import answers, frames

        store = self._store()
        rows = list(answers.describe(stores.schema(store, table)))
        return frames.to_pandas(answers.rows_table(answers.DESCRIBED, rows, store.schema), stores.versions(store))

    def path(self, table: Table) -> Path:
        """Return the path of a table: a Parquet file, or a folder of several.

        Raises:
            KeyError: the table is unknown.
            ValueError: the folder holds records that were not built yet.

        Examples:
            >>> nd.path("people").name
            'people.parquet'
        """
        return self._store().path(stores.known_table(self._store(), table))

    def _store(self) -> Opened:
        """Return the tables or records of the dataset; they are opened once."""
        if self._opened is None:
            self._opened = stores.open_store(self._folder)
        return self._opened
