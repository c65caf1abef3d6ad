"""Checks that need the words of an article: digests, quotations and literals against its text.

They look at the records of articles whose text is given; the rule book counts all others as skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import groupby
from typing import Any

from news_dataset.checks.elsewhere import Elsewhere, SpanRow
from news_dataset.checks.query import NO_ARTICLE, OTHER_TEXT
from news_dataset.collection import Collection, rows
from news_dataset.entries import Entry
from news_dataset.issues import Outcome, Skipped
from news_dataset.records import Article, Evidence, Mention, Quantity, Statement, StatementEvent
from news_dataset.records.columns import columns
from news_dataset.source_form import WORDS
from news_dataset.spans import PERMITTING, SPAN_FIELDS, Text, quoted_ranges, skeleton, span_digest

FRAGMENTS_JOIN = " … "

RUN = 8
"""How many of the article's words in a row are prose that may not be redistributed."""

LITERAL = ("headline", "quote", "external_id")
"""Fields that may have the article's words: what is quoted, and what its origin calls it."""

ANYWHERE = [(0, 2**31)]
"""The span of a literal that may stand anywhere, whatever length of the text is claimed."""

_TOP = 20  # lines of a text among which its headline is looked for
_SHOWN = 80  # characters of a text that a hint shows
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Texts:
    """The texts given and the records of their articles, by the id of the article."""

    texts: Mapping[str, Text]
    articles: Mapping[str, Entry]

    @cached_property
    def right(self) -> dict[str, Text]:
        """The texts that are those that were annotated."""
        known = {article: self.articles[article].data.get("text_sha256") for article in self.texts}
        return {article: text for article, text in self.texts.items() if text.sha256 == known[article]}

    @cached_property
    def prose(self) -> set[tuple[str, ...]]:
        """Every run of words of the texts that is neither headline nor quoted."""
        found: set[tuple[str, ...]] = set()
        allowed: set[tuple[str, ...]] = set()
        for article, text in self.right.items():
            found.update(runs(text.words))
            row = self.articles[article].row
            headline = (row.headline if isinstance(row, Article) else None) or ""
            quoted = [text.words[start:end] for start, end in self.quoted[article]]
            for literal in (headline, *quoted):
                allowed.update(runs(literal))
        return found - allowed

    @cached_property
    def quoted(self) -> dict[str, list[tuple[int, int]]]:
        """Where each text has words in quotation marks, these included."""
        return {article: quoted_ranges(text.words) for article, text in self.texts.items()}


def wrong_words(collection: Collection) -> Iterator[Outcome]:
    """The words beside a span are not the words of the span, or the rights of the article do not permit them.

    Only where an article has ``rights: public_domain`` or ``licensed`` may its words lie beside their spans. They are
    never published.
    """
    for entry in (one for one in collection.entries if one.words):  # the data of the others are not asked for
        owner = entry if entry.kind == "article" else collection.by_id.get(str(entry.data.get("article")))
        rights = owner.data.get("rights") if owner else None
        for pointers, words in entry.words:
            at, found = f"{pointers[0]}/{WORDS}", [_row_at(entry, pointer) for pointer in pointers]
            said = [str(word) for word in (words if isinstance(words, list) else [words])]
            if [span_digest(word) for word in said] != [f"{row.get('length')} {row.get('digest')}" for row in found]:
                hint = "copy the words from the text; those of several fragments as a list"
                yield [entry.issue(at, "the words are not those of the span", hint)]
            elif owner is None:
                yield Skipped(NO_ARTICLE)
            else:
                message = f"the words of an article whose rights are {rights} may not be kept"
                hint = f"leave {WORDS} out"
                yield [] if rights in PERMITTING else [entry.issue(at, message, hint)]


def _row_at(entry: Entry, pointer: str) -> Mapping[str, Any]:
    _, name, place = pointer.split("/")
    found: Mapping[str, Any] = entry.data[name][int(place)]
    return found


def wrong_text(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each article whether its text is the one that was annotated."""
    for entry in entries:
        article, text = entry.row, texts.texts.get(entry.id)
        if not isinstance(article, Article) or text is None:
            continue
        expected, length = article.text_sha256, len(text.words)
        if expected is None:
            message = f"text_sha256 is missing: whether {text.path} is the annotated text cannot be told"
            yield [entry.issue("", message, "if it is: news-dataset anchor writes it")]
        elif expected != text.sha256:
            said = f"expected {article.text_length} code points with SHA-256 {expected[:8]}…, found {length}"
            hint = f"if the article has changed: news-dataset carry {entry.id} --text {text.path}"
            if any(one.text_sha256 == text.sha256 for one in article.earlier_texts):
                hint = "it is an earlier text of the article: give the one that the records were carried to"
            elif "\r\n" in text.words:
                hint = "it has CRLF line ends; the annotated text may have LF"
            message = f"{text.path} is another text: {said} with {text.sha256[:8]}…"
            yield [entry.issue("/text_sha256", message, hint)]
        else:
            message = f"text_length is {article.text_length}, but {text.path} has {length} code points"
            is_same = article.text_length == length
            yield [] if is_same else [entry.issue("/text_length", message, f"write text_length: {length}")]


def span_words(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each span whether the words at its offsets have its digests."""
    elsewhere = Elsewhere()
    for entry, pointer, row, article in _spans(entries):
        if article not in texts.texts:
            continue
        text = texts.right.get(article)
        if text is None:
            yield Skipped(OTHER_TEXT)
            continue
        try:
            here = text.span(row.start, row.end)
        except ValueError as error:
            yield [entry.issue(f"{pointer}/start", str(error), elsewhere.hint(text, row))]
            continue
        wrong = [name for name in SPAN_FIELDS[2:] if getattr(here, name) != getattr(row, name)]
        message = f"the words from {row.start} to {row.end} have another {', '.join(wrong)}"
        yield [entry.issue(f"{pointer}/{wrong[0]}", message, elsewhere.hint(text, row))] if wrong else []


def quote_words(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each quote mention whether its words are the quotation, character by character."""
    for entry, statement, text in _statements(entries, texts):
        for mention, fragments in _quote_mentions(statement) if statement.quote is not None else ():
            if text is None:
                yield Skipped(OTHER_TEXT)
                continue
            quote = str(statement.quote)
            words = FRAGMENTS_JOIN.join(text.words[row.start : row.end] for row in fragments)
            message = f"the quotation differs from the words of its quote mention {mention}"
            yield [] if words == quote else [entry.issue("/quote", message, _first_difference(quote, words))]


def literal_words(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each literal that has evidence whether the text has it there."""
    for entry in entries:
        article = _article(entry)
        text = texts.right.get(article)
        for pointer, literal, spans in _literals(entry) if article in texts.texts else ():
            if not spans:  # one without evidence is for the rule book
                continue
            if text is None:
                yield Skipped(OTHER_TEXT)
                continue
            there = any(literal in text.words[start:end] for start, end in spans)
            message = f"{literal!r} differs from the text"
            yield [] if there else [entry.issue(pointer, message, _instead(literal, text, spans))]


def unquoted_words(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each row of quote evidence whether the article puts its words in quotation marks."""
    for entry, statement, text in _statements(entries, texts):
        for place, row in enumerate(statement.evidence):
            if row.role != "quote":
                continue
            if text is None:
                yield Skipped(OTHER_TEXT)
                continue
            inside = any(start <= row.start and row.end <= end for start, end in texts.quoted[statement.article])
            message = f"the words from {row.start} to {row.end} are not in quotation marks"
            hint = "quote only what the article has in quotation marks"
            yield [] if inside else [entry.issue(f"/evidence/{place}/start", message, hint)]


def article_prose(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each text in the curator's own words whether it repeats the article's prose."""
    for entry in entries:
        article = _article(entry)
        is_skipped = not texts.right or (article in texts.texts and article not in texts.right)
        for pointer, words in _own_words(entry):
            if is_skipped:
                yield Skipped(OTHER_TEXT)
                continue
            hit = next((run for run in runs(words) if run in texts.prose), ())
            message = f"repeats {RUN} words of the article in a row, from {' '.join(hit[:2])!r} on" if hit else ""
            yield [entry.issue(pointer, message, "say it in your own words")] if hit else []


Check = Callable[[Sequence[Entry], Texts], Iterator[Outcome]]

CHECKS: tuple[Check, ...] = (wrong_text, span_words, quote_words, literal_words, unquoted_words, article_prose)


def _statements(entries: Sequence[Entry], texts: Texts) -> Iterator[tuple[Entry, Statement, Text | None]]:
    """Yield the statements of articles whose text is given, and this text if it is the one that was annotated."""
    for entry in entries:
        if isinstance(entry.row, Statement) and entry.row.article in texts.texts:
            yield entry, entry.row, texts.right.get(entry.row.article)


def _instead(literal: str, text: Text, spans: Sequence[tuple[int, int]]) -> str:
    """Return what the text has for a literal: the same letters otherwise written, the words of its span, or a line."""
    bone = skeleton(literal)
    at = text.skeleton.find(bone) if bone else -1
    if at >= 0:
        return f"the text has {text.words[text.origins[at] : text.origins[at + len(bone) - 1] + 1]!r}"
    if spans == ANYWHERE:
        lines = [line.strip() for line in text.words.splitlines()[:_TOP]]
        return next((f"the text has {line!r}" for line in get_close_matches(literal, lines, 1)), "")
    start, end = spans[0]
    return f"the text has {text.words[start : min(end, start + _SHOWN)]!r} there"


def _article(entry: Entry) -> str:
    """Return the id of the article that a record belongs to, or is."""
    return entry.row.article if isinstance(entry.row, Statement) else entry.id


def _spans(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str, SpanRow, str]]:
    """Yield every row that points into a text, with its pointer and the id of its article."""
    for entry in entries:
        for pointer, row in rows(entry):
            if isinstance(row, SpanRow):
                yield entry, pointer, row, _article(entry)


def _first_difference(quote: str, words: str) -> str:
    at = next((at for at, pair in enumerate(zip(quote, words, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(quote), len(words)) if at is None else at
    return f"{quote[at : at + 12]!r} where the text has {words[at : at + 12]!r}"


def _quote_mentions(statement: Statement) -> Iterator[tuple[int, list[Evidence]]]:
    rows = sorted(
        (row for row in statement.evidence if row.role == "quote"), key=lambda row: (row.mention, row.fragment)
    )
    for mention, fragments in groupby(rows, key=lambda row: row.mention):
        yield mention, list(fragments)


def _literals(entry: Entry) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Yield the pointer of each literal, the literal, and the spans in one of which it should stand."""
    for pointer, row in rows(entry):
        if isinstance(row, Article):
            if row.headline is not None:
                yield "/headline", row.headline, ANYWHERE
        elif isinstance(row, Mention | Quantity) and row.as_written is not None:
            yield f"{pointer}/as_written", row.as_written, [(row.start, row.end)]
        elif isinstance(row, StatementEvent) and row.date_text is not None and isinstance(entry.row, Statement):
            number = int(pointer.rpartition("/")[2]) + 1
            dates = [(one.start, one.end) for one in entry.row.evidence if one.role == "date" and one.of == number]
            yield f"{pointer}/date_text", row.date_text, dates


def runs(words: str) -> list[tuple[str, ...]]:
    """Return every run of ``RUN`` words, in lower case and without punctuation."""
    found = _WORD.findall(words.casefold().replace("’", "'"))
    return [tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)]


def _own_words(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the words of every text field that is not a literal by design."""
    for pointer, row in rows(entry):
        for column in columns(type(row)):
            value = getattr(row, column.name)
            if column.kind == "string" and column.name not in LITERAL and value is not None:
                yield f"{pointer}/{column.name}", value
