"""Assessments: what independent sources show; and the sources that they cite."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from news_dataset import edtf
from news_dataset.records import codebooks as codes
from news_dataset.records.entities import Correction
from news_dataset.records.fields import (
    MAX_ID,
    CalendarDay,
    Child,
    Children,
    Date,
    Language,
    Line,
    Maybe,
    Note,
    Paragraph,
    Record,
    Reference,
    Sentence,
    SourceId,
    Url,
    id_pattern,
)
from news_dataset.rules import NotAfter, PatternIf, Rule


class Citation(Child):
    """A source that an assessment rests on, and what it shows."""

    table: ClassVar[str] = "citations"
    parent_key: ClassVar[str] = "assessment"
    parent_table: ClassVar[str] = "assessments"

    source: SourceId = Field(description="Id of the source.")
    stance: Annotated[str, codes.STANCE] = Field(description="How the page stands to the claim.")
    says: Paragraph = Field(description="What that page shows for this claim, in the curator's own words.")


class Assessment(Record):
    """What independent sources show about one aspect of a statement or an event."""

    record_type: ClassVar[str] = "assessment"
    table: ClassVar[str] = "assessments"
    label_field: ClassVar[str] = "finding"
    rules: ClassVar[tuple[Rule, ...]] = (PatternIf("correct_value", edtf.PATTERN, "an EDTF date", "aspect", ("date",)),)

    id: str = Field(
        pattern=id_pattern("assessment"),
        max_length=MAX_ID,
        description="Id of the assessment: assessment/, the article's slug, a number.",
    )
    target: Annotated[str, Reference("records", ("statement", "event"))] = Field(
        description="Id of the statement or event that is assessed."
    )
    aspect: Annotated[str, codes.ASPECT] = Field(description="What was asked about it.")
    verdict: Annotated[str, codes.VERDICT] = Field(description="What the cited sources show.")
    finding: Paragraph = Field(description="The verdict's grounds in the curator's own words.")
    correct_value: Maybe[Sentence] = Field(
        None, description="What is right, where the finding can be put so briefly; EDTF where the aspect is date."
    )
    independence: Maybe[Annotated[str, codes.INDEPENDENCE]] = Field(
        None,
        description="Whether the decisive sources, cited as supporting or contradicting, are independent of each other "
        "and of the article; absent where none is cited.",
    )
    assessed_by: Line = Field(description="Who assessed it.")
    assessed_on: CalendarDay = Field(description="Day of the assessment, YYYY-MM-DD.")
    note: Note = None
    citations: Children[Citation] = Field((), description="The sources it rests on.")
    corrections: Children[Correction] = Field((), description="Corrections of this record, the oldest first.")


class Source(Record):
    """An external page that an assessment or a value rests on, or that an article or source goes back to."""

    record_type: ClassVar[str] = "source"
    table: ClassVar[str] = "sources"
    label_field: ClassVar[str] = "publisher"
    rules: ClassVar[tuple[Rule, ...]] = (NotAfter("published", "accessed", zones=1),)

    id: str = Field(
        pattern=id_pattern("source"), max_length=MAX_ID, description="Id of the source: source/ and a slug."
    )
    url: Url = Field(description="Address of the page.")
    archived_url: Maybe[Url] = Field(None, description="Address of a copy in a web archive.")
    publisher: Line = Field(description="Who published the page.")
    kind: Annotated[str, codes.SOURCE_KIND] = Field(description="What sort of source it is.")
    derived_from: Maybe[SourceId] = Field(
        None, description="Id of the source that it goes back to: the report that it copies or rewrites."
    )
    published: Maybe[Date] = Field(None, description="Date of publication, EDTF; absent: none visible.")
    accessed: Maybe[CalendarDay] = Field(None, description="Day on which the page was read, YYYY-MM-DD.")
    language: Maybe[Language] = Field(None, description="Language of the page, BCP 47.")
    note: Note = None
