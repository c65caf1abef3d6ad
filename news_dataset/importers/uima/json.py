"""Reads a UIMA CAS in JSON (JSON serialization of the Apache UIMA CAS, draft specification 0.4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from news_dataset.annotations import Quarantined
from news_dataset.importers.uima.structures import (
    BYTES,
    BadStructureError,
    Cas,
    Structure,
    Types,
    checked,
    load_types,
)
from news_dataset.strict_json import NotJsonError, flaw_in, parse

_NUMBERS = {"NaN", "Infinity", "-Infinity", "Inf", "-Inf"}


def is_cas(data: Any) -> bool:
    """Return whether a value of JSON is a CAS and not JSON of another kind."""
    return isinstance(data, dict) and "%FEATURE_STRUCTURES" in data


def read_json(data: bytes, path: str, fallback: Callable[[], Types | None]) -> Cas:
    """Return what a JSON file holds.

    Args:
        data: the file.
        path: how messages name it.
        fallback: returns the type system for a file that has none in it.

    A structure that does not follow the type system goes to quarantine; the others are read.

    Raises:
        NotJsonError: it is no strict JSON, or no CAS.
        BadStructureError: it has no type system that can be read.
    """
    said = parse(data)
    if not is_cas(said):
        raise NotJsonError("is no CAS in JSON: it has no %FEATURE_STRUCTURES")
    cas = Cas(path, _types(said, fallback))
    structures = list(_structures(said["%FEATURE_STRUCTURES"]))
    for one in structures:
        if one.get("%TYPE") == "uima.cas.Sofa":
            _add_text(cas, one)
    for one in structures:
        if one.get("%TYPE") != "uima.cas.Sofa":
            _add(cas, one)
    views = said.get("%VIEWS", {})
    if not isinstance(views, dict) or not all(isinstance(view, dict) for view in views.values()):
        raise NotJsonError("is no CAS in JSON: %VIEWS is no object of objects")
    for name, view in views.items():
        cas.texts.setdefault(name, None)
        members = view.get("%MEMBERS", [])
        cas.members[name] = [str(key) for key in members] if isinstance(members, list) else []
    return cas


def _types(said: dict[str, Any], fallback: Callable[[], Types | None]) -> Types:
    types = said.get("%TYPES")
    if types is None:
        beside = fallback()
        if beside is None:
            raise BadStructureError("there is no type system: neither %TYPES nor a TypeSystem.xml")
        return beside
    alone = {"%TYPES": types, "%FEATURE_STRUCTURES": [], "%VIEWS": {}}
    return load_types(json.dumps(alone).encode(), is_xml=False)


def _structures(said: Any) -> Iterator[dict[str, Any]]:
    """Yield the structures of a list, or of an object by their ids."""
    if isinstance(said, dict):
        said = [{"%ID": key, **one} if isinstance(one, dict) else one for key, one in said.items()]
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise NotJsonError("is no CAS in JSON: %FEATURE_STRUCTURES is no list of objects")
    yield from said


def _add_text(cas: Cas, one: dict[str, Any]) -> None:
    name, text = one.get("sofaID"), one.get("sofaString")
    if not isinstance(name, str) or not (text is None or isinstance(text, str)) or flaw_in([name, text]):
        raise NotJsonError("is no CAS in JSON: a Sofa has no name, or its text is no text")
    if name in cas.texts:
        raise NotJsonError(f"has the view {name!r} twice")
    cas.names[str(one.get("%ID"))] = name
    cas.texts[name] = text


def _add(cas: Cas, said: dict[str, Any]) -> None:
    one = Structure(str(said.get("%ID", "")), str(said.get("%TYPE", "")))
    try:
        if flaw_in(said):
            raise BadStructureError(f"it {flaw_in(said)}")
        if not isinstance(said.get("%ID"), int | str) or isinstance(said.get("%ID"), bool):
            raise BadStructureError("it has no %ID, or one that is no integer")
        _fill(one, cas.types, said)
    except BadStructureError as error:
        content = json.dumps(said)[:2000]
        cas.quarantined.append(Quarantined(cas.path, "bad_line", str(error), one.id, 0, content))
    else:
        cas.add(one)


def _fill(one: Structure, types: Types, said: dict[str, Any]) -> None:
    one.type = one.type if not one.type.endswith("[]") else _array(one.type.removesuffix("[]"))
    ranges = types.ranges(one.type)
    for key, value in said.items():
        name = key[1:] if key[:1] in "@#^" else key
        if key == "%ELEMENTS" and types.is_array(one.type):
            _fill_array(one, types.element(one.type), value)
        elif key.startswith("%"):
            continue
        elif name not in ranges:
            raise BadStructureError(f"the type {one.type} has no feature {name}")
        elif value is None:
            continue
        elif key.startswith("@"):
            one.links.append((name, _ids([value])))
        elif not ranges[name].primitive or ranges[name].is_several:
            raise BadStructureError(f"the feature {name} does not refer to a structure")
        elif key.startswith("#"):
            one.values[name] = _number(value)
        else:
            one.values[name] = checked(ranges[name].primitive, value)


def _fill_array(one: Structure, primitive: str, elements: Any) -> None:
    if primitive == BYTES:
        one.values["elements"] = checked(BYTES, elements)
    elif not isinstance(elements, list):
        raise BadStructureError("%ELEMENTS is no list")
    elif primitive:
        is_float = primitive in ("uima.cas.Float", "uima.cas.Double")
        one.values["elements"] = tuple(
            _number(value) if is_float and isinstance(value, str) else checked(primitive, value) for value in elements
        )
    else:
        one.links.append(("elements", _ids(elements)))


def _ids(values: list[Any]) -> tuple[str, ...]:
    if any(value is not None and type(value) is not int for value in values):
        raise BadStructureError(f"{json.dumps(values)[:80]} are no ids")
    return tuple(str(value) for value in values if value)


def _number(value: Any) -> float:
    if not isinstance(value, str) or value not in _NUMBERS:
        raise BadStructureError(f"{json.dumps(value)[:80]} is no number")
    return float(value)


def _array(element: str) -> str:
    name = element.removeprefix("uima.cas.")
    is_primitive = name in ("String", "Integer", "Long", "Short", "Float", "Double", "Boolean", "Byte")
    return f"uima.cas.{name}Array" if is_primitive and element != name else "uima.cas.FSArray"
