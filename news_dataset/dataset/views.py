"""Load the views of a dataset, and query its tables and views with SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from news_dataset import stores
from news_dataset.dataset.tables import TableAccess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    import pyarrow as pa


_MAX_LOADED_ROWS = 500_000
"""Larger tables are read in batches for a query."""


class ViewAccess(TableAccess):
    """Provide the methods of a dataset that join its tables."""

    def claims(self, *, include_withdrawn: bool = False) -> pd.DataFrame:
        """Load the view ``claims``: one row per statement, with its two verdicts.

        ``attribution_verdict`` answers "did they say it?", ``content_verdict`` "is it so?": the gravest verdict of each
        kind, with its ``…_finding`` and ``…_independence``. It is null where nothing was assessed; attribution also
        where the article speaks in its own voice. Other columns: statement, article, headline, status, kind,
        claim_type, speakers and addressees (names joined by ``; ``), gist, quote, certainty, polarity, n_sources,
        occasion, and the dates occasion_date, reported_date and assessed_date (EDTF).

        Args:
            include_withdrawn: whether to include claims of withdrawn articles.

        Examples:
            >>> claims = nd.claims()
            >>> claims[claims["attribution_verdict"] == "contradicted"]["speakers"].unique().tolist()
            ['Lee Jae Myung; Shigeru Ishiba']
        """
        return self._view("claims", include_withdrawn)

    def who_said_what(self, *, include_withdrawn: bool = False) -> pd.DataFrame:
        """Load the view ``who_said_what``: one row per statement and speaker.

        A statement without speakers has one row. Where ``attribution_verdict`` is contradicted or unsupported, sources
        do not bear out that the speaker said it. Columns: article, headline, status, statement, kind, claim_type,
        speaker, speaker_name, speaker_country, speaker_office (held on the day of the occasion, else of the article),
        occasion, occasion_date, gist, quote, certainty, polarity, and verdict, finding and independence of attribution
        and of content, as in ``claims``.

        Args:
            include_withdrawn: as for ``claims``.

        Examples:
            >>> said = nd.who_said_what().set_index("statement")
            >>> said.loc["statement/lee-ishiba-tokyo/04", ["speaker_name", "speaker_office"]].tolist()
            ['Shigeru Ishiba', 'Prime Minister of Japan']
        """
        return self._view("who_said_what", include_withdrawn)

    def timeline(self, *, include_withdrawn: bool = False) -> pd.DataFrame:
        """Load the view ``timeline``: one row per event and statement that reports it.

        Rows are ordered by the date that independent sources show. Columns: event, title, type, factuality, place, date
        (EDTF), date_min, date_max, statement, status, gist, realis, reported_text, reported_date (EDTF),
        reported_verdict (on that date), event_verdict (on the event itself), differs (whether the reported date is
        contradicted; null if not assessed).

        Args:
            include_withdrawn: as for ``claims``; without them, events that only withdrawn articles report are left out.

        Examples:
            >>> wrong = nd.timeline().query("differs == True")
            >>> wrong[["reported_text", "date"]].to_dict("records")[1]
            {'reported_text': 'June 12', 'date': '2025-08-25'}
        """
        return self._view("timeline", include_withdrawn)

    def claim_sources(self, *, include_withdrawn: bool = False) -> pd.DataFrame:
        """Load the view ``claim_sources``: one row per source cited in an assessment.

        Columns: target (the statement or event), status, aspect, verdict, source, publisher, url, stance, says (what
        the source says).

        Args:
            include_withdrawn: as for ``claims``.

        Examples:
            >>> sources = nd.claim_sources().query("stance == 'contradicts'")
            >>> "statement/lee-ishiba-tokyo/02" in set(sources["target"])
            True
        """
        return self._view("claim_sources", include_withdrawn)

    def sql(self, query: str) -> pd.DataFrame:
        """Run a SELECT over the tables and views, and return the result as a frame.

        The query is in DuckDB's SQL. It can write nothing, and read nothing but the dataset: no files, no settings, no
        Python variables. Columns have the dtypes that ``load`` gives; a column with the name and values of a column of
        codes is a category.

        Args:
            query: one SELECT, such as ``select kind, count(*) from statements group by kind``.

        Raises:
            ValueError: it is not a SELECT, or names an unknown table, column or function; the message is one line.
            UnsafeInputError: it needs more memory than the limit.
            SetupError: the disk is full.

        Examples:
            >>> nd.sql("select claim_type, count(*) as n from claims where kind = 'direct' group by 1")
               claim_type  n
            0  evaluation  1
        """
        from news_dataset import frames

        return frames.to_pandas(self._query(query), stores.versions(self._store()))

    def _rows_for_query(self, name: stores.Table) -> pa.Table | Iterator[pa.RecordBatch]:
        """Return a table for a query; a large one in batches, to bound memory."""
        from news_dataset.released import Release

        store = self._store()
        is_large = store.counts()[name] > _MAX_LOADED_ROWS
        return self.iter_batches(name, hashed=isinstance(store, Release)) if is_large else store.table(name)

    def _query(self, sql: str) -> pa.Table:
        """Run a SELECT; errors as ``sql``."""
        from functools import partial

        from news_dataset import query

        views = {name: partial(self._published_view, name) for name in get_args(stores.View)}
        sources: dict[str, query.Source] = {
            **views,
            **{name: partial(self._rows_for_query, name) for name in self.tables()},
        }
        return query.run(sql, sources)

    def _published_view(self, name: str) -> pa.Table | None:
        """Return a view as published; None if it must be computed from the tables."""
        from news_dataset.released import Release

        store = self._store()
        return store.view(name) if isinstance(store, Release) and name in store.views else None

    def _view_tables(self, tables: Iterable[str]) -> dict[str, pa.Table]:
        """Return every view that needs no other tables than these, by name."""
        from news_dataset.views import supported

        return {name: self._view_table(name) for name in supported(tables)}

    def _view_table(self, name: str) -> pa.Table:
        """Return all rows of a view, published or computed."""
        table = self._published_view(name)
        if table is not None:
            return table
        from news_dataset.frames import as_schema
        from news_dataset.tabular import arrow_schema
        from news_dataset.views import views

        return as_schema(self._query(f"SELECT * FROM {name}"), arrow_schema(views()[name]))

    def _view(self, name: str, include_withdrawn: bool) -> pd.DataFrame:
        """Return a view as a pandas frame."""
        from news_dataset import frames

        frame = frames.to_pandas(self._view_table(name), stores.versions(self._store()))
        return frame if include_withdrawn else frame[frame["status"] != "withdrawn"].reset_index(drop=True)
