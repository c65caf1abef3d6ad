"""Spark runs every query of the rule book, word for word, and finds the rows that DuckDB finds: ``client.py FOLDER``.

The folder is what ``tests.clients.rulebook`` writes. A query that only DuckDB reads must fail, and a row that is another
must be noticed. Needs Java 17 or newer.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT))

from news_dataset.engine.database import span_digest

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.ansi.enforceReservedKeywords": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Tables are small: what Spark does to be fast over large ones costs more than it saves.
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
KINDS = {"VARCHAR": "STRING"}
ONLY_IN_DUCKDB = "SELECT tbl, regexp_matches(tbl, 'x') AS broken FROM ids QUALIFY row_number() OVER (ORDER BY pos) = 1"


@contextmanager
def session(folder: Path) -> Iterator[SparkSession]:
    """Provide Spark on this machine alone, which keeps its files in a folder."""
    os.environ |= {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]").appName("rulebook")
    own = {"spark.local.dir": folder, "spark.sql.warehouse.dir": folder / "warehouse"}
    for name, value in {**SETTINGS, **own}.items():
        builder = builder.config(name, str(value))
    spark = builder.getOrCreate()
    try:
        spark.sparkContext.setLogLevel("ERROR")
        spark.udf.register("span_digest", span_digest, "string")
        yield spark
    finally:
        spark.stop()


def fill(spark: SparkSession, folder: Path, given: dict[str, Any]) -> None:
    """Make the tables and views of a dataset."""
    for table, columns in given["tables"].items():
        path = folder / given["folder"] / f"{table}.parquet"
        if path.exists():
            schema = ", ".join(f'"{name}" {KINDS.get(kind, kind)}' for name, kind in columns)
            found = spark.read.schema(schema).parquet(str(path))
        else:
            nothing = ", ".join(f'CAST(NULL AS {KINDS.get(kind, kind)}) AS "{name}"' for name, kind in columns)
            found = spark.sql(f"SELECT {nothing} WHERE false")
        found.createOrReplaceTempView(table)
    for name, query in given["views"].items():
        spark.sql(query).createOrReplaceTempView(name)


def repeat(spark: SparkSession, table: str, first: str, following: str) -> None:
    """Make a table and replace it by what follows from it, until the values of ``up`` no longer get fewer."""
    before, now, query = -1, 0, first
    while now != before:
        before = now if query is following else -1
        spark.sql(query).localCheckpoint().createOrReplaceTempView(table)
        now, query = spark.sql(f"SELECT count(DISTINCT up) FROM {table}").first()[0], following
        if not now:
            break


def difference(spark: SparkSession, query: dict[str, Any]) -> str:
    """Run a query; return what is not as it was in DuckDB, or nothing."""
    if query["repeat"]:
        repeat(spark, *query["repeat"])
    found = spark.sql(query["sql"])
    if found.columns != query["columns"]:
        return f"columns {found.columns} instead of {query['columns']}"
    rows, wanted = (sorted(json.dumps(list(row)) for row in some) for some in (found.collect(), query["rows"]))
    if rows == wanted:
        return ""
    differing = sorted(set(rows) ^ set(wanted)) or ["one of them twice"]
    return f"{len(rows)} rows instead of {len(wanted)}, {len(differing)} differ: {differing[0]}"


def examine(spark: SparkSession, folder: Path) -> tuple[str, list[str]]:
    """Run all queries over all datasets; return what was looked at, and what is wrong."""
    wrong: list[str] = []
    counts: dict[str, list[Any]] = {}
    everything = json.loads((folder / "rulebook.json").read_text("utf-8"))
    for given in everything:
        fill(spark, folder, given)
        for name, query in given["queries"].items():
            start = time.monotonic()
            try:
                problem = difference(spark, query)
            except PySparkException as error:
                problem = " ".join(str(error).split())[:300]
            wrong += [f"{name} over {given['name']}: {problem}"] if problem else []
            count = counts.setdefault(name, [0, 0, 0, 0, 0.0])
            at = query["columns"].index("broken")
            adding = [1, len(query["rows"]), sum(bool(row[at]) for row in query["rows"]), not problem]
            count[:] = [old + new for old, new in zip(count, [*adding, time.monotonic() - start], strict=True)]
    for name, (runs, rows, broken, equal, seconds) in counts.items():
        print(f"{name:28} {rows:6} rows, {broken:5} broken, equal over {equal} of {runs} datasets, {seconds:.1f} s")
    wrong += list(uncontrolled(spark, everything[0]))
    total = sum(count[1] for count in counts.values())
    return f"{len(counts)} queries over {len(everything)} datasets give the same {total} rows", wrong


def uncontrolled(spark: SparkSession, given: dict[str, Any]) -> Iterator[str]:
    """Yield what a broken twin should have been refused for, but was not."""
    query = next(query for query in given["queries"].values() if query["rows"])
    others = [
        query["rows"][1:],
        [*query["rows"], query["rows"][0]],
        [[None, *query["rows"][0][1:]], *query["rows"][1:]],
    ]
    for rows in others:
        if not difference(spark, query | {"rows": rows}):
            yield "a changed row is not noticed"
    try:
        difference(spark, query | {"sql": ONLY_IN_DUCKDB})
        yield "a query in the dialect of DuckDB is read"
    except PySparkException:
        pass


def main() -> int:
    """Print a line for each query, what is wrong, and a summary."""
    home = os.environ.get("JAVA_HOME")
    if not (Path(home) / "bin" / "java").exists() if home else not shutil.which("java"):
        print("there is no Java, which Spark needs: install openjdk-17-jre-headless")
        return 1
    with TemporaryDirectory() as folder, session(Path(folder)) as spark:
        said, wrong = examine(spark, Path(sys.argv[1]))
    print("\n".join(wrong))
    print(f"{len(wrong)} not as expected: {wrong[0]}" if wrong else said)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
