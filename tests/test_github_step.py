"""A step of a GitHub workflow: the command with its annotations, its summary and its exit code."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from news_dataset.cli import main
from news_dataset.reporters import github
from tests.test_reporters_github import commands


def broken_key(folder: Path) -> None:
    person(folder).write_text("id: person/a\nnaem: A\n", "utf-8")


def link(folder: Path) -> None:
    (folder / "data" / "curated" / "people" / "a.yaml").symlink_to(person(folder))


def no_records(folder: Path) -> None:
    shutil.rmtree(folder / "data" / "curated")


def half_a_release(folder: Path) -> None:
    shutil.rmtree(folder / "data")
    for name in ("manifest.json", "people.parquet"):
        (folder / name).touch()


def nothing(folder: Path) -> None:
    """Change nothing."""


def person(folder: Path) -> Path:
    return folder / "data" / "curated" / "people" / "donald-trump.yaml"


@pytest.fixture
def step(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A step of a workflow in a copy of the dataset; its summary, which holds something already."""
    summary = dataset / "summary.md"
    summary.write_text("# before\n", "utf-8")
    monkeypatch.chdir(dataset)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(dataset))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    return summary


@pytest.mark.parametrize(
    ("change", "code"), [(nothing, 0), (broken_key, 1), (no_records, 2), (link, 3), (half_a_release, 4)]
)
def test_the_exit_code_is_that_of_the_text(
    step: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Path], None], code: int
) -> None:
    """And so are the denominators; the summary gets a section below what it held."""
    change(step.parent)
    assert main(["validate"]) == code
    text = capsys.readouterr().out.splitlines()
    assert main(["validate", "--format", "github"]) == code
    log = capsys.readouterr().out.splitlines()

    assert log[-1 if code == 0 else -2] == text[-1 if code == 0 else -2]
    assert {found.name for found in commands("\n".join(log))} == ({"error"} if code else set())
    assert step.read_text("utf-8").startswith("# before\n\n## news-dataset validate\n\n")


def test_names_of_files_give_no_command(step: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Line breaks in them neither; names that are not even text are shown."""
    folder = person(step.parent).parent
    names = [
        "a\n::add-mask::b.yaml",
        "##[add-mask]c.yaml",
        "\r::stop-commands::d.yaml",
        "e\u202ef.yaml",
        "g\udcff.yaml",
        "`|<b>",
    ]
    for name in names:
        (folder / name).write_text("id: person/x\n'##[add-mask]x': \"\\n::add-mask::y\"\n", "utf-8")
    for form in ("text", "json", "github"):
        assert main(["validate", "--format", form]) == 1
        log = capfd.readouterr().out
        whole = log + step.read_text("utf-8")  # a log has the worst only
        assert all(part in whole for part in ("add-mask", "stop-commands", "udcff"))
        assert {found.name for found in commands(log)} == ({"error"} if form == "github" else set())
    assert main(["validate", "##[add-mask]x"]) == 2
    assert commands(capfd.readouterr().err) == []


def test_a_summary_that_cannot_be_written_is_said(
    step: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the log, with the exit code for the surroundings."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step.parent / "data"))

    assert main(["validate", "--format", "github"]) == 5
    shown = capsys.readouterr()
    assert "ok: 0 errors" in shown.out
    assert len(shown.err.splitlines()) == 1


def test_a_full_summary_stays_as_it_is(step: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub would drop it as a whole."""
    step.write_bytes(b"x" * (github.MAX_SUMMARY_BYTES - 10))

    assert main(["validate", "--format", "github"]) == 0
    assert step.stat().st_size == github.MAX_SUMMARY_BYTES - 10
    assert "ok: 0 errors" in capsys.readouterr().out


def test_without_a_runner_the_log_is_all(
    step: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, and the log does not point to a summary."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    monkeypatch.delenv("GITHUB_WORKSPACE")
    person(step.parent).write_text("id: person/a\n" + "".join(f"k{n}: 1\n" for n in range(20)), "utf-8")

    assert main(["validate", "--format", "github"]) == 1
    assert re.search(r"^… and \d+ more: news-dataset validate lists them$", capsys.readouterr().out, re.MULTILINE)
    assert step.read_text("utf-8") == "# before\n"
