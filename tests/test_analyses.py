"""Analysts' questions in ``examples/``: each prints what it printed for the bundled release."""

from __future__ import annotations

import re
import runpy
import sys

import pytest

import news_dataset as nd
from tests.conftest import ROOT

EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.py"))
ANSWERS = ROOT / "tests" / "analyses"
ANALYSES = sorted(path.stem for path in ANSWERS.glob("*.txt"))


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Answer:
    """How to run an example and get what it prints."""
    return Answer(monkeypatch, capsys)


class Answer:
    """Runs an example."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, name: str) -> str:
        """Return what an example prints; warnings are errors."""
        path = ROOT / "examples" / f"{name}.py"
        self.monkeypatch.setattr(sys, "argv", [str(path)])
        runpy.run_path(str(path), run_name="__main__")
        return self.capsys.readouterr().out


@pytest.mark.parametrize("name", ANALYSES)
def test_the_bundled_release_gives_this_answer(name: str, answer: Answer) -> None:
    """To the character."""
    assert answer(name) == (ANSWERS / f"{name}.txt").read_text("utf-8")


def test_every_analysis_is_short_and_has_its_answer() -> None:
    """At most eight lines of code; none is forgotten here."""
    lines = {name: code_lines((ROOT / "examples" / f"{name}.py").read_text("utf-8")) for name in ANALYSES}

    assert ANALYSES == EXAMPLES
    assert len(ANALYSES) == 10
    assert max(lines.values()) <= 8, lines
    assert code_lines('"""One."""\n\nimport a\n# two\nb = """\n\nthree"""\n') == 3, "negative control"


def code_lines(source: str) -> int:
    """Return how many lines are neither empty, nor comments, nor the docstring."""
    return sum(bool(line.strip()) and not line.startswith(("#", '"""')) for line in source.splitlines())


def test_the_shares_are_counted_by_hand(answer: Answer) -> None:
    """From plain rows: by aspect, each statement once, and none for what the article says itself."""
    kinds = {row["id"]: row["kind"] for row in nd.load("statements", as_="records")}
    shares = re.findall(r"(\d+) of (\d+) do not hold", answer("share_contradicted"))
    for (wrong, checkable), aspects in zip(
        shares, (("attribution", "quotation"), ("veracity", "date", "place", "quantity")), strict=True
    ):
        about: dict[str, set[tuple[str, str]]] = {}
        for row in nd.load("assessments", as_="records"):
            kind = kinds.get(row["target"])
            is_asked = kind and not (kind == "narrated" and "attribution" in aspects)
            if row["aspect"] in aspects and is_asked:
                about.setdefault(row["target"], set()).add((row["aspect"], row["verdict"]))
        verdicts = [{verdict for _, verdict in found} for found in about.values()]
        amiss = [found & {"contradicted", "unsupported"} for found in verdicts]
        settled = [
            found for found, pairs in zip(verdicts, about.values(), strict=True)
            if found & {"contradicted", "unsupported", "partly_supported"}
            or ("supported" in found and ("veracity", "not_checkable") not in pairs)
        ]  # fmt: skip
        assert (int(wrong), int(checkable)) == (sum(map(bool, amiss)), len(settled))


def test_nobody_is_charged_with_what_the_article_made_up(answer: Answer) -> None:
    """Lee's claims and those that only the article has him make are two lists."""
    his, _, made_up = answer("lees_claims").partition("\nAttributed to him, and not his:\n")
    claims = nd.who_said_what()
    lee = claims[claims["speaker_name"] == "Lee Jae Myung"]
    wrong = lee[lee["attribution_verdict"].isin(["contradicted", "unsupported"])]

    assert made_up.removeprefix("- ").rstrip("\n").split("\n- ") == wrong["gist"].tolist()
    assert "contradicted" not in his
    assert not [gist for gist in wrong["gist"] if gist in his]


def test_co_mentions_are_counted_by_hand(answer: Answer) -> None:
    """One pair, recounted from plain rows: in how many statements Lee and Japan are named."""
    mentions = nd.load("mentions", as_="records")

    def named_in(referent: str) -> set[str]:
        spans = [one for one in mentions if one["referent"] == referent]
        return {
            row["statement"]
            for row in nd.load("evidence", as_="records", filters=[("role", "=", "content")])
            if any(row["start"] <= one["start"] and one["end"] <= row["end"] for one in spans)
        }

    both = named_in("person/lee-jae-myung") & named_in("organization/japan")
    assert re.search(rf"^ +Japan +Lee Jae Myung +{len(both)}$", answer("co_mentions"), re.MULTILINE)
