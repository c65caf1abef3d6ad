"""Takes out of records the values that do not fit their fields, and texts that repeat the prose of an article."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from news_dataset.annotations import Quarantined
from news_dataset.checks import shape
from news_dataset.checks.words import LITERAL, RUN, runs
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.importers.entities import Data, one_line
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import Document
from news_dataset.records import Record
from news_dataset.records.dataset import Extensible
from news_dataset.rules import Admits
from news_dataset.spans import quoted_ranges

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

_EXEMPT = (*LITERAL, "id", "article")
_NAMES = {"name": 120, "label": 120, "title": 240}
"""Fields that a record needs, with the most characters that each may have."""

_ROUNDS = 5  # a fault may be seen only when another is gone; the last two rounds take out whole records


def fit(kind: str, records: Sequence[Data], reports: Sequence[Quarantined], profile: Profile) -> Iterator[Quarantined]:
    """Take from records each value that does not fit its field, and yield a report.

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
    """Return the row in a list whose field a pointer leads to; None if there is none."""
    if len(pointer) < 3 or not isinstance(record.get(pointer[0]), list):
        return None
    row: Data = record[pointer[0]][int(pointer[1])]
    return row if pointer[2] in row else None


def _find_faults(kind: str, records: Sequence[Data], profile: Profile) -> list[tuple[int, Sequence[str], str]]:
    """Return record index, pointer and message of faults, one per field or row."""
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
    """Return what is wrong; for a code also which codes there are, and what to do."""
    if issue.code not in ("unknown_code", "wrong_mode"):
        return issue.sentence
    hint, field = issue.hint, issue.pointer.rpartition("/")[2]
    if field == "mode":
        admitted = next(rule for rule in model.rules if isinstance(rule, Admits)).admitted
        hint = f"{record['type']} has {', '.join(admitted.get(str(record['type']), ())) or 'none'}"
    more = f", or add it to data/codebooks/{field}.yaml" if field in get_args(Extensible) else ""
    return f"{issue.message} ({hint}); give its code in the mapping{more}"


def _are_valid(records: Sequence[Data], profile: Profile) -> bool:
    """Return whether all statements that are not empty are valid."""
    model = profile.by_type["statement"]
    try:
        for record in records:
            if record:
                model.model_validate(record)
    except ValidationError:
        return False
    return True


def without_prose(
    kind: str, records: Sequence[Data], reports: Sequence[Quarantined], texts: Iterable[tuple[str | None, str]]
) -> Iterator[Quarantined]:
    """Take from records each text that repeats prose of an article; yield reports.

    A name is shortened instead, since records need one; all of it is in the report.

    Args:
        kind: the type of the records.
        records: the records in the release form, which are changed.
        reports: for each record a report with its place in the origin.
        texts: the texts of the articles, each with its headline, which may be repeated.
    """
    values = [(row, report, name, runs(value)) for record, report in zip(records, reports, strict=True)
              for row in [record, *_children(record)]
              for name, value in row.items() if isinstance(value, str) and name not in _EXEMPT]  # fmt: skip
    wanted = {run for *_, value_runs in values for run in value_runs}
    if not wanted:
        return
    prose = {run for text, headline in texts if text for run in _prose(text, headline, wanted)}
    for row, report, name, value_runs in values:
        if prose.isdisjoint(value_runs):
            continue
        message = f"{kind}.{name}: repeats {RUN} or more words of an article in a row"
        yield replace(report, message=message, content=row[name])
        if name in _NAMES:
            row[name] = one_line(row[name], _NAMES[name])
        else:
            del row[name]


def _children(record: Data) -> Iterator[Data]:
    return (row for rows in record.values() if isinstance(rows, list) for row in rows)


def _prose(text: str, headline: str, wanted: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return the wanted runs of a text outside of quotations, and not in its headline."""
    quoted = {run for start, end in quoted_ranges(text) for run in runs(text[start:end])}
    return wanted.intersection(runs(text)) - quoted - {*runs(headline)}
