"""Policy: for each rule, what breaks it, where that is said, and what is next to it and does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from news_dataset.checks.own import SETTABLE
from news_dataset.checks.policy import QUERIES
from news_dataset.checks.query import IN_LAYER, PARTIAL
from news_dataset.issues import Report
from news_dataset.validation import validated
from tests.building import build
from tests.conftest import ROOT

CODES = ROOT / "tests" / "examples" / "codes"
SPAN = "107-169 46 2a4b75b53aaf2556 8c8ec503 1db9a05b"
CONTENT, CUE, SOURCE = (f"evidence: {{{role}: '{SPAN}'}}" for role in ("content", "cue", "source 1"))
MAYOR = "speakers: [the mayor]"
ABOUT = (CODES / "lost_id/dataset.yaml").read_text("utf-8")
Found = list[tuple[str, str, str, str]]


def article(name: str, status: str = "reviewed") -> str:
    """Return the record of an article."""
    return (
        f"id: article/{name}\nheadline: Port Example\nlanguage: en\ngenre: news\nrights: unknown\n"
        f"status: {status}\nannotator: Ann Example\n"
    )


def written(folder: Path, *statements: str) -> Path:
    """Write a draft, a reviewed article, and statements on it; each is its kind and lines, with ``;`` between."""
    for table in ("articles", "statements", "events"):
        (folder / "curated" / table).mkdir(parents=True)
    for name, status in (("port", "reviewed"), ("draft", "draft")):
        (folder / f"curated/articles/{name}.yaml").write_text(article(name, status), "utf-8")
    for name in ("fair", "opening", "storm"):
        event = f"id: event/{name}\ntitle: At the harbour\ntype: OTHER\n"
        (folder / f"curated/events/{name}.yaml").write_text(event, "utf-8")
    for number, (kind, *lines) in enumerate((one.split("; ") for one in statements), 1):
        start = [f"id: statement/port/{number:02}", f"kind: {kind}", "claim_type: fact", "gist: The harbour is large."]
        lines += [] if any(line.startswith("article:") for line in lines) else ["article: article/port"]
        path = folder / f"curated/statements/{number:02}.yaml"
        path.write_text("\n".join([*start, *lines, ""]), "utf-8")
    (folder / "dataset.yaml").write_text(ABOUT, "utf-8")
    return folder


def broken(report: Report, code: str) -> Found:
    """Return file, words from the place on, severity and message of the issues of a code."""
    found: Found = []
    for issue in report:
        if issue.code == code:
            line = Path(issue.path).read_text("utf-8").splitlines()[issue.line - 1]
            found.append((Path(issue.path).stem, line[issue.column - 1 :], issue.severity, issue.message))
    return found


def counts(report: Report, code: str) -> tuple[int, int, dict[str, int]]:
    """Return how many were checked, failed, and were skipped for which reason."""
    tally = next(tally for tally in report.tallies if tally.code == code)
    return tally.checked, tally.failed, dict(tally.skipped)


def test_where_in_the_text_a_statement_is(tmp_path: Path) -> None:
    """Of some kinds by their content, of a report by who or that it was; of a draft, it may come later."""
    report = validated(written(
        tmp_path, "indirect", f"indirect; {CUE}", f"indirect; {CONTENT}", "reported", f"reported; {CONTENT}",
        f"reported; {SOURCE}", f"reported; {CUE}", "unknown", f"unknown; {CUE}", "indirect; article: article/draft",
        "indirect; article: article/none", "reported; article: article/draft", f"unknown; {CONTENT}",
    ))  # fmt: skip
    found = broken(report, "statement_without_evidence")
    content, named = "needs evidence of role content", "needs evidence of role source or cue"

    assert [(name, severity) for name, _, severity, _ in found] == [
        ("01", "error"), ("02", "error"), ("04", "error"), ("05", "error"), ("08", "warning"), ("10", "warning"),
        ("11", "error"), ("12", "warning"),
    ]  # fmt: skip
    assert [message for *_, message in found] == [
        *[f"a statement of kind indirect {content}"] * 2, *[f"a statement of kind reported {named}"] * 2,
        "the statement has no evidence of any role", *[f"a statement of kind indirect {content}"] * 2,
        f"a statement of kind reported {named}",
    ]  # fmt: skip
    assert counts(report, "statement_without_evidence")[:2] == (13, 5)


def test_who_speaks(tmp_path: Path) -> None:
    """Somebody, but in what the article itself says nobody; in a draft that may come later."""
    report = validated(written(
        tmp_path, "narrated", f"narrated; {MAYOR}", "narrated; addressees: [a crowd]", "indirect", f"indirect; {MAYOR}",
        "indirect; addressees: [a crowd]", "unknown", f"unknown; {MAYOR}", "indirect; article: article/draft",
        f"narrated; {MAYOR}; article: article/draft", "narrated; speakers: [a clerk, a nurse]",
        "indirect; article: article/none",
    ))  # fmt: skip
    none, narrated = "a statement of kind indirect needs a speaker", "a narrated statement has no speaker"
    found = [(name, at, severity, message.split(":")[0])
             for name, at, severity, message in broken(report, "wrong_speakers")]  # fmt: skip

    assert found == [
        ("02", "speakers: [the mayor]", "error", narrated), ("04", "id: statement/port/04", "error", none),
        ("06", "id: statement/port/06", "error", none), ("09", "id: statement/port/09", "warning", none),
        ("10", "speakers: [the mayor]", "error", narrated), ("11", "speakers: [a clerk, a nurse]", "error", narrated),
        ("12", "id: statement/port/12", "error", none),
    ]  # fmt: skip
    assert counts(report, "wrong_speakers") == (12, 6, {})


def test_which_words_name_a_speaker(tmp_path: Path) -> None:
    """Each speaker whom the text names, unless the words are about somebody else."""
    both = f"evidence: {{content: '{SPAN}', source %s: '{SPAN}'}}"
    report = validated(written(
        tmp_path, f"indirect; {MAYOR}; {CONTENT}", f"indirect; speakers: [person/ann]; {CONTENT}",
        f"indirect; {MAYOR}; {both % 1}", f"indirect; speakers: [a clerk, a nurse]; {both % 1}",
        f"indirect; {MAYOR}; addressees: [a crowd]; {both % 2}", f"indirect; {MAYOR}; {both % ''}",
        f"indirect; speakers: [implicit]; {CONTENT}", f"free_indirect; {MAYOR}; {CONTENT}",
        f"narrated; {MAYOR}; {CONTENT}", f"indirect; addressees: [a crowd]; {CONTENT}",
        f"indirect; {MAYOR}; evidence: {{content 1: '{SPAN}'}}", f"indirect; {MAYOR}",
    ))  # fmt: skip
    found = broken(report, "speaker_without_source")

    assert [(name, at, severity) for name, at, severity, _ in found] == [
        ("01", "the mayor]", "warning"), ("02", "person/ann]", "warning"), ("04", "a nurse]", "warning"),
        ("12", "the mayor]", "warning"),
    ]  # fmt: skip
    hints = [str(issue.hint).partition(": ")[2] for issue in report if issue.code == "speaker_without_source"]
    assert [hint.partition(":")[0] for hint in hints] == ["source 1", "source 1", "source 2", "source 1"]


def test_of_dates_there_is_one(tmp_path: Path) -> None:
    """Each further one is told, written as a date or as in the text; events without a date are none."""
    dates = ("date: '2031-05'", "date_text: in May", "realis: occurred")
    fair, opening, storm = (
        f"{{{{event: event/{name}, realis: planned, {{}}}}}}" for name in ("fair", "opening", "storm")
    )
    rows = [
        [fair.format(dates[0])], [fair.format(dates[0]), opening.format(dates[1])],
        [fair.format(dates[1]), opening.format("place: place/none"), storm.format(dates[0])],
        [one.format(dates[0]) for one in (fair, opening, storm)],
    ]  # fmt: skip
    report = validated(written(
        tmp_path, *(f"narrated; statement_events: [{', '.join(row)}]" for row in rows), "narrated",
    ))  # fmt: skip
    found = [(name, at.split(",")[0]) for name, at, *_ in broken(report, "several_dates")]

    assert found == [
        ("02", "{event: event/opening"), ("03", "{event: event/storm"), ("04", "{event: event/opening"),
        ("04", "{event: event/storm"),
    ]  # fmt: skip
    assert counts(report, "several_dates") == (6, 4, {})


def test_rows_are_counted(tmp_path: Path) -> None:
    """Against a least and a most, both of which may be reached."""
    folder = written(tmp_path, "indirect", "indirect", "indirect")
    (folder / "dataset.yaml").write_text(
        f"{ABOUT}row_counts:\n- {{table: articles, min: 2, max: 2}}\n- {{table: statements, min: 4}}\n"
        "- {table: events, max: 2}\n- {table: people, max: 0}\n- {table: evidence, min: 1, max: 9}\n"
        "- {table: event, min: 0}\n", "utf-8",
    )  # fmt: skip
    report = validated(folder)

    assert [(at, message) for _, at, _, message in broken(report, "row_count")] == [
        ("{table: statements, min: 4}", "rows of statements: 3, asserted: at least 4"),
        ("{table: events, max: 2}", "rows of events: 3, asserted: 0 to 2"),
        ("{table: evidence, min: 1, max: 9}", "rows of evidence: 0, asserted: 1 to 9"),
        ("event, min: 0}", "there is no table event"),
    ]
    assert counts(report, "row_count") == (6, 4, {})


@pytest.mark.parametrize(("percent", "number"), [(50, 0), (51, 1)])
@pytest.mark.parametrize("named", ["statements_with_content_evidence", "facts_assessed"])
def test_shares_are_counted(named: str, percent: int, number: int, tmp_path: Path) -> None:
    """Two of four statements; what is no fact needs no assessment."""
    folder = written(tmp_path, f"indirect; {CONTENT}", f"indirect; {CUE}", "indirect", f"indirect; {CONTENT}")
    verdicts = folder / "curated/assessments"
    verdicts.mkdir()
    for at in (1, 2, 3):
        (verdicts / f"{at}.yaml").write_text(
            f"id: assessment/port/{at:02}\ntarget: statement/port/{min(at, 2):02}\naspect: veracity\n"
            "verdict: not_checkable\nfinding: A matter of taste.\nassessed_by: Ann\nassessed_on: '2031-05-06'\n",
            "utf-8",
        )
    (folder / "dataset.yaml").write_text(f"{ABOUT}coverage: [{{of: {named}, min_percent: {percent}}}]\n", "utf-8")
    found = broken(validated(folder), "low_coverage")

    assert [message for *_, message in found] == [f"{named}: 2 of 4, asserted: at least 51 percent"] * number


def test_what_was_published_stays(tmp_path: Path) -> None:
    """Each id that is neither here nor redirected is told, if all the records are there to look for it."""
    folder = written(tmp_path)
    for name in ("ann", "ben", "cem"):
        (folder / f"curated/articles/{name}.yaml").write_text(article(name), "utf-8")
    build(folder, folder / "published")
    assert broken(validated(folder), "lost_id") == []
    for name in ("ann", "ben"):
        (folder / f"curated/articles/{name}.yaml").unlink()
    line = "- {old_id: article/ben, new_id: article/cem, reason: merged, release: 2031.05.0}\n"
    (folder / "redirects.yaml").write_text(line, "utf-8")
    report = validated(folder)

    lost = "article/ann is in the published release, but no longer here"
    assert [message for *_, message in broken(report, "lost_id")] == [lost]
    assert counts(report, "lost_id") == (8, 1, {})
    manifest = folder / "published/manifest.json"
    aside = manifest.rename(manifest.with_name("aside.json"))
    assert counts(validated(folder), "lost_id") == (
        0, 0, {f"the published release cannot be read: {manifest.parent} has records, but no manifest.json": 1},
    )  # fmt: skip
    aside.rename(manifest)
    (folder / "curated/articles/cem.yaml").write_text("id: 1\n", "utf-8")
    checked, failed, skipped = counts(validated(folder), "lost_id")
    assert (checked, failed, sum(skipped.values())) == (0, 0, 1)
    (folder / "dataset.yaml").write_text(f"{ABOUT}keeps_ids: false\n", "utf-8")
    assert counts(validated(folder), "lost_id") == (0, 0, {})


def test_descriptions_are_compared_with_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With those of the whole dataset, in which each is told; of a part or a layer it is said that they are not."""
    code = "unlinked_participant"
    folder = shutil.copytree(CODES / code, tmp_path / "ds")
    monkeypatch.chdir(folder)
    report = validated(Path())
    told = [str(issue) for issue in report if issue.code == code]

    assert told == (folder / "expected.txt").read_text("utf-8").splitlines()
    assert counts(report, code) == (10, 0, {})
    part = counts(validated(Path("curated/statements")), code)
    assert part[2] == {PARTIAL: 8}
    for table in ("articles", "statements"):
        shutil.copytree(f"curated/{table}", f"layers/ann/{table}")
    assert counts(validated(Path("layers/ann")), code)[2] == {IN_LAYER: 7}


def test_what_no_dataset_may_make_milder() -> None:
    """What keeps the article's prose out, and what views depend on."""
    assert {query.name for query in QUERIES} - {*SETTABLE} == {
        "wrong_speakers", "several_dates", "unassessed_part", "unquoted_words", "article_prose",
    }  # fmt: skip
