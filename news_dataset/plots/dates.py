"""The timeline: reported dates against those that sources show, one event per row."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from news_dataset import edtf
from news_dataset.plots import canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Span = tuple[dt.date, dt.date]

_MARK_OFFSET = 0.12  # of marks below the middle of their row, since the label is above them
_HOUR_FORMATS = ["%H:%M", "%H:%M", "%S"]  # matplotlib requires formats for times of day as well
ASSESSED, REPORTED, WEEKDAY = "as sources show", "reported", "nearest such weekdays"
BEFORE, AFTER = "before this axis", "after this axis"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EDTF_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(slots=True)
class Report:
    """A reported date: its text, possible days, verdict, and rank, 0 for the gravest."""

    text: str
    spans: list[Span]
    verdict: str
    rank: int


@dataclass(slots=True)
class Event:
    """A row: an event, its date according to sources, and its reported dates."""

    title: str
    date: str | None
    span: Span | None
    reports: list[Report] = field(default_factory=list)

    @property
    def gravity(self) -> int:
        """The rank of the gravest verdict on its reports; the largest without any."""
        return min((report.rank for report in self.reports), default=len(canvas.VERDICTS))

    def label(self, room: int) -> str:
        """Return title and dates in one line of *room* letters."""
        texts = ", ".join(dict.fromkeys(f"“{canvas.short(report.text, 20)}”" for report in self.reports[:2]))
        sources = canvas.short(readable_date(self.date), 28) if self.date else "no date known"
        dates = f"reported {texts}; sources: {sources}" if texts else sources
        return f"{canvas.short(self.title, room - canvas.width(dates))}: {dates}"


def draw(timeline: pd.DataFrame, ax: Axes | None) -> Axes:
    """Draw the events with a date; of more than ``MAX_ROWS`` those with the gravest verdicts."""
    events = _events(timeline)
    dated = [event for event in events if event.span or event.reports]
    chosen = sorted(range(len(dated)), key=lambda index: dated[index].gravity)[: canvas.MAX_ROWS]
    shown = [dated[index] for index in sorted(chosen)]
    ax = canvas.axes(ax, 1.6 + 0.52 * max(len(shown), 2))
    title = "Reported dates against those that sources show"
    if not shown:
        canvas.write_empty(ax, "There are no dates.")
    else:
        wrong = {row for row, event in enumerate(shown) if event.gravity == 0}
        canvas.label_rows(ax, [event.label(canvas.room_for(ax)) for event in shown], wrong)
        _draw_axis(ax, shown)
        for draw_part in (_draw_assessed, _draw_reports, _draw_outside):
            for row, event in enumerate(shown):
                draw_part(ax, row + _MARK_OFFSET, event)
    canvas.frame(ax, title, _subtitle(events), timeline.attrs, 26, _omitted_note(events, dated, shown))
    return ax


def _events(timeline: pd.DataFrame) -> list[Event]:
    """Return the events in the order of the view, each with its distinct reported dates."""
    ranks = [*timeline["reported_verdict"].cat.categories, canvas.NONE]
    plain = timeline.astype(object)
    events: dict[str, Event] = {}
    for row in plain.where(plain.notna(), None).to_dict("records"):
        span = _span(row)
        event = events.setdefault(row["event"], Event(row["title"], row["date"], span))
        text = row["reported_text"] or row["reported_date"]
        if text:
            spans = reported_spans(row["reported_date"], row["reported_text"], span)
            verdict = row["reported_verdict"] if row["reported_verdict"] in canvas.VERDICTS else canvas.NONE
            report = Report(text, spans, verdict, ranks.index(verdict))
            event.reports += [report] if report not in event.reports else []
    return list(events.values())


def _span(row: dict[Any, Any]) -> Span | None:
    """Return first and last day of a row, twice the known day of an open range, or None."""
    known = [row[name].date() for name in ("date_min", "date_max") if row[name] is not None]
    return (known[0], known[-1]) if known else None


def _draw_axis(ax: Axes, events: list[Event]) -> None:
    """Set limits, ticks and grid of the axis of days; without any known day it gets no ticks.

    It covers the days, reported and according to sources, of the events with a reported date, even one in words only;
    if these have no known day, the days of all events according to sources.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    compared = [span for event in events for report in event.reports for span in report.spans]
    compared += [event.span for event in events if event.reports and event.span]
    spans = compared or [event.span for event in events if event.span]
    if not spans:
        ax.set(xticks=[], xlim=(0, 1))
        return
    epoch = date2num(dt.date.min) - 1
    ax.xaxis_date()
    ax.set_xlim(*(epoch + end for end in axis_limits(spans)))
    locator = AutoDateLocator(minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    formats = (["%Y", "%b", "%d %b", *_HOUR_FORMATS], ["", "%Y", "%b %Y", "%d %b", *_HOUR_FORMATS[1:]])
    ax.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=formats[0], zero_formats=formats[1], show_offset=False)
    )
    ax.grid(axis="x", alpha=0.3, linewidth=0.7)
    ax.set_axisbelow(True)


def _draw_assessed(ax: Axes, height: float, event: Event) -> None:
    """Draw the days that sources show, unless they are outside the axis."""
    from matplotlib import rcParams

    if event.span is not None and not _edge_beyond(ax, event.span):
        ink, ends, known = rcParams["text.color"], (height, height), _date_numbers(event.span)
        ax.plot(known, ends, color=ink, linewidth=8.5, solid_capstyle="round", zorder=5)
        ax.plot(known, ends, "o", color=ink, markersize=8.5, markeredgewidth=0, zorder=5, label=ASSESSED)


def _draw_outside(ax: Axes, height: float, event: Event) -> None:
    """Draw an arrow at the edge of the axis if the event is outside it."""
    from matplotlib import rcParams

    if event.span is not None and (edge := _edge_beyond(ax, event.span)):
        position, marker, label = edge
        style = {"color": rcParams["text.color"], "markersize": 7, "clip_on": False, "label": label}
        ax.plot([position], [height], marker, transform=ax.get_yaxis_transform(), **style)


def _edge_beyond(ax: Axes, span: Span) -> tuple[int, str, str] | None:
    """Return position, marker and label of the edge beyond which *span* lies, or None."""
    (first, last), (left, right) = _date_numbers(span), ax.get_xlim()
    return (0, "<", BEFORE) if last < left else (1, ">", AFTER) if first > right else None


def _date_numbers(span: Span) -> list[float]:
    from matplotlib.dates import date2num

    return [float(date2num(day)) for day in span]


def _draw_reports(ax: Axes, height: float, event: Event) -> None:
    """Draw the reported days, each with a line to those that sources show."""
    known = _date_numbers(event.span) if event.span else []
    for report in event.reports:
        for span in report.spans:
            _draw_report(ax, height, report, _date_numbers(span), known)


def _draw_report(ax: Axes, height: float, report: Report, span: list[float], known: list[float]) -> None:
    """Draw one span of a reported date, and the gap to the known days."""
    colour, is_weekday = canvas.VERDICTS[report.verdict], len(report.spans) > 1
    if known and (span[1] < known[0] or span[0] > known[1]):
        gap = [span[1], known[0]] if span[1] < known[0] else [known[1], span[0]]
        ax.plot(gap, [height, height], ":" if is_weekday else "-", color=colour, linewidth=2, zorder=2)
    ax.plot(span, [height, height], color=colour, linewidth=4, zorder=3)
    label = f"{WEEKDAY if is_weekday else REPORTED}, {canvas.code_label(report.verdict)}"
    face = ax.get_facecolor() if is_weekday else colour
    ax.plot([sum(span) / 2], [height], "D", markersize=8, color=colour, markerfacecolor=face, markeredgewidth=1.8,
            zorder=4, label=label)  # fmt: skip


def _subtitle(events: list[Event]) -> str:
    """Return a sentence with the number of reported dates by verdict."""
    verdicts = Counter(report.verdict for event in events for report in event.reports)
    if not verdicts:
        return f"{canvas.counted(len(events), 'event')}; no date of any is reported." if events else ""
    ranks = {report.verdict: report.rank for event in events for report in event.reports}
    numbers = ", ".join(
        f"{verdicts[code]:,} {canvas.code_label(code)}" for code in sorted(verdicts, key=ranks.__getitem__)
    )
    return f"{canvas.counted(verdicts.total(), 'reported date')}: {numbers}."


def _omitted_note(events: list[Event], dated: list[Event], shown: list[Event]) -> str:
    """Return a sentence on the events that are not shown; empty if all are."""
    undated, more = len(events) - len(dated), len(dated) - len(shown)
    parts = [f"{canvas.counted(undated, 'event')} without any date"] if undated else []
    parts += [f"{canvas.counted(more, 'more event')}"] if more else []
    return f"Not shown: {' and '.join(parts)}." if parts else ""


def reported_spans(date: str | None, text: str | None, assessed: Span | None) -> list[Span]:
    """Return the spans that a date may mean: one, two for a weekday, or none.

    Args:
        date: the date in EDTF; if its year is unspecified (``XXXX``), it gets that of the assessed date.
        text: the words of the article; only an English weekday is understood, if there is no date.
        assessed: first and last day according to independent sources.
    """
    if date:
        if date.startswith("XXXX") and assessed:
            date = f"{assessed[0].year:04}{date[4:]}"
        try:
            first, last = edtf.bounds(date)
        except ValueError:  # a release of somebody else may hold anything
            return []
        return [(first, last)] if first and last else []
    weekday = (text or "").strip().lower()
    if weekday not in _WEEKDAYS or assessed is None or (assessed[1] - assessed[0]).days > 6:
        return []
    return _nearest_days(_WEEKDAYS.index(weekday), assessed)


def _nearest_days(weekday: int, assessed: Span) -> list[Span]:
    """Return the days of a weekday (0 is Monday) in *assessed*, else one on each side."""
    ordinals = range(max(assessed[0].toordinal() - 6, 1), min(assessed[1].toordinal() + 6, dt.date.max.toordinal()) + 1)
    days = [day for day in map(dt.date.fromordinal, ordinals) if day.weekday() == weekday]
    inside = [day for day in days if assessed[0] <= day <= assessed[1]]
    before = [day for day in days if day < assessed[0]][-1:]
    after = [day for day in days if day > assessed[1]][:1]
    return [(day, day) for day in inside or before + after]


def readable_date(date: str) -> str:
    """Return an EDTF date or range as people write it; unchanged where that would lose something."""
    first, slash, last = date.partition("/")
    if not slash:
        return _readable_day(first)
    if first[:8] == last[:8] and len(first) == len(last) == 10:
        return f"{int(first[8:])}–{_readable_day(last)}"
    if not first.strip(".") or not last.strip("."):
        return f"from {_readable_day(first)}" if first.strip(".") else f"until {_readable_day(last)}"
    return f"{_readable_day(first)} – {_readable_day(last)}"


def _readable_day(date: str) -> str:
    """Return a day, month or year as in ``12 Jun 2026``; any other text unchanged."""
    match = _EDTF_DAY.fullmatch(date)
    if not match or not 1 <= int(match[2] or 1) <= 12:
        return date
    year, month, day = match.groups()
    parts = (str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year)
    return " ".join(filter(None, parts))


def axis_limits(spans: list[Span]) -> tuple[float, float]:
    """Return the limits of an axis for all *spans* with a margin, as ordinals."""
    first, last = min(span[0] for span in spans).toordinal(), max(span[1] for span in spans).toordinal()
    margin = max(2.0, (last - first) * 0.05)
    return max(first - margin, 1), min(last + margin, dt.date.max.toordinal())
