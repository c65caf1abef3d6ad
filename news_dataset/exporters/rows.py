"""Rows of Arrow tables as plain values, a batch at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from news_dataset.errors import InvalidDataError
from news_dataset.frames import arrow_type
from news_dataset.profile import BASE, Profile
from news_dataset.tabular import Table
from news_dataset.tabular import tables as specifications
from news_dataset.views import views

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 10_000  # rows that are Python objects at once


def specified(names: Iterable[str], profile: Profile = BASE) -> list[Table]:
    """Return what is known of the tables and views of a dataset with these names: columns, keys, references.

    Raises:
        InvalidDataError: of one nothing is known.
    """
    known, wanted = {**specifications(profile), **views()}, list(names)
    if strange := sorted(set(wanted) - set(known)):
        raise InvalidDataError(f"of the table {strange[0]} nothing is known; only jsonl can take it")
    return [known[name] for name in wanted]


def fitted(tables: Mapping[str, pa.Table], profile: Profile = BASE) -> dict[str, pa.Table]:
    """Return tables with their columns in the order of the models; an optional column that is absent holds nulls.

    A table that the models do not know stays as it is.

    Raises:
        InvalidDataError: a table has a column that the models do not know, or has not one that it must have.
    """
    import pyarrow as pa

    known = {**specifications(profile), **views()}
    found = {}
    for name, table in tables.items():
        wanted = {field.name: field for field in known[name].fields} if name in known else None
        if wanted is None:
            found[name] = table
            continue
        names = Counter(table.column_names)
        if strange := [one for one, count in names.items() if one not in wanted or count > 1]:
            raise InvalidDataError(f"the table {name} has a column of which nothing is known: {strange[0]}")
        for field in wanted.values():
            if field.name not in names:
                if not field.nullable:
                    raise InvalidDataError(f"the table {name} has no column {field.name}")
                table = table.append_column(field.name, pa.nulls(len(table), arrow_type(field.kind)))
        found[name] = table.select(list(wanted))
    return found


def plain_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as dicts in the order of its columns, days as ISO text, None for null."""
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            yield {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}
