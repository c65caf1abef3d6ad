"""JSON Lines of any size: the columnar reader, and the strict reader with pydantic, say and count the same."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from news_dataset import checks
from news_dataset.collection import Collection
from news_dataset.engine import lines as engine_lines
from news_dataset.issues import Report
from news_dataset.profile import BASE
from news_dataset.records import BY_TABLE
from news_dataset.validation import checked, validated
from tests.conftest import IS_FULL, ROOT
from tests.spoiling import Spoiler

PUBLISHED = ROOT / "data" / "published"
GOOD = (PUBLISHED / "sources.jsonl").read_bytes().splitlines()
LINES = int(os.environ.get("FUZZ_LINES", "1600" if IS_FULL else "800"))
"""So many lines are spoiled in all; `make fuzz` raises it."""
ORDERS = int(os.environ.get("FUZZ_ORDERS", "5" if IS_FULL else "3"))
MEBI = 2**20


def tallies(report: Report, but: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        one.code: (one.checked, one.failed, one.warned, one.skipped) for one in report.tallies if one.code not in but
    }


def difference(fast: Report, slow: Report) -> str:
    """What the columnar way says differently; empty: nothing."""
    mine, its = tallies(fast), tallies(slow)
    issues = [f"  {one}" for one in sorted({*fast.issues} ^ {*slow.issues}, key=str)]
    counts = [f"  {code}: {mine.get(code)}, not {its.get(code)}" for code in its if mine.get(code) != its[code]]
    return "\n".join([*issues[:6], *counts]) or ("" if fast.issues == slow.issues else "  another order")


# Traps: lines on which readers are known to trip.

NAME = b'{"id":"person/@","name":'
DEEP = 200_000
SYNTAX, NO_RECORD, LIMIT, ENCODING = "bad_syntax", "not_a_record", "over_limit", "bad_encoding"
TRAPS: dict[str, tuple[bytes, str]] = {
    "bare null": (b"null", NO_RECORD),
    "null as a value": (NAME + b'"x","note":null}', "wrong_type"),
    "null far behind its key": (NAME + b'"x","note":            null}', "wrong_type"),
    "null in a list": (NAME + b'"x","names":[null]}', "wrong_type"),
    "null for an id": (b'{"id":null,"name":"x"}', "wrong_type"),
    "no id": (b'{"name":"x"}', "missing_key"),
    "no id, but a child": (b'{"names":[{"name":"x","kind":"alias"}]}', "missing_key"),
    "half a null": (NAME + b"nul}", SYNTAX),
    "brackets of an unknown key": (b'{"a":' + b"[" * DEEP, LIMIT),
    "brackets of a text": (NAME + b"[" * DEEP + b"]" * DEEP + b"}", LIMIT),
    "brackets of a list": (b'{"names":' + b"[" * DEEP + b"]" * DEEP + b"}", LIMIT),
    "braces": (b'{"names":' + b'{"a":' * (DEEP // 5) + b"1" + b"}" * (DEEP // 5) + b"}", LIMIT),
    "a huge number": (NAME + b"9" * DEEP + b"}", SYNTAX),
    "a huge exponent": (NAME + b"1e999999999}", SYNTAX),
    "a key twice": (NAME + b'"x","name":"x"}', "duplicate_key"),
    "a key of a child twice": (
        NAME + b'"x","names":[{"name":"x","name":"y","language":"en","kind":"alias"}]}',
        "duplicate_key",
    ),
    "lone surrogate": (NAME + rb'"\ud800"}', ENCODING),
    "surrogates the wrong way round": (NAME + rb'"\udc00\ud800"}', ENCODING),
    "half a surrogate in bytes": (NAME + b'"\xed\xa0\x80"}', ENCODING),
    "NUL": (NAME + b'"a\0b"}', SYNTAX),
    "NUL between tokens": (NAME + b'"a",\0"note":"b"}', SYNTAX),
    "NUL, escaped": (NAME + rb'"a\u0000b"}', "bad_form"),
    "empty object": (b"{}", "missing_key"),
    "empty children": (NAME + b'"x","names":[{}]}', "missing_key"),
    "empty list": (NAME + b'"x","names":[]}', "bad_form"),
    "list of lists": (NAME + b'"x","names":[[]]}', "wrong_type"),
    "text of nearly 1 MiB": (NAME + b'"' + b"x" * (MEBI - 40) + b'"}', "bad_form"),
    "text of 3 MiB": (NAME + b'"' + b"x" * 3 * MEBI + b'"}', LIMIT),
    "two objects": (NAME + b'"x"}' + NAME + b'"y"}', SYNTAX),
    "no end": (NAME + b'"x', SYNTAX),
    "a comma too many": (NAME + b'"x",}', SYNTAX),
    "a comment": (NAME + b'"x"}//', SYNTAX),
    "an object for a text": (NAME + b"{}}", "wrong_type"),
    "a number for a text": (NAME + b"1}", "wrong_type"),
    "other encoding": (NAME + b'"caf\xe9"}', ENCODING),
    "escapes in a key": (rb'{"\u0069d":"person/@","name":"x"}', ""),
    "carriage return": (NAME + b'"x"}\r', ""),
    "spaces": (b' { "id" : "person/@" , "name" : "x" } ', ""),
}
"""A line between two sound ones, and the code of the issue that it gives."""


def both(path: Path) -> tuple[Report, Report]:
    return validated(path), checked(Collection.open(path))


def written(folder: Path, table: str, lines: Sequence[bytes], end: bytes = b"\n") -> Path:
    """Write lines into a folder that says what they are."""
    path = folder / table / "part.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(lines) + end)
    return path


def test_traps(tmp_path: Path) -> None:
    """In a process of its own, since what reads the columns is C++: a crash is a failure."""
    lines = [b'{"id":"person/sound","name":"x"}']
    for at, (line, _) in enumerate(TRAPS.values()):
        lines += [line.replace(b"person/@", b"person/a%d" % at), lines[0].replace(b"sound", b"sound-%d" % at)]
    path, found = written(tmp_path, "people", lines), dict[int, set[str]]()
    for issue in checked(Collection.open(path)):
        found.setdefault(issue.line, set()).add(issue.code)

    assert found == {2 * at + 2: {code} for at, (_, code) in enumerate(TRAPS.values()) if code}
    with Child() as child:
        assert not child.difference(path)


class Child:
    """A process that validates files in both ways; one that dies is replaced, and its file is at fault."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        if self.pool:
            self.pool.shutdown()

    def difference(self, path: Path) -> str:
        """Return how the two ways differ, or that the process died."""
        self.pool = self.pool or ProcessPoolExecutor(1, get_context("spawn"))
        try:
            fast, slow = self.pool.submit(both, path).result(timeout=300)
        except BrokenProcessPool:
            self.pool = None
            return f"  the process died of\n  {path.read_bytes()[:2000]!r}"
        return difference(fast, slow)


def test_a_crash_is_noticed(tmp_path: Path) -> None:
    """Negative control."""
    with Child() as child:
        child.pool = ProcessPoolExecutor(1, get_context("spawn"))
        child.pool.submit(os.abort)
        (tmp_path / "sources.jsonl").write_bytes(GOOD[0])
        assert "died" in child.difference(tmp_path / "sources.jsonl")
        assert not child.difference(tmp_path / "sources.jsonl")


FILES: dict[str, tuple[bytes, list[tuple[str, int]]]] = {
    "crlf": (b"\r\n".join(GOOD) + b"\r\n", []),
    "crlf behind a line that is cut off": (GOOD[0][:-1] + b"\r\n" + GOOD[1], [(SYNTAX, 1)]),
    "no line end": (b"\n".join(GOOD), []),
    "nothing": (b"", []),
    "empty lines": (GOOD[0] + b"\n\n" + GOOD[1] + b"\n \n", [(SYNTAX, 2), (SYNTAX, 4)]),
    "truncated": (GOOD[0] + b"\n" + GOOD[1][:-9], [(SYNTAX, 2)]),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD[0], [(ENCODING, 1)]),
    "a line of 3 MB": (GOOD[0] + b'\n{"id":"' + b"x" * 3 * MEBI + b'"}\n' + GOOD[1], [(LIMIT, 2)]),
    "only a long line": (b"x" * 9 * MEBI, [(LIMIT, 1)]),
    "a long line at the end": (GOOD[0] + b"\n" + b"y" * (40 if IS_FULL else 10) * MEBI, [(LIMIT, 2)]),
    "long lines": (b"\n".join([b"z" * 9 * MEBI] * 3 + GOOD[:1]), [(LIMIT, 1), (LIMIT, 2), (LIMIT, 3)]),
}


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends of lines and of files, however they fall into blocks."""
    wrong = []
    for name, (content, expected) in FILES.items():
        path = written(tmp_path, "sources", [content], b"")
        monkeypatch.setattr(engine_lines, "BLOCK", 700 if len(content) < MEBI else 4 * MEBI)
        fast, slow = both(path)
        wrong += [f"{name}: {list(fast)}"] * ([(one.code, one.line) for one in fast] != expected)
        wrong += [f"{name}: {found}" for found in [difference(fast, slow)] if found]

    assert not wrong, "\n".join(wrong)


def test_a_line_cut_off_hides_the_same_in_a_file_of_any_name(tmp_path: Path) -> None:
    """What is referred to may be in that line, or in a part that is not given."""
    (tmp_path / "events").mkdir()
    for name in ("lines.jsonl", "statements.jsonl", "events/lines.jsonl"):
        (tmp_path / name).write_bytes((PUBLISHED / "statements.jsonl").read_bytes() + b'{"id":"person/')
        assert not difference(*both(tmp_path / name)), name


def test_duplicates_are_found_wherever_they_stand(tmp_path: Path) -> None:
    """In other order, and in broken lines."""
    lines = [*reversed(GOOD), GOOD[3], GOOD[7].replace(b'"url":', b'"uri":')]
    path = written(tmp_path, "sources", lines)
    fast, slow = both(path)

    assert [issue.line for issue in fast if issue.code == "duplicate_id"] == [len(GOOD) + 1, len(GOOD) + 2]
    assert not difference(fast, slow)


def test_a_file_of_any_name_is_known_by_its_first_line(tmp_path: Path) -> None:
    """Though it names records of other types, too; a wrong guess would make it many times slower."""
    path = tmp_path / "lines.jsonl"
    for table, model in BY_TABLE.items():
        path.write_bytes((PUBLISHED / f"{table}.jsonl").read_bytes())
        assert engine_lines.LinesFile(path).model(BASE) is model


# Not ru_maxrss, which begins with what the process took that it was forked from.
PEAK = (
    "import sys; from pathlib import Path; from news_dataset.engine import lines; "
    "from news_dataset.validation import validated; lines.BLOCK = 2**20; validated(Path(sys.argv[1]), memory='256MB'); "
    "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
)


def peak(path: Path) -> int:
    """The most memory, in bytes, that a process of its own takes to validate a file, a MiB at a time."""
    return int(subprocess.check_output([sys.executable, "-c", PEAK, path])) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process took at most")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Neither with 40 MB of lines nor with a line of 100 MB: of that no more is kept than shows that it is too long."""
    small, large, long = (tmp_path / f"{name}.jsonl" for name in ("small", "large", "long"))
    lines = b"".join(line.replace(b'"id":"source/', b'"id":"source/@-') + b"\n" for line in GOOD)
    small.write_bytes(lines)
    large.write_bytes(b"".join(lines.replace(b"@", b"%d" % number) for number in range(40 * MEBI // len(lines))))
    with long.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * MEBI)
        file.write(b"\n" + GOOD[0] + b"\n")
    before = peak(small)

    assert peak(long) < before + 30 * MEBI
    assert peak(large) < before + 80 * MEBI  # read at once, they would take 140 MiB


# Spoiled lines.


def good_records(table: str) -> list[dict[str, Any]]:
    """The published records, of an article no more than some mentions, which would take all the time."""
    found = [json.loads(line) for line in (PUBLISHED / f"{table}.jsonl").read_text("utf-8").splitlines()]
    return [one | {"mentions": one["mentions"][:8]} if "mentions" in one else one for one in found]


def numbered(record: dict[str, Any], number: int) -> dict[str, Any]:
    """A record with an id that few others have."""
    kind, slug, *last = record["id"].split("/")
    return record | {"id": f"{kind}/{slug}/{number % 9000:04}" if last else f"{kind}/{slug}-{number}"}


def spoiled(table: str, total: int) -> Iterator[list[bytes]]:
    """Lines of which most are spoiled, a file at a time."""
    good, spoiler, chance = good_records(table), Spoiler(20261126), random.Random(1)
    for start in range(0, total, 400):
        numbers = range(start, min(start + 400, total))
        yield [spoiler.line(numbered(chance.choice(good), chance.choice([number, start]))) for number in numbers]


def test_spoiled_lines(tmp_path: Path) -> None:
    """The same bad lines with the same messages, and the same denominators; none kills the process."""
    wrong, failed = [], 0
    with Child() as child:
        for table in BY_TABLE:
            for number, some in enumerate(spoiled(table, LINES // len(BY_TABLE))):
                found = child.difference(written(tmp_path, table, some, b"\n" * (number % 2)))
                wrong += [f"{table}, file {number}:\n{found}"] * bool(found)
                failed += len(some)

    assert not wrong, f"{len(wrong)} files differ:\n" + "\n".join(wrong[:20])
    assert failed >= LINES - len(BY_TABLE)


# Whole datasets: what records have to do with each other.

Lines = dict[str, list[dict[str, Any]]]


def spoil(lines: Lines, chance: random.Random) -> None:
    """Change what records have to do with each other, in one way."""
    table = chance.choice(["statements", "statements", "events", "assessments", "articles", chance.choice([*BY_TABLE])])
    rows = lines[table]
    if not rows:
        return
    at, way = chance.randrange(len(rows)), chance.randrange(8)
    if way == 0:  # the same id again, here or in front
        rows.insert(chance.choice([0, len(rows)]), copy.deepcopy(rows[at]))
    elif way == 1:  # another record under an id that is there
        rows[at]["id"] = chance.choice(rows).get("id", "")
    elif way == 2:
        del rows[at]
    elif way == 3:
        del rows[at][chance.choice(list(rows[at]))]
    else:
        rows[at] |= other_values(lines, table, chance)


def other_values(lines: Lines, table: str, chance: random.Random) -> dict[str, Any]:
    """Other values of a record, which are right by themselves."""
    parent = chance.choice(lines[table]).get("id", "")
    if table == "statements":
        return chance.choice([{"claim_type": "fact"}, {"claim_type": "evaluation"}, {"parent": parent}])
    if table == "events":
        return chance.choice([{"date": chance.choice(["2025-08-23", "2024"])}, {"parent": parent}])
    if table == "articles":
        return {"text_length": chance.choice([100, 9999]), "status": chance.choice(["draft", "reviewed"])}
    return {"target": chance.choice(lines["statements"]).get("id", "")} if table == "assessments" else {}


def in_memory(paths: Iterable[Path]) -> Report:
    """What is said of files as one dataset, read into memory; one without lines is none."""
    opened = [Collection.open(path) for path in sorted(paths) if path.stat().st_size]
    documents = tuple(document for one in opened for document in one.documents)
    return checked(Collection(Path(), documents, tuple(entry for one in opened for entry in one.entries)))


def test_records_across(tmp_path: Path) -> None:
    """Lines and records in memory, whichever stand twice, are missing, or lie within themselves."""
    wrong, published = [], {name: good_records(name) for name in BY_TABLE}
    for seed in range(ORDERS):
        chance, lines = random.Random(seed), copy.deepcopy(published)
        for _ in range((0, 12, 2, 3, 1)[seed % 5]):
            spoil(lines, chance)
        paths = [
            written(tmp_path, name, [json.dumps(row, ensure_ascii=False).encode() for row in rows], b"\n" * bool(rows))
            for name, rows in lines.items()
        ]
        fast, slow = (_without_hints(one) for one in (validated(tmp_path), in_memory(paths)))
        wrong += [f"seed {seed}:\n{found}" for found in [difference(fast, slow)] if found]

    assert not wrong, "\n".join(wrong)


def _without_hints(report: Report) -> Report:
    """Among several ids as near as each other any may be the hint; and files are counted where they are opened."""
    kept = tuple(one for one in report.tallies if one.code not in checks.OF_FILES)
    return Report(tuple(replace(one, hint="") for one in report.issues), kept)
