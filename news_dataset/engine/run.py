"""One validation: load rows, validate what was not proven by models, run the rule book, build the report."""

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
from news_dataset.engine.nested import JudgedRecord, rows_of
from news_dataset.engine.rulebook import RuleBook
from news_dataset.engine.source import Context, ReportBuilder, Source
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
    """Provide empty tables for the rows of a source.

    Args:
        source: the source.
        memory: how much memory this process may use, such as ``1GB``; None for the default.
        session: returns the Spark session whose cluster keeps the tables; None for DuckDB in this process.
        is_keeping: whether whole rows are kept as well, to be published.
    """
    if session is None:
        with connected(memory) as database:
            yield DuckDBStore(database, source.profile, source.is_of_tables, is_keeping)
    else:
        from news_dataset.engine.spark import spark_store

        with spark_store(session(), source.profile, source.is_of_tables, is_keeping, memory) as store:
            yield store


def check(source: Source, store: Store, context: Context, sink: Sink | None = None) -> Report:
    """Run every check on a source and return the report.

    Args:
        source: where the rows come from.
        store: empty tables.
        context: what is known beside the rows.
        sink: is given every issue as it is found.
    """
    builder = ReportBuilder(sink, source.profile.severities)
    book = RuleBook(source, store, context, builder, prepare(source, store, context, builder))
    if context.unread_release:
        builder.tallies["lost_id"].skipped[context.unread_release] = 1
    for query in checks.QUERIES:
        if source.is_of_tables or not query.is_of_tables:
            book.run(query)
    _check_texts(source, store, context, builder)
    return builder.build(source.files)


def prepare(source: Source, store: Store, context: Context, builder: ReportBuilder) -> JudgedRecord | None:
    """Fill the tables that the rule book queries, and report what is wrong with single files and records.

    Args:
        source: where the rows come from.
        store: empty tables.
        context: what is known beside the rows.
        builder: gets the counts and issues.

    Returns:
        The record of ``dataset.yaml``; None if there is none.
    """
    for issue in source.issues:
        code = checks.CODES[issue.code]
        builder.add_tally(Tally(code.name, code.layer, checked=1, failed=1))
        builder.add_issues([issue])
        builder.is_sound &= issue.code == "unknown_key"  # an additional column hides no row
    store.fill("present", [(name,) for name in sorted(source.available_tables)])
    store.load(source)
    source.compare_codes(store)
    if source.is_of_tables:
        store.find_repeated()
    is_suspected = store.suspect_unproven()
    _count_proven(store, source.ownerless_tables, builder)
    description, unread = _judge_unproven(
        source, store, builder, source.unproven_portions(store) if is_suspected else ()
    )
    store.remove_broken()
    if not source.is_of_tables:
        store.find_repeated()
    _fill_context_tables(source, store, context, builder.is_sound, description, source.hidden_records(unread))
    return description


@dataclass(frozen=True)
class Verdict:
    """The result of validating records by their models, in a form that can be pickled.

    Args:
        reports: the report of each check of single records.
        is_sound: whether no record is broken or unread.
        broken: rows for the table ``broken``.
        rows: rows of valid records that are not in the tables yet, by table.
        unread: the types of records of which one could not be read; empty text: any type.
        descriptions: the records of ``dataset.yaml`` among them, usually none.
    """

    reports: Sequence[Report]
    is_sound: bool
    broken: Sequence[tuple[str, int, int, str | None, str | None]]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    unread: Set[str]
    descriptions: Sequence[JudgedRecord]


def judge(source: Source, portion: Any) -> Verdict:
    """Validate the records of a portion by their models."""
    documents, judged, unread = source.judge(portion)
    entries = tuple(record.entry for record in judged)
    part = Records(Path(), tuple(documents), entries, is_whole=False, profile=source.profile)
    broken = [_broken_row(record) for record in judged if record.entry.row is None]
    broken += [("", me, me, None, None) for me in dict.fromkeys(me for me, _ in unread)]
    kinds = {kind for _, kind in unread}
    new = rows_of([record for record in judged if record.entry.row is not None and record.is_new])
    descriptions = [record for record in judged if isinstance(record.entry.row, Description)]
    return Verdict(shape.run(part), part.is_sound, broken, new, kinds, descriptions)


def _judge_unproven(
    source: Source, store: Store, builder: ReportBuilder, portions: Iterable[Any]
) -> tuple[JudgedRecord | None, set[str]]:
    """Validate by models the records of portions, and those in memory; report and store the result.

    Returns:
        The record of ``dataset.yaml``, if there is one; the types of records of which one could not be read.
    """
    description, unread = None, set[str]()
    verdicts = store.parallel_map(partial(judge, source.picklable()), portions)
    for verdict in chain(verdicts, (judge(source, portion) for portion in source.portions_in_memory())):
        for report in verdict.reports:
            builder.add_tally(report.tallies[0])
            builder.add_issues(report.issues)
        builder.is_sound &= verdict.is_sound
        store.fill("broken", verdict.broken, keyed=(3, 4))
        for table, rows_of_table in verdict.rows.items():
            store.add_rows(table, rows_of_table)
        description = next(iter(verdict.descriptions), description)
        unread |= verdict.unread
    return description, unread


def _broken_row(record: JudgedRecord) -> tuple[str, int, int, str | None, str | None]:
    """Return the row of the table ``broken`` for a record: table, pos, me, id and parent."""
    entry, pos, me = record.entry, record.pos, record.me
    if (
        entry.kind not in BY_TYPE
    ):  # no record, but a row: it has no id, and the record that it belongs to is broken, too
        return "", pos, me, None, None
    model = BY_TYPE[entry.kind]
    parent = entry.data.get(parent_column(model) or "")
    return model.table, pos, me, entry.id or None, parent if isinstance(parent, str) else None


def _count_proven(store: Store, ownerless: Collection[str], builder: ReportBuilder) -> None:
    """Count as checked the units of checks of single records in the proven rows.

    Args:
        store: the tables.
        ownerless: the tables whose rows, like records, are units themselves.
        builder: gets the counts.
    """
    queries = []
    for table in sorted(store.filled):
        units = rows.unit_counts(store.models[table])
        sums = [f"coalesce(sum({f'units_{code}' if code in units else 0}), 0)" for code in rows.PER_VALUE]
        proven = f"{table} t WHERE proven AND NOT EXISTS (SELECT 1 FROM suspects s WHERE s.me = t.me)"
        queries.append(f"SELECT '{table}', count(*), {', '.join(sums)} FROM {proven}")
    for table, count, *values in store.stream_all(queries):
        whole = dict.fromkeys(rows.PER_RECORD, count) if table in BY_TABLE or table in ownerless else {}
        whole |= {"out_of_order": count} if rows.is_ordered(store.models[table]) else {}
        for code, number in [*whole.items(), *zip(rows.PER_VALUE, values, strict=True)]:
            builder.tallies[code].checked += int(number)


def _fill_context_tables(
    source: Source,
    store: Store,
    context: Context,
    is_sound: bool,
    description: JudgedRecord | None,
    hidden: tuple[set[str], set[str]],
) -> None:
    """Fill the tables that queries use beside those of the records.

    Args:
        source: where the rows come from.
        store: the tables.
        context: what is known beside the rows.
        is_sound: whether no record is broken or unread.
        description: the record of ``dataset.yaml``, if there is one.
        hidden: ids that unreadable files may hold, and types of which they may hold any id.
    """
    ids, types = hidden
    about = description.entry.row if description else None
    keeps_ids = isinstance(about, Description) and (
        bool(about.keeps_ids) or (about.keeps_ids is None and bool(context.published))
    )
    store.fill("run", [(context.is_whole, is_sound, keeps_ids and not context.unread_release)])
    right = words.Texts(context.texts, context.articles).right
    lengths = [(article, len(right[article].words) if article in right else None) for article in context.texts]
    store.fill("texts", lengths, keyed=(0,))
    store.fill("hidden", [(record_id,) for record_id in sorted(ids)], keyed=(0,))
    store.fill("unsure", unsure_references(types))
    store.fill("published", list(enumerate(context.published)), keyed=(1,))
    store.fill("host", [(record_id,) for record_id in context.host], keyed=(0,))
    store.fill("layered", [(record_id,) for record_id in sorted(context.layers.ids)], keyed=(0,))
    if description and isinstance(about, Description):
        pos = description.pos
        counts = [(pos + ordinal, row.table, row.min, row.max) for ordinal, row in enumerate(about.row_counts, 1)]
        store.fill("row_counts", counts)
        shares = [(pos + ordinal, row.of, row.min_percent) for ordinal, row in enumerate(about.coverage, 1)]
        store.fill("coverage", shares)


def _check_texts(source: Source, store: Store, context: Context, builder: ReportBuilder) -> None:
    """Run the checks that need the text of an article, on the records of articles whose text is given."""
    if not context.texts:
        return
    texts = words.Texts(context.texts, context.articles)
    for entries in source.entries(store, tuple(BY_TABLE)):
        for check_words in words.CHECKS:  # each is named after its code
            report = shape.counted(checks.CODES[check_words.__name__], check_words(entries, texts))
            builder.add_tally(report.tallies[0])
            builder.add_issues(report.issues)
