"""Changes of the schemas are classed rightly: for changes whose class is known, and against documents."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_dataset import json_schemas, schema_diff
from news_dataset.cli import main
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.records import BY_TYPE
from news_dataset.schema_diff import KINDS, Kind, compare
from tests.conftest import IS_FULL, ROOT
from tests.constraints import SCHEMAS, constraints, load, validator
from tests.mutations import examples
from tests.test_constraints import without
from tests.test_examples import TYPES

FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300" if IS_FULL else "40")))
CURRENT = {name: json.loads(text) for name, text in json_schemas.derive().items() if ".file." not in name}
Edit = Callable[[dict[str, Any], Random], bool]


def verdict(old: dict[str, Any], new: dict[str, Any]) -> Kind | None:
    """Return the gravest class among the changes."""
    found = {change.kind for change in compare(old, new)}
    return next((kind for kind in KINDS if kind in found), None)


def valid(kind: str) -> Iterator[Any]:
    """Yield documents of a type that fit: the examples and what is published."""
    yield from examples(kind)
    if kind in BY_TYPE:
        for line in (ROOT / "data/published" / f"{BY_TYPE[kind].table}.jsonl").read_text("utf-8").splitlines()[:6]:
            yield json.loads(line)


def broken_promises(kind: str, old: dict[str, Any], new: dict[str, Any]) -> list[Any]:
    """Return the valid documents that *new* refuses although no change is classed as breaking."""
    name = f"{kind}.schema.json"
    if verdict({name: old}, {name: new}) == "breaking":
        return []
    return [document for document in valid(kind) if not validator(new).is_valid(document)]


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the schemas of mappings."""
    yield from (one for one in (part, *part.get("$defs", {}).values()) if "properties" in one)


def _fields(part: dict[str, Any], word: str) -> list[dict[str, Any]]:
    return [one for row in _objects(part) for one in row["properties"].values() if word in one]


def _pick(chance: Random, found: list[Any]) -> Any:
    return chance.choice(found) if found else None


def _on_field(word: str, change: Callable[[Any], Any]) -> Edit:
    def edit(part: dict[str, Any], chance: Random) -> bool:
        field = _pick(chance, _fields(part, word))
        if field is not None:
            field[word] = change(field[word])
        return field is not None

    return edit


def _drop_from_field(word: str) -> Edit:
    def edit(part: dict[str, Any], chance: Random) -> bool:
        field = _pick(chance, _fields(part, word))
        return field is not None and bool(field.pop(word))

    return edit


def _on_object(change: Callable[[dict[str, Any], Random], None], needs: str = "properties") -> Edit:
    def edit(part: dict[str, Any], chance: Random) -> bool:
        row = _pick(chance, [one for one in _objects(part) if one.get(needs)])
        if row is not None:
            change(row, chance)
        return row is not None

    return edit


def _reordered(row: dict[str, Any], chance: Random) -> None:
    items = list(row.items())
    row.clear()
    row.update(reversed(items))


def _add_field(row: dict[str, Any], chance: Random) -> None:
    row["properties"]["title"] = {"type": "string", "maxLength": 5}  # named like a keyword


def _add_required_field(row: dict[str, Any], chance: Random) -> None:
    _add_field(row, chance)
    row["required"] = [*row["required"], "title"]


def _refuse_all(row: dict[str, Any], chance: Random) -> None:
    row["properties"] = dict.fromkeys(row["properties"], False)


def _tighter_if(row: dict[str, Any], chance: Random) -> None:
    rule = next((one for one in row["allOf"] if "if" in one), None)
    if rule is None:
        row["allOf"].append({"maxProperties": 3})
    else:
        (field,) = rule["if"]["properties"].values()
        field["enum"] = field["enum"][1:] or ["else"]


EDITS: dict[str, tuple[Kind, Edit]] = {
    "another description": ("editorial", _on_field("description", lambda words: f"{words} Really.")),
    "no examples": ("editorial", _drop_from_field("examples")),
    "keywords in another order": ("editorial", _on_object(_reordered)),
    "codes in another order": ("editorial", _on_field("enum", lambda codes: codes[::-1])),
    "required in another order": ("editorial", _on_object(lambda row, _: row["required"].reverse(), "required")),
    "a title": ("editorial", _on_object(lambda row, _: row.update(title="Another"))),
    "a field more": ("additive", _on_object(lambda row, _: row["properties"].update(extra={"type": "string"}))),
    "a code more": ("additive", _on_field("enum", lambda codes: [*codes, "new_code"])),
    "a longer text": ("additive", _on_field("maxLength", lambda most: most + 1)),
    "a larger number": ("additive", _on_field("maximum", lambda most: most + 1)),
    "a smaller number": ("additive", _on_field("minimum", lambda least: least - 1)),
    "an empty list": ("additive", _on_field("minItems", lambda _: 0)),
    "an end that may be there": ("additive", _on_field("pattern", lambda words: f"{words[:-1]}(-x)?$")),
    "no pattern": ("additive", _drop_from_field("pattern")),
    "no length": ("additive", _drop_from_field("maxLength")),
    "numbers for integers": ("additive", _on_field("type", lambda kind: [kind, "null"])),
    "nothing more required": ("additive", _on_object(lambda row, chance: row["required"].pop(), "required")),
    "a rule less": ("additive", _on_object(lambda row, chance: row["allOf"].pop(), "allOf")),
    "an open object": ("additive", _on_object(lambda row, _: row.pop("additionalProperties"))),
    "a field less": ("breaking", _on_object(lambda row, chance: row["properties"].popitem())),
    "a field named like a keyword, required": ("breaking", _on_object(_add_required_field, "required")),
    "a code less": ("breaking", _on_field("enum", lambda codes: codes[1:])),
    "a code renamed": ("breaking", _on_field("enum", lambda codes: [*codes[1:], "new_code"])),
    "a shorter text": ("breaking", _on_field("maxLength", lambda most: most - 1)),
    "a lower maximum": ("breaking", _on_field("maximum", lambda most: most - 1)),
    "a higher minimum": ("breaking", _on_field("minimum", lambda least: least + 1)),
    "a longer list": ("breaking", _on_field("minItems", lambda least: least + 1)),
    "another pattern": ("breaking", _on_field("pattern", lambda words: f"{words[:-1]}?$")),
    "another type": ("breaking", _on_field("type", lambda kind: "null")),
    "a constraint more": ("breaking", _on_object(
        lambda row, chance: chance.choice(list(row["properties"].values())).update(minLength=9))),
    "a keyword that is not known": ("breaking", _on_object(lambda row, _: row.update(maxProperties=99))),
    "required now": ("breaking", _on_object(lambda row, _: row.update(required=[*row.get("required", []), "note"]))),
    "a rule more": ("breaking", _on_object(lambda row, _: row.update(allOf=[*row.get("allOf", []), {"minItems": 1}]))),
    "another condition": ("breaking", _on_object(_tighter_if, "allOf")),
    "no field is allowed": ("breaking", _on_object(_refuse_all)),
}  # fmt: skip


@FUZZ
@given(st.sampled_from(sorted(EDITS)), st.sampled_from(sorted(CURRENT)), st.integers(0, 2**32))
def test_a_change_of_known_class_is_classed_rightly(name: str, file: str, seed: int) -> None:
    """At a random place of a random schema; and what is not breaking keeps every valid document valid."""
    wanted, edit = EDITS[name]
    changed = copy.deepcopy(CURRENT[file])
    if not edit(changed, Random(seed)) or json.dumps(changed) == json.dumps(CURRENT[file]):
        return
    assert verdict({file: CURRENT[file]}, {file: changed}) == wanted
    kind = file.removesuffix(".schema.json")
    assert not (kind in TYPES and broken_promises(kind, CURRENT[file], changed))


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_finds_a_place(name: str) -> None:
    """So that none of the changes above is tried nowhere."""
    assert any(EDITS[name][1](copy.deepcopy(one), Random(0)) for one in CURRENT.values())


@pytest.mark.parametrize("kind", TYPES)
def test_every_constraint_less_is_additive_and_more_is_breaking(kind: str) -> None:
    """For each constraint of each schema; within a rule a part less may break, where that cannot be decided."""
    full = load(kind)
    for pointer in constraints(full) if IS_FULL else constraints(full)[::3]:
        less = without(full, pointer)
        assert verdict({kind: less}, {kind: full}) == "breaking", pointer
        if "/allOf/" in pointer or "/if/" in pointer or "/then/" in pointer:
            assert verdict({kind: full}, {kind: less}) in ("additive", "breaking"), pointer
            assert not (kind in TYPES and broken_promises(kind, full, less)), pointer
        else:
            assert verdict({kind: full}, {kind: less}) == "additive", pointer


def test_a_change_that_is_misclassed_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: were any other list of codes called wider, valid documents would show it."""
    changed = copy.deepcopy(load("person"))
    changed["$defs"]["Name"]["properties"]["kind"]["enum"] = ["alias"]
    assert broken_promises("person", load("person"), changed) == []

    monkeypatch.setitem(schema_diff._IS_WIDER, "enum", lambda old, new: True)

    assert broken_promises("person", load("person"), changed) != []


def test_a_wider_definition_under_not_breaks() -> None:
    """What looks wider inside is narrower outside."""
    old = {"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"type": "string", "maxLength": 3}}}
    new = {"not": {"$ref": "#/$defs/A"}, "$defs": {"A": {"type": "string", "maxLength": 4}}}

    assert verdict({"a": old}, {"a": new}) == "breaking"
    assert verdict({"a": old | {"not": {}}}, {"a": new | {"not": {}}}) == "additive"


def test_the_next_version_of_a_dataset_description_does_not_break_by_its_number() -> None:
    """The schema of 9.9 wants 9.9, and nobody judges older ones by it; any other change of the number breaks."""
    old = load("dataset")
    const, name = f'"const": "{SCHEMA_VERSION}"', f":{SCHEMA_VERSION}:"
    words = json.dumps(old)
    new = json.loads(words.replace(const, '"const": "9.9"').replace(name, ":9.9:"))
    stray = json.loads(words.replace(const, '"const": "9.9"'))

    assert compare({"dataset": old}, {"dataset": new}) == []
    assert verdict({"dataset": old}, {"dataset": stray}) == "breaking"


def test_a_file_less_breaks_and_a_file_more_does_not() -> None:
    """Whole files."""
    few = {name: one for name, one in CURRENT.items() if name != "place.schema.json"}

    assert [str(one) for one in compare(CURRENT, few)] == ["breaking  place.schema.json#: the file is gone"]
    assert [str(one) for one in compare(few, CURRENT)] == ["additive  place.schema.json#: the file is new"]


def test_the_command_says_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one order, with the code 1 if something breaks; a version is one below schemas."""
    changed = copy.deepcopy(load("place"))
    changed["properties"]["name"]["maxLength"], changed["title"] = 60, "A place"
    changed["properties"]["region"] = {"type": "string"}
    (tmp_path / "place.schema.json").write_text(json.dumps(changed), "utf-8")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "place.schema.json").write_text(json.dumps(load("place")), "utf-8")

    assert main(["schema", "--diff", str(tmp_path / "old"), str(tmp_path)]) == 1
    place = tmp_path / "place.schema.json"
    assert capsys.readouterr().out.splitlines() == [
        f"{place}: schema_drift breaking: /properties/name/maxLength is 60, was 120",
        f"{place}: schema_drift warning: additive: /properties/region the field is new",
        f"{place}: schema_drift warning: editorial: /title reads otherwise",
        "schemas    checked      1  skipped     0  failed    1",
        "failed: 1 error, 2 warnings; checked 1, skipped 0, failed 1",
        "next: news-dataset explain schema_drift",
    ]
    assert main(["schema", "--diff", str(SCHEMAS), str(SCHEMAS)]) == 0


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1, "a": 2}', "{"])
def test_what_is_no_schema_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """And a folder that is not there."""
    (tmp_path / "a.schema.json").write_text(text, "utf-8")

    assert main(["schema", "--diff", str(SCHEMAS), str(tmp_path)]) == 2
    assert main(["schema", "--diff", str(SCHEMAS), str(tmp_path / "gone")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
