"""Spans by their words: ``find`` (with ``nth`` or ``after``) becomes offsets and digests.

Only the text between these keys changes; comments, order and style stay. Words that the text does not have, or has
more than once, are refused with every candidate; then nothing at all is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from news_dataset import reader
from news_dataset.checks import CODES
from news_dataset.curate import source
from news_dataset.curate.canonical import flow
from news_dataset.curate.finding import WordsError, find_spans
from news_dataset.curate.span_places import without_spans
from news_dataset.files import read_own
from news_dataset.issues import Issue, Report
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, BY_TYPE, Evidence, Mention, Quantity
from news_dataset.source_form import (
    FRAGMENTS,
    SPAN,
    WORDS,
    Expanded,
    Origin,
    expand,
    role_of,
    span_text,
    spans_of,
    spellings,
)
from news_dataset.spans import FIND, FINDING, PERMITTING, Span, Text, read_texts

SUFFIXES = (".yaml", ".yml", ".json")
"""The files that are anchored; JSON Lines are never written by hand."""

IN_CONTENT = "add in: content"
"""The hint where words are several times in the text and once within those of the content."""

_FIELDS = {*Mention.model_fields, *Evidence.model_fields, *Quantity.model_fields, *FINDING}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not anchored, and the places of the words."""

    issue: Issue
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchored:
    """What was done: files with their new text, the number of spans; or why nothing was."""

    files: dict[Path, str] = field(default_factory=dict)
    spans: int = 0
    refusals: tuple[Refusal, ...] = ()

    @property
    def report(self) -> Report:
        """What was refused, as issues."""
        return Report.of(refusal.issue for refusal in self.refusals)


def anchor(paths: Sequence[Path], text: Text | Path) -> Anchored:
    """Replace words to be found by offsets and digests, and set hash and length of the text on its article.

    Args:
        paths: files of records, YAML or JSON.
        text: the text of the article that they belong to, or a folder of texts, matched as ``read_texts`` does.

    Returns:
        The files that change, not yet written; none where anything was refused.
    """
    files = [_File.read(path) for path in dict.fromkeys([*paths, *_articles_beside(paths)])]
    given = [file for file in files if file.path in paths]
    refusals = [refusal for file in given for refusal in file.refusals]
    if not refusals:
        owners = _owner(files, given, text) if isinstance(text, Text) else read_texts(text, _hashes(files))
        if isinstance(owners, Refusal):
            return Anchored(refusals=(owners,))
        rights = {article: str(row.get("rights")) for file in files for article, row in file.articles()}
        for file in files:
            for owner, file.text in owners.items():
                file.anchor(owner, with_spans=file.path in paths, rights=rights.get(owner, ""))
        refusals = [refusal for file in files if not file.document.problems for refusal in file.refusals]
    if refusals:
        return Anchored(refusals=tuple(refusals))
    return Anchored({file.path: file.result for file in files if file.edits}, sum(file.spans for file in files))


def _articles_beside(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the articles of the dataset that files of records lie in."""
    tables = (one for path in paths for one in (path.parent, path.parent.parent) if one.name == "statements")
    for folder in dict.fromkeys(table.parent / "articles" for table in tables):
        yield from sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES and path not in paths)


def _hashes(files: list[_File]) -> dict[str, str]:
    """Return the articles in files with the hashes of their texts, as far as they are known."""
    return {article: str(row.get("text_sha256") or "") for file in files for article, row in file.articles()}


def _owner(files: list[_File], given: list[_File], text: Text) -> dict[str, Text] | Refusal:
    """Return the text by the article that it belongs to: by its hash, else the only one that it can be."""
    hashes = _hashes(files)
    if same := [article for article, sha256 in hashes.items() if sha256 == text.sha256]:
        return {same[0]: text}
    wanted = list(dict.fromkeys(article for file in given for article in file.wanted())) or list(hashes)
    free = [article for article in wanted if not hashes.get(article)] or wanted
    if len(free) == 1:
        return {free[0]: text}
    known = f"it may be that of {', '.join(free)}: name the files of one" if free else "there is no article"
    issue = Issue(text.path, "is the text of which article?", code="wrong_text", hint=known)
    return Refusal(issue)


@dataclass
class _File:
    """One file, with what is to be changed in it."""

    path: Path
    words: str
    document: Document
    text: Text = field(default_factory=lambda: Text("", ""))
    edits: list[source.Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    spans: int = 0

    @classmethod
    def read(cls, path: Path) -> _File:
        """Read a file and find out what is to be changed."""
        document = reader.read(path)
        if document.problems:
            found = cls(path, "", document)
            for problem in document.problems:
                issue = Issue(str(path), problem.message, code=problem.code, hint=problem.hint,
                              line=problem.line, column=problem.column,
                              exit_code=CODES[problem.code].exit_code)  # fmt: skip
                found.refusals.append(Refusal(issue))
            return found
        return cls(path, read_own(path), document)

    def anchor(self, owner: str, *, with_spans: bool, rights: str) -> None:
        """Find out what is to be changed in the records of one article."""
        try:
            for pointer, node in source.records(self.words):
                data = self.document.data[int(pointer[1:])] if pointer else self.document.data
                record = OpenRecord.of(data, self.path) if isinstance(data, dict) else None
                if record is None or record.article != owner:
                    continue
                if with_spans:
                    self.record(pointer, record, node, rights)
                if record.article == data.get("id"):
                    self.article(pointer, data, node)
            if self.edits and not self.refusals:
                self.check()
        except yaml.YAMLError:
            self.refuse("", "cannot be rewritten safely", "not every YAML parser reads it")

    def rows(self) -> list[Any]:
        """The records in the file, as plain data."""
        return self.document.data if isinstance(self.document.data, list) else [self.document.data]

    def articles(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each article in the file by its id."""
        for row in self.rows():
            if isinstance(row, dict) and str(row.get("id", "")).startswith("article/"):
                yield str(row["id"]), row

    def wanted(self) -> Iterator[str]:
        """Yield the articles of records that hold words to be found."""
        for row in self.rows():
            if isinstance(row, dict):
                record = OpenRecord.of(row, self.path)
                if record and record.open:
                    yield record.article

    @property
    def result(self) -> str:
        """The text of the file with everything changed."""
        return source.apply(self.words, self.edits)

    def record(self, pointer: str, record: OpenRecord, node: source.Node, rights: str) -> None:
        """Anchor the spans of one record."""
        for at, row in record.open.items():
            if others := sorted(set(row) - _FIELDS):
                hint = "put the words in quotes, if they hold a comma or a colon"
                self.refuse(f"{pointer}{at}/{others[0]}", f"{others[0]!r} is no field of a span", hint)
                continue
            try:
                spans = record.spans(at, self.text)
            except WordsError as error:
                self.refuse(f"{pointer}{at}/{error.field}", str(error), error.hint, error.candidates)
                continue
            words = row[FIND] if rights in PERMITTING and row[FIND] != row.get("as_written") else None
            self.replace(source.node_at(node, at), spans, words, whole=record.is_by_role(at))

    def replace(self, node: source.Node, spans: list[Span], words: Any, *, whole: bool) -> None:
        """Put a span on one line in the place of the words to be found, which stay beside it where they may."""
        fields = {WORDS: words} if words is not None else {}
        pairs = self.written(fields | {SPAN: FRAGMENTS.join(map(str, spans))})
        if whole:
            braces = f"{{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}"
            self.edits.append(source.replace_value(self.words, node, braces if fields else "".join(pairs.values())))
        else:
            self.edits += source.replace_pairs(self.words, node, dict.fromkeys(FINDING) | {FIND: pairs})
        self.spans += 1

    def article(self, pointer: str, data: dict[str, Any], node: source.Node) -> None:
        """Set hash and length of the text where they are missing; refuse another text."""
        wanted: dict[str, Any] = {"text_sha256": self.text.sha256, "text_length": len(self.text.words)}
        missing = {name: value for name, value in wanted.items() if data.get(name) in (None, "")}
        for name, value in wanted.items():
            if name not in missing and str(data[name]) != str(value):
                hint = f"if the article has changed: news-dataset carry {data['id']} --text {self.text.path}"
                hint = "CRLF line ends?" if "\r\n" in self.text.words else hint
                self.refuse(
                    f"{pointer}/{name}", f"{self.text.path} has another {name}: {value}", hint, code="wrong_text"
                )
                return
        empty = {name: self.written({name: value}) for name, value in missing.items() if name in data}
        self.edits += source.replace_pairs(self.words, node, empty) if empty else []
        absent = self.written({name: value for name, value in missing.items() if name not in data})
        if absent:
            before = ("id", "headline", "language", "genre", "rights", "status", "text_sha256")
            self.edits.append(source.insert_after(self.words, node, before, absent))

    def written(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """Return fields as they are written in this file; digests in quotes, since they may be digits."""
        if self.path.suffix == ".json":
            return {json.dumps(key): json.dumps(value, ensure_ascii=False) for key, value in fields.items()}
        return {key: flow(value) if key == WORDS else f"'{value}'" if isinstance(value, str) else str(value)
                for key, value in fields.items()}  # fmt: skip

    def check(self) -> None:
        """Read the result back: everything but the spans and the article's hash must be as it was."""
        again = reader.read(self.path, self.result.encode())
        is_same = not again.problems and without_spans(again.data) == without_spans(self.document.data)
        if not is_same:
            self.refuse("", "cannot be rewritten safely", "write one field a line")
        elif source.comment_texts(self.result) != source.comment_texts(self.words):
            self.refuse("", "cannot be rewritten without losing a comment", "move it away from find and its words")

    def refuse(
        self, pointer: str, message: str, hint: str = "", candidates: tuple[str, ...] = (), code: str = "unanchored"
    ) -> None:
        """Add a refusal at the place of a pointer."""
        line, column = self.document.place(pointer)
        issue = Issue(str(self.path), message, pointer, code, hint, line=line, column=column)
        self.refusals.append(Refusal(issue, candidates))


@dataclass
class OpenRecord:
    """A record with words to be found, in the release form and as it is written."""

    article: str
    source: Expanded
    open: dict[str, dict[str, Any]]
    trail: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: dict[str, Any], path: Path) -> OpenRecord | None:
        """Return the record in some data; None where there is no type of record that it may be."""
        folder = path.parent.parent if path.parent.parent.name in BY_TABLE else path.parent
        kind = str(data.get("id") or "").partition("/")[0]
        model = BY_TYPE.get(kind) or BY_TABLE.get(folder.name)
        if model is None:
            return None
        expanded = expand(data, model, str(path))
        article = str(expanded.data.get("article") or expanded.data.get("id") or "")
        open_rows = {
            expanded.origin(f"/{name}/{at}").pointer: row
            for name, how in spellings(model).items()
            if how.has_spans and isinstance(rows := expanded.data.get(name), list)
            for at, row in enumerate(rows)
            if isinstance(row, dict) and FIND in row
        }
        return cls(article, expanded, open_rows)

    def is_by_role(self, at: str) -> bool:
        """Return whether the place of a row is one in a mapping of roles to spans."""
        return any(origin == Origin(at) and self.source.origins.get(f"{pointer}/role", Origin("")).on_key
                   for pointer, origin in self.source.origins.items())  # fmt: skip

    def spans(self, at: str, text: Text) -> list[Span]:
        """Return the spans of the words at a place; of further places where they are looked for within these."""
        row = self.open[at]
        if "in" in row:
            return find_spans(text, row, self.within(at, str(row["in"]), text))
        try:
            return find_spans(text, row)
        except WordsError as error:
            if error.candidates and self.source.data.get("evidence"):
                error.hint = "add nth, after or in"
                with suppress(WordsError):  # unless the words of the content have them once
                    find_spans(text, row, self.within(at, "content", text))
                    error.hint = IN_CONTENT
            raise

    def within(self, at: str, key: str, text: Text) -> list[tuple[int, int]]:
        """Return the parts of the text in which the words at a place are looked for: those of a role."""
        if at in self.trail:
            raise WordsError("in", f"{key} is looked for within itself")
        self.trail.append(at)
        try:
            zones = list(self.zones(role_of(key), text))
        finally:
            self.trail.pop()
        if not zones:
            raise WordsError("in", f"there is no evidence of role {key}")
        return zones

    def zones(self, wanted: dict[str, Any], text: Text) -> Iterator[tuple[int, int]]:
        """Yield start and end of each fragment of evidence of a role."""
        rows = self.source.data.get("evidence")
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            if not isinstance(row, dict) or any(str(row.get(name)) != str(value) for name, value in wanted.items()):
                continue
            if FIND in row:
                found = self.spans(self.source.origin(f"/evidence/{number}").pointer, text)
                yield from ((span.start, span.end) for span in found)
            elif spans := spans_of(span_text(row)):
                yield spans[0]["start"], spans[0]["end"]
