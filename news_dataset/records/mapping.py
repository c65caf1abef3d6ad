"""Mappings: which annotations of an annotated corpus become which records."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from news_dataset.records.fields import Children, Maybe, Row

MAX_NAME = 200
"""The maximum length of the name of a type, role or attribute, in characters."""

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Names = Annotated[dict[str, str], Field(default_factory=dict)]
Values = Annotated[dict[str, Any], Field(default_factory=dict)]
Becomes = Literal[
    "statement", "event", "person", "organization", "place", "mention", "part", "quantity", "office", "name", "link",
    "same", "none",
]  # fmt: skip


class MappingRule(Row):
    """What the annotations of one type become."""

    type: Name = Field(description="Type of the annotations, as the origin has it.")
    when: Names = Field(description="Only those that have these values of attributes.")
    record: Becomes = Field(
        description="What they become: a record; mention (words of the article, without a referent); part (words or a "
        "name that a statement or event links to); quantity (a number that a statement links to); office, name (an "
        "office or a further name of its holder); link (a relation that adds its other ends to the record of its "
        "holder); same (a relation between annotations of one thing); none (kept among the leftovers)."
    )
    role: Maybe[Name] = Field(
        None,
        description="Of a statement: the role of its own words among the evidence (absent: content; quote: content and "
        "quotation; none: its parts alone are evidence).",
    )
    holder: Maybe[Name] = Field(
        None, description="Of a link, an office or a name: the role of the annotation whose record it adds to."
    )
    same: Maybe[Name] = Field(
        None,
        description="Attribute by which annotations, also of several documents, mean one person, organization, place "
        "or event; id: that of a register; words: those of one document with the same words. Absent: each is its own.",
    )
    values: Values = Field(description="Values of fields of every such record.")
    fields: Names = Field(
        description="For a field of the record the attribute that it is taken from; words and id count as some. Rows "
        "of a list are JSON."
    )
    codes: Annotated[dict[str, dict[str, str]], Field(default_factory=dict)] = Field(
        description="For a field, the code for each value of the origin."
    )
    links: Names = Field(
        description="For a role of the origin the role in the record. Of a statement: source, addressee, content, cue, "
        "… (evidence), quantity, event (reports it), occasion, parent. Of an event: the role of a participant, or "
        "trigger. Of an office: organization, title."
    )


class Mapping(Row):
    """Which annotations become which records, and what holds of every article."""

    annotator: Maybe[Literal["folder"]] = Field(
        None, description="folder: the first folder below the source is named after the annotator, each a layer."
    )
    unit: Maybe[Literal["code_points", "utf16"]] = Field(
        None,
        description="Of doccano: what offsets count, where texts have characters in which that makes a difference.",
    )
    article: Values = Field(
        description="Values of fields of every article; headline: first_line takes the first line of its text."
    )
    article_fields: Names = Field(
        description="For a field of the article the attribute of the document that it is taken from."
    )
    annotations: Children[MappingRule] = Field((), description="The rules; of several that fit, the first counts.")
