"""Descriptors: each says of every table, column, key and reference what it is, and has the manifest's hashes."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

import news_dataset as nd
from news_dataset import manifest, publish
from news_dataset.collection import Collection
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.manifest import Manifest
from news_dataset.publish import building
from news_dataset.publish import release as releases
from news_dataset.publish.descriptors import DESCRIPTORS
from news_dataset.tabular import Field, Table, tables
from news_dataset.views import views
from tests.building import build, compare
from tests.conftest import ROOT
from tests.each import each

RELEASES = [ROOT / "data" / "published", ROOT / "examples" / "second-article" / "data" / "published"]
PUBLISHED = RELEASES[0]
FOUND: Manifest = manifest.read(PUBLISHED)
TYPES = {"string": str, "integer": int, "number": float, "boolean": bool}
CROISSANT_TYPES = {
    "string": "sc:Text", "code": "sc:Text", "int32": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean",
    "date32": "sc:Date",
}  # fmt: skip
TABLES = [*tables().values(), *views().values()]
COLUMNS = [(table, field)
           for table in TABLES for field in table.fields]  # fmt: skip


def read(name: str, folder: Path = PUBLISHED) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return found


def card(folder: Path = PUBLISHED) -> tuple[dict[str, Any], str]:
    """Return the head of a card, and its body."""
    _, head, body = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def resource(table: str) -> dict[str, Any]:
    (found,) = [one for one in read("datapackage.json")["resources"] if one["name"] == table]
    return dict(found)


def packaged(table: str, column: str) -> dict[str, Any]:
    """Return what the Data Package says of a column."""
    (found,) = [one for one in resource(table)["schema"]["fields"] if one["name"] == column]
    return dict(found)


def record_set(table: str) -> dict[str, Any]:
    (found,) = [one for one in read("croissant.json")["recordSet"] if one["@id"] == table]
    return dict(found)


def faults(limits: dict[str, Any], value: Any) -> list[str]:
    """Return the constraints of Table Schema that a value breaks."""
    if value is None:
        return ["required"] if limits.get("required") else []
    broken = {
        "enum": value not in limits.get("enum", [value]),
        "pattern": "pattern" in limits and not re.fullmatch(limits["pattern"], value),
        "minimum": "minimum" in limits and value < limits["minimum"],
        "maximum": "maximum" in limits and value > limits["maximum"],
        "maxLength": "maxLength" in limits and len(value) > limits["maxLength"],
    }
    return [name for name, is_broken in broken.items() if is_broken]


@pytest.mark.parametrize("folder", RELEASES, ids=lambda path: path.parent.parent.name)
@pytest.mark.parametrize("name", DESCRIPTORS)
def test_it_is_what_the_manifest_gives(name: str, folder: Path) -> None:
    """To the byte, and the manifest vouches for it."""
    found = manifest.read(folder)
    data = manifest.read_file(folder, found, name)

    assert data == DESCRIPTORS[name](found).encode()
    assert b"\r" not in data


def test_another_process_gives_the_same_bytes() -> None:
    """Whatever the seed of its hashes is."""
    code = (
        "import sys; from pathlib import Path; from news_dataset import manifest\n"
        "from news_dataset.publish.descriptors import DESCRIPTORS\n"
        "found = manifest.read(Path(sys.argv[1]))\n"
        "sys.stdout.buffer.write(b''.join(make(found).encode() for make in DESCRIPTORS.values()))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code, str(PUBLISHED)], cwd=ROOT, env={"PYTHONHASHSEED": seed}, check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert made == {b"".join((PUBLISHED / name).read_bytes() for name in DESCRIPTORS)}


@each(TABLES)
def test_every_table_is_in_each(table: Table) -> None:
    """With its columns in order, its key, its references and its hash."""
    packed, crumbs, (head, body) = resource(table.name), record_set(table.name), card()
    names, digest = [field.name for field in table.fields], FOUND.files[f"{table.path}.parquet"].sha256
    (file,) = [one for one in read("croissant.json")["distribution"] if one["@id"] == f"{table.path}.parquet"]
    rows = {**FOUND.tables, **FOUND.views}[table.name].rows

    assert (packed["path"], packed["hash"]) == (f"{table.path}.parquet", f"sha256:{digest}")
    assert "bytes" not in packed
    assert [one["name"] for one in packed["schema"]["fields"]] == names
    assert packed["schema"].get("primaryKey", []) == list(table.key)
    assert (file["contentUrl"], file["sha256"]) == (f"{table.path}.parquet", digest)
    assert [one["name"] for one in crumbs["field"]] == names
    assert crumbs.get("key", []) == [{"@id": f"{table.name}/{column}"} for column in table.key]
    assert packed["description"] == crumbs["description"] == table.description
    assert ({"config_name": table.name, "data_files": f"{table.path}.parquet"} in [
        {key: one[key] for key in ("config_name", "data_files")} for one in head["configs"]
    ]) == bool(rows)  # fmt: skip
    assert f"| `{table.name}` | {rows} | {table.description} |\n" in body


@each(COLUMNS)
def test_every_column_is_in_each(table: Table, field: Field) -> None:
    """With type, description, reference, and the constraints that the model has."""
    packed, limits = packaged(table.name, field.name), packaged(table.name, field.name).get("constraints", {})
    keys = [one for one in resource(table.name)["schema"].get("foreignKeys", []) if one["fields"] == [field.name]]
    (crumb,) = [one for one in record_set(table.name)["field"] if one["@id"] == f"{table.name}/{field.name}"]
    book = field.codebook
    wanted = list(book.definitions) if book and not book.is_open else [True] if field.is_flag else None

    assert packed["description"] == crumb["description"] == field.description
    assert limits.get("required", False) is not field.nullable
    assert limits.get("enum") == wanted
    assert [one["reference"] for one in keys] == (
        [{"resource": field.references, "fields": ["id"]}] if field.references else []
    )
    assert ("pattern" in limits) or not field.references
    assert crumb["dataType"] == CROISSANT_TYPES[field.kind]
    assert crumb["source"] == {"fileObject": {"@id": f"{table.path}.parquet"}, "extract": {"column": field.name}}
    assert crumb.get("references") == (
        {"fileObject": {"@id": f"{field.references}.parquet"}, "extract": {"column": "id"}}
        if field.references else None
    )  # fmt: skip


@each(COLUMNS)
def test_the_release_keeps_the_types_and_constraints(table: Table, field: Field) -> None:
    """Every value of every column, in the terms of Table Schema."""
    packed = packaged(table.name, field.name)
    column = pq.read_table(PUBLISHED / f"{table.path}.parquet", columns=[field.name]).column(field.name)
    for value in column.to_pylist():
        assert faults(packed.get("constraints", {}), value) == []
        assert value is None or packed["type"] == "date" or type(value) is TYPES[packed["type"]]


@pytest.mark.parametrize(
    ("table", "column", "value", "fault"),
    [
        ("statements", "kind", "shouted", "enum"), ("statements", "kind", None, "required"),
        ("statements", "article", "articles/x", "pattern"), ("people", "country", "KORx", "pattern"),
        ("evidence", "start", -1, "minimum"), ("evidence", "ordinal", 0, "minimum"),
        ("places", "latitude", 91.0, "maximum"), ("statements", "gist", "x" * 241, "maxLength"),
        ("events", "date", "2025-13", "pattern"), ("names", "entity", "event/x", "pattern"),
    ],
)  # fmt: skip
def test_a_wrong_value_breaks_a_constraint(table: str, column: str, value: Any, fault: str) -> None:
    """Negative control of the test above."""
    assert fault in faults(packaged(table, column)["constraints"], value)


def test_patterns_are_about_the_whole_text_and_portable() -> None:
    """No anchors, which XML Schema has not, no escapes, and anchors that others put around it hold the whole."""
    patterns = {
        field["constraints"]["pattern"]
        for one in read("datapackage.json")["resources"] for field in one["schema"]["fields"]
        if "pattern" in field.get("constraints", {})
    }  # fmt: skip

    assert len(patterns) > 15
    for pattern in patterns:
        assert not set("\\^$") & set(pattern)
        assert not has_bare_choice(pattern)
    assert has_bare_choice("a(b|c)|d"), "negative control"


def has_bare_choice(pattern: str) -> bool:
    """Return whether a choice stands outside of all brackets, so that an anchor would belong to one side of it."""
    depths = [pattern[:at].count("(") - pattern[:at].count(")") for at, sign in enumerate(pattern) if sign == "|"]
    return 0 in depths


@pytest.mark.parametrize("name", ["datapackage.json", "croissant.json"])
def test_the_head_is_the_description(name: str) -> None:
    """Version, licence, contributors, keywords; no day that nobody knows."""
    about, found = dict(FOUND.dataset), read(name)
    licences = found["license"] if name == "croissant.json" else found["licenses"][0]["path"]
    people = [one["name"] for one in found["creator"]] if name == "croissant.json" else [
        one["title"] for one in found["contributors"]]  # fmt: skip

    version = about["data_version"].replace(".dev", "-dev") if "@type" in found else about["data_version"]
    assert (found["name"], found["version"]) == (about["name"], version)
    assert (found["description"], found["keywords"]) == (about["description"], about["keywords"])
    assert licences == about["license_url"]
    assert people == [one["name"] for one in about["contributors"]]
    assert "created" not in found
    assert found.get("datePublished", "2026-12") == "-".join(about["data_version"].split(".")[:2])
    assert ("homepage" in found or "url" in found) == ("homepage" in about)


def test_croissant_cites_as_the_package_does() -> None:
    """In BibTeX; and says which version of the standard it follows."""
    found = read("croissant.json")

    assert found["citeAs"] == nd.citation("bibtex")
    assert found["@type"] == "sc:Dataset"
    assert found["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    assert {name for name in found if name.startswith("rai:")} >= {"rai:dataLimitations", "rai:dataAnnotationProtocol"}


def test_the_card_has_the_head_that_hubs_read() -> None:
    """Licence and language in their spelling, one default, a size that fits."""
    head, body = card()
    rows = sum(content.rows for content in FOUND.tables.values())

    assert (head["license"], head["language"], head["tags"]) == ("cc-by-4.0", "en", FOUND.dataset["keywords"])
    assert [one["config_name"] for one in head["configs"] if one.get("default")] == ["claims"]
    assert 1_000 <= rows < 10_000
    assert head["size_categories"] == ["1K<n<10K"]
    assert nd.license()["covers"] in body
    assert nd.citation() in body
    assert "DATASHEET.md" in body


def test_a_description_with_a_homepage_is_described_with_it() -> None:
    """As is a contributor with a page; without keywords and language there are none."""
    about = dict(FOUND.dataset) | {"homepage": "https://example.org/kites"}
    about["contributors"] = [{"name": "Ann Example", "role": "author", "url": "https://example.org/ann"}]
    del about["keywords"], about["language"]
    made = {name: make(dataclasses.replace(FOUND, dataset=about))
            for name, make in DESCRIPTORS.items()}  # fmt: skip
    package, crumbs = json.loads(made["datapackage.json"]), json.loads(made["croissant.json"])

    assert (package["homepage"], crumbs["url"]) == (about["homepage"], about["homepage"])
    assert package["contributors"] == [{"title": "Ann Example", "roles": ["author"], "path": "https://example.org/ann"}]
    assert crumbs["creator"][0]["url"] == "https://example.org/ann"
    assert not {"keywords", "inLanguage"} & {*package, *crumbs}
    assert not {"tags", "language"} & set(yaml.safe_load(made["README.md"].split("---\n")[1]))


@pytest.fixture
def release(dataset: Path) -> Path:
    """A release of the copy: the published one, which is what ``build`` makes of it."""
    return shutil.copytree(ROOT / "data" / "published", dataset / "data" / "published")


@pytest.fixture(scope="module")
def differing(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], list[str]]:
    """How a release differs from what the records of the checkout become, which is made once."""
    made = building.manifest_to_build(building.input_of_records(Collection.open(ROOT / "data" / "curated")))
    return partial(releases.compare, made)


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_stale_or_missing_descriptor_is_noticed(
    release: Path, differing: Callable[[Path], list[str]], name: str
) -> None:
    """By verify where the manifest does not fit, by build --check where it was made to fit."""
    (release / name).write_text("{}")
    with pytest.raises(IntegrityError, match=name):
        publish.verify(release)
    found = manifest.read(release)
    found.files[name] = manifest.describe(b"{}")
    (release / manifest.NAME).write_text(found.to_json(), "utf-8")

    assert differing(release) == [f"{name}: describes another release than this one"]
    (release / name).unlink()
    del found.files[name]
    (release / manifest.NAME).write_text(found.to_json(), "utf-8")
    assert differing(release) == [f"{name}: describes another release than this one"]


def test_a_readme_of_somebody_else_is_not_replaced(dataset: Path, release: Path) -> None:
    """A release of a time before there were descriptors, with notes beside it; without the notes it is renewed."""
    found = manifest.read(release)
    for name in DESCRIPTORS:
        (release / name).unlink()
        del found.files[name]
    (release / manifest.NAME).write_text(found.to_json(), "utf-8")
    (release / "README.md").write_text("years of work")
    with pytest.raises(SetupError, match=r"holds README\.md, which is not part of the release"):
        build(dataset, release)
    assert (release / "README.md").read_text() == "years of work"
    (release / "README.md").unlink()
    build(dataset, release)

    assert compare(dataset, release) == []
