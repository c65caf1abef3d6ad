"""Ids compared in portions give what comparing all at once gives, and circles are looked for where they may be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.scale import portions
from news_dataset.scale.portions import missing, present, ranges, several
from news_dataset.scale.relate import perhaps_circular

IDS = st.text(alphabet="ab/é\U0001f600", max_size=4)
EDGES = st.lists(st.tuples(st.integers(0, 12).map(str), st.integers(0, 12).map(str)), max_size=20)


@pytest.fixture(autouse=True, params=[1, 3, 10_000], scope="module")
def portion(request: pytest.FixtureRequest) -> Iterator[None]:
    """So many ids at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portions, "PORTION", request.param)
        yield


def table(ids: list[str], column: str = "id") -> pl.LazyFrame:
    return pl.LazyFrame({column: ids, "at": range(len(ids))}, schema={column: pl.String, "at": pl.Int64})


@given(rows=st.lists(IDS, max_size=30))
def test_every_row_is_in_one_range(rows: list[str]) -> None:
    found = [table(rows).filter(one.holds("id")).collect()["id"].to_list() for one in ranges(table(rows))]

    assert Counter(one for some in found for one in some) == Counter(rows)


def test_ranges_are_of_about_one_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "PORTION", 1000)
    rows = table([f"{number:05}" for number in range(10_000)])
    sizes = [portions.count(rows.filter(one.holds("id"))) for one in ranges(rows)]

    assert len(sizes) == 11
    assert max(sizes) <= 1000


@given(rows=st.lists(IDS, max_size=30), among=st.lists(IDS, max_size=30))
def test_missing_and_present(rows: list[str], among: list[str]) -> None:
    asked, others = table(rows, "target"), table(among)

    def places(found: pl.DataFrame) -> list[int]:
        return sorted(found["at"].to_list())

    assert places(missing(asked, others, "target")) == [at for at, one in enumerate(rows) if one not in among]
    assert places(present(asked, others, "target")) == [at for at, one in enumerate(rows) if one in among]


@given(rows=st.lists(IDS, max_size=30))
def test_several(rows: list[str]) -> None:
    places = defaultdict(list)
    for at, one in enumerate(rows):
        places[one].append(at)
    wanted = sorted(((one,), found) for one, found in places.items() if len(found) > 1)

    assert sorted(several(table(rows), ["id"])) == wanted


@given(edges=EDGES)
def test_whatever_is_in_a_circle_may_be_in_one(edges: list[tuple[str, str]]) -> None:
    """Of several edges of one id any may count, so all that lie on any way back are kept."""
    above = defaultdict(set)
    for one, parent in edges:
        above[one].add(parent)

    def reached(one: str) -> set[str]:
        found: set[str] = set()
        left = list(above[one])
        while left:
            at = left.pop()
            if at not in found:
                found.add(at)
                left += above.get(at, ())
        return found

    circular = {one for one in list(above) if one in reached(one)}
    rows = pl.LazyFrame(edges, schema={"id": pl.String, "parent": pl.String}, orient="row")

    assert set(perhaps_circular(rows)["id"]) >= circular


def test_ways_that_end_are_left_out() -> None:
    chain = [(f"{at}", f"{at + 1}") for at in range(9)]
    rows = pl.LazyFrame([*chain, ("x", "y"), ("y", "x")], schema={"id": pl.String, "parent": pl.String}, orient="row")
    few = pl.LazyFrame([("x", "y"), ("y", "z")], schema={"id": pl.String, "parent": pl.String}, orient="row")

    assert set(perhaps_circular(rows)["id"]) >= {"x", "y"}
    assert perhaps_circular(few).is_empty()
