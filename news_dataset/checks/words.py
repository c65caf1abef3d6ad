"""Checks that need the words of an article: digests, quotations and literals against its text.

They check the records of articles whose text is given; the rule book counts all others as skipped.
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
from news_dataset.checks.other_text import other_text_hint
from news_dataset.checks.query import NO_ARTICLE, NO_HASH, NOT_HERE, OTHER_TEXT, UNSOUND
from news_dataset.collection import Collection, rows
from news_dataset.entries import Entry
from news_dataset.issues import Outcome, Skipped
from news_dataset.markup import operand
from news_dataset.records import Article, Evidence, Mention, Quantity, Statement, StatementEvent
from news_dataset.records.columns import columns
from news_dataset.source_form import WORDS
from news_dataset.spans import PERMITTING, SPAN_FIELDS, Text, quoted_ranges, skeleton, span_digest

FRAGMENTS_JOIN = " … "
"""The text between two fragments of a quotation."""

RUN = 8
"""How many consecutive words of an article count as its prose, which may not be redistributed."""

LITERAL = ("headline", "quote", "external_id")
"""Text fields that may repeat the article: quoted words, and the name that a source gives to a record."""

ANYWHERE = [(0, 2**31)]
"""The span of a literal that may be anywhere in the text, whatever its length."""

_TOP = 20  # first lines of a text, in which its headline is looked for
_SHOWN = 80  # characters of a text that a hint shows
_MARKS = "“”„‟\"«»‹›「」『』‘’‚'"  # quotation marks
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Texts:
    """The texts given and the records of their articles, by the id of the article."""

    texts: Mapping[str, Text]
    articles: Mapping[str, Entry]

    @cached_property
    def right(self) -> dict[str, Text]:
        """The texts given whose hash is the one in the record of their article, by id."""
        known = {article: self.articles[article].data.get("text_sha256") for article in self.texts}
        return {article: text for article, text in self.texts.items() if text.sha256 == known[article]}

    def skipped(self, article: str) -> Skipped:
        """Return why the words of an article, or of all if it has no text here, cannot be checked."""
        owners = [article] if article in self.texts else list(self.texts)
        has_hash = any(self.articles[owner].data.get("text_sha256") is not None for owner in owners)
        return Skipped(OTHER_TEXT if has_hash else NO_HASH)

    @cached_property
    def prose(self) -> set[tuple[str, ...]]:
        """Every run of ``RUN`` words of the right texts, without those in a headline or in quotation marks."""
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
        """The start and end of each part in quotation marks, these included, by the id of the article."""
        return {article: quoted_ranges(text.words) for article, text in self.texts.items()}


def wrong_words(collection: Collection) -> Iterator[Outcome]:
    """The words beside a span are not its words, or the rights of the article do not permit them.

    Words may be beside their spans only if the article has ``rights: public_domain`` or ``licensed``. They are never
    published.
    """
    for entry in filter(lambda entry: entry.words, collection.entries):  # the others need not be read again
        owner = entry if entry.kind == "article" else collection.by_id.get(str(entry.data.get("article")))
        rights = owner.data.get("rights") if owner else None
        for pointers, words in entry.words:
            at, spans = f"{pointers[0]}/{WORDS}", [_span_at(entry, pointer) for pointer in pointers]
            fragments = [str(fragment) for fragment in (words if isinstance(words, list) else [words])]
            if not all({"length", "digest"} <= span.keys() for span in spans):
                yield Skipped(UNSOUND)
            elif len(fragments) != len(spans) or not all(map(_are_words_of, fragments, spans)):
                hint = "copy the words from the text; those of several fragments as a list"
                yield [entry.issue(at, "the words are not those of the span", hint)]
            elif owner is None:
                yield Skipped(NO_ARTICLE if collection.is_whole else NOT_HERE.format("article"))
            else:
                message = f"the words of an article whose rights are {rights} may not be kept"
                hint = f"leave {WORDS} out"
                yield [] if rights in PERMITTING else [entry.issue(at, message, hint)]


def _are_words_of(words: str, span: Mapping[str, Any]) -> bool:
    """Return whether words may be those of a span: by their digest, and by their length, which has punctuation, too."""
    start, end = span.get("start"), span.get("end")
    is_as_long = not (isinstance(start, int) and isinstance(end, int)) or len(words) == end - start
    return is_as_long and span_digest(words) == f"{span.get('length')} {span.get('digest')}"


def _span_at(entry: Entry, pointer: str) -> Mapping[str, Any]:
    """Return the data of a span by its pointer in the record."""
    _, field, index = pointer.split("/")
    span: Mapping[str, Any] = entry.data[field][int(index)]
    return span


def wrong_text(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each article whether the text given is the one that was annotated."""
    for entry in entries:
        article, text = entry.row, texts.texts.get(entry.id)
        if not isinstance(article, Article) or text is None:
            continue
        expected, length = article.text_sha256, len(text.words)
        if expected is None:
            message = f"text_sha256 is missing: whether {text.path} is the annotated text cannot be told"
            yield [entry.issue("", message, f"if it is: news-dataset anchor --text {operand(text.path)} writes it")]
        elif expected != text.sha256:
            expectation = f"expected {article.text_length} code points with SHA-256 {expected[:8]}…, found {length}"
            message = f"{text.path} is another text: {expectation} with {text.sha256[:8]}…"
            yield [entry.issue("/text_sha256", message, other_text_hint(entry.data, text, entry.document.path))]
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
            yield texts.skipped(article)
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
    for entry, statement, text in _statements_with_text(entries, texts):
        for mention, fragments in _quote_mentions(statement) if statement.quote is not None else ():
            if text is None:
                yield texts.skipped(statement.article)
                continue
            quote = str(statement.quote)
            words = FRAGMENTS_JOIN.join(text.words[row.start : row.end] for row in fragments)
            message = f"the quotation differs from the words of its quote mention {mention}"
            yield [] if words == quote else [entry.issue("/quote", message, _quote_hint(quote, words, len(fragments)))]


def literal_words(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each literal with a span whether the text has it there."""
    for entry in entries:
        article = _article_id(entry)
        text = texts.right.get(article)
        for pointer, literal, spans in _literals(entry) if article in texts.texts else ():
            if not spans:  # the rule book reports it
                continue
            if text is None:
                yield texts.skipped(article)
                continue
            is_there = any(literal in text.words[start:end] for start, end in spans)
            yield [] if is_there else [entry.issue(pointer, *_literal_fault(literal, text, spans))]


def unquoted_words(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each row of quote evidence whether the article puts its words in quotation marks."""
    for entry, statement, text in _statements_with_text(entries, texts):
        for place, row in enumerate(statement.evidence):
            if row.role != "quote":
                continue
            if text is None:
                yield texts.skipped(statement.article)
                continue
            inside = any(start <= row.start and row.end <= end for start, end in texts.quoted[statement.article])
            message = f"the words from {row.start} to {row.end} are not in quotation marks"
            hint = "quote only what the article has in quotation marks"
            yield [] if inside else [entry.issue(f"/evidence/{place}/start", message, hint)]


def article_prose(entries: Sequence[Entry], texts: Texts) -> Iterator[Outcome]:
    """Yield for each text in the curator's own words whether it repeats the article's prose."""
    for entry in entries:
        article = _article_id(entry)
        is_skipped = not texts.right or (article in texts.texts and article not in texts.right)
        for pointer, words in _curator_texts(entry):
            if is_skipped:
                yield texts.skipped(article)
                continue
            hit = next((run for run in runs(words) if run in texts.prose), ())
            message = f"repeats {RUN} words of the article in a row, from {' '.join(hit[:2])!r} on" if hit else ""
            yield [entry.issue(pointer, message, "say it in your own words")] if hit else []


Check = Callable[[Sequence[Entry], Texts], Iterator[Outcome]]

CHECKS: tuple[Check, ...] = (wrong_text, span_words, quote_words, literal_words, unquoted_words, article_prose)


def _statements_with_text(entries: Sequence[Entry], texts: Texts) -> Iterator[tuple[Entry, Statement, Text | None]]:
    """Yield the statements of articles whose text is given, with the text; None if it is not the annotated one."""
    for entry in entries:
        if isinstance(entry.row, Statement) and entry.row.article in texts.texts:
            yield entry, entry.row, texts.right.get(entry.row.article)


def _literal_fault(literal: str, text: Text, spans: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """Return the message and hint for a literal that is not within one of *spans*, but may be elsewhere in the text."""
    start, end = spans[0]
    places = (text.words.rfind(literal, 0, start + len(literal)), text.words.find(literal, start))
    found = [place for place in places if place >= 0]
    if not found:
        return f"{literal!r} differs from the text", _literal_hint(literal, text, spans)
    place = min(found, key=lambda place: abs(place - start))
    message = f"{literal!r} is in the text, but not within {start} to {end}"
    line = text.words.count("\n", 0, place) + 1
    return message, f"it stands from {place} to {place + len(literal)}, in line {line}: correct the span"


def _literal_hint(literal: str, text: Text, spans: Sequence[tuple[int, int]]) -> str:
    """Return a hint with what the text has instead of a literal.

    That is the same letters and digits written otherwise; for a literal that may be anywhere, a similar line or else
    the beginning of the text; for others, the words of the first of *spans*.
    """
    letters = skeleton(literal)
    start = text.skeleton.find(letters) if letters else -1
    if start >= 0:
        return f"the text has {text.words[text.origins[start] : text.origins[start + len(letters) - 1] + 1]!r}"
    if spans == ANYWHERE:
        lines = [line.strip() for line in text.words.splitlines()[:_TOP]]
        first = next((line for line in lines if line), "")
        near = (f"the text has {line!r}" for line in get_close_matches(literal, lines, 1))
        return next(near, f"write it as the text has it, which begins with {first[:_SHOWN]!r}")
    start, end = spans[0]
    return f"the text has {text.words[start : min(end, start + _SHOWN)]!r} there"


def _article_id(entry: Entry) -> str:
    """Return the id of the article of a statement; of any other record its own id."""
    return entry.row.article if isinstance(entry.row, Statement) else entry.id


def _spans(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str, SpanRow, str]]:
    """Yield every span: its record, its pointer, its row and the id of its article."""
    for entry in entries:
        for pointer, row in rows(entry):
            if isinstance(row, SpanRow):
                yield entry, pointer, row, _article_id(entry)


def _quote_hint(quote: str, words: str, fragments: int) -> str:
    """Return the hint for a quotation that differs from the words of its mention, which has a number of *fragments*."""
    if quote.strip(_MARKS) == words.strip(_MARKS) and len(quote) > len(words):
        return "write it without quotation marks"
    if quote.strip(_MARKS) == words.strip(_MARKS) and len(quote) < len(words):
        return "the evidence has quotation marks at an end: find the words between them"
    joints = quote.count(FRAGMENTS_JOIN)
    if joints != fragments - 1:
        return f"… joins fragments, of which its mention has {fragments}: find: [one part, the next], then anchor"
    return _first_difference(quote, words)


def _first_difference(quote: str, words: str) -> str:
    """Return a hint with the first characters of a quotation that differ from the words of the text."""
    pairs = enumerate(zip(quote, words, strict=False))
    start = next((n for n, (quoted, written) in pairs if quoted != written), min(len(quote), len(words)))
    return f"{quote[start : start + 12]!r} where the text has {words[start : start + 12]!r}"


def _quote_mentions(statement: Statement) -> Iterator[tuple[int, list[Evidence]]]:
    """Yield the number and the fragments, in order, of each mention of the quotation of a statement."""
    rows = sorted(
        (row for row in statement.evidence if row.role == "quote"), key=lambda row: (row.mention, row.fragment)
    )
    for mention, fragments in groupby(rows, key=lambda row: row.mention):
        yield mention, list(fragments)


def _literals(entry: Entry) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Yield the pointer of each literal, the literal, and the spans, one of which should hold it."""
    for pointer, row in rows(entry):
        if isinstance(row, Article):
            if row.headline is not None:
                yield "/headline", row.headline, ANYWHERE
        elif isinstance(row, Mention | Quantity) and row.as_written is not None:
            yield f"{pointer}/as_written", row.as_written, [(row.start, row.end)]
        elif isinstance(row, StatementEvent) and row.date_text is not None and isinstance(entry.row, Statement):
            number = int(pointer.rpartition("/")[2]) + 1
            evidence = (row for row in entry.row.evidence if row.role == "date" and row.of == number)
            dates = [(row.start, row.end) for row in evidence]
            yield f"{pointer}/date_text", row.date_text, dates


def runs(words: str) -> list[tuple[str, ...]]:
    """Return every run of ``RUN`` consecutive words of a text, in lower case and without punctuation."""
    listed = _WORD.findall(words.casefold().replace("’", "'"))
    return [tuple(listed[start : start + RUN]) for start in range(len(listed) - RUN + 1)]


def _curator_texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the pointer and value of every text that should be in the curator's own words."""
    for pointer, row in rows(entry):
        for column in columns(type(row)):
            value = getattr(row, column.name)
            if column.kind == "string" and column.name not in LITERAL and value is not None:
                yield f"{pointer}/{column.name}", value
