"""Wrong arguments: what the library raises as ``KeyError`` or ``ValueError`` becomes exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from news_dataset.errors import NewsDatasetError


class UsageError(NewsDatasetError):
    """The arguments of a command are wrong; never raised by the library."""

    exit_code = 2


@contextmanager
def usage() -> Iterator[None]:
    """Turn what a library call documents about its arguments into a ``UsageError``.

    Only sentences count: a ``KeyError`` of one word is a bug, and stays one.
    """
    try:
        yield
    except FileNotFoundError as error:
        if error.errno is not None:
            raise
        raise UsageError(str(error)) from error
    except (KeyError, ValueError) as error:
        message = str(error.args[0]) if error.args else ""
        if " " not in message:
            raise
        raise UsageError(message) from error
