"""Triggers of brat's events: what refers to one refers to its event, so that it becomes no record of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from news_dataset.dataset import Dataset
from tests.test_import_brat import TEXT, document


@pytest.mark.parametrize(
    ("lines", "is_own"),
    [
        ((), False),
        (("E2\tSays:T1",), False),  # a trigger of two events
        (("E2\tAsks:T1",), True),  # of another type
        (("E2\tSays:T1", "R1\tNear Arg1:T1 Arg2:T2"), True),  # of two events, of which either may be meant
        (("A1\tMode E1 mixed", "A2\tMode T1 direct"), True),  # two values
        (("#1\tnews_dataset T1\t{}",), True),
    ],
)
def test_a_trigger_is_an_annotation_if_it_is_something_else_too(
    lines: tuple[str, ...], is_own: bool, tmp_path: Path
) -> None:
    """Nothing that refers to it is lost."""
    found = document(tmp_path, TEXT, "T1\tSays 21 24\tsay", "T2\tSays 60 64\tsaid", "E1\tSays:T1", *lines)

    assert ("T1" in {one.id for one in found.annotations}) == is_own
    assert next(one for one in found.annotations if one.id == "E1").fragments == ((21, 24),)
    assert found.quarantined == ()


@pytest.mark.parametrize(
    ("line", "links", "attributes"),
    [
        ("E2\tSays:T2 What:T1", {"E2": (("What", "E1"),)}, {}),
        ("R1\tNear Arg1:T1 Arg2:T2", {"R1": (("Arg1", "E1"), ("Arg2", "T2"))}, {}),
        ("*\tEquiv T1 T2", {"": (("Arg", "E1"), ("Arg", "T2"))}, {}),
        ("A1\tNegation T1", {}, {"Negation": True}),
        ("#1\tAnnotatorNotes T1\tx", {}, {"AnnotatorNotes": "x"}),
        ("N1\tReference T1 Wikidata:Q1\tx", {}, {"Reference:Wikidata": "Q1", "Reference:Wikidata:text": "x"}),
    ],
)
def test_what_refers_to_the_trigger_of_an_event_refers_to_the_event(
    line: str, links: dict[str, object], attributes: dict[str, object], tmp_path: Path
) -> None:
    """So that the trigger makes no second record, without the participants."""
    marks = ("T1\tSays 21 24\tsay", "T2\tSays 60 64\tsaid", "T3\tPerson 0 12\tMira Example")
    found = document(tmp_path, TEXT, *marks, "E1\tSays:T1 Who:T3", "A9\tMode E1 mixed", line)
    by_id = {one.id: one for one in found.annotations}

    assert "T1" not in by_id
    assert {id_: one.links for id_, one in by_id.items() if one.links} == {"E1": (("Who", "T3"),), **links}
    assert by_id["E1"].attributes == {"Mode": "mixed", **attributes}
    assert found.quarantined == ()


def test_a_relation_on_a_trigger_makes_no_second_statement(tmp_path: Path) -> None:
    """The source of the relation is that of the event."""
    lines = (
        "T1\tPerson 0 12\tMira Example",
        "T2\tStatement 60 64\tsaid",
        "E1\tStatement:T2",
        "R1\tSource Arg1:T2 Arg2:T1",
    )
    (tmp_path / "corpus").mkdir()
    document(tmp_path / "corpus", TEXT, *lines)
    done = Dataset(tmp_path / "new").import_from("brat", tmp_path / "corpus")
    (statement,) = Dataset(tmp_path / "new").iter_records("statements")

    assert (statement.external_id, [one.entity for one in statement.statement_participants]) == (
        "E1", ["person/mira-example"]
    )  # fmt: skip
    assert done.leftovers == ()


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("E1\tStatement:T2 Source:T1 Cue:T9", "; what is right in the line is left out too: Source:T1"),
        ("E1\tStatement:T2 Cue:T9", ""),
        ("R1\tNear Arg1:T1 Arg2:T9", ""),
    ],
)
def test_an_event_with_a_bad_role_names_the_good_ones_that_are_lost_with_it(
    line: str, lost: str, tmp_path: Path
) -> None:
    """Its line is in quarantine as a whole; its trigger stays."""
    found = document(tmp_path, TEXT, "T1\tPerson 0 12\tMira Example", "T2\tStatement 60 64\tsaid", line)

    assert [one.id for one in found.annotations] == ["T1", "T2"]
    assert [one.message for one in found.quarantined] == [f"it refers to T9, which is not there{lost}"]
