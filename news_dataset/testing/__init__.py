"""Data to test with: synthetic datasets, with known faults, and strategies for single records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


@dataclass(frozen=True)
class Synthetic:
    """A synthetic dataset.

    Attributes:
        tables: every table by name, sorted by key, with the columns of ``news_dataset.tabular.arrow_schema``; where
            faults were planted, every column may be null.
        faults: what was planted where: ``table``, ``row`` (from 0, in that table), ``record`` (its id), ``code`` (of
            the issue that a check should find there), ``column``.
    """

    tables: dict[str, pa.Table]
    faults: pa.Table


def synthesize(n: int, seed: int, *, faults: float = 0.0) -> Synthetic:
    """Return a synthetic dataset of *n* statements with all that belongs to them; arguments as ``write_synthetic``.

    The same arguments give the same dataset, on every machine. Without faults it passes every check that needs no text.

    Raises:
        ValueError: *n* is not positive, or *faults* is no share.
    """
    from pathlib import Path

    from news_dataset.files import open_file
    from news_dataset.filesystem import scratch
    from news_dataset.parquet import ParquetFile
    from news_dataset.tabular import tables

    found = {}
    with scratch() as folder:
        write_synthetic(folder, n, seed, faults=faults)
        for name in (*tables(), "faults"):
            with open_file(Path(folder, f"{name}.parquet")) as source:
                file = ParquetFile(source, name)
                found[name] = file.read(file.schema.names)
    whole = {name: rows.unify_dictionaries().combine_chunks() for name, rows in found.items()}
    return Synthetic(whole, whole.pop("faults"))


def write_synthetic(
    folder: Path | str, n: int, seed: int, *, faults: float = 0.0, form: Literal["parquet", "jsonl"] = "parquet"
) -> None:
    """Write the dataset that ``synthesize`` returns into a folder, in bounded memory.

    As Parquet every table is a file; as JSON Lines every type of record, with its children, in canonical form. The
    faults stand in ``faults.parquet``. In JSON Lines other faults are planted, those that JSON can have: ``table`` and
    ``row`` are then file and line (from 0), and ``column`` leads to a child's field as in ``evidence/2/role``.

    Args:
        folder: a new or empty folder.
        n: the number of statements.
        seed: any integer.
        faults: the number of faults that are planted, as a share of the statements.
        form: what files are written.

    Raises:
        ValueError: an argument is none of what it may be.
        FileExistsError: *folder* holds something, or is no folder; it is as it was.
    """
    from pathlib import Path

    from news_dataset.testing import files

    files.write(Path(folder), n, seed, faults, form)
