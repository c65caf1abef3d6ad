"""Peers that validate the lines of statements.jsonl, and the limits: reading the bytes, and parsing each line.

Each takes the file and the facts, and looks at no more than *most* lines. Whoever judges by JSON Schema takes the
schema that this package publishes; where a line is wrong, the errors are worded too, as a user wants them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from benchmarks.peers.facts import Found

ROOT = Path(__file__).parents[2]


def read_bytes(path: Path, facts: Path, most: int | None = None) -> Found:
    """Read the file in blocks of a megabyte and count its lines."""
    count = 0
    with open(path, "rb") as file:
        while block := file.read(2**20):
            count += block.count(b"\n")
    return Found(count)


def orjson(path: Path, facts: Path, most: int | None = None) -> Found:
    """Parse each line and judge nothing."""
    from orjson import loads

    count = 0
    for line in _lines(path, most):
        loads(line)
        count += 1
    return Found(count)


def jsonschema_rs(path: Path, facts: Path, most: int | None = None) -> Found:
    """Judge by JSON Schema in Rust."""
    from jsonschema_rs import Draft202012Validator

    validator = Draft202012Validator(_schema())
    return _judged(path, most, validator.is_valid, lambda data: [one.message for one in validator.iter_errors(data)])


def jsonschema(path: Path, facts: Path, most: int | None = None) -> Found:
    """Judge by JSON Schema in Python."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(_schema())
    return _judged(path, most, validator.is_valid, lambda data: [one.message for one in validator.iter_errors(data)])


def fastjsonschema(path: Path, facts: Path, most: int | None = None) -> Found:
    """Judge by code that is generated from the JSON Schema; it knows draft 7, so two words are put as that has them."""
    from fastjsonschema import JsonSchemaValueException
    from fastjsonschema import compile as compiled

    validate = compiled(_draft_7(_schema()))

    def is_valid(data: Any) -> bool:
        try:
            validate(data)
        except JsonSchemaValueException:
            return False
        return True

    return _judged(path, most, is_valid, lambda data: [])


def msgspec(path: Path, facts: Path, most: int | None = None) -> Found:
    """Decode into structs with constraints, made of the JSON Schema; rules across fields it cannot say."""
    from msgspec import ValidationError
    from msgspec.json import Decoder

    decoder = Decoder(_struct(_schema(), _schema()["$defs"]))
    rows, count = [], 0
    for count, line in enumerate(_lines(path, most), 1):
        try:
            decoder.decode(line)
        except ValidationError:
            rows.append(count - 1)
    return Found.of(count, path.stem, rows)


def pydantic(path: Path, facts: Path, most: int | None = None) -> Found:
    """Validate each line by the model of this package."""
    from pydantic import ValidationError

    from news_dataset.records import Statement

    rows, count = [], 0
    for count, line in enumerate(_lines(path, most), 1):
        try:
            Statement.model_validate_json(line)
        except ValidationError as error:
            error.errors()
            rows.append(count - 1)
    return Found.of(count, path.stem, rows)


def _lines(path: Path, most: int | None) -> Iterator[bytes]:
    with open(path, "rb") as file:
        yield from islice(file, most)


def _judged(path: Path, most: int | None, is_valid: Callable[[Any], bool], errors: Callable[[Any], list[str]]) -> Found:
    from orjson import JSONDecodeError, loads

    rows, count = [], 0
    for count, line in enumerate(_lines(path, most), 1):
        try:
            data = loads(line)
        except JSONDecodeError:
            rows.append(count - 1)
            continue
        if not is_valid(data):
            errors(data)
            rows.append(count - 1)
    return Found.of(count, path.stem, rows)


def _schema() -> Any:
    newest = max((ROOT / "schemas").glob("*/statement.schema.json"))
    return json.loads(newest.read_text("utf-8"))


def _draft_7(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_draft_7(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    names = {"dependentRequired": "dependencies", "$defs": "definitions"}
    found = {names.get(key, key): _draft_7(value) for key, value in schema.items()}
    if isinstance(found.get("$ref"), str):
        found["$ref"] = found["$ref"].replace("$defs", "definitions")
    if "$schema" in found:
        found["$schema"] = "http://json-schema.org/draft-07/schema#"
    return found


def _struct(schema: Any, parts: Any) -> Any:
    from msgspec import UNSET, UnsetType, defstruct

    needed, optional = [], []
    for name, said in schema["properties"].items():
        kind = _type(said, parts)
        if name in schema["required"]:
            needed.append((name, kind))
        else:
            optional.append((name, kind | UnsetType, UNSET))
    return defstruct(schema["title"], [*needed, *optional], kw_only=True, forbid_unknown_fields=True)


def _type(said: Any, parts: Any) -> Any:
    from msgspec import Meta

    if said["type"] == "array":
        items = _struct(parts[said["items"]["$ref"].rpartition("/")[2]], parts)
        return Annotated[list[items], Meta(min_length=said["minItems"])]  # type: ignore[valid-type]
    if "enum" in said:
        return Literal[tuple(said["enum"])]
    kinds: dict[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool}
    limits = {"pattern": "pattern", "max_length": "maxLength", "ge": "minimum", "le": "maximum"}
    given = {name: said[word] for name, word in limits.items() if word in said}
    return Annotated[kinds[said["type"]], Meta(**given)] if given else kinds[said["type"]]
