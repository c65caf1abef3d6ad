"""Print lines, reports, rows and frames, and show progress on a terminal."""

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

_BATCH_ROWS = 10_000  # rows of a frame converted to Python objects at once
_TICK = 0.5  # seconds between two updates of the clock
_MAX_REFUSALS = 20  # each is printed with a few places: about 200 lines
_DELAY = 1.0  # seconds before a bar appears, so that short work leaves no trace on the terminal


def say(message: str, following: str = "") -> None:
    """Print a line, shortened and escaped, and the next command to run.

    Args:
        message: the line, which may contain names of files.
        following: the command, without ``news-dataset``; empty for none.
    """
    print(escape(shortened(message)))
    if following:
        print(escape(f"next: news-dataset {following}"))


def tell(message: str) -> None:
    """Print lines on standard error, each shortened and escaped."""
    for line in message.splitlines():
        print(escape(shortened(line)), file=sys.stderr)


@contextmanager
def warnings_told() -> Iterator[None]:
    """Print each of Python's warnings once on standard error, before what the command then prints."""
    told: set[str] = set()

    def print_once(message: Warning | str, *_: object, **__: object) -> None:
        if str(message) not in told:
            told.add(str(message))
            tell(f"news-dataset: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = print_once
        yield


def put(result: str, form: str = "text") -> None:
    """Print a result on standard output, escaped but not shortened.

    Args:
        result: lines, which may be escaped already, or JSON; with its last line feed.
        form: the format of the result; ``json`` and ``jsonl`` have escapes of their own.
    """
    is_json = form in ("json", "jsonl")
    sys.stdout.write(safe_json(result) if is_json else "\n".join(map(escape, result.split("\n"))))


def show(report: Report) -> int:
    """Print a report, and return its exit code."""
    put(text(report, rest=""))
    return report.exit_code


@contextmanager
def progress_bar(title: str, unit: str = " records") -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar; yield the function to update it with units done and total.

    The bar shows share, rate and remaining time on standard error if that is a terminal. It appears after a second, and
    disappears at the end.

    Args:
        title: the name of the work.
        unit: what is counted, with a leading blank.
    """
    if not is_terminal(sys.stderr):
        yield lambda done, total: None
        return
    from tqdm import tqdm

    with tqdm(
        desc=escape(title), unit=unit, unit_scale=True, delay=_DELAY, leave=False, file=sys.stderr, total=1
    ) as bar:

        def update(done: int, total: int) -> None:
            bar.total = max(total, done)
            bar.update(done - bar.n)

        yield update


@contextmanager
def busy(title: str) -> Iterator[None]:
    """Show the elapsed time of work without a known end, as ``progress_bar`` does."""
    if not is_terminal(sys.stderr):
        yield
        return
    done = Event()
    clock = Thread(target=_show_clock, args=(title, done), daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()


def _show_clock(title: str, done: Event) -> None:
    """Show the elapsed time until *done* is set; nothing if that is within the delay."""
    if done.wait(_DELAY):
        return
    from tqdm import tqdm

    with tqdm(desc=escape(title), bar_format="{desc} {elapsed}", leave=False, file=sys.stderr) as bar:
        while not done.wait(_TICK):
            bar.refresh()


def cells(frame: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the rows of a frame as texts; null becomes an empty text."""
    for row in _rows(frame):
        yield ["" if value is None else value if isinstance(value, str) else json.dumps(value) for value in row]


def as_csv(frame: pd.DataFrame) -> Iterator[str]:
    """Yield a frame as lines of CSV, without formulas for a spreadsheet to run."""
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


_LINE_WRITERS: dict[str, Callable[[pd.DataFrame], Iterator[str]]] = {"csv": as_csv, "jsonl": as_json_lines}


def _rows(frame: pd.DataFrame) -> Iterator[list[Any]]:
    """Yield the rows of a frame as lists of JSON values."""
    for start in range(0, len(frame), _BATCH_ROWS):
        batch = frame.iloc[start : start + _BATCH_ROWS]
        columns = [[_json_value(value) for value in batch.iloc[:, index].astype(object)]
                   for index in range(batch.shape[1])]  # fmt: skip
        yield from map(list, zip(*columns, strict=True))


def _json_value(value: Any) -> Any:
    """Return a value of a frame as one of JSON; days and what JSON lacks become text."""
    import pandas as pd

    if isinstance(value, str | bool | int) or value is None:
        return value
    if hasattr(value, "tolist"):  # an array or a number of numpy
        return _json_value(value.tolist())
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _json_value(item) for key, item in value.items()}
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp) and value == value.normalize() and value.tz is None:
        return value.strftime("%Y-%m-%d")
    return value if isinstance(value, float) and abs(value) != float("inf") else str(value)


def print_frame(frame: pd.DataFrame, form: str) -> int:
    """Print a frame as a table, CSV or JSON Lines; return exit code 0."""
    if form == "table":
        print_rows([list(frame.columns), *cells(frame)])
    else:
        for line in _LINE_WRITERS[form](frame):
            put(f"{line}\n", form)
    return 0


def print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print rows with aligned columns."""
    escaped = [[escape(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in escaped) for column in range(len(escaped[0]) - 1)]
    for row in escaped:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        put("  ".join([*cells, row[-1]]).rstrip() + "\n")


def print_refusals(refusals: Sequence[Refusal]) -> None:
    """Print refusals, each with its candidate places in the text."""
    for refusal in refusals[:_MAX_REFUSALS]:
        say(str(refusal.issue))
        for candidate in refusal.candidates:
            say(f"    {candidate}")
    if (more := len(refusals) - _MAX_REFUSALS) > 0:
        say(f"… and {more} more")


def print_import_issues(done: Imported, limit: int = 10) -> None:
    """Print unused rules, quarantined and left-over annotations, and namesakes.

    Args:
        done: the import.
        limit: the maximum number of lines for issues, and for kinds of leftovers.
    """
    for issue in [*done.unused, *[issue for issue in done.report.issues if issue not in done.unused][:limit]]:
        tell(str(issue))
    if (more := len(done.quarantined) - limit) > 0:
        tell(f"… {more} more in quarantine.jsonl")
    kinds = Counter(
        f"{left.what} {left.type}{f'.{left.name}' * bool(left.name)}: {left.why}" for left in done.leftovers
    )
    for kind, number in kinds.most_common(limit):
        tell(visible(f"left over: {number} × {kind}"))
    if len(kinds) > limit:
        tell(f"… {len(kinds) - limit} more kinds in import-leftovers.jsonl")
    if done.quarantined or kinds:
        tell(f"quarantine.jsonl: {len(done.quarantined)}; import-leftovers.jsonl: {len(done.leftovers)}")
    if done.namesakes:
        names = f"{', '.join(done.namesakes[:3])}{' …' if len(done.namesakes) > 3 else ''}"
        tell(f"{counted(len(done.namesakes), 'name')} in several documents, with a record for each: {names}")
        tell("to join two of them: news-dataset rename ID OTHER-ID; or before the import, give them one id in an "
             "attribute, and name that in a mapping: same: ATTRIBUTE")  # fmt: skip


@contextmanager
def nothing_written(folder: Path) -> Iterator[None]:
    """Tell that nothing was written to *folder*, if an error with a report is raised."""
    try:
        yield
    except NewsDatasetError as error:
        if error.report:  # the message of any other error says what became of the folder
            state = "is as it was" if folder.exists() else "does not exist"
            tell(f"nothing was written; {folder} {state}")
        raise


def annotate(report: Report) -> None:
    """Print a report for a step of a GitHub workflow, and extend the step's summary.

    The runner names the file of the summary in ``GITHUB_STEP_SUMMARY``; if it does not, there is none.
    """
    from news_dataset.reporters import github

    report = github.placed(report, Path(os.environ.get("GITHUB_WORKSPACE") or "."))
    summary_file = os.environ.get("GITHUB_STEP_SUMMARY")
    page = Path(summary_file) if summary_file else None
    size = page.stat().st_size if page and page.is_file() else 0
    summary = github.summary(report, github.MAX_SUMMARY_BYTES - size) if page else ""
    sys.stdout.write(github.log(report, has_summary=bool(summary)))
    if page and summary:  # after the log, so that an error of the disk does not hide it
        with page.open("a", encoding="utf-8", newline="\n") as file:
            file.write(summary)
