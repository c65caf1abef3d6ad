"""What is misspelt on the command line, or in Python: the name that is meant is in the message."""

from __future__ import annotations

from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import UnknownNameError, UsageError, nearest_ids


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


IDS = (
    "person/elena-sturm", "person/petra-olm", "person/mira-example", "place/port-example", "place/iran",
    "event/harbour-fair-2024", "event/harbour-fair-2025", "statement/wells/04", "statement/wells/09",
    "assessment/wells/09", "assessment/wells/10",
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("person/petra-holm", "person/petra-olm"),
        ("person/petar-olm", "person/petra-olm"),
        ("person/Petra-Olm", "person/petra-olm"),
        ("person/olm-petra", "person/petra-olm"),
        ("person/petra", "person/petra-olm"),
        ("person/mira-example-junior", "person/mira-example"),
        ("person/mira-exam", "person/mira-example"),
        ("people/petra-olm", "person/petra-olm"),
        ("petra-olm", "person/petra-olm"),
        ("organization/port-example", "place/port-example"),
        ("statement/wells/4", "statement/wells/04"),
        ("statement/wells/004", "statement/wells/04"),
        ("statement/wels/04", "statement/wells/04"),
        ("statements/wells/04", "statement/wells/04"),
        ("event/harbuor-fair-2024", "event/harbour-fair-2024"),
        ("event/harbour-fair", "event/harbour-fair-2024 event/harbour-fair-2025"),
        ("person/peter-miller", ""),
        ("person/elena-storm-example", ""),
        ("place/iraq", ""),
        ("place/iranshahr", ""),
        ("place/petra-olm-square", ""),
        ("event/harbour-fair-2026", ""),
        ("statement/wells/05", ""),
        ("statement/wells/40", ""),
        ("statement/wells/10", ""),
        ("statement/wells", ""),
        ("person/", ""),
        ("", ""),
    ],
)
def test_an_id_is_proposed_only_for_a_slip_of_it(wanted: str, near: str) -> None:
    """A reference to another person, year or number would be valid and wrong."""
    assert nearest_ids(wanted, IDS) == near.split()


def test_a_last_name_finds_a_record_and_the_others_of_the_type_are_listed() -> None:
    """To look up is harmless; a type with many records has a command that lists all."""
    for wanted, said in (
        ("person/trump", "did you mean person/donald-trump?"),
        ("person/petra-olm", "there is no record 'person/petra-olm'; there are: person/donald-trump, "),
    ):
        with pytest.raises(UnknownNameError) as caught:
            nd.get(wanted)
        assert said in str(caught.value)
        assert "place/" not in str(caught.value)
