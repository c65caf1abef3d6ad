"""Two views that join the tables as analysts want them: who said what, and when what happened."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from news_dataset import edtf
from news_dataset.frames import Borrowed, Made, Read, Row, View

GRAVITY = ("contradicted", "unsupported", "partly_supported", "supported", "not_checkable")
"""Verdicts, the gravest first."""


def who_said_what(read: Read) -> tuple[View, list[Row]]:
    """Return one row per statement and speaker; a narrated statement has one row without speaker.

    Args:
        read: how to get the rows of a table.
    """
    articles, events, entities = _by_id(read("articles")), _by_id(read("events")), _by_id(read("entities"))
    offices, speakers = _grouped(read("offices"), "person"), _grouped(read("statement_participants"), "statement")
    gravest = _gravest(read("assessments"))
    rows = []
    for statement in read("statements"):
        article, occasion = articles[statement["article"]], events.get(statement["occasion"], {})
        mine = [one for one in speakers[statement["id"]] if one["role"] == "speaker"]
        assessment = gravest.get(statement["id"], {})
        for speaker in mine or [{"entity": None, "label": None}]:
            entity = entities.get(speaker["entity"], {})
            rows.append(
                {
                    "article": article["id"],
                    "headline": article["headline"],
                    "statement": statement["id"],
                    "kind": statement["kind"],
                    "claim_type": statement["claim_type"],
                    "speaker": speaker["entity"],
                    "speaker_name": entity.get("name", speaker["label"]),
                    "speaker_country": entity.get("country"),
                    "speaker_office": _office(offices[speaker["entity"]], occasion, article),
                    "occasion": statement["occasion"],
                    "occasion_date": occasion.get("date"),
                    "gist": statement["gist"],
                    "quote": statement["quote"],
                    "certainty": statement["certainty"],
                    "polarity": statement["polarity"],
                    "verdict": assessment.get("verdict"),
                    "finding": assessment.get("finding"),
                }
            )
    return _WHO_SAID_WHAT, rows


def timeline(read: Read) -> tuple[View, list[Row]]:
    """Return one row per event and report of it, by date; an event that nobody reports has one row.

    Args:
        read: how to get the rows of a table.
    """
    places, reports = _by_id(read("places")), _grouped(read("statement_events"), "event")
    verdicts = {row["target"]: row["verdict"] for row in read("assessments") if row["aspect"] == "date"}
    rows = []
    for event in read("events"):
        for report in reports[event["id"]] or [{"statement": None, "date_text": None, "date": None}]:
            dated = report["date_text"] is not None or report["date"] is not None
            verdict = verdicts.get(report["statement"]) if dated else None
            rows.append(
                {
                    "event": event["id"],
                    "title": event["title"],
                    "type": event["type"],
                    "place": places.get(event["place"], {}).get("name"),
                    "date": event["date"],
                    "date_min": event["date_min"],
                    "date_max": event["date_max"],
                    "statement": report["statement"],
                    "reported_text": report["date_text"],
                    "reported_date": report["date"],
                    "verdict": verdict,
                    "differs": None if verdict is None else verdict == "contradicted",
                }
            )
    rows.sort(key=_by_date)
    return _TIMELINE, rows


def _by_date(row: Row) -> tuple[int, int, str, str]:
    """Order by the first day, the longer event first; undated events last."""
    first, last = row["date_min"] or dt.date.max, row["date_max"] or dt.date.max
    return first.toordinal(), -last.toordinal(), row["event"], row["statement"] or ""


def _by_id(rows: list[Row]) -> dict[str | None, Row]:
    return {row["id"]: row for row in rows}


def _grouped(rows: list[Row], key: str) -> defaultdict[str | None, list[Row]]:
    groups: defaultdict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _gravest(assessments: list[Row]) -> dict[str, Row]:
    ranked = sorted(assessments, key=lambda row: (GRAVITY.index(row["verdict"]), row["id"]))
    return {row["target"]: row for row in reversed(ranked)}


def _office(offices: list[Row], occasion: Row, article: Row) -> str | None:
    """Return the title of the first office held on the day of the occasion, else of the article."""
    published = article["published_min"], article["published_max"]
    for when in ((occasion.get("date_min"), occasion.get("date_max")), published):
        if when != (None, None):
            held = (o["title"] for o in offices if edtf.overlaps((o["start_min"], o["end_max"]), when))
            return next(held, None)
    return None


_WHO_SAID_WHAT = View(
    "who_said_what",
    "One row per statement and speaker.",
    (
        Borrowed("article", "statements", "article"),
        Borrowed("headline", "articles", "headline"),
        Borrowed("statement", "statements", "id"),
        Borrowed("kind", "statements", "kind"),
        Borrowed("claim_type", "statements", "claim_type"),
        Borrowed("speaker", "statement_participants", "entity"),
        Borrowed("speaker_name", "entities", "name"),
        Borrowed("speaker_country", "entities", "country"),
        Borrowed("speaker_office", "offices", "title"),
        Borrowed("occasion", "statements", "occasion"),
        Borrowed("occasion_date", "events", "date"),
        Borrowed("gist", "statements", "gist"),
        Borrowed("quote", "statements", "quote"),
        Borrowed("certainty", "statements", "certainty"),
        Borrowed("polarity", "statements", "polarity"),
        Borrowed("verdict", "assessments", "verdict"),
        Borrowed("finding", "assessments", "finding"),
    ),
)
_TIMELINE = View(
    "timeline",
    "One row per event and report of it.",
    (
        Borrowed("event", "events", "id"),
        Borrowed("title", "events", "title"),
        Borrowed("type", "events", "type"),
        Borrowed("place", "places", "name"),
        Borrowed("date", "events", "date"),
        Borrowed("date_min", "events", "date_min"),
        Borrowed("date_max", "events", "date_max"),
        Borrowed("statement", "statement_events", "statement"),
        Borrowed("reported_text", "statement_events", "date_text"),
        Borrowed("reported_date", "statement_events", "date"),
        Borrowed("verdict", "assessments", "verdict"),
        Made("differs", "bool", "Whether the reported date is contradicted; null where it was not assessed."),
    ),
)
