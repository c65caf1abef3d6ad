"""A dataset's own codes, fields and severities: checked, completed, built, loaded, exported, compared and shown."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import news_dataset as nd
from news_dataset import manifest
from news_dataset.changes import as_text
from news_dataset.collection import Collection
from news_dataset.engine.rows import predicate
from news_dataset.errors import InvalidDataError
from news_dataset.profile import BASE, profile_of
from news_dataset.records import BY_TYPE
from news_dataset.records.codebooks import CODEBOOKS
from news_dataset.tabular import tables
from tests.conftest import ROOT
from tests.each import each

EXAMPLE = ROOT / "examples" / "match-report"
OWN = {
    "statements": {"x_minute": "int32", "x_side": "code"},
    "events": {"x_kick_off": "date32", "x_attendance_share": "double"},
    "people": {"x_is_captain": "bool"},
}


@pytest.fixture
def ds(tmp_path: Path) -> nd.Dataset:
    shutil.copytree(EXAMPLE, tmp_path / "ds", ignore=shutil.ignore_patterns("published", "schemas"))
    return nd.Dataset.open(tmp_path / "ds")


def change(ds: nd.Dataset, file: str, old: str, new: str) -> None:
    path = ds_path(ds) / "data" / file
    text = path.read_text("utf-8")
    assert old in text, text
    path.write_text(text.replace(old, new), "utf-8")


def ds_path(ds: nd.Dataset) -> Path:
    found = ds._folder
    assert found
    return found


def test_the_example_is_right_with_its_text(ds: nd.Dataset) -> None:
    report = ds.validate(text=EXAMPLE / "text.txt")

    assert report.ok, report
    assert {issue.code for issue in report} <= {"unassessed_fact"}


def test_release_frames_and_sql(ds: nd.Dataset) -> None:
    """What records say in the fields of the dataset's own is in every form of the release."""
    ds.build()
    release = nd.Dataset.open(ds_path(ds) / "data" / "published")  # alone, without dataset.yaml
    assert release.verify().ok
    assert release.validate(hashed=True).ok
    assert ds.build(check=True).ok

    frame = release.load("statements").set_index("id")
    assert frame["x_minute"].dropna().to_dict() == {"statement/harbour-cup/01": 12}
    assert [*frame["x_side"].cat.categories] == ["home", "away", "neutral"]
    captains = release.load("people").set_index("id")["x_is_captain"]
    assert captains.dropna().to_dict() == {"person/mira-example": True, "person/zoe-sample": False}
    (event,) = release.iter_records("events")
    assert (event.x_kick_off, event.mode) == ("2031-05-10", "cup")  # type: ignore[attr-defined]
    assert release.sql("SELECT count(*) AS n FROM statements WHERE x_side = 'away'")["n"].tolist() == [2]
    codes = release.load("codes")
    assert {"football", "MATCH", "cup", "referee", "interviewer", "neutral"} <= {*codes["code"]}
    assert "x_minute" in {*release.describe("statements")["column"]}


def test_tables_are_checked_alike_in_every_form(ds: nd.Dataset) -> None:
    """Records, release and lines have one verdict on a value of an extension field, and name the same column."""
    ds.build()
    folder = ds_path(ds)
    lines = folder / "lines"
    lines.mkdir()
    for name in ("dataset.yaml", "codebooks"):
        source = folder / "data" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, lines / name)
    for path in (folder / "data/published").glob("*.jsonl"):
        shutil.copy(path, lines)
    assert nd.validate(lines).ok, nd.validate(lines)
    path = lines / "statements.jsonl"
    path.write_text(path.read_text("utf-8").replace('"x_side":"home"', '"x_side":"hom"'), "utf-8")
    change(ds, "curated/statements/harbour-cup/05.yaml", "x_side: home", "x_side: hom")

    said = [[(one.code, one.message, one.hint) for one in nd.validate(place).errors] for place in (lines, folder)]
    assert said[0] == said[1] == [("unknown_code", "x_side 'hom' is not among its codes", "did you mean home?")]


def test_exports(ds: nd.Dataset, tmp_path: Path) -> None:
    ds.export("csv", tmp_path / "csv")
    ds.export("sqlite", tmp_path / "all.db")
    with open(tmp_path / "csv/statements.csv", encoding="utf-8", newline="") as file:
        sides = [row["x_side"] for row in csv.DictReader(file)]
    described = json.loads((tmp_path / "csv/datapackage.json").read_text("utf-8"))
    fields = {
        one["name"]: {field["name"]: field for field in one["schema"]["fields"]} for one in described["resources"]
    }
    assert sides == ["neutral", "away", "away", "neutral", "home"]
    assert fields["statements"]["x_side"]["constraints"]["enum"] == ["home", "away", "neutral"]
    assert fields["people"]["x_is_captain"]["type"] == "boolean"
    with closing(sqlite3.connect(tmp_path / "all.db")) as base:
        assert base.execute("SELECT x_minute FROM statements ORDER BY id").fetchall()[0] == (12,)
        with pytest.raises(sqlite3.IntegrityError):
            base.execute("UPDATE statements SET x_side = 'hom'")


def test_descriptors_name_the_columns(ds: nd.Dataset) -> None:
    ds.build()
    published = ds_path(ds) / "data/published"
    package = json.loads((published / "datapackage.json").read_text("utf-8"))
    crumbs = json.loads((published / "croissant.json").read_text("utf-8"))
    for table, columns in OWN.items():
        (resource,) = [one for one in package["resources"] if one["name"] == table]
        (records,) = [one for one in crumbs["recordSet"] if one["name"] == table]
        assert columns.keys() <= {one["name"] for one in resource["schema"]["fields"]}
        assert columns.keys() <= {one["name"] for one in records["field"]}


def test_diff_tells_of_them(ds: nd.Dataset, tmp_path: Path) -> None:
    shutil.copytree(ds_path(ds), tmp_path / "new")
    new = nd.Dataset.open(tmp_path / "new")
    change(new, "curated/statements/harbour-cup/01.yaml", "x_minute: 12", "x_minute: 13")

    (found,) = ds.diff(tmp_path / "new")
    assert "/x_minute: 12 → 13" in as_text([found])


def test_python_and_a_spreadsheet_write_them(ds: nd.Dataset, tmp_path: Path) -> None:
    about: dict[str, Any] = {"kind": "narrated", "claim_type": "fact", "gist": "Noor equalized.", "x_minute": 88}
    words = "Noor Sample equalized in the 88th"
    record = about | {
        "id": "statement/harbour-cup/06",
        "topics": ["football"],
        "evidence": {"content": {"find": words}},
    }
    assert ds.add(record, text=EXAMPLE / "text.txt").x_minute == 88
    with pytest.raises(InvalidDataError, match="did you mean x_minute"):
        ds.add(record | {"x_minuet": 88}, text=EXAMPLE / "text.txt")
    ds.export("csv-template", tmp_path / "sheets")
    header = (tmp_path / "sheets/statements.csv").read_text("utf-8-sig").strip().split(",")
    assert {"x_minute", "x_side", "interviewers"} <= {*header}
    (tmp_path / "statements.csv").write_text(
        "article,kind,claim_type,gist,x_minute,x_side,interviewers,speakers,words,topics\n"
        f"article/harbour-cup,narrated,fact,Noor equalized.,88,,,,{words},football\n",
        "utf-8",
    )
    done = ds.import_from("csv", tmp_path / "statements.csv", text=EXAMPLE / "text.txt")
    assert done.report.ok, done.report
    assert "x_minute: 88" in done.files[0].read_text("utf-8")


def test_the_schemas_of_the_folder_say_the_same(ds: nd.Dataset) -> None:
    """For an editor, and for any validator of JSON Schema: own codes and fields pass, misspelt ones do not."""
    ds.schema()
    folder = ds_path(ds) / "schemas" / manifest.SCHEMA_VERSION
    read = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    assert read["statement.schema.json"]["$id"].endswith(f":{manifest.SCHEMA_VERSION}:match-report:statement")
    valid = Draft202012Validator(read["statement.schema.json"])
    (record, *_) = (one.data for one in Collection.open(ds_path(ds)).of("statement"))
    assert valid.is_valid(record)
    for wrong in ({"x_side": "hom"}, {"x_minute": "12"}, {"x_minuet": 12}, {"topics": [{"topic": "footbal"}]}):
        assert not valid.is_valid(record | wrong), wrong
    assert ds.schema(check=True).ok
    assert ds.schema(check=True).tallies[0].checked == 20


def test_new_and_fmt_know_them(ds: nd.Dataset) -> None:
    text = str(ds.new("statement", output="-"))
    assert re.search("x_side.*home, away, neutral", text)
    assert ds.fmt(check=True).ok


@each(
    [
        ("x_side: neutral", "x_sid: neutral", "unknown_key x_sid", "did you mean x_side?"),
        ("x_side: neutral", "x_side: neutrl", "unknown_code x_side 'neutrl'", "did you mean neutral?"),
        ("x_minute: 12", "x_minute: '12'", "wrong_type x_minute", ""),
        ("x_minute: 12", "x_minute: 99999999999", "out_of_range x_minute", ""),
        ("topics: [football]", "topics: [footbal]", "unknown_code topic 'footbal'", "did you mean football?"),
        (
            "x_side: neutral",
            "x_side: neutral\ninterviewrs: [reporters]",
            "unknown_key interviewrs",
            "did you mean interviewers?",
        ),
    ]
)
def test_a_misspelt_one_gets_line_and_nearest_name(old: str, new: str, said: str, hint: str, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "ds")
    ds = nd.Dataset.open(tmp_path / "ds")
    change(ds, "curated/statements/harbour-cup/01.yaml", old, new)

    (issue,) = ds.validate().errors
    assert said in str(issue), issue
    assert hint in str(issue), issue
    assert issue.line > 1


WRONG = [
    ("dataset.yaml", "name: x_side", "name: side", "bad_form"),
    ("dataset.yaml", "name: x_side", "name: x_minute", "wrong_profile statement has a field x_minute already"),
    ("dataset.yaml", "- mode\n", "", "wrong_profile dataset.yaml does not name this codebook: mode"),
    ("dataset.yaml", "- mode\n", "- mode\n- quantity_unit\n", "there is no file codebooks/quantity_unit.yaml"),
    ("dataset.yaml", "- topic\n", "- topic\n- topic\n", "wrong_profile topic is there twice"),
    ("dataset.yaml", "- topic\n", "- topik\n", "did you mean topic?"),
    ("dataset.yaml", "severity: warning", "severity: off", "unquoted_scalar severity off"),
    ("dataset.yaml", "check: unassessed_fact", "check: dangling_reference", "dangling_reference is no policy check"),
    ("dataset.yaml", "check: unassessed_fact", "check: unassesed_fact", "did you mean unassessed_fact?"),
    ("codebooks/topic.yaml", "code: football", "code: economic", "wrong_profile every dataset has a code economic"),
    ("codebooks/topic.yaml", "code: refereeing", "code: football", "wrong_profile the code football is there twice"),
    ("codebooks/mode.yaml", "event_type: MATCH", "event_type: MACH", "no type of event MACH (did you mean MATCH?)"),
    ("codebooks/mode.yaml", "  event_type: MATCH\n", "", "wrong_profile a mode names its type of event"),
    ("codebooks/statement_role.yaml", "code: interviewer", "code: INTERVIEWER", "INTERVIEWER is not in small letters"),
    ("codebooks/statement_role.yaml", "code: interviewer", "code: topic", "topic would be written as topics, which"),
    ("codebooks/statement_role.yaml", "code: interviewer", "code: x_side", "x_side would be written as x_sides"),
    ("codebooks/topic.yaml", "- code: ref", 2 * "- {code: a, definition: A}\n" + "- code: ref", "a is there twice"),
    ("codebooks/topic.yaml", "code: football", "code: Economic", "Economic"),
    ("codebooks/event_type.yaml", "code: MATCH", "code: match", "match is not in capitals, as types of events are"),
    ("codebooks/topic.yaml", "definition:", "defintion:", "unknown_key defintion"),
]  # fmt: skip


@each(WRONG)
def test_a_profile_that_contradicts_is_refused(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    """At its line in dataset.yaml or the codebook."""
    shutil.copytree(EXAMPLE, tmp_path / "ds")
    ds = nd.Dataset.open(tmp_path / "ds")
    change(ds, file, old, new)

    found = [str(issue) for issue in ds.validate().errors]
    assert any(said in line for line in found), "\n".join(found)


@each([("error", 2, 0, 0), ("warning", 0, 2, 0), ("off", 0, 0, 3)])
def test_severities(severity: str, errors: int, warnings: int, skipped: int, tmp_path: Path) -> None:
    """What is switched off is counted as skipped, with the reason; never as passed."""
    shutil.copytree(EXAMPLE, tmp_path / "ds")
    ds = nd.Dataset.open(tmp_path / "ds")
    change(ds, "dataset.yaml", "severity: warning", f"severity: '{severity}'")

    report = ds.validate()
    (tally,) = [one for one in report.tallies if one.code == "unassessed_fact"]
    assert (len(report.errors), len([*report]) - len(report.errors)) == (errors, warnings)
    assert (tally.failed, tally.warned, sum(tally.skipped.values())) == (errors, warnings, skipped)
    assert tally.checked + sum(tally.skipped.values()) == 3


def test_no_release_switches_checks_off_that_are_no_policy(ds: nd.Dataset) -> None:
    """Whatever its manifest says."""
    ds.build()
    published = ds_path(ds) / "data/published"
    path = published / manifest.NAME
    said = json.loads(path.read_text("utf-8"))
    said["dataset"]["severities"] = [{"check": "dangling_reference", "severity": "off"}]
    path.write_text(json.dumps(said), "utf-8")

    (tally,) = [one for one in nd.validate(published).tallies if one.code == "dangling_reference"]
    assert tally.checked > 10
    assert not tally.skipped


def test_a_release_that_lost_a_codebook_is_noticed(ds: nd.Dataset) -> None:
    """Negative control of the manifest: its codebooks are a part of what it vouches for."""
    ds.build()
    path = ds_path(ds) / "data/published" / manifest.NAME
    said = json.loads(path.read_text("utf-8"))
    del said["codebooks"]["topic"]
    path.write_text(json.dumps(said), "utf-8")

    assert not nd.Dataset.open(path.parent).verify().ok


def test_no_profile_is_the_base(tmp_path: Path) -> None:
    """It has the models and codebooks of every dataset, and its manifest none."""
    assert profile_of({"name": "x"}, {"topic": [{"code": "a", "definition": "A"}]}) is BASE
    assert BASE.by_type == BY_TYPE
    assert BASE.codebooks == tuple(sorted(CODEBOOKS, key=lambda one: one.name))
    assert "codebooks" not in json.loads((ROOT / "data/published/manifest.json").read_text("utf-8"))


def test_a_code_alone_is_no_proof() -> None:
    """A field with one code only: its predicate names it, although JSON Schema says const."""
    field = {"record_type": "person", "name": "x_a", "type": "string", "description": "A.",
             "codes": [{"code": "one", "definition": "One."}]}  # fmt: skip
    profile = profile_of({"name": "x", "extension_fields": [field]}, {})
    assert "\"x_a\" IN ('one')" in predicate(profile.by_type["person"])
    assert [one.name for one in tables(profile)["people"].fields][-1] == "x_a"


def test_what_is_no_profile_is_none() -> None:
    """Data of any form: what is wrong is left to the model of dataset.yaml."""
    wrong: list[Any] = [None, [], "text", {"codebooks": "topic"}, {"codebooks": [["topic"]]}, {"extension_fields": [5]}]
    for about in [*wrong, {"extension_fields": {"record_type": "statement"}, "severities": [None]}]:
        assert profile_of(about, {"topic": 5, "mode": [None, {"code": 1}]}) is BASE


def test_a_dataset_that_gains_or_loses_a_field_is_compared(ds: nd.Dataset, tmp_path: Path) -> None:
    """A field that one of two datasets has is a difference, and no crash."""
    shutil.copytree(ds_path(ds), tmp_path / "old")
    old = nd.Dataset.open(tmp_path / "old")
    change(old, "curated/statements/harbour-cup/01.yaml", "x_minute: 12\n", "")
    change(old, "dataset.yaml", "- record_type: statement\n  name: x_minute\n  type: integer\n"
           "  description: The minute of the match that the claim is about.\n", "")  # fmt: skip

    assert "/x_minute: absent → 12" in as_text(old.diff(ds_path(ds)))
    assert "/x_minute: 12 → absent" in as_text(ds.diff(tmp_path / "old"))


def test_a_part_of_a_release_is_read_with_its_profile(ds: nd.Dataset, tmp_path: Path) -> None:
    """One table, one file of lines, and the template of a release."""
    ds.build()
    published = ds_path(ds) / "data/published"

    assert nd.validate(published / "statements.parquet").ok
    assert nd.validate(published / "statements.jsonl").ok
    nd.Dataset.open(published).export("csv-template", tmp_path / "sheets")
    assert "x_minute" in (tmp_path / "sheets/statements.csv").read_text("utf-8")


def test_another_manifest_above_is_none_of_ours(ds: nd.Dataset) -> None:
    """Of a web page, say: a file alone is read with the profile of its dataset."""
    for folder in (ds_path(ds), ds_path(ds) / "data"):
        (folder / "manifest.json").write_text('{"name": "a page"}', "utf-8")

    assert nd.validate(ds_path(ds) / "data/curated/statements/harbour-cup/01.yaml").ok


def test_an_older_version_has_no_profile(ds: nd.Dataset) -> None:
    """Each field is reported, with what to write."""
    change(ds, "dataset.yaml", f"schema_version: '{manifest.SCHEMA_VERSION}'", "schema_version: '1.0'")

    hint = f"it is new in a schema after 1.0; dataset.yaml may say schema_version: '{manifest.SCHEMA_VERSION}'"
    found = "\n".join(map(str, ds.validate()))
    assert f"unknown_key codebooks is not a field of dataset.yaml ({hint})" in found
