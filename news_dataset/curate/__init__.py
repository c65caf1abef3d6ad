"""Commands for curators: new datasets and records, anchoring, renaming, carrying, and the canonical form."""

from __future__ import annotations

from pathlib import Path

from news_dataset import manual
from news_dataset.curate.anchor import Anchored, Refusal, anchor
from news_dataset.curate.canonical import FormatError, canonical
from news_dataset.curate.carry import Carried, carry
from news_dataset.curate.draft import Draft, draft
from news_dataset.curate.folder import open_readable
from news_dataset.curate.rename import Renamed, rename
from news_dataset.curate.scaffold import scaffold
from news_dataset.curate.template import template
from news_dataset.files import read_own
from news_dataset.folders import SUFFIXES
from news_dataset.issues import Issue, Report
from news_dataset.journal import write_files
from news_dataset.records import Row
from news_dataset.spans import read_text

__all__ = [
    "Anchored", "Carried", "Draft", "FormatError", "Refusal", "Renamed", "anchor", "anchor_files", "canonical", "carry",
    "draft", "format_files", "rename", "scaffold", "template",
]  # fmt: skip


def anchor_files(place: Path, text: Path) -> Anchored:
    """Anchor the files of a folder, or one file; arguments and errors as ``Dataset.anchor``."""
    files = [path for path, _ in _files_with_models(place, SUFFIXES)]
    anchored = anchor(files, text if text.is_dir() else read_text(text))
    write_files(place, anchored.files)
    return anchored


def format_files(place: Path, *, check: bool) -> Report:
    """Format the files of a folder, or one file; arguments and errors as ``Dataset.fmt``."""
    files = _files_with_models(place, (".yaml", ".yml"))
    changed: dict[Path, str] = {}
    issues: list[Issue] = []
    for path, model in files:
        text = read_own(path)
        try:
            formatted = canonical(text, model)
        except FormatError as error:
            hint = "write each field and each comment on a line of its own"
            issues.append(Issue(str(path), f"is left as it is: {error}", hint=hint))
            continue
        if formatted != text:
            changed[path] = formatted
    if not check:
        write_files(place, changed)
    for path in changed:
        failure = Issue(str(path), "is not in canonical form", hint="news-dataset fmt writes it")
        issues.append(
            failure if check else Issue(str(path), "was not in canonical form and is now", severity="warning")
        )
    return manual.file_report("not_canonical", issues, checked=len(files))


def _files_with_models(place: Path, suffixes: tuple[str, ...]) -> list[tuple[Path, type[Row] | None]]:
    """Return the files of a folder with one of some suffixes, or the one file, each with the model of its records.

    The model is None for a file without records.

    Raises:
        FileNotFoundError: there is no such place, or it holds no records.
        InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
    """
    collection = open_readable(place)
    models = {entry.document.path: entry.model for entry in reversed(collection.entries)}
    paths = (document.path for document in collection.documents)
    return [(Path(path), models.get(path)) for path in paths if path.endswith(suffixes)]
