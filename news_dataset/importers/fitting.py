"""Takes out of records the values that do not fit their fields, and puts them into quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from news_dataset.annotations import Quarantined
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.importers.entities import Data
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import Document
from news_dataset.records import Record
from news_dataset.records.dataset import Extensible
from news_dataset.rules import Admits

UNKNOWN: dict[str, Data] = {
    "article": {"language": "und", "genre": "unknown", "rights": "unknown", "status": "draft"},
    "statement": dict.fromkeys(("kind", "claim_type", "certainty", "polarity"), "unknown"),
    "organization": {"kind": "unknown"},
    "place": {"kind": "unknown"},
    "event": {"type": "OTHER"},
}
"""The fields that each type of record needs, with their values where the origin gives none."""

_LEAST = ("id", "name", "title", "annotator", "article", "text_sha256", "text_length", "text_rule", "external_id",
          "statement_participants", "evidence")  # fmt: skip
"""The fields that are kept of a record whose fields do not fit together, so that others can refer to it."""

_ROUNDS = 5  # a fault may be seen only when another is gone; the last two rounds take out whole records


def fit(kind: str, records: Sequence[Data], reports: Sequence[Quarantined], profile: Profile) -> Iterator[Quarantined]:
    """Take from records each value that does not fit its field, and yield a report on it.

    Args:
        kind: the type of the records.
        records: the records in the release form, which are changed; one that cannot be a record is emptied.
        reports: for each record a report with its place in the origin.
        profile: the profile of the dataset.
    """
    for turn in range(_ROUNDS):
        faults = _find_faults(kind, records, profile)
        for index, pointer, message in faults:
            record, report = records[index], reports[index]
            field = pointer[0] if pointer else ""
            row = _removable_row(record, pointer)
            if turn < _ROUNDS - 2 and (row is not None or field in record):
                value = record.pop(field) if row is None else row.pop(pointer[2])
                record |= {field: UNKNOWN[kind][field]} if field in UNKNOWN.get(kind, ()) else {}
                content = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
                yield replace(report, message=f"{kind}.{field}: {message}", content=content)
            elif record:
                content = json.dumps(record, ensure_ascii=True)
                yield replace(report, message=f"is no {kind}: {message}", content=content)
                least = {name: record[name] for name in _LEAST if name in record} | UNKNOWN.get(kind, {})
                is_less = least.keys() < record.keys() and turn < _ROUNDS - 1
                record.clear()
                record |= least if is_less else {}
        if not faults:
            return


def _removable_row(record: Data, pointer: Sequence[str]) -> Data | None:
    """Return the row of a list whose field a pointer leads to; None if it leads elsewhere or to a missing field."""
    if len(pointer) < 3 or not isinstance(record.get(pointer[0]), list):
        return None
    row: Data = record[pointer[0]][int(pointer[1])]
    return row if pointer[2] in row else None


def _find_faults(kind: str, records: Sequence[Data], profile: Profile) -> list[tuple[int, Sequence[str], str]]:
    """Return index of the record, pointer and message of each fault; one for each field, or row of a list."""
    if kind == "statement" and _are_valid(records, profile):
        return []  # no check knows more about statements than their model
    filled = [index for index, record in enumerate(records) if record]
    document = Document("records.jsonl", [records[index] for index in filled], {}, {})
    entries, _ = entries_of(document, kind, SCHEMA_VERSION, profile) if filled else ([], [])
    reports = shape.run(Collection(Path(), (document,), tuple(entries), profile=profile))
    faults: dict[tuple[int, str], tuple[Sequence[str], str]] = {}
    for issue in (error for report in reports for error in report.errors):
        _, number, *rest = issue.pointer.split("/")
        index = filled[int(number)]
        faults.setdefault((index, "/".join(rest[:2])), (rest, _explain(issue, records[index], profile.by_type[kind])))
    return [(index, *fault) for (index, _), fault in faults.items()]


def _explain(issue: Issue, record: Data, model: type[Record]) -> str:
    """Return what is wrong; for a code also which codes there are, and what to do about it."""
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
