"""Older versions: their documents are judged by their own frozen schemas, taken to the newest, and load as before."""

from __future__ import annotations

import copy
import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from pandas.testing import assert_frame_equal
from pydantic import Field, ValidationError

import news_dataset as nd
from news_dataset import exporters, frozen, manifest
from news_dataset.checks import shape
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.errors import InvalidDataError, SetupError
from news_dataset.frozen import STEPS, Document, Step, migrate
from news_dataset.publish import verify
from news_dataset.records import BY_TYPE, Source, Statement
from news_dataset.tabular import tables, tables_of
from news_dataset.testing import strategies
from tests.conftest import ROOT

EXAMPLES = ROOT / "tests" / "examples"
NEWEST, OLDER = manifest.SCHEMA_VERSION, manifest.SCHEMA_VERSIONS[:-1]
KNOWN = ", ".join(manifest.SCHEMA_VERSIONS)
CORPUS = {"1.0": "79d2d491212a67a8", "1.1": "37c00a6732ec5626"}
"""The first digits of the digest of each frozen version's corpus, which is frozen with it."""

NEW_TABLES = {*tables()} - {*tables_of("1.0")}

Documents = list[tuple[str, str, Any]]


def documents(version: str, verdict: str) -> Documents:
    """The documents of a version that should pass or fail: kind, name, data."""
    paths = sorted((EXAMPLES / version / verdict).glob("*/*.json"))
    return [(path.parent.name, path.stem, json.loads(path.read_text("utf-8"))) for path in paths]


def parts(kind: str, data: Any) -> list[tuple[str, Any]]:
    """What the package judges one by one: a list of redirects or codes is judged row by row."""
    rows = {"redirects": "redirect", "codebook": "codebook"}
    return [(rows[kind], row) for row in data] if kind in rows and isinstance(data, list) else [(kind, data)]


def seal(version: str) -> str:
    """Return the digest of every file of a version's corpus."""
    found = sha256()
    for path in sorted((EXAMPLES / version).rglob("*")):
        if path.is_file():
            found.update(path.relative_to(EXAMPLES).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A dataset of 1.0 with its release, as the package of that version left it."""
    return Path(shutil.copytree(EXAMPLES / "1.0" / "dataset", tmp_path / "old"))


@pytest.mark.parametrize("version", OLDER)
def test_the_corpus_of_a_frozen_version_is_frozen(version: str) -> None:
    """No file more, none less, no byte different."""
    assert seal(version).startswith(CORPUS[version])
    assert len(documents(version, "should_pass")) > 50
    assert len(documents(version, "should_fail")) > 500


@pytest.mark.parametrize("version", OLDER)
def test_what_should_pass_passes_and_becomes_the_newest(version: str) -> None:
    """By the frozen schemas, and after its steps by the newest models."""
    for kind, name, data in documents(version, "should_pass"):
        for one, row in parts(kind, data):
            before = copy.deepcopy(row)
            assert frozen.faults(version, one, row) is None, name
            newest = migrate(one, row, version)
            assert row == before, f"{name} was changed in place"
            assert nd_model(one).model_validate(newest), name


@pytest.mark.parametrize("version", OLDER)
def test_what_should_fail_fails_where_it_did(version: str, tmp_path: Path) -> None:
    """The package says the same of it, at the same place, as in its own version."""
    expected = json.loads((EXAMPLES / version / "should_fail" / "expected.json").read_text("utf-8"))
    for kind, name, data in documents(version, "should_fail"):
        wanted = expected[f"{kind}/{name}"]
        if kind not in BY_TYPE or (wanted["code"] == "wrong_type" and "1277.0" in json.dumps(data)):
            continue
        path = tmp_path / BY_TYPE[kind].table / "document.jsonl"  # in the release form: nothing is left out
        path.parent.mkdir(exist_ok=True)
        text = (EXAMPLES / version / "should_fail" / kind / f"{name}.json").read_text("utf-8")
        path.write_text(text.replace("\n", " "), "utf-8")
        found = Collection.open(path, schema=version)
        codes = {(issue.code, issue.pointer.removeprefix("/0")) for report in shape.run(found) for issue in report}

        assert not any(entry.row for entry in found.entries), name
        assert wanted["code"] in {code for code, _ in codes}, (name, codes)
        assert (wanted["code"], wanted["pointer"]) in codes, (name, codes)


@given(strategies.data(Statement))
def test_a_field_of_the_newest_is_unknown_to_an_older_version(data: Document) -> None:
    """A statement with quantities or corrections is none of 1.0; without what is new it comes out as it went in."""
    found = frozen.faults("1.0", "statement", data)
    schema = json.loads((ROOT / "schemas" / "1.0" / "statement.schema.json").read_text("utf-8"))
    new = {*data} - {*schema["properties"]}
    refused = {(error["type"], error["loc"]) for error in found.errors()} if found else set()
    assert {loc[0] for kind, loc in refused if kind == "extra_forbidden" and len(loc) == 1} == new
    if not found:
        assert migrate("statement", data, "1.0") == data


def test_an_older_dataset_loads_as_it_did(old: Path) -> None:
    """Frames of its records are those of its release, which the older package built; what is new is empty."""
    release = nd.Dataset.open(old / "data" / "published")
    records = nd.Dataset.open(old / "data" / "curated")

    assert set(records.tables()) - set(release.tables()) == NEW_TABLES
    assert all(len(records.load_all()[table]) == 0 for table in NEW_TABLES)
    for table in [name for name in release.tables() if name != "codes"]:
        one, other = release.load(table), records.load(table)
        new = [name for name in other if name not in one]
        assert set(one) <= set(other)
        assert other[new].isna().all(axis=None)
        assert_frame_equal(one, other.drop(columns=new), check_categorical=False)
    assert_frame_equal(release.who_said_what(), records.who_said_what(), check_categorical=False)
    assert_frame_equal(release.timeline(), records.timeline(), check_categorical=False)


def test_no_code_is_lost(old: Path) -> None:
    """The table codes has grown."""
    before, now = (nd.Dataset.open(old / "data" / name).load("codes") for name in ("published", "curated"))
    pairs = [{*zip(frame["codebook"], frame["code"], strict=True)} for frame in (before, now)]

    assert pairs[0] < pairs[1]


def test_an_older_release_is_verified_and_validated_by_its_own_version(old: Path) -> None:
    """It has the tables of its version, no more; its records are in order."""
    assert verify(old / "data" / "published").dataset["schema_version"] == "1.0"
    assert nd.validate(old / "data" / "published").ok
    assert nd.validate(old).ok


def test_an_older_text_is_restored_from_an_older_release(old: Path) -> None:
    """Without the table that it does not have."""
    frame = nd.Dataset.open(old / "data" / "published").restore(ROOT / "examples" / "second-article" / "text.txt")

    assert set(frame["table"]) == {"evidence", "mentions"}
    assert set(frame["state"]) == {"exact"}


def test_an_older_dataset_is_built(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into a release of the newest schema, so that an upgrade of the package stops nobody; records stay as they are."""
    about, out = old / "data" / "dataset.yaml", old / "new"
    before = about.read_text("utf-8")
    assert main(["build", str(old), "-o", str(out)]) == 0
    assert f"schema {NEWEST}" in capsys.readouterr().out
    assert about.read_text("utf-8") == before
    assert "schema_version: '1.0'" in before
    assert verify(out).dataset["schema_version"] == manifest.SCHEMA_VERSION == NEWEST
    assert main(["build", str(old), "-o", str(out), "--check"]) == 0


def test_a_mistake_in_an_older_dataset_stands_at_its_line(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the same words as in the newest; quantities are no field of 1.0."""
    path = old / "data" / "curated" / "statements" / "port-example.yaml"
    words = path.read_text("utf-8")
    path.write_text(words.replace("  polarity: positive\n", "  polarity: positiv\n  quantities: []\n", 1), "utf-8")
    at = words[: words.index("  polarity: positive\n")].count("\n") + 1

    assert main(["validate", str(old)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}:{at}:13: unknown_code polarity 'positiv'")
    assert "did you mean positive?" in lines[0]
    assert lines[1].startswith(f"{path}:{at + 1}:3: unknown_key quantities")
    assert f"it is new in a schema after 1.0; dataset.yaml may say schema_version: '{NEWEST}'" in lines[1]


@pytest.mark.parametrize("version", ["1.3", "2.0", "10.0"])
def test_a_newer_version_is_refused_in_one_sentence(
    old: Path, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the versions and the command to upgrade, for records and for a release, whatever form these have."""
    about = old / "data" / "dataset.yaml"
    about.write_text(about.read_text("utf-8").replace("schema_version: '1.0'", f"schema_version: '{version}'"), "utf-8")
    path = old / "data" / "published" / "manifest.json"
    whole = json.loads(path.read_text("utf-8"))
    whole["dataset"]["schema_version"], whole["chapters"] = version, {}
    path.write_text(json.dumps(whole), "utf-8")

    cure = "use a newer version of news_dataset, or correct schema_version"
    sentence = f"follows schema {version}, and this package knows {KNOWN}; {cure}"
    for command in (
        ["validate", str(old)],
        ["build", str(old)],
        ["verify", str(path.parent)],
        ["info", str(old)],
    ):
        assert main(command) == 5
        assert sentence in capsys.readouterr().err
    with pytest.raises(SetupError, match="use a newer version of news_dataset"):
        nd.Dataset.open(path.parent).load("people")


def test_a_version_may_be_named_for_a_file(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bare file follows the newest, else the version that is named; an unknown one is a usage error."""
    path = old / "data" / "curated" / "statements" / "port-example.yaml"

    assert main(["validate", str(path)]) == main(["validate", str(path), "--schema", "1.0"]) == 0
    assert main(["validate", str(path), "--schema", "0.9"]) == 2
    assert f"this package knows {KNOWN}" in capsys.readouterr().err


def test_dataset_yaml_alone_says_its_own_version(old: Path) -> None:
    """As it does beside records."""
    assert nd.validate(old / "data" / "dataset.yaml").ok


def test_an_older_export_is_read_again(old: Path) -> None:
    """It has the tables of its version; one that its descriptor lists must be there."""
    release = nd.Dataset.open(old / "data" / "published")
    whole = release.load_all(as_="arrow")
    exporters.export(whole, {}, "csv", old / "csv")

    assert exporters.csv.read(old / "csv").keys() == whole.keys()
    (old / "csv" / "people.csv").unlink()
    with pytest.raises(SetupError, match=r"people\.csv cannot be read"):
        exporters.csv.read(old / "csv")
    (old / "csv" / "datapackage.json").write_text("{}", "utf-8")
    with pytest.raises(InvalidDataError, match="lists no tables"):
        exporters.csv.read(old / "csv")


@pytest.mark.parametrize("to", ["csv", "sqlite"])
def test_a_table_of_which_nothing_is_known_is_one_sentence(old: Path, to: str) -> None:
    """A release of somebody else may have one; nothing is left behind."""
    people = nd.load("people", as_="arrow")
    with pytest.raises(InvalidDataError, match="the table planets is unknown"):
        exporters.export({"people": people, "planets": people}, {}, to, old / "out")
    assert not (old / "out").exists()


def test_what_is_no_version_is_told_which_there_are(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At its line, with all versions that are known."""
    about = old / "data" / "dataset.yaml"
    about.write_text(about.read_text("utf-8").replace("schema_version: '1.0'", "schema_version: abc"), "utf-8")

    assert main(["validate", str(old)]) == 1
    assert f"schema_version 'abc' is no version (this package knows {KNOWN})" in capsys.readouterr().out


# A MAJOR step, as a test only: a field gets another name, and less room.


class Renamed(Source):
    """A source of an imagined version 2.0: ``publisher`` is ``outlet``, of at most 30 characters."""

    outlet: Annotated[str, Field(max_length=30)]
    publisher: None = None  # type: ignore[assignment]


def rename(kind: str, document: Document) -> Document:
    if kind == "source":
        document["outlet"] = document.pop("publisher")
    return document


MAJOR = (*STEPS, Step(NEWEST, "2.0", rename))


def test_a_breaking_step_renames_and_tightens() -> None:
    """Every source of the corpus of 1.0 takes all steps; only one that is too long is refused, at its new name."""
    seen = set()
    for kind, name, data in documents("1.0", "should_pass"):
        if kind == "source":
            newest = migrate(kind, data, "1.0", MAJOR)
            is_short = len(data["publisher"]) <= 30
            seen.add(is_short)
            assert "publisher" in data, f"{name} was changed in place"
            if is_short:
                assert Renamed.model_validate(newest).outlet == data["publisher"]
            else:
                with pytest.raises(ValidationError) as refusal:
                    Renamed.model_validate(newest)
                assert [error["loc"] for error in refusal.value.errors()] == [("outlet",)]
    too_long = {"id": "source/a", "url": "https://example.org/", "publisher": "x" * 31, "kind": "news"}
    with pytest.raises(ValidationError, match="outlet"):
        Renamed.model_validate(migrate("source", too_long, "1.1", MAJOR))
    assert True in seen


def test_steps_lead_from_every_version_to_the_newest_and_from_nowhere_else() -> None:
    """In order, without a gap."""
    assert [STEPS[0].old, *(step.new for step in STEPS)] == list(manifest.SCHEMA_VERSIONS)
    assert migrate("dataset", {"schema_version": "1.0"}, "1.0", MAJOR) == {"schema_version": "2.0"}
    assert migrate("dataset", {"schema_version": "2.0"}, "2.0", MAJOR) == {"schema_version": "2.0"}
    for version in ("0.9", "2.1"):
        with pytest.raises(ValueError, match="nothing leads from schema"):
            frozen.migrate("source", {}, version, MAJOR)


def nd_model(kind: str) -> Any:
    """The newest model of a kind of documents."""
    from news_dataset.entries import SPECIAL

    return BY_TYPE.get(kind) or SPECIAL[kind]
