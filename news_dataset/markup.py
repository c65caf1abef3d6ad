"""What a notebook shows of records, reports and datasets: small tables of HTML in which every word is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from news_dataset.escapes import html

MOST = 100
"""How many rows of a list are shown."""

# Notebooks would typeset what stands between dollar signs
_PLAIN = '<div class="tex2jax_ignore mathjax_ignore">'


def card(title: str, subtitle: str, data: Mapping[str, Any]) -> str:
    """Return a table of names and values below a title; a list of rows is folded, and opens at a click."""
    rows = "".join(
        f'<tr><th style="text-align:left">{html(name)}</th><td style="text-align:left">{_value(value)}</td></tr>'
        for name, value in data.items()
    )
    head = f"<div><b>{html(title)}</b> <code>{html(subtitle)}</code></div>" if title or subtitle else ""
    return f"{_PLAIN}{head}<table><tbody>{rows}</tbody></table></div>"


def grid(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table with a line for each row and a column for each name in any of them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{html(name)}</th>" for name in names)
    lines = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{_value(row.get(name, ""))}</td>' for name in names) + "</tr>"
        for row in rows[:MOST]
    )
    more = f"<div>… and {len(rows) - MOST} more</div>" if len(rows) > MOST else ""
    return f"{_PLAIN}<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>{more}</div>"


def _value(value: Any) -> str:
    if isinstance(value, list | tuple) and value and all(isinstance(one, Mapping) for one in value):
        return f"<details><summary>{len(value)}</summary>{grid(value)}</details>"
    if isinstance(value, Mapping):
        return card("", "", value)
    if isinstance(value, list | tuple):
        return ", ".join(html(str(one)) for one in value)
    return html(str(value))
