"""Span JSON Lines as Prodigy writes them: spans, tokens and relations, each checked against the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from news_dataset.annotations import SPACE_JOINED, Annotation, Document
from news_dataset.importers.spans import read
from tests.annotated import kinds_of

TEXT = "Mira 🙂 said it rains."
WORDS = ["Mira", "🙂", "said", "it", "rains", "."]


def tokens() -> list[dict[str, Any]]:
    found, at = [], 0
    for number, word in enumerate(WORDS):
        at = TEXT.index(word, at)
        found.append({"text": word, "start": at, "end": at + len(word), "id": number, "ws": number < 4})
        at += len(word)
    return found


def lines(folder: Path, *written: Any) -> list[Document]:
    """Return the documents of lines; bytes are a line as it is."""
    made = [one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode() for one in written]
    (folder / "a.jsonl").write_bytes(b"\n".join(made))
    return list(read(folder / "a.jsonl"))


def span(start: int, end: int, label: str | None = "X", **further: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "label": label, **further}


def test_a_line_with_everything(tmp_path: Path) -> None:
    """A relation leads to the spans; a token that is no span becomes an annotation."""
    who, says = (
        span(0, 4, "Who", token_start=0, token_end=0),
        span(7, 11, "Says", token_start=2, token_end=2, sure=True),
    )
    (found,) = lines(tmp_path, {
        "text": TEXT, "tokens": tokens(), "spans": [who, says], "answer": "accept", "_annotator_id": "ann",
        "_session_id": "s-1", "_input_hash": -5, "_task_hash": 6, "meta": {"source": "Example", "answer": 1},
        "accept": ["news"], "options": [{"id": 1}], "relations": [
            {"head": 2, "child": 0, "label": "who", "head_span": says, "child_span": who, "color": "red"},
            {"head": 2, "child": 4, "label": "what", "head_span": says,
             "child_span": span(15, 20, None, token_start=4, token_end=4)},
            {"head": 4, "child": 0, "label": "x"}],
    })  # fmt: skip

    assert found == Document(
        f"{tmp_path}/a.jsonl", "-5", TEXT,
        (
            Annotation("span-1", "Who", ((0, 4),), line=1),
            Annotation("span-2", "Says", ((7, 11),), {"sure": True}, line=1),
            Annotation("", "who", (), {"color": "red"}, (("head", "span-2"), ("child", "span-1")), 1),
            Annotation("token-4", "token", ((15, 20),), line=1),
            Annotation("", "what", (), {}, (("head", "span-2"), ("child", "token-4")), 1),
            Annotation("", "x", (), {}, (("head", "token-4"), ("child", "span-1")), 1),
        ),
        {"answer": "accept", "_session_id": "s-1", "_input_hash": -5, "_task_hash": 6, "source": "Example",
         "meta.answer": 1, "accept": ("news",), "options": '[{"id": 1}]'},
        "ann",
    )  # fmt: skip


def test_what_was_turned_down_is_kept_aside(tmp_path: Path) -> None:
    """With the whole line; what was accepted is a document."""
    given = [{"text": TEXT, "id": 3, "answer": one, "spans": [span(0, 4)], "_session_id": "s"}
             for one in ("accept", "reject", "ignore")]  # fmt: skip
    found, *others = lines(tmp_path, *given)

    assert (found.id, found.attributes, found.annotator, found.aside) == ("3", {"answer": "accept"}, "s", ())
    assert found.annotations == (Annotation("", "X", ((0, 4),), line=1),)
    assert [(one.text, one.is_article, one.annotations) for one in others] == [(None, False, ())] * 2
    assert [(aside.type, aside.why, aside.id, aside.line, json.loads(aside.content))
            for one in others for aside in one.aside] == [
        ("answer: reject", "its annotator rejected it", "3", 2, given[1]),
        ("answer: ignore", "its annotator skipped it", "3", 3, given[2]),
    ]  # fmt: skip


def test_a_document_of_tokens_only(tmp_path: Path) -> None:
    """Its text is built by the rule; tokens that say more are kept."""
    tagged = [one | {"pos": "X"} for one in tokens()]
    spans = [span(7, 14, token_start=2, token_end=3), span(20, 21, token_start=5, token_end=5)]

    plain_one, tagged_one = lines(tmp_path, {"tokens": tokens(), "spans": spans}, {"text": TEXT, "tokens": tagged})

    assert (plain_one.text, plain_one.text_rule) == ("Mira 🙂 said it rains .", SPACE_JOINED)
    assert [plain_one.text[slice(*one.fragments[0])] for one in plain_one.annotations if plain_one.text] == [
        "said it",
        ".",
    ]
    assert plain_one.attributes == {}
    assert json.loads(str(tagged_one.attributes["tokens"])) == tagged


def test_a_relation_of_a_token_with_itself(tmp_path: Path) -> None:
    """Makes one annotation; one that cannot be read makes none."""
    one = {"head": 4, "child": 4, "label": "r"}

    good, bad = lines(tmp_path, {"text": TEXT, "tokens": tokens(), "relations": [one]},
                      {"text": TEXT, "tokens": tokens(), "relations": [one | {"child": 99}]})  # fmt: skip

    assert [(each.id, each.links) for each in good.annotations] == [
        ("token-1", ()), ("", (("head", "token-1"), ("child", "token-1")))
    ]  # fmt: skip
    assert (bad.annotations, len(bad.quarantined)) == ((), 1)


HEAD = {"head": 0, "child": 2, "label": "r"}
PARTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no label": ({"spans": [span(0, 4, None)]}, "bad_line", "span-1"),
    "no object": ({"spans": ["Mira"]}, "bad_line", "span-1"),
    "fraction": ({"spans": [span(0, 4) | {"end": 4.0}]}, "bad_line", "span-1"),
    "truth value": ({"spans": [span(0, 4) | {"start": False}]}, "bad_line", "span-1"),
    "id is a list": ({"spans": [span(0, 4, id=[1])]}, "bad_line", "[1]"),
    "outside": ({"spans": [span(0, 99, id="x")]}, "offset_outside", "x"),
    "empty": ({"spans": [span(4, 4)]}, "offset_outside", "span-1"),
    "other words": ({"spans": [span(0, 4, text="Enya")]}, "other_words", "span-1"),
    "UTF-16": ({"spans": [span(8, 12, text="said")]}, "unknown_unit", "span-1"),
    "UTF-16, outside": ({"spans": [span(21, 22, text=".")]}, "unknown_unit", "span-1"),
    "tokens elsewhere": ({"tokens": tokens(), "spans": [span(0, 4, token_start=2, token_end=2)]},
                         "other_words", "span-1"),
    "same words at other tokens": (
        {"text": "it it", "tokens": [{"text": "it", "start": 0, "end": 2}, {"text": "it", "start": 3, "end": 5}],
         "spans": [span(0, 2, token_start=1, token_end=1)]}, "other_words", "span-1"),
    "no such token": ({"tokens": tokens(), "spans": [span(0, 4, token_start=2, token_end=9)]},
                      "offset_outside", "span-1"),
    "same id": ({"spans": [span(0, 4, id=1), span(0, 4, id=1)]}, "duplicate_id", "1"),
    "relation without label": ({"relations": [{"head": 0, "child": 2}]}, "bad_line", "relation-1"),
    "relation to no token": ({"relations": [HEAD]}, "dangling_id", "relation-1"),
    "relation to no span": ({"relations": [HEAD | {"head_span": span(0, 4), "child_span": span(0, 4)}]},
                            "dangling_id", "relation-1"),
    "relation to one of two": ({"spans": [span(0, 4), span(0, 4)], "relations": [HEAD | {"head_span": span(0, 4),
                                "child_span": span(7, 11, None)}]},
                               "dangling_id", "relation-1"),
}  # fmt: skip


@pytest.mark.parametrize(("members", "reason", "id_"), PARTS.values(), ids=PARTS)
def test_a_broken_part_is_kept_and_the_rest_read(
    members: dict[str, Any], reason: str, id_: str, tmp_path: Path
) -> None:
    """With line and id."""
    _, found = lines(tmp_path, {"text": TEXT}, {"text": TEXT, **members})

    assert kinds_of(iter([found])) == [(reason, 2, id_)]
    assert found.text == members.get("text", TEXT)
    assert len(found.annotations) == len(members.get("spans", ())) + len(members.get("relations", ())) - 1
    assert json.loads(found.quarantined[0].content)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "bad_line"),
        (b'"text"', "bad_line"),
        (b'{"text": "a", "text": "b"}', "bad_line"),
        (b'{"spans": []}', "unreadable"),
        (b'{"text": 5}', "unreadable"),
        (b'{"text": "a", "tokens": [1]}', "unreadable"),
        (b'{"tokens": [{"text": "a"}]}', "unreadable"),
        (b'{"tokens": []}', "unreadable"),
    ],
)
def test_a_broken_line_is_kept_and_the_next_one_read(line: bytes, reason: str, tmp_path: Path) -> None:
    """With its number and content."""
    broken, last = lines(tmp_path, line, {"text": "https://example.org/"})

    assert kinds_of(iter([broken])) == [(reason, 1, "" if reason == "bad_line" else "a-1")]
    assert broken.quarantined[0].content == line.decode()
    assert (broken.text, broken.is_article) == (None, False)
    assert (last.id, last.text, last.quarantined) == ("a-2", "https://example.org/", ())
