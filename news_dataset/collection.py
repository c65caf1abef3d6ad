"""Records by type and id, from a folder, a release or a bare file; broken ones are kept with what is wrong."""

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
from news_dataset.errors import IntegrityError
from news_dataset.files import LINK, Problem, link_between, walk
from news_dataset.folders import BESIDE, files_beside, profile_above, profile_in
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
"""The types of records that a layer shares with the dataset that it lies in."""


@dataclass(frozen=True)
class Collection:
    """Everything that was read from one place.

    Args:
        path: the place, as the user named it.
        documents: the files, as they were read.
        entries: the records in them, in the order of the files.
        is_whole: whether it is a whole dataset, so that references can be followed.
        texts: texts of articles that are given, by the article's id.
        root: the folder in which the record folders lie.
        home: the folder of ``dataset.yaml``, where a release belongs beside the records; None for anything else.
        host: of a layer, the records of the dataset that it lies in, to which it may refer.
        profile: the profile of the dataset that it is, or is a part of.
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
        """Read the curated records or the release in a folder, or a bare file.

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
            SetupError: *text* cannot be read, the records follow a version of the schemas newer than this package, or a
                command that was changing them was cut off.
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
        found = cls(path, tuple(documents), tuple(entries), is_whole, root=root, home=home, host=host, profile=profile)
        if text is None:
            return found
        # Also for an article that is broken elsewhere, so that the rest is checked in the same pass.
        hashes = {entry.id: entry.data.get("text_sha256") for entry in entries if entry.kind == "article"}
        return replace(found, texts=read_texts(Path(text), hashes))

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The records by id; of several with one id the first."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.id:
                found.setdefault(entry.id, entry)
        return found

    @cached_property
    def is_sound(self) -> bool:
        """Whether every file and record has the right shape."""
        return not any(document.problems for document in self.documents) and all(e.row for e in self.entries)

    @cached_property
    def description(self) -> Description | None:
        """What ``dataset.yaml`` says, if it is there and in order."""
        return next((entry.row for entry in self.entries if isinstance(entry.row, Description)), None)

    @cached_property
    def redirects(self) -> tuple[Redirect, ...]:
        """The rows of ``redirects.yaml``."""
        return tuple(entry.row for entry in self.entries if isinstance(entry.row, Redirect))

    def of(self, *types: str) -> Iterator[Entry]:
        """Iterate over the records of some types that have the right shape; without types, over all."""
        for entry in self.entries:
            if isinstance(entry.row, Record) and (not types or entry.kind in types):
                yield entry

    def records(self) -> list[Record]:
        """Return all records of the right shape, sorted by type and id; of a layer also those that it refers to."""
        ranks = {name: rank for rank, name in enumerate(BY_TYPE)}
        found = [entry.row for entry in self.of() if isinstance(entry.row, Record)]
        host = {one.id: one.row for one in self.host if isinstance(one.row, Record) and one.id not in self.by_id}
        waiting = list(found) if host else []
        while waiting:
            named = [host.pop(text) for text in texts_in(waiting.pop().to_dict()) if text in host]
            waiting += named
            found += named
        return sorted(found, key=lambda record: (ranks[record.record_type], record.id))


def rows(entry: Entry) -> Iterator[tuple[str, Row]]:
    """Yield the record of an entry and each of its children, with their pointers; nothing if it is broken."""
    if entry.row is not None:
        yield "", entry.row
        for name in children(type(entry.row)):
            for place, child in enumerate(getattr(entry.row, name)):
                yield f"/{name}/{place}", child


def _type_of_folder(folder: Path) -> str:
    """Return the type of the records in a folder, ``people`` or ``statements/<article>``; empty if it has none."""
    folder = folder.resolve()
    model, above = BY_TABLE.get(folder.name), BY_TABLE.get(folder.parent.name)
    model = model or (above if above and above.record_type in NUMBERED else None)
    return model.record_type if model else ""


def _kind_of(path: Path) -> str:
    """Return the kind of what a bare file holds, by its name and its folder; empty if they do not say it."""
    if path.parent.name == FOLDER and (path.parent.parent / "dataset.yaml").is_file():
        return "codebook"
    return BESIDE.get(path.name) or _type_of_folder(path.parent)


def _root(path: Path) -> Path:
    """Return the folder in which the record folders lie."""
    found = next((path / sub for sub in ("data/curated", "curated") if (path / sub).is_dir()), path)
    return found if found.name else found.resolve()


def _host(path: Path, version: str | None, profile: Profile) -> tuple[Entry, ...]:
    """Return what a layer, ``layers/NAME`` beside ``curated``, may refer to; nothing for any other folder."""
    folder = path.resolve().parent
    curated = folder.parent / "curated"
    if folder.name != "layers" or not curated.is_dir():
        return ()
    return tuple(one for one in records_in(curated, profile, version, HOST_TYPES) if isinstance(one.row, Record))


def records_in(
    folder: Path, profile: Profile, version: str | None = None, types: Sequence[str] = tuple(BY_TYPE)
) -> tuple[Entry, ...]:
    """Return the records of some types in a folder of record folders, also broken ones, and nothing beside them."""
    files = [file for file in _walk(folder)[0] if file[1] in types]
    return tuple(_read_all(files, version, profile)[1])


def texts_in(value: Any) -> list[str]:
    """Return all texts in data, among which are the ids that it refers to."""
    if isinstance(value, dict | list):
        return [text for one in (value.values() if isinstance(value, dict) else value) for text in texts_in(one)]
    return [value] if isinstance(value, str) else []


def _is_record_folder(path: Path) -> bool:
    """Return whether a folder is one of the record folders, and not a dataset that happens to be named like one."""
    if not _type_of_folder(path) or holds_release(path):
        return False
    return not any((path / name).exists() for name in ("data", "curated", *BY_TABLE))


def _read_folder(path: Path, version: str | None) -> tuple[list[Document], list[Entry], Profile]:
    if holds_release(path):
        return _read_release(path, version)
    root = _root(path)
    if link := link_between(path, root):
        return [Document(str(link), None, {}, {}, (LINK,))], [], BASE
    if _is_record_folder(root):
        files, strays = _walk(root)
    else:
        # A folder that has none of the record folders is not searched: it may be anything.
        known = root.name == "curated" or any((root / table).is_dir() for table in BY_TABLE)
        files, strays = _walk(root) if known else ([], [])
        data = root.parent if root.name == "curated" else root
        files += files_beside(data)
        strays += _strays_among_codebooks(data)
        strays += [_stray(path) for path in data.glob("*.yml") if f"{path.stem}.yaml" in BESIDE]
    documents, entries, profile = _read_all(files, version)
    documents += strays
    if not any(entry.kind in BY_TYPE for entry in entries) and not any(document.problems for document in documents):
        wanted = f"expected data/curated/{{{','.join(BY_TABLE)}}}/*.yaml, a release or a file"
        documents.append(Document(str(path), None, {}, {}, (Problem("no_records", "holds no records", hint=wanted),)))
    return documents, entries, profile


def _version_of(files: Sequence[tuple[Document, str]]) -> str:
    """Return the version of the schemas that ``dataset.yaml`` names; the newest where it names none that is known.

    Raises:
        SetupError: it names a newer one.
    """
    for document, kind in files:
        is_named = kind == "dataset" and isinstance(document.data, dict)
        version = str(document.data.get("schema_version")) if is_named else ""
        manifest.refuse_newer(document.path, version)
        if version in SCHEMA_VERSIONS:
            return version
    return SCHEMA_VERSION


def _read_release(path: Path, version: str | None) -> tuple[list[Document], list[Entry], Profile]:
    """Read the JSON Lines of a release; where any of its files differs from the manifest, read nothing."""
    try:
        found = manifest.read(path)
        if altered := list(manifest.differences(path, found)):
            return [_altered(path, sentence) for sentence in altered], [], BASE
        names = [(name, table) for table in BY_TABLE for name in found.files_of(table, manifest.LINES)]
        contents = [(name, table, manifest.read_file(path, found, name)) for name, table in names]
        version, profile = version or str(found.dataset["schema_version"]), profile_of(found.dataset, found.codebooks)
    except IntegrityError as error:
        return [_altered(path, str(error))], [], BASE
    documents, entries = [], []
    for name, table, data in contents:
        document = reader.read(path / name, data)
        found_here, problems = entries_of(document, BY_TABLE[table].record_type, version, profile) if data else ([], [])
        documents.append(replace(document, problems=document.problems + tuple(problems)))
        entries += found_here
    return documents, entries, profile


def _altered(path: Path, sentence: str) -> Document:
    problem = Problem("altered_release", sentence, hint="build the release anew, or fetch it again")
    return Document(str(path / manifest.NAME), None, {}, {}, (problem,))


def _walk(root: Path) -> tuple[list[tuple[Path, str]], list[Document]]:
    """Return the record files below *root* with their types, and the files that should not be there."""
    files: list[tuple[Path, str]] = []
    strays: list[Document] = []
    is_part = _is_record_folder(root)
    kinds = {root: _type_of_folder(root) if is_part else ""}
    beside = () if root.name == "curated" or is_part else tuple(BESIDE)
    for one in walk(root):
        path, folder = one.path, one.path.parent
        if beside and root / FOLDER in path.parents:  # no records are there
            continue
        if folder not in kinds:
            kinds[folder] = _type_of_folder(folder)
        kind = kinds[folder]
        if one.problem:
            strays.append(Document(str(path), None, {}, {}, (one.problem,)))
        elif kind and path.suffix in (".yaml", ".json"):
            files.append((path, kind))
        elif folder != root or path.name not in beside:
            strays.append(_stray(path))
    return files, strays


def _strays_among_codebooks(data: Path) -> Iterator[Document]:
    """Yield what is in the folder of codebooks and is none."""
    known = {path for path, _ in files_beside(data)}
    folder = data / FOLDER
    for one in walk(folder) if folder.is_dir() and not folder.is_symlink() else ():
        if one.problem and one.path not in known:
            yield Document(str(one.path), None, {}, {}, (one.problem,))
        elif one.path not in known:
            hint = f"codes that are added to a codebook lie in {FOLDER}/<name>.yaml"
            problem = Problem("misplaced_file", "is not where codebooks are read from", hint=hint)
            yield Document(str(one.path), None, {}, {}, (problem,))


def _stray(path: Path) -> Document:
    hint = f"records lie in {', '.join(BY_TABLE)} and end in .yaml or .json"
    problem = Problem("misplaced_file", "is not where records are read from", hint=hint)
    return Document(str(path), None, {}, {}, (problem,))


@contextmanager
def cycles_kept() -> Iterator[None]:
    """Pause the search for unreachable cycles: all that is read is kept, and going through it again costs a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@cycles_kept()
def _read_all(
    files: Sequence[tuple[Path, str]], version: str | None, profile: Profile | None = None
) -> tuple[list[Document], list[Entry], Profile]:
    documents: list[Document] = []
    entries: list[Entry] = []
    beside = {path: reader.read(path) for path, kind in files if kind in SPECIAL}
    described = [(beside[path], kind) for path, kind in files if path in beside]
    version = version or _version_of(described)
    if profile is None:
        is_described = any(kind == "dataset" for _, kind in described)
        profile = profile_in(described) if is_described or not files else profile_above(files[0][0])
    for path, kind in files:
        document = beside.get(path) or reader.read(path)
        found, problems = entries_of(document, kind, version, profile)
        document, light = lightened(replace(document, problems=document.problems + tuple(problems)), found)
        documents.append(document)
        entries += light
    return documents, entries, profile
