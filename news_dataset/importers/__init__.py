"""Importers: records that were made elsewhere, in spreadsheets or in tools for annotation, brought into a dataset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.errors import UsageError, known

if TYPE_CHECKING:
    from news_dataset.importers.imported import Imported

FORMATS = ("csv", "brat", "uima", "label-studio", "doccano", "spans", "conll", "tokens", "plover", "popolo")
"""What can be imported; each of these but ``csv`` is a module with ``read``, which yields documents."""


def import_from(
    folder: Path, form: str, source: Path, *, text: Path | None, mapping: Path | None, strict: bool, suggest: bool
) -> Imported:
    """Import records; arguments and errors as ``Dataset.import_from``."""
    if known(form, FORMATS, "form") == "csv":
        if mapping or suggest:
            raise UsageError("spreadsheets have the columns of the csv-template; a mapping is for other formats")
        from news_dataset.importers.sheets import import_sheets

        return import_sheets(folder, source, text)
    if text:
        raise UsageError(f"a corpus of {form} brings its texts along; text is for spreadsheets")
    from news_dataset.importers.corpus import import_corpus, suggested

    if suggest:
        return suggested(form, source)
    _refuse_overlap(folder, source)
    return import_corpus(folder, form, source, mapping, strict)


def _refuse_overlap(folder: Path, source: Path) -> None:
    """Raise UsageError if a dataset would be written into its source folder, or a new one around it."""
    from news_dataset.folders import holds_records

    new, old = folder.resolve(), source.resolve()
    if new == old:
        what = "is"
    elif new.is_relative_to(old):
        what = "is in"
    elif old.is_relative_to(new) and not holds_records(folder):
        what = "is around"
    else:
        return
    if source.is_dir() and not folder.is_file():
        other = os.path.normpath(source / ".." / f"{old.name}-dataset")
        why = "and the next import would take its texts for documents"
        raise UsageError(f"{folder} {what} the source {source}, {why}; name a new folder, such as {other}")
