"""Rows are put in the order of their keys, be few or many astray."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.scale import keyed
from news_dataset.scale.keyed import Keyed, put_in_order
from news_dataset.scale.parquet import AT

Row = tuple[str | None, int | None]


def rows_of(rows: list[Row]) -> Keyed:
    columns = {
        "id": pa.array([key for key, _ in rows], pa.string()),
        "ordinal": pa.array([number for _, number in rows], pa.int32()),
        AT: pa.array(range(len(rows)), pa.int64()),
    }
    return Keyed.by(pa.table(columns), "id")


def expected(rows: list[Row], second: str) -> list[int]:
    def rank(at: int) -> tuple[bool, str, bool, int, int]:
        key, number = rows[at]
        number = number if second else 0
        return key is None, key or "", number is None, number or 0, at

    return sorted(range(len(rows)), key=rank)


def ordinary(number: int) -> list[Row]:
    return [(f"k{key:05}", ordinal) for key in range(number) for ordinal in (1, 2)]


@pytest.mark.parametrize("few", [2_000, 0])
@pytest.mark.parametrize("second", ["ordinal", ""])
@given(data=st.data())
def test_the_order_is_that_of_all_rows(second: str, few: int, data: st.DataObject) -> None:
    """Whichever rows are spoiled: other keys, keys of others, ordinals twice, nothing."""
    rows = ordinary(data.draw(st.integers(0, 12)))
    keys = st.none() | st.sampled_from(["a", "k00003", "k00004/x", "z"])
    for _ in range(data.draw(st.integers(0, 5)) if rows else 0):
        at = data.draw(st.integers(0, len(rows) - 1))
        number = data.draw(st.none() | st.integers(-1, 3))
        rows[at] = (data.draw(keys), number) if data.draw(st.booleans()) else (rows[at][0], number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "FEW", few)
        found = put_in_order(rows_of(rows), "id", second)

    assert found.rows.column(AT).to_pylist() == expected(rows, second)
    assert all(column.num_chunks <= 1 for column in found.rows.columns)


def test_few_that_are_astray_leave_the_others_in_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but what is astray is compared."""
    rows = ordinary(5_000)
    rows[10], rows[4_001], rows[-1] = ("k09999", 1), ("k00007", 9), ("k04999", 1)
    merged = keyed._merged
    sizes: list[int] = []

    def watched(whole: Keyed, astray: keyed.Mask, key: str, keys: list[tuple[str, str]]) -> Keyed:
        sizes.append(int(astray.sum()))
        return merged(whole, astray, key, keys)

    monkeypatch.setattr(keyed, "_merged", watched)

    found = put_in_order(rows_of(rows), "id", "ordinal")

    assert found.rows.column(AT).to_pylist() == expected(rows, "ordinal")
    assert found.rises
    assert 3 <= sizes[0] <= 12
