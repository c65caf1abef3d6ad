"""A text that is not the annotated one: what differs is named, and so is the rule that no file fits."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import UsageError
from news_dataset.spans import Text, read_texts
from tests.conftest import ROOT

SECOND = ROOT / "examples" / "second-article"
WORDS = (SECOND / "text.txt").read_text("utf-8")
ARTICLE = "data/curated/articles/port-example.yaml"
NOTHING = "it has neither a span nor words to find (write find: and the words of the text)"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second article without a release, as the working folder."""
    folder = shutil.copytree(SECOND, tmp_path / "example", ignore=shutil.ignore_patterns("published"))
    monkeypatch.chdir(folder)
    return folder


def given(words: str) -> str:
    """Write a text as it is, and return what validate, anchor and import say to do: they agree."""
    Path("new.txt").write_bytes(words.encode())
    (issue,) = nd.validate(".", text="new.txt")
    (refusal,) = nd.anchor(".", "new.txt").refusals
    assert (issue.code, refusal.issue.hint) == ("wrong_text", issue.hint)
    return issue.hint


@pytest.mark.parametrize(
    ("words", "differences"),
    [
        (f"\ufeff{WORDS}", "no byte order mark at the beginning"),
        (WORDS.replace("\n", "\r\n"), "LF line ends"),
        (WORDS.replace("\n", "\r\n", 1), "LF line ends"),
        (WORDS.rstrip("\n"), "1 line break at the end instead of none"),
        (f"{WORDS}\n\n\n\n", "1 line break at the end instead of 5"),
        (f"\ufeff{WORDS}\n".replace("\n", "\r\n"), "no byte order mark at the beginning and LF line ends "
         "and 1 line break at the end instead of 2"),
    ],
)  # fmt: skip
def test_what_editors_change_is_named(example: Path, words: str, differences: str) -> None:
    """If adding or removing just that gives the annotated text; carrying is not suggested."""
    assert given(words) == f"the annotated text has {differences}, and is the same otherwise: change the file back"


def test_it_is_named_the_other_way_round(example: Path) -> None:
    """Where the annotated text has what most texts do not have."""
    path = Path(ARTICLE)
    annotated = Text("\ufeff" + WORDS.rstrip("\n").replace("\n", "\r\n"))
    record = path.read_text("utf-8").replace(Text(WORDS).sha256, annotated.sha256)
    path.write_text(record.replace("text_length: 800", f"text_length: {len(annotated.words)}"), "utf-8")
    assert given(WORDS) == (
        "the annotated text has a byte order mark at the beginning and CRLF line ends and no line breaks at the end "
        "instead of 1, and is the same otherwise: change the file back"
    )


def test_carrying_is_for_a_changed_text_only(example: Path) -> None:
    """Not for an empty one, nor for one that the records were carried from, nor for a wrong length."""
    assert given("") == given(" \n") == "it is empty: give the annotated text"
    changed = WORDS.replace("In storms", "In any storm")
    assert given(changed) == "if the article has changed: news-dataset carry article/port-example --text new.txt"
    nd.carry(".", "article/port-example", "new.txt")
    assert given(WORDS) == "it is an earlier text of the article: give the one that the records were carried to"
    path = Path(ARTICLE)
    path.write_text(path.read_text("utf-8").replace(f"text_length: {len(changed)}", "text_length: 9"), "utf-8")
    assert given(changed) == f"write text_length: {len(changed)}"


@pytest.mark.parametrize("place", ["new.txt", "texts"])
def test_no_command_takes_another_text_without_a_word(
    example: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Checks and writers of records refuse it, exports leave it out, and what looks for spans in it tells of it."""
    Path("texts").mkdir()
    file = Path("texts/port-example.txt" if place == "texts" else place)
    file.write_text(WORDS.replace("In storms", "In any storm"), "utf-8")
    assert main(["validate", "--text", place]) == main(["anchor", "--text", place]) == 1
    assert capsys.readouterr().out.count("wrong_text") == 3
    assert main(["export", "--text", place, "--to", "brat", "-o", "out"]) == 2
    assert "the text given is not the one that was annotated" in capsys.readouterr().err
    assert main(["restore", "--text", place]) == 0
    assert "12 spans: exact 0, relocated 12" in capsys.readouterr().out
    assert main(["explore", "--text", place, "-o", "page.html"]) == 0
    told = f"{file} is not the text that article/port-example was annotated on: the page says where its spans are found"
    assert capsys.readouterr().err == f"news-dataset: {told}\n"
    with pytest.warns(UserWarning, match=told):
        nd.Dataset.open(".").explore("page.html", text=place)


def test_an_article_is_not_anchored_in_an_empty_text(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A length of 0 would not be valid."""
    path = Path(ARTICLE)
    words = path.read_text("utf-8")
    words = "".join(line for line in words.splitlines(keepends=True) if not line.startswith("text_"))
    path.write_text(words, "utf-8")
    Path("new.txt").write_text("\n", "utf-8")
    assert main(["anchor", "--text", "new.txt"]) == 1
    assert "wrong_text new.txt is empty (give the text of the article)" in capsys.readouterr().out
    assert path.read_text("utf-8") == words


@pytest.mark.parametrize(
    ("articles", "place", "message"),
    [
        (["a"], "texts", "no file in texts matches an article: neither its hash nor its name is that of one; name the "
         "file a.txt for article/a, or give the file itself"),
        (["a", "b"], "texts", "no file in texts matches an article: neither its hash nor its name is that of one; name "
         "the file a.txt for article/a"),
        (["a", "b"], "texts/x.txt", "texts/x.txt does not match an article: neither its hash nor its name is that of "
         "one; name the file a.txt for article/a"),
        (["a"], "none", "none has no texts: expected files named *.txt"),
        ([], "texts", "texts cannot be matched: no article is given; name the folder of the whole dataset"),
    ],
)  # fmt: skip
def test_a_text_without_an_article_says_the_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, articles: list[str], place: str, message: str
) -> None:
    """By which texts and articles belong together, and what to do."""
    monkeypatch.chdir(tmp_path)
    for folder in ("texts", "none"):
        Path(folder).mkdir()
    Path("texts/x.txt").write_text("A text.", "utf-8")
    with pytest.raises(UsageError) as error:
        read_texts(Path(place), {f"article/{slug}": "" for slug in articles})
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("span: '115-127", "words: Mira Example", "words alone are no span (write find: in place of words:, then"),
        (", span: '115-127", "", "the span is missing (write find: and the words, then"),
        ("span: '115-127", "start: 115, end: 127", "the span has start, end, but no length, digest, prefix, suffix "
         "(write find: and the words instead of start, end, then"),
    ],
)  # fmt: skip
def test_a_span_without_offsets_is_one_issue(example: Path, old: str, new: str, message: str) -> None:
    """And not one for each field that nobody writes by hand."""
    path = Path(ARTICLE)
    before, _, after = path.read_text("utf-8").partition(old)
    path.write_text(f"{before}{new}{after[after.index(chr(39)) + 1 :]}", "utf-8")
    assert [str(issue) for issue in nd.validate(".")] == [
        f"{ARTICLE}:12:3: missing_key {message} news-dataset anchor --text FILE)"
    ]


def test_words_alone_are_not_anchored(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor passed over, as if there was nothing to do; in lists as by role."""
    paths = [Path(ARTICLE), Path("data/curated/statements/port-example/01.yaml")]
    for path, (old, new) in zip(
        paths, [("span: '115-127", "words: Mira Example"), (", span: '186-250", "")], strict=True
    ):
        before, _, after = path.read_text("utf-8").partition(old)
        path.write_text(f"{before}{new}{after[after.index(chr(39)) + 1 :]}", "utf-8")
    assert main(["anchor", "--text", "text.txt"]) == 1
    said = "unanchored words alone are no span (write find: in place of words:, then news-dataset anchor --text FILE)"
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{paths[0]}:12:68: {said}", f"{paths[1]}:15:20: {said}"]
    assert {issue.sentence.partition(" (")[0] for issue in nd.validate(".")} == {"words alone are no span"}


@pytest.mark.parametrize(
    ("written", "column", "said"),
    [
        ("{fnd: the steel arch}", 18, "'fnd' is not a field of a span (did you mean find?)"),
        ("{find: the steel arch, nht: 1}", 40, "'nht' is not a field of a span (did you mean nth?)"),
        ("{nth: 2}", 12, NOTHING),
        ("the steel arch", 12, NOTHING),
        ("427-474 37", 12, NOTHING),
        ("", 11, NOTHING),
        ("[{find: the steel arch}, {}]", 37, NOTHING),
    ],
)
def test_what_cannot_be_anchored_is_told(
    example: Path, written: str, column: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row with neither a span nor words to find is not passed over, and nothing is written."""
    path = Path("data/curated/statements/port-example/03.yaml")
    lines = path.read_text("utf-8").splitlines()
    assert lines[11].startswith("  content: ")
    path.write_text("\n".join([*lines[:11], f"  content: {written}", *lines[12:], ""]), "utf-8")
    before = path.read_bytes()
    assert main(["anchor", "--text", "text.txt"]) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0] == f"{path}:12:{column}: unanchored {said}"
    assert (shown.err, path.read_bytes()) == ("nothing was written\n", before)


def test_a_mention_that_cannot_be_anchored_is_told(example: Path) -> None:
    """In a list of rows, as by role; from Python, too."""
    path = Path(ARTICLE)
    path.write_text(path.read_text("utf-8").replace("span: '115-127", "fnd: '115-127"), "utf-8")
    (refusal,) = nd.anchor(".", "text.txt").refusals
    assert str(refusal.issue).endswith("unanchored 'fnd' is not a field of a span (did you mean find?)")
    ferry = {"id": "statement/port-example/04", "kind": "indirect", "claim_type": "fact", "cue": "say",
             "gist": "The ferry stops.", "speakers": ["implicit"], "evidence": {"content": {"nth": 2}}}  # fmt: skip
    with pytest.raises(UsageError, match=re.escape(f"/evidence/content: {NOTHING}")):
        nd.Dataset.open(".").add(ferry, text="text.txt")
