"""The explorer: a dataset as one HTML page that needs no network, not even a server.

The page consists of a shell, the styles and the program of ``vendor/`` (built from ``app/`` by ``make vendor``), and
the rows as JSON, which is never executed. Its content security policy allows only these styles and this program, by
their hashes, and the program inserts texts only as text nodes, so that no text of a dataset is ever executed.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.errors import UsageError
from news_dataset.explorer.part import LIMIT, fitting_rows, safe_json
from news_dataset.explorer.withdrawn import without_withdrawn
from news_dataset.files import begins_with, read_packaged
from news_dataset.frames import Read
from news_dataset.palette import VERDICTS
from news_dataset.records.codebooks import VERDICT
from news_dataset.reporters import escape
from news_dataset.restoration import STATES, restored_rows
from news_dataset.spans import Text

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Page", "marked_copies", "page", "reason_to_keep", "without_withdrawn"]

_VENDOR = Path(__file__).parent / "vendor"
_MARK = '<meta name="generator" content="news-dataset explore">'
_START = f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{_MARK}\n'

# The policy precedes all that it governs. Fonts are part of the styles. With 'none' for Trusted Types, no text can
# become markup, whatever the program does.
_SHELL = """\
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<noscript><p>{title}: this page draws what it holds with JavaScript, which is switched off here. It loads nothing from \
elsewhere.</p></noscript>
<div id="app"></div>
<script type="application/json" id="data">{data}</script>
<script type="application/json" id="spare">{spare}</script>
<script>{program}</script>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was written, with the numbers of what it holds."""

    path: Path
    statements: int
    articles: int
    texts: int
    bytes: int


def page(
    tables: Mapping[str, pa.Table], about: Mapping[str, Any], texts: Mapping[str, Text] | None = None, *,
    limit: int = LIMIT,
) -> bytes:  # fmt: skip
    """Return the page of a dataset as HTML in UTF-8.

    Args:
        tables: every table and view by name.
        about: the head of the page: ``title``; ``opened``, the Python code that opens the dataset; and, if known,
            ``description``, ``license``, ``license_url``, ``versions``, ``citation``, ``bibtex``.
        texts: the reader's own copies of articles by id, which the page will contain.
        limit: the largest size of rows and texts in bytes, of which texts get at most half; what does not fit is left
            out, and the page says so.

    Raises:
        UsageError: a text is not that of its article; it is a ValueError.
        IntegrityError: a table holds a text that is not UTF-8.
    """
    copies = marked_copies(lambda name: tables[name].to_pylist() if name in tables else [], texts or {})
    kept, unused = _first_copies(copies, limit // 2)
    rows = fitting_rows(tables, limit // 2 + unused)
    if len(kept) < len(copies):
        rows["left_out"].append(["texts of articles", len(kept), len(copies)])
    spare = safe_json(rows.pop("spare"))
    data = safe_json({"about": dict(about), "copies": kept, "verdicts": [*VERDICT.definitions], **rows})
    # the policy's hashes are of the exact content of the elements, so without line breaks around it
    style, program = (read_packaged(_VENDOR / f"explorer.{kind}").strip() for kind in ("css", "js"))
    colours = "".join(f"--verdict-{verdict}:{colour};" for verdict, colour in VERDICTS.items())
    style = f":root{{{colours}}}{style}"
    directives = (
        "default-src 'none'", f"script-src {_hash_source(program)}", f"style-src {_hash_source(style)}",
        "font-src data:", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )  # fmt: skip
    title = html.escape(escape(str(about["title"])))
    shell = _SHELL.format(
        policy="; ".join(directives), title=title, style=style, data=data, spare=spare, program=program
    )
    return (_START + shell).encode()


def _first_copies(copies: list[dict[str, Any]], room: int) -> tuple[list[dict[str, Any]], int]:
    """Return the first copies that fit into *room* bytes as JSON, and how many bytes are left."""
    for index, copy in enumerate(copies):
        size = len(safe_json(copy).encode())
        if size > room:
            return copies[:index], room
        room -= size
    return copies, room


def reason_to_keep(path: Path) -> str | None:
    """Return why a file is no page of ours, to follow its name; None if it is."""
    return None if begins_with(path, _START.encode()) else "is not a page of news-dataset explore"


def _hash_source(code: str) -> str:
    """Return the SHA-256 of a script or style as a source of a content security policy."""
    return f"'sha256-{base64.b64encode(sha256(code.encode()).digest()).decode()}'"


def marked_copies(read: Read, texts: Mapping[str, Text]) -> list[dict[str, Any]]:
    """Return each text with the spans of its article and their places in it, as data for the page.

    Args:
        read: returns the rows of the table of a name.
        texts: the texts by article id.

    Raises:
        UsageError: a text has none of the spans of its article; it is a ValueError.
    """
    referents = {(row["article"], row["ordinal"]): row["referent"] or row.get("event") for row in read("mentions")}
    return [_marked_copy(read, article, copy, referents) for article, copy in texts.items()]


def _marked_copy(
    read: Read, article: str, copy: Text, referents: Mapping[tuple[str, int], str | None]
) -> dict[str, Any]:
    """Return one text as ``marked_copies``; *referents* is by article and ordinal of the mention."""
    rows = restored_rows(read, copy, article)
    states = {state: sum(row["state"] == state for row in rows) for state in STATES}
    if rows and states["orphan"] == len(rows):
        raise UsageError(f"{copy.path} is not the text of {article}: it has none of its {len(rows)} spans")
    spans: list[list[Any]] = []
    for row in rows:
        is_mention = row["table"] == "mentions"
        role = "mention" if is_mention else row["role"] or "quantity"
        target = referents.get((row["record"], row["ordinal"])) if is_mention else row["record"]
        spans.append([role, target, [[*map(int, place.split("-"))] for place in (row["places"] or "").split()]])
    return {
        "article": article, "file": Path(copy.path).name, "words": copy.words, "states": states, "spans": spans,
    }  # fmt: skip
