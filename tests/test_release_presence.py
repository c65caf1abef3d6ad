"""A manifest.json of something else beside a dataset: it decides nothing; that of a broken release is still refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from news_dataset import release_presence
from news_dataset.cli import main
from news_dataset.release_presence import holds_release
from tests.conftest import ROOT
from tests.each import each

PUBLISHED = ROOT / "data" / "published"

WEB = b'{"name": "Harbour archive", "start_url": "/", "icons": []}'
FOREIGN = {
    "web application": WEB,
    "bundler": b'{"files": {"main.js": "/static/main.js"}, "entrypoints": []}',
    "list": b'["main.js"]',
    "byte order mark": b"\xef\xbb\xbf" + WEB,
    "comments": b"// of an extension\n" + WEB,
    "UTF-16": WEB.decode().encode("utf-16"),
    "not UTF-8": b"\xff\xfe\xfd",
    "deep": b"[" * 100_000,
    "empty": b"",
}


@each([b"{}", b"{", b"[]", b"", WEB, b'{"tables": {}}', b"[" * 100_000])
def test_a_broken_release_is_one(text: bytes, tmp_path: Path) -> None:
    """It is never taken for tables, which nothing vouches for."""
    shutil.copytree(PUBLISHED, tmp_path / "release")
    (tmp_path / "release" / "manifest.json").write_bytes(text)

    assert holds_release(tmp_path / "release")
    assert main(["validate", str(tmp_path / "release")]) == 4
    assert main(["info", str(tmp_path / "release")]) == 4


@each([b"{", b"", b"\xff"])
def test_one_that_cannot_be_read_is_refused_alone(text: bytes, tmp_path: Path) -> None:
    """It may have been ours; beside tables it must not be passed over."""
    (tmp_path / "manifest.json").write_bytes(text)
    assert holds_release(tmp_path)
    (tmp_path / "people.parquet").touch()
    assert holds_release(tmp_path)


@each(FOREIGN.items())
def test_of_something_else_beside_records(what: str, text: bytes, tmp_path: Path) -> None:
    """The records decide; what: the kind of file."""
    (tmp_path / "data" / "curated").mkdir(parents=True)
    (tmp_path / "manifest.json").write_bytes(text)

    assert not holds_release(tmp_path), what


@each([
    ("{root}", "validate,build,verify,build --check,info,fmt --check,schema,new person ann-mark"),
    ("{root}/data", "validate"), ("{root}/..", "build"),
])  # fmt: skip
def test_commands_pass_it_over(place: str, commands: str, tmp_path: Path) -> None:
    """In the folder of the dataset, in its data, and above, where a release would hold what is written."""
    root = tmp_path / "site" / "harbour"
    shutil.copytree(ROOT / "data", root / "data")
    Path(place.format(root=root), "manifest.json").write_bytes(WEB)

    for words in commands.split(","):
        command, *more = words.split(" ")
        named = ["-C", str(root)] if command == "new" else [str(root)]
        assert main([command, *more, *named]) == 0, words


@each([".parquet", ".jsonl"])
def test_beside_tables_and_lines(ending: str, tmp_path: Path) -> None:
    """They are read as what they are."""
    for path in PUBLISHED.glob(f"*{ending}"):
        shutil.copy(path, tmp_path)
    (tmp_path / "manifest.json").write_bytes(WEB)

    assert main(["validate", str(tmp_path)]) == 0


def test_a_release_in_the_repository_of_its_site(tmp_path: Path) -> None:
    """It is found below the folder of the site."""
    shutil.copytree(PUBLISHED, tmp_path / "data" / "published")
    (tmp_path / "manifest.json").write_bytes(WEB)

    assert main(["verify", str(tmp_path)]) == 0
    assert main(["info", str(tmp_path)]) == 0


def test_a_manifest_says_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of its three parts will do; if no part counted, the release beside records would be passed over."""
    (tmp_path / "data" / "curated").mkdir(parents=True)
    (tmp_path / "manifest.json").write_text(json.dumps({"tables": {}, "files": {}}))

    assert holds_release(tmp_path)
    monkeypatch.setattr(release_presence, "_KEYS", set())
    assert not holds_release(tmp_path)
