"""The command import: what it writes, what it prints, and when it writes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

import news_dataset as nd
from news_dataset.cli import main

TEXT = "The mayor said that the harbour opens.\nNobody asked.\n"
"""An invented text."""

ANN = "T1\tPerson 0 9\tThe mayor\nT2\tCue 10 14\tsaid\nT3\tStatement 20 37\tthe harbour opens\n"
FRAME = "E1\tStatement:T3 Source:T1 Cue:T2\n"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one annotated document; the current folder is the one above it."""
    monkeypatch.chdir(tmp_path)
    return annotated(tmp_path / "corpus", "doc", ANN + FRAME)


def annotated(folder: Path, name: str, marks: str, text: str = TEXT) -> Path:
    """Write a document, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_text(marks, "utf-8")
    return folder


def rows(path: Path) -> list[dict[str, object]]:
    """Return the lines of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_a_corpus_becomes_a_dataset_that_is_valid_at_once(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one command; the next one is named, runs as it is printed, and finds nothing wrong."""
    assert main(["import", "--from", "brat", "corpus", "new"]) == 0
    said = capsys.readouterr()
    assert said.out == (
        "imported 1 document, 1 article, 1 statement, 4 mentions, 4 fragments, 1 person; "
        "next: news-dataset validate --text new/texts new\n"
    )
    assert (
        said.err == "before a release, fill in title, license, license_url and contributors in new/data/dataset.yaml\n"
    )
    assert main(said.out.rpartition("news-dataset ")[2].split()) == 0
    assert sorted(path.name for path in Path("new").iterdir() if path.name[0] != ".") == [
        "data", "import-mapping.yaml", "schemas", "texts"
    ]  # fmt: skip
    assert main(["build", "new"]) == 0
    (claim,) = nd.Dataset.open("new/data/published").claims().itertuples()
    assert (claim.speakers, claim.kind, claim.status) == ("The mayor", "unknown", "draft")
    assert main(["restore", "--text", "new/texts/doc.txt", "-C", "new"]) == 0
    assert "the harbour opens" in capsys.readouterr().out
    assert main(["import", "--from", "brat", "corpus", "again", "--mapping", "new/import-mapping.yaml"]) == 0
    assert (Path("again/data/curated/statements/doc.yaml").read_bytes()
            == Path("new/data/curated/statements/doc.yaml").read_bytes())  # fmt: skip


def test_what_is_bad_is_quarantined_and_what_has_no_rule_left_over(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are counted and listed; strict makes the first an error, and the rest is written all the same."""
    annotated(corpus, "bad", ANN + "T4\tPerson 40 999\tx\nnonsense\nT5\tOdd 46 51\tasked\n" + FRAME)
    assert main(["import", "--from", "brat", "corpus", "new"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("corpus/bad.ann:4:1: offset_outside warning: T4: it marks 40 to 999, but")
    assert said[1].startswith("corpus/bad.ann:5:1: bad_line warning: ")
    assert said[2:4] == [
        "left over: 1 × annotation Odd: its rule says none", "quarantine.jsonl: 2; import-leftovers.jsonl: 1"
    ]  # fmt: skip
    assert [(one["file"], one["line"], one.get("id"), one["reason"]) for one in rows(Path("new/quarantine.jsonl"))] == [
        ("corpus/bad.ann", 4, "T4", "offset_outside"), ("corpus/bad.ann", 5, "nonsense", "bad_line")
    ]  # fmt: skip
    (left,) = rows(Path("new/import-leftovers.jsonl"))
    assert (left["why"], left["value"]) == ("its rule says none", {"fragments": [[46, 51]]})
    assert main(["import", "--from", "brat", "corpus", "strict", "--strict"]) == 1
    assert main(["validate", "strict"]) == 0


def test_a_mapping_is_suggested_and_nothing_written(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is a file that --mapping takes."""
    assert main(["import", "--from", "brat", "corpus", "--suggest-mapping"]) == 0
    text = capsys.readouterr().out
    assert "- type: Person\n  record: person\n" in text
    Path("mine.yaml").write_text(text, "utf-8")
    assert main(["import", "--from", "brat", "corpus", "new", "--mapping", "mine.yaml"]) == 0
    Path("mine.yaml").write_text(text.replace("record: person", "record: preson"), "utf-8")
    assert main(["import", "--from", "brat", "corpus", "other", "--mapping", "mine.yaml"]) == 1
    assert "mine.yaml:" in (said := capsys.readouterr()).err + said.out
    assert not Path("other").exists()


def test_documents_are_added_to_a_dataset_and_none_is_there_twice(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second import of the same is refused; another document is added; what there was stays."""
    assert main(["import", "--from", "brat", "corpus", "new"]) == 0
    before = Path("new/data/curated/articles/doc.yaml").read_bytes()
    assert main(["import", "--from", "brat", "corpus", "new"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[1:] == [
        "news-dataset: corpus/doc.ann is there already: article/doc",
        "news-dataset: to import it as another annotator's layer: put its files into SRC/NAME, and annotator: folder "
        "into the mapping",
    ]
    shutil.copytree("corpus", "readers/bob")
    assert main(["import", "--from", "brat", "readers", "new"]) == 2
    assert "layer: annotator: folder into the mapping" in capsys.readouterr().err
    mapping = Path("new/import-mapping.yaml").read_text("utf-8")
    Path("readers.yaml").write_text(f"annotator: folder\n{mapping}", "utf-8")
    assert main(["import", "--from", "brat", "readers", "new", "--mapping", "readers.yaml"]) == 0
    annotated(Path("more"), "doc", ANN, TEXT + "More.\n")
    assert main(["import", "--from", "brat", "more", "new"]) == 0
    assert sorted(path.name for path in Path("new/data/curated/articles").glob("*.yaml")) == ["doc-2.yaml", "doc.yaml"]
    assert Path("new/data/curated/articles/doc.yaml").read_bytes() == before
    assert main(["validate", "--text", "new/texts", "new"]) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--from", "brat", "no", "new"], 2, "there is no no"),
        (["--from", "brat", "corpus", "corpus/doc.txt"], 2, "is a file, not a folder"),
        (["--from", "brat", "corpus", "new", "--mapping", "no.yaml"], 2, "there is no no.yaml"),
        (["--from", "brat", "corpus", "new", "--text", "corpus"], 2, "brings its texts along"),
        (["--from", "csv", "corpus", "new", "--mapping", "m.yaml"], 2, "a mapping is for other formats"),
        (
            ["--from", "brat", "corpus"],
            2,
            "no dataset in this folder or above it; say where to: news-dataset import --from brat corpus NEW-FOLDER\n",
        ),
        (["--from", "csv", "corpus"], 2, "no dataset in this folder or above it: expected records in data/curated"),
        (["--from", "brat", "corpus", "-C", "new"], 2, "-C FOLDER is a plain operand here"),
        (["--from", "word", "corpus", "new"], 2, "invalid choice"),
        (["--from", "brat", "bad.zip", "new"], 3, "bad.zip"),
        (
            ["--from", "uima", "corpus", "new"],
            2,
            "corpus has no documents of uima; what it has can be read with --from brat",
        ),
    ],
)
def test_what_cannot_be_imported_is_one_line_and_nothing_is_written(
    corpus: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    """Usage 2, unsafe 3; no traceback, and no folder."""
    with ZipFile("bad.zip", "w") as archive:
        archive.writestr("../doc.txt", TEXT)
    try:
        found = main(["import", *arguments])
    except SystemExit as error:
        found = int(error.code or 0)
    assert found == code
    assert said in capsys.readouterr().err
    assert not Path("new").exists()


def test_annotations_without_a_text_are_no_document(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are in quarantine as unreadable."""
    (corpus / "lost.ann").write_text(ANN, "utf-8")
    assert main(["import", "--from", "brat", "corpus", "new"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("imported 1 document, 1 article, ")
    assert "corpus/lost.ann:1:1: unreadable warning: T1: there is no lost.txt\n" in said.err


@pytest.mark.parametrize(
    ("source", "folder", "what", "other"),
    [
        ("corpus", "corpus", "is", "corpus-dataset"),
        ("corpus", "corpus/new", "is in", "corpus-dataset"),
        ("corpus", ".", "is around", "corpus-dataset"),
        (".", "new", "is in", "../{}-dataset"),
    ],
)
def test_a_dataset_is_not_written_among_its_documents(
    corpus: Path, capsys: pytest.CaptureFixture[str], source: str, folder: str, what: str, other: str
) -> None:
    """Else the next import would take its texts for documents; the line names another folder."""
    before = sorted(Path().rglob("*"))
    assert main(["import", "--from", "brat", source, folder]) == 2
    name = other.format(corpus.parent.name)
    assert capsys.readouterr().err == (
        f"news-dataset: {folder} {what} the source {source}, and the next import would take its texts for documents; "
        f"name a new folder, such as {name}\n"
    )
    assert sorted(Path().rglob("*")) == before


def test_an_export_in_the_folder_of_a_dataset_is_imported_into_it(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The dataset is there already; into the source itself nothing is imported even so."""
    assert main(["import", "--from", "brat", "corpus", "new"]) == 0
    annotated(Path("new/more"), "other", ANN, TEXT + "More.\n")
    assert main(["import", "--from", "brat", "new/more", "new"]) == 0
    assert main(["import", "--from", "brat", "new", "new"]) == 2
    assert "new is the source new, and the next import" in capsys.readouterr().err


def test_a_folder_of_each_annotator_becomes_a_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same texts in two folders: neither is preferred, and the dataset has the article."""
    monkeypatch.chdir(tmp_path)
    annotated(Path("corpus/ann"), "doc", ANN + FRAME)
    annotated(Path("corpus/bob"), "doc", ANN + "E1\tStatement:T3 Source:T1\n")
    assert main(["import", "--from", "brat", "corpus", "new"]) == 0
    assert sorted(path.name for path in Path("new/data/layers").iterdir()) == ["ann", "bob"]
    assert not list(Path("new/data/curated/statements").glob("*.yaml"))
    for place in ("new", "new/data/layers/ann", "new/data/layers/bob"):
        assert main(["validate", place]) == 0
    assert main(["agreement", "new/data/layers/ann", "new/data/layers/bob"]) == 0


def test_names_of_several_documents_are_told_and_joined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether in one import or in two; nothing is told where each name is in one document, or joined by an id."""
    for name, words in (("a", "Mira Example"), ("b", "Mira Example"), ("c", "Zoë Sample")):
        line = f"T1\tPerson 0 {len(words)}\t{words}\n"
        annotated(tmp_path / name, name, line, f"{words} saw {name}.\n")
        annotated(tmp_path / "both", name, f"{line}A1\tKey T1 mira\n", f"{words} saw {name}.\n")
    names = "1 name in several documents, with a record for each: Mira Example\nto join two of them: news"
    for source, folder, told in (("a", "one", ""), ("c", "one", ""), ("b", "one", names), ("both", "two", names)):
        assert main(["import", "--from", "brat", str(tmp_path / source), str(tmp_path / folder)]) == 0
        assert (names in capsys.readouterr().err) == bool(told)

    assert main(["rename", "person/mira-example-2", "person/mira-example", "-C", str(tmp_path / "one")]) == 0
    assert main(["validate", "--text", str(tmp_path / "one/texts"), str(tmp_path / "one")]) == 0
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("annotations:\n- {type: Person, record: person, same: Key}\n", "utf-8")
    command = ["import", "--from", "brat", str(tmp_path / "both"), str(tmp_path / "three"), "--mapping", str(mapping)]
    assert main(command) == 0
    assert names not in capsys.readouterr().err
    assert len(nd.Dataset.open(tmp_path / "three").load_people()) == 1
