"""CSV: statements, assessments and sources from a spreadsheet, as documents of records in the source form.

Places are those of the spreadsheet: the line, and the number of the column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from news_dataset.checks import CODES
from news_dataset.files import MAX_TEXT_BYTES, Problem, ReadError, decode, read_bytes
from news_dataset.issues import Issue
from news_dataset.profile import Profile
from news_dataset.reader import Document
from news_dataset.reader.document import step
from news_dataset.records import Record
from news_dataset.sheets import LIST_SEPARATOR, SHEETS, SheetColumn, evidence_column, sheet_columns
from news_dataset.source_form import FRAGMENTS, role_keys, spans_of
from news_dataset.spans import FIND

MENTIONS = " | "
"""What stands between the mentions in one cell of words."""

_BOM = b"\xef\xbb\xbf"
_PLACE = re.compile(r"(.*?)\s*\[(?:([0-9]+)|(after|in): *(.+))\]", re.DOTALL)

Row = tuple[int, dict[int, str]]
"""A line of the file, and its cells that are not empty by their number."""


def read(source: Path, profile: Profile) -> Iterator[tuple[str, Document, list[Issue]]]:
    """Yield for each file the type of its records, these, and what is wrong with the file.

    Args:
        source: a folder with ``statements.csv``, ``assessments.csv`` or ``sources.csv``, or one of these files.
        profile: the profile of the dataset.

    Raises:
        FileNotFoundError: there is none.
    """
    paths = [source / f"{name}.csv" for name in SHEETS] if source.is_dir() else [source]
    found = [path for path in paths if path.exists() and path.suffix == ".csv" and path.stem in SHEETS]
    if not found:
        wanted = "expected statements.csv, assessments.csv or sources.csv"
        raise FileNotFoundError(f"{source}: {wanted}; news-dataset export --to csv-template -o FOLDER writes templates")
    for path in found:
        reading = _Reading(path, profile.by_table[path.stem])
        try:
            reading.read()
        except ReadError as refusal:
            reading.problem(refusal.problem)
        document = Document(str(path), reading.records, reading.places, {})
        yield reading.model.record_type, document, reading.issues


class _Reading:
    """Reads one file."""

    def __init__(self, path: Path, model: type[Record]) -> None:
        self.path, self.model, self.known = path, model, sheet_columns(model)
        self.records: list[dict[str, Any]] = []
        self.places: dict[str, tuple[int, int]] = {}
        self.issues: list[Issue] = []

    def problem(self, problem: Problem) -> None:
        """Add something that is wrong with the file."""
        issue = Issue(str(self.path), problem.message, code=problem.code, hint=problem.hint, line=problem.line,
                      column=problem.column, exit_code=CODES[problem.code].exit_code)  # fmt: skip
        self.issues.append(issue)

    def read(self) -> None:
        """Read the header, and then a record or a part of one from each line.

        Raises:
            ReadError: the file is not UTF-8, not CSV or too large.
        """
        rows = self.rows(decode(read_bytes(self.path, MAX_TEXT_BYTES).removeprefix(_BOM)))
        _, names = next(rows, (1, {}))
        header = self.header(names)
        if self.issues:
            return
        for line, cells in rows:
            if beyond := sorted(cells.keys() - header.keys()):
                self.problem(Problem("unknown_key", f"{cells[beyond[0]]!r} is below no header", line, beyond[0]))
            elif cells:
                self.row(line, {number: (header[number], cell) for number, cell in cells.items()})
        for number, data in enumerate(self.records):
            self.order(data, f"/{number}/evidence")

    def rows(self, text: str) -> Iterator[Row]:
        """Yield the cells of each line.

        Raises:
            ReadError: it is not CSV.
        """
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
        try:
            for cells in reader:
                yield line, {number: cell.strip() for number, cell in enumerate(cells, 1) if cell.strip()}
                line = reader.line_num + 1
        except csv.Error as error:
            raise ReadError("bad_syntax", f"is not CSV: {error}", (line, 1), "save it as CSV UTF-8") from error

    def header(self, names: dict[int, str]) -> dict[int, SheetColumn]:
        """Return the columns by number, if the file has all that it needs and no other."""
        found: dict[int, SheetColumn] = {}
        for number, written in names.items():
            name = " ".join(written.lower().split())
            column = self.known.get(name) or self.known.get(name.replace(" ", "_")) or self.evidence(name)
            if column is None:
                near = get_close_matches(name, self.known, 1)
                hint = f"did you mean {near[0]}?" if near else "columns.csv of the csv-template lists them"
                self.problem(Problem("unknown_key", f"{written} is no column of {self.path.name}", 1, number, hint))
            elif column in found.values():
                self.problem(Problem("duplicate_key", f"there are two columns {column.name}", 1, number))
            else:
                found[number] = column
        there, unknown = {column.name for column in found.values()}, [names[one] for one in names.keys() - found.keys()]
        for name, column in self.known.items():
            if column.required and name not in there and not get_close_matches(name, unknown, 1):
                self.problem(Problem("missing_key", f"there is no column {name}", 1, 1, column.description))
        return found

    def evidence(self, name: str) -> SheetColumn | None:
        """Return a column of words that the templates do not have, such as ``source 1,2 words``."""
        return evidence_column(name) if self.path.stem == "statements" else None

    def order(self, data: dict[str, Any], base: str) -> None:
        """Put speakers before the other participants, however the columns are ordered; number the first addressee."""
        data |= {key: data.pop(key) for key in role_keys(self.model) if key in data}
        evidence = data.get("evidence", {})
        if "addressee" in evidence:
            key = f"addressee {len(data.get('speakers', ())) + 1}"
            data["evidence"] = {key if role == "addressee" else role: words for role, words in evidence.items()}
            self.places[step(base, key)] = self.places.pop(step(base, "addressee"))

    def row(self, line: int, cells: dict[int, tuple[SheetColumn, str]]) -> None:
        """Add a record; or rows of the record above, where a line holds nothing else."""
        is_part = self.records and all(column.child and column.field != "evidence" for column, _ in cells.values())
        if not is_part:
            self.records.append({})
            self.places[f"/{len(self.records) - 1}"] = line, 1
        data, base = self.records[-1], f"/{len(self.records) - 1}"
        children: dict[str, dict[str, Any]] = {}
        for number, (column, cell) in cells.items():
            value, pointer = _value(column, cell), f"{base}/{column.field}"
            if not column.child:
                data[column.field if column.kind != "list" else column.name] = value
                pointer = step(base, column.name)
            elif column.field == "evidence":
                data.setdefault("evidence", {})[column.child] = value
                pointer = step(pointer, column.child)
            else:
                pointer = f"{pointer}/{len(data.get(column.field, ()))}"
                self.places.setdefault(pointer, (line, number))
                row = children.setdefault(column.field, {})
                row |= value if column.kind == "words" and isinstance(value, dict) else {column.child: value}
                pointer = step(pointer, column.child)
            self.places[pointer] = line, number
        for field, row in children.items():
            data.setdefault(field, []).append(row)


def _value(column: SheetColumn, cell: str) -> Any:
    if column.kind == "list":
        return [item.strip() for item in cell.split(LIST_SEPARATOR) if item.strip()]
    if column.kind == "words":
        mentions = [_mention(words) for words in cell.split(MENTIONS)]
        return mentions if len(mentions) > 1 else mentions[0]
    if column.kind == "number":
        with suppress(ValueError):
            return int(cell) if re.fullmatch("[+-]?[0-9]+", cell) else float(cell)
    if column.kind == "flag" and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    return cell


def _mention(words: str) -> Any:
    """Return where the words of a cell are: a span that is found already, or what is to be found."""
    if spans_of(words):
        return words
    found = _PLACE.fullmatch(words)
    where = {} if not found else {"nth": int(found[2])} if found[2] else {found[3]: found[4]}
    parts = (found[1] if found else words).split(FRAGMENTS)
    return {FIND: parts if len(parts) > 1 else parts[0], **where}
