"""Makes one file or folder of what is measured: ``python made.py NAME PATH SIZE SHARE CLEAN``.

It is run in the root of a checkout by its environment, whose rules the files follow.
``CLEAN`` is the folder of clean tables or lines that some are made of.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any

from news_dataset.records import CHILDREN, DERIVED, RECORDS
from news_dataset.tabular import Field, Table, tables
from news_dataset.testing import write_synthetic

SEED = 20_261_126
LIMITS = {"pattern": "pattern", "most": "maxLength", "low": "minimum", "high": "maximum", "codes": "enum"}


def about(path: Path) -> None:
    """Write what peers know of the rules: facts of every column, and the published schema of a statement."""
    path.mkdir()
    models: dict[str, Any] = {vars(model)["table"]: model for model in (*RECORDS, *CHILDREN, *DERIVED)}
    found = [_table(table, models[table.name]) for table in tables().values()]
    (path / "facts.json").write_text(json.dumps(found), "utf-8")
    shutil.copy(max(Path("schemas").glob("*/statement.schema.json")), path / "schema.json")


def alone(path: Path, clean: Path) -> None:
    """Make a folder with the table of statements and nothing else."""
    path.mkdir()
    os.link(clean / "statements.parquet", path / "statements.parquet")


def some(path: Path, clean: Path, count: int, form: str) -> None:
    """Write the first statements as they are, with keys reversed, or with spaces around commas and colons."""
    path.mkdir()
    with open(clean / "statements.jsonl", encoding="utf-8") as lines, open(path / "statements.jsonl", "w") as out:
        for line in islice(lines, count):
            out.write(line if form == "canonical" else _odd(json.loads(line), form) + "\n")


def main() -> None:
    """Make what the arguments name."""
    name, path, size, share, clean = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
    make: dict[str, Callable[[], None]] = {
        "about": lambda: about(path),
        "tables": lambda: write_synthetic(path, size, SEED),
        "tables-bad": lambda: write_synthetic(path, size, SEED, faults=share),
        "lines": lambda: write_synthetic(path, size, SEED, form="jsonl"),
        "lines-bad": lambda: write_synthetic(path, size, SEED, faults=share, form="jsonl"),
        "alone": lambda: alone(path, Path(clean)),
    }
    for form in ("canonical", "reversed", "spaced"):
        make[form] = lambda form=form: some(path, Path(clean), max(size // 10, 1), form)  # type: ignore[misc]
    make[name]()


def _odd(record: dict[str, Any], form: str) -> str:
    if form == "spaced":
        return json.dumps(record, ensure_ascii=False, separators=(" , ", " : "))
    return json.dumps(dict(reversed(record.items())), ensure_ascii=False, separators=(",", ":"))


def _table(table: Table, model: Any) -> dict[str, Any]:
    said = model.model_json_schema()["properties"]
    rules = [
        {"name": type(rule).__name__, "about": {one.name: getattr(rule, one.name) for one in fields(rule)}}
        for rule in model.rules
    ]
    columns = [_column(field, said.get(field.name, {})) for field in table.fields]
    return {"name": table.name, "key": table.key, "columns": columns, "rules": rules}


def _column(field: Field, said: dict[str, Any]) -> dict[str, Any]:
    if field.kind == "date32":
        said = {}  # a date in tables, so the pattern of its text is that of no column
    if field.name == "ordinal":
        said = {"minimum": 1}
    limits = {name: said[word] for name, word in LIMITS.items() if word in said}
    known = {"name": field.name, "kind": field.kind, "is_needed": not field.nullable}
    return known | {"parents": field.references or ""} | limits


if __name__ == "__main__":
    main()
