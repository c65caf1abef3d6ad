"""Print which kinds of sources back which verdicts, joined by DuckDB: of the bundled dataset, or of a release."""

import sys

import duckdb

import news_dataset as nd

dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd
paths = [str(dataset.path(table)) for table in ("assessments", "citations", "sources")]
query = """
    SELECT a.verdict, s.kind, c.stance, count(*) AS citations, count(DISTINCT s.id) AS sources
    FROM read_parquet($1) AS a
    JOIN read_parquet($2) AS c ON c.assessment = a.id
    JOIN read_parquet($3) AS s ON s.id = c.source
    GROUP BY ALL ORDER BY ALL
"""
with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
    found = connection.execute(query, paths)
    for row in [[column[0] for column in found.description or ()], *found.fetchall()]:
        print("{:17} {:11} {:12} {:>9} {:>8}".format(*row))
