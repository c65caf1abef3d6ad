"""What the readers of token and register formats share: choice of files, ids of documents, attributes from JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from news_dataset.annotations import Document, Quarantined, Value
from news_dataset.files import Problem
from news_dataset.importers.files import SourceFile, source_files
from news_dataset.reader import document as reading

Attributes = dict[str, Value | tuple[Value, ...]]

_AGAIN = "\0again"  # how the readers of JSON and YAML mark the pointer of a key that stands twice


def chosen(source: Path, endings: Collection[str]) -> list[SourceFile]:
    """Return the files of a source whose names have one of the endings; a single file whatever its name.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    wanted = tuple(endings)
    found = [file for file in all_files(source) if file.name == source.name or file.name.lower().endswith(wanted)]
    if not found:
        raise FileNotFoundError(f"{source}: expected a file whose name ends in {', '.join(sorted(endings))}")
    return found


def all_files(source: Path) -> Iterator[SourceFile]:
    """Yield the files of a source, and those of the archives in it.

    Raises:
        FileNotFoundError: there is no such file or folder.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    for file in source_files(source):
        yield from file.files() if file.is_archive else (file,)


def stem(file: SourceFile) -> str:
    """Return the name of a file below its source without the suffix."""
    return file.name.removesuffix(Path(file.name).suffix)


def unreadable(file: SourceFile, problem: Problem, name: str = "") -> Document:
    """Return a document of which nothing could be read but why."""
    found = Quarantined(file.path, "unreadable", problem.message, name, problem.line)
    return Document(file.path, name or stem(file), None, is_article=False, quarantined=(found,))


def document_ids(found: Sequence[tuple[str, str]]) -> list[tuple[str, bool]]:
    """Return an id that is unique in the source for each document, and whether its own is a repetition in its file.

    Args:
        found: key and name of the file of each document of the source.

    Example:
        >>> document_ids([("7", "en"), ("8", "en"), ("7", "nl"), ("8", "en")])
        [('7@en', False), ('8', False), ('7@nl', False), ('8#2', True)]
    """
    files = Counter(key for key, _ in set(found))
    seen: Counter[tuple[str, str]] = Counter()
    ids = []
    for key, name in found:
        seen[key, name] += 1
        number = seen[key, name]
        one = f"{key}@{name}" if files[key] > 1 else key
        ids.append((one if number == 1 else f"{one}#{number}", number > 1))
    return ids


def repeated_id(path: str, key: str, new: str, line: int) -> Quarantined:
    """Return the report of a document whose id another document of its file has, and which gets an id of its own."""
    message = f"another document of the file has the id {key}; this one is read as {new}"
    return Quarantined(path, "duplicate_id", message, key, line)


def repeated_keys(document: reading.Document) -> dict[str, int]:
    """Return the pointer of each object that has a key twice, and the line of the second."""
    found = (
        (pointer.partition(_AGAIN)[0].rpartition("/")[0], place[0])
        for pointer, place in document.keys.items()
        if _AGAIN in pointer
    )
    return dict(reversed(list(found)))


def with_parents(found: Mapping[str, int]) -> dict[str, int]:
    """Return pointers with those of all values that they are in, each with the first line below it.

    Example:
        >>> with_parents({"/0/source/1": 7})
        {'/0/source/1': 7, '/0/source': 7, '/0': 7, '': 7}
    """
    all_: dict[str, int] = {}
    for pointer, line in found.items():
        while pointer not in all_:
            all_[pointer] = line
            pointer = pointer.rpartition("/")[0]
    return all_


def shown(value: Any) -> str:
    """Return a value as the content of a report: a text as it stands, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def attributes_of(data: Mapping[str, Any], without: Collection[str] = ()) -> Attributes:
    """Return the fields of an object as attributes.

    A field of an object below has both names (``bio.gender``). A list of objects gives one tuple for each of their
    fields, all of one length, with an empty text where an object lacks the field. Null and empty lists are absent.

    Example:
        >>> attributes_of({"n": 1, "bio": {"gender": "F"}, "links": [{"url": "u"}, {"url": "v", "note": "w"}]})
        {'n': 1, 'bio.gender': 'F', 'links.url': ('u', 'v'), 'links.note': ('', 'w')}
    """
    return dict(_flat((key, value) for key, value in data.items() if key not in without))


def _flat(fields: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Value | tuple[Value, ...]]]:
    for name, value in fields:
        if isinstance(value, dict):
            yield from _flat((f"{name}.{key}", below) for key, below in value.items())
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for key in dict.fromkeys(key for item in value for key in item):
                yield f"{name}.{key}", tuple(_scalar(item.get(key)) for item in value)
        elif isinstance(value, list):
            if value:
                yield name, tuple(_scalar(item) for item in value)
        elif value is not None:
            yield name, _scalar(value)


def _scalar(value: Any) -> Value:
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)  # not a subclass, such as the plain scalars of YAML
    return value if isinstance(value, bool | int | float) else json.dumps(value, ensure_ascii=False)
