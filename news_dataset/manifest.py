"""The manifest of a release: every file with its hash and size, every table with its rows and content hash.

It is read without the models, so that a table can be loaded without them: what is looked at here is what loaders rely
on. Whether ``dataset`` is all that a ``dataset.yaml`` may say is for ``publish.verify`` to find out.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TypeVar

from news_dataset.errors import IntegrityError, SetupError
from news_dataset.files import ReadError, open_file

T = TypeVar("T")

NAME = "manifest.json"
SCHEMA_VERSIONS = ("1.0", "1.1")
"""The versions of the schemas that this package reads, oldest first; it writes the last."""

CODEBOOKS, VIEWS = "codebooks", "views"
"""Parts of a manifest that it may lack; the second is the folder of a release that holds its views, too."""

SCHEMA_VERSION = SCHEMA_VERSIONS[-1]
"""The version of the schemas that this package writes."""

VERSIONS = ("name", "license", "schema_version", "data_version")
"""What of the dataset's description travels with every table."""

PREVIOUS = ".{name}.news-dataset-previous"
"""Where a release stands aside while another takes its place, on systems that cannot exchange two folders."""

SMALL = 8 * 2**20
"""Up to so many bytes a file is read into memory as a whole, so that what is decoded is what was hashed."""

_MOST = 16 * 1024 * 1024  # bytes of a manifest
_PIECE = 2**20  # bytes that are hashed at once
_TABLE = r"[a-z]+(_[a-z]+)*"
_DATA_VERSION = r"[0-9]{4}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]*)(\.dev)?"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: SHA-256 in hex, size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Content:
    """A table of a release: number of rows, sum of the SHA-256 of each of them (``tabular.content_hash``)."""

    rows: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class OrderedContent:
    """A table of an older release: number of rows, SHA-256 of all of them as lines in the order of the key."""

    rows: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says it holds: ``dataset`` as ``dataset.yaml`` has it; older and very large ones have no views."""

    dataset: dict[str, Any]
    tables: Mapping[str, Content | OrderedContent]
    files: dict[str, File]
    views: Mapping[str, Content] = field(default_factory=dict)
    codebooks: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the manifest as the text of its file."""
        found = {name: value for name, value in asdict(self).items() if value or name != CODEBOOKS}
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def located(folder: Path) -> Path:
    """Return where the release of *folder* stands: there, or aside if its exchange was cut off."""
    whole = folder.resolve()
    aside = whole.with_name(PREVIOUS.format(name=whole.name)) if whole.name else whole
    return aside if not folder.exists() and aside.is_dir() and not aside.is_symlink() else folder


def refuse_newer(place: object, version: object) -> None:
    """Raise if records or a release follow a version of the schemas that this package does not know.

    Raises:
        SetupError: they do; the sentence names the versions and how to upgrade.
    """
    found = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,4})", version) if isinstance(version, str) else None
    if found and [*map(int, found.groups())] > [*map(int, SCHEMA_VERSION.split("."))]:
        known = ", ".join(SCHEMA_VERSIONS)
        raise SetupError(
            f"{place} follows schema {version}, and this package knows {known}; run: pip install --upgrade news-dataset"
        )


def read(folder: Path) -> Manifest:
    """Return the manifest of the release in *folder*.

    Raises:
        IntegrityError: there is none, or it is not a manifest of this version of the schemas.
        SetupError: its permissions forbid to read it, or it follows a newer version of the schemas.
    """
    path = folder / NAME
    data = _read(folder, NAME, _MOST)
    try:
        return _parsed(data)
    except (ValueError, RecursionError) as error:
        refuse_newer(folder, _claimed_version(data))  # whose manifest may have another form
        reason = str(error) if isinstance(error, _ManifestError) else "it is not JSON"
        raise IntegrityError(f"{path} is not a manifest of a release: {reason}") from error


def describe(data: bytes) -> File:
    """Return hash and size of a file's bytes."""
    return File(sha256(data).hexdigest(), len(data))


def read_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    """Return the bytes of a file of a release, which are those that the manifest vouches for.

    Raises:
        IntegrityError: the file is not in the manifest, is missing, or differs from it.
        SetupError: its permissions forbid to read it.
    """
    wanted = _vouched(folder, manifest, name)
    data = _read(folder, name, wanted.bytes)
    _refuse_other(folder / name, describe(data), wanted)
    return data


@contextmanager
def open_checked(folder: Path, manifest: Manifest, name: str, *, hashed: bool = True) -> Iterator[BinaryIO | bytes]:
    """Open a file of a release that is the one that the manifest vouches for.

    Args:
        folder: where the release lies.
        manifest: its manifest.
        name: the file.
        hashed: whether a large file is compared with the manifest; a small one always is.

    Returns:
        A small file's bytes; a large one open at its beginning, so that what is decoded is what was hashed, even if
        another file takes its name meanwhile.

    Raises:
        IntegrityError, SetupError: as ``read_file``.
    """
    wanted = _vouched(folder, manifest, name)
    if wanted.bytes <= SMALL:
        yield read_file(folder, manifest, name)
        return
    with _opened(folder, name) as file:
        if hashed:
            _refuse_other(folder / name, _describe(file, wanted.bytes), wanted)
        file.seek(0)
        yield file


def describe_file(folder: Path, name: str, size: int | None = None) -> File:
    """Return hash and size of a file of a folder, in bounded memory; of one that has not the *size* expected, no hash.

    Raises:
        IntegrityError, SetupError: it cannot be read.
    """
    with _opened(folder, name) as file:
        return _describe(file, size)


def _describe(file: BinaryIO, size: int | None) -> File:
    digest, found = sha256(), os.fstat(file.fileno()).st_size
    while (size is None or found == size) and (data := file.read(_PIECE)):
        digest.update(data)
    return File(digest.hexdigest(), found)


def differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each file that is missing, changed, or not in the manifest.

    Raises:
        SetupError: the permissions of a file forbid to read it.
    """
    for name in sorted(manifest.files):
        try:
            wanted = _vouched(folder, manifest, name)
            _refuse_other(folder / name, describe_file(folder, name, wanted.bytes), wanted)
        except IntegrityError as error:
            yield str(error)
    views = folder / VIEWS
    inside = sorted(views.iterdir()) if views.is_dir() and not views.is_symlink() else []
    for path in [*(one for one in sorted(folder.iterdir()) if not inside or one != views), *inside]:
        name = path.relative_to(folder).as_posix()
        if name not in manifest.files and name != NAME:
            yield f"{path} is not in the manifest"


def view_file(name: str) -> str:
    """Return where a release has a view."""
    return f"{VIEWS}/{name}.parquet"


def _vouched(folder: Path, manifest: Manifest, name: str) -> File:
    if name not in manifest.files or name.removeprefix(f"{VIEWS}/") != Path(name).name:
        raise IntegrityError(f"{folder / NAME} does not vouch for {name}")
    return manifest.files[name]


def _refuse_other(path: Path, found: File, wanted: File) -> None:
    if found != wanted:
        raise IntegrityError(f"{path} is not the file that the manifest vouches for")


def _read(folder: Path, name: str, most: int) -> bytes:
    """Return the bytes of a regular file, at most one more than *most*."""
    with _opened(folder, name) as file:
        # A size that only the manifest claims must not ask for memory.
        return file.read(min(most, os.fstat(file.fileno()).st_size) + 1)


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Open a regular file of a folder to be read; a view lies in a folder of its own, which must not be a link."""
    path = folder / name
    try:
        with open_file(path, folder) as file:
            yield file
    except ReadError as refusal:
        kind = SetupError if isinstance(refusal.__cause__, PermissionError) else IntegrityError
        raise kind(f"{path} {refusal}") from refusal
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror}") from error


class _ManifestError(ValueError):
    """Where a manifest is none, and why."""


def _parsed(data: bytes) -> Manifest:
    if len(data) > _MOST:
        raise _ManifestError("it is too large")
    found = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_no_number)
    json.dumps(found, ensure_ascii=False).encode()  # fails for half a surrogate pair, which no text may hold
    given = {VIEWS: {}, CODEBOOKS: {}} | dict(_mapping(found, "it"))
    parts = _members(given, "it", ("dataset", "tables", "files", VIEWS, CODEBOOKS))
    return Manifest(
        _about(parts["dataset"]),
        {_table(name, "tables"): _content(one, f"tables/{name}") for name, one in _mapping(parts["tables"], "tables")},
        {name: _part(File, one, f"files/{name}") for name, one in _mapping(parts["files"], "files")},
        {_table(name, VIEWS): _part(Content, one, f"{VIEWS}/{name}") for name, one in _mapping(parts[VIEWS], VIEWS)},
        dict(_mapping(parts[CODEBOOKS], CODEBOOKS)),
    )


def _table(name: str, where: str) -> str:
    return _matching(name, _TABLE, f"{where}/{name}", "the name of a table")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _ManifestError(f"it says {name} twice in one place")
        found[name] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise _ManifestError(f"{word} is not JSON")


def _mapping(found: Any, where: str) -> list[tuple[str, Any]]:
    if not isinstance(found, dict):
        raise _ManifestError(f"{where} is not a mapping")
    return list(found.items())


def _members(found: Any, where: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a mapping with exactly the members *names*."""
    members, inside = dict(_mapping(found, where)), "" if where == "it" else f"{where}/"
    for name in names:
        if name not in members:
            raise _ManifestError(f"{inside}{name} is missing")
    for name in members:
        if name not in names:
            raise _ManifestError(f"{inside}{name} is not known")
    return members


def _content(found: Any, where: str) -> Content | OrderedContent:
    is_older = isinstance(found, dict) and "content_sha256" in found
    return _part(OrderedContent, found, where) if is_older else _part(Content, found, where)


def _part(kind: Callable[..., T], found: Any, where: str) -> T:
    """Return what is said of a file or a table: a digest beside a number."""
    members = _members(found, where, tuple(field.name for field in fields(kind)))  # type: ignore[arg-type]
    for name, value in members.items():
        if name not in ("rows", "bytes"):
            what = "a SHA-256 in hex" if name.endswith("sha256") else "a content hash of 64 hex digits"
            _matching(value, "[0-9a-f]{64}", f"{where}/{name}", what)
        elif type(value) is not int or value < 0:  # true and false are numbers to Python
            raise _ManifestError(f"{where}/{name} is not a whole number from 0")
    return kind(**members)


def _claimed_version(data: bytes) -> object:
    """Return the version of the schemas that a manifest names, whatever else is in it."""
    try:
        found = json.loads(data)
        return found["dataset"]["schema_version"]
    except (ValueError, RecursionError, TypeError, LookupError):
        return None


def _matching(value: Any, pattern: str, where: str, what: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise _ManifestError(f"{where} is not {what}")
    return value


def _about(found: Any) -> dict[str, Any]:
    """Return the description of the dataset, in which everything is right that loaders use."""
    about = dict(_mapping(found, "dataset"))
    optional = [name for name in ("homepage",) if name in about]
    for name in ("title", "description", "license_url", *VERSIONS, *optional):
        _matching(about.get(name), r"\S(?s:.*)", f"dataset/{name}", "a text")
    if about["schema_version"] not in SCHEMA_VERSIONS:
        raise _ManifestError(f"dataset/schema_version is not one of {', '.join(SCHEMA_VERSIONS)}")
    _matching(about["data_version"], _DATA_VERSION, "dataset/data_version", "year, month and number")
    people = about.get("contributors")
    if not isinstance(people, list) or not people:
        raise _ManifestError("dataset/contributors is not a list of people")
    for place, person in enumerate(people):
        named = dict(_mapping(person, f"dataset/contributors/{place}")).get("name")
        _matching(named, r"\S(?s:.*)", f"dataset/contributors/{place}/name", "a text")
    return about
