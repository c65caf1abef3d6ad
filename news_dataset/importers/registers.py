"""Offices and further names that a register has as entries of their own: rows of the records that they belong to."""

from __future__ import annotations

from news_dataset.annotations import Quarantined
from news_dataset.importers.conversion import Conversion
from news_dataset.importers.entities import Data
from news_dataset.importers.fitting import UNKNOWN, fit
from news_dataset.importers.referents import who
from news_dataset.importers.rules import base_role
from news_dataset.records.mapping import MappingRule

ROWS = {"office": ("offices", ("person",)), "name": ("names", ("person", "organization", "place"))}
"""What an entry may become: the list that it is a row of, and the records that have one."""


def add_rows(conversion: Conversion) -> None:
    """Add the offices and names of a document to their holders; what has no holder is left over.

    Args:
        conversion: the document, whose people and bodies have their records.
    """
    found: dict[str, list[tuple[Data, Quarantined]]] = {}
    for at, rule in enumerate(conversion.rules):
        if not rule or rule.record not in ROWS:
            continue
        name, kinds = ROWS[rule.record]
        holder = _holder(conversion, at, rule)
        kind = holder.partition("/")[0]
        if kind not in kinds:
            conversion.leave_whole(at, "it belongs to no record")
            continue
        alone = {"id": holder, "name": kind, **UNKNOWN.get(kind, {}), name: [_row(conversion, at, rule)]}
        found.setdefault(kind, []).append((alone, conversion.place(conversion.all[at])))
    for kind, some in found.items():  # each as the only row of a record, so that a bad one costs no other
        records, places = [one for one, _ in some], [place for _, place in some]
        conversion.quarantined += fit(kind, records, places, conversion.corpus.profile)
        for one in records:
            _add(conversion.corpus.entities.records[one["id"]], one)


def _holder(conversion: Conversion, at: int, rule: MappingRule) -> str:
    """Return the id of the record that an entry belongs to; empty where it names none."""
    targets = (target for role, target in conversion.all[at].links if role == rule.holder)
    return next((conversion.entity.get(conversion.at.get(target, -1), "") for target in targets), "")


def _row(conversion: Conversion, at: int, rule: MappingRule) -> Data:
    row = conversion.values(at, rule)
    is_titled = "title" in rule.fields and conversion.all[at].attributes.get(rule.fields["title"]) not in (None, "")
    for role, target in conversion.all[at].links:
        place, named = conversion.at.get(target), base_role(rule.links, role)
        meant = who(conversion, place) if named and place is not None else {}
        if named == "organization" and meant.get("entity", "").startswith("organization/") and named not in row:
            row[named] = meant["entity"]
        elif named == "title" and "label" in meant and place is not None and not is_titled:
            row[named], is_titled = meant["label"], True
            conversion.reached[place] += 1
        elif role != rule.holder:
            conversion.leave("link", conversion.all[at], role, target, f"a {rule.record} has no such link")
    return row


def _add(record: Data, one: Data) -> None:
    """Add the rows that are left of *one* to a record: each office, the latest first, and each name once."""
    record.setdefault("names", []).extend(row for row in one.get("names", ()) if row not in record["names"])
    record.setdefault("offices", []).extend(one.get("offices", ()))
    record["offices"].sort(key=lambda row: str(row.get("start", "")), reverse=True)
    for name in ("names", "offices"):
        if not record[name]:
            del record[name]
