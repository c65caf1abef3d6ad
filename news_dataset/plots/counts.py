"""Bars that count statements by speaker, type of claim or kind, and by verdict.

A statement whose attribution does not hold is counted for the article, and not for the person or group it names.
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
ATTRIBUTION_FAILED = ("contradicted", "unsupported")
"""Verdicts on attribution with which a statement counts for the article."""

QUESTIONS = {"attribution_verdict": "did they say it?", "content_verdict": "is it so?"}
_COLOURS = {"kind": canvas.KINDS, "claim_type": canvas.CLAIM_TYPES, "content_verdict": canvas.VERDICTS}
_BY_LABELS = {
    "kind": "kind of attribution", "claim_type": "type of claim", "content_verdict": "whether it is so",
    "attributed_to": "person or group",
}  # fmt: skip
_RENAMED = {
    "verdict": "by='verdict' has become by='content_verdict'; plot.verdicts() also shows whether it was said",
    "speaker": "by='speaker' has become by='attributed_to': what the article wrongly attributes counts for the article",
}
_JOINT_NOTE = " A joint statement counts for each of those it is attributed to."
_BarKey = tuple[int, str, str]  # rank of its group, name, and what tells apart bars of one name


def draw_speakers(who_said_what: pd.DataFrame, by: str, ax: Axes | None) -> Axes:
    """Draw a bar for each person or group; the bars of nobody and of the article come last."""
    _check_by(by, ("kind", "claim_type", "content_verdict"))
    rows = _plain_rows(who_said_what)
    bars, names = _bars(rows, "attributed_to", by, canvas.MAX_ROWS)
    unnamed = len({ARTICLE, NOBODY, UNRECORDED} & set(names))
    people = canvas.counted(len(bars) - unnamed, "person or group", "people or groups")
    statements = canvas.counted(who_said_what["statement"].nunique(), "statement")
    joint = _JOINT_NOTE if who_said_what["statement"].duplicated().any() else ""
    subtitle = f"{statements}, attributed to {people} or the article’s own.{joint}{_reattributed_note(rows)}"
    title = f"Whose statements, by {_BY_LABELS[by]}"
    return _draw(bars, names, _COLOURS[by], ax, (title, subtitle), who_said_what.attrs)


def draw_verdicts(who_said_what: pd.DataFrame, by: str, ax: Axes | None) -> Axes:
    """Draw two bars for each value of *by*: for the verdicts on attribution, and for those on content."""
    _check_by(by, ("claim_type", "kind", "attributed_to"))
    rows, bars, names, sentences = _plain_rows(who_said_what), [], [], []
    for question, phrase in QUESTIONS.items():
        of_question = [row for row in rows if question == "content_verdict" or row["kind"] != "narrated"]
        question_bars, labels = _bars(of_question, by, question, canvas.MAX_ROWS // 2)
        bars += question_bars
        names += [f"{label}: {phrase}" for label in labels]
        verdicts = Counter({row["statement"]: row[question] for row in of_question}.values())
        sums = ", ".join(f"{verdicts[code]:,} {canvas.code_label(code)}" for code in canvas.VERDICTS if verdicts[code])
        number = canvas.counted(verdicts.total(), "statement")
        sentences += [f"{phrase.capitalize()} {number}: {sums}."] if of_question else []
    if by == "attributed_to":
        joint = _JOINT_NOTE if who_said_what["statement"].duplicated().any() else ""
        sentences += [note.strip() for note in (joint, _reattributed_note(rows)) if note]
    title = f"Did they say it, and is it so? By {_BY_LABELS[by]}"
    return _draw(bars, names, canvas.VERDICTS, ax, (title, " ".join(sentences)), who_said_what.attrs)


def _check_by(by: str, allowed: tuple[str, ...]) -> None:
    """Raise UsageError if *by* is not allowed."""
    if by not in allowed:
        raise UsageError(_RENAMED.get(by) or f"by={by!r} is none of {', '.join(allowed)}")


def _plain_rows(who_said_what: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return rows as dicts; missing values are None, missing verdicts ``canvas.NONE``."""
    columns = who_said_what[["statement", "speaker", "speaker_name", "kind", "claim_type", *QUESTIONS]].astype(object)
    rows: list[dict[Any, Any]] = columns.where(columns.notna(), None).to_dict("records")
    return [row | {question: row[question] or canvas.NONE for question in QUESTIONS} for row in rows]


def _reattributed_note(rows: Iterable[Mapping[Any, Any]]) -> str:
    """Return a note, after a blank, on reattributed statements; empty without any."""
    count = len({row["statement"] for row in rows if _is_reattributed(row)})
    statements = canvas.counted(count, "statement")
    return f" {statements} whose attribution does not hold count for the article." if count else ""


def _is_reattributed(row: Mapping[Any, Any]) -> bool:
    """Return whether a statement counts for the article because its attribution does not hold."""
    return row["attribution_verdict"] in ATTRIBUTION_FAILED


def _bars(rows: Iterable[Mapping[Any, Any]], by: str, part: str, max_bars: int) -> tuple[list[Counter[str]], list[str]]:
    """Return the counts of each bar by the codes of column *part*, and the names of the bars.

    The longest bars come first within their group; what exceeds *max_bars* becomes one bar of others. Two speakers of
    the same name have two bars. A statement counts once in a bar.
    """
    bars: defaultdict[_BarKey, Counter[str]] = defaultdict(Counter)
    for key, _, code in dict.fromkeys((_bar_key(row, by), row["statement"], row[part]) for row in rows):
        bars[key][code] += 1
    ordered = sorted(bars, key=lambda key: (key[0], -bars[key].total(), key[1:]))
    if len(ordered) > max_bars:
        shown, rest = ordered[: max_bars - 1], ordered[max_bars - 1 :]
        others = sum((bars[key] for key in rest), Counter())
        return [*(bars[key] for key in shown), others], [*(key[1] for key in shown), f"{len(rest):,} others"]
    return [bars[key] for key in ordered], [key[1] for key in ordered]


def _bar_key(row: Mapping[Any, Any], by: str) -> _BarKey:
    """Return the key of the bar in which a row is counted."""
    if by != "attributed_to":
        return 0, canvas.code_label(row[by]).capitalize(), row[by]
    if row["kind"] == "narrated" or _is_reattributed(row):
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
    """Draw stacked bars; *title* is the title and the subtitle, *colours* is by code in the order of the segments."""
    ax = canvas.axes(ax, 1.25 + 0.52 * max(len(bars), 2))
    if not bars:
        canvas.write_empty(ax, "There are no statements.")
        canvas.frame(ax, title[0], "", attributes)
        return ax
    longest = max(bar.total() for bar in bars)
    ends = [0] * len(bars)
    other_codes = {code for bar in bars for code in bar} - set(
        colours
    )  # a release of somebody else may have other codes
    for code in [*colours, *sorted(other_codes)]:
        rows = [row for row, bar in enumerate(bars) if bar[code]]
        if rows:
            _draw_segments(
                ax, rows, [bars[row][code] for row in rows], ends, (code, colours.get(code, "#ffffff")), longest
            )
    for row, end in enumerate(ends):
        ax.annotate(f"{end:,}", (end, row + 0.08), (4, 0), textcoords="offset points", va="center", fontsize=9)
    canvas.label_rows(ax, [canvas.short(name, canvas.room_for(ax)) for name in names])
    ax.set_xlim(0, longest * 1.06)
    ax.set_xticks([])
    canvas.frame(ax, *title, attributes)
    return ax


def _draw_segments(
    ax: Axes, rows: list[int], numbers: list[int], ends: list[int], code_and_colour: tuple[str, str], longest: int
) -> None:
    """Draw the segments of one code in all bars, and advance *ends*, where the bars end so far."""
    code, colour = code_and_colour
    starts = [ends[row] for row in rows]
    drawn = ax.barh(
        [row + 0.08 for row in rows], numbers, 0.46, starts, color=colour, label=canvas.code_label(code),
        edgecolor=ax.get_facecolor(), linewidth=0.8,
    )  # fmt: skip
    texts = [f"{number:,}" for number in numbers]
    labels = [
        # a label is left out if its digits do not fit, in shares of the longest bar
        text if number / longest > 0.012 * len(text) + 0.008 else ""
        for number, text in zip(numbers, texts, strict=True)
    ]
    ax.bar_label(drawn, labels, label_type="center", color=_text_colour(colour), fontsize=8.5)
    for row, number in zip(rows, numbers, strict=True):
        ends[row] += number


def _text_colour(colour: str) -> str:
    """Return black or white, whichever has more contrast with a colour (relative luminance of WCAG 2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"
