"""A check that compares rows: one query over the tables, with its manual page and its words beside it.

The query is in the SQL that DuckDB and Spark SQL (ANSI mode, double-quoted identifiers) both read, with no function of
our own; ``tests/test_rulebook.py`` lists the words that it may use. It returns one row per unit that it looks at, so
its denominator is the number of its rows:

``tbl, pos, col``  table, place and column at fault; an empty column means the whole row.
``broken``         whether the unit is at fault; null counts as false.
``skipped``        why the unit was not looked at; null where it was. Optional.
``is_warning``     whether what is at fault is a warning. Optional.
``why``            which of several messages is meant. Optional.
others             facts that a message names.

The tables hold the rows of all records that have the right shape. Ids and texts in them are keys, integers that are
equal where the texts are; codes and numbers are as they are. ``words`` is the digest of a fragment of a quotation, and
``quote_digests`` those of a quotation and, if it has several, its fragments, between bars. ``me`` is the key of
the record that a row belongs to. Beside them there are:

``ids``             tbl, pos, me, id of every record, also of those whose shape is broken
``refs``            tbl, pos, col, id of every reference in a record
``repeated``        tbl, id, first: ids that several records have, and where the first of these is
``own_records``     tbl, pos, me, id, is_misnamed, label, type of every record of the right shape
``parents``         tbl, pos, col, id, parent of every record that lies within or goes back to another of its type;
                    ``ancestry`` of broken ones too
``spans``           tbl, pos, article, end of every span
``first_articles``  articles but for those that repeat an id
``texts``           article, code_points of every text given; null where it is not the one that was annotated
``unsure``          tbl, col of references that may lead to a record in a file that cannot be read; ``hidden`` their ids
``published``       number, id of the release beside the records
``host``            id of every record of the dataset that a layer lies in, to which it may refer
``layered``         id of every record of the dataset that annotations in its layers refer to, articles included
``row_counts``, ``coverage``  what dataset.yaml asserts; ``counts`` tbl, n of every table
``present``         tbl of every table that was given
``run``             one row: is_whole, is_sound, keeps_ids
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import cleandoc

from news_dataset.issues import Code

NO_TEXT = "no text given: use --text"
OTHER_TEXT = "the text given is not the one that was annotated"
NO_ARTICLE = "the article's record is missing or broken"
PART = "only a part of a dataset: references need the whole"
NO_LENGTH = "the article does not say how long its text is"
NO_EVENT = "the event's record is missing or broken, or there are several of its id"
UNSOUND = "some files or records have errors of shape"
PARTIAL = "only a part of a dataset, or some of it has errors of shape"
HIDDEN = "it may be in a file or line that cannot be read"
APART = "the tables that belong together are not all here"

WHOLE = f"CASE WHEN NOT is_whole THEN '{PART}' END"
"""SQL: skipped where only a part of a dataset is there."""

SOUND = f"CASE WHEN NOT is_whole OR NOT is_sound THEN '{PARTIAL}' END"
"""SQL: skipped where only a part is there, or a record is broken."""


@dataclass(frozen=True)
class Query:
    """A check across rows, or its part for some tables: queries of one name are one check.

    Args:
        name: the code of its issues.
        layer: references, evidence, policy or shape.
        manual: its manual page; the first line is a sentence that says what is wrong.
        sql: the query.
        messages: the message and the hint of an issue, by ``why`` (empty: the only one); in braces stand columns of the
            row at fault, facts of the query, ``id`` and ``record_type`` of the record, and ``value`` (at the column).
        wrong: an invented example of the fault, as ``news-dataset explain`` shows it.
        right: the same, mended.
        repeat: a table, the query that it begins with, and the query that follows it; the second is repeated until
            the number of different values of ``up`` no longer falls.
        needs: tables without which it is skipped; the units are rows of the first.
        is_of_tables: whether only rows of tables can be at fault, and not records in files.
        is_fixed: whether no dataset may set its severity: a law or a view rests on it.
    """

    name: str
    layer: str
    manual: str
    sql: str
    messages: Mapping[str, tuple[str, str]]
    wrong: str
    right: str
    repeat: tuple[str, str, str] | None = None
    needs: tuple[str, ...] = ()
    is_of_tables: bool = False
    is_fixed: bool = False
    code: Code = field(init=False)

    def __post_init__(self) -> None:
        """Make the code of its issues; the manual page loses the indentation of the code around it."""
        object.__setattr__(self, "code", Code(self.name, self.layer, cleandoc(self.manual)))
