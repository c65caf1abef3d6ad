"""An export imported without ``--mapping``: by the mapping in it, which is named, and never by a guess."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.dataset import Dataset
from news_dataset.errors import InvalidDataError, UnsafeInputError, UsageError
from tests.conftest import ROOT
from tests.test_export_annotated import EXAMPLE, TEXT, records

FORMATS = ("brat", "label-studio", "uima")


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an export of the example in each format."""
    monkeypatch.chdir(tmp_path)
    for form in (*FORMATS, "doccano"):
        Dataset(EXAMPLE).export(form, form, text=TEXT)  # type: ignore[arg-type]
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_the_mapping_of_an_export_is_used_and_named(
    form: str, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the folder, from an archive of it or of its files; the records are those that were exported."""
    shutil.make_archive("inside", "zip", form)
    shutil.make_archive("above", "zip", ".", form)
    for source, path in ((form, form), ("inside.zip", "inside.zip"), ("above.zip", f"above.zip/{form}")):
        assert main(["import", "--from", form, source, f"new-{source}"]) == 0
        said = capsys.readouterr().err.splitlines()
        assert said[:2] == [
            f"{path}/import-mapping.yaml says what the annotations become; --mapping FILE gives another",
            "an export has no people, organizations, places, events or codes: docs/importing.md says what to copy",
        ]
        assert records(exports / f"new-{source}") == records(EXAMPLE)


@pytest.mark.parametrize(("form", "name"), [("label-studio", "tasks.json"), ("doccano", "documents.jsonl")])
def test_a_source_of_one_file_has_the_mapping_beside_it(form: str, name: str, exports: Path) -> None:
    """The same as by ``--mapping``."""
    found = nd.import_from("new", form, f"{form}/{name}")
    given = nd.import_from("given", form, f"{form}/{name}", mapping=f"{form}/import-mapping.yaml")
    assert (found.found, given.found) == (str(Path(form, "import-mapping.yaml")), "")
    assert found.mapping == given.mapping
    assert records(exports / "new") == records(exports / "given")


def test_a_mapping_that_is_given_comes_first(exports: Path) -> None:
    """Also before several; of several in a source none is chosen."""
    Path("own.yaml").write_text("annotations:\n- {type: Person, record: person, same: words}\n", "utf-8")
    assert not nd.import_from("new", "brat", "brat", mapping="own.yaml").found
    shutil.copytree("brat", "both/ann")
    shutil.copytree("brat", "both/bob")
    with pytest.raises(
        UsageError, match=r"both has 2 mappings, such as both.ann.import-mapping\.yaml; name one: --map"
    ):
        nd.import_from("two", "brat", "both")
    assert nd.import_from("two", "brat", "both/ann", mapping="own.yaml").counts["articles"] == 1


def test_the_mapping_kept_in_a_dataset_is_not_that_of_its_next_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of files in the folder of the dataset: the names of types decide again."""
    monkeypatch.chdir(tmp_path)
    for label in ("Person", "Statement"):
        row = {"text": f"{label} 7.", "spans": [{"start": 0, "end": 6, "label": label}]}
        Path(f"{label}.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
        done = nd.import_from(".", "spans", f"{label}.jsonl")
        assert (done.found, done.counts["statements"]) == ("", int(label == "Statement"))


def test_a_mapping_in_a_source_that_is_none_is_refused(exports: Path) -> None:
    """With its place; nothing is written. In an archive one that is too large is refused, too."""
    path = Path("brat", "import-mapping.yaml")
    path.write_text("annotations: 7\n", "utf-8")
    with pytest.raises(InvalidDataError, match=r"brat.import-mapping\.yaml:1:14"):
        nd.import_from("new", "brat", "brat")
    noise = random.Random(0).randbytes(600_000).hex()
    path.write_text(f"# {noise}\nannotations: []\n", "utf-8")
    shutil.make_archive("large", "zip", "brat")
    with pytest.raises(UnsafeInputError, match=r"larger than 1,048,576 bytes"):
        nd.import_from("new", "brat", "large.zip")
    assert not Path("new").exists()


def test_the_next_command_of_an_export_runs_as_it_is_printed(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a folder in the place of FOLDER."""
    assert (
        main(["export", str(ROOT / "examples" / "second-article"), "--to", "brat", "-o", "out", "--text", str(TEXT)])
        == 0
    )
    following = capsys.readouterr().out.rpartition("news-dataset ")[2].replace("FOLDER", "again").split()
    assert following == ["import", "--from", "brat", "out", "again"]
    assert main(following) == 0
    assert records(exports / "again") == records(EXAMPLE)
