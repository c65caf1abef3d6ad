"""Where a date lies on an axis, and how a plot writes it."""

from __future__ import annotations

import datetime as dt
import re

from news_dataset import edtf

Span = tuple[dt.date, dt.date]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLAIN = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


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
