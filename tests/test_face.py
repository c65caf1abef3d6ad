"""One capability, one name: commands, functions and methods are twins, and one rule says which dataset they take."""

from __future__ import annotations

import argparse
import json
import shutil
from inspect import Parameter, signature
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset import manual
from news_dataset.checks import CODES
from news_dataset.cli import main
from news_dataset.cli.arguments import parser
from news_dataset.cli.folder import nearest
from news_dataset.errors import UnknownNameError, UsageError
from news_dataset.issues import Report
from tests.conftest import IS_FULL, ROOT

COMMANDS: dict[str, argparse.ArgumentParser] = {  # import is a keyword of Python
    {"import": "import_from"}.get(name, name): command
    for name, command in next(action for action in parser()._actions if action.choices).choices.items()  # type: ignore[union-attr]
}
OWN = {
    "adjudicate",
    "agreement",
    "anchor",
    "build",
    "carry",
    "diff",
    "fmt",
    "import_from",
    "init",
    "new",
    "rename",
    "schema",
    "validate",
    "verify",
}
READING = {
    "info": "info", "tables": "tables", "describe": "describe people", "get": "get person/donald-trump",
    "sql": "sql from(people)", "claims": "claims", "export": "export --to csv -o {out}",
    "explore": "explore -o {out}.html",
}  # fmt: skip
BUNDLED = "no dataset in this folder or above it; this is the bundled one"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A dataset in a folder of its own, which is not the bundled one."""
    return shutil.copytree(ROOT / "examples" / "second-article", tmp_path / "other")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_a_function_and_a_method(command: str) -> None:
    """With the same parameters and defaults; what checks or writes takes the folder first."""
    method = list(signature(getattr(nd.Dataset, command)).parameters.values())[1:]
    function = list(signature(getattr(nd, command)).parameters.values())

    if command in OWN:
        assert function.pop(0).kind == Parameter.POSITIONAL_ONLY
    assert function == method


@pytest.mark.parametrize("command", COMMANDS)
def test_options_of_a_command_are_parameters(command: str) -> None:
    """But for the form of the output, the place that is asked, and objects of Python."""
    actions = [action for action in COMMANDS[command]._actions if action.help != argparse.SUPPRESS]
    options = {action.dest for action in actions} - {"help", "format", "folder", "paths", "old", "a"}
    parameters = set(signature(getattr(nd.Dataset, command)).parameters) - {"self", "progress", "folder"}

    assert options - {"issues"} == parameters - {"sink", "session"}
    assert ("issues" in options) == ("sink" in parameters)


def test_defaults_of_a_command_are_those_of_its_function() -> None:
    """An option that is not given changes nothing."""
    for command, sub in COMMANDS.items():
        parameters = signature(getattr(nd.Dataset, command)).parameters
        for action in sub._actions:
            if action.dest in parameters and not action.required:
                expected = parameters[action.dest].default
                assert list(action.default or ()) == list(expected or ()), (command, action.dest)


def test_the_module_shows_its_names_alone() -> None:
    """No room of the package, and every one of them is documented."""
    assert dir(nd) == sorted(nd.__all__)
    assert set(COMMANDS) <= set(dir(nd))
    assert "schemas" not in vars(nd)


@pytest.mark.parametrize("place", [".", "data", "data/curated", "data/curated/people", "data/published", "notes/deep"])
@pytest.mark.parametrize("command", READING)
def test_in_a_datasets_folder_its_own_data_is_shown(
    command: str, place: str, other: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And never the bundled: a person of that is not there."""
    (other / place).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(other / place)
    out = other.parent / "out"
    words = [word.replace("(", " ").replace(")", "").format(out=out) for word in READING[command].split()]
    code = main(words)
    shown = capsys.readouterr()

    assert code == (2 if command == "get" else 0)
    assert BUNDLED not in shown.err
    written = "".join(path.read_text("utf-8") for path in [*out.glob("*.csv"), *out.parent.glob("*.html")])
    assert "donald-trump" not in shown.out + written
    if command in ("sql", "export", "explore", "claims"):
        assert {"claims": "Mira Example"}.get(command, "mira-example") in shown.out + written
    if command == "info":
        assert str(sum(nd.Dataset.open(other).info()["rows"].values())) in shown.out


@pytest.mark.parametrize("command", READING)
def test_outside_the_bundled_one_is_named(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line on standard error."""
    monkeypatch.chdir(tmp_path)
    words = [word.replace("(", " ").replace(")", "").format(out="out") for word in READING[command].split()]

    assert main(words) == 0
    shown = capsys.readouterr()
    assert shown.err == f"news-dataset: {BUNDLED}\n"
    assert shown.out


@pytest.mark.parametrize("words", ["validate", "build", "build --check", "verify", "fmt", "anchor --text t.txt",
                                   "new person", "schema", "schema --check"])  # fmt: skip
def test_what_checks_or_writes_never_takes_the_bundled_one(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence says what is expected and what to do; nothing is written."""
    monkeypatch.chdir(tmp_path)

    assert main(words.split()) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "news-dataset: no dataset in this folder or above it: expected records in data/curated, such as "
        "data/curated/articles/*.yaml; go to its folder, name it, or start one: news-dataset init FOLDER\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["validate", "build --check", "verify", "fmt --check", "new person x"])
def test_below_a_dataset_its_own_is_taken(
    words: str, other: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Places are relative to the working folder."""
    monkeypatch.chdir(other / "data" / "curated" / "people")

    assert main(words.split()) == 0
    assert words != "new person x" or capsys.readouterr().out.startswith("../../../data/curated/people/x.yaml: fill in")


@pytest.mark.parametrize(
    ("place", "words"),
    [(".", ["."]), ("data", []), ("data/curated", ["."]), ("data/curated/people", []), ("data/published", []),
     *([(".", []), ("data", ["."]), ("data/curated", [])] if IS_FULL else [])],
)  # fmt: skip
def test_a_release_is_built_from_anywhere_in_its_dataset(
    place: str, words: list[str], other: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named or not, it is the one beside the records, and the command says where it is."""
    before = (other / "data/published/manifest.json").read_bytes()
    (other / "data/published/people.parquet").write_text("", "utf-8")
    monkeypatch.chdir(other / place)

    assert main(["build", *words]) == 0
    shown = capsys.readouterr().out.partition(": ")[0]
    monkeypatch.chdir(other / place)  # the release's folder is another one now
    assert Path(shown).resolve() == other / "data" / "published"
    assert (other / "data/published/manifest.json").read_bytes() == before
    assert nd.verify(other).ok


def test_the_search_ends_at_the_root_of_the_repository(other: Path) -> None:
    """A dataset above it is somebody else's; one in the root itself is found."""
    inside = other / "project" / "deep"
    inside.mkdir(parents=True)

    assert nearest(inside) == Path("../..")
    (other / "project" / ".git").mkdir()
    assert nearest(inside) is None
    (other / ".git").mkdir()
    (other / "project" / ".git").rmdir()
    assert nearest(inside) == Path("../..")
    assert nearest(other) == Path()


def test_the_nearest_one_is_taken(other: Path) -> None:
    """A release, tables, lines or records in the working folder itself, then what lies above it."""
    for name, files in {
        "release": ["manifest.json", "people.parquet"], "tables": ["people.parquet"], "lines": ["people.jsonl"],
    }.items():  # fmt: skip
        (other / name).mkdir()
        for file in files:
            shutil.copy(other / "data" / "published" / file, other / name)
        assert nearest(other / name) == Path()
    shutil.copytree(other / "data" / "curated", other / "data" / "layers" / "second")
    assert nearest(other / "data" / "layers" / "second") == Path()
    assert nearest(other / "data" / "layers") == Path("../..")


@pytest.mark.parametrize("command", ["info", "tables", "get", "export", "new", "restore"])
def test_the_old_spelling_is_told(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence names what took its place."""
    for words in ([command, "--in", "data"], [command, "--in=data"]):
        with pytest.raises(SystemExit) as caught:
            main(words)
        shown = capsys.readouterr().err

        assert caught.value.code == 2
        assert len(shown.splitlines()) == 1
        assert "--in has become -C FOLDER" in shown


def test_reports_answer_what_is_wrong(other: Path) -> None:
    """In Python as in the command."""
    assert all(
        isinstance(report, Report) and report.ok
        for report in (
            nd.validate(other), nd.verify(other), nd.build(other, check=True), nd.fmt(other, check=True),
            nd.schema(other) + nd.schema(other, check=True), nd.build(other), nd.Dataset().verify(),
        )
    )  # fmt: skip
    path = other / "data/curated/people/mira-example.yaml"
    path.write_text(path.read_text("utf-8").replace("Mira", '"Mira', 1).replace("Example", 'Example"', 1), "utf-8")
    (other / "schemas/1.2/person.schema.json").write_text("{}", "utf-8")
    (other / "data/published/people.jsonl").write_text("{}", "utf-8")

    assert [issue.code for issue in nd.schema(other, check=True)] == ["schema_drift"]
    assert {issue.code for issue in nd.verify(other)} == {"altered_release"}
    assert nd.verify(other).exit_code == nd.build(other, check=True).exit_code == 4


def test_what_is_stale_or_out_of_form_is_said(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By codes that explain knows; a rewritten file is a warning, and then in order."""
    path = other / "data/curated/people/mira-example.yaml"
    name = "note: A note that was not there.\n"
    path.write_text(name + path.read_text("utf-8"), "utf-8")

    assert {issue.code for issue in nd.build(other, check=True)} == {"stale_release"}
    assert [(issue.code, issue.severity) for issue in nd.fmt(other, check=True)] == [("not_canonical", "error")]
    assert path.read_text("utf-8").startswith(name)
    assert [(issue.code, issue.severity) for issue in nd.fmt(other)] == [("not_canonical", "warning")]
    assert nd.fmt(other, check=True).ok
    assert nd.build(other).ok
    assert nd.build(other, check=True).ok
    assert set(manual.CODES) == {*CODES, *manual.FILE_CODES}
    assert not set(CODES) & set(manual.FILE_CODES)
    assert set(manual.FILE_EXAMPLES) == set(manual.FILE_CODES)


def test_the_bundled_dataset_is_not_ones_own() -> None:
    """Nothing writes into an installed package."""
    for call in (
        nd.Dataset().build, nd.Dataset().fmt, nd.Dataset().schema, lambda: nd.Dataset().new("person"),
        lambda: nd.Dataset().anchor("text.txt"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=r"open one with Dataset.open"):
            call()


def test_writing_methods_see_what_they_wrote(other: Path) -> None:
    """A dataset that is open reads the new release."""
    dataset = nd.Dataset.open(other)
    before = dataset.get("person/mira-example").to_dict()
    path = other / "data/curated/people/mira-example.yaml"
    path.write_text(path.read_text("utf-8") + "note: Somebody who was made up.\n", "utf-8")
    dataset.build()

    assert dataset.get("person/mira-example").to_dict() == before | {"note": "Somebody who was made up."}


def test_a_draft_says_where_it_belongs(other: Path) -> None:
    """It is the template, and a path; with -, nothing is written."""
    draft = nd.new(other, "statement", article="article/port-example", output="-")
    path = other / "data/curated/statements/port-example/04.yaml"

    assert draft.path == path
    assert f"{draft}" == draft.text
    assert not path.exists()
    assert nd.new(other, "statement").text == path.read_text("utf-8")
    with pytest.raises(KeyError, match="did you mean person"):
        nd.new(other, "persn", "x")
    with pytest.raises(ValueError, match="person/mira-example is there already: "):
        nd.new(other, "person", "mira-example")
    with pytest.raises(ValueError, match="is not a slug"):
        nd.new(other, "person", "Not A Slug")


def test_two_annotations_and_two_datasets(other: Path) -> None:
    """As the commands that lay them side by side."""
    assert nd.diff(other, other) == nd.Dataset.open(other).diff(other) == []
    assert nd.agreement(other, other).texts == nd.Dataset.open(other).agreement(other).texts
    assert {change.kind for change in nd.Dataset().diff(other)} == {"added", "removed"}


def test_an_export_and_a_page_say_what_they_hold(tmp_path: Path) -> None:
    """In numbers."""
    rows = nd.export("jsonl", tmp_path / "lines")
    page = nd.explore(tmp_path / "page.html")

    assert rows == nd.info()["rows"]
    assert json.loads((tmp_path / "lines" / "people.jsonl").read_text("utf-8").splitlines()[0])["id"]
    assert (page.articles, page.statements, page.texts) == (1, len(nd.load("statements")), 0)
    assert page.path.stat().st_size == page.bytes
    with pytest.raises(ValueError, match="none of csv, jsonl, sqlite"):
        nd.export("xml", tmp_path / "x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("some words of a bug"), 70), (KeyError("words of a bug"), 70),
        (UsageError("some words"), 2), (UnknownNameError("some words"), 2),
    ],
)  # fmt: skip
def test_only_a_wrong_argument_is_usage(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ValueError or KeyError of anybody else is a bug, whatever its words."""

    def raises(*_: object) -> None:
        raise error

    monkeypatch.setattr("news_dataset.stores.get", raises)
    monkeypatch.chdir(ROOT)

    assert main(["get", "person/x"]) == code
    assert capsys.readouterr().err.startswith("news-dataset: some words" if code == 2 else "news-dataset: a bug")
