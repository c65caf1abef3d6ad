"""Read records from a folder, a release or a single file; broken ones are kept with their problems."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from news_dataset import manifest, reader
from news_dataset.entries import SPECIAL, Entry, entries_of, lightened
from news_dataset.errors import IntegrityError, UsageError
from news_dataset.files import LINK, Problem, link_between, walk
from news_dataset.folders import BESIDE, files_beside, profile_above, profile_in, stray, strays_beside
from news_dataset.journal import refuse_half_changed
from news_dataset.manifest import SCHEMA_VERSION, SCHEMA_VERSIONS
from news_dataset.profile import BASE, FOLDER, Profile, profile_of
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, BY_TYPE, Description, Record, Redirect, Row
from news_dataset.records.columns import children
from news_dataset.records.fields import NUMBERED
from news_dataset.release_presence import holds_release
from news_dataset.spans import Text, read_texts

HOST_TYPES = ("person", "organization", "place", "event", "source")
"""The types of records in its dataset to which a layer may refer."""


@dataclass(frozen=True)
class Collection:
    """The records and other files that were read from one path.

    Args:
        path: the path, as the user named it.
        documents: the files.
        entries: the records and rows in them, in the order of the files.
        is_whole: whether it is a whole dataset, so that references can be followed.
        texts: article id → its text, where given.
        root: the folder that contains the record folders.
        home: the folder of ``dataset.yaml`` above ``curated``; None where there is no folder ``curated``.
        host: for a layer, the records of its dataset to which it may refer; else empty.
        profile: the profile of the dataset.
    """

    path: Path
    documents: tuple[Document, ...]
    entries: tuple[Entry, ...]
    is_whole: bool = True
    texts: dict[str, Text] = field(default_factory=dict)
    root: Path = Path()
    home: Path | None = None
    host: tuple[Entry, ...] = ()
    profile: Profile = BASE

    @classmethod
    def open(cls, path: Path | str, *, text: Path | str | None = None, schema: str | None = None) -> Collection:
        """Read the curated records or the release in a folder, or a single file.

        Args:
            path: a dataset's folder (with ``data/curated``), a folder of record folders, one of these, a release, or a
                file.
            text: the text of an article, or a folder of texts; matched by hash, else by the article's slug.
            schema: the version of the schemas that the records follow; None for what ``dataset.yaml`` or the manifest
                says, else the newest.

        Raises:
            FileNotFoundError: *path* or *text* does not exist.
            ValueError: *text* belongs to no article.
            UnsafeInputError: *text* is a link, too large, or not UTF-8.
            SetupError: *text* cannot be read, the records follow a schema version newer than this package, or a command
                that was changing them was interrupted.
        """
        path = Path(path)
        refuse_half_changed(path)
        if not path.exists() and not path.is_symlink():
            raise FileNotFoundError(f"there is no {path}")
        is_whole = path.is_dir() and not _is_record_folder(path)
        if path.is_dir():
            documents, entries, profile = _read_folder(path, schema)
        else:
            documents, entries, profile = _read_all([(path, _kind_of(path))], schema)
        root = _root(path)
        home = root.parent if root.name == "curated" and is_whole else None
        host = _host(path, schema, profile) if is_whole else ()
        read = cls(path, tuple(documents), tuple(entries), is_whole, root=root, home=home, host=host, profile=profile)
        if text is None:
            return read
        # The hash is taken from broken articles too, so that their words are checked in the same pass.
        articles = [entry for entry in entries if entry.kind == "article"]
        hashes = {entry.id: entry.data.get("text_sha256") for entry in articles if entry.id}
        try:
            return replace(read, texts=read_texts(Path(text), hashes))
        except UsageError:
            if len(hashes) == len(articles) and not any(file.problems for file in documents):
                raise
            return read  # what is wrong with a file is reported, and its article may be that of the text

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The records by id; of several with one id, the first."""
        entries: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.id:
                entries.setdefault(entry.id, entry)
        return entries

    @cached_property
    def is_sound(self) -> bool:
        """Whether every file can be read and every record is valid by its model."""
        return not any(file.problems for file in self.documents) and all(entry.row for entry in self.entries)

    @cached_property
    def description(self) -> Description | None:
        """The content of ``dataset.yaml``; None if that is missing or invalid."""
        return next((entry.row for entry in self.entries if isinstance(entry.row, Description)), None)

    @cached_property
    def redirects(self) -> tuple[Redirect, ...]:
        """The valid rows of ``redirects.yaml``."""
        return tuple(entry.row for entry in self.entries if isinstance(entry.row, Redirect))

    def of(self, *types: str) -> Iterator[Entry]:
        """Iterate over the valid records of some types; without types, over those of all."""
        for entry in self.entries:
            if isinstance(entry.row, Record) and (not types or entry.kind in types):
                yield entry

    def records(self) -> list[Record]:
        """Return all valid records by type and id; a layer's include those it refers to."""
        ranks = {name: rank for rank, name in enumerate(BY_TYPE)}
        records = [entry.row for entry in self.of() if isinstance(entry.row, Record)]
        host = {entry.id: entry.row for entry in self.host
                if isinstance(entry.row, Record) and entry.id not in self.by_id}  # fmt: skip
        waiting = list(records) if host else []
        while waiting:
            referred = [host.pop(text) for text in texts_in(waiting.pop().to_dict()) if text in host]
            waiting += referred
            records += referred
        return sorted(records, key=lambda record: (ranks[record.record_type], record.id))


def rows(entry: Entry) -> Iterator[tuple[str, Row]]:
    """Yield pointer and row of a valid record and each of its children."""
    if entry.row is not None:
        yield "", entry.row
        for name in children(type(entry.row)):
            for index, child in enumerate(getattr(entry.row, name)):
                yield f"/{name}/{index}", child


def _type_of_folder(folder: Path) -> str:
    """Return the type of a folder, ``people`` or ``statements/<article>``, or empty."""
    folder = folder.resolve()
    model, parent = BY_TABLE.get(folder.name), BY_TABLE.get(folder.parent.name)
    model = model or (parent if parent and parent.record_type in NUMBERED else None)
    return model.record_type if model else ""


def _kind_of(path: Path) -> str:
    """Return the kind of a single file by its name and folder; empty if they do not show it."""
    if path.parent.name == FOLDER and (path.parent.parent / "dataset.yaml").is_file():
        return "codebook"
    return BESIDE.get(path.name) or _type_of_folder(path.parent)


def _root(path: Path) -> Path:
    """Return the folder that contains the record folders: ``data/curated``, ``curated`` or *path* itself."""
    root = next((path / name for name in ("data/curated", "curated") if (path / name).is_dir()), path)
    return root if root.name else root.resolve()


def _host(path: Path, version: str | None, profile: Profile) -> tuple[Entry, ...]:
    """Return the host records of a layer (``layers/NAME``); empty for any other path."""
    folder = path.resolve().parent
    curated = folder.parent / "curated"
    if folder.name != "layers" or not curated.is_dir():
        return ()
    return tuple(entry for entry in records_in(curated, profile, version, HOST_TYPES) if isinstance(entry.row, Record))


def records_in(
    folder: Path, profile: Profile, version: str | None = None, types: Sequence[str] = tuple(BY_TYPE)
) -> tuple[Entry, ...]:
    """Return the records of some types, also broken ones, in a folder of record folders."""
    files = [(path, kind) for path, kind in _record_files(folder)[0] if kind in types]
    return tuple(_read_all(files, version, profile)[1])


def texts_in(value: Any) -> list[str]:
    """Return all texts in plain data, at any depth; references to other records are among them."""
    if isinstance(value, dict | list):
        return [text for part in (value.values() if isinstance(value, dict) else value) for text in texts_in(part)]
    return [value] if isinstance(value, str) else []


def _is_record_folder(path: Path) -> bool:
    """Return whether a folder is a record folder, and not a dataset or release with the name of one."""
    if not _type_of_folder(path) or holds_release(path):
        return False
    return not any((path / name).exists() for name in ("data", "curated", *BY_TABLE))


def _read_folder(path: Path, version: str | None) -> tuple[list[Document], list[Entry], Profile]:
    """Read all files of a folder; strays are among the documents, each with a problem."""
    if holds_release(path):
        return _read_release(path, version)
    root = _root(path)
    if link := link_between(path, root):
        return [Document(str(link), None, {}, {}, (LINK,))], [], BASE
    if _is_record_folder(root):
        files, strays = _record_files(root)
    else:
        # A folder without record folders is not searched: it may be anything.
        is_known = root.name == "curated" or any((root / table).is_dir() for table in BY_TABLE)
        files, strays = _record_files(root) if is_known else ([], [])
        data = root.parent if root.name == "curated" else root
        files += files_beside(data)
        strays += _strays_among_codebooks(data)
        strays += strays_beside(data)
    documents, entries, profile = _read_all(files, version)
    documents += strays
    if not any(entry.kind in BY_TYPE for entry in entries) and not any(document.problems for document in documents):
        wanted = f"expected data/curated/{{{','.join(BY_TABLE)}}}/*.yaml, a release or a file"
        documents.append(Document(str(path), None, {}, {}, (Problem("no_records", "holds no records", hint=wanted),)))
    return documents, entries, profile


def _version_of(files: Sequence[tuple[Document, str]]) -> str:
    """Return the schema version that ``dataset.yaml`` names; the newest if it names no known one.

    Raises:
        SetupError: it names a version newer than this package.
    """
    for document, kind in files:
        is_named = kind == "dataset" and isinstance(document.data, dict)
        version = str(document.data.get("schema_version")) if is_named else ""
        manifest.refuse_newer(document.path, version)
        if version in SCHEMA_VERSIONS:
            return version
    return SCHEMA_VERSION


def _read_release(path: Path, version: str | None) -> tuple[list[Document], list[Entry], Profile]:
    """Read the JSON Lines of a release; if a file is altered, only report that."""
    try:
        release = manifest.read(path)
        if sentences := list(manifest.differences(path, release)):
            return [_altered(path, sentence) for sentence in sentences], [], BASE
        names = [(name, table) for table in BY_TABLE for name in release.files_of(table, manifest.LINES)]
        contents = [(name, table, manifest.read_file(path, release, name)) for name, table in names]
        version = version or str(release.dataset["schema_version"])
        profile = profile_of(release.dataset, release.codebooks)
    except IntegrityError as error:
        return [_altered(path, str(error))], [], BASE
    documents, entries = [], []
    for name, table, data in contents:
        document = reader.read(path / name, data)
        records, problems = entries_of(document, BY_TABLE[table].record_type, version, profile) if data else ([], [])
        documents.append(replace(document, problems=document.problems + tuple(problems)))
        entries += records
    return documents, entries, profile


def _altered(path: Path, sentence: str) -> Document:
    """Return the manifest as a document with one problem: a file differs from it."""
    problem = Problem("altered_release", sentence, hint=manifest.RENEWAL)
    return Document(str(path / manifest.NAME), None, {}, {}, (problem,))


def _record_files(root: Path) -> tuple[list[tuple[Path, str]], list[Document]]:
    """Return the record files below *root* with their types, and strays as documents."""
    files: list[tuple[Path, str]] = []
    strays: list[Document] = []
    is_part = _is_record_folder(root)
    kinds = {root: _type_of_folder(root) if is_part else ""}
    beside = () if root.name == "curated" or is_part else tuple(BESIDE)
    for file in walk(root):
        path, folder = file.path, file.path.parent
        if beside and root / FOLDER in path.parents:  # codebooks, not records
            continue
        if folder not in kinds:
            kinds[folder] = _type_of_folder(folder)
        kind = kinds[folder]
        if file.problem:
            strays.append(Document(str(path), None, {}, {}, (file.problem,)))
        elif kind and path.suffix in (".yaml", ".json"):
            files.append((path, kind))
        elif folder != root or path.name not in beside:
            strays.append(stray(path, path.relative_to(root).parts[0]))
    return files, strays


def _strays_among_codebooks(data: Path) -> Iterator[Document]:
    """Yield the files in the folder of codebooks that are no codebooks."""
    known = {path for path, _ in files_beside(data)}
    folder = data / FOLDER
    for file in walk(folder) if folder.is_dir() and not folder.is_symlink() else ():
        if file.path not in known:
            hint = f"codes that are added to a codebook lie in {FOLDER}/<name>.yaml"
            misplaced = Problem("misplaced_file", "is not where codebooks are read from", hint=hint)
            yield Document(str(file.path), None, {}, {}, (file.problem or misplaced,))


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause the garbage collector, which costs a third of the time and frees nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@gc_paused()
def _read_all(
    files: Sequence[tuple[Path, str]], version: str | None, profile: Profile | None = None
) -> tuple[list[Document], list[Entry], Profile]:
    """Read files, given with their kinds, into documents, entries and profile; find version or profile if None."""
    documents: list[Document] = []
    entries: list[Entry] = []
    special = {path: reader.read(path) for path, kind in files if kind in SPECIAL}
    special_files = [(special[path], kind) for path, kind in files if path in special]
    version = version or _version_of(special_files)
    if profile is None:
        is_described = any(kind == "dataset" for _, kind in special_files)
        profile = profile_in(special_files) if is_described or not files else profile_above(files[0][0])
    for path, kind in files:
        document = special.get(path) or reader.read(path)
        records, problems = entries_of(document, kind, version, profile)
        document, light = lightened(replace(document, problems=document.problems + tuple(problems)), records)
        documents.append(document)
        entries += light  # sound records without their plain data, to save memory
    return documents, entries, profile
