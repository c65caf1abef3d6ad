"""Curated records as tables in memory, for a folder that was not built yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import tabular
from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.frames import chosen
from news_dataset.records import Record

if TYPE_CHECKING:
    import pyarrow as pa


class Curated:
    """Curated records, which have the tables that their release would have."""

    def __init__(self, collection: Collection) -> None:
        self._records = collection.records()
        self._rows = tabular.flatten(self._records, collection.redirects)
        about = collection.description
        self.dataset = about.to_dict() if about else {}
        self.tables = tuple(self._rows)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns.

        Raises:
            KeyError: there is no such column.
        """
        wanted = chosen(columns, self.schema(name).names, name)
        return tabular.to_arrow(tabular.tables()[name], self._rows[name]).select(wanted)

    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a table."""
        return tabular.arrow_schema(tabular.tables()[name])

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
        raise UsageError(f"{name} has no file: the records are not published; run news-dataset build")
