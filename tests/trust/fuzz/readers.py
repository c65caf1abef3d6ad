"""Records, manifests, tables and mappings from bytes that nobody vouches for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import news_dataset as nd
from news_dataset import manifest, reader
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.curate.canonical import FormatError, canonical
from news_dataset.curate.mapping import text_of
from news_dataset.entries import Entry, entries_of
from news_dataset.errors import InvalidDataError, NewsDatasetError, UnsafeInputError
from news_dataset.importers import mappings
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document
from news_dataset.records import BY_TYPE
from news_dataset.validation import checked, validated
from tests.conftest import ROOT
from tests.test_engine_lines import TRAPS, difference
from tests.test_one_verdict import published
from tests.test_released import fitted
from tests.trust.fuzz.target import Target, one_in, require, room

PUBLISHED = ROOT / "data" / "published"
SHORT = 6_000
"""The most bytes of a seed."""


def yaml_record(data: bytes) -> None:
    """Read a file of records in YAML, and write those that are sound in canonical form."""
    document = reader.read(Path("a.yaml"), data)
    entries = _judged(document)
    if entries and not document.problems:
        model = entries[0].model if len({one.kind for one in entries}) == 1 else None
        text = data.decode()
        try:
            written = canonical(text, model)
        except FormatError:
            return
        require(canonical(written, model) == written, "the canonical form has another canonical form")
        again = reader.read(Path("a.yaml"), written.encode())
        rows = [one.row for one in _judged(again)]
        require(
            [one.row for one in entries] == rows or None in rows, "the canonical form of records says something else"
        )


def json_record(data: bytes) -> None:
    """Read a file of records in JSON; the published schema and the model say the same of each."""
    for entry in _judged(reader.read(Path("a.json"), data)):
        fits = published(entry.kind).is_valid(entry.data)
        require(fits == (entry.row is not None), f"schema and model differ on a record of type {entry.kind}")


def json_lines(data: bytes) -> None:
    """Read JSON Lines."""
    document = reader.read(Path("a.jsonl"), data)
    _judged(document)
    found = document.data or []
    expected = data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    require(len(found) == expected, "the lines are not those of the file")


def _judged(document: Document) -> list[Entry]:
    """Return the records of a document; each issue of their shape is one line that is safe to print."""
    entries, problems = entries_of(document, "", SCHEMA_VERSION)
    collection = Collection(Path(document.path), (document,), tuple(entries), is_whole=False)
    for report in shape.run(collection):
        for issue in report:
            require(str(issue).isprintable(), "an issue is not one printable line")
            require(issue.line >= 0 and issue.column >= 0, "an issue has no place")
    require(all(one.message for one in problems), "a problem says nothing")
    return entries


def verdict(data: bytes) -> None:
    """Validate JSON Lines by columns and by their models: the verdict is the same."""
    path = room() / ("verdict.jsonl", "people.jsonl", "events/verdict.jsonl")[len(data) % 3]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    said = difference(validated(path), checked(Collection.open(path)))
    require(not said, "the fast path and the model say different things")


def manifest_of_release(data: bytes) -> None:
    """Read the manifest of a release, and compare the release with it."""
    folder = room() / "manifest"
    folder.mkdir(exist_ok=True)
    (folder / manifest.NAME).write_bytes(data)
    try:
        found = manifest.read(folder)
        [*manifest.differences(folder, found)]
        require(manifest._parse(found.to_json().encode()) == found, "a manifest that is written says something else")
        ds = nd.Dataset.open(folder)
        ds.info(), ds.citation(), ds.tables(), ds.verify()
    except NewsDatasetError:
        return


def parquet(data: bytes) -> None:
    """Read a table of a release that vouches for it, whatever is in it."""
    folder = _release()
    fitted(folder, "people.parquet", data)
    try:
        ds = nd.Dataset.open(folder)
        ds.load("people", as_="arrow").validate(full=True)
        ds.load("people"), list(ds.iter_records("people"))
        if one_in(20, data):
            path = room() / "people.parquet"
            path.write_bytes(data)
            validated(path)
    except NewsDatasetError:
        return


@cache
def _release() -> Path:
    return Path(shutil.copytree(PUBLISHED, room() / "release"))


def mapping(data: bytes) -> None:
    """Read a mapping file, and write what it says."""
    path = room() / "mapping.yaml"
    path.write_bytes(data)
    try:
        found = mappings.read(reader.read(path))
    except (InvalidDataError, UnsafeInputError) as error:
        require(all(line.isprintable() for line in str(error).split("\n")), "an issue is not one printable line")
        return
    path.write_text(text_of(found, "a remark"), "utf-8")
    require(mappings.read(reader.read(path)) == found, "a mapping that is written says something else")


def yaml_seeds() -> Iterator[bytes]:
    """Yield curated files and examples, in YAML."""
    for folder in (ROOT / "data", ROOT / "examples", ROOT / "tests" / "examples" / "codes"):
        yield from _short(folder.rglob("*.yaml"))


def json_seeds() -> Iterator[bytes]:
    """Yield examples of records that fit and that do not, in JSON."""
    yield from _short((ROOT / "tests" / "examples" / SCHEMA_VERSION).rglob("*.json"))


def _short(paths: Iterator[Path]) -> Iterator[bytes]:
    for path in sorted(paths):
        if path.is_file() and path.stat().st_size <= SHORT:
            yield path.read_bytes()


def line_seeds() -> Iterator[bytes]:
    """Yield published lines, and lines on which readers are known to trip."""
    for path in sorted(PUBLISHED.glob("*.jsonl")):
        lines = sorted(path.read_bytes().splitlines(keepends=True), key=len)
        yield b"".join(lines[:3])
    for line, _ in TRAPS.values():
        if len(line) < SHORT:
            yield line + b"\n"


def manifest_seeds() -> Iterator[bytes]:
    """Yield the manifest of the bundled release, and one with little in it."""
    found = json.loads((PUBLISHED / manifest.NAME).read_bytes())
    for few in (0, 2):
        kept = {name: dict(list(found[name].items())[:few]) for name in ("tables", "files", "views")}
        yield json.dumps(found | kept).encode()


def table_seeds() -> Iterator[bytes]:
    """Yield a small table in several ways to write it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    yield (PUBLISHED / "people.parquet").read_bytes()
    rows = pq.read_table(PUBLISHED / "people.parquet").slice(0, 2)
    ways: list[dict[str, Any]] = [
        {"compression": "none"}, {"compression": "snappy", "data_page_version": "2.0"},
        {"compression": "gzip", "use_dictionary": False}, {"compression": "none", "write_statistics": False},
    ]  # fmt: skip
    for way in ways:
        sink = pa.BufferOutputStream()
        pq.write_table(rows.replace_schema_metadata(None), sink, **way)
        yield sink.getvalue().to_pybytes()


def mapping_seeds() -> Iterator[bytes]:
    """Yield the mappings that tests use."""
    for path in sorted((ROOT / "tests" / "mappings").glob("*.yaml")):
        yield path.read_bytes()[:SHORT]


WORDS = (*(f"{name}/" for name in BY_TYPE), "\ufeff", "\u2028", "&a", "*a", "!!str", "<<: ", "---\n", "%YAML 1.1\n",
         "null", "NaN", "1e999", "\\ud800", "\\u0000", "2025-02-30", "~", "|\n", ">-\n", "- ", "'", '"')  # fmt: skip
TARGETS = {
    "yaml": Target(yaml_record, yaml_seeds, 60_000, WORDS),
    "json": Target(json_record, json_seeds, 100_000, WORDS),
    "lines": Target(json_lines, line_seeds, 100_000, WORDS),
    "verdict": Target(verdict, line_seeds, 1_000, WORDS),
    "manifest": Target(manifest_of_release, manifest_seeds, 20_000, ("../", "views/a.parquet", "\\", "1.2", "9.9")),
    "parquet": Target(parquet, table_seeds, 10_000, ("PAR1",)),
    "mapping": Target(mapping, mapping_seeds, 20_000, ("record: ", "holder: ", "links: ", "values: ", *WORDS)),
}
