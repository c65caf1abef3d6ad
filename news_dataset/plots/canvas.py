"""What all plots share: axes, colours, and the text around a plot."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from news_dataset.errors import library
from news_dataset.markup import visible
from news_dataset.palette import NONE as NONE
from news_dataset.palette import VERDICTS as VERDICTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = {
    "direct": "#08306b",
    "mixed": "#2f7fc1",
    "indirect": "#9ecbea",
    "free_indirect": "#c9a227",
    "reported": "#f2d98b",
    "narrated": "#b0b0b0",
    "unknown": "#e9e9e9",
}
CLAIM_TYPES = {"fact": "#0b5c99", "intention": "#8cc5ec", "evaluation": "#e0b040", "unknown": "#e9e9e9"}

MAX_ROWS = 25
"""The largest number of rows that a plot shows."""

WIDTH = 8.0  # of a new figure, in inches
DPI = 120
_LINE_HEIGHT = 13  # of small text, in points
PLAIN: dict[str, Any] = {"usetex": False, "parse_math": False}
"""Properties of text from records: no mathematics and no LaTeX, which is a program that the text could command."""

_SECONDARY_ALPHA = 0.7  # opacity of secondary text, whose colour is that of the user's style


def axes(ax: Axes | None, height: float) -> Axes:
    """Return *ax* or, if it is None, axes on a new figure *height* inches high.

    Raises:
        SetupError: matplotlib is not installed.
    """
    library("matplotlib", "plot")
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.text import Text

    class Plain(Figure):
        """A figure without LaTeX, which a ``matplotlibrc`` in the folder of the data could switch on."""

        def draw(self, renderer: Any) -> None:
            """Draw the figure, including the ticks that are created while drawing, without LaTeX."""
            for text in self.findobj(Text):
                text.set(usetex=False)
            with rc_context({"text.usetex": False}):
                super().draw(renderer)

    if ax is not None:
        return ax
    figure = Plain(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(h_pad=0.1, w_pad=0.1))
    ax = figure.add_subplot()
    # Notebooks show only figures of pyplot by themselves; for any other object they look for this method.
    ax._repr_png_ = partial(_png, figure)  # type: ignore[attr-defined]
    return ax


def _png(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """Return a figure as PNG, and half of its pixels as the size to show it at."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=DPI, pil_kwargs={"optimize": True})
    width, height = (int(inches * DPI / 2) for inches in figure.get_size_inches())
    return file.getvalue(), {"width": width, "height": height}


def frame(ax: Axes, title: str, subtitle: str, attributes: Mapping[Any, Any], below: int = 6, note: str = "") -> None:
    """Write title, subtitle and legend above a plot, note and source below it, and remove its border.

    Args:
        ax: the axes of the plot.
        title: what is plotted.
        subtitle: the figures in words.
        attributes: the attributes of the plotted frame, which name the source.
        below: the height of the labels of the horizontal axis, in points.
        note: what is not shown, and why.
    """
    letters = room_for(ax)
    lines = textwrap.wrap(subtitle, int(letters * 1.08))
    legend_height = 8 + 15 * _legend(ax, letters)
    annotate(ax, "\n".join(lines), (0, 1), (0, legend_height), va="bottom", linespacing=1.25)
    title = textwrap.fill(title, int(letters * 0.6))
    ax.set_title(
        title, loc="left", fontsize=13, fontweight="bold", pad=legend_height + 6 + _LINE_HEIGHT * len(lines), **PLAIN
    )
    footer = [part for line in (note, source_line(attributes)) for part in textwrap.wrap(line, int(letters * 1.15))]
    annotate(ax, "\n".join(footer), (0, 0), (0, -below), va="top", fontsize=7.5, linespacing=1.35)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize=8.5)


def _legend(ax: Axes, letters: int) -> int:
    """Draw a legend above the plot, with each label once; return how many lines it has."""
    marks = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    if not marks:
        return 0
    widths = [len(label) + 6 for label in marks]
    columns = len(marks) if sum(widths) < letters * 1.1 else max(letters // max(widths), 1)
    legend = ax.legend(
        marks.values(), marks, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=8.5,
        borderaxespad=0, borderpad=0.2, handlelength=1.2, handleheight=1.1, handletextpad=0.5, columnspacing=1.4,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set(**PLAIN)
    return -(-len(marks) // columns)


def annotate(ax: Axes, text: str, position: tuple[float, float], offset: tuple[float, float], **style: Any) -> None:
    """Write secondary text at a position in the axes (0 to 1), shifted by *offset* in points."""
    style = {"fontsize": 9, "alpha": _SECONDARY_ALPHA, "ha": "left", "annotation_clip": False, **style}
    ax.annotate(text, position, offset, xycoords="axes fraction", textcoords="offset points", **PLAIN, **style)


def room_for(ax: Axes) -> int:
    """Return how many common letters fit into the width of the plot."""
    figure = ax.get_figure()
    is_own = hasattr(ax, "_repr_png_")  # not laid out yet, and as wide as its figure
    inches = WIDTH - 0.2 if is_own or figure is None else ax.get_window_extent().width / figure.dpi
    return max(int(inches * 13.5), 20)  # common letters per inch at the size of labels


def label_rows(ax: Axes, labels: list[str], bold: Collection[int] = ()) -> None:
    """Label rows 0, 1, … from the top, each above its marks and flush left with the title.

    *bold* has the numbers of the rows whose labels are bold.
    """
    ax.set_ylim(len(labels) - 0.45, -0.6)
    ax.set_yticks([row - 0.36 for row in range(len(labels))], labels, **PLAIN)
    ax.tick_params(axis="y", length=0, pad=0)
    for row, label in enumerate(ax.get_yticklabels()):
        weight = "bold" if row in bold else "normal"
        label.set(horizontalalignment="left", verticalalignment="center", fontweight=weight)


def write_empty(ax: Axes, text: str) -> None:
    """Write *text* into axes that have nothing to show."""
    ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
    ax.text(0.5, 0.5, text, ha="center", va="center", alpha=_SECONDARY_ALPHA, **PLAIN)


def source_line(attributes: Mapping[Any, Any]) -> str:
    """Return name, version and licence of the dataset in one line."""
    if "name" not in attributes:
        return "Source: records without dataset.yaml."
    version, licence = attributes.get("data_version", ""), attributes.get("license", "")
    return short(f"Source: {attributes['name']} {version}, {licence}.", 110)


def short(text: str, max_width: float) -> str:
    """Return untrusted text as one line, cut with … if it is wider than *max_width* common letters."""
    shown = visible(text)
    if width(shown) <= max_width:
        return shown
    end = max(int(max_width) - 1, 0)
    while width(shown[:end]) >= max(max_width, 1):
        end -= 1
    return shown[:end].rstrip() + "…"


def width(text: str) -> float:
    """Return the estimated width of a text in common letters: wide characters count 2, capitals 1.3."""
    return sum(
        2 if letter in "MWmw@%" or east_asian_width(letter) in "WF" else 1.3 if letter.isupper() else 1
        for letter in text
    )


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, which gets an s if *plural* is empty and the number is not 1."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def code_label(code: str) -> str:
    """Return a code with blanks for underscores, cut if it is long."""
    return short(code.replace("_", " "), 40)
