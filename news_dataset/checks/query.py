"""Checks that compare rows: each is a query over the tables, with its manual page, messages and examples.

The query is in the SQL that DuckDB and Spark SQL (ANSI mode, double-quoted identifiers) both read, with no function of
our own; ``tests/test_rulebook.py`` lists the words that it may use. It returns one row per unit that it checks, so the
number of its rows is the number of units:

``tbl, pos, col``  table, place and column at fault; an empty column means the whole row.
``broken``         whether the unit is at fault; null counts as false.
``skipped``        why the unit was not checked; null if it was. Optional.
``is_warning``     whether a fault is a warning. Optional.
``why``            which of the messages to use. Optional.
``other``          place of another row that the messages name. Optional.
``other_tbl``      its table, if that is not ``tbl``. Optional.
others             values for the messages.

The tables hold the rows of all records of the right shape. Ids and texts in them are keys, integers that are equal if
the texts are; codes and numbers are unchanged. ``words`` is the digest of a fragment of a quotation, and
``quote_digests`` has those of a quotation and, if it has several, of its fragments, joined by ``|``. ``me`` is the key
of the record that a row belongs to. There are also these tables and views:

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
from news_dataset.rules import text_literal

NO_TEXT = "no text given: use --text"
OTHER_TEXT = "the text given is not the one that was annotated"
NO_HASH = "the article has no text_sha256, so that no text can be told to be its own"
NO_ARTICLE = "the article's record is missing or broken"
PART = "only a part of a dataset: references need the whole"
NOT_HERE = "only a part of a dataset: the {}'s record is not in it"
NO_LENGTH = "the article does not say how long its text is"
NO_EVENT = "the event's record is missing or broken, or there are several of its id"
UNSOUND = "some files or records have errors of shape"
PARTIAL = "only a part of a dataset, or some of it has errors of shape"
IN_LAYER = "only a layer: the names of the dataset around it are not compared"
HIDDEN = "it may be in a file or line that cannot be read"
APART = "the tables that belong together are not all here"

WHOLE = f"CASE WHEN NOT is_whole THEN '{PART}' END"
"""SQL for ``skipped``: only a part of a dataset was given."""

SOUND = f"CASE WHEN NOT is_whole OR NOT is_sound THEN '{PARTIAL}' END"
"""SQL for ``skipped``: only a part of a dataset was given, or a record is broken."""


def missing(kind: str, reason: str) -> str:
    """Return SQL for why a record of a type cannot be found: *reason*, unless only a part of a dataset was given."""
    return f"CASE WHEN is_whole THEN {text_literal(reason)} ELSE {text_literal(NOT_HERE.format(kind))} END"


@dataclass(frozen=True)
class Query:
    """A check across rows, or the part of it for some tables: queries with one name are one check.

    Args:
        name: the code of its issues.
        layer: references, evidence, policy or shape.
        manual: its manual page; the first line is a sentence that says what the fault is.
        sql: the query.
        messages: the message and the hint of an issue, by ``why`` (empty: the only one); in braces are columns of the
            row at fault, columns of the query, ``id`` and ``record_type`` of the record, and ``value`` (at the column).
        wrong: an invented example of the fault, as ``news-dataset explain`` shows it.
        right: the same, mended.
        repeat: a table to be made first, the query that creates it, and the query that replaces it again and again,
            until its number of distinct ``up`` no longer falls.
        needs: tables without which it is skipped; the units are rows of the first.
        is_of_tables: whether only rows of tables can be at fault, and not records in files.
        is_fixed: whether no dataset may set its severity, since a law or a view depends on it.
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
