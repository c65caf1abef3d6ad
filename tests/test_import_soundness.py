"""Offsets lie in the text, ids are unique, links lead somewhere; what does not is moved, with all that hangs on it."""

from __future__ import annotations

import json
import time
from dataclasses import replace

from hypothesis import given

from news_dataset.annotations import REASONS, Annotation, Document, Quarantined
from news_dataset.importers.soundness import sound
from tests.annotated import ROUND_TRIPS, documents

TEXT = "Rain 🙂."


def check(*annotations: Annotation, text: str | None = TEXT, refused: tuple[Quarantined, ...] = ()) -> dict[str, str]:
    """Return reason and message of what is in quarantine, by line; what is kept is what is not there."""
    numbered = tuple(replace(one, line=at) for at, one in enumerate(annotations, 1))
    found = sound(Document("a.ann", "a", text, numbered, quarantined=refused))
    moved = found.quarantined[len(refused) :]
    assert {one.line for one in found.annotations} == {one.line for one in numbered} - {one.line for one in moved}
    assert {(one.line, one.id) for one in moved} <= {(one.line, one.id) for one in numbered}
    assert {one.path for one in moved} <= {"a.ann"}
    assert {one.reason for one in moved} <= set(REASONS)
    return {f"{one.line} {one.reason}": one.message for one in moved}


def mark(id_: str, *fragments: tuple[int, int], to: tuple[str, ...] = ()) -> Annotation:
    return Annotation(id_, "Says", fragments, links=tuple(("of", one) for one in to))


@ROUND_TRIPS
@given(documents())
def test_a_sound_document_stays_as_it_is(document: Document) -> None:
    """All of it."""
    assert sound(document) is document


def test_offsets_lie_in_the_text() -> None:
    """Of every fragment; they count code points."""
    assert check(mark("T1", (0, 7)), mark("T2", (5, 6), (0, 1))) == {}
    assert check(mark("T1", (0, 8)), mark("T2", (0, 1), (-1, 2)), mark("T3", (2, 2)), mark("T4", (3, 2))) == {
        "1 offset_outside": "it marks 0 to 8, but the text has 7 code points",
        "2 offset_outside": "it marks -1 to 2, but the text has 7 code points",
        "3 offset_outside": "it marks 2 to 2, but the end is not behind the start",
        "4 offset_outside": "it marks 3 to 2, but the end is not behind the start",
    }
    assert check(mark("T1", (0, 1)), mark("T2"), text=None) == {
        "1 offset_outside": "it marks words, but there is no text"
    }


def test_of_two_with_one_id_the_second_goes_and_all_that_link_to_the_id() -> None:
    """Which of them is meant is not guessed, and that is the cause; annotations without an id are no twins."""
    assert check(mark("T1", (0, 1)), mark("T1", (1, 2)), mark("R1", to=("T1",)), mark(""), mark("")) == {
        "2 duplicate_id": "another annotation has the id T1",
        "3 duplicate_id": "it refers to T1, which 2 annotations have as their id",
    }


def test_an_id_that_is_also_that_of_a_bad_line_means_nothing() -> None:
    """Which of the two is meant is not guessed either."""
    unread = Quarantined("a.ann", "bad_line", "is no line", "T1", 9)

    assert check(mark("T1", (0, 1)), mark("R1", to=("T1",)), refused=(unread,)) == {
        "2 dangling_id": "it refers to T1, which is in quarantine"
    }


def test_what_links_to_nothing_or_into_quarantine_goes_over_any_number_of_links() -> None:
    """Also in circles, and to what could not be read at all."""
    unread = Quarantined("a.ann", "bad_line", "is no line", "T9", 9)
    assert check(mark("T1", (0, 1)), mark("E1", to=("E2", "T1")), mark("E2", to=("E1",))) == {}
    assert check(
        mark("T1", (0, 99)), mark("E1", to=("T1",)), mark("E2", to=("E3", "E1")), mark("E3", to=("E2",)),
        mark("R1", to=("T7",)), mark("R2", to=("T9",)), mark("R3", to=("",)), refused=(unread,),
    ) == {
        "1 offset_outside": "it marks 0 to 99, but the text has 7 code points",
        "2 dangling_id": "it refers to T1, which is in quarantine",
        "3 dangling_id": "it refers to E1, which is in quarantine",
        "4 dangling_id": "it refers to E2, which is in quarantine",
        "5 dangling_id": "it refers to T7, which is not there",
        "6 dangling_id": "it refers to T9, which is in quarantine",
    }  # fmt: skip


def test_the_annotation_itself_is_kept() -> None:
    """As JSON, with its values."""
    one = Annotation("T1", "Says", ((0, 99),), {"sure": True, "notes": ("é\n", 1)}, (("of", "T1"),), line=4)

    (moved,) = sound(Document("a.ann", "a", TEXT, (one,))).quarantined

    assert (moved.id, moved.line) == ("T1", 4)
    assert "\n" not in moved.content
    assert json.loads(moved.content) == {
        "id": "T1", "type": "Says", "fragments": [[0, 99]], "attributes": {"sure": True, "notes": ["é\n", 1]},
        "links": [["of", "T1"]],
    }  # fmt: skip


def test_a_chain_of_100_000_links_is_quick() -> None:
    """The time is linear."""
    chain = tuple(mark(f"E{at}", to=(f"E{at + 1}",)) for at in range(100_000))

    begun = time.monotonic()
    found = sound(Document("a.ann", "a", TEXT, chain))

    assert len(found.quarantined) == 100_000
    assert time.monotonic() - begun < 20
