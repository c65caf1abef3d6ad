"""Imports spreadsheets into a dataset: all of their records, or none, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from news_dataset.collection import Collection
from news_dataset.curate import Refusal
from news_dataset.curate.anchor import IN_CONTENT
from news_dataset.curate.draft import next_number
from news_dataset.curate.writing import Data, find_words, open_words, write_records
from news_dataset.entries import Entry, entries_of
from news_dataset.importers import csv
from news_dataset.importers.imported import Imported
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document
from news_dataset.source_form import expand
from news_dataset.spans import PERMITTING
from news_dataset.validation import checked

_IGNORED = {"unanchored", "misnamed_file"}  # reported with the words that are not found; not for spreadsheets


def import_sheets(folder: Path, source: Path, text: Path | None) -> Imported:
    """Import records from spreadsheets; arguments and errors as ``Dataset.import_from``."""
    dataset = Collection.open(folder, text=text)
    sheets = list(csv.read(source, dataset.profile))
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
    """An import of spreadsheets into a dataset; ``textless`` are the articles of which a missing text is reported."""

    dataset: Collection
    documents: list[Document] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    records: dict[str, Data] = field(default_factory=dict)
    textless: set[str] = field(default_factory=set)

    def add(self, kind: str, document: Document) -> None:
        """Add the records of a document: number those without an id, and find their words."""
        for number, data in enumerate(document.data):
            is_numbered = "id" not in data
            if is_numbered and (id_ := self.next_id(kind, data)):
                document.data[number] = data = {"id": id_, **data}
            self.find_words_of(kind, data, document, f"/{number}")
            if is_numbered and (twin := self.twin_of(kind, data)):
                self.refuse(document, f"/{number}", f"is there already: {twin}", "duplicate_id", "remove the line")
            self.records.setdefault(str(data.get("id")), data)
        self.documents.append(document)
        version = self.dataset.description.schema_version if self.dataset.description else SCHEMA_VERSION
        self.entries += entries_of(document, kind, version, self.dataset.profile)[0]

    def next_id(self, kind: str, data: Data) -> str:
        """Return the next free id of a record that is numbered in an article; empty where none is named."""
        article = data.get("article") or f"article/{''.join(str(data.get('target', '')).split('/')[1:2])}"
        slug = str(article).partition("/")[2]
        prefix = f"{kind}/{slug}/"
        own = [id_.removeprefix(prefix) for id_ in self.records if id_.startswith(prefix)]
        following = [int(id_) + 1 for id_ in own if id_.isdecimal()]
        return f"{prefix}{max([next_number(self.dataset, prefix), *following]):02d}" if slug else ""

    def find_words_of(self, kind: str, data: Data, document: Document, pointer: str) -> None:
        """Find the words of a record in the text of its article."""
        article = str(expand(data, self.dataset.profile.by_type[kind]).data.get("article"))
        text, entry = self.dataset.texts.get(article), self.dataset.by_id.get(article)
        if entry is None or not open_words(data):
            return
        if text is None or entry.data.get("text_sha256") != text.sha256:
            message = (
                f"{text.path} is not, or not yet, the text of {article}" if text else f"{article} has no text here"
            )
            next_step = f"carry {article}" if entry.data.get("text_sha256") else "anchor"
            hint = f"news-dataset {next_step} --text {text.path}" if text else "give --text FILE or FOLDER"
            if article not in self.textless:
                self.refuse(document, f"{pointer}/evidence", message, "wrong_text" if text else "unanchored", hint)
            self.textless.add(article)
            return
        for below, error in find_words(data, text, keeps_words=entry.data.get("rights") in PERMITTING):
            hint = "write its number behind the words: [1]; or [after: other words]" if error.candidates else error.hint
            hint = "write behind the words: [in: content]" if error.hint == IN_CONTENT else hint
            self.refuse(document, pointer + below, str(error), "unanchored", hint, error.candidates)

    def twin_of(self, kind: str, data: Data) -> str:
        """Return the id of a record that differs only in its id, from an earlier import; empty if there is none."""
        record = expand(data, self.dataset.profile.by_type[kind]).data
        return next(
            (entry.id for entry in self.dataset.of(kind) if entry.data | {"id": record.get("id")} == record), ""
        )

    def check(self) -> None:
        """Run every check on the dataset with the new records, and refuse these for their own issues."""
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
