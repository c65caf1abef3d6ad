"""The manifest of a release: every file with its hash and size, every table with its rows and content hash.

It is read without the models, so that a table can be loaded without them: what is looked at here is what loaders rely
on. Whether ``dataset`` is all that a ``dataset.yaml`` may say is for ``publish.verify`` to find out.
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
from news_dataset.form import TEXT, FormError, counted, mapping, matching, members, require_shallow
from news_dataset.strict_json import NotJsonError, flaw_in, parse, parse_leniently

NAME = "manifest.json"
SCHEMA_VERSIONS = ("1.0", "1.1", "1.2")
"""The versions of the schemas that this package reads, oldest first; it writes the last."""

CODEBOOKS, VIEWS = "codebooks", "views"
"""Parts of a manifest that it may lack; the second is the folder of a release that holds its views, too."""

PARQUET, LINES = ".parquet", ".jsonl"
TEXTS = (LINES, ".json", ".md")
"""The endings of the files of a table, and of those of its records."""

SCHEMA_VERSION = SCHEMA_VERSIONS[-1]
"""The version of the schemas that this package writes."""

VERSIONS = ("name", "license", "schema_version", "data_version")
"""What of the dataset's description travels with every table."""

PREVIOUS = ".{name}.news-dataset-previous"
"""Where a release stands aside while another takes its place, on systems that cannot exchange two folders."""

SMALL = 8 * 2**20
"""Up to this many bytes a file is read into memory as a whole, so that what is decoded is what was hashed."""

_MOST = 16 * 1024 * 1024  # bytes of a manifest
_PIECE = 2**20  # bytes that are hashed at once
_TABLE = rf"(?!{VIEWS}$)[a-z]+(_[a-z]+)*"
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

    def files_of(self, table: str, ending: str = PARQUET) -> list[str]:
        """Return the names of the files of a table: one, or several in its folder, in the order of their names."""
        inside = [name for name in self.files if name.startswith(f"{table}/") and name.endswith(ending)]
        return sorted(inside, key=lambda name: name.split("/")) or [f"{table}{ending}"]


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
        known, cure = ", ".join(SCHEMA_VERSIONS), "run: pip install --upgrade news-dataset"
        raise SetupError(f"{place} follows schema {version}, and this package knows {known}; {cure}")


def read(folder: Path) -> Manifest:
    """Return the manifest of the release in *folder*.

    Raises:
        IntegrityError: there is none, or it is not a manifest of this version of the schemas.
        SetupError: its permissions forbid to read it, or it follows a newer version of the schemas.
    """
    data = _read(folder, NAME, _MOST)
    try:
        return _parsed(data)
    except (FormError, NotJsonError) as error:
        refuse_newer(folder, _claimed_version(data))  # whose manifest may have another form
        reason = f"it {error}" if isinstance(error, NotJsonError) else str(error)
        raise IntegrityError(f"{folder / NAME} is not a manifest of a release: {reason}") from error


def describe(data: bytes) -> File:
    """Return hash and size of a file's bytes."""
    return File(sha256(data).hexdigest(), len(data))


def read_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    """Return the bytes of a file of a release, which are those that the manifest vouches for; lines end in LF.

    Raises:
        IntegrityError: the file is not in the manifest, is missing, or differs from it.
        SetupError: its permissions forbid to read it.
    """
    wanted = _vouched(folder, manifest, name)
    data = _read(folder, name, wanted.bytes * (1 + name.endswith(TEXTS)))
    data = data.replace(b"\r\n", b"\n") if name.endswith(TEXTS) and len(data) > wanted.bytes else data
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


def _has_other_line_ends(folder: Path, name: str, wanted: File) -> bool:
    """Return whether a text would be the one that the manifest vouches for if its lines ended in LF."""
    if not name.endswith(TEXTS):
        return False
    digest, size = sha256(), 0
    with _opened(folder, name) as file:
        while size <= wanted.bytes and (data := file.read(_PIECE)):
            data += file.read(1) if data.endswith(b"\r") else b""
            data = data.replace(b"\r\n", b"\n")
            digest.update(data)
            size += len(data)
    return File(digest.hexdigest(), size) == wanted


def differences(folder: Path, manifest: Manifest, *, hashed: bool = True) -> Iterator[str]:
    """Yield a sentence for each file that is missing, changed, or not in the manifest.

    Args:
        folder: where the release lies.
        manifest: its manifest.
        hashed: whether hashes are compared; else only sizes are.

    Raises:
        SetupError: the permissions of a file forbid to read it.
    """
    for name in sorted(manifest.files):
        try:
            wanted = _vouched(folder, manifest, name)
            found = describe_file(folder, name, wanted.bytes if hashed else -1)
            if found.bytes <= wanted.bytes or not _has_other_line_ends(folder, name, wanted):
                _refuse_other(folder / name, found if hashed else File(wanted.sha256, found.bytes), wanted)
        except IntegrityError as error:
            yield str(error)
    parents = {above.as_posix() for name in manifest.files for above in Path(name).parents}
    for name in _outside(folder, manifest.files, parents):
        yield f"{folder / name} is not in the manifest"


def _outside(folder: Path, files: Container[str], parents: Container[str]) -> Iterator[str]:
    """Yield what is in a folder of a release, at any depth, and is none of its files nor of their parents."""
    waiting = sorted(folder.iterdir(), reverse=True)
    while waiting:
        path = waiting.pop()
        name = path.relative_to(folder).as_posix()
        if name in parents and path.is_dir() and not path.is_symlink():
            waiting += sorted(path.iterdir(), reverse=True)
        elif name not in files and name != NAME and not is_of_system(path):
            yield name


def is_file_name(name: str, tables: Container[str]) -> bool:
    """Return whether a release may have a file of that name: in its folder, in ``views``, or below that of a table."""
    first, *inside = name.split("/")
    if not inside:
        return name == Path(name).name
    if any(one.startswith(".") or not one or one != Path(one).name for one in inside):
        return False
    return len(inside) == 1 if first == VIEWS else first in tables and name.endswith((PARQUET, LINES))


def view_file(name: str) -> str:
    """Return where a release has a view."""
    return f"{VIEWS}/{name}.parquet"


def _vouched(folder: Path, manifest: Manifest, name: str) -> File:
    if name not in manifest.files or not is_file_name(name, manifest.tables):
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
    """Open a regular file of a folder to be read; no folder between them may be a link."""
    path = folder / name
    try:
        with open_file(path, folder) as file:
            yield file
    except ReadError as refusal:
        kind = SetupError if isinstance(refusal.__cause__, PermissionError) else IntegrityError
        raise kind(f"{path} {refusal}") from refusal
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror}") from error


def _parsed(data: bytes) -> Manifest:
    if len(data) > _MOST:
        raise FormError("it is too large")
    if wrong := flaw_in(said := parse(data)):
        raise NotJsonError(wrong)
    require_shallow(said)
    given = {VIEWS: {}, CODEBOOKS: {}} | dict(mapping(said, "it"))
    parts = members(given, "it", ("dataset", "tables", "files", VIEWS, CODEBOOKS))
    return Manifest(
        _about(parts["dataset"]),
        {_table(name, "tables"): _content(one, f"tables/{name}") for name, one in mapping(parts["tables"], "tables")},
        _not_both({name: counted(File, one, f"files/{name}") for name, one in mapping(parts["files"], "files")}),
        {_table(name, VIEWS): counted(Content, one, f"{VIEWS}/{name}") for name, one in mapping(parts[VIEWS], VIEWS)},
        dict(mapping(parts[CODEBOOKS], CODEBOOKS)),
    )


def _table(name: str, where: str) -> str:
    return matching(name, _TABLE, f"{where}/{name}", "the name of a table")


def _content(found: Any, where: str) -> Content | OrderedContent:
    is_older = isinstance(found, dict) and "content_sha256" in found
    return counted(OrderedContent, found, where) if is_older else counted(Content, found, where)


def _not_both(files: dict[str, File]) -> dict[str, File]:
    """Return the files of a release, in which no table is both a file and a folder of files."""
    for name in files:
        table, slash, _ = name.partition("/")
        if slash and (alone := f"{table}{Path(name).suffix}") in files:
            raise FormError(f"files/{alone} stands beside {name}, and a table is one file or a folder of files")
    return files


def _claimed_version(data: bytes) -> object:
    """Return the version of the schemas that a manifest names, whatever else is in it."""
    with suppress(NotJsonError, TypeError, LookupError):
        return parse_leniently(data)["dataset"]["schema_version"]
    return None


def _about(found: Any) -> dict[str, Any]:
    """Return the description of the dataset, in which everything is right that loaders use."""
    about = dict(mapping(found, "dataset"))
    for name in ("title", "description", "license_url", *VERSIONS, *(["homepage"] if "homepage" in about else [])):
        matching(about.get(name), TEXT, f"dataset/{name}", "a text")
    if about["schema_version"] not in SCHEMA_VERSIONS:
        raise FormError(f"dataset/schema_version is not one of {', '.join(SCHEMA_VERSIONS)}")
    matching(about["data_version"], _DATA_VERSION, "dataset/data_version", "year, month and number")
    people = about.get("contributors")
    if not isinstance(people, list) or not people:
        raise FormError("dataset/contributors is not a list of people")
    for place, person in enumerate(people):
        named = dict(mapping(person, f"dataset/contributors/{place}")).get("name")
        matching(named, TEXT, f"dataset/contributors/{place}/name", "a text")
    return about
