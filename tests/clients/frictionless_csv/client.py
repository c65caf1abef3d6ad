"""Frictionless validates an export: ``client.py CSV_FOLDER EXPECTED.json``; foreign keys are checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from frictionless import Package, validate

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.expectation import Rows, run


def read(path: Path, table: str) -> Rows:
    """Return the rows of a table as the descriptor types them."""
    rows = Package(str(path / "datapackage.json")).get_resource(table).read_rows()
    return [{name: text(value) for name, value in row.to_dict().items()} for row in rows]


def text(value: object) -> object:
    """Take the guard off, and make a decimal a float."""
    if type(value).__name__ == "Decimal":
        return float(str(value))
    return re.sub(r"(^|;)'", r"\1", value) if isinstance(value, str) else value


def also(path: Path) -> Iterator[str]:
    """Validate the package as the command does."""
    report = validate(str(path / "datapackage.json"))
    yield from (error.message for error in report.errors)
    yield from (f"{task.name}: {error.message}" for task in report.tasks for error in task.errors)
    if not any(one.schema.foreign_keys for one in Package(str(path / "datapackage.json")).resources):
        yield "no foreign key is declared, so none was checked"


run("frictionless", read, also, views="")
