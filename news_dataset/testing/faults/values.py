"""Faults that only JSON can have, as columns have a type: values of another type, nulls, keys that no model knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from news_dataset.records import RECORDS
from news_dataset.records.columns import Column, children, columns
from news_dataset.testing.faults.part import Chance, Edit, Family, Kind, Part, Row
from news_dataset.testing.faults.shape import spare, table_of, turned

Change = Callable[[Row, Chance], None]
"""Changes a mapping of a record."""

_OTHER_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (7, True, ["a text"], {}), "code": (7, False, ["news"]), "edtf": (2025, 20250823, ["2025"]),
    "day": (20250823, {"year": 2025}), "int32": ("7", 7.5, 7.0, True, [7]), "double": ("7.5", True, [7.5]),
    "bool": ("true", 1, "yes"),
}  # fmt: skip


def kinds() -> Iterator[Kind]:
    """Yield every fault of the type of a value, and of the keys and lists of a record."""
    for record in RECORDS:
        for field, model in {"": record, **children(record)}.items():
            yield _kind(record.table, table_of(model), field, "unknown_key", "", "a key more", _more_keys)
            for column in columns(model):
                yield _kind(
                    record.table,
                    table_of(model),
                    field,
                    "wrong_type",
                    column.name,
                    "other type",
                    _of_other_type(column),
                )
                yield _kind(record.table, table_of(model), field, "wrong_type", column.name, "null", _null(column.name))
        for field, child in children(record).items():
            for code, name, change in (
                ("bad_form", "empty", _empty(field)),
                ("wrong_type", "no list", _no_list(field)),
            ):
                yield _kind(record.table, child.table, "", code, field, name, change)


def _kind(owner: str, table: str, field: str, code: str, column: str, name: str, change: Change) -> Kind:
    """Return a kind of fault: a change of the record, or of one of its children in *field*, that is in *table*."""
    is_id = table == owner and column == "id"

    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        rows = spare(part, family, table, column)
        if field:
            rows = [place for place in rows if column == "" or name == "null" or place.values[column] is not None]
        elif column in family.own.values and name != "null" and family.own.values[column] is None:
            rows = []
        for place in turned(rows, chance):
            at = list(family.rows(table)).index(place)

            def line(text: str) -> str:
                data = json.loads(text)
                change(data[field][at] if field else data, chance)  # noqa: B023
                return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

            own = place if field else family.own
            # What refers to a record would dangle with a change of its id, so a copy gets it.
            return [Edit(own, {}, code, column, is_copy=is_id, line=line)]
        return None

    return Kind(owner, f"{owner}.{field or column}.{column}: {name}", plan, in_tables=False)


def _more_keys(data: Row, chance: Chance) -> None:
    data[("remark", "Id", "_id", "start_date", "")[chance(5)]] = "more"


def _of_other_type(column: Column) -> Change:
    others = _OTHER_TYPES[column.kind]

    def change(data: Row, chance: Chance) -> None:
        data[column.name] = others[chance(len(others))]

    return change


def _null(column: str) -> Change:
    def change(data: Row, chance: Chance) -> None:
        data[column] = None

    return change


def _empty(field: str) -> Change:
    def change(data: Row, chance: Chance) -> None:
        data[field] = []

    return change


def _no_list(field: str) -> Change:
    def change(data: Row, chance: Chance) -> None:
        data[field] = data[field][0]

    return change
