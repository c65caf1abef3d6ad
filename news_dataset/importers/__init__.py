"""Importers: records that were made elsewhere, in spreadsheets or in tools for annotation, brought into a dataset."""

from __future__ import annotations

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

    return suggested(form, source) if suggest else import_corpus(folder, form, source, mapping, strict)
