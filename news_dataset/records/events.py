"""Events: what happened, is happening or is planned."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from news_dataset.records import codebooks as codes
from news_dataset.records.fields import (
    MAX_ID,
    Child,
    Children,
    Date,
    Entity,
    Maybe,
    Note,
    Record,
    Reference,
    Sentence,
    Wikidata,
    id_pattern,
)
from news_dataset.records.plover import MODES_OF
from news_dataset.rules import Admits, Rule

EventId = Annotated[str, Reference("events", ("event",))]
PlaceId = Annotated[str, Reference("places", ("place",))]


class Topic(Child):
    """A subject that an event or a statement belongs to."""

    table: ClassVar[str] = "topics"
    parent_key: ClassVar[str] = "record"
    parent_table: ClassVar[str] = "records"

    topic: Annotated[str, codes.TOPIC] = Field(description="The subject.")


class EventParticipant(Child):
    """A person, organization or place that takes part in an event."""

    table: ClassVar[str] = "event_participants"
    parent_key: ClassVar[str] = "event"
    parent_table: ClassVar[str] = "events"

    entity: Entity = Field(description="Id of the person, organization or place.")
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
    date: Maybe[Date] = Field(
        None, description="When it took place according to independent sources, EDTF; an assessment backs it."
    )
    place: Maybe[PlaceId] = Field(None, description="Id of the place where it took place.")
    parent: Maybe[EventId] = Field(None, description="Id of the event that it is a part of.")
    wikidata: Maybe[Wikidata] = Field(None, description="Wikidata item of the event.")
    note: Note = None
    event_participants: Children[EventParticipant] = Field((), description="Who takes part.")
    topics: Children[Topic] = Field((), description="The subjects it belongs to.")
