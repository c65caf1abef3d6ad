"""Describe the forms that patterns admit, and guess what a text of another form was meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import quote

from news_dataset import edtf
from news_dataset.checks import iso
from news_dataset.records import BY_TABLE, Description, Evidence
from news_dataset.records.codebooks import STATEMENT_ROLE
from news_dataset.records.fields import (
    DATA_VERSION,
    NUMBERED,
    SNAKE_CASE,
    Country,
    Cue,
    Language,
    Url,
    Wikidata,
    patterns,
)
from news_dataset.rules import PresentIff

NEAR = 0.7
"""How alike two words are if one may be a misspelling of the other; difflib's ratio."""

_LONG = 4  # letters of the shortest word that is looked for in definitions
_FEW = 10  # codes that need no search, since a hint lists them all
_LISTED = 20  # codes that a hint lists
_NEAR_TYPE = 0.8  # how alike a word and a type or table are if the one may be a misspelling of the other
_OWNERS = {"source": "speaker", "addressee": "addressee"}  # whom a number is of, by role; else of an event
_ROLES = {"speaker": "source", "event": "trigger"}  # roles of evidence that show what has a role of this name
NUMBERED_ROLES = next(rule.among for rule in Evidence.rules if isinstance(rule, PresentIff))
"""The roles of evidence that have a number."""

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
        next(patterns(tuple(Description.model_fields["license"].metadata))): (
            "an identifier of SPDX, which has no blanks",
            lambda value: ["-".join(re.findall("[A-Za-z0-9.+]+", value))],
        ),
        DATA_VERSION: (
            "a version of the data, YYYY.MM.N",
            lambda value: [
                f"{year}.{int(month):02}.{int(number or 0)}"
                for year, month, number in re.findall(r"^v?([0-9]{4})[.-]([0-9]{1,2})(?:[.-]([0-9]+))?", value)
            ],
        ),
        SNAKE_CASE: ("a word in small letters, or several joined by _", lambda value: [snake_case(value)]),
    }


def possible_date(value: str, *, is_day: bool) -> str:
    """Return the hint for a date in EDTF that no calendar has, or for an interval whose ends are in the wrong order.

    With *is_day*, a month does not do.
    """
    wrong = next((end for end in value.split("/") if edtf.is_impossible(end)), "")
    if not wrong:
        return "swap the two dates, or correct one"
    month = value.replace(wrong, wrong.rpartition("-")[0])
    is_date = not is_day and re.fullmatch(edtf.PATTERN, month) and not edtf.is_impossible(month)
    return f"correct the day, or write '{month}' if it is not known" if is_date else "correct the date"


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

    It may name the table of the type, or almost the type. If it names none, the type may be the only one of *types*
    whose ids have a number, or have none, as the text does. An empty text is returned if several types remain, or if it
    has no letters or digits.

    Example:
        >>> slug_id(("statement", "event"), "port-example/03")
        'statement/port-example/03'
        >>> slug_id(("person", "place"), "people/Mira Example"), slug_id(("statement",), "port-example/1")
        ('person/mira-example', 'statement/port-example/01')
    """
    *kinds, rest = value.casefold().split("/")
    number = ""
    if rest.isdecimal() and (kinds[1:] or any(kind in NUMBERED for kind in types)) and kinds:
        number, rest = f"/{int(rest[:9]):02}", kinds.pop()
    names = {**dict.fromkeys(types), **dict.fromkeys(BY_TABLE)}
    near = get_close_matches(kinds[0], names, 1, _NEAR_TYPE) if len(kinds) == 1 else []
    named = [BY_TABLE[name].record_type if name in BY_TABLE else name for name in near]
    alike = types if len(types) == 1 else [kind for kind in types if (kind in NUMBERED) == bool(number)]
    kind = next(iter(named if kinds else alike if len(alike) == 1 else ()), "")
    slug = "-".join(re.findall("[a-z0-9]+", rest))
    return f"{kind}/{slug}{number}" if kind in types and slug else ""


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


def near_code_hint(codes: Mapping[str, str], value: str) -> str:
    """Return the hint with the code that was probably meant; empty if none or too many are possible.

    That is the code in another spelling, else the nearest, else one or two whose definition has a word of *value*.
    """
    spellings = {code.casefold(): code for code in codes}
    word = "_".join(value.casefold().replace("-", " ").split())
    if near := [word] if word in spellings else get_close_matches(word, list(spellings), 1, NEAR):
        return f"did you mean {spellings[near[0]]}?"
    parts = [part for part in word.split("_") if len(part) >= _LONG] if len(codes) > _FEW else []
    defined = [code for code, text in codes.items() if any(_has_similar_word(text, part) for part in parts)]
    return f"perhaps {' or '.join(f'{code}: {codes[code]}' for code in defined)}" if 0 < len(defined) <= 2 else ""


def _has_similar_word(definition: str, word: str) -> bool:
    """Return whether a word and one of a definition are equal, or one begins with the other: meet, meeting."""
    words = [other for other in re.findall(r"\w+", definition.casefold()) if len(other) >= _LONG]
    return any(other.startswith(word) or word.startswith(other) for other in words)


def codes_hint(codes: Mapping[str, str], book: str) -> str:
    """Return the hint that lists the first codes, and how to list all."""
    listed = f"codes: {', '.join(list(codes)[:_LISTED])}"
    query = f"SELECT code, definition FROM codes WHERE codebook = '{book}'"
    return listed if len(codes) <= _LISTED else f'{listed} …; all: news-dataset sql "{query}"'


def number_fault(record: Mapping[str, Any], row: Mapping[str, Any], *, is_key: bool) -> tuple[str, str]:
    """Return the message and hint for evidence that lacks its ``of``, or has one that its role does not have.

    Args:
        record: the statement.
        row: the row of evidence.
        is_key: whether its role and number are a key, such as ``source 1``, where no field is called ``of``.
    """
    role, number = str(row.get("role")), row.get("of")
    if number is None:
        message = f"{role} has no number" if is_key else f"of is missing: role is {role}"
        return message, _number_hint(record, role, is_key=is_key)
    roles = f"{', '.join(NUMBERED_ROLES[:-1])} or {NUMBERED_ROLES[-1]}"
    message = f"{'a number' if is_key else 'of'} is only for role {roles}"
    if near := numbered_role(role):
        return message, f"did you mean {f'{near} {number}' if is_key else near}?"
    if role in STATEMENT_ROLE.definitions:
        return message, f"{role} is a role of participants, which no evidence has: leave it out here"
    return message, f"write {role} without a number" if is_key else "leave of out"


def numbered_role(word: str) -> str:
    """Return the role of evidence with a number that a word is near to, or means; empty if there is none."""
    return _ROLES.get(word) or next(iter(get_close_matches(word, NUMBERED_ROLES, 1, NEAR)), "")


def _number_hint(record: Mapping[str, Any], role: str, *, is_key: bool) -> str:
    """Return the hint with the number to write, that of the first participant or event that the words may show."""
    owner = _OWNERS.get(role, "event")
    listed = record.get("statement_participants")
    rows = enumerate(listed if isinstance(listed, list) else (), 1)
    number = next((place for place, row in rows if isinstance(row, dict) and row.get("role") == owner), 1)
    return f"write {f'{role} {number}' if is_key else f'of: {number}'}: the number of the {owner}"
