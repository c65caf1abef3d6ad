"""What ``data/dataset.yaml`` says of a dataset as a whole."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from news_dataset.records.fields import Children, Count, Language, Line, Maybe, Paragraph, Row, Url, Yes

Keyword = Annotated[str, Field(pattern=r"^[a-z0-9]+([ -][a-z0-9]+)*$", max_length=40, examples=["fact checking"])]


class Contributor(Row):
    """A person or group who worked on the dataset."""

    name: Line = Field(description="The name as it should be cited.")
    role: Literal["author", "curator", "reviewer", "maintainer"] = Field(description="What they did.")
    url: Maybe[Url] = Field(None, description="A page about them.")


class RowCount(Row):
    """How many rows a table of the release is expected to have."""

    table: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)] = Field(description="Name of the table.")
    min: Maybe[Count] = Field(None, description="At least so many rows.")
    max: Maybe[Count] = Field(None, description="At most so many rows.")


class Coverage(Row):
    """What share of the statements of a release is expected to have something."""

    of: Literal["statements_with_content_evidence", "facts_assessed"] = Field(
        description="What is counted: statements that say where their content stands, or statements of fact that have "
        "an assessment."
    )
    min_percent: Annotated[int, Field(ge=0, le=100)] = Field(description="At least so many percent.")


class Description(Row):
    """Title, licence, versions, contributors and release assertions of a dataset."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)] = Field(
        description="Short name, as in a URL."
    )
    title: Line = Field(description="Title of the dataset.")
    description: Paragraph = Field(description="What the dataset holds.")
    license: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+$", max_length=80)] = Field(
        description="SPDX identifier of the licence."
    )
    license_url: Url = Field(description="Address of the licence's text.")
    homepage: Maybe[Url] = Field(None, description="Page of the dataset.")
    language: Maybe[Language] = Field(None, description="Language that the records are written in, BCP 47.")
    keywords: Children[Keyword] = Field((), description="Words under which catalogues should list it.")
    schema_version: Literal["1.1"] = Field(description="Version of the schemas that the records follow.")
    data_version: Annotated[str, Field(pattern=r"^[0-9]{4}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]{0,3})$")] = Field(
        description="Version of the data: year, month, number within the month."
    )
    contributors: Annotated[tuple[Contributor, ...], Field(strict=False, min_length=1)] = Field(
        description="Who worked on it, in the order of a citation."
    )
    row_counts: Children[RowCount] = Field((), description="How many rows every release must hold.")
    coverage: Children[Coverage] = Field((), description="What every release must cover.")
    keeps_ids: Maybe[Yes] = Field(
        None, description="True: an id of the published release is only lost with a row in redirects.yaml."
    )
