"""Libraries that come with an extra, and the sentence that is said where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from news_dataset.errors import SetupError


def library(name: str, extra: str) -> Any:
    """Return a library, imported.

    Args:
        name: the library.
        extra: the extra of this package that installs it.

    Raises:
        SetupError: it is not installed; the message names the command that installs it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise SetupError(f'{name} is not installed; run: pip install "news-dataset[{extra}]"') from error
