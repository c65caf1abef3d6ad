"""The command export for annotation tools: what it says, what it writes, and what it leaves as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.dataset import Dataset
from news_dataset.exporters import ANNOTATED, brat
from news_dataset.records import Record
from tests.conftest import ROOT
from tests.trips import files_of

EXAMPLE = ROOT / "examples" / "second-article"
TEXT = EXAMPLE / "text.txt"


def records(folder: Path) -> dict[str, Record]:
    """Return the articles and statements of a dataset by their ids."""
    collection = Collection.open(folder)
    rows = {entry.id: entry.row for kind in ("article", "statement") for entry in collection.of(kind)}
    return {id_: row for id_, row in rows.items() if isinstance(row, Record)}


@pytest.mark.parametrize("to", ["brat", "label-studio", "uima"])
@pytest.mark.parametrize("name", ["data", "examples/second-article"])
def test_a_dataset_of_the_project_comes_back(
    name: str, to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """Every article and statement, field by field, by the two commands; only other tables are left out."""
    text = TEXT if name != "data" else request.getfixturevalue("article_text")
    out, folder = tmp_path / "out", tmp_path / "new"
    assert main(["export", str(ROOT / name), "--to", to, "-o", str(out), "--text", str(text)]) == 0
    assert [line for line in capsys.readouterr().err.splitlines() if "/" in line] == []
    assert main(["import", "--from", to, str(out), str(folder), "--mapping", str(out / "import-mapping.yaml")]) == 0
    about = folder / "data" / "dataset.yaml"
    assert (
        capsys.readouterr().err
        == f"before a release, fill in title, license, license_url and contributors in {about}\n"
    )

    assert records(folder) == records(ROOT / name)
    assert not (folder / "import-leftovers.jsonl").exists()
    assert [path.read_bytes() for path in (folder / "texts").iterdir()] == [text.read_bytes()]


@pytest.mark.parametrize("to", ["brat", "label-studio", "uima"])
def test_a_copy_without_articles_and_statements_gets_them_back(
    to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With codes and fields of the dataset's own, as the page on importing says; else they are refused, and said."""
    match, out = ROOT / "examples" / "match-report", tmp_path / "out"
    assert main(["export", str(match), "--to", to, "-o", str(out), "--text", str(match / "text.txt")]) == 0
    assert [line for line in capsys.readouterr().err.splitlines() if "/" in line] == []
    for name in ("copy", "bare"):
        if name == "copy":
            shutil.copytree(match / "data", tmp_path / name / "data")
            for table in ("articles", "statements"):
                shutil.rmtree(tmp_path / name / "data" / "curated" / table)
        arguments = ["--from", to, str(out), str(tmp_path / name), "--mapping", str(out / "import-mapping.yaml")]
        assert main(["import", *arguments]) == 0

    assert main(["validate", "--text", str(tmp_path / "copy" / "texts"), str(tmp_path / "copy")]) == 0
    assert {id_: row.to_dict() for id_, row in records(tmp_path / "copy").items()} == {
        id_: row.to_dict() for id_, row in records(match).items()
    }
    assert not (tmp_path / "copy" / "import-leftovers.jsonl").exists()
    refused = (tmp_path / "bare" / "quarantine.jsonl").read_text("utf-8")
    assert refused.count("or add it to data/codebooks/topic.yaml") == len(records(match)) - 1
    assert '"content": "home"' in refused


def test_what_doccano_cannot_say_is_said_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty lines at most, and how to see the others; then what was written, and the next command."""
    out = tmp_path / "out"
    assert main(["export", str(EXAMPLE), "--to", "doccano", "-o", str(out), "--text", str(TEXT)]) == 0
    captured = capsys.readouterr()
    lines = Dataset(EXAMPLE).lacking("doccano", text=TEXT)
    more = len(lines) - 20

    assert captured.err.splitlines() == [f"not in a doccano export: {line}" for line in lines[:20]] + (
        [f"… and {more} more things: Dataset.lacking('doccano') lists them"] if more > 0 else []
    )
    assert any(line.startswith("people (") for line in lines)
    assert any(" values are left out: " in line for line in lines)
    assert captured.out.startswith(f"{out}: 1 document, ")
    assert "next: news-dataset import --from doccano" in captured.out


@pytest.mark.parametrize("to", ANNOTATED)
def test_without_a_text_nothing_is_exported(to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says why, and names the option; the same with a text that belongs to no article."""
    other = tmp_path / "other.txt"
    other.write_text("It rains.\n", "utf-8")
    for options, why in (
        ([], "its text is not given"),
        (["--text", str(other)], "the text given is not the one that was annotated"),
    ):
        out = tmp_path / f"out-{len(options)}"
        assert main(["export", str(EXAMPLE), "--to", to, "-o", str(out), *options]) == 2
        captured = capsys.readouterr()

        assert f"not in a {to} export: article/port-example: it is left out: {why}\n" in captured.err
        assert f"{to} would get no document: give the articles' texts, with --text FILE or FOLDER" in captured.err
        assert captured.out == ""
        assert not out.exists()


@pytest.mark.parametrize("to", ANNOTATED)
def test_a_folder_that_holds_something_stays_as_it_was(
    to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 5, and nothing beside it; so it is among the records of a dataset."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept.txt").write_bytes(b"kept")
    assert main(["export", str(EXAMPLE), "--to", to, "-o", str(tmp_path / "out"), "--text", str(TEXT)]) == 5
    assert "holds kept.txt" in capsys.readouterr().err
    assert files_of(tmp_path) == {"out/kept.txt": b"kept"}

    folder = tmp_path / "ds"
    shutil.copytree(EXAMPLE, folder)
    before = files_of(folder)
    target = str(folder / "data" / "curated" / "out")
    assert main(["export", str(folder), "--to", to, "-o", target, "--text", str(TEXT)]) == 5
    assert "lies among the records" in capsys.readouterr().err
    assert files_of(folder) == before


def test_a_failure_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the folder nor anything beside it; negative control: without the failure it is there."""
    write = brat.write

    def full(documents: object, out: Path) -> object:
        write(documents, out)  # type: ignore[arg-type]
        raise OSError(28, "No space left on device", str(out))

    command = ["export", str(EXAMPLE), "--to", "brat", "-o", str(tmp_path / "out"), "--text", str(TEXT)]
    with monkeypatch.context() as broken:
        broken.setattr(brat, "write", full)
        assert main(command) == 5
        assert list(tmp_path.iterdir()) == []
    assert main(command) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_text_is_for_annotation_tools(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another form refuses it; a text that is not there is no text; and a table is no annotation."""
    assert main(["export", str(EXAMPLE), "--to", "csv", "-o", str(tmp_path / "out"), "--text", str(TEXT)]) == 2
    assert "a text is for the formats of annotation tools" in capsys.readouterr().err
    missing = str(tmp_path / "none.txt")
    assert main(["export", str(EXAMPLE), "--to", "brat", "-o", str(tmp_path / "out"), "--text", missing]) == 2
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="csv is not a format of an annotation tool"):
        Dataset(EXAMPLE).lacking("csv")


def test_the_way_back_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is to be copied first, and the next command; negative control: without the copy, people are missing."""
    out, texts = tmp_path / "out", ["--text", str(TEXT)]
    assert main(["export", str(EXAMPLE), "--to", "brat", "-o", str(out), *texts]) == 0
    copied, following = capsys.readouterr().out.splitlines()[-2:]
    assert copied.startswith(f"to read it again, first copy {EXAMPLE / 'data'} to FOLDER/data without published, ")
    shutil.copytree(
        EXAMPLE / "data", tmp_path / "a" / "data", ignore=shutil.ignore_patterns("published", "articles", "statements")
    )
    for name, code in (("a", 0), ("b", 1)):
        command = following.removeprefix("next: news-dataset ").replace("FOLDER", str(tmp_path / name))
        assert main(command.split()) == 0
        assert main(["validate", str(tmp_path / name), *texts]) == code


@pytest.mark.parametrize(
    ("ignored", "output", "is_told"),
    [
        ("", "out", True),
        ("texts/", "out", True),
        ("texts/", "texts/out", False),
        ("/texts/", "texts/out", False),
        ("/texts/", "deep/texts/out", True),
        ("texts/\n", "deep/texts/out", False),
    ],
)
@pytest.mark.parametrize("command", ["explore -o", "export --to brat -o", "export --to web-annotation -o"])
def test_words_of_articles_are_told_where_git_would_take_them(
    command: str, ignored: str, output: str, is_told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """By every command that writes them; a page or an export without them is not told of."""
    monkeypatch.chdir(tmp_path)
    Path(".gitignore").write_text(ignored, "utf-8")
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    words = [*command.split(), output, str(EXAMPLE)]
    assert main([*words, "--text", str(TEXT)]) == 0
    told = f"{output} holds words of articles: keep it out of what you publish, unless their rights permit it\n"
    assert (told in capsys.readouterr().out) == is_told


def test_nothing_is_told_of_a_page_without_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which anybody may have."""
    assert main(["explore", str(EXAMPLE), "-o", str(tmp_path / "page.html")]) == 0
    assert "holds words" not in capsys.readouterr().out
