"""Collections: what is read from where, and what is a whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.collection import Collection
from news_dataset.errors import UnsafeInputError


@pytest.fixture
def data(root: Path, tmp_path: Path) -> Path:
    """A copy of the dataset, release included."""
    return Path(shutil.copytree(root / "data", tmp_path / "data", ignore=shutil.ignore_patterns(".*")))


def test_the_same_records_from_every_place(data: Path) -> None:
    """A dataset's folder, its data, its curated records, its release."""
    places = [data.parent, data, data / "curated", data / "published"]
    found = [Collection.open(place).records() for place in places]

    assert len(found[0]) == len(nd.load("records"))
    assert all(records == found[0] for records in found)
    assert all(Collection.open(place).is_whole for place in places)


def test_a_record_folder_is_a_part(data: Path) -> None:
    """So is a file; references are then not followed."""
    for place in (data / "curated" / "people", data / "curated" / "people" / "donald-trump.yaml"):
        found = Collection.open(place)

        assert not found.is_whole
        assert {record.record_type for record in found.records()} == {"person"}


def test_a_dataset_may_be_named_like_a_record_folder(data: Path) -> None:
    """A folder ``sources`` that holds a dataset is the dataset."""
    named = data.parent / "sources"
    data.rename(named)

    assert Collection.open(named).is_whole
    assert len(Collection.open(named).records()) == len(nd.load("records"))


def test_texts_are_matched_by_hash_then_by_name(data: Path, article_text: Path, tmp_path: Path) -> None:
    """In a folder of texts any name will do if the hash is right; what belongs to no article is refused."""
    texts = tmp_path / "texts"
    texts.mkdir()
    shutil.copy(article_text, texts / "any-name.txt")
    (texts / "other.txt").write_text("Something else.")
    found = Collection.open(data, text=texts)

    assert set(found.texts) == {"article/lee-ishiba-tokyo"}
    with pytest.raises(ValueError, match="no article is given"):
        Collection.open(data / "curated" / "people", text=article_text)
    (texts / "any-name.txt").unlink()
    with pytest.raises(ValueError, match=r"no file in .* matches an article"):
        Collection.open(data, text=texts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nstatus:", "\n\tstatus:"),
        ("id: article/port-example\n", ""),
        ("id: article/port-example\n", "ID: article/port-example\n"),
        ("id: article/port-example\n", "id:\n"),
        ("id: article/port-example\n", "id: [article/port-example]\n"),
        (None, ""),
    ],
)
def test_a_broken_article_is_reported_with_a_text_as_without(old: str | None, new: str, tmp_path: Path) -> None:
    """Although nobody knows then which article the text is of."""
    place = Path(shutil.copytree("tests/examples/codes/wrong_text", tmp_path / "data"))
    article = place / "curated" / "articles" / "port-example.yaml"
    article.write_text(article.read_text("utf-8").replace(old, new) if old else new, "utf-8")
    alone = {str(issue) for issue in nd.validate(place)}

    assert alone
    assert alone <= {str(issue) for issue in nd.validate(place, text=place / "texts")}


def test_a_text_that_is_not_utf8_is_refused(data: Path, tmp_path: Path) -> None:
    """In one sentence."""
    path = tmp_path / "text.txt"
    path.write_bytes(b"caf\xe9")
    with pytest.raises(UnsafeInputError, match="1:4: bad_encoding is not UTF-8: byte 0xe9"):
        Collection.open(data, text=path)


def test_json_is_read_like_yaml(data: Path) -> None:
    """A record may be written as JSON; integers are then typed by JSON itself."""
    (data / "curated" / "places" / "tokyo.yaml").unlink()
    (data / "curated" / "places" / "tokyo.json").write_text(
        '{"id": "place/tokyo", "name": "Tokyo", "kind": "city", "geonames": 1850147}'
    )

    assert len(Collection.open(data).records()) == len(nd.load("records"))
