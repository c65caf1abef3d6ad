"""A text that changed: what is found exactly once is anchored anew, the rest is said, and the old text stays known."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.curate import source
from news_dataset.curate.carry import _with_marks
from news_dataset.curate.span_places import span_places
from news_dataset.errors import SetupError, UnknownNameError, UsageError
from news_dataset.spans import SPAN_FIELDS, Span, Text
from tests.conftest import ROOT

SECOND = ROOT / "examples" / "second-article"
WORDS = (SECOND / "text.txt").read_text("utf-8")
TODAY = datetime.now(UTC).date().isoformat()
STATEMENT = "data/curated/statements/port-example/03.yaml"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second article without a release, as the working folder."""
    folder = shutil.copytree(SECOND, tmp_path / "example", ignore=shutil.ignore_patterns("published"))
    monkeypatch.chdir(folder)
    return folder


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the text with some words replaced."""
    words = WORDS
    for old, new in changes:
        assert old in words
        words = words.replace(old, new)
    path = folder / "new.txt"
    path.write_text(words, "utf-8")
    return path


def skeleton(text: str) -> str:
    """Return a file without the values that carrying may change."""
    return re.sub(r"\d+-\d+ \d+ [0-9a-f]{16} [0-9a-f]{8} [0-9a-f]{8}", "", text)


def test_what_still_stands_points_into_the_new_text(example: Path) -> None:
    """Nothing but numbers and digests changes; a second change of the text is added to the first."""
    path = example / "data/curated/statements/port-example/01.yaml"
    path.write_text("# kept\n" + path.read_text("utf-8").replace("evidence:", "evidence:  # kept, too"), "utf-8")
    before, old = path.read_text("utf-8"), nd.Dataset.open("data/curated").get("article/port-example")
    done = nd.carry(".", "article/port-example", changed(example, ("By The", "From our reporters, by The")))

    assert (done.spans, done.report.ok, len(done.files)) == (11, True, 4)
    assert nd.validate(".", text="new.txt").ok
    assert [issue.hint.partition(":")[0] for issue in nd.validate(".", text="text.txt").errors] == [
        "it is an earlier text of the article"
    ]
    assert nd.fmt(".", check=True).ok
    assert skeleton(path.read_text("utf-8")) == skeleton(before)
    changed(example, ("By The", "By the"), ("In storms", "In any storm"))
    assert nd.carry(".", "article/port-example", "new.txt").spans == 11
    now = nd.Dataset.open("data/curated").get("article/port-example").to_dict()
    assert [one["carried_on"] for one in now["earlier_texts"]] == [TODAY, TODAY]
    assert now["earlier_texts"][0]["text_sha256"] == old.to_dict()["text_sha256"]
    assert nd.validate(".", text="new.txt").ok


def test_what_does_not_is_said_and_left_to_the_curator(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its old words, at lines that are those of the file now; validate says it until it is anchored."""
    path = example / STATEMENT
    path.write_text(
        path.read_text("utf-8").replace("quote: {words: a door between two quarters, ", "quote: {"), "utf-8"
    )
    changed(example, ("the steel arch as “a door", "the arch as “a door"), ("quarters” and", "quarters”; she"))
    assert main(["carry", "article/port-example", "--text", "new.txt"]) == 1
    *lines, last, following = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[2] for line in lines] == [
        "unanchored content of statement/port-example/03 is not in the new text "
        "(find has the old words: change them to those of the new text, then news-dataset anchor --text new.txt)",
        "unanchored quote of statement/port-example/03 is not in the new text "
        "(write the words instead of CHANGE-ME, then news-dataset anchor --text new.txt)",
    ]
    assert last == "article/port-example: 9 spans carried, 2 left to you; 4 files"
    assert following == "next: news-dataset validate --text new.txt"

    report = nd.validate(".")
    assert {issue.code for issue in report} == {"unanchored"}
    assert [f"{issue.path}:{issue.line}" for issue in report] == [":".join(line.split(":")[:2]) for line in lines]
    with pytest.raises(UsageError, match=r"statement/port-example/03 in \S+ has errors, and would be left behind"):
        nd.carry(".", "article/port-example", "text.txt")

    words = path.read_text("utf-8")
    assert words.count("{find: CHANGE-ME}") == 1
    assert words.count("{find: the steel arch as “a door between two quarters”}") == 1
    words = words.replace("CHANGE-ME", "a door between two quarters").replace("find: the steel arch", "find: the arch")
    path.write_text(words, "utf-8")
    assert nd.anchor(".", "new.txt").spans == 2
    assert nd.validate(".", text="new.txt").ok


@pytest.mark.parametrize("before", ["", "Corrected. "])
@pytest.mark.parametrize("keeps_words", [True, False])
def test_marks_at_the_ends_of_a_span_stay(example: Path, before: str, keeps_words: bool) -> None:
    """Where the span was, or at its new place; digests have none of them."""
    path = example / STATEMENT
    if not keeps_words:
        path.write_text(re.sub(r"\{words: .*, span: ('.*')\}", r"\1", path.read_text("utf-8")), "utf-8")
    old = path.read_text("utf-8")
    new = before + changed(example, ("In storms", "In any storm")).read_text("utf-8")
    Path("new.txt").write_text(new, "utf-8")
    nd.carry(".", "article/port-example", "new.txt")
    shift = len(before)
    assert old.count("'427-474 ") == 1
    assert path.read_text("utf-8").count(f"'{427 + shift}-{474 + shift} ") == 1
    assert new[427 + shift : 474 + shift] == "the steel arch as “a door between two quarters”"
    assert nd.validate(".", text="new.txt").ok


@pytest.mark.parametrize(
    ("old", "found", "words", "place"),
    [
        ((4, 12), (5, 11), "was “so far” then", (4, 12)),  # a mark on each side
        ((5, 11), (5, 11), "was “so far” then", (5, 11)),  # none, as before
        ((14, 21), (5, 11), "was “so far” then", (5, 11)),  # which of the two is not known
        ((4, 11), (5, 11), "was “so far” then", (4, 11)),  # but it is where nothing moved
        ((2, 9), (0, 6), "so far. Then", (0, 7)),
        ((2, 9), (0, 6), "so far then", (0, 6)),
        ((2, 9), (0, 6), "so far", (0, 6)),
    ],
)
def test_marks_are_taken_only_where_they_are_certain(
    old: tuple[int, int], found: tuple[int, int], words: str, place: tuple[int, int]
) -> None:
    """Never blanks, letters, or one of two marks."""
    assert _with_marks(Span(*old, 5, "", "", ""), found, words) == place


def test_a_folder_of_texts_has_the_one_named_after_the_article(example: Path) -> None:
    """Also if it has the text that is carried from."""
    Path("texts").mkdir()
    shutil.copy("text.txt", "texts")
    with pytest.raises(UsageError, match=r"name the file port-example\.txt for article/port-example"):
        nd.carry(".", "article/port-example", "texts")
    changed(example, ("In storms", "In any storm")).rename("texts/port-example.txt")
    assert nd.carry(".", "article/port-example", "texts").report.ok
    assert nd.validate(".", text="texts").ok


def test_what_stands_twice_is_not_guessed(example: Path) -> None:
    """The curator is told where."""
    paragraph = WORDS.splitlines(keepends=True)[3]
    report = nd.carry(".", "article/port-example", changed(example, (paragraph, paragraph * 2))).report
    assert {issue.message.partition(" may be ")[2] for issue in report} == {"2 places of the new text: in lines 4, 5"}
    assert {(issue.path, issue.line) for issue in report} == {(one.path, one.line) for one in nd.validate(".")}


def test_the_old_text_stays_citable(example: Path) -> None:
    """With the release whose spans point into it, if that is no draft; the next release has both."""
    about = example / "data" / "dataset.yaml"
    about.write_text(about.read_text("utf-8").replace(".dev", ""), "utf-8")
    nd.build(".")
    nd.carry(".", "article/port-example", changed(example, ("In storms", "In any storm")))
    about.write_text(about.read_text("utf-8").replace("2026.11.1", "2026.11.2"), "utf-8")
    nd.build(".")
    (row,) = nd.Dataset.open(".").load("earlier_texts", as_="records")
    assert {key: str(value) for key, value in row.items()} == {
        "article": "article/port-example", "ordinal": "1", "text_length": "800", "carried_on": TODAY,
        "release": "2026.11.1",
        "text_sha256": "3fe6ca21ebdb70f999d4549a513162bfd1cc8b0045ce07c89ac5bdaff0beedca",
    }  # fmt: skip


def test_what_cannot_be_carried_is_refused(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence; nothing is written, wherever it was cut off."""
    new = changed(example, ("In storms", "In any storm"))
    before = {path: path.read_text("utf-8") for path in (example / "data").rglob("*.yaml")}
    with pytest.raises(UsageError, match=r"text.txt is the text that article/port-example is annotated on"):
        nd.carry(".", "article/port-example", "text.txt")
    with pytest.raises(UnknownNameError, match="no article 'article/port-exampl'; did you mean article/port-example"):
        nd.carry(".", "article/port-exampl", new)
    real, count = Path.replace, [0]

    def full(path: Path, target: Path) -> Path:
        count[0] += 1
        if count[0] == 2:
            raise OSError(28, "No space left on device", str(target))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(SetupError, match="No space left on device"):
        nd.carry(".", "article/port-example", new)
    assert {path: path.read_text("utf-8") for path in (example / "data").rglob("*.yaml")} == before


def test_spans_on_one_line_are_carried_as_well() -> None:
    """Whole or in fragments, as a value, an item or in a field of their own; opened, they ask for the words."""
    one, two = "140-185 45 252562523e8e894e 0ae5066b ef46d7cb", "5-9 4 252562523e8e894e 0ae5066b ef46d7cb"
    more = f"['{one} + {two}', {{span: '{two}', words: x}}]"
    words = f"evidence:\n  content: '{one}'  # a\n  source 1: {more}\nnote: a 5-9 4 b\n"
    found = list(span_places(yaml.compose(words, Loader=yaml.SafeLoader)))
    assert [(each.role, len(each.spans), each.spans[0].start) for each in found] == [
        ("content", 1, 140), ("source 1", 2, 140), ("source 1", 1, 5),
    ]  # fmt: skip
    copy = Text("abcdx" * 40)
    for each in found[:2]:
        assert source.apply(words, each.replace(words, each.spans, copy, is_json=False)) == words
    assert "words: xabc}" in source.apply(
        words, found[2].replace(words, (found[2].spans[0],), Text("....." + "xabc"), is_json=False)
    )
    opened = [edit for each in found for edit in each.unanchor(words, is_json=False)]
    assert yaml.safe_load(source.apply(words, opened)) == {
        "evidence": {
            "content": {"find": "CHANGE-ME"},
            "source 1": [{"find": "CHANGE-ME"}, {"find": "CHANGE-ME"}],
        },
        "note": "a 5-9 4 b",
    }


def test_layers_of_the_text_are_carried_with_it(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where the article has another id there; what is lost is said with the layer's file, others stay."""
    layer, other = example / "data/layers/second", example / "data/layers/other"
    for folder in (layer, other):
        shutil.copytree(example / "data/curated", folder, ignore=shutil.ignore_patterns("assessments", "sources"))
    path = other / "articles/port-example.yaml"
    path.write_text(path.read_text("utf-8").replace("3fe6ca21", "3fe6ca22"), "utf-8")
    nd.rename(layer, "article/port-example", "article/footbridge")
    before = {path: path.read_bytes() for path in other.rglob("*.yaml")}
    changed(example, ("the steel arch as “a door", "the arch as “a door"), ("quarters” and", "quarters”; she"))

    assert main(["carry", "article/port-example", "--text", "new.txt"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:-2]] == [
        *[STATEMENT] * 2, *["data/layers/second/statements/footbridge/03.yaml"] * 2,
    ]  # fmt: skip
    assert "content of statement/footbridge/03 is not in the new text" in lines[2]
    assert lines[-2] == "article/port-example: 18 spans carried, 4 left to you; 8 files"
    assert {path: path.read_bytes() for path in other.rglob("*.yaml")} == before
    report = nd.validate(layer, text="new.txt")
    assert {issue.code for issue in report.errors} == {"unanchored"}
    assert [one["carried_on"] for one in yaml.safe_load((layer / "articles/footbridge.yaml").read_text("utf-8"))[
        "earlier_texts"]] == [TODAY]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "why"),
    [("", "it is empty"), ("\n", "it is empty"), ("Rain is expected.\n", "none of its spans is found there")],
)
def test_another_text_is_refused(example: Path, capsys: pytest.CaptureFixture[str], words: str, why: str) -> None:
    """Since no span could be carried back from it."""
    before = {path: path.read_bytes() for path in (example / "data").rglob("*.yaml")}
    Path("new.txt").write_text(words, "utf-8")
    assert main(["carry", "article/port-example", "--text", "new.txt"]) == 2
    assert capsys.readouterr().err == (
        f"news-dataset: new.txt looks like another text than that of article/port-example: {why}; nothing was written\n"
    )
    assert {path: path.read_bytes() for path in (example / "data").rglob("*.yaml")} == before


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_old_words_are_kept_if_they_are_those_of_the_span(example: Path, suffix: str) -> None:
    """As written or beside the span, in each form and whole; the name and the number of the mention are said."""
    path = example / "data/curated/articles/port-example.yaml"
    article = yaml.safe_load(path.read_text("utf-8"))
    before, after = (one["span"].split() for one in article["mentions"])
    fields = dict(zip(SPAN_FIELDS, [*map(int, [*before[0].split("-"), before[1]]), *before[2:]], strict=True))
    fragments = [Text(WORDS).span(*(at + len(one) * end for end in (0, 1))) for one in ("Port", "Footbridge")
                 for at in [WORDS.index(one)]]  # fmt: skip
    article["mentions"] = [
        {"mention": 1, "fragment": 1, "referent": "person/mira-example", "as_written": "Mira Example"} | fields,
        {"referent": "person/mira-example", "as_written": "Mira", "span": " ".join(after)},
        {"referent": "place/port-example", "words": ["Port", "Footbridge"], "span": " + ".join(map(str, fragments))},
    ]
    path.unlink()
    path = path.with_suffix(suffix)
    written = json.dumps(article, ensure_ascii=False) if suffix == ".json" else yaml.safe_dump(article)
    path.write_text(written, "utf-8")
    new = changed(example, ("Example", "Exemple"), ("Footbridge", "Bridge"))
    report = nd.carry(".", "article/port-example", new).report

    assert [one.message for one in report if one.path.endswith(path.name)] == [
        f"mention {name} of article/port-example is not in the new text"
        for name in ("1 (Mira Example)", "2 (Mira)", "3 (place/port-example)")
    ]
    rows = yaml.safe_load(path.read_text("utf-8"))["mentions"]
    assert [row["find"] for row in rows] == ["Mira Example", "CHANGE-ME", ["Port", "Footbridge"]]
    assert not any(row.keys() & {*SPAN_FIELDS, "span", "words"} for row in rows)
    assert {issue.code for issue in nd.validate(".")} == {"unanchored"}


def test_labels_number_what_is_several_times_there() -> None:
    """Mentions by their list, or those of a role; a number that is written counts."""
    one = "5-9 4 252562523e8e894e 0ae5066b ef46d7cb"
    by_role = f"evidence: {{cue: '{one}', content: ['{one}', {{span: '{one}'}}]}}\n"
    rows = "".join(f"- {{role: {role}, span: '{one}'}}\n" for role in ("cue", "content", "cue", "cue, mention: 7"))
    for words, labels in [
        (by_role, ["cue", "mention 1 of content", "mention 2 of content"]),
        (f"evidence:\n{rows}", [f"mention {name}" for name in ("1 of cue", "1 of content", "2 of cue", "7 of cue")]),
        (f"quantities: [{{as_written: 9 years, span: '{one}'}}]", ["quantity 1 (9 years)"]),
    ]:
        found = span_places(yaml.compose(words, Loader=yaml.SafeLoader))
        assert [place.label for place in found] == labels
