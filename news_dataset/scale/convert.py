"""JSON Lines of any size into sorted Parquet tables, validated on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from news_dataset.codes import code_rows
from news_dataset.issues import Issue, Progress, Report
from news_dataset.records import BY_TABLE, ENTITY_TYPES, Redirect
from news_dataset.records.columns import children
from news_dataset.scale.emitted import Tables
from news_dataset.scale.flat import flattened
from news_dataset.scale.lined import LinesFile, validate_lines
from news_dataset.scale.sheet import Sheet
from news_dataset.scale.slices import Slice
from news_dataset.scale.sorting import Sorter
from news_dataset.tabular import tables, to_arrow

if TYPE_CHECKING:
    import numpy as np

    Mask = np.ndarray[Any, np.dtype[np.bool_]]


def converted(
    lines: Mapping[str, Sequence[Path]],
    folder: Path,
    *,
    is_whole: bool,
    about: Mapping[str, str] | None = None,
    redirects: Sequence[Redirect] = (),
    progress: Progress | None = None,
) -> tuple[Report, dict[str, int]]:
    """Check records in JSON Lines and write them as tables.

    Args:
        lines: the files of each table of records, in any order of their lines.
        folder: an empty folder, which then holds ``<table>.parquet``; where the report has errors, anything.
        is_whole: whether the records are a whole dataset, with all tables; else only those of the types that are
            there are written, and references are not followed.
        about: metadata of every table; None for the version of the schemas alone.
        redirects: the rows of the table ``redirects``, sorted.
        progress: is told how far the work has come.

    Returns:
        Everything that was found and counted, and the number of rows of each table that was written.
    """
    names = sorted(lines, key=lambda name: BY_TABLE[name].record_type)  # the order of ids, in tables of several types
    files = [LinesFile(path, BY_TABLE[name].record_type) for name in names for path in lines[name]]
    with TemporaryDirectory(prefix=".unsorted-", dir=folder) as spilled:
        writing = _Writing(tables() if is_whole else _tables_of(names), folder, Path(spilled), about)
        report = validate_lines(files, is_whole, writing.look, progress, writing)
        counts = writing.close()
    if report.ok:
        rows = {
            "codes": [row.model_dump() for row in code_rows()],
            "redirects": [row.model_dump() for row in redirects],
        }
        for name, found in rows.items():
            with Sheet(folder / f"{name}.parquet", name, about) as sheet:
                sheet.add(to_arrow(tables()[name], found))
            counts[name] = len(found)
    return report, {name: counts[name] for name in tables() if name in counts}


def _tables_of(names: Sequence[str]) -> list[str]:
    """Return the tables that the records of some types are written into."""
    models = [BY_TABLE[name] for name in names]
    found = {"records", *names, *(child.table for model in models for child in children(model).values())}
    return [*found, *(["entities"] if any(model.record_type in ENTITY_TYPES for model in models) else [])]


class _Writing:
    """Writes the rows of sound records, until something is wrong."""

    def __init__(self, names: Sequence[str] | Mapping[str, Any], folder: Path, spilled: Path, about: Any) -> None:
        own = [name for name in names if name not in ("codes", "redirects")]
        self._sorters = {name: Sorter(Sheet(folder / f"{name}.parquet", name, about), spilled) for name in own}
        self._is_over = False

    def make(self, records: Slice, kept: Mask) -> Tables:
        """Return the rows of the records *kept*."""
        return {} if self._is_over else flattened(records, kept)

    def take(self, made: Sequence[Tables]) -> None:
        """Write rows."""
        import pyarrow as pa

        if self._is_over:
            return
        for name in dict.fromkeys(name for some in made for name in some):
            self._sorters[name].add(
                pa.concat_tables([some[name] for some in made if name in some]).unify_dictionaries()
            )

    def look(self, issue: Issue) -> None:
        """Stop writing at the first error; checking goes on."""
        self._is_over = self._is_over or issue.severity == "error"

    def close(self) -> dict[str, int]:
        """Write what is left, if nothing was wrong; return how many rows each table has."""
        if self._is_over:
            for sorter in self._sorters.values():
                sorter.drop()
            return {}
        return {name: sorter.close() for name, sorter in self._sorters.items()}
