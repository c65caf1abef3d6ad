"""The figures of agreement: kappa, intervals, scores, overlap and the best assignment."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.reliability.matching import Position, assign, overlap, region
from news_dataset.reliability.measures import Score, kappa

SPANS = st.tuples(st.integers(0, 1), st.integers(0, 30), st.integers(1, 12)).map(lambda x: (x[0], x[1], x[1] + x[2]))
REGIONS = st.lists(SPANS, max_size=3)
SMALL = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=4
    )
)  # fmt: skip


def test_kappa_of_a_textbook() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, expected 0.5."""
    codes = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

    found = kappa("t", "f", codes)

    assert (found.n, found.agreed, found.observed, found.expected, found.why) == (50, 35, 0.7, 0.5, "")
    assert found.kappa == pytest.approx(0.4)
    assert [(one.a, one.b, one.count) for one in found.disagreements] == [("n", "y", 10), ("y", "n", 5)]


@pytest.mark.parametrize(
    ("codes", "expected", "why"),
    [
        ("xx yy", 1.0, ""),
        ("xy yx", -1.0, ""),
        ("xy xy", 0.0, ""),
        ("xx xy", 0.0, ""),
        ("xx yy zz xy", 7 / 11, ""),  # observed 3/4, expected 2/4·1/4 + 1/4·2/4 + 1/4·1/4 = 5/16
        ("xx xx", None, "both use one code only"),
        ("", None, "nothing to compare"),
    ],
)
def test_kappa_at_its_ends(codes: str, expected: float | None, why: str) -> None:
    """Full agreement, none, by chance, undefined."""
    found = kappa("t", "f", [(two[0], two[1]) for two in codes.split()])

    assert found.why == why
    assert found.kappa == (expected if expected is None else pytest.approx(expected))


def test_kappa_counts_what_only_one_has() -> None:
    """Two pairs alike, one unit of each reader alone: observed 2/4, expected 5/16 and 2/3 without the two."""
    found = kappa("t", "f", [("x", "x"), ("y", "y")], only_a=["x"], only_b=["x"])

    assert (found.n, found.kappa) == (2, 1.0)
    assert found.kappa_all == pytest.approx((2 / 4 - 6 / 16) / (1 - 6 / 16))
    assert kappa("t", "f", [], only_a=["x"], only_b=["x"]).kappa_all == pytest.approx(-1.0)
    assert kappa("t", "f", []).kappa_all is kappa("t", "f", [], only_a=["x"]).kappa_all is None


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=1, max_size=60))
def test_intervals_are_those_of_the_figures(codes: list[tuple[str, str]]) -> None:
    """The same for the same codes in any order and with the readers exchanged; degenerate for full agreement."""
    found = kappa("t", "f", codes)

    assert (found.interval is None) == (found.kappa is None)
    assert (
        found.interval == kappa("t", "f", codes[::-1]).interval == kappa("t", "f", [(b, a) for a, b in codes]).interval
    )
    if found.interval:
        assert -1 <= found.interval[0] <= found.interval[1] <= 1
        assert found.kappa != 1 or found.interval == pytest.approx((1, 1))


def test_an_interval_is_as_wide_as_theory_says() -> None:
    """The textbook's 50 pairs: a standard error of 0.127 by the formula of Fleiss, Cohen and Everitt (1969)."""
    few = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

    low, high = kappa("t", "f", few).interval or (0.0, 0.0)
    narrow = kappa("t", "f", few * 100).interval or (0.0, 0.0)

    assert (high - low) / (2 * 1.96) == pytest.approx(0.127, abs=0.01)
    assert (narrow[1] - narrow[0]) * 10 == pytest.approx(high - low, abs=0.03)


def test_scores_have_their_denominators() -> None:
    """And are undefined without."""
    assert Score.of(4, 2, 1) == Score(4, 2, 1, precision=0.5, recall=0.25, f1=2 / 6)
    assert Score.of(3, 0, 0) == Score(3, 0, 0, precision=None, recall=0.0, f1=0.0)
    assert Score.of(0, 0, 0).f1 is None


@given(REGIONS, REGIONS)
def test_overlap_counts_code_points_once(a: list[Position], b: list[Position]) -> None:
    """As sets of positions would have it."""
    one, other = ({(text, at) for text, start, end in side for at in range(start, end)} for side in (a, b))

    found = overlap(region(a), region(b))

    assert found * len(one | other) == len(one & other)
    assert found == overlap(region(b), region(a))
    assert (region(a) == region(b)) == (one == other)
    assert region([(0, 0, 5), (0, 5, 9), (1, 9, 12)]) == ((0, 0, 9), (1, 9, 12))


@given(SMALL)
def test_no_assignment_is_better(weights: list[list[int]]) -> None:
    """All are tried."""
    size = max(len(weights), len(weights[0]))
    square = [[*row, *[0] * (size - len(row))] for row in weights] + [[0] * size] * (size - len(weights))
    best = max(sum(square[row][column] for row, column in enumerate(order)) for order in permutations(range(size)))

    found = assign(weights)

    assert sum(weights[row][column] for row, column in found) == best
    assert all(weights[row][column] > 0 for row, column in found)
    assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
