"""The mutants that ``make trust`` tries: which they are, and that a run on one tells killed from survived."""

from __future__ import annotations

import pytest

from tests.trust.mutant_worker import statements, verdict
from tests.trust.mutants import EQUIVALENT, score
from tests.trust.mutator import mutants

SOURCE = '''"""A docstring is left."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import a
LIMIT: int | None = 3
def f(x: int = 1) -> int | None:
    """So is this."""
    if x < LIMIT and not x:
        raise ValueError("prose is left")
    g(x, flag=True)
    return x + 1
QUERY = "SELECT a FROM b WHERE a <> 1 AND a IS NOT NULL"
def g() -> bool:
    return False
'''


def test_every_kind_of_change_is_made_once() -> None:
    """In the order of lines; docstrings, annotations, prose and what is for types alone are left as they are."""
    found = mutants(SOURCE)
    changes = [(one.line, one.change) for one in found if one.line < 12]

    assert changes == [
        (5, "3 -> 4"),
        (6, "1 -> 2"),
        (8, "x < LIMIT and (not x) -> x < LIMIT or not x"),
        (8, "x < LIMIT -> x <= LIMIT"),
        (8, "not x -> x"),
        (9, "raise ValueError('prose is left') -> pass"),
        (10, "g(x, flag=True) -> pass"),
        (10, "True -> False"),
        (11, "return x + 1 -> return None"),
        (11, "x + 1 -> x - 1"),
        (11, "1 -> 2"),
    ]
    assert sum(one.line == 12 for one in found) == 3  # <>, AND, IS NOT NULL
    assert [one.change for one in found if one.line > 12] == ["False -> True"]  # None would be as false
    assert len({one.source() for one in found}) == len(found)


def test_a_mutant_leaves_the_others_as_they_are() -> None:
    """Each is one change of the module, not of the mutant before."""
    first, last = mutants(SOURCE)[0], mutants(SOURCE)[-1]

    assert "LIMIT: int | None = 4" in first.source()
    assert "LIMIT: int | None = 3" in last.source()


@pytest.mark.parametrize(
    ("code", "said"), [(0, "survived"), (5, "survived"), (1, "killed"), (2, "killed"), (None, "killed")]
)
def test_no_test_is_no_verdict(code: int | None, said: str) -> None:
    """A run in which no test was found notices nothing; one that takes too long does."""
    assert verdict(code) == said


def test_what_no_test_reaches_counts_as_alive() -> None:
    """Beside what survived."""
    found = [{"line": 1, "code": "", "change": one, "found": one} for one in ("killed", "survived", "unreached")]

    assert score(found, "markup") == (3, ["markup:1 survived: survived", "markup:1 unreached: unreached"])


def test_a_change_that_does_not_matter_is_known_by_its_line() -> None:
    """The same change of another line counts, and so does another change of that line."""
    module, code, change = next(iter(EQUIVALENT))
    some = [(f"{code} …", change), (f" {code}", change), (code, f"{change} …")]
    found = [{"line": 1, "code": code, "change": change, "found": "survived"} for code, change in some]

    assert [score([one], module)[0] for one in found] == [0, 1, 1]


def test_a_line_belongs_to_its_innermost_statement() -> None:
    """A tracer sees the first line of a mapping that is written over several, and no other."""
    assert statements("if a:\n    b = {\n        1: 2,\n    }\nc\n") == {1: 1, 2: 2, 3: 2, 4: 2, 5: 5}
