"""Commands that show what is there: info, tables, describe, get, explain."""

from __future__ import annotations

import json
import textwrap
from argparse import Namespace
from collections.abc import Sequence

from news_dataset.cli.usage import UsageError, usage
from news_dataset.dataset import Dataset
from news_dataset.reporters import escape


def info(options: Namespace) -> int:
    """Print title, licence, versions and rows."""
    about = dataset_of(options).info()
    rows = about.pop("rows")
    about["rows"] = f"{sum(rows.values())} in {len(rows)} tables"
    _print_rows([[name.replace("_", " "), str(value)] for name, value in about.items()])
    return 0


def tables(options: Namespace) -> int:
    """Print every table with its number of rows."""
    from news_dataset import frames

    dataset = dataset_of(options)
    schemas = {name: dataset.load(name, as_="arrow", columns=[]).schema for name in dataset.tables()}
    rows = dataset.info()["rows"]
    _print_rows([[name, str(rows[name]), frames.description(schema)] for name, schema in schemas.items()])
    return 0


def describe(options: Namespace) -> int:
    """Print the columns of a table."""
    from news_dataset import frames

    with usage():
        columns = list(frames.describe(Dataset().load(options.table, as_="arrow").schema))
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
    dataset = dataset_of(options)
    with usage():
        record = dataset.get(options.id)
    print(json.dumps(record.to_dict(), indent=2, ensure_ascii=False))
    return 0


def explain(options: Namespace) -> int:
    """Print the manual page of an issue code, or list all codes."""
    from news_dataset import checks
    from news_dataset.checks.examples import EXAMPLES
    from news_dataset.names import known

    if options.code is None:
        _print_rows([[code.name, code.layer, code.manual.partition("\n")[0]] for code in checks.CODES.values()])
        return 0
    with usage():
        code = checks.CODES[known(options.code, list(checks.CODES), "issue code")]
    print(f"{code.name} (layer {code.layer}, exit code {code.exit_code})\n\n{code.manual}")
    for title, snippet in zip(("wrong", "right"), EXAMPLES[code.name], strict=True):
        print(f"\n{title}:\n{textwrap.indent(snippet.rstrip(), '    ')}")
    return 0


def dataset_of(options: Namespace) -> Dataset:
    """Return the dataset that ``--in`` names, else the bundled one."""
    if options.folder is None:
        return Dataset()
    if not options.folder.is_dir():
        raise UsageError(f"there is no folder {options.folder}")
    return Dataset.open(options.folder)


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print rows with aligned columns."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        print(escape("  ".join([*cells, row[-1]])))
