"""Untrusted words as themselves, and as nothing else: on a terminal, in the log of a workflow, in Markdown, in HTML.

A notebook shows records, reports and datasets as small tables of HTML in which every word is escaped. The module lies
on the ground, since records, reports and reporters all show words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

# Controls, separators, marks that change the direction of writing, and what is blank or ignored and in no word's
# spelling; variation selectors stay.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
# Characters that comparisons by the rules of a language skip, as those of the runner may; no words need them here.
_SKIPPED = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A runner takes a line of any program's output for a command if it begins with :: or holds ##[ (runner 2,
# ActionCommand.cs); the first character of either is enough to escape.
_COMMAND = re.compile(rf"\A(?P<space>[\s{_SKIPPED}]*):(?=[{_SKIPPED}]*:)|#(?=[{_SKIPPED}]*#[{_SKIPPED}]*\[)")
_IN_JSON = re.compile(rf"(?!\n){_UNSAFE.pattern}|#(?=[{_SKIPPED}]*#[{_SKIPPED}]*\[)")
_HEAD, _TAIL = 100, 280  # characters of a long path that are shown; the name of a file has at most 255
_SLASH = {"/", "\\"}
_LONG = re.compile(rf"\S{{{_HEAD + _TAIL + 20},}}")
# In Markdown every value is in a code span, in which nothing but its end has a meaning; a table row ends a cell at
# a bar even there, simple converters take a tag for one even there, and some a formula. So these are written as JSON
# may.
_MARKDOWN = str.maketrans({character: f"\\u{ord(character):04x}" for character in "`|<$"})


def escape(words: str) -> str:
    """Return *words* safe to print as a line, or as a part of one, on a terminal or in the log of a workflow.

    Control, invisible and direction characters are written as escapes, and so is the first character of what a
    runner of GitHub workflows would take for a command.
    """
    return _COMMAND.sub(lambda found: f"{found['space'] or ''}\\x{ord(found[0][-1]):02x}", visible(words))


def safe_json(text: str) -> str:
    """Return JSON safe to print, with its line ends: the same value, some of its characters as escapes of JSON."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shortened(words: str) -> str:
    """Return *words* with the middle of long paths left out; the name at the end stays."""
    return _LONG.sub(
        lambda found: f"{found[0][:_HEAD]}…{found[0][-_TAIL:]}" if _SLASH & {*found[0]} else found[0], words
    )


def visible(words: str) -> str:
    """Return *words* with control, invisible and direction characters written as escapes, which makes them one line."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), words)


def html(words: str) -> str:
    """Return *words* as text of HTML, also inside an attribute; nothing in them acts as markup or hides."""
    from html import escape as as_html  # its table of entities takes a while

    return as_html(visible(words))


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def code_span(words: str) -> str:
    """Return *words* as a code span of Markdown, also inside a table; nothing in them acts as Markdown or HTML."""
    return f"`{escape(words).translate(_MARKDOWN)}`" if words else ""


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
