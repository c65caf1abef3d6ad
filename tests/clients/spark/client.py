"""Spark runs each query of the rule book, word for word, and finds the rows that DuckDB finds: ``client.py FOLDER``.

The folder is what ``tests.clients.rulebook`` writes. A query that only DuckDB reads must fail, and a row that is
another must be noticed. Needs Java 17 or newer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.ansi.enforceReservedKeywords": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Tables are small: what makes Spark fast over large ones costs more than it saves.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
ONLY_IN_DUCKDB = "SELECT tbl, regexp_matches(tbl, 'x') AS broken FROM ids QUALIFY row_number() OVER (ORDER BY pos) = 1"


@contextmanager
def session(folder: Path) -> Iterator[SparkSession]:
    """Provide Spark on this machine alone, which keeps its files in a folder."""
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]").appName("rulebook")
    own = {"spark.local.dir": folder, "spark.sql.warehouse.dir": folder / "warehouse"}
    for name, value in {**SETTINGS, **own}.items():
        builder = builder.config(name, str(value))
    spark = builder.getOrCreate()
    try:
        spark.sparkContext.setLogLevel("ERROR")
        yield spark
    finally:
        gateway: Any = spark.sparkContext._gateway
        spark.stop()
        gateway.proc.stdin.close()  # on which Java ends
        gateway.proc.wait(60)


def fill(spark: SparkSession, folder: Path, given: dict[str, Any]) -> None:
    """Make those tables and views of a dataset that its queries rest on."""
    named = names(json.dumps([[query["sql"], query["repeat"]] for query in given["queries"].values()]))
    for view, query in reversed(given["views"].items()):
        named |= names(query) if view in named else set()
    for table in named & set(given["tables"]):
        read(spark, folder / given["folder"] / f"{table}.parquet", given["tables"][table]).createOrReplaceTempView(
            table
        )
    for view in (one for one in given["views"] if one in named):
        spark.sql(given["views"][view]).createOrReplaceTempView(view)


def names(sql: str) -> set[str]:
    """Return the words in a query, among them all tables and views that it names."""
    return set(re.findall(r"\w+", sql))


def read(spark: SparkSession, path: Path, columns: list[tuple[str, str]]) -> DataFrame:
    """Return a table; one without rows has no file."""
    kinds = [(name, "STRING" if kind == "VARCHAR" else kind) for name, kind in columns]
    if path.exists():
        return spark.read.schema(", ".join(f'"{name}" {kind}' for name, kind in kinds)).parquet(str(path))
    return spark.sql(
        "SELECT " + ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in kinds) + " WHERE false"
    )


def repeat(spark: SparkSession, table: str, first: str, following: str) -> None:
    """Make a table and replace it by what follows from it, until the values of ``up`` no longer get fewer."""
    before, now = -2, -1
    while now and now != before:
        spark.sql(following if now >= 0 else first).localCheckpoint().createOrReplaceTempView(table)
        before, now = now, spark.sql(f"SELECT count(DISTINCT up) FROM {table}").collect()[0][0]


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
    wrong += list(controls(spark, folder, everything[0]))
    total = sum(count[1] for count in counts.values())
    return f"{len(counts)} queries over {len(everything)} datasets give the same {total} rows", wrong


def controls(spark: SparkSession, folder: Path, given: dict[str, Any]) -> Iterator[str]:
    """Yield what should be noticed, and is not: rows that are others, and a dialect."""
    fill(spark, folder, given)
    query = next(query for query in given["queries"].values() if query["rows"])
    first, *others = query["rows"]
    for rows in (others, [first, first, *others], [[None, *first[1:]], *others]):
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
