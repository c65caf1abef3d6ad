"""Laws that mutants broke unnoticed: each test refuses a change of the code that every other test let pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from news_dataset import files, frozen, reader, validate
from news_dataset.checks import CODES, wording
from news_dataset.checks.query import NO_TEXT
from news_dataset.checks.words import Texts, span_words, unquoted_words
from news_dataset.collection import Collection
from news_dataset.entries import Entry, entries_of
from news_dataset.files import ReadError
from news_dataset.issues import Issue, Outcome, Skipped
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import UNREAD, Document, Plain, parse_json_lines, parse_yaml
from news_dataset.records import CHILDREN, DERIVED, RECORDS, Person, Place, Record, Row, Statement
from news_dataset.records.codebooks import CODEBOOKS, MODES_OF
from news_dataset.records.columns import columns
from news_dataset.rules import ExactlyOneOf, Needs
from news_dataset.spans import Text
from news_dataset.validation import checked
from tests import readers

MODELS: list[type[Row]] = [*RECORDS, *CHILDREN, *DERIVED]
STATEMENT: dict[str, Any] = {
    "id": "statement/a/01", "article": "article/a", "gist": "G", "kind": "indirect", "claim_type": "fact",
    "certainty": "certain", "polarity": "positive",
}  # fmt: skip
REDIRECT = {"old_id": "person/a", "new_id": "person/b", "reason": "renamed", "release": "2031.05.0"}


def plain(data: Any) -> Document:
    """Data as if it were read from a file that keeps no places."""
    return Document("a.yaml", data, {}, {})


def errors_of(model: type[Row], data: Any) -> list[Any]:
    """What a model finds wrong with data."""
    with pytest.raises(ValidationError) as refusal:
        model.model_validate(data)
    # A list whose items failed seems too short to pydantic as well.
    return [error for error in refusal.value.errors() if not (error["type"] == "too_short" and error["input"])]


def issues_of(outcomes: Iterable[Outcome]) -> list[Sequence[Issue]]:
    """What a check found, unit by unit."""
    return [outcome for outcome in outcomes if not isinstance(outcome, Skipped)]


def with_text(layer: Collection, text: Text) -> tuple[tuple[Entry, ...], Texts]:
    """Records and their article's text, as the checks of words take them."""
    layer.by_id["article/a"].data["text_sha256"] = text.sha256
    return layer.entries, Texts({"article/a": text}, {"article/a": layer.by_id["article/a"]})


# Records


def test_every_codebook_of_a_field_is_among_the_codebooks() -> None:
    """Else the table ``codes`` would lack the codes of a coded field."""
    used = {column.codebook.name for model in MODELS for column in columns(model) if column.codebook}

    assert used <= {book.name for book in CODEBOOKS}


def test_a_broken_rule_stands_at_its_field() -> None:
    """And a rule about the whole row at the row."""
    speakers = {"statement_participants": [{"role": "speaker"}]}

    assert [error["loc"] for error in errors_of(Statement, STATEMENT | {"quote": "Q"})] == [("quote",)]
    assert [error["loc"] for error in errors_of(Statement, STATEMENT | speakers)] == [("statement_participants", 0)]


def test_the_example_of_a_reference_is_of_its_first_type() -> None:
    """Which is the usual one."""
    examples = [(column.example, column.reference) for model in MODELS for column in columns(model)]

    assert all(example.startswith(f"{reference.types[0]}/") for example, reference in examples if reference)


def test_what_can_be_requested_can_be_rejected() -> None:
    """The two types share their modes."""
    assert MODES_OF["REJECT"] == MODES_OF["REQUEST"] == ("assist", "change", "yield", "meet")


# Rules


@pytest.mark.parametrize("row", [{}, {"a": 1}, {"b": 1}, {"a": 1, "b": 1}], ids=str)
def test_needs_and_its_schema_agree(row: dict[str, Any]) -> None:
    """A field without the other breaks the rule; the other alone does not."""
    rule = Needs("a", "b")

    assert [field for field, _ in rule.breaches(row)] == (["b"] if row == {"a": 1} else [])
    assert Draft202012Validator(rule.schema()).is_valid(row) is (row != {"a": 1})


def test_exactly_one_of_names_the_first_field_beside_each_other() -> None:
    """Every field beyond the first is at fault, and is told what it stands beside."""
    rule = ExactlyOneOf(("a", "b", "c"))

    assert list(rule.breaches({"a": 1, "b": 1, "c": 1})) == [
        ("b", "b is given beside a: give exactly one of a, b or c"),
        ("c", "c is given beside a: give exactly one of a, b or c"),
    ]
    assert list(ExactlyOneOf(("a",)).breaches({})) == [("", "one of a is needed")]


# Reader


def test_the_document_begins_at_the_first_line_and_column() -> None:
    """Where no place is known, and for the list that JSON Lines are read as."""
    assert plain({}).place("/a/b") == (1, 1)
    assert parse_json_lines(b'{"id": 1}\n{"id": 2}\n', "a.jsonl").place("") == (1, 1)


def test_an_unquoted_truth_value_is_one_of_two() -> None:
    """True and false in small letters, and nothing else."""
    schema = {"properties": {"yes": {"type": "boolean"}}}

    for word, value in (("true", True), ("false", False), ("False", "False"), ("no", "no")):
        assert reader.typed({"yes": Plain(word)}, schema) == ({"yes": value}, [])


@pytest.mark.parametrize("kind", ["integer", "number", "boolean"])
@pytest.mark.parametrize("word", ["null", "NULL", "~", ""])
def test_an_unquoted_null_is_no_value_where_no_text_is_wanted(kind: str, word: str) -> None:
    """So that the advice is to leave the key out, and not to write a number."""
    assert reader.typed({"n": Plain(word)}, {"properties": {"n": {"type": kind}}}) == ({"n": None}, [])


@pytest.mark.parametrize("end", [b"", b"\n", b" ", b" \n"])
def test_the_last_line_of_json_lines_needs_no_end(end: bytes) -> None:
    """A line break behind the last record is usual, but not needed."""
    assert parse_json_lines(b'{"id": 1}\n{"id": 2}' + end, "a.jsonl").data == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("line", ['{"id": 1} {"id": 2}', '{"id": 1},', '{"id": 1\n}', "", "\r", "NaN", '{"id":'])
def test_json_lines_hold_one_record_a_line_and_nothing_else(line: str) -> None:
    """What follows on the line would be lost, and a record across lines is none; the other lines are read."""
    document = parse_json_lines(f'{{"id": 0}}\n{line}\n{{"id": 3}}\n'.encode(), "a.jsonl")

    assert {problem.code for problem in document.problems} == {"bad_syntax"}
    assert {problem.line for problem in document.problems} == set(range(2, 3 + line.count("\n")))
    assert [document.data[0], document.data[-1]] == [{"id": 0}, {"id": 3}]
    assert all(one is UNREAD for one in document.data[1:-1])
    assert document.place(f"/{len(document.data) - 1}/id") == (3 + line.count("\n"), 8)


@pytest.mark.parametrize(("text", "hint"), [("a:\n\tb: 1\n", "with spaces"), ("a: @b\n", "write a: '@b'")])
def test_what_no_token_starts_with_has_its_own_advice(text: str, hint: str) -> None:
    """A tab is one, a reserved character another."""
    with pytest.raises(ReadError) as refusal:
        parse_yaml(text, "a.yaml")
    assert hint in refusal.value.problem.hint


@pytest.mark.parametrize("before", ["", "\n", "a: b\n", "\n\n"])
def test_a_foreign_line_break_stands_where_it_is(before: str) -> None:
    """Also behind a first line that is empty."""
    with pytest.raises(ReadError) as refusal:
        parse_yaml(before + "\x85", "a.yaml")
    assert (refusal.value.problem.line, refusal.value.problem.column) == (before.count("\n") + 1, 1)


@pytest.mark.parametrize(("limit", "size"), [(files.MAX_BYTES, 2**20), (files.MAX_TEXT_BYTES, 5 * 2**20)])
def test_the_limits_are_as_promised_to_the_byte(tmp_path: Path, limit: int, size: int) -> None:
    """1 MiB of records, 5 MiB of text."""
    path = tmp_path / "a"
    path.write_bytes(b"a" * size)
    assert len(files.read_bytes(path, limit)) == size
    path.write_bytes(b"a" * (size + 1))
    with pytest.raises(ReadError) as refusal:
        files.read_bytes(path, limit)
    assert refusal.value.problem.code == "over_limit"


# Entries and older versions


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [("redirect", dict(REDIRECT), "is not a list"), ("dataset", [{"name": "x"}], "is not a mapping")],
)
def test_a_file_of_the_wrong_kind_is_told_which_it_should_be(kind: str, data: Any, message: str) -> None:
    """Redirects are a list, the description is a mapping."""
    found, problems = entries_of(plain(data), kind, "1.0")

    assert not found
    assert [(problem.code, problem.message) for problem in problems] == [("not_a_record", message)]


@pytest.mark.parametrize(("identity", "is_one"), [("place/a", True), ("planet/a", False), ("a", False)])
def test_without_a_kind_each_id_names_its_type(identity: str, is_one: bool) -> None:
    """A file of records of all types; what names none is no record."""
    found, problems = entries_of(plain([{"id": identity}]), "", SCHEMA_VERSION)

    assert [entry.kind for entry in found] == (["place"] if is_one else [])
    assert [problem.code for problem in problems] == ([] if is_one else ["not_a_record"])


def test_redirects_of_an_older_version_are_judged_by_its_schema() -> None:
    """Row by row; a good one becomes a redirect, a bad one says what is wrong."""
    (good, bad), problems = entries_of(plain([REDIRECT, REDIRECT | {"reason": "lost"}]), "redirect", "1.0")

    assert not problems
    assert good.row is not None
    assert good.row.to_dict() == REDIRECT
    assert bad.error is not None
    assert [error["loc"] for error in bad.error.errors()] == [("reason",)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"quote": "Q"}, ("broken_rule", ("quote",))),
        ({"gist": 5}, ("string_type", ("gist",))),
        ({"evidence": [5]}, ("model_type", ("evidence", 0))),
        ({"evidence": {}}, ("tuple_type", ("evidence",))),
    ],
    ids=str,
)
def test_an_older_schema_finds_what_the_models_find(change: dict[str, Any], fault: tuple[str, Any]) -> None:
    """The same type of error at the same place: a field that a rule refuses, a value of another type."""
    data = STATEMENT | change
    faults = frozen.faults("1.0", "statement", data)

    assert faults is not None
    assert [(error["type"], error["loc"]) for error in faults.errors()] == [fault]
    assert [(error["type"], error["loc"]) for error in errors_of(Statement, data)] == [fault]


# Checks


def test_what_may_not_be_read_has_exit_code_3() -> None:
    """Links, other encodings, files beyond the limits and the rest of YAML; 4 is for an altered release."""
    codes = {name: code.exit_code for name, code in CODES.items() if code.exit_code != 1}

    assert codes == {
        "no_records": 2, "unreadable_file": 5, "unsafe_file": 3, "bad_encoding": 3, "over_limit": 3, "unsafe_yaml": 3,
        "altered_release": 4,
    }  # fmt: skip


def test_a_misspelt_key_of_a_child_is_reported_once() -> None:
    """As the unknown key that it is, and not as a missing one too; but a key that is missing elsewhere is missing."""
    name = {"name": "M", "language": "en"}
    errors = errors_of(Person, {"id": "person/a", "name": "M", "names": [name | {"knid": "alias"}, name]})
    unknown = wording.unknown_keys(errors)
    missing = {error["loc"]: wording.is_misspelt(error, unknown) for error in errors if error["type"] == "missing"}

    assert missing == {("names", 0, "kind"): True, ("names", 1, "kind"): False}


PLACE = {"id": "place/a", "name": "A", "kind": "city"}


@pytest.mark.parametrize(
    ("model", "data", "message", "hint"),
    [
        (Place, PLACE | {"latitude": "x", "longitude": 1.0}, "latitude 'x' is not a number", "with a decimal point"),
        (Place, PLACE | {"geonames": "x"}, "geonames 'x' is not an integer", "digits alone"),
        (Place, PLACE | {"name": " x"}, "name ' x' begins or ends with a blank", ""),
        (Place, PLACE | {"name": ""}, "name '' is empty", ""),
        (Statement, STATEMENT | {"evidence": [5]}, "item 1 of evidence 5 is not a mapping", "key: value"),
        (Place, PLACE | {"kind": 5}, "kind 5 is not one of the codes of this field", "one word"),
        (
            Statement,
            STATEMENT | {"statement_participants": [{"role": "speaker", "implicit": False}]},
            "implicit is false",
            "write true, or leave the key out",
        ),
    ],
    ids=str,
)
def test_a_value_is_told_what_is_wrong_with_it(model: type[Record], data: Any, message: str, hint: str) -> None:
    """The message says what it is not, the hint how it is written."""
    ((entry,), _) = entries_of(plain(data), model.record_type, SCHEMA_VERSION)
    (error,) = errors_of(model, data)
    issue = wording.model_issue(entry, error)

    assert issue.message == message
    assert hint in issue.hint


@pytest.mark.parametrize(("start", "end", "passes"), [(6, 11, True), (5, 12, True), (4, 11, False), (6, 13, False)])
def test_a_quote_span_may_reach_the_marks_and_no_further(start: int, end: int, passes: bool) -> None:
    """The marks themselves still belong to what is quoted."""
    words = "She: “A day” it was."  # the marks stand at 5 and 11
    one = readers.statement(1, ("quote", start, end), kind="direct", quote="A day", quote_fidelity="original")
    (outcome,) = unquoted_words(*with_text(readers.layer(one), Text(words)))

    assert (outcome == []) is passes


def test_every_span_outside_the_text_is_looked_at() -> None:
    """One that is refused does not end the search."""
    one = readers.statement(1, ("content", 70, 80), ("cue", 90, 95))
    found = issues_of(span_words(*with_text(readers.layer(one), Text("A day."))))

    assert [[issue.pointer for issue in some] for some in found] == [["/evidence/0/start"], ["/evidence/1/start"]]


def test_a_gap_in_the_numbers_is_reported_at_the_first_row_behind_it() -> None:
    """Where several rows carry the number that comes too early."""
    row = {"fragment": 1, "start": 1, "end": 2, "length": 1, **readers.DIGESTS}
    one = readers.article(mentions=[row | {"mention": 2}, row | {"mention": 2}])
    found = [issue for issue in checked(readers.layer(one)) if issue.code == "span_numbers"]

    assert [issue.pointer for issue in found] == ["/mentions/0/mention"]


def test_every_quote_span_without_a_text_is_counted_as_skipped() -> None:
    """The report says how much was not looked at."""
    quoted = {"kind": "direct", "quote": "A … day", "quote_fidelity": "original"}
    one = readers.statement(1, ("quote", 6, 7), ("quote", 8, 11), **quoted)
    (tally,) = (one for one in checked(readers.layer(one)).tallies if one.code == "unquoted_words")

    assert (tally.checked, tally.skipped) == (0, {NO_TEXT: 2})


def test_offsets_within_a_pair_of_surrogates_are_an_issue_and_no_crash() -> None:
    """Counted in UTF-16 units, an offset may fall into the middle of a character."""
    text, one = Text("😀 A day."), readers.statement(1, ("content", 1, 5))
    layer = readers.layer(one)
    entries = tuple(replace(entry, data=entry.data | {"text_sha256": text.sha256}) for entry in layer.entries)
    (found,) = issues_of(span_words(*with_text(replace(layer, entries=entries), text)))

    assert [issue.hint for issue in found] == ["no words of the text have this digest"]


def test_what_dataset_yaml_asserts_waits_until_the_records_are_sound(dataset: Path) -> None:
    """A share of records that cannot be read says nothing."""
    next((dataset / "data/curated/people").glob("*.yaml")).write_text("id: person/a\n")
    tallies = {tally.code: tally for tally in validate(dataset).tallies}

    for code in ("row_count", "low_coverage"):
        assert tallies[code].checked == 0
        assert sum(tallies[code].skipped.values()) > 0
