"""Classify changes of the schemas by what they mean for documents: breaking, additive or editorial.

**Editorial**: every document stays valid or invalid. Annotations (``title``, ``description``, ``examples``, …), the
order of keywords, codes or requirements, ``$id``, and a ``const`` of ``schema_version`` that names the version in
``$id``: documents of an older version are validated with the schemas of that version.

**Additive**: every valid document stays valid, and some invalid ones may become valid. A new optional field or code, a
wider limit, a constraint, condition or requirement removed, a new file; a condition on the presence of fields that
every document of the old schema meets (``schema_presence``); a rule that requires less than an old one.

**Breaking**: everything else, since a valid document may become invalid. A new required field, a field removed (objects
are closed), a code removed, a narrower type or limit, a new constraint, another pattern. Whatever this module cannot
decide counts as breaking: patterns are compared as texts, except for a new optional end; a changed condition (``if``,
``then``, ``else``, ``not``, ``oneOf``) or ``$ref`` breaks, since what is wider inside can be narrower outside; so do
unknown keywords and another dialect (``$schema``). A field whose *meaning* changes while its schema stays the same is
for people to notice.

New codes and fields are additive for those who write documents. Readers must expect them within a MAJOR version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from news_dataset import reader
from news_dataset.errors import UsageError
from news_dataset.schema_presence import always_holds

Kind = Literal["breaking", "additive", "editorial"]
KINDS: tuple[Kind, ...] = ("breaking", "additive", "editorial")

_VERSION = re.compile(r"[0-9]+\.[0-9]+")
_ANNOTATIONS = {"title", "description", "examples", "default", "deprecated", "readOnly", "writeOnly", "$comment", "$id"}
_KEYED_BY_NAME = {"properties", "$defs", "dependentRequired"}  # keywords whose values are objects with names as keys
_UNORDERED = {"required", "type", "allOf", "oneOf", "anyOf"}
_INVERTING = {"if", "not", "oneOf"}  # within these, a wider schema can make the whole narrower
_CONDITIONS = {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired"}
_MISSING = object()

Difference = tuple[str, Kind, str]
"""JSON Pointer, kind, description."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two versions of a schema file: its JSON Pointer, kind, and description (*what*)."""

    file: str
    pointer: str
    kind: Kind
    what: str

    def __str__(self) -> str:
        """Return the change as a line."""
        return f"{self.kind:9} {self.file}#{self.pointer}: {self.what}"


def load(folder: Path) -> dict[str, Any]:
    """Return the schemas in *folder* by file name.

    Those of source files (``<type>.file.schema.json``) are left out, since they follow from the others.

    Raises:
        FileNotFoundError: the folder does not exist.
        UsageError: it holds no schema, or a file in it is not one; it is a ValueError.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    schemas = {}
    for path in sorted(set(folder.glob("*.schema.json")) - set(folder.glob("*.file.schema.json"))):
        document = reader.read(path)
        if document.problems or not isinstance(document.data, dict | bool):
            reason = document.problems[0].message if document.problems else "is not a schema"
            raise UsageError(f"{path} {reason}")
        schemas[path.name] = document.data
    if not schemas:
        raise UsageError(f"{folder} holds no *.schema.json")
    return schemas


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return the changes between two sets of schemas by file name, sorted by kind, file and pointer.

    Breaking changes come first. A change that is additive in a definition counts as breaking if the definition is
    referred to where a wider schema can make the whole narrower.
    """
    changes: list[Change] = []
    for name in sorted({*old, *new}):
        if name not in new:
            changes.append(Change(name, "", "breaking", "the file is gone"))
        elif name not in old:
            changes.append(Change(name, "", "additive", "the file is new"))
        else:
            before, after = _unversioned(old[name]), _unversioned(new[name])
            is_inverted = _has_inverted_ref(before) or _has_inverted_ref(after)
            for pointer, kind, description in _differences(before, after, ""):
                may_break = is_inverted and kind == "additive" and pointer.startswith("/$defs/")
                changes.append(Change(name, pointer, "breaking" if may_break else kind, description))
    return sorted(changes, key=lambda change: (KINDS.index(change.kind), change.file, change.pointer, change.what))


def _differences(old: Any, new: Any, pointer: str) -> Iterator[Difference]:
    """Yield the differences of two subschemas at a JSON Pointer."""
    if _is_equivalent(old, new):
        yield from _editorial_differences(old, new, pointer)
    elif isinstance(old, bool) or isinstance(new, bool):
        is_wider = new is True or old is False
        yield pointer, "additive" if is_wider else "breaking", f"is {_shown(new)}, was {_shown(old)}"
    else:
        if ("const" in old) != ("const" in new):
            old, new = _as_enum(old), _as_enum(new)
        for word in sorted({*old, *new}):
            here, before, after = reader.step(pointer, word), old.get(word, _MISSING), new.get(word, _MISSING)
            if word == "properties":
                yield from _property_differences(old, new, here)
            elif word in _ANNOTATIONS or _is_equivalent(before, after, word):
                yield from _editorial_differences(before, after, here)
            elif word == "allOf":
                yield from _all_of_differences(before, after, here, old)
            elif word in _CONDITIONS and after is not _MISSING and always_holds(_condition_schema(word, new), old):
                yield here, "additive", f"held already: {_shown(after)}"
            else:
                yield from _keyword_differences(word, before, after, here)


def _keyword_differences(word: str, before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    """Yield the differences of a keyword whose values are not equivalent; either may be ``_MISSING``."""
    if word in ("items", "additionalProperties") and before is not _MISSING and after is not _MISSING:
        yield from _differences(before, after, pointer)
    elif word in _DIFFERENCES_OF:
        yield from _DIFFERENCES_OF[word](before, after, pointer)
    elif after is _MISSING and word != "$schema":
        yield pointer, "additive", f"is gone: {_shown(before)}"
    elif before is _MISSING or after is _MISSING:
        text = f"is gone: {_shown(before)}" if after is _MISSING else f"is new: {_shown(after)}"
        yield pointer, "breaking", text
    else:
        is_wider = word in _IS_WIDER and _IS_WIDER[word](before, after)
        yield pointer, "additive" if is_wider else "breaking", f"is {_shown(after)}, was {_shown(before)}"


def _property_differences(old: Mapping[str, Any], new: Mapping[str, Any], pointer: str) -> Iterator[Difference]:
    """Yield the differences of ``properties``, which depend on whether the object is closed."""
    before, after = old.get("properties", {}), new.get("properties", {})
    was_closed = old.get("additionalProperties") is False and "patternProperties" not in old
    is_open = new.get("additionalProperties", True) is True and "unevaluatedProperties" not in new
    for name in sorted({*before, *after}):
        here = reader.step(pointer, name)
        if name not in after:  # an open object still allows the field, with any value
            yield here, "additive" if is_open else "breaking", "the field is gone"
        elif name not in before:  # in a closed object no valid document had the field
            yield here, "additive" if was_closed else "breaking", "the field is new"
        else:
            yield from _differences(before[name], after[name], here)
    if list(before) != list(after) and {*before} == {*after}:
        yield pointer, "editorial", "is in another order"


def _definition_differences(before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    """Yield the differences of ``$defs``, where additions and removals are additive."""
    old, new = _or_empty(before, {}), _or_empty(after, {})
    for name in sorted({*old, *new}):
        here = reader.step(pointer, name)
        if name in old and name in new:
            yield from _differences(old[name], new[name], here)
        else:
            yield here, "additive", "the definition is new" if name in new else "the definition is gone"


def _condition_schema(word: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with only this keyword; ``if``, ``then`` and ``else`` stay together."""
    words = ("if", "then", "else") if word in ("if", "then", "else") else (word,)
    return {name: schema[name] for name in words if name in schema}


def _all_of_differences(before: Any, after: Any, pointer: str, schema: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield the differences of ``allOf``, whatever the order: to remove a rule is additive, to add one breaking.

    A new rule is additive if every document of the old *schema* meets it, or if an old rule implies it.
    """
    old, new = _or_empty(before, []), _or_empty(after, [])
    for index, rule in enumerate(old):
        if not any(_is_equivalent(rule, other) for other in new):
            yield f"{pointer}/{index}", "additive", f"the rule is gone: {_shown(rule)}"
    for index, rule in enumerate(new):
        if any(_is_equivalent(rule, other) for other in old):
            continue
        is_met = always_holds(rule, schema) or any(_is_implied(other, rule) for other in old)
        yield f"{pointer}/{index}", "additive" if is_met else "breaking", f"the rule is new: {_shown(rule)}"


def _is_implied(old: Any, new: Any) -> bool:
    """Return whether every document that meets the old schema meets the new one."""
    return all(kind != "breaking" for _, kind, _ in _differences(old, new, ""))


def _dependent_differences(before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    old, new = _or_empty(before, {}), _or_empty(after, {})
    for name in sorted({*old, *new}):
        yield from _required_differences(old.get(name, []), new.get(name, []), reader.step(pointer, name))


def _required_differences(before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    old, new = _or_empty(before, []), _or_empty(after, [])
    yield from ((pointer, "additive", f"{name} is no longer required") for name in old if name not in new)
    yield from ((pointer, "breaking", f"{name} is required now") for name in new if name not in old)


def _editorial_differences(before: Any, after: Any, pointer: str) -> Iterator[Difference]:
    """Yield the differences of two equivalent parts: annotations, versions, order."""
    if isinstance(before, dict) and isinstance(after, dict):
        if list(before) != list(after) and {*before} == {*after}:
            yield pointer, "editorial", "is in another order"
        for word in sorted({*before, *after}):
            old, new = before.get(word, _MISSING), after.get(word, _MISSING)
            yield from _editorial_differences(old, new, reader.step(pointer, word))
    elif before is _MISSING or after is _MISSING:
        yield pointer, "editorial", "is new" if before is _MISSING else "is gone"
    elif before != after:
        yield pointer, "editorial", "reads otherwise"


def _is_equivalent(old: Any, new: Any, word: str = "") -> bool:
    """Return whether two schemas are equal apart from annotations and order.

    *word* is the keyword whose values they are, if they are no whole schemas.
    """
    return old is not _MISSING and new is not _MISSING and _normalized(old, word) == _normalized(new, word)


def _normalized(part: Any, word: str = "") -> str:
    """Return a schema, or the value of the keyword *word*, as sorted JSON without annotations."""
    if isinstance(part, dict) and word in _KEYED_BY_NAME:
        inner = "required" if word == "dependentRequired" else ""
        return json.dumps({name: _normalized(value, inner) for name, value in part.items()}, sort_keys=True)
    if isinstance(part, dict) and word != "const":
        kept = {name: _normalized(value, name) for name, value in part.items() if name not in _ANNOTATIONS}
        return json.dumps(kept, sort_keys=True)
    if isinstance(part, list) and word not in ("const", "enum"):
        parts = [_normalized(value) for value in part]
        return json.dumps(sorted(parts) if word in _UNORDERED else parts)
    return json.dumps(sorted(_json_values(part)) if word == "enum" else part, sort_keys=True)


def _unversioned(schema: Any) -> Any:
    """Return a schema without its version in ``$id`` and ``schema_version``."""
    if not isinstance(schema, dict):
        return schema
    named = str(schema.get("$id", "")).split(":")
    field = schema.get("properties", {}).get("schema_version")
    if isinstance(field, dict) and field.get("const") in named:
        schema = schema | {"properties": schema["properties"] | {"schema_version": field | {"const": "as in $id"}}}
    if "$id" in schema:
        schema = schema | {"$id": ":".join("version" if _VERSION.fullmatch(part) else part for part in named)}
    return schema


def _has_inverted_ref(part: Any, inside: bool = False) -> bool:
    """Return whether a ``$ref`` is within a keyword of ``_INVERTING``."""
    if isinstance(part, dict):
        is_inside = {word: inside or word in _INVERTING for word in part}
        return (inside and "$ref" in part) or any(_has_inverted_ref(part[word], is_inside[word]) for word in part)
    return isinstance(part, list) and any(_has_inverted_ref(value, inside) for value in part)


def _as_enum(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with ``enum`` for ``const``, so that the two can be compared."""
    rest = {word: value for word, value in part.items() if word != "const"}
    return rest | {"enum": [part["const"]]} if "const" in part and "enum" not in part else dict(part)


def _json_values(part: Any) -> set[str]:
    return {json.dumps(value, sort_keys=True) for value in (part if isinstance(part, list) else [part])}


def _types(part: Any) -> set[str]:
    """Return the types that a value of ``type`` allows; number includes integer."""
    named = set(part if isinstance(part, list) else [part])
    return named | {"integer"} if "number" in named else named


def _or_empty(part: Any, empty: Any) -> Any:
    return empty if part is _MISSING else part


_DIFFERENCES_OF: dict[str, Callable[[Any, Any, str], Iterator[Difference]]] = {
    "$defs": _definition_differences,
    "dependentRequired": _dependent_differences,
    "required": _required_differences,
}
_IS_WIDER: dict[str, Callable[[Any, Any], bool]] = {
    "enum": lambda old, new: _json_values(old) <= _json_values(new),
    "type": lambda old, new: _types(old) <= _types(new),
    "pattern": lambda old, new: _adds_optional_end(old, new),
    **dict.fromkeys(("minimum", "minLength", "minItems"), lambda old, new: bool(new <= old)),
    **dict.fromkeys(("maximum", "maxLength", "maxItems"), lambda old, new: bool(new >= old)),
}


def _adds_optional_end(old: str, new: str) -> bool:
    """Return whether a pattern is the old one with an optional group added at its end."""
    is_longer = old.endswith("$") and not old.endswith("\\$") and new.startswith(f"{old[:-1]}(")
    return is_longer and bool(re.fullmatch(r"\((?:[^()\\|]|\\.)*\)\?\$", new[len(old) - 1 :]))


def _shown(part: Any) -> str:
    """Return a part of a schema as JSON of at most 80 characters."""
    text = json.dumps(part, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"
