"""People, organizations and places: who and what the articles are about."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from news_dataset.records import codebooks as codes
from news_dataset.records.fields import (
    MAX_ID,
    Child,
    Children,
    Country,
    Date,
    Language,
    Line,
    Maybe,
    Note,
    Record,
    Reference,
    Wikidata,
    id_pattern,
)
from news_dataset.rules import NotAfter, Rule, Together


class Name(Child):
    """A name of a person, organization or place in one language and script."""

    table: ClassVar[str] = "names"
    parent_key: ClassVar[str] = "entity"
    parent_table: ClassVar[str] = "entities"

    name: Line = Field(description="The name as it is written in that language.")
    language: Language = Field(description="Language and, where it matters, script as a BCP 47 tag: ko-Hang, ja-Jpan.")
    kind: Annotated[str, codes.NAME_KIND] = Field(description="What sort of name this is.")


class Office(Child):
    """An office that a person holds or held."""

    table: ClassVar[str] = "offices"
    parent_key: ClassVar[str] = "person"
    parent_table: ClassVar[str] = "people"
    rules: ClassVar[tuple[Rule, ...]] = (NotAfter("start", "end"),)

    title: Line = Field(description="Title of the office in English.")
    organization: Maybe[Annotated[str, Reference("organizations", ("organization",))]] = Field(
        None, description="Id of the organization or country whose office it is."
    )
    start: Maybe[Date] = Field(None, description="First day in office, EDTF; absent: not known.")
    end: Maybe[Date] = Field(None, description="Last day in office, EDTF; absent: not ended, or not known.")


class Person(Record):
    """A human being that an article or a statement refers to."""

    record_type: ClassVar[str] = "person"
    table: ClassVar[str] = "people"
    label_field: ClassVar[str] = "name"

    id: str = Field(
        pattern=id_pattern("person"),
        max_length=MAX_ID,
        description="Id of the person: person/ and a slug, family name first where that is the native order.",
    )
    name: Line = Field(description="The name by which English-language readers know the person.")
    family_name: Maybe[Line] = Field(None, description="Family name in Latin letters.")
    given_name: Maybe[Line] = Field(None, description="Given name in Latin letters.")
    birth_date: Maybe[Date] = Field(None, description="Date of birth, EDTF; absent where sources disagree.")
    country: Maybe[Country] = Field(
        None, description="Country that the person acts for or belongs to, ISO 3166-1 alpha-3."
    )
    wikidata: Maybe[Wikidata] = Field(None, description="Wikidata item of the person.")
    note: Note = None
    names: Children[Name] = Field((), description="Names in other languages and scripts.")
    offices: Children[Office] = Field((), description="Offices, the latest first.")


class Organization(Record):
    """A state, body, company or group as an actor."""

    record_type: ClassVar[str] = "organization"
    table: ClassVar[str] = "organizations"
    label_field: ClassVar[str] = "name"

    id: str = Field(
        pattern=id_pattern("organization"),
        max_length=MAX_ID,
        description="Id of the organization: organization/ and a slug.",
    )
    name: Line = Field(description="The name by which English-language readers know it.")
    kind: Annotated[str, codes.ORGANIZATION_KIND] = Field(description="What sort of organization it is.")
    country: Maybe[Country] = Field(None, description="Country it belongs to or is, ISO 3166-1 alpha-3.")
    wikidata: Maybe[Wikidata] = Field(None, description="Wikidata item of the organization.")
    note: Note = None
    names: Children[Name] = Field((), description="Names in other languages and scripts.")


class Place(Record):
    """A place on the map."""

    record_type: ClassVar[str] = "place"
    table: ClassVar[str] = "places"
    label_field: ClassVar[str] = "name"
    rules: ClassVar[tuple[Rule, ...]] = (Together("latitude", "longitude"),)

    id: str = Field(pattern=id_pattern("place"), max_length=MAX_ID, description="Id of the place: place/ and a slug.")
    name: Line = Field(description="The name by which English-language readers know it.")
    kind: Annotated[str, codes.PLACE_KIND] = Field(description="What sort of place it is.")
    country: Maybe[Country] = Field(None, description="Country it lies in, ISO 3166-1 alpha-3.")
    latitude: Maybe[Annotated[float, Field(ge=-90, le=90)]] = Field(
        None, description="Latitude of a point in it, degrees north, WGS 84."
    )
    longitude: Maybe[Annotated[float, Field(ge=-180, le=180)]] = Field(
        None, description="Longitude of that point, degrees east, WGS 84."
    )
    wikidata: Maybe[Wikidata] = Field(None, description="Wikidata item of the place.")
    geonames: Maybe[Annotated[int, Field(ge=1, le=2**31 - 1)]] = Field(None, description="GeoNames id of the place.")
    note: Note = None
    names: Children[Name] = Field((), description="Names in other languages and scripts.")
