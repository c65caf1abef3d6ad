"""Evidence: spans lie within the text, are numbered and tied consistently, and hold the words they should."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from news_dataset.checks import across
from news_dataset.collection import Collection
from news_dataset.entries import Entry
from news_dataset.issues import Outcome, Skipped
from news_dataset.records import Article, Evidence, Mention, Quantity, Statement
from news_dataset.spans import SPAN_FIELDS, Text, digest, skeleton

Numbered = Evidence | Mention
SpanRow = Numbered | Quantity
NO_TEXT = Skipped("no text at hand: give --text")
NO_ARTICLE = Skipped("the article's record is missing or broken")
FRAGMENTS_JOIN = " … "

_SEARCHED = 50_000  # skeleton characters that are searched for words that moved, so that a hint stays cheap

TIED_TO_PARTICIPANT = {"source": "speaker", "addressee": "addressee"}
"""Roles of evidence whose ``of`` is the ordinal of a participant, and the role that this one has."""

TIED_TO_EVENT = ("trigger", "date", "place")
"""Roles of evidence whose ``of`` is the ordinal of a reported event."""


def wrong_text(collection: Collection) -> Iterator[Outcome]:
    """The text at hand is not the one that was annotated: its hash or its length differs.

    Offsets are then worth nothing; the digests of the spans say which words are still where they were.
    """
    for entry in collection.of("article"):
        article, text = entry.row, collection.texts.get(entry.id)
        if not isinstance(article, Article) or text is None:
            yield NO_TEXT
            continue
        found = []
        if article.text_sha256 != text.sha256:
            crlf = "it has CRLF line ends; the annotated text may have LF"
            hint = crlf if "\r\n" in text.words else "news-dataset restore shows what moved"
            found.append(entry.issue("/text_sha256", f"{text.path} has another hash: {text.sha256}", hint))
        if article.text_length != len(text.words):
            found.append(entry.issue("/text_length", f"{text.path} has {len(text.words)} code points"))
        yield found


def span_outside(collection: Collection) -> Iterator[Outcome]:
    """A span ends behind the end of the article's text."""
    for entry, pointer, row, article in _spans(collection):
        owner = collection.by_id.get(article)
        if owner is None or not isinstance(owner.row, Article):
            yield NO_ARTICLE
        else:
            text = collection.texts.get(article)
            length = owner.row.text_length if text is None else len(text.words)
            yield [] if row.end <= length else [entry.issue(f"{pointer}/end", *across.outside(row.end, length)[:2])]


def span_words(collection: Collection) -> Iterator[Outcome]:
    """The words at a span's offsets are not those that its digests were made of.

    Needs the text. Either the offsets are wrong or the text was changed; nothing is corrected silently.
    """
    for entry, pointer, row, article in _spans(collection):
        text = collection.texts.get(article)
        if text is None:
            yield NO_TEXT
            continue
        is_same = collection.by_id[article].data.get("text_sha256") == text.sha256
        try:
            here = text.span(row.start, row.end)
        except ValueError as error:
            yield [entry.issue(f"{pointer}/start", str(error), _where_else(text, row, is_same))]
            continue
        wrong = [name for name in SPAN_FIELDS[2:] if getattr(here, name) != getattr(row, name)]
        message = f"the words from {row.start} to {row.end} have another {', '.join(wrong)}"
        yield [entry.issue(f"{pointer}/{wrong[0]}", message, _where_else(text, row, is_same))] if wrong else []


def span_numbers(collection: Collection) -> Iterator[Outcome]:
    """Mentions or fragments are not numbered 1, 2, … without gaps, or rows of one fragment differ.

    ``mention`` counts within the article, or within statement and role; ``fragment`` within the mention, in the order
    of the text. Several rows may share both numbers (joint speakers); they then have the same span.
    """
    for entry in collection.of("article", "statement"):
        name = "mentions" if entry.kind == "article" else "evidence"
        rows: list[Numbered] = list(getattr(entry.row, name))
        groups: dict[str, list[tuple[int, Numbered]]] = defaultdict(list)
        for place, row in enumerate(rows):
            groups[row.role if isinstance(row, Evidence) else ""].append((place, row))
        for group in groups.values():
            yield [entry.issue(f"/{name}/{place}/{field}", why) for place, field, why in _misnumbered(group)]


def wrong_of(collection: Collection) -> Iterator[Outcome]:
    """``of`` does not give the ordinal of what the words show.

    For source and addressee it is the ordinal of a speaker or addressee among the statement's participants; for
    trigger, date and place that of an event among those it reports.
    """
    for entry in collection.of("statement"):
        for place, row in enumerate(_statement(entry).evidence):
            if row.of is not None:
                why = _wrong_of(_statement(entry), row)
                yield [entry.issue(f"/evidence/{place}/of", why)] if why else []


def quote_without_span(collection: Collection) -> Iterator[Outcome]:
    """A quotation has no evidence of role quote, or there is such evidence and no quotation."""
    for entry in collection.of("statement"):
        statement = _statement(entry)
        places = [place for place, row in enumerate(statement.evidence) if row.role == "quote"]
        if statement.quote is not None and not places:
            yield [entry.issue("/quote", "the quotation has no evidence of role quote")]
        elif statement.quote is None and places:
            message = f"a quotation is only for direct and mixed statements, not for {statement.kind} ones"
            yield [entry.issue(f"/evidence/{places[0]}/role", message)]
        elif statement.quote is not None:
            yield []


def quote_words(collection: Collection) -> Iterator[Outcome]:
    """The quotation is not what its evidence points to.

    It equals the fragments of each of its quote mentions, joined by ' … '. Without the text its letters and digits are
    compared by digest; with the text every character is compared.
    """
    for entry in collection.of("statement"):
        statement = _statement(entry)
        if statement.quote is None:
            continue
        text = collection.texts.get(statement.article)
        for mention, fragments in _quote_mentions(statement):
            quote, hint = statement.quote, "copy the words from the text"
            if text is not None:
                words = FRAGMENTS_JOIN.join(text.words[row.start : row.end] for row in fragments)
                same, hint = words == quote, _first_difference(quote, words)
            else:
                parts = quote.split(FRAGMENTS_JOIN) if len(fragments) > 1 else [quote]
                same = [(len(skeleton(part)), digest(part)) for part in parts] == [
                    (row.length, row.digest) for row in fragments
                ]
            message = f"the quotation differs from the words of its quote mention {mention}"
            yield [] if same else [entry.issue("/quote", message, hint)]


def literal_words(collection: Collection) -> Iterator[Outcome]:
    """A literal is not what stands in the text: the headline, a name as written, or a date as reported.

    ``as_written`` stands within its mention or quantity, ``date_text`` within its date evidence, which it must have.
    Whether the words stand there needs the text.
    """
    for entry in collection.of("article", "statement"):
        row = entry.row
        article = row.article if isinstance(row, Statement) else entry.id
        for pointer, literal, spans in _literals(entry):
            text = collection.texts.get(article)
            if not spans:
                hint = "add evidence of role date, with of = the ordinal of the event"
                yield [entry.issue(pointer, f"{literal!r} has no evidence", hint)]
                continue
            if text is None:
                yield NO_TEXT
                continue
            there = any(literal in text.words[start:end] for start, end in spans)
            yield [] if there else [entry.issue(pointer, f"{literal!r} is not what stands in the text")]


CHECKS = (
    wrong_text, span_outside, span_words, span_numbers, wrong_of, quote_without_span, quote_words, literal_words,
)  # fmt: skip
ACROSS = (
    span_outside,
)  # fmt: skip
"""Those that look at several records at once."""


def _statement(entry: Entry) -> Statement:
    assert isinstance(entry.row, Statement)  # asked for by type
    return entry.row


def _spans(collection: Collection) -> Iterator[tuple[Entry, str, SpanRow, str]]:
    """Yield every span row with its pointer and the id of its article."""
    for entry in collection.of("article", "statement"):
        if isinstance(entry.row, Article):
            for place, mention in enumerate(entry.row.mentions):
                yield entry, f"/mentions/{place}", mention, entry.id
        else:
            for place, evidence in enumerate(_statement(entry).evidence):
                yield entry, f"/evidence/{place}", evidence, _statement(entry).article
            for place, quantity in enumerate(_statement(entry).quantities):
                yield entry, f"/quantities/{place}", quantity, _statement(entry).article


def _first_difference(quote: str, words: str) -> str:
    at = next((at for at, pair in enumerate(zip(quote, words, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(quote), len(words)) if at is None else at
    return f"{quote[at : at + 12]!r} where the text has {words[at : at + 12]!r}"


def _where_else(text: Text, row: SpanRow, is_same: bool) -> str:
    """Say where in the text words of this length and digest stand, if anywhere."""
    points = _from_utf16(text.words, row) if is_same else None  # in another text anything may have moved
    if points and digest(text.words[slice(*points)]) == row.digest:
        return f"the offsets count UTF-16 units; in code points they are {points[0]} and {points[1]}"
    bone, length = text.skeleton[:_SEARCHED], row.length
    places = [at for at in range(len(bone) - length + 1) if digest(bone[at : at + length]) == row.digest]
    if not places:
        return "no words of the text have this digest"
    found = [f"{text.origins[at]} to {text.origins[at + length - 1] + 1}" for at in places[:5]]
    return f"words of this digest stand from {', '.join(found)}"


def _from_utf16(words: str, row: SpanRow) -> tuple[int, int] | None:
    """Return the offsets of a row in code points if they count UTF-16 units and differ for that; else None."""
    units = words.encode("utf-16-le")
    start, end = (len(units[: 2 * at].decode("utf-16-le", "replace")) for at in (row.start, row.end))
    return (start, end) if (start, end) != (row.start, row.end) and start < end <= len(words) else None


def _misnumbered(group: list[tuple[int, Numbered]]) -> Iterator[tuple[int, str, str]]:
    ordered = sorted(group, key=lambda item: (item[1].mention, item[1].fragment))
    for wanted, (number, of_mention) in enumerate(groupby(ordered, key=lambda item: item[1].mention), 1):
        rows, end = list(of_mention), -1
        if number != wanted:
            yield rows[0][0], "mention", f"mention {number} comes where {wanted} is due"
            return
        for due, (fragment, of_fragment) in enumerate(groupby(rows, key=lambda item: item[1].fragment), 1):
            same = list(of_fragment)
            place, first = same[0]
            if fragment != due:
                yield place, "fragment", f"fragment {fragment} comes where {due} is due"
                return
            if first.start < end:
                yield place, "start", f"fragment {fragment} begins before the one before it ends"
            end = first.end
            for other, row in same[1:]:
                if (row.start, row.end) != (first.start, first.end):
                    yield other, "start", f"mention {number}, fragment {fragment} has another span in another row"


def _wrong_of(statement: Statement, row: Evidence) -> str:
    listed = statement.statement_events if row.role in TIED_TO_EVENT else statement.statement_participants
    what = "reported events" if row.role in TIED_TO_EVENT else "participants"
    if row.of is None or row.of > len(listed):
        return f"of {row.of} is none of the {what}, of which there are {len(listed)}"
    wanted = TIED_TO_PARTICIPANT.get(row.role)
    if wanted and statement.statement_participants[row.of - 1].role != wanted:
        return f"participant {row.of} is no {wanted}"
    return ""


def _quote_mentions(statement: Statement) -> Iterator[tuple[int, list[Evidence]]]:
    rows = sorted(
        (row for row in statement.evidence if row.role == "quote"), key=lambda row: (row.mention, row.fragment)
    )
    for mention, fragments in groupby(rows, key=lambda row: row.mention):
        yield mention, list(fragments)


def _literals(entry: Entry) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Yield the pointer of each literal, the literal, and the spans in one of which it should stand."""
    row = entry.row
    if isinstance(row, Article):
        yield "/headline", row.headline, [(0, 2**31)]  # anywhere, whatever length is claimed
        for place, mention in enumerate(row.mentions):
            if mention.as_written is not None:
                yield f"/mentions/{place}/as_written", mention.as_written, [(mention.start, mention.end)]
    elif isinstance(row, Statement):
        for place, event in enumerate(row.statement_events):
            if event.date_text is not None:
                dates = [e for e in row.evidence if e.role == "date" and e.of == place + 1]
                yield f"/statement_events/{place}/date_text", event.date_text, [(e.start, e.end) for e in dates]
        for place, quantity in enumerate(row.quantities):
            if quantity.as_written is not None:
                yield f"/quantities/{place}/as_written", quantity.as_written, [(quantity.start, quantity.end)]
