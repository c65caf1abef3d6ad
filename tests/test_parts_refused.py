"""A release whose tables are in several files: what its manifest does not vouch for is refused by its name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest, validation
from news_dataset.cli import main
from news_dataset.errors import IntegrityError, UnsafeInputError
from news_dataset.publish import release as releases
from tests.conftest import ROOT
from tests.in_parts import PIECES, vouched, written

PUBLISHED = ROOT / "data" / "published"
LAST = f"statements/part-{PIECES - 1:05}"


def flipped(release: Path, ending: str) -> None:
    path = release / f"{LAST}{ending}"
    data = path.read_bytes()
    path.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])


def swapped(release: Path, ending: str) -> None:
    one, other = release / f"{LAST}{ending}", release / f"statements/part-00000{ending}"
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)


def linked(release: Path, ending: str) -> None:
    path = release / f"{LAST}{ending}"
    path.rename(release.parent / "elsewhere")
    path.symlink_to(release.parent / "elsewhere")


def behind_a_link(release: Path, ending: str) -> None:
    (release / "statements").rename(release.parent / "elsewhere")
    (release / "statements").symlink_to(release.parent / "elsewhere")


def missing(release: Path, ending: str) -> None:
    (release / f"{LAST}{ending}").unlink()


CALLS: list[Callable[[nd.Dataset], Any]] = [
    lambda ds: ds.load("statements"),
    lambda ds: ds.load("statements", columns=["id"], filters=[("kind", "=", "direct")]),
    lambda ds: ds.load_all(),
    lambda ds: ds.scan("statements", hashed=True),
    lambda ds: ds.iter_batches("statements", hashed=True),
    lambda ds: ds.sql("select count(*) from statements"),
]
OF_LINES: list[Callable[[nd.Dataset], Any]] = [
    lambda ds: list(ds.iter_records("statements")),
    lambda ds: ds.get("statement/lee-ishiba-tokyo/56"),
]


@pytest.mark.parametrize("ending", [".parquet", ".jsonl"])
@pytest.mark.parametrize(
    ("damage", "named", "said", "lines", "code"),
    [
        (flipped, LAST, "is not the file that the manifest vouches for", 1, 4),
        (missing, LAST, "cannot be read: No such file", 1, 4),
        (linked, LAST, "is a link", 1, 3),
        (behind_a_link, LAST, "lies behind a link", 2 * PIECES + 1, 3),
        (swapped, LAST, "is not the file that the manifest vouches for", 2, 4),
    ],
)
def test_what_is_not_as_the_manifest_says_is_refused(
    copy_in_parts: Path, ending: str, damage: Any, named: str, said: str, lines: int, code: int,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """One line for each file, by verify, validate and whatever reads it; of a link validate says that it is unsafe."""
    for call in CALLS if ending == ".parquet" else OF_LINES:
        call(nd.Dataset.open(copy_in_parts))
    damage(copy_in_parts, ending)
    for size in (manifest.SMALL, 0):
        monkeypatch.setattr(manifest, "SMALL", size)
        for call in CALLS if ending == ".parquet" else OF_LINES:
            with pytest.raises(IntegrityError, match=rf"statements/part-0000[0-9]\{ending} {said}"):
                call(nd.Dataset.open(copy_in_parts))
    report = nd.verify(copy_in_parts)
    assert (len(list(report)), report.exit_code) == (lines, 4)
    assert any(f"{named}{ending} {said}" in issue.message for issue in report)
    for size in (validation.SMALL, 0):
        monkeypatch.setattr(validation, "SMALL", size)
        assert main(["validate", str(copy_in_parts), "--hash"]) == code
        shown = capsys.readouterr()
        assert "statements/part-0000" in shown.out + shown.err or "statements is a link" in shown.err
    with pytest.raises((IntegrityError, UnsafeInputError)):
        releases.compare(manifest.read(PUBLISHED), copy_in_parts)


@pytest.mark.parametrize(
    "name",
    ["statements/part-00009.parquet", "statements/.part.parquet", "statements/deeper/part-0.parquet", "views/x.parquet",
     "statements/x.txt", "statements/_SUCCESS", "statements.parquet", "towns/part-0.parquet", ".hidden/x"],
)  # fmt: skip
def test_a_file_too_many_is_refused(copy_in_parts: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is, and whether it has rows or not; validate says so of a large release without ``hashed``."""
    (copy_in_parts / name).parent.mkdir(exist_ok=True)
    shutil.copy(copy_in_parts / "statements" / "part-00000.parquet", copy_in_parts / name)
    for size in (validation.SMALL, 0):
        monkeypatch.setattr(validation, "SMALL", size)
        for report in (nd.verify(copy_in_parts), nd.validate(copy_in_parts)):
            (issue,) = report
            assert report.exit_code == 4
            assert "is not in the manifest" in issue.message
            assert name.split("/")[0] in issue.message


def test_a_large_release_has_all_its_files(copy_in_parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where their hashes are not asked for: a missing or shorter file is named, and nothing else is said."""
    monkeypatch.setattr(validation, "SMALL", 0)
    assert nd.validate(copy_in_parts).ok
    assert any(tally.skipped for tally in nd.validate(copy_in_parts).tallies if tally.code == "altered_release")
    (copy_in_parts / "codes" / "part-00000.parquet").unlink()
    (copy_in_parts / "people" / "part-00001.jsonl").write_bytes(b"")
    report = nd.validate(copy_in_parts)
    said = sorted(issue.message for issue in report)

    assert [(tally.checked, tally.failed) for tally in report.tallies if tally.code == "altered_release"] == [(1, 1)]

    assert len(said) == 2
    assert "codes/part-00000.parquet cannot be read" in said[0]
    assert "people/part-00001.jsonl is not the file" in said[1]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("statements/../../outside.parquet", "does not vouch"),
        ("statements//part.parquet", "does not vouch"),
        ("statements/./part.parquet", "does not vouch"),
        ("statements/.part.parquet", "does not vouch"),
        ("/statements/part.parquet", "does not vouch"),
        ("towns/part.parquet", "does not vouch"),
        ("statements/part.csv", "does not vouch"),
        ("views/deeper/claims.parquet", "does not vouch"),
        ("../outside.parquet", "does not vouch"),
        ("statements.parquet", "is listed beside statements/part-00000.parquet"),
        ("statements.jsonl", "is listed beside statements/part-00000.jsonl"),
    ],
)
def test_a_manifest_names_no_file_elsewhere(copy_in_parts: Path, name: str, why: str) -> None:
    """Nor a file beside the folder of a table; even where the file is there and its hash is right."""
    data = (copy_in_parts / "statements" / "part-00000.parquet").read_bytes()
    if ".." not in name and not name.startswith("/"):
        (copy_in_parts / name).parent.mkdir(exist_ok=True)
        (copy_in_parts / name).write_bytes(data)
    (copy_in_parts.parent / "outside.parquet").write_bytes(data)
    found = manifest.read(copy_in_parts)
    found.files[name] = manifest.describe(data)
    written(copy_in_parts, found)
    report = nd.verify(copy_in_parts)

    assert report.exit_code == 4
    assert any(why in issue.message for issue in report)


def test_a_table_named_views_is_none(copy_in_parts: Path) -> None:
    """Its folder would be that of the views."""
    found = manifest.read(copy_in_parts)
    written(copy_in_parts, replace(found, tables={**found.tables, "views": found.tables["people"]}))
    with pytest.raises(IntegrityError, match="tables/views is not the name of a table"):
        manifest.read(copy_in_parts)


def test_a_table_without_files_is_refused(copy_in_parts: Path) -> None:
    """Though nothing that the manifest names is missing."""
    shutil.rmtree(copy_in_parts / "codes")
    found = manifest.read(copy_in_parts)
    written(
        copy_in_parts, replace(found, files={name: one for name, one in found.files.items() if "codes/" not in name})
    )
    (issue,) = nd.verify(copy_in_parts)

    assert "does not vouch for codes.parquet" in issue.message
    with pytest.raises(IntegrityError, match=r"does not vouch for codes\.parquet"):
        nd.Dataset.open(copy_in_parts).load("codes")


def rows_twice(rows: pa.Table) -> pa.Table:
    return pa.concat_tables([rows, rows])


def nobody(rows: pa.Table) -> pa.Table:
    return rows.set_column(0, rows.schema.field(0).with_nullable(True), pa.array([None] * len(rows), "string"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (rows_twice, "people holds other rows than the manifest says"),
        (lambda rows: rows.slice(1), "people holds other rows than the manifest says"),
        (lambda rows: rows.drop_columns(["name"]), "people/part-00001.parquet has other columns than the table people"),
        (lambda rows: rows.select(rows.column_names[::-1]), "people/part-00001.parquet has other columns"),
        (nobody, "people/part-00001.parquet has other columns than|people/part-00001.parquet holds a row without id"),
    ],
)  # fmt: skip
def test_what_is_vouched_for_but_no_part_of_a_table_is_refused(copy_in_parts: Path, change: Any, said: str) -> None:
    """Rows are counted over all files, whose columns are the same."""
    path = copy_in_parts / "people" / "part-00001.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    vouched(copy_in_parts)
    ds = nd.Dataset.open(copy_in_parts)
    for call in (
        lambda: ds.load("people"), lambda: ds.scan("people"), lambda: list(ds.iter_batches("people")),
        lambda: releases.verify(copy_in_parts),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=said):
            call()


def test_columns_in_another_order_are_for_verify(copy_in_parts: Path) -> None:
    """Where all files have them so, the table can be loaded."""
    for path in (copy_in_parts / "people").glob("*.parquet"):
        rows = pq.read_table(path)
        pq.write_table(rows.select(rows.column_names[::-1]), path)
    vouched(copy_in_parts)
    (issue,) = nd.verify(copy_in_parts)

    assert nd.Dataset.open(copy_in_parts).load("people")[nd.load("people").columns.tolist()].equals(nd.load("people"))
    assert issue.message.endswith("people/part-00000.parquet has other columns than the table people")


def test_other_rows_of_the_right_number_are_found(copy_in_parts: Path) -> None:
    """By their hash, over all files."""
    path = copy_in_parts / "people" / "part-00001.parquet"
    rows = pq.read_table(path)
    pq.write_table(pa.concat_tables([rows.slice(0, 1)] * len(rows)), path)
    vouched(copy_in_parts)
    (issue,) = nd.verify(copy_in_parts)

    assert issue.message.endswith("people holds other rows than the manifest says")


def test_a_broken_line_is_named_with_its_part(copy_in_parts: Path) -> None:
    """And its number there."""
    path = copy_in_parts / "people" / "part-00002.jsonl"
    path.write_bytes(b'{"id":"person/nobody"}\n')
    vouched(copy_in_parts)

    with pytest.raises(IntegrityError, match=r"people/part-00002\.jsonl:1: is no record of this type"):
        list(nd.Dataset.open(copy_in_parts).iter_records("people"))
    assert {Path(issue.path).relative_to(copy_in_parts).as_posix() for issue in nd.validate(copy_in_parts)} >= {
        "people/part-00002.jsonl"
    }
