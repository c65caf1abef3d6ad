"""A Spark cluster of one and of two workers beside DuckDB, in one run: ``python -m benchmarks.cluster``.

Each validates the same invented tables: a cluster twice, since the first time Java compiles what it runs. Sessions are
started before the clock is.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from benchmarks.results import put
from news_dataset.issues import Report
from news_dataset.testing import write_synthetic
from news_dataset.validation import validated
from tests.cluster import cluster, session

PAGE = Path(__file__).with_name("RESULTS.md")
ROUNDS = 3


def main() -> int:
    """Measure, print the section of the page, and write it with ``--write``."""
    known = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=(__doc__ or "").partition("\n")[0])
    known.add_argument("--size", type=float, default=36_000, help="how many statements (default: 36000)")
    known.add_argument("--write", action="store_true", help="write the figures into benchmarks/RESULTS.md")
    options = known.parse_args()
    with TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        write_synthetic(tables, int(options.size), 7)
        rows = sum(pq.ParquetFile(path).metadata.num_rows for path in tables.glob("*.parquet"))
        found = {"DuckDB": median(seconds(lambda: validated(tables)) for _ in range(ROUNDS))}
        for workers in (1, 2):
            place = Path(folder) / f"cluster{workers}"
            place.mkdir()
            with cluster(place, workers) as made, session(made) as spark:
                for which in ("first", "second"):
                    name = f"Spark, {workers} worker{'s' * (workers > 1)}, {which} run"
                    found[name] = seconds(lambda: validated(tables, session=lambda: spark))
    text = section(found, rows)
    print(text)
    if options.write:
        put(PAGE, text, "make bench-spark")
    return 0


def seconds(run: Callable[[], Report]) -> float:
    """Return how long a run takes that finds nothing wrong."""
    start = time.monotonic()
    run().raise_for_errors()
    return time.monotonic() - start


def section(found: dict[str, float], rows: int) -> str:
    """Return the figures as a table, as ratios to DuckDB."""
    machine = f"{date.today()}; {platform.machine()}, 2 cores for all processes, driver included"
    lines = [f"| {name} | {took:.1f} | {took / found['DuckDB']:.1f} |" for name, took in found.items()]
    head = f"`validate` of all tables of {rows:,} rows; {machine}. Clock; sessions are started before."
    return "\n".join(
        ["## Spark (`make bench-spark`)", "", head, "", "| | seconds | to DuckDB |", "|---|---|---|", *lines]
    )


if __name__ == "__main__":
    raise SystemExit(main())
