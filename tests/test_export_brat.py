"""brat and back: what is written as stand-off is read as the same documents, in lines that brat accepts."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters.brat import losses, write
from news_dataset.importers.brat import read
from tests.annotated import ROUND_TRIPS, documents, kinds_of, plain

TEXT = "Mira Example said 🙂 that\r\nit rains. "
LINES = {
    "T": r"T\d+\t[\w-]+ \d+ \d+(;\d+ \d+)*\t.+",
    "E": r"E\d+\t[\w-]+:T\d+( [\w-]+:[TER]\d+)*",
    "R": r"R\d+\t[\w-]+ [\w-]+:[TER]\d+ [\w-]+:[TER]\d+",
    "*": r"\*\t[\w-]+( [TER]\d+){2,}",
    "A": r"A\d+\t[\w-]+ [TER]\d+( \S+)?",
    "N": r"N\d+\t[\w-]+ [TER]\d+ [\w.-]+:\S+\t.*",
    "#": r"#\d+\t[\w-]+ ([TER]\d+|document)\t.*",
}  # as the standalone parser of brat reads them


def accepted(text: str, lines: list[str]) -> set[str]:
    """Check that brat accepts lines; return the ids of annotations that lie in lines of the text."""
    ids = [line.partition("\t")[0] for line in lines]
    assert max(Counter(id_ for id_ in ids if id_ != "*").values(), default=1) == 1
    for id_, line in zip(ids, lines, strict=True):
        assert re.fullmatch(LINES[id_[0]], line, re.ASCII | re.DOTALL), line
        if id_[0] == "T":
            _, data, words = line.split("\t", 2)
            pairs = [tuple(map(int, pair.split(" "))) for pair in data.partition(" ")[2].split(";")]
            there = " ".join(text[start:end] for start, end in pairs)
            assert words == there or not there.strip("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029 "), line
            assert all(start >= other_end or end < other_start for at, (start, end) in enumerate(pairs)
                       for other_start, other_end in pairs[:at]), line  # fmt: skip
    return {id_ for id_ in ids if id_[0] in "TER"}


def round_trip(*given: Document) -> list[Document]:
    """Return documents after they were written and read; check the files on the way."""
    with TemporaryDirectory() as folder:
        write(given, Path(folder))
        for path in Path(folder).glob("*.ann"):
            text, lines = path.with_suffix(".txt").read_bytes().decode(), path.read_bytes().decode()
            assert lines.endswith("\n") or not lines
            assert lines.splitlines() == lines.split("\n")[:-1]  # nothing in a line ends it for anybody
            ids = accepted(text, lines.split("\n")[:-1])
            assert set(re.findall(r"[ :]([TER]\d+)\b", re.sub("\t.*", "", lines))) <= ids
        return list(read(Path(folder)))


def is_sayable(one: Annotation, among: list[Annotation]) -> bool:
    """Return whether brat can say an annotation, by its description."""
    if not {target for _, target in one.links} <= {other.id for other in among}:
        return False
    if one.fragments:
        ordered = sorted(one.fragments)
        touching = [(a, b) for a, b in pairwise(ordered) if a[1] == b[0]]
        return (all(a[1] <= b[0] for a, b in pairwise(ordered))
                and all(one.fragments.index(a) < one.fragments.index(b) for a, b in touching))  # fmt: skip
    is_equivalence = not one.id and not one.attributes and {role for role, _ in one.links} == {"Arg"}
    return (is_equivalence and len(one.links) > 1) or (len(one.links) == 2 and len(set(one.links)) == 2)


def sayable(document: Document) -> Document:
    """Return the document without what brat cannot say, and check that it is listed."""
    kept, before = list(document.annotations), -1
    while len(kept) != before:
        before = len(kept)
        kept = [one for one in kept if is_sayable(one, kept)]
    said = list(losses(document))
    assert len(said) == len(document.annotations) - len(kept), said
    assert all(one.startswith(f"{document.id}: ") and " is left out: " in one for one in said)
    return replace(document, annotations=tuple(kept))


@st.composite
def with_triggers(draw: st.DrawFn) -> Document:
    """A document some of whose events have triggers with an id, which several may share."""
    document = draw(documents())
    shared: dict[Any, str] = {}
    marks = [shared.setdefault((one.type, one.fragments), f"T{90 + at}") if one.fragments and one.links else ""
             for at, one in enumerate(document.annotations)]  # fmt: skip
    annotations = (replace(one, trigger=draw(st.sampled_from(["", mark])))
                   for one, mark in zip(document.annotations, marks, strict=True))  # fmt: skip
    return replace(document, annotations=tuple(annotations))


def as_given(found: Document, given: Document) -> Document:
    """Return what was read without the ids of triggers that were given none, since brat needs some."""
    pairs = zip(found.annotations, given.annotations, strict=True)
    return replace(found, annotations=tuple(replace(one, trigger=was.trigger and one.trigger) for one, was in pairs))


@ROUND_TRIPS
@given(with_triggers())
def test_what_is_written_is_read(document: Document) -> None:
    """Ids, also of triggers, types, fragments, values with their types, and links."""
    (found,) = round_trip(document)

    assert found.quarantined == ()
    kept = sayable(document)
    assert plain(as_given(found, kept)) == plain(kept)


@pytest.mark.parametrize("more", ["", "R1\tNear Arg1:T4 Arg2:T2\n", "E2\tSays:T4 What:T2\n", "E2\tAsks:T4\n"])
def test_the_id_of_a_trigger_stays(more: str, tmp_path: Path) -> None:
    """Also where something else refers to it, where two events share it, and where they are of several types."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "a.ann").write_text(f"T2\tPerson 0 12\tMira Example\nT4\tSays 13 17\tsaid\nE1\tSays:T4 Who:T2\n{more}")
    before = list(read(tmp_path))
    (out := tmp_path / "out").mkdir()
    write(before, out)

    assert {one.trigger for one in before[0].annotations if one.id[0] == "E"} == {"T4"}
    assert [plain(one) for one in read(out)] == [plain(one) for one in before]


@ROUND_TRIPS
@given(st.lists(documents(), max_size=4))
def test_each_document_has_files_of_its_own(several: list[Document]) -> None:
    """Also where ids are the same, or differ in what no file system tells apart."""
    found = round_trip(*several) if several else []
    untold = [replace(one, annotations=tuple(replace(mark, trigger="") for mark in one.annotations)) for one in found]

    assert sorted(repr(plain(one)) for one in untold) == sorted(repr(plain(sayable(one))) for one in several)


def test_the_lines_of_a_document(tmp_path: Path) -> None:
    """Everything that brat can say is in its own lines; the rest in notes."""
    marks = (
        Annotation("T7", "Person", ((0, 12),), {"Reference:Wikidata": "Q1", "Reference:Wikidata:text": "Mira"}),
        Annotation("E1", "Says", ((13, 17),), {"Negation": True, "Mode": "direct", "AnnotatorNotes": "sure"},
                   (("Who", "T7"), ("Who", "x"))),
        Annotation("x", "it rains", ((20, 34),), {"sure": 0.5, "why": "two words", "lines": "a\nb"}),
        Annotation("R3", "cause", links=(("Arg1", "E1"), ("Arg2", "T7"))),
        Annotation("", "Equiv", links=(("Arg", "T7"), ("Arg", "x"))),
    )  # fmt: skip
    write([Document("", "port/example", TEXT, marks, {"language": "en"}, "Ann Example")], tmp_path)

    assert (tmp_path / "port-example.txt").read_bytes() == TEXT.encode()
    assert (tmp_path / "port-example.ann").read_text("utf-8").splitlines() == [
        '#1\tnews_dataset document\t{"id": "port/example", "attributes": {"language": "en"}, '
        '"annotator": "Ann Example", "names": {"it_rains": "it rains"}}',
        "T7\tPerson 0 12\tMira Example",
        "N1\tReference T7 Wikidata:Q1\tMira",
        "T2\tSays 13 17\tsaid",
        "E1\tSays:T2 Who:T7 Who:T1",
        "A1\tNegation E1",
        "A2\tMode E1 direct",
        "#2\tAnnotatorNotes E1\tsure",
        "T1\tit_rains 20 24;26 34\tthat it rains",
        "#3\twhy T1\ttwo words",
        '#4\tnews_dataset T1\t{"id": "x", "attributes": {"sure": 0.5, "lines": "a\\nb"}, "fragments": [[20, 34]]}',
        "R3\tcause Arg1:E1 Arg2:T7",
        "*\tEquiv T7 T1",
    ]
    assert (tmp_path / "annotation.conf").read_text("utf-8") == (
        "[entities]\nPerson\nit_rains\n\n"
        "[relations]\nEquiv\tArg1:<ANY>, Arg2:<ANY>, <REL-TYPE>:symmetric-transitive\ncause\tArg1:<ANY>, Arg2:<ANY>\n"
        "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>\n\n"
        "[events]\nSays\tWho*:<ANY>\n\n[attributes]\nMode\tArg:<ANY>, Value:direct\nNegation\tArg:<ANY>\n"
    )


LACKING = {
    "no text": (Document("", "a", None), "a: a document without a text is left out"),
    "a number": (Document("", "a", "", attributes={"n": float("inf")}), "a: the value of n is not finite, or beyond"),
    "an integer": (Document("", "a", TEXT, (Annotation("T1", "X", ((0, 1),), {"n": (1, 2**53)}),)), "a: X T1: the val"),
    "overlapping": (Document("", "a", TEXT, (Annotation("T1", "X", ((0, 2), (1, 3))),)), "a: X T1 is left out: its"),
    "touching": (Document("", "a", TEXT, (Annotation("T1", "X", ((1, 3), (0, 1))),)), "a: X T1 is left out: its"),
    "no words": (Document("", "a", TEXT, (Annotation("", "X"),)), "a: X is left out: without words, it has 0 links"),
    "one link": (Document("", "a", TEXT, (Annotation("T1", "X", links=(("a", "T1"),)),)), "a: X T1 is left out: wit"),
    "twice": (Document("", "a", TEXT, (Annotation("T1", "X", links=(("a", "T1"),) * 2),)), "a: X T1 is left out: wit"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "said"), LACKING.values(), ids=LACKING)
def test_what_brat_cannot_say_is_listed_and_left_out(document: Document, said: str, tmp_path: Path) -> None:
    """With all that refers to it, over any number of links."""
    if document.annotations and "left out" in said:
        chain = [Annotation(f"E{at}", "Y", ((0, 1),), links=(("of", f"E{at + 1}"),)) for at in range(2, 1500)]
        last = replace(document.annotations[0], id="E1500")
        assert len(list(losses(replace(document, annotations=(*chain, last))))) == 1499
    (found,) = losses(document)
    write([document], tmp_path)

    assert found.startswith(said)
    assert {json.dumps(line) for path in tmp_path.glob("*.ann") for line in path.read_text("utf-8").splitlines()} <= {
        json.dumps("T1\tX 0 1\tM")
    }


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        (("T1\tX 0 2", "T1\tX 0 3"), "(((0, 3),), 'x', 'a b')"),  # the offsets are those of brat
        (("T1\tX", "T1\tY"), "(((0, 2),), 'x', 'a b')"),
        (("a_b", "Other"), "(((0, 2),), 'x', 'Other')"),  # so are the types
        (("26 34\t🙂 that it rains", "29 34\t🙂 that rains"), "(((0, 2),), 'x', 'a b')"),
    ],
)
def test_what_is_changed_in_brat_stays_changed(edit: tuple[str, str], kept: str, tmp_path: Path) -> None:
    """A note does not undo what an annotator did."""
    marks = (Annotation("x", "X", ((0, 2),)), Annotation("y", "a b", ((18, 34),), {"n": 1}))
    write([Document("", "a", TEXT, marks)], tmp_path)
    (tmp_path / "annotation.conf").unlink()  # which declares no other types
    path = tmp_path / "a.ann"
    lines = path.read_bytes().decode().split("\n")
    path.write_bytes("\n".join(line.replace(*edit).replace("0 3\tMi", "0 3\tMir") if "news_" not in line else line
                               for line in lines).encode())  # fmt: skip

    (found,) = read(tmp_path)

    first, second = found.annotations
    assert repr((first.fragments, first.id, second.type)) == kept
    changed = ((18, 24), (29, 34)) if "29 34" in edit[1] else ((18, 34),)
    assert (second.fragments, dict(second.attributes), found.quarantined) == (changed, {"n": 1}, ())


@pytest.mark.parametrize(
    ("attributes", "lines"),
    [
        ({"A:b": "c", "A:b:text": ""}, ['#1\tnews_dataset T1\t{"attributes": {"A:b": "c", "A:b:text": ""}}']),
        ({"A:b": ("c", "d"), "A:b:text": ("", "x")}, ["N1\tA T1 b:c\t", "N2\tA T1 b:d\tx"]),
        ({"A:b": "c", "A:b:text": ("x", "y")},
         ['#1\tnews_dataset T1\t{"attributes": {"A:b": "c", "A:b:text": ["x", "y"]}}']),
        ({"a": " x"}, ['#1\tnews_dataset T1\t{"attributes": {"a": " x"}}']),
        ({"news_dataset": "{}"}, ['#1\tnews_dataset T1\t{"attributes": {"news_dataset": "{}"}}']),
        ({"a": "1", "b": 1, "c": (True, "x y")},
         ["A1\ta T1 1", "A2\tc T1", "#1\tc T1\tx y", '#2\tnews_dataset T1\t{"attributes": {"b": 1}}']),
    ],
)  # fmt: skip
def test_lines_of_values(attributes: dict[str, Any], lines: list[str], tmp_path: Path) -> None:
    """What programs that strip blanks would change is in a note, as is what would be read as something else."""
    document = Document("", "a", TEXT, (Annotation("T1", "X", ((0, 4),), attributes),))
    write([document], tmp_path)

    assert (tmp_path / "a.ann").read_text("utf-8").splitlines() == ["T1\tX 0 4\tMira", *lines]
    assert [plain(one) for one in read(tmp_path)] == [plain(document)]


def test_notes_that_contradict_each_other_are_reported(tmp_path: Path) -> None:
    """Two about one annotation; and two that give the same id."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "a.ann").write_text(
        "T1\tX 0 4\tMira\nT2\tX 0 4\tMira\nT3\tX 0 4\tMira\n"
        + "".join(f'#{number}\tnews_dataset T{target}\t{{"id": "x"}}\n' for number, target in enumerate((1, 1, 2))),
        "utf-8",
    )

    assert kinds_of(read(tmp_path)) == [("bad_line", 5, "#1"), ("duplicate_id", 2, "x")]
