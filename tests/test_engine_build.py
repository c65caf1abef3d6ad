"""JSON Lines of any size into tables: the same as the small build, in any order, whole or not at all."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from news_dataset import manifest, publish, validate
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.engine import lines as engine_lines
from news_dataset.errors import InvalidDataError, SetupError, UsageError
from news_dataset.issues import Report
from news_dataset.records import BY_TABLE
from news_dataset.tabular import arrow_schema, content_hash, flatten, tables
from news_dataset.testing import write_synthetic
from tests.building import build, build_lines
from tests.conftest import IS_FULL, ROOT

PUBLISHED = ROOT / "data" / "published"


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records that were made up, as lines."""
    folder = tmp_path_factory.mktemp("synthetic")
    write_synthetic(folder, 400 if IS_FULL else 200, 5, form="jsonl")
    return folder


def hashes(folder: Path) -> dict[str, str]:
    return {path.stem: content_hash(pq.read_table(path).to_pylist()) for path in folder.glob("*.parquet")}


@cache
def by_models(folder: Path) -> dict[str, str]:
    """The hashes of what pydantic and ``flatten`` make of the lines."""
    records = [record for name in BY_TABLE for record in Collection.open(folder / f"{name}.jsonl").records()]
    return {name: content_hash(rows) for name, rows in flatten(records).items()}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names_beside(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir() if path.name.startswith("."))


def test_the_release_is_that_of_the_small_build(lines: Path, tmp_path: Path) -> None:
    """The same content of every table, the same JSON Lines to the byte, and ``verify`` accepts it."""
    build_lines(lines, tmp_path / "out")
    wanted, found = manifest.read(PUBLISHED), publish.verify(tmp_path / "out")

    assert (found.tables, found.dataset) == (wanted.tables, wanted.dataset)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in wanted.files if name.endswith(".jsonl")} == {
        path.name: path.read_bytes() for path in PUBLISHED.glob("*.jsonl")
    }


def test_tables_are_those_of_the_models(synthetic: Path, tmp_path: Path) -> None:
    """Every table has the columns of its schema and the rows that the models give."""
    out = tmp_path / "out"
    build_lines(synthetic, out)

    assert not (out / manifest.NAME).exists()
    assert hashes(out) == by_models(synthetic)
    for name, table in tables().items():
        with pq.ParquetFile(out / f"{name}.parquet") as file:
            assert file.schema_arrow.equals(arrow_schema(table, {"schema_version": "1.2"}), check_metadata=True)
    assert validate(out).ok


def shuffled(source: Path, folder: Path, seed: int) -> Path:
    """The same records in another order, in up to five files of every type."""
    chance = random.Random(seed)
    for name in BY_TABLE:
        found = (source / f"{name}.jsonl").read_bytes().splitlines(keepends=True)
        chance.shuffle(found)
        found[0] = json.dumps(dict(reversed(json.loads(found[0]).items()))).encode() + b"\n"
        (folder / name).mkdir(parents=True)
        for part in range(chance.randint(1, 5)):
            (folder / name / f"{part}.jsonl").write_bytes(b"".join(found[part::5]))
        (folder / name / "rest.jsonl").write_bytes(b"".join(b"".join(found[p::5]) for p in range(part + 1, 5)))
    return folder


def test_neither_order_nor_files_nor_groups_matter(
    synthetic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small blocks, small row groups, and lines in another form, which are judged one by one."""
    expected = by_models(synthetic)
    for seed in range(2):
        monkeypatch.setattr(engine_lines, "BLOCK", 1 << 15)
        monkeypatch.setattr("news_dataset.publish.tables.ROW_GROUP_ROWS", 97 + seed)
        build_lines(shuffled(synthetic, tmp_path / f"lines{seed}", seed), tmp_path / f"out{seed}")

        assert hashes(tmp_path / f"out{seed}") == expected
        assert names_beside(tmp_path / f"out{seed}") == []


def test_row_groups_and_codes(tmp_path: Path, synthetic: Path) -> None:
    """Zstandard, checksums, and codes as dictionaries."""
    build_lines(synthetic, tmp_path / "out")
    with pq.ParquetFile(tmp_path / "out" / "statements.parquet") as file:
        group = file.metadata.row_group(0)
        of = {group.column(at).path_in_schema: group.column(at) for at in range(group.num_columns)}

    assert {one.compression for one in of.values()} == {"ZSTD"}
    assert of["kind"].has_dictionary_page


@pytest.mark.parametrize("before", ["nothing", "a release"])
def test_an_error_leaves_the_place_as_it_was(
    lines: Path, tmp_path: Path, before: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same messages as of ``validate``, exit code 1, and not a file more or less."""
    out = tmp_path / "out"
    if before == "a release":
        shutil.copytree(PUBLISHED, out)
    held = files(out) if out.exists() else None
    path = lines / "statements.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"polarity":"positive"', b'"polarity":"rosy"', 2))

    assert main(["validate", str(lines)]) == 1
    said = [line for line in capsys.readouterr().out.splitlines() if "rosy" in line]
    assert main(["build", str(lines), "-o", str(out)]) == 1
    told = capsys.readouterr()
    assert [line for line in told.out.splitlines() if "rosy" in line] == said
    assert len(said) == 2
    assert "nothing was written" in told.err
    assert (files(out) if out.exists() else None) == held
    assert names_beside(out) == []


def test_errors_across_tables_count_too(lines: Path, tmp_path: Path) -> None:
    """A reference to nothing, an id that is there twice in lines far apart."""
    people = lines / "people.jsonl"
    first = people.read_bytes().splitlines(keepends=True)
    people.write_bytes(b"".join([*first[1:], first[1]]))
    with pytest.raises(InvalidDataError) as caught:
        build_lines(lines, tmp_path / "out")

    assert isinstance(caught.value.report, Report)
    assert {"dangling_reference", "duplicate_id"} <= {issue.code for issue in caught.value.report.issues}
    assert not (tmp_path / "out").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from news_dataset import atomic
from news_dataset.publish import building
from tests.building import build_lines

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

where = {"begun": (building, "write_table"), "written": (building, "descriptor_files"), "described": (atomic, "_swap")}
setattr(*where[sys.argv[3]], die)
build_lines(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_who_is_killed_leaves_the_place_as_it_was(lines: Path, tmp_path: Path) -> None:
    """And the next build clears away what is left."""
    out = tmp_path / "out"
    shutil.copytree(PUBLISHED, out)
    before = files(out)
    for where in ("begun", "written", "described"):
        found = subprocess.run([sys.executable, "-c", KILLED, lines, out, where], capture_output=True, cwd=ROOT)

        assert found.returncode == -signal.SIGKILL
        assert files(out) == before
        assert names_beside(out) != []
    (lines / "people.jsonl").write_bytes((lines / "people.jsonl").read_bytes().replace(b"Donald J", b"Don J"))
    build_lines(lines, out)
    assert files(out) != before
    assert names_beside(out) == []


def test_what_others_made_is_not_replaced(lines: Path, synthetic: Path, tmp_path: Path) -> None:
    """Neither by a release nor by tables, and tables do not even replace tables."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    for folder in (lines, synthetic):
        with pytest.raises(SetupError, match="not ours to replace"):
            build_lines(folder, out)
    assert files(out) == {"thesis.txt": b"years of work"}
    build_lines(synthetic, tmp_path / "tables")
    with pytest.raises(SetupError, match="not ours to replace"):
        build_lines(synthetic, tmp_path / "tables")
    with pytest.raises(SetupError, match="among the records"):
        build_lines(shuffled(synthetic, tmp_path / "more", 1), tmp_path / "more" / "people" / "out")
    with pytest.raises(SetupError, match="lies in the release"):
        build_lines(synthetic, shutil.copytree(PUBLISHED, tmp_path / "release") / "out")


def test_a_part_of_a_dataset(synthetic: Path, tmp_path: Path) -> None:
    """Only the tables of the types that are there; references are not followed, and the report says so."""
    part = tmp_path / "part"
    part.mkdir()
    shutil.copy(synthetic / "statements.jsonl", part)
    report = build_lines(part, tmp_path / "out")
    skipped = next(tally for tally in report.tallies if tally.code == "dangling_reference").skipped

    assert sum(skipped.values()) > 0
    assert (tmp_path / "out" / "statements.parquet").exists()
    assert not (tmp_path / "out" / "people.parquet").exists()
    assert validate(tmp_path / "out").ok


def test_divided_tables(synthetic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder for each value, which stays in the files; nothing is lost, and ``validate`` reads them."""
    out = tmp_path / "out"
    divided = ["--partition-by", "articles.language", "--partition-by", "places.country"]

    assert main(["build", str(synthetic), "-o", str(out), *divided]) == 0
    assert "no release" in capsys.readouterr().out
    folders = {path.name for path in (out / "articles").iterdir()}
    articles = pq.ParquetFile(next((out / "articles" / "language=de").iterdir())).read()
    assert "language=de" in folders
    assert set(articles["language"].to_pylist()) == {"de"}
    assert (out / "places" / "country=__HIVE_DEFAULT_PARTITION__").is_dir()
    assert not (out / "articles.parquet").exists()
    rows = [row for path in (out / "articles").rglob("*.parquet") for row in pq.ParquetFile(path).read().to_pylist()]
    assert content_hash(sorted(rows, key=lambda row: str(row["id"]))) == by_models(synthetic)["articles"]
    assert validate(out).ok


def test_wrong_usage(lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One clear line, exit code 2, and nothing is written."""
    out = str(tmp_path / "out")
    for words, said in [
        ([], "say where the tables go"),
        (["-o", out, "--check"], "--check"),
        (["-o", out, "--partition-by", "articles.langage"], "did you mean language"),
        (["-o", out, "--partition-by", "language"], "name table and column"),
        (["-o", out, "--partition-by", "places.country", "--partition-by", "places.name"], "name each table once"),
        (["-o", out, "--check", "--partition-by", "places.country"], "leave out --partition-by"),
    ]:
        assert main(["build", str(lines), *words]) == 2
        assert said in capsys.readouterr().err
    assert not Path(out).exists()


def test_what_cannot_divide_a_table(synthetic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written."""
    for column, most, longest, said in [
        ("records.id", 99, 200, "more than 99 values"), ("sources.url", 9_999, 20, "too long for the name"),
    ]:  # fmt: skip
        monkeypatch.setattr("news_dataset.publish.tables.MAX_PARTITIONS", most)
        monkeypatch.setattr("news_dataset.publish.tables._MAX_FOLDER_NAME", longest)
        with pytest.raises(UsageError, match=said):
            build_lines(synthetic, tmp_path / "out", partition_by=[column])
        assert not (tmp_path / "out").exists()


def test_the_bytes_of_the_bundled_release(dataset: Path, tmp_path: Path) -> None:
    """Are those that are committed, and the same out of records in files."""
    build(dataset, tmp_path / "out")
    names = [*(f"{name}.jsonl" for name in BY_TABLE), *(f"{name}.parquet" for name in tables()), manifest.NAME]

    assert [name for name in names if (tmp_path / "out" / name).read_bytes() != (PUBLISHED / name).read_bytes()] == []
