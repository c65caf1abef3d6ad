"""Bars that count statements: who makes them, and whether they hold up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from news_dataset.errors import UsageError
from news_dataset.plots import canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ARTICLE, NOBODY = "The article itself", "Nobody named"
_COLOURS = {"kind": canvas.KINDS, "claim_type": canvas.CLAIM_TYPES, "verdict": canvas.VERDICTS}
_WORDS = {"kind": "kind of attribution", "claim_type": "type of claim", "verdict": "verdict", "speaker": "speaker"}


def draw_speakers(said: pd.DataFrame, by: str, ax: Axes | None) -> Axes:
    """Draw a bar for each speaker; statements without a speaker come last."""
    _demand(by, ("kind", "claim_type", "verdict"))
    bars, names = _bars(_rows(said), "speaker", by)
    speakers = len(bars) - len({ARTICLE, NOBODY} & set(names))
    statements = canvas.number(said["statement"].nunique(), "statement")
    joint = " A joint statement counts for each of its speakers." if said["statement"].duplicated().any() else ""
    subtitle = f"{statements} of {canvas.number(speakers, 'speaker')} and of the articles themselves.{joint}"
    return _draw(bars, names, _COLOURS[by], ax, (f"Who speaks, by {_WORDS[by]}", subtitle), said.attrs)


def draw_verdicts(said: pd.DataFrame, by: str, ax: Axes | None) -> Axes:
    """Draw a bar for each type of claim, kind or speaker, stacked by verdict."""
    _demand(by, ("claim_type", "kind", "speaker"))
    rows = _rows(said)
    each = {row["statement"]: row["verdict"] for row in rows}
    bars, names = _bars(rows if by == "speaker" else {row["statement"]: row for row in rows}.values(), by, "verdict")
    found = Counter(each.values())
    told = ", ".join(f"{found[code]:,} {canvas.spoken(code)}" for code in canvas.VERDICTS if found[code])
    joint = " A joint statement counts for each of its speakers." if by == "speaker" and len(rows) > len(each) else ""
    subtitle = f"{canvas.number(len(each), 'statement')}: {told}.{joint}"
    return _draw(bars, names, canvas.VERDICTS, ax, (f"What holds up, by {_WORDS[by]}", subtitle), said.attrs)


def _demand(by: str, among: tuple[str, ...]) -> None:
    if by not in among:
        raise UsageError(f"by={by!r} is none of {', '.join(among)}")


def _rows(said: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return plain rows; absent values are None, an absent verdict says so."""
    wanted = said[["statement", "speaker", "speaker_name", "kind", "claim_type", "verdict"]].astype(object)
    rows: list[dict[Any, Any]] = wanted.where(wanted.notna(), None).to_dict("records")
    return [row | {"verdict": row["verdict"] or canvas.NONE} for row in rows]


def _bars(rows: Iterable[Mapping[Any, Any]], bar: str, part: str) -> tuple[list[Counter[str]], list[str]]:
    """Return the bars, the longest first, and what they are called; two speakers of one name have two bars."""
    bars: defaultdict[tuple[int, str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        bars[_key(row, bar)][row[part]] += 1
    ordered = sorted(bars, key=lambda key: (key[0], -bars[key].total(), key[1:]))
    if len(ordered) > canvas.MOST:
        named, rest = ordered[: canvas.MOST - 1], ordered[canvas.MOST - 1 :]
        others = sum((bars[key] for key in rest), Counter())
        return [*(bars[key] for key in named), others], [*(key[1] for key in named), f"{len(rest):,} others"]
    return [bars[key] for key in ordered], [key[1] for key in ordered]


def _key(row: Mapping[Any, Any], bar: str) -> tuple[int, str, str]:
    """Return where a bar is sorted, its name, and what else tells it apart."""
    if bar != "speaker":
        return 0, canvas.spoken(row[bar]).capitalize(), row[bar]
    if row["speaker_name"]:
        return 0, row["speaker_name"], row["speaker"] or ""
    return (2, ARTICLE, "") if row["kind"] == "narrated" else (1, NOBODY, "")


def _draw(
    bars: list[Counter[str]],
    names: list[str],
    colours: Mapping[str, str],
    ax: Axes | None,
    title: tuple[str, str],
    attributes: Mapping[Any, Any],
) -> Axes:
    ax = canvas.axes(ax, 1.25 + 0.52 * max(len(bars), 2))
    if not bars:
        canvas.empty(ax, "There are no statements.")
        canvas.frame(ax, title[0], "", attributes)
        return ax
    longest = max(bar.total() for bar in bars)
    ends = [0] * len(bars)
    unknown = {code for bar in bars for code in bar} - set(colours)  # a release of somebody else may have other codes
    for code in [*colours, *sorted(unknown)]:
        rows = [row for row, bar in enumerate(bars) if bar[code]]
        if rows:
            _draw_parts(
                ax, rows, [bars[row][code] for row in rows], ends, (code, colours.get(code, "#ffffff")), longest
            )
    for row, end in enumerate(ends):
        ax.annotate(f"{end:,}", (end, row + 0.08), (4, 0), textcoords="offset points", va="center", fontsize=9)
    canvas.label_rows(ax, [canvas.short(name, canvas.room_for(ax)) for name in names])
    ax.set_xlim(0, longest * 1.06)
    ax.set_xticks([])
    canvas.frame(ax, *title, attributes)
    return ax


def _draw_parts(
    ax: Axes, rows: list[int], numbers: list[int], ends: list[int], kind: tuple[str, str], longest: int
) -> None:
    """Draw the parts of all bars that are of one kind, from where the bars end so far."""
    code, colour = kind
    starts = [ends[row] for row in rows]
    drawn = ax.barh(
        [row + 0.08 for row in rows], numbers, 0.46, starts, color=colour, label=canvas.spoken(code),
        edgecolor=ax.get_facecolor(), linewidth=0.8,
    )  # fmt: skip
    shown = [f"{one:,}" for one in numbers]
    inside = [
        text if one / longest > 0.012 * len(text) + 0.008 else "" for one, text in zip(numbers, shown, strict=True)
    ]
    ax.bar_label(drawn, inside, label_type="center", color=_ink(colour), fontsize=8.5)
    for row, one in zip(rows, numbers, strict=True):
        ends[row] += one


def _ink(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"
