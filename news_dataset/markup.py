"""Escape untrusted text for terminals, logs of workflows, Markdown and HTML; make the HTML tables of notebooks.

This module is on the lowest floor, since records, reports and reporters all show text.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

# Control characters, separators, marks that change the direction of writing, and invisible characters that no spelling
# needs; variation selectors are not among them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
# Characters that a comparison by the rules of a language ignores, and so perhaps the comparison of the runner.
_SKIPPED = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A GitHub runner takes a line of output for a command if it begins with :: or contains ##[ (runner 2,
# ActionCommand.cs); to escape the first character of either is enough.
_COMMAND = re.compile(rf"\A(?P<space>[\s{_SKIPPED}]*):(?=[{_SKIPPED}]*:)|#(?=[{_SKIPPED}]*#[{_SKIPPED}]*\[)")
_IN_JSON = re.compile(rf"(?!\n){_UNSAFE.pattern}|#(?=[{_SKIPPED}]*#[{_SKIPPED}]*\[)")
_HEAD, _TAIL = 100, 280  # characters of a long path that are shown; the name of a file has at most 255
_SLASH = {"/", "\\"}
_LONG = re.compile(rf"\S{{{_HEAD + _TAIL + 20},}}")
# In Markdown every value is in a code span, where only the closing ` has a meaning. But in a table a bar ends the cell
# even there, and some converters read tags and formulas even there. So these characters become escapes of JSON.
_MARKDOWN = str.maketrans({character: f"\\u{ord(character):04x}" for character in "`|<$"})


def escape(words: str) -> str:
    """Return *words* safe to print in a line on a terminal or in the log of a workflow.

    Control, invisible and direction characters become escapes, and so does the first character of anything that a
    runner of GitHub workflows would take for a command.
    """
    return _COMMAND.sub(lambda match: f"{match['space'] or ''}\\x{ord(match[0][-1]):02x}", visible(words))


def safe_json(text: str) -> str:
    """Return equal JSON that is safe to print: unsafe characters become escapes."""
    return _IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def shortened(words: str) -> str:
    """Return *words* with the middle of each long path left out, so that the file name stays."""
    return _LONG.sub(
        lambda match: f"{match[0][:_HEAD]}…{match[0][-_TAIL:]}" if _SLASH & {*match[0]} else match[0], words
    )


def visible(words: str) -> str:
    """Return *words* as one line, with control, invisible and direction characters as escapes of Python."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), words)


def operand(path: str | PurePath) -> str:
    """Return a path as one word of a command that a message names.

    It is quoted for a shell if need be, and no option even if it begins with a hyphen.
    """
    return shlex.quote(f"./{path}" if str(path).startswith("-") else str(path))


def html(words: str) -> str:
    """Return *words* escaped for HTML, also inside an attribute; invisible characters become visible."""
    from html import escape as as_html  # imported late: its table of entities takes time

    return as_html(visible(words))


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless the number is 1."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def code_span(words: str) -> str:
    """Return *words* as a code span of Markdown, safe also inside a table; empty for no words."""
    return f"`{escape(words).translate(_MARKDOWN)}`" if words else ""


MAX_ROWS = 100
"""Number of rows of a list that are shown."""

_LEFT = 'style="text-align:left"'
# Keeps notebooks from typesetting text between dollar signs as a formula.
_PLAIN = '<div class="tex2jax_ignore mathjax_ignore">'


def card(title: str, subtitle: str, data: Mapping[str, Any]) -> str:
    """Return a table of names and values in HTML below a title; a list of rows is folded."""
    beside = f" <code>{html(subtitle)}</code>" if subtitle else ""
    return f"{_PLAIN}<div><b>{html(title)}</b>{beside}</div>{_pairs(data)}</div>"


def grid(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table in HTML with one line per row and a column for each key in any of them."""
    return f"{_PLAIN}{_grid(rows)}</div>"


def _pairs(data: Mapping[str, Any]) -> str:
    rows = (f"<tr><th {_LEFT}>{html(name)}</th><td {_LEFT}>{_value(value)}</td></tr>" for name, value in data.items())
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _grid(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{html(name)}</th>" for name in names)
    cells = ("".join(f"<td {_LEFT}>{_value(row.get(name, ''))}</td>" for name in names) for row in rows[:MAX_ROWS])
    lines = "".join(f"<tr>{line}</tr>" for line in cells)
    more = f"<div>… and {len(rows) - MAX_ROWS} more</div>" if len(rows) > MAX_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>{more}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _pairs(value)
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, Mapping) for item in value):
            return f"<details><summary>{len(value)}</summary>{_grid(value)}</details>"
        return ", ".join(html(str(item)) for item in value)
    return html(str(value))
