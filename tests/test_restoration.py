"""Restoration: the words of a span, from any copy of the text, or the truth that they are not there."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from news_dataset.restoration import STATES, Restored, restore
from news_dataset.spans import Span, Text, skeleton
from tests.conftest import IS_FULL
from tests.copies import (
    AROUND,
    FOLDS,
    FUZZ,
    NOWHERE,
    PARAGRAPHS,
    STORY,
    TEXTS,
    Edit,
    by_rule,
    case,
    cases,
    one,
    spans_of,
)

# Laws over all texts.


@FUZZ
@given(cases())
@example(case("α\u0345", 0, 1, "α\u0345 "))
@example(case("one ½ two", 4, 5, "one 1\u20442 two"))
def test_no_restoration_is_wrong(found: tuple[Text, list[Span], Text]) -> None:
    """Every word that is given has the letters of the span in the original, at every place that is listed."""
    text, spans, copy = found
    for span, restored in zip(spans, restore(spans, copy, text.sha256), strict=True):
        wanted = skeleton(text.words[span.start : span.end])

        assert restored.state in STATES
        assert (restored.state == "exact") == (copy.words == text.words)
        assert (restored.state == "ambiguous") == (len(restored.places) > 1)
        assert (restored.state == "orphan") == (not restored.places) == (restored.words is None)
        assert [skeleton(copy.words[start:end]) for start, end in restored.places] == [wanted] * len(restored.places)
        if restored.words is not None:
            assert restored.words == copy.words[slice(*restored.places[0])]


@FUZZ
@given(cases())
@example(case("α\u0345", 0, 1, "α\u0345 "))
def test_the_states_are_those_of_the_rule(found: tuple[Text, list[Span], Text]) -> None:
    """The quick way by the sides finds the places that looking at every place finds."""
    text, spans, copy = found
    if copy.words != text.words:
        results = restore(spans, copy, text.sha256)

        assert [(one.state, one.places) for one in results] == by_rule(spans, copy.words)


@FUZZ
@given(TEXTS.map(Text).flatmap(lambda text: st.tuples(st.just(text), spans_of(text))))
def test_the_same_hash_gives_the_same_words(found: tuple[Text, list[Span]]) -> None:
    """Exact, by offsets, to the code point."""
    text, spans = found
    for span, restored in zip(spans, restore(spans, Text(text.words), text.sha256), strict=True):
        assert restored == Restored("exact", text.words[span.start : span.end], ((span.start, span.end),))


@FUZZ
@given(TEXTS.map(Text).flatmap(lambda text: st.tuples(st.just(text), spans_of(text))), st.sampled_from(sorted(FOLDS)))
def test_what_is_there_is_found_in_the_text_itself(found: tuple[Text, list[Span]], fold: str) -> None:
    """With another hash and the same letters, no span is lost, and its own place is among those that are listed."""
    text, spans = found
    for span, restored in zip(spans, restore(spans, Text(text.words), NOWHERE), strict=True):
        assert any(span.start <= start < span.end for start, _ in restored.places)
    if fold not in ("NFC", "NFKC"):  # which may put two code points into one, and that is not cut
        states = [restored.state for restored in restore(spans, Text(FOLDS[fold](text.words)), NOWHERE)]

        assert "orphan" not in states


@FUZZ
@given(PARAGRAPHS.filter(skeleton), PARAGRAPHS)
def test_every_place_of_an_ambiguous_span_is_listed(repeated: str, between: str) -> None:
    """A text that says the same again and again gives the places between which nothing decides."""
    text = Text("\n\n".join([repeated] * 6 + [between] + [repeated] * 6))
    spans, copy = [text.span(0, len(repeated))], Text("Top\n\n" + text.words)
    restored = restore(spans, copy, text.sha256)[0]

    assert {skeleton(copy.words[start:end]) for start, end in restored.places} == {skeleton(repeated)}
    assert [(restored.state, restored.places)] == by_rule(spans, copy.words)


# How much comes back.

ARTICLES = 60 if IS_FULL else 20


@cache
def corpus() -> list[tuple[str, list[Span]]]:
    """Invented articles of a fixed seed, each with 40 spans of one to twelve words."""
    dice = random.Random(20_310_504)
    return [invented(dice) for _ in range(ARTICLES)]


def invented(dice: random.Random) -> tuple[str, list[Span]]:
    syllables = [a + b for a in "bdklmnrst" for b in ("a", "e", "i", "o", "u", "é", "ü", "ß")]
    common = [
        "the",
        "of",
        "and",
        "in",
        "Mira’s",
        "“harbour”",
        "80\u00a0000",
        "1½",
        "–",
        "Zoë",
        "船が",
        "배가",
        "\U0001f6a2",
    ]
    rare = ["".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(150)]

    def paragraph() -> str:
        return " ".join(dice.choice(rare if dice.random() < 0.6 else common) for _ in range(dice.randint(15, 60))) + "."

    body = [paragraph() for _ in range(dice.randint(5, 9))]
    teaser = body[0][:50] + "ende"
    words = dice.choice(["\n\n", "\n\n", "\r\n\r\n"]).join([teaser, body[0], teaser, *body])  # as sites do
    text = Text(unicodedata.normalize(dice.choice(["NFC", "NFD"]), words))
    tokens = [match for match in re.finditer(r"\S+", text.words) if skeleton(match[0])]
    spans: list[Span] = []
    while len(spans) < 40:
        first = dice.randrange(len(tokens) - 12)
        spans.append(text.span(tokens[first].start(), tokens[first + dice.randrange(12)].end()))
    return text.words, spans


def counted(edit: Edit) -> Counter[str]:
    """Count the states of the spans over the corpus whose letters are still in the copy, and the wrong ones."""
    states: Counter[str] = Counter(wrong=0)
    for words, spans in corpus():
        copy = Text(edit(words))
        for span, found in zip(spans, restore(spans, copy, Text(words).sha256), strict=True):
            wanted = skeleton(words[span.start : span.end])
            states[found.state if wanted in copy.skeleton else "gone"] += 1
            states["wrong"] += found.words is not None and skeleton(found.words) != wanted
    return states


@pytest.mark.parametrize("name", [*FOLDS, *AROUND])
def test_most_spans_come_back(name: str, record_property: Callable[[str, object], None]) -> None:
    """Where typography or surroundings changed: none wrong, 97 % with their words; how many at one place."""
    states = counted({**FOLDS, **AROUND}[name])
    for state, count in states.items():
        record_property(state, count)
    there = 40 * ARTICLES - states["gone"]

    assert there == sum(states[state] for state in STATES)
    assert states["wrong"] == 0
    if name == "adverts":  # which part spans, and take both sides from whole paragraphs
        assert states["orphan"] <= 0.03 * there, states
        assert states["relocated"] >= 0.7 * there, states
    else:
        assert (states["gone"], states["orphan"]) == (0, 0), states
        assert states["exact"] + states["relocated"] >= 0.97 * there, states


def test_all_changes_at_once() -> None:
    """Typography folded, newlines lost, other normal form, boilerplate around."""
    edits = [FOLDS[name] for name in ("quotes", "dashes", "spaces", "NFD", "joined")] + [AROUND["both"]]

    def edit(words: str) -> str:
        for step in edits:
            words = step(words)
        return words

    states = counted(edit)

    assert (states["wrong"], states["exact"], states["orphan"]) == (0, 0, 0), states
    assert states["relocated"] >= 0.97 * 40 * ARTICLES, states


# Single laws.


def test_words_are_those_of_the_copy() -> None:
    """From the first letter to the last: marks around them are not looked for."""
    words = "“Don’t – sail,” said the harbour board of Mira’s town on Sunday."

    assert one(words, "“Don’t – sail,”", words.replace("’", "'") + " Really.").words == "Don't – sail"


def test_a_changed_letter_orphans_a_span() -> None:
    """Similar is not enough; and when the letter is changed back, the span is there again."""
    for changed in ("The harbour bored paid", "The harbour boards paid", "The harbour boar paid"):
        other = STORY.replace("The harbour board paid", changed)

        assert one(STORY, "harbour board paid", other) == Restored("orphan", None, ())
    again = other.replace("The harbour boar paid", "THE HARBOUR BOARD PAID") + " The end."

    assert one(STORY, "harbour board paid", again) == Restored("relocated", "HARBOUR BOARD PAID", ((27, 45),))


def test_a_span_that_lost_both_sides_is_an_orphan() -> None:
    """Words alone prove nothing about where they come from."""
    assert one(STORY, "She", "I saw a goat. She ate.") == Restored("orphan", None, ())
    assert one("Mira", "Mira", "So Mira, again.") == Restored("orphan", None, ())


@pytest.mark.parametrize("copy", ["Mira sailed on Sunday. Pears!", "Sunday." + STORY[22:]])
def test_one_side_is_enough(copy: str) -> None:
    """Prefix or suffix."""
    restored = one(STORY, "Sunday", copy)

    assert (restored.state, restored.words) == ("relocated", "Sunday")


@pytest.mark.parametrize(
    ("words", "part", "copy", "found"),
    [
        ("a ½ mile", "½", "a 1\u20442 mile off", "1\u20442"),
        ("a 1\u20442 mile", "1\u20442", "a ½ mile off", "½"),
        ("a 1\u20442 mile", "1", "a ½ mile off", None),
        ("a 1\u20442 mile", "2 mile", "a ½ mile off", None),
        ("the fin of it", "fin", "the ﬁn of it all", "ﬁn"),
        ("the f in it", "f", "the ﬁn it all", None),
        ("the f in it", "in it", "the ﬁn it all", None),
        ("배 가요", "배", unicodedata.normalize("NFD", "배 가요 요"), unicodedata.normalize("NFD", "배")),
        (unicodedata.normalize("NFD", "배 가요"), "\u1107", "배 가요 요", None),
    ],
)
def test_no_code_point_is_cut_in_two(words: str, part: str, copy: str, found: str | None) -> None:
    """½, ligatures and syllables belong to a span as a whole, or the span is not there."""
    assert one(words, part, copy).words == found


@pytest.mark.parametrize(
    "accent",
    ["\u0301", "\u0323\u0307", "\ufe0f\u20e3", "\u05b7", "\u064e\u0651", "\u3099"],
)
def test_combining_marks_belong_to_the_last_letter(accent: str) -> None:
    """They leave nothing in the skeleton, and yet no letter loses them."""
    assert one("we met Zoe at noon", "Zoe", f"so we met Zoe{accent} at noon").words == f"Zoe{accent}"


def test_a_mark_that_leaves_a_letter_is_a_letter() -> None:
    """The Greek iota below (U+0345) leaves an iota: words that end before it end there in a copy, too."""
    restored = one("we met α\u0345 at noon", "α", "so we met α\u0345 at noon")

    assert restored == Restored("relocated", "α", ((10, 11),))


def test_sides_settle_what_the_digest_does_not() -> None:
    """Of three places, two of which have one side, the one with both counts; without it the two are listed."""
    left, right = "l" * 40, "r" * 40
    first, middle, last = (f"{a} pears {b}. " for a, b in ((right, right), (left, right), (left, left)))

    assert one(middle, "pears", first + middle + last).places == ((130, 135),)
    assert one(middle, "pears", first + last) == Restored("ambiguous", "pears", ((41, 46), (130, 135)))


def test_order_settles_what_the_sides_do_not() -> None:
    """The only place between neighbours that are placed."""
    line = "x" * 40 + " pears " + "y" * 40
    text = Text(f"{line} first {line} second {line}")
    copy = "Top. " + text.words
    ats = [match.start() for match in re.finditer("pears", text.words)]
    pears = [text.span(at, at + 5) for at in ats]
    marks = [text.span(at, at + len(word)) for word in ("first", "second") for at in [text.words.index(word)]]

    alone = restore(pears, Text(copy), text.sha256)
    settled = restore(pears + marks, Text(copy), text.sha256)

    assert {restored.state for restored in alone} == {"ambiguous"}
    assert {restored.places for restored in alone} == {tuple((at + 5, at + 10) for at in ats)}
    assert [restored.places for restored in settled[:3]] == [((at + 5, at + 10),) for at in ats]
    assert {restored.state for restored in settled} == {"relocated"}


def test_results_come_in_the_order_of_the_spans() -> None:
    """Also of spans that are given twice, and of none."""
    text = Text(STORY)
    spans = [text.span(at, at + 4) for at in (50, 0, 23, 0)]
    copy = Text("Top. " + STORY)

    assert [found.places for found in restore(spans, copy, NOWHERE)] == [
        (found.places) for span in spans for found in restore([span], copy, NOWHERE)
    ]
    assert restore([], copy, NOWHERE) == []
    assert restore(spans[:1], Text(""), NOWHERE) == [Restored("orphan", None, ())]
