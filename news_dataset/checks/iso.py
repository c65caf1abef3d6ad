"""Countries and languages by name, so that a hint can give the code of whatever else was written.

``countries.txt`` and ``languages.txt`` have a line for each: its codes, and its names with ``/`` between them.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import resources

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
    for row in (resources.files(__package__) / f"{file}.txt").read_text("utf-8").splitlines():
        *short, names = row.split(" ", codes)
        for name in (*short, *names.split("/")):
            found[name.casefold()] = short[0], names.partition("/")[0]
    return found


def _meant(words: str, file: str, codes: int) -> dict[str, str]:
    """Return code and name of what has this code or name, else of what has these words in it, else of the nearest."""
    listed, wanted = _listed(file, codes), " ".join(words.casefold().split())
    if wanted in listed:
        return dict([listed[wanted]])
    within = dict(found for name, found in listed.items() if wanted and f" {wanted} " in f" {name} ")
    near = get_close_matches(wanted, [name for name in listed if len(name) > 3], 1, _NEAR)
    return within if 0 < len(within) <= 3 else dict(listed[name] for name in near)
