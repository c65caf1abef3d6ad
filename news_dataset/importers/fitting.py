"""Values of annotations that do not fit the fields of records are taken out, and kept in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from news_dataset.annotations import Quarantined
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import Document
from news_dataset.records import Record
from news_dataset.records.dataset import Extensible
from news_dataset.rules import Admits

Data = dict[str, Any]

UNKNOWN: dict[str, Data] = {
    "article": {"language": "und", "genre": "unknown", "rights": "unknown", "status": "draft"},
    "statement": dict.fromkeys(("kind", "claim_type", "certainty", "polarity"), "unknown"),
    "organization": {"kind": "unknown"},
    "place": {"kind": "unknown"},
    "event": {"type": "OTHER"},
}
"""Of each type of record the fields that it needs, and what they hold where the origin does not say it."""

_LEAST = ("id", "name", "title", "annotator", "article", "text_sha256", "text_length", "text_rule", "external_id",
          "statement_participants", "evidence")  # fmt: skip
"""What is kept of a record whose fields do not fit together, so that others can refer to it."""

_ROUNDS = 5  # what one value hides another shows


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
        for at, pointer, why in faults:
            record, place = records[at], places[at]
            field = pointer[0] if pointer else ""
            row = _row(record, pointer)
            if turn < _ROUNDS - 2 and (row is not None or field in record):
                value = record.pop(field) if row is None else row.pop(pointer[2])
                record |= {field: UNKNOWN[kind][field]} if field in UNKNOWN.get(kind, ()) else {}
                content = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
                yield replace(place, message=f"{kind}.{field}: {why}", content=content)
            elif record:
                content = json.dumps(record, ensure_ascii=True)
                yield replace(place, message=f"is no {kind}: {why}", content=content)
                least = {name: record[name] for name in _LEAST if name in record} | UNKNOWN.get(kind, {})
                is_less = least.keys() < record.keys() and turn < _ROUNDS - 1
                record.clear()
                record |= least if is_less else {}
        if not faults:
            return


def _row(record: Data, pointer: Sequence[str]) -> Data | None:
    """Return the row of a list that lacks nothing without the field in it that a pointer leads to; else None."""
    if len(pointer) < 3 or not isinstance(record.get(pointer[0]), list):
        return None
    row: Data = record[pointer[0]][int(pointer[1])]
    return row if pointer[2] in row else None


def _faults(kind: str, records: Sequence[Data], profile: Profile) -> list[tuple[int, Sequence[str], str]]:
    """Return the number of each record with a fault, the pointer to it, and why; one for each field or row."""
    if kind == "statement" and _are_valid(records, profile):
        return []  # a statement has neither dates nor rules that only a check knows
    at_hand = [at for at, record in enumerate(records) if record]
    document = Document("records.jsonl", [records[at] for at in at_hand], {}, {})
    entries, _ = entries_of(document, kind, SCHEMA_VERSION, profile) if at_hand else ([], [])
    reports = shape.run(Collection(Path(), (document,), tuple(entries), profile=profile))
    found: dict[tuple[int, str], tuple[Sequence[str], str]] = {}
    for issue in (one for report in reports for one in report.errors):
        _, number, *rest = issue.pointer.split("/")
        at = at_hand[int(number)]
        found.setdefault((at, "/".join(rest[:2])), (rest, _why(issue, records[at], profile.by_type[kind])))
    return [(at, *said) for (at, _), said in found.items()]


def _why(issue: Issue, record: Data, model: type[Record]) -> str:
    """Return what is wrong; of a code also which there are, and what to do about it."""
    if issue.code not in ("unknown_code", "wrong_mode"):
        return issue.sentence
    hint, field = issue.hint, issue.pointer.rpartition("/")[2]
    if field == "mode":
        admitted = next(rule for rule in model.rules if isinstance(rule, Admits)).admitted
        hint = f"{record['type']} has {', '.join(admitted.get(str(record['type']), ())) or 'none'}"
    more = f", or add it to data/codebooks/{field}.yaml" if field in get_args(Extensible) else ""
    return f"{issue.message} ({hint}); give its code in the mapping{more}"


def _are_valid(records: Sequence[Data], profile: Profile) -> bool:
    model = profile.by_type["statement"]
    try:
        for record in records:
            if record:
                model.model_validate(record)
    except ValidationError:
        return False
    return True
