"""doccano and back: what it can say is read as the same documents; what it cannot is listed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.annotations import SPACE_JOINED, Annotation, Document
from news_dataset.collection import Collection
from news_dataset.exporters import export_annotated
from news_dataset.exporters.doccano import losses, write
from news_dataset.importers import import_from
from news_dataset.importers.doccano import read
from news_dataset.spans import read_text
from tests.annotated import ROUND_TRIPS, documents, plain

TEXT = "Mira 🙂 said that it rains."


def sayable(document: Document) -> Document:
    """Return what doccano can say of a document, by its description: entities first, then relations; no values."""
    kept, before = list(document.annotations), -1
    while len(kept) != before:
        before = len(kept)
        marks = {one.id for one in kept if one.fragments}
        kept = [one for one in kept if {target for _, target in one.links} <= marks
                and (len(one.fragments) == 1 or (not one.fragments and len(one.links) == 2))]  # fmt: skip
    said = list(losses(document))
    assert sum(" is left out: " in one for one in said) == len(document.annotations) - len(kept)
    assert sum(": values are left out: " in one for one in said) == sum(bool(one.attributes) for one in kept)
    assert sum("its text is built" in one for one in said) == bool(document.text_rule)
    ordered = sorted((replace(one, attributes={}) for one in kept), key=lambda one: not one.fragments)
    return replace(document, annotations=tuple(ordered), text_rule="")


@ROUND_TRIPS
@given(st.lists(documents(), max_size=3))
def test_what_is_written_is_read(several: list[Document]) -> None:
    """Ids, types, spans, links with their roles, values of the document."""
    with TemporaryDirectory() as folder:
        write(several, Path(folder))
        found = list(read(Path(folder), "code_points"))

    assert [plain(one) for one in found] == [plain(sayable(one)) for one in several]


def test_a_line(tmp_path: Path) -> None:
    """As doccano's own relation export has it, with ids beside."""
    marks = (Annotation("T1", "Person", ((0, 4),)), Annotation("R1", "knows", links=(("a", "T1"), ("b", "T1"))),
             Annotation("E1", "Says", ((7, 11),), links=(("who", "T1"),)))  # fmt: skip
    write([Document("", "rain", TEXT, marks, {"language": "en"}, "ann")], tmp_path)

    assert json.loads((tmp_path / "documents.jsonl").read_text("utf-8")) == {
        "id": "rain", "text": TEXT, "username": "ann", "meta": {"language": "en"},
        "entities": [
            {"id": 0, "label": "Person", "start_offset": 0, "end_offset": 4, "external_id": "T1"},
            {"id": 1, "label": "Says", "start_offset": 7, "end_offset": 11, "external_id": "E1"},
        ],
        "relations": [
            {"id": 0, "from_id": 1, "to_id": 0, "type": "who", "is_link": True},
            {"id": 1, "from_id": 0, "to_id": 0, "type": "knows", "external_id": "R1", "roles": ["a", "b"]},
        ],
    }  # fmt: skip


MARK = Annotation("T1", "X", ((0, 1),))
LACKING = {
    "no text": (Document("", "a", None), ["a: a document without a text is left out"]),
    "a register": (Document("", "a", "", is_article=False), ["a: a document without a text is left out"]),
    "tokens": (Document("", "a", "", text_rule=SPACE_JOINED), ["a: that its text is built from tokens is left out"]),
    "number": (Document("", "a", "", attributes={"n": float("nan")}),
               ["a: the value of n is not finite, or beyond 2^53 - 1"]),
    "values": (Document("", "a", TEXT, (replace(MARK, attributes={"n": 1}),)), ["a: X T1: values are left out: n"]),
    "fragments": (Document("", "a", TEXT, (replace(MARK, fragments=((0, 1), (2, 3))),
                                           Annotation("E1", "Y", ((0, 1),), links=(("of", "T1"),)))),
                  ["a: X T1 is left out: it has several fragments",
                   "a: Y E1 is left out: it refers to T1, which is left out"]),
    "no words": (Document("", "a", TEXT, (Annotation("R1", "Y"),)),
                 ["a: Y R1 is left out: without words, it has 0 links; expected 2"]),
    "of a relation": (Document("", "a", TEXT, (MARK, Annotation("R1", "Y", links=(("a", "T1"), ("b", "R1"))))),
                      ["a: Y R1 is left out: it refers to R1, which has no words"]),
}  # fmt: skip


@pytest.mark.parametrize(("document", "said"), LACKING.values(), ids=LACKING)
def test_what_doccano_cannot_say_is_listed(document: Document, said: list[str], tmp_path: Path) -> None:
    """And left out."""
    assert list(losses(document)) == said
    write([document], tmp_path)
    assert all(one.quarantined == () for one in read(tmp_path))


MAPPING = """\
annotations:
- {type: Statement, record: statement, links: {who: source}}
- {type: Emoji, record: part}
"""


def test_a_speaker_whose_name_has_no_letters_keeps_its_label(tmp_path: Path) -> None:
    """The label is the role and place; it was the type of the annotation, which is another after an export."""
    marks = (Annotation("T1", "Emoji", ((5, 6),)), Annotation("E1", "Statement", ((7, 11),), links=(("who", "T1"),)))
    source = tmp_path / "source"
    source.mkdir()
    (source / "import-mapping.yaml").write_text(MAPPING, "utf-8")
    write([Document("", "rain", TEXT.replace("🙂", "\x1b"), marks, {"language": "en"})], source)
    speakers = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        mapping = source / "import-mapping.yaml"
        import_from(folder, "doccano", source, text=None, mapping=mapping, strict=True, suggest=False)
        opened = Collection.open(folder)
        rows: list[list[Any]] = [[entry.row for entry in opened.of(kind)] for kind in ("article", "statement")]
        source = folder / "export"
        export_annotated(
            "doccano", source, (rows[0], rows[1]), {rows[0][0].id: read_text(next(folder.glob("texts/*")))}
        )
        speakers.append(rows[1][0].statement_participants)

    assert [one.label for one in speakers[0]] == ["source at 5"]
    assert speakers[0] == speakers[1]
