"""The manifest of a release: every file with its hash and size, every table with its rows and content hash.

It is read without the models, so that a table can be loaded without importing them: only what loaders rely on is
checked here. ``publish.verify`` checks ``dataset`` against the model of ``dataset.yaml``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from news_dataset.errors import IntegrityError, SetupError
from news_dataset.files import ReadError, is_of_system, open_file
from news_dataset.form import (
    ROOT,
    TEXT,
    FormError,
    mapping_items,
    parse_entry,
    require_match,
    require_members,
    require_shallow,
)
from news_dataset.strict_json import NotJsonError, flaw_in, parse, parse_leniently

NAME = "manifest.json"
SCHEMA_VERSIONS = ("1.0", "1.1", "1.2")
"""The versions of the schemas that this package reads, oldest first; it writes the last."""

CODEBOOKS, VIEWS = "codebooks", "views"
"""The optional members of a manifest; a release keeps its views in a folder that is also called ``views``."""

PARQUET, LINES = ".parquet", ".jsonl"
"""The suffixes of the files of a table, and of the files of its records."""

TEXTS = (LINES, ".json", ".md")
"""The suffixes of text files, whose line ends Git may have changed to CRLF."""

SCHEMA_VERSION = SCHEMA_VERSIONS[-1]
"""The version of the schemas that this package writes."""

VERSIONS = ("name", "license", "schema_version", "data_version")
"""The fields of the dataset's description that every table carries in its metadata."""

RENEWAL = "fetch the release again; or delete it, and build it anew from its records"
"""Advice for a release that is not what its manifest says; over it nothing can be built, since its ids are kept."""

PREVIOUS = ".{name}.news-dataset-previous"
"""Name of the folder that keeps the old release during a replacement, where two folders cannot be exchanged at once."""

SMALL = 8 * 2**20
"""Size in bytes up to which a file is read into memory as a whole, so that the bytes decoded are the bytes hashed."""

_MAX_BYTES = 16 * 2**20  # of a manifest
_CHUNK = 2**20  # bytes per read while hashing
_TABLE = rf"(?!{VIEWS}$)[a-z]+(_[a-z]+)*"
_DATA_VERSION = r"[0-9]{4}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)(\.dev)?"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: SHA-256 in hex, size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Content:
    """A table of a release: number of rows, and the sum of the SHA-256 of each row (``tabular.content_hash``)."""

    rows: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class OrderedContent:
    """A table of an older release: number of rows, and the SHA-256 of all rows as lines in the order of the key."""

    rows: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a release; ``dataset`` has the fields of ``dataset.yaml``. Old and very large ones lack views."""

    dataset: dict[str, Any]
    tables: Mapping[str, Content | OrderedContent]
    files: dict[str, File]
    views: Mapping[str, Content] = field(default_factory=dict)
    codebooks: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the manifest as the text of its file."""
        members = {name: value for name, value in asdict(self).items() if value or name != CODEBOOKS}
        return json.dumps(members, indent=2, ensure_ascii=False) + "\n"

    def files_of(self, table: str, suffix: str = PARQUET) -> list[str]:
        """Return the names of the files in a table's folder; without any, its one file."""
        inside = [name for name in self.files if name.startswith(f"{table}/") and name.endswith(suffix)]
        return sorted(inside, key=lambda name: name.split("/")) or [f"{table}{suffix}"]


def release_folder(folder: Path) -> Path:
    """Return *folder*, or the folder that still holds the release where replacing it was interrupted."""
    absolute = folder.resolve()
    previous = absolute.with_name(PREVIOUS.format(name=absolute.name)) if absolute.name else absolute
    return previous if not folder.exists() and previous.is_dir() and not previous.is_symlink() else folder


def refuse_newer(place: object, version: object) -> None:
    """Raise a ``SetupError`` if a schema version is newer than this package."""
    match = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,4})", version) if isinstance(version, str) else None
    if match and [*map(int, match.groups())] > [*map(int, SCHEMA_VERSION.split("."))]:
        known, cure = ", ".join(SCHEMA_VERSIONS), "use a newer version of news_dataset, or correct schema_version"
        raise SetupError(f"{place} follows schema {version}, and this package knows {known}; {cure}")


def read(folder: Path) -> Manifest:
    """Return the manifest of the release in *folder*.

    Raises:
        IntegrityError: there is none, or it does not have the form of one.
        SetupError: its permissions forbid reading it, or it follows a newer version of the schemas.
    """
    data = _read_limited(folder, NAME, _MAX_BYTES)
    try:
        return _parse(data)
    except (FormError, NotJsonError) as error:
        refuse_newer(folder, _claimed_version(data))  # a newer version may give the manifest another form
        reason = f"it {error}" if isinstance(error, NotJsonError) else str(error)
        raise IntegrityError(f"{folder / NAME} is not a manifest of a release: {reason}") from error


def describe(data: bytes) -> File:
    """Return the manifest entry of a file with these bytes."""
    return File(sha256(data).hexdigest(), len(data))


def read_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    """Return the bytes of a file of a release, checked against its manifest; CRLF line ends of a text become LF.

    Raises:
        IntegrityError: the file is not in the manifest, is missing, or differs from it.
        SetupError: its permissions forbid reading it.
    """
    expected = _entry(folder, manifest, name)
    data = _read_limited(folder, name, expected.bytes * (1 + name.endswith(TEXTS)))
    data = data.replace(b"\r\n", b"\n") if name.endswith(TEXTS) and len(data) > expected.bytes else data
    _require_same(folder / name, describe(data), expected)
    return data


@contextmanager
def open_checked(folder: Path, manifest: Manifest, name: str, *, hashed: bool = True) -> Iterator[BinaryIO | bytes]:
    """Check a file of a release against its manifest and open it; errors as ``read_file``.

    Yield the bytes of a small file; of a large one the open file, at its beginning, so that the bytes decoded are those
    hashed even if another file takes its name meanwhile. Without *hashed* only small files are checked.
    """
    expected = _entry(folder, manifest, name)
    if expected.bytes <= SMALL:
        yield read_file(folder, manifest, name)
        return
    with _open(folder, name) as file:
        if hashed:
            _require_same(folder / name, _describe_open(file, expected.bytes), expected)
        file.seek(0)
        yield file


def describe_file(folder: Path, name: str, size: int | None = None) -> File:
    """Return hash and size of a file in a folder, in bounded memory; errors as ``read_file``.

    A file whose size differs from *size* is not hashed: its hash is that of no bytes.
    """
    with _open(folder, name) as file:
        return _describe_open(file, size)


def _describe_open(file: BinaryIO, size: int | None) -> File:
    digest, found = sha256(), os.fstat(file.fileno()).st_size
    while (size is None or found == size) and (data := file.read(_CHUNK)):
        digest.update(data)
    return File(digest.hexdigest(), found)


def _matches_with_lf(folder: Path, name: str, expected: File) -> bool:
    """Return whether a text has the expected hash and size once its CRLF line ends are LF."""
    if not name.endswith(TEXTS):
        return False
    digest, size = sha256(), 0
    with _open(folder, name) as file:
        while size <= expected.bytes and (data := file.read(_CHUNK)):
            data += file.read(1) if data.endswith(b"\r") else b""
            data = data.replace(b"\r\n", b"\n")
            digest.update(data)
            size += len(data)
    return File(digest.hexdigest(), size) == expected


def differences(folder: Path, manifest: Manifest, *, hashed: bool = True) -> Iterator[str]:
    """Yield a sentence for each file that is missing, changed, or not in the manifest.

    Without *hashed* only sizes are compared. Raise a ``SetupError`` where permissions forbid reading a file.
    """
    for name in sorted(manifest.files):
        try:
            expected = _entry(folder, manifest, name)
            found = describe_file(folder, name, expected.bytes if hashed else -1)  # -1: no file is hashed
            if found.bytes <= expected.bytes or not _matches_with_lf(folder, name, expected):
                _require_same(folder / name, found if hashed else File(expected.sha256, found.bytes), expected)
        except IntegrityError as error:
            yield str(error)
    parents = {parent.as_posix() for name in manifest.files for parent in Path(name).parents}
    for name in _unknown_paths(folder, manifest.files, parents):
        yield f"{folder / name} is not in the manifest"


def _unknown_paths(folder: Path, files: Container[str], parents: Container[str]) -> Iterator[str]:
    """Yield the paths in a release's folder that do not belong to it, at any depth."""
    waiting = sorted(folder.iterdir(), reverse=True)
    while waiting:
        path = waiting.pop()
        name = path.relative_to(folder).as_posix()
        if name in parents and path.is_dir() and not path.is_symlink():
            waiting += sorted(path.iterdir(), reverse=True)
        elif name not in files and name != NAME and not is_of_system(path):
            yield name


def is_file_name(name: str, tables: Container[str]) -> bool:
    """Return whether a release may have a file of that name.

    It may lie in its folder, in ``views``, or, as Parquet or JSON Lines, at any depth in the folder of a table.
    """
    first, *inside = name.split("/")
    if not inside:
        return name == Path(name).name and name not in ("", "..")
    if any(part.startswith(".") or not part or part != Path(part).name for part in inside):
        return False
    return len(inside) == 1 if first == VIEWS else first in tables and name.endswith((PARQUET, LINES))


def view_file(name: str) -> str:
    """Return the name of the file of a view in a release."""
    return f"{VIEWS}/{name}.parquet"


def _entry(folder: Path, manifest: Manifest, name: str) -> File:
    """Return the manifest's entry of a file; raise an ``IntegrityError`` if it has none."""
    if name not in manifest.files or not is_file_name(name, manifest.tables):
        raise IntegrityError(f"{folder / NAME} does not vouch for {name}")
    return manifest.files[name]


def _require_same(path: Path, found: File, expected: File) -> None:
    if found != expected:
        raise IntegrityError(f"{path} is not the file that the manifest vouches for")


def _read_limited(folder: Path, name: str, limit: int) -> bytes:
    """Return the bytes of a regular file, at most one more than *limit*, which shows that it is larger."""
    with _open(folder, name) as file:
        # The limit may be a size that the manifest claims: no more memory is asked for than the file has bytes.
        return file.read(min(limit, os.fstat(file.fileno()).st_size) + 1)


@contextmanager
def _open(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Open a regular file of a folder for reading; no folder between the two may be a link."""
    path = folder / name
    try:
        with open_file(path, folder) as file:
            yield file
    except ReadError as refusal:
        kind = SetupError if isinstance(refusal.__cause__, PermissionError) else IntegrityError
        raise kind(f"{path} {refusal}") from refusal
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror}") from error


def _parse(data: bytes) -> Manifest:
    if len(data) > _MAX_BYTES:
        raise FormError("it is too large")
    if flaw := flaw_in(parsed := parse(data)):
        raise NotJsonError(flaw)
    require_shallow(parsed)
    complete = {VIEWS: {}, CODEBOOKS: {}} | dict(mapping_items(parsed, ROOT))
    parts = require_members(complete, ROOT, ("dataset", "tables", "files", VIEWS, CODEBOOKS))
    tables, files, views = (mapping_items(parts[name], name) for name in ("tables", "files", VIEWS))
    return Manifest(
        _parse_description(parts["dataset"]),
        {_table_name(name, "tables"): _parse_content(entry, f"tables/{name}") for name, entry in tables},
        _refuse_file_beside_folder({name: parse_entry(File, entry, f"files/{name}") for name, entry in files}),
        {_table_name(name, VIEWS): parse_entry(Content, entry, f"{VIEWS}/{name}") for name, entry in views},
        dict(mapping_items(parts[CODEBOOKS], CODEBOOKS)),
    )


def _table_name(name: str, place: str) -> str:
    return require_match(name, _TABLE, f"{place}/{name}", "the name of a table")


def _parse_content(value: Any, place: str) -> Content | OrderedContent:
    is_older = isinstance(value, dict) and "content_sha256" in value
    return parse_entry(OrderedContent, value, place) if is_older else parse_entry(Content, value, place)


def _refuse_file_beside_folder(files: dict[str, File]) -> dict[str, File]:
    """Return the files; raise a ``FormError`` if a table has both a file and a folder of files of the same suffix."""
    for name in files:
        table, slash, _ = name.partition("/")
        if slash and (single := f"{table}{Path(name).suffix}") in files:
            raise FormError(f"files/{single} is listed beside {name}, and a table is one file or a folder of files")
    return files


def _claimed_version(data: bytes) -> object:
    """Return the schema version that a manifest names, whatever else is in it; None if it names none."""
    with suppress(NotJsonError, TypeError, LookupError):
        return parse_leniently(data)["dataset"]["schema_version"]
    return None


def _parse_description(value: Any) -> dict[str, Any]:
    """Return the description; raise a ``FormError`` if a field that loaders use is wrong."""
    about = dict(mapping_items(value, "dataset"))
    for name in ("title", "description", "license_url", *VERSIONS, *(["homepage"] if "homepage" in about else [])):
        require_match(about.get(name), TEXT, f"dataset/{name}", "a text")
    if about["schema_version"] not in SCHEMA_VERSIONS:
        raise FormError(f"dataset/schema_version is not one of {', '.join(SCHEMA_VERSIONS)}")
    require_match(about["data_version"], _DATA_VERSION, "dataset/data_version", "year, month and number")
    people = about.get("contributors")
    if not isinstance(people, list) or not people:
        raise FormError("dataset/contributors is not a list of people")
    for index, person in enumerate(people):
        place = f"dataset/contributors/{index}"
        require_match(dict(mapping_items(person, place)).get("name"), TEXT, f"{place}/name", "a text")
    return about
