"""Renaming: everywhere or nowhere, nothing but ids changes, and what was cited leads on."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import SetupError, UnknownNameError, UsageError
from tests.conftest import ROOT

NEW = {
    "statement/port-example/02": "statement/port-example/12",
    "assessment/port-example/01": "assessment/port-example/31",
    "person/zoe-sample": "person/sample-zoe",
    "place/port-example": "place/example-harbour",
    "event/footbridge-opening": "event/bridge-opening", "source/port-example-notice": "source/notice",
    "article/port-example": "article/footbridge",
}  # fmt: skip


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The second article; with a layer, a comment, a record in JSON, and ids in braces and quotes."""
    folder = shutil.copytree(ROOT / "examples" / "second-article", tmp_path / "example")
    data = folder / "data"
    shutil.copytree(data / "curated", data / "layers" / "other")
    path = data / "curated" / "statements" / "port-example" / "03.yaml"
    words = path.read_text("utf-8").replace("[person/zoe-sample]", "['person/zoe-sample']  # sure", 1)
    path.write_text("# person/zoe-sample is the harbour master\n" + words, "utf-8")
    person = data / "curated" / "people" / "zoe-sample.yaml"
    person.unlink()
    note = "See statement/port-example/02, https://example.org/person/zoe-sample and person/zoe-sample-2."
    person.with_suffix(".json").write_text(
        f'{{"id": "person/zoe-sample",\n "name": "Zo\\u00eb Sample", "note": "{note}"}}\n', "utf-8"
    )
    shutil.rmtree(data / "published")
    return folder


def files(folder: Path) -> dict[str, str]:
    """Return the texts of the records' files by their paths."""
    paths = [path for path in (folder / "data").rglob("*") if path.suffix in (".yaml", ".json")]
    return {
        path.relative_to(folder / "data").as_posix(): path.read_text("utf-8")
        for path in paths
        if "published" not in path.parts
    }


def with_other_ids(words: str, ids: Mapping[str, str]) -> str:
    """Return a text with ids replaced, but not in its first line, which is a comment, in addresses or in longer ids."""
    pattern = rf"(?<!# )(?<![\w/])({'|'.join(ids)})(?![\w-])"
    return re.sub(pattern, lambda found: ids[found[0]], words)


def test_a_record_of_any_type_gets_another_id_everywhere(example: Path) -> None:
    """Nothing but ids and names of files changes; the dataset stays valid beside its release, and ids lead on."""
    nd.build(example)
    for old, new in NEW.items():
        before, done = files(example), nd.rename(example, old, new)
        after = files(example)
        assert done.ids[old] == new
        assert len(done.ids) == (5 if old.startswith("article/") else 1)
        rows = [
            f"- old_id: {one}\n  new_id: {two}\n  reason: renamed\n  release: 2026.11.1\n"
            for one, two in done.ids.items()
        ]
        assert all(row in after["redirects.yaml"] for row in rows)

        for texts in (before, after):
            texts.pop("redirects.yaml", None)
        expected = sorted(with_other_ids(words, done.ids) for words in before.values())
        assert sorted(after.values()) == expected
        assert nd.validate(example).ok, old

    assert {name.partition("/")[2] for name in after if name.startswith("curated/")} == {
        "articles/footbridge.yaml", "assessments/footbridge/31.yaml", "statements/footbridge/01.yaml",
        "statements/footbridge/03.yaml", "statements/footbridge/12.yaml",
        "events/bridge-opening.yaml", "people/mira-example.yaml", "people/sample-zoe.json",
        "places/example-harbour.yaml", "sources/port-example.yaml",
    }  # fmt: skip
    assert after["curated/statements/footbridge/03.yaml"].startswith("# person/zoe-sample is the harbour master\n")
    assert "['person/sample-zoe']  # sure" in after["curated/statements/footbridge/03.yaml"]
    note = "See statement/footbridge/12, https://example.org/person/zoe-sample and person/zoe-sample-2."
    assert note in after["curated/people/sample-zoe.json"]
    with pytest.raises(KeyError, match=r"02 was renamed in 2026.11.1; use statement/footbridge/12"):
        nd.Dataset.open(example / "data" / "curated").get("statement/port-example/02")


def test_what_cannot_be_renamed_stays(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a sentence, with the nearest name; an id that was in use once is not used again."""
    nd.rename(example, "person/mira-example", "person/example-mira")
    before = files(example)
    for old, new, error, why in (
        (
            "person/zoe-sampel",
            "person/x",
            UnknownNameError,
            r"no record 'person/zoe-sampel'; did you mean person/zoe-sam",
        ),
        (
            "person/zoe-sample",
            "place/zoe",
            UsageError,
            r"'place/zoe' is not an id of type person, such as person/some-slug",
        ),
        ("person/zoe-sample", "person/Zoe", UsageError, "not an id of type person"),
        (
            "person/zoe-sample",
            "person/example-mira",
            UsageError,
            r"zoe-sample is in a layer, too, and cannot be merged",
        ),
        ("statement/port-example/01", "statement/port-example/03", UsageError, r"is there already, in .*03.yaml"),
        ("person/zoe-sample", "person/mira-example", UsageError, r"was in use before release 2026.11.1"),
        ("statement/port-example/01", "statement/other/01", UsageError, "belongs to another article"),
    ):
        with pytest.raises(error, match=why):
            nd.rename(example, old, new)
    assert files(example) == before
    assert main(["rename", "person/zoe-sample", "person/zoe", "-C", str(example / "data" / "published")]) == 2
    assert main(["rename", "person/zoe-sample", "person/zoe", "-C", str(example / "data" / "curated" / "people")]) == 2
    assert "is a part of a dataset: name the dataset's folder" in capsys.readouterr().err
    assert main(["rename", "person/zoe-sample", "person/zoe", "-C", str(example)]) == 0
    said = "person/zoe-sample is now person/zoe: 1 id in 6 places of 7 files"
    assert said in capsys.readouterr().out


def test_all_files_are_written_or_none(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is cut off: what was replaced is put back, and nothing lies about."""
    before, left = files(example), [0]

    def cut_off(method: str) -> None:
        real = getattr(Path, method)

        def change(path: Path, *args: object, **options: object) -> object:
            is_change = method == "replace" or not path.name.startswith(".")
            left[0] -= is_change
            if is_change and not left[0]:
                raise OSError(28, "No space left on device", str(path))
            return real(path, *args, **options)

        monkeypatch.setattr(Path, method, change)

    cut_off("replace")
    cut_off("unlink")
    for last in range(1, 23):  # twelve files are written, ten removed
        left[0] = last
        with pytest.raises(SetupError, match="No space left on device"):
            nd.rename(example, "article/port-example", "article/footbridge")
        assert files(example) == before
        assert not list(example.rglob(".*news-dataset-new"))
    left[0] = 23
    assert len(nd.rename(example, "article/port-example", "article/footbridge").files) == 12


def test_two_records_become_one(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the one says nothing that the other does not; every reference and citation leads to the other."""
    people = example / "data/curated/people"
    (people / "zoe-sample-2.yaml").write_text("id: person/zoe-sample-2\nname: Zoë Sample\n", "utf-8")
    statement = example / "data/curated/statements/port-example/03.yaml"
    statement.write_text(statement.read_text("utf-8").replace("person/zoe-sample'", "person/zoe-sample-2'"), "utf-8")
    nd.build(example)
    assert main(["rename", "person/zoe-sample-2", "person/zoe-sample", "-C", str(example)]) == 0

    said = capsys.readouterr().out
    removed = people / "zoe-sample-2.yaml"
    assert f"person/zoe-sample-2 is merged into person/zoe-sample, {removed} removed: 1 id in 2 places" in said
    assert not removed.exists()
    assert "['person/zoe-sample']  # sure" in statement.read_text("utf-8")
    rows = (example / "data/redirects.yaml").read_text("utf-8")
    assert "- old_id: person/zoe-sample-2\n  new_id: person/zoe-sample\n  reason: merged\n" in rows
    assert nd.build(example).ok, "no id is lost"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("id: person/zoe-2\nname: Z. Sample\n", r"zoe-2\.yaml has another name than person/zoe-sample: to merge"),
        ("id: person/zoe-2\nname: Zoë Sample\nexternal_id: T1\n", "has another external_id than"),
        ("- id: person/zoe-2\n  name: Zoë Sample\n- id: person/x\n  name: X\n", "holds other records, too"),
    ],
)
def test_a_merge_that_would_lose_something_is_refused(example: Path, words: str, why: str) -> None:
    """With what it is, and where to bring it; nothing is written."""
    (example / "data/curated/people/zoe-2.yaml").write_text(words, "utf-8")
    before = files(example)
    with pytest.raises(UsageError, match=why):
        nd.rename(example, "person/zoe-2", "person/zoe-sample")
    assert files(example) == before


def test_a_text_is_renamed_with_its_article(
    example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Byte for byte, with its permissions, and so that it is still found by its name when it differs."""
    monkeypatch.chdir(example)
    text, words = Path("texts/port-example.txt"), Path("text.txt").read_bytes() + b"More.\r\n"
    text.parent.mkdir()
    text.write_bytes(words)
    text.chmod(0o600)
    assert main(["rename", "article/port-example", "article/footbridge"]) == 0
    assert capsys.readouterr().out.startswith("texts/port-example.txt is now texts/footbridge.txt\n")
    target = Path("texts/footbridge.txt")
    assert [*text.parent.iterdir()] == [target]
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (words, 0o600)
    assert {issue.code for issue in nd.validate(".", text="texts")} == {"wrong_text"}
    nd.rename(".", "person/zoe-sample", "person/footbridge")
    assert [*text.parent.iterdir()] == [target]


@pytest.mark.parametrize("how", ["link", "linked folder", "bytes", "taken"])
def test_a_text_that_cannot_be_renamed_is_said(example: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """With the command that does it; the records are renamed all the same, and no text is overwritten."""
    monkeypatch.chdir(example)
    text, elsewhere = Path("texts/port-example.txt"), Path("else where")
    elsewhere.mkdir()
    if how == "linked folder":
        text.parent.symlink_to(elsewhere)
    else:
        text.parent.mkdir()
    if how == "link":
        text.symlink_to(example / "text.txt")
    else:
        text.write_bytes(b"\xff" if how == "bytes" else b"A text.")
    if how == "taken":
        text.with_name("footbridge.txt").write_bytes(b"Another text.")
    before = {path.name: path.read_bytes() for path in text.parent.iterdir()}

    done = nd.rename(".", "article/port-example", "article/footbridge")

    assert done.notes == (
        "texts/footbridge.txt is there already: texts/port-example.txt keeps its name" if how == "taken" else
        "texts/port-example.txt is not renamed; to do so: mv texts/port-example.txt texts/footbridge.txt",
    )  # fmt: skip
    assert {path.name: path.read_bytes() for path in text.parent.iterdir()} == before
    assert nd.Dataset.open(".").get("article/footbridge")
