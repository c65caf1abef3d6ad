"""A release is read without the models: what that imports, what is still looked at, and what comes out."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest, publish, stores
from news_dataset.errors import IntegrityError, UsageError
from news_dataset.released import Release
from tests.conftest import ROOT

MODELS = {"pydantic", "jsonschema", "yaml", "polars"}
PUBLISHED = ROOT / "data" / "published"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of the release."""
    return Path(shutil.copytree(PUBLISHED, tmp_path / "published"))


def fitted(release: Path, name: str, data: bytes, rows: int | None = None) -> Path:
    """Replace a file of a release, and make the manifest vouch for it."""
    (release / name).write_bytes(data)
    found = json.loads((release / manifest.NAME).read_text("utf-8"))
    found["files"][name] = asdict(manifest.describe(data))
    if rows is not None:
        found["tables"][name.partition(".")[0]]["rows"] = rows
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    return release


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def imported(code: str) -> set[str]:
    """The modules that a fresh process has imported after running *code*."""
    show = "import sys; print(chr(10), *sorted(sys.modules))"
    command = [sys.executable, "-c", f"import news_dataset as nd\n{code}\n{show}"]
    return set(
        subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.splitlines()[-1].split()
    )


# What is imported.


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("nd.info(); nd.citation(); nd.tables(); nd.path('people')", MODELS | {"pyarrow", "pandas"}),
        ("nd.load('people', as_='arrow')", MODELS | {"pandas", "pyarrow.dataset", "pyarrow.compute"}),
        ("nd.load('people', as_='records', columns=['id'])", MODELS | {"pandas", "pyarrow.dataset"}),
        ("nd.load('people'); nd.load_all()", MODELS | {"pyarrow.dataset"}),
        ("nd.who_said_what(); nd.timeline(); nd.describe('people')", MODELS | {"pyarrow.dataset"}),
        ("nd.load('statements', filters=[('kind', '=', 'direct')])", MODELS),
        ("nd.get('person/lee-jae-myung')", {"jsonschema", "pandas", "pyarrow"}),
        ("next(nd.iter_records('people'))", {"jsonschema", "pandas", "pyarrow"}),
        ("import news_dataset.cli.arguments as a; a.parser()", MODELS | {"pyarrow", "pandas", "dataclasses", "json"}),
    ],
)
def test_each_call_imports_what_it_needs(code: str, absent: set[str]) -> None:
    """Loading needs no models; a typed record neither frames nor schemas."""
    assert absent & imported(code) == set()


def test_one_record_imports_no_more_of_the_house_than_it_needs() -> None:
    """Neither codes nor schemas nor collections."""
    rooms = {
        name.split(".")[1] for name in imported("nd.get('person/lee-jae-myung')") if name.startswith("news_dataset.")
    }

    assert rooms == {
        "bundled", "dataset", "edtf", "errors", "files", "form", "frames", "manifest", "markup", "parquet", "patterns",
        "plots", "profile", "records", "released", "rules", "stores", "strict_json",
    }  # fmt: skip


def test_importing_the_package_imports_nothing_else() -> None:
    """Not even a module of its own."""
    assert not {name for name in imported("") if name.startswith("news_dataset.")}
    assert not {"typing", "pathlib", "re", "json"} & imported("") - imported_bare()


def imported_bare() -> set[str]:
    """The modules that Python itself imports here."""
    run = subprocess.run([sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True)
    return set(run.stdout.split())


def test_an_unknown_name_of_the_package_is_an_attribute_error() -> None:
    """And a star import gets them all."""
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        nd.lod  # type: ignore[attr-defined]  # noqa: B018
    space: dict[str, Any] = {}
    exec("from news_dataset import *", space)

    assert set(nd.__all__) <= set(space)
    assert set(nd.__all__) <= set(dir(nd))


# What is still looked at without the models.


def test_a_release_may_have_other_tables(release: Path) -> None:
    """They are loaded by their name; verify does not know them."""
    found = json.loads((release / manifest.NAME).read_text("utf-8"))
    found["tables"]["towns"], found["files"]["towns.parquet"] = (
        found["tables"]["places"],
        found["files"]["places.parquet"],
    )
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    shutil.copy(release / "places.parquet", release / "towns.parquet")
    dataset = nd.Dataset.open(release)

    assert dataset.tables() == [*nd.tables(), "towns"]
    assert dataset.load("towns").equals(nd.load("places"))  # type: ignore[call-overload]
    with pytest.raises(IntegrityError, match="towns is no table"):
        publish.verify(release)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.slice(1), "other rows than the manifest says"),
        (lambda table: table.append_column("list", pa.array([[1]] * len(table))), "list is not known"),
        (lambda table: table.append_column("id", table["id"]), "no table has: id"),
        (lambda table: table.set_column(0, "id", table["id"].cast(pa.large_string())), "no table has: id"),
    ],
)
def test_what_cannot_be_a_table_is_refused(release: Path, change: Any, message: str) -> None:
    """Also if the manifest vouches for it."""
    dataset = nd.Dataset.open(
        fitted(release, "places.parquet", parquet(change(pq.read_table(release / "places.parquet"))))
    )
    with pytest.raises(IntegrityError, match=message):
        dataset.load("places")


def test_views_of_tables_that_do_not_fit_are_refused(release: Path) -> None:
    """In one sentence."""
    table = pq.read_table(release / "articles.parquet").drop_columns(["headline"])
    fitted(release, "articles.parquet", parquet(table))
    found = json.loads((release / manifest.NAME).read_text("utf-8")) | {"views": {}}  # as of a release without them
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    with pytest.raises(IntegrityError, match="headline is missing"):
        nd.Dataset.open(release).who_said_what()


def change(path: str, value: Any) -> Any:
    """Return what sets or, for ``...``, removes a member of a manifest."""

    def changed(found: Any) -> Any:
        *parents, last = path.split("/")
        here = found
        for name in parents:
            here = here[int(name)] if isinstance(here, list) else here[name]
        if value is ...:
            del here[last]
        else:
            here[int(last) if isinstance(here, list) else last] = value
        return found

    return changed


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("dataset", ..., "dataset is missing"),
        ("more", 1, "more is not known"),
        ("tables", [], "tables is not a mapping"),
        ("tables/people", None, "tables/people is not a mapping"),
        ("tables/people/rows", True, "tables/people/rows is not a whole number"),
        ("tables/people/rows", 6.0, "tables/people/rows is not a whole number"),
        ("tables/people/rows", -1, "tables/people/rows is not a whole number"),
        ("tables/people/content_hash", ..., "tables/people/content_hash is missing"),
        ("tables/people/content_hash", "0" * 63, "tables/people/content_hash is not a content hash of 64 hex digits"),
        ("tables/people/content_sha256", "0" * 64, "tables/people/content_hash is not known"),
        ("tables/People", {"rows": 0, "content_hash": "0" * 64}, "tables/People is not the name of a table"),
        ("files/people.parquet/sha256", "0" * 63, "files/people.parquet/sha256 is not a SHA-256"),
        ("files/people.parquet/sha256", "0" * 64 + "\n", "files/people.parquet/sha256 is not a SHA-256"),
        ("files/people.parquet/bytes", "5", "files/people.parquet/bytes is not a whole number"),
        ("files/people.parquet/more", 5, "files/people.parquet/more is not known"),
        ("dataset/name", "", "dataset/name is not a text"),
        ("dataset/license", ..., "dataset/license is not a text"),
        ("dataset/license_url", ..., "dataset/license_url is not a text"),
        ("dataset/description", ..., "dataset/description is not a text"),
        ("dataset/homepage", 5, "dataset/homepage is not a text"),
        ("dataset/schema_version", "0.9", "dataset/schema_version is not one of 1.0, 1.1, 1.2"),
        ("dataset/data_version", "2026.13.0", "dataset/data_version is not year, month and number"),
        ("dataset/contributors", [], "dataset/contributors is not a list"),
        ("dataset/contributors/0", "x", "dataset/contributors/0 is not a mapping"),
        ("dataset/contributors/0/name", 5, "dataset/contributors/0/name is not a text"),
        ("dataset/title", "\ud800", "it has a half of a surrogate pair"),
        ("dataset/keywords", json.loads("[" * 31 + "]" * 31), "it nests deeper than 32 levels"),
        ("dataset/title", float("nan"), "it has NaN, which is no JSON"),
    ],
)
def test_a_fault_in_a_manifest_is_named_with_its_place(release: Path, path: str, value: Any, message: str) -> None:
    """Without the models."""
    found = change(path, value)(json.loads((release / manifest.NAME).read_text("utf-8")))
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    with pytest.raises(IntegrityError, match=f"manifest.json is not a manifest of a release: {re.escape(message)}"):
        nd.Dataset.open(release).load("people")


def test_a_manifest_may_nest_as_deep_as_records(release: Path) -> None:
    """32 levels, two of which are the manifest and the dataset."""
    found = change("dataset/keywords", json.loads("[" * 30 + "]" * 30))(
        json.loads((release / manifest.NAME).read_text())
    )
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")

    assert len(nd.Dataset.open(release).load("people"))


@pytest.mark.parametrize("text", ['{"dataset": 1, "dataset": 2}', "\ufeff{}", "[" * 100_000, "1" * 5_000, ""])
def test_what_is_no_strict_json_is_no_manifest(release: Path, text: str) -> None:
    """A name twice, a mark of the byte order, depth and length without end."""
    (release / manifest.NAME).write_text(text, "utf-8")
    with pytest.raises(
        IntegrityError,
        match=r"not a manifest of a release: it (is not JSON|begins|nests|has an integer|has the key .* twice)",
    ):
        manifest.read(release)


def test_a_size_that_is_only_claimed_asks_for_no_memory(release: Path) -> None:
    """An exabyte in the manifest is a file that differs."""
    found = json.loads((release / manifest.NAME).read_text("utf-8"))
    found["files"]["people.parquet"]["bytes"] = 10**18
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    with pytest.raises(IntegrityError, match=r"people\.parquet is not the file"):
        nd.Dataset.open(release).load("people")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("dataset/homepage", "no address", "dataset/homepage string should match"),
        ("dataset/more", 1, "dataset/more extra inputs"),
        ("dataset/contributors/0/role", "guest", "dataset/contributors/0/role input should be"),
    ],
)
def test_what_loaders_do_not_use_is_for_verify(release: Path, path: str, value: Any, message: str) -> None:
    """The whole description is looked at there, with its model."""
    found = change(path, value)(json.loads((release / manifest.NAME).read_text("utf-8")))
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")

    assert len(nd.Dataset.open(release).load("people")) == len(nd.load("people"))
    with pytest.raises(IntegrityError, match=f"manifest.json: {message}"):
        publish.verify(release)


def test_a_manifest_is_written_as_it_was_read(release: Path) -> None:
    """To the byte."""
    assert manifest.read(release).to_json() == (release / manifest.NAME).read_text("utf-8")


# Records.


def test_an_id_is_found_however_it_is_written(release: Path) -> None:
    """JSON may escape what it need not."""
    lines = (release / "people.jsonl").read_bytes().replace(b'"person/lee', rb'"\u0070erson\/lee')

    assert b'"person/lee-jae-myung"' not in lines
    assert stores.get(Release(fitted(release, "people.jsonl", lines)), "person/lee-jae-myung") == nd.get(
        "person/lee-jae-myung"
    )


def test_only_the_record_that_is_asked_for_becomes_a_model(release: Path) -> None:
    """A broken line elsewhere is for those who read it."""
    lines = (release / "people.jsonl").read_bytes().splitlines()
    at = next(place for place, line in enumerate(lines) if b'"person/joe-biden"' in line)
    lines[at] = b'{"id":"person/joe-biden"}'
    dataset = nd.Dataset.open(fitted(release, "people.jsonl", b"\n".join(lines) + b"\n"))

    assert dataset.get("person/lee-jae-myung") == nd.get("person/lee-jae-myung")
    for call in (lambda: dataset.get("person/joe-biden"), lambda: list(dataset.iter_records("people"))):
        with pytest.raises(IntegrityError, match=rf"people\.jsonl:{at + 1}: is no record"):
            call()


def test_models_are_built_once_for_many_threads() -> None:
    """They are built when first used, which may be in several threads at once."""
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "ids = [row['id'] for row in nd.load('records', as_='records')]\n"
        "with ThreadPoolExecutor(16) as pool: found = list(pool.map(nd.get, ids))\n"
        "assert [one.id for one in found] == ids"
    )
    for _ in range(3):
        imported(code)  # fails if the code does


def test_tables_without_a_manifest_are_not_altered(tmp_path: Path) -> None:
    """They are no release: one sentence, and not the advice to build it anew."""
    shutil.copy(ROOT / "data" / "published" / "people.parquet", tmp_path)

    with pytest.raises(UsageError, match="holds tables without a manifest to verify them against; use validate"):
        nd.verify(tmp_path)


def test_a_release_that_lost_its_manifest_is_altered(tmp_path: Path) -> None:
    """Its descriptors show that it was one."""
    shutil.copytree(ROOT / "data" / "published", tmp_path / "published")
    (tmp_path / "published" / "manifest.json").unlink()

    assert nd.verify(tmp_path / "published").exit_code == 4
