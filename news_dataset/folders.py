"""Find the files in a folder: tables, JSON Lines or records, and the description and codebooks beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from news_dataset import manifest, reader
from news_dataset.errors import NewsDatasetError, SetupError, UnsafeInputError, nearest
from news_dataset.files import LINK, Problem, ReadError, open_file, walk
from news_dataset.profile import BASE, FOLDER, Profile, profile_of
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, BY_TYPE
from news_dataset.records.fields import NUMBERED
from news_dataset.tabular import tables

BESIDE = {"dataset.yaml": "dataset", "redirects.yaml": "redirect"}
"""The files beside records, each with the kind of document in it."""

SUFFIXES = (".yaml", ".yml", ".json")
"""The suffixes of files that people write, ``.yml`` by mistake."""

_STRAY = "is not where records are read from"
_NEAR = 0.9  # how alike a name and the one of a part of a dataset are if the one is probably meant to be the other
_DEPTH = 5  # folders between a record and ``dataset.yaml``: layers/NAME/statements/ARTICLE/01.yaml


def profile_above(path: Path, depth: int = _DEPTH) -> Profile:
    """Return the profile of the nearest dataset or release, at most *depth* folders up."""
    absolute = path.resolve()
    for folder in [absolute, *absolute.parents][: depth + 1]:
        with suppress(NewsDatasetError):  # a manifest.json may belong to another program
            release = manifest.read(folder)
            return profile_of(release.dataset, release.codebooks)
        for place in (folder, folder / "data"):
            if (place / "dataset.yaml").is_file() and not (place / "dataset.yaml").is_symlink():
                return profile_in([(reader.read(file), kind) for file, kind in files_beside(place)])
    return BASE


def files_beside(data: Path) -> list[tuple[Path, str]]:
    """Return the existing files beside records with their kinds: description, redirects, codebooks."""
    folder = data / FOLDER
    books = [folder] if folder.is_symlink() else sorted(folder.glob("*.yaml"))  # the reader refuses a link
    files = [*((data / name, kind) for name, kind in BESIDE.items()), *((book, "codebook") for book in books)]
    return [(file, kind) for file, kind in files if file.exists() or file.is_symlink()]


def profile_in(files: Iterable[tuple[Document, str]]) -> Profile:
    """Return the profile that a description and codebooks define, from their valid parts."""
    about, books = None, {}
    for document, kind in files:
        if kind == "dataset":
            about = document.data
        elif kind == "codebook":
            books[Path(document.path).stem] = document.data
    return profile_of(about, books)


def parquet_files(folder: Path) -> dict[str, list[Path]]:
    """Return the Parquet files of each table that has any: ``<table>.parquet``, then any below ``<table>/``.

    ``<table>.parquet`` may be such a folder, too.

    Raises:
        UnsafeInputError: one of the two, or anything in them that ``walk`` does not skip, whatever its suffix, is a
            link, or neither a folder nor a regular file.
        SetupError: one of the folders cannot be read.
    """
    return _files_of(folder, tables(), ".parquet")


def lines_files(folder: Path) -> dict[str, list[Path]]:
    """Return the JSON Lines files of each table of records; errors as ``parquet_files``."""
    return _files_of(folder, BY_TABLE, ".jsonl")


def holds_records(folder: Path) -> bool:
    """Return whether a folder holds curated records: a folder ``curated``, or YAML in a record folder."""
    places = [folder / "data" / "curated", folder / "curated", *(folder / table for table in BY_TABLE)]
    folders = [place for place in places if place.is_dir()]
    return any(place.name == "curated" or any(file.path.suffix == ".yaml" for file in walk(place)) for place in folders)


def strays_beside(data: Path) -> Iterator[Document]:
    """Yield the files beside the records that are meant as a part of a dataset, but are not read.

    Args:
        data: the folder that holds ``curated``, or folders of records; anything else may lie there, too.
    """
    from difflib import get_close_matches

    known = ("curated", FOLDER, "layers", "published")
    for path in sorted(data.iterdir()) if data.is_dir() else ():
        name = path.name.casefold()
        if path.is_file() and path.suffix in SUFFIXES and path.name not in BESIDE:
            if meant := get_close_matches(f"{path.stem.casefold()}.yaml", BESIDE, 1, _NEAR):
                yield _stray(path, _STRAY, f"name it {meant[0]}")
        elif path.is_dir() and not path.is_symlink() and path.name not in known and (data / "curated").is_dir():
            meant = [f"curated/{name}"] if name in BY_TABLE else get_close_matches(name, known[:2], 1, _NEAR)
            files = [file.path for file in walk(path)] if meant else []
            yield from (_stray(file, _STRAY, f"move it to {meant[0]}") for file in files if file.suffix in SUFFIXES)


def _stray(path: Path, message: str, hint: str) -> Document:
    """Return a misplaced file as a document with one problem."""
    return Document(str(path), None, {}, {}, (Problem("misplaced_file", message, hint=hint),))


def stray(path: Path, folder: str = "") -> Document:
    """Return a misplaced file as a document with one problem.

    Args:
        path: the file.
        folder: the folder beside those of records that it lies in, or its own name; empty if it lies elsewhere.
    """
    meant = nearest(folder, list(BY_TABLE))
    if hint := _right_place(path, folder, meant):
        return _stray(path, _STRAY, hint)
    return _stray(path, f"lies in {folder}, which is no folder of records", f"move it to {meant}")


def _right_place(path: Path, folder: str, meant: str) -> str:
    """Return the hint for a misplaced file; empty if it need only be moved to the folder that is meant by its own.

    Args:
        path: the file.
        folder: as for ``stray``.
        meant: the folder of records that is probably meant by *folder*; empty if none is near.
    """
    numbered = [BY_TYPE[kind].table for kind in NUMBERED]
    if path.suffix == ".yml":
        return f"name it {path.stem}.yaml"
    general = f"records lie in {', '.join(BY_TABLE)} and end in .yaml or .json"
    if path.suffix not in (".yaml", ".json") or not folder or folder in numbered:
        return general
    if path.stem.isdigit() and meant not in numbered:
        article = "ARTICLE" if folder == path.name else path.parent.name
        return f"numbered records lie in {' or '.join(f'{table}/{article}' for table in numbered)}"
    if folder == path.name:
        return "move it to the folder of its type: people for id: person/…, organizations for organization/…, and so on"
    if folder in BY_TABLE:
        return f"move it up to {folder}"
    return "" if meant else general


def refuse_unreadable(path: Path) -> None:
    """Raise if a file is not a regular one that can be read.

    Raises:
        UnsafeInputError: it is a link or no regular file.
        SetupError: it cannot be read.
    """
    try:
        open_file(path).close()
    except ReadError as refusal:
        raise _error(path, refusal.problem) from refusal


def _error(path: Path, problem: Problem) -> NewsDatasetError:
    kind = SetupError if problem.code == "unreadable_file" else UnsafeInputError
    return kind(f"{path} {problem.message}")


def _files_of(folder: Path, names: Iterable[str], suffix: str) -> dict[str, list[Path]]:
    """Return the files with a suffix that are called after each name, or lie in a folder called so."""
    found: dict[str, list[Path]] = {}
    for name in names:
        for place in (folder / f"{name}{suffix}", folder / name):
            if place.is_symlink():
                raise UnsafeInputError(f"{place} {LINK.message}")
            for file in walk(place) if place.exists() else ():
                if file.problem:
                    raise _error(file.path, file.problem)
                if file.path.suffix == suffix:
                    found.setdefault(name, []).append(file.path)
    return found
