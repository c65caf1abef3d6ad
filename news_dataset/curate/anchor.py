"""Anchor spans: replace ``find`` (with ``nth``, ``after`` or ``in``) by offsets and digests.

Only these keys change; comments, order and style stay. Words that the text does not have, or has more than once, are
refused with the candidates, and then no file is written.
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
from news_dataset.checks.other_text import other_text_hint
from news_dataset.curate import source
from news_dataset.curate.canonical import flow
from news_dataset.curate.finding import WordsError, find_spans
from news_dataset.curate.span_places import field_fault, without_spans
from news_dataset.files import read_own
from news_dataset.folders import SUFFIXES
from news_dataset.issues import Issue, Report
from news_dataset.placeholders import TEXT_SHA256
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, BY_TYPE
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

IN_CONTENT = "add in: content"
"""The hint for words that are several times in the text, but once within the evidence of the content."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The issue about words that cannot be anchored, and the places where they are."""

    issue: Issue
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchored:
    """The result of anchoring: path → new text of each file that changes, and the number of spans; or the refusals."""

    files: dict[Path, str] = field(default_factory=dict)
    spans: int = 0
    refusals: tuple[Refusal, ...] = ()

    @property
    def report(self) -> Report:
        """The refusals as a report of issues."""
        return Report.of(refusal.issue for refusal in self.refusals)


def anchor(paths: Sequence[Path], text: Text | Path) -> Anchored:
    """Anchor the spans in files, and set hash and length of the text; write nothing.

    Args:
        paths: files of records, YAML or JSON.
        text: the text of their article, or a folder of texts, matched as ``read_texts`` does.
    """
    files = [_File.read(path) for path in dict.fromkeys([*paths, *_articles_beside(paths)])]
    named = [file for file in files if file.path in paths]
    refusals = [refusal for file in named for refusal in file.refusals]
    if not refusals:
        texts = _match_article(files, named, text) if isinstance(text, Text) else read_texts(text, _hashes(files))
        if isinstance(texts, Refusal):
            return Anchored(refusals=(texts,))
        rights = {article: str(row.get("rights")) for file in files for article, row in file.articles()}
        for file in files:
            for article, file.text in texts.items():
                file.anchor(article, with_spans=file.path in paths, rights=rights.get(article, ""))
        refusals = [refusal for file in files if not file.document.problems for refusal in file.refusals]
    if refusals:
        return Anchored(refusals=tuple(refusals))
    return Anchored({file.path: file.result for file in files if file.edits}, sum(file.spans for file in files))


def _articles_beside(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of articles beside the folders of statements in which *paths* lie."""
    folders = (folder for path in paths for folder in (path.parent, path.parent.parent) if folder.name == "statements")
    for articles in dict.fromkeys(folder.parent / "articles" for folder in folders):
        yield from sorted(path for path in articles.glob("*") if path.suffix in SUFFIXES and path not in paths)


def _hashes(files: list[_File]) -> dict[str, str]:
    """Return article id → hash of its text, empty if unknown, for the articles in files."""
    return {article: str(row.get("text_sha256") or "") for file in files for article, row in file.articles()}


def _match_article(files: list[_File], named: list[_File], text: Text) -> dict[str, Text] | Refusal:
    """Return the text by the id of its article: the one with its hash, else the only one that it can be."""
    hashes = _hashes(files)
    if matches := [article for article, sha256 in hashes.items() if sha256 == text.sha256]:
        return {matches[0]: text}
    wanted = list(dict.fromkeys(article for file in named for article in file.open_articles())) or list(hashes)
    candidates = [article for article in wanted if hashes.get(article, "") in ("", TEXT_SHA256)] or wanted
    if len(candidates) == 1:
        return {candidates[0]: text}
    hint = f"it may be that of {', '.join(candidates)}: name the files of one" if candidates else "there is no article"
    return Refusal(Issue(text.path, "is the text of which article?", code="wrong_text", hint=hint))


@dataclass
class _File:
    """A file with its edits and refusals; ``text`` is that of the current article."""

    path: Path
    words: str
    document: Document
    text: Text = field(default_factory=lambda: Text("", ""))
    edits: list[source.Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    spans: int = 0

    @classmethod
    def read(cls, path: Path) -> _File:
        """Read a file; problems of the reader become refusals."""
        document = reader.read(path)
        if document.problems:
            file = cls(path, "", document)
            for problem in document.problems:
                issue = Issue(str(path), problem.message, code=problem.code, hint=problem.hint,
                              line=problem.line, column=problem.column,
                              exit_code=CODES[problem.code].exit_code)  # fmt: skip
                file.refusals.append(Refusal(issue))
            return file
        return cls(path, read_own(path), document)

    def anchor(self, article: str, *, with_spans: bool, rights: str) -> None:
        """Collect the edits for the records of an article; without *with_spans*, only those for hash and length.

        Its *rights* decide whether words stay beside their spans.
        """
        try:
            for pointer, node in source.records(self.words):
                data = self.document.data[int(pointer[1:])] if pointer else self.document.data
                record = OpenRecord.of(data, self.path) if isinstance(data, dict) else None
                if record is None or record.article != article:
                    continue
                if with_spans:
                    self.anchor_record(pointer, record, node, rights)
                if record.article == data.get("id"):
                    self.set_text(pointer, data, node)
            if self.edits and not self.refusals:
                self.check_result()
        except yaml.YAMLError:
            self.refuse("", "cannot be rewritten safely", "not every YAML parser reads it")

    def rows(self) -> list[Any]:
        """Return the records in the file as plain data."""
        return self.document.data if isinstance(self.document.data, list) else [self.document.data]

    def articles(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield id and data of each article in the file."""
        for row in self.rows():
            if isinstance(row, dict) and str(row.get("id", "")).startswith("article/"):
                yield str(row["id"]), row

    def open_articles(self) -> Iterator[str]:
        """Yield the article of each record that has words to find."""
        for row in self.rows():
            if isinstance(row, dict):
                record = OpenRecord.of(row, self.path)
                if record and record.open_rows:
                    yield record.article

    @property
    def result(self) -> str:
        """The text of the file with all edits made."""
        return source.apply(self.words, self.edits)

    def anchor_record(self, pointer: str, record: OpenRecord, node: source.Node, rights: str) -> None:
        """Anchor the spans of the record at a pointer."""
        for place, row in record.open_rows.items():
            mapping, is_by_role = source.node_at(node, place), record.is_by_role(place)
            if fault := field_fault(row, mapping, is_by_role=is_by_role):
                self.refuse(f"{pointer}{place}/{fault[0]}".rstrip("/"), *fault[1:])
                continue
            try:
                spans = record.spans(place, self.text)
            except WordsError as error:
                self.refuse(f"{pointer}{place}/{error.field}", str(error), error.hint, error.candidates)
                continue
            words = row[FIND] if rights in PERMITTING and row[FIND] != row.get("as_written") else None
            self.replace(mapping, spans, words, whole=is_by_role)

    def replace(self, node: source.Node, spans: list[Span], words: Any, *, whole: bool) -> None:
        """Replace words to find by their span, or its fragments, on one line, with the *words* to keep, if any.

        With *whole*, the span takes the place of the mapping *node*, else of the keys of finding in it.
        """
        fields = {WORDS: words} if words is not None else {}
        pairs = self.as_source(fields | {SPAN: FRAGMENTS.join(map(str, spans))})
        if whole:
            braces = f"{{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}"
            self.edits.append(source.replace_value(self.words, node, braces if fields else "".join(pairs.values())))
        else:
            self.edits += source.replace_pairs(self.words, node, dict.fromkeys(FINDING) | {FIND: pairs})
        self.spans += 1

    def set_text(self, pointer: str, data: dict[str, Any], node: source.Node) -> None:
        """Set hash and length of the text where they are missing, or those of init; refuse a text that differs."""
        wanted: dict[str, Any] = {"text_sha256": self.text.sha256, "text_length": len(self.text.words)}
        is_new = data.get("text_sha256") == TEXT_SHA256 != self.text.sha256
        missing = {name: value for name, value in wanted.items() if is_new or data.get(name) in (None, "")}
        for name, value in wanted.items():
            if name not in missing and str(data[name]) != str(value):
                is_hash = name == "text_sha256"
                hint = other_text_hint(data, self.text, str(self.path)) if is_hash else f"write {name}: {value}"
                message = f"{self.text.path} has another {name}: {value}"
                self.refuse(f"{pointer}/{name}", message, hint, code="wrong_text")
                return
        if not self.text.words.strip():
            self.refuse(pointer, f"{self.text.path} is empty", "give the text of the article", code="wrong_text")
            return
        empty = {name: self.as_source({name: value}) for name, value in missing.items() if name in data}
        self.edits += source.replace_pairs(self.words, node, empty) if empty else []
        absent = self.as_source({name: value for name, value in missing.items() if name not in data})
        if absent:
            before = ("id", "headline", "language", "genre", "rights", "status", "text_sha256")
            self.edits.append(source.insert_after(self.words, node, before, absent))

    def as_source(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """Return fields as YAML or JSON of this file; texts are quoted, since digests may consist of digits."""
        if self.path.suffix == ".json":
            return {json.dumps(key): json.dumps(value, ensure_ascii=False) for key, value in fields.items()}
        return {key: flow(value) if key == WORDS else f"'{value}'" if isinstance(value, str) else str(value)
                for key, value in fields.items()}  # fmt: skip

    def check_result(self) -> None:
        """Refuse the result if more than spans and text hashes would change, or a comment would be lost."""
        again = reader.read(self.path, self.result.encode())
        is_same = not again.problems and without_spans(again.data) == without_spans(self.document.data)
        if not is_same:
            self.refuse("", "cannot be rewritten safely", "write each field on a line of its own")
        elif source.comment_texts(self.result) != source.comment_texts(self.words):
            self.refuse("", "cannot be rewritten without losing a comment", "move it away from find and its words")

    def refuse(
        self, pointer: str, message: str, hint: str = "", candidates: tuple[str, ...] = (), code: str = "unanchored"
    ) -> None:
        """Add a refusal with line and column of a pointer."""
        line, column = self.document.place(pointer)
        issue = Issue(str(self.path), message, pointer, code, hint, line=line, column=column)
        self.refusals.append(Refusal(issue, candidates))


@dataclass
class OpenRecord:
    """A record that may have words to find.

    Args:
        article: the id of its article.
        source: the record in the release form, with the origins of its values.
        open_rows: the rows with words to find, or without a span, by their pointers in the source form.
        trail: the pointers whose words are being looked for, to notice circles of ``in``.
    """

    article: str
    source: Expanded
    open_rows: dict[str, dict[str, Any]]
    trail: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: dict[str, Any], path: Path) -> OpenRecord | None:
        """Return the record in some data; None if neither its id nor the folder of *path* shows its type."""
        folder = path.parent.parent if path.parent.parent.name in BY_TABLE else path.parent
        kind = str(data.get("id") or "").partition("/")[0]
        model = BY_TYPE.get(kind) or BY_TABLE.get(folder.name)
        if model is None:
            return None
        expanded = expand(data, model, str(path))
        article = str(expanded.data.get("article") or expanded.data.get("id") or "")
        open_rows = {
            expanded.origin(f"/{name}/{index}").pointer: row
            for name, how in spellings(model).items()
            if how.has_spans and isinstance(rows := expanded.data.get(name), list)
            for index, row in enumerate(rows)
            if isinstance(row, dict) and (FIND in row or not span_text(row))
        }
        return cls(article, expanded, open_rows)

    def is_by_role(self, place: str) -> bool:
        """Return whether the pointer of a row leads into a mapping of roles to spans."""
        return any(origin == Origin(place) and self.source.origins.get(f"{pointer}/role", Origin("")).on_key
                   for pointer, origin in self.source.origins.items())  # fmt: skip

    def spans(self, place: str, text: Text) -> list[Span]:
        """Return the spans of the words at a pointer: one, or one per fragment; raise a ``WordsError`` if not found."""
        row = self.open_rows[place]
        if "in" in row:
            return find_spans(text, row, self.zones_of(place, str(row["in"]), text))
        try:
            return find_spans(text, row)
        except WordsError as error:
            if error.candidates and self.source.data.get("evidence"):
                error.hint = "add nth, after or in"
                with suppress(WordsError):  # the content does not have the words exactly once
                    find_spans(text, row, self.zones_of(place, "content", text))
                    error.hint = IN_CONTENT
            raise

    def zones_of(self, place: str, key: str, text: Text) -> list[tuple[int, int]]:
        """Return the parts of the text in which to look for the words at *place*: the evidence of a role.

        *key* is a key of evidence such as ``content`` or ``source 1``.
        """
        if place in self.trail:
            raise WordsError("in", f"{key} is looked for within itself")
        self.trail.append(place)
        try:
            zones = list(self.zones(role_of(key), text))
        finally:
            self.trail.pop()
        if not zones:
            raise WordsError("in", f"there is no evidence of role {key}")
        return zones

    def zones(self, wanted: dict[str, Any], text: Text) -> Iterator[tuple[int, int]]:
        """Yield start and end of each fragment of the evidence that has the wanted values in its fields."""
        rows = self.source.data.get("evidence")
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            if not isinstance(row, dict) or any(str(row.get(name)) != str(value) for name, value in wanted.items()):
                continue
            if FIND in row:
                spans = self.spans(self.source.origin(f"/evidence/{index}").pointer, text)
                yield from ((span.start, span.end) for span in spans)
            elif fields := spans_of(span_text(row)):
                yield fields[0]["start"], fields[0]["end"]
