"""The rule book is written in what DuckDB and Spark SQL both read; ``tests/clients/spark`` runs it on both."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from news_dataset.checks import QUERIES
from news_dataset.engine.rulebook import with_optional_columns
from news_dataset.engine.store import VIEWS

KEYWORDS = """
    ALL AND AS BIGINT BY CASE CAST CROSS DISTINCT ELSE END EXISTS FROM GROUP HAVING IN INTEGER IS JOIN LEFT NOT NULL ON
    OR OVER SELECT STRING THEN UNION WHEN WHERE WINDOW
"""
FUNCTIONS = "bool_or coalesce count lag length min power replace row_number split_part sum"
OPERATORS = frozenset(["=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "||"])  # "/" of integers differs


def dialect(sql: str) -> Iterator[str]:
    """What is in a query that one of the two does not read, or reads otherwise."""
    if "\\" in sql:
        yield "\\"  # which Spark reads as an escape
    names = re.sub(r"'(?:[^']|'')*'", " ", sql)
    names = re.sub(r'"[a-z_]+"', " ", names)
    unordered = re.sub(r"\(PARTITION BY [^()]+\)", "()", names)  # only rows of windows are in an order
    yield from set(re.findall(r"\b[A-Z][A-Z_]*\b", unordered)) - set(KEYWORDS.split())
    yield from set(re.findall(r"\b([a-z_]+)\s*\(", unordered)) - set(FUNCTIONS.split())
    yield from set(re.findall(r"[^\w\s,.()]+", unordered)) - OPERATORS


TEXTS = {
    **{f"{query.name} of {query.needs}": with_optional_columns(query) for query in QUERIES},
    **{f"{query.name} {at}": sql for query in QUERIES for at, sql in enumerate((query.repeat or ())[1:])},
    **VIEWS,
}


def test_every_query_and_view_is_in_the_common_subset() -> None:
    """Each word, function and operator is one of those that are listed here."""
    found = {name: sorted(set(dialect(sql))) for name, sql in TEXTS.items()}

    assert len(TEXTS) > len(QUERIES)
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ("SELECT pos::BIGINT FROM ids", "::"),
        ("SELECT pos FROM ids QUALIFY row_number() OVER (PARTITION BY me ORDER BY pos) = 1", "QUALIFY"),
        ("SELECT count(*) FILTER (WHERE broken) FROM ids", "FILTER"),
        ("SELECT min(pos ORDER BY me) FROM ids", "ORDER"),
        ("SELECT * REPLACE (1 AS pos) FROM ids", "REPLACE"),
        ("SELECT list(pos) FROM ids", "list"),
        ("SELECT regexp_matches(tbl, 'a') FROM ids", "regexp_matches"),
        ("SELECT tbl[1] FROM ids", "["),
        ("SELECT pos -> me FROM ids", "->"),
        ("SELECT pos / 2 FROM ids", "/"),
        ("SELECT `end` FROM spans", "`"),
        ("SELECT 'a\\b' AS col FROM ids", "\\"),
        ("SELECT TRY_CAST(tbl AS INTEGER) FROM ids", "TRY_CAST"),
    ],
)
def test_a_dialect_is_noticed(sql: str, wrong: str) -> None:
    """Negative control: what only one of the two reads is named."""
    assert wrong in set(dialect(sql))


def test_literals_and_quoted_names_are_no_words() -> None:
    assert (
        set(dialect("""SELECT 'the article''s FILTER (x)' AS col, e."end" FROM evidence e WHERE role <> 'A::B'"""))
        == set()
    )
