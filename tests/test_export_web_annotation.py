"""Web Annotation: pages have the structure of the W3C's model, and say all that the documents say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

from hypothesis import given

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters.web_annotation import losses, write
from tests.annotated import ROUND_TRIPS, documents

TEXT = "Mira 🙂 said that it rains."
IRI = re.compile(r"urn:[a-z0-9][a-z0-9-]+:[A-Za-z0-9._~%:-]+(#[A-Za-z0-9._~%=-]*)?")
PURPOSES = {"classifying", "describing", "linking"}


def pages(*given: Document, quotes: bool = False) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        write(given, Path(folder), quotes)
        paths = sorted(Path(folder).iterdir())
        assert {path.suffix for path in paths} <= {".jsonld"}
        return [json.loads(path.read_bytes()) for path in paths]


def faults(page: dict[str, Any]) -> Iterator[str]:
    """Yield what the model does not allow in a page: sections 3.1 to 3.3, 4.2.4, 4.2.5 and 5.2."""
    if page["@context"][0] != "http://www.w3.org/ns/anno.jsonld" or page["type"] != "AnnotationPage":
        yield "page"
    ids = [page["id"], page["partOf"]["id"], *(one["id"] for one in page["items"])]
    if len(set(ids)) != len(ids) or not all(map(IRI.fullmatch, ids)):
        yield f"ids {ids}"
    if page["partOf"]["type"] != "AnnotationCollection" or page["partOf"]["total"] != len(page["items"]):
        yield "collection"
    for one in page["items"]:
        if one["type"] != "Annotation" or one["motivation"] not in PURPOSES or not one["target"]:
            yield f"annotation {one}"
        yield from (f"body {body}" for body in one["body"] if not is_body(body))
        targets = one["target"] if isinstance(one["target"], list) else [one["target"]]
        yield from (f"target {target}" for target in targets if not is_target(target))


def is_body(body: dict[str, Any]) -> bool:
    is_textual = "TextualBody" in body["type"] and isinstance(body["value"], str)
    return body["purpose"] in PURPOSES and (is_textual or bool(IRI.fullmatch(body["source"])))


def is_target(target: Any) -> bool:
    if isinstance(target, str):
        return bool(IRI.fullmatch(target))
    several = target["selector"] if isinstance(target["selector"], list) else [target["selector"]]
    first = several[0]
    is_position = first["type"] == "TextPositionSelector" and 0 <= first["start"] < first["end"]
    return is_position and bool(IRI.fullmatch(target["source"]))


def said(page: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return what a page says of each annotation: id, type, fragments, values and links."""
    found = []
    for one in page["items"]:
        targets = one["target"] if isinstance(one["target"], list) else [one["target"]]
        fragments = [(each["selector"]["start"], each["selector"]["end"]) for each in targets if isinstance(each, dict)]
        types = [body["value"] for body in one["body"] if body["purpose"] == "classifying"]
        values = [(body["schema:name"], repr(body["schema:value"])) for body in one["body"] if "schema:name" in body]
        links = [(body["schema:roleName"], unquote(body["source"].partition("#id=")[2])) for body in one["body"]
                 if body["purpose"] == "linking"]  # fmt: skip
        id_ = unquote(one["id"].partition("#")[2].removeprefix("id=")) if "#id=" in one["id"] else ""
        found.append((id_, types, fragments, sorted(values), links))
    return found


def expected(one: Annotation) -> tuple[Any, ...]:
    values = [(name, repr(each)) for name, value in one.attributes.items()
              for each in (value if isinstance(value, tuple) else (value,))]  # fmt: skip
    return one.id, [one.type], list(one.fragments), sorted(values), list(one.links)


@ROUND_TRIPS
@given(documents())
def test_pages_say_all_of_a_document(document: Document) -> None:
    """In the structure of the model."""
    (page,) = pages(document)

    assert list(faults(page)) == []
    assert said(page)[bool(document.attributes) :] == [expected(one) for one in document.annotations]
    assert said(page)[: bool(document.attributes)] == [
        ("", [], [], expected(Annotation("", "", (), document.attributes))[3], [])
    ] * bool(document.attributes)
    assert {one.get("creator", {}).get("name", "") for one in page["items"]} <= {document.annotator}
    assert len(list(losses(document))) == sum(len(one.fragments) > 1 for one in document.annotations)


def test_words_are_only_quoted_if_that_is_asked_for() -> None:
    """Else a page holds no prose."""
    document = Document("", "a", TEXT, (Annotation("T1", "Says", ((7, 11),)),))

    (plain,), (quoted,) = pages(document), pages(document, quotes=True)

    assert "said" not in json.dumps(plain)
    assert quoted["items"][0]["target"]["selector"] == [
        {"type": "TextPositionSelector", "start": 7, "end": 11},
        {"type": "TextQuoteSelector", "exact": "said", "prefix": "Mira 🙂 ", "suffix": " that it rains."},
    ]
    assert list(faults(quoted)) == []


def test_what_the_model_cannot_say_is_listed() -> None:
    """And left out."""
    mark = Annotation("T1", "X", ((0, 1), (2, 3)), {"n": float("inf"), "m": 1})
    document = Document("", "a", TEXT, (mark,), {"n": 2**60})

    assert list(losses(document)) == [
        "a: the value of n is not finite, or beyond 2^53 - 1",
        "a: X T1: the value of n is not finite, or beyond 2^53 - 1",
        "a: X T1: its 2 fragments are targets of their own, in no order",
    ]
    assert said(pages(document)[0]) == [("T1", ["X"], [(0, 1), (2, 3)], [("m", "1")], [])]


def test_a_broken_page_is_noticed() -> None:
    """Negative control."""
    (page,) = pages(Document("", "a", TEXT, (Annotation("T1", "X", ((0, 1),)),), {"a": 1}))
    changes: list[tuple[list[Any], dict[str, Any]]] = [
        (["items", 1], {"id": "a b"}),
        (["items", 1], {"id": page["items"][0]["id"]}),
        (["items", 1], {"motivation": "x"}),
        (["items", 1, "target", "selector"], {"start": 1}),
        (["items", 1, "body", 0], {"purpose": "x"}),
        (["partOf"], {"total": 3}),
    ]
    for where, change in changes:
        broken = part = json.loads(json.dumps(page))
        for step in where:
            part = part[step]
        part.update(change)
        assert list(faults(broken)) != [], change
    assert list(faults(page)) == []
