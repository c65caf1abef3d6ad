"""UIMA CAS that is wrong or unsafe: refused as a whole, or in quarantine with its line, while the rest is read."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.annotations import REASONS, Document
from news_dataset.errors import UnsafeInputError
from news_dataset.importers import uima
from tests.annotated import ROUND_TRIPS
from tests.cas import TEXT, folder_of, json_cas, says, type_system, xmi
from tests.each import each

AGAIN = '{"%ID": 8, "%TYPE": "uima.cas.Sofa", "sofaID": "_InitialView"}'
GOOD = 'custom:Says xmi:id="3" sofa="1" begin="3" end="7"'


def one_of(folder: Path, *structures: str, **more: Any) -> Document:
    """The document of an XMI file with these structures."""
    (found,) = uima.read(folder_of(folder, a__xmi=xmi(*structures, **more)))
    return found


def json_of(folder: Path, *structures: dict[str, Any], **more: Any) -> Document:
    """The document of a JSON file with these structures."""
    (found,) = uima.read(folder_of(folder, a__json=json_cas(*structures, **more)))
    return found


@each([
    ('other:Thing xmi:id="2" sofa="1"', "no type other.Thing"),
    ('custom:Says xmi:id="2" sofa="1" begin="3" end="7" colour="red"', "no feature colour"),
    ('<custom:Says xmi:id="2" sofa="1" begin="3" end="7"><colour>red</colour></custom:Says>', "no feature colour"),
    ('custom:Says xmi:id="2" sofa="1" begin="３" end="7"', "is no uima.cas.Integer"),
    ('custom:Says xmi:id="2" sofa="1" begin="3" end="99999999999"', "is no uima.cas.Integer"),
    ('custom:Says xmi:id="2" sofa="1" begin="3" end="7" count="1_0"', "is no uima.cas.Integer"),
    ('custom:Says xmi:id="2" sofa="1" begin="3" end="7" sure="yes"', "is no uima.cas.Boolean"),
    ('custom:Says xmi:id="2" sofa="1" begin="3" end="7" score="1,5"', "is no uima.cas.Double"),
    ('custom:Says xmi:id="2" sofa="1" begin="3" end="7" numbers="1 x"', "is no uima.cas.Integer"),
])  # fmt: skip
def test_a_structure_against_the_type_system(wrong: str, why: str, tmp_path: Path) -> None:
    """Is in quarantine with its line; the next one is read."""
    found = one_of(tmp_path, wrong, GOOD)
    (problem,) = found.quarantined

    assert [one.id for one in found.annotations] == ["3"]
    assert (problem.reason, problem.id, problem.line) == ("bad_line", "2", 4)
    assert why in problem.message
    assert problem.path.endswith("a.xmi")


def test_a_structure_without_an_id(tmp_path: Path) -> None:
    """Nothing can refer to it; it is reported all the same."""
    found = one_of(tmp_path, 'custom:Says sofa="1" begin="3" end="7"', GOOD)

    assert [(one.reason, one.id, one.message) for one in found.quarantined] == [("bad_line", "", "it has no xmi:id")]


@each([
    ({"%TYPE": "other.Thing"}, "no type other.Thing"),
    ({"%TYPE": 7}, "no type 7"),
    ({"colour": "red"}, "no feature colour"),
    ({"count": "1"}, "is no uima.cas.Integer"),
    ({"count": True}, "is no uima.cas.Integer"),
    ({"count": 1.0}, "is no uima.cas.Integer"),
    ({"count": 2**31}, "is no uima.cas.Integer"),
    ({"begin": "3"}, "is no uima.cas.Integer"),
    ({"sure": 1}, "is no uima.cas.Boolean"),
    ({"kind": ["a"]}, "is no uima.cas.String"),
    ({"kind": "\ud83d"}, "half of a surrogate pair"),
    ({"#score": "many"}, "is no number"),
    ({"tags": ["a"]}, "does not refer to a structure"),
    ({"@next": "3"}, "are no ids"),
    ({"@next": True}, "are no ids"),
    ({"%ID": 2.5}, "no %ID"),
    ({"%ID": True}, "no %ID"),
])  # fmt: skip
def test_a_structure_of_json_against_the_type_system(wrong: dict[str, Any], why: str, tmp_path: Path) -> None:
    """The same; JSON has no lines."""
    found = json_of(tmp_path, says(2, 3, 7) | wrong, says(3, 3, 7), views={"_InitialView": {"%SOFA": 1}})
    (problem,) = found.quarantined

    assert [one.id for one in found.annotations] == ["3"]
    assert problem.reason == "bad_line"
    assert why in problem.message


@each([
    {"%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["a", None]}, {"%TYPE": "uima.cas.StringArray", "%ELEMENTS": "a"},
    {"%TYPE": "uima.cas.StringArray", "%ELEMENTS": [1]},
])  # fmt: skip
def test_a_bad_array_costs_what_refers_to_it(array: dict[str, Any], tmp_path: Path) -> None:
    """Both are reported."""
    found = json_of(tmp_path, says(2, 3, 7, **{"@tags": 5}), says(3, 3, 7), {"%ID": 5} | array)

    assert [one.id for one in found.annotations] == ["3"]
    assert [(one.reason, one.id) for one in found.quarantined] == [("bad_line", "5"), ("dangling_id", "2")]


def test_ids_that_repeat_or_lead_nowhere(tmp_path: Path) -> None:
    """And, in turn, what refers to those."""
    found = one_of(
        tmp_path,
        GOOD,
        'custom:Says xmi:id="4" sofa="1" begin="3" end="7" next="9"',
        'custom:Says xmi:id="5" sofa="1" begin="3" end="7" next="4"',
        'custom:Says xmi:id="6" sofa="1" begin="3" end="7" roles="8"',
        'custom:Says xmi:id="3" sofa="1" begin="8" end="9"',
    )

    assert [one.id for one in found.annotations] == ["3"]
    assert found.annotations[0].fragments == ((2, 6),)
    assert sorted((one.reason, one.line) for one in found.quarantined) == [
        ("dangling_id", 5), ("dangling_id", 6), ("dangling_id", 7), ("duplicate_id", 8),
    ]  # fmt: skip


@each([
    (lambda good: good[: good.index("<cas:Sofa") + 20], 5),
    (lambda good: good.replace("<custom:Says", "<custom Says"), 4),
    (lambda good: good.replace("xmi:XMI", "xmi:Other"), 2), (lambda _: "", 1), (lambda _: "\0", 1),
    (lambda good: good.replace('UTF-8"?', 'UTF-99"?'), 1), (lambda good: good.replace('UTF-8"?', 'GBK"?'), 1),
    (lambda good: good.replace("<cas:View", '<cas:Sofa xmi:id="8" sofaNum="2" sofaID="_InitialView"/><cas:View'), 6),
    (lambda good: good.replace("<cas:View", "<a>" * 4 + "</a>" * 4 + "<cas:View"), 6),
])  # fmt: skip
def test_an_xmi_that_cannot_be_read(broken: Any, line: int, tmp_path: Path) -> None:
    """One line with its place; the next document is read."""
    first, second = uima.read(folder_of(tmp_path, a__xmi=broken(xmi(GOOD)), b__xmi=xmi(GOOD)))

    assert (first.id, first.text, first.annotations) == ("a", None, ())
    assert [(one.reason, one.line, one.path) for one in first.quarantined] == [
        ("unreadable", line, str(tmp_path / "a.xmi"))
    ]
    assert "\n" not in first.quarantined[0].message
    assert len(second.annotations) == 1


@each([
    (lambda good: good[:-9], "is not JSON"),
    (lambda good: good.replace('"sofaNum": 1', '"sofaNum": NaN'), "NaN"),
    (lambda good: good.replace('"sofaNum": 1', '"sofaNum": 1e999'), "too large"),
    (lambda good: good.replace('"sofaNum": 1', '"sofaNum": 12345678901234567890'), "19 digits"),
    (lambda good: good.replace('"sofaNum": 1', '"sofaNum": 1, "sofaNum": 1'), "twice"),
    (lambda good: good.replace('"sofaID": "_InitialView"', '"sofaID": 1'), "no name"),
    (lambda good: good.replace("End", "\\ud800"), "its text is not a text"),
    (lambda good: good.replace('{"%ID": 2', f"{AGAIN}, {{\"%ID\": 2"),
     "the view '_InitialView' twice"),
    (lambda good: good.replace('"%FEATURE_STRUCTURES": [', '"%FEATURE_STRUCTURES": [7, '), "not a list of objects"),
    (lambda good: good.replace('"%VIEWS": {', '"%VIEWS": {"a": 1, '), "%VIEWS"),
    (lambda good: good.replace('"%SUPER_TYPE": "uima.tcas.Annotation"', '"%SUPER_TYPE": "no.Type"'), "type system"),
    (lambda good: good.replace('"%RANGE": "uima.cas.String"', '"%RANGE": "no.Type"'), "type system"),
    (lambda _: "[" * 100_000, "nests too deep"), (lambda _: "[]", "not a CAS"), (lambda _: "", "is not JSON"),
    (lambda _: "\ufeff{}", "byte order mark"),
])  # fmt: skip
def test_a_json_that_cannot_be_read(broken: Any, why: str, tmp_path: Path) -> None:
    """One line; the next document is read."""
    good = json.dumps(json_cas(says(2, 3, 7)))
    first, second = uima.read(folder_of(tmp_path, a__json=broken(good), b__json=good))

    assert [one.reason for one in first.quarantined] == ["unreadable"]
    assert why in first.quarantined[0].message
    assert len(second.annotations) == 1


UNSAFE = [
    '<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "<!DOCTYPE x>", '<!DOCTYPE x PUBLIC "a" "b">',
]  # fmt: skip


@each(UNSAFE)
def test_a_document_type_is_refused(declaration: str, tmp_path: Path) -> None:
    """In the file and in its type system, in UTF-8 and UTF-16; no entity is expanded, nothing is opened."""
    good = xmi(GOOD)
    for name, content in (
        ("a.xmi", good),
        ("TypeSystem.xml", '<?xml version="1.0" encoding="UTF-8"?>\n' + type_system()),
    ):
        for encoding in ("utf-8", "utf-16"):
            folder_of(tmp_path, a__xmi=good)
            unsafe = content.replace("?>", f"?>{declaration}").replace("UTF-8", encoding.upper())
            (tmp_path / name).write_bytes(unsafe.encode(encoding))

            with pytest.raises(UnsafeInputError, match=f"{name} has a document type"):
                list(uima.read(tmp_path))


def test_the_same_in_utf16_without_a_document_type_is_read(tmp_path: Path) -> None:
    """Negative control."""
    folder = folder_of(tmp_path)
    (folder / "a.xmi").write_bytes(xmi(GOOD).replace("UTF-8", "UTF-16").encode("utf-16"))

    (found,) = uima.read(folder)

    assert (found.text, len(found.annotations)) == (TEXT, 1)


@each([
    ("", "no type system"), ("<types>", "no element found"), ("<x/>", "no type custom.Says"),
    ("<a>" * 99 + "</a>" * 99, "nested deeper"),
    (type_system().replace("uima.tcas.Annotation</super", "no.Type</super"), "cannot be read"),
])  # fmt: skip
def test_type_systems_that_cannot_be_read(content: str, why: str, tmp_path: Path) -> None:
    """A line per document that needs it; a document that has its own is read."""
    folder_of(tmp_path, a__xmi=xmi(GOOD), b__json=json_cas(says(2, 3, 7)), c__json=json_cas(types=None))
    (tmp_path / "TypeSystem.xml").write_text(content, "utf-8")
    if not content:
        (tmp_path / "TypeSystem.xml").unlink()

    first, second, third = uima.read(tmp_path)

    assert why in first.quarantined[0].message
    assert len(second.annotations) == 1
    if "no type custom" not in why:
        assert [one.reason for one in (*first.quarantined, *third.quarantined)] == ["unreadable", "unreadable"]


def test_a_json_without_types_has_those_beside_it(tmp_path: Path) -> None:
    """As some tools write it; structures may stand by their ids."""
    said = json_cas(says(2, 3, 7), types=None)
    said["%FEATURE_STRUCTURES"] = {str(one.pop("%ID")): one for one in said["%FEATURE_STRUCTURES"]}
    (found,) = uima.read(folder_of(tmp_path, a__json=said))

    assert [(one.id, one.fragments) for one in found.annotations] == [("2", ((2, 6),))]


def test_lists_in_a_circle_end(tmp_path: Path) -> None:
    """Each item once."""
    node = {"%TYPE": "uima.cas.NonEmptyStringList"}
    found = json_of(tmp_path, says(2, 3, 7, **{"@words": 5}), {"%ID": 5, "head": "a", "@tail": 6} | node,
                    {"%ID": 6, "head": "b", "@tail": 5} | node)  # fmt: skip

    assert found.annotations[0].attributes == {"words": ("a", "b")}


WHOLE_XMI = xmi(
    '<custom:Says xmi:id="2" sofa="1" begin="0" end="2" numbers="1 2" roles="10"><tags>a</tags></custom:Says>',
    GOOD, 'custom:Relation xmi:id="4" sofa="1" begin="3" end="7" Governor="2" Dependent="3"',
    more='<custom:Link xmi:id="10" role="source" target="3"/>',
)  # fmt: skip
WHOLE_JSON = json.dumps(json_cas(
    says(2, 0, 2, **{"@tags": 5, "@roles": 6, "#score": "NaN"}), says(3, 3, 7),
    {"%ID": 5, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["a"]},
    {"%ID": 6, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [7]}, {"%ID": 7, "%TYPE": "custom.Link", "@target": 3},
))  # fmt: skip
PIECES = [
    "",
    "0",
    "1",
    "2",
    "-1",
    "x",
    '"',
    "<",
    ">",
    "/",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "\0",
    "é",
    "🙂",
]


@ROUND_TRIPS
@given(st.sampled_from([("a.xmi", WHOLE_XMI), ("a.json", WHOLE_JSON)]), st.data())
def test_no_damage_is_more_than_a_line(file: tuple[str, str], data: st.DataObject) -> None:
    """Whatever is cut out or put in: documents with sound annotations and known reasons, or a refusal."""
    name, content = file
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        stop = min(len(content), start + data.draw(st.sampled_from([0, 1, 2, 9, 200])))
        content = content[:start] + data.draw(st.sampled_from(PIECES)) + content[stop:]
    with TemporaryDirectory() as folder:
        path = folder_of(Path(folder))
        (path / name).write_bytes(content.encode())

        for found in uima.read(path):
            assert {one.reason for one in found.quarantined} <= set(REASONS)
            assert all("\n" not in one.message for one in found.quarantined)
            for one in found.annotations:
                assert all(0 <= start < stop <= len(found.text or "") for start, stop in one.fragments)
