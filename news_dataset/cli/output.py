"""What commands print: lines, reports, rows, frames, and on a terminal how far long work has come."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from news_dataset.cli.streams import is_terminal
from news_dataset.errors import NewsDatasetError
from news_dataset.issues import Report
from news_dataset.markup import safe_json, shortened, visible
from news_dataset.reporters import counted, escape, text

if TYPE_CHECKING:
    import pandas as pd

    from news_dataset.curate import Refusal
    from news_dataset.importers.imported import Imported

_BATCH = 10_000  # rows of a frame that are Python objects at once
_TICK = 0.5
_REFUSALS = 20  # that are printed at most, each with a few places: 200 lines
_PATIENCE = 1.0  # seconds after which a bar appears, so that short work leaves the terminal as it was


def say(words: str, following: str = "") -> None:
    """Print a line that may hold names of files, and the next command to run."""
    print(escape(shortened(words)))
    if following:
        print(escape(f"next: news-dataset {following}"))


def tell(words: str) -> None:
    """Print lines on standard error that may hold names of files."""
    for line in words.splitlines():
        print(escape(shortened(line)), file=sys.stderr)


@contextmanager
def warnings_told() -> Iterator[None]:
    """Print on standard error what Python warns of meanwhile, once and a line each, when all is done or has failed."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        finally:
            for line in dict.fromkeys(str(one.message) for one in found):
                tell(f"news-dataset: {line}")


def put(words: str, form: str = "text") -> None:
    """Print a result as it is but for what must be escaped: lines, which may be escaped already, or JSON.

    Args:
        words: the result, which ends in a line feed.
        form: how it is written; ``json`` and ``jsonl`` have escapes of their own.
    """
    is_json = form in ("json", "jsonl")
    sys.stdout.write(safe_json(words) if is_json else "\n".join(map(escape, words.split("\n"))))


def show(report: Report) -> int:
    """Print a report, and return its exit code."""
    put(text(report, all_in=""))
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
    if not is_terminal(sys.stderr):
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
    if not is_terminal(sys.stderr):
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


def print_frame(frame: pd.DataFrame, form: str) -> int:
    """Print a frame in one of the forms of output."""
    if form == "table":
        print_rows([list(frame.columns), *cells(frame)])
    else:
        for line in LINES[form](frame):
            put(f"{line}\n", form)
    return 0


def print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print rows with aligned columns."""
    shown = [[escape(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in shown) for place in range(len(shown[0]) - 1)]
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        put("  ".join([*cells, row[-1]]).rstrip() + "\n")


def print_refusals(refusals: Sequence[Refusal]) -> None:
    """Print why something was not done, each with some of the places that words may be at."""
    for refusal in refusals[:_REFUSALS]:
        say(str(refusal.issue))
        for candidate in refusal.candidates:
            say(f"    {candidate}")
    if (more := len(refusals) - _REFUSALS) > 0:
        say(f"… and {more} more")


def print_left(done: Imported, most: int = 10) -> None:
    """Print what of a mapping fits nothing, what could not be taken over, and which sorts of things are left over.

    Args:
        done: the import.
        most: how many lines of each are printed at most.
    """
    for issue in [*done.unused, *[one for one in done.report.issues if one not in done.unused][:most]]:
        tell(str(issue))
    if (more := len(done.quarantined) - most) > 0:
        tell(f"… {more} more in quarantine.jsonl")
    sorts = Counter(f"{one.what} {one.type}{f'.{one.name}' * bool(one.name)}: {one.why}" for one in done.leftovers)
    for sort, number in sorts.most_common(most):
        tell(visible(f"left over: {number} × {sort}"))
    if len(sorts) > most:
        tell(f"… {len(sorts) - most} more sorts in import-leftovers.jsonl")
    if done.quarantined or sorts:
        tell(f"quarantine.jsonl: {len(done.quarantined)}; import-leftovers.jsonl: {len(done.leftovers)}")
    if done.namesakes:
        names = f"{', '.join(done.namesakes[:3])}{' …' if len(done.namesakes) > 3 else ''}"
        tell(f"{counted(len(done.namesakes), 'name')} in several documents, with a record for each: {names}")
        tell("to join them, give them one id in an attribute, and name that in a mapping: same: ATTRIBUTE")


@contextmanager
def nothing_written(folder: Path) -> Iterator[None]:
    """Say so when a check failed."""
    try:
        yield
    except NewsDatasetError as error:
        if error.report:  # any other error says itself what became of the folder
            state = "is as it was" if folder.exists() else "is not there"
            tell(f"nothing was written; {folder} {state}")
        raise


def annotate(report: Report) -> None:
    """Print the report for a step of a GitHub workflow, and add it to the step's summary where the runner has one."""
    from news_dataset.reporters import github

    report = github.placed(report, Path(os.environ.get("GITHUB_WORKSPACE") or "."))
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    page = Path(named) if named else None
    size = page.stat().st_size if page and page.is_file() else 0
    summary = github.summary(report, github.LIMIT - size) if page else ""
    sys.stdout.write(github.log(report, has_summary=bool(summary)))
    if page and summary:  # after the log, so that an error of the disk does not hide it
        with page.open("a", encoding="utf-8", newline="\n") as file:
            file.write(summary)
