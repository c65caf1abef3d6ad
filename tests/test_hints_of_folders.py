"""The commands that messages name can be typed as they are printed, whatever a folder or a text is called."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from news_dataset.cli import main
from news_dataset.markup import operand
from tests.conftest import ROOT
from tests.test_hints import STATEMENT, WORDS, ran

PACKAGE = ROOT / "news_dataset"
FOLDER = "my $data's"
COMMAND = re.compile(r"(?:news-dataset \w|\b(?:mv|cp|grep) )|^(?:validate|verify|anchor|agreement|import|schema)\b")
HARMLESS = {
    "_folder_operand(options)", "where", "two", "home", "home and ' '", "home and ' -C '", "caveat", "following",
    "kind", "slug", "_in_folder(path)", "article.get('id')", "name", "__version__", "to", "form", "options.form",
    "options.to", "query", "f' --text {operand(texts)}' if texts else ''", "command", "instead",
    "min(report.errors, key=rank(report)).code",
}  # fmt: skip
"""Expressions in commands that are no path, or quoted already: ids, codes, names of formats."""


def unquoted(source: str) -> Iterator[str]:
    """Yield the expressions in the commands of f-strings that are neither quoted nor listed as harmless."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    titles = [call.args[0] for call in calls if ast.unparse(call.func) in ("progress_bar", "busy")]
    for node in ast.walk(tree):
        text = ""
        for part in node.values if isinstance(node, ast.JoinedStr) and node not in titles else ():
            if isinstance(part, ast.Constant):
                text = f"{text}{part.value!s}".rpartition("\n")[2]
            elif isinstance(part, ast.FormattedValue) and COMMAND.search(text):
                shown = ast.unparse(part.value)
                is_quoted = isinstance(part.value, ast.Call) and ast.unparse(part.value.func) == "operand"
                if not is_quoted and shown not in HARMLESS:
                    yield shown


def test_every_path_in_a_command_is_quoted() -> None:
    """In all modules; whatever follows a command in an f-string goes through one function."""
    found = {path.name: names for path in PACKAGE.rglob("*.py") if (names := [*unquoted(path.read_text("utf-8"))])}

    assert found == {}


def test_a_path_that_is_not_quoted_is_noticed() -> None:
    """Negative control."""
    assert [*unquoted('f"first: news-dataset build {folder}"')] == ["folder"]
    assert [*unquoted('say("done", f"validate {out}")')] == ["out"]
    assert [*unquoted('f"first: news-dataset build {operand(folder)}; {folder} has none"')] == ["folder"]
    assert [*unquoted('f"{folder}: news-dataset build {operand(folder)}"')] == []


@pytest.mark.parametrize(
    "path", ["my data", "a'b", 'a"b', "$HOME", "a;b", "-o", "~", "data/published", "Häfen", "a\\b"]
)
def test_a_path_is_one_word_for_a_shell(path: str) -> None:
    """And never an option; a plain one stays as it is."""
    (word,) = shlex.split(operand(path))

    assert Path(word) == Path(path)
    assert not word.startswith("-")
    assert operand("data/published") == "data/published"


def test_each_command_of_a_folder_names_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From ``init`` to ``verify``, in a folder with a blank, a quote and a dollar."""
    monkeypatch.chdir(tmp_path)
    said = ran(capsys, "init", FOLDER)
    texts = Path(FOLDER, "texts")
    (texts / "first-article.txt").write_text(WORDS, "utf-8")
    checked = ran(capsys, "validate", "--text", str(texts), FOLDER)
    said += f"news-dataset {checked.partition('for yours: news-dataset ')[2].partition(')')[0]}\n"
    statement = Path(FOLDER, "data/curated/statements/first-article/01.yaml")
    statement.parent.mkdir(parents=True, exist_ok=True)
    statement.write_text(STATEMENT, "utf-8")
    for line in ("validate", f"anchor --text {shlex.quote(str(texts))}", "build", "new person ann -C"):
        said += ran(capsys, *shlex.split(line), FOLDER)
    commands = [line for line in re.findall(r"(?m)news-dataset (.*?)\)?$", said) if "my $" in line]

    assert len(commands) == 6, said
    for command in commands:
        words = shlex.split(command)
        assert FOLDER in {part for word in words for part in Path(word).parts}, command
        assert main(words) in (0, 1), command
    capsys.readouterr()


def test_a_record_that_is_missing_can_be_written_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command of the hint names the folder in quotes."""
    monkeypatch.chdir(tmp_path)
    ran(capsys, "init", FOLDER)
    event = Path(FOLDER, "data/curated/events/fair.yaml")
    event.parent.mkdir(exist_ok=True)
    event.write_text("id: event/fair\ntype: OTHER\ntitle: The invented fair\nparent: event/week\n", "utf-8")
    said = ran(capsys, "validate", FOLDER)

    assert (hint := re.search(r"write the record: news-dataset (.*)\)$", said, re.MULTILINE)), said
    assert main(shlex.split(hint[1])) == 0
    assert Path(FOLDER, "data/curated/events/week.yaml").is_file()
