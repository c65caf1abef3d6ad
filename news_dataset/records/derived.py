"""The rows of the derived tables, which nobody writes by hand, and of ``data/redirects.yaml``."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from news_dataset.records import codebooks as codes
from news_dataset.records.fields import MAX_ID, Country, Line, Maybe, Paragraph, Reference, Row, Wikidata, id_pattern


class EntityRow(Row):
    """A person, an organization or a place: everyone and everything of one kind of id in one table."""

    table: ClassVar[str] = "entities"
    key: ClassVar[tuple[str, ...]] = ("id",)

    id: str = Field(description="Id of the person, organization or place.")
    type: Annotated[str, codes.RECORD_TYPE] = Field(description="Its record type.")
    name: Line = Field(description="Its name in English.")
    country: Maybe[Country] = Field(None, description="Its country, ISO 3166-1 alpha-3.")
    wikidata: Maybe[Wikidata] = Field(None, description="Its Wikidata item.")


class RecordRow(Row):
    """Any record with an id: what columns that admit several types refer to."""

    table: ClassVar[str] = "records"
    key: ClassVar[tuple[str, ...]] = ("id",)

    id: str = Field(description="Id of the record.")
    type: Annotated[str, codes.RECORD_TYPE] = Field(description="Its record type.")
    label: Paragraph = Field(description="What people recognize it by: headline, name, title, gist, …")


class CodeRow(Row):
    """A code that a column may hold, and what it means."""

    table: ClassVar[str] = "codes"
    key: ClassVar[tuple[str, ...]] = ("codebook", "code")

    codebook: Line = Field(description="Name of the codebook.")
    code: Line = Field(description="The code as it stands in the column.")
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
    release: Annotated[str, Field(pattern=r"^[0-9]{4}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]{0,3})$")] = Field(
        description="The first data release without it."
    )
