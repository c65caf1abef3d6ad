"""Which kinds of sources stand behind which verdicts: a join over the Parquet files, in DuckDB itself."""

import duckdb

import news_dataset as nd

folder = nd.path("sources").parent
found = duckdb.execute(f"""
    select verdict, kind, stance, count(*) as citations, count(distinct id) as sources
    from '{folder}/views/claim_sources.parquet' c join '{folder}/sources.parquet' s on s.id = c.source
    group by all order by all""")
print(*("{:17}{:11}{:12}{:>3} citations of {:>2}".format(*row) for row in found.fetchall()), sep="\n")
