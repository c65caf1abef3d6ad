"""The timeline: reported against assessed dates, an event a row."""

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

_MARK = 0.12  # how far below the middle of its row a mark lies; its label is above
_HOURS = ["%H:%M", "%H:%M", "%S"]  # matplotlib wants a form for these too
ASSESSED, REPORTED, WEEKDAY = "as sources show", "reported", "nearest such weekdays"
BEFORE, AFTER = "before this axis", "after this axis"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLAIN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(slots=True)
class Report:
    """A date as it is reported: its words, where it may lie, what was found out about it, and how grave that is."""

    text: str
    spans: list[Span]
    verdict: str
    rank: int


@dataclass(slots=True)
class Event:
    """A row: an event, its date as independent sources show it, and the dates that are reported."""

    title: str
    date: str | None
    span: Span | None
    reports: list[Report] = field(default_factory=list)

    @property
    def gravity(self) -> int:
        """0 for the gravest verdict on its reports; more without any."""
        return min((one.rank for one in self.reports), default=len(canvas.VERDICTS))

    def label(self, room: int) -> str:
        """Return its title, and its dates in words, in one line of *room* letters."""
        said = ", ".join(dict.fromkeys(f"“{canvas.short(one.text, 20)}”" for one in self.reports[:2]))
        known = canvas.short(written(self.date), 28) if self.date else "no date known"
        dates = f"reported {said}; sources: {known}" if said else known
        return f"{canvas.short(self.title, room - canvas.width(dates))}: {dates}"


def draw(timeline: pd.DataFrame, ax: Axes | None) -> Axes:
    """Draw the events that have a date, reported or assessed; of many those with the gravest verdicts."""
    events = _events(timeline)
    dated = [event for event in events if event.span or event.reports]
    chosen = sorted(range(len(dated)), key=lambda place: dated[place].gravity)[: canvas.MOST]
    shown = [dated[place] for place in sorted(chosen)]
    ax = canvas.axes(ax, 1.6 + 0.52 * max(len(shown), 2))
    title = "Reported dates against those that sources show"
    if not shown:
        canvas.empty(ax, "There are no dates.")
    else:
        wrong = {row for row, event in enumerate(shown) if event.gravity == 0}
        canvas.label_rows(ax, [event.label(canvas.room_for(ax)) for event in shown], wrong)
        _draw_axis(ax, shown)
        for draw_part in (_draw_assessed, _draw_reports, _draw_beyond):
            for row, event in enumerate(shown):
                draw_part(ax, row + _MARK, event)
    canvas.frame(ax, title, _sums(events), timeline.attrs, 26, _left_out(events, dated, shown))
    return ax


def _events(timeline: pd.DataFrame) -> list[Event]:
    """Return the events in the order of the view, each with the different dates that are reported of it."""
    ranks = [*timeline["reported_verdict"].cat.categories, canvas.NONE]
    plain = timeline.astype(object)
    events: dict[str, Event] = {}
    for row in plain.where(plain.notna(), None).to_dict("records"):
        span = _span(row)
        event = events.setdefault(row["event"], Event(row["title"], row["date"], span))
        text = row["reported_text"] or row["reported_date"]
        if text:
            places = reported(row["reported_date"], row["reported_text"], span)
            verdict = row["reported_verdict"] if row["reported_verdict"] in canvas.VERDICTS else canvas.NONE
            report = Report(text, places, verdict, ranks.index(verdict))
            event.reports += [report] if report not in event.reports else []
    return list(events.values())


def _span(row: dict[Any, Any]) -> Span | None:
    """Return the days of a row of the view; of a date with an open end, the day that is known."""
    known = [row[name].date() for name in ("date_min", "date_max") if row[name] is not None]
    return (known[0], known[-1]) if known else None


def _draw_axis(ax: Axes, events: list[Event]) -> None:
    """Span the events with a reported date; if none has a place, all."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    compared = [span for event in events for report in event.reports for span in report.spans]
    compared += [event.span for event in events if event.reports and event.span]
    spans = compared or [event.span for event in events if event.span]
    if not spans:
        ax.set(xticks=[], xlim=(0, 1))
        return
    epoch = date2num(dt.date.min) - 1
    ax.xaxis_date()
    ax.set_xlim(*(epoch + end for end in window(spans)))
    locator = AutoDateLocator(minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    formats = (["%Y", "%b", "%d %b", *_HOURS], ["", "%Y", "%b %Y", "%d %b", *_HOURS[1:]])
    ax.xaxis.set_major_formatter(
        ConciseDateFormatter(locator, formats=formats[0], zero_formats=formats[1], show_offset=False)
    )
    ax.grid(axis="x", alpha=0.3, linewidth=0.7)
    ax.set_axisbelow(True)


def _draw_assessed(ax: Axes, height: float, event: Event) -> None:
    """Draw the days that sources show, if the axis has them."""
    from matplotlib import rcParams

    if event.span is not None and not _edge(ax, event.span):
        ink, ends, known = rcParams["text.color"], (height, height), _numbers(event.span)
        ax.plot(known, ends, color=ink, linewidth=8.5, solid_capstyle="round", zorder=5)
        ax.plot(known, ends, "o", color=ink, markersize=8.5, markeredgewidth=0, zorder=5, label=ASSESSED)


def _draw_beyond(ax: Axes, height: float, event: Event) -> None:
    """Draw an arrow at the edge beyond which the event lies."""
    from matplotlib import rcParams

    if event.span is not None and (edge := _edge(ax, event.span)):
        at, mark, label = edge
        style = {"color": rcParams["text.color"], "markersize": 7, "clip_on": False, "label": label}
        ax.plot([at], [height], mark, transform=ax.get_yaxis_transform(), **style)


def _edge(ax: Axes, span: Span) -> tuple[int, str, str] | None:
    """Return the edge beyond which all of *span* lies, its arrow, and what that means."""
    (first, last), (left, right) = _numbers(span), ax.get_xlim()
    return (0, "<", BEFORE) if last < left else (1, ">", AFTER) if first > right else None


def _numbers(span: Span) -> list[float]:
    from matplotlib.dates import date2num

    return [float(date2num(day)) for day in span]


def _draw_reports(ax: Axes, height: float, event: Event) -> None:
    """Draw the days that are reported, and the way from each to those that sources show."""
    known = _numbers(event.span) if event.span else []
    for report in event.reports:
        for span in report.spans:
            _draw_report(ax, height, report, _numbers(span), known)


def _draw_report(ax: Axes, height: float, report: Report, span: list[float], known: list[float]) -> None:
    colour, is_weekday = canvas.VERDICTS[report.verdict], len(report.spans) > 1
    if known and (span[1] < known[0] or span[0] > known[1]):
        way = [span[1], known[0]] if span[1] < known[0] else [known[1], span[0]]
        ax.plot(way, [height, height], ":" if is_weekday else "-", color=colour, linewidth=2, zorder=2)
    ax.plot(span, [height, height], color=colour, linewidth=4, zorder=3)
    label = f"{WEEKDAY if is_weekday else REPORTED}, {canvas.spoken(report.verdict)}"
    face = ax.get_facecolor() if is_weekday else colour
    ax.plot([sum(span) / 2], [height], "D", markersize=8, color=colour, markerfacecolor=face, markeredgewidth=1.8,
            zorder=4, label=label)  # fmt: skip


def _sums(events: list[Event]) -> str:
    """Return how many dates are reported, and what was found out about them."""
    found = Counter(report.verdict for event in events for report in event.reports)
    if not found:
        return f"{canvas.number(len(events), 'event')}; no date of any is reported." if events else ""
    ranks = {report.verdict: report.rank for event in events for report in event.reports}
    told = ", ".join(f"{found[code]:,} {canvas.spoken(code)}" for code in sorted(found, key=ranks.__getitem__))
    return f"{canvas.number(found.total(), 'reported date')}: {told}."


def _left_out(events: list[Event], dated: list[Event], shown: list[Event]) -> str:
    """Return which events are not shown, and why."""
    undated, more = len(events) - len(dated), len(dated) - len(shown)
    parts = [f"{canvas.number(undated, 'event')} without any date"] if undated else []
    parts += [f"{canvas.number(more, 'more event')}"] if more else []
    return f"Not shown: {' and '.join(parts)}." if parts else ""


def reported(date: str | None, text: str | None, assessed: Span | None) -> list[Span]:
    """Return where a reported date may lie: at one place, or at the nearest days of a weekday; none if unknown.

    Args:
        date: as EDTF; without a year it is of the year of the assessed date.
        text: as the article has it.
        assessed: the first and last day that independent sources show.
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
    return _nearest(_WEEKDAYS.index(weekday), assessed)


def _nearest(weekday: int, assessed: Span) -> list[Span]:
    """Return the day of that weekday within *assessed*, else the last before it and the first after it."""
    ordinals = range(max(assessed[0].toordinal() - 6, 1), min(assessed[1].toordinal() + 6, dt.date.max.toordinal()) + 1)
    days = [day for day in map(dt.date.fromordinal, ordinals) if day.weekday() == weekday]
    inside = [day for day in days if assessed[0] <= day <= assessed[1]]
    before = [day for day in days if day < assessed[0]][-1:]
    after = [day for day in days if day > assessed[1]][:1]
    return [(day, day) for day in inside or before + after]


def written(date: str) -> str:
    """Return an EDTF date as people write it; as it is where that would lose something."""
    first, slash, last = date.partition("/")
    if not slash:
        return _day(first)
    if first[:8] == last[:8] and len(first) == len(last) == 10:
        return f"{int(first[8:])}–{_day(last)}"
    if not first.strip(".") or not last.strip("."):
        return f"from {_day(first)}" if first.strip(".") else f"until {_day(last)}"
    return f"{_day(first)} – {_day(last)}"


def _day(date: str) -> str:
    found = _PLAIN.fullmatch(date)
    if not found or not 1 <= int(found[2] or 1) <= 12:
        return date
    year, month, day = found.groups()
    return " ".join(
        part for part in (str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year) if part
    )


def window(spans: list[Span]) -> tuple[float, float]:
    """Return the ends of an axis that shows all *spans* with room on both sides, as days since year 1."""
    first, last = min(span[0] for span in spans).toordinal(), max(span[1] for span in spans).toordinal()
    room = max(2.0, (last - first) * 0.05)
    return max(first - room, 1), min(last + room, dt.date.max.toordinal())
