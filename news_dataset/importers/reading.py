"""Reads the documents of a corpus in any format; refuses a source that only another format can read."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from news_dataset import importers
from news_dataset.annotations import Document, Quarantined
from news_dataset.errors import NewsDatasetError, UsageError
from news_dataset.importers.soundness import sound

FORMATS = sorted((form for form in importers.FORMATS if form != "csv"), key="conll".__eq__)
"""The formats that are read as documents; ``conll``, which finds columns in almost anything, is the last."""


def documents(form: str, source: Path, unit: str | None = None) -> Iterator[Document]:
    """Yield the documents of a corpus; what is unsound in them is in quarantine.

    Args:
        form: the format, one of ``FORMATS``.
        source: a file, folder or archive.
        unit: what offsets of doccano count, ``code_points`` or ``utf16``.

    Raises:
        UsageError: the source has nothing of this format, or annotations of another one alone.
    """
    is_annotated, is_read, why = False, False, ""
    try:
        for document in _read(form, source, unit):
            is_annotated |= bool(document.annotations or document.aside)
            is_read |= not document.quarantined or document.text is not None
            # A text whose annotations are all in quarantine, with wrong offsets, is annotated too.
            is_annotated |= document.text is not None and bool(document.quarantined) and form != "conll"
            why = why or next(map(_as_line, document.quarantined), "")
            yield document
    except FileNotFoundError as error:
        if other := _other_format(form, source, is_read):
            raise UsageError(f"{error}; it can be read with --from {other}") from error
        raise
    if not is_annotated and (other := _other_format(form, source, is_read)):
        what = "annotations" if is_read else "documents"
        raise UsageError(f"{source} has no {what} of {form}; what it has can be read with --from {other}")
    if not is_annotated and not is_read:
        raise UsageError(f"{source} has no documents of {form}: {why or 'is it another format?'}")


def _read(form: str, source: Path, unit: str | None = None) -> Iterator[Document]:
    module = import_module(f"news_dataset.importers.{form.replace('-', '_')}")
    yield from map(sound, module.read(source, unit) if form == "doccano" else module.read(source))


def _as_line(fault: Quarantined) -> str:
    return f"{fault.path}{f':{fault.line}' if fault.line else ''}: {fault.message}"


def _other_format(form: str, source: Path, is_read: bool) -> str:
    """Return another format in which a source has annotations; empty if none.

    A format in which it has only texts will do if nothing has been read.
    """
    with_text = ""
    for other in FORMATS:
        has_annotations, has_text = _annotations_and_text(other, source) if other != form else (False, False)
        if has_annotations:
            return other
        if has_text and not is_read and other != "conll":
            with_text = with_text or other
    return with_text


def _annotations_and_text(form: str, source: Path) -> tuple[bool, bool]:
    """Return whether a source, read in a format, has annotations, and whether it has those or a text.

    What is kept aside counts as annotations. A source that cannot be read in the format has neither.
    """
    has_text = False
    try:
        for document in _read(form, source):
            if document.annotations or document.aside:
                return True, True
            has_text |= document.text is not None
    except (FileNotFoundError, NewsDatasetError):
        return False, False
    return False, has_text
