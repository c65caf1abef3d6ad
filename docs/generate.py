"""Write the generated pages: ``python docs/generate.py``; with ``--check``, only say whether they are current.

A page is a function from the folder of the docs to its words; ``PAGES`` lists them by file name.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

import news_dataset
from news_dataset import edtf
from news_dataset.checks import CODES
from news_dataset.records import DERIVED, RECORDS, Row
from news_dataset.records.codebooks import CLAIM_REVIEW, CODEBOOKS, EVENT_TYPE, MODE, MODES_OF
from news_dataset.records.columns import Column, children, columns
from news_dataset.records.fields import Codebook
from news_dataset.tabular import Field, Table, tables
from news_dataset.views import views

DOCS = Path(__file__).parent
COMMAND = "python docs/generate.py"
SIDES = {"example": "example", "counter": "counter-example"}
COMMANDS = re.compile(r"^\$ news-dataset (.*)\n", re.MULTILINE)
KEYS = {"example": {"find", "nth", "case", "why"}, "counter": {"find", "nth", "case", "why", "code"}}

# The codes that the published schemas can report, and those that are about files; tests hold both to the examples.
BY_SCHEMA = ("unknown_key", "missing_key", "wrong_type", "unknown_code", "bad_form", "out_of_range", "broken_rule",
             "unanchored")  # fmt: skip
BY_READER = (
    "no_records", "unreadable_file", "unsafe_file", "altered_release", "misplaced_file", "bad_encoding", "over_limit",
    "bad_syntax", "unsafe_yaml", "duplicate_key", "not_a_record", "unquoted_scalar",
)  # fmt: skip


class PageError(Exception):
    """A page cannot be written: one line says why."""


def write_pages(folder: Path) -> list[str]:
    """Write every page into *folder*; return the names of those that changed."""
    changed = stale_pages(folder)
    for name, words in changed.items():
        (folder / name).write_text(words, "utf-8", newline="\n")
    return list(changed)


def stale_pages(folder: Path) -> dict[str, str]:
    """Return the pages in *folder* that are missing or out of date, with their current text."""
    made = {name: page(folder) for name, page in PAGES.items()}
    return {name: words for name, words in made.items() if _bytes_of(folder / name) != words.encode()}


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def codebook_page(folder: Path) -> str:
    """Return docs/codebook.md: the rules, every field, every code with its example and counter-example."""
    source = folder / "codebook"
    rules = (source / "rules.md").read_text("utf-8").rstrip("\n")
    examples = Examples((source / "text.txt").read_text("utf-8"), (source / "examples.yaml").read_text("utf-8"))
    note = f"<!-- Written by `{COMMAND}` from docs/codebook/ and the models of the records. Change those, not this. -->"
    return "\n".join([note, "", rules, "", *_fields(), *_codes(examples)]).rstrip("\n") + "\n"


def schemas_page(folder: Path) -> str:
    """Return docs/schemas.md: the policy, and which codes the published schemas can report and which they cannot."""
    text = COMMANDS.sub(_with_output, (folder / "schemas" / "text.md").read_text("utf-8").rstrip("\n"))
    note = f"<!-- Written by `{COMMAND}` from docs/schemas/text.md and the checks. Change those, not this. -->"
    listed = {*BY_SCHEMA, *BY_READER}
    beyond = [name for name in CODES if name not in listed]
    parts = [
        *_codes_of(BY_SCHEMA),
        "These codes concern files, before there is data that a schema could check. JSON Schema accepts `1277.0` as an",
        "integer; the reader reads it as a text, which is reported as `wrong_type`.\n",
        *_codes_of(BY_READER),
        "Only `news-dataset validate` reports these codes. No JSON Schema can express them, because they compare",
        "fields, records, the calendar or the text:\n",
        *_codes_of(beyond),
    ]
    return "\n".join([note, "", text, "", *parts]).rstrip("\n") + "\n"


def _with_output(command: re.Match[str]) -> str:
    """Return a command in a page with what it prints in this checkout."""
    from news_dataset.cli import main

    shown = io.StringIO()
    with contextlib.chdir(Path(news_dataset.__file__).parents[1]), contextlib.redirect_stdout(shown):
        main(shlex.split(command[1]))
    return f"{command[0]}{shown.getvalue()}"


def _codes_of(names: Iterable[str]) -> Iterator[str]:
    yield "| code | layer | what it means |"
    yield "|---|---|---|"
    for name in names:
        yield _row([f"`{name}`", CODES[name].layer, CODES[name].manual.splitlines()[0]])
    yield ""


# Fields


def _fields() -> Iterator[str]:
    yield "## Fields\n"
    yield "The tables list the fields of each record type, then those of its lists of rows. Leave out an optional field"
    yield "that has no value; an empty value is not allowed.\n"
    yield "Dates use a subset of EDTF (ISO 8601-2, Extended Date/Time Format):"
    yield f"{edtf.SUBSET}."
    yield "These parts of EDTF are refused, with a message that says so:"
    yield f"{', '.join(edtf.UNREAD)}.\n"
    listed: set[type[Row]] = set()
    for model in RECORDS:
        for part in (model, *children(model).values()):
            if part not in listed:
                listed.add(part)
                yield from _table_of(part)


def _table_of(model: type[Row]) -> Iterator[str]:
    yield f"### {_name(model)}\n"
    yield f"{_first_line(model)}\n"
    yield "| field | required | codes or reference | description |"
    yield "|---|---|---|---|"
    scalars, lists = {column.name: column for column in columns(model)}, children(model)
    for name, info in model.model_fields.items():
        if name in scalars:
            column = scalars[name]
            cells = ["" if column.optional else "yes", _points_to(column), column.description]
        else:
            cells = ["", f"rows of {_link(_name(lists[name]))}", info.description or ""]
        yield _row([f"`{name}`", *cells])
    yield ""


def _points_to(column: Column) -> str:
    if column.codebook:
        return f"codes {_link(column.codebook.name)}"
    return f"id: {', '.join(column.reference.types)}" if column.reference else ""


def _name(model: type[Row]) -> str:
    """The table that the rows of *model* become, by which its section is called."""
    return str(getattr(model, "table", model.__name__))


def _first_line(model: type[Row]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


# Codes


class Examples:
    """The examples and counter-examples, each checked against the codebooks and the text.

    Args:
        text: the text that they come from.
        source: the YAML in which they are listed.

    Raises:
        PageError: one is missing, names an unknown code, or its words are not at its span.
    """

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        loaded = yaml.safe_load(source)
        self._entries: dict[str, Any] = loaded if isinstance(loaded, dict) else {}
        books = {book.name: book for book in CODEBOOKS}
        for name, codes in self._entries.items():
            _demand(name in books, f"{name}: there is no such codebook")
            for code in codes or {}:
                _demand(code in books[name].definitions, f"{name}: there is no code {code}")

    def shown(self, book: Codebook, code: str, side: str) -> str:
        """Return the example or counter-example of *code* as a cell of a table."""
        where = f"{book.name}: {code}"
        entry: Any = ((self._entries.get(book.name) or {}).get(code) or {}).get(side)
        _demand(isinstance(entry, dict), f"{where} has no {SIDES[side]}")
        unknown = sorted(set(entry) - KEYS[side])
        _demand(not unknown, f"{where}: the {SIDES[side]} has an unknown key {', '.join(unknown)}")
        _demand(("find" in entry) != ("case" in entry), f"{where}: the {SIDES[side]} needs either find or case")
        other, why = entry.get("code"), entry.get("why")
        _demand(other is None or other in book.definitions, f"{where}: there is no code {other}")
        _demand(other != code, f"{where}: the {SIDES[side]} has the code itself")
        _demand(side == "example" or why is not None, f"{where}: the {SIDES[side]} does not say why")
        words = self._span(entry, where) if "find" in entry else str(entry["case"])
        remark = ": ".join(part for part in (f"`{other}`" if other else None, why) if part)
        return f"{words} ({remark})" if remark else words

    def _span(self, entry: Mapping[str, Any], where: str) -> str:
        words, nth = str(entry["find"]), entry.get("nth")
        places = [hit.start() for hit in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", self._text)]
        _demand(bool(places), f"{where}: the text does not have the words {words!r}")
        _demand(nth is not None or len(places) == 1, f"{where}: {words!r} occurs {len(places)} times, nth is missing")
        place = 1 if nth is None else nth
        _demand(
            isinstance(place, int) and 1 <= place <= len(places),
            f"{where}: {words!r} occurs {len(places)} times, not {place}",
        )
        start = places[place - 1]
        return f"“{words}” [{start}:{start + len(words)}]"


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise PageError(f"docs/codebook/examples.yaml: {message}")


def _codes(examples: Examples) -> Iterator[str]:
    yield "## Codes\n"
    yield "Each code has a definition, an example and a counter-example. “words” [start:end] quotes"
    yield "[codebook/text.txt](codebook/text.txt); offsets count code points from 0, and the end is exclusive. An"
    yield "example without a span describes a case. Brackets after a counter-example give the right code, if there"
    yield "is one, and why.\n"
    for book in CODEBOOKS:
        yield from _section(book, examples)


def _section(book: Codebook, examples: Examples) -> Iterator[str]:
    more = MORE.get(book.name, {})
    yield f"### {book.name}\n"
    yield f"Used by {', '.join(_users(book))}. {_openness(book)}\n"
    if book is MODE:
        bare = ", ".join(f"`{kind}`" for kind in EVENT_TYPE.definitions if kind not in MODES_OF)
        yield f"Each event type has its own modes; these have none: {bare}.\n"
    yield _row(["code", *more, "definition", *SIDES.values()])
    yield "|" + "---|" * (4 + len(more))
    for code, definition in book.definitions.items():
        cells = [cell(code) for cell in more.values()]
        yield _row([f"`{code}`", *cells, definition, *(examples.shown(book, code, side) for side in SIDES)])
    yield ""


def _admitting(mode: str) -> str:
    return ", ".join(f"`{kind}`" for kind, modes in MODES_OF.items() if mode in modes)


MORE: dict[str, dict[str, Callable[[str], str]]] = {
    "mode": {"event types": _admitting},
    "verdict": {
        "`ratingValue`": lambda verdict: str(CLAIM_REVIEW[verdict][0] or "none"),
        "`alternateName`": lambda verdict: CLAIM_REVIEW[verdict][1],
    },
}
"""What else the table of a codebook has: the head of a column, and its cell for a code."""


def _openness(book: Codebook) -> str:
    return "Open: other words in snake_case are allowed." if book.is_open else "Closed: no other codes are allowed."


def _users(book: Codebook) -> list[str]:
    """Return the fields that hold codes of *book*, those of the derived tables included."""
    models: list[type[Row]] = []
    for model in RECORDS:
        models += [model, *children(model).values()]
    names = [
        f"`{_name(model)}.{column.name}`"
        for model in [*dict.fromkeys(models), *DERIVED]
        for column in columns(model)
        if column.codebook == book
    ]
    return names or ["no field"]


# Tables

STORED = {
    "string": ("string", "str"),
    "code": ("string, dictionary-encoded", "category"),
    "int32": ("int32", "Int32"),
    "double": ("double", "float64"),
    "bool": ("bool", "boolean"),
    "date32": ("date32", "datetime64[s]"),
}
"""What a column is in Parquet and in pandas, by its kind."""


def stored(field: Field) -> tuple[str, str]:
    """Return what a column is in Parquet and in pandas."""
    parquet, pandas = STORED[field.kind]
    return parquet, "str" if field.codebook and field.codebook.is_open else "bool" if field.is_flag else pandas


def tables_page(_: Path) -> str:
    """Return docs/tables.md: every table with its columns, and a picture of what refers to what."""
    lines = [
        f"<!-- Written by `{COMMAND}` from the models of the records. Change those, not this. -->",
        "",
        "# Tables",
        "",
        f"This page lists the columns of the {len(tables())} tables and {len(views())} views of a release.",
        "`news_dataset.load(table)` returns a table with the types of the column *pandas*, and",
        "`news_dataset.path(table)` the path of its Parquet file. Each view is a function, such as",
        "`news_dataset.claims()`, and a file in `data/published/views`. The columns `min`, `mode` and `end` clash",
        'with names of SQL or pandas: write `"end"` in SQL and `frame["min"]` in pandas',
        "([loading.md](loading.md)).",
        "",
        "Each record type has a table, and so has each list of rows in a record; four more tables are derived from",
        "these and from the codebooks. Views join the tables. Rows are sorted by key. A *category* has all codes",
        "of its codebook in order. A *nullable* column may be null. A column that *refers to* a table contains",
        "values of that table's `id`, of the types after the colon; if several tables have these types, it refers",
        "to `entities` or `records`.",
        "",
        f"Views: {', '.join(map(_link, views()))}.",
        "",
        "## References between tables",
        "",
        *_picture(),
    ]
    for table in (*tables().values(), *views().values()):
        lines += [
            "",
            f"## {table.name}",
            "",
            f"{table.description} {f'Key: {_listed(table.key)}.' if table.key else ''}".rstrip(),
            "",
            *_columns_of(table),
        ]
    return "\n".join(lines) + "\n"


def _picture() -> Iterator[str]:
    """Yield a Mermaid diagram: a line from each reference column to its table, the foot at the column's end."""
    yield "Each line is a column, which labels it: `||` means that its value is required, `|o` that it may be null."
    yield ""
    yield "```mermaid"
    yield "erDiagram"
    for table in tables().values():
        yield f"    {table.name}"
    for table in tables().values():
        for field in table.fields:
            if field.references:
                yield f"    {field.references} {'|o' if field.nullable else '||'}--o{{ {table.name} : {field.name}"
    yield "```"


def _columns_of(table: Table) -> Iterator[str]:
    yield "| column | Parquet | pandas | nullable | key | refers to | codes | description |"
    yield "|---|---|---|---|---|---|---|---|"
    for field in table.fields:
        marks = ["yes" if field.nullable else "", "yes" if field.name in table.key else ""]
        target = f"{_link(field.references)}: {', '.join(field.types)}" if field.references else ""
        codes = f"[{field.codebook.name}](codebook.md#{field.codebook.name})" if field.codebook else ""
        yield _row([f"`{field.name}`", *stored(field), *marks, target, codes, field.description])


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# Markdown


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _link(heading: str) -> str:
    return f"[{heading}](#{heading})"


def trust_page(folder: Path) -> str:
    """Return docs/trust.md: each promise with the figures of its last whole run."""
    rows = json.loads((folder / "trust" / "results.json").read_text("utf-8"))
    text = (folder / "trust" / "text.md").read_text("utf-8").rstrip("\n")
    note = f"<!-- Written by `{COMMAND}` from docs/trust/text.md and `make trust`. Change those, not this. -->"
    table = ["| promise | tried | cases | failures | minutes | control |", "|---|---|---|---|---|---|"]
    table += [
        f"| {row['promise']} (`{name}`) | {row['share']:.0%} | {row['cases']:,} | {row['failures']:,} "
        f"| {row['seconds'] / 60:.1f} "
        f"| {row['control']} |"
        for name, row in rows.items()
    ]
    return "\n".join([note, "", text, "", *table]) + "\n"


PAGES: dict[str, Callable[[Path], str]] = {
    "codebook.md": codebook_page,
    "tables.md": tables_page,
    "schemas.md": schemas_page,
    "trust.md": trust_page,
}


def main() -> int:
    """Write or check the pages; return the exit code."""
    arguments = argparse.ArgumentParser(description="Write the generated pages of the docs.")
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if a page is not current")
    try:
        if arguments.parse_args().check:
            stale = stale_pages(DOCS)
            for name in stale:
                print(f"docs/{name} is not up to date: run {COMMAND}", file=sys.stderr)
            return 1 if stale else 0
        for name in write_pages(DOCS):
            print(f"docs/{name} written")
    except PageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
