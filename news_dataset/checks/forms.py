"""Describe the forms that patterns admit, and guess what a text of another form was meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from news_dataset import edtf
from news_dataset.checks import iso
from news_dataset.records.fields import SNAKE_CASE, Country, Cue, Language, Url, Wikidata, patterns

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}


def form(pattern: str) -> str:
    """Return a description of the texts that match a pattern, such as ``a day, YYYY-MM-DD``; often empty."""
    if found := re.fullmatch(r"\^\[0-9a-f\]\{([0-9]+)\}\$", pattern):
        return f"{found[1]} hex digits in small letters"
    return _forms()[pattern][0] if pattern in _forms() else ""


def meant(pattern: str, value: str) -> list[str]:
    """Return the texts that match a pattern and may have been meant by one that does not: none, one or several.

    Example:
        >>> from news_dataset.records.fields import Country, patterns
        >>> meant(next(patterns((Country,))), "South Korea")
        ['KOR']
    """
    guesses = _forms()[pattern][1](value.strip()) if pattern in _forms() else []
    return [guess for guess in guesses if re.fullmatch(pattern, guess)]


@cache
def _forms() -> dict[str, tuple[str, Callable[[str], list[str]]]]:
    """Return by pattern a description of its texts, and a function that guesses them from a text of another form."""
    forms: tuple[tuple[Any, str, Callable[[str], list[str]]], ...] = (
        (Url, "an address of the web", _url),
        (Country, "a country code of three letters (ISO 3166-1)", lambda value: [*iso.countries(value)]),
        (Language, "a language tag (BCP 47)", _languages),
        (
            Wikidata,
            "a Wikidata item, Q and a number",
            lambda value: [f"Q{n}" for n in re.findall("[1-9][0-9]*", value)[:1]],
        ),
        (Cue, "one to three words in small letters", lambda value: [" ".join(re.findall("[a-z]+", value.lower()))]),
    )
    of_types = {next(patterns((kind,))): (description, guess) for kind, description, guess in forms}
    return of_types | {
        edtf.PATTERN: ("a date in EDTF", _days),
        edtf.DAY_PATTERN: ("a day, YYYY-MM-DD", _days),
        SNAKE_CASE: ("a word in small letters, or several joined by _", lambda value: [snake_case(value)]),
    }


def snake_case(value: str) -> str:
    """Return the letters of a text, a to z, as words in small letters joined by ``_``."""
    return "_".join(re.findall("[a-z]+", value.casefold()))


def id_of(types: Sequence[str]) -> str:
    """Return in words what an id of one of these types is.

    Example:
        >>> id_of(("person", "organization", "place"))
        'an id of type person, organization or place'
    """
    return f"an id of type {', '.join(types[:-1])}{' or ' if types[1:] else ''}{types[-1]}"


def slug_id(types: tuple[str, ...], value: str) -> str:
    """Return the id that a text was probably meant to be, of the type that it names or else the only one of *types*.

    An empty text is returned if it names none of several types, or has no letters or digits.
    """
    kind, _, rest = value.rpartition("/") if "/" in value else ("", "", value)
    kind = kind or (types[0] if len(types) == 1 else "")
    slug = "-".join(re.findall("[a-z0-9]+", rest.casefold()))
    return f"{kind.casefold()}/{slug}" if kind.casefold() in types and slug else ""


def _url(value: str) -> list[str]:
    """Return the web address that a text probably means; empty list if it has no host name with a dot.

    The scheme becomes https unless it is http; characters that a path cannot have are percent-encoded.
    """
    scheme = next(iter(re.findall(r"^([A-Za-z][A-Za-z0-9+.-]*)://", value)), "")  # an address may end in another one
    host, slash, path = (value[len(scheme) + 3 :] if scheme else value).partition("/")
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?", host):
        return []
    scheme = "http" if scheme.lower() == "http" else "https"
    return [f"{scheme}://{host}{slash}{quote(path, safe='!#$%&()*+,/:;=?@[]_.~-')}"]


def _languages(value: str) -> list[str]:
    """Return the tags of the languages that a text names, else the text as a tag with the usual case."""
    first, *parts = re.split("[-_]", value)
    if named := iso.languages(value):
        return [*named]
    usual = {2: str.upper, 4: str.title}
    return ["-".join((first.lower(), *(usual.get(len(part), str.lower)(part) for part in parts)))]


def _days(value: str) -> list[str]:
    """Return the day, or month, that a date in digits or with the name of a month means; two days if it is ambiguous.

    The list is empty for EDTF that is not read, and for what is no date.
    """
    if edtf.unread(value) not in ("", "times of day"):
        return []
    if found := re.fullmatch(r"([0-9]{4})([-./ ]?)([0-9]{2}|[0-9](?=[^0-9]))\2([0-9]{1,2})([T ].*)?", value):
        year, month, day = map(int, found.group(1, 3, 4))
    elif found := re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})", value):
        day, month, year = map(int, found.groups())
    elif found := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", value):
        day, month, year = map(int, found.groups())
        if day <= 12 and month <= 12:  # the month may be first
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
    """Return a day as EDTF; empty list if the calendar does not have it."""
    date = f"{year:04}-{month:02}-{day:02}"
    try:
        edtf.bounds(date)
    except ValueError:
        return []
    return [date]
