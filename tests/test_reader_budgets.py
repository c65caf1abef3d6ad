"""What a file costs to read grows with its size, whatever is in it, and is bounded."""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from news_dataset import validate
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.issues import Issue, Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import parse_json, parse_json_lines, parse_yaml
from news_dataset.reader.document import MAX_PROBLEMS, Document
from news_dataset.validation import validated
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


def test_records_behind_very_many_broken_ones_are_not_checked_and_that_is_said() -> None:
    """The file has a problem with their number, at the first of them; sound records do not count."""
    data = [{"id": f"person/p{at}", "name": "x"} for at in range(5)] + [{}] * (MAX_PROBLEMS + 3)
    entries, problems = entries_of(Document("people/a.yaml", data, {}, {}), "person", "1.2")

    assert len(entries) == 5 + MAX_PROBLEMS
    assert [(one.code, one.message) for one in problems] == [
        ("not_a_record", "3 more records follow, which were not checked")
    ]


def test_items_behind_very_many_broken_ones_are_not_checked_and_that_is_said() -> None:
    """One issue has their number; sound items do not count, and a list of them is read to its end."""
    sound = [{"name": "x", "kind": "alias", "language": "en"}] * (MAX_PROBLEMS + 5)
    broken = [{"nam": "x"}] * (MAX_PROBLEMS + 3)
    for names, kept in ((sound * 2, 2 * len(sound)), ([*sound, *broken], len(sound) + MAX_PROBLEMS)):
        document = Document("people/a.json", {"id": "person/a-b", "name": "A", "names": names}, {}, {})
        (entry,), _ = entries_of(document, "person", SCHEMA_VERSION)
        reports = shape.run(Collection(Path(), (document,), (entry,)))
        said = [one.message for report in reports for one in report.issues if "not checked" in one.message]

        assert len(entry.data["names"]) == kept
        assert (entry.row is None) == bool(said) == (names[-1] in broken)
        assert said in ([], ["3 more items of names follow, which were not checked"])


def test_very_many_issues_of_a_check_in_a_file_are_counted(tmp_path: Path) -> None:
    """The first are listed, and all are given to a sink."""
    path, sunk = tmp_path / "data" / "curated" / "people" / "many.json", list[Issue]()
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps([{"id": f"person/p{at}", "name": "x"} for at in range(MAX_PROBLEMS + 3)]), "utf-8")
    listed, whole = validated(tmp_path), validated(tmp_path, sink=sunk.append)
    codes, all_codes = ([one.code for one in issues].count("misnamed_file") for issues in (listed, sunk))

    assert (codes, all_codes) == (MAX_PROBLEMS, MAX_PROBLEMS + 3)
    assert len(listed.issues) + listed.left_out == len(whole.issues) == len(sunk)
    assert listed.counts() == whole.counts()


def test_ids_that_were_not_looked_at_are_not_missed(tmp_path: Path) -> None:
    """A reference to one of them is not said to lead nowhere; with a file that was read to its end it is."""
    event = {"id": "event/a", "title": "x", "type": "OTHER", "place": "place/behind"}
    broken = [{"id": f"place/p{at}"} for at in range(MAX_PROBLEMS + 1)]
    for places, missed in ((broken, 0), (broken[:3], 1)):
        for name, records in (("events/a.json", [event]), ("places/many.json", places)):
            path = tmp_path / "data" / "curated" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(records), "utf-8")

        assert [one.code for one in validate(tmp_path)].count("dangling_reference") == missed


def test_a_code_that_is_there_twice_is_found_however_many_lie_between(tmp_path: Path) -> None:
    """All codes of a dataset are compared, though a thousand records are judged at a time."""
    (tmp_path / "data" / "codebooks").mkdir(parents=True)
    (tmp_path / "data" / "dataset.yaml").write_text("name: x\ncodebooks: [topic]\n", "utf-8")
    codes = [*(f"code_{at}" for at in range(1_100)), "code_0"]
    rows = "".join(f"- {{code: {code}, definition: Some code}}\n" for code in codes)
    (tmp_path / "data" / "codebooks" / "topic.yaml").write_text(rows, "utf-8")
    (tmp_path / "data" / "curated" / "people").mkdir(parents=True)
    (tmp_path / "data" / "curated" / "people" / "a.yaml").write_text("id: person/a\nname: A\n", "utf-8")

    found = [issue.message for issue in validate(tmp_path) if issue.code == "wrong_profile"]

    assert found == ["the code code_0 is there twice"]
