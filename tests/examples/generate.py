"""Write a document that should fail for every constraint that none breaks yet: ``python -m tests.examples.generate``.

Each is made from a document of its type that should pass by one change, and then made as small as it can be while
``jsonschema`` still finds that one fault and no other. Files that are there are left alone: once written, a document is
part of what schema 1.0 means. ``expected.json`` is written anew from what the package reports; read its difference
before you commit it.
"""

from __future__ import annotations

import copy
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests import constraints
from tests.test_examples import FAIL, PASS, TYPES, shape_issues

_WRONG_TYPES: tuple[Any, ...] = (5, True, "text", {})
_OTHERS = ("unlisted", "Unlisted", "0.9", False)
Path_ = tuple[str | int, ...]
Change = Callable[[Any], Any]


def main() -> int:
    """Write what is missing; return 1 if a constraint could not be broken alone."""
    failed = False
    for kind in TYPES:
        schema = constraints.load(kind)
        wanted = constraints.constraints(schema)
        have = {
            one for path in sorted((FAIL / kind).glob("*.json")) for one in constraints.covered(schema, _read(path))
        }
        for pointer in wanted:
            if pointer in have:
                continue
            document = _document(kind, schema, pointer)
            if document is None:
                print(f"{kind}: nothing breaks {pointer} alone", file=sys.stderr)
                failed = True
                continue
            path = FAIL / kind / f"{_name(schema, pointer)}.json"
            assert not path.exists(), path
            path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            have |= constraints.covered(schema, document)
    _write_expected()
    return int(failed)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _document(kind: str, schema: Any, pointer: str) -> Any:
    """Return the smallest document found that breaks one constraint and no other."""
    found = []
    for base in (_read(path) for path in sorted((PASS / kind).glob("*.json"))):
        for changed in _broken(schema, pointer, base):
            if pointer in constraints.covered(schema, changed):
                found.append(_smaller(schema, pointer, changed))
                break
    return min(found, key=lambda document: len(json.dumps(document)), default=None)


def _broken(schema: Any, pointer: str, base: Any) -> Iterator[Any]:
    """Yield documents that may break one constraint."""
    above, _, word = pointer.rpartition("/")
    rule, is_branch, rest = pointer.partition("/then/")
    if "/if/" in pointer:
        yield from _decided(schema, pointer, base)
    elif "/else/properties/" in pointer:
        yield from _refused(schema, pointer, base)
    elif is_branch and "/allOf/" in rule and rest.startswith("properties/"):
        home = f"{rule.rpartition('/allOf/')[0]}/{rest.rpartition('/')[0]}"
        yield from _at_values(schema, home, base, word, constraints.at(schema, pointer))
    elif is_branch and "/allOf/" in rule:
        condition = f"{rule}/if"
        for value in constraints.values(constraints.at(schema, condition)):
            yield from _decided(schema, condition + value, base)
    elif "/required/" in pointer or "/dependentRequired/" in pointer:
        row = above.removesuffix("/required").partition("/allOf/")[0]
        name = constraints.at(schema, pointer)
        yield from (_with(base, path, _without(name)) for path in _seats(schema, row, base))
    elif "/allOf/" in pointer:
        row = pointer.partition("/allOf/")[0]
        yield from (_with(base, path, _bare(constraints.at(schema, pointer))) for path in _seats(schema, row, base))
    else:
        yield from _at_values(schema, above, base, word, constraints.at(schema, pointer))


def _at_values(schema: Any, part: str, base: Any, word: str, limit: Any) -> Iterator[Any]:
    for path in _seats(schema, part, base):
        value = _get(base, path)
        others = _others(word, limit, value)
        if word == "type" and schema["$id"].endswith((":dataset", ":redirects", ":codebook")):
            others = reversed(_WRONG_TYPES)  # read as YAML, where an unquoted 5 is first of all a text without quotes
        for other in others:
            yield _with(base, path, _always(other))


def _others(word: str, limit: Any, value: Any) -> Iterator[Any]:
    """Yield values like *value* that may break one keyword."""
    if word == "type":
        yield from _WRONG_TYPES
    elif word in ("enum", "const"):
        yield from _OTHERS
    elif word == "pattern":
        yield from (f"{value}!", f"{value} ", f" {value}")
    elif word == "not":
        yield f"{value}\n"
    elif word == "maxLength":
        more = "a" * (limit + 1 - len(value))
        yield from (f"{value}{more}", value.replace("/", f"/{more}", 1), f"{value}{more.upper()}")
    elif word in ("minimum", "maximum"):
        yield limit - 1 if word == "minimum" else limit + 1
    elif word == "minItems":
        yield []
    elif word == "additionalProperties":
        yield {**value, "unknown": "field"}


def _decided(schema: Any, pointer: str, base: Any) -> Iterator[Any]:
    """Yield documents in which a condition holds by one value, and what it asks for is missing or wrong."""
    rule, _, rest = pointer.partition("/if/properties/")
    name, value = rest.split("/")[0], constraints.at(schema, pointer)
    then = constraints.at(schema, f"{rule}/then")
    for path in _seats(schema, rule.partition("/allOf/")[0], base):
        changed = _with(base, path, _given({name: value}))
        yield from (_with(changed, path, _without(field)) for field in then.get("required", ()))
        for field in then.get("properties", {}):
            yield _with(changed, path, _given({field: "unlisted"}))


def _refused(schema: Any, pointer: str, base: Any) -> Iterator[Any]:
    """Yield documents in which a field stands that a condition does not allow."""
    rule, _, rest = pointer.partition("/else/properties/")
    row = rule.partition("/allOf/")[0]
    ((name, field),) = constraints.at(schema, f"{rule}/if/properties").items()
    values = constraints.at(schema, f"{row}/properties/{name}").get("enum", ["cue"])
    for path in _seats(schema, row, base):
        for value in (one for one in values if one not in field["enum"]):
            for extra in ("original", "as blue as a kite", 1):
                given = {name: value, rest: extra}
                yield _with(base, path, _given(given, "quote", "quote_fidelity"))


def _bare(rule: Any) -> Change:
    names = {name for one in rule for name in one["required"]}
    return lambda row: {name: value for name, value in row.items() if name not in names}


def _always(value: Any) -> Change:
    return lambda _: value


def _given(fields: dict[str, Any], *dropped: str) -> Change:
    return lambda row: {name: value for name, value in row.items() if name not in dropped} | fields


def _without(name: str) -> Change:
    return lambda row: {key: value for key, value in row.items() if key != name}


# Places in documents


def _seats(schema: Any, part: str, base: Any) -> list[Path_]:
    """Return the places in a document that one part of its schema speaks of."""
    found: list[Path_] = []

    def look(value: Any, here: str, path: Path_) -> None:
        node = constraints.at(schema, here)
        if isinstance(node, dict) and "$ref" in node:
            if here == part:
                found.append(path)
            look(value, node["$ref"].removeprefix("#"), path)
            return
        if here == part:
            found.append(path)
        for name, item in value.items() if isinstance(value, dict) else ():
            look(item, f"{here}/properties/{name}", (*path, name))
        for place, item in enumerate(value) if isinstance(value, list) else ():
            look(item, f"{here}/items", (*path, place))

    look(base, "", ())
    return found


def _get(document: Any, path: Path_) -> Any:
    for step in path:
        document = document[step]
    return document


def _with(document: Any, path: Path_, change: Change) -> Any:
    """Return a copy of *document* in which the value at *path* is changed."""
    if not path:
        return change(copy.deepcopy(document))
    changed = copy.deepcopy(document)
    _get(changed, path[:-1])[path[-1]] = change(_get(changed, path))
    return changed


def _smaller(schema: Any, pointer: str, document: Any) -> Any:
    """Drop whatever is not needed for *document* to break the one constraint."""
    for path in sorted(_paths(document), key=len):
        try:
            less = copy.deepcopy(document)
            del _get(less, path[:-1])[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue
        if pointer in constraints.covered(schema, less):
            return _smaller(schema, pointer, less)
    return document


def _paths(document: Any) -> Iterator[Path_]:
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for step, item in items:
        yield (step,)
        yield from ((step, *rest) for rest in _paths(item))


# Names and expectations


def _name(schema: Any, pointer: str) -> str:
    """Return a file name: the list that the fault is in, the field, and the keyword."""
    lists = {
        field["items"]["$ref"].removeprefix("#"): name
        for name, field in schema.get("properties", {}).items()
        if "$ref" in field.get("items", {})
    }
    row = "/".join(pointer.split("/")[:3]) if pointer.startswith("/$defs/") else ""
    words = [*([lists[row]] if row in lists else []), "item"] if row else []
    steps = pointer.removeprefix(row).split("/")[1:]
    if "required" in steps or "dependentRequired" in steps:
        words += ["without", str(constraints.at(schema, pointer))]
        words += ["under_condition"] if "then" in steps else []
    elif "if" in steps:
        words += ["incomplete", str(constraints.at(schema, pointer))]
    elif steps[-1] == "additionalProperties":
        words += ["unknown_key"]
    elif "else" in steps:
        words += [steps[-1], "unasked"]
    else:
        named = {"items": "item"}
        words += [named.get(step, step) for step in steps if step != "properties" and not step.isdigit()]
    return "_".join(words) if words != ["type"] else f"not_of_type_{schema['type']}"


def _write_expected() -> None:
    before, expected = _read(FAIL / "expected.json"), {}
    for path in sorted(FAIL.glob("*/*.json")):
        with tempfile.TemporaryDirectory() as folder:
            found = shape_issues(path.parent.name, path.read_text(encoding="utf-8"), Path(folder))
        if len(found) != 1:
            print(f"{path.parent.name}/{path.stem}: {[(one.code, one.pointer, one.message) for one in found]}")
        name = f"{path.parent.name}/{path.stem}"
        # The source form may leave out what is missing; what the release form then says stays as it is.
        expected[name] = {"code": found[0].code, "pointer": found[0].pointer} if found else before[name]
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in expected.items())
    (FAIL / "expected.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
