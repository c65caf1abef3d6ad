"""What all plots share: axes to draw on, colours, and the words around a plot."""

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

MOST = 25
"""How many rows a plot shows."""

WIDTH = 8.0  # inches, of a figure of our own
DPI = 120
_LINE = 13  # points, of a line of small text
PLAIN: dict[str, Any] = {"usetex": False, "parse_math": False}
"""How words of records are drawn: as they are, and not by LaTeX, which is a program that they could give orders to."""

_QUIET = 0.7  # opacity of what is not the subject; the colour is that of the user's style


def axes(ax: Axes | None, height: float) -> Axes:
    """Return *ax*, or the axes of a new figure that is *height* inches high, which a notebook shows.

    Raises:
        SetupError: matplotlib is not installed.
    """
    library("matplotlib", "plot")
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.text import Text

    class Plain(Figure):
        """A figure without LaTeX, which a ``matplotlibrc`` in the folder of the data could ask for."""

        def draw(self, renderer: Any) -> None:
            """Draw the figure, with the ticks that are made meanwhile."""
            for text in self.findobj(Text):
                text.set(usetex=False)
            with rc_context({"text.usetex": False}):
                super().draw(renderer)

    if ax is not None:
        return ax
    figure = Plain(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(h_pad=0.1, w_pad=0.1))
    ax = figure.add_subplot()
    # Notebooks show figures of pyplot by themselves, others not; they ask what is returned whether it is a picture
    ax._repr_png_ = partial(_png, figure)  # type: ignore[attr-defined]
    return ax


def _png(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """Return a picture and the size at which to show it."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=DPI, pil_kwargs={"optimize": True})
    width, height = (int(inches * DPI / 2) for inches in figure.get_size_inches())
    return file.getvalue(), {"width": width, "height": height}


def frame(ax: Axes, title: str, subtitle: str, attributes: Mapping[Any, Any], below: int = 6, note: str = "") -> None:
    """Write the words around a plot: title, subtitle and legend above it, note and source below; take lines away.

    Args:
        ax: the plot.
        title: the subject.
        subtitle: the numbers.
        attributes: the attributes of the frame that is plotted; they name the source.
        below: the height of the labels of the horizontal axis, in points.
        note: what is not shown, and why.
    """
    room = room_for(ax)
    lines = textwrap.wrap(subtitle, int(room * 1.08))
    under = 8 + 15 * _legend(ax, room)
    words(ax, "\n".join(lines), (0, 1), (0, under), va="bottom", linespacing=1.25)
    title = textwrap.fill(title, int(room * 0.6))
    ax.set_title(title, loc="left", fontsize=13, fontweight="bold", pad=under + 6 + _LINE * len(lines), **PLAIN)
    foot = "\n".join(
        part for line in (note, source(attributes)) if line for part in textwrap.wrap(line, int(room * 1.15))
    )
    words(ax, foot, (0, 0), (0, -below), va="top", fontsize=7.5, linespacing=1.35)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize=8.5)


def _legend(ax: Axes, room: int) -> int:
    """Explain each kind of mark once, above the plot; return how many lines that takes."""
    marks = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    if not marks:
        return 0
    widths = [len(label) + 6 for label in marks]
    columns = len(marks) if sum(widths) < room * 1.1 else max(room // max(widths), 1)
    legend = ax.legend(
        marks.values(), marks, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=8.5,
        borderaxespad=0, borderpad=0.2, handlelength=1.2, handleheight=1.1, handletextpad=0.5, columnspacing=1.4,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set(**PLAIN)
    return -(-len(marks) // columns)


def words(ax: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], **style: Any) -> None:
    """Write quiet words at a point of the axes (0 to 1), *offset* points away; a dollar sign in them is one."""
    style = {"fontsize": 9, "alpha": _QUIET, "ha": "left", "annotation_clip": False, **style}
    ax.annotate(text, at, offset, xycoords="axes fraction", textcoords="offset points", **PLAIN, **style)


def room_for(ax: Axes) -> int:
    """Return how many letters fit beside one another."""
    figure = ax.get_figure()
    is_own = hasattr(ax, "_repr_png_")  # it is laid out later, and takes all of its figure
    inches = WIDTH - 0.2 if is_own or figure is None else ax.get_window_extent().width / figure.dpi
    return max(int(inches * 13.5), 20)


def label_rows(ax: Axes, labels: list[str], bold: Collection[int] = ()) -> None:
    """Label the rows 0, 1, … from the top, each above what is drawn in it, flush with the title; some in bold."""
    ax.set_ylim(len(labels) - 0.45, -0.6)
    ax.set_yticks([row - 0.36 for row in range(len(labels))], labels, **PLAIN)
    ax.tick_params(axis="y", length=0, pad=0)
    for row, label in enumerate(ax.get_yticklabels()):
        weight = "bold" if row in bold else "normal"
        label.set(horizontalalignment="left", verticalalignment="center", fontweight=weight)


def empty(ax: Axes, text: str) -> None:
    """Say that there is nothing to show."""
    ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
    ax.text(0.5, 0.5, text, ha="center", va="center", alpha=_QUIET, **PLAIN)


def source(attributes: Mapping[Any, Any]) -> str:
    """Return where the data is from, in one line."""
    if "name" not in attributes:
        return "Source: records without dataset.yaml."
    version, licence = attributes.get("data_version", ""), attributes.get("license", "")
    return short(f"Source: {attributes['name']} {version}, {licence}.", 110)


def short(text: str, most: float) -> str:
    """Return untrusted words as one line, cut to the width of *most* letters."""
    shown = visible(text)
    if width(shown) <= most:
        return shown
    end = max(int(most) - 1, 0)
    while width(shown[:end]) >= max(most, 1):
        end -= 1
    return shown[:end].rstrip() + "…"


def width(text: str) -> float:
    """Return how many common letters wide a text is: those of East Asia count double, capitals a bit more than one."""
    return sum(
        2 if letter in "MWmw@%" or east_asian_width(letter) in "WF" else 1.3 if letter.isupper() else 1
        for letter in text
    )


def number(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def spoken(code: str) -> str:
    """Return a code as words."""
    return short(code.replace("_", " "), 40)
