"""Lines made column by column are those that are made record by record."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset.errors import SetupError
from news_dataset.records import BY_TYPE, RECORDS, Record
from news_dataset.scale.lines import canonical_lines, write_lines
from news_dataset.tabular import flatten, tables, to_arrow
from news_dataset.testing import strategies
from tests.conftest import ROOT

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


def arrow(records: Iterable[Record]) -> dict[str, pa.Table]:
    rows = flatten(records)
    return {name: to_arrow(table, rows[name]) for name, table in tables().items()}


def written(record_type: str, made: Mapping[str, pa.Table], size: int = 20_000) -> str:
    sink = io.BytesIO()
    for lines in canonical_lines(record_type, made, size):
        write_lines(lines, sink)
    return sink.getvalue().decode()


def by_record(records: Iterable[Record], record_type: str) -> str:
    """What a release has for these records."""
    mine = sorted((one for one in records if one.record_type == record_type), key=lambda one: one.id)
    return "".join(json.dumps(one.to_dict(), ensure_ascii=False, separators=(",", ":")) + "\n" for one in mine)


@pytest.mark.parametrize("size", [1, 3, 20_000])
def test_the_release_has_the_same_lines(size: int) -> None:
    """To the byte, however many are made at a time."""
    made = nd.load_all(as_="arrow")
    for model in RECORDS:
        wanted = (ROOT / "data/published" / f"{model.table}.jsonl").read_text("utf-8")
        assert written(model.record_type, made, size) == wanted


@given(strategies.datasets(max_size=8))
def test_any_records_have_the_same_lines(records: list[Record]) -> None:
    """With every field present or absent, numbers of every size, days of every year."""
    made = arrow(records)
    for record_type in BY_TYPE:
        assert written(record_type, made, 2) == by_record(records, record_type)


@settings(max_examples=300)
@given(ANY_TEXT, ANY_TEXT, st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_and_number_is_written_as_json(note: str, name: str, latitude: float) -> None:
    """Also what no model admits: the lines of broken tables show what is in them."""
    child = {"name": name, "language": "", "kind": "alias"}
    place = {"id": "place/a", "name": name, "kind": "city", "latitude": latitude, "note": note, "names": [child]}
    empty: dict[str, Any] = {field.name: None for field in tables()["places"].fields}
    row, own = (
        empty | {key: value for key, value in place.items() if key != "names"},
        {"entity": "place/a", "ordinal": 1},
    )
    made = {"places": to_arrow(tables()["places"], [row]), "names": to_arrow(tables()["names"], [own | child])}

    assert written("place", made) == json.dumps(place, ensure_ascii=False, separators=(",", ":")) + "\n"


def test_a_null_is_a_key_left_out_and_strays_are_too() -> None:
    """Whatever the model wants; records of one id have the same children."""
    rows: list[dict[str, Any]] = [
        dict.fromkeys((field.name for field in tables()["people"].fields), None) | {"id": one, "name": "M"}
        for one in ("person/a", "person/a", None, "person/c")
    ]
    names = [{"entity": one, "ordinal": 1, "name": one[-1:], "language": None, "kind": "alias"}
             for one in ("person/a", "person/b", "person/c")]  # fmt: skip
    made = {
        "people": pa.Table.from_pylist(rows, to_arrow(tables()["people"], []).schema),
        "names": to_arrow(tables()["names"], names),
        "offices": to_arrow(tables()["offices"], []),
    }
    a = '{"id":"person/a","name":"M","names":[{"name":"a","kind":"alias"}]}\n'

    for size in (1, 2, 3, 4):
        assert written("person", made, size) == a + a + '{"name":"M"}\n' + a.replace("/a", "/c").replace('"a"', '"c"')


def test_polars_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence with the command."""
    monkeypatch.setitem(__import__("sys").modules, "polars", None)

    with pytest.raises(SetupError, match="polars is not installed; run: pip install"):
        next(canonical_lines("person", arrow([])))
