"""What is written as UIMA JSON CAS is read back as it was, and by ``cassis`` with the same words, also through XMI."""

from __future__ import annotations

import json
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given

from news_dataset.annotations import SPACE_JOINED, Annotation, Document
from news_dataset.exporters import uima as exporter
from news_dataset.importers import uima as importer
from tests.annotated import ROUND_TRIPS, documents, plain
from tests.cas import TEXT

SAYS = Annotation(
    "T1", "custom.Says", ((9, 14), (0, 1)), {"kind": "direct", "sure": True, "a b": 1, "tags": ("x", 2.0)},
    (("source", "#2"), ("source", "#2"), ("", "T1")),
)  # fmt: skip
NOTE = Annotation("#2", "Person / Name", (), {"note": math.inf})
WHOLE = Document(
    "", "a/b", TEXT, (SAYS, NOTE, Annotation("", "custom.Says", ((0, 1),), {"kind": 7})),
    {"title": "An invented title", "n": (1, True)}, "ann", SPACE_JOINED, is_article=False,
)  # fmt: skip


@contextmanager
def written(*documents: Document) -> Iterator[Path]:
    """A folder in which the documents are written."""
    with TemporaryDirectory() as folder:
        exporter.write(documents, Path(folder))
        yield Path(folder)


def read_back(*documents: Document) -> list[Document]:
    """The documents, written and read."""
    with written(*documents) as folder:
        return list(importer.read(folder))


def with_cassis(path: Path) -> Any:
    """The CAS that ``cassis`` reads; it may not warn of offsets."""
    cassis = pytest.importorskip("cassis")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message="Not mapping")
        return cassis.load_cas_from_json(path.read_text("utf-8"))


def spans_of(cas: Any) -> list[tuple[str, list[str]]]:
    """Id and words of each fragment, as ``cassis`` finds them by the names that the exporter documents."""
    return [
        (one.origin or "", [span.get_covered_text() for span in one.spans.elements])
        for one in cas.select("news_dataset.Annotation")
    ]


def words(document: Document) -> list[tuple[str, list[str]]]:
    """Id and words of each fragment, as the document has them."""
    text = document.text or ""
    return [(one.id, [text[start:end] for start, end in one.fragments]) for one in document.annotations]


@ROUND_TRIPS
@given(documents())
def test_what_is_written_is_read_back_and_cassis_sees_the_same_words(document: Document) -> None:
    """Whatever is in the text, and whatever ids, names and values are."""
    assert list(exporter.losses(document)) == []
    with written(document) as folder:
        (path,) = folder.iterdir()
        (found,) = importer.read(folder)

        assert plain(found) == plain(document)
        assert spans_of(with_cassis(path)) == words(document)


NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@ROUND_TRIPS
@given(documents())
def test_the_same_through_xmi_by_cassis(document: Document) -> None:
    """For what XML can hold at all."""
    with written(document) as folder:
        (path,) = folder.iterdir()
        content = json.loads(path.read_text("utf-8"))
        if NOT_XML.search("".join(str(value) for one in content["%FEATURE_STRUCTURES"] for value in one.values())):
            return
        cas = with_cassis(path)
        path.unlink()
        cas.typesystem.to_xml(folder / "TypeSystem.xml")
        cas.to_xmi(path.with_suffix(".xmi"))
        (found,) = importer.read(folder)

        assert found.quarantined == ()
        assert plain(found) == plain(document)


def test_everything_that_a_document_may_have() -> None:
    """Fragments out of order, repeated roles, lists, values of several kinds, fields of the document."""
    (found,) = read_back(WHOLE)

    assert plain(found) == plain(WHOLE)
    assert found.annotations[1].attributes == {"note": math.inf}


def test_no_text_is_not_an_empty_text() -> None:
    """And several documents are several files, also if their ids are the same."""
    none = Document("", "x", None, (NOTE,))
    empty = Document("", "x", "")

    with written(none, empty) as folder:
        names = sorted(path.name for path in folder.iterdir())
        found = list(importer.read(folder))

    assert names == ["x-2.json", "x.json"]
    assert [(one.text, len(one.annotations)) for one in found] == [("", 0), (None, 1)]


def test_types_and_attributes_are_those_of_uima_where_it_allows_them() -> None:
    """So that other tools see them; each type has a name of its own."""
    other = Annotation("T9", "Person_/_Name", ((0, 1),))
    with written(
        replace(WHOLE, annotations=(*WHOLE.annotations, replace(NOTE, id="T8", fragments=((0, 1),)), other))
    ) as folder:
        said = json.loads(next(folder.iterdir()).read_text("utf-8"))

    types = said["%TYPES"]
    assert set(types["custom.Says"]) == {"%NAME", "%SUPER_TYPE", "sure"}
    assert {"news_dataset.label.Person___Name", "news_dataset.label.Person___Name_2"} < set(types)
    says = [one for one in said["%FEATURE_STRUCTURES"] if one["%TYPE"] == "custom.Says"]
    assert [(one["begin"], one["end"], one.get("sure")) for one in says] == [(10, 15, True), (0, 2, None)]


def test_what_a_tool_added_or_changed_is_read() -> None:
    """A new annotation beside ours, a link to ours, a changed feature; ids do not run into each other."""
    with written(replace(WHOLE, annotations=(replace(NOTE, id="99"), SAYS, NOTE))) as folder:
        (path,) = folder.iterdir()
        said = json.loads(path.read_text("utf-8"))
        span = next(one for one in said["%FEATURE_STRUCTURES"] if one["%TYPE"] == "custom.Says")
        span["sure"] = False
        said["%TYPES"]["custom.Says"]["next"] = {"%NAME": "next", "%RANGE": "custom.Says"}
        said["%FEATURE_STRUCTURES"].append(
            {"%ID": 99, "%TYPE": "custom.Says", "@sofa": 1, "begin": 0, "end": 2, "@next": span["%ID"]}
        )
        path.write_text(json.dumps(said), "utf-8")
        (found,) = importer.read(folder)

    assert [one.id for one in found.annotations] == ["99", "T1", "#2", "uima:99"]
    assert found.annotations[1].attributes["sure"] is False
    assert found.annotations[3].links == (("next", "T1"),)


@pytest.mark.parametrize("damage", ["origin", "label", "@spans", "json", "role", "isArticle"])
def test_what_is_damaged_of_ours_is_reported(damage: str) -> None:
    """Never a crash; a feature that may be absent is no damage."""
    with written(WHOLE) as folder:
        (path,) = folder.iterdir()
        said = json.loads(path.read_text("utf-8"))
        for one in said["%FEATURE_STRUCTURES"]:
            if damage in one:
                one[damage] = 999 if damage == "@spans" else "{" if damage == "json" else None
        path.write_text(json.dumps(said), "utf-8")
        (found,) = importer.read(folder)

    reasons = {one.reason for one in found.quarantined}
    assert reasons == (set() if damage == "role" else {"bad_line"} if damage in ("label", "isArticle") else reasons)
    assert bool(reasons) == (damage != "role")


def test_a_lost_value_is_noticed() -> None:
    """Negative control of the comparison: 1, 1.0 and True are three values."""
    one, two, three = (replace(WHOLE, attributes={"n": value}) for value in (1, 1.0, True))

    assert len({str(plain(one)), str(plain(two)), str(plain(three))}) == 3
    assert plain(one) != plain(two) != plain(three)
