"""Views: tables that are joined from the others, each defined by one file of SQL for both DuckDB and SQLite (3.37).

A claim has two verdicts: on its *attribution* (did those named as its source say it? attribution and quotation) and on
its *content* (is it so? veracity, date, place, quantity). Each is the gravest verdict of the assessments of these
aspects, and null if there are none.
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
_ATTRIBUTION_VERDICT = (
    "Did they say it? The gravest verdict on attribution and quotation; null: not assessed, or narrated."
)
_CONTENT_VERDICT = "Is it so? The gravest verdict on veracity, date, place and quantity; null: not assessed."
_FINDING = "The grounds of that verdict."
_INDEPENDENCE = "Whether the sources of that verdict are independent."
_OFFICE = "The office that they held on the day of the occasion, else of the article."

_Column = tuple[str, str] | tuple[str, str, str]
"""Name; the column whose properties it has, or the kind of a new column; a description, if it has its own."""

_CLAIM: tuple[_Column, ...] = (
    ("gist", "statements.gist"),
    ("quote", "statements.quote"),
    ("certainty", "statements.certainty"),
    ("polarity", "statements.polarity"),
    ("attribution_verdict", "assessments.verdict", _ATTRIBUTION_VERDICT),
    ("attribution_finding", "assessments.finding", _FINDING),
    ("attribution_independence", "assessments.independence", _INDEPENDENCE),
    ("content_verdict", "assessments.verdict", _CONTENT_VERDICT),
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
_VIEWS = {
    "claims": ("One row per statement: who is said to have said it, whether they did, and whether it is so.",
               ("statements",), ("statement",)),
    "who_said_what": ("One row per statement and speaker; of a statement without speakers one row.",
                      ("statements",), ()),
    "timeline": ("One row per event and report of it, by date; of an event that nobody reports one row.",
                 ("events",), ()),
    "claim_sources": ("One row per source that an assessment of a statement or event cites.",
                      ("assessments", "citations"), ()),
}  # fmt: skip
"""Description; the tables of which every row of the view has a row, so that their columns are not null; key, or ()."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Table):
    """A table that is joined from others.

    Args:
        sql: a SELECT that also orders the rows.
        reads: the names of the tables and views that it reads.
    """

    sql: str
    reads: tuple[str, ...]

    @property
    def path(self) -> str:
        """The path of the view in a release or an export, without the suffix of the file."""
        return f"views/{self.name}"


@cache
def views() -> dict[str, View]:
    """Return the views by name, each after those that it reads."""
    by_name: dict[str, View] = {}
    for name, (description, sources, key) in _VIEWS.items():
        fields = tuple(_field(sources, *column) for column in _COLUMNS[name])
        sql = _view_sql(name)
        from_or_joined = [*dict.fromkeys(re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", sql))]
        reads = tuple(table for table in from_or_joined if table in tables() or table in by_name)
        by_name[name] = View(name, description, fields, key, sql=sql, reads=reads)
    return by_name


def definitions(names: Iterable[str] | None = None) -> Iterator[str]:
    """Yield the statements that create views, those in *names* or, for None, all."""
    wanted = views() if names is None else names
    return (f"CREATE VIEW {view.name} AS\n{view.sql}" for view in views().values() if view.name in wanted)


def with_dependencies(names: Iterable[str]) -> list[str]:
    """Return *names* with all tables and views that these views read."""
    result = list(names)
    for name in result:  # which grows meanwhile
        reads = views()[name].reads if name in views() else ()
        result += [read for read in reads if read not in result]
    return result


def supported(available: Iterable[str]) -> list[str]:
    """Return the names of the views whose tables are all in *available*."""
    known = {*available, *views()}
    return [name for name in views() if known.issuperset(with_dependencies([name]))]


def _view_sql(name: str) -> str:
    """Return the SELECT of a view, with the parts in braces filled in."""
    verdicts = [*VERDICT.definitions]  # the gravest first
    ranks = " ".join(f"WHEN '{verdict}' THEN {rank}" for rank, verdict in enumerate(verdicts))
    parts = {
        "gravest": _sql_file("gravest"), "gravity": f"CASE verdict {ranks} ELSE {len(verdicts)} END",
        "least": str(len(verdicts)), "said": str(ATTRIBUTION),
    }  # fmt: skip
    text = _sql_file(name)
    for part, sql in parts.items():
        text = text.replace(f"{{{part}}}", sql)
    return text


def _sql_file(name: str) -> str:
    """Return the content of a packaged file of SQL."""
    return read_packaged(_HERE / f"{name}.sql").strip()


def _field(sources: tuple[str, ...], name: str, origin: str, description: str = "") -> Field:
    """Return a column of a view; the arguments after *sources* are a ``_Column``.

    *sources* are the tables of which every row of the view has a row.
    """
    table, _, column = origin.partition(".")
    if not column:
        kind: Kind = origin  # type: ignore[assignment]  # always a kind, which the tests check
        return Field(name, kind, name != "n_sources", description)
    field = next(field for field in tables()[table].fields if field.name == column)
    if column == "id":
        field = replace(field, references=table, types=(BY_TABLE[table].record_type,))
    nullable = field.nullable or table not in sources
    return replace(field, name=name, nullable=nullable, description=description or field.description)
