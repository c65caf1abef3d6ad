"""The part of a dataset that fits into a page: all, else the first statements with what belongs to them.

Tables are stored by column and each text once, as JSON without characters that could be taken for markup.
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
"""The largest size of the JSON of a page in bytes; shell, styles, program and fonts are one million more."""
MAX_ROWS = 25_000
"""The largest number of statements, and of rows of a table that depends on no statement."""

SPARE = ("mentions", "evidence", "records", "names", "who_said_what", "claim_sources")
"""Tables that the first view does not need: they are parsed last, and left out before any statement is."""

# For each table the column with the id of the statement, of its assessment, or of its article.
_OWNER_COLUMNS = {
    "statement_participants": "statement", "statement_events": "statement", "evidence": "statement",
    "quantities": "statement", "topics": "record", "assessments": "target", "citations": "assessment",
    "mentions": "article", "claims": "statement", "who_said_what": "statement", "timeline": "statement",
    "claim_sources": "target",
}  # fmt: skip
# Table and column that such a column refers to; by default the ids of statements.
_OWNERS = {"citations": ("assessments", "id"), "mentions": ("statements", "article")}

# Characters that could end the script, begin markup or a comment, or are not valid in HTML; JSON can escape them all.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def fitting_rows(tables: Tables, limit: int = LIMIT) -> dict[str, Any]:
    """Return the rows of *tables* as data of at most *limit* bytes of JSON.

    Returns:
        ``texts`` (of the ``Pool``), ``tables``, ``spare`` (the values of the tables in ``SPARE``), ``spoken_of`` (for a
        statement the actors that its words name) and ``left_out`` (each incomplete table with the numbers of rows that
        it has here and in all).
    """
    count = min(tables["statements"].num_rows, MAX_ROWS) if "statements" in tables else 0
    dropped: set[str] = set()
    while True:
        part = _first_statements(tables, count)
        named_actors = _named_actors(part)
        part = {name: table for name, table in part.items() if name not in dropped}
        pool = Pool()
        packed_tables = {name: packed(table, pool) for name, table in part.items()}
        spare = {name: packed_tables[name].pop("data") for name in SPARE if name in packed_tables}
        pairs = [[pool.number(key), *map(pool.number, actors)] for key, actors in named_actors.items()]
        content: dict[str, Any] = {
            "tables": [*packed_tables.items()],
            "spare": spare,
            "spoken_of": pairs,
            "texts": pool.texts,
        }
        size = len(safe_json(content).encode())
        if size <= limit or not part:
            break
        if not dropped:
            dropped |= set(SPARE)
        elif count > 0:  # in proportion, since all statements take about the same space
            count = min(count - 1, int(count * limit / size * 0.95))
        else:
            dropped.add(max(part, key=lambda name: part[name].nbytes))
    counts = {name: (part[name].num_rows if name in part else 0, table.num_rows) for name, table in tables.items()}
    content["left_out"] = [[name, included, total] for name, (included, total) in counts.items() if included < total]
    return content


def _first_statements(tables: Tables, count: int) -> dict[str, pa.Table]:
    """Return the tables with the first *count* statements and all that stays with them."""
    import pyarrow.compute as pc

    if "statements" not in tables:
        return {name: table.slice(0, MAX_ROWS) for name, table in tables.items()}
    part = {"statements": tables["statements"].slice(0, count)}
    has_all = count == tables["statements"].num_rows
    for name, column in _OWNER_COLUMNS.items():
        parent, key = _OWNERS.get(name, ("statements", "id"))
        if name not in tables or column not in tables[name].column_names:
            continue
        if has_all or parent not in part or key not in part[parent].column_names:
            part[name] = tables[name]
            continue
        keys = tables[name].column(column).cast("string")
        wanted = pc.is_in(keys, value_set=part[parent].column(key).combine_chunks().cast("string"))
        if (parent, key) == ("statements", "id"):  # topics and assessments of events stay, and rows without a statement
            wanted = pc.or_kleene(wanted, pc.fill_null(pc.invert(pc.starts_with(keys, "statement/")), True))
        part[name] = tables[name].filter(wanted)
    return {name: part.get(name, table.slice(0, MAX_ROWS)) for name, table in tables.items()}


def _named_actors(tables: Tables) -> dict[str, list[str]]:
    """Return for each statement the entities, no places, that its content names."""
    needed = {
        "statements": ("id", "article"), "evidence": ("statement", "role", "start", "end"),
        "mentions": ("article", "referent", "start", "end"), "entities": ("id", "type"),
    }  # fmt: skip
    if any(name not in tables or not set(columns) <= set(tables[name].column_names)
           for name, columns in needed.items()):  # fmt: skip
        return {}
    rows = {name: tables[name].select(list(columns)).to_pylist() for name, columns in needed.items()}
    actors = {row["id"] for row in rows["entities"] if row["type"] != "place"}
    mentions_by_article: dict[str, list[tuple[int, int, str]]] = {}
    for row in rows["mentions"]:
        if row["referent"] in actors and _has_offsets(row):
            mentions_by_article.setdefault(row["article"], []).append((row["start"], row["end"], row["referent"]))
    for mentions in mentions_by_article.values():
        mentions.sort()
    articles = {row["id"]: row["article"] for row in rows["statements"]}
    by_statement: dict[str, list[str]] = {}
    for row in rows["evidence"]:
        if row["role"] == "content" and _has_offsets(row):
            mentions = mentions_by_article.get(articles.get(row["statement"], ""), [])
            inside = mentions[bisect_left(mentions, (row["start"],)) : bisect_left(mentions, (row["end"],))]
            by_statement.setdefault(row["statement"], []).extend(actor for _, end, actor in inside if end <= row["end"])
    return {statement: list(dict.fromkeys(actor)) for statement, actor in by_statement.items() if actor}


def _has_offsets(row: dict[str, Any]) -> bool:
    """Return whether a row has offsets; in an invalid release they may be anything."""
    return isinstance(row["start"], int) and isinstance(row["end"], int)


def safe_json(value: Any) -> str:
    """Return *value* as JSON that is safe within a script element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class Pool:
    """Distinct texts, to which tables refer by number, so that repeated ids take little space."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of *text*, from 0; a new one is added."""
        number = self._places.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return number


def packed(table: pa.Table, pool: Pool) -> dict[str, Any]:
    """Return description, number of rows, columns and, by column, values of a table; texts are numbers in *pool*.

    Raises:
        IntegrityError: a text is not UTF-8.
    """
    columns = [
        {"name": column["column"], "kind": column["type"] or "string", "about": column["description"] or ""}
        for column in describe(table.schema)
    ]
    try:
        data = [[_value(value, pool) for value in table.column(index).to_pylist()] for index in range(len(columns))]
    except UnicodeDecodeError as error:
        raise IntegrityError("a table holds a text that is not UTF-8") from error
    return {"about": description(table.schema), "count": table.num_rows, "columns": columns, "data": data}


def _value(value: Any, pool: Pool) -> Any:
    """Return a value for JSON: text and days as numbers in the pool, infinite numbers as text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return pool.number(value if isinstance(value, str) else value.isoformat())
