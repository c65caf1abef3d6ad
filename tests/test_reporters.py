"""Reporters: one physical line per issue, denominators always, nothing untrusted unescaped."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from news_dataset.issues import Issue, Report, Tally
from news_dataset.reporters import MAX_ISSUES, REPORTERS, escape


def test_an_issue_is_one_line() -> None:
    """path:line:col: code message (hint)."""
    issue = Issue("a.yaml", "there is no x", code="dangling_reference", hint="did you mean y?", line=3, column=7)

    assert str(issue) == "a.yaml:3:7: dangling_reference there is no x (did you mean y?)"
    assert str(Issue("a", "m", code="c", severity="warning")) == "a: c warning: m"


@given(st.text())
def test_untrusted_words_cannot_steer_a_terminal(words: str) -> None:
    """No control, no line break, no change of direction; printable words stay."""
    shown = escape(words)

    assert len(shown.splitlines()) <= 1
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)
    assert not set(shown) & set("\u202e\u2066\u200b\u2028")
    assert escape("이재명 “é”") == "이재명 “é”"


def test_words_that_nobody_sees_are_shown() -> None:
    """Tags, which spell a second text, and fillers; the sign that makes a heart red belongs to its spelling."""
    assert escape("a\U000e0041b\u3164\u115f\ufff9") == r"a\U000e0041b\u3164\u115f\ufff9"
    assert escape("\u2764\ufe0f") == "\u2764\ufe0f"


def test_the_text_prints_denominators_and_the_next_command() -> None:
    """Checked, skipped with the reason, failed, per layer and in sum."""
    tallies = [Tally("a", "shape", 5, 1), Tally("b", "evidence", 2, skipped={"no text": 3})]
    lines = REPORTERS["text"](Report.of([Issue("p", "m", code="a", line=1, column=1)], tallies)).splitlines()

    assert lines == [
        "p:1:1: a m",
        "shape      checked      5  skipped     0  failed    1",
        "evidence   checked      2  skipped     3  failed    0 (3 no text)",
        "failed: 1 error, 0 warnings; checked 7, skipped 3, failed 1",
        "next: news-dataset explain a",
    ]


def test_a_flood_is_cut_and_counted() -> None:
    """At most 200 issues are listed; the rest is named by its number."""
    lines = REPORTERS["text"](Report.of([Issue("p", f"{n}", code="a") for n in range(MAX_ISSUES + 3)])).splitlines()

    assert lines[MAX_ISSUES] == "… and 3 more: --issues FILE.parquet keeps all"


def test_a_cause_is_not_cut_off_behind_its_consequences() -> None:
    """A broken record stands among the issues listed, and next, however many that refer to it stand before it."""
    lost = [Issue("a", "lost", code="reference", line=n) for n in range(1, MAX_ISSUES + 3)]
    broken, odd = Issue("b", "broken", code="syntax", line=1), Issue("0", "odd", code="syntax", severity="warning")
    tallies = [Tally("syntax", "shape", 1, 1), Tally("reference", "references", 1, 1)]
    lines = REPORTERS["text"](Report.of([*lost, broken, odd], tallies)).splitlines()

    assert lines[MAX_ISSUES - 2 : MAX_ISSUES + 1] == [
        f"a:{MAX_ISSUES - 1}:0: reference lost",
        "b:1:0: syntax broken",
        "… and 4 more: --issues FILE.parquet keeps all",
    ]
    assert lines[-1] == "next: news-dataset explain syntax"


def test_json_holds_everything() -> None:
    """Issues, checks and sums, in ASCII."""
    text = REPORTERS["json"](Report.of([Issue("p", "ü\u202e", code="a")], [Tally("a", "shape", 1, 1)]))
    whole = json.loads(text)

    assert text.isascii()
    assert (whole["ok"], whole["issues"][0]["message"]) == (False, "ü\u202e")
    assert whole["checks"][0]["checked"] == whole["counts"]["checked"] == 1
