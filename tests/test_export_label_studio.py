"""What is written for Label Studio is read back as it was, and its parts fit each other as the editor needs them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.annotations import SPACE_JOINED, Annotation, Document
from news_dataset.exporters import label_studio as exporter
from news_dataset.importers import label_studio as importer
from tests.annotated import ROUND_TRIPS, documents, plain

TEXT = "🙂 Mira Example said:\r\nit rains."
SAYS = Annotation("T1", "Says", ((22, 30), (0, 1)), {"kind": "direct", "n": 1, "tags": ("a", "b")},
                  (("source", "T2"), ("source", "T2"), ("", "T1")))  # fmt: skip
MIRA = Annotation("T2", "Person", ((2, 14),), {"labels": ("Person", "Politician")})
NEAR = Annotation("", "Near", (), {"direction": "left"}, (("from", "T1"), ("to", "T2")))
OTHER = Annotation("R1", "Near", (), {}, (("Arg1", "T1"), ("Arg2", "T2")))
WHOLE = Document(
    "", "a/b", TEXT, (OTHER, SAYS, NEAR, MIRA, Annotation("#1", "a\x00b", ((0, 1),))),
    {"title": "An invented title", "text": "x", "n": (1, 2.0)}, "ann", SPACE_JOINED, is_article=False,
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


def tasks_of(folder: Path) -> list[dict[str, Any]]:
    """The tasks that are written."""
    found: list[dict[str, Any]] = json.loads((folder / "tasks.json").read_text("utf-8"))
    return found


def problems(folder: Path) -> list[str]:
    """What the editor would not find: controls and labels of the configuration, ends of relations, words of regions."""
    config = ElementTree.fromstring((folder / "label_config.xml").read_text("utf-8"))
    controls = {one.get("name"): one.tag.lower() for one in config if one.get("toName") == "text"}
    labels = {one.get("value") for one in config.iter("Label")}
    relations = {one.get("value") for one in config.iter("Relation")}
    found = []
    for task in tasks_of(folder):
        text = task["data"]["text"]
        for result in (one for annotation in task["annotations"] for one in annotation["result"]):
            ids = {one.get("id") for annotation in task["annotations"] for one in annotation["result"]}
            if result["type"] == "relation":
                found += [] if {result["from_id"], result["to_id"]} <= ids else ["an end of a relation is not there"]
                found += [] if relations.issuperset(result["labels"]) else ["a relation is not in the configuration"]
                continue
            value = result["value"]
            found += [] if controls.get(result["from_name"]) == result["type"] else ["no such control"]
            found += [] if labels.issuperset(value.get("labels", [])) else ["a label is not in the configuration"]
            if result["type"] == "labels":
                words = text[value["start"] : value["end"]].replace("\r", "\\n").replace("\n", "\\n")
                found += [] if value["text"] == words else ["other words"]
    return found


@ROUND_TRIPS
@given(documents())
def test_what_is_written_is_read_back_and_fits_the_configuration(document: Document) -> None:
    """Whatever is in the text, and whatever ids, names and values are."""
    assert list(exporter.losses(document)) == []
    with written(document) as folder:
        (found,) = importer.read(folder)

        assert plain(found) == plain(document)
        assert problems(folder) == []


@ROUND_TRIPS
@given(st.lists(documents(), max_size=3), st.data())
def test_several_annotators_are_one_task(found: list[Document], data: st.DataObject) -> None:
    """If their documents follow each other; each has its own annotations again."""
    given = [twin for one in found for twin in data.draw(st.sampled_from([(one,), (one, replace(one, annotator="z"))]))]

    with written(*given) as folder:
        assert [plain(one) for one in importer.read(folder)] == [plain(one) for one in given]
        assert len(tasks_of(folder)) <= max(1, len(found))


def test_everything_that_a_document_may_have() -> None:
    """Natively where Label Studio can say it."""
    with written(WHOLE) as folder:
        (found,) = importer.read(folder)
        (task,) = tasks_of(folder)
        assert problems(folder) == []

    assert plain(found) == plain(WHOLE)
    results = task["annotations"][0]["result"]
    assert [one["labels"] for one in results if one["type"] == "relation"] == [
        ["(link)", "source"], ["(link)", "source"], ["(link)"], ["(fragment)"], ["Near"],
    ]  # fmt: skip
    assert [one["value"]["text"] for one in results if one.get("from_name") == "kind"] == [["direct"]]
    assert [one["value"]["labels"] for one in results if one["type"] == "labels"] == [
        ["Says"], ["Says"], ["Person", "Politician"], ["(other)"],
    ]  # fmt: skip


def test_a_broken_configuration_is_noticed() -> None:
    """Negative control of what fits."""
    with written(WHOLE) as folder:
        config = (folder / "label_config.xml").read_text("utf-8")
        tasks = (folder / "tasks.json").read_text("utf-8")
        for name, old, new in (
            ("label_config.xml", 'Label value="Says"', 'Label value="Say"'),
            ("label_config.xml", 'TextArea name="kind"', 'TextArea name="kinds"'),
            ("label_config.xml", 'Relation value="source"', 'Relation value="sources"'),
            ("tasks.json", '"to_id": "T2"', '"to_id": "T9"'),
            ("tasks.json", '"text": "Mira Example"', '"text": "Mira Exampl"'),
        ):
            content = config if name.endswith("xml") else tasks
            assert old in content
            (folder / name).write_text(content.replace(old, new, 1), "utf-8")
            assert len(problems(folder)) >= 1
            (folder / name).write_text(content, "utf-8")


def test_what_an_annotator_adds_in_the_tool_is_read() -> None:
    """A region in a task of ours, by somebody else; the id is that of the document."""
    with written(WHOLE) as folder:
        (task,) = tasks_of(folder)
        region = {"id": "new", "from_name": "label", "to_name": "text", "type": "labels",
                  "value": {"start": 2, "end": 6, "text": "Mira", "labels": ["Person"]}}  # fmt: skip
        task["id"] = 4711
        task["annotations"].append({"completed_by": 2, "result": [region]})
        (folder / "tasks.json").write_text(json.dumps([task]), "utf-8")
        first, second = importer.read(folder)

    assert plain(first) == plain(WHOLE)
    assert (second.id, second.annotator, second.annotations) == (
        "a/b", "2", (Annotation("new", "Person", ((2, 6),)),)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (lambda results: [one for one in results if one.get("id") != "T1"], {"dangling_id"}),
        (lambda results: [one for one in results if not one.get("id", "").startswith("fragment")], {"dangling_id"}),
        (lambda results: [*results, {**results[-1], "type": "relation", "from_id": "fragment-4", "to_id": "T1",
                                     "labels": ["(fragment)"], "direction": "right"}], {"bad_line"}),
    ],
    ids=["no region", "no fragment", "circle"],
)  # fmt: skip
def test_what_is_taken_away_in_the_tool_is_reported(change: Any, reasons: set[str]) -> None:
    """What hung on it does not vanish without a word."""
    with written(replace(WHOLE, annotations=(SAYS, MIRA))) as folder:
        (task,) = tasks_of(folder)
        results = task["annotations"][0]["result"]
        ids = [one["id"] for one in results if one.get("id", "").startswith("fragment")]
        changed = json.loads(json.dumps(change(results)).replace("fragment-4", ids[0]))
        task["annotations"][0]["result"] = changed
        (folder / "tasks.json").write_text(json.dumps([task]), "utf-8")
        (found,) = importer.read(folder)

    assert {one.reason for one in found.quarantined} == reasons
    assert "T2" in [one.id for one in found.annotations]


def test_what_cannot_be_said_is_listed_and_left_out() -> None:
    """A document without a text, and values that JSON has not."""
    silent = Document("", "s", None)
    document = Document("", "d", "Rain.", (
        Annotation("T1", "A", ((0, 4),), {"x": math.inf, "y": 2**60, "z": "kept"}),
    ), {"w": math.nan})  # fmt: skip

    assert list(exporter.losses(silent)) == ["s: is left out: Label Studio needs a text"]
    assert sorted(exporter.losses(document)) == [
        "d: T1: the value of x is not finite, or beyond 2^53 - 1",
        "d: T1: the value of y is not finite, or beyond 2^53 - 1",
        "d: the value of w is not finite, or beyond 2^53 - 1",
    ]
    (found,) = read_back(silent, document)
    assert (found.id, found.attributes, found.annotations) == (
        "d", {}, (Annotation("T1", "A", ((0, 4),), {"z": "kept"}),)
    )  # fmt: skip


def test_no_documents_are_no_tasks() -> None:
    """And the file is a list all the same."""
    with written() as folder:
        assert tasks_of(folder) == []
        assert problems(folder) == []
