"""Empty spreadsheets to write records in, and one that describes each of their columns."""

from __future__ import annotations

import csv
from pathlib import Path

from news_dataset.filesystem import new_text
from news_dataset.profile import Profile
from news_dataset.sheets import LIST_SEPARATOR, SHEETS, sheet_columns

_HINTS = {
    "list": f"Several are divided by {LIST_SEPARATOR}",
    "words": "Copy them from the text; a number in brackets behind them is the place: Example [2]",
}


def write(folder: Path, profile: Profile) -> None:
    """Write each spreadsheet with only its header, and ``columns.csv``, into a new folder."""
    rows = [["sheet", "column", "required", "description", "codes"]]
    for name in SHEETS:
        columns = sheet_columns(profile.by_table[name]).values()
        _write_csv(folder / f"{name}.csv", [[column.name for column in columns]])
        for column in columns:
            hint = f"{_HINTS[column.kind]}." if column.kind in _HINTS else ""
            about = " ".join(filter(None, (column.description, hint)))
            rows.append(
                [name, column.name, "yes" if column.required else "", about, f"{LIST_SEPARATOR} ".join(column.codes)]
            )
    _write_csv(folder / "columns.csv", rows)


def _write_csv(path: Path, rows: list[list[str]]) -> None:
    with new_text(path, "utf-8-sig") as file:  # Excel recognizes UTF-8 only by the byte order mark
        csv.writer(file, lineterminator="\n").writerows(rows)
