"""What a dataset has of its own: codebooks, extension fields and severities that fit those of every dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path, PurePath
from typing import get_args

from news_dataset.checks import evidence, policy, references
from news_dataset.collection import Collection
from news_dataset.entries import Entry
from news_dataset.issues import Issue, Outcome
from news_dataset.profile import FOLDER, is_taken, role_key
from news_dataset.records import Description, NewCode
from news_dataset.records.codebooks import CODEBOOKS, EVENT_TYPE
from news_dataset.records.dataset import Extensible
from news_dataset.records.fields import SNAKE_CASE, Codebook

_BOOKS = {book.name: book for book in CODEBOOKS if book.name in get_args(Extensible)}

SETTABLE = tuple(
    one.name
    for one in (*references.QUERIES, *evidence.QUERIES, *policy.QUERIES)
    if one.layer == "policy" and not one.is_fixed
)
"""The checks whose severity a dataset may set."""


def wrong_profile(collection: Collection) -> Iterator[Outcome]:
    """A codebook, extension field or severity of this dataset contradicts itself, or what every dataset has.

    dataset.yaml names the codebooks that codebooks/<name>.yaml adds codes to. A code that every dataset has may not be
    defined again, and only some checks of the layer policy may get another severity: not those that keep the article's
    prose out, or that the views rest on.
    """
    before: dict[str, set[str]] = {}
    for entry in collection.entries:
        if isinstance(entry.row, Description):
            yield [*_of_description(entry, entry.row)]
        elif isinstance(entry.row, NewCode):
            known = before.setdefault(entry.document.path, set())
            yield [*_of_code(entry, entry.row, collection, known)]
            known.add(entry.row.code.casefold())


def _of_description(entry: Entry, row: Description) -> Iterator[Issue]:
    for at, name in enumerate(row.codebooks):
        if name in row.codebooks[:at]:
            yield entry.issue(f"/codebooks/{at}", f"{name} is there twice", "remove one")
        if not (Path(entry.document.path).parent / FOLDER / f"{name}.yaml").is_file():
            hint = "write its codes into it: - {code: …, definition: …}"
            yield entry.issue(f"/codebooks/{at}", f"there is no file {FOLDER}/{name}.yaml", hint)
    known = set[tuple[str, str]]()
    for at, field in enumerate(row.extension_fields):
        here = f"/extension_fields/{at}"
        if (field.record_type, field.name) in known:
            yield entry.issue(
                f"{here}/name", f"{field.record_type} has a field {field.name} already", "give it another name"
            )
        known.add((field.record_type, field.name))
        if field.codes and field.type != "string":
            yield entry.issue(
                f"{here}/type", f"{field.name} has codes, and is {field.type}", "codes are of type string"
            )
        for number, code in enumerate(field.codes):
            if code.code in [one.code for one in field.codes[:number]]:
                yield entry.issue(f"{here}/codes/{number}/code", f"the code {code.code} is there twice", "remove one")
    yield from _of_severities(entry, row)


def _of_severities(entry: Entry, row: Description) -> Iterator[Issue]:
    for at, one in enumerate(row.severities):
        if one.check in [other.check for other in row.severities[:at]]:
            yield entry.issue(f"/severities/{at}/check", f"{one.check} is there twice", "remove one")
        if one.check not in SETTABLE:
            near = get_close_matches(one.check, SETTABLE, 1)
            hint = f"did you mean {near[0]}?" if near else f"those that may be set: {', '.join(SETTABLE)}"
            said = f"{one.check} is no policy check whose severity a dataset may set"
            yield entry.issue(f"/severities/{at}/check", said, hint)


def _of_code(entry: Entry, row: NewCode, collection: Collection, before: set[str]) -> Iterator[Issue]:
    """Yield what is wrong with a code; *before* are those that its codebook has before it, in small letters."""
    name, about = PurePath(entry.document.path).stem, collection.description
    if name not in _BOOKS:
        near = get_close_matches(name, list(_BOOKS), 1)
        hint = f"did you mean {near[0]}.yaml?" if near else f"codes are added to {', '.join(_BOOKS)}"
        yield entry.issue("", f"no codes are added to a codebook {name}", hint)
        return
    if about and name not in about.codebooks and not before:
        yield entry.issue("", f"dataset.yaml does not name this codebook: {name}", f"add {name} to codebooks")
    book = _BOOKS[name]
    if row.code.casefold() in _folded(book):
        yield entry.issue("/code", f"every dataset has a code {row.code}", "choose another word, or use that code")
    elif row.code.casefold() in before:
        yield entry.issue("/code", f"the code {row.code} is there twice", "remove one")
    if row.code.isupper() != (name == "event_type"):
        case = "capitals, as types of events are" if name == "event_type" else "small letters"
        yield entry.issue("/code", f"{row.code} is not in {case}", f"write {_in_case(row.code, name)}")
    elif book.is_open and not re.fullmatch(SNAKE_CASE, row.code):
        yield entry.issue("/code", f"{row.code} is not of small letters and _ alone", "choose another word")
    if name == "statement_role" and is_taken(row.code):
        said = f"{row.code} would be written as {role_key(row.code)}, which is that of a field"
        yield entry.issue("/code", said, "choose another word")
    yield from _of_mode(entry, row, name, collection)


@cache
def _folded(book: Codebook) -> set[str]:
    return {code.casefold() for code in book.definitions}


def _in_case(code: str, book: str) -> str:
    return code.upper().replace("-", "_") if book == "event_type" else code.lower()


def _of_mode(entry: Entry, row: NewCode, book: str, collection: Collection) -> Iterator[Issue]:
    types = {*EVENT_TYPE.definitions, *(one.code for one in collection.profile.codes.get("event_type", ()))}
    if book != "mode" and row.event_type:
        yield entry.issue("/event_type", "only a mode has a type of event", "remove it")
    elif book == "mode" and row.event_type is None:
        yield entry.issue("", "a mode names its type of event", "event_type: CONSULT")
    elif book == "mode" and row.event_type not in types:
        near = get_close_matches(str(row.event_type), types, 1)
        hint = f"did you mean {near[0]}?" if near else f"types of events: {', '.join(sorted(types))}"
        yield entry.issue("/event_type", f"there is no type of event {row.event_type}", hint)
