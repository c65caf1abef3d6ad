"""UIMA CAS as tools write it becomes annotated documents: offsets, values, links, views, and what is not taken over."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest

from news_dataset.annotations import Annotation, Document
from news_dataset.importers import uima
from tests.cas import DKPRO, TEXT, WEBANNO, folder_of, json_cas, says, spans_of, type_system, units, xmi
from tests.each import each

INSIDE = "🙂 it"
AFTER = "it rains"


def one_of(folder: Path, *structures: str, **more: Any) -> Document:
    """The document of an XMI file with these structures."""
    (found,) = uima.read(folder_of(folder, a__xmi=xmi(*structures, **more)))
    return found


def json_of(folder: Path, *structures: dict[str, Any], **more: Any) -> Document:
    """The document of a JSON file with these structures."""
    (found,) = uima.read(folder_of(folder, a__json=json_cas(*structures, **more)))
    return found


def words(document: Document, one: Annotation) -> list[str]:
    """The words of each fragment."""
    assert document.text is not None
    return [document.text[start:end] for start, end in one.fragments]


@each(["🙂", "Mira Example", INSIDE, AFTER, "\r\nEnd", TEXT])
def test_offsets_are_in_utf16_units_and_words_are_those_of_cassis(wanted: str, tmp_path: Path) -> None:
    """Before, inside and after characters of two units, in both formats."""
    cassis = pytest.importorskip("cassis")
    begin, end = units(TEXT, wanted)
    said = xmi(f'custom:Says xmi:id="2" sofa="1" begin="{begin}" end="{end}"')

    first, second = uima.read(folder_of(tmp_path, a__xmi=said, b__json=json_cas(says(2, begin, end))))

    assert words(first, first.annotations[0]) == words(second, second.annotations[0]) == [wanted]
    assert first.annotations[0].line == 4
    assert first.text == second.text == TEXT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cassis warns of a feature that is called "type"
        types = cassis.load_typesystem(type_system())
        assert [*spans_of(cassis.load_cas_from_xmi(said, types))] == [("2", "custom.Says", wanted)]
        read = cassis.load_cas_from_json(json.dumps(json_cas(says(2, begin, end))))
        assert [*spans_of(read)] == [("2", "custom.Says", wanted)]


@each([
    (1, 3, "lies within a character"), (0, 1, "lies within a character"), (3, 3, "not behind the start"),
    (5, 4, "not behind the start"), (0, 99, "outside the text"), (-1, 2, "outside the text"),
])  # fmt: skip
def test_offsets_that_mark_nothing_cost_one_annotation(begin: int, end: int, why: str, tmp_path: Path) -> None:
    """A half of a pair, nothing, backwards, outside; the next annotation is read."""
    (tmp_path / "x").mkdir()
    for found in (
        one_of(tmp_path, f'custom:Says xmi:id="2" sofa="1" begin="{begin}" end="{end}"',
               'custom:Says xmi:id="3" sofa="1" begin="3" end="7"'),
        json_of(tmp_path / "x", says(2, begin, end), says(3, 3, 7)),
    ):  # fmt: skip
        (problem,) = found.quarantined

        assert [one.id for one in found.annotations] == ["3"]
        assert (problem.reason, problem.id) == ("offset_outside", "2")
        assert why in problem.message
        assert json.loads(problem.content)["begin"] == begin


def test_the_text_is_what_xml_says(tmp_path: Path) -> None:
    """A line break that is not written as a reference is a blank, by the rules of XML; tabs and others likewise."""
    found = one_of(tmp_path, text="a&#10;\nb").text
    (tmp_path / "a.xmi").write_text(xmi(text="HERE").replace("HERE", "a&#10;\n\tb&#13;"), "utf-8")
    (second,) = uima.read(tmp_path)

    assert (found, second.text) == ("a&#10;\nb", "a\n  b\r")


def test_missing_offsets(tmp_path: Path) -> None:
    """No begin is no begin at 0."""
    found = one_of(tmp_path, 'custom:Says xmi:id="2" sofa="1" end="3"')

    assert [(one.reason, one.message) for one in found.quarantined] == [("offset_outside", "it has no begin or no end")]


def test_values_of_every_kind(tmp_path: Path) -> None:
    """Features, arrays in place and shared, lists, and a feature that Python keeps for itself."""
    found = one_of(
        tmp_path,
        '<custom:Says xmi:id="2" sofa="1" begin="3" end="7" kind="a b" sure="true" count="-3" far="9007199254740993" '
        'score="1.5E3" type="t" numbers="1 2" shared="9" bytes="00FF"><tags>a b</tags><tags></tags>'
        "<words>x</words><words>y</words></custom:Says>",
        '<cas:StringArray xmi:id="9"><elements>u v</elements></cas:StringArray>',
    )

    (one,) = found.annotations
    assert one.attributes == {
        "kind": "a b", "sure": True, "count": -3, "far": 9007199254740993, "score": 1500.0, "type": "t",
        "numbers": (1, 2), "shared": ("u v",), "bytes": "00FF", "tags": ("a b", ""), "words": ("x", "y"),
    }  # fmt: skip
    assert one.attributes["sure"] is True


def test_values_of_json(tmp_path: Path) -> None:
    """Arrays and lists are structures there; a number that JSON cannot spell is a text."""
    found = json_of(
        tmp_path,
        says(2, 3, 7, sure=False, count=0, score=1, **{"@tags": 5, "@words": 7, "@numbers": 8}),
        says(3, 3, 7, **{"#score": "-Infinity", "kind": None, "@next": 2}),
        {"%ID": 5, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["a", ""]},
        {"%ID": 6, "%TYPE": "uima.cas.EmptyStringList"},
        {"%ID": 7, "%TYPE": "uima.cas.NonEmptyStringList", "head": "x", "@tail": 6},
        {"%ID": 8, "%TYPE": "uima.cas.Integer[]", "%ELEMENTS": []},
    )

    one, two = found.annotations
    assert one.attributes == {
        "sure": False,
        "count": 0,
        "score": 1.0,
        "tags": ("a", ""),
        "words": ("x",),
        "numbers": (),
    }
    assert isinstance(one.attributes["score"], float)
    assert (two.attributes, two.links) == ({"score": float("-inf")}, (("next", "2"),))


def test_links_through_arrays_lists_and_slots(tmp_path: Path) -> None:
    """Roles repeat; a slot without a role has the name of the feature; so begin the roles of several slots."""
    found = one_of(
        tmp_path,
        'custom:Says xmi:id="2" sofa="1" begin="0" end="2" parts="3 0 4" others="4 3" roles="10 11 12" next="3"',
        'custom:Says xmi:id="3" sofa="1" begin="3" end="7"',
        'custom:Says xmi:id="4" sofa="1" begin="3" end="7"',
        'custom:Two xmi:id="5" sofa="1" begin="3" end="7" one="10" two="11"',
        more='<custom:Link xmi:id="10" role="source" target="3"/><custom:Link xmi:id="11" role="source" target="4"/>'
        '<custom:Link xmi:id="12" target="3"/>',
    )

    assert dict.fromkeys(found.annotations[0].links) == dict.fromkeys([
        ("parts", "3"), ("parts", "4"), ("others", "4"), ("others", "3"),
        ("source", "3"), ("source", "4"), ("roles", "3"), ("next", "3"),
    ])  # fmt: skip
    assert found.annotations[3].links == (("one:source", "3"), ("two:source", "4"))
    assert [one.id for one in found.annotations] == ["2", "3", "4", "5"]
    assert found.quarantined == ()


def test_an_unfilled_slot_is_reported_and_the_annotation_kept(tmp_path: Path) -> None:
    """As INCEpTION writes roles that nobody filled."""
    found = one_of(
        tmp_path,
        'custom:Says xmi:id="2" sofa="1" begin="0" end="2" roles="10"',
        'custom:Says xmi:id="3" sofa="1" begin="0" end="2" next="2"',
        more='<custom:Link xmi:id="10" role="source"/>',
    )

    assert [one.id for one in found.annotations] == ["2", "3"]
    assert [(one.reason, one.line) for one in found.quarantined] == [("dangling_id", 4)]
    assert "slot source of 2" in found.quarantined[0].message


def test_relations_and_chains(tmp_path: Path) -> None:
    """A relation marks no words of its own; one whose offsets are its own keeps them."""
    found = one_of(
        tmp_path,
        'custom:Says xmi:id="2" sofa="1" begin="0" end="2"',
        'custom:Says xmi:id="3" sofa="1" begin="3" end="7" next="2"',
        'custom:Relation xmi:id="4" sofa="1" begin="3" end="7" Governor="2" Dependent="3" label="x"',
        'custom:Relation xmi:id="5" sofa="1" begin="8" end="9" Governor="2" Dependent="3"',
        'custom:Chain xmi:id="6" sofa="1" first="3"',
    )

    by_id = {one.id: one for one in found.annotations}
    assert (by_id["4"].fragments, by_id["4"].attributes) == ((), {"label": "x"})
    assert by_id["4"].links == (("Governor", "2"), ("Dependent", "3"))
    assert by_id["5"].fragments == ((7, 8),)
    assert (by_id["6"].fragments, by_id["6"].links, by_id["3"].links) == ((), (("first", "3"),), (("next", "2"),))


def test_structure_of_the_tool_is_no_annotation(tmp_path: Path) -> None:
    """Tokens that nothing links to, sentences, layers, metadata; a layer of the document is an annotation."""
    found = one_of(
        tmp_path,
        'segmentation:Sentence xmi:id="2" sofa="1" begin="0" end="9"',
        'segmentation:Token xmi:id="3" sofa="1" begin="0" end="2"',
        'segmentation:Token xmi:id="4" sofa="1" begin="3" end="7" parent="8"',
        'segmentation:Token xmi:id="8" sofa="1" begin="8" end="9" parent="4"',
        'custom:Relation xmi:id="5" sofa="1" begin="3" end="7" Governor="4" Dependent="4"',
        'custom:Topic xmi:id="6" sofa="1" name="weather"',
        'webanno:CASMetadata xmi:id="7" sofa="1" username="ann"',
        'webanno:LayerDefinition xmi:id="9" name="custom.Says"',
        'tcas:DocumentAnnotation xmi:id="10" sofa="1" begin="0" end="9" language="x-unspecified"',
        'metadata:DocumentMetaData xmi:id="11" sofa="1" begin="0" end="9" language="en" documentTitle="a.txt" '
        'documentId="a" documentUri="https://example.org/a"',
    )

    assert [(one.id, one.type) for one in found.annotations] == [
        ("4", f"{DKPRO}.segmentation.type.Token"), ("8", f"{DKPRO}.segmentation.type.Token"),
        ("5", "custom.Relation"), ("6", "custom.Topic"),
    ]  # fmt: skip
    assert found.annotations[3].attributes == {"name": "weather"}
    assert found.attributes == {"title": "a.txt", "url": "https://example.org/a", "language": "en", "documentId": "a"}
    assert found.annotator == "ann"
    assert WEBANNO not in str(found.annotations)


def test_a_path_of_a_document_is_no_url(tmp_path: Path) -> None:
    """And is kept under its own name, never opened."""
    found = one_of(tmp_path, 'metadata:DocumentMetaData xmi:id="11" sofa="1" documentUri="file:/etc/passwd"')

    assert found.attributes == {"documentUri": "file:/etc/passwd"}


def test_each_view_is_a_document(tmp_path: Path) -> None:
    """Those beside the first have the name of the view; a link to another view leads nowhere."""
    (first, second) = uima.read(folder_of(tmp_path, a__xmi=xmi(
        'custom:Says xmi:id="2" sofa="1" begin="0" end="2"',
        more='<cas:Sofa xmi:id="20" sofaNum="2" sofaID="b" sofaString="Rain."/>'
             '<custom:Says xmi:id="21" sofa="20" begin="0" end="4"/>'
             '<custom:Says xmi:id="22" sofa="20" begin="0" end="4" next="2"/>'
             '<cas:View sofa="20" members="21 22"/>')))  # fmt: skip

    assert [(one.id, one.text) for one in (first, second)] == [("a", TEXT), ("a/b", "Rain.")]
    assert [one.id for one in second.annotations] == ["21"]
    assert [(one.reason, one.id) for one in second.quarantined] == [("dangling_id", "22")]


def test_a_text_elsewhere_is_never_opened(tmp_path: Path) -> None:
    """Spans of it are in quarantine; what marks no words is not."""
    (tmp_path / "t.txt").write_text("Rain.", "utf-8")
    found = one_of(
        tmp_path,
        'custom:Says xmi:id="2" sofa="1" begin="0" end="2"',
        'custom:Topic xmi:id="3" sofa="1" name="x"',
        '<cas:Sofa xmi:id="30" sofaNum="2" sofaID="u" sofaURI="file:t.txt"></cas:Sofa>',
        text=None,
    )

    assert found.text is None
    assert [one.id for one in found.annotations] == ["3"]
    assert [(one.reason, one.id) for one in found.quarantined] == [("offset_outside", "2")]


def test_the_annotator_is_in_the_path_of_a_project(tmp_path: Path) -> None:
    """Archives within an archive; what was imported into the tool stands back behind annotators."""

    def packed(**more: str) -> bytes:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("TypeSystem.xml", type_system())
            for name, content in more.items():
                archive.writestr(f"{name}.xmi", content)
        return data.getvalue()

    ours = xmi('custom:Says xmi:id="2" sofa="1" begin="0" end="2"')
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        archive.writestr("exportedproject1.json", '{"name": "x"}')
        archive.writestr("source/a.txt", TEXT)
        for name in ("annotation/a.txt/INITIAL_CAS", "annotation/a.txt/ann", "annotation/a.txt/bea",
                     "annotation/b.txt/INITIAL_CAS", "curation/a.txt/CURATION_USER"):  # fmt: skip
            archive.writestr(f"{name}.zip", packed(x=ours))

    found = list(uima.read(tmp_path / "project.zip"))

    assert [(one.id, one.annotator, len(one.annotations)) for one in found] == [
        ("a", "ann", 1), ("a", "bea", 1), ("b", "INITIAL_CAS", 1), ("a", "CURATION_USER", 1),
    ]  # fmt: skip
    assert found[0].path.endswith("project.zip/annotation/a.txt/ann.zip/x.xmi")
    assert all(one.quarantined == () for one in found)


def test_one_file_alone_has_the_type_system_beside_it(tmp_path: Path) -> None:
    """And its id is its name."""
    folder_of(tmp_path, a__xmi=xmi('custom:Says xmi:id="2" sofa="1" begin="0" end="2"'), b__xmi=xmi())

    (found,) = uima.read(tmp_path / "a.xmi")

    assert (found.id, len(found.annotations), found.quarantined) == ("a", 1, ())
