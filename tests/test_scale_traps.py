"""Lines on which readers are known to trip, in files of any size, in bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from news_dataset import checks
from news_dataset.collection import Collection
from news_dataset.issues import Report
from news_dataset.scale.lined import LinesFile, validate_lines
from tests.conftest import ROOT

GOOD = (ROOT / "data" / "published" / "sources.jsonl").read_bytes().splitlines()
MEBI = 2**20

TRAPS: dict[str, tuple[bytes, list[tuple[str, int]]]] = {
    "crlf": (b"\r\n".join(GOOD) + b"\r\n", []),
    "no end": (b"\n".join(GOOD), []),
    "nothing": (b"", []),
    "empty lines": (GOOD[0] + b"\n\n" + GOOD[1] + b"\n \n", [("bad_syntax", 2), ("bad_syntax", 4)]),
    "null": (GOOD[0] + b"\nnull\n" + GOOD[1], [("not_a_record", 2)]),
    "truncated": (GOOD[0] + b"\n" + GOOD[1][:-9], [("bad_syntax", 2)]),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD[0], [("bad_encoding", 1)]),
    "other encoding": (GOOD[0] + b"\n" + GOOD[1].replace(b"source/", b"source\xff"), [("bad_encoding", 2)]),
    "a line of 3 MB": (GOOD[0] + b"\n" + b'{"id":"' + b"x" * 3 * MEBI + b'"}\n' + GOOD[1], [("over_limit", 2)]),
    "only a long line": (b"x" * 9 * MEBI, [("over_limit", 1)]),
    "a long line at the end": (GOOD[0] + b"\n" + b"y" * 20 * MEBI, [("over_limit", 2)]),
    "long lines": (
        b"\n".join([b"z" * 9 * MEBI] * 3 + GOOD[:1]),
        [("over_limit", 1), ("over_limit", 2), ("over_limit", 3)],
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap(trap: str, tmp_path: Path) -> None:
    """The same lines are at fault, in the same words, as where the whole file is read at once."""
    content, wanted = TRAPS[trap]
    path = tmp_path / "sources.jsonl"
    path.write_bytes(content)
    fast = validate_lines([LinesFile(path)], is_whole=False)

    assert [(issue.code, issue.line) for issue in fast] == wanted
    if content:
        assert fast.issues == checks.run(Collection.open(path)).issues


def test_a_line_of_100_mb_takes_no_more_memory_than_others(tmp_path: Path) -> None:
    """Of a line that is too long no more is kept than is needed to say so."""
    path = tmp_path / "sources.jsonl"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * MEBI)
        file.write(b"\n" + GOOD[0] + b"\n")
    small = tmp_path / "small.jsonl"
    small.write_bytes(GOOD[0])

    assert peak(path) < peak(small) + 60 * MEBI


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """A file of 120 MB is looked at in less than it has bytes."""
    path, small = tmp_path / "sources.jsonl", tmp_path / "small.jsonl"
    lines = b"".join(line.replace(b'"id":"source/', b'"id":"source/%d-') + b"\n" for line in GOOD)
    with path.open("wb") as file:
        for number in range(120 * MEBI // len(lines)):
            file.write(lines.replace(b"%d", b"%d" % number))
    small.write_bytes(path.read_bytes()[: len(lines)])

    assert peak(path) < peak(small) + 150 * MEBI


def peak(path: Path) -> int:
    """The most memory, in bytes, that a process of its own takes to validate a file."""
    code = (
        "import sys, resource; from pathlib import Path; "
        "from news_dataset.scale.lined import LinesFile, validate_lines; "
        "validate_lines([LinesFile(Path(sys.argv[1]))], is_whole=False); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024


def test_duplicates_are_found_wherever_they_stand(tmp_path: Path) -> None:
    """In other blocks, in other order, and in broken lines."""
    path = tmp_path / "sources.jsonl"
    path.write_bytes(b"\n".join([*reversed(GOOD), GOOD[3], GOOD[7].replace(b'"url":', b'"uri":')]))
    report: Report = validate_lines([LinesFile(path)], is_whole=False)

    assert [(issue.code, issue.line) for issue in report if issue.code == "duplicate_id"] == [
        ("duplicate_id", len(GOOD) + 1), ("duplicate_id", len(GOOD) + 2),
    ]  # fmt: skip
    assert report == checks.run(Collection.open(path))
