"""On a Spark cluster the verdicts are those of one machine: real processes on the loopback interface."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

import news_dataset as nd
from news_dataset import checks, manifest
from news_dataset.atomic import new_folder
from news_dataset.engine import lines, spark
from news_dataset.errors import IntegrityError, InvalidDataError, SetupError, UsageError
from news_dataset.publish import cluster as on_parts
from news_dataset.testing import faults, write_synthetic
from news_dataset.validation import validated
from tests.building import synthetic_lines
from tests.cluster import Cluster, cluster, differences, found, holding, planted, session, wait_for_files
from tests.conftest import ROOT
from tests.test_synthesize import NEED_ALL

STATEMENTS = int(os.environ.get("SPARK_STATEMENTS", "4000"))
"""With all that belongs to them, 36,000 are more than half a million rows: ``make fuzz`` takes those."""

FILES = STATEMENTS * 10 // 36
"""Files of one table: ten thousand beside half a million rows."""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers of one core each."""
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture(scope="module")
def on_cluster(machines: Cluster) -> Iterator[SparkSession]:
    """A session on them."""
    with session(machines) as made:
        yield made


@pytest.fixture(scope="module")
def many_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows with faults of every kind."""
    folder = tmp_path_factory.mktemp("synthetic") / "tables"
    write_synthetic(folder, STATEMENTS, 7, faults=2 * len(faults.faults()) / STATEMENTS)
    return folder


def test_many_rows(many_rows: Path, on_cluster: SparkSession) -> None:
    """Faults of every kind on known rows are found by both, and each says the same of each."""
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in many_rows.glob("*.parquet"))
    report, wrong = differences(many_rows, on_cluster)
    missed, strays, _ = planted(many_rows, report)

    assert rows >= 13 * STATEMENTS
    assert (wrong, strays) == ([], [])
    # Those that are found nowhere are of checks that look away where records are broken.
    assert {mark["code"] for mark in missed} - {one.code for one in report.issues} <= NEED_ALL


def test_faults_across_rows(on_cluster: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are only looked for where no record is broken."""
    across = tuple(fault for fault in faults.faults() if checks.CODES[fault.code].layer != "shape")
    monkeypatch.setattr(faults, "faults", lambda: across)
    write_synthetic(tmp_path / "tables", 3_000, 5, faults=2 * len(across) / 3_000)
    report, wrong = differences(tmp_path / "tables", on_cluster)
    missed, strays, codes = planted(tmp_path / "tables", report)

    assert (missed, strays, wrong) == ([], [], [])
    assert codes > NEED_ALL


def test_a_difference_is_noticed(on_cluster: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: executors that prove what is not proven."""
    write_synthetic(tmp_path / "all", 300, 5, faults=0.3)
    (tmp_path / "tables").mkdir()
    (tmp_path / "all" / "evidence.parquet").rename(tmp_path / "tables" / "evidence.parquet")
    monkeypatch.setattr(spark.SparkStore, "suspect_unproven", lambda self: False)

    assert differences(tmp_path / "tables", on_cluster)[1]


def test_lines_in_several_splits(on_cluster: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line numbers are those of the file, wherever it is divided; a line may be longer than a split."""
    folder = tmp_path / "lines"
    write_synthetic(folder, 2_000, 3, faults=0.05, form="jsonl")
    with (folder / "people.jsonl").open("ab") as file:
        file.write(b'{"id":"person/' + b"x" * 300_000 + b'"}\n{"id": "person/late"}\nnot JSON\n\n{"id":"person/end"')
    monkeypatch.setattr(lines, "BLOCK", 100_000)
    monkeypatch.setattr(spark, "_LEAST", 10)
    report, wrong = differences(folder, on_cluster)

    assert (folder / "statements.jsonl").stat().st_size > 10 * 100_000
    assert wrong == []
    assert {Path(one.path).stem for one in report.issues} >= {"statements", "people", "assessments"}


def test_a_profile_goes_along(on_cluster: SparkSession, tmp_path: Path) -> None:
    """The codes, fields and severities of a dataset are known to the executors."""
    shutil.copytree(ROOT / "examples" / "match-report", tmp_path / "match")
    nd.build(tmp_path / "match").raise_for_errors()
    release = tmp_path / "match" / "data" / "published"
    copied = tmp_path / "spoiled"
    shutil.copytree(release, copied)
    table = pq.read_table(copied / "statements.parquet")
    at = table.schema.get_field_index("x_side")  # whose codes are home, away and neutral
    pq.write_table(table.set_column(at, "x_side", pa.array(["left"] * len(table))), copied / "statements.parquet")
    for folder, is_right in ((release, True), (copied, False)):
        tables = folder.with_name(f"{folder.name}-tables")
        shutil.copytree(folder, tables, ignore=shutil.ignore_patterns("*.json*", "README.md", "views"))
        for part in ("dataset.yaml", "codebooks"):
            place = tmp_path / "match" / "data" / part
            (shutil.copytree if place.is_dir() else shutil.copy)(place, tables / part)
        report, wrong = differences(tables, on_cluster)

        assert (report.ok, wrong) == (is_right, [])


def test_all_on_one_article(on_cluster: SparkSession, tmp_path: Path) -> None:
    """Skew: one key has half of all rows."""
    write_synthetic(tmp_path / "tables", 1_000, 9, faults=0.02)
    path = tmp_path / "tables" / "statements.parquet"
    table = pq.read_table(path)
    articles = table.column("article").to_pylist()
    half = [articles[0] if number % 2 else article for number, article in enumerate(articles)]
    pq.write_table(table.set_column(table.schema.get_field_index("article"), "article", pa.array(half)), path)
    report, wrong = differences(tmp_path / "tables", on_cluster)

    assert wrong == []
    assert Counter(one.code for one in report.issues)["foreign_number"] > 300


def test_very_many_files(on_cluster: SparkSession, tmp_path: Path) -> None:
    """A table of very many files, one of them with no rows and one with no row group."""
    folder = tmp_path / "tables" / "people"
    folder.mkdir(parents=True)
    rows = pq.read_table(ROOT / "data" / "published" / "people.parquet").slice(0, 1)
    at = rows.schema.get_field_index("wikidata")
    rows = rows.set_column(at, rows.schema.field(at), pa.nulls(1, rows.schema.field(at).type))  # else all have the same
    for number in range(FILES):
        some = rows.set_column(0, rows.schema.field(0), pa.array([f"person/{number % (FILES - 1)}"], pa.string()))
        pq.write_table(some.slice(0, 0) if number == 77 else some, folder / f"{number:05}.parquet", compression="none")
    pq.ParquetWriter(folder / "00078.parquet", rows.schema).close()
    report = validated(tmp_path / "tables", session=lambda: on_cluster)  # the same files take one machine as long

    assert [(Path(one.path).name, one.row, one.code) for one in report.issues] == [
        (f"{FILES - 1:05}.parquet", 0, "duplicate_id")
    ]
    assert next(tally.checked for tally in report.tallies if tally.code == "duplicate_id") == FILES - 2


def test_a_column_that_one_file_lacks(on_cluster: SparkSession, tmp_path: Path) -> None:
    """The file is named, and the table left out, as on one machine."""
    folder = tmp_path / "tables"
    write_synthetic(tmp_path / "all", 300, 2)
    (folder / "people").mkdir(parents=True)
    (tmp_path / "all" / "places.parquet").rename(folder / "places.parquet")
    whole = pq.read_table(tmp_path / "all" / "people.parquet")
    pq.write_table(whole.slice(0, 5), folder / "people" / "a.parquet")
    pq.write_table(whole.slice(5).drop_columns(["wikidata"]), folder / "people" / "b.parquet")
    report, wrong = differences(folder, on_cluster)

    assert wrong == []
    assert [(Path(one.path).name, one.code) for one in report.issues] == [("b.parquet", "missing_key")]


def test_a_damaged_file_is_one_error(on_cluster: SparkSession, tmp_path: Path) -> None:
    """It is the error of one machine, though an executor met it."""
    folder = tmp_path / "tables"
    write_synthetic(folder, 300, 2)
    path = folder / "evidence.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(IntegrityError) as here:
        validated(folder)
    with pytest.raises(IntegrityError) as there:
        validated(folder, session=lambda: on_cluster)

    assert str(there.value) == str(here.value)


def test_what_spark_does_not_take(on_cluster: SparkSession, tmp_path: Path) -> None:
    """One sentence each."""
    with pytest.raises(UsageError, match="records in files are checked without it"):
        nd.validate(ROOT / "examples" / "second-article" / "data" / "curated", engine="spark", session=on_cluster)
    with pytest.raises(UsageError, match="for the engine spark"):
        nd.validate(ROOT / "data" / "published", session=on_cluster)
    with pytest.raises(UsageError, match="Spark Connect will not do"):
        nd.validate(ROOT / "data" / "published", engine="spark", session=object())  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no engine 'sparc'; did you mean spark"):
        nd.validate(ROOT / "data" / "published", engine="sparc")  # type: ignore[arg-type]


def test_executors_of_another_version(on_cluster: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says which has which."""
    monkeypatch.setattr(spark, "own_version", lambda: "9.9.9")
    with pytest.raises(SetupError, match=r"the executors have news_dataset .*, and this process has 9\.9\.9"):
        nd.validate(ROOT / "data" / "published", engine="spark", session=on_cluster)


# Building.


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lines of records that are in order, and what describes them."""
    return synthetic_lines(tmp_path_factory.mktemp("records") / "lines")


def test_a_release_by_a_cluster(
    on_cluster: SparkSession, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the content hashes of one that is built here, in several files; and every loader reads it."""
    monkeypatch.setattr(on_parts, "PART_ROWS", 2_000)
    here, there = tmp_path / "here", tmp_path / "there"
    nd.build(records, output=here).raise_for_errors()
    nd.build(records, output=there, engine="spark", session=on_cluster).raise_for_errors()
    mine, theirs = manifest.read(here), manifest.read(there)

    assert (theirs.tables, theirs.views) == (mine.tables, mine.views)
    assert len(theirs.files_of("evidence")) > 1
    assert len(theirs.files_of("statements", ".jsonl")) == len(theirs.files_of("statements"))
    assert nd.verify(there).ok
    assert nd.Dataset.open(there).load("evidence").equals(nd.Dataset.open(here).load("evidence"))
    first = [next(nd.Dataset.open(one).iter_records("statements")) for one in (here, there)]
    assert first[0] == first[1]
    lines = [b"".join((one / name).read_bytes() for name in made.files_of("statements", ".jsonl"))
             for one, made in ((here, mine), (there, theirs))]  # fmt: skip
    assert lines[0] == lines[1]


def test_only_what_is_in_order_is_committed(on_cluster: SparkSession, records: Path, tmp_path: Path) -> None:
    """The release that is there stays, and nothing else is left."""
    out, spoiled = tmp_path / "out", tmp_path / "spoiled"
    nd.build(records, output=out).raise_for_errors()
    before = manifest.read(out)
    shutil.copytree(records, spoiled)
    with (spoiled / "people.jsonl").open("ab") as file:
        file.write(b'{"id":"person/nobody"}\n')
    with pytest.raises(InvalidDataError, match="missing_key"):
        nd.build(spoiled, output=out, engine="spark", session=on_cluster)

    assert manifest.read(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_two_builders_of_one_release(on_cluster: SparkSession, records: Path, tmp_path: Path) -> None:
    """The second is refused while the first is writing."""
    out = tmp_path / "out"
    with new_folder(out, ()), pytest.raises(SetupError, match="another build is replacing"):
        nd.build(records, output=out, engine="spark", session=on_cluster)


# Last, since one worker is left.


def test_a_worker_dies(
    machines: Cluster, on_cluster: SparkSession, many_rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker and its executor are killed while rows are proven: the verdict stays what it is."""
    monkeypatch.setattr(spark, "_LEAST", 1)
    monkeypatch.setattr(spark, "prove_rows", holding(tmp_path, 5))
    context: Any = on_cluster.sparkContext
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(validated, many_rows, session=lambda: on_cluster)
        wait_for_files(tmp_path, "done-*", 5)
        assert not running.done()
        victims = [*machines.executors(0), machines.workers[0].pid]
        assert len(victims) == 2
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        (tmp_path / "killed").touch()
        there = running.result(300)
    here = validated(many_rows)

    assert len(list(tmp_path.glob("done-*"))) > 6  # the five, the one of the other worker, and what was left to do
    assert found(there) == found(here)
    assert [one for pair in zip(there.tallies, here.tallies, strict=True) if pair[0] != pair[1] for one in pair] == []
    assert machines.workers[0].wait(10) == -signal.SIGKILL
    assert context._jsc.sc().getExecutorMemoryStatus().size() - 1 == 1  # beside the driver
