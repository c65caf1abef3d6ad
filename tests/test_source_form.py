"""The source form: every short spelling is the record that it stands for, and keeps its places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from news_dataset import json_schemas, validate
from news_dataset.entries import Entry, entries_of
from news_dataset.reader import parse_yaml
from news_dataset.source_form import spans_of
from tests.each import each

ONE = "140-185 45 252562523e8e894e 0ae5066b ef46d7cb"
TWO = "190-195 4 065df5073277df92 7f5d07c1 4698b1ba"
SPANS = {"ONE": spans_of(ONE)[0], "TWO": spans_of(TWO)[0]}
HEAD = "id: statement/reservoir/07\nkind: indirect\nclaim_type: fact\ngist: It is nearly full.\n"
PEOPLE = "speakers: [organization/grid-operator, two aides]\ntargets: [implicit]\n"


def entry(text: str, path: str = "a/statements/reservoir.yaml") -> Entry:
    """The one record of a file."""
    ((found,), problems) = entries_of(parse_yaml(text, path), "statement", "1.2")
    assert not problems
    return found


def rows(*, at: str, **fields: Any) -> dict[str, Any]:
    """A row of evidence, by default of the first mention and fragment."""
    return {"mention": 1, "fragment": 1, **fields, **SPANS[at]}


def test_a_statement_in_the_source_form() -> None:
    """Defaults, article, participants and topics are those of the release form."""
    found = entry(f"{HEAD}{PEOPLE}topics: [environment]\n")

    assert found.row is not None
    assert found.row.to_dict() == {
        "id": "statement/reservoir/07", "article": "article/reservoir", "kind": "indirect", "claim_type": "fact",
        "gist": "It is nearly full.", "certainty": "certain", "polarity": "positive",
        "statement_participants": [
            {"role": "speaker", "entity": "organization/grid-operator"}, {"role": "speaker", "label": "two aides"},
            {"role": "target", "implicit": True},
        ],
        "topics": [{"topic": "environment"}],
    }  # fmt: skip


EVIDENCE = {
    "one mention": (f"content: '{ONE}'", [rows(role="content", at="ONE")]),
    "without quotes": (f"content: {ONE}", [rows(role="content", at="ONE")]),
    "two mentions": (
        f"content: ['{ONE}', {{span: '{TWO}'}}]",
        [rows(role="content", at="ONE"), rows(role="content", at="TWO", mention=2)],
    ),
    "two fragments": (
        f"content: '{ONE} + {TWO}'",
        [rows(role="content", at="ONE"), rows(role="content", at="TWO", fragment=2)],
    ),
    "of both speakers": (
        f"source 1,2: '{ONE}'",
        [rows(role="source", of=1, at="ONE"), rows(role="source", of=2, at="ONE")],
    ),
    "of one each": (
        f"source 1: '{ONE}'\n  source 2: '{TWO}'",
        [rows(role="source", of=1, at="ONE"), rows(role="source", of=2, at="TWO", mention=2)],
    ),
    "a list of rows": (
        f"- {{role: source, of: [1, 2], span: '{ONE}'}}\n  - {{role: source, of: 2, mention: 5, span: '{TWO}'}}",
        [rows(role="source", of=1, at="ONE"), rows(role="source", of=2, at="ONE"),
         rows(role="source", of=2, at="TWO", mention=5)],
    ),
}  # fmt: skip


@each(EVIDENCE)
def test_evidence_in_the_source_form(case: str) -> None:
    """Role and span on one line; mentions and fragments are numbered in their order."""
    written, wanted = EVIDENCE[case]
    found = entry(f"{HEAD}{PEOPLE}evidence:\n  {written}\n")

    assert found.row is not None
    assert found.row.to_dict()["evidence"] == wanted


WRONG = {
    "speakers: [organization/grid-operator, person/Ann]": (4, 40, "item 2 of speakers 'person/Ann' is not an id"),
    "speakers: [person/ann; person/ben]": (4, 12, "item 1 of speakers 'person/ann; person/ben' is not an id"),
    "speakers: [person:ann]": (4, 12, "item 1 of speakers 'person:ann' is not an id"),
    "speakers: ['person/ ann']": (4, 12, "item 1 of speakers 'person/ ann' is not an id"),
    "speakers: organization/grid-operator": (4, 11, "speakers 'organization/grid-operator' is not a list"),
    "addressees:": (4, 12, "addressees has no value"),
    "relayed_by: {a: b}": (4, 13, "relayed_by {'a': 'b'} is not a list"),
    "targets: [12]": (4, 11, "item 1 of targets 12 is text, but without quotes"),
    "speakers: [[]]": (4, 12, "item 1 of speakers [] is not a text"),
    "statement_participants:": (4, 24, "statement_participants has no value"),
    "evidence:\n  contnt: '140-185 45 252562523e8e894e 0ae5066b ef46d7cb'": (5, 3, "role contnt is not a usual code"),
    "evidence:\n  content:\n  - '140-185 45'": (6, 5, "span '140-185 45' is not a span"),
    "evidence:\n  content: [140]": (5, 13, "span '140' is not a span"),
    "evidence:\n  content: '185-140 45 252562523e8e894e 0ae5066b ef46d7cb'": (5, 12, "end 140 is not more than start"),
    "evidence:\n  source: '140-185 45 252562523e8e894e 0ae5066b ef46d7cb'": (5, 11, "source has no number"),
    "evidence:\n  cue: {find: warned, in: content}": (5, 9, "the span has the words to find, but no offsets yet"),
    "topics: [energi]": (4, 10, "topic 'energi' is not among its codes"),
}


@each(WRONG)
def test_issues_point_into_the_source_form(case: str, tmp_path: Path) -> None:
    """At the line and column of the short form."""
    path = tmp_path / "statements" / "reservoir.yaml"
    path.parent.mkdir()
    path.write_text(HEAD + case + "\n", "utf-8")
    line, column, message = WRONG[case]
    found = [(issue.line, issue.column, issue.message) for issue in validate(path).issues if issue.line != 1]

    assert any((line + 1, column) == one[:2] and message in one[2] for one in found), found
    assert len(found) == 1, found


@each(
    ["speakers: organization/grid-operator", "topics: economic", "targets: 'the \"crowd\", all'", "quantities: words"]
)
def test_one_value_in_the_place_of_a_list_is_told_as_one(case: str, tmp_path: Path) -> None:
    """The hint is what to write instead, and then nothing is wrong; rows that are no plain values have another."""
    path = tmp_path / "statements" / "reservoir.yaml"
    path.parent.mkdir()
    path.write_text(f"{HEAD}{case}\n", "utf-8")
    (hint,) = (issue.hint for issue in validate(path).issues if issue.code == "wrong_type")
    assert hint.startswith("write [") == ("quantities" not in case)
    path.write_text(f"{HEAD}{case.partition(' ')[0]} {hint.removeprefix('write ')}\n", "utf-8")
    assert "quantities" in case or "wrong_type" not in {issue.code for issue in validate(path).issues}


FINE = [
    "content: {find: warned}", "content: {find: [warned, of], nth: 2, in: cue, after: operator}",
    f"content: {{words: warned, span: '{ONE}'}}", f"cue:\n  - '{ONE}'\n  - find: warned", f"source 1,2: '{ONE}'",
    f"- {{role: cue, span: '{ONE}'}}\n  - {{role: cue, find: warned}}",
]  # fmt: skip
ODD = [
    "content: {nth: 2}", "content: {find: warned, nht: 2}", f"source x: '{ONE}'", f"source 0: '{ONE}'", "content: []",
    "- {role: cue, mention: 1, fragment: 1, words: warned}", f"- {{role: cue, span: '{ONE} + '}}",
    f"content 1: '{ONE}'", f"cue 2: '{ONE}'", f"frame 1: '{ONE}'", f"_: '{ONE}'", f"{'a' * 60}: '{ONE}'", "{}",
    f"content: {{span: '{ONE}', nth: 2}}", f"content: {{span: '{ONE}', after: of}}",
    f"content: {{span: '{ONE}', find: warned}}", "content: {find: warned, words: warned}",
    f"- {{role: cue, span: '{ONE}', start: 1}}", f"- {{role: cue, find: warned, span: '{ONE}'}}",
    "- {role: cue, mention: 1, fragment: 1, start: 140, end: 185, length: 45, digest: '252562523e8e894e', "
    "prefix: 0ae5066b, suffix: ef46d7cb, nth: 1}",
]  # fmt: skip
NUMBERS = "quantities:\n- {value: 3, unit: item, counted: gates"
ODD_LISTS = [
    f"{NUMBERS}, span: '{ONE} + {TWO}'}}", f"{NUMBERS}, find: [three, gates]}}", f"{NUMBERS}, span: '{ONE}', nth: 1}}",
    "speakers: [organisation/operator]", "speakers: [person/Ann]", "speakers: ['person: Ann']",
    "speakers: [AFP/Reuters]",
]  # fmt: skip


def test_the_schema_of_files_describes_the_source_form() -> None:
    """Words to be found are no errors in an editor; what the reader refuses is."""
    schema = Draft202012Validator(json_schemas.file_schema("statement"))
    for text in (f"evidence:\n  {one}\n" for one in FINE):
        assert not list(schema.iter_errors(yaml.safe_load(HEAD + PEOPLE + text))), text
    for text in (f"{NUMBERS}, span: '{ONE}'}}", f"{NUMBERS}, find: three}}", "speakers: [implicit, two aides]"):
        assert not list(schema.iter_errors(yaml.safe_load(HEAD + text))), text
    for text in (*(f"evidence:\n  {one}\n" for one in ODD), *ODD_LISTS, *WRONG):
        is_wrong = bool(list(schema.iter_errors(yaml.safe_load(HEAD + text))))
        assert is_wrong is not any(part in text for part in ("contnt", "185-140", "{find: warned, in")), text


def test_what_the_schema_of_files_refuses_the_reader_refuses() -> None:
    """None of it is taken for something else."""
    for text in (*(f"evidence:\n  {one}\n" for one in ODD if one != "{}"), *ODD_LISTS):
        assert entry(HEAD + PEOPLE * ("speakers" not in text) + text).row is None, text


def test_the_order_of_keys_means_nothing() -> None:
    """Participants are numbered as the codebook lists their roles: a program may sort the keys of JSON."""
    texts = (
        "speakers: [Ann]\naddressees: [Ben]\ntargets: [Eve]\n",
        "targets: [Eve]\naddressees: [Ben]\nspeakers: [Ann]\n",
    )
    first, second = (entry(HEAD + text).row for text in texts)
    assert first is not None
    assert first == second


def test_a_file_of_one_statement_is_named_by_article_and_number(tmp_path: Path) -> None:
    """From which its id may come; another id in it is reported."""
    path = tmp_path / "statements" / "reservoir" / "07.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD.partition("\n")[2])
    (alone,) = entries_of(parse_yaml(path.read_text(), str(path)), "statement", "1.2")[0]
    assert alone.row is not None
    assert alone.row.to_dict()["id"] == "statement/reservoir/07"

    path.write_text(HEAD.replace("07", "08"))
    assert "is in a file named 07.yaml (name the file reservoir/08.yaml, or correct the id)" in str(validate(tmp_path))

    path.with_name("08.yaml").write_text(path.read_text())  # which no file may be renamed to
    said = "is in a file named 07.yaml (delete this file if it is a copy; else give its record an id of its own)"
    assert f"misnamed_file statement/reservoir/08 {said}" in str(validate(tmp_path))


def test_json_lines_hold_the_release_form() -> None:
    """They are what a release publishes, and spell everything out."""
    ((found,), _) = entries_of(parse_yaml(HEAD, "statements.jsonl"), "statement", "1.2")

    assert found.row is None
