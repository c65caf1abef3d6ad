"""What stands in a plot: marks, bars, words and where they are; used by the tests of plots."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

import news_dataset as nd


@dataclass
class Frames:
    """A dataset that consists of two of the views."""

    said: pd.DataFrame = field(default_factory=nd.who_said_what)
    dates: pd.DataFrame = field(default_factory=nd.timeline)

    def who_said_what(self) -> pd.DataFrame:
        """Return the first view."""
        return self.said

    def timeline(self) -> pd.DataFrame:
        """Return the second view."""
        return self.dates


def marks(ax: Axes, label: str) -> list[Line2D]:
    """Return the marks that the legend explains so."""
    return [line for line in ax.get_lines() if line.get_label() == label]


def across(line: Line2D) -> list[float]:
    """Return where a line or mark lies along the horizontal axis."""
    return [float(value) for value in np.asarray(line.get_xdata())]


def row_labels(ax: Axes) -> list[str]:
    """Return the labels of the rows, from the top."""
    return [label.get_text() for label in ax.get_yticklabels()]


def bars(ax: Axes) -> Counter[tuple[str, str]]:
    """Return how long each part of each bar is, by the labels of both."""
    rows = row_labels(ax)
    found: Counter[tuple[str, str]] = Counter()
    for container in ax.containers:
        for patch in container:
            found[rows[round(patch.get_y() + patch.get_height() / 2)], str(container.get_label())] += round(
                patch.get_width()
            )
    return found


def written(ax: Axes) -> list[Text]:
    """Return every visible piece of text of the figure, laid out."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    left, right = ax.get_xlim()
    undrawn = [tick.label1 for tick in ax.xaxis.get_major_ticks() if not left <= tick.get_loc() <= right]
    found = [one for one in figure.findobj(Text) if isinstance(one, Text) and one not in undrawn]
    return [one for one in found if one.get_visible() and one.get_text()]


def texts(ax: Axes) -> list[str]:
    """Return the words of every visible piece of text."""
    return [one.get_text() for one in written(ax)]


def defects(ax: Axes) -> list[str]:
    """Return the words that leave the figure, and those that lie on one another."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    boxes = [(one.get_text(), one.get_window_extent()) for one in written(ax)]
    whole = figure.bbox.padded(1)
    clipped = [
        f"clipped: {text}"
        for text, box in boxes
        if box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
    ]
    over = [
        f"overlap: {one} | {other}"
        for (one, a), (other, b) in combinations(boxes, 2)
        if a.padded(-1).overlaps(b.padded(-1))
    ]
    return clipped + over
