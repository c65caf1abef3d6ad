"""A new dataset: what init writes, that it is right at once, and what it refuses; templates that speak of a dataset."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.curate.scaffold import scaffold_files
from news_dataset.errors import InvalidDataError, SetupError, UsageError
from news_dataset.placeholders import TEXT_SHA256
from news_dataset.records import BY_TABLE
from tests.conftest import ROOT
from tests.each import each

ARTICLE = "data/curated/articles/first-article.yaml"
NAMES = [".editorconfig", ".gitattributes", ".github", ".gitignore", ".pre-commit-config.yaml", ".vscode", "data",
         "schemas", "texts"]  # fmt: skip


@pytest.fixture
def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a new dataset in it."""
    monkeypatch.chdir(tmp_path)
    nd.init("harbour")
    return tmp_path / "harbour"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_right_at_once(harbour: Path) -> None:
    """Valid, also with its text; in canonical form, with the schemas of the models; it builds, and gives rows."""
    ds = nd.Dataset.open(harbour)

    assert sorted(path.name for path in harbour.iterdir()) == NAMES
    assert [report.counts()["failed"] for report in (ds.validate(), ds.fmt(check=True), ds.schema(check=True))] == [
        0
    ] * 3
    with_text = ds.validate(text=harbour / "texts").counts()
    assert (with_text["skipped"], with_text["failed"]) == (0, 0)
    assert ds.build().ok
    assert ds.load("articles")["headline"].tolist() == ["Headline of the first article"]
    assert not nd.validate(harbour).issues
    article = harbour / "data/curated/articles/first-article.yaml"  # a first draft is built again and again
    article.write_text(
        article.read_text("utf-8").replace("Headline of the first", "Another headline of the first"), "utf-8"
    )
    assert ds.build().ok
    assert nd.Dataset.open(harbour).load("articles")["headline"].tolist() == ["Another headline of the first article"]


def test_the_command_names_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On its last line, which can be typed; in a repository it says what to move, and the paths are right there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()

    assert main(["init", "sets/Häfen"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == "next: news-dataset validate 'sets/Häfen'"
    assert f"move its .github and .pre-commit-config.yaml into {tmp_path}" in shown[1]
    assert main(shlex.split(shown[-1])[2:]) == 0
    hooks = yaml.safe_load((tmp_path / "sets/Häfen/.pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    for hook in hooks:
        words = [*hook["entry"].split()[1:], *hook.get("args", ["sets/Häfen/data/dataset.yaml"])]
        assert main(words) == (2 if "build" in words else 0), hook["id"]  # there is no release yet
    assert yaml.safe_load((tmp_path / "sets/Häfen/data/dataset.yaml").read_text("utf-8"))["name"] == "hafen"


@each([(".", "data/curated/people/a.yaml", ["validate", "fmt"]), (".", "data/dataset.yaml", ["validate", "fmt"]),
       (".", "data/published/people.jsonl", ["build"]), (".", "old/data/dataset.yaml", []),
       ("a'b.c", "a'b.c/data/curated/people/a.json", ["validate"]), ("a'b.c", "a'bXc/data/dataset.yaml", []),
       ("a'b.c", "data/dataset.yaml", [])])  # fmt: skip
def test_hooks_look_at_the_dataset(folder: str, path: str, expected: list[str], tmp_path: Path) -> None:
    """At its records and its release, in whatever folder of the repository; they are those that are shared."""
    (tmp_path / ".git").mkdir(exist_ok=True)
    nd.init(tmp_path / folder)
    config = yaml.safe_load((tmp_path / folder / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = {hook["id"]: hook for hook in config["repos"][0]["hooks"]}
    shared = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

    assert [
        name.removeprefix("news-dataset-") for name, hook in hooks.items() if re.search(hook["files"], path)
    ] == expected
    assert [hook.get("args", [folder]) for hook in hooks.values()] == [[folder]] * 3
    assert {name: hook["entry"] for name, hook in hooks.items()} == {hook["id"]: hook["entry"] for hook in shared}


def test_the_workflow_is_that_of_the_page(harbour: Path) -> None:
    """With the same actions at the same commits."""
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    shown = yaml.safe_load(page.partition("# .github/workflows/records.yml\n")[2].partition("```")[0])

    assert yaml.safe_load((harbour / ".github/workflows/records.yml").read_text("utf-8")) == shown


def test_editors_find_the_schemas(harbour: Path) -> None:
    """By the settings, and by the first line of every file that people write."""
    settings = json.loads((harbour / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]
    written = sorted((harbour / "data").rglob("*.yaml"))
    first = {path: path.read_text("utf-8").splitlines()[0].partition("$schema=")[2] for path in written}

    assert all((harbour / schema).is_file() for schema in settings)
    assert set(settings.values()) >= {f"data/curated/{table}/**/*.yaml" for table in BY_TABLE} | {"data/dataset.yaml"}
    assert len(written) == 2
    assert all((path.parent / schema).is_file() for path, schema in first.items())


@each([(name,) for name in NAMES])
def test_nothing_is_overwritten(name: str, tmp_path: Path) -> None:
    """A folder with anything of that name is refused in one sentence, and stays as it is."""
    (tmp_path / "own").mkdir(exist_ok=True)
    (tmp_path / "own" / name).write_text("years of work", "utf-8")
    with pytest.raises(UsageError, match=f"own holds {re.escape(name)}, which init would write: choose a new folder"):
        nd.init(tmp_path / "own")

    assert tree(tmp_path / "own") == {name: b"years of work"}


def test_a_dataset_is_refused(harbour: Path, tmp_path: Path) -> None:
    """Also one without the other files; and what is no folder."""
    for place in (harbour, harbour / "data"):
        before = tree(harbour)
        with pytest.raises(UsageError, match=r"holds a dataset already: news-dataset validate .* checks it"):
            nd.init(place)
        assert tree(harbour) == before
    with pytest.raises(UsageError, match="is a file, not a folder"):
        nd.init(harbour / ARTICLE)


@pytest.mark.parametrize("place", ["texts", "texts/deep/new", "data/layers/new", "schemas/new", ".github/new"])
def test_a_part_of_a_dataset_is_refused(
    place: str, harbour: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The texts, for one, are in a folder that git ignores; beside the parts another dataset may begin."""
    monkeypatch.chdir(harbour)
    (harbour / "texts" / "first-article.txt").unlink()
    (harbour / "data" / "curated" / "articles" / "first-article.yaml").unlink()
    before, part = tree(harbour), place.partition("/")[0]
    assert main(["init", place]) == 2
    told = f"{place} lies in {part} of the dataset {harbour.resolve()}: choose a folder outside of {part}"
    assert capsys.readouterr().err == f"news-dataset: {told}\n"
    with pytest.raises(UsageError, match=f"lies in {re.escape(part)} of the dataset"):
        nd.Dataset.create(place)
    assert tree(harbour) == before
    assert main(["init", "other"]) == 0


@pytest.mark.parametrize("words", [["init", ""], ["build", ""], ["info", ""], ["validate", ""], ["tables", ""],
                                   ["get", "person/x", "-C", ""], ["explore", "-o", ""]])  # fmt: skip
def test_an_empty_name_is_not_the_current_folder(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variable without a value leaves one behind."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "it is empty; expected a file or folder, such as . for the current one" in capsys.readouterr().err
    for start in (nd.init, nd.Dataset.create):
        with pytest.raises(UsageError, match=r"the name of the folder is empty: name a new one, or \. for"):
            start("")
    assert not tree(tmp_path)


def test_the_root_is_no_place_for_a_dataset() -> None:
    """Every folder of the machine would be within it. Nothing is written if it is not refused."""
    with pytest.raises(UsageError, match="/ is the root of the file system: choose a new folder"):
        scaffold_files(Path("/"))


@each([("new",), ("there",)])
def test_a_failure_leaves_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after some of it: a new folder is not there, another one holds what it held."""
    (tmp_path / "there").mkdir(exist_ok=True)
    (tmp_path / "there" / "README.md").write_text("mine", "utf-8")
    rename, calls = Path.rename, iter(range(99))

    def full(self: Path, target: Path) -> Path:
        if next(calls) == 4:
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    def no_replace(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "rename", full)
    monkeypatch.setattr(Path, "replace", no_replace)
    with pytest.raises(SetupError, match="cannot be written: No space left on device"):
        nd.init(tmp_path / name)

    monkeypatch.undo()
    assert tree(tmp_path) == {"there/README.md": b"mine"}
    assert [path.name for path in tmp_path.rglob("*")] == ["there", "README.md"]
    nd.init(tmp_path / "there")
    assert nd.validate(tmp_path / "there").ok


def test_the_first_article_is_filled_in_as_its_text_says(harbour: Path) -> None:
    """The text, the headline, anchor; it is another article then."""
    (harbour / "texts/first-article.txt").write_text("Ferry Fares Rise\nFrom May on.\n", "utf-8")
    words = (harbour / ARTICLE).read_text("utf-8").replace("Headline of the first article", "Ferry Fares Rise")
    assert not nd.validate(harbour, text=harbour / "texts").ok
    (harbour / ARTICLE).write_text(words, "utf-8")

    assert nd.anchor(harbour, harbour / "texts").report.ok
    assert nd.validate(harbour, text=harbour / "texts").counts()["skipped"] == 0
    assert nd.validate(harbour, text=harbour / "texts").ok


def test_a_text_in_the_place_of_the_first_is_anchored_and_not_carried(
    harbour: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hint of validate says so, and so does carry; what is left has no trace of the text that init wrote."""
    monkeypatch.chdir(harbour)
    assert TEXT_SHA256 in Path(ARTICLE).read_text("utf-8")
    before = Path(ARTICLE).read_bytes()
    assert main(["anchor", "--text", "texts"]) == 0
    assert Path(ARTICLE).read_bytes() == before, "there is nothing to anchor yet"
    Path("texts/first-article.txt").write_text("Ferry Fares Rise\nFrom May on.\n", "utf-8")
    capsys.readouterr()

    assert main(["carry", "article/first-article", "--text", "texts/first-article.txt"]) == 2
    assert "is still on the text that init wrote: run news-dataset anchor" in capsys.readouterr().err
    assert Path(ARTICLE).read_bytes() == before
    assert main(["validate", "--text", "texts"]) == 1
    hint = re.search(r"on the text that init wrote; for yours: news-dataset (.*)\)", capsys.readouterr().out)
    assert hint
    assert main(hint[1].split()) == 0
    article = yaml.safe_load(Path(ARTICLE).read_text("utf-8"))
    assert (article["text_length"], "earlier_texts" in article) == (30, False)
    assert TEXT_SHA256 not in Path(ARTICLE).read_text("utf-8")
    assert "carry" not in _said(capsys, ["validate", "--text", "texts"])
    Path("texts/first-article.txt").write_text("Ferry Fares Fall\nFrom May on.\n", "utf-8")
    assert "news-dataset carry article/first-article" in _said(capsys, ["validate", "--text", "texts"])


def _said(capsys: pytest.CaptureFixture[str], command: list[str]) -> str:
    capsys.readouterr()
    main(command)
    return capsys.readouterr().out


def test_templates_speak_of_the_dataset(harbour: Path) -> None:
    """Of its ids, its language and its people, and not of those of the bundled dataset."""
    about = harbour / "data/dataset.yaml"
    about.write_text(about.read_text("utf-8").replace("language: en", "language: nl"), "utf-8")
    (harbour / ARTICLE).write_text(
        (harbour / ARTICLE).read_text("utf-8").replace("language: en", "language: fy"), "utf-8"
    )
    (harbour / "data/curated/people/ann.yaml").write_text("id: person/ann\nname: Ann\ncountry: NLD\n", "utf-8")
    drafts = {name: nd.new(harbour, name, "x" if name not in ("statement", "assessment") else None) for name in
              ("place", "person", "article", "source")}  # fmt: skip
    drafts |= {name: nd.new(harbour, name, article="first-article") for name in ("statement", "assessment")}
    texts = {name: draft.text for name, draft in drafts.items()}
    assert not re.search("KOR|Q884|lee-|2025-08", "".join(texts.values()))
    assert {"# country: NLD", "# wikidata:"} <= {line.partition("  #")[0] for line in texts["place"].splitlines()}
    assert "implicit: [person/ann, person/x, place/x]" in texts["statement"]
    article = yaml.safe_load(texts["article"])
    assert (article["language"], article["annotator"], article["status"]) == ("fy", "Name of the curator", "draft")
    assert "assessed_by: Name of the curator" in texts["assessment"]
    assert drafts["article"].blanks == ("headline", "genre", "rights")
    assert all(draft.path.read_text("utf-8") == draft.text for draft in drafts.values())
    for draft in drafts.values():
        assert (draft.path.parent / draft.text.splitlines()[0].partition("=")[2]).is_file()


def test_new_writes_beside_what_is_there(
    harbour: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Never over it: not over a record of that id, nor a file of that name; a layer has a place of its own."""
    monkeypatch.chdir(harbour)
    (harbour / "data/curated/people/a.yaml").write_text("id: person/b\nname: B\n", "utf-8")
    (harbour / "data/layers/second/articles").mkdir(parents=True)
    for words in ("new person b", "new person a", "new article first-article", "new person"):
        assert main(words.split()) == 2
    assert [line.partition(": ")[2] for line in capsys.readouterr().err.splitlines()] == [
        "person/b is there already: data/curated/people/a.yaml",
        "data/curated/people/a.yaml is there already, and holds another record",
        f"article/first-article is there already: {ARTICLE}",
        "a new person needs a slug, of which its id and its file are made: person/SLUG",
    ]
    assert main(["new", "article", "x", "-C", "data/layers/second"]) == 0
    assert main(["new", "person", "c", "-o", "-"]) == 0
    assert not (harbour / "data/curated/people/c.yaml").exists()
    layer = harbour / "data/layers/second/articles/x.yaml"
    assert (layer.parent / layer.read_text("utf-8").splitlines()[0].partition("=")[2]).is_file()


def test_create_is_init_with_what_it_is_told(tmp_path: Path) -> None:
    """The same files but for the article to fill in; a wrong field of dataset.yaml is named, and nothing is written."""
    people = [{"name": "Ann Other", "role": "author"}]
    with pytest.raises(InvalidDataError, match=r"unknown_key titel is not a field .*did you mean title"):
        nd.Dataset.create(tmp_path / "harbour", titel="Harbours", contributors=people)
    assert list(tmp_path.iterdir()) == []
    nd.Dataset.create(tmp_path / "harbour", title="Harbours", contributors=people)
    nd.init(tmp_path / "other" / "harbour")
    created, started = tree(tmp_path / "harbour"), tree(tmp_path / "other" / "harbour")
    about = yaml.safe_load(created["data/dataset.yaml"])

    assert created.keys() ^ started.keys() == {ARTICLE, "data/curated/articles/.gitkeep", "texts/first-article.txt"}
    assert {name for name in created.keys() & started.keys() if created[name] != started[name]} == {"data/dataset.yaml"}
    assert about == yaml.safe_load(started["data/dataset.yaml"]) | {"title": "Harbours", "contributors": people}


def test_published_ids_that_cannot_be_read_stop_a_build(harbour: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what to do, and not to build, which has just failed."""
    assert main(["build", str(harbour)]) == 0
    (harbour / "data/published/manifest.json").write_text("{", "utf-8")
    capsys.readouterr()

    assert main(["build", str(harbour)]) == 4
    said = capsys.readouterr().err
    assert "its ids are to be kept: fetch it again, or delete it to build without them" in said
    assert "next:" not in said
