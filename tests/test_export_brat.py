"""brat and back: what is written as stand-off is read as the same documents, and stays in forms that brat reads."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import event, example, given

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters.brat import lacks, write
from news_dataset.importers.brat import read
from tests.annotated import ROUND_TRIPS, documents, plain


def round_trip(*given: Document) -> list[Document]:
    """Return documents after they were written and read, by id, and check the files on the way."""
    with TemporaryDirectory() as folder:
        write(given, Path(folder))
        return list(read(Path(folder)))


def sayable(document: Document) -> Document:
    """Return the document without what brat cannot say, by what is said of it."""
    said = [one.removeprefix(f"{document.id}: ") for one in lacks(document)]
    kept = [
        one
        for one in document.annotations
        if not any(line.startswith(f"{one.type} {one.id}".rstrip() + " is left") for line in said)
    ]
    return replace(document, annotations=tuple(kept))


@ROUND_TRIPS
@given(documents())
def test_what_is_written_is_read(document: Document) -> None:
    """Ids, types, fragments, values with their types, and links."""
    (found,) = round_trip(document)

    assert found.quarantined == ()
    assert plain(found) == plain(sayable(document))
