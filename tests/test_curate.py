"""The curator's desk: what it rewrites, it rewrites without changing what is said."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset import reader
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.curate import anchor, template
from news_dataset.curate.canonical import scalar
from news_dataset.records import BY_TYPE, Article
from news_dataset.restoration import restore
from news_dataset.source_form import expand
from news_dataset.spans import SPAN_FIELDS, Span, Text, skeleton, splits_word
from tests.conftest import IS_FULL

FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "100" if IS_FULL else "40")))


@st.composite
def found_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text and some spans in it that hold a letter or digit."""
    alphabet = st.sampled_from("ab é😀\u200d\u0301ßﬁ½한بx.’“ \n\r\t:#'\"-")
    text = draw(st.text(alphabet, min_size=4, max_size=60).filter(str.strip))
    ends = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), min_size=1, max_size=4))
    return text, [(start, end) for start, end in map(sorted, ends) if is_findable(text, start, end)]


def is_findable(text: str, start: int, end: int) -> bool:
    """Whether there are letters in a span, and whole words."""
    return bool(skeleton(text[start:end])) and not any(splits_word(text, at) for at in (start, end))


@FUZZ
@given(found_spans())
def test_anchored_spans_restore_the_words_that_were_to_be_found(case: tuple[str, list[tuple[int, int]]]) -> None:
    """anchor, then restore, is identity; in block and flow style."""
    words, spans = case
    text, rows = Text(words), []
    for number, (start, end) in enumerate(spans, 1):
        places = [at for at in range(start + 1) if words.startswith(words[start:end], at)]
        nth = sum(is_findable(words, at, at + end - start) for at in places)
        find = scalar(words[start:end], with_comment=True)
        form = (
            "- {{mention: {0}, fragment: 1, find: {1}, nth: {2}}}"
            if number % 2
            else "- nth: {2}\n  mention: {0}\n  fragment: 1\n  find: {1}  # x"
        )
        rows.append(form.format(number, find, nth))
    done = anchored("\n".join(["mentions:", *rows]) if rows else "", text)
    found = [Span(*(row[name] for name in SPAN_FIELDS)) for row in done.get("mentions", [])]

    assert found == [text.span(start, end) for start, end in spans]
    assert [one.words for one in restore(found, text, text.sha256)] == [words[start:end] for start, end in spans]


def anchored(mentions: str, text: Text) -> Any:
    """An article with mentions, anchored and read back."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.yaml"
        path.write_bytes(f"id: article/a\nheadline: h\n{mentions}\n".encode())
        done = anchor([path], text)
        assert not done.refusals
        wanted = BY_TYPE["article"].model_json_schema()
        return reader.typed(expand(reader.parse_yaml(done.files[path], "").data, Article).data, wanted)[0]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small invented article, with words to be found."""
    folder = tmp_path / "data" / "curated" / "articles"
    folder.mkdir(parents=True)
    (tmp_path / "text.txt").write_bytes(
        "Port Example opens its harbour\n\nThe mayor came. The mayor 😀 spoke.\n".encode()
    )
    (folder / "port-example.yaml").write_text(
        "# An invented example.\nid: article/port-example\nheadline: Port Example opens its harbour\nlanguage: en\n"
        "genre: news\nrights: public_domain\nstatus: draft\nannotator: me\nmentions:\n"
        "- mention: 1  # who\n  fragment: 1\n  find: The mayor\n  after: The mayor came\n"
        "- {mention: 2, fragment: 1, nth: 2, find: mayor, certainty: certain}\n"
    )
    monkeypatch.chdir(tmp_path)
    return folder / "port-example.yaml"


def test_anchor_changes_only_what_it_replaces(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Comments, order and style stay; hash and length are set on the article; a second run changes nothing."""
    before = desk.read_text("utf-8").splitlines()

    assert main(["anchor", "--text", "text.txt", "data"]) == 0
    once = desk.read_text("utf-8")
    lines = once.splitlines()

    assert main(["anchor", "--text", "text.txt", "data"]) == 0
    assert desk.read_text("utf-8") == once
    assert lines[:7] == before[:7]
    assert lines[7].startswith("text_sha256: '")
    assert lines[8] == "text_length: 67"
    assert "- mention: 1  # who" in lines
    assert "  words: The mayor" in lines
    assert any(line.startswith("  span: '48-57 8 ") for line in lines)
    assert lines[-1].startswith("- {mention: 2, fragment: 1, words: mayor, span: '52-57 5 ")
    assert lines[-1].endswith("', certainty: certain}")
    assert main(["validate", "--text", "text.txt"]) == 0


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("find: The mayor\n", "find: The major\n", "unanchored 'The major' is not in the text"),
        ("find: The mayor\n", "find: the mayor\n", "'the mayor' is not in the text (the text has \"The mayor\")"),
        ("find: The mayor\n", "find: Thé-mayor\n", 'is not in the text (the text has "The mayor")'),
        ("nth: 2, ", "", "'mayor' occurs 2 times in the text (add nth or after)\n    nth: 1, line 3, column 5: "),
        ("nth: 2, ", "nth: 3, ", "nth is 3; places of the words: 2"),
        ("after: The mayor came", "after: The mayor", "'The mayor' occurs 2 times"),
        ("find: The mayor\n", "find: The mayor # x\n", "find is cut short by a comment"),
        ("find: The mayor\n", "find: {a: b}\n", "find is not a text"),
        ("find: The mayor\n", "find: [The, {a: b}]\n", "find is not a text"),
        ("find: The mayor\n", "find: [The, opens]\n", "'opens' does not come after the fragment before"),
        ("find: The mayor\n", "find: The mayor\n  in: content\n", "there is no evidence of role content"),
        ("find: The mayor\n", "find: >-  # why\n    The mayor\n", "without losing a comment"),
        ("find: mayor, ", "find: mayor, and so on, ", "'and so on' is not a field of a span (put the words in quotes"),
        ("nth: 2, ", "nth: ², ", "nth is not a number"),
        ("nth: 2, ", "after: spoke, ", "'mayor' does not come after 'spoke'"),
        ("find: The mayor\n", "find: '🙁'\n", "'🙁' is not in the text"),
        ("status: draft\n", "status: draft\ntext_length: 5\n", "wrong_text text.txt has another text_length: 67"),
        ("mentions:", "mentions: &x", "unsafe_yaml anchors are not allowed"),
    ],
)  # fmt: skip
def test_what_cannot_be_anchored_is_refused(
    desk: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, expected: str
) -> None:
    """With the reason and every candidate; then no file changes by a byte."""
    words = desk.read_text("utf-8")
    assert words.count(old) == 1
    desk.write_text(words.replace(old, new), "utf-8")
    before = desk.read_bytes()

    assert main(["anchor", "--text", "text.txt", str(desk)]) in (1, 3)
    shown = capsys.readouterr()
    assert expected in shown.out + shown.err
    assert desk.read_bytes() == before
    assert sorted(path.name for path in desk.parent.iterdir()) == [desk.name]


@pytest.mark.parametrize("indent", [None, 2])
def test_json_is_anchored_too(desk: Path, indent: int | None) -> None:
    """In the source form as in the release form, on one line or many; what YAML would write otherwise stays JSON."""
    rows = reader.read(desk).data
    desk.unlink()
    article = desk.with_suffix(".json")
    article.write_text(json.dumps(rows, indent=indent).replace('"1"', "1").replace('"2"', "2"), "utf-8")
    statement = desk.parent.parent / "statements/port-example/01.json"
    statement.parent.mkdir(parents=True)
    evidence = {"content": {"find": "The mayor 😀 spoke"}, "cue": {"find": ["The", "spoke"], "in": "content"}}
    said = {"kind": "narrated", "claim_type": "fact", "gist": "Somebody talked.", "evidence": evidence}
    statement.write_text(json.dumps({"id": "statement/port-example/01"} | said, indent=indent), "utf-8")

    assert main(["anchor", "--text", "text.txt", "data"]) == 0
    assert main(["validate", "--text", "text.txt"]) == 0
    found = json.loads(statement.read_text("utf-8"))["evidence"]
    assert [one["words"] for one in found.values()] == ["The mayor 😀 spoke", ["The", "spoke"]]
    assert json.loads(article.read_text("utf-8"))["text_length"] == 67


def test_a_text_is_anchored_in_its_own_article_only(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its hash; and where no hash tells whose it is, nothing is guessed."""
    other = desk.with_name("other.yaml")
    other.write_text(desk.read_text("utf-8").replace("article/port-example", "article/other"), "utf-8")
    before = other.read_bytes()

    assert main(["anchor", "--text", "text.txt", "data"]) == 1
    assert "it may be that of article/other, article/port-example" in capsys.readouterr().out
    assert main(["anchor", "--text", "text.txt", str(desk)]) == 0
    assert main(["anchor", "--text", "text.txt", "data"]) == 0
    assert other.read_bytes() == before


def test_a_folder_of_texts_anchors_each_article_in_its_own(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By hash or by the name of the file, also in one file of several records; all of it, or nothing."""
    other = desk.with_name("other.yaml")
    other.write_text(desk.read_text("utf-8").replace("article/port-example", "article/other"), "utf-8")
    both = desk.parent.parent / "statements" / "both.yaml"
    both.parent.mkdir()
    rows = [(name, f"article/{name}", "came") for name in ("port-example", "other")]
    both.write_text("".join(f"- id: statement/{name}/01\n  article: {article}\n  evidence:\n"
                            f"  - {{role: cue, find: {words}}}\n" for name, article, words in rows))  # fmt: skip
    Path("texts").mkdir()
    words = Path("text.txt").read_text("utf-8")
    Path("texts/port-example.txt").write_text(words, "utf-8")
    Path("texts/nobody.txt").write_text("Words of nobody.", "utf-8")
    Path("texts/other.txt").write_text(f"Then: {words.replace('came', 'went')}", "utf-8")
    before = {path: path.read_bytes() for path in (desk, other, both)}

    assert main(["anchor", "--text", "texts"]) == 1
    assert "'The mayor came' is not in the text" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in before} == before
    Path("texts/other.txt").write_text(f"Then: {words}", "utf-8")
    assert main(["anchor", "--text", "texts"]) == 0
    assert "anchored 6 spans in 3 files" in capsys.readouterr().out
    place = words.index("came")
    assert f"span: '{place}-{place + 4} " in both.read_text("utf-8")
    assert f"span: '{place + len('Then: ')}-" in both.read_text("utf-8")
    assert main(["anchor", "--text", "data"]) == 2


def test_statements_are_checked_against_their_article_by_its_id(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever their file is called."""
    main(["anchor", "--text", "text.txt", "data"])
    path = desk.parent.parent / "statements" / "zz.yaml"
    path.parent.mkdir()
    path.write_text(
        "id: statement/port-example/01\narticle: article/port-example\nevidence:\n- {role: cue, find: came}\n"
    )
    Path("wrong.txt").write_text("She came.")

    assert main(["anchor", "--text", "wrong.txt", str(path)]) == 1
    assert "has another text_sha256" in capsys.readouterr().out
    assert main(["anchor", "--text", "text.txt", str(path)]) == 0


def test_a_link_in_the_way_is_not_followed(desk: Path) -> None:
    """The file it leads to stays, and so does that the record is a file."""
    victim = Path("victim.txt")
    victim.write_text("years of work")
    (desk.parent / f".{desk.name}.news-dataset-new").symlink_to(victim.resolve())

    assert main(["anchor", "--text", "text.txt", "data"]) == 0
    assert victim.read_text() == "years of work"
    assert not desk.is_symlink()


@pytest.mark.parametrize("slug", ["../../x", "person/x", "x y", "a\nb: c", "X"])
def test_a_slug_is_a_slug(slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    """So that a template is what it seems."""
    assert main(["new", "person", slug]) == main(["new", "statement", "--article", slug]) == 2
    assert capsys.readouterr().out == ""


def test_a_file_that_may_not_be_written_stays(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, exit code 5, and not a byte differs; also for root, who steps down for it."""
    before = desk.read_bytes()
    desk.chmod(0o444)
    with _nobody(desk):
        assert main(["anchor", "--text", "text.txt", "data"]) == 5
        assert main(["fmt"]) == 5

    assert desk.read_bytes() == before
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert sorted(path.name for path in desk.parent.iterdir()) == [desk.name]


@contextmanager
def _nobody(path: Path) -> Iterator[None]:
    """Be no longer root, if the tests run as root; every folder above *path* may then be entered."""
    is_root = os.geteuid() == 0
    above = [folder for folder in path.parents if str(folder).startswith(gettempdir()) and is_root]
    modes = [(folder, folder.stat().st_mode) for folder in above]
    for folder, mode in modes:
        folder.chmod(mode | 0o055)
    os.seteuid(65534) if is_root else None
    try:
        yield
    finally:
        os.seteuid(0) if is_root else None
        for folder, mode in modes:
            folder.chmod(mode)


@pytest.mark.parametrize("record_type", list(BY_TYPE))
def test_templates_are_yaml_that_names_every_field(record_type: str, tmp_path: Path) -> None:
    """Every one that is not written by a tool or told by the id; readable, but not valid before they are filled in."""
    text = template(record_type, {"id": f"{record_type}/CHANGE-ME"})
    by_tools = {"external_id", "text_sha256", "text_length", "text_rule", "earlier_texts", "corrections"}
    by_tools |= {"article", "statement_participants"} if record_type == "statement" else set()
    path = tmp_path / "new.yaml"
    path.write_text(text, "utf-8")

    assert not reader.read(path).problems
    assert [name for name in BY_TYPE[record_type].model_fields if f"{name}:" not in text] == [
        name for name in BY_TYPE[record_type].model_fields if name in by_tools
    ]
    assert max(map(len, text.splitlines())) <= 122
    assert len([line for line in text.splitlines() if not line.lstrip().startswith("#")]) <= 12
    assert text.startswith("# yaml-language-server: $schema=../../../schemas/1.2/")
    assert any(entry.row is None for entry in Collection.open(path).entries)


def test_new_takes_the_next_free_number(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the article that is named, or of the only one; each in a file of its own."""
    folder, number = dataset / "data/curated/statements/lee-ishiba-tokyo", len(nd.load("statements"))
    assert main(["new", "statement", "--article", "article/lee-ishiba-tokyo", "-C", str(dataset)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert main(["new", "statement", "-C", str(dataset)]) == 0

    for more in (1, 2):
        text = (folder / f"{number + more}.yaml").read_text("utf-8")
        assert re.findall(r"^id: (.*)$", text, re.MULTILINE) == [f"statement/lee-ishiba-tokyo/{number + more}"]
    assert shown == [
        f"{folder / f'{number + 1}.yaml'}: fill in kind, claim_type, gist",
        f"next: news-dataset validate {dataset}",
    ]
    assert main(["new", "statement", "--article", "lee-ishiba-tokio", "-C", str(dataset)]) == 2
    assert "did you mean article/lee-ishiba-tokyo?" in capsys.readouterr().err


def test_fmt_and_its_check(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The check writes nothing; afterwards there is nothing to be changed; a broken file stays as it is."""
    before = desk.read_bytes()

    assert main(["fmt", "--check"]) == 1
    assert desk.read_bytes() == before
    assert main(["fmt"]) == main(["fmt", "--check"]) == 0
    assert desk.read_bytes() != before
    desk.write_text("a: b: c", "utf-8")
    assert main(["fmt"]) == 1
    assert desk.read_text("utf-8") == "a: b: c"


def test_restore_prints_words_states_and_counts(
    root: Path, article_text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the reader's own copy; as text and as JSON Lines."""
    assert main(["restore", "--text", str(article_text)]) == 0
    text = capsys.readouterr().out.splitlines()
    assert main(["restore", "--text", str(article_text), "--format", "jsonl"]) == 0
    rows = capsys.readouterr().out.splitlines()

    spans = sum(len(nd.load(name)) for name in ("mentions", "evidence", "quantities"))

    assert text[-1] == f"{spans} spans: exact {spans}, relocated 0, ambiguous 0, orphan 0"
    assert len(rows) == len(text) - 1 == spans
    assert main(["restore", "--text", str(article_text), "--article", "article/none"]) == 2
