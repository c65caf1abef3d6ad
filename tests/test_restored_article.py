"""Restoration of the real article, and the public function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import UnsafeInputError
from news_dataset.restoration import restored_rows
from news_dataset.spans import SPAN_FIELDS, Span, Text, skeleton
from news_dataset.stores import Table
from tests.copies import (
    AROUND,
    COLUMNS,
    FOLDS,
    STORY,
    Edit,
    by_rule,
    deleted,
    one,
)

# The real article, and the public function.

SPANS: tuple[Table, ...] = ("evidence", "mentions", "quantities")
"""The tables with spans, in the order in which they are restored."""


def article_spans() -> list[Span]:
    rows = [row for table in SPANS for row in nd.load(table, as_="records")]
    return [Span(*(row[name] for name in SPAN_FIELDS)) for row in rows]


def restored_article(original: Path, folder: Path, edit: Edit) -> tuple[Counter[str], int]:
    """Return the states of the article's spans in a copy, after looking at each of them, and how many are shifted."""
    text = original.read_bytes().decode()
    copy = folder / "copy.txt"
    copy.write_bytes(edit(text).encode())
    frame = nd.restore(copy)
    spans = article_spans()
    exact = [("exact", ((span.start, span.end),)) for span in spans]
    rule = exact if edit(text) == text else by_rule(spans, edit(text))
    listed = [" ".join(f"{start}-{end}" for start, end in places) for _, places in rule]
    found = frame[frame["state"] != "orphan"]

    assert frame["state"].tolist() == [state for state, _ in rule]
    assert frame["places"].fillna("").tolist() == listed
    assert [skeleton(words) for words in found["words"]] == [
        skeleton(text[start:end]) for start, end in zip(found["start"], found["end"], strict=True)
    ]
    return Counter(frame["state"]), len(frame)


def test_the_article_itself_is_exact(article_text: Path) -> None:
    """Every span, to the code point."""
    frame, text = nd.restore(article_text), article_text.read_bytes().decode()

    assert set(frame["state"]) == {"exact"}
    assert frame["words"].tolist() == [text[a:b] for a, b in zip(frame["start"], frame["end"], strict=True)]


@pytest.mark.parametrize("name", sorted({*FOLDS, *AROUND}))
def test_the_article_survives_one_change(name: str, article_text: Path, tmp_path: Path) -> None:
    """No orphans, nothing wrong, ambiguous only where the rule leaves several places."""
    states, total = restored_article(article_text, tmp_path, {**FOLDS, **AROUND}[name])

    assert states["orphan"] <= (0.03 * total if name == "adverts" else 0)
    assert states["relocated"] + states["exact"] >= (0.6 if name == "adverts" else 0.97) * total


def test_the_article_in_plain_ascii_and_one_paragraph(article_text: Path, tmp_path: Path) -> None:
    """Typography folded, line breaks lost."""
    edits = [FOLDS[name] for name in ("quotes", "dashes", "spaces", "joined")]

    def edit(text: str) -> str:
        for step in edits:
            text = step(text)
        assert text.isascii()
        return text

    states, total = restored_article(article_text, tmp_path, edit)

    assert (states["orphan"], states["relocated"]) == (0, total)


def test_the_article_without_its_teaser(article_text: Path, tmp_path: Path) -> None:
    """What stands behind the removed paragraph is found, and its own place is among those that are listed."""
    paragraphs = article_text.read_bytes().decode().split("\n\n")
    begin, gone = len(paragraphs[0]) + 2, len(paragraphs[1]) + 2
    states, total = restored_article(article_text, tmp_path, partial(deleted, at=begin, many=gone))
    frame = nd.restore(tmp_path / "copy.txt")
    behind = frame[frame["start"] >= begin + gone]

    assert states["relocated"] >= 0.9 * total
    assert len(behind) > 50
    for start, places in zip(behind["start"], behind["places"], strict=True):
        nearest = min(abs(int(place.split("-")[0]) - (start - gone)) for place in places.split())
        assert nearest <= 1  # a span may begin with a quotation mark


def test_a_changed_letter_of_the_article_orphans_what_it_is_in(article_text: Path, tmp_path: Path) -> None:
    """Negative control: at least the spans over that letter, and only they are missing."""
    text = article_text.read_bytes().decode()
    span = max(article_spans(), key=lambda span: span.start)
    at = next(at for at in range(span.start, span.end) if text[at].isalpha())
    states, total = restored_article(article_text, tmp_path, lambda text: text[:at] + "ж" + text[at + 1 :])
    over = sum(one.start <= at < one.end for one in article_spans())

    assert 0 < states["orphan"] <= over
    assert states["orphan"] + states["relocated"] + states["ambiguous"] == total


def test_the_frame(tmp_path: Path) -> None:
    """Its columns, and one row per span: evidence, mentions, quantities; a foreign text restores nothing."""
    copy = tmp_path / "copy.txt"
    copy.write_text(STORY, "utf-8")
    frame = nd.restore(copy)

    assert list(frame.columns) == COLUMNS
    assert frame["table"].tolist() == [table for table in SPANS for _ in range(len(nd.load(table)))]
    assert set(frame["state"]) == {"orphan"}
    assert frame["words"].isna().all()
    assert frame["places"].isna().all()
    assert frame[frame["table"] == "mentions"]["role"].isna().all()
    assert nd.restore(str(copy), article="article/lee-ishiba-tokyo").equals(frame)


def test_an_article_that_is_not_there(tmp_path: Path) -> None:
    """The message names those that are."""
    copy = tmp_path / "copy.txt"
    copy.write_text(STORY, "utf-8")
    with pytest.raises(KeyError, match="there is no article 'article/none'; there are: article/lee-ishiba-tokyo"):
        nd.restore(copy, article="article/none")


@pytest.mark.parametrize("data", [b"caf\xe9", "Mira".encode("utf-16"), b"\xed\xa0\x80"])
def test_a_copy_that_is_not_utf_8(data: bytes, tmp_path: Path) -> None:
    """Is refused, not guessed at."""
    copy = tmp_path / "copy.txt"
    copy.write_bytes(data)
    with pytest.raises(UnsafeInputError, match="bad_encoding"):
        nd.restore(copy)


@pytest.mark.parametrize(
    ("words", "part", "copy", "found"),
    [
        ("Mira went", "Mira", "xMira went", None), ("at noon", "noon", "at noonx", None),
        ("So Mira went", "Mira", "Mira went", "Mira"), ("at noon", "noon", "we met at noon", "noon"),
        ("at noon, so", "noon", "at noon", "noon"),
    ],
)  # fmt: skip
def test_words_at_an_end_of_the_copy(words: str, part: str, copy: str, found: str | None) -> None:
    """They begin or end there, or one letter beside it, inside another word."""
    assert one(words, part, copy).words == found


def tables(*texts: Text) -> Callable[[str], list[dict[str, Any]]]:
    """Articles with one mention and one statement each, as rows."""
    ids = [f"article/{letter}" for letter, _ in zip("abc", texts, strict=False)]
    marks = [{name: getattr(text.span(0, 4), name) for name in SPAN_FIELDS} for text in texts]
    numbers = {"ordinal": 1, "mention": 1, "fragment": 1}
    both = list(zip(ids, marks, strict=True))
    return {
        "articles": [{"id": one, "text_sha256": text.sha256} for one, text in zip(ids, texts, strict=True)],
        "statements": [{"id": f"statement/{one}/01", "article": one} for one in ids],
        "evidence": [{"statement": f"statement/{one}/01", "role": "cue", **numbers, **mark} for one, mark in both],
        "mentions": [{"article": one, **numbers, **mark} for one, mark in both],
        "quantities": [],
    }.__getitem__


def test_the_copy_says_which_article_it_is() -> None:
    """By its hash; else it has to be named, and only that article's spans are looked for."""
    first, second = Text(STORY), Text(STORY[23:])
    read = tables(first, second)

    assert [row["record"] for row in restored_rows(read, second, None)] == ["statement/article/b/01", "article/b"]
    assert [row["state"] for row in restored_rows(read, second, "article/a")] == ["orphan", "orphan"]
    assert [row["words"] for row in restored_rows(read, Text(STORY + "!"), "article/a")] == ["Mira", "Mira"]
    with pytest.raises(ValueError, match="which article is it\\? give --article ID, one of article/a, article/b"):
        restored_rows(read, Text(STORY + "!"), None)


def test_a_folder_of_texts_is_restored_as_a_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As validate reads it: every article whose text is there, or the one that is named; by name if it has changed."""
    monkeypatch.chdir(tmp_path)
    ds = nd.Dataset.create("ds")
    Path("texts").mkdir()
    for name in ("alpha", "beta"):
        text = Path("texts", f"{name}.txt")
        words = (
            f"{name.title()} fares rise\nThe ferry runs twice a day, but not at night. Mira Example said so in {name}."
        )
        text.write_text(words, "utf-8")
        mark = [{"find": "Mira Example"}]
        about = {"headline": f"{name.title()} fares rise", "language": "en", "genre": "news", "rights": "unknown"}
        ds.add({"id": f"article/{name}", **about, "status": "draft", "annotator": "Ann", "mentions": mark}, text=text)
    ds.save()
    both = ds.restore("texts")
    assert [*zip(both["record"], both["state"], both["words"], strict=True)] == [
        ("article/alpha", "exact", "Mira Example"), ("article/beta", "exact", "Mira Example")
    ]  # fmt: skip
    assert both.equals(pd.concat([ds.restore(f"texts/{name}.txt") for name in ("alpha", "beta")], ignore_index=True))
    assert ds.restore("texts", article="article/beta")["record"].tolist() == ["article/beta"]

    Path("texts/beta.txt").write_text(f"Update: {words}", "utf-8")
    assert ds.restore("texts")["state"].tolist() == ["exact", "relocated"]
    assert main(["restore", "--text", "texts", "-C", "ds"]) == 0
    assert "2 spans: exact 1, relocated 1" in capsys.readouterr().out
    Path("texts/beta.txt").unlink()
    assert main(["restore", "--text", "texts", "--article", "article/beta", "-C", "ds"]) == 2
    assert "no file in texts matches an article" in capsys.readouterr().err
    with pytest.raises(KeyError, match="there are: article/alpha, article/beta"):
        ds.restore("texts", article="article/alfa")
