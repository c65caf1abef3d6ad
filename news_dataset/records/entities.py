"""People, organizations, places and events: who and what the articles are about, and what happens."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from news_dataset.records import codebooks as codes
from news_dataset.records.codebooks import MODES_OF
from news_dataset.records.fields import (
    MAX_ID,
    CalendarDay,
    Child,
    Children,
    Country,
    Date,
    Entity,
    ExternalId,
    Language,
    Line,
    Maybe,
    Note,
    Paragraph,
    Record,
    Reference,
    Sentence,
    SourceId,
    Wikidata,
    Yes,
    id_pattern,
)
from news_dataset.rules import Admits, ExactlyOneOf, NotAfter, Rule, Together


class Name(Child):
    """A name of a person, organization or place in one language and script."""

    table: ClassVar[str] = "names"
    parent_key: ClassVar[str] = "entity"
    parent_table: ClassVar[str] = "entities"

    name: Line = Field(description="The name as it is written in that language.")
    language: Language = Field(description="Language and, where it matters, script as a BCP 47 tag: ko-Hang, ja-Jpan.")
    kind: Annotated[str, codes.NAME_KIND] = Field(description="What sort of name this is.")


class ValueSource(Child):
    """A source that a value of a person, organization or place comes from."""

    table: ClassVar[str] = "value_sources"
    parent_key: ClassVar[str] = "entity"
    parent_table: ClassVar[str] = "entities"

    field: Annotated[str, codes.VALUE_FIELD] = Field(description="The field that holds the value.")
    source: SourceId = Field(description="Id of the source.")
    says: Maybe[Paragraph] = Field(None, description="What that page shows for this value, in the curator's own words.")


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
    external_id: ExternalId = None
    note: Note = None
    names: Children[Name] = Field((), description="Names in other languages and scripts.")
    offices: Children[Office] = Field((), description="Offices, the latest first.")
    value_sources: Children[ValueSource] = Field((), description="Where its values come from.")


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
    external_id: ExternalId = None
    note: Note = None
    names: Children[Name] = Field((), description="Names in other languages and scripts.")
    value_sources: Children[ValueSource] = Field((), description="Where its values come from.")


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
    external_id: ExternalId = None
    note: Note = None
    names: Children[Name] = Field((), description="Names in other languages and scripts.")
    value_sources: Children[ValueSource] = Field((), description="Where its values come from.")


EventId = Annotated[str, Reference("events", ("event",))]
PlaceId = Annotated[str, Reference("places", ("place",))]


class Correction(Child):
    """A correction of an article's, statement's or assessment's record after it was released."""

    table: ClassVar[str] = "corrections"
    parent_key: ClassVar[str] = "record"
    parent_table: ClassVar[str] = "records"

    corrected_on: CalendarDay = Field(description="Day of the correction, YYYY-MM-DD.")
    says: Paragraph = Field(description="What was wrong, and what is right, in the curator's own words.")


class Topic(Child):
    """A subject that an event or a statement belongs to."""

    table: ClassVar[str] = "topics"
    parent_key: ClassVar[str] = "record"
    parent_table: ClassVar[str] = "records"

    topic: Annotated[str, codes.TOPIC] = Field(description="The subject.")


class EventParticipant(Child):
    """A person, organization or place that takes part in an event, or another who has no record."""

    table: ClassVar[str] = "event_participants"
    parent_key: ClassVar[str] = "event"
    parent_table: ClassVar[str] = "events"
    rules: ClassVar[tuple[Rule, ...]] = (ExactlyOneOf(("entity", "label", "implicit")),)

    entity: Maybe[Entity] = Field(None, description="Id of the person, organization or place.")
    label: Maybe[Line] = Field(None, description="A description, where there is no record: two ferries.")
    implicit: Maybe[Yes] = Field(None, description="True: the role is annotated, and the text names nobody in it.")
    role: Annotated[str, codes.EVENT_ROLE] = Field(description="The part it takes.")


class Event(Record):
    """Something that happened, is happening or is planned, as an identity that statements report on."""

    record_type: ClassVar[str] = "event"
    table: ClassVar[str] = "events"
    label_field: ClassVar[str] = "title"
    rules: ClassVar[tuple[Rule, ...]] = (Admits("mode", "type", MODES_OF),)

    id: str = Field(pattern=id_pattern("event"), max_length=MAX_ID, description="Id of the event: event/ and a slug.")
    title: Sentence = Field(description="What the event is, in the curator's own words.")
    type: Annotated[str, codes.EVENT_TYPE] = Field(description="What sort of event it is; its own, even if planned.")
    mode: Maybe[Annotated[str, codes.MODE]] = Field(None, description="The manner, where its type has modes.")
    factuality: Maybe[Annotated[str, codes.FACTUALITY]] = Field(
        None, description="Whether it took place, as far as sources other than the articles that report it show."
    )
    date: Maybe[Date] = Field(
        None, description="When it took place according to independent sources, EDTF; an assessment backs it."
    )
    place: Maybe[PlaceId] = Field(None, description="Id of the place where it took place.")
    parent: Maybe[EventId] = Field(None, description="Id of the event that it is a part of.")
    wikidata: Maybe[Wikidata] = Field(None, description="Wikidata item of the event.")
    external_id: ExternalId = None
    note: Note = None
    event_participants: Children[EventParticipant] = Field((), description="Who takes part.")
    topics: Children[Topic] = Field((), description="The subjects it belongs to.")
