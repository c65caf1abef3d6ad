"""Views: who said what, and when what happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import news_dataset as nd
from news_dataset import views

DAY = dt.date


def test_who_said_what_of_the_real_article() -> None:
    """One row per statement and speaker; a narrated statement has one row without speaker."""
    frame = nd.who_said_what()

    assert list(frame.columns) == [
        "article",
        "headline",
        "statement",
        "kind",
        "claim_type",
        "speaker",
        "speaker_name",
        "speaker_country",
        "speaker_office",
        "occasion",
        "occasion_date",
        "gist",
        "quote",
        "certainty",
        "polarity",
        "verdict",
        "finding",
    ]
    assert frame["statement"].nunique() == len(nd.load("statements"))
    assert frame[frame["kind"] == "narrated"]["speaker"].isna().all()
    joint = frame[frame["statement"] == "statement/lee-ishiba-tokyo/03"]
    assert joint["speaker_name"].tolist() == ["Lee Jae Myung", "Shigeru Ishiba"]
    assert joint["speaker_office"].tolist() == ["President of the Republic of Korea", "Prime Minister of Japan"]
    assert joint["speaker_country"].tolist() == ["KOR", "JPN"]


def test_the_timeline_shows_what_does_not_hold() -> None:
    """Tuesday against Saturday 23 August, 12 June against 25 August."""
    frame = nd.timeline().dropna(subset="reported_text").set_index("event")
    visit, summit = frame.loc["event/lee-japan-visit-2025"], frame.loc["event/lee-trump-meeting-2025"]

    assert list(nd.timeline().columns) == [
        "event",
        "title",
        "type",
        "place",
        "date",
        "date_min",
        "date_max",
        "statement",
        "reported_text",
        "reported_date",
        "verdict",
        "differs",
    ]
    assert (visit["reported_text"], visit["date_min"], visit["differs"]) == (
        "Tuesday",
        pd.Timestamp("2025-08-23"),
        True,
    )
    assert (summit["reported_text"], summit["date_min"], summit["differs"]) == (
        "June 12",
        pd.Timestamp("2025-08-25"),
        True,
    )
    assert summit["reported_date"] == "XXXX-06-12"
    assert visit["date_min"].day_name() == "Saturday"
    assert frame["differs"].tolist() == [True, True]
    assert nd.timeline()["differs"].isna().sum() == len(nd.timeline()) - 2
    assert set(nd.timeline()["event"]) == set(nd.load("events")["id"])


def tables(**changes: list[dict[str, Any]]) -> Any:
    """A small invented dataset as rows; *changes* replace whole tables."""
    article = {"id": "article/a", "headline": "H", "published_min": DAY(2031, 5, 4), "published_max": DAY(2031, 5, 4)}
    statement = {
        "id": "statement/a/01",
        "article": "article/a",
        "kind": "indirect",
        "claim_type": "fact",
        "gist": "g",
        "quote": None,
        "certainty": "certain",
        "polarity": "positive",
        "occasion": None,
    }
    rows: dict[str, list[dict[str, Any]]] = {
        "articles": [article],
        "statements": [statement],
        "statement_participants": [
            {"statement": "statement/a/01", "role": "speaker", "entity": "person/m", "label": None}
        ],
        "entities": [{"id": "person/m", "name": "Mira Example", "country": None}],
        "offices": [],
        "events": [],
        "assessments": [],
        "places": [],
        "statement_events": [],
    }
    rows.update(changes)
    return rows.__getitem__


def office(title: str, start: dt.date | None, end: dt.date | None) -> dict[str, Any]:
    return {"person": "person/m", "title": title, "start_min": start, "end_max": end}


@pytest.mark.parametrize(
    ("occasion", "expected"),
    [
        (None, "Harbour master"),
        ((DAY(2029, 1, 1), DAY(2029, 1, 1)), "Pilot"),
        ((DAY(2020, 1, 1), DAY(2020, 1, 1)), None),
    ],
)
def test_the_office_is_that_of_the_day(occasion: tuple[dt.date, dt.date] | None, expected: str | None) -> None:
    """Of the occasion, else of the article; an absent end is open."""
    offices = [office("Pilot", DAY(2028, 1, 1), DAY(2030, 12, 31)), office("Harbour master", DAY(2031, 1, 1), None)]
    events = [{"id": "event/e", "date": "x", "date_min": occasion[0], "date_max": occasion[1]}] if occasion else []
    read = tables(offices=offices, events=events)
    read("statements")[0]["occasion"] = "event/e" if occasion else None

    assert views.who_said_what(read)[1][0]["speaker_office"] == expected


def test_without_any_date_no_office_is_claimed() -> None:
    """What is not known is not guessed."""
    read = tables(offices=[office("Pilot", None, None)])
    read("articles")[0].update(published_min=None, published_max=None)

    assert views.who_said_what(read)[1][0]["speaker_office"] is None


def test_a_described_speaker_has_a_name_and_an_implicit_one_none() -> None:
    """speaker_name falls back to the label."""
    speakers = [
        {"statement": "statement/a/01", "role": "speaker", "entity": None, "label": label} for label in ("Pilots", None)
    ]
    addressee = [{"statement": "statement/a/01", "role": "addressee", "entity": "person/m", "label": None}]
    rows = views.who_said_what(tables(statement_participants=speakers + addressee))[1]

    assert [(row["speaker"], row["speaker_name"]) for row in rows] == [(None, "Pilots"), (None, None)]


def test_the_gravest_verdict_counts() -> None:
    """contradicted, partly_supported, supported, not_checkable."""
    found = [
        {
            "id": f"assessment/a/0{n}",
            "target": "statement/a/01",
            "aspect": "veracity",
            "verdict": verdict,
            "finding": verdict,
        }
        for n, verdict in enumerate(("not_checkable", "supported", "partly_supported", "contradicted"))
    ]
    for most, expected in ((1, "not_checkable"), (2, "supported"), (3, "partly_supported"), (4, "contradicted")):
        row = views.who_said_what(tables(assessments=found[:most]))[1][0]

        assert (row["verdict"], row["finding"]) == (expected, expected)


def test_an_event_has_one_row_per_report_and_one_if_nobody_reports_it() -> None:
    """Events without a date come last; only the verdict on the date of the report counts."""
    day = {"date": "2031-05-04", "date_min": DAY(2031, 5, 4), "date_max": DAY(2031, 5, 4)}
    undated = {"date": None, "date_min": None, "date_max": None}
    events = [
        {"id": f"event/{name}", "title": name, "type": "OTHER", "place": None} | when
        for name, when in (("b", undated), ("a", day))
    ]
    reports = [
        {"event": "event/a", "statement": f"statement/a/0{n}", "date_text": "Sunday", "date": None} for n in (1, 2)
    ]
    assessed = [
        {"id": "assessment/a/01", "target": "statement/a/02", "aspect": "date", "verdict": "supported"},
        {"id": "assessment/a/02", "target": "statement/a/01", "aspect": "veracity", "verdict": "contradicted"},
    ]
    rows = views.timeline(tables(events=events, statement_events=reports, assessments=assessed))[1]

    assert [(row["event"], row["statement"], row["verdict"], row["differs"]) for row in rows] == [
        ("event/a", "statement/a/01", None, None),
        ("event/a", "statement/a/02", "supported", False),
        ("event/b", None, None, None),
    ]
