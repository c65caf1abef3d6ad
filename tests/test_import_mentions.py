"""Lists of mentions and instances, which refer to CoNLL files and to each other: a real sample and invented ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from news_dataset.annotations import Document
from news_dataset.importers import tokens
from news_dataset.importers.soundness import sound
from news_dataset.importers.tokens import instances
from tests.conftest import SHARED

MEANTIME = SHARED / "samples" / "meantime"
needs_sample = pytest.mark.skipif(not MEANTIME.is_dir(), reason="needs the sample data of MEANTIME")


@needs_sample
def test_no_mention_of_a_real_sample_is_lost() -> None:
    """Counted anew from the raw text: mentions by language and type, fragments, and the words of each."""
    documents = [sound(one) for one in tokens.read(MEANTIME)]
    for path in sorted(MEANTIME.glob("mentions_*.json")):
        raw = path.read_text("utf-8")
        ours = [one for one in documents if one.path == str(path)]
        mentions = [(document, one) for document in ours for one in document.annotations]
        runs = 0
        for inside in re.findall(r'"tokens_number": \[([^\]]*)\]', raw):
            numbers = [int(one) for one in inside.split(",")]
            runs += 1 + sum(after != before + 1 for before, after in pairwise(numbers))

        assert len(ours) == 8
        assert Counter(one.type for _, one in mentions) == Counter(re.findall(r'"mention_type": "(\w+)"', raw))
        assert sum(len(one.fragments) for _, one in mentions) == runs
        assert sorted(
            " ".join((document.text or "")[start:end] for start, end in one.fragments) for document, one in mentions
        ) == sorted(json.loads(f'"{one}"') for one in re.findall(r'"tokens_str": "(.*)"', raw))
        assert [one.quarantined for one in ours] == [()] * 8


@needs_sample
def test_mentions_of_a_real_sample_know_their_instances() -> None:
    """All but those of the one instance whose line in the list is broken."""
    documents = [sound(one) for one in tokens.read(MEANTIME)]
    known = {one.id for document in documents if not document.is_article for one in document.annotations}
    mentions = [one for document in documents if document.is_article for one in document.annotations]

    assert len(documents) == 33
    assert len(mentions) == 699
    assert {str(one.attributes.get("instance", "")) for one in mentions} <= known
    assert all(str(one.attributes["coref_chain"]).endswith(str(one.attributes["instance"])) for one in mentions)


@needs_sample
def test_nothing_of_a_real_list_of_instances_is_lost() -> None:
    """Counted anew: lines by type and class, parts by role; what is in quarantine is in the file like that."""
    (found,) = instances.registers(MEANTIME)
    lines = (MEANTIME / "list_instances.csv").read_text().split("\n")[1:]
    rows = [line.split("\t") for line in lines if line.count("\t") == 12]
    parts = Counter(part.partition("_")[2] for row in rows for part in row[12].split())
    parts["Argm-LOC"] -= 1  # the one that leads nowhere

    assert Counter(one.type for one in found.annotations) == Counter(f"{row[1]}:{row[2]}" for row in rows)
    assert len(found.annotations) == 1974
    assert Counter(role for one in found.annotations for role, _ in one.links) == parts
    assert Counter(one.attributes.get("TIME", "") for one in found.annotations) == Counter(row[7] for row in rows)
    assert sound(found) == found
    assert [(one.line, one.reason, one.content.split("\t")[0]) for one in found.quarantined] == [
        (2, "bad_line", "PRO56148843147308191"), (1323, "dangling_id", "LOC45358801442140171_Argm-LOC"),
    ]  # fmt: skip


CONLL = """#begin document (d/1); part 000
d/1\t0\t0\tMira\t(x_PER1
d/1\t0\t1\tExample\tx_PER1)
d/1\t0\t2\twaits\t-

d/1\t1\t0\tShe\t(x_PER1)
#end document
#begin document (d/2); part 000
d/2\t0\t0\tPort\t-
#end document
"""


def mention(sentence: int = 0, numbers: Any = (0, 1), words: str = "Mira Example", **more: Any) -> dict[str, Any]:
    """Return an invented mention."""
    return {"conll_doc_key": "d/1", "sent_id": sentence, "tokens_number": list(numbers), "tokens_str": words,
            "coref_chain": "x_PER1", "mention_type": "PER", "mention_id": "m1", **more}  # fmt: skip


def read(folder: Path, mentions: list[Any], conll: str = CONLL) -> list[Document]:
    """Return the documents of a list of mentions."""
    (folder / "a.conll").write_text(conll)
    (folder / "mentions.json").write_text(json.dumps(mentions))
    return [sound(one) for one in tokens.read(folder)]


def test_mentions_of_invented_documents(tmp_path: Path) -> None:
    """Also documents without a mention are there; several fragments in the order given."""
    first, second = read(tmp_path, [mention(), mention(0, [2, 0], "waits Mira", mention_id="m2", score=-1.0)])

    assert [(one.id, one.text) for one in (first, second)] == [("d/1", "Mira Example waits\nShe"), ("d/2", "Port")]
    assert [(one.id, one.fragments) for one in first.annotations] == [("m1", ((0, 12),)), ("m2", ((13, 18), (0, 4)))]
    assert first.annotations[1].attributes["score"] == -1.0
    assert first.quarantined == second.quarantined == ()
    assert second.annotations == ()


def test_mentions_of_one_id_are_all_kept(tmp_path: Path) -> None:
    """Nothing refers to them; the id is an attribute."""
    first, _ = read(tmp_path, [mention(), mention(1, [0], "She")])

    assert [(one.id, one.attributes["mention_id"]) for one in first.annotations] == [("", "m1"), ("", "m1")]


def test_documents_have_the_ids_that_the_conll_files_give_them(tmp_path: Path) -> None:
    """A key in two files gets the name of the file with the tokens."""
    (tmp_path / "b.conll").write_text(CONLL.replace("Mira", "Ada"))
    (tmp_path / "b.json").write_text(json.dumps([mention(words="Ada Example")]))
    found = read(tmp_path, [mention()])

    assert [one.id for one in found] == ["d/1@b", "d/2@b", "d/1@a", "d/2@a"]


BAD: dict[str, tuple[Any, str]] = {
    "other words": (mention(words="Mira example", mention_id="m3"), "other_words"),
    "a token beyond": (mention(0, [9], "x"), "offset_outside"),
    "a token twice": (mention(0, [0, 0], "Mira Mira"), "bad_line"),
    "no tokens": (mention(0, [], ""), "bad_line"),
    "no list": (mention() | {"tokens_number": "0"}, "bad_line"),
    "no number": (mention() | {"sent_id": "0"}, "bad_line"),
    "no object": ("x", "bad_line"),
    "no such document": (mention(conll_doc_key="d/9"), "dangling_id"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_mentions(name: str, tmp_path: Path) -> None:
    """One report for each; those that fit are read."""
    item, reason = BAD[name]
    found = read(tmp_path, [mention(), mention(1, [0], "She"), item])

    assert [one.reason for document in found for one in document.quarantined] == [reason]
    assert sum(len(one.annotations) for one in found) == 2


@pytest.mark.parametrize("conll", [CONLL.replace("Mira", "Ada"), "\n"])
def test_without_a_file_that_fits_all_are_in_quarantine(conll: str, tmp_path: Path) -> None:
    """There is no text, and no article."""
    (found,) = read(tmp_path, [mention()], conll)

    assert [(one.reason, one.id) for one in found.quarantined] == [("other_words", "m1")]
    assert (found.text, found.is_article) == (None, False)


def test_with_two_files_that_fit_none_is_chosen(tmp_path: Path) -> None:
    """It is not guessed."""
    (tmp_path / "b.conll").write_text(CONLL)
    (found,) = read(tmp_path, [mention()])

    assert [one.reason for one in found.quarantined] == ["other_words"]


HEADER = "#ID\tTYPE\tCLASS\tTIME\tHAS_PARTS\n"


def register(folder: Path, rows: str) -> Document:
    """Return the register of invented instances."""
    (folder / "list.csv").write_text(HEADER + rows)
    (found,) = instances.registers(folder)
    return sound(found)


def test_instances(tmp_path: Path) -> None:
    """Dates as they stand; a part without a role has the empty one."""
    found = register(tmp_path, "PER1\tENTITY\tPER\t\t\nE1\tEVENT\tOTHER\t2007-XX\tPER1_Arg0 PER1\r\n\n")

    assert [(one.id, one.type, one.attributes, one.links, one.line) for one in found.annotations] == [
        ("PER1", "ENTITY:PER", {}, (), 2),
        ("E1", "EVENT:OTHER", {"TIME": "2007-XX"}, (("Arg0", "PER1"), ("", "PER1")), 3),
    ]
    assert (found.is_article, found.text, found.quarantined) == (False, None, ())


def test_bad_instances(tmp_path: Path) -> None:
    """Too few columns, no type, an id twice, and parts that lead to what is not there."""
    found = register(
        tmp_path, "A\tENTITY\nB\t\tPER\t\t\nC\tENTITY\tPER\t\t\nC\tENTITY\tORG\t\t\nE\tEVENT\tX\t\tC_Arg0 D_Arg1\n"
    )

    assert [(one.line, one.reason) for one in found.quarantined] == [
        (2, "bad_line"), (3, "bad_line"), (5, "duplicate_id"), (6, "dangling_id"), (6, "dangling_id"),
    ]  # fmt: skip
    assert [(one.id, one.links) for one in found.annotations] == [("C", ()), ("E", ())]


def test_lists_of_instances_are_known_by_their_first_line(tmp_path: Path) -> None:
    """Other spreadsheets are left out, and one that is not UTF-8 is reported."""
    (tmp_path / "other.csv").write_text("id,name\n")
    assert list(instances.registers(tmp_path)) == []
    (tmp_path / "list.csv").write_bytes(HEADER.encode() + b"\xff")
    (found,) = instances.registers(tmp_path)

    assert [(one.reason, one.line) for one in found.quarantined] == [("unreadable", 2)]
