"""JSON exports of Label Studio become annotated documents: units of offsets, controls, relations, layers, faults."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from news_dataset.annotations import REASONS, Annotation, Document
from news_dataset.importers import label_studio
from tests.annotated import ROUND_TRIPS
from tests.each import each

TEXT = "Mira Example said 🙂 it rains.\r\nIt rains, 🙂 🙂 rain."
"""The invented text of most tests."""


def region(id: str | None, start: Any, end: Any, words: Any = None, *labels: str, **more: Any) -> dict[str, Any]:  # noqa: A002
    """A result of a control for labels."""
    value = {"start": start, "end": end, "labels": list(labels or ("Says",))}
    value |= {} if words is None else {"text": words}
    said = {"id": id, "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    return {name: one for name, one in (said | more).items() if one is not None}


def of_region(id: str, kind: str, control: str, value: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    """A result of another control."""
    return {"id": id, "from_name": control, "to_name": "text", "type": kind, "value": value}


def related(start: Any, end: Any, *labels: str, **more: Any) -> dict[str, Any]:
    """A relation."""
    return {"type": "relation", "from_id": start, "to_id": end, "labels": [*labels], "direction": "right"} | more


def task(*results: Any, **more: Any) -> dict[str, Any]:
    """A task with an annotation."""
    return {"id": 7, "data": {"text": TEXT}, "annotations": [{"completed_by": 3, "result": [*results]}]} | more


def read(folder: Path, content: Any) -> list[Document]:
    """The documents of a file with this content, as JSON if it is not a text."""
    said = content if isinstance(content, str) else json.dumps(content)
    (folder / "export.json").write_bytes(said.encode())
    return list(label_studio.read(folder))


def one_of(folder: Path, *results: Any, **more: Any) -> Document:
    """The document of a task with these results."""
    (found,) = read(folder, [task(*results, **more)])
    return found


@each([
    ("code points", 20, 28, "it rains"), ("UTF-16", 21, 29, "it rains"), ("either", 0, 12, "Mira Example"),
    ("code points", 18, 19, "🙂"), ("UTF-16", 18, 20, "🙂"), ("code points", 28, 33, ".\\n\\nIt"),
    ("code points", 28, 33, ".\r\nIt"),
])  # fmt: skip
def test_the_unit_is_the_one_in_which_the_declared_words_fit(
    unit: str, start: int, end: int, words: str, tmp_path: Path
) -> None:
    """The editor spells line breaks; older editors count UTF-16 units."""
    found = one_of(tmp_path, region("a", start, end, words))

    assert (unit == "UTF-16") == (found.annotations[0].fragments != ((start, end),))

    (one,) = found.annotations
    assert TEXT[slice(*one.fragments[0])].replace("\r", "\\n").replace("\n", "\\n") == words.replace("\r\n", "\\n\\n")
    assert (found.id, found.text, found.annotator, found.quarantined) == ("7", TEXT, "3", ())


@each([
    ("unknown_unit", 44, 45, " "), ("unknown_unit", 20, 28, None), ("unknown_unit", 19, 22, None),
    ("other_words", 20, 28, "It rains"),
    ("other_words", 0, 12, " Mira Example"), ("other_words", 28, 32, ".\nIt"), ("offset_outside", 3, 3, ""),
    ("offset_outside", 9, 3, None), ("offset_outside", 0, 999, None), ("offset_outside", -1, 3, None),
    ("bad_line", "0", 3, None), ("bad_line", 0.0, 3, None), ("bad_line", True, 3, None), ("bad_line", None, 3, None),
    ("bad_line", 0, 3, 7),
])  # fmt: skip
def test_offsets_that_are_in_doubt(reason: str, start: Any, end: Any, words: Any, tmp_path: Path) -> None:
    """Are in quarantine with the result; the next one is read."""
    found = one_of(tmp_path, region("a", start, end, words), region("b", 0, 4, "Mira"))

    assert [one.id for one in found.annotations] == ["b"]
    assert [(one.reason, one.id) for one in found.quarantined] == [(reason, "a")]
    assert json.loads(found.quarantined[0].content)["value"]["end"] == end


def test_no_declared_words_before_any_character_of_two_units(tmp_path: Path) -> None:
    """There both units agree."""
    found = one_of(tmp_path, region("a", 0, 12))

    assert found.annotations[0].fragments == ((0, 12),)


def test_offsets_in_html(tmp_path: Path) -> None:
    """Are those of elements, not of a text."""
    value = {"start": "/p[1]", "end": "/p[1]", "startOffset": 0, "endOffset": 4, "text": "Mira", "labels": ["Says"],
             "globalOffsets": {"start": 0, "end": 4}}  # fmt: skip
    found = one_of(tmp_path, of_region("a", "hypertextlabels", "label", value))

    assert [(one.reason, one.id) for one in found.quarantined] == [("unknown_unit", "a")]


def test_what_controls_say_of_a_region_and_of_the_task(tmp_path: Path) -> None:
    """Choices, texts, numbers and notes; several labels; answers that come before the labels."""
    place = {"start": 20, "end": 28}
    found = one_of(
        tmp_path,
        of_region("a", "textarea", "note", {**place, "text": ["an answer"]}),
        region("a", 20, 28, "it rains", "Says", "Denies", meta={"text": ["see"]}, parentID="b"),
        of_region("a", "choices", "mode", {**place, "text": "it rains", "choices": ["direct", "sure"]}),
        of_region("a", "rating", "stars", {**place, "text": "it rains", "rating": 4}),
        region("b", 0, 12, "Mira Example", from_name="who"),
        of_region("c", "choices", "topic", {"choices": ["weather"]}),
        of_region("d", "taxonomy", "tree", {"taxonomy": [["a", "b"], ["c"]]}),
        of_region("e", "textarea", "remark", {"text": ["x", "y"]}),
    )

    assert found.annotations[0] == Annotation(
        "a", "Says", ((20, 28),),
        {"note": "an answer", "labels": ("Says", "Denies"), "meta.text": "see", "mode": ("direct", "sure"), "stars": 4,
         "from_name": "label"},
        (("parent", "b"),),
    )  # fmt: skip
    assert found.annotations[1].attributes == {"from_name": "who"}
    assert found.attributes == {"topic": "weather", "tree": ('["a", "b"]', '["c"]'), "remark": ("x", "y")}
    assert found.quarantined == ()


def test_a_region_without_labels_has_the_name_of_its_control(tmp_path: Path) -> None:
    """And one without an id has none."""
    value = {"start": 0, "end": 4, "text": "Mira", "choices": ["x"]}
    found = one_of(tmp_path, {"from_name": "mode", "to_name": "text", "type": "choices", "value": value})

    assert found.annotations == (Annotation("", "mode", ((0, 4),), {"mode": "x"}),)


def test_relations(tmp_path: Path) -> None:
    """Are annotations without words; nothing of direction and labels is lost."""
    found = one_of(
        tmp_path,
        region("a", 0, 4, "Mira"), region("b", 5, 12, "Example"), related("a", "b", "source", "sure", direction="bi"),
        related("b", "a", labels=None), related("a", "gone", "x"),
    )  # fmt: skip

    assert found.annotations[2:] == (
        Annotation("", "source", (), {"direction": "bi", "labels": ("source", "sure")}, (("from", "a"), ("to", "b"))),
        Annotation("", "relation", (), {"direction": "right"}, (("from", "b"), ("to", "a"))),
    )
    assert [one.reason for one in found.quarantined] == ["dangling_id"]


@each([
    ([related("a", "b", "(fragment)"), related("b", "a", "(fragment)")], [("bad_line", "circle")] * 2, ["a", "b", "c"]),
    ([related("a", "b", "(fragment)"), related("c", "b", "(fragment)")], [("bad_line", "cannot be")], ["a", "c"]),
    ([related("a", "c", "(fragment)")], [("bad_line", "cannot be")], ["a", "b", "c"]),
    ([related("a", "b", "(fragment)"), related("b", "x", "(fragment)")],
     [("dangling_id", "not there")] * 3, ["c"]),
    ([related("x", "a", "(link)", "role")], [("dangling_id", "from x")], ["a", "b", "c"]),
    ([of_region("r", "textarea", "news_dataset", {"text": ['{"region": "x", "id": "y"}']})],
     [("dangling_id", "more of x")], ["a", "b", "c"]),
])  # fmt: skip
def test_fragments_and_links_that_do_not_fit(
    results: list[Any], expected: list[tuple[str, str]], ids: list[str], tmp_path: Path
) -> None:
    """As somebody may draw them in the tool."""
    found = one_of(tmp_path, region("a", 0, 4), region("b", 5, 12), region("c", 0, 4, None, "Else"), *results)

    assert [one.id for one in found.annotations] == ids
    assert [one.reason for one in found.quarantined] == [reason for reason, _ in expected]
    assert all(why in one.message for one, (_, why) in zip(found.quarantined, expected, strict=True))


def test_layers_of_a_task(tmp_path: Path) -> None:
    """Each by its annotator, also of old exports; predictions, drafts and what was cancelled are kept aside."""
    by = [{"completed_by": {"id": 1, "email": "ann@example.org"}, "result": [region("a", 0, 4, "Mira")]},
          {"completed_by": {"id": 2, "email": "ann@example.org"}, "result": []},
          {"completed_by": 5, "result": [], "was_cancelled": True, "ground_truth": False}]  # fmt: skip
    data = {"text": TEXT, "url": "https://example.org/a", "n": [1, 2], "deep": {"a": 1}, "none": None}
    found = read(tmp_path, [
        task(annotations=by, data=data, predictions=[{"result": [region("p", 0, 4)]}], drafts=[{"result": []}]),
        {"id": "x", "data": {"text": "Rain."}, "completions": [{"result": [region("a", 0, 4)]}]},
        {"data": {"text": "Rain."}, "annotations": []},
    ])  # fmt: skip

    aside, *found = found
    assert [(one.id, one.annotator, len(one.annotations)) for one in found] == [
        ("7", "ann@example.org", 1), ("7", "ann@example.org (2)", 0), ("x", "", 1), ("export-3", "", 0),
    ]  # fmt: skip
    assert found[0].attributes == {"url": "https://example.org/a", "n": (1, 2), "deep": '{"a": 1}'}
    assert (aside.is_article, aside.text, aside.annotations) == (False, None, ())
    assert [(one.type, one.why, json.loads(one.content)) for one in aside.aside] == [
        ("was_cancelled", "its annotator skipped the task", by[2]),
        ("prediction", "a model made it", {"result": [region("p", 0, 4)]}),
        ("draft", "its annotator did not submit it", {"result": []}),
    ]


@each([
    ({"body": "Rain.", "text": "/etc/passwd"}, "body", "Rain."),
    ({"text": "https://example.org"}, "x", "https://example.org"),
    ({"body": "Rain.", "n": 1}, "x", "Rain."), ({"a": "Rain.", "b": "Sun."}, "x", None),
])  # fmt: skip
def test_the_text_of_a_task(data: dict[str, Any], to_name: str, text: str | None, tmp_path: Path) -> None:
    """By the name of the tag, ``text``, or the only one; a path or URL is a text like others."""
    found = one_of(tmp_path, region("a", 0, 4, None if text is None else text[:4], to_name=to_name), data=data)

    assert found.text == text
    assert [one.reason for one in found.quarantined] == ([] if text else ["offset_outside"])


def test_two_texts_of_a_task_are_two_documents(tmp_path: Path) -> None:
    """With the name of the second in its id."""
    first, second = read(tmp_path, [task(
        region("a", 0, 4, "Rain", to_name="a"), region("b", 0, 3, "Sun", to_name="b"), related("b", "b", "x"),
        data={"a": "Rain.", "b": "Sun.", "c": "z"})])  # fmt: skip

    assert [(one.id, one.text, len(one.annotations), one.attributes) for one in (first, second)] == [
        ("7", "Rain.", 1, {"c": "z"}), ("7/b", "Sun.", 2, {"c": "z"}),
    ]  # fmt: skip


def test_the_short_form(tmp_path: Path) -> None:
    """Regions by the control; the rest is data."""
    (found,) = read(tmp_path, [{
        "id": 4, "text": TEXT, "topic": "weather", "annotator": 2, "annotation_id": 9, "lead_time": 1.5,
        "label": [{"start": 20, "end": 28, "text": "it rains", "labels": ["Says"]}],
    }])  # fmt: skip

    assert found.annotations == (Annotation("", "Says", ((20, 28),)),)
    assert (found.id, found.annotator, found.attributes) == ("4", "2", {"topic": "weather"})


@each([
    ({"from_name": "x"}, "no value"), (7, "is not an object"), (region(None, 0, 4, to_name=3), "no value, from_name"),
    (of_region("r", "labels", "label", {"labels": ["x"]}), "marks no words"),
    (of_region("r", "rectanglelabels", "label", {"x": 1, "rectanglelabels": ["x"]}), "marks no words"),
    (of_region("r", "brush", "label", {"rle": [1]}), "says nothing of a text"),
    (of_region("r", "choices", "mode", {"start": 0, "end": 4, "text": "Mira"}), "says nothing of a text"),
    (related("a", 3, "x"), "no from_id"), (related("a", "b", direction="up"), "direction"),
    (related("a", "b", labels=[1]), "labels that are no texts"), (related("a", "b", labels="x"), "no texts"),
    (region("r", 0, 4) | {"id": 3}, "id is not a text"),
    (of_region("r", "textarea", "news_dataset", {"text": ["{"]}), "did not write so"),
    (of_region("r", "textarea", "news_dataset", {"text": ['{"place": -1}']}), "did not write so"),
    (of_region("r", "textarea", "news_dataset", {"text": ['{"region": "a", "links": [["x"]]}']}), "did not write so"),
    (of_region("r", "textarea", "news_dataset", {"text": ['{"region": "a", "attributes": {"x": {}}}']}), "not write"),
    (of_region("r", "textarea", "news_dataset", {"text": ["[]"]}), "did not write so"),
    (of_region("r", "textarea", "news_dataset", {}), "did not write so"),
])  # fmt: skip
def test_results_that_are_wrong(wrong: Any, why: str, tmp_path: Path) -> None:
    """Are in quarantine; the next one is read."""
    found = one_of(tmp_path, wrong, region("a", 0, 4, "Mira"))

    assert [one.id for one in found.annotations] == ["a"]
    assert [one.reason for one in found.quarantined] == ["bad_line"]
    assert why in found.quarantined[0].message


def test_two_regions_of_one_id(tmp_path: Path) -> None:
    """The first one stays."""
    found = one_of(tmp_path, region("a", 0, 4, "Mira"), region("a", 5, 12, "Example"))

    assert [one.fragments for one in found.annotations] == [((0, 4),)]
    assert [(one.reason, one.id) for one in found.quarantined] == [("duplicate_id", "a")]


FLAWS = [('"x": 1, "x": 2', "twice"), ('"x": NaN', "NaN"), ('"x": 1e999', "too large"),
         ('"x": 123456789012345678901', "19 digits"), ('"x": "\\ud83d"', "half of a surrogate pair"),
         ('"\\ud83d": 1', "half of a surrogate pair")]  # fmt: skip


@each(FLAWS)
def test_json_that_is_not_strict_costs_a_result_or_a_task(flaw: str, why: str, tmp_path: Path) -> None:
    """The others of the file are read."""
    said = json.dumps([
        task({"HERE": 1} | region("bad", 0, 4), region("a", 0, 4)), task(HERE=1), task(data={"text": TEXT, "HERE": 1}),
        task(annotations=[{"HERE": 1, "result": []}]), task(region("a", 0, 4)),
    ]).replace('"HERE": 1', flaw)  # fmt: skip
    found = read(tmp_path, said)

    assert [[one.id for one in document.annotations] for document in found] == [["a"], [], [], [], ["a"]]
    assert [one.reason for one in found[0].quarantined] == ["bad_line"]
    assert [[one.reason for one in document.quarantined] for document in found[1:]] == [["unreadable"]] * 3 + [[]]
    assert all(why in one.message for document in found for one in document.quarantined)


@each([
    ("[", "is not JSON"), ("", "is not JSON"), ("7", "not a list of tasks"), ("[" * 100_000, "nests too deep"),
    ("NaN", "NaN"), ("\ufeff[]", "byte order mark"), ('[7]', "task 1 is not an object"),
    ('[{"id": 1}]', "is not a task"),
    ('[{"data": 7}]', "is not a task"), ('[{"data": {"text": 7}}]', "is not a task"),
    ('[{"data": {"text": "x"}, "annotations": 7}]', "no list"),
    ('[{"data": {"text": "x"}, "annotations": [7]}]', "not an object"),
    ('[{"data": {"text": "x"}, "annotations": [{"result": 7}]}]', "not an object"),
])  # fmt: skip
def test_files_and_tasks_that_cannot_be_read(content: str, why: str, tmp_path: Path) -> None:
    """One line each."""
    (found,) = read(tmp_path, content)

    assert (found.text, [one.reason for one in found.quarantined]) == (None, ["unreadable"])
    assert why in found.quarantined[0].message


WHOLE = json.dumps([
    task(region("a", 20, 28, "it rains", "Says", "Denies"), region("b", 0, 4, "Mira"), related("a", "b", "source"),
         related("a", "b", "(link)", "x"), related("a", "b", "(fragment)"),
         of_region("r", "textarea", "news_dataset", {"text": ['{"place": 1, "type": "x"}']}),
         of_region("a", "choices", "mode", {"start": 20, "end": 28, "text": "it rains", "choices": ["x"]}))
])  # fmt: skip
PIECES = ["", "0", "1", "-1", "x", '"', "{", "}", "[", "]", ",", ":", "null", "true", "\0", "é", "🙂", "a", '"b"', "{}"]


@ROUND_TRIPS
@given(st.data())
def test_no_damage_is_more_than_a_line(data: st.DataObject) -> None:
    """Whatever is cut out or put in: sound annotations and known reasons."""
    content = WHOLE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        stop = min(len(content), start + data.draw(st.sampled_from([0, 1, 2, 9])))
        content = content[:start] + data.draw(st.sampled_from(PIECES)) + content[stop:]
    with TemporaryDirectory() as folder:
        for found in read(Path(folder), content):
            assert {one.reason for one in found.quarantined} <= set(REASONS)
            assert all("\n" not in one.message for one in found.quarantined)
            for one in found.annotations:
                assert all(0 <= start < stop <= len(found.text or "") for start, stop in one.fragments)
