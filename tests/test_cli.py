"""The command: one call, one report, documented exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.checks import CODES
from news_dataset.cli import main
from news_dataset.manifest import SCHEMA_VERSION
from tests.conftest import IS_FULL, RELEASE_FILES


@pytest.fixture
def dataset(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the dataset as the working folder."""
    shutil.copytree(root / "data", tmp_path / "data")
    shutil.copytree(root / "schemas", tmp_path / "schemas")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("info", "2026.12.0.dev"),
        ("tables", "statement_participants"),
        ("describe evidence", "refers to statements.id"),
        ("get person/lee-jae-myung", "이재명"),
        ("explain", "duplicate_key"),
        ("explain duplicate_key", "exit code 1"),
        ("info data/curated", f"in {len(nd.tables())} tables"),
        ("validate", "ok: 0 errors"),
        ("validate data/published", "ok: 0 errors"),
        ("validate data/curated/people/donald-trump.yaml", "only a part of a dataset"),
        ("validate data/dataset.yaml", "ok"),
        ("build", "next: news-dataset verify"),
        ("build --check", f"ok: 0 errors, 0 warnings; checked {RELEASE_FILES},"),
        ("verify", f"ok: 0 errors, 0 warnings; checked {RELEASE_FILES},"),
        ("verify data/published", f"checked {RELEASE_FILES},"),
        ("verify .", f"checked {RELEASE_FILES},"),
        ("schema --check", "ok: 0 errors, 0 warnings; checked 20"),
        ("schema .", f"schemas/{SCHEMA_VERSION}: 20 files"),
        ("build -o elsewhere", "next: news-dataset verify elsewhere"),
    ],
)
def test_commands_that_succeed(dataset: Path, capsys: pytest.CaptureFixture[str], command: str, expected: str) -> None:
    """Exit code 0, results on stdout, nothing on stderr."""
    assert main(command.split()) == 0
    shown = capsys.readouterr()

    assert expected in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(
    ("command", "code", "expected"),
    [
        ("describe statment", 2, "did you mean statements?"),
        ("get person/trump", 2, "did you mean person/donald-trump?"),
        ("explain duplicate_kee", 2, "did you mean duplicate_key?"),
        ("validate nowhere", 2, "there is no nowhere"),
        ("explain nonsense", 2, "news-dataset explain lists all"),
        ("validate --text nowhere", 2, "there is no nowhere"),
        ("anchor --text nowhere data/curated/people/donald-trump.yaml", 2, "there is no nowhere"),
        ("carry --text nowhere article/lee-ishiba-tokyo", 2, "there is no nowhere"),
        ("restore --text nowhere", 2, "there is no nowhere"),
        ("validate --text data/dataset.yaml data/curated/people", 2, "no article is given"),
        ("validate schemas", 2, "no_records"),
        ("build schemas", 2, "holds no records"),
        ("verify nowhere", 2, "there is no"),
        ("verify schemas", 2, "holds no release"),
        ("info nowhere", 2, "there is no folder"),
        ("info schemas", 2, "holds no records"),
        ("build -o schemas/1.0", 5, "not ours to replace"),
        ("build -o data/curated/people/release", 5, "among the records"),
        ("build data/curated/people", 2, "--output"),
        ("validate --text data", 2, "data has no texts"),
        ("build --check -o schemas/1.0", 4, "manifest"),
        ("schema schemas/1.0", 2, f"whose schemas go to schemas/{SCHEMA_VERSION}"),
    ],
)
def test_commands_that_fail(
    dataset: Path, capsys: pytest.CaptureFixture[str], command: str, code: int, expected: str
) -> None:
    """The documented exit code, and a sentence that says why."""
    assert main(command.split()) == code
    shown = capsys.readouterr()

    assert expected in shown.out + shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(("kind", "code"), [("link", 3), ("pipe", 3), ("latin-1", 3), ("large", 3)])
def test_texts_that_are_refused(dataset: Path, capsys: pytest.CaptureFixture[str], kind: str, code: int) -> None:
    """As unsafe, in one line."""
    path = dataset / "text.txt"
    contents = {"latin-1": b"caf\xe9", "large": b"x" * (5 * 1024 * 1024 + 1)}
    if kind == "link":
        path.symlink_to(dataset / "data" / "dataset.yaml")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.write_bytes(contents[kind])

    assert main(["validate", "--text", str(path)]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("command", ["build -o ."])
def test_the_working_folder_is_not_replaced(dataset: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """It holds more than a release."""
    before = sorted(path.name for path in dataset.iterdir())

    assert main(command.split()) == 5
    assert sorted(path.name for path in dataset.iterdir()) == before


def test_usage_errors_are_2(capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse's own, too."""
    for words in ([], ["nonsense"], ["validate", "--format", "xml"]):
        with pytest.raises(SystemExit) as caught:
            main(words)

        assert caught.value.code == 2


def test_what_is_not_up_to_date_is_1(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Records and schemas alike; nothing is written by a check."""
    path = dataset / "data/curated/people/donald-trump.yaml"
    path.write_text(path.read_text("utf-8").replace("given_name: Donald", "given_name: Don"), "utf-8")
    person = dataset / "schemas" / SCHEMA_VERSION / "person.schema.json"
    person.write_text("{}")
    (dataset / "schemas/ledger.json").unlink()  # by which a frozen version stays as it is

    assert main(["build", "--check"]) == 1
    assert main(["schema", "--check"]) == 1
    assert "people: other rows" in capsys.readouterr().out
    assert person.read_text() == "{}"
    assert main(["schema"]) == main(["build"]) == main(["schema", "--check"]) == main(["build", "--check"]) == 0


def test_several_faults_give_the_highest_code(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Invalid is 1, unsafe is 3."""
    (dataset / "data/curated/people/donald-trump.yaml").write_text("id: person/donald-trump\n")
    assert main(["validate"]) == 1
    (dataset / "data/curated/places/tokyo.yaml").write_text("id: &a place/tokyo\n")

    assert main(["validate"]) == 3
    assert main(["build"]) == 3
    assert "missing_key" in capsys.readouterr().out


def test_the_report_comes_as_json(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For other programs."""
    assert main(["validate", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)

    assert report["ok"] is True
    assert {check["code"] for check in report["checks"]} == set(CODES)


def test_untrusted_words_are_escaped(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In values, keys and file names."""
    (dataset / "data/curated/people/a\x1b[31m.yaml").write_text('id: "person/\\e[31m"\n"na\\nme": x\n')
    main(["validate"])
    shown = capsys.readouterr().out

    assert "\x1b" not in shown
    assert "\\x1b[31m" in shown


def test_a_bug_is_70_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With its place, and without a traceback."""

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("news_dataset.dataset.Dataset.info", broken)

    assert main(["info"]) == 70
    assert capsys.readouterr().err.startswith("news-dataset: a bug of news-dataset: RuntimeError at test_cli.py:")


def test_an_interruption_that_a_library_turned_into_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As pydantic does while its models are built."""

    def interrupted(*_: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise TypeError("the model cannot be built") from error

    monkeypatch.setattr("news_dataset.dataset.Dataset.info", interrupted)

    assert main(["info"]) == 130


def test_an_interruption_says_what_is_written(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing, or what a command had finished before it; what it wrote when it came is as it was."""
    (dataset / "data/curated/people/a.yaml").write_text("name: Ann Other\nid: person/ann-other\n", "utf-8")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    for place, state in (
        ("news_dataset.journal.sync", "; nothing was written"),
        ("news_dataset.cli.commands.show", f" after it wrote to {dataset / 'data/curated/people'}"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, interrupted)
            assert main(["fmt", "data/curated/people"]) == 130
        assert capsys.readouterr().err == f"news-dataset: interrupted{state}\n"


def test_a_word_of_a_bug_is_not_taken_for_a_wrong_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    """KeyError('id') inside a command is a bug, not usage."""

    def broken(*_: object) -> None:
        raise KeyError("id")

    monkeypatch.setattr("news_dataset.stores.get", broken)

    assert main(["get", "person/x"]) == 70


def test_the_process_itself(tmp_path: Path) -> None:
    """Python -m, any locale, a pipe that closes early."""
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    module = [sys.executable, "-m", "news_dataset"]
    run = subprocess.run(
        [*module, "get", "person/ishiba-shigeru"], capture_output=True, check=True, env=env, cwd=tmp_path
    )
    head = subprocess.run(
        f"{sys.executable} -m news_dataset tables | head -1", shell=True, capture_output=True, check=True
    )

    assert json.loads(run.stdout)["names"][0]["name"] == "石破茂"
    assert head.stderr == b""
    assert nd.__version__ in subprocess.run([*module, "--version"], capture_output=True, text=True, check=True).stdout


def test_a_process_ends_in_order_every_time(root: Path) -> None:
    """A library's threads may abort a process that ends while they start, now and then; so it is tried often."""
    often = 8 if IS_FULL else 3
    ends = [
        subprocess.run([sys.executable, "-m", "news_dataset", "validate"], cwd=root, capture_output=True)
        for _ in range(often)
    ]

    assert [(end.returncode, end.stderr) for end in ends] == [(0, b"")] * often
