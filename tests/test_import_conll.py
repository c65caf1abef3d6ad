"""CoNLL columns become documents: layouts, documents of a file, what is wrong with lines, and a real sample."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from news_dataset.annotations import SPACE_JOINED, Document
from news_dataset.importers.conll import read
from news_dataset.importers.soundness import sound
from tests.conftest import SHARED

MEANTIME = SHARED / "samples" / "meantime"


def written(folder: Path, text: str, name: str = "a.conll") -> Path:
    """Return a file with a text; its words are invented."""
    (folder / name).write_bytes(text.encode())
    return folder / name


def only(folder: Path, text: str, name: str = "a.conll") -> Document:
    """Return the one document of a text."""
    (document,) = read(written(folder, text, name))
    return sound(document)


def spans(document: Document) -> list[tuple[str, str]]:
    """Return the type of each annotation, or its chain, and its words."""
    assert document.text is not None
    return [
        (
            str(one.attributes.get("chain", one.type)),
            " … ".join(document.text[start:end] for start, end in one.fragments),
        )
        for one in document.annotations
    ]


def faults(document: Document) -> list[tuple[int, str]]:
    """Return line and reason of what is in quarantine."""
    return [(one.line, one.reason) for one in document.quarantined]


@pytest.mark.skipif(not MEANTIME.is_dir(), reason="needs the sample data of MEANTIME")
@pytest.mark.parametrize("language", ["en", "es", "it", "nl"])
def test_nothing_of_a_real_sample_is_lost(language: str) -> None:
    """Counted anew with regular expressions: documents, tokens, mentions, and the chain of each."""
    path = MEANTIME / f"meantime_{language}.excerpt.conll"
    raw = path.read_text("utf-8")
    rows = [line.split("\t") for line in raw.split("\n") if line.count("\t") == 4]
    chains = [found for row in rows for found in re.findall(r"\(([^()|]+)", row[4])]
    documents = [sound(one) for one in read(path)]

    assert len(documents) == raw.count("#begin document") == 8
    assert [token for one in documents for token in (one.text or "").split()] == [row[3] for row in rows]
    assert sum(len(one.annotations) for one in documents) == len(chains) > 80
    assert sorted(str(a.attributes["chain"]) for one in documents for a in one.annotations) == sorted(chains)
    assert all(len(a.fragments) == 1 and a.type == "chain" for one in documents for a in one.annotations)
    assert [one.quarantined for one in documents] == [()] * 8
    assert {one.text_rule for one in documents} == {SPACE_JOINED}


@pytest.mark.skipif(not MEANTIME.is_dir(), reason="needs the sample data of MEANTIME")
def test_documents_of_one_name_in_several_files_have_their_own_ids() -> None:
    """The four languages of the sample have the same names."""
    documents = list(read(MEANTIME))

    assert len({one.id for one in documents}) == len(documents) == 32
    assert documents[0].id == "corpus_airbus/106653@meantime_en.excerpt"
    assert documents[0].attributes == {"name": "corpus_airbus/106653", "part": "000"}


def test_text_is_built_by_the_rule(tmp_path: Path) -> None:
    """One space between tokens, one line feed between sentences; offsets count code points."""
    found = only(tmp_path, "😀 O\nMira B-PER\nExample I-PER\n\nYes O\n. O\n")

    assert (found.text, found.text_rule, found.id) == ("😀 Mira Example\nYes .", SPACE_JOINED, "a")
    assert [(one.fragments, one.line, one.id) for one in found.annotations] == [(((2, 14),), 2, "")]


def test_lines_of_windows_and_tokens_like_comments(tmp_path: Path) -> None:
    """A number sign may be a token; a comment has a key."""
    found = only(tmp_path, "# source = invented\r\n# NN O\r\n1 CD B-NUM\r\n\r\n= SYM O\r\n")

    assert found.text == "# 1\n="
    assert spans(found) == [("NUM", "1")]


def test_a_bad_line_does_not_make_another_layout(tmp_path: Path) -> None:
    """The token stays in its column; lines of Windows, with tabs."""
    rows = ["n\t0\t0\tMira\t(1)", "n\t0\tx\tExample\t-", "n\t0\t2\twaits\t-"]
    found = only(tmp_path, "\r\n".join(["#begin document (n); part 000", *rows, "#end document", ""]))

    assert (found.text, spans(found), found.quarantined) == ("Mira Example waits", [("1", "Mira")], ())


def test_documents_after_docstart(tmp_path: Path) -> None:
    """They have no names: they are numbered."""
    text = "-DOCSTART- -X- O O\n\nMira NNP I-NP I-PER\n\n-DOCSTART- -X- O O\n\nPort NNP I-NP I-LOC\n"
    found = list(read(written(tmp_path, text)))

    assert [(one.id, one.text) for one in found] == [("a-1", "Mira"), ("a-2", "Port")]
    assert [(a.type, a.attributes["column"]) for one in found for a in one.annotations] == [
        ("NP", "3"), ("PER", "4"), ("NP", "3"), ("LOC", "4"),
    ]  # fmt: skip


def test_columns_with_running_numbers(tmp_path: Path) -> None:
    """The token is in the second column, as in GermEval; two columns of tags are read."""
    found = only(tmp_path, "# an invented text\n1\tPort\tB-ORG\tB-LOC\n2\tClub\tI-ORG\tO\n\n1\tYes\tO\tO\n", "a.tsv")

    assert found.text == "Port Club\nYes"
    assert spans(found) == [("ORG", "Port Club"), ("LOC", "Port")]


def test_conll_2012_with_roles_and_parts(tmp_path: Path) -> None:
    """Each sentence has as many columns as predicates; the last one is that of the chains."""
    row = "n/1 {part} {at} {word} NN * - - - - {more}"
    lines = [
        "#begin document (n/1); part 000",
        row.format(part=0, at=0, word="Mira", more="(PERSON* (ARG0* (ARG0*) (7"),
        row.format(part=0, at=1, word="Example", more="*) *) * 7)"),
        row.format(part=0, at=2, word="said", more="* (V*) * -"),
        "",
        row.format(part=0, at=0, word="Yes", more="* -"),
        "#end document",
        "#begin document (n/1); part 001",
        row.format(part=1, at=0, word="She", more="(GPE) (7)|(8)"),
        "#end document",
    ]
    found = list(read(written(tmp_path, "\n".join(lines))))

    assert [one.id for one in found] == ["n/1/000", "n/1/001"]
    assert spans(found[0]) == [
        ("PERSON", "Mira Example"), ("ARG0", "Mira Example"), ("V", "said"), ("ARG0", "Mira"), ("7", "Mira Example"),
    ]  # fmt: skip
    assert [one.attributes["column"] for one in found[0].annotations] == ["11", "12", "12", "13", "14"]
    assert spans(found[1]) == [("GPE", "She"), ("7", "She"), ("8", "She")]
    assert [one.quarantined for one in found] == [(), ()]


CONLL_U = """# global.columns = ID FORM LEMMA X:NE
# newdoc id = d1
# sent_id = 1
# text = Vamos al mar.
1\tVamos\tir\tO
2-3\tal\t_\t_
2\ta\ta\tB-LOC
3\tel\tel\tI-LOC
3.1\tviejo\tviejo\t_
4\tmar\tmar\tI-LOC

# newdoc id = d2
1\tdu mal\t_\tB-LOC
"""


def test_conll_u_plus(tmp_path: Path) -> None:
    """The form of a multiword token is in the text for its words; an empty node is not."""
    first, second = read(written(tmp_path, CONLL_U, "a.conllup"))

    assert (first.id, first.text, spans(first)) == ("d1", "Vamos al mar", [("LOC", "al mar")])
    assert (second.id, second.text, spans(second)) == ("d2", "du mal", [("LOC", "du mal")])
    assert first.annotations[0].attributes == {"column": "X:NE"}
    assert first.quarantined == second.quarantined == ()


@pytest.mark.parametrize("line", ["3.1\tviejo\tviejo\tB-LOC", "2-3\tal\t_\tB-LOC"])
def test_spans_of_what_is_no_word(line: str, tmp_path: Path) -> None:
    """They cannot be part of a span, and are reported."""
    plain = next(one for one in CONLL_U.split("\n") if one.startswith(line.split("\t")[0]))
    first, _ = read(written(tmp_path, CONLL_U.replace(plain, line)))

    assert [(one.reason, one.content) for one in first.quarantined] == [("bad_line", line)]
    assert spans(first) == [("LOC", "al mar")]


BROKEN = {
    "too few columns": ("Mira\tNN\tB-PER\nExample\nPort\tNN\tB-LOC\n", 2, "Mira Example Port", ["PER", "LOC"]),
    "too many columns": ("Mira\tNN\tB-PER\nx\tNN\tO\tO\nPort\tNN\tB-LOC\n", 2, "Mira x Port", ["PER", "LOC"]),
    "no token": ("Mira\tNN\tB-PER\n\tNN\tO\nPort\tNN\tB-LOC\n", 2, "Mira Port", ["PER", "LOC"]),
    "no tag": ("Mira\tNN\tB-PER\nx\tNN\tPER?\nPort\tNN\tB-LOC\n", 2, "Mira x Port", ["PER", "LOC"]),
    "I without B": ("Mira\tNN\tB-PER\nx\tNN\tO\nPort\tNN\tI-LOC\n", 3, "Mira x Port", ["PER"]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_lines(name: str, tmp_path: Path) -> None:
    """One report each, with the line as it stands; the others are read."""
    text, line, words, types = BROKEN[name]
    found = only(tmp_path, text)

    assert faults(found) == [(line, "bad_line")]
    assert found.quarantined[0].content == text.split("\n")[line - 1]
    assert (found.text, [one.type for one in found.annotations]) == (words, types)


def test_lines_outside_of_documents(tmp_path: Path) -> None:
    """They are in none, and a document without an end is reported."""
    text = "#begin document (a)\nMira B-PER\n#end document\nlost O\n"
    text += "#begin document (b)\nPort B-LOC\n#begin document (c)\nx O\n"
    first, second, third = read(written(tmp_path, text))

    assert [one.id for one in (first, second, third)] == ["a", "b", "c"]
    assert faults(first) == [(4, "bad_line")]
    assert first.quarantined[0].content == "lost O"
    assert faults(second) == [(7, "bad_line")]
    assert [line for line, _ in faults(third)] == [9]


@pytest.mark.parametrize(
    "line", ["#begin document (a;b); part 000", "# begin document a;b;part 000", "#begin document a;b"]
)
def test_beginnings_of_documents(line: str, tmp_path: Path) -> None:
    """With and without brackets and part."""
    found = only(tmp_path, f"{line}\nMira B-PER\n#end document\n")

    assert (found.id, found.attributes["name"]) == ("a;b", "a;b")
    assert found.attributes.get("part", "000") == "000"


def test_sentences_of_conll_2012_without_words(tmp_path: Path) -> None:
    """Lines that are too short for a token, or for the columns of spans, are reported."""
    good = "n 0 {at} Mira NN * - - - - (PERSON) -"
    lines = [
        "#begin document (n); part 000",
        *(good.format(at=at) for at in range(3)),
        "",
        "n 0",
        "",
        "n 0 0 x",
        "#end document",
    ]
    found = only(tmp_path, "\n".join(lines))

    assert faults(found) == [(6, "bad_line"), (8, "bad_line")]
    assert (found.text, len(found.annotations)) == ("Mira Mira Mira\n\nx", 3)


def test_an_end_without_a_beginning(tmp_path: Path) -> None:
    """It is reported."""
    (found,) = read(written(tmp_path, "Mira B-PER\n#end document\n"))

    assert faults(found) == [(2, "bad_line")]


def test_a_document_that_a_file_has_twice(tmp_path: Path) -> None:
    """The second has an id of its own, and is reported."""
    text = "#begin document (a); part 000\nMira B-PER\n#end document\n"
    first, second = read(written(tmp_path, text + text.replace("Mira", "Port")))

    assert (first.id, second.id, second.text) == ("a/000", "a/000#2", "Port")
    assert first.quarantined == ()
    assert [(one.line, one.reason) for one in second.quarantined] == [(4, "duplicate_id")]


UNREADABLE = {
    "not UTF-8": b"Mira\xff O\n",
    "with a byte order mark": b"\xef\xbb\xbfMira O\n",
    "empty": b"\n\n",
    "without FORM": b"# global.columns = ID LEMMA\n1\tMira\n",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_files(name: str, tmp_path: Path) -> None:
    """One report for the file, and the others are read."""
    (tmp_path / "a.conll").write_bytes(UNREADABLE[name])
    written(tmp_path, "Mira B-PER\n", "b.conll")
    first, second = read(tmp_path)

    assert [(one.reason, one.path) for one in first.quarantined] == [("unreadable", str(tmp_path / "a.conll"))]
    assert (first.is_article, first.text, second.text, second.id) == (False, None, "Mira", "b")


def test_files_are_chosen_by_name(tmp_path: Path) -> None:
    """In folders and archives; a single file may have any name."""
    written(tmp_path, "Mira B-PER\n", "notes.txt")
    with pytest.raises(FileNotFoundError, match=r"expected a file whose name ends in .*conll"):
        list(read(tmp_path))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/a.conll", "Mira B-PER\n")
        archive.writestr("in/notes.txt", "x")

    assert [one.id for one in read(tmp_path / "notes.txt")] == ["notes"]
    assert [(one.id, one.path) for one in read(tmp_path / "a.zip")] == [("in/a", f"{tmp_path}/a.zip/in/a.conll")]
    assert [one.id for one in read(tmp_path)] == ["a.zip/in/a"]
