"""Reads a UIMA CAS in JSON (JSON serialization of the Apache UIMA CAS, draft specification 0.4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from news_dataset.annotations import Quarantined
from news_dataset.importers.uima.structures import (
    BYTES,
    ELEMENTS,
    BadStructureError,
    Cas,
    Structure,
    Types,
    check_value,
    load_types,
)
from news_dataset.strict_json import NotJsonError, flaw_in, parse

_NUMBERS = {"NaN", "Infinity", "-Infinity", "Inf", "-Inf"}


def read_json(data: bytes, path: str, fallback: Callable[[], Types | None]) -> Cas:
    """Read a JSON file; structures that do not follow the types go to quarantine.

    Args:
        data: the bytes of the file.
        path: the file, as messages name it.
        fallback: returns the type system for a file that has none in it; None if there is none either.

    Raises:
        NotJsonError: it is no strict JSON, or no CAS.
        BadStructureError: it has no type system that can be read.
    """
    content = parse(data)
    if not isinstance(content, dict) or "%FEATURE_STRUCTURES" not in content:
        raise NotJsonError("is not a CAS in JSON: it has no %FEATURE_STRUCTURES")
    cas = Cas(path, _types_of(content, fallback))
    structures = list(_structures(content["%FEATURE_STRUCTURES"]))
    for item in structures:
        if item.get("%TYPE") == "uima.cas.Sofa":
            _add_text(cas, item)
    for item in structures:
        if item.get("%TYPE") != "uima.cas.Sofa":
            _add(cas, item)
    views = content.get("%VIEWS", {})
    if not isinstance(views, dict) or not all(isinstance(view, dict) for view in views.values()):
        raise NotJsonError("is not a CAS in JSON: %VIEWS is not an object of objects")
    for name, view in views.items():
        cas.texts.setdefault(name, None)
        members = view.get("%MEMBERS", [])
        cas.members[name] = [str(key) for key in members] if isinstance(members, list) else []
    return cas


def _types_of(content: dict[str, Any], fallback: Callable[[], Types | None]) -> Types:
    """Return the type system in a file, or beside it."""
    if content.get("%TYPES") is not None:
        alone = {"%TYPES": content["%TYPES"], "%FEATURE_STRUCTURES": [], "%VIEWS": {}}
        return load_types(json.dumps(alone).encode(), is_xml=False)
    if (types := fallback()) is None:
        raise BadStructureError("there is no type system: neither %TYPES nor a TypeSystem.xml")
    return types


def _structures(items: Any) -> Iterator[dict[str, Any]]:
    """Yield the structures of a list, or of an object by their ids."""
    if isinstance(items, dict):
        items = [{"%ID": key, **item} if isinstance(item, dict) else item for key, item in items.items()]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise NotJsonError("is not a CAS in JSON: %FEATURE_STRUCTURES is not a list of objects")
    yield from items


def _add_text(cas: Cas, item: dict[str, Any]) -> None:
    """Add the text of a Sofa."""
    name, text = item.get("sofaID"), item.get("sofaString")
    if not isinstance(name, str) or not (text is None or isinstance(text, str)) or flaw_in([name, text]):
        raise NotJsonError("is not a CAS in JSON: a Sofa has no name, or its text is not a text")
    if name in cas.texts:
        raise NotJsonError(f"has the view {name!r} twice")
    cas.names[str(item.get("%ID"))] = name
    cas.texts[name] = text


def _add(cas: Cas, item: dict[str, Any]) -> None:
    """Add a structure; a malformed one goes to quarantine."""
    structure = Structure(str(item.get("%ID", "")), str(item.get("%TYPE", "")))
    try:
        if flaw_in(item):
            raise BadStructureError(f"it {flaw_in(item)}")
        if not isinstance(item.get("%ID"), int | str) or isinstance(item.get("%ID"), bool):
            raise BadStructureError("it has no %ID, or one that is not an integer")
        _fill(structure, cas.types, item)
    except BadStructureError as error:
        content = json.dumps(item)[:2000]
        cas.quarantined.append(Quarantined(cas.path, "bad_line", str(error), structure.id, 0, content))
    else:
        cas.add(structure)


def _fill(structure: Structure, types: Types, item: dict[str, Any]) -> None:
    """Put the members of an object into a structure, typed by the type system."""
    if structure.type.endswith("[]"):
        structure.type = _array_type(structure.type.removesuffix("[]"))
    ranges = types.ranges(structure.type)
    for key, value in item.items():
        name = key[1:] if key[:1] in "@#^" else key
        if key == "%ELEMENTS" and types.is_array(structure.type):
            _fill_array(structure, types.element(structure.type), value)
        elif key.startswith("%"):
            continue
        elif name not in ranges:
            raise BadStructureError(f"the type {structure.type} has no feature {name}")
        elif value is None:
            continue
        elif key.startswith("@"):
            structure.links.append((name, _as_ids([value])))
        elif not ranges[name].primitive or ranges[name].is_several:
            raise BadStructureError(f"the feature {name} does not refer to a structure")
        elif key.startswith("#"):
            structure.values[name] = _as_float(value)
        else:
            structure.values[name] = check_value(ranges[name].primitive, value)


def _fill_array(structure: Structure, primitive: str, elements: Any) -> None:
    """Put the elements of an array into a structure."""
    if primitive == BYTES:
        structure.values["elements"] = check_value(BYTES, elements)
    elif not isinstance(elements, list):
        raise BadStructureError("%ELEMENTS is not a list")
    elif primitive:
        is_float = primitive in ("uima.cas.Float", "uima.cas.Double")
        values = (_as_float(value) if is_float and isinstance(value, str) else check_value(primitive, value)
                  for value in elements)  # fmt: skip
        structure.values["elements"] = tuple(values)
    else:
        structure.links.append(("elements", _as_ids(elements)))


def _as_ids(values: list[Any]) -> tuple[str, ...]:
    if any(value is not None and type(value) is not int for value in values):
        raise BadStructureError(f"{json.dumps(values)[:80]} are no ids")
    return tuple(str(value) for value in values if value)


def _as_float(value: Any) -> float:
    if not isinstance(value, str) or value not in _NUMBERS:
        raise BadStructureError(f"{json.dumps(value)[:80]} is no number")
    return float(value)


def _array_type(element: str) -> str:
    """Return the type of an array, given that of its elements."""
    array = f"{element}Array"
    return array if array in ELEMENTS or array == BYTES else "uima.cas.FSArray"
