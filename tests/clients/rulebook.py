"""Write datasets as the rule book sees them, and what DuckDB answers: ``python -m tests.clients.rulebook FOLDER``.

For each dataset a folder of those of its tables that have rows, as Parquet; in ``rulebook.json`` the columns of all its
tables, the views, the queries and the rows that they give. Another engine needs nothing else, and reads the same text.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from news_dataset import checks
from news_dataset.checks import policy
from news_dataset.checks.query import Query
from news_dataset.collection import Collection
from news_dataset.engine.database import connected
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.nested import CuratedSource
from news_dataset.engine.rows import MODELS
from news_dataset.engine.rulebook import with_optional_columns
from news_dataset.engine.run import prepare
from news_dataset.engine.source import Context, ReportBuilder, Source
from news_dataset.engine.store import SPECIAL, VIEWS
from news_dataset.engine.tables import tables_source
from news_dataset.folders import lines_files, parquet_files
from news_dataset.records import BY_TABLE
from news_dataset.rules import quoted, text_literal
from news_dataset.validation import context_of, lines_source
from tests.verdicts.folders import PLANTED
from tests.verdicts.forms import write_curated
from tests.verdicts.patches import base, do, patches
from tests.verdicts.record import recorded

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples" / "codes"
PARENTS = 1_000
OF_RECORDS = ("set", "delete", "insert", "swap", "copy")


@dataclass(frozen=True)
class Given:
    """A dataset: where it lies, its texts, and the queries that run on it."""

    name: str
    path: Path
    text: Path | None = None
    queries: Sequence[Query] = checks.QUERIES


def datasets(folder: Path) -> Iterator[Given]:
    """Yield all datasets; those that have to be made are written into a folder."""
    second = ROOT / "examples" / "second-article"
    yield Given("records", ROOT)
    yield Given("records with text", second, second / "text.txt")
    yield Given("spoiled records", spoiled(folder / "spoiled"))
    yield Given("tables", ROOT / "data" / "published")
    with zipfile.ZipFile(PLANTED) as archive:
        archive.extractall(folder / "planted", [name for name in archive.namelist() if name.startswith("tables")])
    yield Given("spoiled tables", folder / "planted" / "tables")
    yield Given("chain", parents(folder / "chain", None))
    yield Given("circle", parents(folder / "circle", "event/e0"))
    lost = shutil.copytree(EXAMPLES / "lost_id", folder / "lost")
    shutil.copytree(ROOT / "data" / "published", lost / "published")  # which git does not carry in the example
    yield Given("lost_id beside a release", lost, None, [policy.LOST])
    for query in checks.QUERIES:
        texts = EXAMPLES / query.name / "texts"
        yield Given(query.name, EXAMPLES / query.name, texts if texts.is_dir() else None, [query])


def spoiled(folder: Path) -> Path:
    """Write the dataset of ``tests/verdicts`` with all faults at once that leave records the shape of their models."""
    data, names = base(), {query.name for query in checks.QUERIES}
    for name, operations in patches().items():
        if {issue.split(" ")[1] for verdict in recorded()[name].values() for issue in verdict.issues} <= names:
            for one in operations:
                with suppress(LookupError, AssertionError):  # what it is about has gone, or is there already
                    if one[0] in OF_RECORDS:
                        do(data, one)
    write_curated(data, folder)
    return folder


def parents(folder: Path, last: str | None) -> Path:
    """Write events each of which lies within the next one; *last* is what the last one lies within."""
    folder.mkdir()
    with (folder / "events.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(PARENTS):
            parent = f"event/e{number + 1}" if number < PARENTS - 1 else last
            record = {"id": f"event/e{number}", "title": "A day at sea", "type": "OTHER"}
            lines.write(json.dumps(record | ({"parent": parent} if parent else {})) + "\n")
    return folder


def source_of(given: Given) -> tuple[Source, Context]:
    """Return a dataset as a source, and what is known of it beside its rows."""
    if tables := parquet_files(given.path):
        source = tables_source(tables)
        return source, Context(source.available_tables >= set(BY_TABLE))
    if lines := lines_files(given.path):
        lines_of, _, is_whole = lines_source(given.path, lines, None)
        return lines_of, Context(is_whole)
    collection = Collection.open(given.path, text=given.text)
    return CuratedSource(collection), context_of(collection)


def answers(given: Given, folder: Path) -> dict[str, Any]:
    """Write the tables of a dataset into a folder; return the queries over them, and the rows that DuckDB finds."""
    folder.mkdir(parents=True)
    source, context = source_of(given)
    with connected() as database:
        store = DuckDBStore(database, source.profile, source.is_of_tables)
        prepare(source, store, context, ReportBuilder())
        tables = {}
        for table in [*MODELS, *SPECIAL]:
            tables[table] = database.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()
            if store.scalar(f"SELECT count(*) FROM {table}"):
                database.execute(f"COPY {quoted(table)} TO {text_literal(str(folder / f'{table}.parquet'))}")
        found = {}
        for query in [one for one in given.queries if source.is_of_tables or not one.is_of_tables]:
            if query.repeat:
                store.repeat_until_stable(*query.repeat)
            sql = with_optional_columns(query)
            rows = database.execute(sql)
            columns = [column[0] for column in rows.description or ()]
            found[query.name] = {"sql": sql, "repeat": query.repeat, "columns": columns, "rows": rows.fetchall()}
    said = {"folder": folder.name, "tables": tables, "views": VIEWS, "queries": found}
    return {"name": given.name, **said}


def main() -> int:
    """Write everything; every check that can be failed without a text has to be failed somewhere."""
    out = Path(sys.argv[1])
    with TemporaryDirectory() as folder:
        found = [answers(given, out / str(number)) for number, given in enumerate(datasets(Path(folder)))]
    at_fault = {name for one in found for name, query in one["queries"].items() if has_broken(query)}
    if passed := [query.name for query in checks.QUERIES if query.messages and query.name not in at_fault]:
        print(f"nothing is at fault by {', '.join(passed)}, so that nothing is shown", file=sys.stderr)
        return 1
    (out / "rulebook.json").write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return 0


def has_broken(query: dict[str, Any]) -> bool:
    """Return whether some row of an answer is at fault."""
    at = query["columns"].index("broken")
    return any(row[at] for row in query["rows"])


if __name__ == "__main__":
    sys.exit(main())
