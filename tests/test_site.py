"""The check of the built site finds what leads nowhere, and what is loaded from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.site.check import problems
from docs.site.diagram import diagram
from news_dataset.tabular import tables

WHOLE = '<html><body id="top"><a href="b.html#here">b</a><img src="a.png"><a href="https://example.org/x">x</a>'


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("", None),
        ('<a href="c.html">', "a.html: c.html leads nowhere"),
        ('<a href="b.html#there">', "a.html: b.html#there names no place in b.html"),
        ('<a href="#bottom">', "a.html: #bottom names no place in a.html"),
        ('<img src="c.png">', "a.html: c.png leads nowhere"),
        ('<img src="https://example.org/a.png">', "a.html: loads https://example.org/a.png from outside"),
        ('<script src="//example.org/a.js">', "a.html: loads //example.org/a.js from outside"),
        (
            '<link rel="stylesheet" href="http://example.org/a.css">',
            "a.html: loads http://example.org/a.css from outside",
        ),
        ('<link rel="canonical" href="https://example.org/a.html">', None),
    ],
)
def test_problems_of_a_site(more: str, problem: str | None, tmp_path: Path) -> None:
    """One line for each."""
    (tmp_path / "a.html").write_text(WHOLE + more, "utf-8")
    (tmp_path / "b.html").write_text('<p id="here">', "utf-8")
    (tmp_path / "a.png").write_bytes(b"")

    assert list(problems(tmp_path)) == ([problem] if problem else [])


def test_the_diagram_has_every_table_of_records() -> None:
    """And refuses record types that it has no place for."""
    svg = diagram(tables().values())

    for name, table in tables().items():
        if name not in ("entities", "records", "codes", "redirects"):
            assert f">{name}</text>" in svg, table
    assert svg.count("<path") > 10
