"""Views: tables that are joined from the others, each defined once, as SQL that DuckDB and SQLite (3.37) both read.

Two questions are asked about a claim, and have two answers: did those who are named as its source say it
(*attribution*: the aspects attribution and quotation), and is it so (*content*: veracity, date, place, quantity)? A
verdict on one axis is the gravest of its assessments there, and null where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from news_dataset.files import read_packaged
from news_dataset.frames import Kind
from news_dataset.records import BY_TABLE
from news_dataset.records.codebooks import ATTRIBUTION, VERDICT
from news_dataset.tabular import Field, Table, tables

_HERE = Path(__file__).parent
_SAID = "Did they say it? The gravest verdict on attribution and quotation; null: not assessed, or narrated."
_IS_SO = "Is it so? The gravest verdict on veracity, date, place and quantity; null: not assessed."
_FINDING = "The grounds of that verdict."
_INDEPENDENCE = "Whether the sources of that verdict are independent."
_OFFICE = "The office that they held on the day of the occasion, else of the article."

_Column = tuple[str, str] | tuple[str, str, str]
"""Its name; the column that it borrows from, or the kind of a column of its own; a description, if not the lender's."""

_CLAIM: tuple[_Column, ...] = (
    ("gist", "statements.gist"),
    ("quote", "statements.quote"),
    ("certainty", "statements.certainty"),
    ("polarity", "statements.polarity"),
    ("attribution_verdict", "assessments.verdict", _SAID),
    ("attribution_finding", "assessments.finding", _FINDING),
    ("attribution_independence", "assessments.independence", _INDEPENDENCE),
    ("content_verdict", "assessments.verdict", _IS_SO),
    ("content_finding", "assessments.finding", _FINDING),
    ("content_independence", "assessments.independence", _INDEPENDENCE),
)
_COLUMNS: dict[str, tuple[_Column, ...]] = {
    "claims": (
        ("statement", "statements.id"),
        ("article", "statements.article"),
        ("headline", "articles.headline"),
        ("status", "articles.status"),
        ("kind", "statements.kind"),
        ("claim_type", "statements.claim_type"),
        ("speakers", "string", "Names of those to whom it is attributed, joined by '; '."),
        ("addressees", "string", "Names of those to whom it is directed, joined by '; '."),
        *_CLAIM,
        ("n_sources", "int32", "How many sources its assessments cite."),
        ("occasion", "statements.occasion"),
        ("occasion_date", "events.date", "When that event took place according to independent sources, EDTF."),
        ("reported_date", "statement_events.date", "The date that it gives an event, EDTF, even where it is wrong."),
        ("assessed_date", "events.date", "When that event took place according to independent sources, EDTF."),
    ),
    "who_said_what": (
        ("article", "statements.article"),
        ("headline", "articles.headline"),
        ("status", "articles.status"),
        ("statement", "statements.id"),
        ("kind", "statements.kind"),
        ("claim_type", "statements.claim_type"),
        ("speaker", "statement_participants.entity", "Id of the one it is attributed to."),
        ("speaker_name", "entities.name", "Their name, or a description instead."),
        ("speaker_country", "entities.country"),
        ("speaker_office", "offices.title", _OFFICE),
        ("occasion", "statements.occasion"),
        ("occasion_date", "events.date", "When that event took place according to independent sources, EDTF."),
        *_CLAIM,
    ),
    "timeline": (
        ("event", "events.id"),
        ("title", "events.title"),
        ("type", "events.type"),
        ("factuality", "events.factuality"),
        ("place", "places.name"),
        ("date", "events.date"),
        ("date_min", "events.date_min"),
        ("date_max", "events.date_max"),
        ("statement", "statement_events.statement", "Id of a statement that reports it; null: none does."),
        ("status", "articles.status"),
        ("gist", "statements.gist"),
        ("realis", "statement_events.realis"),
        ("reported_text", "statement_events.date_text"),
        ("reported_date", "statement_events.date"),
        ("reported_verdict", "assessments.verdict", "The verdict on the reported date; null: none, or not assessed."),
        ("event_verdict", "assessments.verdict", "The gravest verdict on the event itself; null: not assessed."),
        ("differs", "bool", "Whether the reported date is contradicted; null: not assessed, or nobody can tell."),
    ),
    "claim_sources": (
        ("target", "assessments.target"),
        ("status", "articles.status"),
        ("aspect", "assessments.aspect"),
        ("verdict", "assessments.verdict"),
        ("source", "citations.source"),
        ("publisher", "sources.publisher"),
        ("url", "sources.url"),
        ("stance", "citations.stance"),
        ("says", "citations.says"),
    ),
}
_ABOUT = {
    "claims": ("One row per statement: who is said to have said it, whether they did, and whether it is so.",
               ("statements",), ("statement",)),
    "who_said_what": ("One row per statement and speaker; of a statement without speakers one row.",
                      ("statements",), ()),
    "timeline": ("One row per event and report of it, by date; of an event that nobody reports one row.",
                 ("events",), ()),
    "claim_sources": ("One row per source that an assessment of a statement or event cites.",
                      ("assessments", "citations"), ()),
}  # fmt: skip
"""What a row is; the tables each row of which is in a row of the view; the key, where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Table):
    """A table that is joined from others.

    Args:
        sql: a SELECT, with the rows in order.
        reads: the tables and views that it names.
    """

    sql: str
    reads: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where a release, or another folder of all tables, has the view, without the ending of the file."""
        return f"views/{self.name}"


@cache
def views() -> dict[str, View]:
    """Return the views by name, each after those that it reads."""
    found: dict[str, View] = {}
    for name, (description, sources, key) in _ABOUT.items():
        fields = tuple(_field(sources, *column) for column in _COLUMNS[name])
        sql = _sql(name)
        named = [*dict.fromkeys(re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", sql))]
        reads = tuple(one for one in named if one in tables() or one in found)
        found[name] = View(name, description, fields, key, sql=sql, reads=reads)
    return found


def definitions(names: Iterable[str] | None = None) -> Iterator[str]:
    """Yield the commands that make views in a database that has their tables; without names, of all."""
    wanted = views() if names is None else names
    return (f"CREATE VIEW {view.name} AS\n{view.sql}" for view in views().values() if view.name in wanted)


def needed(names: Iterable[str]) -> list[str]:
    """Return the tables and views among *names*, and those that the views among them read."""
    found = list(names)
    for name in found:
        reads = views()[name].reads if name in views() else ()
        found += [one for one in reads if one not in found]
    return found


def supported(among: Iterable[str]) -> list[str]:
    """Return the views for which all tables are among some."""
    there = {*among, *views()}
    return [name for name in views() if there.issuperset(needed([name]))]


def _sql(name: str) -> str:
    last = len(VERDICT.definitions)  # verdicts stand in the codebook from the gravest on
    ranks = " ".join(f"WHEN '{verdict}' THEN {rank}" for rank, verdict in enumerate(VERDICT.definitions))
    parts = {
        "gravest": _read("gravest"), "gravity": f"CASE verdict {ranks} ELSE {last} END", "least": str(last),
        "said": str(ATTRIBUTION),
    }  # fmt: skip
    text = _read(name)
    for part, sql in parts.items():
        text = text.replace(f"{{{part}}}", sql)
    return text


def _read(name: str) -> str:
    return read_packaged(_HERE / f"{name}.sql").strip()


def _field(sources: tuple[str, ...], name: str, lender: str, description: str = "") -> Field:
    """Return a column of a view whose rows each hold one row of *sources*."""
    table, _, column = lender.partition(".")
    if not column:
        kind: Kind = lender  # type: ignore[assignment]  # one of the kinds, as the tests show
        return Field(name, kind, name != "n_sources", description)
    lent = next(field for field in tables()[table].fields if field.name == column)
    if column == "id":
        lent = replace(lent, references=table, types=(BY_TABLE[table].record_type,))
    nullable = lent.nullable or table not in sources
    return replace(lent, name=name, nullable=nullable, description=description or lent.description)
