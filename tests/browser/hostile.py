"""Rows in which every text is an attack: no model lets them in, but a folder of somebody else may hold anything."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from news_dataset.spans import Text

REFERENCES = re.compile(r"[a-z]+/.+")
HERE = Path(__file__).parent


def payloads() -> list[str]:
    """Return every payload: the Nth calls ``__hit(N)`` where it acts, or asks for a page of a host that is none."""
    classes = json.loads((HERE / "payloads.json").read_text("utf-8"))
    written = [one for many in classes.values() for one in many]
    return [
        one.replace("HIT", f"__hit({number})").replace("NET", f"https://evil.invalid/{number}")
        for number, one in enumerate(written)
    ]


def few(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return of the bundled tables a few rows each that belong together; none is empty."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    kept = {f"statement/lee-ishiba-tokyo/{number}" for number in ("01", "04", "05", "32")}
    kept |= {row["id"] for row in rows["assessments"] if row["target"] in kept}
    cited = [row for row in rows["citations"] if row["assessment"] in kept and row["ordinal"] == 1]
    kept |= {row["source"] for row in cited} | {
        row["event"] for row in rows["statement_events"] if row["statement"] in kept
    }
    kept |= {"person/lee-jae-myung", "person/ishiba-shigeru", "organization/japan", "place/tokyo"}
    kept |= {row["id"] for row in rows["articles"]}
    heads = ("id", "statement", "assessment", "entity", "person", "event", "record")

    def belongs(row: dict[str, Any]) -> bool:
        return next((row[head] in kept for head in heads if head in row), True)

    found = {name: [row for row in table if belongs(row)] for name, table in rows.items()}
    found |= {"citations": cited, "mentions": rows["mentions"][:4], "codes": rows["codes"][:3]}
    source = {"field": "name", "source": cited[0]["source"], "says": "A page."}
    found["value_sources"] = [{"entity": "person/ishiba-shigeru", "ordinal": 1} | source]
    article, day = rows["articles"][0], date(2026, 12, 1)
    found["corrections"] = [{"record": article["id"], "ordinal": 1, "corrected_on": day, "says": "A correction."}]
    earlier = {name: article[name] for name in ("text_sha256", "text_length")} | {"release": "2026.11.0"}
    found["earlier_texts"] = [{"article": article["id"], "ordinal": 1, "carried_on": day} | earlier]
    found["redirects"] = [{"old_id": "person/a", "new_id": "person/b", "reason": "merged", "release": "2026.11.0"}]
    return {name: pa.Table.from_pylist(found[name], schema=table.schema) for name, table in tables.items()}


def hostile(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return *tables* twice for each payload, with it in every text: in addresses as it is, then behind a host."""
    found = {name: _hostile_table(table) for name, table in tables.items()}
    words = payloads()
    odd: dict[str, list[str | None]] = {}  # a table whose name, columns and descriptions are attacks
    odd |= {word: [word, None] for word in words}
    fields = [pa.field(name, pa.string(), metadata={"description": name}) for name in odd]
    table = pa.table(list(odd.values()), schema=pa.schema(fields, metadata={"description": " ".join(words)}))
    return found | dict.fromkeys(words[::9], table)


def texts(tables: dict[str, pa.Table]) -> dict[str, Text]:
    """Return for some of the hostile articles a text of payloads."""
    words = "\n".join(payloads())
    return {article: Text(words, f"{payloads()[place]}.txt") for place, article in enumerate(_ids(tables)[::9])}


def _ids(tables: dict[str, pa.Table]) -> list[str]:
    return list(tables["articles"].column("id").to_pylist())


def _hostile_table(table: pa.Table) -> pa.Table:
    words = payloads()
    rows = [
        _hostile_row(row, word, f"{number}{variant}", variant)
        for variant in ("", "~") for number, word in enumerate(words) for row in table.to_pylist()
    ]  # fmt: skip
    whole = Text("\n".join(words))
    for row in rows:
        if "text_sha256" in row:
            row |= {"text_sha256": whole.sha256, "text_length": len(whole.words)}
    return pa.Table.from_pylist(rows, schema=table.schema)


def _hostile_row(row: dict[str, Any], word: str, mark: str, variant: str) -> dict[str, Any]:
    return {name: _hostile_value(name, value, word, mark, variant) for name, value in row.items()}


def _hostile_value(name: str, value: Any, word: str, mark: str, variant: str) -> Any:
    if value is not None and not isinstance(value, str):
        return value
    if isinstance(value, str) and REFERENCES.fullmatch(value) and name != "url":
        return f"{value}{mark}{word}"  # so that rows still belong together
    if name in ("role", "aspect") and not variant:
        return value  # these decide what is shown at all
    if name == "url":
        return f"https://example.org/{word}" if variant else word
    is_text = isinstance(value, str) or name in TEXTS
    return word if is_text else value


TEXTS = {"quote", "cue", "note", "gist", "finding", "correct_value", "label", "date_text", "byline", "country",
         "wikidata", "birth_date", "says", "as_written", "name", "title", "headline", "publisher",
         "published"}  # fmt: skip
"""Columns of texts, filled also where they are null."""
