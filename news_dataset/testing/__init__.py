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
        tables: every table by name, sorted by key, with the columns of ``news_dataset.tabular.arrow_schema``; if faults
            were planted, every column is nullable.
        faults: one row per planted fault: ``table``, ``row`` (in that table, from 0), ``record`` (its id), ``code`` (of
            the issue that a check should find there), ``column``.
    """

    tables: dict[str, pa.Table]
    faults: pa.Table


def synthesize(n: int, seed: int, *, faults: float = 0.0) -> Synthetic:
    """Return a synthetic dataset of *n* statements with their articles and all records that these refer to.

    The arguments are those of ``write_synthetic``. The same arguments give the same dataset on every machine. Without
    faults it passes every check that needs no text.

    Raises:
        ValueError: *n* is not positive, or *faults* is not from 0 to 1.
    """
    from pathlib import Path

    from news_dataset.files import open_file
    from news_dataset.filesystem import scratch
    from news_dataset.parquet import ParquetFile
    from news_dataset.tabular import tables

    tables_by_name = {}
    with scratch() as folder:
        write_synthetic(folder, n, seed, faults=faults)
        for name in (*tables(), "faults"):
            with open_file(Path(folder, f"{name}.parquet")) as source:
                file = ParquetFile(source, name)
                tables_by_name[name] = file.read(file.schema.names)
    combined = {name: table.unify_dictionaries().combine_chunks() for name, table in tables_by_name.items()}
    return Synthetic(combined, combined.pop("faults"))


def write_synthetic(
    folder: Path | str, n: int, seed: int, *, faults: float = 0.0, form: Literal["parquet", "jsonl"] = "parquet"
) -> None:
    """Write the dataset that ``synthesize`` returns into a folder, in bounded memory.

    Parquet has one file per table, JSON Lines one per record type, with records and their children in canonical form.
    ``faults.parquet`` lists the faults. JSON Lines get other faults than Parquet, namely those that JSON can have; then
    ``table`` is the file, ``row`` the line from 0, and ``column`` may be the path of a child's field, as in
    ``evidence/2/role``.

    Args:
        folder: a new or empty folder.
        n: the number of statements.
        seed: any integer.
        faults: the number of faults to plant, as a share of the statements, from 0 to 1.
        form: the format of the files.

    Raises:
        ValueError: an argument is out of its range.
        FileExistsError: *folder* is not empty, or not a folder; it is unchanged.
    """
    from pathlib import Path

    from news_dataset.testing import files

    files.write(Path(folder), n, seed, faults, form)
