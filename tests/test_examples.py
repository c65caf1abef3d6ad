"""The example documents: models, committed schemas and checks agree on what they accept and refuse."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from jsonschema import Draft202012Validator
from pydantic import Field, TypeAdapter, ValidationError
from referencing import Registry

from news_dataset import checks
from news_dataset.checks import shape
from news_dataset.collection import Collection
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.records import (
    BY_TYPE,
    CHILDREN,
    RECORDS,
    Contributor,
    Coverage,
    Description,
    ExtensionField,
    NewCode,
    OwnCode,
    Redirect,
    Row,
    RowCount,
    Severity,
)
from news_dataset.records.columns import children
from news_dataset.rules import ExactlyOneOf, Needs, OnlyIf, PatternIf, PresentIff, Rule, Together
from tests.each import each

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "schemas" / SCHEMA_VERSION
EXAMPLES = Path(__file__).parent / "examples" / SCHEMA_VERSION
PASS, FAIL = EXAMPLES / "should_pass", EXAMPLES / "should_fail"
TYPES = (*BY_TYPE, "dataset", "redirects", "codebook")
LISTED: dict[str, type[Row]] = {"redirects": Redirect, "codebook": NewCode}
# The rows that stand in files; the derived rows of entities, records and codes are written by no one.
MODELS: tuple[type[Row], ...] = (*RECORDS, *CHILDREN, Description, Contributor, ExtensionField,
                                 OwnCode, NewCode, Severity, RowCount, Coverage, Redirect)  # fmt: skip
RULES = [(model, rule) for model in MODELS for rule in model.rules if rule.schema() is not None]

# What the Python package jsonschema accepts and the models refuse, by the nature of the two.
BEYOND_JSONSCHEMA = {
    "article/integer_with_point": "to JSON Schema 1277.0 is the integer 1277; our files write integers as integers",
}

# What is wrong in the release form, and may be left out or written so in a file.
IN_SOURCE_FORM = {
    "article/mentions_item_without_fragment", "article/mentions_item_without_mention", "event/topic_as_text",
    "statement/evidence_item_without_fragment", "statement/evidence_item_without_mention", "statement/without_article",
    "statement/without_certainty", "statement/without_polarity",
}  # fmt: skip
NAMED_BY_FILE = {"assessment/without_id", "statement/without_id"}  # statements/<article>/07.yaml


def _names(folder: Path) -> list[str]:
    return sorted(f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.json"))


def _text(folder: Path, name: str) -> str:
    return (folder / f"{name}.json").read_text(encoding="utf-8")


def _data(folder: Path, name: str) -> Any:
    return json.loads(_text(folder, name))


PASSING, FAILING = _names(PASS), _names(FAIL)
EXPECTED: dict[str, dict[str, str]] = json.loads((FAIL / "expected.json").read_text(encoding="utf-8"))


@cache
def _schema(name: str) -> Draft202012Validator:
    """Return a validator with a committed schema that can look up nothing outside of it."""
    nothing: Registry[Any] = Registry()
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")), registry=nothing)


def _rows(kind: str, data: Any) -> list[Row]:
    """Return the rows that the model of *kind* makes of a document; a ValidationError where it refuses."""
    if kind in LISTED:
        least = 1 if kind == "codebook" else 0
        items = TypeAdapter(Annotated[list[Any], Field(min_length=least)]).validate_python(data)
        return [LISTED[kind].model_validate(one) for one in items]
    return [(Description if kind == "dataset" else BY_TYPE[kind]).model_validate(data)]


def _with_children(rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        for value in row.__dict__.values():
            if isinstance(value, tuple):
                yield from _with_children([part for part in value if isinstance(part, Row)])  # the others are words


def _plain_rows(kind: str, data: Any) -> Iterator[tuple[type[Row], dict[str, Any]]]:
    """Yield each mapping of a document that may be refused, with the model that it should follow."""
    models: dict[str, type[Row]] = {"dataset": Description, **LISTED, **BY_TYPE}
    model = models[kind]
    for row in (row for row in (data if isinstance(data, list) else [data]) if isinstance(row, dict)):
        yield model, row
        for field, child in children(model).items():
            listed = row.get(field)
            items = listed if isinstance(listed, list) else []
            yield from ((child, item) for item in items if isinstance(item, dict))


def shape_issues(kind: str, text: str, folder: Path) -> list[Issue]:
    """Return what the layer shape says of a document, read by the package from where such a document lies."""
    if kind in ("dataset", *LISTED):  # read only beside records, as YAML, of which JSON is a part
        people = folder / "people"
        people.mkdir()
        (people / "example-mira.json").write_text(_text(PASS, "person/minimal"), encoding="utf-8")
        if kind == "codebook":
            (folder / "codebooks").mkdir()
            name = "mode" if "event_type" in text else "topic"
            (folder / f"codebooks/{name}.yaml").write_text(text, encoding="utf-8")
            return _shape_issues(folder)
        (folder / f"{kind}.yaml").write_text(text, encoding="utf-8")
        (folder / "codebooks").mkdir()
        for name in (one for one in ("mode", "topic") if f'"{one}"' in text):  # full.json names them
            about = {"code": f"own-{name}", "definition": "A code."} | (
                {"event_type": "OTHER"} if name == "mode" else {}
            )
            (folder / f"codebooks/{name}.yaml").write_text(json.dumps([about]), encoding="utf-8")
        place = folder
    else:
        file = folder / BY_TYPE[kind].table / "document.json"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        place = file
    return _shape_issues(place)


def _shape_issues(place: Path) -> list[Issue]:
    return [issue for report in shape.run(Collection.open(place)) for issue in report]


def _is_refused_by_model(kind: str, data: Any) -> bool:
    try:
        _rows(kind, data)
    except ValidationError:
        return True
    return False


def _ways(rule: Rule, row: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield each way in which *row* breaks *rule*: the field at fault, and whether it is there."""
    for field, _ in rule.breaches(row):
        yield field, row.get(field) is not None


def _ways_to_break(rule: Rule) -> set[tuple[str, bool]]:
    """Return one way each to break a rule: too little and too much."""
    if isinstance(rule, PresentIff):
        return {(rule.field, False), (rule.field, True)}
    if isinstance(rule, Together):
        return {(rule.first, False), (rule.second, False)}
    if isinstance(rule, ExactlyOneOf):
        return {("", False), (rule.fields[1], True)}
    if isinstance(rule, Needs):
        return {(rule.other, False)}
    assert isinstance(rule, OnlyIf | PatternIf), f"say here how {rule} can be broken"
    return {(rule.field, True)}


@each(PASSING)
def test_the_model_accepts_what_should_pass(name: str) -> None:
    """A document that should pass fits its model."""
    kind = name.partition("/")[0]
    assert not _is_refused_by_model(kind, _data(PASS, name))


@each(PASSING)
def test_the_schema_accepts_what_should_pass(name: str) -> None:
    """A document that should pass fits the committed schema of its type."""
    kind = name.partition("/")[0]
    assert list(_schema(kind).iter_errors(_data(PASS, name))) == []


@each([name for name in PASSING if name.partition("/")[0] in BY_TYPE])
def test_the_file_schema_accepts_one_record_and_a_list(name: str) -> None:
    """A record that should pass may stand in its file alone or in a list."""
    schema, record = _schema(f"{name.partition('/')[0]}.file"), _data(PASS, name)
    assert list(schema.iter_errors(record)) == []
    assert list(schema.iter_errors([record])) == []
    assert list(schema.iter_errors([record, record])) == []


@each(PASSING)
def test_the_checks_accept_what_should_pass(name: str, tmp_path: Path) -> None:
    """A document that should pass gives no issue of shape when the package reads it from a file."""
    issues = shape_issues(name.partition("/")[0], _text(PASS, name), tmp_path)
    assert [one for one in issues if one.code != "unlisted_code"] == []  # invented countries have invented codes


@each(FAILING)
def test_the_model_refuses_what_should_fail(name: str) -> None:
    """A document that should fail does not fit its model."""
    assert _is_refused_by_model(name.partition("/")[0], _data(FAIL, name))


@each([name for name in FAILING if name not in BEYOND_JSONSCHEMA])
def test_the_schemas_refuse_what_should_fail(name: str) -> None:
    """A document that should fail does not fit the committed schema of its type, nor that of a file."""
    kind, data = name.partition("/")[0], _data(FAIL, name)
    assert not _schema(kind).is_valid(data)
    if kind in BY_TYPE:
        is_short = name in IN_SOURCE_FORM | NAMED_BY_FILE
        assert _schema(f"{kind}.file").is_valid(data) is is_short
        assert _schema(f"{kind}.file").is_valid([data]) is is_short


@each(BEYOND_JSONSCHEMA)
def test_what_only_the_model_refuses_is_known(name: str) -> None:
    """A listed exception is one: jsonschema accepts it, so that the list holds nothing that has been mended."""
    assert _schema(name.partition("/")[0]).is_valid(_data(FAIL, name))


@each(FAILING)
def test_one_fault_is_reported_once_where_it_stands(name: str, tmp_path: Path) -> None:
    """A document with one fault gives one issue of shape: the expected code at the expected pointer."""
    found = shape_issues(name.partition("/")[0], _text(FAIL, name), tmp_path)
    if name in IN_SOURCE_FORM:
        assert found == []
        return
    assert [(issue.code, issue.pointer, issue.severity) for issue in found] == [
        (EXPECTED[name]["code"], EXPECTED[name]["pointer"], "error")
    ]


@each(BY_TYPE)
def test_an_empty_list_is_no_file(record_type: str, tmp_path: Path) -> None:
    """A file of records holds at least one, for the schema as for the checks."""
    assert not _schema(f"{record_type}.file").is_valid([])
    assert [issue.code for issue in shape_issues(record_type, "[]", tmp_path)] == ["not_a_record"]


def test_what_is_expected_is_what_is_there() -> None:
    """Every document that should fail has its expectation, with a code that exists, and no expectation is left over."""
    assert sorted(EXPECTED) == FAILING
    assert {expectation["code"] for expectation in EXPECTED.values()} <= set(checks.CODES)


def test_every_type_has_examples_of_both_kinds() -> None:
    """Every type has at least two documents that pass, minimal and full among them, and five that fail."""
    passing, failing = (Counter(name.partition("/")[0] for name in names) for names in (PASSING, FAILING))
    assert set(passing) == set(failing) == set(TYPES)
    assert {f"{kind}/{name}" for kind in TYPES for name in ("minimal", "full")} <= set(PASSING)
    assert min(passing.values()) >= 2
    assert min(failing.values()) >= 5


@each(TYPES)
def test_minimal_is_minimal(kind: str) -> None:
    """The minimal document of a type has exactly the fields that its model requires, at every level."""
    for row in _with_children(_rows(kind, _data(PASS, f"{kind}/minimal"))):
        required = {name for name, field in type(row).model_fields.items() if field.is_required()}
        assert row.model_fields_set == required


@each(TYPES)
def test_full_is_full(kind: str) -> None:
    """The full document of a type uses every field of its model and of every model in it."""
    rows = _with_children(_rows(kind, _data(PASS, f"{kind}/full")))
    used = {(type(row), name) for row in rows for name in row.model_fields_set}
    assert used == {(model, name) for model, _ in used for name in model.model_fields}


def test_every_field_occurs() -> None:
    """Every field of every model and child has a value in some document that should pass."""
    used = {
        (type(row), field)
        for name in PASSING
        for row in _with_children(_rows(name.partition("/")[0], _data(PASS, name)))
        for field in row.model_fields_set
    }
    assert used == {(model, field) for model in MODELS for field in model.model_fields}


@each(RULES)
def test_every_rule_is_broken_in_every_way(model: type[Row], rule: Rule) -> None:
    """Every rule that JSON Schema can say is broken by documents that should fail, by too little and by too much."""
    ways = {
        way
        for name in FAILING
        for row_model, row in _plain_rows(name.partition("/")[0], _data(FAIL, name))
        if row_model is model
        for way in _ways(rule, row)
    }
    assert ways >= _ways_to_break(rule)


@each(BY_TYPE)
def test_the_schema_accepts_every_published_line(record_type: str) -> None:
    """Every line of the published JSON Lines fits the committed schema, and with any one key renamed it does not."""
    schema = _schema(record_type)
    path = ROOT / "data" / "published" / f"{BY_TYPE[record_type].table}.jsonl"
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert lines
    for line in lines:
        record = json.loads(line)
        assert list(schema.iter_errors(record)) == []
        for key in record:
            assert not schema.is_valid({f"{name}_" if name == key else name: value for name, value in record.items()})
