"""Who is measured on what, in groups whose processes take turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MEMORY = "1GB"
"""The limit of memory that this package is given where it takes one."""

Side = Literal["now", "before", "peers"]
HEAVY = ("numpy", "pandas", "polars", "pyarrow", "duckdb", "pydantic", "yaml", "matplotlib")


@dataclass(frozen=True)
class Contestant:
    """One command on one file, and what it is compared by.

    Args:
        name: how goals and the page name it.
        side: whose environment runs it.
        on: the file or folder that it is given, as ``Data.path`` names it.
        command: a module and its arguments, or ``-c`` and code; ``{path}``, ``{about}``, ``{root}``, ``{out}`` and
            ``{issues}`` are filled in.
        code: the exit code that is expected.
        is_once: one round is enough.
        is_whole: the import of libraries counts too.
    """

    name: str
    side: Side
    on: str
    command: tuple[str, ...]
    code: int = 0
    is_once: bool = False
    is_whole: bool = False

    @property
    def is_code(self) -> bool:
        """Whether it is a line of code."""
        return self.command[0] == "-c"


def _both(name: str, on: str, *command: str, code: int = 0) -> tuple[Contestant, Contestant]:
    words = ("news_dataset", *(command or ("validate", "{path}")))
    return (
        Contestant(f"{name}, now", "now", on, words, code),
        Contestant(f"{name}, before", "before", on, words, code),
    )


def _now(name: str, on: str, *command: str) -> Contestant:
    return Contestant(name, "now", on, ("news_dataset", *(command or ("validate", "{path}"))), is_once=True)


def _peer(name: str, run: str, on: str, is_once: bool = False) -> Contestant:
    return Contestant(name, "peers", on, ("benchmarks.peers.one", run, "{path}", "{about}", "{out}"), is_once=is_once)


def _line(name: str, code: str, side: Side = "now") -> Contestant:
    return Contestant(name, side, "about", ("-c", code), is_whole=True)


def _bundled(side: Side) -> tuple[Contestant, ...]:
    build = ("news_dataset", "build", "{root}", "--output", "{out}")
    return (
        Contestant(f"bundled validate, {side}", side, "about", ("news_dataset", "validate", "{root}"), is_whole=True),
        Contestant(f"bundled build, {side}", side, "about", build, is_whole=True),
        _line(f"nd.load, {side}", "import news_dataset as nd; nd.load('statements')", side),
    )


_BAD = ("validate", "{path}", "--issues", "{issues}")
_BUILD = ("build", "{path}", "--output", "{out}")
GROUPS = {
    "tables": (
        _peer("tables, pl.read_parquet", "frames:read_all", "tables"),
        *_both("tables", "tables"),
        _peer("tables, Polars by hand", "frames:by_hand_all", "tables"),
        *_both("tables 0.1 % bad", "tables-bad", *_BAD, code=1),
    ),
    "statements": (
        _peer("statements, pl.read_parquet", "frames:read_one", "alone"),
        *_both("statements", "alone"),
        _peer("statements, Polars by hand", "frames:by_hand", "alone"),
        _peer("statements, dataframely", "frames:dataframely", "alone"),
        _peer("statements, DuckDB by hand", "sql:by_hand", "alone"),
    ),
    "lines": (
        _peer("lines, jsonschema-rs", "lines:jsonschema_rs", "lines/statements.jsonl"),
        *_both("lines", "lines/statements.jsonl"),
        *_both("lines 0.1 % bad", "lines-bad/statements.jsonl", *_BAD, code=1),
    ),
    "odd": (
        _now("a tenth of the lines, canonical", "canonical/statements.jsonl"),
        _now("a tenth of the lines, keys reversed", "reversed/statements.jsonl"),
        _now("a tenth of the lines, spaced", "spaced/statements.jsonl"),
    ),
    "build": (
        _peer("build, pyarrow plain", "lines:pyarrow", "lines"),
        *_both("build", "lines", *_BUILD),
    ),
    "bundled": (
        _line("bare Python", "pass"),
        _line("import", f"import sys, news_dataset; sys.exit(bool(sys.modules.keys() & {set(HEAVY)}))"),
        _line("--help", "from news_dataset.cli import main; main(['--help'])"),
        _line("pandas and pyarrow.parquet", "import pandas, pyarrow.parquet"),
        _line("pydantic, a model of one field", "import pydantic\nclass A(pydantic.BaseModel):\n    x: int\nA(x=1)"),
        _line("nd.get", "import news_dataset as nd; nd.get('person/lee-jae-myung')"),
        *_bundled("now"),
        *_bundled("before"),
    ),
    "growth": (
        _now("tables, ten times", "tenfold:tables"),
        _now("lines, ten times", "tenfold:lines/statements.jsonl"),
        _peer("build, ten times, pyarrow plain", "lines:pyarrow", "tenfold:lines", is_once=True),
        _now("build, ten times", "tenfold:lines", *_BUILD),
    ),
}
