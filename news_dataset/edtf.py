"""Dates as texts in a subset of EDTF (Extended Date/Time Format, ISO 8601-2:2019, levels 0 and 1).

The subset has years, months and days (``2025``, ``2025-08``, ``2025-08-23``), each uncertain, approximate or both
(``?``, ``~``, ``%``); unspecified digits (``202X``, ``20XX``, ``2025-XX``, ``2025-08-XX``, ``2025-XX-XX``); a month or
day of an unknown year (``XXXX-06``, ``XXXX-06-12``); and intervals of these with an open (``..``) or unknown (empty)
end. It leaves out times of day, seasons, negative years, years beyond 9999, sets, marks on a part of a date
(``2025?-08``), significant digits, and unspecified digits elsewhere; ``unread`` recognizes these.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

_MONTH = "(0[1-9]|1[0-2])"
_DAY = "(0[1-9]|[12][0-9]|3[01])"
_DATE = f"([0-9]{{4}}(-({_MONTH}(-({_DAY}|XX))?|XX(-XX)?))?|[0-9]{{3}}X|[0-9]{{2}}XX|XXXX-{_MONTH}(-{_DAY})?)[?~%]?"

_MAX_LENGTH = 200  # characters; ``unread`` does not examine longer texts

DAY_PATTERN = f"^[0-9]{{4}}-{_MONTH}-{_DAY}$"
"""The spelling of a calendar day; ``bounds`` checks that the month has that day."""

PATTERN = f"^({_DATE}(/({_DATE}|[.][.])?)?|([.][.])?/{_DATE})$"
"""The spelling of every date in the subset, in syntax common to Rust, Python and ECMA-262."""

SUBSET = "years, months and days, each with ?, ~ or %; 202X, 20XX, 2025-XX, 2025-08-XX, XXXX-06; intervals of these"
"""The subset in words, for messages and documentation."""

# The parts of well-formed EDTF, inside and outside the subset: only ``unread`` uses them.
_MARK = "[?~%]?"
_PART = f"-{_MARK}(0[1-9]|1[0-2]|2[1-9]|3[0-9]|4[01]|[01X]X|X[0-9]){_MARK}(-{_MARK}([0-2X][0-9X]|3[01X]){_MARK})?"
_ZONE = "(Z|[+-][0-9]{2}(:[0-9]{2})?)?"
_YEAR = "(-?[0-9X]{4}(S[1-9])?|Y-?[0-9]{1,20}(E[0-9]{1,4})?(S[0-9]{1,4})?)"
_ANY = f"{_MARK}{_YEAR}{_MARK}({_PART})?(T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}{_ZONE})?"
_SET = rf"([.]{{2}})?{_ANY}([.]{{2}})?((,|[.]{{2}}){_ANY})*([.]{{2}})?"
_WHOLE = re.compile(rf"{_ANY}|({_ANY}|[.][.])?/({_ANY}|[.][.])?|\[{_SET}\]|\{{{_SET}\}}")
_START = r"(^|[/,.\[{])[?~%]?"
UNREAD = {
    "sets": r"^[\[{]",
    "times of day": "T",
    "years beyond 9999": "Y",
    "significant digits": "S",
    "negative years": f"{_START}-",
    "seasons and quarters": f"{_START}[0-9X]{{4}}{_MARK}-{_MARK}(2[1-9]|3[0-9]|4[01])",
    "marks on a part of a date": "[?~%][0-9X-]",
    "unspecified digits elsewhere": "X",
}
"""The features of EDTF outside the subset, each with a pattern that finds it in well-formed EDTF; the first wins."""


def unread(text: str) -> str:
    """Return the feature of EDTF that the subset lacks in *text*; empty if none.

    Example:
        >>> unread("1957-21"), unread("[1957,1959]"), unread("1957"), unread("1957-13")
        ('seasons and quarters', 'sets', '', '')
    """
    if len(text) > _MAX_LENGTH or re.fullmatch(PATTERN, text) or not _WHOLE.fullmatch(text):
        return ""
    return next((feature for feature, pattern in UNREAD.items() if re.search(pattern, text)), "")


def impossible_part(text: str) -> str:
    """Return which month or day of a date no calendar has; empty if there is none.

    Example:
        >>> impossible_part("1970-13-01"), impossible_part("1970/1971-12-32"), impossible_part("1970-12-31")
        ('there is no month 13', 'no month has a day 32', '')
    """
    for month, _, day in re.findall("(?<![0-9])[0-9X]{4}-([0-9]{2})(-([0-9]{2}))?(?![0-9])", text):
        if not 1 <= int(month) <= 12:
            return f"there is no month {month}"
        if day and not 1 <= int(day) <= 31:
            return f"no month has a day {day}"
    return ""


def is_impossible(text: str) -> bool:
    """Return whether a text has the form of a date that the calendar does not have: ``1970-02-30``."""
    try:
        bounds(text)
    except ValueError:
        return bool(re.fullmatch(PATTERN, text))
    return False


def bounds(text: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day that *text*, which matches ``PATTERN``, may mean.

    A day is None where that side is open, unknown, or in an unknown year.

    Raises:
        ValueError: the calendar has no such day, or an interval ends before it begins.
    """
    if "/" not in text:
        return _bounds_of_date(text)
    left, right = text.split("/")
    first, last = _bounds_of_date(left)[0], _bounds_of_date(right)[1]
    if first and last and first > last:
        raise ValueError(f"{text} ends before it begins")
    return first, last


def after(earlier: str, later: str, days: int = 0) -> bool:
    """Return whether *earlier* begins more than *days* after *later* ends."""
    first, last = bounds(earlier)[0], bounds(later)[1]
    return first is not None and last is not None and (first - last).days > days


def _bounds_of_date(text: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the bounds of a date that is not an interval, or of an end of one."""
    if text in ("", ".."):
        return None, None
    year, _, rest = text.rstrip("?~%").partition("-")
    month, _, day = rest.partition("-")
    if year == "XXXX":
        _check_day(2000, int(month), int(day or 1), text)  # a leap year: 29 February may be meant
        return None, None
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first_year == 0:
        raise ValueError(f"{text} is in the year 0, which the calendar does not have")
    months = (1, 12) if month in ("", "XX") else (int(month), int(month))
    if day in ("", "XX"):
        days = (1, calendar.monthrange(last_year, months[1])[1])
    else:
        _check_day(first_year, months[0], int(day), text)
        days = (int(day), int(day))
    return dt.date(first_year, months[0], days[0]), dt.date(last_year, months[1], days[1])


def _check_day(year: int, month: int, day: int, text: str) -> None:
    if day > calendar.monthrange(year, month)[1]:
        raise ValueError(f"{text} is no day of the calendar: that month has no day {day}")
