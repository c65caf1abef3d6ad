"""Names of files that other systems do not allow, or confuse with the name of another file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePath
from unicodedata import normalize

from news_dataset.collection import Collection
from news_dataset.issues import Issue, Outcome
from news_dataset.records import BY_TABLE

# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file: also with any extension, in any case
_RESERVED = re.compile("(con|prn|aux|nul|conin[$]|conout[$]|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *([.].*)?", re.IGNORECASE)
_REFUSED = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_HINT = "give the record another id, and the file its name"


def unportable_name(collection: Collection) -> Iterator[Outcome]:
    r"""The name of a file or folder is invalid on Windows, or differs from another only in case; a warning.

    Windows reserves con, prn, aux, nul, com1 and lpt1, with any extension, and allows no name with one of <>:"|?*\ or
    with a point or blank at its end. To Windows and macOS, names that differ only in case, or in how an accent is
    encoded, are one file. Files are named after the ids of their records, so the id changes, too.
    """
    known: dict[tuple[str, str], str] = {}
    for path in dict.fromkeys(document.path for document in collection.documents):
        place = PurePath(path)
        message, hint = unportable(path), _HINT
        other = known.setdefault((str(place.parent), normalize("NFC", place.name).casefold()), place.name)
        if not message and other != place.name:
            message = f"Windows and macOS take this file and {other} for one"
        yield [Issue(path, message, hint=hint, severity="warning")] if message else []


@lru_cache(maxsize=1 << 12)
def unportable(path: str) -> str:
    """Return why a file of a dataset cannot be checked out on every system; empty if it can.

    The names of folders above those of records are not part of the dataset, and are not checked.
    """
    place = PurePath(path)
    names, table = [place.name], place.parent
    if table.name not in BY_TABLE and table.parent.name in BY_TABLE:  # statements/<article>/07.yaml
        names, table = [table.name, *names], table.parent
    if table.name in BY_TABLE and table.parent.parent.name == "layers":
        names.insert(0, table.parent.name)
    for name in names:
        if _RESERVED.fullmatch(name):
            return f"Windows reserves the name {name.partition('.')[0]}, so that a clone there fails"
        if found := _REFUSED.search(name):
            return f"Windows has no {found[0]!r} in names, so that a clone there fails"
        if name != ".." and (name.endswith((".", " ")) or PurePath(name).stem.endswith(" ")):
            return f"the name {name!r} has a point or blank at its end, which Windows drops"
    return ""
