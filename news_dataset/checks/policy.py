"""Policy: the house rules on completeness and on literal words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from news_dataset import edtf
from news_dataset.checks import across
from news_dataset.checks.evidence import NO_TEXT
from news_dataset.collection import Collection, rows
from news_dataset.entries import Entry
from news_dataset.issues import Outcome, Skipped
from news_dataset.records import Article, Assessment, Event, Statement
from news_dataset.records.columns import columns

RUN = 8
"""So many of the article's words in a row are prose that may not be redistributed."""

PARTIAL = Skipped("only a part of a dataset, or some of it has errors of shape")
RESTS_ON = {"contradicted": "contradicts", "supported": "supports", "partly_supported": "supports"}
"""Verdicts, and the stance that a cited source then has."""

_LITERAL = ("headline", "quote")  # what law 3 allows word by word
_WORD = re.compile(r"\w+")
# An apostrophe inside a word does not close single quotation marks.
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|„[^“”]*[“”]|«[^»]*»|「[^」]*」|‘(?:[^‘’]|’(?=\w))*’")


def statement_without_evidence(collection: Collection) -> Iterator[Outcome]:
    """A statement does not say where in the text it stands.

    A reported statement (a speech act without content) needs source or cue evidence, every other content evidence.
    """
    for entry, statement in _statements(collection):
        roles = {row.role for row in statement.evidence}
        if statement.kind == "reported":
            message = "a statement of kind reported needs evidence of role source or cue"
            yield [] if roles & {"source", "cue"} else [entry.issue("", message)]
        else:
            message = f"a statement of kind {statement.kind} needs evidence of role content"
            yield [] if "content" in roles else [entry.issue("", message)]


def wrong_speakers(collection: Collection) -> Iterator[Outcome]:
    """A statement has no speaker, or a narrated one has.

    Every statement is somebody's: a person's, a described group's (label), or of someone the text leaves unnamed
    (implicit: true). Only narrated statements have no speaker, for they are the article's own.
    """
    for entry, statement in _statements(collection):
        speakers = [
            place for place, one in enumerate(statement.statement_participants) if one.role == "speaker"
        ]  # fmt: skip
        if statement.kind == "narrated" and speakers:
            message = "a narrated statement has no speaker: it is the article's own"
            yield [entry.issue(f"/statement_participants/{speakers[0]}/role", message)]
        elif statement.kind != "narrated" and not speakers:
            yield [entry.issue("", f"a statement of kind {statement.kind} needs a speaker", "or implicit: true")]
        else:
            yield []


def several_dates(collection: Collection) -> Iterator[Outcome]:
    """A statement reports several dated events, so that an assessment of its date would be ambiguous; split it."""
    for entry, statement in _statements(collection):
        dated = [place for place, event in enumerate(statement.statement_events) if event.date or event.date_text]
        message = "the statement reports a second dated event"
        found = [entry.issue(f"/statement_events/{place}", message, "make it two statements") for place in dated[1:]]
        yield found


def unassessed_fact(collection: Collection) -> Iterator[Outcome]:
    """A statement of fact has no assessment.

    A warning while its article is a draft, an error afterwards.
    """
    assessed = {entry.row.target for entry in collection.of("assessment") if isinstance(entry.row, Assessment)}
    for entry, statement in _statements(collection):
        if statement.claim_type != "fact":
            continue
        article = collection.by_id.get(statement.article)
        if article is None or not collection.is_whole or not collection.is_sound:
            yield PARTIAL
            continue
        status = article.row.status if isinstance(article.row, Article) else "draft"
        said = across.unassessed(entry.id, status)
        yield [] if entry.id in assessed else [entry.issue("/claim_type", said.message, severity=said.severity)]


def unbacked_date(collection: Collection) -> Iterator[Outcome]:
    """An event has a date that no assessment backs.

    The date of an event is what independent sources show: there is an assessment of the event, of aspect date, whose
    correct_value is that date.
    """
    backed = {
        (entry.row.target, entry.row.correct_value)
        for entry in collection.of("assessment")
        if isinstance(entry.row, Assessment) and entry.row.aspect == "date"
    }
    for entry in collection.of("event"):
        if isinstance(entry.row, Event) and entry.row.date is not None and _is_real(entry.row.date):
            if not collection.is_whole or not collection.is_sound:
                yield PARTIAL
                continue
            said = across.unbacked(entry.id, entry.row.date)
            yield [] if (entry.id, entry.row.date) in backed else [entry.issue("/date", said.message)]


def uncited_verdict(collection: Collection) -> Iterator[Outcome]:
    """A verdict does not rest on the sources it cites.

    Only not_checkable may stand without a source; what is contradicted cites a source that contradicts, what is
    supported or partly supported one that supports. One source is ``single``; several are ``independent`` or
    ``shared_origin``.
    """
    for entry in collection.of("assessment"):
        row = entry.row
        if isinstance(row, Assessment):
            sources = {citation.source for citation in row.citations}
            if not sources and row.verdict != "not_checkable":
                yield [entry.issue("/verdict", f"the verdict {row.verdict} cites no source")]
            elif row.verdict in RESTS_ON and RESTS_ON[row.verdict] not in {one.stance for one in row.citations}:
                yield [entry.issue("/verdict", f"{row.verdict}, but no cited source {RESTS_ON[row.verdict]} it")]
            elif sources and (len(sources) == 1) != (row.independence == "single"):
                message = f"{row.independence}, with {len(sources)} source{'s' if len(sources) > 1 else ''}"
                yield [entry.issue("/independence", message, "one source is single, several are not")]
            else:
                yield []


def unquoted_words(collection: Collection) -> Iterator[Outcome]:
    """A quotation holds words that the article does not put in quotation marks.

    Needs the text. Only quoted speech may be kept word by word.
    """
    for entry, statement in _statements(collection):
        text = collection.texts.get(statement.article)
        for place, row in enumerate(statement.evidence):
            if row.role != "quote":
                continue
            if text is None:
                yield NO_TEXT
                continue
            marked = [(found.start(), found.end()) for found in _QUOTED.finditer(text.words)]
            inside = any(start <= row.start and row.end <= end for start, end in marked)
            message = f"the words from {row.start} to {row.end} are not in quotation marks"
            yield [] if inside else [entry.issue(f"/evidence/{place}/start", message)]


def article_prose(collection: Collection) -> Iterator[Outcome]:
    """A text that should be in the curator's own words repeats eight or more words of an article in a row.

    Needs the text. The headline and what the article itself puts in quotation marks do not count. Looked at is every
    text field but headline and quote.
    """
    if not collection.texts:
        yield NO_TEXT
        return
    prose = prose_runs(collection)
    for entry in collection.of():
        for pointer, words in _own_words(entry):
            hit = next((run for run in runs(words) if run in prose), ())
            message = f"repeats {RUN} words of the article in a row, from {' '.join(hit[:2])!r} on" if hit else ""
            yield [entry.issue(pointer, message, "say it in your own words")] if hit else []


CHECKS = (
    statement_without_evidence, wrong_speakers, several_dates, unassessed_fact, unbacked_date, uncited_verdict,
    unquoted_words, article_prose,
)  # fmt: skip
ACROSS = (
    unassessed_fact, unbacked_date, article_prose,
)  # fmt: skip
"""Those that look at several records at once."""


def _is_real(date: str) -> bool:
    try:
        edtf.bounds(date)
    except ValueError:
        return False
    return True


def _statements(collection: Collection) -> Iterator[tuple[Entry, Statement]]:
    for entry in collection.of("statement"):
        if isinstance(entry.row, Statement):
            yield entry, entry.row


def runs(words: str) -> list[tuple[str, ...]]:
    """Return every run of ``RUN`` words, in lower case and without punctuation."""
    found = _WORD.findall(words.casefold().replace("’", "'"))
    return [tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)]


def prose_runs(collection: Collection) -> set[tuple[str, ...]]:
    """Return every run of words of the texts at hand that is prose."""
    found: set[tuple[str, ...]] = set()
    allowed: set[tuple[str, ...]] = set()
    for article, text in collection.texts.items():
        found.update(runs(text.words))
        row = collection.by_id[article].row
        headline = row.headline if isinstance(row, Article) else ""
        for literal in (headline, *_QUOTED.findall(text.words)):
            allowed.update(runs(literal))
    return found - allowed


def _own_words(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the words of every text field that is not a literal by design."""
    for pointer, row in rows(entry):
        for column in columns(type(row)):
            value = getattr(row, column.name)
            if column.kind == "string" and column.name not in _LITERAL and value is not None:
                yield f"{pointer}/{column.name}", value
