"""Every way into the package: what is no regular file of the folder itself is not read, and every command says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset import json_schemas, schema_ledger
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.errors import NewsDatasetError, UnsafeInputError
from news_dataset.spans import read_texts
from tests.conftest import IS_FULL, ROOT
from tests.test_files import IRREGULAR

PUBLISHED = ROOT / "data" / "published"
SECRET = "person/nobody-knows"
Plant = Callable[[Path], object]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Files that nobody asked to be read."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for form in ("jsonl", "parquet"):
        shutil.copy(PUBLISHED / f"people.{form}", folder / f"secret.{form}")
    (folder / "secret.yaml").write_text(f"id: {SECRET}\nname: Nobody\n", "utf-8")
    return folder


def _dataset(folder: Path) -> Path:
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns(".*"))
    return folder / "data" / "curated"


PLACES: dict[str, tuple[str, str, bool]] = {
    "records": ("data/curated/people/nobody.yaml", "secret.yaml", True),
    "records, deeper": ("data/curated/people/more/nobody.yaml", "secret.yaml", True),
    "a folder of records": ("data/curated/people/more", "", True),
    "dataset.yaml": ("data/dataset.yaml", "secret.yaml", True),
    "lines": ("people.jsonl", "secret.jsonl", False),
    "a part of lines": ("people/part.jsonl", "secret.jsonl", False),
    "a folder of lines": ("people/part", "", False),
    "a table": ("people.parquet", "secret.parquet", False),
    "a part of a table": ("people/part.parquet", "secret.parquet", False),
    "a folder of tables": ("people", "", False),
}


WRITING = ("build", "export")
WAYS = [
    (place, command)
    for number, place in enumerate(PLACES)
    for command in ("validate", *(WRITING if IS_FULL else WRITING[number % 2 :][:1]))
]
"""What is tried at each place: outside the full profile one of the two that write."""


@pytest.mark.parametrize(("name", "command"), WAYS)
def test_links_are_not_followed(name: str, command: str, outside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3; nothing of what they lead to is printed or written, and the link is named."""
    place, target, is_curated = PLACES[name]
    folder = outside.with_name("folder")
    folder.mkdir()
    if is_curated:
        _dataset(folder)
        shutil.rmtree(folder / "data" / "published")
    elif target.endswith("parquet") or not target:
        shutil.copy(PUBLISHED / "events.parquet", folder)
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).unlink(missing_ok=True)
    (folder / place).symlink_to(outside / target)
    words = {
        "validate": ["validate", folder],
        "build": ["build", folder, "-o", outside.with_name("out")],
        "export": ["export", folder, "--to", "jsonl", "-o", outside.with_name("out")],
    }[command]
    if command == "export" and place.endswith("jsonl"):
        pytest.skip("lines are exported once they are built")

    code = main([*map(str, words)])
    said = "".join(capsys.readouterr())

    if command == "build" and target.endswith("parquet"):
        assert code
    else:
        assert code == 3, said
        assert Path(place).name in said
    assert SECRET not in said
    assert not (outside.with_name("out")).exists()


@pytest.mark.parametrize("place", ["data", "data/curated", "data/published"])
def test_the_folders_on_the_way_may_not_be_links(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The names of the files behind them are not printed either; the folder that the user names may be a link."""
    folder, real = tmp_path / "folder", tmp_path / "real"
    folder.mkdir()
    _dataset(folder)
    (folder / place).rename(real)
    (folder / place).symlink_to(real)
    if place == "data/published":
        with pytest.raises(UnsafeInputError, match=r"published is a link"):
            nd.Dataset.open(folder).load("people")
        return
    assert main(["validate", str(folder)]) == 3
    said = "".join(capsys.readouterr())
    assert f"{folder / place}: unsafe_file is a link" in said
    assert "donald-trump" not in said
    (tmp_path / "named").symlink_to(real)
    assert main(["validate", str(tmp_path / "named")]) == 0


@pytest.mark.parametrize("plant", IRREGULAR.values(), ids=IRREGULAR)
@pytest.mark.parametrize("name", ["people/x.yaml", "people/deep/x.yaml", "people/x.jsonl", "people/x.parquet"])
def test_nothing_hangs_and_nothing_else_is_hidden(
    name: str, plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pipes, sockets, devices; in a folder of records the others are read still."""
    folder = tmp_path / "folder"
    (folder / name).parent.mkdir(parents=True)
    plant(folder / name)
    if name.endswith("yaml"):
        (folder / "people" / "good.yaml").write_text("id: person/good\nname: Good\n", "utf-8")
        found = Collection.open(folder)
        assert [entry.id for entry in found.entries] == ["person/good"]

    assert main(["validate", str(folder)]) == 3
    assert Path(name).name in "".join(capsys.readouterr())


@pytest.mark.parametrize("plant", IRREGULAR.values(), ids=IRREGULAR)
def test_schemas_texts_and_ledgers_are_files_too(plant: Plant, tmp_path: Path) -> None:
    """What is none is named, and not opened."""
    folder = tmp_path / "one" / "1.1"
    folder.mkdir(parents=True)
    plant(folder / "person.schema.json")
    os.rename(folder / "person.schema.json", folder / "text.txt")
    plant_again = IRREGULAR["pipe"]
    plant_again(folder / "person.schema.json")

    assert "is not a regular file" in dict(json_schemas.drift(folder))["person.schema.json"]
    with pytest.raises(UnsafeInputError, match="is not a regular file"):
        schema_ledger.entry(folder)
    with pytest.raises(NewsDatasetError, match="unsafe_file"):
        read_texts(folder, {"article/a": None})
