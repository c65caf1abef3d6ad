"""What was probably meant by a text of another form: addresses of the web, versions."""

from __future__ import annotations

import pytest

from news_dataset.checks.forms import meant
from news_dataset.records.fields import DATA_VERSION, Url, patterns

PATTERN = next(patterns((Url,)))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("www.example.org/ä b", ["https://www.example.org/%C3%A4%20b"]),
        ("HTTP://example.org", ["http://example.org"]),
        ("ftp://example.org/a", ["https://example.org/a"]),
        (
            "https://archive.example.org/ä/http://example.org/",
            ["https://archive.example.org/%C3%A4/http://example.org/"],
        ),
        ("archive.example.org/http://example.org/", ["https://archive.example.org/http://example.org/"]),
        ("at home", []),
    ],
)
def test_an_address_is_completed(written: str, expected: list[str]) -> None:
    """Its own scheme and host are kept, also where it ends in another address."""
    assert meant(PATTERN, written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2099.1.0", ["2099.01.0"]), ("2026.12", ["2026.12.0"]), ("2026.12.0.dev", ["2026.12.0"]), ("next", [])],
)
def test_a_version_is_completed(written: str, expected: list[str]) -> None:
    """To year, month and number."""
    assert meant(DATA_VERSION, written) == expected
