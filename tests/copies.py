"""Texts, what happens to them on their way into somebody's copy, and the rule of restoration a second time."""

from __future__ import annotations

import os
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from news_dataset.restoration import Place, Restored, restore
from news_dataset.spans import Span, Text, skeleton
from tests.conftest import IS_FULL

FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300" if IS_FULL else "40")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
COLUMNS = ["table", "record", "ordinal", "role", "mention", "fragment", "start", "end", "state", "words", "places"]
NOWHERE = "0" * 64
"""The hash of no text."""

Edit = Callable[[str], str]

# What happens to a text on its way into somebody's copy.


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def normalized(text: str, form: Any) -> str:
    return unicodedata.normalize(form, text)


def inserted(text: str, at: int, what: str) -> str:
    return text[:at] + what + text[at:]


def deleted(text: str, at: int, many: int) -> str:
    return text[:at] + text[at + many :]


def reordered(text: str, seed: int) -> str:
    paragraphs = text.split("\n\n")
    random.Random(seed).shuffle(paragraphs)
    return "\n\n".join(paragraphs)


FOLDS: dict[str, Edit] = {
    "quotes": lambda text: replaced(text, ("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("„", '"')),
    "dashes": lambda text: replaced(text, ("–", "-"), ("—", "--"), ("…", "...")),
    "spaces": lambda text: replaced(text, ("\u00a0", " "), ("\u202f", " ")),
    "windows": lambda text: re.sub(r"\r?\n", "\r\n", text),
    "unix": lambda text: text.replace("\r\n", "\n"),
    "joined": lambda text: " ".join(text.split()),
    "capitals": lambda text: "ı".join(part.upper() for part in text.split("ı")),
    "emoji": lambda text: re.sub("[\u200d\ufe0f\U0001f300-\U0001faff]", "", text),
    "NFC": partial(normalized, form="NFC"),
    "NFD": partial(normalized, form="NFD"),
    "NFKC": partial(normalized, form="NFKC"),
    "bidi": lambda text: "\u2067" + text + "\u2069",
    "BOM": lambda text: "\ufeff" + text,
}
"""Changes of typography."""
AROUND: dict[str, Edit] = {
    "before": lambda text: "Subscribe to our newsletter\n\n" + text,
    "after": lambda text: text + "\n\nMore stories like this one",
    "both": lambda text: "Home | Harbour\n" + text + "\nPage 7 of 9",
    "adverts": lambda text: re.sub(r"(\r?\n){2}", "\n\nAdvertisement\n\n", text),
}
"""Changes of what stands around."""

STORY = "Mira sailed on Sunday. The harbour board paid her in pears, and nobody asked why. She left at noon."

# Texts, and edits of them.

WORDS = st.sampled_from(
    ["Mira", "mira", "don’t", "“No”", "½", "ﬁsh", "Straße", "Zoë", "Zoe\u0308", "배가", "船が", "ｶﾞ", "سفينة", "סִירָה",
     "ᾠδή", "a\u0345b", "İ", "ı", "12", "1\u20442", "\U0001f6a2", "\U0001f469\u200d\U0001f680", "1\ufe0f\u20e3", "™",
     "ㇷ゚", "x"]
)  # fmt: skip
GAPS = st.sampled_from([" ", " ", " ", "\u00a0", ", ", " – ", "\r\n", "\n", "\n\n", "", "… ", "\u200f"])
TOKENS = st.tuples(WORDS | st.text(max_size=4), GAPS).map("".join)
PARAGRAPHS = st.lists(TOKENS, min_size=1, max_size=10).map("".join)
TEXTS = (
    st.lists(PARAGRAPHS, min_size=1, max_size=3)
    .flatmap(lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=5).map("\n\n".join))
    .filter(bool)
)
AT = st.integers(0, 120)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.sampled_from([*FOLDS.values(), *AROUND.values()]),
    st.builds(partial, st.just(inserted), at=AT, what=WORDS | PARAGRAPHS),
    st.builds(partial, st.just(deleted), at=AT, many=st.integers(1, 40)),
    st.builds(partial, st.just(reordered), seed=st.integers(0, 99)),
)


@st.composite
def spans_of(draw: st.DrawFn, text: Text) -> list[Span]:
    """Some spans of a text, anywhere."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text.words) - 1))
        end = draw(st.integers(start + 1, min(len(text.words), start + 30)))
        found += [text.span(start, end)] if skeleton(text.words[start:end]) else []
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[Text, list[Span], Text]:
    """A text, spans of it, and a copy."""
    text = Text(draw(TEXTS))
    copy = text.words
    for edit in draw(st.lists(EDITS, max_size=4)):
        copy = edit(copy)
    return text, draw(spans_of(text)), Text(copy)


def case(words: str, start: int, end: int, copy: str) -> tuple[Text, list[Span], Text]:
    return Text(words), [Text(words).span(start, end)], Text(copy)


def one(words: str, part: str, copy: str) -> Restored:
    """Return what becomes of *part* of some words in a copy."""
    text, at = Text(words), words.index(part)
    return restore([text.span(at, at + len(part))], Text(copy), text.sha256)[0]


# The rule once more, word for word from the documentation, without any index.


def by_rule(spans: Sequence[Span], copy: str) -> list[tuple[str, tuple[Place, ...]]]:
    letters = [
        (letter, at)
        for at, character in enumerate(copy)
        for letter in unicodedata.normalize("NFKD", character).casefold()
        if letter.isalnum()
    ]
    bones = "".join(letter for letter, _ in letters)
    starts: dict[tuple[int, str], list[int]] = defaultdict(list)  # by length and digest: each part is hashed once
    for length in {span.length for span in spans}:
        for at in range(len(bones) - length + 1):
            starts[length, sha256(bones[at : at + length].encode()).hexdigest()[:16]].append(at)
    found = {span: standing(span, letters, copy, starts[span.length, span.digest]) for span in spans}
    anchors = sorted((span.start, places[0][0]) for span, places in found.items() if len(places) == 1)
    settled = {}
    for span, places in found.items():
        low = [place for start, place in anchors if start < span.start][-1:] or [0]
        high = [place for start, place in anchors if start >= span.start][:1] or [len(copy)]
        between = [place for place in places if low[0] <= place[0] <= high[0]]
        settled[span] = between if len(between) == 1 else places
    states = ("orphan", "relocated", "ambiguous")
    return [(states[min(2, len(settled[span]))], tuple(settled[span])) for span in spans]


def standing(span: Span, letters: list[tuple[str, int]], copy: str, starts: list[int]) -> list[Place]:
    """The places of a span as the rule has them: with both sides, else with one and not inside a longer word."""
    both, either = [], []
    for at in starts:
        last = at + span.length
        if cut(letters, at) or cut(letters, last):
            continue
        left = hashed(letters[max(0, at - 32) : at], 8) == span.prefix
        right = hashed(letters[last : last + 32], 8) == span.suffix
        end = letters[last - 1][1] + 1
        while end < len(copy) and unicodedata.category(copy[end])[0] == "M" and not skeleton(copy[end]):
            end += 1
        both += [(letters[at][1], end)] if left and right else []
        whole = not inside_word(letters, last if left else at, copy)
        either += [(letters[at][1], end)] if (left or right) and whole else []
    return both or either


def inside_word(letters: list[tuple[str, int]], at: int, copy: str) -> bool:
    if not 0 < at < len(letters):
        return False
    (before, here), (after, there) = letters[at - 1], letters[at]
    touching = all(unicodedata.category(mark)[0] == "M" for mark in copy[here + 1 : there])
    return touching and all(unicodedata.category(letter) in ("Ll", "Nd") for letter in (before, after))


def cut(letters: list[tuple[str, int]], at: int) -> bool:
    return 0 < at < len(letters) and letters[at - 1][1] == letters[at][1]


def hashed(letters: list[tuple[str, int]], digits: int) -> str:
    return sha256("".join(letter for letter, _ in letters).encode()).hexdigest()[:digits]
