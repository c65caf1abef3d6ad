"""Print what clients must find in a dataset, for ``expectation``: ``python -m tests.clients.expect [FOLDER]``.

Of every column the first cell that is null and the first that is not.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import Any

import news_dataset as nd
from news_dataset.exporters.rows import plain_rows
from news_dataset.tabular import tables
from news_dataset.views import views


def expectation(dataset: nd.Dataset) -> dict[str, Any]:
    """Return the expectation as plain data."""
    rows = dataset.load_all(as_="records")
    return {
        "rows": {name: len(some) for name, some in rows.items()},
        "cells": [cell for name, some in rows.items() for cell in _cells(name, some)],
        "views": {name: list(plain_rows(dataset._view_table(name))) for name in views()},
    }


def _cells(table: str, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for column in rows[0] if rows else ():
        for is_null in (True, False):
            row = next((row for row in rows if (row[column] is None) == is_null), None)
            if row:
                key = {name: row[name] for name in tables()[table].key}
                value = row[column].isoformat() if isinstance(row[column], dt.date) else row[column]
                yield {"table": table, "key": key, "column": column, "value": value}


if __name__ == "__main__":
    print(json.dumps(expectation(nd.Dataset.open(sys.argv[1]) if sys.argv[1:] else nd.Dataset()), ensure_ascii=False))
