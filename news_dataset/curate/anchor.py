"""Spans by their words: ``find`` (with ``nth`` or ``after``) becomes offsets and digests.

Only the text between these keys changes; comments, order and style stay. Words that the text does not have, or has
more than once, are refused with every candidate; then nothing at all is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from news_dataset import reader
from news_dataset.checks import CODES
from news_dataset.curate import source
from news_dataset.files import ReadError
from news_dataset.issues import Issue, Report
from news_dataset.reader import Document
from news_dataset.records import Evidence, Mention, Quantity
from news_dataset.spans import FIND, FINDING, SPAN_FIELDS, Text, read_texts, skeleton, splits_word

_LISTS = ("mentions", "evidence", "quantities")
_FIELDS = {*Mention.model_fields, *Evidence.model_fields, *Quantity.model_fields, *FINDING}
_ABOUT = 24  # characters of context on each side of a candidate


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
        paths: YAML files of records.
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
        for file in files:
            for owner, file.text in owners.items():
                file.anchor(owner, with_spans=file.path in paths)
        refusals = [refusal for file in files if not file.document.problems for refusal in file.refusals]
    if refusals:
        return Anchored(refusals=tuple(refusals))
    return Anchored({file.path: file.result for file in files if file.edits}, sum(file.spans for file in files))


def _articles_beside(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the articles of the dataset that files of records lie in."""
    for folder in dict.fromkeys(path.parent.parent / "articles" for path in paths if path.parent.name == "statements"):
        yield from sorted(path for path in folder.glob("*.yaml") if path not in paths)


def _hashes(files: list[_File]) -> dict[str, str]:
    """Return the articles in files with the hashes of their texts, as far as they are known."""
    return {article: sha256 for file in files for article, sha256 in file.hashes()}


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
        return cls(path, path.read_bytes().decode(), document)

    def anchor(self, owner: str, *, with_spans: bool) -> None:
        """Find out what is to be changed in the records of one article."""
        try:
            for pointer, node in source.records(self.words):
                data = self.document.data[int(pointer[1:])] if pointer else self.document.data
                if _article(data) == owner:
                    self.record(pointer, data, node, with_spans=with_spans)
            if self.edits and not self.refusals:
                self.check()
        except yaml.YAMLError:
            self.refuse("", "cannot be rewritten safely", "not every YAML parser reads it")

    def rows(self) -> list[Any]:
        """The records in the file, as plain data."""
        return self.document.data if isinstance(self.document.data, list) else [self.document.data]

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield each article in the file with the hash of its text, if it is known."""
        for row in self.rows():
            if isinstance(row, dict) and str(row.get("id", "")).startswith("article/"):
                yield str(row["id"]), str(row.get("text_sha256") or "")

    def wanted(self) -> Iterator[str]:
        """Yield the articles of records that hold words to be found."""
        for row in self.rows():
            lists = [row.get(name) for name in _LISTS] if isinstance(row, dict) else []
            items = [item for found in lists if isinstance(found, list) for item in found]
            if any(isinstance(item, dict) and FIND in item for item in items):
                yield _article(row)

    @property
    def result(self) -> str:
        """The text of the file with everything changed."""
        return source.apply(self.words, self.edits)

    def record(self, pointer: str, data: dict[str, Any], node: source.Node, *, with_spans: bool) -> None:
        """Anchor the spans of one record, and set hash and length on an article."""
        for name in _LISTS if with_spans else ():
            rows, found = data.get(name), source.pair(node, name)
            for at, row in enumerate(rows if isinstance(rows, list) else ()):
                if isinstance(row, dict) and FIND in row and found:
                    self.span(f"{pointer}/{name}/{at}", row, found[1].value[at])
        if str(data.get("id", "")).startswith("article/"):
            self.article(pointer, data, node)

    def span(self, pointer: str, row: dict[str, Any], node: source.Node) -> None:
        """Anchor one span."""
        if others := sorted(set(row) - _FIELDS):
            hint = "put the words in quotes, if they hold a comma or a colon"
            self.refuse(f"{pointer}/{others[0]}", f"{others[0]!r} is no field of a span", hint)
            return
        places = self.places(pointer, row)
        if not places:
            return
        try:
            span = self.text.span(places[0], places[0] + len(row[FIND]))
        except ValueError as error:
            self.refuse(f"{pointer}/{FIND}", str(error))
            return
        fields = {name: _yaml(getattr(span, name)) for name in SPAN_FIELDS}
        wanted = dict.fromkeys((*FINDING, *SPAN_FIELDS))
        self.edits += source.replace_pairs(self.words, node, wanted | {FIND: fields})
        self.spans += 1

    def places(self, pointer: str, row: dict[str, Any]) -> list[int]:
        """Return the one place of the words; none where they were refused."""
        words, after, nth = row[FIND], row.get("after"), row.get("nth")
        for name, value in ((FIND, words), ("after", after)):
            if value is not None and (not isinstance(value, str) or not value or getattr(value, "is_cut", False)):
                why = "is cut short by a comment" if getattr(value, "is_cut", False) else "is not a text"
                self.refuse(f"{pointer}/{name}", f"{name} {why}", "put the words in quotes")
                return []
        start = 0
        if after is not None:
            ends = [at + len(after) for at in _occurrences(self.text.words, after)]
            if len(ends) != 1:
                self.refuse_places(f"{pointer}/after", after, [end - len(after) for end in ends])
                return []
            start = ends[0]
        everywhere = _occurrences(self.text.words, words)
        places = [at for at in everywhere if at >= start]
        if everywhere and not places:
            self.refuse(f"{pointer}/after", f"{str(words)!r} does not stand behind {str(after)!r}")
            return []
        if nth is not None and places:
            return self.numbered(pointer, places, str(nth))
        if after is not None:
            places = places[:1]
        if len(places) != 1:
            self.refuse_places(f"{pointer}/{FIND}", words, places)
            return []
        return places

    def numbered(self, pointer: str, places: list[int], nth: str) -> list[int]:
        """Return the n-th place alone; none where there is no such place."""
        if not re.fullmatch("[1-9][0-9]{0,8}", nth):
            self.refuse(f"{pointer}/nth", "nth is not a number from 1 on")
        elif int(nth) > len(places):
            self.refuse(f"{pointer}/nth", f"nth is {nth}; places of the words: {len(places)}")
        else:
            return places[int(nth) - 1 : int(nth)]
        return []

    def article(self, pointer: str, data: dict[str, Any], node: source.Node) -> None:
        """Set hash and length of the text where they are missing; refuse another text."""
        wanted: dict[str, Any] = {"text_sha256": self.text.sha256, "text_length": len(self.text.words)}
        missing = {name: value for name, value in wanted.items() if data.get(name) in (None, "")}
        for name, value in wanted.items():
            if name not in missing and str(data[name]) != str(value):
                hint = "CRLF line ends?" if "\r\n" in self.text.words else "is it the text of this article?"
                self.refuse(
                    f"{pointer}/{name}", f"{self.text.path} has another {name}: {value}", hint, code="wrong_text"
                )
                return
        empty = {name: {name: _yaml(value)} for name, value in missing.items() if name in data}
        self.edits += source.replace_pairs(self.words, node, empty) if empty else []
        absent = {name: _yaml(value) for name, value in missing.items() if name not in data}
        if absent:
            before = ("id", "headline", "language", "genre", "rights", "status", "text_sha256")
            self.edits.append(source.insert_after(self.words, node, before, absent))

    def check(self) -> None:
        """Read the result back: everything but the spans and the article's hash must be as it was."""
        try:
            again = reader.parse_yaml(self.result, str(self.path)).data
            is_same = _without_spans(again) == _without_spans(self.document.data)
        except ReadError:
            is_same = False
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

    def refuse_places(self, pointer: str, words: str, places: list[int]) -> None:
        """Note words that the text does not have, or has more than once."""
        if not places:
            bone = skeleton(words)
            other = bone and bone in self.text.skeleton
            hint = "the text has them with other typography" if other else "copy the words from the text"
            hint = "the text has them only inside longer words: copy these whole" if words in self.text.words else hint
            self.refuse(pointer, f"{str(words)!r} does not stand in the text", hint)
            return
        candidates = tuple(self.candidate(number, at, len(words)) for number, at in enumerate(places, 1))
        self.refuse(pointer, f"{str(words)!r} stands {len(places)} times in the text", "add nth or after", candidates)

    def candidate(self, number: int, at: int, length: int) -> str:
        """Return a place of words with its line, column and context."""
        words = self.text.words
        line, column = words.count("\n", 0, at) + 1, at - words.rfind("\n", 0, at)
        around = words[max(0, at - _ABOUT) : at] + "[" + words[at : at + length] + "]"
        around += words[at + length : at + length + _ABOUT]
        return f"nth: {number}, line {line}, column {column}: …{' '.join(around.split())}…"


def _article(row: Any) -> str:
    """Return the id of the article that a record is or belongs to."""
    found = row.get("article") or row.get("id") if isinstance(row, dict) else ""
    return str(found or "")


def _occurrences(text: str, words: str) -> list[int]:
    """Return every offset at which whole words begin, also where they overlap."""
    found = (found.start() for found in re.finditer(f"(?={re.escape(words)})", text))
    return [at for at in found if not splits_word(text, at) and not splits_word(text, at + len(words))]


def _yaml(value: int | str) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _without_spans(data: Any) -> Any:
    """Return data without what anchoring may change."""
    if isinstance(data, list):
        return [_without_spans(item) for item in data]
    if isinstance(data, dict):
        left_out = {*FINDING, *SPAN_FIELDS, "text_sha256", "text_length"}
        return {key: _without_spans(value) for key, value in data.items() if key not in left_out}
    return data
