"""Folders that are links, or deeper than the interpreter's stack, and tables of more parts than files may be open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from news_dataset import atomic, manifest
from news_dataset.cli import main
from news_dataset.filesystem import remove
from news_dataset.publish import tables as writing
from news_dataset.tabular import tables
from tests.conftest import ROOT
from tests.each import each

PUBLISHED = ROOT / "data" / "published"
DEEP = 1_200  # folders in one another: more than the interpreter's stack has places, and a path may still be so long


@contextmanager
def deep(folder: Path) -> Iterator[Path]:
    """Make folders in one another, which tools that tidy up would not survive; they are gone afterwards."""
    place = folder
    for _ in range(DEEP):
        place = place / "d"
    os.makedirs(folder, exist_ok=True)
    here = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(DEEP):
            os.mkdir("d", dir_fd=here)
            below = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
    finally:
        os.close(here)
    try:
        yield place
    finally:
        remove(folder / "d")


@each([
    ("people", ["people.jsonl"], "validate {here}", 0),
    ("people", ["people.parquet"], "validate {here}", 0),
    ("people", ["people.parquet"], "info {here}", 0),
    ("data/curated/people", [], "validate {here}", 2),
    ("out", [], "build {root} -o {here}/out", 5),
    ("out", [], "export --to csv -o {here}/out", 5),
])  # fmt: skip
def test_deep_folders(place: str, files: list[str], words: str, code: int, tmp_path: Path) -> None:
    """Each command ends with a code of its own."""
    for name in files:
        shutil.copy(PUBLISHED / name, tmp_path)
    with deep(tmp_path / place):
        assert main(words.format(here=tmp_path, root=ROOT).split(" ")) == code


def test_a_deep_release(tmp_path: Path) -> None:
    """It is told from what its manifest says, and not replaced; a manifest may name folders that are as deep."""
    shutil.copytree(PUBLISHED, tmp_path / "release")
    names = {f"articles{'/d' * DEEP}/part.parquet": ""}
    parents = {above.as_posix() for name in names for above in Path(name).parents}
    with deep(tmp_path / "release" / "articles") as place:
        (place / "more.parquet").touch()
        assert main(["verify", str(tmp_path / "release")]) == 4
        assert main(["build", str(ROOT), "-o", str(tmp_path / "release")]) == 5
        found = list(manifest._unknown_paths(tmp_path / "release", names, parents))
        (place / "more.parquet").unlink()

    assert f"articles{'/d' * DEEP}/more.parquet" in found


def test_what_is_in_a_folder(tmp_path: Path) -> None:
    """Files at any depth in the order of their paths, empty folders, links that nobody follows."""
    for name in ("b/c/file", "b/a", "z"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "b")

    assert [name for name, _ in atomic._leaves(tmp_path)] == ["b/a", "b/c/file", "empty", "link", "z"]


@each([
    ("data/codebooks", "validate", "data/codebooks"), ("data/codebooks", "info", "data/codebooks"),
    ("data/codebooks", "build", "data/codebooks"), ("data/published", "info", "data/published"),
    ("data/published", "verify", "data/published"),
])  # fmt: skip
def test_linked_folders(
    place: str, command: str, named: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """They are refused by their names, and nothing behind them is named."""
    shutil.copytree(ROOT / "data", tmp_path / "root" / "data", ignore=shutil.ignore_patterns("published"))
    shutil.copytree(PUBLISHED, tmp_path / "elsewhere")
    for secret in ("secret.yaml", "secret.txt"):
        (tmp_path / "elsewhere" / secret).write_text("secret: words\n")
    (tmp_path / "root" / place).symlink_to(tmp_path / "elsewhere")
    capfd.readouterr()

    assert main([command, str(tmp_path / "root")]) == 3
    shown = capfd.readouterr()
    assert f"{named}" in shown.out + shown.err
    assert "secret" not in shown.out + shown.err


def test_a_linked_folder_beside_lines(tmp_path: Path) -> None:
    """As in a whole dataset."""
    shutil.copy(PUBLISHED / "people.jsonl", tmp_path)
    assert main(["validate", str(tmp_path)]) == 0
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "codebooks").symlink_to(tmp_path / "elsewhere")

    assert main(["validate", str(tmp_path)]) == 3
    assert main(["build", str(tmp_path), "-o", str(tmp_path / "out")]) == 3


@each([1, 2, 1_000])
def test_few_files_are_open_at_once(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many values divide a table: a process may open 256 files on some systems."""
    is_open: list[int] = []

    class Counted(writing.TableWriter):
        at_once = 0

        def __enter__(self) -> Counted:
            Counted.at_once += 1
            is_open.append(Counted.at_once)
            super().__enter__()
            return self

        def __exit__(self, *error: Any) -> None:
            Counted.at_once -= 1
            super().__exit__(*error)

    monkeypatch.setattr(writing, "TableWriter", Counted)
    monkeypatch.setattr(writing, "_OPEN_FILES", most)
    path = Path(shutil.copy(PUBLISHED / "people.parquet", tmp_path))
    rows = pq.ParquetFile(path).read().to_pylist()
    writing.divide(path, tables()["people"], "country", {})
    parts = sorted((tmp_path / "people").rglob("*.parquet"))
    values = {row["country"] for row in rows}

    assert max(is_open) == min(most, len(values))
    assert len(parts) == len(values) > 2
    found = [row for part in parts for row in pq.ParquetFile(part).read().to_pylist()]
    assert sorted(found, key=lambda row: str(row["id"])) == rows
    assert not path.exists()
