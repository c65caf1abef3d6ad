"""Data to test with: whole datasets that were made up, with known faults, and strategies for single records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Synthetic:
    """A dataset that was made up.

    Attributes:
        tables: every table by name, sorted by key, with the columns of ``news_dataset.tabular.arrow_schema``; where
            faults were planted, every column may be null.
        faults: what was planted where: ``table``, ``row`` (from 0, in that table), ``record`` (its id), ``code`` (of
            the issue that a check should find there), ``column``.
    """

    tables: dict[str, pa.Table]
    faults: pa.Table


def synthesize(n: int, seed: int, *, faults: float = 0.0) -> Synthetic:
    """Return a synthetic dataset of *n* statements with everything that belongs to them.

    The same arguments give the same dataset, on every machine. Without faults it passes every check that needs no text.

    Args:
        n: how many statements.
        seed: any whole number.
        faults: how many faults are planted, as a share of the statements.

    Raises:
        ValueError: *n* is not positive, or *faults* is no share.
    """
    from news_dataset.testing.synthesis import dataset

    return Synthetic(*dataset(n, seed, faults))
