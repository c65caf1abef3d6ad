"""Views: whether they said it and whether it is so, who said what, what happened when, and which sources show it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset import views
from news_dataset.records.codebooks import ASPECT, VERDICT
from tests.viewed import DAY, ENGINES, STATEMENT, Rows, dataset

AXES = {"attribution": ("attribution", "quotation"), "content": ("veracity", "date", "place", "quantity")}


@pytest.fixture(params=ENGINES)
def rows_of(request: pytest.FixtureRequest) -> Any:
    """What works out the rows of a view: DuckDB, then SQLite."""
    return ENGINES[request.param]


# The two axes.


def expected(assessments: Rows, axis: str) -> str | None:
    """The verdict on an axis, said in another way than in SQL."""
    mine = [one for one in assessments if one["aspect"] in AXES[axis]]
    found = {one["verdict"] for one in mine}
    if amiss := [code for code in ("contradicted", "unsupported", "partly_supported") if code in found]:
        return amiss[0]
    first = {one["verdict"] for one in mine if one["aspect"] == "veracity"} or found
    return "supported" if "supported" in first else "not_checkable" if first else None


assessed = st.lists(
    st.fixed_dictionaries(
        {"aspect": st.sampled_from(list(ASPECT.definitions)), "verdict": st.sampled_from([*VERDICT.definitions])}
    ),
    max_size=6,
)


@pytest.mark.parametrize("engine", ENGINES)
@given(found=assessed)
def test_an_axis_has_the_gravest_of_its_own_verdicts(engine: str, found: Rows) -> None:
    """And the finding and independence of that assessment."""
    numbered = [
        one | {"id": f"assessment/a/{n:02}", "finding": f"{one['aspect']} {n}", "independence": f"i{n}"}
        for n, one in enumerate(found)
    ]
    (row,) = ENGINES[engine](dataset(assessments=numbered), "claims")

    for axis, aspects in AXES.items():
        verdict, finding = row[f"{axis}_verdict"], row[f"{axis}_finding"]
        assert verdict == expected(found, axis)
        if verdict:
            (one,) = [one for one in numbered if one["finding"] == finding]
            assert (one["verdict"], row[f"{axis}_independence"]) == (verdict, one["independence"])
            assert one["aspect"] in aspects


def test_a_question_that_nobody_can_settle_is_not_settled_by_a_date(rows_of: Any) -> None:
    """A supported date, place or quantity leaves a veracity of not_checkable as it is; one that is wrong does not."""
    for aspect in ("date", "place", "quantity"):
        for verdict, whole in (("supported", "not_checkable"), ("contradicted", "contradicted")):
            found = [
                {"id": "assessment/a/01", "aspect": aspect, "verdict": verdict},
                {"id": "assessment/a/02", "verdict": "not_checkable"},
            ]
            (row,) = rows_of(dataset(assessments=found), "claims")

            assert row["content_verdict"] == whole


def test_the_article_itself_attributes_nothing(rows_of: Any) -> None:
    """Whatever is said of it; and what was not assessed has no verdict."""
    found = [{"id": "assessment/a/01", "aspect": "attribution", "verdict": "contradicted"}]
    (narrated,) = rows_of(dataset(assessments=found, statements=[{"kind": "narrated"}]), "claims")
    (said,) = rows_of(dataset(assessments=found), "claims")

    assert (narrated["attribution_verdict"], narrated["content_verdict"]) == (None, None)
    assert (said["attribution_verdict"], said["content_verdict"]) == ("contradicted", None)


def test_every_verdict_has_a_rank() -> None:
    """The gravest first; the codebook has no other."""
    verdicts = ["contradicted", "unsupported", "partly_supported", "supported", "not_checkable"]
    assert list(VERDICT.definitions) == verdicts
    assert VERDICT.is_ordered
    ranks = [
        views.views()["claims"].sql.index(f"WHEN '{verdict}' THEN {rank}") for rank, verdict in enumerate(verdicts)
    ]
    assert ranks == sorted(ranks)
    assert set(ASPECT.definitions) == {*AXES["attribution"], *AXES["content"], "coding"}


def test_by_aspect_no_misattribution_is_held_against_a_speaker() -> None:
    """Of the article: 27 and 39 are contradicted in attribution, 01 and 02 in content."""
    claims, assessments = nd.claims().set_index("statement"), nd.load("assessments")
    wrong = assessments[assessments["verdict"].isin(["contradicted", "unsupported"])]
    for axis, aspects in AXES.items():
        verdicts = claims[f"{axis}_verdict"]
        amiss = set(wrong[wrong["aspect"].isin(aspects)]["target"]) & set(claims.index)
        assert set(verdicts[verdicts.isin(["contradicted", "unsupported"])].index) == amiss
    for numbers, axis, other in (((27, 39), "attribution", "content"), ((1, 2), "content", "attribution")):
        for number in numbers:
            row = claims.loc[f"statement/lee-ishiba-tokyo/{number:02}"]
            assert row[f"{axis}_verdict"] == "contradicted"
            assert row[f"{other}_verdict"] != "contradicted"
    assert claims[claims["kind"] == "narrated"]["attribution_verdict"].isna().all()


# What each view holds.


COLUMNS = {
    "claims": "statement article headline status kind claim_type speakers addressees gist quote certainty polarity "
    "attribution_verdict attribution_finding attribution_independence content_verdict content_finding "
    "content_independence n_sources occasion occasion_date reported_date assessed_date",
    "who_said_what": "article headline status statement kind claim_type speaker speaker_name speaker_country "
    "speaker_office occasion occasion_date gist quote certainty polarity attribution_verdict attribution_finding "
    "attribution_independence content_verdict content_finding content_independence",
    "timeline": "event title type factuality place date date_min date_max statement status gist realis reported_text "
    "reported_date reported_verdict event_verdict differs",
    "claim_sources": "target status aspect verdict source publisher url stance says",
}


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_has_these_columns(view: str, rows_of: Any) -> None:
    """In Python, and as each engine gives them; those that may not be null are not."""
    assert list(getattr(nd, view)().columns) == COLUMNS[view].split()
    assert [field.name for field in views.views()[view].fields] == COLUMNS[view].split()
    real = nd.load_all(as_="arrow")
    rows = rows_of(real, view)
    assert list(rows[0]) == COLUMNS[view].split()
    required = [field.name for field in views.views()[view].fields if not field.nullable]
    assert [name for name in required for row in rows if row[name] is None] == []


@pytest.mark.parametrize("view", COLUMNS)
def test_both_engines_give_the_same_rows(view: str) -> None:
    """In the same order."""
    real = nd.load_all(as_="arrow")

    assert ENGINES["duckdb"](real, view) == ENGINES["sqlite"](real, view)


def test_who_said_what_of_the_real_article() -> None:
    """One row per statement and speaker; a narrated statement has one row without speaker."""
    frame = nd.who_said_what()

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


def test_names_are_joined_in_the_order_of_the_text(rows_of: Any) -> None:
    """By '; '; a description stands for a name, somebody implicit for none; an addressee is no speaker."""
    people = [{"id": f"person/{letter}", "name": letter.upper()} for letter in "mz"]
    parts: Rows = [
        {"ordinal": 1, "entity": "person/z"},
        {"ordinal": 2, "label": "two aides"},
        {"ordinal": 3, "role": "addressee", "entity": "person/m"},
        {"ordinal": 4, "implicit": True},
        {"ordinal": 5, "role": "relayed_by", "entity": "person/m"},
        {"ordinal": 6, "entity": "person/m"},
    ]
    for order in (parts, parts[::-1]):
        given_ = dataset(entities=people, statement_participants=order)
        (row,) = rows_of(given_, "claims")
        said = rows_of(given_, "who_said_what")

        assert (row["speakers"], row["addressees"]) == ("Z; two aides; M", "M")
        assert [one["speaker_name"] for one in said] == ["Z", "two aides", None, "M"]
    (alone,) = rows_of(dataset(statement_participants=[{"implicit": True}]), "claims")
    assert alone["speakers"] is None


def office(title: str, start: dt.date | None, end: dt.date | None, ordinal: int = 1) -> dict[str, Any]:
    return {"title": title, "start_min": start, "end_max": end, "ordinal": ordinal}


@pytest.mark.parametrize(
    ("occasion", "held"),
    [
        (None, "Harbour master"),
        ((DAY(2029, 1, 1), DAY(2029, 1, 1)), "Pilot"),
        ((DAY(2029, 1, 1), None), "Harbour master"),
        ((None, DAY(2029, 1, 1)), "Pilot"),
        ((DAY(2020, 1, 1), DAY(2020, 1, 1)), None),
    ],
)
def test_the_office_is_that_of_the_day(
    occasion: tuple[dt.date | None, dt.date | None] | None, held: str | None, rows_of: Any
) -> None:
    """Of the occasion, else of the article; an absent end is open; of several the first in the list."""
    offices = [
        office("Harbour master", DAY(2031, 1, 1), None),
        office("Pilot", DAY(2028, 1, 1), DAY(2030, 12, 31), 2),
        office("Boatman", DAY(2028, 1, 1), None, 3),
    ]
    events = [{"id": "event/e", "date_min": occasion[0], "date_max": occasion[1]}] if occasion else []
    tables = dataset(
        articles=[{"published_min": DAY(2031, 5, 4), "published_max": DAY(2031, 5, 4)}],
        statements=[{"occasion": "event/e" if occasion else None}],
        statement_participants=[{"entity": "person/m"}],
        entities=[{"id": "person/m", "name": "Mira Example"}],
        offices=offices,
        events=events,
    )

    assert rows_of(tables, "who_said_what")[0]["speaker_office"] == held


def test_without_any_date_no_office_is_claimed(rows_of: Any) -> None:
    """What is not known is not guessed."""
    tables = dataset(statement_participants=[{"entity": "person/m"}], offices=[office("Pilot", None, None)])

    assert rows_of(tables, "who_said_what")[0]["speaker_office"] is None


def test_an_event_has_one_row_per_report_and_one_if_nobody_reports_it(rows_of: Any) -> None:
    """Events without a date come last; only the verdict on the date of the report counts, beside that on the event."""
    day = {"date": "2031-05-04", "date_min": DAY(2031, 5, 4), "date_max": DAY(2031, 5, 4)}
    long = {"date": "2031-05", "date_min": DAY(2031, 5, 4), "date_max": DAY(2031, 5, 31)}
    events: Rows = [{"id": "event/d"}, {"id": "event/c", **day}, {"id": "event/b", **day}, {"id": "event/a", **long}]
    statements = [{"id": f"statement/a/0{n}"} for n in (1, 2, 3)]
    reports = [{"event": "event/b", "statement": f"statement/a/0{n}", "date_text": "Sunday"} for n in (1, 2)]
    reports += [{"event": "event/b", "statement": "statement/a/03"}]
    assessed = [
        {"id": "assessment/a/01", "target": "statement/a/02", "aspect": "date"},
        {"id": "assessment/a/02", "target": "statement/a/01", "verdict": "contradicted"},
        {"id": "assessment/a/03", "target": "statement/a/03", "aspect": "date", "verdict": "contradicted"},
        {"id": "assessment/a/04", "target": "event/b", "aspect": "place", "verdict": "partly_supported"},
    ]
    rows = rows_of(
        dataset(events=events, statements=statements, statement_events=reports, assessments=assessed), "timeline"
    )

    shown = [(row["event"], row["statement"], row["reported_verdict"], row["event_verdict"]) for row in rows]
    assert shown == [
        ("event/a", None, None, None),
        ("event/b", "statement/a/01", None, "partly_supported"),
        ("event/b", "statement/a/02", "supported", "partly_supported"),
        ("event/b", "statement/a/03", None, "partly_supported"),
        ("event/c", None, None, None),
        ("event/d", None, None, None),
    ]


@pytest.mark.parametrize(
    ("verdict", "differs"),
    [("contradicted", True), ("supported", False), ("partly_supported", False), ("not_checkable", None),
     ("unsupported", None)],
)  # fmt: skip
def test_whether_a_date_differs_is_null_where_nobody_knows(verdict: str, differs: bool | None, rows_of: Any) -> None:
    """Not assessed, or not to be settled."""
    tables = dataset(
        events=[{"id": "event/e"}],
        statement_events=[{"event": "event/e", "date_text": "Sunday"}],
        assessments=[{"id": "assessment/a/01", "aspect": "date", "verdict": verdict}],
    )

    assert rows_of(tables, "timeline")[0]["differs"] is differs


def test_a_claim_has_the_two_dates_of_the_event_that_it_dates(rows_of: Any) -> None:
    """Of several the one with a date, be it in words; and that of the occasion."""
    events = [{"id": f"event/{letter}", "date": f"2031-05-0{n}"} for n, letter in enumerate("abc", 1)]
    reports: Rows = [
        {"event": "event/a"},
        {"event": "event/b", "ordinal": 2, "date_text": "Monday", "date": "2031-05-09"},
    ]
    (row,) = rows_of(dataset(events=events, statement_events=reports, statements=[{"occasion": "event/c"}]), "claims")

    assert (row["reported_date"], row["assessed_date"], row["occasion_date"]) == (
        "2031-05-09", "2031-05-02", "2031-05-03",
    )  # fmt: skip


def test_sources_are_counted_once_and_listed_for_each_aspect(rows_of: Any) -> None:
    """Those of events, too, which have no article; what is assessed without a source has no row."""
    assessed = [
        {"id": "assessment/a/01"}, {"id": "assessment/a/02", "aspect": "date"},
        {"id": "assessment/a/03", "target": "event/e", "aspect": "date"}, {"id": "assessment/a/04", "aspect": "place"},
    ]  # fmt: skip
    cited: Rows = [
        {"assessment": "assessment/a/01", "source": "source/y", "ordinal": 2},
        {"assessment": "assessment/a/01", "source": "source/x", "stance": "context"},
        {"assessment": "assessment/a/02", "source": "source/x"},
        {"assessment": "assessment/a/03", "source": "source/x"},
    ]
    pages = [{"id": f"source/{letter}", "publisher": letter, "url": f"https://example.org/{letter}"} for letter in "xy"]
    tables = dataset(assessments=assessed, citations=cited, sources=pages)
    rows = rows_of(tables, "claim_sources")

    assert rows_of(tables, "claims")[0]["n_sources"] == 2
    assert rows_of(dataset(), "claims")[0]["n_sources"] == 0
    assert [(row["target"], row["status"], row["aspect"], row["source"], row["stance"]) for row in rows] == [
        ("event/e", None, "date", "source/x", "supports"),
        (STATEMENT, "reviewed", "veracity", "source/x", "context"),
        (STATEMENT, "reviewed", "veracity", "source/y", "supports"),
        (STATEMENT, "reviewed", "date", "source/x", "supports"),
    ]
