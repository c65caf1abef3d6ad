"""Reader: strict YAML and I-JSON, every value with its place, refusals before any object exists."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from news_dataset import files, reader
from news_dataset.files import ReadError
from news_dataset.reader import Document, parse_json, parse_json_lines, parse_yaml, read_as, typed
from news_dataset.reader.yamlfile import is_ambiguous

SCALARS = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\r"), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=8,
)
TEXTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(SCALARS, inner, min_size=1, max_size=3),
    max_leaves=8,
)

REFUSED_YAML = {
    "anchor": ("a: &x 1", "unsafe_yaml", 1, 4),
    "mark of byte order inside": ("a: {b: 1,\n\ufeffc: 2}", "bad_encoding", 2, 1),
    "mark of byte order in a text": ("a: x\ufeffy", "bad_encoding", 1, 5),
    "long key": ("a:\n  " + "k" * 1_001 + ": 1", "over_limit", 2, 3),
    "alias": ("a: 1\nb: *x", "unsafe_yaml", 2, 4),
    "alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "unsafe_yaml", 1, 4),
    "tag": ("a: !!python/object/apply:os.system [x]", "unsafe_yaml", 1, 4),
    "undeclared tag": ("a: !e!b c", "unsafe_yaml", 1, 4),
    "anchor of a key": ("&x a: 1", "unsafe_yaml", 1, 1),
    "alias as a key": ("a: 1\n*x : 2", "unsafe_yaml", 2, 1),
    "tag of a key": ("!!str a: 1", "unsafe_yaml", 1, 1),
    "merge key": ("<<: {a: b}", "unsafe_yaml", 1, 1),
    "key that is a list": ("? [a]\n: b", "unsafe_yaml", 1, 3),
    "second document": ("a: b\n---\nc: d", "unsafe_yaml", 2, 1),
    "directive": ("%YAML 1.1\n---\na: b", "unsafe_yaml", 1, 1),
    "deep brackets": ("a: " + "[" * 1_000_000, "over_limit", 1, 0),
    "deep braces": ("{a: " * 100_000, "over_limit", 1, 129),
    "deep dashes": ("- " * 100_000, "over_limit", 1, 65),
    "line separator": ("a: b\u2028c", "bad_encoding", 1, 5),
    "next line": ("a: b\nc: \x85", "bad_encoding", 2, 4),
    "control character": ("a: b\nc: \x07", "bad_encoding", 2, 4),
    "colon in a value": ("a: b: c", "bad_syntax", 1, 5),
    "tab": ("a:\n\t- b", "bad_syntax", 2, 1),
    "open quote": ("a: 'b", "bad_syntax", 1, 4),
    "open bracket at the end": ("a: [\nb,\n", "bad_syntax", 1, 4),
    "open brace at the end": ("a: {\nb: c,\n", "bad_syntax", 1, 4),
    "open bracket in another": ("a: [b,\n  [c,\nd,\n", "bad_syntax", 2, 3),
    "open bracket around closed ones": ("a: [b,\n{c: [d]},\n", "bad_syntax", 1, 4),
    "open bracket before dashes": ("a: [b,\n- c\n", "bad_syntax", 1, 4),
    "open bracket before a pair": ("a: [\nb: c,\n", "bad_syntax", 1, 4),
    "nothing": ("# only a comment\n", "bad_syntax", 1, 1),
}  # fmt: skip
REFUSED_JSON = {
    "long key": ('{"a": {"' + "k" * 1_001 + '": 1}}', "over_limit", 1, 8),
    "long list below long keys": (
        "".join(f'{{"{name * 1_000}":' for name in "abcdefgh") + "[" + "1," * 50_000 + "1]" + "}" * 8,
        "over_limit",
        1,
        9_072,
    ),
    "open bracket": ('{"a": [\n1,\n', "bad_syntax", 1, 7),
    "open brace": ('[\n{"a": [1],\n', "bad_syntax", 2, 1),
    "not a number": ("[NaN]", "bad_syntax", 1, 2),
    "infinity": ("[-Infinity]", "bad_syntax", 1, 2),
    "too large": ("[1e999]", "bad_syntax", 1, 2),
    "beyond 2^53": ("[\n9007199254740992]", "bad_syntax", 2, 1),
    "octal": ("[0123]", "bad_syntax", 1, 3),
    "plus": ("[+1]", "bad_syntax", 1, 2),
    "trailing comma": ("[1,]", "bad_syntax", 1, 4),
    "comment": ("// a\n[]", "bad_syntax", 1, 1),
    "half a pair": ('["\\ud800"]', "bad_encoding", 1, 2),
    "raw control": ('["\x01"]', "bad_syntax", 1, 3),
    "more": ("[] []", "bad_syntax", 1, 4),
    "single quotes": ("{'a': 1}", "bad_syntax", 1, 2),
    "missing colon": ('{"a" 1}', "bad_syntax", 1, 6),
    "depth": ("[" * 100_000, "over_limit", 1, 33),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED_YAML)
def test_yaml_that_is_refused(name: str) -> None:
    """With code, line and column, within a tenth of a second."""
    text, code, line, column = REFUSED_YAML[name]
    started = time.process_time()
    with pytest.raises(ReadError) as caught:
        parse_yaml(text, "file.yaml")
    problem = caught.value.problem

    assert time.process_time() - started < 0.1
    assert (problem.code, problem.line) == (code, line)
    assert problem.column == column or column == 0


@pytest.mark.parametrize("name", REFUSED_JSON)
def test_json_that_is_refused(name: str) -> None:
    """With code, line and column, within a tenth of a second."""
    text, code, line, column = REFUSED_JSON[name]
    started = time.process_time()
    with pytest.raises(ReadError) as caught:
        parse_json(text, "file.json")
    problem = caught.value.problem

    assert time.process_time() - started < 0.1
    assert (problem.code, problem.line, problem.column) == (code, line, column)


@pytest.mark.parametrize("parse", [parse_yaml, parse_json])
def test_duplicate_keys_are_named_with_both_lines(parse: Any) -> None:
    """The second is the problem, the first one counts, and its places stay its own."""
    document: Document = parse('{"a": "x",\n"b": {"c": "y",\n "c": "z"}}', "file")

    assert [(p.code, p.message, p.line, p.column) for p in document.problems] == [
        ("duplicate_key", "c is already in line 2", 3, 2)
    ]
    assert document.data["b"]["c"] == "y"
    assert document.place("/b/c") == (2, 12)


@given(VALUES)
def test_json_is_read_as_the_standard_library_reads_it(value: Any) -> None:
    """parse(dump(x)) == x, with integers as integers, and a place for every value."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    document = parse_json(text, "file")

    assert document.data == value
    assert repr(document.data) == repr(json.loads(text))
    assert set(document.keys) < set(document.places)


@given(TEXTS, st.sampled_from([True, False, None]))
def test_yaml_is_read_as_it_was_written(value: Any, flow: bool | None) -> None:
    """A text written by PyYAML comes back unchanged, in block or flow style."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, width=10_000)

    assert parse_yaml(text, "file").data == value


@given(VALUES, st.sampled_from([True, False, None]), st.data())
def test_a_text_that_is_cut_off_is_read_or_refused(value: Any, flow: bool | None, data: st.DataObject) -> None:
    """Wherever it ends, and inside the text: a parser may place what is missing behind the last line."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, width=10_000)
    end = data.draw(st.integers(0, len(text)))

    try:
        lines = {line for line, _ in parse_yaml(text[:end], "file").places.values()}
    except ReadError as error:
        lines = {error.problem.line}
    assert 1 <= min(lines) <= max(lines) <= text[:end].count("\n") + 1


@given(st.lists(st.dictionaries(SCALARS, VALUES, max_size=3), max_size=4))
def test_json_lines_hold_one_record_a_line(records: list[Any]) -> None:
    """Line numbers are those of the file."""
    document = parse_json_lines("".join(json.dumps(record) + "\n" for record in records).encode(), "file")

    assert document.data == records
    assert [document.place(f"/{at}")[0] for at in range(len(records))] == list(range(1, len(records) + 1))


def test_places_count_code_points() -> None:
    """Lines and columns from 1; an emoji is one column."""
    document = parse_yaml("a: x\nb:\n- {😀: 1, c: 2}\n", "file")

    assert (document.place("/b/0/c"), document.place("/b/0/c", on_key=True)) == ((3, 13), (3, 10))
    assert document.place("/b/7/none") == document.place("/b")


@pytest.mark.parametrize(
    "scalar",
    ["NO", "no", "off", "y", "0123", "1.10", "12:30", "12:30:45", "null", "~", "1e3", "0o17", "0x1F", "0b1", ".inf",
     "-.INF", ".nan", "2025", "2025-08-23", "1_000", "+1", ".5", "=", "<<", "2001-12-14 21:59:43.10 -5"],
)  # fmt: skip
def test_scalars_that_yaml_versions_read_differently(scalar: str) -> None:
    """Refused without quotes where a text is wanted, and kept as they are with quotes."""
    wanted = {"properties": {"a": {"type": "string"}}}

    assert typed(parse_yaml(f"a: {scalar}", "f").data, wanted)[1] == [("/a", scalar)]
    assert typed(parse_yaml(f"a: '{scalar}'", "f").data, wanted) == ({"a": scalar}, [])


@pytest.mark.parametrize(
    "scalar", ["June 12", "XXXX-06-12", "2025-08", "2025?", "2026.11.0", "1.2.3", "80,000", "Norway", "a b"]
)
def test_scalars_that_every_yaml_reads_as_text(scalar: str) -> None:
    """Need no quotes."""
    assert not is_ambiguous(scalar)


@pytest.mark.parametrize(
    ("words", "scalars"),
    [("true", "y Yes TRUE on"), ("false", "n NO False off"), ("null", "~ null NULL"),
     ("a date", "2025-08-23 2025-8"), ("a number", "12 1.5 0x1F 12:30 20250823"), ("no text", ".inf ="),],
)  # fmt: skip
def test_what_others_may_read(words: str, scalars: str) -> None:
    """It is said in words what a scalar may become elsewhere."""
    assert {read_as(scalar) for scalar in scalars.split()} == {words}


def test_a_comment_cuts_a_text_short() -> None:
    """A blank and a hash end it, and it is not known whether they were meant so; other blanks and hashes do not."""
    wanted = {"properties": {"a": {"type": "string"}}}

    def read(line: str) -> Any:
        return typed(parse_yaml(line, "f").data, wanted)

    assert read("a: June #1") == read("a: June\t # 1") == ({"a": "June"}, [("/a", "June #…")])
    assert read("a: June#1") == ({"a": "June#1"}, [])
    assert read("a: June ") == read("{a: June }") == ({"a": "June"}, [])
    assert read("a: 'June' #1") == ({"a": "June"}, [])
    assert read("a: #1") == read("a:") == ({"a": None}, [])


@pytest.mark.parametrize(
    ("text", "what"), [("a: &x 1", "anchors"), ("a: 1\nb: *x", "aliases"), ("a: !x 1", "tags"), ("*x : 1", "aliases")]
)
def test_what_is_not_allowed_is_named(text: str, what: str) -> None:
    """An alias, an anchor and a tag are told apart."""
    with pytest.raises(ReadError, match=f"{what} are not allowed"):
        parse_yaml(text, "f")


def test_numbers_of_json_in_fields_for_integers() -> None:
    """One with a point is text there, which the schema refuses; elsewhere it is the number that it is."""
    wanted = {"properties": {"n": {"type": "integer"}}, "additionalProperties": {"type": "number"}}
    data = parse_json('{"n": 1277.0, "m": 1277.0}', "f").data

    assert typed(data, wanted) == ({"n": "1277.0", "m": 1277.0}, [])
    assert typed(parse_yaml("n: 1\nm: 2", "f").data, wanted) == ({"n": 1, "m": 2.0}, [])
    assert typed(parse_yaml("m: 2", "f").data, {"additionalProperties": False}) == ({"m": "2"}, [])


def test_the_schema_alone_gives_types() -> None:
    """The same scalar is a number here and a text there; what does not fit stays text."""
    kinds = ("integer", "number", "boolean", "string")
    wanted = {"properties": {kind: {"type": kind} for kind in kinds}}

    def read(scalar: str) -> Any:
        return typed(parse_yaml("".join(f"{kind}: {scalar}\n" for kind in kinds), "f").data, wanted)[0]

    assert read("12") == {"integer": 12, "number": 12.0, "boolean": "12", "string": "12"}
    assert read("1.5") == {"integer": "1.5", "number": 1.5, "boolean": "1.5", "string": "1.5"}
    assert read("true") == {"integer": "true", "number": "true", "boolean": True, "string": "true"}
    assert read("0x1F") == dict.fromkeys(kinds, "0x1F")
    assert read("") == dict.fromkeys(kinds)


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [(b"\xef\xbb\xbfa: b", "bad_encoding", (1, 1)), ("a: é".encode("latin-1"), "bad_encoding", (1, 4)),
     ("a: b".encode("utf-16"), "bad_encoding", (1, 1)), (b"a: " + b"x" * files.MAX_BYTES, "over_limit", (0, 0))],
    ids=["BOM", "Latin-1", "UTF-16", "size"],
)  # fmt: skip
def test_bytes_that_are_refused(tmp_path: Path, data: bytes, code: str, place: tuple[int, int]) -> None:
    """Only UTF-8 without BOM, and at most 1 MiB."""
    path = tmp_path / "file.yaml"
    path.write_bytes(data)
    (problem,) = reader.read(path).problems

    assert (problem.code, (problem.line, problem.column)) == (code, place)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """Links are not followed, FIFOs do not hang, folders are no files; a missing file is the environment's fault."""
    (tmp_path / "real.yaml").write_text("a: b")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "real.yaml")
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "folder.yaml").mkdir()
    codes = {
        name: reader.read(tmp_path / f"{name}.yaml").problems[0].code for name in ("link", "fifo", "folder", "gone")
    }

    assert codes == {"link": "unsafe_file", "fifo": "unsafe_file", "folder": "unsafe_file", "gone": "unreadable_file"}
    assert not reader.read(tmp_path / "real.yaml").problems
