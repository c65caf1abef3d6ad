"""What commands print: lines, reports, frames, and on a terminal how far long work has come."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from news_dataset.issues import Report
from news_dataset.markup import visible
from news_dataset.reporters import escape, text

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 10_000  # rows of a frame that are Python objects at once
_TICK = 0.5
_PATIENCE = 1.0  # seconds after which a bar appears, so that short work leaves the terminal as it was


def say(words: str, following: str = "") -> None:
    """Print a line that may hold names of files, and the next command to run."""
    print(escape(words))
    if following:
        print(f"next: news-dataset {escape(following)}")


def show(report: Report) -> int:
    """Print a report with all of its issues, and return its exit code."""
    sys.stdout.write(text(report, most=len(report.issues)))
    return report.exit_code


@contextmanager
def progress_bar(title: str, unit: str = " records") -> Iterator[Callable[[int, int], None]]:
    """Provide a function that is told how much is done, and of how much, and shows share, rate and remaining time.

    The bar is on standard error, appears after a second, and is gone when the work is done. Nothing is shown where
    standard error is no terminal.

    Args:
        title: what is going on.
        unit: what is counted.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from tqdm import tqdm

    with tqdm(
        desc=escape(title), unit=unit, unit_scale=True, delay=_PATIENCE, leave=False, file=sys.stderr, total=1
    ) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = max(total, done)
            bar.update(done - bar.n)

        yield tell


@contextmanager
def busy(title: str) -> Iterator[None]:
    """Show that work goes on and for how long, where nobody can say how much is left.

    As ``progress_bar`` it shows on a terminal only, after a second, and is gone when the work is done.
    """
    if not sys.stderr.isatty():
        yield
        return
    done = Event()
    clock = Thread(target=_tick, args=(title, done), daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()


def _tick(title: str, done: Event) -> None:
    if done.wait(_PATIENCE):
        return
    from tqdm import tqdm

    with tqdm(desc=escape(title), bar_format="{desc} {elapsed}", leave=False, file=sys.stderr) as bar:
        while not done.wait(_TICK):
            bar.refresh()


def cells(frame: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the rows of a frame as texts; null is empty."""
    for row in _rows(frame):
        yield ["" if value is None else value if isinstance(value, str) else json.dumps(value) for value in row]


def as_csv(frame: pd.DataFrame) -> Iterator[str]:
    """Yield a frame as lines of CSV that spreadsheets open safely; null is an empty cell."""
    from news_dataset.exporters.csv import guarded

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="")
    for row in [list(frame.columns), *cells(frame)]:
        writer.writerow([visible(guarded(cell)) if cell else "" for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def as_json_lines(frame: pd.DataFrame) -> Iterator[str]:
    """Yield a frame as lines of JSON in ASCII."""
    for row in _rows(frame):
        yield json.dumps(dict(zip(frame.columns, row, strict=True)))


LINES: dict[str, Callable[[pd.DataFrame], Iterator[str]]] = {"csv": as_csv, "jsonl": as_json_lines}


def _rows(frame: pd.DataFrame) -> Iterator[list[Any]]:
    """Yield the rows of a frame as plain values: text, numbers, truth values, None."""
    for start in range(0, len(frame), _BATCH):
        part = frame.iloc[start : start + _BATCH]
        columns = [[_plain(value) for value in part.iloc[:, at].astype(object)] for at in range(part.shape[1])]
        yield from map(list, zip(*columns, strict=True))


def _plain(value: Any) -> Any:
    import pandas as pd

    if isinstance(value, str | bool | int) or value is None:
        return value
    if hasattr(value, "tolist"):  # a list, or a number of numpy
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp) and value == value.normalize() and value.tz is None:
        return value.strftime("%Y-%m-%d")
    return value if isinstance(value, float) and abs(value) != float("inf") else str(value)
