"""The profile of a dataset: its own codebooks, extension fields and severities fit those of every dataset."""

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

_EXTENSIBLE = {book.name: book for book in CODEBOOKS if book.name in get_args(Extensible)}

SETTABLE = tuple(
    one.name
    for one in (*references.QUERIES, *evidence.QUERIES, *policy.QUERIES)
    if one.layer == "policy" and not one.is_fixed
)
"""The names of the checks whose severity a dataset may set."""


def wrong_profile(collection: Collection) -> Iterator[Outcome]:
    """A codebook, extension field or severity of the dataset contradicts itself, or what every dataset has.

    dataset.yaml names the codebooks that codebooks/<name>.yaml adds codes to. A code that every dataset has cannot be
    defined again. Only checks of the layer policy can get another severity, without those that keep the article's
    prose out, or that the views depend on.
    """
    known_codes: dict[str, set[str]] = {}  # by file, in small letters
    for entry in collection.entries:
        if isinstance(entry.row, Description):
            yield [*_description_issues(entry, entry.row)]
        elif isinstance(entry.row, NewCode):
            known = known_codes.setdefault(entry.document.path, set())
            yield [*_code_issues(entry, entry.row, collection, known)]
            known.add(entry.row.code.casefold())


def _description_issues(entry: Entry, row: Description) -> Iterator[Issue]:
    """Yield what is wrong with the codebooks, extension fields and severities that ``dataset.yaml`` names."""
    for index, name in enumerate(row.codebooks):
        if name in row.codebooks[:index]:
            yield entry.issue(f"/codebooks/{index}", f"{name} is there twice", "remove one")
        if not (Path(entry.document.path).parent / FOLDER / f"{name}.yaml").is_file():
            hint = "write its codes into it: - {code: …, definition: …}"
            yield entry.issue(f"/codebooks/{index}", f"there is no file {FOLDER}/{name}.yaml", hint)
    known = set[tuple[str, str]]()
    for index, field in enumerate(row.extension_fields):
        here = f"/extension_fields/{index}"
        if (field.record_type, field.name) in known:
            message = f"{field.record_type} has a field {field.name} already"
            yield entry.issue(f"{here}/name", message, "give it another name")
        known.add((field.record_type, field.name))
        if field.codes and field.type != "string":
            message = f"{field.name} has codes, and is {field.type}"
            yield entry.issue(f"{here}/type", message, "codes are of type string")
        for number, code in enumerate(field.codes):
            if code.code in [other.code for other in field.codes[:number]]:
                yield entry.issue(f"{here}/codes/{number}/code", f"the code {code.code} is there twice", "remove one")
    yield from _severity_issues(entry, row)


def _severity_issues(entry: Entry, row: Description) -> Iterator[Issue]:
    """Yield what is wrong with the severities that ``dataset.yaml`` sets."""
    for index, check in enumerate(one.check for one in row.severities):
        pointer = f"/severities/{index}/check"
        if check in [other.check for other in row.severities[:index]]:
            yield entry.issue(pointer, f"{check} is there twice", "remove one")
        if check not in SETTABLE:
            near = get_close_matches(check, SETTABLE, 1)
            hint = f"did you mean {near[0]}?" if near else f"those that may be set: {', '.join(SETTABLE)}"
            yield entry.issue(pointer, f"{check} is no policy check whose severity a dataset may set", hint)


def _code_issues(entry: Entry, row: NewCode, collection: Collection, known: set[str]) -> Iterator[Issue]:
    """Yield what is wrong with a code; *known* has the codes above it in its file, in small letters."""
    name, about = PurePath(entry.document.path).stem, collection.description
    if name not in _EXTENSIBLE:
        near = get_close_matches(name, list(_EXTENSIBLE), 1)
        hint = f"did you mean {near[0]}.yaml?" if near else f"codes are added to {', '.join(_EXTENSIBLE)}"
        yield entry.issue("", f"no codes are added to a codebook {name}", hint)
        return
    if about and name not in about.codebooks and not known:
        yield entry.issue("", f"dataset.yaml does not name this codebook: {name}", f"add {name} to codebooks")
    book = _EXTENSIBLE[name]
    if row.code.casefold() in _codes_in_small_letters(book):
        yield entry.issue("/code", f"every dataset has a code {row.code}", "choose another word, or use that code")
    elif row.code.casefold() in known:
        yield entry.issue("/code", f"the code {row.code} is there twice", "remove one")
    if row.code.isupper() != (name == "event_type"):
        case = "capitals, as types of events are" if name == "event_type" else "small letters"
        yield entry.issue("/code", f"{row.code} is not in {case}", f"write {_in_case_of(row.code, name)}")
    elif book.is_open and not re.fullmatch(SNAKE_CASE, row.code):
        yield entry.issue("/code", f"{row.code} is not of small letters and _ alone", "choose another word")
    if name == "statement_role" and is_taken(row.code):
        message = f"{row.code} would be written as {role_key(row.code)}, which is that of a field"
        yield entry.issue("/code", message, "choose another word")
    yield from _mode_issues(entry, row, name, collection)


@cache
def _codes_in_small_letters(book: Codebook) -> set[str]:
    return {code.casefold() for code in book.definitions}


def _in_case_of(code: str, book: str) -> str:
    return code.upper().replace("-", "_") if book == "event_type" else code.lower()


def _mode_issues(entry: Entry, row: NewCode, book: str, collection: Collection) -> Iterator[Issue]:
    """Yield what is wrong with the type of event of a code, which modes have and no others."""
    types = {*EVENT_TYPE.definitions, *(new.code for new in collection.profile.codes.get("event_type", ()))}
    if book != "mode" and row.event_type:
        yield entry.issue("/event_type", "only a mode has a type of event", "remove it")
    elif book == "mode" and row.event_type is None:
        yield entry.issue("", "a mode names its type of event", "event_type: CONSULT")
    elif book == "mode" and row.event_type not in types:
        near = get_close_matches(str(row.event_type), types, 1)
        hint = f"did you mean {near[0]}?" if near else f"types of events: {', '.join(sorted(types))}"
        yield entry.issue("/event_type", f"there is no type of event {row.event_type}", hint)
