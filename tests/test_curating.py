"""The curator's page: run as it stands, in an empty folder outside the checkout, with the wheel installed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from news_dataset.cli import main
from tests.conftest import ROOT
from tests.running import assert_current

PAGE = (ROOT / "docs" / "curating.md").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "second-article"
BOX = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ABOVE = re.compile(r"^# (data/\S+\.yaml)\n", re.MULTILINE)  # the line above what belongs into a file
CHANGE = re.compile(r"^-(.*)\n\+(.*)\n", re.MULTILINE)


class Walk:
    """Somebody who does what the page says, in a folder of their own."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs

    def run(self, command: str) -> str:
        """Run a command and return all that it prints."""
        # No HOME, no PYTHON*: only the programs of the test come before those of the system.
        env = {"PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return done.stdout.decode()

    def do(self, box: re.Match[str]) -> str:
        """Do what a box says and return it as it should have been printed."""
        kind, body = box.groups()
        return f"```{kind}\n{getattr(self, kind)(body)}```"

    def console(self, body: str) -> str:
        """Return the commands of a box, each with what it prints now."""
        commands = re.findall(r"^\$ (.*)$", body, re.MULTILINE)
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)

    def text(self, body: str) -> str:
        """Save the article."""
        (self.folder / "text.txt").write_text(body, "utf-8")
        return body

    def yaml(self, body: str) -> str:
        """Write files; the first line of a template, which is for the editor, stays."""
        for name, words in files(body):
            path = self.folder / name
            first = path.read_text("utf-8").splitlines(keepends=True)[0] if path.exists() else ""
            path.write_text(first + words, "utf-8")
        return body

    def diff(self, body: str) -> str:
        """Replace lines, of which each stands in its file once."""
        for name, changes in files(body):
            path = self.folder / name
            words = path.read_text("utf-8")
            for old, new in CHANGE.findall(changes):
                assert words.count(f"{old}\n") == 1, f"{old} in {name}"
                words = words.replace(f"{old}\n", f"{new}\n")
            path.write_text(words, "utf-8")
        return body


def files(body: str) -> list[tuple[str, str]]:
    """Return the names of the files in a box, each with what stands below it."""
    _, *parts = ABOVE.split(body)
    return list(zip(parts[::2], parts[1::2], strict=True))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its path."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def walk(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """An empty folder, and the programs that an installation of the wheel would bring."""
    programs, python = tmp_path_factory.mktemp("bin"), shlex.quote(sys.executable)
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); from news_dataset.cli import main; sys.exit(main())"
    # -u: lines in the order in which a terminal shows them, whichever of the two streams they are on
    lines = {
        "news-dataset": f'exec {python} -I -u -c {shlex.quote(code)} "$@"',
        "python": f'PYTHONPATH={shlex.quote(str(installed))} exec {python} -u "$@"',
    }
    for name, line in lines.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        (programs / name).chmod(0o755)
    return Walk(tmp_path_factory.mktemp("walk"), programs)


@pytest.fixture(scope="module")
def walked(walk: Walk) -> str:
    """The page as it would be if it showed what happens now."""
    return BOX.sub(walk.do, PAGE)


def test_the_page_prints_what_it_says(walked: str) -> None:
    """Every command, to the character, and failing ones too."""
    assert_current(ROOT / "docs" / "curating.md", walked)


def test_the_walk_ends_at_the_example(walked: str, walk: Walk) -> None:
    """Text, records and release are those of the repository, byte for byte."""
    there = tree(walk.folder)
    kept = {name for name in there if name.startswith(("data/", "text.txt"))}

    assert tree(EXAMPLE) == {name: there[name] for name in kept}
    assert {"data/published/manifest.json", "schemas/1.2/person.file.schema.json"} <= set(there)


def test_the_checkout_has_no_part_in_it(installed: Path, walk: Walk) -> None:
    """Both programs run the wheel's code, with the wheel's data."""
    module = walk.run("python -c 'import news_dataset; print(news_dataset.__file__)'").strip()
    release = walk.run(
        "python -c 'import news_dataset as nd; print(nd.path(\"people\").parent, nd.Dataset().verify().ok)'"
    )

    assert Path(module) == installed / "news_dataset" / "__init__.py"
    assert release == f"{installed / 'news_dataset' / '_published'} True\n"
    assert not walk.folder.is_relative_to(ROOT)


def test_every_box_is_one_that_is_run() -> None:
    """No box is overlooked, none is of a kind that nothing happens to, and no change is lost."""
    boxes = BOX.findall(PAGE)
    changes = "".join(body for kind, body in boxes if kind == "diff")

    assert len(boxes) * 2 == len(re.findall("^```", PAGE, re.MULTILINE))
    assert {kind for kind, _ in boxes} == {"text", "console", "yaml", "diff"}
    assert len(CHANGE.findall(changes)) * 2 == len(re.findall("^[-+]", changes, re.MULTILINE))


def test_the_page_shows_the_whole_desk() -> None:
    """Every command that a curator needs, a template of every type that the article needs, every way to find words."""
    typed = set(re.findall(r"^\$ news-dataset (new \w+|\w+)", PAGE, re.MULTILINE))
    types = {"article", "assessment", "event", "person", "place", "source", "statement"}
    commands = {"anchor", "build", "fmt", "restore", "schema", "validate", "verify"}

    assert typed == {f"new {name}" for name in types} | commands
    assert all(f"{key}: " in PAGE for key in ("{find", ", nth", ", after", ", in"))
    assert len(PAGE.splitlines()) < 270


def test_the_example_is_valid(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With its text given nothing is skipped, and its files are in canonical form."""
    monkeypatch.chdir(EXAMPLE)

    assert main(["validate", "--text", "text.txt"]) == 0
    assert re.fullmatch(r"ok: 0 errors, 0 warnings; .*, skipped 0, failed 0", capsys.readouterr().out.splitlines()[-1])
    assert main(["fmt", "--check"]) == 0


def test_another_letter_is_noticed_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Negative control: at the hash of the text, and nothing is said of spans in a text that is another."""
    words = (EXAMPLE / "text.txt").read_text("utf-8")
    assert words.count("steel arch") == 1
    (tmp_path / "text.txt").write_text(words.replace("steel arch", "steel aroh"), "utf-8")
    monkeypatch.chdir(EXAMPLE)

    assert main(["validate", "--text", str(tmp_path / "text.txt")]) == 1
    found = re.findall(r"^data/curated/(\w+)/port-example.yaml:(\d+):", capsys.readouterr().out, re.MULTILINE)
    assert [(table, field(table, int(line))) for table, line in found] == [("articles", "text_sha256")]


def field(table: str, line: int) -> str:
    """Return the field on a line of the example's file in a record folder."""
    path = EXAMPLE / "data" / "curated" / table / "port-example.yaml"
    return path.read_text("utf-8").splitlines()[line - 1].partition(":")[0].strip()
