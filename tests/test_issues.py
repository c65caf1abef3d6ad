"""Reports: sorted, counted, and the only thing that turns failure into an exception."""

from __future__ import annotations

import pytest

from news_dataset.errors import InvalidDataError, UnsafeInputError
from news_dataset.issues import Issue, Report, Skipped, Tally


def test_issues_are_sorted_by_place() -> None:
    """Path, line, column, code."""
    late, early = Issue("b.yaml", "m", line=1), Issue("a.yaml", "m", line=10)
    first = Issue("a.yaml", "m", line=9)

    assert list(Report.of([late, early, first])) == [first, early, late]


def test_skipped_is_never_passed() -> None:
    """A skipped unit is counted apart, with its reason."""
    tally = Tally("code", "layer")
    for outcome in ([], [Issue("p", "m")], Skipped("no text"), [Issue("p", "m", severity="warning")]):
        tally.count(outcome)

    assert (tally.checked, tally.failed, tally.warned, tally.skipped) == (3, 1, 1, {"no text": 1})
    assert Report.of([], [tally]).counts() == {"checked": 3, "skipped": 1, "failed": 1, "warned": 1}


def test_the_highest_exit_code_counts() -> None:
    """Of several errors the gravest decides; warnings decide nothing."""
    report = Report.of(
        [Issue("p", "m"), Issue("p", "m", exit_code=3), Issue("p", "m", exit_code=5, severity="warning")]
    )

    assert (report.exit_code, report.ok) == (3, False)
    assert Report.of([Issue("p", "m", severity="warning")]).exit_code == 0


def test_a_report_raises_when_asked() -> None:
    """The data's fault and the input's danger are told apart; a clean report says nothing."""
    Report(()).raise_for_errors()
    with pytest.raises(InvalidDataError, match="1 error, the first at p:4: c m") as caught:
        Report.of([Issue("p", "m", code="c", line=4)]).raise_for_errors()
    with pytest.raises(UnsafeInputError):
        Report.of([Issue("p", "m", exit_code=3)]).raise_for_errors()

    assert isinstance(caught.value.report, Report)


def test_reports_add_up() -> None:
    """The issues and tallies of both."""
    both = Report.of([Issue("b", "m")], [Tally("c", "l", 1)]) + Report.of([Issue("a", "m")], [Tally("c", "l", 2)])

    assert [issue.path for issue in both] == ["a", "b"]
    assert both.counts()["checked"] == 3
    assert both.to_rows()[0]["path"] == "a"
