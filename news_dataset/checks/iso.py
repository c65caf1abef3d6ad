"""Codes of countries and languages by name, for hints; and all codes that standards list.

``countries.txt`` and ``languages.txt`` have a line for each: its codes, and its names with ``/`` between them.
``codes.txt`` has the other codes: languages of three letters (ISO 639-3 and 639-5), and the codes of two letters that
some have instead (``shorter``); scripts (ISO 15924); former countries, and Kosovo; regions that only BCP 47 has.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from importlib import resources

from news_dataset.files import read_packaged

_USUAL = {
    "ALG": "DZA", "BUL": "BGR", "CHI": "CHL", "CRO": "HRV", "DEN": "DNK", "GER": "DEU", "GRE": "GRC", "INA": "IDN",
    "IRI": "IRN", "KSA": "SAU", "KUW": "KWT", "LAT": "LVA", "LIB": "LBN", "MAS": "MYS", "MGL": "MNG", "NED": "NLD",
    "NGR": "NGA", "PHI": "PHL", "POR": "PRT", "RSA": "ZAF", "SLO": "SVN", "SUI": "CHE", "TPE": "TWN", "UAE": "ARE",
    "URU": "URY", "VIE": "VNM", "ENG": "GBR", "SCO": "GBR", "WAL": "GBR", "BRD": "DEU",
}  # fmt: skip
"""Codes of the Olympic committee, football and others that ISO 3166-1 does not have, with its own instead."""

_SCRIPTS = (
    "Arab", "Cyrl", "Deva", "Grek", "Hang", "Hani", "Hans", "Hant", "Hebr", "Hira", "Jpan", "Kana", "Latn", "Thai",
)  # fmt: skip
"""The scripts that are used most, one of which is probably meant."""

_NEAR = 0.8  # how alike two names are if one may be a misspelling of the other; difflib's ratio


def countries(text: str) -> dict[str, str]:
    """Return the countries that *text* may mean, as code of three letters → name; none, one or up to three.

    Example:
        >>> countries("South Korea"), countries("kr"), countries("Korea")
        ({'KOR': 'South Korea'}, {'KOR': 'South Korea'}, {'KOR': 'South Korea', 'PRK': 'North Korea'})
    """
    return _meant(text, "countries", 2)


def languages(text: str) -> dict[str, str]:
    """Return the languages that *text* may mean, as code of two letters → name; none, one or up to three.

    Example:
        >>> languages("Korean"), languages("EN")
        ({'ko': 'Korean'}, {'en': 'English'})
    """
    return _meant(text, "languages", 1)


@cache
def _listed(file: str, codes: int) -> dict[str, tuple[str, str]]:
    """Return the first code and the first name of each line of a list, by all its codes and names in small letters.

    Args:
        file: the stem of the list, ``countries`` or ``languages``.
        codes: how many codes are in a line before the names.
    """
    listed: dict[str, tuple[str, str]] = {}
    for row in _rows(file):
        *codes_of_row, names = row.split(" ", codes)
        for name in (*codes_of_row, *names.split("/")):
            listed[name.casefold()] = codes_of_row[0], names.partition("/")[0]
    return listed


def unlisted(kind: str, code: str) -> tuple[str, str] | None:
    """Return what is wrong with a well-formed code that no standard lists, and a hint; None if it is listed.

    Codes for private use count as listed in tags, where BCP 47 says what they are.

    Args:
        kind: ``country``, or ``language`` for a tag.
        code: the code.

    Example:
        >>> unlisted("country", "DEU"), unlisted("language", "zh-Hant-TW")
        (None, None)
        >>> unlisted("language", "en-UK")
        ('UK is no region of BCP 47', 'write GB for United Kingdom')
    """
    if kind == "country":
        return None if code in _codes()["country"] else ("no country of ISO 3166-1 has this code", _country_hint(code))
    first, *parts = code.split("-")
    if first not in _codes()["language"] and not "qaa" <= first <= "qtz":
        return f"{first} is no language of BCP 47", _language_hint(first)
    for part in parts:
        if len(part) == 4 and part not in _codes()["script"] and not "Qaaa" <= part <= "Qabx":
            near = get_close_matches(part, _SCRIPTS, 1) or get_close_matches(part, sorted(_codes()["script"]), 1)
            return f"{part} is no script of ISO 15924", f"did you mean {near[0]}?" if near else ""
        if len(part) < 4 and part not in _codes()["region"] and not re.fullmatch("AA|Q[M-Z]|X[A-Z]|ZZ", part):
            return f"{part} is no region of BCP 47", "write GB for United Kingdom" if part == "UK" else ""
    return None


def _country_hint(code: str) -> str:
    """Return the hint for a code that no country has, which is often one of sport or traffic."""
    if found := _USUAL.get(code):
        return f"write {found}, {next(iter(countries(found).values()))}"
    return "such as KOR; the country's name in its place brings a hint with its code"


def _language_hint(code: str) -> str:
    """Return the hint for a code that no language has: a shorter one, or that of a country."""
    if shorter := _codes_of("shorter").get(code):
        return f"write {shorter}"
    if country := countries(code) if len(code) == 2 else {}:
        return f"{code} is a code of the country {next(iter(country.values()))}, not of a language"
    return "such as en; the language's name in its place brings a hint with its code"


@cache
def _codes() -> dict[str, frozenset[str]]:
    """Return all listed codes, by ``country``, ``language``, ``script`` and ``region``."""
    found = {kind: {*_codes_of(kind)} for kind in ("country", "language", "script", "region")}
    for row in _rows("countries"):
        long, short, _ = row.split(" ", 2)
        found["country"].add(long)
        found["region"].add(short)
    found["language"].update(row.partition(" ")[0] for row in _rows("languages"))
    return {kind: frozenset(codes) for kind, codes in found.items()}


@cache
def _codes_of(kind: str) -> dict[str, str]:
    """Return the codes of a kind in ``codes.txt``, each with the text after its ``=``, if any."""
    rows = [row.split(" ") for row in _rows("codes")]
    pairs = (code.partition("=") for first, *codes in rows if first == kind for code in codes)
    return {code: other for code, _, other in pairs}


def _rows(file: str) -> list[str]:
    """Return the lines of a list of this package."""
    return read_packaged(resources.files(__package__) / f"{file}.txt").splitlines()


def _meant(text: str, file: str, codes: int) -> dict[str, str]:
    """Return what a text may mean, as first code → first name; arguments as for ``_listed``.

    That is the line with this code or name; else the one to three lines with a name that has these words in it; else
    the line with the nearest code or name of more than three characters, if one is near enough.
    """
    listed, wanted = _listed(file, codes), " ".join(text.casefold().split())
    if wanted in listed:
        return dict([listed[wanted]])
    within = dict(line for name, line in listed.items() if wanted and f" {wanted} " in f" {name} ")
    near = get_close_matches(wanted, [name for name in listed if len(name) > 3], 1, _NEAR)
    return within if 0 < len(within) <= 3 else dict(listed[name] for name in near)
