"""Commands that show what is there: info, tables, describe, get, sql, explain."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence

from news_dataset.cli.folder import reading
from news_dataset.reporters import escape


def info(options: Namespace) -> int:
    """Print title, licence, versions and rows."""
    about = reading(options.folder).info()
    rows = about.pop("rows")
    about["rows"] = f"{sum(rows.values())} in {len(rows)} tables"
    _print_rows([[name.replace("_", " "), str(value)] for name, value in about.items()])
    return 0


def tables(options: Namespace) -> int:
    """Print every table with its number of rows."""
    from news_dataset import frames

    dataset = reading(options.folder)
    schemas = {name: dataset.load(name, as_="arrow", columns=[]).schema for name in dataset.tables()}
    rows = dataset.info()["rows"]
    _print_rows([[name, str(rows[name]), frames.description(schema)] for name, schema in schemas.items()])
    return 0


def describe(options: Namespace) -> int:
    """Print the columns of a table."""
    from news_dataset import frames

    columns = frames.describe(reading(options.folder).load(options.table, as_="arrow").schema)
    lines = []
    for column in columns:
        marks = ["key" if column["key"] else "", "may be null" if column["nullable"] else ""]
        marks += [f"refers to {column['references']}.id" if column["references"] else ""]
        marks += [f"codes: {column['codebook']}" if column["codebook"] else ""]
        lines.append([column["column"], str(column["type"]), ", ".join(filter(None, marks)), column["description"]])
    _print_rows(lines)
    return 0


def get(options: Namespace) -> int:
    """Print a record as JSON."""
    print(json.dumps(reading(options.folder).get(options.record_id).to_dict(), indent=2, ensure_ascii=False))
    return 0


def sql(options: Namespace) -> int:
    """Print what a query selects."""
    from news_dataset.exporters import printed

    frame = reading(options.folder).sql(options.query)
    if options.format == "table":
        _print_rows([list(frame.columns), *printed.cells(frame)])
    else:
        for line in printed.LINES[options.format](frame):
            print(line)
    return 0


def explain(options: Namespace) -> int:
    """Print the manual page of an issue code, or list all codes."""
    from news_dataset.dataset import Dataset

    dataset = Dataset.open(options.folder) if options.folder else Dataset()  # the pages are the same for all
    print(dataset.explain(options.code))
    return 0


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print rows with aligned columns."""
    shown = [[escape(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in shown) for place in range(len(shown[0]) - 1)]
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        print("  ".join([*cells, row[-1]]).rstrip())
