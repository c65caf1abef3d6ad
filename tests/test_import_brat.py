"""brat stand-off is read as it is: every kind of line, texts of any kind, and every doubt with file, line and id."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from news_dataset.annotations import REASONS, Annotation, Document
from news_dataset.errors import UnsafeInputError
from news_dataset.importers.brat import read
from tests.annotated import kinds_of

TEXT = "Mira Example did not say that it rains in Port Example. She said: it snows."


def document(folder: Path, text: str, *lines: str) -> Document:
    (folder / "a.txt").write_bytes(text.encode())
    (folder / "a.ann").write_bytes("".join(f"{line}\n" for line in lines).encode())
    (found,) = read(folder)
    return found


def test_every_kind_of_line(tmp_path: Path) -> None:
    """An event has the fragments of its trigger, and all that is said of it."""
    found = document(
        tmp_path, TEXT,
        "T1\tPerson 0 12\tMira Example",
        "T2\tSays 21 24;13 16\tsay did",
        "T3\tPlace 42 54\tPort Example",
        "E1\tSays:T2 Who:T1 Theme:T3 Theme2:T3 Who:T1",
        "R1\tNear Arg1:T1 Arg2:T3\t",
        "*\tEquiv T1 T3",
        "A1\tNegation E1", "A2\tMode E1 indirect", "M1\tSpeculation R1", "A3\tMode E1 mixed", "A4\tValue T1 two words",
        "N1\tReference T3 Wikidata:Q:1\tPort Example", "N2\tReference T3 Wikidata:Q2", "N3\tReference T1 GeoNames:7\t",
        "#1\tAnnotatorNotes E1\tsure?  not\tsure", "#2\tAnnotatorNotes E1\t", "#\tOther R1\tx", "#\tOther R1\ty",
    )  # fmt: skip

    assert found == Document(
        path=f"{tmp_path}/a.ann", id="a", text=TEXT,
        annotations=(
            Annotation("T1", "Person", ((0, 12),), {"Value": "two words", "Reference:GeoNames": "7"}, line=1),
            Annotation("T3", "Place", ((42, 54),), {"Reference:Wikidata": ("Q:1", "Q2"),
                       "Reference:Wikidata:text": ("Port Example", "")}, line=3),
            Annotation("E1", "Says", ((21, 24), (13, 16)), {"Negation": True, "Mode": ("indirect", "mixed"),
                       "AnnotatorNotes": ("sure?  not\tsure", "")},
                       (("Who", "T1"), ("Theme", "T3"), ("Theme2", "T3"), ("Who", "T1")), line=4, trigger="T2"),
            Annotation("R1", "Near", links=(("Arg1", "T1"), ("Arg2", "T3")),
                       attributes={"Speculation": True, "Other": ("x", "y")}, line=5),
            Annotation("", "Equiv", links=(("Arg", "T1"), ("Arg", "T3")), line=6),
        ),
    )  # fmt: skip


def test_texts_stay_as_they_are_and_offsets_count_code_points(tmp_path: Path) -> None:
    """CRLF, a mark at the beginning, blanks of other kinds, emoji, controls; line ends of annotations do not matter."""
    text = "\ufeffMira\xa0said\r\n🙂 \x00it \u2028rains\r\n\r\n 👩\u200d🚀\r"
    marks = [("said\r\n🙂", "said  🙂"), ("said\r\n🙂", "said\r 🙂"), ("\x00it \u2028rains", "\x00it  rains"),
             ("\r\n\r\n", "    "), (" 👩\u200d🚀", " 👩\u200d🚀"), ("\ufeffMira\xa0", "\ufeffMira\xa0"),
             ("rains\r", "rains\r")]  # fmt: skip
    lines = [f"T{number}\tX {text.index(words)} {text.index(words) + len(words)}\t{declared}"
             for number, (words, declared) in enumerate(marks)]  # fmt: skip
    for end, mark in (("\n", ""), ("\r\n", "\ufeff")):
        (tmp_path / "a.txt").write_bytes(text.encode())
        (tmp_path / "a.ann").write_bytes(f"{mark}{end.join(lines)}{end}{end}".encode())

        (found,) = read(tmp_path)

        assert found.quarantined == ()
        assert found.text == text
        assert [text[slice(*one.fragments[0])] for one in found.annotations] == [words for words, _ in marks]
        assert [one.line for one in found.annotations] == list(range(1, len(marks) + 1))


@pytest.mark.parametrize("words", ["Mira said", "said Mira", "saidMira", ""])
def test_words_of_several_fragments(words: str, tmp_path: Path) -> None:
    """In the order of the file or of the text; older versions wrote no blank between; none are declared at times."""
    found = document(tmp_path, "Mira Example said", f"T1\tX 13 17;0 4\t{words}")

    assert [one.fragments for one in found.annotations] == [((13, 17), (0, 4))]


LINES = {
    "no tab": ("T2 X 0 4 Mira", "bad_line", "T2 X 0 4 Mira"),
    "no id": ("\tX 0 4\tMira", "bad_line", ""),
    "other letter": ("X1\tX 0 4\tMira", "bad_line", "X1"),
    "no offsets": ("T2\tX\tMira", "bad_line", "T2"),
    "one offset": ("T2\tX 0\tMira", "bad_line", "T2"),
    "fraction": ("T2\tX 0 4.0\tMira", "bad_line", "T2"),
    "other digits": ("T2\tX 0 ٤\tMira", "bad_line", "T2"),
    "long number": (f"T2\tX 0 {'9' * 5000}\tMira", "bad_line", "T2"),
    "type with blank": ("T2\tMy X 0 4\tMira", "bad_line", "T2"),
    "empty fragment": ("T2\tX 0 4;\tMira", "bad_line", "T2"),
    "comment": ("# nothing", "bad_line", "# nothing"),
    "event without trigger": ("E2\tSays", "bad_line", "E2"),
    "trigger is an event": ("E2\tSays:E1", "bad_line", "E2"),
    "role without id": ("E2\tSays:T1 Who:", "bad_line", "E2"),
    "one argument": ("R2\tNear Arg1:T1", "bad_line", "R2"),
    "three arguments": ("R2\tNear Arg1:T1 Arg2:T1 Arg3:T1", "bad_line", "R2"),
    "equivalence of one": ("*\tEquiv T1", "bad_line", "*"),
    "attribute of nothing": ("A2\tNegation", "bad_line", "A2"),
    "more columns": ("A2\tNegation T1\tx", "bad_line", "A2"),
    "normalization without resource": ("N2\tReference T1 Q1\tx", "bad_line", "N2"),
    "note of nothing": ("#2\tAnnotatorNotes\tx", "bad_line", "#2"),
    "note that only this package writes": ('#2\tnews_dataset T1\t{"id": 1}', "bad_line", "#2"),
    "note with a broken value": ('#2\tnews_dataset T1\t{"attributes": {"a": null}}', "bad_line", "#2"),
    "note that is no JSON": ("#2\tnews_dataset T1\t{", "bad_line", "#2"),
    "note with a key twice": ('#2\tnews_dataset T1\t{"id": "a", "id": "b"}', "bad_line", "#2"),
    "note with a broken name": ('#2\tnews_dataset document\t{"names": {"a": 1}}', "bad_line", "#2"),
    "end outside": ("T2\tX 70 99\tit snows.", "offset_outside", "T2"),
    "negative": ("T2\tX -4 4\tMira", "offset_outside", "T2"),
    "empty": ("T2\tX 4 4\t", "offset_outside", "T2"),
    "backwards": ("T2\tX 4 0\tMira", "offset_outside", "T2"),
    "second fragment": ("T2\tX 0 4;70 99\tMira it snows.", "offset_outside", "T2"),
    "other words": ("T2\tX 0 4\tEnya", "other_words", "T2"),
    "other case": ("T2\tX 0 4\tmira", "other_words", "T2"),
    "shifted": ("T2\tX 1 5\tMira", "other_words", "T2"),
    "shorter": ("T2\tX 0 5\tMira", "other_words", "T2"),
    "more words": ("T2\tX 0 4\tMira\tsaid", "other_words", "T2"),
    "other normal form": ("T2\tX 0 4\tMi\u0301ra", "other_words", "T2"),
    "same id": ("T1\tX 0 4\tMira", "duplicate_id", "T1"),
    "same id of an event": ("E1\tSays:T1", "duplicate_id", "E1"),
    "same id of an attribute": ("A1\tMode E1 x", "duplicate_id", "A1"),
    "same id of a note": ("#1\tAnnotatorNotes E1\tx", "duplicate_id", "#1"),
    "link to nothing": ("R2\tNear Arg1:T1 Arg2:T9", "dangling_id", "R2"),
    "trigger that is not there": ("E2\tSays:T9", "dangling_id", "E2"),
    "equivalence with nothing": ("*\tEquiv T1 T9", "dangling_id", "*"),
    "attribute of what is not there": ("A2\tNegation E9", "dangling_id", "A2"),
    "attribute of an attribute": ("A2\tNegation A1", "dangling_id", "A2"),
    "normalization of what is not there": ("N2\tReference T9 Wikidata:Q1\tx", "dangling_id", "N2"),
    "note on what is not there": ("#2\tAnnotatorNotes T9\tx", "dangling_id", "#2"),
}
GOOD = ("T1\tSays 21 24\tsay", "E1\tSays:T1", "A1\tNegation E1", "#1\tAnnotatorNotes E1\tx")


@pytest.mark.parametrize(("line", "reason", "id_"), LINES.values(), ids=LINES)
def test_what_is_wrong_is_kept_with_its_place(line: str, reason: str, id_: str, tmp_path: Path) -> None:
    """Everything else is read, apart from what refers to an id that is there twice."""
    found = document(tmp_path, TEXT, *GOOD, "", line, "T3\tX 13 16\tdid")
    moved = next(one for one in found.quarantined if one.line == 6)

    assert (moved.reason, moved.id, moved.content, moved.path) == (reason, id_, line, f"{tmp_path}/a.ann")
    assert moved.message
    assert "\n" not in moved.message
    assert found.annotations[-1] == Annotation("T3", "X", ((13, 16),), line=7)
    hanging = {"T1": [2, 3, 4], "E1": [3, 4]}.get(id_, []) if reason == "duplicate_id" else []
    assert [one.line for one in found.quarantined] == [*hanging, 6]
    assert reason in REASONS


def test_all_that_hangs_on_a_bad_line_goes_with_it(tmp_path: Path) -> None:
    """Line by line, over any number of links."""
    found = document(
        tmp_path, TEXT, "T1\tSays 21 24\tasks", "T2\tX 0 4\tMira", "E1\tSays:T1 Who:T2", "E2\tX:T2 What:E1",
        "R1\tNear Arg1:E2 Arg2:T2", "A1\tNegation E2", "#1\tAnnotatorNotes R1\tx", "A2\tMode T2 x",
    )  # fmt: skip

    assert kinds_of(iter([found])) == [
        ("other_words", 1, "T1"), ("dangling_id", 3, "E1"), ("dangling_id", 4, "E2"), ("dangling_id", 5, "R1"),
        ("dangling_id", 6, "A1"), ("dangling_id", 7, "#1"),
    ]  # fmt: skip
    assert found.quarantined[4].message == "it refers to E2, which is in quarantine"
    assert [(one.id, one.attributes) for one in found.annotations] == [("T2", {"Mode": "x"})]


def test_offsets_in_utf_16_units_are_noticed_and_not_converted(tmp_path: Path) -> None:
    """What fits only in these, and what fits in both; before the first such character there is no doubt."""
    text = "Mira 🙂 aaaa said 🙂 it."
    units = text.encode("utf-16-le")

    def mark(number: int, start: int, words: str) -> str:
        return f"T{number}\tX {start} {start + len(words.encode('utf-16-le')) // 2}\t{words}"

    def unit(words: str) -> int:
        return units.index(words.encode("utf-16-le")) // 2

    points = [mark(1, 0, "Mira"), mark(2, text.index("said"), "said"), mark(3, text.index("aaaa") + 1, "aa")]
    wrong = [mark(1, 0, "Mira"), mark(2, unit("said"), "said"), mark(3, unit("aaaa"), "aa"),
             mark(4, unit("it."), "it."), mark(5, unit("🙂"), "🙂"), mark(6, 0, "Enya")]  # fmt: skip

    assert kinds_of(iter([document(tmp_path, text, *points)])) == []
    found = document(tmp_path, text, *wrong, "E1\tX:T2")
    assert kinds_of(iter([found])) == [
        ("unknown_unit", 2, "T2"), ("unknown_unit", 3, "T3"), ("unknown_unit", 4, "T4"), ("unknown_unit", 5, "T5"),
        ("other_words", 6, "T6"), ("dangling_id", 7, "E1"),
    ]  # fmt: skip
    assert [one.id for one in found.annotations] == ["T1"]
    assert found.quarantined[0].message == "its words are at its offsets in UTF-16 units only"
    assert found.quarantined[1].message == "its words are at its offsets in code points, and in UTF-16 units elsewhere"


def test_files_of_a_document(tmp_path: Path) -> None:
    """Annotations may be in several, in one, or in none; other files are none of ours."""
    for name, data in {
        "one/a.txt": TEXT, "one/a.a1": "T1\tPerson 0 4\tMira\n",
        "one/a.a2": "\nT2\tSays 21 24\tsay\nE1\tSays:T2 Who:T1\n",
        "two/deep/a.txt": TEXT, "b.c.txt": TEXT, "b.c.ann": "T1\tX 0 4\tMira", "visual.conf": "[labels]\n",
        "notes.md": "#", "empty.txt": "", "empty.ann": "",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(data, "utf-8")

    found = {one.id: one for one in read(tmp_path)}

    assert list(found) == ["b.c", "empty", "one/a", "two/deep/a"]
    assert [(one.id, one.line) for one in found["one/a"].annotations] == [("T1", 1), ("E1", 3)]
    assert {id_: one.path.removeprefix(f"{tmp_path}/") for id_, one in found.items()} == {
        "b.c": "b.c.ann", "empty": "empty.ann", "one/a": "one/a.a2", "two/deep/a": "two/deep/a.txt"
    }  # fmt: skip
    assert found["two/deep/a"].annotations == ()
    assert [list(read(tmp_path / name)) for name in ("b.c.txt", "b.c.ann")] == [[found["b.c"]]] * 2
    (tmp_path / "one" / "a.a1").write_text("T2\tPerson 0 4\tMira\n", "utf-8")
    broken = next(one for one in read(tmp_path) if one.id == "one/a")
    assert [(one.path, one.line, one.reason) for one in broken.quarantined] == [
        (f"{tmp_path}/one/a.a2", 2, "duplicate_id"), (f"{tmp_path}/one/a.a2", 3, "dangling_id")
    ]  # fmt: skip


def test_a_document_without_a_text_that_can_be_read(tmp_path: Path) -> None:
    """Its lines are kept, each with the reason."""
    (tmp_path / "a.ann").write_text("T1\tX 0 4\tMira\n\nR1\tNear Arg1:T1 Arg2:T1\n", "utf-8")
    (tmp_path / "b.ann").write_text("", "utf-8")
    (tmp_path / "c.txt").write_bytes(b"Rain\n\xff")
    (tmp_path / "c.ann").write_text("T1\tX 0 4\tRain\n", "utf-8")
    (tmp_path / "d.txt").write_text("Rain", "utf-8")
    (tmp_path / "d.ann").write_bytes(b"T1\tX 0 4\t\xff\n")

    found = list(read(tmp_path))

    assert [(one.id, one.text, one.annotations) for one in found] == [
        ("a", None, ()), ("b", None, ()), ("c", None, ()), ("d", "Rain", ())
    ]  # fmt: skip
    assert [(one.path.removeprefix(f"{tmp_path}/"), one.line, one.id, one.reason, one.message)
            for document in found for one in document.quarantined] == [
        ("a.ann", 1, "T1", "unreadable", "there is no a.txt"),
        ("a.ann", 3, "R1", "unreadable", "there is no a.txt"),
        ("b.ann", 0, "", "unreadable", "there is no b.txt"),
        ("c.txt", 2, "", "unreadable", "is not UTF-8: byte 0xff"),
        ("c.ann", 1, "T1", "unreadable", "the text beside it cannot be read"),
        ("d.ann", 1, "", "unreadable", "is not UTF-8: byte 0xff"),
    ]  # fmt: skip


def test_archives(tmp_path: Path) -> None:
    """As a source and below it; an unsafe one ends the import."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("x/a.txt", TEXT)
        made.writestr("x/a.ann", "T1\tX 0 4\tEnya\n")
    (tmp_path / "c.zip").write_bytes(data.getvalue())

    ((alone,), (below,)) = read(tmp_path / "c.zip"), read(tmp_path)

    assert (alone.id, below.id) == ("x/a", "c.zip/x/a")
    assert (alone.text, alone.quarantined) == (below.text, below.quarantined)
    assert alone.quarantined[0].path == f"{tmp_path}/c.zip/x/a.ann"
    (tmp_path / "d.zip").write_bytes(data.getvalue().replace(b"x/a.txt", b"../.txt"))
    with pytest.raises(UnsafeInputError, match="unsafe name"):
        next(read(tmp_path))


def test_a_source_without_documents_is_no_source(tmp_path: Path) -> None:
    """And a link is refused."""
    with pytest.raises(FileNotFoundError, match=r"holds no \.txt or \.ann file"):
        next(read(tmp_path))
    with pytest.raises(FileNotFoundError, match="there is no"):
        next(read(tmp_path / "a.ann"))
    (tmp_path / "a.ann").symlink_to("/etc/passwd")
    with pytest.raises(UnsafeInputError, match="is a link"):
        next(read(tmp_path))


def test_1_000_documents_with_25_000_annotations_are_quick(tmp_path: Path) -> None:
    """One of them is in memory at a time."""
    text = "Mira Example said 🙂 that it rains.\n" * 30
    marks = [f"T{at}\tX {at * 35} {at * 35 + 12}\tMira Example" for at in range(13)]
    lines = [*marks, *(f"R{at}\tof Arg1:T{at} Arg2:T0" for at in range(1, 13))]
    for number in range(1000):
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
        (tmp_path / f"{number}.ann").write_text("\n".join(lines), "utf-8")

    begun = time.monotonic()
    assert sum(len(one.annotations) for one in read(tmp_path)) == 25_000
    assert time.monotonic() - begun < 20
    tracemalloc.start()
    for number, _ in enumerate(read(tmp_path)):
        if number == 200:
            break
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
