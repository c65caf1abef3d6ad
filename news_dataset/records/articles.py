"""Articles with the words in them that refer to something, and what they claim, according to whom."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from news_dataset.records import codebooks as codes
from news_dataset.records.entities import Correction, EventId, PlaceId, Topic
from news_dataset.records.fields import (
    DATA_VERSION,
    MAX_ID,
    AsWritten,
    CalendarDay,
    Child,
    Children,
    Cue,
    Date,
    Entity,
    ExternalId,
    Language,
    Line,
    Maybe,
    Note,
    Number,
    Ordinal,
    Paragraph,
    Record,
    Reference,
    Sentence,
    SourceId,
    SpanDigest,
    SpanEnd,
    SpanLength,
    SpanPrefix,
    SpanStart,
    SpanSuffix,
    TextDigest,
    Url,
    Yes,
    id_pattern,
)
from news_dataset.rules import ExactlyOneOf, Less, Needs, NotAfter, OnlyIf, PresentIff, Rule, Together


class Mention(Child):
    """Words of an article that refer to a person, an organization, a place or an event."""

    table: ClassVar[str] = "mentions"
    parent_key: ClassVar[str] = "article"
    parent_table: ClassVar[str] = "articles"
    rules: ClassVar[tuple[Rule, ...]] = (Less("start", "end"), Together("event", "of"))

    mention: Ordinal = Field(description="Number of the mention within the article, from 1.")
    fragment: Ordinal = Field(description="Number of the fragment within the mention, from 1.")
    referent: Maybe[Annotated[str, Reference("records", ("person", "organization", "place", "event"))]] = Field(
        None,
        description="What the words refer to; absent: unresolved. Several rows of one mention mean all of them.",
    )
    event: Maybe[EventId] = Field(
        None, description="Id of the event in which what the words refer to takes part, as the words show."
    )
    of: Maybe[Ordinal] = Field(None, description="Ordinal of the participant among those of that event.")
    as_written: Maybe[AsWritten] = Field(None, description="The words themselves; for names and titles only.")
    certainty: Maybe[Annotated[str, codes.MENTION_CERTAINTY]] = Field(
        None, description="How sure the annotator is of the referent."
    )
    external_id: ExternalId = None
    start: SpanStart
    end: SpanEnd
    length: SpanLength
    digest: SpanDigest
    prefix: SpanPrefix
    suffix: SpanSuffix


class EarlierText(Child):
    """An earlier text of an article: what its spans pointed into until they were carried to the next one."""

    table: ClassVar[str] = "earlier_texts"
    parent_key: ClassVar[str] = "article"
    parent_table: ClassVar[str] = "articles"

    text_sha256: TextDigest = Field(description="SHA-256 of the UTF-8 bytes of that text, in hex.")
    text_length: Ordinal = Field(description="Length of that text in code points.")
    carried_on: CalendarDay = Field(description="Day on which the spans were carried to the next text, YYYY-MM-DD.")
    release: Maybe[Annotated[str, Field(pattern=DATA_VERSION)]] = Field(
        None, description="The last data release whose spans point into that text."
    )


class Article(Record):
    """A news text: what identifies it, and what was found out about it. The text itself is not included."""

    record_type: ClassVar[str] = "article"
    table: ClassVar[str] = "articles"
    label_field: ClassVar[str] = "headline"
    rules: ClassVar[tuple[Rule, ...]] = (
        NotAfter("published", "accessed", zones=1),
        Together("text_sha256", "text_length"),
    )

    id: str = Field(
        pattern=id_pattern("article"), max_length=MAX_ID, description="Id of the article: article/ and a slug."
    )
    headline: Maybe[Sentence] = Field(
        None, description="The headline as published; absent: it has none, or none was recorded."
    )
    byline: Maybe[Line] = Field(None, description="The author line as published.")
    publisher: Maybe[Annotated[str, Reference("organizations", ("organization",))]] = Field(
        None, description="Id of the organization that published it."
    )
    url: Maybe[Url] = Field(None, description="Address at which it was published.")
    archived_url: Maybe[Url] = Field(None, description="Address of a copy in a web archive.")
    derived_from: Maybe[SourceId] = Field(
        None, description="Id of the source that it goes back to, such as the agency report that it rewrites."
    )
    language: Language = Field(description="Language of the text, BCP 47.")
    published: Maybe[Date] = Field(None, description="Date of publication, EDTF.")
    accessed: Maybe[CalendarDay] = Field(None, description="Day on which the page was read, YYYY-MM-DD.")
    genre: Annotated[str, codes.GENRE] = Field(description="What sort of text it is.")
    rights: Annotated[str, codes.RIGHTS] = Field(description="Whether the text may be redistributed.")
    status: Annotated[str, codes.STATUS] = Field(description="How far the annotation has come.")
    text_sha256: Maybe[TextDigest] = Field(
        None,
        description="SHA-256 of the UTF-8 bytes of the annotated text, in hex; absent: the text is not available, or "
        "there is none.",
    )
    text_length: Maybe[Ordinal] = Field(None, description="Length of the annotated text in code points.")
    text_rule: Maybe[Annotated[str, codes.TEXT_RULE]] = Field(
        None, description="How the annotated text was built; absent: it is the text as published."
    )
    annotator: Line = Field(description="Who annotated it.")
    external_id: ExternalId = None
    note: Note = None
    mentions: Children[Mention] = Field((), description="Words that refer to people, organizations, places, events.")
    earlier_texts: Children[EarlierText] = Field((), description="Earlier texts of the article, the oldest first.")
    corrections: Children[Correction] = Field((), description="Corrections of this record, the oldest first.")


QUOTED = ("direct", "mixed")
"""The kinds of statement that may carry a quotation."""


class StatementParticipant(Child):
    """A speaker, an addressee, or another who has a part in a statement."""

    table: ClassVar[str] = "statement_participants"
    parent_key: ClassVar[str] = "statement"
    parent_table: ClassVar[str] = "statements"
    rules: ClassVar[tuple[Rule, ...]] = (ExactlyOneOf(("entity", "label", "implicit")),)

    role: Annotated[str, codes.STATEMENT_ROLE] = Field(description="The part; other words are allowed.")
    entity: Maybe[Entity] = Field(None, description="Id of the person, organization or place.")
    label: Maybe[Line] = Field(None, description="A description, where there is no record: two aides.")
    implicit: Maybe[Yes] = Field(
        None, description="True: the text names nobody, which differs from not having been annotated."
    )


class StatementEvent(Child):
    """An event that a statement reports, as the statement has it."""

    table: ClassVar[str] = "statement_events"
    parent_key: ClassVar[str] = "statement"
    parent_table: ClassVar[str] = "statements"

    event: EventId = Field(description="Id of the event.")
    realis: Annotated[str, codes.REALIS] = Field(description="How the statement presents the event.")
    date_text: Maybe[AsWritten] = Field(None, description="The date in the article's words: last Friday.")
    date: Maybe[Date] = Field(None, description="The date as reported, EDTF, even where it is wrong.")
    place: Maybe[PlaceId] = Field(None, description="Id of the place as reported.")


class Evidence(Child):
    """Words of the article that show a part of a statement."""

    table: ClassVar[str] = "evidence"
    parent_key: ClassVar[str] = "statement"
    parent_table: ClassVar[str] = "statements"
    rules: ClassVar[tuple[Rule, ...]] = (
        Less("start", "end"),
        PresentIff("of", "role", ("source", "addressee", "trigger", "date", "place")),
    )

    role: Annotated[str, codes.EVIDENCE_ROLE] = Field(description="What the words show; other words are allowed.")
    of: Maybe[Ordinal] = Field(
        None,
        description="Ordinal of what they show: of the participant (source, addressee) or of the reported event "
        "(trigger, date, place); other roles have none.",
    )
    mention: Ordinal = Field(description="Number of the mention within the statement and role, from 1.")
    fragment: Ordinal = Field(description="Number of the fragment within the mention, from 1.")
    external_id: ExternalId = None
    start: SpanStart
    end: SpanEnd
    length: SpanLength
    digest: SpanDigest
    prefix: SpanPrefix
    suffix: SpanSuffix


class Quantity(Child):
    """A number that a statement gives, as the statement has it."""

    table: ClassVar[str] = "quantities"
    parent_key: ClassVar[str] = "statement"
    parent_table: ClassVar[str] = "statements"
    rules: ClassVar[tuple[Rule, ...]] = (
        ExactlyOneOf(("value", "min")),
        Needs("max", "min"),
        Less("min", "max"),
        Less("start", "end"),
    )

    value: Maybe[Number] = Field(None, description="The number; absent where a range is given.")
    min: Maybe[Number] = Field(None, description="The least that the words allow: 24 for dozens.")
    max: Maybe[Number] = Field(None, description="The most that they allow; absent: no upper bound.")
    unit: Annotated[str, codes.QUANTITY_UNIT] = Field(description="What the number counts in; other words are allowed.")
    counted: Line = Field(description="What is counted, in the curator's own words.")
    approximate: Maybe[Yes] = Field(None, description="True: the statement says that it is not exact.")
    as_written: Maybe[AsWritten] = Field(None, description="The figure in the article's words: 3 percent.")
    start: SpanStart
    end: SpanEnd
    length: SpanLength
    digest: SpanDigest
    prefix: SpanPrefix
    suffix: SpanSuffix


class Statement(Record):
    """One claim of an article: what it says, according to whom, how sure, and where in the text."""

    record_type: ClassVar[str] = "statement"
    table: ClassVar[str] = "statements"
    label_field: ClassVar[str] = "gist"
    defaults: ClassVar[dict[str, str]] = {"certainty": "certain", "polarity": "positive"}
    rules: ClassVar[tuple[Rule, ...]] = (
        OnlyIf("quote", "kind", QUOTED),
        OnlyIf("quote_fidelity", "kind", QUOTED),
    )

    id: str = Field(
        pattern=id_pattern("statement"),
        max_length=MAX_ID,
        description="Id of the statement: statement/, the article's slug, a number.",
    )
    article: Annotated[str, Reference("articles", ("article",))] = Field(description="Id of the article.")
    kind: Annotated[str, codes.STATEMENT_KIND] = Field(description="How the claim is attributed.")
    claim_type: Annotated[str, codes.CLAIM_TYPE] = Field(description="What sort of claim it is.")
    cue: Maybe[Cue] = Field(None, description="Lemma of the words that signal the attribution: say, call for.")
    gist: Maybe[Sentence] = Field(
        None,
        description="What is claimed, in the curator's own words, at most 240 characters; absent: nobody has "
        "summarized it.",
    )
    quote: Maybe[Paragraph] = Field(
        None,
        description="The quoted words without their marks, as published; fragments joined by ' … '; absent: not "
        "recorded, or not to be said in one line.",
    )
    quote_fidelity: Maybe[Annotated[str, codes.QUOTE_FIDELITY]] = Field(
        None, description="Whether the quotation is in the language that was spoken."
    )
    certainty: Annotated[str, codes.CERTAINTY] = Field(description="How sure its source is.")
    polarity: Annotated[str, codes.POLARITY] = Field(description="Whether it is said to be so or not to be so.")
    occasion: Maybe[EventId] = Field(None, description="Id of the event at which it was said.")
    parent: Maybe[Annotated[str, Reference("statements", ("statement",))]] = Field(
        None, description="Id of the statement that it lies within."
    )
    external_id: ExternalId = None
    note: Note = None
    statement_participants: Children[StatementParticipant] = Field((), description="Speakers, addressees and others.")
    statement_events: Children[StatementEvent] = Field((), description="The events that it reports.")
    topics: Children[Topic] = Field((), description="The subjects it belongs to.")
    evidence: Children[Evidence] = Field((), description="Where in the text it stands.")
    quantities: Children[Quantity] = Field((), description="The numbers that it gives.")
    corrections: Children[Correction] = Field((), description="Corrections of this record, the oldest first.")
