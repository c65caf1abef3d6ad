"""What a look at whole columns proves: rows that their model, and the named checks of single rows, surely accept.

A row that is not proven is not yet wrong; its model judges it. So it costs time, and never a wrong verdict, if a proof
is coarse.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from news_dataset import edtf
from news_dataset.checks.shape import nearest
from news_dataset.records import Row
from news_dataset.records.columns import columns
from news_dataset.rules import PatternIf
from news_dataset.scale.days import Days, days_of
from news_dataset.scale.facts import Fact, facts
from news_dataset.scale.texts import unfit

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass
class Rows:
    """Rows of one model as Arrow columns, each in one piece; what is worked out of them is kept.

    Args:
        model: the model of the rows.
        table: its columns; others are not looked at.
    """

    model: type[Row]
    table: pa.Table
    _days: dict[str, Days] = field(default_factory=dict)
    _coded: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return int(self.table.num_rows)

    def column(self, name: str) -> pa.Array:
        """Return a column as one array."""
        import pyarrow as pa

        found = self.table.column(name)
        if isinstance(found, pa.ChunkedArray):
            return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()
        return found

    def there(self, name: str) -> Mask:
        """Return in which rows a column has a value."""
        import numpy as np

        array = self.column(name)
        return mask(array.is_valid()) if array.null_count else np.ones(len(self), dtype=bool)

    def values(self, name: str) -> np.ndarray[Any, Any]:
        """Return a column of numbers or truth values; 0 where it has none."""
        array = self.column(name)
        found: np.ndarray[Any, Any] = (array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False)
        return found

    def days(self, name: str) -> Days:
        """Return the bounds of a column of dates."""
        if name not in self._days:
            self._days[name] = days_of(self.column(name))
        return self._days[name]

    def numbered(self, name: str) -> np.ndarray[Any, Any]:
        """Return a column of codes as numbers, the same for equal codes; -1 where it has none."""
        indices = self.coded(name).indices
        found: np.ndarray[Any, Any] = (indices.fill_null(-1) if indices.null_count else indices).to_numpy()
        return found

    def coded(self, name: str) -> pa.DictionaryArray:
        """Return a column as its different values and their places."""
        import pyarrow as pa

        if name not in self._coded:
            array = self.column(name)
            self._coded[name] = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
        return self._coded[name]

    def equal(self, name: str, *codes: str) -> Mask:
        """Return in which rows a column holds one of *codes*."""
        import numpy as np

        coded = self.coded(name)
        wanted = np.array([word in codes for word in coded.dictionary.to_pylist()], dtype=bool)
        if not wanted.any():
            return np.zeros(len(self), dtype=bool)
        found: Mask = np.append(wanted, False)[self.numbered(name)]  # -1, for none, is the last
        return found


def mask(found: pa.Array) -> Mask:
    """Return an Arrow array of truth values as a mask."""
    known: Mask = found.to_numpy(zero_copy_only=False)
    return known


def unproven(rows: Rows, proven: frozenset[str] = frozenset()) -> Mask:
    """Return which rows are not proven valid by their columns and by the rules across them.

    Args:
        rows: the rows.
        proven: the columns that are known to be of the right form already, but for lengths and what no pattern says.
    """
    import numpy as np

    found = np.zeros(len(rows), dtype=bool)
    for fact in facts(rows.model):
        if fact.name in rows.table.column_names:
            found |= unproven_values(rows, fact, fact.name in proven)
    for name in date_columns(rows.model):
        found |= rows.days(name).impossible
    for rule in rows.model.rules:  # a field that holds a date only sometimes
        if isinstance(rule, PatternIf) and rule.pattern == edtf.PATTERN:
            found |= rows.days(rule.field).impossible & rows.equal(rule.when, *rule.among)
    return found | _breaking(rows)


def date_columns(model: type[Row]) -> list[str]:
    """Return the names of the columns that hold dates."""
    return [column.name for column in columns(model) if column.kind in ("edtf", "day")]


def dated_sometimes(rows: Rows) -> Mask:
    """Return which rows hold a date where another column says that it is one (``PatternIf``)."""
    import numpy as np

    found = np.zeros(len(rows), dtype=bool)
    for rule in rows.model.rules:
        if isinstance(rule, PatternIf) and rule.pattern == edtf.PATTERN:
            found |= rows.there(rule.field) & rows.equal(rule.when, *rule.among)
    return found


def unproven_values(rows: Rows, fact: Fact, is_formed: bool = False) -> Mask:
    """Return which rows hold a value in one column that is not proven valid; arguments as ``unproven``."""
    import numpy as np
    import pyarrow as pa

    array, kind = rows.column(fact.name), fact.column.kind
    if is_formed and (fact.codes or kind in ("int32", "bool")):
        return np.zeros(len(rows), dtype=bool)
    if fact.codes or fact.usual:
        found = _spread(rows.coded(fact.name), lambda words: [not _is_right(word, fact) for word in words.to_pylist()])
    elif fact.column.reference:  # many rows refer to few records
        found = _spread(rows.coded(fact.name), lambda words: unfit(words, "" if is_formed else fact.pattern, fact.most))
    elif kind in ("int32", "double"):
        found = ~_within(array, fact)
    elif kind == "bool":
        found = ~mask(array.fill_null(True))
    elif pa.types.is_date32(array.type):
        found = np.zeros(len(rows), dtype=bool)
    else:
        found = unfit(array, "" if is_formed else fact.pattern, fact.most)
    if not fact.column.optional and array.null_count:
        found = found | mask(array.is_null())
    return found


def _within(array: pa.Array, fact: Fact) -> Mask:
    """Return which numbers are within their limits, or null; not-a-number is within none."""
    import numpy as np

    low, high = fact.low if fact.low is not None else -np.inf, fact.high if fact.high is not None else np.inf
    values = array.fill_null(0).to_numpy(zero_copy_only=False) if array.null_count else array.to_numpy()
    found: Mask = (values >= low) & (values <= high)
    return found | mask(array.is_null()) if array.null_count else found


def _spread(coded: pa.DictionaryArray, wrong_of: Callable[[pa.Array], Any]) -> Mask:
    """Return which rows hold a value that is wrong; each different value is looked at once."""
    import numpy as np

    wrong = np.asarray(wrong_of(coded.dictionary), dtype=bool)
    if not wrong.any():
        return np.zeros(len(coded), dtype=bool)
    found: Mask = wrong[coded.indices.fill_null(0).to_numpy()]
    return found & mask(coded.indices.is_valid())


def _is_right(word: str | None, fact: Fact) -> bool:
    if word is None or word in fact.codes or word in fact.usual:
        return word is not None
    book = fact.column.codebook
    return bool(fact.usual) and book is not None and _is_free(word, fact) and not nearest(word, book)


def _is_free(word: str, fact: Fact) -> bool:
    """Return whether an open codebook admits a word that it does not list."""
    return bool(re.fullmatch(fact.pattern, word)) and fact.most is not None and len(word) <= fact.most


def _breaking(rows: Rows) -> Mask:
    """Return which rows do not surely obey the rules of their model."""
    import numpy as np
    import polars as pl

    if not rows.model.rules:
        return np.zeros(len(rows), dtype=bool)
    needed = sorted(named_in_rules(rows.model))
    frame: dict[str, Any] = {}
    for name in needed:
        if name in date_columns(rows.model):
            frame |= {f"{name}_min": rows.days(name).first, f"{name}_max": rows.days(name).last}
        frame[name] = rows.column(name)
    held = pl.DataFrame(frame).select(pl.all_horizontal([rule.holds() for rule in rows.model.rules]))
    return ~held.to_series().to_numpy()


@cache
def named_in_rules(model: type[Row]) -> frozenset[str]:
    """Return the fields that the rules of a model are about."""
    parts = ("field", "when", "first", "second", "other", "smaller", "larger", "earlier", "later")
    single = {getattr(rule, part) for rule in model.rules for part in parts if hasattr(rule, part)}
    return frozenset(single | {name for rule in model.rules for name in getattr(rule, "fields", ())})
