"""Countries and languages by name, so that a hint can give the code of what else was written; and all codes.

``countries.txt`` and ``languages.txt`` have a line for each: its codes, and its names with ``/`` between them.
``codes.txt`` has the codes that are not in these: languages of three letters (ISO 639-3 and 639-5), and which of them
have two (``shorter``); scripts (ISO 15924); former countries, and Kosovo; regions that tags alone have, as BCP 47 lists
them.
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
"""What the Olympic committee, football and others call countries, where no country has that code in ISO 3166-1."""

_SCRIPTS = (
    "Arab",
    "Cyrl",
    "Deva",
    "Grek",
    "Hang",
    "Hani",
    "Hans",
    "Hant",
    "Hebr",
    "Hira",
    "Jpan",
    "Kana",
    "Latn",
    "Thai",
)
"""Scripts that are written most, one of which is probably meant."""

_NEAR = 0.8  # how alike two names are if one may be a misspelling of the other; difflib's ratio


def countries(words: str) -> dict[str, str]:
    """Return the countries that *words* may mean: code of three letters → name.

    Example:
        >>> countries("South Korea"), countries("kr"), countries("Korea")
        ({'KOR': 'South Korea'}, {'KOR': 'South Korea'}, {'KOR': 'South Korea', 'PRK': 'North Korea'})
    """
    return _meant(words, "countries", 2)


def languages(words: str) -> dict[str, str]:
    """Return the languages that *words* may mean: code of two letters → name.

    Example:
        >>> languages("Korean"), languages("EN")
        ({'ko': 'Korean'}, {'en': 'English'})
    """
    return _meant(words, "languages", 1)


@cache
def _listed(file: str, codes: int) -> dict[str, tuple[str, str]]:
    """Return the code and the first name by every code and name, in small letters."""
    found: dict[str, tuple[str, str]] = {}
    for row in _rows(file):
        *short, names = row.split(" ", codes)
        for name in (*short, *names.split("/")):
            found[name.casefold()] = short[0], names.partition("/")[0]
    return found


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
        return None if code in _codes()["country"] else ("no country of ISO 3166-1 has this code", _country(code))
    first, *parts = code.split("-")
    if first not in _codes()["language"] and not "qaa" <= first <= "qtz":
        return f"{first} is no language of BCP 47", _language(first)
    for part in parts:
        if len(part) == 4 and part not in _codes()["script"] and not "Qaaa" <= part <= "Qabx":
            near = get_close_matches(part, _SCRIPTS, 1) or get_close_matches(part, sorted(_codes()["script"]), 1)
            return f"{part} is no script of ISO 15924", f"did you mean {near[0]}?" if near else ""
        if len(part) < 4 and part not in _codes()["region"] and not re.fullmatch("AA|Q[M-Z]|X[A-Z]|ZZ", part):
            return f"{part} is no region of BCP 47", "write GB for United Kingdom" if part == "UK" else ""
    return None


def _country(code: str) -> str:
    """Return the hint for a code that no country has: what sport and traffic call a country is often meant."""
    if found := _USUAL.get(code):
        return f"write {found}, {next(iter(countries(found).values()))}"
    return "such as KOR; the country's name in its place brings a hint with its code"


def _language(code: str) -> str:
    if shorter := _codes_of("shorter").get(code):
        return f"write {shorter}"
    if country := countries(code) if len(code) == 2 else {}:
        return f"{code} is a code of the country {next(iter(country.values()))}, not of a language"
    return "such as en; the language's name in its place brings a hint with its code"


@cache
def _codes() -> dict[str, frozenset[str]]:
    """Return all codes that are listed: of countries, languages, scripts and regions."""
    found = {kind: {*_codes_of(kind)} for kind in ("country", "language", "script", "region")}
    for row in _rows("countries"):
        long, short, _ = row.split(" ", 2)
        found["country"].add(long)
        found["region"].add(short)
    found["language"].update(row.partition(" ")[0] for row in _rows("languages"))
    return {kind: frozenset(codes) for kind, codes in found.items()}


@cache
def _codes_of(kind: str) -> dict[str, str]:
    """Return the codes of a kind in ``codes.txt``, each with what stands behind its ``=``."""
    rows = [row.split(" ") for row in _rows("codes")]
    pairs = (one.partition("=") for first, *codes in rows if first == kind for one in codes)
    return {code: other for code, _, other in pairs}


def _rows(file: str) -> list[str]:
    return read_packaged(resources.files(__package__) / f"{file}.txt").splitlines()


def _meant(words: str, file: str, codes: int) -> dict[str, str]:
    """Return code and name of what has this code or name, else of what has these words in it, else of the nearest."""
    listed, wanted = _listed(file, codes), " ".join(words.casefold().split())
    if wanted in listed:
        return dict([listed[wanted]])
    within = dict(found for name, found in listed.items() if wanted and f" {wanted} " in f" {name} ")
    near = get_close_matches(wanted, [name for name in listed if len(name) > 3], 1, _NEAR)
    return within if 0 < len(within) <= 3 else dict(listed[name] for name in near)
