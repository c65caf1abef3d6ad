"""A frame as lines of text: CSV or JSON Lines, or the cells of a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from news_dataset.exporters.csv import guarded
from news_dataset.markup import visible

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 10_000


def cells(frame: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the rows of a frame as texts; null is empty."""
    for row in _rows(frame):
        yield ["" if value is None else value if isinstance(value, str) else json.dumps(value) for value in row]


def as_csv(frame: pd.DataFrame) -> Iterator[str]:
    """Yield a frame as lines of CSV that spreadsheets open safely; null is an empty cell."""
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
