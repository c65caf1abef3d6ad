"""What a client must find, and how it says that it did; needs nothing but the standard library.

The expectation is a JSON file: ``rows`` (table → number of rows), ``cells`` (a list of table, key, column, value),
``views`` (view → its rows).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]


def run(
    client: str,
    read: Callable[[Path, str], Rows],
    also: Callable[[Path], Iterator[str]] | None = None,
    *,
    views: str = "views/",
) -> None:
    """Read every table and view, compare, print one line, and exit: 0 all is as expected, 1 it is not.

    Args:
        client: the client's name.
        read: returns the rows of a table of what lies at a path.
        also: yields a sentence for everything else that is wrong.
        views: what stands before the name of a view.
    """
    try:
        path, expected = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))
        found = {table: read(path, table) for table in expected["rows"]}
        wrong = list(differences(expected, found)) + list(also(path) if also else ())
        wrong += [
            one for view, rows in expected["views"].items() for one in unlike(view, rows, read(path, views + view))
        ]
    except Exception as error:  # noqa: BLE001 (whatever a client raises, it is one line)
        wrong = [f"{type(error).__name__}: {error}"]
    if wrong:
        first = " ".join(wrong[0].split())
        print(f"{client}: {first}" + (f" (and {len(wrong) - 1} more)" if wrong[1:] else ""))
        sys.exit(1)
    total = sum(expected["rows"].values())
    print(f"{client}: {len(found)} tables, {total} rows, {len(expected['cells'])} cells, "
          f"{len(expected['views'])} views as expected")  # fmt: skip
    sys.exit(0)


def differences(expected: dict[str, Any], found: dict[str, Rows]) -> Iterator[str]:
    """Yield a sentence for each number of rows and each cell that is not as expected."""
    for table, number in expected["rows"].items():
        if len(found[table]) != number:
            yield f"{table} has {len(found[table])} rows instead of {number}"
    for cell in expected["cells"]:
        key, column = cell["key"], cell["column"]
        rows = [row for row in found[cell["table"]] if all(plain(row[name]) == value for name, value in key.items())]
        values = [plain(row[column]) for row in rows]
        if [(type(value), value) for value in values] != [(type(cell["value"]), cell["value"])]:
            yield f"{cell['table']}.{column} of {key} is {values} instead of {cell['value']!r}"


def unlike(view: str, expected: Rows, found: Rows) -> Iterator[str]:
    """Yield a sentence for the first row of a view that is not as expected."""
    rows = [{name: plain(value) for name, value in row.items()} for row in found]
    for number, (one, other) in enumerate(zip_longest(expected, rows), 1):
        if one != other:
            columns = [name for name in one or () if other is None or name not in other or other[name] != one[name]]
            yield f"{view}: row {number} differs{f' in {columns[0]}' if columns and other else ''}"
            return


def plain(value: Any) -> Any:
    """Return a cell as JSON has it, whatever type the client gives it."""
    if value is None or type(value).__name__ in ("NaTType", "NAType") or value != value:
        return None
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
