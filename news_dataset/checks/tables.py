"""Tables: what rows may get wrong that records in files cannot, looked at where tables are validated."""

from __future__ import annotations

from collections.abc import Iterator

from news_dataset.collection import Collection
from news_dataset.issues import Outcome


def broken_table(collection: Collection) -> Iterator[Outcome]:
    """A row does not fit the other rows of its dataset, as only rows of tables can fail to.

    The rows of a record's list are numbered 1, 2, … in ``ordinal``. The columns ``_min`` and ``_max`` beside a date are
    its first and last day. Each record has its row in ``records``, and people, organizations and places theirs in
    ``entities``; the table ``codes`` defines the codes of its schema. Records in files have none of these: ``build``
    makes them.
    """
    del collection  # holds records, never tables
    yield from ()


CHECKS = (broken_table,)
