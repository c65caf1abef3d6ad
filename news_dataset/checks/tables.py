"""Tables: errors of rows that records in files cannot have."""

from __future__ import annotations

from news_dataset.checks.query import APART, Query
from news_dataset.records import CHILDREN, RECORDS, Row
from news_dataset.records.columns import columns


def _bound(model: type[Row]) -> str:
    """Return SQL for the name of a wrong column ``_min`` or ``_max``; null for a table without dates."""
    return "wrong_bound" if any(column.kind == "edtf" for column in columns(model)) else "CAST(NULL AS STRING)"


# n powers of two, from 2 on, have the sum 2**(n+1) - 2 only if their exponents are 1 to n: most lists need no sorting.
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


def _differing(table: str, compared: tuple[str, ...], owners: str) -> str:
    """Return SQL for the rows of a derived table that are missing, are there twice, or differ from their record.

    Args:
        table: the derived table.
        compared: the columns that are compared.
        owners: SQL for the records, with these columns.
    """
    cases = " ".join(f"WHEN d.{name} IS DISTINCT FROM o.{name} THEN '{name}'" for name in compared)
    is_given = f"EXISTS (SELECT 1 FROM present WHERE tbl = '{table}')"
    return f"""
    SELECT '{table}', d.pos, coalesce(CASE WHEN f.me IS NULL THEN CASE {cases} END END, 'id'),
           f.me IS NOT NULL OR CASE {cases} END IS NOT NULL, CASE WHEN f.me IS NULL THEN 'unlike' ELSE 'twice' END, 0,
           CASE WHEN o.me IS NULL THEN '{APART}' END
    FROM {table} d LEFT JOIN ({owners}) o ON o.me = d.me
    LEFT JOIN (SELECT me, min(pos) AS first FROM {table} GROUP BY me HAVING count(*) > 1) f
           ON f.me = d.me AND d.pos > f.first
    UNION ALL
    SELECT o.tbl, o.pos, 'id', true, '{table}', 0, NULL FROM ({owners}) o
    LEFT JOIN {table} d ON d.me = o.me WHERE d.me IS NULL AND {is_given}"""


_ENTITIES = " UNION ALL ".join(
    f"SELECT '{model.table}' AS tbl, pos, me, '{model.record_type}' AS type, name, country, wikidata FROM {model.table}"
    for model in RECORDS
    if {"name", "country", "wikidata"} <= {column.name for column in columns(model)}
)

BROKEN_TABLE = Query(
    "broken_table",
    "shape",
    """
        A row of a table contradicts other rows of its dataset, in a way that records in files cannot.

        The rows of a record's list are numbered 1, 2, … in ``ordinal``. The columns ``_min`` and ``_max`` beside a date
        are its first and last day. Each record has a row in ``records``, and each person, organization and place one in
        ``entities``; the table ``codes`` defines the codes of its schema. Records in files have none of these:
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
    UNION ALL {_differing("records", ("type", "label"), "SELECT * FROM own_records")}
    UNION ALL {_differing("entities", ("type", "name", "country", "wikidata"), _ENTITIES)}
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
