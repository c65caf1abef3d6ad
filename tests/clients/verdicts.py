"""What every JSON Schema validator must say of the published records and of the corpus; standard library only.

A client hands over a function that judges documents by a schema; this module has it judge every line of the published
JSON Lines, alone and as a file, the whole corpus, and a broken twin of a record of each type, which it must refuse.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Judge = Callable[[Any, list[Any]], list[bool]]
"""A schema and documents → whether each document fits."""

VERSION = "1.2"
TABLES = {"person": "people"}
# Should fail, but not by JSON Schema, to which the integer 1277 may be written 1277.0.
BEYOND = {"article/integer_with_point"}
# Wrong in the release form, right in a file, as tests/test_examples.py shows.
IN_FILES = {
    "article/mentions_item_without_fragment", "article/mentions_item_without_mention", "event/topic_as_text",
    "statement/evidence_item_without_fragment", "statement/evidence_item_without_mention", "statement/without_article",
    "statement/without_certainty", "statement/without_polarity", "assessment/without_id", "statement/without_id",
}  # fmt: skip


def run(client: str, judge: Judge) -> None:
    """Judge what is in the repository that the arguments name; print one line and exit with 0 or 1."""
    try:
        counted, wrong = examine(Path(sys.argv[1]), judge)
    except Exception as error:  # noqa: BLE001 (whatever a foreign library raises is one line)
        counted, wrong = "", [f"{type(error).__name__}: {str(error).splitlines()[:1]}"]
    if wrong:
        print(f"{client}: {len(wrong)} not as expected: {', '.join(wrong[:5])}")
        sys.exit(1)
    print(f"{client}: {counted}")
    sys.exit(0)


def examine(root: Path, judge: Judge) -> tuple[str, list[str]]:
    """Return what was judged, in words, and everything that was not judged as expected."""
    schemas = {path.name.removesuffix(".schema.json"): _read(path) for path in (root / "schemas" / VERSION).iterdir()}
    types = sorted(name for name in schemas if f"{name}.file" in schemas)
    wrong: list[str] = []
    records = 0
    for name in types:
        table = TABLES.get(name, f"{name}s")
        lines = (root / "data" / "published" / f"{table}.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        twin = {"idd" if key == "id" else key: value for key, value in rows[0].items()}
        *fits, refused = judge(schemas[name], [*rows, twin])
        wrong += [f"{table} line {place}" for place, is_fit in enumerate(fits, 1) if not is_fit]
        wrong += [f"a broken twin of {name} is accepted"] if refused else []
        wrong += [] if judge(schemas[f"{name}.file"], [rows, [*rows, twin], []]) == [True, False, False] else [table]
        records += len(rows)
    sides = {}
    for side in ("should_pass", "should_fail"):
        found = sorted((root / "tests" / "examples" / VERSION / side).glob("*/*.json"))
        sides[side] = len(found)
        for name in sorted(schemas):
            wrong += _corpus(judge, schemas[name], name, [path for path in found if path.parent.name == _kind(name)])
    wrong += [] if records and all(sides.values()) else ["there is nothing to judge"]
    counted = (
        f"{records} records, {sides['should_pass']} documents that should pass, {sides['should_fail']} that should not"
    )
    return f"{counted}, by {len(schemas)} schemas; {len(types)} broken twins refused", wrong


def _corpus(judge: Judge, schema: Any, name: str, paths: list[Path]) -> Iterator[str]:
    documents = [_read(path) for path in paths]
    forms = [documents, [[one] for one in documents]] if name.endswith(".file") else [documents]
    for form in forms:
        for path, fits in zip(paths, judge(schema, form), strict=True):
            named = f"{path.parent.name}/{path.stem}"
            is_written_so = named in BEYOND or (name.endswith(".file") and named in IN_FILES)
            if fits != (path.parts[-3] == "should_pass" or is_written_so):
                yield f"{name}: {path.parts[-3]}/{named}"


def _kind(name: str) -> str:
    return name.removesuffix(".file")


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
