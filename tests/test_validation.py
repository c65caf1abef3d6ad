"""What is validated, and which way: folders of tables and lines, single files, and what is mistaken for them."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import validation
from news_dataset.cli import main
from tests.conftest import ROOT

PUBLISHED = ROOT / "data" / "published"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The published tables without what makes them a release."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for path in PUBLISHED.glob("*.parquet"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """The published lines without what makes them a release."""
    folder = tmp_path / "lines"
    folder.mkdir()
    for path in PUBLISHED.glob("*.jsonl"):
        shutil.copy(path, folder)
    return folder


def test_tables_and_lines_and_the_release_they_come_from(tables: Path, lines: Path) -> None:
    """All are in order, and nothing of what their references lead to is left out."""
    for folder in (tables, lines, PUBLISHED):
        report = nd.validate(folder)
        assert report.ok
        assert not report.issues
        assert next(one for one in report.tallies if one.code == "dangling_reference").checked > 500


def test_a_large_release_is_read_from_its_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And says whether its files were hashed."""
    monkeypatch.setattr(validation, "SMALL", 1000)
    release = shutil.copytree(PUBLISHED, tmp_path / "release")
    said = nd.validate(release).counts(), nd.validate(release, hashed=True)

    assert said[0]["skipped"] == said[1].counts()["skipped"] + 1
    assert said[1].ok
    (release / "people.jsonl").write_bytes(b" " * (release / "people.jsonl").stat().st_size)
    assert nd.validate(release).ok, "the lines of a large release are not read"
    assert [issue.code for issue in nd.validate(release, hashed=True)] == ["altered_release"]


def test_a_file_named_after_no_table_is_named(tables: Path, lines: Path) -> None:
    """It is not passed over in silence."""
    (tables / "people.parquet").rename(tables / "persons.parquet")
    (lines / "places.jsonl").rename(lines / "place.jsonl")
    for folder, name in ((tables, "persons.parquet"), (lines, "place.jsonl")):
        assert (str(folder / name), "misplaced_file", "warning") in {
            (issue.path, issue.code, issue.severity) for issue in nd.validate(folder)
        }


@pytest.mark.parametrize(
    "name", ["STATEMENTS.JSONL", "statements.jsonl.gz", "statements.ndjson", "statements/part-1.jsonl.zst", "a.parquet"]
)
def test_lines_that_are_not_read_are_named(lines: Path, name: str) -> None:
    """Those of another spelling too, and those that are packed."""
    place = lines / name
    place.parent.mkdir(exist_ok=True)
    (lines / "statements.jsonl").rename(place)

    assert (str(place), "misplaced_file") in {(issue.path, issue.code) for issue in nd.validate(lines)}


def test_what_spark_leaves_behind_is_no_data(lines: Path) -> None:
    (lines / "statements").mkdir()
    (lines / "statements.jsonl").rename(lines / "statements" / "part-0.jsonl")
    for name in ("_SUCCESS", ".part-0.jsonl.crc", "_part.jsonl", "notes.txt"):
        (lines / "statements" / name).touch()

    assert not nd.validate(lines).issues


def test_a_damaged_byte_is_noticed(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pages have checksums, and they are looked at."""
    path = tables / "statements.parquet"
    data = bytearray(path.read_bytes())
    for place in range(100, len(data) // 2, 997):
        spoiled = bytearray(data)
        spoiled[place] ^= 0xFF
        path.write_bytes(spoiled)
        if not is_damaged(path):  # a byte of a header that says the same
            continue
        assert main(["validate", str(tables)]) in (1, 4), place
        captured = capsys.readouterr()
        assert "statements.parquet" in captured.out + captured.err


def is_damaged(path: Path) -> bool:
    """Whether Arrow itself notices."""
    try:
        pq.ParquetFile(path, page_checksum_verification=True).read(use_threads=False)
    except (pa.ArrowException, OSError):
        return True
    return False


@pytest.mark.parametrize("name", ["statements.parquet", "other.parquet"])
def test_what_is_no_parquet_file(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names it, whatever it is called."""
    (tmp_path / name).write_bytes(b"junk")

    assert main(["validate", str(tmp_path / name)]) in (1, 4)
    captured = capsys.readouterr()
    assert f"{name}" in captured.out + captured.err
    assert "not a Parquet file" in captured.out + captured.err


def test_a_parquet_file_that_does_not_say_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is asked for its name."""
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "other.parquet")

    assert main(["validate", str(tmp_path / "other.parquet")]) == 2
    assert "does not say which table it holds" in capsys.readouterr().err


def test_issues_are_kept_as_a_table(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One row an issue, as it is printed; an earlier one is replaced, and nothing else is."""
    rows = pl.read_parquet(tables / "people.parquet")
    rows.with_columns(country=pl.lit("Korea")).write_parquet(tables / "people.parquet")
    out = tmp_path / "issues.parquet"
    for _ in range(2):
        assert main(["validate", str(tables), "--issues", str(out)]) == 1
    found = pl.read_parquet(out).filter(pl.col("code") != "broken_table")  # which says that entities differ

    assert found["code"].to_list() == ["bad_form"] * len(rows)
    assert found["row"].to_list() == list(range(len(rows)))
    assert found["record"].to_list() == rows["id"].to_list()
    assert "people.parquet:row 0: bad_form country 'Korea'" in capsys.readouterr().out
    for other in (tables / "people.parquet", tmp_path / "notes.csv", tmp_path):
        before = other.read_bytes() if other.is_file() else b""
        assert main(["validate", str(tables), "--issues", str(other)]) == 5
        assert not other.is_file() or other.read_bytes() == before


def test_texts_are_not_compared_with_tables(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the message says what to do."""
    (tmp_path / "text.txt").write_text("words")

    assert main(["validate", str(tables), "--text", str(tmp_path / "text.txt")]) == 2
    assert "build the release first" in capsys.readouterr().err
