"""Little memory, a full disk, few open files, an interruption; and time that grows with the data alone."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from news_dataset.checks import QUERIES
from news_dataset.checks.query import Query
from news_dataset.collection import Collection
from news_dataset.engine.database import connected
from news_dataset.engine.rulebook import RuleBook
from news_dataset.issues import Issue, Report
from news_dataset.testing import write_synthetic
from news_dataset.validation import checked, validated
from tests.conftest import IS_FULL, ROOT
from tests.interrupted import interrupted

PUBLISHED = ROOT / "data" / "published"
COMMAND = """
import resource, sys
if int(sys.argv[1]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
if int(sys.argv[2]):
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]),) * 2)
from news_dataset.cli import main
sys.exit(main(sys.argv[3:]))
"""
LARGEST = 10**6
PARTS, FILES = (1_000, 256) if IS_FULL else (60, 40)
SHARE = 1 if IS_FULL else 2
"""What is made to grow begins at so small a part of its full size."""


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records that need more memory than they are given."""
    folder = tmp_path_factory.mktemp("synthetic")
    write_synthetic(folder, 20_000 if IS_FULL else 14_000, 1, form="jsonl")
    return folder


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A folder for temporary files alone."""
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def command(temporary: Path, *words: object, size: int = 0, files: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command with a limit on the size of its files, or on how many are open."""
    found = [sys.executable, "-c", COMMAND, str(size), str(files), *map(str, words)]
    environment = os.environ | {"TMPDIR": str(temporary)}
    return subprocess.run(found, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


def test_a_disk_that_is_full(synthetic: Path, temporary: Path) -> None:
    """Exit 5, one line, nothing left behind; with room for what does not fit into memory it passes."""
    for words in (["validate", synthetic], ["build", synthetic, "--output", temporary / "out"]):
        full = command(temporary, *words, "--memory", "85MB", size=LARGEST)

        assert (full.returncode, full.stderr.count("\n")) == (5, 1), full.stderr
        assert "Traceback" not in full.stderr
        assert os.listdir(temporary) == []
    assert command(temporary, "validate", synthetic, "--memory", "85MB").returncode == 0
    assert os.listdir(temporary) == []


def test_a_release_that_does_not_fit_the_disk(dataset: Path, temporary: Path) -> None:
    """The one before stays as it was."""
    out = dataset / "data" / "published"
    assert command(temporary, "build", dataset).returncode == 0
    before = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    full = command(temporary, "build", dataset, size=20_000)

    assert (full.returncode, full.stderr.count("\n")) == (5, 1), full.stderr
    assert {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []
    assert os.listdir(temporary) == []


def test_more_files_than_may_be_open(tmp_path: Path, temporary: Path) -> None:
    """Parts of a table, or of lines, many more than files may be open."""
    lines = (PUBLISHED / "people.jsonl").read_bytes().splitlines()
    for form in ("tables", "lines"):
        (tmp_path / form / "people").mkdir(parents=True)
    rows = pq.read_table(PUBLISHED / "people.parquet").slice(0, 1)
    for number in range(PARTS):
        line = lines[0].replace(b'"id":"person/', b'"id":"person/%d-' % number)
        (tmp_path / "lines" / "people" / f"{number}.jsonl").write_bytes(line + b"\n")
        row = rows.set_column(0, rows.schema.field(0), [[f"person/{number}"]])
        pq.write_table(row, tmp_path / "tables" / "people" / f"{number}.parquet")
    for form in ("tables", "lines"):
        found = command(temporary, "validate", tmp_path / form, files=FILES)

        assert found.returncode == 0, found.stdout + found.stderr
        units = int(
            re.findall(r"^shape +checked +([0-9]+)", found.stdout, re.MULTILINE)[0]
        )  # of the first layer, so many of each person
        assert units >= PARTS, found.stdout
        assert units % PARTS == 0, found.stdout


def test_an_interruption_leaves_nothing_behind(synthetic: Path, temporary: Path) -> None:
    """Exit 130, one line; whenever it comes."""
    out = temporary / "out"
    # They need three times as much CPU time at least.
    for spent, words in ((0.001, ["validate"]), (0.4, ["validate"]), (0.3, ["build", "--output", out])):
        done = interrupted(spent, *words, synthetic, env=os.environ | {"TMPDIR": str(temporary)})

        assert (done.returncode, done.stderr.count("\n")) == (130, 1), done.stderr
        assert os.listdir(temporary) == []


def test_an_interruption_that_reaches_duckdb_is_one() -> None:
    """DuckDB turns it into an error of its own; other errors stay what they are."""
    with pytest.raises(KeyboardInterrupt), connected():
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="boom"), connected():
        raise RuntimeError("boom")


# Ladders: twice as much takes at most two and a half times as long.

RATIO, LEAST = 2.5, 0.02


def cpu(call: Callable[[], object]) -> float:
    """Return the CPU time of a call."""
    gc.disable()
    started = time.process_time()
    call()
    gc.enable()
    return time.process_time() - started


def steep(name: str, times: list[float]) -> Iterator[str]:
    """Say where time grows faster than the data; what is too short to be measured counts as ``LEAST``."""
    for before, after in pairwise(times):
        if after > RATIO * max(before, LEAST):
            yield f"{name}: {', '.join(f'{one:.3f}' for one in times)} s"


def chain(folder: Path, count: int) -> Path:
    """Events of which each lies within the next."""
    path = folder / f"{count}" / "events" / "part.jsonl"
    path.parent.mkdir(parents=True)
    with path.open("w") as file:
        for at in range(count):
            parent = {"parent": f"event/e{at + 1}"} if at + 1 < count else {}
            file.write(json.dumps({"id": f"event/e{at}", "title": "E", "type": "CONSULT", **parent}) + "\n")
    return path.parents[1]


def in_yaml(folder: Path, count: int) -> Path:
    """People, many in a file."""
    home = folder / f"{count}" / "people"
    home.mkdir(parents=True)
    for start in range(0, count, 100):
        some = [{"id": f"person/p{at}", "name": f"P {at}"} for at in range(start, start + 100)]
        (home / f"{start}.yaml").write_text(yaml.safe_dump(some), "utf-8")
    return home.parent


def test_checks_take_time_as_the_data_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query, over lines and over tables in which each finds units, and many of them faults."""
    spent: dict[str, list[float]] = defaultdict(list)
    run = RuleBook.run

    def watched(book: RuleBook, query: Query) -> None:
        spent[f"{query.name} {query.needs}"].append(cpu(lambda: run(book, query)))

    monkeypatch.setattr(RuleBook, "run", watched)
    # A hint costs more than the query, whether there is one depends on the faults, and how many there are is bounded.
    monkeypatch.setattr(RuleBook, "nearest", lambda *_: "")
    reports: list[Report] = []

    def record(folder: Path) -> None:
        reports.append(validated(folder))

    for form in ("jsonl", "parquet"):
        spent.clear()
        for n in (2_000, 4_000, 8_000):
            folder = tmp_path / form / f"{n}"
            write_synthetic(folder, n // SHARE, 2, faults=0.02, form="jsonl" if form == "jsonl" else "parquet")
            spent[form].append(cpu(partial(record, folder)))
        wrong = [said for name, times in spent.items() for said in steep(name, times)]

        assert not wrong, "\n".join(wrong)
        wanted = [query for query in QUERIES if form == "parquet" or not query.is_of_tables]
        assert set(spent) >= {f"{query.name} {query.needs}" for query in wanted}
    looked_at = {one.code for one in reports[-1].tallies if one.checked}
    assert len(looked_at & {query.name for query in QUERIES}) > len(QUERIES) / 2


def test_readers_and_chains_take_time_as_the_data_grows(tmp_path: Path) -> None:
    """Records in YAML; events within events, which every statement of a chain must not walk again."""
    cases: dict[str, tuple[Callable[[Path, int], Path], Callable[[Path], Any], tuple[int, ...]]] = {
        "YAML": (in_yaml, lambda path: checked(Collection.open(path)), (400, 800, 1_600)),
        "chain": (chain, validated, (5_000, 10_000, 20_000)),
    }
    wrong: list[str] = []
    for name, (write, read, sizes) in cases.items():
        folders = [write(tmp_path / name, size // SHARE) for size in sizes]
        wrong += steep(name, [min(cpu(partial(read, folder)) for _ in range(2)) for folder in folders])

    assert not wrong, "\n".join(wrong)


def test_what_is_steep_is_noticed() -> None:
    """Negative control."""
    assert not list(steep("linear", [0.1, 0.2, 0.4]))
    assert list(steep("square", [0.1, 0.4, 1.6]))


EMPTY_LINES = """
import sys
from pathlib import Path
from news_dataset.engine import columnar, database, duckdb
from news_dataset.profile import BASE

columnar.PIECE = int(sys.argv[2])
with database.connected("256MB", 1) as connection:
    store = duckdb.DuckDBStore(connection, BASE)
    columnar.load_lines(b"\\n" * int(sys.argv[1]), 0, BASE.by_table["people"], store)
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process took at most")
def test_a_block_of_empty_lines_takes_little_memory() -> None:
    """Its offsets are kept for one piece at a time; negative control: as a single piece it takes far more."""

    def taken(lines: int, piece: int) -> int:
        return int(subprocess.check_output([sys.executable, "-c", EMPTY_LINES, str(lines), str(piece)])) // 1024

    least = taken(1, 2**20)

    assert taken(2**24, 2**20) < least + 250
    assert taken(2**24, 2**30) > least + 500


def test_no_more_issues_are_worded_than_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are counted; looking up their rows would cost more than finding them."""
    path, worded = tmp_path / "people.jsonl", list[int]()
    path.write_text('{"id":"person/a-b","name":"A"}\n' * 30)
    monkeypatch.setattr("news_dataset.engine.source.KEPT", 5)
    issues = RuleBook._issues

    def counted(book: RuleBook, query: Query, units: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
        worded.append(len(units))
        return issues(book, query, units)

    monkeypatch.setattr(RuleBook, "_issues", counted)
    report = validated(path)

    assert (len(report.issues), report.left_out, sum(worded)) == (5, 24, 5)
