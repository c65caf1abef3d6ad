"""What verify sees of a release: all that its manifest says, also while another release takes its place."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from news_dataset import manifest, publish, stores, validation
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.errors import IntegrityError, SetupError, UnsafeInputError
from news_dataset.publish import release as looking
from tests.conftest import ROOT

PUBLISHED = ROOT / "data" / "published"
OTHER = ROOT / "examples" / "second-article" / "data" / "published"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of the release."""
    return Path(shutil.copytree(PUBLISHED, tmp_path / "published"))


CHANGES: dict[str, Callable[[Any], object]] = {
    "row counts": lambda about: about["row_counts"][0].update(min=0),
    "coverage": lambda about: about["coverage"].pop(),
    "language": lambda about: about.update(language="fr"),
    "who annotated": lambda about: about.update(annotated_by="people"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_only_the_manifest_says_is_vouched_for(release: Path, change: Callable[[Any], object]) -> None:
    """A descriptor has the hash of the whole description."""
    path = release / manifest.NAME
    found = json.loads(path.read_text("utf-8"))
    change(found["dataset"])
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")

    with pytest.raises(IntegrityError, match=r"datapackage\.json differ: "):
        publish.verify(release)


def replaced_by(other: Path, release: Path) -> None:
    """Let another release take the place of one, as a build does."""
    shutil.copytree(other, release.with_name("new"))
    os.rename(release, release.with_name("old"))
    os.rename(release.with_name("new"), release)


@pytest.mark.parametrize("moment", ["differences", "_description_faults", "_view_faults"])
def test_a_release_that_is_replaced_meanwhile_is_verified_anew(
    release: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Whenever it happens; negative control: a damaged file in the new one is found."""
    place: Any = manifest if moment == "differences" else looking
    before, times = getattr(place, moment), []

    def disturbed(*arguments: Any) -> Any:
        times.append(1)
        if len(times) == 1:
            replaced_by(OTHER, release)
        return before(*arguments)

    monkeypatch.setattr(place, moment, disturbed)

    assert publish.verify(release) == manifest.read(OTHER)
    (release / "people.parquet").write_bytes(b"PAR1")
    with pytest.raises(IntegrityError, match=r"people\.parquet is not the file"):
        publish.verify(release)


def test_views_are_compared_with_tables_that_were_hashed(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with whatever has their names by then."""
    whole = manifest.differences

    def differences(*arguments: Any, **options: Any) -> Any:
        yield from whole(*arguments, **options)
        shutil.copy(OTHER / "people.parquet", release / "people.parquet")

    monkeypatch.setattr(manifest, "differences", differences)
    monkeypatch.setattr(looking, "_table_faults", lambda _: iter(()))

    with pytest.raises(IntegrityError, match=r"people\.parquet is not the file"):
        publish.verify(release)


def test_records_without_a_release_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was altered before the first build; a release that lost its manifest is still a broken one."""
    assert main(["init", str(tmp_path / "new")]) == main(["build", str(tmp_path / "new")]) == 0
    published = tmp_path / "new" / "data" / "published"
    (published / manifest.NAME).unlink()
    assert main(["verify", str(tmp_path / "new")]) == 4
    shutil.rmtree(published)
    capsys.readouterr()

    for command in (["verify"], ["build", "--check"]):
        assert main([*command, str(tmp_path / "new")]) == 2
        assert capsys.readouterr().err.endswith(f"no release yet; first: news-dataset build {tmp_path / 'new'}\n")


def test_another_folder_or_file_is_no_altered_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in it says that it is a release: usage."""
    (tmp_path / "notes.txt").write_text("Harbour", "utf-8")
    for place in (tmp_path, tmp_path / "notes.txt"):
        assert main(["verify", str(place)]) == 2
        assert capsys.readouterr().err.startswith(f"news-dataset: {place} holds no release")


@pytest.fixture
def linked(dataset: Path) -> Path:
    """A dataset whose release is a link that leads out of it; reading there gives another error."""
    outside = dataset.with_name(f"{dataset.name}-outside")
    outside.mkdir()
    (outside / manifest.NAME).write_text('{"dataset": {}, "tables": {}, "files": {}}', "utf-8")
    (dataset / "data" / "published").symlink_to(outside)
    return dataset


def test_a_link_in_the_place_of_a_release_is_not_read(linked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is anything behind it, whoever looks for the release beside the records."""
    opened: list[str] = []
    monkeypatch.setattr(manifest, "read", lambda folder: opened.append(str(folder)))

    assert stores.release_in(linked) == linked / "data" / "published"
    with pytest.raises(UnsafeInputError, match="is a link"):
        nd.Dataset.open(linked).load("people")
    context = validation.context_of(Collection.open(linked))
    assert "is a link" in context.unread_release
    assert context.published == []
    for check in (True, False):
        with pytest.raises(SetupError, match="is a link"):
            nd.Dataset.open(linked).build(check=check)
    assert [one for one in opened if "published" in one] == []
