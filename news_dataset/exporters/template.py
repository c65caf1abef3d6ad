"""Empty spreadsheets to write records in, and one that says what each of their columns holds."""

from __future__ import annotations

import csv
from pathlib import Path

from news_dataset.filesystem import new_text
from news_dataset.profile import Profile
from news_dataset.sheets import LISTED, SHEETS, sheet_columns

_HINTS = {
    "list": f"Several are divided by {LISTED}",
    "words": "Copy them from the text; a number in brackets behind them is the place: Example [2]",
}


def write(folder: Path, profile: Profile) -> None:
    """Write a file with a header for each spreadsheet, and ``columns.csv``, into a new folder."""
    rows = [["sheet", "column", "required", "description", "codes"]]
    for name in SHEETS:
        found = sheet_columns(profile.by_table[name]).values()
        _write(folder / f"{name}.csv", [[one.name for one in found]])
        for one in found:
            about = " ".join(filter(None, (one.description, _HINTS.get(one.kind, "") and f"{_HINTS[one.kind]}.")))
            rows.append([name, one.name, "yes" if one.required else "", about, f"{LISTED} ".join(one.codes)])
    _write(folder / "columns.csv", rows)


def _write(path: Path, rows: list[list[str]]) -> None:
    with new_text(path, "utf-8-sig") as file:  # with a mark, by which Excel knows UTF-8
        csv.writer(file, lineterminator="\n").writerows(rows)
