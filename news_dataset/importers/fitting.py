"""Values of annotations that do not fit the fields of records are taken out, and kept in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from news_dataset.annotations import Quarantined
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import Document

Data = dict[str, Any]

UNKNOWN: dict[str, Data] = {
    "article": {"language": "und", "genre": "unknown", "rights": "unknown", "status": "draft"},
    "statement": dict.fromkeys(("kind", "claim_type", "certainty", "polarity"), "unknown"),
    "organization": {"kind": "unknown"},
    "place": {"kind": "unknown"},
    "event": {"type": "OTHER"},
}
"""Of each type of record the fields that it needs, and what they hold where the origin does not say it."""

_ROUNDS = 4  # what one value hides another shows


def fit(kind: str, records: Sequence[Data], places: Sequence[Quarantined], profile: Profile) -> Iterator[Quarantined]:
    """Take from records each value that does not fit its field, and yield what was taken.

    Args:
        kind: the type of the records.
        records: the records in the release form, which are changed; one that cannot be a record is emptied.
        places: for each record the place in the origin that is named for what is taken.
        profile: the profile of the dataset.
    """
    for turn in range(_ROUNDS):
        faults = _faults(kind, records, profile)
        for at, field, why in faults:
            record, place = records[at], places[at]
            if not field or turn == _ROUNDS - 1:
                content = json.dumps(record, ensure_ascii=True)
                yield Quarantined(place.path, "bad_value", f"is no {kind}: {why}", place.id, place.line, content)
                record.clear()
            elif field in record:
                value = record.pop(field)
                record |= {field: UNKNOWN[kind][field]} if field in UNKNOWN.get(kind, ()) else {}
                content = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
                yield Quarantined(place.path, "bad_value", f"{kind}.{field}: {why}", place.id, place.line, content)
        if not faults:
            return


def _faults(kind: str, records: Sequence[Data], profile: Profile) -> list[tuple[int, str, str]]:
    """Return the number of each record with a fault, the field at fault, and why; one for each field."""
    if kind == "statement" and _are_valid(records, profile):
        return []  # a statement has neither dates nor rules that only a check knows
    at_hand = [at for at, record in enumerate(records) if record]
    document = Document("records.jsonl", [records[at] for at in at_hand], {}, {})
    entries, _ = entries_of(document, kind, SCHEMA_VERSION, profile) if at_hand else ([], [])
    reports = shape.run(Collection(Path(), (document,), tuple(entries), profile=profile))
    found: dict[tuple[int, str], str] = {}
    for issue in (one for report in reports for one in report.errors):
        _, number, *rest = issue.pointer.split("/")
        found.setdefault((at_hand[int(number)], rest[0] if rest else ""), issue.message)
    return [(at, field, why) for (at, field), why in found.items()]


def _are_valid(records: Sequence[Data], profile: Profile) -> bool:
    model = profile.by_type["statement"]
    try:
        for record in records:
            if record:
                model.model_validate(record)
    except ValidationError:
        return False
    return True
