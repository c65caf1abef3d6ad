"""Offices and further names that are entries of their own in a register: rows of the records that they belong to."""

from __future__ import annotations

from news_dataset.annotations import Quarantined
from news_dataset.importers.conversion import Conversion
from news_dataset.importers.entities import Data
from news_dataset.importers.fitting import UNKNOWN, fit
from news_dataset.importers.referents import participant_of
from news_dataset.importers.rules import base_role
from news_dataset.records.mapping import MappingRule

ROWS = {"office": ("offices", ("person",)), "name": ("names", ("person", "organization", "place"))}
"""What an entry may become: the list that it is a row of, and the records that have one."""


def add_rows(conversion: Conversion) -> None:
    """Add offices and names to their holders; what has no holder is left over.

    Args:
        conversion: the document, whose people and bodies have their records.
    """
    by_kind: dict[str, list[tuple[Data, Quarantined]]] = {}
    for index, rule in enumerate(conversion.rules):
        if not rule or rule.record not in ROWS:
            continue
        name, kinds = ROWS[rule.record]
        annotation = conversion.annotations[index]
        holders = [target for role, target in annotation.links if role == rule.holder]
        holder = conversion.entity_ids.get(conversion.index_of.get(holders[0], -1), "") if holders else ""
        kind = holder.partition("/")[0]
        if kind not in kinds:
            conversion.leave_annotation(index, "it belongs to no record")
            continue
        record = {"id": holder, "name": kind, **UNKNOWN.get(kind, {}), name: [_row(conversion, index, rule)]}
        by_kind.setdefault(kind, []).append((record, conversion.report(annotation)))
    for kind, pairs in by_kind.items():  # each as the only row of a record, so that a bad one costs no other
        records, reports = [record for record, _ in pairs], [report for _, report in pairs]
        conversion.quarantined += fit(kind, records, reports, conversion.corpus.profile)
        for record in records:
            _add_rows_of(record, conversion.corpus.entities.records[record["id"]])


def _row(conversion: Conversion, index: int, rule: MappingRule) -> Data:
    """Return the row of an office or name, with what its links give."""
    row, annotation = conversion.fields(index, rule), conversion.annotations[index]
    is_titled = "title" in rule.fields and annotation.attributes.get(rule.fields["title"]) not in (None, "")
    for role, target in annotation.links:
        target_index, field = conversion.index_of.get(target), base_role(rule.links, role)
        referent = participant_of(conversion, target_index, role) if field and target_index is not None else {}
        if field == "organization" and referent.get("entity", "").startswith("organization/") and field not in row:
            row[field] = referent["entity"]
        elif field == "title" and "label" in referent and target_index is not None and not is_titled:
            row[field], is_titled = referent["label"], True
            conversion.link_counts[target_index] += 1
        elif role != rule.holder:
            conversion.leave("link", annotation, role, target, f"a {rule.record} has no such link")
    return row


def _add_rows_of(added: Data, record: Data) -> None:
    """Add rows to a record: each office, the latest first, and each name once."""
    for name, rows in ((name, added[name]) for name in ("names", "offices") if added.get(name)):
        known = record.setdefault(name, [])
        known += [row for row in rows if name == "offices" or row not in known]
        if name == "offices":
            known.sort(key=lambda row: str(row.get("start", "")), reverse=True)
