"""Plain YAML scalars get their type from the schema, and from nothing else.

``NO``, ``0123``, ``1.10``, ``12:30`` and ``null`` mean different things to different YAML readers. In a field that
holds text they are refused unquoted; in a field that holds a number, only the one spelling of JSON counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from news_dataset.reader.document import Plain, step

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}

# What YAML 1.1 (yaml.org/type) beyond PyYAML's resolver, or YAML 1.2's core schema (chapter 10.3), reads as something
# else than text.
_ELSE = re.compile(
    r"[yYnN]|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
)
_RESOLVER = yaml.resolver.Resolver()

Schema = Mapping[str, Any]
Ambiguity = tuple[str, str]
"""The pointer of an unquoted scalar, and the scalar."""


def is_ambiguous(scalar: str) -> bool:
    """Return whether YAML 1.1 or 1.2 would read the unquoted *scalar* as something else than text."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, scalar, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag != "tag:yaml.org,2002:str" or _ELSE.fullmatch(scalar))


def typed(data: Any, schema: Schema, pointer: str = "") -> tuple[Any, list[Ambiguity]]:
    """Give every plain scalar in *data* the type that *schema* asks for.

    Args:
        data: what a reader returned.
        schema: the JSON Schema of the data, with its own ``$defs``.
        pointer: where *data* stands in its file.

    Returns:
        The data without ``Plain``, and the scalars that must be quoted. A scalar that does not fit its type stays
        text, for the schema to refuse; so does a number of JSON that is written with a point where an integer is
        wanted, since to JSON Schema 1277.0 is an integer, and to no table.
    """
    found: list[Ambiguity] = []
    definitions = schema.get("$defs", {})

    def walk(value: Any, part: Schema, at: _Way) -> Any:
        part = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if isinstance(value, Plain):
            wanted = part.get("type")
            if wanted == "string" and "enum" not in part and value and (value.is_cut or is_ambiguous(str(value))):
                found.append((pointer + _pointer(at), f"{value} #…" if value.is_cut else str(value)))
            return _convert(value, wanted)
        if isinstance(value, dict):
            fields = part.get("properties", _NOTHING)
            return {key: walk(item, fields.get(key, _NOTHING), (at, key)) for key, item in value.items()}
        if isinstance(value, list):
            items = part.get("items", _NOTHING)
            return [walk(item, items, (at, place)) for place, item in enumerate(value)]
        return repr(value) if isinstance(value, float) and part.get("type") == "integer" else value

    return walk(data, schema, None), found


_NOTHING: Schema = {}
_Way = tuple[Any, str | int] | None
"""The way to a value: that to what holds it, and its key or index; it is written out for the few that are found."""


def _pointer(way: _Way) -> str:
    return "" if way is None else step(_pointer(way[0]), way[1])


def _convert(scalar: str, wanted: str | None) -> Any:
    if not scalar or (wanted in ("integer", "number", "boolean") and scalar.lower() in ("null", "~")):
        return None  # a key without a value
    if wanted == "integer" and _INTEGER.fullmatch(scalar):
        return int(scalar)
    if wanted == "number" and _NUMBER.fullmatch(scalar):
        return float(scalar)
    if wanted == "boolean" and scalar in _BOOLEANS:
        return _BOOLEANS[scalar]
    return str(scalar)
