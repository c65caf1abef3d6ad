"""The forms that texts have, in words, and what was probably meant by a text that has another one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

from news_dataset import edtf
from news_dataset.checks import iso
from news_dataset.records.fields import SNAKE_CASE, Country, Cue, Language, Url, Wikidata, patterns

_MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * at : 3 * at + 3]: at + 1 for at in range(12)}


def form(pattern: str) -> str:
    """Return what a text of a pattern is, as ``a web address``; empty where the pattern says no more than the field."""
    if found := re.fullmatch(r"\^\[0-9a-f\]\{([0-9]+)\}\$", pattern):
        return f"{found[1]} hex digits in small letters"
    return _forms()[pattern][0] if pattern in _forms() else ""


def meant(pattern: str, value: str) -> list[str]:
    """Return what was probably meant by a text that has another form than a pattern; several where it is not clear.

    Example:
        >>> from news_dataset.records.fields import Country, patterns
        >>> meant(next(patterns((Country,))), "South Korea")
        ['KOR']
    """
    found = _forms()[pattern][1](value.strip()) if pattern in _forms() else []
    return [one for one in found if re.fullmatch(pattern, one)]


@cache
def _forms() -> dict[str, tuple[str, Callable[[str], list[str]]]]:
    found: tuple[tuple[Any, str, Callable[[str], list[str]]], ...] = (
        (Url, "an address of the web", _urls),
        (Country, "a country code of three letters (ISO 3166-1)", lambda value: [*iso.countries(value)]),
        (Language, "a language tag (BCP 47)", _languages),
        (
            Wikidata,
            "a Wikidata item, Q and a number",
            lambda value: [f"Q{n}" for n in re.findall("[1-9][0-9]*", value)[:1]],
        ),
        (Cue, "one to three words in small letters", lambda value: [" ".join(re.findall("[a-z]+", value.lower()))]),
    )
    of_types = {next(patterns((kind,))): (said, function) for kind, said, function in found}
    return of_types | {
        edtf.PATTERN: ("a date in EDTF", _days),
        edtf.DAY_PATTERN: ("a day, YYYY-MM-DD", _days),
        SNAKE_CASE: ("a word in small letters, or several joined by _", lambda value: [snake_case(value)]),
    }


def snake_case(value: str) -> str:
    """Return a text as codes are mostly written."""
    return "_".join(re.findall("[a-z]+", value.casefold()))


def slug_id(types: tuple[str, ...], value: str) -> str:
    """Return the id that a text was probably meant to be, of the type that it names or of the only one; or nothing."""
    kind, _, rest = value.rpartition("/") if "/" in value else ("", "", value)
    kind = kind or (types[0] if len(types) == 1 else "")
    slug = "-".join(re.findall("[a-z0-9]+", rest.casefold()))
    return f"{kind.casefold()}/{slug}" if kind.casefold() in types and slug else ""


def _urls(value: str) -> list[str]:
    """Return the web address that a text may mean: https for a missing or another scheme, the path percent-encoded."""
    scheme = next(iter(re.findall(r"^([A-Za-z][A-Za-z0-9+.-]*)://", value)), "")  # an address may end in another one
    host, slash, path = (value[len(scheme) + 3 :] if scheme else value).partition("/")
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?", host):
        return []
    is_known = scheme.lower() in ("http", "https")
    return [f"{scheme.lower() if is_known else 'https'}://{host}{slash}{quote(path, safe='!#$%&()*+,/:;=?@[]_.~-')}"]


def _languages(value: str) -> list[str]:
    """Return a tag with its parts in the usual case, or that of a language by name."""
    first, *parts = re.split("[-_]", value)
    if named := iso.languages(value):
        return [*named]
    usual = {2: str.upper, 4: str.title}
    return ["-".join((first.lower(), *(usual.get(len(part), str.lower)(part) for part in parts)))]


def _days(value: str) -> list[str]:
    """Return the day that a date in digits, or with the name of a month, can only mean; of other EDTF none."""
    if edtf.unread(value) not in ("", "times of day"):
        return []
    if found := re.fullmatch(r"([0-9]{4})[-./ ]?([0-9]{1,2})[-./ ]?([0-9]{1,2})([T ].*)?", value):
        year, month, day = map(int, found.groups()[:3])
    elif found := re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})", value):
        day, month, year = map(int, found.groups())
    elif found := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", value):
        day, month, year = map(int, found.groups())
        if day <= 12 and month <= 12:  # written in either order
            return (
                [f"{year}-{month:02}-{day:02}"] if day == month else _real(year, day, month) + _real(year, month, day)
            )
        month, day = (month, day) if month <= 12 else (day, month)
    else:
        words = re.findall("[a-z]+|[0-9]+", value.casefold())
        months = [_MONTHS[word[:3]] for word in words if word[:3] in _MONTHS]
        years, days = (
            [int(word) for word in words if word.isdigit() and (len(word) > 2) == long] for long in (True, False)
        )
        if len(months) != 1 or len(years) != 1:
            return []
        if not days:
            return [f"{years[0]:04}-{months[0]:02}"]
        year, month, day = years[0], months[0], days[0]
    return _real(year, month, day)


def _real(year: int, month: int, day: int) -> list[str]:
    found = f"{year:04}-{month:02}-{day:02}"
    try:
        edtf.bounds(found)
    except ValueError:
        return []
    return [found]
