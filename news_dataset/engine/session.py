"""Spark sessions: find or start one, stop it, and report errors of Spark in one line."""

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

_ERROR_LINE = re.compile(r"(\w+\.)*\w*Error: |\[[A-Z_]+")  # begins the line that says what went wrong


@contextmanager
def session_for(engine: str, given: SparkSession | None = None, master: str | None = None) -> Iterator[Session | None]:
    """Provide a function that returns a Spark session, or None for an engine without one.

    A session starts when the function is first called, and is stopped at the end if it was started here.

    Args:
        engine: ``duckdb``, which needs none, or ``spark``.
        given: the session to use; None for the active one, or else a new one.
        master: the URL of the master of a new one, such as ``spark://host:7077``; None for what ``spark-submit`` was
            given, or else all processors of this machine.

    Raises:
        UsageError: there is no such engine, it takes no session, or the session is one of Spark Connect.
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
            with one_line_errors():
                started.append(_start_session(master))
        return active or started[0]

    try:
        yield start
    finally:
        for session in started:
            session.stop()  # Java stays, for another session of this process


def _start_session(master: str | None) -> SparkSession:
    """Start a session, on this machine unless a master is given or ``spark-submit`` has set one."""
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
def one_line_errors() -> Iterator[None]:
    """Turn an error of Spark into one of this package, whose message is one line.

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
        text = str(error)
        if "JAVA_GATEWAY_EXITED" in text:
            raise SetupError("Spark needs Java 17 or newer: install it, or set JAVA_HOME") from error
        reason = next(filter(_ERROR_LINE.match, reversed(text.splitlines())), " ".join(text.split())[:300])
        if "No module named" in text or "the executors have news_dataset" in text:
            reason += "; executors need what this process has, docs/scaling.md says how"
        raise SetupError(f"Spark: {reason}") from error
