"""docs/text.md: its vectors are those of the package, and its rule is enough to make them."""

from __future__ import annotations

import json
import os
import unicodedata
from hashlib import sha256
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from news_dataset.spans import Text, skeleton
from tests.conftest import IS_FULL, ROOT
from tests.each import each

PAGE = (ROOT / "docs" / "text.md").read_text("utf-8")
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "tests" / "vectors" / "text.json").read_text("utf-8"))
FIELDS = ["text", "start", "end", "skeleton", "length", "digest", "prefix", "suffix"]
HEAD = ["| " + " | ".join(FIELDS) + " |", "|---|--:|--:|---|--:|---|---|---|"]


def again(text: str, start: int, end: int) -> dict[str, Any]:
    """Return a vector by the page's rule alone."""
    letters, places = [], []
    for at, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if unicodedata.category(letter)[0] in "LN":
                letters.append(letter)
                places.append(at)
    first, last = (sum(at < edge for at in places) for edge in (start, end))

    def short(some: list[str], digits: int) -> str:
        return sha256("".join(some).encode("utf-8")).hexdigest()[:digits]

    own, before, after = letters[first:last], letters[:first][-32:], letters[last:][:32]
    made = ("".join(own), len(own), short(own, 16), short(before, 8), short(after, 8))
    return dict(zip(FIELDS, (text, start, end, *made), strict=True))


def by_package(text: str, start: int, end: int) -> dict[str, Any]:
    span = Text(text).span(start, end)
    made = (skeleton(text[start:end]), span.length, span.digest, span.prefix, span.suffix)
    return dict(zip(FIELDS, (text, span.start, span.end, *made), strict=True))


@each(VECTORS)
def test_the_package_gives_the_vectors(vector: dict[str, Any]) -> None:
    """To the digit."""
    assert by_package(vector["text"], vector["start"], vector["end"]) == vector


@each(VECTORS)
def test_the_rule_of_the_page_gives_the_vectors(vector: dict[str, Any]) -> None:
    """Without a line of the package."""
    assert again(vector["text"], vector["start"], vector["end"]) == vector


def test_the_page_shows_exactly_the_vectors() -> None:
    """Strings of any script as JSON, so that no editor changes them."""
    lines = PAGE.splitlines()
    table = lines[lines.index(HEAD[0]) :]
    table = table[: table.index("") if "" in table else None]

    assert table == HEAD + [row(vector) for vector in VECTORS]


def row(vector: dict[str, Any]) -> str:
    cells = [json.dumps(value) if name in ("text", "skeleton") else str(value) for name, value in vector.items()]
    return "| " + " | ".join(cell if cell.isdecimal() and len(cell) < 8 else f"`{cell}`" for cell in cells) + " |"


def test_the_vectors_reach_the_corners() -> None:
    """Ends of texts, both normal forms, and everything that typography does."""
    texts = [vector["text"] for vector in VECTORS]
    empty = sha256(b"").hexdigest()[:8]

    assert {(vector["prefix"] == empty, vector["suffix"] == empty) for vector in VECTORS} == {
        (a, b) for a in (True, False) for b in (True, False)
    }
    assert any(len(skeleton(text[: v["start"]])) > 32 < len(skeleton(text[v["end"] :])) for text, v in both(texts))
    assert [one for one in "ß½ﬁ\r\u00a0“’\u200d\ufe0f\u3000İ" if not any(one in text for text in texts)] == []
    assert sum(unicodedata.normalize("NFC", text) in texts and not ready(text) for text in texts) == 2
    assert {unicodedata.bidirectional(character) for text in texts for character in text} >= {"R", "AL"}


def both(texts: list[str]) -> list[tuple[str, dict[str, Any]]]:
    return list(zip(texts, VECTORS, strict=True))


def ready(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


@settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300" if IS_FULL else "40")))
@given(st.text(max_size=40), st.text(min_size=1, max_size=20).filter(skeleton), st.text(max_size=40))
def test_the_rule_of_the_page_is_that_of_the_package(before: str, words: str, after: str) -> None:
    """Over all of Unicode that this Python knows."""
    where = (before + words + after, len(before), len(before + words))

    assert again(*where) == by_package(*where)


def test_letters_and_numbers_are_what_python_calls_alphanumeric() -> None:
    """The page says general category L or N; the package asks ``isalnum``."""
    for number in (*range(0xD800), *range(0xE000, 0x110000)):
        character = chr(number)

        assert character.isalnum() == (unicodedata.category(character)[0] in "LN")
