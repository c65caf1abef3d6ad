"""PLOVER records become documents with events; on the gold standard records and on invented ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from news_dataset.annotations import Document
from news_dataset.importers.plover import read
from news_dataset.importers.soundness import sound
from tests.conftest import SHARED

SAMPLE = SHARED / "samples" / "plover_gsr"
needs_sample = pytest.mark.skipif(not SAMPLE.is_dir(), reason="needs the sample data of PLOVER")


@needs_sample
def test_nothing_of_a_real_sample_is_lost() -> None:
    """Counted anew with regular expressions: records, events by code, participants by role, places, empty roles."""
    raw = (SAMPLE / "PLOVER_GSR_CAMEO.txt").read_text("utf-8")
    events = Counter(re.findall(r'^    "event": "(\w+)"', raw, re.MULTILINE))
    lists = re.findall(r'"(source|target)": \[([^\]]*)\]', raw)
    documents = [sound(one) for one in read(SAMPLE)]
    found = Counter(one.type for document in documents for one in document.annotations)
    links = Counter(role for document in documents for role, name in document.annotations[0].links if not name)

    assert len(documents) == len({one.id for one in documents}) == raw.count('"id": ') == 323
    assert {code: found[code] for code in events} == events
    assert sum(one.is_article for one in documents) == sum(events.values()) - events["DOCUMENT"] == 322
    for role in ("source", "target"):
        given = sum(inside.count('"actorText"') for name, inside in lists if name == role)
        texts = re.findall(rf'"{role}": "(\w+)"', raw)
        assert found[role] == given + len(texts)
        assert links[role] == raw.count(f'"{role}": ""')
    assert found["location"] == raw.count('"eventLoc": {')
    assert found["source"] + found["target"] == raw.count('"actorText"') + 1  # the one that is only a text


def test_very_many_unread_lines(tmp_path: Path) -> None:
    """Each goes to quarantine with its line, beyond the problems that the reader lists, too."""
    (tmp_path / "events.jsonl").write_text("{\n" * 1_500, "utf-8")
    documents = list(read(tmp_path / "events.jsonl"))
    quarantined = [one for document in documents for one in document.quarantined]
    assert [one.line for one in quarantined] == list(range(1, 1_501))
    assert not any("more such problems" in one.message for one in quarantined)


@needs_sample
def test_marks_of_a_real_sample_are_those_of_its_markup() -> None:
    """Counted anew where the markup is the text; where it is not, it is in quarantine as it stands."""
    raw = json.loads((SAMPLE / "PLOVER_GSR_CAMEO.txt").read_bytes())
    documents = [sound(one) for one in read(SAMPLE)]
    reasons = Counter(one.reason for document in documents for one in document.quarantined)

    for record, document in zip(raw, documents, strict=True):
        refused = [one.content for one in document.quarantined if one.reason != "duplicate_id"]
        markup = record.get("textInfo", {"markup": ""})
        if refused:
            assert refused == [markup if isinstance(markup, str) else markup["markup"]]
        marked = [one for one in document.annotations if one.fragments]
        labels = [] if refused else re.findall(r"\((?:SRC|TAR|EVT|LOC)[A-Z/]*:", markup["markup"])
        assert len(marked) == len(labels) + labels.count("(TAR/LOC:")  # which are the words of two
        assert all(document.text and document.text[slice(*one.fragments[0])] for one in marked)
    assert reasons == {"other_words": 24, "bad_line": 1, "duplicate_id": 1}


@needs_sample
def test_markup_of_a_real_sample_that_is_refused_is_not_the_text() -> None:
    """Shown anew by what is left without labels and brackets, or by brackets that do not match."""
    for document in read(SAMPLE):
        for one in document.quarantined:
            if one.reason == "other_words":
                bare = re.sub(r"\((?:SRC|TAR|EVT|LOC)[A-Z/]*: ?", "", one.content).replace(")", "")
                is_balanced = one.content.count("(") == one.content.count(")")
                assert bare != (document.text or "").replace(")", "") or not is_balanced


def record(**fields: Any) -> dict[str, Any]:
    """Return an invented record."""
    return {
        "id": "X-1", "event": "AGREE", "date": "2000-01-XX", "language": "en",
        "source": [{"actorText": "League (PEL)", "code": "AAA", "sector": "GOV"}],
        "target": [{"actorText": "Port", "code": "BBB"}],
        "text": "The League (PEL) and Port agreed to meet in Port Example.",
        "textInfo": {
            "markup": "The (SRC/TAR: League (PEL)) and (TAR: Port) (EVT: agreed) "
            "to (EVT: meet) (LOC:in (SRC: Port) Example)."
        },
    } | fields  # fmt: skip


def written(folder: Path, data: Any, name: str = "a.json") -> Path:
    """Return a file with records."""
    (folder / name).write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return folder / name


def only(folder: Path, **fields: Any) -> Document:
    """Return the document of one invented record."""
    (document,) = read(written(folder, [record(**fields)]))
    return sound(document)


def shown(document: Document) -> list[tuple[str, str]]:
    """Return type and words of each annotation but the event."""
    text = document.text or ""
    return [(one.type, " … ".join(text[start:end] for start, end in one.fragments)) for one in document.annotations[1:]]


def test_an_invented_record(tmp_path: Path) -> None:
    """Event, participants, place, triggers, and a mark of nobody; a mark is within another."""
    found = only(tmp_path, mode="", dead="4", eventLoc={"name": "Port Example", "country code": "EX"})
    event = found.annotations[0]

    assert (found.id, found.attributes, found.is_article, found.quarantined) == ("X-1", {"language": "en"}, True, ())
    assert (event.id, event.type, event.fragments) == ("X-1", "AGREE", ())
    assert event.attributes == {"date": "2000-01-XX", "mode": "", "dead": "4"}
    assert shown(found) == [
        ("source", "League (PEL)"), ("target", "Port"), ("location", "in Port Example"),
        ("trigger", "agreed"), ("trigger", "meet"), ("mark", "Port"),
    ]  # fmt: skip
    assert event.links == tuple((one.type, one.id) for one in found.annotations[1:])
    assert found.annotations[1].attributes == {
        "actorText": "League (PEL)", "code": "AAA", "sector": "GOV", "mark": "SRC/TAR",
    }  # fmt: skip
    assert found.annotations[6].attributes == {"mark": "SRC"}
    assert found.annotations[3].attributes == {"name": "Port Example", "country code": "EX", "mark": "LOC"}


def test_participants_of_all_kinds(tmp_path: Path) -> None:
    """Repeated, only texts, not in the text, in several places; empty roles; nothing at all."""
    found = only(tmp_path, source=[{"actorText": "League (PEL)"}, {"actorText": "League (PEL)"}, "rebels"],
                 target=[], other="aides", eventLoc="Port", textInfo=None)  # fmt: skip

    assert [(role, bool(name)) for role, name in found.annotations[0].links] == [
        ("source", True), ("source", True), ("source", True), ("target", False), ("other", True), ("location", True),
    ]  # fmt: skip
    assert [one.attributes for one in found.annotations[3:]] == [
        {"actorText": "rebels"}, {"actorText": "aides"}, {"name": "Port"},
    ]  # fmt: skip
    assert len({one.id for one in found.annotations}) == 6
    assert found.quarantined == ()


def test_words_that_two_marks_have_are_not_guessed(tmp_path: Path) -> None:
    """The participant has no fragment, and both marks are kept."""
    found = only(tmp_path, source=[], target=[{"actorText": "Port"}], text="Port met Port.",
                 textInfo={"markup": "(TAR: Port) met (TAR: Port)."})  # fmt: skip

    assert shown(found) == [("target", ""), ("mark", "Port"), ("mark", "Port")]


BAD_MARKUP: dict[str, tuple[Any, str]] = {
    "another word": ({"markup": "(SRC: Leagues) met."}, "other_words"),
    "two blanks": ({"markup": "(SRC: League)  met."}, "other_words"),
    "a mark without an end": ({"markup": "(SRC: League met."}, "other_words"),
    "a bracket too many": ({"markup": "(SRC: League)) met."}, "other_words"),
    "an unknown label": ({"markup": "(WHO: League) met."}, "other_words"),
    "a text alone": ("(SRC: League) met.", "bad_line"),
    "no text": ({"markup": 1}, "bad_line"),
    "more": ({"markup": "(SRC: League) met.", "by": "x"}, "bad_line"),
}


@pytest.mark.parametrize("name", BAD_MARKUP)
def test_bad_markup(name: str, tmp_path: Path) -> None:
    """It is in quarantine as it stands; event and participants stay."""
    given, reason = BAD_MARKUP[name]
    found = only(tmp_path, source=[{"actorText": "League"}], target=[], text="League met.", textInfo=given)

    assert [(one.reason, one.id, one.line) for one in found.quarantined] == [(reason, "X-1", 1)]
    assert [one.type for one in found.annotations] == ["AGREE", "source"]
    assert bool(found.annotations[1].fragments) == (name == "more")


def test_a_record_without_text(tmp_path: Path) -> None:
    """It is an article without text; its markup cannot be placed."""
    found = only(tmp_path, text=None)

    assert (found.text, found.is_article) == (None, True)
    assert [one.reason for one in found.quarantined] == ["other_words"]
    assert shown(found) == [("source", ""), ("target", "")]


def test_parts_that_are_not_of_the_form(tmp_path: Path) -> None:
    """They are in quarantine."""
    found = only(tmp_path, source=[3], eventLoc=[4])

    assert [(one.reason, one.content) for one in found.quarantined] == [("bad_line", "3"), ("bad_line", "4")]


BAD_RECORDS: dict[str, tuple[str, str]] = {
    "no object": ("3", "bad_line"),
    "no event": ('{"id": "X-2"}', "bad_line"),
    "a text that is none": ('{"id": "X-2", "event": "AID", "text": 4}', "bad_line"),
    "a key twice": ('{"id": "X-2", "event": "AID",\n "event": "AID"}', "unreadable"),
    "a key twice below": ('{"id": "X-2", "event": "AID", "source": [{"a": 1,\n "a": 2}]}', "unreadable"),
}


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_records(name: str, tmp_path: Path) -> None:
    """One report with the line; the other records are read."""
    text, reason = BAD_RECORDS[name]
    good, bad = read(written(tmp_path, f"[{json.dumps(record())},\n{text}]"))

    assert good.annotations[0].type == "AGREE"
    assert [(one.reason, one.line) for one in bad.quarantined] == [(reason, 2 + text.count("\n"))]
    assert (bad.annotations, bad.is_article) == ((), False)


@pytest.mark.parametrize(
    "text", ["[{}", '[{"event": NaN}]', '["\\ud800"]', "[] x", '[{"a": 1e999}]', "[{},]", "// x\n[]"]
)
def test_unreadable_files(text: str, tmp_path: Path) -> None:
    """One report for the file; the others are read."""
    written(tmp_path, text, "a.json")
    written(tmp_path, [record()], "b.json")
    bad, good = read(tmp_path)

    assert [one.reason for one in bad.quarantined] == ["unreadable"]
    assert good.id == "X-1"


def test_one_id_twice(tmp_path: Path) -> None:
    """In a file the second is reported and has an id of its own; in two files both have the name of theirs."""
    written(tmp_path, [record(), record(event="AID")], "a.json")
    first, second = read(tmp_path / "a.json")
    assert (first.id, second.id, second.annotations[0].type) == ("X-1", "X-1#2", "AID")
    assert [(one.reason, one.id) for one in second.quarantined] == [("duplicate_id", "X-1")]

    written(tmp_path, json.dumps(record()) + "\n{", "b.jsonl")
    assert [one.id for one in read(tmp_path)] == ["X-1@a", "X-1@a#2", "X-1@b", "b-2"]


def test_texts_beside_records_are_left_out(tmp_path: Path) -> None:
    """A .txt is read if it holds JSON."""
    written(tmp_path, "Read me.", "README.txt")
    written(tmp_path, record(id=None), "a.txt")

    assert [one.id for one in read(tmp_path)] == ["a-1"]
