"""Which part of a dataset a page carries: all where that fits, else the first statements; and what was left out.

Rows are carried by column, every text once, as JSON that nothing in a page can mistake for markup.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from news_dataset.answers import describe
from news_dataset.errors import IntegrityError
from news_dataset.frames import description

if TYPE_CHECKING:
    import pyarrow as pa

    Tables = Mapping[str, pa.Table]

LIMIT = 13_000_000
"""How many bytes of JSON a page carries; shell, styles, program and fonts are one million more."""
MOST = 25_000
"""How many rows of a table that depends on no statement, and how many statements, are tried at most."""

SPARE = ("mentions", "evidence", "records", "names", "who_said_what", "claim_sources")
"""Tables that are left out before any statement is, and read last: what is seen first needs none of them."""

# The column by which rows of a table belong to a statement, to an assessment of one, or to its article.
_OF = {
    "statement_participants": "statement", "statement_events": "statement", "evidence": "statement",
    "quantities": "statement", "topics": "record", "assessments": "target", "citations": "assessment",
    "mentions": "article", "claims": "statement", "who_said_what": "statement", "timeline": "statement",
    "claim_sources": "target",
}  # fmt: skip
# What such a column names; by default the id of a statement.
_NAMES = {"citations": ("assessments", "id"), "mentions": ("statements", "article")}

# What could end the script, begin markup or a comment, or is not plain UTF-8; JSON may write each as an escape.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def fitted(tables: Tables, limit: int = LIMIT) -> dict[str, Any]:
    """Return the rows of *tables* as plain data of at most *limit* bytes of JSON.

    Returns:
        ``texts``, ``tables``, ``spare`` (the values of tables that are read last), ``spoken_of`` (whom the words of a
        statement name) and ``left_out``: per table that is not whole how many rows are there, and of how many.
    """
    most = min(tables["statements"].num_rows, MOST) if "statements" in tables else 0
    dropped: set[str] = set()
    while True:
        part = _first(tables, most)
        spoken_of = _spoken_of(part)
        part = {name: table for name, table in part.items() if name not in dropped}
        pool = Pool()
        shown = {name: packed(table, pool) for name, table in part.items()}
        spare = {name: shown[name].pop("data") for name in SPARE if name in shown}
        pairs = [[pool.place(key), *map(pool.place, many)] for key, many in spoken_of.items()]
        found: dict[str, Any] = {"tables": [*shown.items()], "spare": spare, "spoken_of": pairs, "texts": pool.texts}
        size = len(safe_json(found).encode())
        if size <= limit or not part:
            break
        if not dropped:
            dropped |= set(SPARE)
        elif most > 0:  # the room a statement takes is about the same for all
            most = min(most - 1, int(most * limit / size * 0.95))
        else:
            dropped.add(max(part, key=lambda name: part[name].nbytes))
    counts = {name: (part[name].num_rows if name in part else 0, table.num_rows) for name, table in tables.items()}
    found["left_out"] = [[name, here, rows] for name, (here, rows) in counts.items() if here < rows]
    return found


def _first(tables: Tables, most: int) -> dict[str, pa.Table]:
    """Return the tables with their first *most* statements and what belongs to these."""
    import pyarrow.compute as pc

    if "statements" not in tables:
        return {name: table.slice(0, MOST) for name, table in tables.items()}
    part = {"statements": tables["statements"].slice(0, most)}
    whole = most == tables["statements"].num_rows
    for name, column in _OF.items():
        parent, key = _NAMES.get(name, ("statements", "id"))
        if name not in tables or column not in tables[name].column_names:
            continue
        if whole or parent not in part or key not in part[parent].column_names:
            part[name] = tables[name]
            continue
        keys = tables[name].column(column).cast("string")
        wanted = pc.is_in(keys, value_set=part[parent].column(key).combine_chunks().cast("string"))
        if (parent, key) == ("statements", "id"):  # events have topics and assessments too, and some no statement
            wanted = pc.or_kleene(wanted, pc.fill_null(pc.invert(pc.starts_with(keys, "statement/")), True))
        part[name] = tables[name].filter(wanted)
    return {name: part.get(name, table.slice(0, MOST)) for name, table in tables.items()}


def _spoken_of(tables: Tables) -> dict[str, list[str]]:
    """Return for each statement whom the words of its content name: mentions inside its spans, places left out."""
    needed = {
        "statements": ("id", "article"), "evidence": ("statement", "role", "start", "end"),
        "mentions": ("article", "referent", "start", "end"), "entities": ("id", "type"),
    }  # fmt: skip
    if any(name not in tables or not set(columns) <= set(tables[name].column_names)
           for name, columns in needed.items()):  # fmt: skip
        return {}
    rows = {name: tables[name].select(list(columns)).to_pylist() for name, columns in needed.items()}
    actors = {row["id"] for row in rows["entities"] if row["type"] != "place"}
    named: dict[str, list[tuple[int, int, str]]] = {}
    for row in rows["mentions"]:
        if row["referent"] in actors and _is_placed(row):
            named.setdefault(row["article"], []).append((row["start"], row["end"], row["referent"]))
    for many in named.values():
        many.sort()
    articles = {row["id"]: row["article"] for row in rows["statements"]}
    found: dict[str, list[str]] = {}
    for row in rows["evidence"]:
        if row["role"] == "content" and _is_placed(row):
            many = named.get(articles.get(row["statement"], ""), [])
            inside = many[bisect_left(many, (row["start"],)) : bisect_left(many, (row["end"],))]
            found.setdefault(row["statement"], []).extend(whom for _, end, whom in inside if end <= row["end"])
    return {statement: list(dict.fromkeys(whom)) for statement, whom in found.items() if whom}


def _is_placed(row: dict[str, Any]) -> bool:
    """Return whether a row has a place in the text; one of a foreign release may have anything there."""
    return isinstance(row["start"], int) and isinstance(row["end"], int)


def safe_json(value: Any) -> str:
    """Return *value* as JSON that is safe inside a script element."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


class Pool:
    """Texts, each once; tables name them by number, which makes thousands of repeated ids small."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return the number of *text*."""
        found = self._places.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found


def packed(table: pa.Table, pool: Pool) -> dict[str, Any]:
    """Return a table as plain data: what it is, its columns, and per column the values, texts as numbers in *pool*.

    Raises:
        IntegrityError: a text is not UTF-8.
    """
    columns = [
        {"name": one["column"], "kind": one["type"] or "string", "about": one["description"] or ""}
        for one in describe(table.schema)
    ]
    try:
        data = [[_value(value, pool) for value in table.column(place).to_pylist()] for place in range(len(columns))]
    except UnicodeDecodeError as error:
        raise IntegrityError("a table holds a text that is not UTF-8") from error
    return {"about": description(table.schema), "count": table.num_rows, "columns": columns, "data": data}


def _value(value: Any, pool: Pool) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return pool.place(value if isinstance(value, str) else value.isoformat())
