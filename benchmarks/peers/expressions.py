"""The rules of a column and of a row as Polars expressions, true where they are obeyed, written plainly.

What is written here by hand is what a user of Polars would write: no trick of the package that is measured is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.peers.facts import Column, Rule, Table

if TYPE_CHECKING:
    import polars as pl


def of_column(column: Column) -> dict[str, pl.Expr]:
    """Return what a column has to be, by the name of the rule; null where the value is."""
    import polars as pl

    value = pl.col(column.name)
    found = {"needed": value.is_not_null()} if column.is_needed else {}
    if column.pattern:
        found["pattern"] = value.cast(pl.String).str.contains(column.pattern)
    if column.most is not None:
        found["length"] = value.cast(pl.String).str.len_chars() <= column.most
    if column.codes:
        found["codes"] = value.cast(pl.String).is_in(list(column.codes))
    if column.kind == "bool":
        found["true"] = value  # true or absent
    if column.low is not None:
        found["low"] = value >= column.low
    if column.high is not None:
        found["high"] = value <= column.high
    return found


def of_row(rule: Rule, names: set[str]) -> pl.Expr:
    """Return a rule across the columns *names* of a row."""
    return _RULES[rule.name](rule, names)


def of_table(table: Table) -> dict[str, pl.Expr]:
    """Return every rule of the single rows of a table, by name; never null."""
    names = {column.name for column in table.columns}
    found = {f"{one.name} {name}": rule for one in table.columns for name, rule in of_column(one).items()}
    found |= {f"rule {at}": of_row(rule, names) for at, rule in enumerate(table.rules)}
    return {name: rule.fill_null(True) for name, rule in found.items()}


def _present_iff(rule: Rule, names: set[str]) -> pl.Expr:
    return _there(rule.about["field"]) == _among(rule.about["when"], rule.about["among"])


def _only_if(rule: Rule, names: set[str]) -> pl.Expr:
    return ~_there(rule.about["field"]) | _among(rule.about["when"], rule.about["among"])


def _exactly_one(rule: Rule, names: set[str]) -> pl.Expr:
    import polars as pl

    return pl.sum_horizontal(_there(name).cast(pl.UInt8) for name in rule.about["fields"]) == 1


def _together(rule: Rule, names: set[str]) -> pl.Expr:
    return _there(rule.about["first"]) == _there(rule.about["second"])


def _needs(rule: Rule, names: set[str]) -> pl.Expr:
    return _there(rule.about["other"]) | ~_there(rule.about["field"])


def _pattern_if(rule: Rule, names: set[str]) -> pl.Expr:
    import polars as pl

    matches = pl.col(rule.about["field"]).str.contains(rule.about["pattern"])
    return matches | ~_among(rule.about["when"], rule.about["among"])


def _less(rule: Rule, names: set[str]) -> pl.Expr:
    import polars as pl

    return pl.col(rule.about["smaller"]) < pl.col(rule.about["larger"])


def _not_after(rule: Rule, names: set[str]) -> pl.Expr:
    import polars as pl

    earlier, later = f"{rule.about['earlier']}_min", f"{rule.about['later']}_max"
    last = later if later in names else rule.about["later"]  # a day is its own last
    return pl.col(earlier) <= pl.col(last)


def _admits(rule: Rule, names: set[str]) -> pl.Expr:
    import polars as pl

    pairs = [f"{when} {value}" for when, values in rule.about["admitted"].items() for value in values]
    both = [pl.col(rule.about[name]).cast(pl.String) for name in ("when", "field")]
    return pl.concat_str(both, separator=" ").is_in(pairs)


def _there(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).is_not_null()


def _among(name: str, codes: list[str]) -> pl.Expr:
    import polars as pl

    return pl.col(name).cast(pl.String).is_in(codes).fill_null(False)


_RULES: dict[str, Callable[[Rule, set[str]], pl.Expr]] = {
    "PresentIff": _present_iff, "OnlyIf": _only_if, "ExactlyOneOf": _exactly_one, "Together": _together,
    "Needs": _needs, "PatternIf": _pattern_if, "Less": _less, "NotAfter": _not_after, "Admits": _admits,
}  # fmt: skip
