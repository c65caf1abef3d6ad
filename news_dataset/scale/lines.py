"""Records as canonical lines of JSON, made of their flat tables column by column.

A line is what ``json.dumps(record.to_dict(), ensure_ascii=False, separators=(",", ":"))`` gives: keys in the order of
the model, absent fields left out, children as lists of objects. Everything is derived from the models.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from news_dataset.errors import SetupError
from news_dataset.records import BY_TYPE, Row
from news_dataset.records.columns import children, columns

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_ESCAPES = {chr(code): json.dumps(chr(code))[1:-1] for code in (*range(32), ord('"'), ord("\\"))}
_KEY = "=key"
_ESCAPED = r'["\\\x00-\x1f]'


def canonical_lines(record_type: str, tables: Mapping[str, pa.Table], size: int = 20_000) -> Iterator[pl.Series]:
    """Yield the records of a type as lines, without line ends, in the order of their table.

    Nothing is checked: a null in any column is a key that is left out, whatever the model wants.

    Args:
        record_type: a record type, such as ``statement``.
        tables: at least the type's own table and those of its children, each sorted by key. Children of other records
            may be among them; children of no record are left out.
        size: so many lines are made at a time.

    Raises:
        SetupError: Polars is not installed.
    """
    try:
        import polars as pl
    except ImportError as error:
        raise SetupError("polars is not installed; run: pip install polars") from error

    model = BY_TYPE[record_type]
    for start in range(0, len(tables[model.table]), size):
        rows = tables[model.table].slice(start, size)
        own, more = _frame(model, rows, "id"), []
        for name, child in children(model).items():
            mine = _frame(
                child, _between(tables[child.table], child.parent_key, own[_KEY].drop_nulls()), child.parent_key
            )
            lists = mine.group_by(_KEY, maintain_order=True).agg(_object(child, mine).str.join(",").alias(name))
            own = own.join(lists, on=_KEY, how="left", maintain_order="left")
            more.append(pl.concat_str(pl.lit(f',"{name}":['), pl.col(name), pl.lit("]")))
        yield own.select(line=_object(model, own, *more)).to_series()


def write_lines(lines: pl.Series, sink: BinaryIO) -> None:
    """Write lines, each with its line end, into a file that is open for bytes."""
    lines.to_frame().write_csv(sink, include_header=False, quote_style="never")


def _between(table: pa.Table, key: str, ids: pl.Series) -> pa.Table:
    """Return the rows of a sorted table whose key lies between the first and the last of some ids."""
    if ids.is_empty():
        return table.slice(0, 0)
    keys = table[key]
    low = bisect_left(range(len(keys)), ids[0], key=lambda at: keys[at].as_py())
    high = bisect_right(range(len(keys)), ids[-1], lo=low, key=lambda at: keys[at].as_py())
    return table.slice(low, high - low)


def _frame(model: type[Row], table: pa.Table, key: str) -> pl.DataFrame:
    """Return the columns of a model as they stand in JSON, texts without their quotes, and the key of the record."""
    import polars as pl

    names = list(dict.fromkeys([*(column.name for column in columns(model)), key]))
    found = pl.DataFrame(pl.from_arrow(table.select(names)))
    return pl.DataFrame([*map(as_json, found), found[key].alias(_KEY)])


def _object(model: type[Row], rows: pl.DataFrame, *more: pl.Expr) -> pl.Expr:
    """Return the expression of each row as an object: pairs that all begin with a comma, without the first one."""
    import polars as pl

    pairs: list[pl.Expr] = []
    for column in columns(model):
        mark = "" if column.kind in ("int32", "double", "bool") else '"'
        pair = [pl.lit(f',"{column.name}":{mark}'), pl.col(column.name), pl.lit(mark)]
        # A pair is null as a whole where its value is; one without nulls needs no text of its own.
        pairs += [pl.concat_str(pair)] if rows[column.name].null_count() else pair
    whole = pl.concat_str(*pairs, *more, ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), whole.str.slice(1), pl.lit("}"))


def as_json(values: pl.Series) -> pl.Series:
    """Return a column as texts that need no escapes, or as numbers and truth values that become such texts."""
    import polars as pl

    if values.dtype.is_float():  # as Python writes them: the shortest form that reads back as the same
        return pl.Series(values.name, [None if one is None else repr(one) for one in values.to_list()], pl.String)
    if values.dtype.is_integer() or values.dtype == pl.Boolean:
        return values
    texts = values.cast(pl.String)
    return texts.str.replace_many(_ESCAPES) if texts.str.contains(_ESCAPED).any() else texts
