"""Imports spreadsheets into a dataset: statements, assessments and sources, all of their records, or none and why.

A file is read as a document of records in the source form. Places are those of the spreadsheet: the line, and the
number of the column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from news_dataset.checks import CODES
from news_dataset.checks.other_text import other_text_hint
from news_dataset.collection import Collection
from news_dataset.curate import Refusal
from news_dataset.curate.anchor import IN_CONTENT
from news_dataset.curate.draft import is_number, next_number
from news_dataset.curate.writing import Data, find_words, has_open_words, write_records
from news_dataset.entries import Entry, entries_of
from news_dataset.files import MAX_TEXT_BYTES, Problem, ReadError, decode, read_bytes
from news_dataset.importers.imported import Imported
from news_dataset.importers.inputs import BYTE_ORDER_MARK
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import Document
from news_dataset.reader.document import MAX_PROBLEMS, counted, step
from news_dataset.records import Record
from news_dataset.sheets import LIST_SEPARATOR, SHEETS, SheetColumn, evidence_column, sheet_columns
from news_dataset.source_form import FRAGMENTS, expand, role_keys, spans_of
from news_dataset.spans import FIND, PERMITTING
from news_dataset.validation import checked

MENTIONS = " | "
"""The separator of the mentions in one cell of words."""

_ANCHOR = re.compile(r"(.*?)\s*\[(?:([0-9]+)|(after|in): *(.+))\]", re.DOTALL)

_IGNORED = {"unanchored", "misnamed_file"}  # reported with the words that are not found; not for spreadsheets

Row = tuple[int, dict[int, str]]
"""A line of the file, and its cells that are not empty by their number."""


def read_sheets(source: Path, profile: Profile) -> Iterator[tuple[str, Document, list[Issue]]]:
    """Yield the type of the records, the records and the issues of each file.

    Args:
        source: a folder with ``statements.csv``, ``assessments.csv`` or ``sources.csv``, or one of these files.
        profile: the profile of the dataset.

    Raises:
        FileNotFoundError: there is none.
    """
    paths = [source / f"{name}.csv" for name in SHEETS] if source.is_dir() else [source]
    present = [path for path in paths if path.exists() and path.suffix == ".csv" and path.stem in SHEETS]
    if not present:
        wanted = "expected statements.csv, assessments.csv or sources.csv"
        raise FileNotFoundError(f"{source}: {wanted}; news-dataset export --to csv-template -o FOLDER writes templates")
    for path in present:
        reader = _SheetReader(path, profile.by_table[path.stem])
        try:
            reader.read()
        except ReadError as refusal:
            reader.refuse(refusal.problem)
        document = Document(str(path), reader.records, reader.places, {})
        yield reader.model.record_type, document, reader.issues


class _SheetReader:
    """Reads one file."""

    def __init__(self, path: Path, model: type[Record]) -> None:
        self.path, self.model, self.columns = path, model, sheet_columns(model)
        self.records: list[dict[str, Any]] = []
        self.places: dict[str, tuple[int, int]] = {}
        self.issues: list[Issue] = []

    def refuse(self, problem: Problem) -> None:
        """Add a problem to the issues of the file."""
        issue = Issue(str(self.path), problem.message, code=problem.code, hint=problem.hint, line=problem.line,
                      column=problem.column, exit_code=CODES[problem.code].exit_code)  # fmt: skip
        self.issues.append(issue)

    def read(self) -> None:
        """Read the header, then a record, or a part of one, from each line.

        Raises:
            ReadError: the file is not UTF-8, not CSV or too large.
        """
        rows = self.read_rows(decode(read_bytes(self.path, MAX_TEXT_BYTES).removeprefix(BYTE_ORDER_MARK)))
        _, names = next(rows, (1, {}))
        header = self.read_header(names)
        if self.issues:
            return
        for line, cells in rows:
            if beyond := sorted(cells.keys() - header.keys()):
                self.refuse(Problem("unknown_key", f"{cells[beyond[0]]!r} is below no header", line, beyond[0]))
            elif cells:
                self.add_row(line, {number: (header[number], cell) for number, cell in cells.items()})
        for number, data in enumerate(self.records):
            self.order_participants(data, f"/{number}/evidence")

    def read_rows(self, text: str) -> Iterator[Row]:
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

    def read_header(self, names: dict[int, str]) -> dict[int, SheetColumn]:
        """Return the columns by number, from 1; refuse unknown, repeated and missing ones."""
        columns: dict[int, SheetColumn] = {}
        taken, unknown = set[SheetColumn](), dict[int, str]()
        for number, written in names.items():
            name = " ".join(written.lower().split())
            column = self.columns.get(name) or self.columns.get(name.replace(" ", "_")) or self.evidence_column_of(name)
            if column is None:
                unknown[number] = name
            elif column in taken:
                self.refuse(Problem("duplicate_key", f"there are two columns {column.name}", 1, number))
            else:
                columns[number] = column
                taken.add(column)
        first = dict(islice(unknown.items(), MAX_PROBLEMS + 1))
        problems = [self.unknown_column(names[number], name, number) for number, name in first.items()]
        for problem in counted(problems, len(unknown)):
            self.refuse(problem)
        present = {column.name for column in columns.values()}
        for name, column in self.columns.items():
            if column.required and name not in present and not get_close_matches(name, first.values(), 1):
                self.refuse(Problem("missing_key", f"there is no column {name}", 1, 1, column.description))
        return columns

    def unknown_column(self, written: str, name: str, number: int) -> Problem:
        """Return the problem of a header that names no column; *name* is it in lower case, *number* where it is."""
        near = get_close_matches(name, self.columns, 1)
        hint = f"did you mean {near[0]}?" if near else "columns.csv of the csv-template lists them"
        return Problem("unknown_key", f"{written} is no column of {self.path.name}", 1, number, hint)

    def evidence_column_of(self, name: str) -> SheetColumn | None:
        """Return a column of words beyond the templates, such as ``source 1,2 words``."""
        return evidence_column(name) if self.path.stem == "statements" else None

    def order_participants(self, data: dict[str, Any], base: str) -> None:
        """Put speakers before other participants, and number the first addressee."""
        data |= {key: data.pop(key) for key in role_keys(self.model) if key in data}
        evidence = data.get("evidence", {})
        if "addressee" in evidence:
            key = f"addressee {len(data.get('speakers', ())) + 1}"
            data["evidence"] = {key if role == "addressee" else role: words for role, words in evidence.items()}
            self.places[step(base, key)] = self.places.pop(step(base, "addressee"))

    def add_row(self, line: int, cells: dict[int, tuple[SheetColumn, str]]) -> None:
        """Add a record, or rows of the record above if a line holds nothing else."""
        is_part = self.records and all(column.child and column.field != "evidence" for column, _ in cells.values())
        if not is_part:
            self.records.append({})
            self.places[f"/{len(self.records) - 1}"] = line, 1
        data, base = self.records[-1], f"/{len(self.records) - 1}"
        children: dict[str, dict[str, Any]] = {}
        for number, (column, cell) in cells.items():
            value, pointer = _parse_cell(column, cell), f"{base}/{column.field}"
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
        for name, row in children.items():
            data.setdefault(name, []).append(row)


def _parse_cell(column: SheetColumn, cell: str) -> Any:
    """Return the value of a cell by the kind of its column; a bad one stays a text."""
    if column.kind == "list":
        return [item.strip() for item in cell.split(LIST_SEPARATOR) if item.strip()]
    if column.kind == "words":
        mentions = [_parse_mention(words) for words in cell.split(MENTIONS)]
        return mentions if len(mentions) > 1 else mentions[0]
    if column.kind == "number":
        with suppress(ValueError):
            return int(cell) if re.fullmatch("[+-]?[0-9]+", cell) else float(cell)
    if column.kind == "flag" and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    return cell


def _parse_mention(words: str) -> Any:
    """Return the span in a cell, or the words to be found, with number or anchor."""
    if spans_of(words):
        return words
    match = _ANCHOR.fullmatch(words)
    anchor = {} if not match else {"nth": int(match[2])} if match[2] else {match[3]: match[4]}
    parts = (match[1] if match else words).split(FRAGMENTS)
    return {FIND: parts if len(parts) > 1 else parts[0], **anchor}


def import_sheets(folder: Path, source: Path, text: Path | None) -> Imported:
    """Import spreadsheets; arguments and errors as ``Dataset.import_from``."""
    dataset = Collection.open(folder, text=text)
    sheets = list(read_sheets(source, dataset.profile))
    if issues := [Refusal(issue) for _, _, issues_of_sheet in sheets for issue in issues_of_sheet]:
        return Imported(refusals=tuple(issues))
    importer = _Import(dataset)
    for kind, document, _ in sheets:
        importer.add(kind, document)
    importer.check()
    refusals = tuple(sorted(importer.refusals, key=_place))
    imported = Imported(refusals=refusals)
    if not imported.report.ok:
        return imported
    files = write_records(importer.dataset, folder, importer.records)
    return replace(imported, files=files, counts={"records": len(files)})


def _place(refusal: Refusal) -> tuple[str, int, int]:
    return refusal.issue.path, refusal.issue.line, refusal.issue.column


@dataclass
class _Import:
    """An import of spreadsheets.

    ``textless`` are articles reported to lack a text, ``numbers`` the next free ones after a prefix of ids.
    """

    dataset: Collection
    documents: list[Document] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    records: dict[str, Data] = field(default_factory=dict)
    textless: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, document: Document) -> None:
        """Add the records of a document: number those without an id, and find their words."""
        for number, data in enumerate(document.data):
            is_numbered = "id" not in data
            if is_numbered and (id_ := self.next_id(kind, data)):
                document.data[number] = data = {"id": id_, **data}
            self.find_words_of(kind, data, document, f"/{number}")
            if is_numbered and (twin := self.twin_of(kind, data)):
                self.refuse(document, f"/{number}", f"is there already: {twin}", "duplicate_id", "remove the line")
            above, _, last = str(data.get("id")).rpartition("/")
            if is_number(last):
                self.numbers[f"{above}/"] = max(self.next_number(f"{above}/"), int(last) + 1)
            self.records.setdefault(str(data.get("id")), data)
        self.documents.append(document)
        version = self.dataset.description.schema_version if self.dataset.description else SCHEMA_VERSION
        self.entries += entries_of(document, kind, version, self.dataset.profile)[0]

    def next_id(self, kind: str, data: Data) -> str:
        """Return the next free id in the article of a record; empty if it names none."""
        article = data.get("article") or f"article/{''.join(str(data.get('target', '')).split('/')[1:2])}"
        slug = str(article).partition("/")[2]
        prefix = f"{kind}/{slug}/"
        return f"{prefix}{self.next_number(prefix):02d}" if slug else ""

    def next_number(self, prefix: str) -> int:
        """Return the next free number of an id with a prefix, in the dataset and in the spreadsheets."""
        return self.numbers.get(prefix) or next_number(self.dataset, prefix)

    def find_words_of(self, kind: str, data: Data, document: Document, pointer: str) -> None:
        """Find the words of a record in the text of its article."""
        article = str(expand(data, self.dataset.profile.by_type[kind]).data.get("article"))
        text, entry = self.dataset.texts.get(article), self.dataset.by_id.get(article)
        if entry is None or not has_open_words(data):
            return
        if text is None or entry.data.get("text_sha256") != text.sha256:
            wrong = f"{text.path} is not, or not yet, the text of {article}" if text else ""
            message = wrong or f"{article} has no text here"
            hint = other_text_hint(entry.data, text, entry.document.path) if text else "give --text FILE or FOLDER"
            if article not in self.textless:
                self.refuse(document, f"{pointer}/evidence", message, "wrong_text" if text else "unanchored", hint)
            self.textless.add(article)
            return
        for below, error in find_words(data, text, keeps_words=entry.data.get("rights") in PERMITTING):
            hint = "write its number behind the words: [1]; or [after: other words]" if error.candidates else error.hint
            hint = "write behind the words: [in: content]" if error.hint == IN_CONTENT else hint
            self.refuse(document, pointer + below, str(error), "unanchored", hint, error.candidates)

    def twin_of(self, kind: str, data: Data) -> str:
        """Return the id of a record that differs only in its id; empty if there is none."""
        record = expand(data, self.dataset.profile.by_type[kind]).data
        return next(
            (entry.id for entry in self.dataset.of(kind) if entry.data | {"id": record.get("id")} == record), ""
        )

    def check(self) -> None:
        """Run every check on the dataset with the new records; refuse these for issues."""
        whole = replace(self.dataset, documents=(*self.dataset.documents, *self.documents),
                        entries=(*self.dataset.entries, *self.entries))  # fmt: skip
        paths = {document.path for document in self.documents}
        issues = (issue for issue in checked(whole) if issue.path in paths and issue.code not in _IGNORED)
        self.refusals += map(Refusal, issues)

    def refuse(
        self, document: Document, pointer: str, message: str, code: str, hint: str, candidates: tuple[str, ...] = ()
    ) -> None:
        """Refuse something at a pointer in a document."""
        line, column = document.place(pointer)
        issue = Issue(document.path, message, pointer, code, hint, line=line, column=column)
        self.refusals.append(Refusal(issue, candidates))
