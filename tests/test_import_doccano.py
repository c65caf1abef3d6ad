"""doccano's exports are read in their three forms; the unit of offsets is not guessed, and no broken line stops it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from news_dataset.annotations import Annotation, Document
from news_dataset.errors import UnknownNameError
from news_dataset.importers.doccano import read
from tests.annotated import kinds_of

TEXT = "Mira Example said that it rains."


def lines(folder: Path, *written: Any, name: str = "all.jsonl", unit: str | None = None) -> list[Document]:
    """Return the documents of lines; a text is a line as it is."""
    made = [one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode() for one in written]
    (folder / name).write_bytes(b"\n".join(made))
    return list(read(folder / name, unit))


def mark(id_: str, type_: str, start: int, end: int, line: int = 1, **attributes: float) -> Annotation:
    return Annotation(id_, type_, ((start, end),), attributes, line=line)


def test_the_three_forms(tmp_path: Path) -> None:
    """Further members are attributes; a text that looks like an address is a text."""
    spans = [{"id": 7, "label": "Person", "start_offset": 0, "end_offset": 12, "sure": 0.5},
             {"id": 8, "label": "Says", "start_offset": 13, "end_offset": 17}]  # fmt: skip
    relation = {"id": 7, "from_id": 8, "to_id": 7, "type": "who"}
    url = "https://example.org/a.txt"

    found = lines(
        tmp_path,
        {"id": 1, "text": TEXT, "label": [[13, 17, "Says"], [0, 12, "Person"]], "page": 3, "Comments": [], "x": None},
        {"text": TEXT, "labels": [[0, 4, "Person"]], "Comments": ["sure?"], "meta": {"language": "en", "n": [1, 2]}},
        {"id": "b", "text": TEXT, "entities": spans, "relations": [relation], "cats": ["news"], "username": "ann"},
        {"id": 4, "text": TEXT, "annotations": [
            {"label": 7, "start_offset": 0, "end_offset": 4, "user": 1},
            {"label": 6, "start_offset": 5, "end_offset": 12, "user": 2}], "meta": {}},
        {"id": 5, "data": url, "label": ["news"]},
        b"",
        {"id": 6, "text": "/etc/passwd", "label": []},
    )  # fmt: skip

    path = f"{tmp_path}/all.jsonl"
    assert found == [
        Document(path, "1", TEXT, (mark("", "Says", 13, 17), mark("", "Person", 0, 12)), {"page": 3}),
        Document(path, "all-2", TEXT, (mark("", "Person", 0, 4, line=2),),
                 {"Comments": ("sure?",), "language": "en", "n": (1, 2)}),
        Document(path, "b", TEXT, (
            mark("7", "Person", 0, 12, line=3, sure=0.5), mark("8", "Says", 13, 17, line=3),
            Annotation("R7", "who", links=(("from", "8"), ("to", "7")), line=3)), {"cats": ("news",)}, "ann"),
        Document(path, "4", TEXT, (mark("", "7", 0, 4, line=4),), annotator="1"),
        Document(path, "4", TEXT, (mark("", "6", 5, 12, line=4),), annotator="2"),
        Document(path, "5", url, attributes={"label": ("news",)}),
        Document(path, "6", "/etc/passwd"),
    ]  # fmt: skip


def test_several_files_are_those_of_several_annotators(tmp_path: Path) -> None:
    """Of a folder; other files are none of ours."""
    for name in ("ann.jsonl", "bob.jsonl", "all.jsonl", "readme.txt"):
        lines(tmp_path, {"id": 1, "text": TEXT}, name=name)

    assert [(one.id, one.annotator) for one in read(tmp_path)] == [("1", ""), ("1", "ann"), ("1", "bob")]
    assert [one.annotator for one in read(tmp_path / "ann.jsonl")] == [""]
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=r"holds no \.jsonl file"):
        list(read(tmp_path / "empty"))


BROKEN = {
    "no JSON": (b"{", "bad_line"),
    "a list": (b"[1]", "bad_line"),
    "key twice": (b'{"text": "a", "text": "b"}', "bad_line"),
    "NaN": (b'{"text": "a", "n": NaN}', "bad_line"),
    "too large a float": (b'{"text": "a", "n": 1e999}', "bad_line"),
    "too large an integer": (b'{"text": "a", "label": [[0, 99999999999999999999, "X"]]}', "bad_line"),
    "half of a pair": (b'{"text": "\\ud83d"}', "bad_line"),
    "not UTF-8": (b'{"text": "\xff"}', "bad_line"),
    "control character": (b'{"text": "a\x01"}', "bad_line"),
    "two objects": (b'{"text": "a"} {"text": "b"}', "bad_line"),
    "deep": (b'{"text": ' + b"[" * 5000, "bad_line"),
    "no text": (b'{"id": 1}', "unreadable"),
    "text is a number": (b'{"id": 1, "text": 5}', "unreadable"),
    "text is null": (b'{"id": 1, "text": null}', "unreadable"),
}


@pytest.mark.parametrize(("line", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_kept_and_the_next_one_read(line: bytes, reason: str, tmp_path: Path) -> None:
    """With its number and content."""
    first, broken, last = lines(tmp_path, {"id": 8, "text": TEXT}, line, {"id": 9, "text": TEXT})
    (moved,) = broken.quarantined

    assert (first.id, first.quarantined, last.id, last.quarantined) == ("8", (), "9", ())
    assert (moved.path, moved.line, moved.reason) == (f"{tmp_path}/all.jsonl", 2, reason)
    assert moved.content == line.decode("utf-8", "backslashreplace")
    assert (broken.text, broken.annotations, broken.is_article) == (None, (), False)
    assert moved.message
    assert "\n" not in moved.message


ENTITY: dict[str, Any] = {"id": 1, "label": "X", "start_offset": 0, "end_offset": 4}
PARTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "two members": ({"label": [[0, 4]]}, "bad_line", ""),
    "fraction": ({"label": [[0, 4.0, "X"]]}, "bad_line", ""),
    "truth value": ({"label": [[False, 4, "X"]]}, "bad_line", ""),
    "text as offset": ({"label": [["0", 4, "X"]]}, "bad_line", ""),
    "no label": ({"label": [[0, 4, None]]}, "bad_line", ""),
    "labels as object": ({"label": {"a": 1}}, "bad_line", ""),
    "number": ({"label": [5]}, "bad_line", ""),
    "no end": ({"entities": [{"id": 3, "label": "X", "start_offset": 0}]}, "bad_line", "3"),
    "outside": ({"label": [[0, 99, "X"]]}, "offset_outside", ""),
    "negative": ({"entities": [ENTITY | {"start_offset": -1}]}, "offset_outside", "1"),
    "empty": ({"entities": [ENTITY | {"end_offset": 0}]}, "offset_outside", "1"),
    "same id": ({"entities": [ENTITY, ENTITY]}, "duplicate_id", "1"),
    "relation without type": ({"entities": [ENTITY], "relations": [{"from_id": 1, "to_id": 1}]}, "bad_line", ""),
    "relation to nothing": ({"relations": [{"id": 3, "from_id": 1, "to_id": 2, "type": "r"}]}, "dangling_id", "R3"),
    "link from nothing": ({"relations": [{"id": 3, "from_id": 1, "to_id": 2, "type": "r", "is_link": True}]},
                          "dangling_id", "R3"),
}  # fmt: skip


@pytest.mark.parametrize(("members", "reason", "id_"), PARTS.values(), ids=PARTS)
def test_a_broken_part_is_kept_and_the_rest_read(
    members: dict[str, Any], reason: str, id_: str, tmp_path: Path
) -> None:
    """With line and id."""
    _, found = lines(tmp_path, {"id": 1, "text": TEXT}, {"id": 2, "text": TEXT, **members})

    assert kinds_of(iter([found])) == [(reason, 2, id_)]
    assert found.text == TEXT
    assert len(found.annotations) == (reason == "duplicate_id" or "relation without" in str(members)) + (
        reason == "bad_line" and bool(members.get("relations"))
    )
    assert json.loads(found.quarantined[0].content) is not None


def test_what_refers_into_quarantine_goes_too(tmp_path: Path) -> None:
    """Relations of an entity that is outside."""
    relations = [{"id": 1, "from_id": 1, "to_id": 2, "type": "r"}, {"id": 2, "from_id": 2, "to_id": 2, "type": "r"}]
    entities = [ENTITY | {"end_offset": 99}, ENTITY | {"id": 2}]

    (found,) = lines(tmp_path, {"id": 1, "text": TEXT, "entities": entities, "relations": relations})

    assert kinds_of(iter([found])) == [("offset_outside", 1, "1"), ("dangling_id", 1, "R1")]
    assert [one.id for one in found.annotations] == ["2", "R2"]


def test_a_number_that_two_entities_have_means_nothing(tmp_path: Path) -> None:
    """Also where they have ids of their own."""
    entities = [ENTITY | {"external_id": "a"}, ENTITY | {"external_id": "b"}]
    relations = [{"from_id": 1, "to_id": 1, "type": "r", "is_link": link} for link in (True, False)]

    (found,) = lines(tmp_path, {"id": 1, "text": TEXT, "entities": entities, "relations": relations})

    assert kinds_of(iter([found])) == [("dangling_id", 1, "")] * 2
    assert [(one.id, one.links) for one in found.annotations] == [("a", ()), ("b", ())]


def test_the_unit_of_offsets_is_not_guessed(tmp_path: Path) -> None:
    """Offsets behind a character of two units fit in both, or in one; the caller may know which it is."""
    text = "Mira 🙂 said 🙂."
    inside = [[0, 4, "a"], [7, 11, "b"], [5, 6, "c"]]  # the last one would end within a character

    def found(unit: str | None, spans: list[list[Any]]) -> tuple[list[str], list[tuple[str, str]]]:
        (one,) = lines(tmp_path, {"id": 1, "text": text, "label": spans}, unit=unit)
        words = [text[start:end] for each in one.annotations for start, end in each.fragments]
        return words, [(moved.reason, json.loads(moved.content)[2]) for moved in one.quarantined]

    assert found(None, inside) == (["Mira", "🙂"], [("unknown_unit", "b")])
    assert found("code_points", inside) == (["Mira", "said", "🙂"], [])
    assert found("utf16", inside) == (["Mira", " sai"], [("offset_outside", "c")])
    only_units = [*inside, [13, 16, "d"]]  # beyond the code points
    assert found(None, only_units) == (["Mira"], [("unknown_unit", one) for one in "bcd"])
    assert found("code_points", only_units) == (["Mira", "said", "🙂"], [("offset_outside", "d")])
    assert found("utf16", only_units) == (["Mira", " sai", "🙂."], [("offset_outside", "c")])
    assert found(None, [[0, 99, "x"]]) == ([], [("offset_outside", "x")])
    with pytest.raises(UnknownNameError, match="there is no unit 'utf8'"):
        read(tmp_path, "utf8")
