"""What the hints, figures and messages cost is bounded, however much is wrong; and nothing that is left out is lost."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from news_dataset import reporters
from news_dataset.checks import elsewhere
from news_dataset.checks.elsewhere import Elsewhere
from news_dataset.cli import main
from news_dataset.cli.output import print_refusals, show
from news_dataset.curate.anchor import Refusal
from news_dataset.curate.finding import WordsError, find_spans
from news_dataset.errors import InvalidDataError
from news_dataset.issues import Issue, Report
from news_dataset.records import Evidence
from news_dataset.reliability import matching
from news_dataset.reliability.matching import Unit, align
from news_dataset.reporters import github, listed, text
from news_dataset.spans import Span, Text
from tests.each import each

WORDS = " ".join(f"w{at * 7919 % 10007}x" for at in range(9_000))  # every word once


def evidence(span: Span) -> Evidence:
    """A row that points where a span does."""
    place = {name: getattr(span, name) for name in Span.__slots__}
    return Evidence.model_validate({"role": "content", "mention": 1, "fragment": 1} | place)


def wrong(length: int) -> Evidence:
    """A row whose words are nowhere, with as many letters as are given."""
    return evidence(Span(0, 1, length, "0" * 16, "1" * 8, "2" * 8))


def seconds(work: Callable[[], object]) -> float:
    """The processor time of some work: the least of three, as others use the machine."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def hints(rows: int) -> None:
    """Ask where words are that are nowhere."""
    search, there = Elsewhere(left=10**8), Text(WORDS)
    for at in range(rows):
        search.hint(there, wrong(12_000 + at))


def crowd(size: int) -> tuple[list[Unit], list[Unit]]:
    """Units of which each overlaps every one of the other reader."""
    return (
        [Unit(((0, at, 50_000 + at),), id=f"{at:05}") for at in range(size)],
        [Unit(((0, 2, 50_000 + 3 * at),), id=f"{at:05}") for at in range(size)],
    )


def chain(size: int) -> tuple[list[Unit], list[Unit]]:
    """Units of which each overlaps two of the other reader: one group."""
    sides = [[Unit(((0, 20 * at + by, 20 * at + by + 16),), id=f"{at:05}") for at in range(size)] for by in (0, 10)]
    return sides[0], sides[1]


LADDERS: dict[str, tuple[Callable[[int], object], int, float]] = {
    "hints of wrong spans": (hints, 20, 6),
    "agreement where all overlap": (lambda n: align(*crowd(n)), 110, 30),
    "agreement where each overlaps the next": (lambda n: align(*chain(n)), 1_000, 8),
}
"""The work, the size of its first step, and how many times as long four times as much may take: 16 is the square."""


@each(LADDERS)
def test_four_times_as_much_takes_a_bounded_time(name: str) -> None:
    """The cube would take 64 times as long."""
    work, size, most = LADDERS[name]
    once, four = seconds(lambda: work(size)), seconds(lambda: work(4 * size))
    assert four < most * max(once, 0.02), f"{size}: {once:.3f} s, {4 * size}: {four:.3f} s"


def test_without_the_bound_the_figure_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: optimal for any number, as it was."""
    monkeypatch.setattr(matching, "OPTIMAL_UP_TO", 10**6)
    once, twice = seconds(lambda: align(*crowd(40))), seconds(lambda: align(*crowd(160)))
    assert twice > 30 * once


def test_words_that_moved_are_found_however_many_spans_are_wrong() -> None:
    """By what stands before them, when there is no time left for a search."""
    there, search = Text("A new paragraph. " + WORDS), Elsewhere(left=0)
    for at in (found.start() for found in re.finditer(r"\b\w{5,}", WORDS[100:2_000])):
        span = Text(WORDS).span(100 + at, 104 + at)
        assert search.hint(there, evidence(span)) == f"words of this digest stand from {at + 117} to {at + 121}"
    assert search.hint(there, wrong(30)).startswith("many spans are wrong")
    assert Elsewhere().hint(there, wrong(30)) == "no words of the text have this digest"


def test_words_with_other_neighbours_are_searched_for() -> None:
    """While there is time."""
    span = replace(Text(WORDS).span(0, 17), prefix="1" * 8, suffix="2" * 8)
    assert Elsewhere().hint(Text(WORDS), evidence(span)) == "words of this digest stand from 0 to 17"
    assert elsewhere.WORK > 10**8


def test_offsets_that_count_utf_16_units_are_told() -> None:
    """Of every span alike; a span that is wrong otherwise is none of these."""
    there = Text("🙂 " * 50 + WORDS)
    span = there.span(300, 320)
    counted = evidence(replace(span, start=350, end=370))
    assert Elsewhere().hint(there, counted) == "the offsets count UTF-16 units; in code points they are 300 and 320"
    assert "UTF-16" not in Elsewhere().hint(there, evidence(replace(span, start=300, end=321)))


def test_a_large_group_takes_the_best_pairs_first() -> None:
    """Each with its like, where there is one; and one-to-one."""
    size = matching.OPTIMAL_UP_TO + 20
    units = [Unit(((0, at, 50_000 + 2 * at),), id=f"{at:05}") for at in range(size)]
    pairs = align(units, units)
    assert [pair.a for pair in pairs] == [pair.b for pair in pairs] == units
    ours, theirs = crowd(size)
    found = align(ours, theirs)
    assert len(found) == len({pair.a for pair in found}) == len({pair.b for pair in found}) == size


def many(number: int, words: str = "m") -> Report:
    """A report of so many errors."""
    return Report.of(Issue("p", words, code="c", line=at + 1) for at in range(number))


@pytest.mark.parametrize(("number", "words"), [(20_000, "m"), (150, "m" * 5_000), (1, "m" * 10**6)])
def test_a_report_is_as_long_as_somebody_reads(number: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its last lines are there, and it says how many are not."""
    report = many(number, words)
    show(report)
    for shown in (capsys.readouterr().out, text(report)):
        lines = [line for line in shown.splitlines() if ": c m" in line]
        assert shown.count("\n") < 210
        assert len(shown) < 65_536
        assert lines
        assert (f"… and {number - len(lines)} more" in shown) == (number > len(lines))
        assert f"failed: {number} error" in shown


def test_few_issues_are_all_listed() -> None:
    """Negative control: nothing is cut that is short."""
    assert [*listed(many(200))] == [str(one) for one in many(200)]
    assert [*listed(replace(many(2), left_out=5))][2:] == ["… and 5 more"]


def test_refusals_are_as_long_as_somebody_reads(capsys: pytest.CaptureFixture[str]) -> None:
    """With some places of each."""
    with pytest.raises(WordsError) as error:
        find_spans(Text("a " * 20_000), {"find": "a"})
    print_refusals([Refusal(Issue("p", "m", code="c"), error.value.candidates)] * 300)
    shown = capsys.readouterr().out
    assert shown.count("\n") <= 201
    assert "… and 19992 more places" in shown
    assert shown.endswith("… and 280 more\n")


def test_verify_says_how_many_files_are_missing(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through the command."""
    told = json.loads((root / "data/published/manifest.json").read_text("utf-8"))
    told["files"] |= {f"f{at}": {"sha256": "0" * 64, "bytes": 0} for at in range(1_000)}
    (tmp_path / "manifest.json").write_text(json.dumps(told), "utf-8")
    assert main(["verify", str(tmp_path)]) == 4
    shown = capsys.readouterr().out
    assert shown.count("\n") < 220
    assert " more\n" in shown


def test_what_a_report_leaves_out_is_counted_everywhere(tmp_path: Path) -> None:
    """In the log and the summary of a workflow, in JSON, in what is raised, and in sums."""
    report = replace(many(20), left_out=50_000)
    moved = github.placed(report, tmp_path)

    assert moved.left_out == (report + many(0)).left_out == 50_000
    assert "50020 errors" in moved.summary
    assert "… and 50010 more" in github.log(moved)
    assert "50000 of 50020 issues" in github.summary(moved)
    assert json.loads(reporters.as_json(report))["left_out"] == 50_000
    with pytest.raises(InvalidDataError, match="50020 errors"):
        report.raise_for_errors()
