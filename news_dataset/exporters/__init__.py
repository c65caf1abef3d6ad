"""Exporters: the tables and annotated documents of a dataset in the formats of other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.atomic import new_output
from news_dataset.errors import SetupError, UsageError
from news_dataset.exporters import csv, jsonl, sqlite, template
from news_dataset.filesystem import write_new
from news_dataset.profile import BASE, Profile
from news_dataset.records import BY_TABLE
from news_dataset.sheets import SHEETS

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.exporters.written import Written
    from news_dataset.records import Article, Statement
    from news_dataset.spans import Text

    Annotated = tuple[list[Article], list[Statement]]

ANNOTATED = ("brat", "doccano", "label-studio", "uima", "web-annotation")
"""Formats of annotation tools; each is a module with ``write``, and ``losses``, for documents without faults."""

FORMATS = {"csv": csv, "jsonl": jsonl, "sqlite": sqlite}
"""Formats of tables; each is a module with ``write``, which makes a folder, or for ``sqlite`` a file."""


def export(
    tables: Mapping[str, pa.Table], about: Mapping[str, str], to: str, out: Path, profile: Profile = BASE
) -> None:
    """Write all tables in a format of ``FORMATS`` to *out*, which appears whole or not at all.

    Args:
        tables: every table by name, as ``load(name, as_="arrow")`` gives them.
        about: name, title, licence, versions and citation of the dataset.
        to: one of ``FORMATS``.
        out: a folder that is absent or empty (``csv``, ``jsonl``), or a file that is absent or an export (``sqlite``).
        profile: the profile of the dataset.

    Raises:
        UsageError: *to* is not in ``FORMATS``.
        InvalidDataError: a row breaks a rule of its table, such as a reference to nothing; *out* is unchanged.
        SetupError: *out* holds something else, lies in a release, or cannot be written; it is unchanged.
    """
    if to not in FORMATS:
        raise UsageError(f"to={to!r} is none of {', '.join([*FORMATS, *ANNOTATED])}, csv-template, iceberg")
    with new_output(out, sqlite.reason_to_keep if to == "sqlite" else None) as new:
        FORMATS[to].write(tables, about, new, profile)


def export_template(out: Path, profile: Profile) -> dict[str, int]:
    """Write empty spreadsheets to a new folder; return the number of rows of each, which is 0."""
    with new_output(out) as new:
        template.write(new, profile)
    return dict.fromkeys(SHEETS, 0)


def export_annotated(
    to: str, out: Path, records: Annotated, texts: Mapping[str, Text], profile: Profile = BASE
) -> dict[str, int]:
    """Write the articles and statements of a dataset in the format of an annotation tool, with a mapping file.

    Args:
        to: one of ``ANNOTATED``.
        out: a new or empty folder.
        records: the articles and the statements.
        texts: the texts of articles, by their ids.
        profile: the profile of the dataset.

    Returns:
        The numbers of documents and annotations that were written.

    Raises:
        SetupError: *out* holds something else, or cannot be written; it is unchanged.
    """
    from news_dataset.curate.mapping import NAME, text_of
    from news_dataset.exporters.dialect import Dialect

    module = import_module(f"news_dataset.exporters.{to.replace('-', '_')}")
    dialect = Dialect(texts, profile)
    with new_output(out) as new:
        new.mkdir()
        written: Written = module.write(dialect.documents(*records), new)
        if to != "web-annotation":  # there is no importer for it that would need a mapping
            unit = {"unit": "code_points"} if to == "doccano" else {}  # doccano's files do not state it
            comment = f"What these annotations become: news-dataset import --from {to} --mapping"
            text = text_of(dialect.mapping().model_copy(update=unit), comment)
            write_new(new / NAME, text)
    return asdict(written)


def refuse_among_records(folder: Path | None, out: Path) -> None:
    """Raise SetupError if *out* lies among the curated records of *folder*, where it would be read as a record."""
    home = folder or Path()
    records = home / "data" / "curated" if (home / "data" / "curated").is_dir() else home
    has_records = any((records / table).is_dir() for table in BY_TABLE)
    if has_records and records.resolve() in (out.resolve(), *out.resolve().parents):
        raise SetupError(f"{out} lies among the records")
