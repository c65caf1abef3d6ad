"""Who is measured on what: groups of contestants that run in turn, and what none of their figures says by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OURS, OURS_BAD = "news_dataset", "news_dataset, 0.1 % bad"
SHAPE = frozenset({"missing_key", "bad_form", "unknown_code", "out_of_range", "wrong_type", "unknown_key"})
COLUMNS = SHAPE | {"broken_rule", "duplicate_id"}
"""The codes of what rules of columns and of rows can see in one table."""

_OURS = ("numpy", "polars", "pyarrow.parquet", "pyarrow.json", "pandas", "pydantic", "news_dataset.checks",
         "news_dataset.validation", "news_dataset.scale.tabled", "news_dataset.scale.lined")  # fmt: skip
"""pandas is there since pyarrow imports it with the first array that becomes one of NumPy."""
BREAK = "a line break behind a value, which `$` in Python's patterns lets pass"
_REFERENCES = {"references": True}


@dataclass(frozen=True)
class Contestant:
    """One function on one file.

    Args:
        name: how it is called in the tables.
        run: ``module:function`` in ``benchmarks.peers``.
        on: what it is given: a property of ``Data``.
        imports: what is imported before the clock runs; it is left out where that is not installed.
        given: more arguments.
        sees: the codes of faults that it has to find every one of, or it is no peer.
        cannot: what it cannot check, for the reader.
        is_once: it takes part in the first round alone, since one figure is enough of it.
        is_whole: it looks at all tables, and not at statements alone.
    """

    name: str
    run: str
    on: str
    imports: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    sees: frozenset[str] = frozenset()
    cannot: str = ""
    is_once: bool = False
    is_whole: bool = False


@dataclass(frozen=True)
class Group:
    """Contestants that are compared, and the one whose figures are 1 in the columns of ratios."""

    name: str
    title: str
    base: str
    contestants: tuple[Contestant, ...]
    about: str = ""
    is_optional: bool = False


def _ours(name: str, on: str, **more: Any) -> Contestant:
    return Contestant(name, "ours:validate", on, _OURS, **more)


def _of_statements(on: str, sees: frozenset[str], **given: Any) -> tuple[Contestant, ...]:
    return (
        Contestant("polars by hand", "frames:by_hand", on, ("polars",), given, sees),
        Contestant("DuckDB, SQL by hand", "others:duckdb", on, ("duckdb",), given, sees, "patterns are those of RE2"),
        Contestant("dataframely", "frames:dataframely", on, ("polars", "dataframely"), given, sees),
        Contestant("pandera (Polars)", "frames:pandera", on, ("polars", "pandera.polars"), given, sees),
        Contestant("pandera (pandas)", "others:pandera", on, ("pandas", "pandera.pandas"), given, sees, BREAK),
        Contestant("pointblank", "frames:pointblank", on, ("polars", "pointblank"), given, sees - {"duplicate_id"},
                   "rows that occur twice are counted, but not among the rows it sets apart"),
    )  # fmt: skip


STATEMENTS = Group(
    "statements", "Parquet, the table of statements alone, clean", "pl.read_parquet",
    (
        Contestant("pl.read_parquet", "frames:read_one", "alone_clean", ("polars",)),
        _ours(OURS, "alone_clean"),
        *_of_statements("alone_clean", frozenset()),
        Contestant("frictionless", "others:frictionless", "alone_small", ("frictionless", "pyarrow.parquet"),
                   cannot="rules across columns; 2,000 rows", is_once=True),
        _ours(OURS_BAD, "alone_bad", sees=COLUMNS),
    ),
    "Types, nulls, patterns, lengths, codes, rules across columns and uniqueness of the key. A table alone has nothing "
    "to refer to, so nobody follows references here.",
)  # fmt: skip

REFERENCES = Group(
    "references", "Parquet, the table of statements with its references, 0.1 % bad", "polars by hand",
    _of_statements("tables_bad", COLUMNS | {"dangling_reference"}, **_REFERENCES),
    "The same, and each article, occasion and parent is looked up in its table: what peers find of what was planted. "
    "news_dataset follows references where all tables are, below.",
)  # fmt: skip

TABLES = Group(
    "tables", "Parquet, all 22 tables, all rules and references", "pl.read_parquet",
    (
        Contestant("pl.read_parquet", "frames:read_all", "tables_clean", ("polars",)),
        _ours(OURS, "tables_clean"),
        Contestant("polars by hand", "frames:by_hand_all", "tables_clean", ("polars",)),
        Contestant("pandera (Polars)", "frames:pandera_all", "tables_clean", ("polars", "pandera.polars")),
        _ours(OURS_BAD, "tables_bad", sees=COLUMNS | {"dangling_reference", "out_of_order"}, is_whole=True),
        Contestant("polars by hand, 0.1 % bad", "frames:by_hand_all", "tables_bad", ("polars",), {}, COLUMNS,
                   "the named checks, such as order of fragments, days of the calendar or words of quotations",
                   is_whole=True, is_once=True),
        Contestant("pandera (Polars), 0.1 % bad", "frames:pandera_all", "tables_bad", ("polars", "pandera.polars"), {},
                   COLUMNS, "the same", is_whole=True, is_once=True),
    ),
    "The peers follow every reference and check every rule across columns; beyond that, news_dataset alone runs the "
    "named checks.",
)  # fmt: skip

LINES = Group(
    "lines", "JSON Lines, statements with their children, 0.1 % bad", "jsonschema-rs",
    (
        Contestant("reading the bytes", "lines:read_bytes", "lines_bad"),
        Contestant("orjson.loads per line", "lines:orjson", "lines_bad", ("orjson",)),
        _ours(OURS, "lines_bad", sees=SHAPE | {"broken_rule"}),
        Contestant("jsonschema-rs", "lines:jsonschema_rs", "lines_bad", ("jsonschema_rs", "orjson"), {},
                   SHAPE | {"broken_rule"}, "uniqueness, and what is a named check of ours"),
        Contestant("msgspec", "lines:msgspec", "lines_bad", ("msgspec",), {}, SHAPE,
                   f"the same, and rules across fields; {BREAK}", is_once=True),
        Contestant("pydantic per line", "lines:pydantic", "lines_bad", ("pydantic", "news_dataset.records"), {},
                   SHAPE | {"broken_rule"}, "uniqueness, and what is a named check of ours", is_once=True),
        Contestant("fastjsonschema", "lines:fastjsonschema", "lines_bad", ("fastjsonschema", "orjson"),
                   {"most": 50_000}, SHAPE | {"broken_rule"}, "the same; the first 50,000 lines", is_once=True),
        Contestant("jsonschema (Python)", "lines:jsonschema", "lines_bad", ("jsonschema", "orjson"),
                   {"most": 10_000}, SHAPE | {"broken_rule"}, "the same; the first 10,000 lines", is_once=True),
        _ours(f"{OURS}, clean", "lines_clean"),
    ),
)  # fmt: skip

ODD = Group(
    "odd", "JSON Lines, no line canonical", "reader and pydantic",
    (
        Contestant("reader and pydantic", "ours:strictly", "odd", _OURS),
        _ours(OURS, "odd"),
    ),
    "The first 20,000 lines, their keys in the opposite order; against the strict reader, pydantic and the named "
    "checks, record by record.",
)  # fmt: skip

BUILD = Group(
    "build", "JSON Lines into Parquet, all records", "pyarrow, plain",
    (
        Contestant("polars, plain", "plain:polars", "records_clean", ("polars",)),
        Contestant("pyarrow, plain", "plain:pyarrow", "records_clean", ("pyarrow.json", "pyarrow.parquet")),
        Contestant(OURS, "ours:build", "records_clean", (*_OURS, "news_dataset.cli")),
    ),
    "Plain conversions keep children as lists, and check and sort nothing.",
)  # fmt: skip

CURATED = Group(
    "curated", "Curated YAML", "check-jsonschema",
    (
        _ours(OURS, "curated"),
        Contestant("check-jsonschema", "plain:check_jsonschema", "curated_small", ("check_jsonschema",), {},
                   cannot="references and named checks; it says no line; 1,000 records", is_once=True),
    ),
    "10,000 records in files as curators keep them; news_dataset says the line of every issue.",
)  # fmt: skip

GROWTH = Group(
    "growth", "Ten times as much", "Parquet",
    (
        _ours("Parquet", "tables_clean"),
        _ours("Parquet, ten times", "tenfold.tables_clean", is_once=True),
        _ours("JSON Lines", "lines_bad"),
        _ours("JSON Lines, ten times", "tenfold.lines_bad", is_once=True),
        Contestant("build, ten times", "ours:build", "tenfold.records_clean", (*_OURS, "news_dataset.cli"),
                   is_once=True),
    ),
    is_optional=True,
)  # fmt: skip

GROUPS = {
    group.name: group for group in (STATEMENTS, REFERENCES, TABLES, LINES, ODD, BUILD, CURATED, GROWTH)
}  # fmt: skip
