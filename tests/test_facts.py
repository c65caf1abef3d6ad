"""The complete record against the research notes: everything is found, or the datasheet names it with the reason."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import news_dataset as nd
from news_dataset.records import Article, Event, Statement
from tests.conftest import ROOT, SHARED
from tests.each import each

NOTES = SHARED / "reference" / "facts.yaml"
DATASHEET = (ROOT / "DATASHEET.md").read_text("utf-8")
SLUG = "lee-ishiba-tokyo"

# Where the propositions of the notes stand in the records; those that coincide share a statement.
CLAIMS = {
    "cl.office_lee": 7, "cl.office_ishiba": 11, "cl.office_trump": 14, "cl.visit": 8, "cl.tuesday": 1,
    "cl.historic": 9, "cl.first_stop": 10, "cl.ahead_of_trump": 12, "cl.washington": 13, "cl.june12": 2,
    "cl.private_meeting": 16, "cl.residence": 17, "cl.security_priority": 19, "cl.nk_agree": 3, "cl.nk_ante": 20,
    "cl.quote_ishiba": 4, "cl.lee_support": 21, "cl.lee_nk": 22, "cl.frustrated": 23, "cl.attempts_failed": 24,
    "cl.colonial": 25, "cl.solidarity": 26, "cl.criticize_pact": 27, "cl.pact_signed": 28, "cl.pact_purpose": 29,
    "cl.military_heavy": 30, "cl.80000": 32, "cl.warships": 33, "cl.aircraft": 34, "cl.leaders_said_host": 31,
    "cl.welcomed": 35, "cl.signal": 37, "cl.quote_lee": 5, "cl.economy": 38, "cl.15pct": 40,
    "cl.tariff_direction": 41, "cl.tariff_compromise": 39, "cl.bipartisan": 43, "cl.shrine": 44, "cl.symbol": 45,
    "cl.past": 46,
}  # fmt: skip
ATTRIBUTED = {
    "st.1": 4, "st.2": 3, "st.3": 21, "st.4": 22, "st.5": 23, "st.6": 26, "st.7": 27, "st.8": 30, "st.9": 31,
    "st.10": 35, "st.11": 36, "st.12": 5, "st.13": 39, "st.14": 45, "st.15": 46,
}  # fmt: skip
EVALUATIONS = {"nv.1": 9, "nv.2": 15, "nv.3": 19, "nv.4": 29, "nv.5": 37, "nv.6": 42, "nv.7": 38, "nv.8": 18}
OURS_ALONE = {6, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56}
"""The headline, what the second reader found, and what an audit found."""
LATER = {
    5: "partly_supported", 24: "partly_supported", 30: "unsupported", 31: "unsupported", 32: "unsupported",
    33: "unsupported", 34: "unsupported", 43: "partly_supported",
}  # fmt: skip
"""Gravest verdicts that an audit changed after the notes were written; the datasheet gives the reasons."""
ATTITUDES = {"nv.3": "indirect", "nv.7": "reported"}
"""What the notes have as the article's own, and the codebook as what somebody wants or judges."""

ENTITIES = {
    "per.lee": "person/lee-jae-myung", "per.ishiba": "person/ishiba-shigeru", "per.trump": "person/donald-trump",
    "per.yoon": "person/yoon-suk-yeol", "per.kishida": "person/kishida-fumio", "per.biden": "person/joe-biden",
    "org.kr": "organization/south-korea", "org.jp": "organization/japan", "org.kp": "organization/north-korea",
    "org.us": "organization/united-states", "org.korea_hist": "organization/korea-before-1945",
    "org.usforces": "organization/us-forces-japan-south-korea",
    "org.ldp": "organization/liberal-democratic-party-japan",
    "grp.jp_officials": "organization/japanese-shrine-visitors", "pl.tokyo": "place/tokyo",
    "pl.washington": "place/washington-dc", "pl.kantei": "place/kantei", "pl.yasukuni": "place/yasukuni-shrine",
    "pl.campdavid": "place/camp-david",
}  # fmt: skip
EVENTS = {
    "ev.visit": "event/lee-japan-visit-2025", "ev.meeting": "event/lee-ishiba-meeting-2025",
    "ev.trumpsummit": "event/lee-trump-meeting-2025", "ev.pact": "event/camp-david-summit-2023",
    "ev.tariff": "event/lee-ishiba-tariff-compromise", "ev.shrine": "event/yasukuni-dispute-2025",
    "ev.nk": "event/north-korea-provocations", "ev.colonial": "event/japanese-rule-of-korea",
    "ev.past_attempts": "event/past-reconciliation-attempts",
}  # fmt: skip
EXPLAINED = {"grp.jp_leaders", "grp.koreans", "grp.both_leaders", "pl.japan_etc", "ev.first_meeting_june"}
"""Left out of the records; the datasheet names each with the reason."""
UNNAMED = {"per.liam": "| the author |"}
"""Perhaps a private person, whose name the datasheet does not repeat."""
SHORTER = {(2837, 2934): (2853, 2934)}
"""A clause of the notes, of which the records have the noun phrase."""

GRAVITY = ["contradicted", "unsupported", "partly_supported", "supported", "not_checkable"]
OCCASION = "Throughout the visit, "  # of cl.past: it is the statement's occasion, a field and no span


@cache
def notes() -> Any:
    """The research notes; without them the tests that need them are skipped, with the reason."""
    if not NOTES.is_file():
        pytest.skip("the research notes are not available")
    return yaml.safe_load(NOTES.read_text("utf-8"))


def listed(part: str, table: dict[str, Any]) -> list[Any]:
    """The entries of a part of the notes, in the order of a mapping of ours."""
    by_id = {one["id"]: one for one in notes()[part]}
    return [by_id[key] for key in table]


def statement(number: int) -> Statement:
    found = nd.get(f"statement/{SLUG}/{number:02d}")
    assert isinstance(found, Statement)
    return found


def hull(number: int, *roles: str) -> tuple[int, int]:
    """From the first to the last place of a statement in the body, behind the teaser; the headline counts as body."""
    rows = [row for row in statement(number).evidence if row.role in roles and row.start >= 403]
    return min(row.start for row in rows), max(row.end for row in rows)


def verdict(number: int) -> str:
    """The gravest verdict on a statement."""
    rows = nd.load("assessments", as_="records")
    found = [str(row["verdict"]) for row in rows if row["target"] == statement(number).id]
    return min(found, key=GRAVITY.index)


def is_within(span: Any, number: int, *roles: str) -> bool:
    """Whether a span of the notes lies within a statement's, marks and punctuation at its ends aside."""
    start, end = hull(number, *roles)
    lead = len(OCCASION) if span["text"].startswith(OCCASION) else 0
    words = span["text"][lead:]
    left, right = len(words) - len(words.lstrip("“")), len(words) - len(words.rstrip(".,”"))
    return bool(start <= span["start"] + lead + left and span["end"] - right <= end)


def test_the_mapping_is_complete() -> None:
    """It names every claim, statement and evaluation of the notes, and every statement of ours."""
    assert set(CLAIMS) == {one["id"] for one in notes()["claims"]}
    assert set(ATTRIBUTED) == {one["id"] for one in notes()["statements"]}
    assert set(EVALUATIONS) == {one["id"] for one in notes()["narrator_evaluations"]}
    numbers = {*CLAIMS.values(), *ATTRIBUTED.values(), *EVALUATIONS.values(), *OURS_ALONE}
    assert numbers == set(range(1, len(nd.load("statements")) + 1))


@each(CLAIMS)
def test_a_claim_is_a_statement_with_its_verdict(key: str) -> None:
    """Its words lie within the statement's, and the gravest verdict is that of the notes."""
    claim = listed("claims", {key: 0})[0]

    assert is_within(claim["span"], CLAIMS[key], "content", "source", "cue")
    assert verdict(CLAIMS[key]) == LATER.get(CLAIMS[key], claim["verdict"].replace(" ", "_"))


def test_verdicts_that_are_later_than_the_notes_differ_and_are_explained() -> None:
    """Each is another than that of the notes, and the datasheet's paragraph on differences has its number."""
    by_number = {CLAIMS[claim["id"]]: claim["verdict"].replace(" ", "_") for claim in notes()["claims"]}
    paragraph = re.search(r"^Where the records differ from the notes.*?\n\n", DATASHEET, re.MULTILINE | re.DOTALL)

    assert paragraph
    assert not [number for number, later in LATER.items() if by_number[number] == later]
    assert {*LATER, *map(EVALUATIONS.get, ATTITUDES)} <= {int(one) for one in re.findall(r"\d+", paragraph[0])}


@each(ATTRIBUTED)
def test_an_attributed_statement_is_attributed_alike(key: str) -> None:
    """To the same speakers, at the same words, with a cue that overlaps, and with the same verdict."""
    wanted, found = listed("statements", {key: 0})[0], statement(ATTRIBUTED[key])
    entities = {ENTITIES.get(source, source) for source in wanted["source"]}
    labels = {"grp.jp_leaders": "Japanese leaders", "grp.koreans": "many Koreans", "unspecified": "implicit"}
    speakers = {
        one.entity or one.label or "implicit" for one in found.statement_participants if one.role == "speaker"
    }  # fmt: skip
    cue, sources = (
        hull(ATTRIBUTED[key], "cue"),
        {(one.start, one.end) for one in found.evidence if one.role == "source"},
    )

    assert speakers == {labels.get(one, one) for one in entities}
    assert sources == ({(wanted["source_mention"]["start"], wanted["source_mention"]["end"])} if sources else set())
    assert bool(sources) == (wanted["source_mention"] is not None)
    assert cue[0] < wanted["cue"]["end"]
    assert wanted["cue"]["start"] < cue[1]
    assert is_within(wanted["content"], ATTRIBUTED[key], "content")
    assert verdict(ATTRIBUTED[key]) == LATER.get(ATTRIBUTED[key], wanted["confirmed"].replace(" ", "_"))


@each(EVALUATIONS)
def test_an_evaluation_is_the_articles_own(key: str) -> None:
    """Narrated, but for two attitudes, and its words lie within the statement's."""
    wanted, found = listed("narrator_evaluations", {key: 0})[0], statement(EVALUATIONS[key])

    assert found.kind == ATTITUDES.get(key, "narrated")
    assert is_within(wanted["span"], EVALUATIONS[key], "content", "source", "cue")


def test_every_coreference_is_a_mention() -> None:
    """With all referents of the notes; with one of them, and as possible, where the words are ambiguous."""
    article = nd.get(f"article/{SLUG}")
    assert isinstance(article, Article)
    known = ENTITIES | EVENTS
    for wanted in notes()["coreference"]:
        if wanted["refers_to"][0].startswith("quoted: "):  # to words, which are of none of the four types
            continue
        span = (wanted["start"], wanted["end"])
        rows = [row for row in article.mentions if (row.start, row.end) == span]
        referents = {known[one] for one in wanted["refers_to"] if one in known}
        found = {row.referent for row in rows if row.referent}

        assert rows, wanted
        if any(row.certainty == "possible" for row in rows):
            assert found < referents, wanted
        else:
            assert found == referents, wanted


@pytest.mark.parametrize("part", ["people", "organizations_groups_countries", "places", "events"])
def test_everyone_and_everything_is_there_or_explained(part: str) -> None:
    """Each entry of the notes has a record, or a line of its own in the datasheet that says why it has none."""
    for wanted in notes()[part]:
        key = wanted["id"]
        if key in EXPLAINED or key in UNNAMED:
            assert UNNAMED.get(key, f"`{key}`") in DATASHEET
        else:
            assert nd.get((ENTITIES | EVENTS)[key]).id


def test_spans_of_the_notes_are_mentions_of_their_records() -> None:
    """Names, adjectives, descriptions and spans of events."""
    frame = nd.load("mentions")
    for wanted in notes()["people"] + notes()["organizations_groups_countries"] + notes()["places"] + notes()["events"]:
        record = (ENTITIES | EVENTS).get(wanted["id"])
        kinds = ("mentions", "adjectival_mentions", "referred_to_as", "article_spans")
        spans = [span for kind in kinds for span in wanted.get(kind) or []]
        if wanted["id"] in ("per.biden", "pl.campdavid"):  # background of the pact, not what the words refer to
            continue
        for span in spans:
            start, end = SHORTER.get((span["start"], span["end"]), (span["start"], span["end"]))
            rows = frame[(frame["start"] == start) & (frame["end"] == end)]
            assert len(rows), (wanted["id"], span)
            assert record is None or record in set(rows["referent"]), (wanted["id"], span)


@each(["per.lee", "per.ishiba", "per.trump", "per.yoon", "per.kishida", "per.biden"])
def test_a_person_is_as_researched(key: str) -> None:
    """Wikidata item, undisputed date of birth, native names, the office that matters."""
    wanted, person = listed("people", {key: 0})[0], nd.get(ENTITIES[key]).to_dict()
    birth, office = wanted["birth_date"], wanted["office_on_event_date"] or wanted["relevant_office"]

    assert person["wikidata"] == wanted["wikidata"]["qid"]
    assert person.get("birth_date") == (birth["value"] if birth["precision"] == "day" else None)
    assert (person["offices"][0]["title"], person["offices"][0]["start"]) == (office["title"], office["start"])
    assert person["offices"][0].get("end") == office["end"]
    written = {name["name"] for name in person["names"]} | {person["name"]}
    assert {name for script, name in wanted["native_names"].items() if "spaced" not in script} <= written


@each(["pl.tokyo", "pl.washington", "pl.kantei", "pl.yasukuni", "pl.campdavid"])
def test_a_place_is_as_researched(key: str) -> None:
    """Coordinates and ids, absent where they were not verified."""
    wanted, place = listed("places", {key: 0})[0], nd.get(ENTITIES[key]).to_dict()

    assert (place.get("latitude"), place.get("longitude")) == (wanted["lat"], wanted["lon"])
    assert place.get("geonames") == wanted.get("geonames_id")
    assert place.get("wikidata") == wanted["wikidata"]["qid"]


def test_dates_of_events_are_those_of_the_notes() -> None:
    """An interval where the notes have one; none where they have none, or only an inference."""
    for key, event in EVENTS.items():
        real, found = listed("events", {key: 0})[0]["real_value"], nd.get(event)
        assert isinstance(found, Event)
        interval = f"{real['start']}/{real['end']}" if "start" in real else None
        assert found.date == real.get("date", interval), key


def test_independence_is_not_claimed_for_copies() -> None:
    """Rewrites of the report that the article goes back to never count as independent of it."""
    named = r"PerthNow|Telegraph|Jakarta Post|Jago Times|iReport247|Wyoming|Today Headline|Dhaka Gate|AnewZ|News\.Az"
    sources, report = nd.load("sources").set_index("id"), nd.load("articles")["derived_from"].iloc[0]
    copies = set(sources.index[(sources["derived_from"] == report) | (sources.index == report)])
    cited = nd.load("citations").query("stance != 'context'").groupby("assessment")["source"].agg(set)
    state_agency = f"assessment/{SLUG}/31"  # both reports rest on that of North Korea's news agency

    assert copies == set(sources.index[sources["publisher"].str.contains(named)])
    for row in nd.load("assessments", as_="records"):
        decisive = cited.get(row["id"], set())
        several = "shared_origin" if decisive <= copies or row["id"] == state_agency else "independent"
        kind = several if len(decisive) > 1 else "single" if decisive else None
        assert row["independence"] == kind, row["id"]


def test_every_sentence_of_the_body_is_looked_at(article_text: Path) -> None:
    """It overlaps a content, source or cue span."""
    words = article_text.read_bytes().decode()
    frame = nd.load("evidence")
    spans = frame[frame["role"].isin(["content", "source", "cue"])]
    breaks = [found.end() for found in re.finditer(r"(?<!U\.S)(?<!D\.C)[.”] (?=[A-Z“])|\n+", words)]
    sentences = [(start, end) for start, end in zip([0, *breaks], [*breaks, len(words)], strict=True) if start >= 474]
    body = [(start, end) for start, end in sentences if len(words[start:end].split()) > 3]

    assert len(body) == 25
    for start, end in body:
        assert ((spans["start"] < end) & (spans["end"] > start)).any(), (start, end)
