"""Strict JSON: what is refused and where, and what takes the place of what is not allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from news_dataset.strict_json import Flaw, NotJsonError, flaw_in, parse, parse_leniently
from tests.each import each


@each([
    ('{"a": 1,\n"b" 2}', 2, "is not JSON: Expecting ':' delimiter in column 5"),
    ('["\n"]', 1, "is not JSON: Invalid control character in column 3"),
    (b'{"a":\n"\xff"}', 2, "is not UTF-8: byte 0xff"),
    (b"\xef\xbb\xbf{}", 1, "begins with a byte order mark"),
    ('\n{"a": 1, "b": 2, "b": 3}', 0, 'has the key "b" twice in one object'),
    ("\n[NaN]", 0, "has NaN, which is no JSON"),
    ("[-1e999]", 0, "has a number that is too large"),
    ("[1e999]", 0, "has a number that is too large"),
    (f"[{'[' * 100_000}", 0, "nests too deep"),
    ("1" * 20, 0, "has an integer of more than 19 digits"),
    ("-" + "1" * 20, 0, "has an integer of more than 19 digits"),
])  # fmt: skip
def test_what_is_refused_and_where(text: str | bytes, line: int, said: str) -> None:
    """Line 0 is none: the parser does not tell where a value stands."""
    with pytest.raises(NotJsonError) as refusal:
        parse(text)

    assert (refusal.value.line, str(refusal.value)) == (line, said)


@each([0, 2**63 - 1, -(2**63), 10**19 - 1, 0.5, 1e308, "\ud83d\ude00", None, True, {"a": [{"a": 1}]}])
def test_what_is_allowed_is_read(value: Any) -> None:
    """As text and as bytes."""
    text = json.dumps(value)

    assert parse(text) == parse(text.encode()) == parse_leniently(text.encode()) == json.loads(text)
    assert flaw_in(parse(text)) == ""


def test_a_part_that_is_not_allowed_leaves_the_others() -> None:
    """With a flaw in its place, of the whole object for a key that is there twice."""
    found = parse_leniently(b'[1, NaN, -Infinity, {"a": 1, "a": 2}, 1e999, 11111111111111111111, {"b": 2}]')

    assert [one.message if isinstance(one, Flaw) else one for one in found] == [
        1, "has NaN, which is no JSON", "has -Infinity, which is no JSON", 'has the key "a" twice in one object',
        "has a number that is too large", "has an integer of more than 19 digits", {"b": 2},
    ]  # fmt: skip


@each(["%s", "[1, [%s]]", '{"a": {"b": %s}}', '[%s, "a"]'])
def test_a_flaw_is_found_wherever_it_is(around: str) -> None:
    """In lists and mappings, and as the first of several."""
    assert flaw_in(parse_leniently((around % "NaN").encode())) == "has NaN, which is no JSON"
    assert flaw_in(parse_leniently((around % '"a"').encode())) == ""


@each([("\\ud800", True), ("\\udfff", True), ("\\ud7ff", False), ("\\ue000", False), ("\\ud83d\\ude00", False)])
def test_half_of_a_pair_is_a_flaw(escaped: str, is_flaw: bool) -> None:
    """In a key as well; the characters beside the halves are characters."""
    for text in (f'"é{escaped}"', f'{{"{escaped}": 1}}', f'[{{"a": ["{escaped}"]}}]'):
        assert flaw_in(parse_leniently(text.encode())) == ("has a half of a surrogate pair" if is_flaw else "")
