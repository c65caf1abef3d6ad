"""Reports as text, JSON or a table, and for a step of a GitHub workflow; untrusted words are escaped before printing.

``escape`` makes words safe on a terminal and in the log of a workflow, ``code_span`` in Markdown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.atomic import new_output
from news_dataset.errors import SetupError
from news_dataset.issues import Issue, Report, Sink
from news_dataset.markup import code_span, counted, escape

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "MOST", "REPORTERS", "as_json", "closing", "code_span", "counted", "escape", "issue_table", "layers",
    "listed", "rank", "text",
]  # fmt: skip

MOST = 200
"""How many issues a text lists."""
ROOM = 60_000
"""How many characters they may have together."""

_NO_TABLE = "is no table of issues"
_AT_ONCE = 10_000  # issues that wait to be written to a table


def text(report: Report, all_in: str = ": --issues FILE.parquet keeps all") -> str:
    """Return the report for people: the issues, a line per layer with its denominators, a line that sums up.

    Args:
        report: the report.
        all_in: what is said of where all issues are, if not all are listed.
    """
    return "".join(f"{line}\n" for line in [*listed(report, all_in), *closing(report)])


def listed(report: Report, all_in: str = "") -> Iterator[str]:
    """Yield the issues, a line each, as many as somebody would read, and how many there are more.

    Args:
        report: the report.
        all_in: what is said of where all issues are.
    """
    shown, room = 0, ROOM
    for line in map(str, _first(report, MOST)):
        room -= len(line)
        if shown and room < 0:
            break
        shown += 1
        yield line
    if more := len(report.issues) + report.left_out - shown:
        yield f"… and {more} more{all_in}"


def _first(report: Report, most: int) -> list[Issue]:
    """Return *most* issues in the order of their places; of more, errors go first, and causes before consequences."""
    before = rank(report)
    chosen = sorted(range(len(report.issues)), key=lambda at: before(report.issues[at]))[:most]
    return [report.issues[at] for at in sorted(chosen)]


def rank(report: Report) -> Callable[[Issue], tuple[bool, int]]:
    """Return what puts errors first, and layers in order: a record of no right shape is missing to all that follow."""
    order = list(dict.fromkeys(tally.layer for tally in report.tallies))
    layer_of = {tally.code: order.index(tally.layer) for tally in report.tallies}
    return lambda issue: (issue.severity != "error", layer_of.get(issue.code, 0))


def closing(report: Report) -> Iterator[str]:
    """Yield the lines that end a report: the denominators of each layer, the sums, the next command."""
    for layer in layers(report):
        numbers = f"checked {layer.checked:>6}  skipped {layer.skipped:>5}  failed {layer.failed:>4}"
        yield escape(f"{layer.name:<10} {numbers}{f' ({layer.reasons})' if layer.reasons else ''}")
    yield report.summary
    if not report.ok:
        yield escape(f"next: news-dataset explain {min(report.errors, key=rank(report)).code}")


def as_json(report: Report) -> str:
    """Return the report as one JSON document: issues, tallies of every check, sums; ``docs/ci.md`` has its keys."""
    tallies = [
        {"code": one.code, "layer": one.layer, "checked": one.checked, "failed": one.failed, "warned": one.warned,
         "skipped": one.skipped}
        for one in report.tallies
    ]  # fmt: skip
    issues = {"issues": report.to_rows(), "left_out": report.left_out}
    whole = {"ok": report.ok, "counts": report.counts(), **issues, "checks": tallies}
    # ASCII only, so nothing needs escaping but what a workflow takes for a command anywhere in a line
    return json.dumps(whole, indent=2).replace("##[", "\\u0023#[") + "\n"


REPORTERS = {"text": text, "json": as_json}


@dataclass(frozen=True, slots=True)
class Layer:
    """The denominators of one layer of checks, in units; why some were skipped."""

    name: str
    checked: int
    skipped: int
    failed: int
    reasons: str


def layers(report: Report) -> Iterator[Layer]:
    """Yield the denominators of each layer, in the order in which the layers ran."""
    for name in dict.fromkeys(tally.layer for tally in report.tallies):
        mine = [tally for tally in report.tallies if tally.layer == name]
        reasons: dict[str, int] = {}
        for tally in mine:
            for reason, count in tally.skipped.items():
                reasons[reason] = reasons.get(reason, 0) + count
        why = "; ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        checked, failed = sum(tally.checked for tally in mine), sum(tally.failed for tally in mine)
        yield Layer(name, checked, sum(reasons.values()), failed, why)


@contextmanager
def issue_table(path: Path) -> Iterator[Sink]:
    """Yield what adds an issue to a Parquet file with one row an issue; its columns are the fields of ``Issue``.

    The file appears when the block ends, as a whole; after an error nothing is left of it.

    Args:
        path: where it goes; an earlier table of issues is replaced.

    Raises:
        SetupError: it is not named as Parquet, or there is something else.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix != ".parquet":
        raise SetupError(f"issues are written as Parquet: name it {path.with_suffix('.parquet')}")
    if path.is_symlink():
        raise SetupError(f"{path} {_NO_TABLE}, so it is not ours to replace; name another file")
    if not path.parent.is_dir():
        raise SetupError(f"there is no folder {path.parent}")
    schema, waiting = _issue_schema(), list[dict[str, Any]]()
    with new_output(path, _foreign) as new, pq.ParquetWriter(new, schema, compression="zstd") as writer:

        def write() -> None:
            writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
            waiting.clear()

        def add(issue: Issue) -> None:
            row = asdict(issue)
            texts = {name: value for name, value in row.items() if isinstance(value, str)}
            # halves of surrogate pairs, which Arrow does not take, become escapes
            escaped = {name: words.encode("utf-8", "backslashreplace").decode() for name, words in texts.items()}
            waiting.append(row | escaped)
            if len(waiting) >= _AT_ONCE:
                write()

        yield add
        write()


def _foreign(path: Path) -> str | None:
    """Return why a file is no table of issues that may be replaced; None if it is one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return None if pq.read_schema(path).equals(_issue_schema()) else _NO_TABLE
    except (pa.ArrowException, OSError):
        return _NO_TABLE


def _issue_schema() -> pa.Schema:
    import pyarrow as pa

    numbers = ("line", "column", "exit_code", "row")
    return pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in Issue.__slots__])
