"""The explorer: a dataset as one page that needs no network, from ``file://`` or anywhere else.

The page is a shell, the styles and the program of ``vendor/`` (built from ``app/`` by ``make vendor``), and the rows as
JSON that is never executed. Its policy allows these two by their hashes and nothing else, so that no word of a dataset
can act; the program sets words as text alone.
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
from news_dataset.explorer.part import LIMIT, fitted, safe_json
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

__all__ = ["Page", "foreign", "marked_copies", "page", "without_withdrawn"]

_VENDOR = Path(__file__).parent / "vendor"
_MARK = '<meta name="generator" content="news-dataset explore">'
_START = f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{_MARK}\n'

# The policy comes before anything it governs. Fonts are part of the styles; 'none' for Trusted Types lets no text
# become markup, whatever the program tries.
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
    """What was written: the page, and how much it holds."""

    path: Path
    statements: int
    articles: int
    texts: int
    bytes: int


def page(
    tables: Mapping[str, pa.Table], about: Mapping[str, Any], texts: Mapping[str, Text] | None = None, *,
    limit: int = LIMIT,
) -> bytes:  # fmt: skip
    """Return the page of a dataset.

    Args:
        tables: every table and view by name, as Arrow; the view ``claims`` has the verdicts.
        about: the head of the page: ``title``; ``opened``, the Python that opens the dataset; and where they are known
            ``description``, ``license``, ``license_url``, ``versions``, ``citation``, ``bibtex``.
        texts: the reader's own copies by article; their words go into the page.
        limit: how many bytes of rows and texts it carries, of texts at most half as many; what does not fit is left
            out, and the page says so.

    Raises:
        ValueError: a text is not that of its article.
        IntegrityError: a table holds a text that is not UTF-8.
    """
    copies = marked_copies(lambda name: tables[name].to_pylist() if name in tables else [], texts or {})
    kept, room = _first_copies(copies, limit // 2)
    rows = fitted(tables, limit // 2 + room)
    if len(kept) < len(copies):
        rows["left_out"].append(["texts of articles", len(kept), len(copies)])
    spare = safe_json(rows.pop("spare"))
    data = safe_json({"about": dict(about), "copies": kept, "verdicts": [*VERDICT.definitions], **rows})
    # as they stand inside their elements, and are hashed: without line breaks around them
    style, program = (read_packaged(_VENDOR / f"explorer.{kind}").strip() for kind in ("css", "js"))
    colours = "".join(f"--verdict-{verdict}:{colour};" for verdict, colour in VERDICTS.items())
    style = f":root{{{colours}}}{style}"
    policy = "; ".join(
        [
            "default-src 'none'", f"script-src {_hashed(program)}", f"style-src {_hashed(style)}", "font-src data:",
            "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
        ]
    )  # fmt: skip
    title = html.escape(escape(str(about["title"])))
    shell = _SHELL.format(policy=policy, title=title, style=style, data=data, spare=spare, program=program)
    return (_START + shell).encode()


def _first_copies(copies: list[dict[str, Any]], room: int) -> tuple[list[dict[str, Any]], int]:
    """Return the first copies that fit into *room* bytes, and the room that is left."""
    for place, copy in enumerate(copies):
        size = len(safe_json(copy).encode())
        if size > room:
            return copies[:place], room
        room -= size
    return copies, room


def foreign(path: Path) -> str | None:
    """Return why a file is no page of ours to replace, in words that follow its name; None if it is one."""
    return None if begins_with(path, _START.encode()) else "is not a page of news-dataset explore"


def _hashed(words: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(words.encode()).digest()).decode()}'"


def marked_copies(read: Read, texts: Mapping[str, Text]) -> list[dict[str, Any]]:
    """Return for each article with a text its words, and every span with its places in them.

    Args:
        read: how to get the rows of a table.
        texts: texts by article.

    Raises:
        ValueError: a text is not that of its article: it has none of the spans.
    """
    shown = {(row["article"], row["ordinal"]): row["referent"] or row.get("event") for row in read("mentions")}
    return [_marked(read, article, copy, shown) for article, copy in texts.items()]


def _marked(read: Read, article: str, copy: Text, shown: Mapping[tuple[str, int], str | None]) -> dict[str, Any]:
    _, rows = restored_rows(read, copy, article)
    states = {state: sum(row["state"] == state for row in rows) for state in STATES}
    if rows and states["orphan"] == len(rows):
        raise UsageError(f"{copy.path} is not the text of {article}: it has none of its {len(rows)} spans")
    spans: list[list[Any]] = []
    for row in rows:
        is_mention = row["table"] == "mentions"
        role = "mention" if is_mention else row["role"] or "quantity"
        target = shown.get((row["record"], row["ordinal"])) if is_mention else row["record"]
        spans.append([role, target, [[*map(int, place.split("-"))] for place in (row["places"] or "").split()]])
    return {
        "article": article, "file": Path(copy.path).name, "words": copy.words, "states": states, "spans": spans,
    }  # fmt: skip
