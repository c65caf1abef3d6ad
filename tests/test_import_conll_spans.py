"""Spans in columns of CoNLL: schemes of tags, labels, brackets, and what is wrong in them."""

from __future__ import annotations

import doctest

import pytest

from news_dataset.importers import inputs, plover, token_text
from news_dataset.importers.conll import spans as conll_spans
from news_dataset.importers.conll.spans import (
    bracket_spans,
    kind_of,
    label_spans,
    scheme_of,
    star_spans,
    tag_spans,
)

KINDS = {
    "tags": "O B-A I-A", "brackets": "- (1 1)", "stars": "(A* *) (B)", "labels": "O O A", "": "NN VB -",
    " ": "(TOP(S* * *))",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_columns_are_known_by_their_cells(kind: str) -> None:
    """Words, parts of speech and parse trees mark no spans."""
    assert kind_of(KINDS[kind].split()) == kind.strip()


def test_a_column_with_single_faults_is_still_known() -> None:
    """So that they are reported; most marks of the column are of its notation."""
    assert kind_of(["O", "B-A", "??", "O"]) == "tags"
    assert kind_of(["-", "(1)", "??", "-"]) == "brackets"
    assert kind_of(["O", "B-A", "??", "!!"]) == ""


SCHEMES = {
    "IOB1": ["O I-A B-A O", "I-A I-B B-B"], "IOB2": ["O B-A I-A B-A", "O B-A"],
    "IOBES": ["O B-A E-A S-A", "U-A B-A L-A"],
}  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
def test_schemes_are_known_by_where_spans_begin(scheme: str) -> None:
    """A B- behind something else than its own label is none of IOB1."""
    assert [scheme_of([cells.split()]) for cells in SCHEMES[scheme]] == [scheme, scheme]


TAGS = [
    ("IOB1", "I-A I-A B-A I-B O I-B", [("A", 0, 1), ("A", 2, 2), ("B", 3, 3), ("B", 5, 5)]),
    ("IOB2", "B-A I-A B-A O B-B", [("A", 0, 1), ("A", 2, 2), ("B", 4, 4)]),
    ("IOB2", "B I O B", [("", 0, 1), ("", 3, 3)]),
    ("IOBES", "S-A B-A I-A E-A O B-B E-B", [("A", 0, 0), ("A", 1, 3), ("B", 5, 6)]),
    ("IOBES", "U-A B-A I-A L-A O B-B L-B", [("A", 0, 0), ("A", 1, 3), ("B", 5, 6)]),
    ("IOBES", "S-A B-A M-A E-A", [("A", 0, 0), ("A", 1, 3)]),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "cells", "spans"), TAGS)
def test_tags(scheme: str, cells: str, spans: list[tuple[str, int, int]]) -> None:
    """Each scheme, without faults."""
    assert tag_spans(cells.split(), scheme) == (spans, [])


BAD_TAGS = [
    ("IOB2", "O I-A I-A B-B", [("B", 3, 3)], [1]),
    ("IOB2", "B-A I-B I-B O", [("A", 0, 0)], [1]),
    ("IOB2", "B-A x I-A O", [("A", 0, 0)], [1, 2]),
    ("IOBES", "B-A I-A O", [], [0]),
    ("IOBES", "B-A S-B O", [("B", 1, 1)], [0]),
    ("IOBES", "B-A I-A", [], [0]),
    ("IOBES", "O I-A E-A S-B", [("B", 3, 3)], [1]),
    ("IOBES", "E-A E-A", [], [0, 1]),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "cells", "spans", "faults"), BAD_TAGS)
def test_bad_tags(scheme: str, cells: str, spans: list[tuple[str, int, int]], faults: list[int]) -> None:
    """One fault for each span that cannot be read, and never a span made up."""
    found, wrong = tag_spans(cells.split(), scheme)

    assert found == spans
    assert [at for at, _ in wrong] == faults


BRACKETS = [
    ("(1) - (2 2)", [("1", 0, 0), ("2", 2, 3)], []),
    ("(1|(1 - 1) 1)", [("1", 0, 3), ("1", 0, 2)], []),
    ("(1 (2 1) 2)", [("1", 0, 2), ("2", 1, 3)], []),
    ("(1 1)|(1 1)", [("1", 0, 1), ("1", 1, 2)], []),
    ("(1 (2) -", [("2", 1, 1)], [0]),
    ("- 1) (2)", [("2", 2, 2)], [1]),
    ("1) (2 (3)", [("3", 2, 2)], [0, 1]),
    ("(1)|x (2)", [("1", 0, 0), ("2", 1, 1)], [0]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "spans", "faults"), BRACKETS)
def test_brackets(cells: str, spans: list[tuple[str, int, int]], faults: list[int]) -> None:
    """In the order of their beginnings; chains may cross, and one chain may be nested."""
    found, wrong = bracket_spans(cells.split())

    assert found == spans
    assert [at for at, _ in wrong] == faults


def test_brackets_with_blanks_between() -> None:
    """As in the renderings of MEANTIME."""
    assert bracket_spans(["(a1)| (b2", "b2)"]) == ([("a1", 0, 0), ("b2", 0, 1)], [])


STARS = [
    ("(A* * *) (B)", [("A", 0, 2), ("B", 3, 3)], []),
    ("(A* (B*) *)", [("A", 0, 2), ("B", 1, 1)], []),
    ("(A* *", [], [0]),
    ("* *) (B)", [("B", 2, 2)], [1]),
    ("(A*) x", [("A", 0, 0)], [1]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "spans", "faults"), STARS)
def test_stars(cells: str, spans: list[tuple[str, int, int]], faults: list[int]) -> None:
    """Brackets round stars end in the reverse order of their beginnings."""
    found, wrong = star_spans(cells.split())

    assert found == spans
    assert [at for at, _ in wrong] == faults


def test_labels() -> None:
    """Neighbouring cells of one label are one span."""
    assert label_spans(["A", "A", "O", "A", "B"]) == ([("A", 0, 1), ("A", 3, 3), ("B", 4, 4)], [])


@pytest.mark.parametrize("module", [conll_spans, inputs, plover, token_text])
def test_examples(module: object) -> None:
    """What docstrings say holds."""
    found = doctest.testmod(module)  # type: ignore[arg-type]

    assert found.attempted > 0
    assert found.failed == 0
