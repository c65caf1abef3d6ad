"""Checks over the real records: one pass, denominators, and every changed character is noticed."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.checks import CODES, LAYERS, QUERIES, wording
from news_dataset.issues import Report
from news_dataset.spans import Text

STATEMENTS = "data/curated/statements/lee-ishiba-tokyo/"
DATED, SEVERE, CIRCLE = (f"{STATEMENTS}{number}.yaml" for number in ("01", "04", "05"))
Change = Callable[[str, str, str], None]


@pytest.fixture
def change(dataset: Path) -> Change:
    """Replace the one occurrence of some words in a file of the copy."""

    def replace(file: str, old: str, new: str) -> None:
        text = (dataset / file).read_text("utf-8")
        assert text.count(old) == 1, old
        (dataset / file).write_text(text.replace(old, new), "utf-8")

    return replace


def line_of(path: Path, words: str) -> int:
    return next(at for at, line in enumerate(path.read_text("utf-8").splitlines(), 1) if words in line)


def found(report: Report) -> set[tuple[str, int]]:
    return {(issue.code, issue.line) for issue in report}


def skipped(report: Report, layer: str) -> int:
    return sum(sum(tally.skipped.values()) for tally in report.tallies if tally.layer == layer)


def test_the_real_records_pass(dataset: Path) -> None:
    """Without the text, what needs it is skipped and says so."""
    report = nd.validate(dataset)

    assert report.ok
    assert not report.issues
    assert skipped(report, "evidence") > 100
    assert skipped(report, "references") == 0


def test_with_the_text_nothing_is_skipped(dataset: Path, article_text: Path) -> None:
    """Every span, digest, quotation and literal is looked at."""
    report = nd.validate(dataset, text=article_text)
    spans = sum(len(nd.load(name)) for name in ("mentions", "evidence", "quantities"))
    tallies = {tally.code: tally for tally in report.tallies}

    assert report.ok
    assert report.counts()["skipped"] == 0
    assert (tallies["span_words"].checked, tallies["span_words"].failed) == (spans, 0)


def test_one_changed_character_of_the_text_is_noticed(dataset: Path, article_text: Path) -> None:
    """By the hash of the text; once that is the one of the article, by each span that covers the character."""
    words = article_text.read_bytes().decode()
    at = words.index("Tuesday", 500)
    copy = dataset / "article.txt"
    copy.write_bytes((words[: at + 1] + "o" + words[at + 2 :]).encode())
    article = dataset / "data/curated/articles/lee-ishiba-tokyo.yaml"
    lines = (dataset / DATED).read_text("utf-8").splitlines()
    known, other = (sha256(path.read_bytes()).hexdigest() for path in (article_text, copy))

    assert found(nd.validate(dataset, text=copy)) == {("wrong_text", line_of(article, "text_sha256"))}
    article.write_text(article.read_text("utf-8").replace(known, other), "utf-8")
    issues = list(nd.validate(dataset, text=copy))
    assert "wrong_text" not in {issue.code for issue in issues}
    touched = [i for i in issues if i.code == "span_words" and "digest" in i.message and "statements" in i.path]
    assert {lines[issue.line - 1].split(":")[0].strip() for issue in touched} == {"content", "date 1"}
    assert {issue.pointer for issue in touched} == {"/evidence/1/digest", "/evidence/5/digest"}


@pytest.mark.parametrize("with_text", [True, False])
def test_one_changed_character_of_a_quotation_is_noticed(
    dataset: Path, change: Change, request: pytest.FixtureRequest, with_text: bool
) -> None:
    """At the line of the quotation; a letter even without the text."""
    change(CIRCLE, "quote: a virtuous cycle", "quote: a virtuous circle")
    text = request.getfixturevalue("article_text") if with_text else None

    assert found(nd.validate(dataset, text=text)) == {
        ("quote_words", line_of(dataset / CIRCLE, "quote: a virtuous circle"))
    }


def test_one_changed_mark_of_a_quotation_needs_the_text(dataset: Path, change: Change, article_text: Path) -> None:
    """A comma does not reach the skeleton; with the text it is noticed all the same."""
    change(SEVERE, "increasingly severe, the", "increasingly severe; the")

    assert nd.validate(dataset).ok
    assert {issue.code for issue in nd.validate(dataset, text=article_text)} == {"quote_words"}


def test_a_misspelt_key_and_a_dangling_reference_name_the_nearest(dataset: Path, change: Change) -> None:
    """Both at the exact line and column, in one pass."""
    change("data/curated/people/ishiba-shigeru.yaml", "family_name:", "famly_name:")
    change("data/curated/events/camp-david-summit-2023.yaml", "type: AGREE", "type: AGRE")
    change(
        "data/curated/events/lee-trump-meeting-2025.yaml", "entity: person/donald-trump", "entity: person/donald-trum"
    )
    lines = {issue.code: issue for issue in nd.validate(dataset)}

    assert (lines["unknown_key"].line, lines["unknown_key"].column) == (4, 1)
    assert lines["unknown_key"].hint == "did you mean family_name?"
    assert lines["unknown_code"].hint == "did you mean AGREE?"
    assert lines["dangling_reference"].hint == "did you mean person/donald-trump?"
    assert set(lines) == {"unknown_key", "unknown_code", "dangling_reference"}


def test_issues_come_sorted(dataset: Path, change: Change) -> None:
    """By path, line and column, whatever check found them."""
    change("data/curated/places/tokyo.yaml", "kind: city", "kind: town")
    change("data/curated/places/tokyo.yaml", "latitude: 35.6895", "latitude: 135.6895")
    change("data/curated/organizations/japan.yaml", "id: organization/japan", "id: organization/nippon")
    issues = list(nd.validate(dataset))

    assert len(issues) > 3
    assert issues == sorted(issues, key=lambda issue: (issue.path, issue.line, issue.column, issue.code))


def test_a_fact_without_assessment_is_a_warning_while_a_draft(dataset: Path, change: Change) -> None:
    """And an error afterwards."""
    change(
        "data/curated/assessments/lee-ishiba-tokyo.yaml",
        "target: statement/lee-ishiba-tokyo/01\n",
        "target: statement/lee-ishiba-tokyo/06\n",
    )
    change("data/dataset.yaml", "- of: facts_assessed\n  min_percent: 100\n", "")
    draft = nd.validate(dataset)
    change("data/curated/articles/lee-ishiba-tokyo.yaml", "status: draft", "status: reviewed")
    reviewed = nd.validate(dataset)

    assert [(issue.code, issue.severity) for issue in draft] == [("unassessed_fact", "warning")]
    assert [(issue.code, issue.severity) for issue in reviewed] == [("unassessed_fact", "error")]


def test_an_undecodable_file_is_one_error(dataset: Path) -> None:
    """What refers to the record in it is not blamed, and what nothing refers to for its sake neither."""
    (dataset / "data/curated/people/donald-trump.yaml").write_bytes(b"id: \xff")

    assert {issue.code for issue in nd.validate(dataset)} == {"bad_encoding"}
    assert nd.validate(dataset).exit_code == 3


def test_every_check_has_a_manual_page_and_a_layer() -> None:
    """Its name is its code."""
    assert list(LAYERS) == ["shape", "references", "evidence", "policy"]
    assert all(code.manual and code.layer in LAYERS for code in CODES.values())
    assert {query.name for query in QUERIES} < set(CODES)


def test_an_empty_folder_is_not_passed(tmp_path: Path) -> None:
    """A check that found nothing to look at says so."""
    report = nd.validate(tmp_path)

    assert [issue.code for issue in report] == ["no_records"]
    assert report.exit_code == 2


@pytest.mark.parametrize("fault", ["gist\n", "gist: &a x\n", "\tgist: x\n", "- 5\n"])
def test_broken_files_do_not_blame_what_refers_to_them(dataset: Path, fault: str) -> None:
    """One broken file, one error; assessments of the statements in it are not dangling."""
    (dataset / DATED).write_text(fault)

    assert len(list(nd.validate(dataset))) == 1


def test_a_misspelt_key_is_not_also_missing(dataset: Path, change: Change) -> None:
    """One cause, one error."""
    change("data/curated/places/tokyo.yaml", "kind: city", "knid: city")

    assert [issue.code for issue in nd.validate(dataset)] == ["unknown_key"]


def test_a_broken_article_does_not_hide_the_rest(dataset: Path, change: Change, article_text: Path) -> None:
    """With the text given, everything is still reported in one pass."""
    change("data/curated/articles/lee-ishiba-tokyo.yaml", "genre: news", "genre: nws")
    change(CIRCLE, "quote: a virtuous cycle", "quote: a virtuous circle")

    assert {issue.code for issue in nd.validate(dataset, text=article_text)} == {"unknown_code", "quote_words"}


def test_a_wrong_length_of_the_text_is_one_error(dataset: Path, change: Change, article_text: Path) -> None:
    """Where the text is at hand, its own length counts."""
    change("data/curated/articles/lee-ishiba-tokyo.yaml", "text_length: 3397", "text_length: 70")

    assert [issue.code for issue in nd.validate(dataset, text=article_text)] == ["wrong_text"]


@pytest.mark.parametrize(
    ("start", "end", "hint"), [(3, 15, "UTF-16 units; in code points they are 2 and 14"), (2, 14, "")]
)
def test_offsets_in_utf16_units_are_named_as_such(tmp_path: Path, start: int, end: int, hint: str) -> None:
    """The commonest slip of other tools; and right offsets are no slip."""
    text = Text("🌉 Mira Example came.")
    span = text.span(2, 14)
    (tmp_path / "articles").mkdir()
    (tmp_path / "a.txt").write_bytes(text.words.encode())
    (tmp_path / "articles" / "a.yaml").write_text(
        "# An invented example.\nid: article/a\nheadline: Mira Example came\nlanguage: en\ngenre: news\n"
        f"rights: licensed\nstatus: draft\ntext_sha256: '{text.sha256}'\n"
        f"text_length: {len(text.words)}\nannotator: me\nmentions:\n"
        f"- {{mention: 1, fragment: 1, start: {start}, end: {end}, length: {span.length}, "
        f"digest: '{span.digest}', "
        f"prefix: '{span.prefix}', suffix: '{span.suffix}'}}\n"
    )
    hints = [issue.hint for issue in nd.validate(tmp_path, text=tmp_path / "a.txt") if issue.code == "span_words"]

    assert hints == ([f"the offsets count {hint}"] if hint else [])


@pytest.mark.parametrize("at_fault", [("a", "b", "c"), ("c",)])
def test_a_source_that_goes_back_to_itself_is_named(at_fault: tuple[str, ...], tmp_path: Path) -> None:
    """Directly or by way of others; what only leads into the circle is not blamed."""
    origins = dict(zip(at_fault, (*at_fault[1:], at_fault[0]), strict=True)) | {"d": "c"}
    (tmp_path / "sources").mkdir()
    for name in "abcd":
        origin = f"derived_from: source/{origins[name]}\n" if name in origins else ""
        words = f"id: source/{name}\nurl: https://example.org\npublisher: A\nkind: news\n{origin}"
        (tmp_path / "sources" / f"{name}.yaml").write_text(words, "utf-8")
    report = nd.validate(tmp_path)

    assert [(issue.code, issue.pointer, issue.message) for issue in report if issue.code != "unused_record"] == [
        ("circular_parent", "/derived_from", f"source/{name} goes back to itself") for name in at_fault
    ]
    assert {tally.code: tally.checked for tally in report.tallies}["circular_parent"] == len(origins)


def test_a_broken_rule_of_a_whole_row_has_no_location() -> None:
    """Nor a key that could be misspelt; rows of tables are judged by themselves."""
    assert not wording.is_misspelt({"type": "broken_rule", "loc": (), "msg": "one of value or min is needed"}, {})
