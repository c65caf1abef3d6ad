"""Tables: what rows may get wrong that records in files cannot."""

from __future__ import annotations

from news_dataset.checks.query import APART, Query
from news_dataset.records import CHILDREN, RECORDS, Row
from news_dataset.records.columns import columns


def _bound(model: type[Row]) -> str:
    """Return SQL for the bound of a date that is wrong in a row."""
    return "wrong_bound" if any(column.kind == "edtf" for column in columns(model)) else "CAST(NULL AS STRING)"


# Different powers of two from 2 to 2**n are the only n powers with this sum, so that most lists need no sorting.
_ORDINALS = " UNION ALL ".join(
    f"""
    SELECT '{child.table}' AS tbl, c.pos, c.ordinal, {_bound(child)} AS wrong_bound,
           CASE WHEN l.me IS NULL THEN c.ordinal ELSE l.due END AS due
    FROM {child.table} c LEFT JOIN (
        SELECT pos, me, row_number() OVER (PARTITION BY me ORDER BY ordinal, pos) AS due FROM {child.table}
        WHERE me IN (
            SELECT me FROM {child.table} GROUP BY me
            HAVING count(*) > 50 OR count(ordinal) < count(*) OR sum(power(2, ordinal)) <> power(2, count(*) + 1) - 2
        )
    ) l ON l.pos = c.pos"""
    for child in CHILDREN
)
_BOUNDS = " UNION ALL ".join(
    f"SELECT '{model.table}' AS tbl, pos, coalesce({_bound(model)}, 'id') AS col, "
    f"{_bound(model)} IS NOT NULL AS broken, 'bound' AS why, 0 AS due, NULL FROM {model.table}"
    for model in RECORDS
)


def _unlike(table: str, columns_of: tuple[str, ...], owners: str) -> str:
    """Return the rows of a derived table, and the first column that does not say what the record says."""
    cases = " ".join(f"WHEN d.{one} IS DISTINCT FROM o.{one} THEN '{one}'" for one in columns_of)
    there = f"EXISTS (SELECT 1 FROM present WHERE tbl = '{table}')"
    return f"""
    SELECT '{table}', d.pos, coalesce(CASE WHEN f.me IS NULL THEN CASE {cases} END END, 'id'),
           f.me IS NOT NULL OR CASE {cases} END IS NOT NULL, CASE WHEN f.me IS NULL THEN 'unlike' ELSE 'twice' END, 0,
           CASE WHEN o.me IS NULL THEN '{APART}' END
    FROM {table} d LEFT JOIN ({owners}) o ON o.me = d.me
    LEFT JOIN (SELECT me, min(pos) AS first FROM {table} GROUP BY me HAVING count(*) > 1) f
           ON f.me = d.me AND d.pos > f.first
    UNION ALL
    SELECT o.tbl, o.pos, 'id', true, '{table}', 0, NULL FROM ({owners}) o
    LEFT JOIN {table} d ON d.me = o.me WHERE d.me IS NULL AND {there}"""


_ENTITIES = " UNION ALL ".join(
    f"SELECT '{model.table}' AS tbl, pos, me, '{model.record_type}' AS type, name, country, wikidata FROM {model.table}"
    for model in RECORDS
    if {"name", "country", "wikidata"} <= {column.name for column in columns(model)}
)

BROKEN_TABLE = Query(
    "broken_table",
    "shape",
    """
        A row does not fit the other rows of its dataset, as only rows of tables can fail to.

        The rows of a record's list are numbered 1, 2, … in ``ordinal``. The columns ``_min`` and ``_max`` beside a date
        are its first and last day. Each record has its row in ``records``, and people, organizations and places theirs
        in ``entities``; the table ``codes`` defines the codes of its schema. Records in files have none of these:
        ``build`` makes them.
    """,
    f"""
    SELECT tbl, pos,
           CASE WHEN ordinal IS DISTINCT FROM due THEN 'ordinal' ELSE coalesce(wrong_bound, 'ordinal') END AS col,
           ordinal IS DISTINCT FROM due OR wrong_bound IS NOT NULL AS broken,
           CASE WHEN ordinal IS DISTINCT FROM due THEN 'ordinal' ELSE 'bound' END AS why, due,
           CAST(NULL AS STRING) AS skipped
    FROM ({_ORDINALS}) rows_of_lists
    UNION ALL {_BOUNDS}
    UNION ALL {_unlike("records", ("type", "label"), "SELECT * FROM own_records")}
    UNION ALL {_unlike("entities", ("type", "name", "country", "wikidata"), _ENTITIES)}
    UNION ALL SELECT 'codes', pos, 'code', is_unknown, 'code', 0, NULL FROM codes
    UNION ALL SELECT 'codes', -1, '', true, 'missing', 0, NULL FROM run WHERE EXISTS (SELECT 1 FROM missing_codes)
    """,
    {
        "ordinal": ("expected ordinal {due}, found {value}", "the rows of a record are numbered 1, 2, …"),
        "bound": ("{col} is not the {day_of_date}", ""),
        "unlike": ("{col} is not what the record says", ""),
        "twice": ("{id} has a second row here", ""),
        "records": ("the record has no row in records", ""),
        "entities": ("the record has no row in entities", ""),
        "code": ("the codebook {codebook} has no such code {code}", ""),
        "missing": ("the code {missing_code} is missing", ""),
    },
    "evidence.parquet has the ordinals 1, 3 and 4 for statement/port-example/01.",
    "evidence.parquet has the ordinals 1, 2 and 3 for statement/port-example/01.",
    is_of_tables=True,
)

QUERIES = (BROKEN_TABLE,)
