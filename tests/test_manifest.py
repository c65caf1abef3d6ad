"""The manifest of a release: which files it vouches for, and what is said of those that differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from news_dataset import manifest
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.manifest import Content, Manifest, describe
from tests.conftest import ROOT

FILES = {
    "README.md": b"# Title\n\nWords\n", "people.jsonl": b'{"id": 1}\n', "people.parquet": b"PAR1\r\nPAR1",
    "places/part-0.parquet": b"one", "odd.md": b"one\r\ntwo\r\n",
}  # fmt: skip
TABLES = {name: Content(1, "0") for name in ("people", "places")}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with files."""
    for name, data in FILES.items():
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_bytes(data)
    return tmp_path / "out"


@pytest.fixture
def known() -> Manifest:
    """What vouches for the files."""
    return Manifest({}, TABLES, {name: describe(data) for name, data in FILES.items()})


def test_a_release_that_was_put_aside_is_read_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless one has taken its place, or a link leads elsewhere; the root has no such name."""
    monkeypatch.chdir(tmp_path)
    aside = tmp_path / ".out.news-dataset-previous"
    assert manifest.release_folder(Path("out")) == Path("out")
    aside.symlink_to(tmp_path, target_is_directory=True)
    assert manifest.release_folder(Path("out")) == Path("out")
    aside.unlink()
    aside.mkdir()
    assert manifest.release_folder(Path("out")) == aside
    Path("out").mkdir()
    assert manifest.release_folder(Path("out")) == Path("out")
    assert manifest.release_folder(Path("/")) == Path("/")


@pytest.mark.parametrize("version", ["1.3", "2.0", "1.10", "9999.0"])
def test_a_newer_schema_is_refused(version: str) -> None:
    """Numbers are compared, not letters."""
    with pytest.raises(SetupError) as refusal:
        manifest.refuse_newer("out", version)

    assert str(refusal.value) == (
        f"out follows schema {version}, and this package knows 1.0, 1.1, 1.2; "
        "use a newer version of news_dataset, or correct schema_version"
    )


@pytest.mark.parametrize("version", [*manifest.SCHEMA_VERSIONS, "0.9", "1.02", "10000.0", "2", "2.0.0", "", 2.0, None])
def test_what_is_no_newer_schema_is_for_others(version: object) -> None:
    """Also what is no version at all."""
    manifest.refuse_newer("out", version)


def test_a_newer_manifest_may_have_another_form(release: Path) -> None:
    """Its version is all that is said of it; of any other, what is wrong with it."""
    path = release / manifest.NAME
    path.write_text('{"dataset": {"schema_version": "2.0"}, "parts": []}', "utf-8")
    with pytest.raises(SetupError, match=r"out follows schema 2\.0"):
        manifest.read(release)
    path.write_text('{"dataset": [], "tables": {}, "files": {}}', "utf-8")
    with pytest.raises(IntegrityError, match=r"is not a manifest of a release: dataset "):
        manifest.read(release)
    for text in ('{"dataset": {"schema_version": "1.2"}, "parts": []}', '{"dataset": 1}', "[]", "{"):
        path.write_text(text, "utf-8")
        with pytest.raises(IntegrityError, match=r"manifest\.json is not a manifest of a release: "):
            manifest.read(release)


def test_a_manifest_has_a_limit(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of bytes; at the limit it is read."""
    data = (ROOT / "data/published/manifest.json").read_bytes()
    (release / manifest.NAME).write_bytes(data)
    monkeypatch.setattr(manifest, "_MAX_BYTES", len(data))
    assert manifest.read(release).tables
    monkeypatch.setattr(manifest, "_MAX_BYTES", len(data) - 1)
    with pytest.raises(IntegrityError, match=r"not a manifest of a release: it is too large$"):
        manifest.read(release)


def test_a_manifest_as_text() -> None:
    """Letters as they are; without codebooks nothing is said of them."""
    text = Manifest({"title": "Ä"}, {}, {}).to_json()

    assert text == '{\n  "dataset": {\n    "title": "Ä"\n  },\n  "tables": {},\n  "files": {},\n  "views": {}\n}\n'
    assert json.loads(Manifest({}, {}, {}, {}, {"b": []}).to_json())["codebooks"] == {"b": []}


def test_the_files_of_a_table() -> None:
    """In the order of their folders; without any, the one that it would have."""
    names = ("a/x-2.parquet", "a/x/2.parquet", "a/x/1.parquet", "a/x.jsonl", "ab/x.parquet", "a.parquet")
    known = Manifest({}, {}, dict.fromkeys(names, describe(b"")))

    assert known.files_of("a") == ["a/x/1.parquet", "a/x/2.parquet", "a/x-2.parquet"]
    assert known.files_of("a", ".jsonl") == ["a/x.jsonl"]
    assert known.files_of("b") == ["b.parquet"]
    assert known.files_of("b", ".jsonl") == ["b.jsonl"]


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_read(name: str, release: Path, known: Manifest) -> None:
    """As it was written; any other is refused, and only in texts Git may have changed line ends."""
    path, data = release / name, FILES[name]
    assert manifest.read_file(release, known, name) == data
    with manifest.open_checked(release, known, name) as opened:
        assert opened == data
    assert manifest.describe_file(release, name) == describe(data)
    for other in (data + b"\n", data[:-1], data.swapcase(), b"", data * 9):
        path.write_bytes(other)
        with pytest.raises(IntegrityError, match=f"{name} is not the file that the manifest vouches for"):
            manifest.read_file(release, known, name)
        assert [*manifest.differences(release, known)] == [f"{path} is not the file that the manifest vouches for"]
    path.write_bytes(data.replace(b"\n", b"\r\n"))
    if name in ("README.md", "people.jsonl"):
        assert manifest.read_file(release, known, name) == data
        assert [*manifest.differences(release, known)] == []
    path.unlink()
    with pytest.raises(IntegrityError, match=f"{name} cannot be read: No such file"):
        manifest.read_file(release, known, name)
    del known.files[name]
    with pytest.raises(IntegrityError, match=f"manifest.json does not vouch for {name}"):
        manifest.read_file(release, known, name)


@pytest.mark.parametrize("chunk", range(1, 9))
def test_line_ends_are_found_wherever_a_large_file_is_cut(
    chunk: int, release: Path, known: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between CR and LF."""
    monkeypatch.setattr(manifest, "_CHUNK", chunk)
    path = release / "README.md"
    path.write_bytes(FILES["README.md"].replace(b"\n", b"\r\n"))
    assert [*manifest.differences(release, known)] == []
    path.write_bytes(FILES["README.md"].replace(b"\n", b"\r\n") + b"\r")
    assert len([*manifest.differences(release, known)]) == 1


def test_a_large_file_is_opened(release: Path, known: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its beginning, once it is hashed; without that it is for somebody else."""
    name, size = "people.parquet", len(FILES["people.parquet"])
    monkeypatch.setattr(manifest, "SMALL", size)
    with manifest.open_checked(release, known, name) as found:
        assert found == FILES[name]
    monkeypatch.setattr(manifest, "SMALL", size - 1)
    for hashed in (True, False):
        with manifest.open_checked(release, known, name, hashed=hashed) as file:
            assert not isinstance(file, bytes)
            assert file.read() == FILES[name]
    (release / name).write_bytes(b"PAR1\r\nPAR2")
    with pytest.raises(IntegrityError, match="is not the file"), manifest.open_checked(release, known, name):
        pass
    with manifest.open_checked(release, known, name, hashed=False) as file:
        assert not isinstance(file, bytes)
        assert file.read() == b"PAR1\r\nPAR2"
    with manifest.open_checked(release, known, "README.md", hashed=False) as found:
        assert not isinstance(found, bytes)
    monkeypatch.setattr(manifest, "SMALL", size)
    with pytest.raises(IntegrityError, match="is not the file"):
        manifest.open_checked(release, known, name, hashed=False).__enter__()


def test_a_file_of_another_size_is_not_hashed(release: Path) -> None:
    """It differs in any case."""
    name, data = "people.parquet", FILES["people.parquet"]

    assert manifest.describe_file(release, name, len(data)) == describe(data)
    assert manifest.describe_file(release, name, 3) == manifest.File(describe(b"").sha256, len(data))


def test_every_difference_is_told(release: Path, known: Manifest) -> None:
    """In the order of the names; files of a system are none, and what only a hash tells only with hashes."""
    (release / manifest.NAME).write_text("{}", "utf-8")
    (release / ".DS_Store").write_bytes(b"")
    (release / "places/.DS_Store").write_bytes(b"")
    assert [*manifest.differences(release, known)] == []
    (release / "README.md").write_bytes(FILES["README.md"].swapcase())
    (release / "people.jsonl").write_bytes(b"")
    (release / "people.parquet").unlink()
    (release / "odd").mkdir()
    (release / "odd/deep.txt").write_bytes(b"")
    (release / "places/more.parquet").write_bytes(b"")
    (release / "places/part").symlink_to("part-0.parquet")
    known.files["../out/odd.md"] = known.files["odd.md"]
    every = [
        f"{release / manifest.NAME} does not vouch for ../out/odd.md",
        f"{release}/README.md is not the file that the manifest vouches for",
        f"{release}/people.jsonl is not the file that the manifest vouches for",
        f"{release}/people.parquet cannot be read: No such file or directory",
        *(f"{release}/{name} is not in the manifest" for name in ("odd", "places/more.parquet", "places/part")),
    ]

    assert [*manifest.differences(release, known)] == every
    assert [*manifest.differences(release, known, hashed=False)] == [every[0], *every[2:]]


def test_a_folder_that_is_a_link_is_none_of_the_release(release: Path, known: Manifest, tmp_path: Path) -> None:
    """Nothing in it is read."""
    (release / "places").rename(tmp_path / "places")
    (release / "places").symlink_to(tmp_path / "places")
    said = [*manifest.differences(release, known)]

    assert len(said) == 2
    assert "link" in said[0]
    assert said[1] == f"{release}/places is not in the manifest"


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("people.parquet", True), ("README.md", True), ("views/a.parquet", True),
        ("views/a.txt", True), ("views/a/b.parquet", False), ("people/a.parquet", True), ("people/a/b.jsonl", True),
        ("people/a.txt", False), ("other/a.parquet", False), ("people/.a.parquet", False), ("people//a.parquet", False),
        ("people/../a.parquet", False), ("people/", False), ("/people/a.parquet", False),
        ("", False), (".", False), ("..", False),
    ],
)  # fmt: skip
def test_the_names_of_files(name: str, may: bool) -> None:
    """In the folder, in that of views, or at any depth in that of a table; nowhere else."""
    assert manifest.is_file_name(name, TABLES) is may


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"files": {"a/b.parquet": 1, "a.parquet": 1}}, "files/a.parquet is listed beside a/b.parquet, and a table is"),
        ({"tables": {"views": 1}}, "tables/views is not the name of a table"),
        ({"views": {"No": 1}}, "views/No is not the name of a table"),
    ],
)
def test_what_no_manifest_names(changed: dict[str, Any], said: str, release: Path) -> None:
    """A table twice, and names that are none of a table."""
    found = json.loads((ROOT / "data/published/manifest.json").read_bytes())
    entries = {"files": next(iter(found["files"].values())), "tables": next(iter(found["tables"].values()))}
    for member, names in changed.items():
        found[member] |= dict.fromkeys(names, entries.get(member, entries["tables"]))
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    with pytest.raises(IntegrityError, match=said):
        manifest.read(release)


def test_a_disk_that_fails_is_told(release: Path, known: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file that cannot be read."""
    monkeypatch.setattr(manifest, "open_file", Mock(side_effect=OSError(5, "Input/output error")))
    with pytest.raises(IntegrityError, match=r"people\.jsonl cannot be read: Input/output error$"):
        manifest.read_file(release, known, "people.jsonl")
