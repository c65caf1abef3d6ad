"""Faults of references between records, one or several for each check of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from news_dataset.records import BY_TABLE, RECORDS
from news_dataset.records.columns import columns
from news_dataset.records.fields import NUMBERED
from news_dataset.testing.faults.part import Chance, Edit, Family, Kind, Part
from news_dataset.testing.faults.shape import owners, spare, table_of, turned

_WANT_USE = ("people", "organizations", "places", "events", "sources")


def kinds() -> Iterator[Kind]:
    """Yield every fault of references."""
    for owner, model in owners():
        for column in columns(model):
            if column.reference and owner in BY_TABLE:
                yield _dangling(owner, table_of(model), column.name)
    for record in RECORDS:
        yield Kind(record.table, f"{record.table}.id: twice", _twice)
    for table in _WANT_USE:
        yield Kind(table, f"{table}.id: never used", _unused)
    for table in ("events", "statements"):
        yield Kind(table, f"{table}.parent: itself", _own_parent)
        yield Kind(table, f"{table}.parent: its own part", _mutual_parents)
    yield Kind("statements", "statements.article: another", _foreign_article)
    yield Kind("assessments", "assessments.target: in another article", _foreign_target)
    yield Kind("assessments", "assessments.id: of no article", _homeless)
    yield Kind("assessments", "assessments.aspect: assessed already", _assessed_twice)
    for name in ("twice", "in use", "to nowhere", "to another type"):
        yield Kind("redirects", f"redirects: {name}", _redirect(name), in_json=False)


def gone(record_id: str) -> str:
    """Return an id of the same form that no record has, of the same article where it is numbered."""
    kind, _, rest = record_id.partition("/")
    return f"{kind}/{rest.partition('/')[0]}/9999" if kind in NUMBERED else f"{record_id}-gone"


def _dangling(owner: str, table: str, column: str) -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        for place in turned(spare(part, family, table, column), chance):
            if place.values[column] is not None:
                return [Edit(place, {column: gone(place.values[column])}, "dangling_reference", column)]
        return None

    return Kind(owner, f"{table}.{column}: to nowhere", plan)


def _twice(part: Part, family: Family, chance: Chance) -> Sequence[Edit]:
    return [Edit(family.own, {}, "duplicate_id", "id", is_copy=True)]


def _unused(part: Part, family: Family, chance: Chance) -> Sequence[Edit]:
    values = {"id": f"{family.id}-x"} | ({"date": None} if "date" in family.own.values else {})
    return [Edit(family.own, values, "unused_record", "id", is_copy=True)]


def _own_parent(part: Part, family: Family, chance: Chance) -> Sequence[Edit]:
    return [Edit(family.own, {"parent": family.id}, "circular_parent", "parent")]


def _mutual_parents(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    parent = part.find(family.own.values["parent"]) if family.own.values["parent"] else None
    if parent is None:
        return None
    child = Edit(family.own, {"parent": parent.id}, "circular_parent", "parent")
    return [Edit(parent.own, {"parent": family.id}, "circular_parent", "parent"), child]


def _foreign_article(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    here = part.find(family.own.values["article"])
    there = part.beside(here, 1) if here else None
    # Longer, so that no span lies outside.
    if not here or not there or there.own.values["text_length"] < here.own.values["text_length"]:
        return None
    return [Edit(family.own, {"article": there.id}, "foreign_number", "id"), Edit(here.own, {}), Edit(there.own, {})]


def _foreign_target(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    target = part.find(family.own.values["target"])
    here = target and target.own.table == "statements" and part.find(target.own.values["article"])
    there = part.beside(here, 1) if here else None
    if not target or not there or target.own.values["claim_type"] == "fact" or family.own.values["aspect"] == "date":
        return None
    slug = there.id.partition("/")[2]
    other = part.find(f"statement/{slug}/01")
    if other is None or family.own.values["aspect"] != "coding":
        return None
    return [Edit(family.own, {"target": other.id}, "foreign_number", "id"), Edit(other.own, {})]


def _homeless(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    after = part.beside(family, 1)
    kind, slug, _ = family.id.split("/")
    is_last = after is None or after.id.split("/")[1] != slug
    if not is_last or not family.own.values["target"].startswith("event/"):
        return None
    values = {"id": f"{kind}/{slug}0/01", "aspect": "veracity", "verdict": "not_checkable", "correct_value": None}
    return [Edit(family.own, values, "foreign_number", "id", is_copy=True)]


def _assessed_twice(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    other = part.beside(family, -1)
    mine, theirs = family.own.values, other.own.values if other else {}
    if other is None or mine["target"] != theirs["target"] or "date" in (mine["aspect"], theirs["aspect"]):
        return None
    return [Edit(family.own, {"aspect": theirs["aspect"]}, "duplicate_assessment", "target"), Edit(other.own, {})]


def _redirect(name: str) -> Callable[[Part, Family, Chance], Sequence[Edit] | None]:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        new = family.own.values["new_id"]
        if name == "twice":
            return [Edit(family.own, {}, "bad_redirect", "old_id", is_copy=True)]
        if new is None:
            return None
        if name == "in use":
            used = part.next_to("people", family.id)
            return [Edit(family.own, {"old_id": used}, "bad_redirect", "old_id", is_copy=True)] if used else None
        other = gone(new) if name == "to nowhere" else part.examples["place"]
        return [Edit(family.own, {"new_id": other}, "bad_redirect", "new_id")]

    return plan
