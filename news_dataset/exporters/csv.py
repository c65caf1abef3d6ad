"""CSV: one file per table, which spreadsheets open safely and ``read`` turns back into the same table.

UTF-8 without a byte order mark, a header, LF line ends, quotes only where needed; null is an empty cell, a day is
ISO 8601, a boolean true or false. A spreadsheet takes a cell that begins with =, +, - or @ for a formula; such a text
gets an apostrophe before it. So does a text that begins with an apostrophe, so that reading can remove one again. The
same holds within a text after a semicolon, which ends a cell for spreadsheets where the comma is the decimal sign.
``datapackage.json`` describes the files (Data Package, Table Schema).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset import strict_json
from news_dataset.credit import NOT_STATED
from news_dataset.errors import InvalidDataError
from news_dataset.exporters.rows import plain_rows, specifications, with_model_columns
from news_dataset.files import ReadError, open_file, read_own
from news_dataset.filesystem import new_text, write_new
from news_dataset.profile import BASE, Profile
from news_dataset.table_schema import table_schema
from news_dataset.tabular import Field, Table, to_arrow

if TYPE_CHECKING:
    import pyarrow as pa

_START = r"(?:^|(?<=[;\t\r\n]))"  # the start of what some spreadsheet takes for a cell
_UNSEEN = r"[\s\"'\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*"  # what may precede the sign, as OWASP advises
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # also their full-width forms
_DANGER = re.compile(rf"{_START}(?=['\t\r\n]|{_UNSEEN}[{_SIGNS}])|\A\Z")  # an empty text is not null, so it is guarded
_GUARD = re.compile(rf"{_START}'")
_INT32_MAX = 2**31 - 1
_GUARD_NOTE = (
    "A text that a spreadsheet could take for a formula has an apostrophe before it (also within, after a semicolon), "
    "and so has a text that begins with one."
)


def guarded(text: str) -> str:
    """Return *text* with apostrophes, so that no spreadsheet takes it or a part of it for a formula."""
    return _DANGER.sub("'", text)


def unguarded(cell: str) -> str:
    """Return the text of which ``guarded`` makes *cell*."""
    return _GUARD.sub("", cell)


def write(tables: Mapping[str, pa.Table], about: Mapping[str, str], folder: Path, profile: Profile = BASE) -> None:
    """Write ``<table>.csv`` for every table, ``views/<view>.csv`` and ``datapackage.json`` into a new folder.

    *about* has the name, title, licence and version for the descriptor.
    """
    rows = with_model_columns(tables, profile)
    for specification in specifications(tables, profile):
        path, table = folder / f"{specification.path}.csv", rows[specification.name]
        with new_text(path) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.column_names)
            for row in plain_rows(table):
                writer.writerow([_as_cell(value) for value in row.values()])
    descriptor = _descriptor(specifications(tables, profile), about, profile)
    write_new(folder / "datapackage.json", json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n")


def read(folder: Path, profile: Profile = BASE) -> dict[str, pa.Table]:
    """Return the tables and views that ``write`` wrote into *folder*, by name.

    Raises:
        InvalidDataError: a file is not such a table; of a wrong cell, the message names the line and column.
        SetupError: a file is missing or cannot be read.
        UnsafeInputError: a file is a link, or the descriptor is over a limit.
    """
    tables = {}
    for table in _listed_tables(folder, profile):
        name, path = table.name, folder / f"{table.path}.csv"
        try:
            with open_file(path) as data, TextIOWrapper(data, "utf-8", newline="") as file:
                tables[name] = to_arrow(table, list(_rows(csv.reader(file, strict=True), path, table)))
        except ReadError as refusal:
            raise refusal.of(path) from refusal
        except (csv.Error, UnicodeDecodeError) as error:
            raise InvalidDataError(f"{path} is not CSV in UTF-8: {error}") from error
    return tables


def _listed_tables(folder: Path, profile: Profile) -> list[Table]:
    """Return the tables in the descriptor of *folder*, some of all in an old export."""
    path = folder / "datapackage.json"
    try:
        descriptor = strict_json.parse(read_own(path))
        return specifications((str(resource["name"]) for resource in descriptor["resources"]), profile)
    except (ValueError, LookupError, TypeError) as error:
        raise InvalidDataError(f"{path} lists no tables") from error


def _descriptor(tables: Sequence[Table], about: Mapping[str, str], profile: Profile) -> dict[str, Any]:
    """Return the Data Package descriptor of the files."""
    names = {"name": "name", "title": "title", "data_version": "version"}
    package: dict[str, Any] = {theirs: about[ours] for ours, theirs in names.items() if ours in about}
    if about.get("license", NOT_STATED) != NOT_STATED:
        package["licenses"] = [{"name": about["license"]}]
    package["description"] = " ".join(filter(None, (about.get("citation"), _GUARD_NOTE)))
    return package | {"resources": [_resource(table, profile) for table in tables]}


def _resource(table: Table, profile: Profile) -> dict[str, Any]:
    """Return the resource of a table in the descriptor."""
    return {
        "name": table.name,
        "description": table.description,
        "type": "table",
        "path": f"{table.path}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True},
        "schema": table_schema(table, profile, is_guarded=True),
    }


def _as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _rows(lines: Any, path: Path, table: Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a ``csv.reader`` with their types."""
    names = [field.name for field in table.fields]
    if next(lines, None) != names:
        raise InvalidDataError(f"{path}:1: the header is not that of the table {table.name}: {','.join(names)}")
    for cells in lines:
        if len(cells) != len(names):
            raise InvalidDataError(f"{path}:{lines.line_num}: {len(cells)} cells; expected {len(names)}")
        row = {}
        for field, cell in zip(table.fields, cells, strict=True):
            try:
                row[field.name] = _parsed_cell(field, cell)
            except (ValueError, KeyError) as error:
                what = f"{cell[:40]!r} is no {field.kind}" if cell else "is empty"
                raise InvalidDataError(f"{path}:{lines.line_num}: {field.name}: {what}") from error
        yield row


def _parsed_cell(field: Field, cell: str) -> Any:
    """Return the value of a cell; ValueError or KeyError if the column cannot have it."""
    if not cell:
        if not field.nullable:
            raise ValueError(field.name)
        return None
    parse: dict[str, Callable[[str], Any]] = {
        "int32": _int32, "double": float, "bool": {"true": True, "false": False}.__getitem__,
        "date32": dt.date.fromisoformat,
    }  # fmt: skip
    return parse.get(field.kind, unguarded)(cell)


def _int32(cell: str) -> int:
    if not re.fullmatch("-?[0-9]{1,10}", cell) or not -_INT32_MAX - 1 <= int(cell) <= _INT32_MAX:
        raise ValueError(cell)
    return int(cell)
