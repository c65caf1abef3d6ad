"""Spreadsheets, brought into a dataset: all of their records, or none and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from news_dataset.collection import Collection
from news_dataset.curate import Refusal
from news_dataset.curate.anchor import IN_CONTENT
from news_dataset.curate.draft import next_number
from news_dataset.curate.writing import Data, find_words, has_open_words, write_records
from news_dataset.entries import Entry, entries_of
from news_dataset.importers import csv
from news_dataset.importers.imported import Imported
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document
from news_dataset.source_form import expand
from news_dataset.spans import PERMITTING
from news_dataset.validation import checked

_ELSEWHERE = {"unanchored", "misnamed_file"}  # said with the words that were not found; true of no spreadsheet


def import_sheets(folder: Path, source: Path, text: Path | None) -> Imported:
    """Import records from spreadsheets; arguments and errors as ``Dataset.import_from``."""
    dataset = Collection.open(folder, text=text)
    found = list(csv.read(source, dataset.profile))
    if issues := [Refusal(issue) for _, _, some in found for issue in some]:
        return Imported(refusals=tuple(issues))
    import_ = _Import(dataset)
    for kind, document, _ in found:
        import_.add(kind, document)
    import_.check()
    refusals = tuple(sorted(import_.refusals, key=lambda one: (one.issue.path, one.issue.line, one.issue.column)))
    done = Imported(refusals=refusals)
    if not done.report.ok:
        return done
    files = write_records(import_.dataset, folder, import_.records)
    return replace(done, files=files, counts={"records": len(files)})


@dataclass
class _Import:
    """Records on their way into a dataset."""

    dataset: Collection
    documents: list[Document] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    records: dict[str, Data] = field(default_factory=dict)
    textless: set[str] = field(default_factory=set)

    def add(self, kind: str, document: Document) -> None:
        """Add the records of a document: those without an id are numbered, and their words are found."""
        for number, data in enumerate(document.data):
            is_numbered = "id" not in data
            if is_numbered and (identity := self.next_id(kind, data)):
                document.data[number] = data = {"id": identity, **data}
            self.find(kind, data, document, f"/{number}")
            if is_numbered and (twin := self.twin(kind, data)):
                self.refuse(document, f"/{number}", f"is there already: {twin}", "duplicate_id", "remove the line")
            self.records.setdefault(str(data.get("id")), data)
        about = self.dataset.description
        self.documents.append(document)
        version = about.schema_version if about else SCHEMA_VERSION
        self.entries += entries_of(document, kind, version, self.dataset.profile)[0]

    def next_id(self, kind: str, data: Data) -> str:
        """Return the next free id of a record that is numbered in an article; empty where none is named."""
        article = data.get("article") or f"article/{''.join(str(data.get('target', '')).split('/')[1:2])}"
        slug = str(article).partition("/")[2]
        prefix = f"{kind}/{slug}/"
        own = [one.removeprefix(prefix) for one in self.records if one.startswith(prefix)]
        following = [int(one) + 1 for one in own if one.isdecimal()]
        return f"{prefix}{max([next_number(self.dataset, prefix), *following]):02d}" if slug else ""

    def find(self, kind: str, data: Data, document: Document, at: str) -> None:
        """Find the words of a record in the text of its article."""
        article = str(expand(data, self.dataset.profile.by_type[kind]).data.get("article"))
        text, entry = self.dataset.texts.get(article), self.dataset.by_id.get(article)
        if entry is None or not has_open_words(data):
            return
        if text is None or entry.data.get("text_sha256") != text.sha256:
            why = f"{text.path} is not, or not yet, the text of {article}" if text else f"{article} has no text here"
            next_step = f"carry {article}" if entry.data.get("text_sha256") else "anchor"
            hint = f"news-dataset {next_step} --text {text.path}" if text else "give --text FILE or FOLDER"
            if article not in self.textless:
                self.refuse(document, f"{at}/evidence", why, "wrong_text" if text else "unanchored", hint)
            self.textless.add(article)
            return
        for pointer, error in find_words(data, text, keeps_words=entry.data.get("rights") in PERMITTING):
            hint = "write its number behind the words: [1]; or [after: other words]" if error.candidates else error.hint
            hint = "write behind the words: [in: content]" if error.hint == IN_CONTENT else hint
            self.refuse(document, at + pointer, str(error), "unanchored", hint, error.candidates)

    def twin(self, kind: str, data: Data) -> str:
        """Return the id of a record that says just the same, from an earlier import; empty where there is none."""
        record = expand(data, self.dataset.profile.by_type[kind]).data
        return next((one.id for one in self.dataset.of(kind) if one.data | {"id": record.get("id")} == record), "")

    def check(self) -> None:
        """Run every check on the dataset with the new records; keep what is found in these."""
        whole = replace(self.dataset, documents=(*self.dataset.documents, *self.documents),
                        entries=(*self.dataset.entries, *self.entries))  # fmt: skip
        paths = {document.path for document in self.documents}
        found = (issue for issue in checked(whole) if issue.path in paths and issue.code not in _ELSEWHERE)
        self.refusals += map(Refusal, found)

    def refuse(
        self, document: Document, at: str, message: str, code: str, hint: str, candidates: tuple[str, ...] = ()
    ) -> None:
        """Add what is wrong at a pointer."""
        line, column = document.place(at)
        issue = Issue(document.path, message, at, code, hint, line=line, column=column)
        self.refusals.append(Refusal(issue, candidates))
