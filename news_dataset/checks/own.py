"""What a dataset has of its own: codebooks, extension fields and severities that fit those of every dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import get_args

from news_dataset.checks import evidence, policy, references
from news_dataset.collection import Collection
from news_dataset.entries import Entry
from news_dataset.issues import Issue, Outcome
from news_dataset.profile import FOLDER
from news_dataset.records import Description, NewCode
from news_dataset.records.codebooks import CODEBOOKS, EVENT_TYPE
from news_dataset.records.dataset import Extensible
from news_dataset.records.fields import SNAKE_CASE

_BOOKS = {book.name: book for book in CODEBOOKS if book.name in get_args(Extensible)}
_CHECKS = (*references.QUERIES, *evidence.QUERIES, *policy.QUERIES)


def wrong_profile(collection: Collection) -> Iterator[Outcome]:
    """A codebook, extension field or severity of this dataset contradicts itself, or what every dataset has.

    dataset.yaml names the codebooks that codebooks/<name>.yaml adds codes to. A code that every dataset has may not be
    defined again, and only checks of the layer policy may get another severity.
    """
    for entry in collection.entries:
        if isinstance(entry.row, Description):
            yield [*_of_description(entry, entry.row)]
        elif isinstance(entry.row, NewCode):
            yield [*_of_code(entry, entry.row, collection)]


def _of_description(entry: Entry, row: Description) -> Iterator[Issue]:
    for at, name in enumerate(row.codebooks):
        if not (Path(entry.document.path).parent / FOLDER / f"{name}.yaml").is_file():
            hint = "write its codes into it: - {code: …, definition: …}"
            yield entry.issue(f"/codebooks/{at}", f"there is no file {FOLDER}/{name}.yaml", hint)
    known = set[tuple[str, str]]()
    for at, field in enumerate(row.extension_fields):
        here = f"/extension_fields/{at}"
        if (field.record, field.name) in known:
            yield entry.issue(
                f"{here}/name", f"{field.record} has a field {field.name} already", "give it another name"
            )
        known.add((field.record, field.name))
        if field.codes and field.type != "string":
            yield entry.issue(
                f"{here}/type", f"{field.name} has codes, and is {field.type}", "codes are of type string"
            )
        for number, code in enumerate(field.codes):
            if code.code in [one.code for one in field.codes[:number]]:
                yield entry.issue(f"{here}/codes/{number}/code", f"the code {code.code} is there twice", "remove one")
    names = [one.name for one in _CHECKS if one.layer == "policy"]
    for at, one in enumerate(row.severities):
        if one.check not in names:
            near = get_close_matches(one.check, names, 1)
            hint = f"did you mean {near[0]}?" if near else "news-dataset explain lists the checks with their layers"
            yield entry.issue(f"/severities/{at}/check", f"{one.check} is no check of the layer policy", hint)


def _of_code(entry: Entry, row: NewCode, collection: Collection) -> Iterator[Issue]:
    name, about = PurePath(entry.document.path).stem, collection.description
    others = [one.row for one in collection.entries if one.document is entry.document]
    if name not in _BOOKS:
        near = get_close_matches(name, list(_BOOKS), 1)
        hint = f"did you mean {near[0]}.yaml?" if near else f"codes are added to {', '.join(_BOOKS)}"
        yield entry.issue("", f"no codes are added to a codebook {name}", hint)
        return
    if about and name not in about.codebooks and row is others[0]:
        yield entry.issue("", f"dataset.yaml does not name this codebook: {name}", f"add {name} to codebooks")
    book = _BOOKS[name]
    if row.code in book.definitions:
        yield entry.issue("/code", f"every dataset has a code {row.code}", "choose another word, or use that code")
    elif row.code in [one.code for one in others[: others.index(row)] if isinstance(one, NewCode)]:
        yield entry.issue("/code", f"the code {row.code} is there twice", "remove one")
    if book.is_open and not re.fullmatch(SNAKE_CASE, row.code):
        yield entry.issue(
            "/code", f"{row.code} is not in small letters", "codes of this codebook are small letters and _"
        )
    types = {*EVENT_TYPE.definitions, *(one.code for one in collection.profile.codes.get("event_type", ()))}
    if name != "mode" and row.type:
        yield entry.issue("/type", "only a mode has a type", "remove it")
    elif name == "mode" and row.type not in types:
        near = get_close_matches(row.type or "", types, 1)
        said = f"there is no type of event {row.type}" if row.type else "a mode names the type of event that it is of"
        yield entry.issue("/type" if row.type else "", said, f"did you mean {near[0]}?" if near else "type: CONSULT")
