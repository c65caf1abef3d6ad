"""What a change of the schemas means for documents: breaking, additive or editorial.

**Editorial**: no document is judged differently. Words for people (``title``, ``description``, ``examples``, …), the
order of keywords, codes or requirements, ``$id``, and a ``const`` of ``schema_version`` that names the version which
``$id`` has: the documents of an older version are judged by the schemas of that version.

**Additive**: every document that was valid stays valid, and some that were not may become so. A new optional field, a
code more, a wider limit, a constraint, a condition or a requirement less, a new file; a condition on the presence of
fields that every document of the old schema meets (``schema_presence``); a rule that asks less than one before.

**Breaking**: everything else, above all: a document that was valid may become invalid. A new required field, a field
less (objects are closed), a code less, a narrower type or limit, a constraint more, another pattern. Whatever this
module cannot decide counts as breaking: patterns are compared as texts, but for an end that may be left out; a
condition (``if``, ``then``, ``else``, ``not``, ``oneOf``) or a ``$ref`` that becomes another breaks, for what looks
wider there can be narrower outside; so do a keyword that is not known here and another dialect (``$schema``). A field
whose *meaning* changes while its schema stays is not seen here; that is for people.

New codes and fields are additive for who writes documents. Who reads them must expect them within one MAJOR version.
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
_WORDS = {"title", "description", "examples", "default", "deprecated", "readOnly", "writeOnly", "$comment", "$id"}
_MAPS = {"properties", "$defs", "dependentRequired"}  # keywords whose keys are names
_UNORDERED = {"required", "type", "allOf", "oneOf", "anyOf"}
_TURNING = {"if", "not", "oneOf"}  # where wider can be narrower
_CONDITIONS = {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired"}
_MISSING = object()

Difference = tuple[str, Kind, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of a schema file; *pointer* is the JSON Pointer of what differs."""

    file: str
    pointer: str
    kind: Kind
    what: str

    def __str__(self) -> str:
        """Return the change as a line."""
        return f"{self.kind:9} {self.file}#{self.pointer}: {self.what}"


def load(folder: Path) -> dict[str, Any]:
    """Return the schemas in *folder*: file name → schema.

    Those of files (``<type>.file.schema.json``) are left out: they follow from these, and from the source form.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: it holds no schema, or a file in it is not one.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    found = {}
    for path in sorted(set(folder.glob("*.schema.json")) - set(folder.glob("*.file.schema.json"))):
        document = reader.read(path)
        if document.problems or not isinstance(document.data, dict | bool):
            why = document.problems[0].message if document.problems else "is not a schema"
            raise UsageError(f"{path} {why}")
        found[path.name] = document.data
    if not found:
        raise UsageError(f"{folder} holds no *.schema.json")
    return found


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return how two sets of schemas differ.

    Args:
        old: file name → schema.
        new: the same, later.

    Returns:
        The changes, the breaking ones first, then by file and pointer.
    """
    found: list[Change] = []
    for name in sorted({*old, *new}):
        if name not in new:
            found.append(Change(name, "", "breaking", "the file is gone"))
        elif name not in old:
            found.append(Change(name, "", "additive", "the file is new"))
        else:
            before, after = _unversioned(old[name]), _unversioned(new[name])
            turns = _turns(before) or _turns(after)
            for pointer, kind, what in _differences(before, after, ""):
                is_doubtful = turns and kind == "additive" and pointer.startswith("/$defs/")
                found.append(Change(name, pointer, "breaking" if is_doubtful else kind, what))
    return sorted(found, key=lambda change: (KINDS.index(change.kind), change.file, change.pointer, change.what))


def _differences(old: Any, new: Any, at: str) -> Iterator[Difference]:
    """Yield the differences of two subschemas at the pointer *at*."""
    if _same(old, new):
        yield from _editorial(old, new, at)
    elif isinstance(old, bool) or isinstance(new, bool):
        wider = new is True or old is False
        yield at, "additive" if wider else "breaking", f"is {_shown(new)}, was {_shown(old)}"
    else:
        if ("const" in old) != ("const" in new):
            old, new = _as_enum(old), _as_enum(new)
        for word in sorted({*old, *new}):
            here, before, after = reader.step(at, word), old.get(word, _MISSING), new.get(word, _MISSING)
            if word == "properties":
                yield from _fields(old, new, here)
            elif word in _WORDS or _same(before, after, word):
                yield from _editorial(before, after, here)
            elif word == "allOf":
                yield from _rules(before, after, here, old)
            elif word in _CONDITIONS and after is not _MISSING and always_holds(_condition(word, new), old):
                yield here, "additive", f"was so already: {_shown(after)}"
            else:
                yield from _keyword(word, before, after, here)


def _keyword(word: str, before: Any, after: Any, at: str) -> Iterator[Difference]:
    """Yield the differences of one keyword whose values do not say the same; either may be missing."""
    if word in ("items", "additionalProperties") and before is not _MISSING and after is not _MISSING:
        yield from _differences(before, after, at)
    elif word in _PARTS:
        yield from _PARTS[word](before, after, at)
    elif after is _MISSING and word != "$schema":
        yield at, "additive", f"is gone: {_shown(before)}"
    elif before is _MISSING or after is _MISSING:
        yield at, "breaking", f"is gone: {_shown(before)}" if after is _MISSING else f"is new: {_shown(after)}"
    else:
        wider = word in _WIDER and _WIDER[word](before, after)
        yield at, "additive" if wider else "breaking", f"is {_shown(after)}, was {_shown(before)}"


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> Iterator[Difference]:
    """Yield the differences of ``properties``, which depend on whether the object is closed."""
    before, after = old.get("properties", {}), new.get("properties", {})
    was_closed = old.get("additionalProperties") is False and "patternProperties" not in old
    is_open = new.get("additionalProperties", True) is True and "unevaluatedProperties" not in new
    for name in sorted({*before, *after}):
        here = reader.step(at, name)
        if name not in after:  # an open object admits the field still, whatever its value
            yield here, "additive" if is_open else "breaking", "the field is gone"
        elif name not in before:  # where the object was closed, no valid document has the field
            yield here, "additive" if was_closed else "breaking", "the field is new"
        else:
            yield from _differences(before[name], after[name], here)
    if list(before) != list(after) and {*before} == {*after}:
        yield at, "editorial", "is in another order"


def _definitions(before: Any, after: Any, at: str) -> Iterator[Difference]:
    """Yield the differences of ``$defs``; one that is new or gone says nothing by itself, and a ``$ref`` is seen."""
    old, new = _or_empty(before, {}), _or_empty(after, {})
    for name in sorted({*old, *new}):
        here = reader.step(at, name)
        if name in old and name in new:
            yield from _differences(old[name], new[name], here)
        else:
            yield here, "additive", "the definition is new" if name in new else "the definition is gone"


def _condition(word: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a keyword as a schema of its own; ``if``, ``then`` and ``else`` are one."""
    words = ("if", "then", "else") if word in ("if", "then", "else") else (word,)
    return {one: schema[one] for one in words if one in schema}


def _rules(before: Any, after: Any, at: str, schema: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield the differences of ``allOf``, in any order: a part less is wider, a part more narrower.

    Not narrower is a part that every document of the old *schema* meets, or that asks less than an old part.
    """
    old, new = _or_empty(before, []), _or_empty(after, [])
    for place, rule in enumerate(old):
        if not any(_same(rule, other) for other in new):
            yield f"{at}/{place}", "additive", f"the rule is gone: {_shown(rule)}"
    for place, rule in enumerate(new):
        if any(_same(rule, other) for other in old):
            continue
        is_met = always_holds(rule, schema) or any(_asks_less(other, rule) for other in old)
        yield f"{at}/{place}", "additive" if is_met else "breaking", f"the rule is new: {_shown(rule)}"


def _asks_less(old: Any, new: Any) -> bool:
    return all(kind != "breaking" for _, kind, _ in _differences(old, new, ""))


def _dependents(before: Any, after: Any, at: str) -> Iterator[Difference]:
    old, new = _or_empty(before, {}), _or_empty(after, {})
    for name in sorted({*old, *new}):
        yield from _required(old.get(name, []), new.get(name, []), reader.step(at, name))


def _required(before: Any, after: Any, at: str) -> Iterator[Difference]:
    old, new = _or_empty(before, []), _or_empty(after, [])
    yield from ((at, "additive", f"{name} is no longer required") for name in old if name not in new)
    yield from ((at, "breaking", f"{name} is required now") for name in new if name not in old)


def _editorial(before: Any, after: Any, at: str) -> Iterator[Difference]:
    """Yield the places where two parts differ that say the same: words for people, versions, order."""
    if isinstance(before, dict) and isinstance(after, dict):
        if list(before) != list(after) and {*before} == {*after}:
            yield at, "editorial", "is in another order"
        for word in sorted({*before, *after}):
            yield from _editorial(before.get(word, _MISSING), after.get(word, _MISSING), reader.step(at, word))
    elif before is _MISSING or after is _MISSING:
        yield at, "editorial", "is new" if before is _MISSING else "is gone"
    elif before != after:
        yield at, "editorial", "reads otherwise"


def _same(old: Any, new: Any, word: str = "") -> bool:
    """Return whether two schemas, or two values of the keyword *word*, judge alike as far as their texts show."""
    return old is not _MISSING and new is not _MISSING and _plain(old, word) == _plain(new, word)


def _plain(part: Any, word: str = "") -> str:
    """Return a schema, or the value of a keyword, as text without words for people and in one order."""
    if isinstance(part, dict) and word in _MAPS:
        inner = "required" if word == "dependentRequired" else ""
        return json.dumps({name: _plain(one, inner) for name, one in part.items()}, sort_keys=True)
    if isinstance(part, dict) and word != "const":
        kept = {name: _plain(one, name) for name, one in part.items() if name not in _WORDS}
        return json.dumps(kept, sort_keys=True)
    if isinstance(part, list) and word not in ("const", "enum"):
        parts = [_plain(one) for one in part]
        return json.dumps(sorted(parts) if word in _UNORDERED else parts)
    return json.dumps(sorted(_values(part)) if word == "enum" else part, sort_keys=True)


def _unversioned(schema: Any) -> Any:
    """Return a schema in which neither ``$id`` nor a ``schema_version`` that is the one in it names a version."""
    if not isinstance(schema, dict):
        return schema
    named = str(schema.get("$id", "")).split(":")
    field = schema.get("properties", {}).get("schema_version")
    if isinstance(field, dict) and field.get("const") in named:
        schema = schema | {"properties": schema["properties"] | {"schema_version": field | {"const": "as in $id"}}}
    if "$id" in schema:
        schema = schema | {"$id": ":".join("version" if _VERSION.fullmatch(part) else part for part in named)}
    return schema


def _turns(part: Any, inside: bool = False) -> bool:
    """Return whether a wider definition behind some ``$ref`` may make the whole narrower."""
    if isinstance(part, dict):
        return (inside and "$ref" in part) or any(_turns(one, inside or word in _TURNING) for word, one in part.items())
    return isinstance(part, list) and any(_turns(one, inside) for one in part)


def _as_enum(part: Mapping[str, Any]) -> dict[str, Any]:
    rest = {word: one for word, one in part.items() if word != "const"}
    return rest | {"enum": [part["const"]]} if "const" in part and "enum" not in part else dict(part)


def _values(part: Any) -> set[str]:
    return {json.dumps(one, sort_keys=True) for one in (part if isinstance(part, list) else [part])}


def _types(part: Any) -> set[str]:
    named = set(part if isinstance(part, list) else [part])
    return named | {"integer"} if "number" in named else named


def _or_empty(part: Any, empty: Any) -> Any:
    return empty if part is _MISSING else part


_PARTS: dict[str, Callable[[Any, Any, str], Iterator[Difference]]] = {
    "$defs": _definitions,
    "dependentRequired": _dependents,
    "required": _required,
}
_WIDER: dict[str, Callable[[Any, Any], bool]] = {
    "enum": lambda old, new: _values(old) <= _values(new),
    "type": lambda old, new: _types(old) <= _types(new),
    "pattern": lambda old, new: _ends_in_option(old, new),
    **dict.fromkeys(("minimum", "minLength", "minItems"), lambda old, new: bool(new <= old)),
    **dict.fromkeys(("maximum", "maxLength", "maxItems"), lambda old, new: bool(new >= old)),
}


def _ends_in_option(old: str, new: str) -> bool:
    """Return whether a pattern is another one with an end that may be left out."""
    is_longer = old.endswith("$") and not old.endswith("\\$") and new.startswith(f"{old[:-1]}(")
    return is_longer and bool(re.fullmatch(r"\((?:[^()\\|]|\\.)*\)\?\$", new[len(old) - 1 :]))


def _shown(part: Any) -> str:
    words = json.dumps(part, ensure_ascii=False)
    return words if len(words) <= 80 else f"{words[:79]}…"
