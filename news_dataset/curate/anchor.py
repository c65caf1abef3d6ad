"""Spans by their words: ``find`` (with ``nth`` or ``after``) becomes offsets and digests.

Only the text between these keys changes; comments, order and style stay. Words that do not stand in the text, or more
than once, are refused with every candidate; then nothing at all is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from news_dataset import reader
from news_dataset.curate import source
from news_dataset.issues import Issue
from news_dataset.reader import Document
from news_dataset.spans import FIND, FINDING, SPAN_FIELDS, Text, skeleton

_LISTS = ("mentions", "evidence")
_ABOUT = 24  # characters of context on each side of a candidate


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not anchored, and where the words stand instead."""

    issue: Issue
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchored:
    """What was done: files with their new text, the number of spans; or why nothing was."""

    files: dict[Path, str] = field(default_factory=dict)
    spans: int = 0
    refusals: tuple[Refusal, ...] = ()


def anchor(paths: Sequence[Path], text: Text) -> Anchored:
    """Replace words to be found by offsets and digests, and set hash and length of the text on its article.

    Args:
        paths: YAML files of records.
        text: the text of the article that they belong to.

    Returns:
        The files that change, not yet written; none where anything was refused.
    """
    work = [_File.read(path, text) for path in dict.fromkeys([*paths, *_articles_of(paths)])]
    refusals = tuple(refusal for file in work for refusal in file.refusals)
    if refusals:
        return Anchored(refusals=refusals)
    changed = {file.path: file.result for file in work if file.edits}
    return Anchored(changed, sum(file.spans for file in work))


def _articles_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the articles beside files of statements; both carry the article's slug."""
    for path in paths:
        article = path.parent.parent / "articles" / path.name
        if path.parent.name == "statements" and article.is_file():
            yield article


@dataclass
class _File:
    """One file, with what is to be changed in it."""

    path: Path
    words: str
    document: Document
    text: Text
    edits: list[source.Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    spans: int = 0

    @classmethod
    def read(cls, path: Path, text: Text) -> _File:
        """Read a file and find out what is to be changed."""
        document = reader.read(path)
        if document.problems:
            found = cls(path, "", document, text)
            for problem in document.problems:
                issue = Issue(str(path), problem.message, code=problem.code, hint=problem.hint,
                              line=problem.line, column=problem.column)  # fmt: skip
                found.refusals.append(Refusal(issue))
            return found
        file = cls(path, path.read_bytes().decode(), document, text)
        for pointer, node in source.records(file.words):
            file.record(pointer, node)
        if file.edits and not file.refusals:
            file.check()
        return file

    @property
    def result(self) -> str:
        """The text of the file with everything changed."""
        return source.apply(self.words, self.edits)

    def record(self, pointer: str, node: source.Node) -> None:
        """Look at one record."""
        data = _at(self.document.data, pointer)
        for name in _LISTS if isinstance(data, dict) else ():
            rows, found = data.get(name), source.pair(node, name)
            for at, row in enumerate(rows if isinstance(rows, list) else ()):
                if isinstance(row, dict) and FIND in row and found:
                    self.span(f"{pointer}/{name}/{at}", row, found[1].value[at])
        if isinstance(data, dict) and str(data.get("id", "")).startswith("article/"):
            self.article(pointer, data, node)

    def span(self, pointer: str, row: dict[str, Any], node: source.Node) -> None:
        """Anchor one span."""
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
        places = [at for at in _occurrences(self.text.words, words) if at >= start]
        if nth is None and after is not None:
            places = places[:1]
        if nth is not None:
            if not str(nth).isdigit() or not 1 <= int(nth) <= max(1, len(places)):
                self.refuse(f"{pointer}/nth", f"nth is {nth}; the words stand {len(places)} times there")
                return []
            places = places[int(nth) - 1 : int(nth)]
        if len(places) != 1:
            self.refuse_places(f"{pointer}/{FIND}", words, places)
            return []
        return places

    def article(self, pointer: str, data: dict[str, Any], node: source.Node) -> None:
        """Set hash and length of the text where they are missing; refuse another text."""
        wanted: dict[str, Any] = {"text_sha256": self.text.sha256, "text_length": len(self.text.words)}
        missing = {name: value for name, value in wanted.items() if data.get(name) in (None, "")}
        for name, value in wanted.items():
            if name not in missing and str(data[name]) != str(value):
                hint = "CRLF line ends?" if "\r\n" in self.text.words else "is it the text of this article?"
                self.refuse(f"{pointer}/{name}", f"{self.text.path} has another {name}: {value}", hint)
                return
        empty = {name: {name: _yaml(value)} for name, value in missing.items() if name in data}
        self.edits += source.replace_pairs(self.words, node, empty) if empty else []
        absent = {name: _yaml(value) for name, value in missing.items() if name not in data}
        if absent:
            before = ("id", "headline", "language", "genre", "rights", "status", "text_sha256")
            self.edits.append(source.insert_after(self.words, node, before, absent))

    def check(self) -> None:
        """Read the result back: everything but the spans and the article's hash must be as it was."""
        again = reader.parse_yaml(self.result, str(self.path)).data
        if _without_spans(again) != _without_spans(self.document.data):
            self.refuse("", "cannot be rewritten safely", "write one field a line")

    def refuse(self, pointer: str, message: str, hint: str = "", candidates: tuple[str, ...] = ()) -> None:
        """Note why something is not anchored."""
        line, column = self.document.place(pointer)
        code = "wrong_text" if "/text_" in pointer else "unanchored"
        issue = Issue(str(self.path), message, pointer, code, hint, line=line, column=column)
        self.refusals.append(Refusal(issue, candidates))

    def refuse_places(self, pointer: str, words: str, places: list[int]) -> None:
        """Note words that stand nowhere or more than once."""
        if not places:
            bone = skeleton(words)
            other = bone and bone in self.text.skeleton
            hint = "the text has them with other typography" if other else "copy the words from the text"
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


def _occurrences(text: str, words: str) -> list[int]:
    found, at = [], text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def _at(data: Any, pointer: str) -> Any:
    return data[int(pointer[1:])] if pointer else data


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
