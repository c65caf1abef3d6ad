"""Define the errors of this package; a check reports an ``Issue`` instead.

    NewsDatasetError             anything below
    ├── InvalidDataError         the records break a rule            exit 1
    ├── UsageError               a wrong argument (a ValueError)     exit 2
    │   └── UnknownNameError     an unknown name (a KeyError)        exit 2
    ├── UnsafeInputError         refused: unsafe or over a limit     exit 3
    ├── IntegrityError           a release is not what it says       exit 4
    └── SetupError               disk, permission, lock, extra       exit 5

A plain ``ValueError`` or ``KeyError`` is a bug. A path that does not exist is a plain ``FileNotFoundError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from os.path import commonprefix
from re import findall
from typing import Any

_ALSO = {"person": "people", "speaker": "people"}
"""Words for names, to which no likeness of letters leads."""

_ALL_IDS = 'all: news-dataset sql "SELECT id FROM records"'
_FEW = 40  # names of which a message lists all
_SHOWN = 3  # ids that a message proposes
_UNLIKE = 4  # the rank of a slug that is not a slip of another


class NewsDatasetError(Exception):
    """Base class of every error of this package.

    ``exit_code`` is what the command returns for it. ``report`` is the ``news_dataset.issues.Report`` with every issue,
    or None.
    """

    exit_code = 70

    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class InvalidDataError(NewsDatasetError):
    """The records break a rule."""

    exit_code = 1


class UsageError(NewsDatasetError, ValueError):
    """An argument is wrong."""

    exit_code = 2


class UnknownNameError(UsageError, KeyError):
    """There is no table, column, id or code of that name."""

    def __str__(self) -> str:
        """Return the message; a ``KeyError`` would put it in quotes."""
        return str(self.args[0])


class UnsafeInputError(NewsDatasetError):
    """The input was refused before it was read: unsafe, or over a limit."""

    exit_code = 3


class IntegrityError(NewsDatasetError):
    """A release does not match its manifest, or its manifest cannot be read.

    Args:
        message: what differs, in one line.
        report: the report with the finding, if there is one.
        following: advice on what to do next; None for "news-dataset verify, or reinstall the package", empty if the
            message says it.
    """

    exit_code = 4

    def __init__(self, message: str, report: object = None, *, following: str | None = None) -> None:
        super().__init__(message, report)
        self.following = "news-dataset verify, or reinstall the package" if following is None else following


class SetupError(NewsDatasetError):
    """The environment failed: a held lock, an unwritable file, a missing extra."""

    exit_code = 5


def known(name: str, among: Sequence[str], what: str, more: str = "") -> str:
    """Return *name* if it is among the known names.

    Args:
        name: the name to look up.
        among: the known names.
        what: what they name, for the message, such as ``table``.
        more: what to do where none is near and they are many.

    Raises:
        UnknownNameError: it is not; the message names the nearest one, or all if they are few.
    """
    if name in among:
        return name
    near = nearest(name := str(name), among)
    hint = f"did you mean {near}?" if near else f"there are: {', '.join(among)}" if len(among) < _FEW else more
    raise UnknownNameError(f"there is no {what} {name!r}; {hint}".rstrip("; "))


def nearest(name: str, among: Sequence[str]) -> str:
    """Return the known name that is probably meant by *name*, or an empty text."""
    from difflib import get_close_matches

    near = [other for other in among if name and other.startswith(name)] or get_close_matches(name, among, 1)
    near = near or [_ALSO[word] for word in get_close_matches(name, _ALSO, 1) if _ALSO[word] in among]
    return near[0] if near else ""


def known_id(name: str, among: Sequence[str], what: str) -> str:
    """Return *name* if a record has it as id; *what* the records are, for the message.

    Raises:
        UnknownNameError: none has; the message names the nearest ids, or those of its type if they are few.
    """
    if name in among:
        return name
    name = str(name)
    kind, slug, _ = _parts(name)
    near = nearest_ids(name, among) or [one for one in among if one.startswith(kind) and one.endswith(f"-{slug}")]
    of_type = [other for other in among if kind and other.startswith(f"{kind}/")] or among
    hint = f"there are: {', '.join(of_type)}" if len(of_type) < _FEW else _ALL_IDS
    hint = f"did you mean {' or '.join(near[:_SHOWN])}?" if near else hint
    hint = hint if among else ""
    raise UnknownNameError(f"there is no {what} {name!r}; {hint}".rstrip("; "))


def nearest_ids(wanted: str, among: Sequence[str]) -> list[str]:
    """Return the ids that an unknown one is a slip of, at most three.

    Often there are none, since a reference to another record is worse than one to no record. A number is never
    another one, and a slug that differs is of the same type.
    """
    kind, slug, number = _parts(wanted.casefold())
    kinds = {other.partition("/")[0] for other in among}
    near: dict[int, list[str]] = {}
    for other in among:
        other_kind, other_slug, other_number = _parts(other)
        if number.lstrip("0") != other_number.lstrip("0") or bool(number) != bool(other_number):
            continue
        if kind in ("", other_kind):
            rank = _unlikeness(slug, other_slug)
        else:
            rank = 0 if slug == other_slug and not (number and kind in kinds) else _UNLIKE
        near.setdefault(rank, []).append(other)
    near.pop(_UNLIKE, None)
    return near[min(near)][:_SHOWN] if near else []


def _parts(identity: str) -> tuple[str, str, str]:
    """Return type, slug and number of an id; those that it lacks are empty."""
    kind, slash, rest = identity.partition("/")
    slug, _, number = rest.partition("/") if slash else (kind, "", "")
    return kind if slash else "", slug, number


def _unlikeness(slug: str, other: str) -> int:
    """Return 0 for the same slug, up to ``_UNLIKE`` for one that is not a slip of the other.

    Digits are no slips: they tell the summits of two years apart. Nor is one letter in a short slug: iran, iraq.
    """
    if not slug or slug == other:
        return 0 if slug else _UNLIKE
    shorter, longer = sorted((slug, other), key=len)
    is_same_number = findall("[0-9]+", slug) == findall("[0-9]+", other)
    most = 0 if not is_same_number or len(longer) < 5 else 1 if len(shorter) < 8 else 2
    if most and (slips := _slips(slug, other, most)) <= most:
        return slips
    if sorted(slug.split("-")) == sorted(other.split("-")):
        return 1
    is_begun = longer.startswith(f"{shorter}-") or (longer.startswith(shorter) and 3 * len(shorter) >= 2 * len(longer))
    return _UNLIKE - 1 if is_begun and (is_same_number or shorter == slug) else _UNLIKE


def _slips(one: str, other: str, most: int) -> int:
    """Count the letters that are wrong, missing, additional or swapped; the count stops beyond *most*."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    begun = len(commonprefix([one, other]))  # noqa: RUF071 (letters are compared)
    ended = len(commonprefix([one[begun:][::-1], other[begun:][::-1]]))  # noqa: RUF071 (ends that agree cost nothing)
    one, other = one[begun : len(one) - ended], other[begun : len(other) - ended]
    last = list(range(len(other) + 1))
    before = [most + 1] * len(last)
    for row, letter in enumerate(one, 1):
        counts = [row]
        for column, found in enumerate(other, 1):
            count = min(last[column] + 1, counts[-1] + 1, last[column - 1] + (letter != found))
            if row > 1 and column > 1 and (letter, one[row - 2]) == (other[column - 2], found):
                count = min(count, before[column - 2] + 1)
            counts.append(count)
        before, last = last, counts
        if min(*before, *last) > most:
            return most + 1
    return last[-1]


def library(name: str, extra: str) -> Any:
    """Import and return an optional library.

    Args:
        name: the name of its module.
        extra: the extra of this package that installs it.

    Raises:
        SetupError: it is not installed; the message has the command that installs it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise SetupError(f'{name} is not installed; run: pip install "news-dataset[{extra}]"') from error
