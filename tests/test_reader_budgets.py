"""What a file costs to read grows with its size, whatever is in it, and is bounded."""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.issues import Report
from news_dataset.reader import parse_json, parse_json_lines, parse_yaml
from news_dataset.reader.document import MAX_PROBLEMS, Document
from tests.conftest import IS_FULL

MIB = 2**20
MANY = 50_000 if IS_FULL else 20_000


def judged_keys(keys: dict[str, int]) -> list[Report]:
    """Return the reports of the checks of shape on a record with keys that no model has."""
    document = Document("people/a.yaml", {"id": "person/a"} | keys, {}, {})
    entries, _ = entries_of(document, "person", "1.2")
    return list(shape.run(Collection(Path(), (document,), tuple(entries))))


LADDER: dict[str, Callable[[int], object]] = {
    "many keys in YAML": lambda n: parse_yaml("".join(f"k{at}: 1\n" for at in range(n)), "x"),
    "many keys in JSON": lambda n: parse_json(json.dumps({f"k{at}": 1 for at in range(n)}), "x"),
    "one key again and again in YAML": lambda n: parse_yaml("a: 1\n" * n, "x"),
    "one key again and again in JSON": lambda n: parse_json("{" + ",".join(['"a":1'] * n) + "}", "x"),
    "many lines in JSON": lambda n: parse_json("[" + "1,\n" * n + "1]", "x"),
    "bad lines": lambda n: parse_json_lines(b"x\n" * n, "x"),
    "empty lines": lambda n: parse_json_lines(b"\n" * n, "x"),
    "many wrong keys in a record": lambda n: entries_of(
        Document("x", {"id": "person/a"} | {f"k{at}": at for at in range(n)}, {}, {}), "person", "1.2"
    ),
    "the same in an older version": lambda n: entries_of(
        Document("x", {"id": "person/a"} | {f"k{at}": at for at in range(n)}, {}, {}), "person", "1.0"
    ),
    "what is said of many wrong keys": lambda n: judged_keys({f"k{at}": at for at in range(n)}),
    "many wrong rows in a record": lambda n: entries_of(
        Document("x", {"id": "statement/a/1", "evidence": [{"x": 1}] * n}, {}, {}), "statement", "1.2"
    ),
}


def seconds(call: Callable[[int], object], n: int) -> float:
    """Return the least CPU time of two calls."""
    times = []
    gc.disable()  # which goes through all that is kept again and again
    for _ in range(2):
        started = time.process_time()
        call(n)
        times.append(time.process_time() - started)
    gc.enable()
    return min(times)


@pytest.mark.parametrize("call", LADDER.values(), ids=LADDER)
def test_time_grows_with_the_size(call: Callable[[int], object]) -> None:
    """Four times as much takes at most eight times as long; what is quadratic takes sixteen times as long."""
    call(10)
    n = 1_000
    while seconds(call, n) < (0.02 if IS_FULL else 0.01):
        n *= 2

    assert any(seconds(call, 4 * n) / seconds(call, n) < 8 for _ in range(3))  # a busy machine may disturb one


def test_items_on_one_line_cost_what_they_cost_on_lines_of_their_own() -> None:
    """To look for a comment behind an item must not copy the rest of its line."""
    lines = seconds(lambda n: parse_yaml(f"a: [{f'x,{chr(10)} ' * n}]", "x"), 100_000)

    assert seconds(lambda n: parse_yaml(f"a: [{'x,  ' * n}]", "x"), 100_000) < 1.7 * lines


WIDE: dict[str, Callable[[], Document]] = {
    "lines that cannot be read": lambda: parse_json_lines(b"x\n" * MANY, "x"),
    "empty lines": lambda: parse_json_lines(b"\n" * MANY, "x"),
    "lines that are no records": lambda: parse_json_lines(b"1\n" * MANY, "x"),
}


@pytest.mark.parametrize("read", WIDE.values(), ids=WIDE)
def test_problems_are_counted_and_not_all_kept(read: Callable[[], Document]) -> None:
    """Tens of thousands of them take little memory, and the last problem says how many more there are."""
    tracemalloc.start()
    document = read()
    problems = document.problems or tuple(entries_of(document, "person", "1.2")[1])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    more = len(document.data) - MAX_PROBLEMS

    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].message.removeprefix("and ").startswith(f"{more:,} more ")
    assert problems[-1].line == MAX_PROBLEMS + 1
    assert peak < 800 * MANY


def test_the_errors_of_one_record_are_capped() -> None:
    """The first of each kind are reported, then how many more there are."""
    found = [
        issue for report in judged_keys({f"k{at}": at for at in range(MAX_PROBLEMS + 3)}) for issue in report.issues
    ]
    unknown = [issue for issue in found if issue.code == "unknown_key"]

    assert len(unknown) == MAX_PROBLEMS + 1
    assert unknown[-1].message == "and 3 more such problems follow"
    assert unknown[0].message == "k0 is not a field of a person"
