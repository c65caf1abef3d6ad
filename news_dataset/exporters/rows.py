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
from news_dataset.tabular import tables as table_specifications
from news_dataset.views import views

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 10_000  # how many rows are Python objects at one time


def specifications(names: Iterable[str], profile: Profile = BASE) -> list[Table]:
    """Return the specifications of tables and views by their names, in the same order.

    Raises:
        InvalidDataError: one has no specification.
    """
    all_specifications, wanted = {**table_specifications(profile), **views()}, list(names)
    if unknown := sorted(set(wanted) - set(all_specifications)):
        raise InvalidDataError(f"the table {unknown[0]} is unknown; only jsonl can export it")
    return [all_specifications[name] for name in wanted]


def with_model_columns(tables: Mapping[str, pa.Table], profile: Profile = BASE) -> dict[str, pa.Table]:
    """Return tables with all columns of the models, in their order.

    An absent optional column is filled with nulls. A table that no model describes stays as it is.

    Raises:
        InvalidDataError: a table has an unknown column or two of one name, or lacks a required one.
    """
    import pyarrow as pa

    specifications = {**table_specifications(profile), **views()}
    fitted = {}
    for name, table in tables.items():
        if name not in specifications:
            fitted[name] = table
            continue
        wanted = {field.name: field for field in specifications[name].fields}
        names = Counter(table.column_names)
        if unknown := [column for column, count in names.items() if column not in wanted or count > 1]:
            raise InvalidDataError(f"the table {name} has an unknown or repeated column: {unknown[0]}")
        for field in wanted.values():
            if field.name not in names:
                if not field.nullable:
                    raise InvalidDataError(f"the table {name} has no column {field.name}")
                table = table.append_column(field.name, pa.nulls(len(table), arrow_type(field.kind)))
        fitted[name] = table.select(list(wanted))
    return fitted


def plain_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as dicts in the order of its columns, days as ISO text, None for null."""
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            yield {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}
