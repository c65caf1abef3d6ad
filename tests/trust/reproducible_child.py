"""Writes every output in a process of its own, under the circumstances that its argument names as JSON.

Beside the outputs it writes what no output may depend on: a file for each circumstance, which must differ where the
circumstance does. So a variation that has no effect is noticed.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import io
import json
import os
import pkgutil
import random
import runpy
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ANNOTATIONS = ("brat", "doccano", "label-studio", "uima", "web-annotation")
WORDS = "abcdefghijklmnopqrstuvwxyz"


def main(given: dict[str, Any]) -> None:
    """Change the circumstances, then write."""
    os.umask(given.get("mask", 0o022))
    if threads := given.get("threads"):
        os.cpu_count = lambda: threads
    shuffle(given.get("order", 0))
    shift(given.get("days", 0))
    if folder := given.get("cwd"):
        os.chdir(folder)
    out = Path(given["out"])
    plant(out / "planted", given["records"], given.get("memory"))
    for number, records in enumerate(given["records"]):
        write(Path(records), given.get("text") if not number else None, out / f"records-{number}", given.get("threads"))
    if lines := given.get("lines"):
        import news_dataset as nd

        nd.Dataset.open(lines).build(output=out / "lines", memory=given.get("memory")).raise_for_errors()
    if tree := given.get("tree"):
        package(tree, out / "dist")


def write(records: Path, text: str | None, out: Path, threads: int | None) -> None:
    """Build a release, and write it in every form."""
    import pyarrow as pa

    import news_dataset as nd

    if threads:
        pa.set_cpu_count(threads)
    nd.Dataset.open(records).build(output=out / "release").raise_for_errors()
    dataset = nd.Dataset.open(out / "release")
    dataset.explore(out / "page.html", text=text)
    dataset.export("csv", out / "csv")
    dataset.export("jsonl", out / "jsonl")
    dataset.export("sqlite", out / "dataset.sqlite")
    for form in ANNOTATIONS if text else ():
        dataset.export(form, out / form, text=text)  # type: ignore[arg-type]


def package(tree: str, out: Path) -> None:
    """Build the wheel and the sdist from the tree in a folder."""
    os.chdir(tree)
    sys.argv = ["hatchling", "build", "--directory", str(out)]
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        runpy.run_module("hatchling", run_name="__main__")


def shuffle(seed: int) -> None:
    """Let folders be listed in another order."""
    if not seed:
        return
    chance, listdir, scandir = random.Random(seed), os.listdir, os.scandir

    def listed(path: Any = ".") -> list[Any]:
        return chance.sample(names := sorted(listdir(path)), len(names))

    def scanned(path: Any = ".") -> Entries:
        with scandir(path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        return Entries(chance.sample(found, len(found)))

    os.listdir, os.scandir = listed, scanned  # type: ignore[assignment]


class Entries:
    """Entries of a folder, as an iterator and a context."""

    def __init__(self, found: list[Any]) -> None:
        self.found = iter(found)

    def __iter__(self) -> Iterator[Any]:
        return self.found

    def __next__(self) -> Any:
        return next(self.found)

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up nothing: the folder was closed already."""


def shift(days: int) -> None:
    """Let Python's clock, and every date that the package makes of it, be another day's."""
    if not days:
        return
    seconds, real = days * 86400, {name: getattr(time, name) for name in ("time", "time_ns", "gmtime", "localtime")}
    time.time = lambda: real["time"]() + seconds
    time.time_ns = lambda: real["time_ns"]() + seconds * 10**9
    time.gmtime = lambda at=None: real["gmtime"](time.time() if at is None else at)
    time.localtime = lambda at=None: real["localtime"](time.time() if at is None else at)

    class Moment(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return datetime.datetime.now(tz) + datetime.timedelta(days)

    class Day(datetime.date):
        @classmethod
        def today(cls) -> Any:
            return datetime.date.today() + datetime.timedelta(days)

    package = importlib.import_module("news_dataset")
    for found in pkgutil.walk_packages(package.__path__, "news_dataset."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            for name, value in list(vars(module).items()):
                if value is datetime.datetime or value is datetime.date:
                    setattr(module, name, Moment if value is datetime.datetime else Day)


def plant(folder: Path, records: list[str], memory: str | None) -> None:
    """Write down what no output may depend on."""
    folder.mkdir(parents=True)
    for name, value in {
        "zone": time.strftime("%z"),
        "seed": list(set(WORDS)),
        "user": os.getuid() if hasattr(os, "getuid") else 0,
        "folder": records,
        "order": os.listdir(Path(records[0]) / "data" / "curated"),
        "threads": os.cpu_count(),
        "day": time.gmtime()[:3],
        "optimize": sys.flags.optimize,
        "cwd": os.getcwd(),
        "locale": [os.environ.get("LC_ALL"), sys.flags.utf8_mode],
        "home": os.environ.get("HOME"),
        "memory": memory,
    }.items():
        (folder / name).write_text(repr(value), "utf-8")
    (folder / "mask").write_text(oct((folder / "day").stat().st_mode), "utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
