"""Bars that count statements: to whom they are attributed, whether they were said, and whether they are so.

What the article wrongly says that somebody said is counted for the article, and for nobody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from news_dataset.errors import UsageError
from news_dataset.plots import canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ARTICLE, NOBODY, UNRECORDED = "The article itself", "Nobody named", "Not recorded"
NOT_SAID = ("contradicted", "unsupported")
"""The verdicts on attribution that leave a statement to the article."""

QUESTIONS = {"attribution_verdict": "did they say it?", "content_verdict": "is it so?"}
_COLOURS = {"kind": canvas.KINDS, "claim_type": canvas.CLAIM_TYPES, "content_verdict": canvas.VERDICTS}
_WORDS = {
    "kind": "kind of attribution", "claim_type": "type of claim", "content_verdict": "whether it is so",
    "attributed_to": "person or group",
}  # fmt: skip
_GONE = {
    "verdict": "by='verdict' has become by='content_verdict'; plot.verdicts() also shows whether it was said",
    "speaker": "by='speaker' has become by='attributed_to': what the article wrongly attributes counts for the article",
}
_JOINT = " A joint statement counts for each of those it is attributed to."
_Key = tuple[int, str, str]


def draw_speakers(said: pd.DataFrame, by: str, ax: Axes | None) -> Axes:
    """Draw a bar for each to whom statements are attributed; those of nobody and of the article come last."""
    _demand(by, ("kind", "claim_type", "content_verdict"))
    rows = _rows(said)
    bars, names = _bars(rows, "attributed_to", by, canvas.MOST)
    nobody = len({ARTICLE, NOBODY, UNRECORDED} & set(names))
    people = canvas.number(len(bars) - nobody, "person or group", "people or groups")
    statements = canvas.number(said["statement"].nunique(), "statement")
    joint = _JOINT if said["statement"].duplicated().any() else ""
    subtitle = f"{statements}, attributed to {people} or the article’s own.{joint}{_moved(rows)}"
    return _draw(bars, names, _COLOURS[by], ax, (f"Whose statements, by {_WORDS[by]}", subtitle), said.attrs)


def draw_verdicts(said: pd.DataFrame, by: str, ax: Axes | None) -> Axes:
    """Draw two bars for each type of claim, kind, or person: whether it was said, and whether it is so."""
    _demand(by, ("claim_type", "kind", "attributed_to"))
    rows, bars, names, told = _rows(said), [], [], []
    for question, words in QUESTIONS.items():
        asked = [row for row in rows if question == "content_verdict" or row["kind"] != "narrated"]
        some, labels = _bars(asked, by, question, canvas.MOST // 2)
        bars += some
        names += [f"{label}: {words}" for label in labels]
        found = Counter({row["statement"]: row[question] for row in asked}.values())
        sums = ", ".join(f"{found[code]:,} {canvas.spoken(code)}" for code in canvas.VERDICTS if found[code])
        told += [f"{words.capitalize()} {canvas.number(found.total(), 'statement')}: {sums}."] if asked else []
    if by == "attributed_to":
        told += [
            part.strip() for part in (_JOINT if said["statement"].duplicated().any() else "", _moved(rows)) if part
        ]
    title = f"Did they say it, and is it so? By {_WORDS[by]}"
    return _draw(bars, names, canvas.VERDICTS, ax, (title, " ".join(told)), said.attrs)


def _demand(by: str, among: tuple[str, ...]) -> None:
    if by not in among:
        raise UsageError(_GONE.get(by) or f"by={by!r} is none of {', '.join(among)}")


def _rows(said: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return plain rows; absent values are None, an absent verdict says so."""
    wanted = said[["statement", "speaker", "speaker_name", "kind", "claim_type", *QUESTIONS]].astype(object)
    rows: list[dict[Any, Any]] = wanted.where(wanted.notna(), None).to_dict("records")
    return [row | {question: row[question] or canvas.NONE for question in QUESTIONS} for row in rows]


def _moved(rows: Iterable[Mapping[Any, Any]]) -> str:
    """Return a sentence on the statements that are counted for the article because nobody made them."""
    count = len({row["statement"] for row in rows if _is_moved(row)})
    return (
        f" {canvas.number(count, 'statement')} whose attribution does not hold count for the article." if count else ""
    )


def _is_moved(row: Mapping[Any, Any]) -> bool:
    return row["attribution_verdict"] in NOT_SAID


def _bars(rows: Iterable[Mapping[Any, Any]], bar: str, part: str, most: int) -> tuple[list[Counter[str]], list[str]]:
    """Return the bars, the longest first, and what they are called; two speakers of one name have two bars.

    A statement counts once in a bar.
    """
    bars: defaultdict[_Key, Counter[str]] = defaultdict(Counter)
    for key, _, code in dict.fromkeys((_key(row, bar), row["statement"], row[part]) for row in rows):
        bars[key][code] += 1
    ordered = sorted(bars, key=lambda key: (key[0], -bars[key].total(), key[1:]))
    if len(ordered) > most:
        named, rest = ordered[: most - 1], ordered[most - 1 :]
        others = sum((bars[key] for key in rest), Counter())
        return [*(bars[key] for key in named), others], [*(key[1] for key in named), f"{len(rest):,} others"]
    return [bars[key] for key in ordered], [key[1] for key in ordered]


def _key(row: Mapping[Any, Any], bar: str) -> _Key:
    """Return where a bar is sorted, its name, and what else tells it apart."""
    if bar != "attributed_to":
        return 0, canvas.spoken(row[bar]).capitalize(), row[bar]
    if row["kind"] == "narrated" or _is_moved(row):
        return 2, ARTICLE, ""
    nobody = UNRECORDED if row["kind"] == "unknown" else NOBODY
    return (0, row["speaker_name"], row["speaker"] or "") if row["speaker_name"] else (1, nobody, "")


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
