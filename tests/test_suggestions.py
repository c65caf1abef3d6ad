"""What is misspelt on the command line, or in Python: the name that is meant is in the message."""

from __future__ import annotations

from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import UnknownNameError, UsageError


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("vlaidate", "news-dataset: error: argument COMMAND: invalid choice: 'vlaidate' (did you mean validate?)"),
        ("claims --format jsno", "argument --format: invalid choice: 'jsno' (did you mean jsonl?)"),
        ("export --to csw -o x", "argument --to: invalid choice: 'csw' (did you mean csv?)"),
        ("validate --txt x", "validate: error: unrecognized arguments: --txt; did you mean --text, not --txt?"),
        ("validate --isues=x", "unrecognized arguments: --isues=x; did you mean --issues, not --isues?"),
        ("export --too csv", "are required: --to, -o/--output; did you mean --to, not --too?"),
        ("--verson", "did you mean --version, not --verson?"),
        ("-C harbour info", "argument COMMAND: invalid choice: 'harbour' (-C goes after the command)"),
        ("describe persons", "there is no table or view 'persons'; did you mean people?"),
    ],
)
def test_the_nearest_command_option_or_value_is_named(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the line of the error; with exit code 2."""
    try:
        code = main(words.split())
    except SystemExit as error:
        code = int(error.code or 0)
    assert code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", ["xyz", "export --to xyz -o x", "info --xyzxyz", "export --to csv"])
def test_nothing_is_suggested_where_nothing_is_near(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All choices are listed instead."""
    with pytest.raises(SystemExit, match="2"):
        main(words.split())
    said = capsys.readouterr().err
    assert "did you mean" not in said
    assert "--to" in said or "choose from info, tables" in said or "unrecognized arguments: --xyzxyz" in said


@pytest.mark.parametrize("name", ["person", "persons", "peple"])
def test_the_table_of_persons_is_named(name: str) -> None:
    """Whose plural is another word than its type."""
    with pytest.raises(UnknownNameError, match=r"did you mean people\?"):
        nd.load(name)  # type: ignore[call-overload]


def test_a_file_is_no_dataset_to_build(tmp_path: Path) -> None:
    """Whether it is told where the release goes, or not."""
    (tmp_path / "dataset.yaml").write_text("name: x\n", "utf-8")
    for output in (None, tmp_path / "out"):
        with pytest.raises(UsageError, match=r"dataset\.yaml is a file, not the folder of a dataset"):
            nd.build(tmp_path / "dataset.yaml", output=output)
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_dataset_to_read(tmp_path: Path) -> None:
    """Neither a description nor a record."""
    path = tmp_path / "dataset.yaml"
    path.write_text("name: x\n", "utf-8")
    with pytest.raises(UsageError, match=r"dataset\.yaml is a file, not the folder of a dataset"):
        nd.Dataset(path).claims()
