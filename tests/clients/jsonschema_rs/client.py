"""jsonschema-rs, in Rust and with its own patterns, judges records and corpus: ``client.py REPOSITORY``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, meta

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.verdicts import run


def refuse(uri: str) -> Any:
    """Refuse to fetch anything."""
    raise ValueError(f"{uri} is not in the schema, and nothing is fetched")


def judge(schema: Any, documents: list[Any]) -> list[bool]:
    """Judge with a retriever that refuses."""
    meta.validate(schema)
    validator = Draft202012Validator(schema, retriever=refuse)
    return [validator.is_valid(document) for document in documents]


run("jsonschema-rs", judge)
