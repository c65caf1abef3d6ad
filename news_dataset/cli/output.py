"""What commands print: lines, reports, and on a terminal how far long work has come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from news_dataset.issues import Report
from news_dataset.reporters import escape, text

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

    The bar stands on standard error, appears after a second, and is gone when the work is done. Nothing is shown where
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
