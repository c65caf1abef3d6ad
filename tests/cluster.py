"""A real Spark cluster on the loopback interface: a master and workers, as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyspark
from pyspark import SparkContext
from pyspark.sql import SparkSession

from news_dataset.issues import Report
from news_dataset.validation import validated

START = 60
"""Seconds within which a process has to say that it is up."""

SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
LOOPBACK = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1", "PYSPARK_PYTHON": sys.executable}


@dataclass
class Cluster:
    """A running cluster.

    Args:
        url: what ``--master`` takes.
        folder: where its processes keep their files.
        workers: the processes of the workers.
    """

    url: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self) -> None:
        """Start another worker of one core, and wait until the master knows it."""
        number = len(self.workers)
        options = ["--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1500m"]
        options += ["--work-dir", str(self.folder / f"work{number}"), self.url]
        log = self.folder / f"worker{number}.log"
        self.workers.append(start("org.apache.spark.deploy.worker.Worker", options, log, self.folder))
        wait_for(log, r"Successfully registered with master")

    def executors(self, worker: int) -> list[int]:
        """Return the process ids of the executors of a worker, as the system knows them."""
        return children(self.workers[worker].pid)


def children(parent: int) -> list[int]:
    """Return the ids of the processes that a process started and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, above = stat.read_text().rpartition(")")[2].split()[:2]
            if int(above) == parent and state != "Z":
                found.append(int(stat.parent.name))
    return found


def start(name: str, options: list[str], log: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Start one of Spark's own processes."""
    environment = os.environ | LOOPBACK | {"SPARK_LOCAL_DIRS": str(folder / "local"), "SPARK_DAEMON_MEMORY": "300m"}
    with log.open("wb") as sink:
        return subprocess.Popen(
            [str(SPARK_CLASS), name, *options], stdout=sink, stderr=sink, env=environment, cwd=folder
        )


def wait_for(log: Path, pattern: str) -> str:
    """Return what matches a pattern in a log, as soon as it is there."""
    end = time.monotonic() + START
    while time.monotonic() < end:
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"{log.name} has no {pattern!r} after {START} s:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Provide a master and workers; all of them are ended by their process ids."""
    options = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    master = start("org.apache.spark.deploy.master.Master", options, folder / "master.log", folder)
    made = Cluster("", folder)
    try:
        made.url = wait_for(folder / "master.log", r"spark://127\.0\.0\.1:[0-9]+")
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        for process in [*made.workers, master]:
            for executor in children(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(executor, signal.SIGKILL)
            process.kill()
            process.wait(20)


@contextmanager
def session(cluster: Cluster, **settings: str) -> Iterator[SparkSession]:
    """Provide a session on a cluster; Java ends with it."""
    own = {
        "spark.master": cluster.url, "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.executor.cores": "1", "spark.executor.memory": "1g",
        "spark.local.dir": str(cluster.folder / "local"), "spark.log.level": "OFF",
        "spark.sql.warehouse.dir": str(cluster.folder / "warehouse"),
        # Three of them share two processors: to compile little costs less than what better code saves over few rows.
        "spark.driver.extraJavaOptions": QUICK, "spark.executor.extraJavaOptions": QUICK,
        "spark.sql.codegen.wholeStage": "false",
    }  # fmt: skip
    os.environ |= LOOPBACK
    builder = SparkSession.builder.appName("tests")
    for name, value in {**own, **settings}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    gateway: Any = spark.sparkContext._gateway
    try:
        yield spark
    finally:
        spark.stop()
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(60)
        SparkContext._gateway = SparkContext._jvm = None


def found(report: Report) -> Counter[tuple[Any, ...]]:
    """All that is said of each issue, as a multiset."""
    return Counter(
        (one.code, one.path, one.row, one.line, one.column, one.pointer, one.record, one.severity, one.sentence)
        for one in report.issues
    )


def differences(path: Path, session: SparkSession) -> tuple[Report, list[Any]]:
    """Return the verdict of one machine, and how that of a cluster differs: issues, and denominators."""
    here, there = validated(path, is_hashed=False), validated(path, session=lambda: session)
    issues = found(here), found(there)
    tallies = [(a, b) for a, b in zip(here.tallies, there.tallies, strict=True) if a != b]
    return here, [*(issues[0] - issues[1]), *(issues[1] - issues[0]), *tallies]


def planted(folder: Path, report: Report) -> tuple[list[Any], list[Any], set[str]]:
    """Return what was planted and not found, what was found on rows without a fault, and the codes that were found.

    The second row of an id has no rows of its own in the tables that are made of others.
    """
    marks = pq.read_table(folder / "faults.parquet").to_pylist()
    issues = {(Path(one.path).stem, one.row, one.code) for one in report.issues}
    missed = [mark for mark in marks if (mark["table"], mark["row"], mark["code"]) not in issues]
    rows = {(mark["table"], mark["row"]) for mark in marks}
    strays = [one for one in issues if one[:2] not in rows and one[0] not in ("entities", "records")]
    return missed, strays, {mark["code"] for mark in marks} - {mark["code"] for mark in missed}


def holding(folder: Path, least: int) -> Callable[..., Any]:
    """Return ``prove_rows`` for executors: from *least* finished tasks on, each waits for the file ``killed``.

    It is sent to the executors by value, since it is no function of a module.
    """

    def prove_rows(*arguments: Any) -> Iterator[Any]:
        from news_dataset.engine import executor

        yield from executor.prove_rows(*arguments)
        (folder / f"done-{time.monotonic_ns()}").touch()
        end = time.monotonic() + START
        while len(list(folder.glob("done-*"))) >= least and not (folder / "killed").exists():
            assert time.monotonic() < end, "nobody was killed"
            time.sleep(0.05)

    return prove_rows


def wait_for_files(folder: Path, pattern: str, least: int) -> None:
    """Wait until a folder has as many files of a pattern."""
    end = time.monotonic() + 2 * START
    while len(list(folder.glob(pattern))) < least:
        assert time.monotonic() < end, f"{folder.name} has less than {least} {pattern}"
        time.sleep(0.05)
