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
from typing import Any

_ALSO = {"person": "people"}
"""Words for names, to which no likeness of letters leads."""


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
    from difflib import get_close_matches

    name = str(name)
    near = [other for other in among if name and other.startswith(name)] or get_close_matches(name, among, 1)
    near = near or [_ALSO[word] for word in get_close_matches(name, _ALSO, 1) if _ALSO[word] in among]
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(among)}" if len(among) < 40 else more
    raise UnknownNameError(f"there is no {what} {name!r}; {hint}".rstrip("; "))


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
