"""The dataset as a whole: what ``dataset.yaml`` and ``redirects.yaml`` say, and the rows of the derived tables."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from news_dataset.records import codebooks as codes
from news_dataset.records.fields import (
    DATA_VERSION,
    MAX_ID,
    Children,
    Count,
    Country,
    Language,
    Line,
    Maybe,
    Paragraph,
    Reference,
    Row,
    Url,
    Wikidata,
    id_pattern,
)

Extensible = Literal["topic", "event_type", "mode", "event_role", "statement_role", "evidence_role", "quantity_unit"]
"""The codebooks to which a dataset may add codes."""

Code = Annotated[
    str, Field(pattern="^([a-z][a-z0-9]*([_-][a-z0-9]+)*|[A-Z][A-Z0-9]*(_[A-Z0-9]+)*)$", max_length=40)
]  # lower case, or upper case as event types are
RecordType = Annotated[str, codes.RECORD_TYPE]
Keyword = Annotated[str, Field(pattern=r"^[a-z0-9]+([ -][a-z0-9]+)*$", max_length=40, examples=["fact checking"])]


class Contributor(Row):
    """A person or group who worked on the dataset."""

    name: Line = Field(description="The name as it should be cited.")
    role: Literal["author", "curator", "reviewer", "maintainer"] = Field(description="What they did.")
    url: Maybe[Url] = Field(None, description="A page about them.")


class RowCount(Row):
    """How many rows a table of the release is expected to have."""

    table: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)] = Field(description="Name of the table.")
    min: Maybe[Count] = Field(None, description="The least number of rows.")
    max: Maybe[Count] = Field(None, description="The greatest number of rows.")


class Coverage(Row):
    """What share of the statements of a release is expected to have something."""

    of: Literal["statements_with_content_evidence", "facts_assessed"] = Field(
        description="What is counted: statements that say where their content stands, or statements of fact that have "
        "an assessment."
    )
    min_percent: Annotated[int, Field(ge=0, le=100)] = Field(description="The least percentage.")


class OwnCode(Row):
    """A code of an extension field."""

    code: Code = Field(description="The code, as records have it.")
    definition: Paragraph = Field(description="What it means.")


class NewCode(OwnCode):
    """A code that a dataset adds to a codebook."""

    event_type: Maybe[Code] = Field(None, description="Of a mode, where it is needed: its type of event.")


class ExtensionField(Row):
    """A field that the records of a type may have in this dataset, beside those that every dataset has."""

    record_type: RecordType = Field(description="The type of record.")
    name: Annotated[str, Field(pattern=r"^x_[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)] = Field(
        description="Name of the field and column; it begins with x_."
    )
    type: Literal["string", "integer", "number", "boolean", "date"] = Field(
        description="Type of its values; date is a day, YYYY-MM-DD."
    )
    description: Paragraph = Field(description="What it says.")
    codes: Children[OwnCode] = Field((), description="Of a string: the only values that it may have.")


class Severity(Row):
    """The severity of a policy check in this dataset."""

    check: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)] = Field(
        description="Name of a policy check; news-dataset explain says which may be set."
    )
    severity: Literal["error", "warning", "off"] = Field(
        description="error, warning, or off: the check is skipped, and counted so."
    )


class Description(Row):
    """Title, licence, versions, contributors, profile and release assertions of a dataset."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)] = Field(
        description="Short name, as in a URL."
    )
    title: Line = Field(description="Title of the dataset.")
    description: Paragraph = Field(description="What the dataset holds.")
    license: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+$", max_length=80)] = Field(
        description="SPDX identifier of the licence; NOASSERTION: nobody has stated one."
    )
    license_url: Url = Field(description="Address of the licence's text.")
    homepage: Maybe[Url] = Field(None, description="Page of the dataset.")
    language: Maybe[Language] = Field(None, description="Language that the records are written in, BCP 47.")
    keywords: Children[Keyword] = Field((), description="Words under which catalogues should list it.")
    annotated_by: Maybe[Literal["machine", "people", "both"]] = Field(
        None, description="Who made the records: machine (models alone), people, or both."
    )
    schema_version: Literal["1.2"] = Field(description="Version of the schemas that the records follow.")
    data_version: Annotated[str, Field(pattern=r"^[0-9]{4}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]{0,3})(\.dev)?$")] = Field(
        description="Version of the data: year, month, number within the month; a draft of it ends in .dev."
    )
    contributors: Annotated[tuple[Contributor, ...], Field(strict=False, min_length=1)] = Field(
        description="Who worked on it, in the order of a citation."
    )
    codebooks: Children[Extensible] = Field((), description="Codebooks to which codebooks/<name>.yaml adds codes.")
    extension_fields: Children[ExtensionField] = Field((), description="Fields that only this dataset has.")
    severities: Children[Severity] = Field((), description="Severities of policy checks.")
    row_counts: Children[RowCount] = Field((), description="How many rows every release must hold.")
    coverage: Children[Coverage] = Field((), description="What every release must cover.")
    keeps_ids: Maybe[bool] = Field(
        None, description="False: an id of the published release may be lost without a row in redirects.yaml."
    )


class EntityRow(Row):
    """A person, an organization or a place: everyone and everything of one kind of id in one table."""

    table: ClassVar[str] = "entities"
    key: ClassVar[tuple[str, ...]] = ("id",)

    id: str = Field(description="Id of the person, organization or place.")
    type: RecordType = Field(description="Its record type.")
    name: Line = Field(description="Its name in English.")
    country: Maybe[Country] = Field(None, description="Its country, ISO 3166-1 alpha-3.")
    wikidata: Maybe[Wikidata] = Field(None, description="Its Wikidata item.")


class RecordRow(Row):
    """Any record with an id: what columns that admit several types refer to."""

    table: ClassVar[str] = "records"
    key: ClassVar[tuple[str, ...]] = ("id",)

    id: str = Field(description="Id of the record.")
    type: RecordType = Field(description="Its record type.")
    label: Paragraph = Field(description="What people recognize it by: headline, name, title, gist, …")


class CodeRow(Row):
    """A code that a column may hold, and what it means."""

    table: ClassVar[str] = "codes"
    key: ClassVar[tuple[str, ...]] = ("codebook", "code")

    codebook: Line = Field(description="Name of the codebook.")
    code: Line = Field(description="The code, as in the column.")
    label: Line = Field(description="The code as a phrase.")
    definition: Paragraph = Field(description="What it means.")


class Redirect(Row):
    """An id that was released once and is no more."""

    table: ClassVar[str] = "redirects"
    key: ClassVar[tuple[str, ...]] = ("old_id",)

    old_id: Annotated[str, Field(pattern=id_pattern(*codes.RECORD_TYPE.definitions), max_length=MAX_ID)] = Field(
        description="The id that is no more."
    )
    new_id: Maybe[Annotated[str, Reference("records", tuple(codes.RECORD_TYPE.definitions))]] = Field(
        None, description="The id to use instead; absent: there is none."
    )
    reason: Annotated[str, codes.REDIRECT_REASON] = Field(description="Why it is no more.")
    release: Annotated[str, Field(pattern=DATA_VERSION)] = Field(description="The first data release without it.")
