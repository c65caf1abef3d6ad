"""What ``init`` and ``import`` write into a new dataset to be replaced, which no release may hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from news_dataset.credit import NOT_STATED, NOT_STATED_URL
from news_dataset.manifest import SCHEMA_VERSION

TITLE = "Title of the dataset"
DESCRIPTION = "Records of news articles, with their evidence."
CURATOR = "Name of the curator"
HEADLINE = "Headline of the first article"

TEXT_SHA256 = "f746f8888bb55a7abb7ddac29becc317dc0619549fadc3885b3d656728343ed0"
"""The hash of the text of the first article, which tells what to do."""

_VALUES = (TITLE, DESCRIPTION, CURATOR, HEADLINE, TEXT_SHA256, NOT_STATED, NOT_STATED_URL)


def description_to_fill_in() -> str:
    """Return what to do where ``dataset.yaml`` is missing, with a line that is a valid one."""
    line = (
        f"{{name: my-dataset, title: {TITLE}, description: '{DESCRIPTION}', license: {NOT_STATED}, "
        f"license_url: '{NOT_STATED_URL}', schema_version: '{SCHEMA_VERSION}', "
        f"data_version: {date.today():%Y.%m}.0.dev, contributors: [{{name: {CURATOR}, role: author}}]}}"
    )
    return f"write this line into it, with your own values: {line}"


def placeholders(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield pointer and value of each placeholder in plain data.

    Example:
        >>> [*placeholders({"title": "Harbours", "contributors": [{"name": CURATOR}]})]
        [('/contributors/0/name', 'Name of the curator')]
    """
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from placeholders(item, f"{pointer}/{key}")
    elif value in _VALUES:
        yield pointer, value
