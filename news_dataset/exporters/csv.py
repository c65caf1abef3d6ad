"""CSV: a file per table that spreadsheets open safely and that ``read`` turns back into the same tables.

UTF-8 without a byte order mark, a header, lines that end in LF, cells quoted where they must be; null is an empty cell,
a day is ISO 8601, a truth value true or false. A spreadsheet takes a cell that begins with =, +, - or @ for a formula;
such a text gets an apostrophe before it, and so does a text that begins with one, so that the apostrophe can be taken
off again. The same holds within a text after a semicolon, since where the comma is the decimal sign spreadsheets may
take that for the end of a cell. ``datapackage.json`` describes the files (Data Package, Table Schema).
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
from news_dataset.exporters.rows import fitted, plain_rows, specified
from news_dataset.files import ReadError, open_file, read_own
from news_dataset.filesystem import new_text, write_new
from news_dataset.profile import BASE, Profile
from news_dataset.table_schema import table_schema
from news_dataset.tabular import Field, Table, to_arrow

if TYPE_CHECKING:
    import pyarrow as pa

_START = r"(?:^|(?<=[;\t\r\n]))"  # of what some spreadsheet takes for a cell
_UNSEEN = r"[\s\"'\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*"  # what may stand before the sign, as OWASP advises
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # also their full-width forms
_DANGER = re.compile(rf"{_START}(?=['\t\r\n]|{_UNSEEN}[{_SIGNS}])|\A\Z")  # an empty text is not null, so it is guarded
_GUARD = re.compile(rf"{_START}'")
_LAST = 2**31 - 1
_GUARD_NOTE = (
    "A text that a spreadsheet could take for a formula has an apostrophe before it (also within, after a semicolon), "
    "and so has a text that begins with one."
)


def guarded(text: str) -> str:
    """Return *text* so that no spreadsheet takes it, or a part of it, for a formula."""
    return _DANGER.sub("'", text)


def unguarded(cell: str) -> str:
    """Return the text that ``guarded`` made *cell* of."""
    return _GUARD.sub("", cell)


def write(tables: Mapping[str, pa.Table], about: Mapping[str, str], folder: Path, profile: Profile = BASE) -> None:
    """Write ``<table>.csv`` for every table, ``views/<view>.csv`` and ``datapackage.json`` into a new folder.

    Args:
        tables: the tables and views by name.
        about: what the descriptor says of the dataset.
        folder: the folder, which is made.
        profile: the profile of the dataset.
    """
    rows = fitted(tables, profile)
    for one in specified(tables, profile):
        path, table = folder / f"{one.path}.csv", rows[one.name]
        with new_text(path) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.column_names)
            for row in plain_rows(table):
                writer.writerow([_cell(value) for value in row.values()])
    described = _descriptor(specified(tables, profile), about, profile)
    write_new(folder / "datapackage.json", json.dumps(described, indent=2, ensure_ascii=False) + "\n")


def read(folder: Path, profile: Profile = BASE) -> dict[str, pa.Table]:
    """Return the tables and views that ``write`` made *folder* of, by name, with types and apostrophes undone.

    Raises:
        InvalidDataError: a file is not such a table; the message names the line and column.
        SetupError: a file cannot be read.
    """
    found = {}
    for table in _listed(folder, profile):
        name, path = table.name, folder / f"{table.path}.csv"
        try:
            with open_file(path) as data, TextIOWrapper(data, "utf-8", newline="") as file:
                found[name] = to_arrow(table, list(_rows(csv.reader(file, strict=True), path, table)))
        except ReadError as refusal:
            raise refusal.of(path) from refusal
        except (csv.Error, UnicodeDecodeError) as error:
            raise InvalidDataError(f"{path} is not CSV in UTF-8: {error}") from error
    return found


def _listed(folder: Path, profile: Profile) -> list[Table]:
    """Return the tables that the descriptor in *folder* lists; an export of an older version has fewer."""
    path = folder / "datapackage.json"
    try:
        found = strict_json.parse(read_own(path))
        return specified((str(one["name"]) for one in found["resources"]), profile)
    except (ValueError, LookupError, TypeError) as error:
        raise InvalidDataError(f"{path} lists no tables") from error


def _descriptor(tables: Sequence[Table], about: Mapping[str, str], profile: Profile) -> dict[str, Any]:
    """Return the Data Package descriptor of the files."""
    names = {"name": "name", "title": "title", "data_version": "version"}
    package: dict[str, Any] = {new: about[old] for old, new in names.items() if old in about}
    if about.get("license", NOT_STATED) != NOT_STATED:
        package["licenses"] = [{"name": about["license"]}]
    package["description"] = " ".join(filter(None, (about.get("citation"), _GUARD_NOTE)))
    return package | {"resources": [_resource(table, profile) for table in tables]}


def _resource(table: Table, profile: Profile) -> dict[str, Any]:
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


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _rows(lines: Any, path: Path, table: Table) -> Iterator[dict[str, Any]]:
    names = [field.name for field in table.fields]
    if next(lines, None) != names:
        raise InvalidDataError(f"{path}:1: the header is not that of the table {table.name}: {','.join(names)}")
    for cells in lines:
        if len(cells) != len(names):
            raise InvalidDataError(f"{path}:{lines.line_num}: {len(cells)} cells where {len(names)} belong")
        row = {}
        for field, cell in zip(table.fields, cells, strict=True):
            try:
                row[field.name] = _value(field, cell)
            except (ValueError, KeyError) as error:
                what = f"{cell[:40]!r} is no {field.kind}" if cell else "is empty"
                raise InvalidDataError(f"{path}:{lines.line_num}: {field.name}: {what}") from error
        yield row


def _value(field: Field, cell: str) -> Any:
    if not cell:
        if not field.nullable:
            raise ValueError(field.name)
        return None
    parse: dict[str, Callable[[str], Any]] = {
        "int32": _integer, "double": float, "bool": {"true": True, "false": False}.__getitem__,
        "date32": dt.date.fromisoformat,
    }  # fmt: skip
    return parse.get(field.kind, unguarded)(cell)


def _integer(cell: str) -> int:
    if not re.fullmatch("-?[0-9]{1,10}", cell) or not -_LAST - 1 <= int(cell) <= _LAST:
        raise ValueError(cell)
    return int(cell)
