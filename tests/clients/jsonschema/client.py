"""The Python package jsonschema judges records and corpus by the published schemas: ``client.py REPOSITORY``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.verdicts import run


def judge(schema: Any, documents: list[Any]) -> list[bool]:
    """Judge with a closed registry, which looks up nothing."""
    Draft202012Validator.check_schema(schema)
    nothing: Registry[Any] = Registry()
    validator = Draft202012Validator(schema, registry=nothing)
    return [validator.is_valid(document) for document in documents]


run("jsonschema", judge)
