"""What is wrong many times in one record, or named many times in one text, costs as much as it is long."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.curate.finding import WordsError, find_spans
from news_dataset.restoration import restore
from news_dataset.spans import Text
from tests.each import each

DESCRIPTION = """
name: x
title: X
description: An invented dataset.
license: CC-BY-4.0
license_url: https://creativecommons.org/licenses/by/4.0/
schema_version: '1.2'
data_version: 2026.11.0.dev
contributors: [{name: Somebody, role: author}]
"""
PERSON = "id: person/a\nname: A\n"
STATEMENT = "id: statement/a/1\nkind: indirect\nclaim_type: evaluation\ngist: g\n"

RECORDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "unknown keys": ("people/a.yaml", lambda n: PERSON + "".join(f"k{at}: 1\n" for at in range(n))),
    "unknown keys in JSON": (
        "people/a.json",
        lambda n: '{"id":"person/a","name":"A"' + "".join(f',"k{at}":1' for at in range(n)) + "}",
    ),
    "children without a key": ("people/a.yaml", lambda n: PERSON + "names:\n" + "- {name: a, langage: en}\n" * n),
    "texts without quotes": (
        "people/a.yaml",
        lambda n: PERSON + "names:\n" + "- {name: NO, language: en, kind: alias}\n" * n,
    ),
    "spans that are malformed": (
        "statements/a.yaml",
        lambda n: STATEMENT + "evidence: {content: [" + "'1-2 3', " * n + "]}\n",
    ),
    "speakers that are not there": (
        "statements/a.yaml",
        lambda n: STATEMENT + f"speakers: [{', '.join(f'person/z{at}' for at in range(n))}]\n",
    ),
}


def judged(folder: Path, place: str, text: str) -> None:
    """Validate a dataset of one file."""
    (folder / "data" / "curated" / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / "data" / "dataset.yaml").write_text(DESCRIPTION)
    (folder / "data" / "curated" / place).write_text(text)
    assert not nd.validate(folder).ok


def words(number: int) -> None:
    """Find each of many places of one word by its number."""
    text = Text("e " * number)
    assert [find_spans(text, {"find": "e", "nth": at + 1})[0].start for at in range(number)][-1] == 2 * number - 2


def moved(number: int) -> None:
    """Look for each of many equal words in another copy."""
    text = Text("ab " * number)
    spans = [text.span(3 * at, 3 * at + 2) for at in range(number)]
    assert {one.state for one in restore(spans, Text("ab ab " + text.words), None)} >= {"ambiguous"}


WORK: dict[str, tuple[Callable[[int], None], int]] = {"words by number": (words, 400), "equal words": (moved, 200)}


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work: the least of two."""
    times = []
    gc.collect()
    gc.disable()
    for _ in range(2):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    gc.enable()
    return min(times)


def is_in_proportion(work: Callable[[int], object], size: int) -> bool:
    """Return whether four times as much takes at most eight times as long, beyond what the least takes."""
    base = seconds(lambda: work(1))
    once, four = (max(seconds(lambda: work(n)) - base, 0.02) for n in (size, 4 * size))  # noqa: B023
    return four < 8 * once


@each(RECORDS)
def test_what_is_wrong_with_a_record(name: str, tmp_path: Path) -> None:
    """Every error of it is reported, and none looks through all others."""
    place, text = RECORDS[name]
    assert any(is_in_proportion(lambda n: judged(tmp_path, place, text(n)), 800) for _ in range(2))


@each(WORK)
def test_words_that_a_text_has_many_times(name: str) -> None:
    """Each is found without a search of its own."""
    work, size = WORK[name]
    assert any(is_in_proportion(work, size) for _ in range(2))


def test_what_is_steep_is_noticed() -> None:
    """Negative control: a pass over all that came before."""

    def square(number: int) -> int:
        return sum(1 for at in range(number) for _ in range(at))

    assert not any(is_in_proportion(square, 2_000) for _ in range(2))


@pytest.mark.parametrize("number", [3, 30])
def test_the_places_that_a_message_lists_are_counted(number: int) -> None:
    """A few are listed, and the rest is a number."""
    with pytest.raises(WordsError, match=f"{number} times") as caught:
        find_spans(Text("e " * number), {"find": "e"})
    listed = caught.value.candidates
    assert len(listed) == min(number, 9)
    assert ("… and 22 more places" in listed) == (number == 30)
