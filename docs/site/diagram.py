"""The tables as a picture: a box for each record type with its child tables, and arrows for references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from news_dataset.records import BY_TYPE, RECORDS, Row
from news_dataset.records.columns import children
from news_dataset.tabular import Table

COLUMNS = (("people", "organizations", "places"), ("articles", "events"), ("statements", "assessments", "sources"))
"""Where the boxes are: three columns, so that most arrows are short."""

WIDTH, GAP, LINE, TOP = 230, 130, 20, 30
STYLE = (
    "text{font:13px sans-serif;fill:#222}.t{font-weight:600}.f{fill:#555;font-size:11px}"
    "rect{fill:#fff;stroke:#556;rx:4}path{fill:none;stroke:#4a5fc1;stroke-width:1.3;marker-end:url(#a)}"
)


def diagram(tables: Iterable[Table]) -> str:
    """Return an SVG of all tables that records become; derived tables are left out.

    Raises:
        ValueError: a record type has no place in the picture.
    """
    named = {table.name: table for table in tables}
    groups = {model.table: list(_with_children(model)) for model in RECORDS}
    if set(groups) != {name for column in COLUMNS for name in column}:
        raise ValueError(f"the picture has places for {COLUMNS}, and the records are {sorted(groups)}")
    boxes, bottom = _places(groups)
    arrows = sorted({
        (group, BY_TYPE[type_].table)
        for group, names in groups.items() for name in names for field in named[name].fields for type_ in field.types
        if name == group or field.name not in named[name].key  # the key of a child leads to its own record
    })  # fmt: skip
    width = len(COLUMNS) * (WIDTH + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom}" role="img">',
        "<title>The tables of a dataset, and which refer to which</title>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#4a5fc1;stroke:none"/></marker></defs>',
        f'<rect x="0" y="0" width="{width}" height="{bottom}" style="stroke:none"/>',
        *(_arrow(boxes[start], boxes[end], number) for number, (start, end) in enumerate(arrows) if start != end),
        *(line for name in groups for line in _box(boxes[name], groups[name])),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _with_children(model: type[Row]) -> Iterator[str]:
    """Yield the table of a record type, and those of its children."""
    yield model.table  # type: ignore[attr-defined]
    for child in children(model).values():
        yield from _with_children(child)


def _places(groups: dict[str, list[str]]) -> tuple[dict[str, tuple[int, int, int]], int]:
    """Return x, y and height of every box, and the height of the picture."""
    boxes, bottom = {}, 0
    for number, column in enumerate(COLUMNS):
        y = TOP
        for name in column:
            height = LINE * len(groups[name]) + 16
            boxes[name] = (GAP // 2 + number * (WIDTH + GAP), y, height)
            y += height + 2 * TOP
        bottom = max(bottom, y)
    return boxes, bottom


def _box(place: tuple[int, int, int], names: list[str]) -> Iterable[str]:
    x, y, height = place
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{height}"/>'
    for number, name in enumerate(names):
        kind, left = ("f", x + 22) if number else ("t", x + 10)
        yield f'<text class="{kind}" x="{left}" y="{y + 21 + LINE * number}">{escape(name)}</text>'


def _arrow(start: tuple[int, int, int], end: tuple[int, int, int], number: int) -> str:
    """Return a curve from one box to another, a little apart from the other curves."""
    (x1, y1, h1), (x2, y2, h2) = start, end
    shift = 7 * (number % 5) - 14
    from_y, to_y = y1 + h1 // 2 + shift, y2 + h2 // 2 + shift
    if x1 == x2:
        side = x1 + WIDTH
        return f'<path d="M{side} {from_y}C{side + 60} {from_y} {side + 60} {to_y} {side} {to_y}"/>'
    out, into = (x1 + WIDTH, x2) if x1 < x2 else (x1, x2 + WIDTH)
    middle = (out + into) // 2
    return f'<path d="M{out} {from_y}C{middle} {from_y} {middle} {to_y} {into} {to_y}"/>'
