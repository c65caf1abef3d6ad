"""Spark sessions: find or start one, stop it, and report its errors in one line."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from news_dataset.errors import SetupError, UsageError, known, library

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    Session = Callable[[], SparkSession]

_ITSELF = re.compile(r"(\w+\.)*\w*Error: |\[[A-Z_]+")  # a line that says what went wrong, among those that say where


@contextmanager
def session_for(engine: str, given: SparkSession | None = None, master: str | None = None) -> Iterator[Session | None]:
    """Provide what returns the Spark session of an engine, so that nothing starts before it is known what to do.

    A session that was started is stopped at the end.

    Args:
        engine: ``duckdb``, which needs none, or ``spark``.
        given: the session to use; None for the one that is active, or else a new one.
        master: the URL of the master of a new one, such as ``spark://host:7077``; None for what ``spark-submit`` was
            given, or else all processors of this machine.

    Raises:
        UsageError: there is no such engine, or it takes no session.
        SetupError: pyspark or Java is not installed, or no session can be started.
    """
    known(engine, ("duckdb", "spark"), "engine")
    if engine == "duckdb":
        if given is not None or master is not None:
            raise UsageError("a session or a master is for the engine spark: --engine spark")
        yield None
        return
    sql, started = library("pyspark.sql", "spark"), list["SparkSession"]()
    active = given or (None if master else sql.SparkSession.getActiveSession())
    if active and not hasattr(active, "_jsparkSession"):
        raise UsageError("a session of Spark Connect will not do: give one that runs in this process's own Java")

    def start() -> SparkSession:
        if not active and not started:
            with told():
                started.append(_started(master))
        return active or started[0]

    try:
        yield start
    finally:
        for session in started:
            session.stop()  # Java stays, for another session of this process


def _started(master: str | None) -> SparkSession:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.log.level": "OFF",
        "spark.ui.showConsoleProgress": str(bool(sys.stderr and sys.stderr.isatty())).lower(),
    }
    builder = SparkSession.builder.appName("news-dataset")
    if not master and "PYSPARK_GATEWAY_PORT" not in os.environ:  # which spark-submit sets
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {"spark.master": "local[*]", "spark.ui.enabled": "false"}
    elif master:
        settings |= {"spark.master": master}
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@contextmanager
def told() -> Iterator[None]:
    """Report an error of Spark in one line.

    Raises:
        SetupError: Spark fails.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
            yield
    except (PySparkException, Py4JError) as error:
        said = str(error)
        if "JAVA_GATEWAY_EXITED" in said:
            raise SetupError("Spark needs Java 17 or newer: install it, or set JAVA_HOME") from error
        why = next((line for line in reversed(said.splitlines()) if _ITSELF.match(line)), " ".join(said.split())[:300])
        if "No module named" in said or "the executors have news_dataset" in said:
            why += "; executors need what this process has, docs/scaling.md says how"
        raise SetupError(f"Spark: {why}") from error
