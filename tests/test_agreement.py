"""Two readers: who belongs to whom, how far they agree, and what they see differently."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.collection import Collection
from news_dataset.reliability import FORMATS, Agreement, compare
from news_dataset.reliability.matching import Unit, align, assign, overlap, region
from news_dataset.reliability.measures import Score
from tests.readers import DIGESTS, PERSON, UNNAMED, article, assessment, event, layer, layers, report, statement

STEMS = ("in", "without_span", "value", "event")
EXCHANGED = {"a": "b", "b": "a", "precision": "recall", "recall": "precision"}
EXCHANGED |= {f"{stem}_{one}": f"{stem}_{other}" for stem in STEMS for one, other in ("ab", "ba")}


def ordered(found: Any, names: dict[str, str] | None = None) -> Any:
    """Plain data with every list sorted, and keys and sides renamed."""
    names = names or {}
    if isinstance(found, dict):
        whole = {names.get(key, key): ordered(value, names) for key, value in found.items()}
        return whole | ({"side": names.get(found["side"], found["side"])} if "side" in found else {})
    return (
        sorted((ordered(one, names) for one in found), key=partial(json.dumps, sort_keys=True))
        if isinstance(found, list)
        else found
    )


def field(found: Agreement, name: str) -> Any:
    """A coded field."""
    return next(one for one in found.fields if one.name == name)


def partners(a: Sequence[Unit], b: Sequence[Unit]) -> list[tuple[str, str]]:
    """The ids of units that belong together."""
    return [(pair.a.id, pair.b.id) for pair in align(a, b)]


def unit(name: str, start: int, end: int, *meaning: tuple[int, int]) -> Unit:
    """A unit on the first text."""
    return Unit(region([(0, start, end)]), region((0, *one) for one in meaning), name)


def test_the_best_pair_is_given_up_for_two_others() -> None:
    """Overlaps: x and u 0.5, x and v 0.35, y and u 0.35."""
    a, b = [unit("x", 10, 40), unit("y", 36, 60)], [unit("v", 0, 24), unit("u", 20, 50)]

    assert overlap(a[0].region, b[1].region) > max(overlap(a[0].region, b[0].region), overlap(a[1].region, b[1].region))
    assert partners(a, b) == [("x", "v"), ("y", "u")]
    assert assign([[9, 8], [8, 0]]) == [(0, 1), (1, 0)]


def test_what_overlaps_alike_is_told_apart_by_its_meaning() -> None:
    """Two statements in one sentence: by their events, else by their order; never where nothing overlaps."""
    b = [unit("1", 0, 50, (60, 65)), unit("2", 0, 50, (70, 75))]

    assert partners([unit("x", 0, 50, (70, 75)), unit("y", 0, 50, (60, 65))], b) == [("y", "1"), ("x", "2")]
    assert partners([unit("x", 0, 50), unit("y", 0, 50)], [unit("1", 0, 50), unit("2", 0, 50)]) == [
        ("x", "1"), ("y", "2"),
    ]  # fmt: skip
    assert partners([unit("x", 0, 50, (70, 75))], b) == [("x", "2")]
    assert partners([unit("x", 50, 60, (0, 50))], b) == []


def test_meaning_outweighs_a_larger_overlap() -> None:
    """That a summit is planned overlaps more than its day does, and says something else; never without overlap."""
    dated = [unit("planned", 0, 80, (20, 26)), unit("day", 20, 100, (20, 26), (90, 100))]

    assert partners([unit("x", 0, 100, (20, 26), (90, 100))], dated) == [("x", "day")]
    assert partners([unit("x", 0, 100, (20, 26))], dated) == [("x", "planned")]
    assert partners([unit("x", 0, 40)], [unit("event", 2, 40, (30, 40)), unit("none", 20, 60)]) == [("x", "none")]
    assert partners([unit("x", 200, 210, (20, 26))], dated) == []


def test_order_is_kept_among_equals() -> None:
    """Also where a third unit on one side shifts the ranks."""
    a, b = [unit("x", 2, 3), unit("y", 2, 4), unit("z", 2, 4)], [unit("1", 2, 4), unit("2", 2, 4)]

    assert partners(a, b) == [("y", "1"), ("z", "2")]


def test_equal_choices_do_not_depend_on_who_comes_first() -> None:
    """Here x or y could go without a partner, at the same total and ranks as far apart."""
    a = [unit("x", 2, 4), unit("y", 1, 3), unit("z", 1, 5), unit("w", 3, 7)]
    b = [unit("1", 0, 4), unit("2", 3, 7), unit("3", 2, 3)]

    assert sorted(partners(a, b)) == sorted((mine, its) for its, mine in partners(b, a))


# Layers.


@given(layers(), layers())
def test_the_exchange_of_the_readers_is_only_that(one: Collection, other: Collection) -> None:
    """Precision and recall change places, F1 and kappa stay, every list is that of the other side."""
    there, back = compare(one, other), compare(other, one)

    assert ordered(there.to_dict(), EXCHANGED) == ordered(back.to_dict())


@given(layers(), st.randoms())
def test_a_reader_agrees_with_himself(one: Collection, random: Any) -> None:
    """In whatever order his records come: each is its own partner, no number is below 1."""
    entries = list(one.entries)
    random.shuffle(entries)
    found = compare(one, replace(one, entries=tuple(entries)))
    scores = [found.statements.score, found.events.score, found.segmentation.exact, found.speakers.sources.exact]
    scores += [score for spans in found.spans for score in (spans.exact, spans.overlapping)]

    assert {(pair.a, pair.overlap) for pair in found.statements.pairs} == {
        (pair.b, 1.0) for pair in found.statements.pairs
    }
    assert all(pair.a == pair.b for pair in (*found.statements.pairs, *found.events.pairs))
    assert {score.f1 for score in scores[2:]} <= {1.0, None}
    assert {one.kappa for one in found.fields} <= {1.0, None}
    assert found.differences == ()
    assert {one.why for one in found.unmatched} <= {"no span"}
    assert found == compare(one, one)


def test_spans_by_hand() -> None:
    """Three spans against two, of which one is the same and one overlaps; a long one takes only one of two short."""
    a = layer(statement(1, ("content", 0, 10), ("content", 20, 30), ("cue", 60, 99)), statement(2, ("content", 40, 50)))
    b = layer(statement(1, ("content", 0, 10), ("cue", 60, 70), ("cue", 80, 99)), statement(2, ("content", 22, 28)))

    spans = {one.role: one for one in compare(a, b).spans}

    assert list(spans) == ["cue", "content", "source", "trigger", "date"]
    assert spans["content"].exact == Score(3, 2, 1, 1 / 2, 1 / 3, 2 / 5)
    assert spans["content"].overlapping == Score(3, 2, 2, 1.0, 2 / 3, 4 / 5)
    assert spans["cue"].overlapping == Score(1, 2, 1, 1 / 2, 1.0, 2 / 3)
    assert compare(a, b).segmentation.exact.both == 0
    assert compare(a, b).segmentation.overlapping.both == 1


def test_what_one_reader_overlooks_is_listed() -> None:
    """With its places; a repetition that only one marked costs half the overlap; cue and source stand for content."""
    a = layer(statement(1, ("content", 0, 10), ("content", 100, 110)), statement(2, ("content", 20, 30)), statement(3))
    b = layer(statement(7, ("content", 0, 10)), statement(8, ("cue", 40, 44), ("source", 50, 60, 1), kind="reported"))
    c = layer(statement(5, ("cue", 40, 44), kind="reported"))

    found = compare(a, b)

    assert [(one.a, one.b, one.overlap) for one in found.statements.pairs] == [
        ("statement/a/01", "statement/a/07", 0.5)
    ]
    assert found.statements.score == Score(3, 2, 1, 1 / 2, 1 / 3, 2 / 5)
    assert (found.statements.without_span_a, found.statements.without_span_b) == (1, 0)
    assert [(one.side, one.id, [(at.start, at.end) for at in one.places], one.why) for one in found.unmatched] == [
        ("a", "statement/a/02", [(20, 30)], "no partner"), ("a", "statement/a/03", [], "no span"),
        ("b", "statement/a/08", [(40, 44), (50, 60)], "no partner"),
    ]  # fmt: skip
    assert [(one.a, one.overlap) for one in compare(b, c).statements.pairs] == [("statement/a/08", 4 / 14)]


def test_every_field_that_differs_is_listed() -> None:
    """Of statements, events, and events as reported; what is alike is counted, and not listed."""
    where = (("content", 0, 10), ("trigger", 5, 9, 1), ("trigger", 20, 29, 2))
    one = statement(1, *where, statement_participants=[PERSON],
                    statement_events=[report("e", date="XXXX-06-12"), report("f", "planned")])  # fmt: skip
    other = statement(9, *where, kind="free_indirect", claim_type="intention", certainty="probable",
                      polarity="negative", statement_participants=[PERSON, PERSON],
                      statement_events=[report("g", date_text="June 12"), report("f", "occurred")])  # fmt: skip

    found = compare(layer(one, event("e"), event("f")), layer(other, event("g", "AID"), event("f")))

    assert [(d.table, d.field, d.a, d.b, d.value_a, d.value_b, d.event_a, d.event_b) for d in found.differences] == [
        (table, name, *ids, *values, *events)
        for table, name, ids, values, events in [
            ("statements", "kind", (one.id, other.id), ("indirect", "free_indirect"), (None, None)),
            ("statements", "claim_type", (one.id, other.id), ("fact", "intention"), (None, None)),
            ("statements", "certainty", (one.id, other.id), ("certain", "probable"), (None, None)),
            ("statements", "polarity", (one.id, other.id), ("positive", "negative"), (None, None)),
            ("statements", "speakers", (one.id, other.id), ("one", "several"), (None, None)),
            ("statement_events", "realis", (one.id, other.id), ("planned", "occurred"), ("event/f", "event/f")),
            ("statement_events", "date", (one.id, other.id), ("XXXX-06-12", "(in words only)"), ("event/e", "event/g")),
            ("events", "type", ("event/e", "event/g"), ("CONSULT", "AID"), (None, None)),
        ]
    ]
    assert [(f.name, f.n, f.agreed) for f in found.fields if f.agreed] == [
        ("type", 2, 1), ("realis", 2, 1), ("date", 2, 1),
    ]  # fmt: skip
    assert (found.reports_compared, found.a.reports, found.b.reports) == (2, 2, 2)


@pytest.mark.parametrize(
    ("ours", "theirs", "same", "number"),
    [([PERSON], [{"role": "speaker", "label": "A man"}], 1, 1), ([], [{"role": "addressee", "label": "B"}], 1, 1),
     ([PERSON], [UNNAMED], 0, 1), ([PERSON, UNNAMED], [PERSON, PERSON], 1, 1), ([], [PERSON], 0, 0),
     ([PERSON] * 2, [PERSON] * 3, 1, 0)],
)  # fmt: skip
def test_speakers_are_compared_without_their_names(ours: list[Any], theirs: list[Any], same: int, number: int) -> None:
    """By how many there are, and whether the text names any."""
    fields: list[dict[str, Any]] = [{"statement_participants": one} if one else {} for one in (ours, theirs)]
    sides = [statement(1, ("content", 0, 9), **some) for some in fields]

    found = compare(layer(sides[0]), layer(sides[1]))

    assert (field(found, "speakers").agreed, found.speakers.same_number) == (same, number)


def test_the_words_for_speakers_are_compared() -> None:
    """Within each pair of statements; a pair that has none on one side is not counted as overlapping."""
    a = layer(statement(1, ("content", 0, 9), ("source", 10, 20, 1)), statement(2, ("content", 30, 40)),
              statement(3, ("content", 50, 60), ("source", 70, 80, 1)))  # fmt: skip
    b = layer(statement(1, ("content", 0, 9), ("source", 15, 20, 1)),
              statement(2, ("content", 30, 40), ("source", 70, 80, 1)),
              statement(3, ("content", 50, 60), ("source", 90, 95, 1)))  # fmt: skip

    found = compare(a, b).speakers

    assert (found.n, found.same_number, found.with_source, found.sources_overlap) == (3, 3, 2, 1)
    assert found.sources.exact.both == 0
    assert found.sources.overlapping == Score(2, 3, 1, 1 / 3, 1 / 2, 2 / 5)
    assert {one.role: one.exact.both for one in compare(a, b).spans}["source"] == 1


def test_texts_are_matched_by_their_hashes() -> None:
    """Not by ids; what stands on other texts is left out, and counted."""
    here = ("content", 0, 10)
    a = layer(article("a", "1"), article("b", "2"), statement(1, here), event("e"), event("f"),
              statement(1, here, slug="b", statement_events=[report("e")]))  # fmt: skip
    b = layer(article("b", "1"), statement(4, here, slug="b"))

    found = compare(a, b)

    assert found.texts == ("1" * 64,)
    assert [(pair.a, pair.b) for pair in found.statements.pairs] == [("statement/a/01", "statement/b/04")]
    assert (found.a.articles, found.b.articles) == (("article/a",), ("article/b",))
    assert (found.a.other_articles, found.a.other_statements, found.a.other_events) == (1, 1, 2)
    assert (found.b.other_articles, found.b.other_statements, found.b.other_events) == (0, 0, 0)
    with pytest.raises(ValueError, match="layer and else share no text"):
        compare(a, layer(article("a", "3"), statement(1, here), path="else"))


def test_an_event_is_one_over_several_texts() -> None:
    """Its words on all of them decide who its partner is."""
    texts = [article("a", "0"), article("b", "1")]
    mine = [statement(1, ("trigger", 0, 4, 1), slug=slug, statement_events=[report("e")]) for slug in "ab"]
    theirs = [statement(1, ("trigger", 0, 4, 1), slug="a", statement_events=[report("f")]),
              statement(1, ("trigger", 0, 4, 1), slug="b", statement_events=[report("g")]),
              statement(2, ("date", 2, 3, 1), slug="a", statement_events=[report("g")])]  # fmt: skip

    found = compare(layer(*texts, *mine, event("e")), layer(*texts, *theirs, event("f"), event("g")))

    assert [(pair.a, pair.b, pair.overlap) for pair in found.events.pairs] == [("event/e", "event/g", 5 / 8)]
    assert "article/a 0–4" in FORMATS["text"](found)


def test_an_event_is_found_by_its_mentions() -> None:
    """One reader marks the pact, the other its signing."""
    mentioned = article("a", "0", mentions=[{"referent": "event/e", "mention": 1, "fragment": 1, "start": 0, "end": 50,
                                             "length": 1, "certainty": "certain", **DIGESTS}])  # fmt: skip
    one = statement(1, ("content", 0, 60), ("trigger", 10, 14, 1), statement_events=[report("e")])
    other = statement(1, ("content", 0, 60), ("trigger", 44, 50, 1), statement_events=[report("f")])

    assert compare(layer(mentioned, one, event("e")), layer(other, event("f"))).events.score.both == 1
    assert compare(layer(one, event("e")), layer(other, event("f"))).events.score.both == 0


def test_verdicts_are_compared() -> None:
    """On the same aspect of the same statement or event; one that only one reader gave is counted as that."""
    where = ("content", 0, 9)
    ours = [assessment(1, "statement/a/01", "veracity", "contradicted"), assessment(2, "statement/a/01", "date")]
    theirs = [assessment(7, "statement/a/05", "veracity"), assessment(8, "statement/a/05", "attribution")]

    found = compare(layer(statement(1, where), *ours), layer(statement(5, where), *theirs))
    verdict = field(found, "verdict")

    assert (verdict.n, verdict.agreed) == (1, 0)
    assert [(one.a, one.b, one.value_a, one.value_b) for one in found.differences] == [
        ("assessment/a/01", "assessment/a/07", "contradicted", "supported")
    ]
    assert verdict.kappa_all == pytest.approx(
        (0 - 3 / 9) / (1 - 3 / 9)
    )  # by chance: supported 1·2, not found 1·1, of 9


def test_untrusted_words_are_escaped() -> None:
    """Where they are printed."""
    one = layer(article(annotator="N\u200bN"), path="a\x1b[2J")

    for form, show in FORMATS.items():
        assert not {"\x1b", "\u200b"} & set(show(compare(one, one))), form
    assert FORMATS["json"](compare(one, one)).isascii()
