"""Spans: offsets in code points, digests that typography does not reach."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset import files
from news_dataset.curate.writing import find_words
from news_dataset.errors import SetupError, UnsafeInputError, UsageError
from news_dataset.files import ReadError
from news_dataset.records.codebooks import CODEBOOKS
from news_dataset.spans import (
    CONTEXT,
    PERMITTING,
    Text,
    digest,
    hash_of,
    read_text,
    read_texts,
    skeleton,
    span_digest,
    splits_word,
)

WORDS = st.text(min_size=1, max_size=60) | st.text(st.characters(codec="ascii"), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("text", "bones"),
    [("Lee’s  “visit”", "leesvisit"), ("½ Straße", "12strasse"), ("é e\u0301", "ee"), ("이", "이"), ("A\r\nB", "ab"),
     ("\U0001f600!", ""), ("ﬁ", "fi"), ("Ⅳ", "iv")],
)  # fmt: skip
def test_skeletons(text: str, bones: str) -> None:
    """NFKD, casefolded, alphanumeric only, code point by code point."""
    assert skeleton(text) == unicodedata.normalize("NFKD", bones)


def test_a_span_is_what_the_design_says() -> None:
    """16 hex digits of SHA-256 over the skeleton, 8 over the 32 characters on each side."""
    words = "x" * 40 + " The visit! " + "y" * 10
    span = Text(words).span(41, 50)

    assert (span.start, span.end, span.length) == (41, 50, 8)
    assert span.digest == sha256(b"thevisit").hexdigest()[:16] == digest("The visit")
    assert span.prefix == sha256(b"x" * 32).hexdigest()[:8]
    assert span.suffix == sha256(b"y" * 10).hexdigest()[:8]


@given(WORDS, WORDS, WORDS)
def test_offsets_count_code_points(before: str, words: str, after: str) -> None:
    """The digest of a span is that of the words between its offsets, whatever stands around them."""
    text = Text(before + words + after)
    span = text.span(len(before), len(before) + len(words))

    assert (span.length, span.digest) == (len(skeleton(words)), digest(words))
    assert span.prefix == hash_of(skeleton(before)[-CONTEXT:], 8)
    assert span.suffix == hash_of(skeleton(after)[:CONTEXT], 8)
    assert span_digest(words) == f"{span.length} {span.digest}"
    assert text == Text(text.words, "a.txt")
    assert text.skeleton == skeleton(before) + skeleton(words) + skeleton(after)
    assert len(text.origins) == len(text.skeleton)


@given(st.text(st.sampled_from("aB é’“”-– \n"), max_size=40))
def test_typography_does_not_reach_the_skeleton(words: str) -> None:
    """Quotation marks, dashes, blanks, case and accents may change."""
    plain = words.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("–"): "-", ord("\n"): " "}).upper()

    assert skeleton(plain) == skeleton(words)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 6)])
def test_what_is_no_span(start: int, end: int) -> None:
    """Outside the text, or empty."""
    with pytest.raises(ValueError, match="not a span"):
        Text("words").span(start, end)


@pytest.mark.parametrize(
    ("words", "offsets"),
    [("No 12", [1, 4]), ("a-1", []), ("a1Ǆǅ", [1, 2, 3]), ("이이", []), ("e\u0301a", [1, 2]), ("이\u0301", [1]),
     ("(a)", []), ("이a이", [])],
)  # fmt: skip
def test_what_lies_inside_a_word(words: str, offsets: list[int]) -> None:
    """Between letters that have capitals, digits and their accents; never at an end of the text."""
    assert [at for at in range(-1, len(words) + 2) if splits_word(words, at)] == offsets


def test_whose_text_it_is(tmp_path: Path) -> None:
    """Every article's with its hash; else that of the file's name; a single file belongs to a single article."""
    for name in ("alpha.txt", "beta.txt", "gamma.txt", "notes.md"):
        (tmp_path / name).write_text(f"The text of {name}", "utf-8")
    alpha = Text("The text of alpha.txt").sha256
    known = {"article/one": alpha, "article/two": alpha, "article/beta": None, "article/notes": None}
    found = read_texts(tmp_path, known)

    assert {article: text.words for article, text in found.items()} == {
        "article/one": "The text of alpha.txt", "article/two": "The text of alpha.txt",
        "article/beta": "The text of beta.txt",
    }  # fmt: skip
    assert found["article/beta"].path == str(tmp_path / "beta.txt")
    assert read_texts(tmp_path / "gamma.txt", {"article/one": alpha}).keys() == {"article/one"}
    assert read_texts(tmp_path / "alpha.txt", {**known, "article/alpha": None}).keys() == {"article/one", "article/two"}


@pytest.mark.parametrize(
    ("place", "articles", "said"),
    [
        ("texts", [], "{} cannot be matched: no article is given; name the folder of the whole dataset"),
        ("none", ["article/b"], "{} has no texts: expected files named *.txt"),
        ("texts", ["article/b"], "no file in {} matches an article: neither its hash nor its name is that of one; "
         "name the file b.txt for article/b, or give the file itself"),
        ("texts", ["article/b", "article/c"], "no file in {} matches an article: neither its hash nor its name is that "
         "of one; name the file b.txt for article/b"),
        ("texts/a.txt", ["article/b", "article/c"], "{} does not match an article: neither its hash nor its name is "
         "that of one; name the file b.txt for article/b"),
    ],
)  # fmt: skip
def test_a_text_of_no_article(place: str, articles: list[str], said: str, tmp_path: Path) -> None:
    """The message says how to name it."""
    (tmp_path / "none").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_text("words", "utf-8")
    with pytest.raises(UsageError) as refusal:
        read_texts(tmp_path / place, dict.fromkeys(articles))

    assert str(refusal.value) == said.format(tmp_path / place)


def test_a_text_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there, what nobody should read, and what the system does not let anyone read."""
    path, link = tmp_path / "a.txt", tmp_path / "link.txt"
    path.write_bytes(b"one\ntw\xe9")
    with pytest.raises(FileNotFoundError, match="there is no "):
        read_text(tmp_path / "none.txt")
    with pytest.raises(UnsafeInputError, match=re.escape(f"{path}:2:3: bad_encoding ")):
        read_text(path)
    link.symlink_to("nowhere")
    with pytest.raises(UnsafeInputError, match=re.escape(f"{link}: unsafe_file ")):
        read_text(link)
    for hint, said in (("h", "m (h)"), ("", "m")):
        refused = ReadError("unreadable_file", "m", hint=hint)
        monkeypatch.setattr(files, "read_text", Mock(side_effect=refused))
        with pytest.raises(SetupError) as refusal:
            read_text(path)
        assert str(refusal.value) == f"{path}: unreadable_file {said}"


@pytest.mark.parametrize("kept", ["before.txt", "one.txt", "z.txt"])
def test_the_text_with_the_hash_comes_before_the_one_with_the_name(kept: str, tmp_path: Path) -> None:
    """Also where an edited copy has taken the name, whichever of the two is read first."""
    (tmp_path / "one.txt").write_text("Edited since.", "utf-8")
    (tmp_path / kept).write_text("As annotated.", "utf-8")
    annotated = read_text(tmp_path / kept)

    assert read_texts(tmp_path, {"article/one": annotated.sha256}) == {"article/one": annotated}


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where permissions forbid it."""
    monkeypatch.setattr(Path, "iterdir", Mock(side_effect=PermissionError(13, "Permission denied")))
    with pytest.raises(SetupError, match=re.escape(f"{tmp_path} cannot be read: Permission denied")):
        read_texts(tmp_path, {"article/a": None})


def test_what_permits_words_are_codes_of_rights() -> None:
    """Else the words of such articles could not be written."""
    rights = next(book for book in CODEBOOKS if book.name == "rights")

    assert {*PERMITTING} <= {*rights.definitions}


def test_of_what_was_written_to_find_words_nothing_is_left() -> None:
    """The span takes its place, in a row of fields."""
    text = Text("Mira spoke. So Mira and Mira said: it rains.")
    data: dict[str, Any] = {
        "id": "statement/a/01",
        "quantities": [{"find": "Mira", "nth": 2, "after": "So"}],
        "evidence": [
            {"role": "content", "find": "Mira said: it rains"},
            {"role": "cue", "find": "said", "in": "content"},
        ],
    }

    first = {"mention": 1, "fragment": 1}

    assert [*find_words(data, text)] == []
    assert data == {
        "id": "statement/a/01",
        "quantities": [{"span": str(text.span(24, 28))}],
        "evidence": [
            {"role": "content", **first, "span": str(text.span(24, 43))},
            {"role": "cue", **first, "span": str(text.span(29, 33))},
        ],
    }
