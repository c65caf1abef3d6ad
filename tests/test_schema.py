"""Schemas: committed files are what the models give, valid, closed and self-contained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from news_dataset import json_schemas, reader
from news_dataset.manifest import SCHEMA_VERSION
from tests.each import each

NAMES = sorted(json_schemas.derive())


def test_the_committed_files_are_what_the_models_give(root: Path) -> None:
    """No drift; and a change, a loss and a stray are noticed."""
    assert not list(json_schemas.drift(root / "schemas" / SCHEMA_VERSION))


def test_drift_is_noticed(root: Path, tmp_path: Path) -> None:
    """Negative control: a change, a loss and a stray."""
    folder = shutil.copytree(root / "schemas" / SCHEMA_VERSION, tmp_path / SCHEMA_VERSION)
    (folder / "person.schema.json").write_text("{}")
    (folder / "place.schema.json").unlink()
    (folder / "planet.schema.json").write_text("{}")

    assert dict(json_schemas.drift(folder)) == {
        "person.schema.json": "differs from the models",
        "place.schema.json": "is missing",
        "planet.schema.json": "belongs to no record type",
    }


def test_they_are_valid_schemas() -> None:
    """Against the meta-schema of draft 2020-12."""
    json_schemas.check_dialect()


@each(NAMES)
def test_the_id_names_version_and_file(name: str) -> None:
    """A URN, derived from the path."""
    found = json.loads(json_schemas.derive()[name])

    assert found["$id"] == f"urn:news-dataset:schema:{SCHEMA_VERSION}:{name.removesuffix('.schema.json')}"
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@each(NAMES)
def test_every_object_is_closed_and_every_reference_inside(name: str) -> None:
    """A misspelt key never passes, and nothing is fetched."""

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            assert "$ref" not in part or str(part["$ref"]).startswith("#/$defs/")
            is_of_names = name == "mapping.schema.json" and "properties" not in part  # of types that others name
            is_closed = part.get("additionalProperties") is False or "propertyNames" in part or is_of_names
            assert part.get("type") != "object" or list(part) == ["type"] or is_closed
            assert "default" not in part or isinstance(part["default"], dict)
        for item in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            walk(item)

    walk(json.loads(json_schemas.derive()[name]))


def test_an_integer_with_a_point_is_no_integer() -> None:
    """To JSON Schema it is one, so the reader makes it a text; numbers stay numbers."""
    article, place = json_schemas.record_schema("article"), json_schemas.record_schema("place")

    assert reader.typed({"text_length": 1277.0}, article) == ({"text_length": "1277.0"}, [])
    assert reader.typed({"text_length": 1277}, article) == ({"text_length": 1277}, [])
    assert reader.typed({"latitude": 35.0, "geonames": 1e3}, place) == ({"latitude": 35.0, "geonames": "1000.0"}, [])
