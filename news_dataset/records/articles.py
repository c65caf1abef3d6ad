"""Articles and the words in them that refer to people, organizations, places and events."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from news_dataset.records import codebooks as codes
from news_dataset.records.fields import (
    MAX_ID,
    AsWritten,
    CalendarDay,
    Child,
    Children,
    Date,
    Language,
    Line,
    Maybe,
    Note,
    Ordinal,
    Record,
    Reference,
    Sentence,
    SpanDigest,
    SpanEnd,
    SpanLength,
    SpanPrefix,
    SpanStart,
    SpanSuffix,
    TextDigest,
    Url,
    id_pattern,
)
from news_dataset.rules import Less, NotAfter, Rule


class Mention(Child):
    """Words of an article that refer to a person, an organization, a place or an event."""

    table: ClassVar[str] = "mentions"
    parent_key: ClassVar[str] = "article"
    parent_table: ClassVar[str] = "articles"
    rules: ClassVar[tuple[Rule, ...]] = (Less("start", "end"),)

    mention: Ordinal = Field(description="Number of the mention within the article, from 1.")
    fragment: Ordinal = Field(description="Number of the fragment within the mention, from 1.")
    referent: Maybe[Annotated[str, Reference("records", ("person", "organization", "place", "event"))]] = Field(
        None,
        description="What the words refer to; absent: unresolved. Several rows of one mention mean all of them.",
    )
    as_written: Maybe[AsWritten] = Field(None, description="The words themselves; for names and titles only.")
    certainty: Maybe[Annotated[str, codes.MENTION_CERTAINTY]] = Field(
        None, description="How sure the annotator is of the referent."
    )
    start: SpanStart
    end: SpanEnd
    length: SpanLength
    digest: SpanDigest
    prefix: SpanPrefix
    suffix: SpanSuffix


class Article(Record):
    """A news text: what identifies it, and what was found out about it. The text itself is not included."""

    record_type: ClassVar[str] = "article"
    table: ClassVar[str] = "articles"
    label_field: ClassVar[str] = "headline"
    rules: ClassVar[tuple[Rule, ...]] = (NotAfter("published", "accessed"),)

    id: str = Field(
        pattern=id_pattern("article"), max_length=MAX_ID, description="Id of the article: article/ and a slug."
    )
    headline: Sentence = Field(description="The headline as published.")
    byline: Maybe[Line] = Field(None, description="The author line as published.")
    publisher: Maybe[Annotated[str, Reference("organizations", ("organization",))]] = Field(
        None, description="Id of the organization that published it."
    )
    url: Maybe[Url] = Field(None, description="Address at which it was published.")
    language: Language = Field(description="Language of the text, BCP 47.")
    published: Maybe[Date] = Field(None, description="Date of publication, EDTF.")
    accessed: Maybe[CalendarDay] = Field(None, description="Day on which the page was read, YYYY-MM-DD.")
    genre: Annotated[str, codes.GENRE] = Field(description="What sort of text it is.")
    rights: Annotated[str, codes.RIGHTS] = Field(description="Whether the text may be redistributed.")
    status: Annotated[str, codes.STATUS] = Field(description="How far the annotation has come.")
    text_sha256: TextDigest = Field(description="SHA-256 of the UTF-8 bytes of the annotated text, in hex.")
    text_length: Ordinal = Field(description="Length of the annotated text in code points.")
    annotator: Line = Field(description="Who annotated it.")
    note: Note = None
    mentions: Children[Mention] = Field((), description="Words that refer to people, organizations, places, events.")
