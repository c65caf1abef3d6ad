"""A codebook: the codes a field may hold, each with its definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

SNAKE_CASE = r"^[a-z]+(_[a-z]+)*$"


@dataclass(frozen=True, slots=True)
class Codebook:
    """The codes of one field. As ``Annotated`` metadata it turns a string into an enumeration.

    An open codebook documents the usual codes and admits any other snake_case word.

    Args:
        name: what the codebook is called in the table ``codes``.
        definitions: code → definition, one sentence in our own words.
        is_open: whether codes that are not listed are allowed.
    """

    name: str
    definitions: Mapping[str, str]
    is_open: bool = False

    def __hash__(self) -> int:
        """Hash by name, which is unique; the definitions are a dict."""
        return hash(self.name)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the codes and nothing else (open: any snake_case word)."""
        if self.is_open:
            return core_schema.str_schema(pattern=SNAKE_CASE, strict=True, max_length=40)
        return core_schema.literal_schema(list(self.definitions))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Name the usual codes of an open codebook, so that an editor can offer them."""
        written = handler(schema)
        return written | {"examples": list(self.definitions)} if self.is_open else written
