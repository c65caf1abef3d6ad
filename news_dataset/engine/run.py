"""One pass over a dataset: rows in, records judged, the rule book run, everything reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset import checks
from news_dataset.checks import shape, words
from news_dataset.collection import Collection as Records
from news_dataset.engine import rows
from news_dataset.engine.database import connected
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.nested import Judged, rows_of
from news_dataset.engine.rulebook import RuleBook
from news_dataset.engine.source import Context, Gathering, Source
from news_dataset.engine.store import Store, unsure_references
from news_dataset.issues import Report, Sink, Tally
from news_dataset.records import BY_TABLE, BY_TYPE, Description
from news_dataset.records.columns import parent_column

if TYPE_CHECKING:
    from news_dataset.engine.session import Session


@contextmanager
def empty_store(
    source: Source, *, memory: str | None = None, session: Session | None = None, is_keeping: bool = False
) -> Iterator[Store]:
    """Provide the empty tables that a source is to be checked in.

    Args:
        source: the source.
        memory: how much memory the engine may take in this process.
        session: returns the Spark session on whose cluster the tables are; None for DuckDB in this process.
        is_keeping: whether whole rows are kept, to be published.
    """
    if session is None:
        with connected(memory) as database:
            yield DuckDBStore(database, source.profile, source.is_of_tables, is_keeping)
    else:
        from news_dataset.engine.spark import spark_store

        with spark_store(session(), source.profile, source.is_of_tables, is_keeping, memory) as store:
            yield store


def check(source: Source, store: Store, context: Context, sink: Sink | None = None) -> Report:
    """Run every check on a source and return everything that was found and counted.

    Args:
        source: where the rows come from.
        store: empty tables.
        context: what is known beside the rows.
        sink: takes every issue as it is found.
    """
    gathering = Gathering(sink, source.profile.severities)
    book = RuleBook(source, store, context, gathering, prepare(source, store, context, gathering))
    if context.unread_release:
        gathering.tallies["lost_id"].skipped[context.unread_release] = 1
    for query in checks.QUERIES:
        if source.is_of_tables or not query.is_of_tables:
            book.run(query)
    _check_words(source, store, context, gathering)
    return gathering.report(source.files)


def prepare(source: Source, store: Store, context: Context, gathering: Gathering) -> Judged | None:
    """Fill the tables that the rule book runs over; return the record of ``dataset.yaml`` if there is one."""
    for issue in source.issues:
        code = checks.CODES[issue.code]
        gathering.count(Tally(code.name, code.layer, checked=1, failed=1))
        gathering.found([issue])
        gathering.is_sound &= issue.code == "unknown_key"  # a column too many hides no row
    store.fill("present", [(name,) for name in sorted(source.present)])
    store.load(source)
    source.compare(store)
    if source.is_of_tables:
        store.find_repeated()
    is_suspected = store.suspect_unproven()
    _count_proven(store, source.alone, gathering)
    description, unread = _judge(source, store, gathering, source.portions(store) if is_suspected else ())
    store.remove_broken()
    if not source.is_of_tables:
        store.find_repeated()
    _fill(source, store, context, gathering.is_sound, description, source.hidden(unread))
    return description


@dataclass(frozen=True)
class Verdict:
    """What the models say of some records: plain values, which another process can be told.

    Args:
        reports: what each check of single records found and counted.
        is_sound: whether nothing hides a record.
        broken: rows of the table ``broken``.
        rows: rows to be added, by table.
        unread: types of records of which one could not be read (empty: any).
        descriptions: the record of ``dataset.yaml``.
    """

    reports: Sequence[Report]
    is_sound: bool
    broken: Sequence[tuple[str, int, int, str | None, str | None]]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    unread: Set[str]
    descriptions: Sequence[Judged]


def judge(source: Source, portion: Any) -> Verdict:
    """Judge some records by their models."""
    documents, judged, unread = source.judged(portion)
    entries = tuple(one.entry for one in judged)
    part = Records(Path(), tuple(documents), entries, is_whole=False, profile=source.profile)
    broken = [_broken_row(one) for one in judged if one.entry.row is None]
    broken += [("", me, me, None, None) for me, _ in unread]
    kinds = {kind for _, kind in unread}
    new = rows_of([one for one in judged if one.entry.row is not None and one.is_new])
    descriptions = [one for one in judged if isinstance(one.entry.row, Description)]
    return Verdict(shape.run(part), part.is_sound, broken, new, kinds, descriptions)


def _judge(
    source: Source, store: Store, gathering: Gathering, portions: Iterable[Any]
) -> tuple[Judged | None, set[str]]:
    """Judge what was not proven; return the record of ``dataset.yaml`` if there is one, and types not all read."""
    description, unread = None, set[str]()
    away = store.spread(partial(judge, source.portable()), portions)
    for verdict in chain(away, (judge(source, portion) for portion in source.held())):
        for report in verdict.reports:
            gathering.count(report.tallies[0])
            gathering.found(report.issues)
        gathering.is_sound &= verdict.is_sound
        store.fill("broken", verdict.broken, keyed=(3, 4))
        for table, rows_of_table in verdict.rows.items():
            store.add_rows(table, rows_of_table)
        description = next(iter(verdict.descriptions), description)
        unread |= verdict.unread
    return description, unread


def _broken_row(one: Judged) -> tuple[str, int, int, str | None, str | None]:
    if one.entry.kind not in BY_TYPE:  # a row alone: nothing refers to it, but what it belongs to is broken too
        return "", one.pos, one.me, None, None
    model = BY_TYPE[one.entry.kind]
    parent = one.entry.data.get(parent_column(model) or "")
    return model.table, one.pos, one.me, one.entry.id or None, parent if isinstance(parent, str) else None


def _count_proven(store: Store, alone: Collection[str], gathering: Gathering) -> None:
    """Count the units of single records in the rows that are proven, all of which pass; rows *alone* are units."""
    queries = []
    for table in sorted(store.filled):
        units = rows.units(store.models[table])
        sums = [f"coalesce(sum({f'units_{code}' if code in units else 0}), 0)" for code in rows.PER_VALUE]
        proven = f"{table} t WHERE proven AND NOT EXISTS (SELECT 1 FROM suspects s WHERE s.me = t.me)"
        queries.append(f"SELECT '{table}', count(*), {', '.join(sums)} FROM {proven}")
    for table, count, *found in store.several(queries):
        whole = dict.fromkeys(rows.PER_RECORD, count) if table in BY_TABLE or table in alone else {}
        whole |= {"out_of_order": count} if rows.is_ordered(store.models[table]) else {}
        for code, number in [*whole.items(), *zip(rows.PER_VALUE, found, strict=True)]:
            gathering.tallies[code].checked += int(number)


def _fill(
    source: Source,
    store: Store,
    context: Context,
    is_sound: bool,
    description: Judged | None,
    hidden: tuple[set[str], set[str]],
) -> None:
    """Fill the tables that queries name beside those of the records."""
    ids, types = hidden
    asserted = description and description.entry.row
    keeps_ids = isinstance(asserted, Description) and (
        bool(asserted.keeps_ids) or (asserted.keeps_ids is None and bool(context.published))
    )
    store.fill("run", [(context.is_whole, is_sound, keeps_ids and not context.unread_release)])
    right = words.Texts(context.texts, context.articles).right
    lengths = [(article, len(right[article].words) if article in right else None) for article in context.texts]
    store.fill("texts", lengths, keyed=(0,))
    store.fill("hidden", [(one,) for one in sorted(ids)], keyed=(0,))
    store.fill("unsure", unsure_references(types))
    store.fill("published", list(enumerate(context.published)), keyed=(1,))
    store.fill("host", [(one,) for one in context.host], keyed=(0,))
    store.fill("layered", [(one,) for one in sorted(context.layers.ids)], keyed=(0,))
    if description and isinstance(asserted, Description):
        pos = description.pos
        found = [(pos + at, one.table, one.min, one.max) for at, one in enumerate(asserted.row_counts, 1)]
        store.fill("row_counts", found)
        store.fill("coverage", [(pos + at, one.of, one.min_percent) for at, one in enumerate(asserted.coverage, 1)])


def _check_words(source: Source, store: Store, context: Context, gathering: Gathering) -> None:
    """Run the checks that need the words of an article on what has a text."""
    if not context.texts:
        return
    texts = words.Texts(context.texts, context.articles)
    for entries in source.entries(store, tuple(BY_TABLE)):
        for one in words.CHECKS:
            report = shape.counted(checks.CODES[one.__name__], one(entries, texts))
            gathering.count(report.tallies[0])
            gathering.found(report.issues)
