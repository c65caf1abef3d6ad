"""The eight record types, their children, and the derived rows.

``RECORDS`` is the order in which types, folders and tables are listed everywhere.
"""

from __future__ import annotations

from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.records.articles import (
    Article,
    EarlierText,
    Evidence,
    Mention,
    Quantity,
    Statement,
    StatementEvent,
    StatementParticipant,
)
from news_dataset.records.assessments import Assessment, Citation, Source
from news_dataset.records.dataset import (
    CodeRow,
    Contributor,
    Coverage,
    Description,
    EntityRow,
    ExtensionField,
    NewCode,
    OwnCode,
    RecordRow,
    Redirect,
    RowCount,
    Severity,
)
from news_dataset.records.entities import (
    Correction,
    Event,
    EventParticipant,
    Name,
    Office,
    Organization,
    Person,
    Place,
    Topic,
    ValueSource,
)
from news_dataset.records.fields import Child, Record, Row

RECORDS: tuple[type[Record], ...] = (
    Article, Person, Organization, Place, Event, Statement, Assessment, Source,
)  # fmt: skip
CHILDREN: tuple[type[Child], ...] = (
    Mention, EarlierText, Name, Office, ValueSource, EventParticipant, Topic, StatementParticipant, StatementEvent,
    Evidence, Quantity, Citation, Correction,
)  # fmt: skip
DERIVED: tuple[type[EntityRow | RecordRow | CodeRow | Redirect], ...] = (EntityRow, RecordRow, CodeRow, Redirect)

BY_TYPE: dict[str, type[Record]] = {model.record_type: model for model in RECORDS}
BY_TABLE: dict[str, type[Record]] = {model.table: model for model in RECORDS}
ENTITY_TYPES = ("person", "organization", "place")

__all__ = [
    "BY_TABLE", "BY_TYPE", "CHILDREN", "DERIVED", "ENTITY_TYPES", "RECORDS", "SCHEMA_VERSION", "Article",
    "Assessment", "Child", "Citation", "CodeRow", "Contributor", "Correction", "Coverage", "Description",
    "EarlierText", "EntityRow", "Event", "EventParticipant", "Evidence", "ExtensionField", "Mention", "Name",
    "NewCode", "Office", "Organization", "OwnCode", "Person", "Place", "Quantity", "Record", "RecordRow",
    "Redirect", "Row", "RowCount", "Severity", "Source", "Statement", "StatementEvent", "StatementParticipant",
    "Topic", "ValueSource",
]  # fmt: skip
