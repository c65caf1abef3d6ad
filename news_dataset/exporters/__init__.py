"""Exporters: the tables of a dataset in forms that other programs read, each derived from ``tabular.tables()``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.errors import UsageError
from news_dataset.exporters import csv, jsonl, sqlite
from news_dataset.exporters.place import Made, placed, refuse_among_records

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = {"csv": csv, "jsonl": jsonl, "sqlite": sqlite}
"""What ``export`` can make; each module has ``write`` and says by ``made`` what it makes."""

__all__ = ["FORMATS", "Made", "export", "placed", "refuse_among_records"]


def export(tables: Mapping[str, pa.Table], about: Mapping[str, str], to: str, out: Path) -> None:
    """Write all tables in another form to *out*, which appears whole or not at all.

    Args:
        tables: every table by name, as ``load(name, as_="arrow")`` gives them.
        about: what goes along: name, title, licence, versions.
        to: one of ``FORMATS``.
        out: the folder (``csv``, ``jsonl``: absent or empty) or file (``sqlite``: absent or such an export).

    Raises:
        UsageError: there is no such form.
        InvalidDataError: the rows contradict the tables, such as a reference to nothing; *out* is as it was.
        SetupError: *out* holds something else, lies in a release, or cannot be written; it is as it was.
    """
    if to not in FORMATS:
        raise UsageError(f"to={to!r} is none of {', '.join(FORMATS)}")
    form = FORMATS[to]
    with placed(out, form.made) as new:
        form.write(tables, about, new)
