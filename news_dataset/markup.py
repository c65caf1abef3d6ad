"""What a notebook shows of records, reports and datasets: small tables of HTML in which every word is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from news_dataset.escapes import html

MOST = 100
"""How many rows of a list are shown."""

_LEFT = 'style="text-align:left"'
# Notebooks would typeset what stands between dollar signs
_PLAIN = '<div class="tex2jax_ignore mathjax_ignore">'


def card(title: str, subtitle: str, data: Mapping[str, Any]) -> str:
    """Return a table of names and values below a title; a list of rows is folded, and opens at a click."""
    beside = f" <code>{html(subtitle)}</code>" if subtitle else ""
    return f"{_PLAIN}<div><b>{html(title)}</b>{beside}</div>{_pairs(data)}</div>"


def grid(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table with a line for each row and a column for each name in any of them."""
    return f"{_PLAIN}{_grid(rows)}</div>"


def _pairs(data: Mapping[str, Any]) -> str:
    rows = (f"<tr><th {_LEFT}>{html(name)}</th><td {_LEFT}>{_value(value)}</td></tr>" for name, value in data.items())
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _grid(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{html(name)}</th>" for name in names)
    cells = ("".join(f"<td {_LEFT}>{_value(row.get(name, ''))}</td>" for name in names) for row in rows[:MOST])
    lines = "".join(f"<tr>{line}</tr>" for line in cells)
    more = f"<div>… and {len(rows) - MOST} more</div>" if len(rows) > MOST else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>{more}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _pairs(value)
    if isinstance(value, list | tuple):
        if value and all(isinstance(one, Mapping) for one in value):
            return f"<details><summary>{len(value)}</summary>{_grid(value)}</details>"
        return ", ".join(html(str(one)) for one in value)
    return html(str(value))
