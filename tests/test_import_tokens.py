"""Token-indexed JSON becomes documents: SpkAtt-2023, DyGIE++, SpERT, and what is wrong in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from news_dataset.annotations import SPACE_JOINED, Annotation, Document
from news_dataset.importers.soundness import sound
from news_dataset.importers.tokens import read
from tests.conftest import SHARED

SPKATT = SHARED / "samples" / "spkatt2023"


def written(folder: Path, data: Any, name: str = "a.json") -> Path:
    """Return a file with JSON; its words are invented."""
    (folder / name).write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return folder / name


def only(folder: Path, data: Any, name: str = "a.json") -> Document:
    """Return the one document of a file."""
    (document,) = read(written(folder, data, name))
    return sound(document)


def words(document: Document, one: Annotation) -> list[str]:
    """Return the words of each fragment."""
    assert document.text is not None
    return [document.text[start:end] for start, end in one.fragments]


@pytest.mark.skipif(not SPKATT.is_dir(), reason="needs the sample data of SpkAtt-2023")
def test_nothing_of_a_real_sample_is_lost() -> None:
    """Counted anew with regular expressions: annotations, roles, and runs of tokens."""
    expected: Counter[str] = Counter()
    for path in SPKATT.glob("*.json"):
        raw = path.read_text("utf-8")
        expected["documents"] += 1
        for role, inside in re.findall(r'"(Addr|Evidence|Medium|Message|Source|Topic|Cue|PTC)": \[([^\]]*)\]', raw):
            tokens = [tuple(map(int, one)) for one in re.findall(r'"(\d+):(\d+)"', inside)]
            breaks = sum(after != (before[0], before[1] + 1) for before, after in pairwise(tokens))
            expected["attribution"] += role == "Cue"
            expected[role] += bool(tokens)
            expected[f"{role} fragments"] += bool(tokens) + breaks
    documents = [sound(one) for one in read(SPKATT)]
    found: Counter[str] = Counter(documents=len(documents))
    for document in documents:
        for one in document.annotations:
            found[one.type] += 1
            found[f"{one.type} fragments"] += len(one.fragments)

    assert +found == +expected
    assert found["attribution"] == 232
    assert sum(len(a.links) for one in documents for a in one.annotations) == sum(
        expected[role] for role in ("Addr", "Evidence", "Medium", "Message", "Source", "Topic", "Cue", "PTC")
    )
    assert [one.quarantined for one in documents] == [()] * 7


@pytest.mark.skipif(not SPKATT.is_dir(), reason="needs the sample data of SpkAtt-2023")
def test_words_of_a_real_sample_are_those_of_its_tokens() -> None:
    """Token by token, in the order given."""
    for document in read(SPKATT):
        data = json.loads(Path(document.path).read_bytes())
        roles = [(role, value) for frame in data["Annotations"] for role, value in frame.items() if value]
        expected = []
        for role, value in roles:
            places = [tuple(map(int, one.split(":"))) for one in value]
            expected.append((role, [data["Sentences"][at]["Tokens"][token] for at, token in places]))
        found = [
            (a.type, " ".join(words(document, a)).split()) for a in document.annotations if a.type != "attribution"
        ]
        assert found == expected
        assert document.text is not None
        assert document.text.split("\n") == [" ".join(one["Tokens"]) for one in data["Sentences"]]


def spkatt(**frame: Any) -> dict[str, Any]:
    """Return an invented document with one annotation."""
    sentences = [["Mira", "says", ":", "Port", "Example", "waits", "."], ["And", "waits", "."]]
    return {
        "Sentences": [{"SentenceId": at, "Tokens": tokens} for at, tokens in enumerate(sentences)],
        "Annotations": [frame],
    }


def test_a_role_is_one_mention_with_its_runs_as_fragments(tmp_path: Path) -> None:
    """In the order given; a run ends with its sentence."""
    data = spkatt(Source=["0:0"], Message=["0:5", "0:3", "0:4", "0:6", "1:0"], Cue=[], Topic=[], note="sure", n=2)
    found = only(tmp_path, data)
    frame, source, message = found.annotations

    assert (found.id, found.text_rule, found.is_article) == ("a", SPACE_JOINED, True)
    assert (frame.type, frame.fragments, frame.attributes) == ("attribution", (), {"note": "sure", "n": 2})
    assert frame.links == (("Source", source.id), ("Message", message.id))
    assert words(found, message) == ["waits", "Port Example", ".", "And"]


def test_neighbouring_numbers_in_two_sentences_are_no_run(tmp_path: Path) -> None:
    """Only tokens of one sentence are neighbours."""
    found = only(tmp_path, spkatt(Cue=["0:0", "1:1"]))

    assert words(found, found.annotations[1]) == ["Mira", "waits"]


def test_sentences_are_named_by_their_ids(tmp_path: Path) -> None:
    """Which need not be their numbers."""
    data = spkatt(Cue=["7:1"])
    data["Sentences"][1]["SentenceId"] = 7

    found = only(tmp_path, data)

    assert words(found, found.annotations[1]) == ["waits"]


BAD_ROLES: dict[str, tuple[Any, str]] = {
    "a token twice": (["0:1", "0:1"], "bad_line"),
    "a token beyond the sentence": (["0:9"], "offset_outside"),
    "a sentence that is not there": (["7:0"], "offset_outside"),
    "a negative number": (["0:-1"], "bad_line"),
    "a number alone": ([3], "bad_line"),
    "an object": ({"start": 1}, "bad_line"),
}


@pytest.mark.parametrize("name", BAD_ROLES)
def test_bad_roles(name: str, tmp_path: Path) -> None:
    """They are in quarantine with what the file says; the annotation stays with its other roles."""
    value, reason = BAD_ROLES[name]
    found = only(tmp_path, spkatt(Source=["0:0"], Message=value))

    assert [(one.reason, one.id, json.loads(one.content)) for one in found.quarantined] == [
        (reason, "a1.Message", {"Message": value})
    ]
    assert [(one.type, one.links) for one in found.annotations] == [
        ("attribution", (("Source", "a1.Source"),)), ("Source", ()),
    ]  # fmt: skip


def test_parts_that_are_not_of_the_form(tmp_path: Path) -> None:
    """They are in quarantine; fields with one value are attributes of the document."""
    data = spkatt(Cue=["0:1"]) | {"speaker": "Mira Example", "more": [1]}
    data["Annotations"].append("x")
    found = only(tmp_path, data)

    assert [(one.reason, one.content) for one in found.quarantined] == [
        ("bad_line", "x"),
        ("bad_line", '{"more": [1]}'),
    ]
    assert found.attributes == {"speaker": "Mira Example"}


UNREADABLE: dict[str, tuple[Any, int]] = {
    "no JSON": ('{"Sentences": [}', 1),
    "a key twice": ('{"Sentences": [],\n"Sentences": []}', 2),
    "a key twice below": ('{"Sentences": [{"Tokens": [],\n "Tokens": ["x"]}], "Annotations": []}', 2),
    "NaN": ('{"Sentences": [],\n\n"x": NaN}', 3),
    "half of a surrogate pair": ('{"Sentences": [{"Tokens": ["\\ud800"]}]}', 1),
    "another form": ({"text": "x"}, 1),
    "tokens that are no texts": ({"Sentences": [{"Tokens": [1]}]}, 1),
    "sentences that are no objects": ({"Sentences": ["x"]}, 1),
    "two sentences of one id": ({"Sentences": [{"SentenceId": 1, "Tokens": []}, {"SentenceId": 1, "Tokens": []}]}, 1),
    "DyGIE++ without lists": ({"sentences": "x"}, 1),
    "SpERT without texts": ({"tokens": [1], "entities": []}, 1),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_documents(name: str, tmp_path: Path) -> None:
    """One report with the line, no article, and the other files are read."""
    data, line = UNREADABLE[name]
    written(tmp_path, data, "a.json")
    written(tmp_path, spkatt(Cue=["0:1"]), "b.json")
    found, good = read(tmp_path)

    assert [(one.reason, one.line, one.path) for one in found.quarantined] == [
        ("unreadable", line, str(tmp_path / "a.json"))
    ]
    assert (found.annotations, found.text, found.is_article) == ((), None, False)
    assert len(good.annotations) == 2


def dygie(**fields: Any) -> dict[str, Any]:
    """Return an invented document of DyGIE++."""
    return {"doc_key": "d1", "sentences": [["Mira", "Example", "waits", "."], ["She", "waits", "."]], **fields}


def test_dygie(tmp_path: Path) -> None:
    """Tokens are counted through the document, and the last one is included."""
    data = dygie(ner=[[[0, 1, "PER"]], [[4, 4, "PRO"]]], clusters=[[[0, 1], [4, 4]]],
                 relations=[[], [[4, 4, 0, 1, "same"]]], dataset="x")  # fmt: skip
    found = only(tmp_path, json.dumps(data) + "\n", "a.jsonl")

    assert [(one.id, one.type, words(found, one), one.links) for one in found.annotations] == [
        ("e1", "PER", ["Mira Example"], ()), ("e2", "PRO", ["She"], ()), ("", "chain", ["Mira Example"], ()),
        ("", "chain", ["She"], ()), ("", "same", [], (("head", "e2"), ("tail", "e1"))),
    ]  # fmt: skip
    assert (found.id, found.attributes, found.quarantined) == ("d1", {"dataset": "x"}, ())
    assert found.annotations[2].attributes == {"chain": "1"}


def spert(**fields: Any) -> dict[str, Any]:
    """Return an invented document of SpERT."""
    entities = [{"type": "PER", "start": 0, "end": 2}, {"type": "LOC", "start": 3, "end": 4, "sure": True}]
    return {"orig_id": 7, "tokens": ["Mira", "Example", "in", "Port"], "entities": entities} | fields


def test_spert(tmp_path: Path) -> None:
    """The end is excluded; heads and tails are numbers of entities."""
    found = only(tmp_path, [spert(relations=[{"type": "at", "head": 0, "tail": 1}])])

    assert [(one.id, one.type, words(found, one), one.links) for one in found.annotations] == [
        ("e0", "PER", ["Mira Example"], ()), ("e1", "LOC", ["Port"], ()),
        ("", "at", [], (("head", "e0"), ("tail", "e1"))),
    ]  # fmt: skip
    assert (found.id, found.annotations[1].attributes) == ("7", {"sure": True})


BAD_SPANS: list[tuple[Callable[..., dict[str, Any]], dict[str, Any], str]] = [
    (dygie, {"ner": [[[0, 9, "PER"]], []]}, "offset_outside"),
    (dygie, {"ner": [[[2, 1, "PER"]], []]}, "offset_outside"),
    (dygie, {"ner": [[[0, "PER"]], []]}, "bad_line"),
    (dygie, {"ner": ["x"]}, "bad_line"),
    (dygie, {"ner": "x"}, "bad_line"),
    (dygie, {"clusters": [[[0]]]}, "bad_line"),
    (dygie, {"clusters": 1.5}, "bad_line"),
    (dygie, {"relations": [[[0, 0, 1, 1, "at"]]]}, "dangling_id"),
    (dygie, {"relations": [[[0, 0, "at"]]]}, "bad_line"),
    (dygie, {"events": [[[[0, "x"]]]]}, "bad_line"),
    (spert, {"entities": [{"type": "PER", "start": 0, "end": 9}]}, "offset_outside"),
    (spert, {"entities": [{"type": "PER", "start": 1, "end": 1}]}, "offset_outside"),
    (spert, {"entities": [{"start": 1, "end": 2}]}, "bad_line"),
    (spert, {"relations": [{"type": "at", "head": 0, "tail": 5}]}, "dangling_id"),
    (spert, {"relations": [{"head": 0, "tail": 1}]}, "bad_line"),
    (spert, {"relations": [{"type": "", "head": 0, "tail": 1}]}, "bad_line"),
    (spert, {"entities": "x"}, "bad_line"),
]


@pytest.mark.parametrize(("document", "fields", "reason"), BAD_SPANS)
def test_bad_spans(
    document: Callable[..., dict[str, Any]], fields: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    """One report each, with what the file says."""
    found = only(tmp_path, document(**fields))

    assert [one.reason for one in found.quarantined] == [reason]
    assert found.quarantined[0].content in json.dumps(fields)


def test_an_end_of_a_relation_that_could_be_two_entities(tmp_path: Path) -> None:
    """It is not guessed."""
    data = dygie(ner=[[[0, 0, "A"], [0, 0, "B"], [1, 1, "C"]], []], relations=[[[0, 0, 1, 1, "at"]]])

    assert [one.reason for one in only(tmp_path, data).quarantined] == ["dangling_id"]


def test_bad_lines_of_json_lines(tmp_path: Path) -> None:
    """The others are read."""
    first, second = read(written(tmp_path, f"{{oops\n{json.dumps(dygie())}\n", "a.jsonl"))

    assert [(one.reason, one.line) for one in first.quarantined] == [("unreadable", 1)]
    assert (second.id, second.quarantined) == ("d1", ())
