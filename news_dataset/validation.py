"""Validate a path or a collection: records in memory, or lines and tables of any size, with the same verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import checks, manifest, strict_json
from news_dataset.collection import Collection, gc_paused
from news_dataset.engine.nested import CuratedSource
from news_dataset.engine.run import check, empty_store
from news_dataset.engine.source import Context, Source
from news_dataset.errors import IntegrityError, NewsDatasetError, UsageError
from news_dataset.files import LINK, walk
from news_dataset.folders import (
    files_beside,
    holds_records,
    lines_files,
    parquet_files,
    profile_above,
    refuse_unreadable,
)  # fmt: skip
from news_dataset.issues import Issue, Progress, Report, Sink, Skipped, Tally
from news_dataset.layered import Layers
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, CHILDREN
from news_dataset.release_presence import holds_release, release_beside
from news_dataset.released import Release
from news_dataset.tabular import tables, tables_of

if TYPE_CHECKING:
    from news_dataset.engine.session import Session

SMALL = manifest.SMALL
"""The most bytes of a release that is read into memory as a whole."""

NOT_HASHED = Skipped("files of a large release are hashed on request: give --hash")

_ID = re.compile(rb'\{"id":"([^"\\]+)"')
_DATA_FILE = re.compile(r"^[^._].*\.(parquet|jsonl|ndjson)(\.(gz|bz2|xz|zst|lz4|zip))?$")


def validated(
    path: Path,
    *,
    text: Path | None = None,
    schema: str | None = None,
    is_hashed: bool = False,
    sink: Sink | None = None,
    progress: Progress | None = None,
    memory: str | None = None,
    session: Session | None = None,
) -> Report:
    """Validate what is at *path*, as ``news_dataset.validate`` describes.

    Args:
        path: a folder or a file.
        text: a text, or a folder of texts; None for none.
        schema: the version of the schemas; None for the newest.
        is_hashed: whether the files of a large release are compared with its manifest.
        sink: is given every issue as it is found.
        progress: is told how many rows or lines have been read.
        memory: how much memory the engine may use, such as ``1GB``; None for half of the machine's, at most 4 GB.
        session: returns the Spark session whose cluster checks tables and lines; None for this process.

    Raises:
        FileNotFoundError: there is nothing at the path.
        UsageError: the path cannot be checked with this text, schema or session.
    """
    if not path.exists() and not path.is_symlink():
        raise FileNotFoundError(f"there is no {path}")
    if schema in (None, manifest.SCHEMA_VERSION):
        found = _parquet_to_check(path, with_small=session is not None)
        if found and text is not None and not holds_release(path):
            raise UsageError("texts are compared with records in files, and with releases; build the release first")
        if found and text is None:
            return _check_tables(path, found, is_hashed, sink, progress, memory, session)
        if not found and text is None and (lines := _lines_to_check(path)):
            source, _, is_whole = lines_source(path, lines, progress)
            report = _check_source(source, Context(is_whole), sink, memory, session)
            return report + _unused_files(path, [file for files in lines.values() for file in files], sink)
    elif path.suffix == ".parquet":
        raise UsageError(f"tables are checked by schema {manifest.SCHEMA_VERSION} alone")
    if session is not None:
        what = "Parquet tables and JSON Lines of the newest schema"
        raise UsageError(f"Spark checks {what}; records in files are checked without it, and so are texts")
    with gc_paused():
        return checked(Collection.open(path, text=text, schema=schema), sink, memory)


def checked(collection: Collection, sink: Sink | None = None, memory: str | None = None) -> Report:
    """Run every check on records in memory; *sink* and *memory* as for ``validated``."""
    return _check_source(CuratedSource(collection), context_of(collection), sink, memory)


def context_of(collection: Collection) -> Context:
    """Return what checks of records in memory know beside the rows.

    That is: whether they are a whole dataset, the texts with the records of their articles, the layers, the ids of the
    dataset around a layer, and the ids of the release beside the records. The release is read unless ``dataset.yaml``
    says ``keeps_ids: false`` or is missing; if it cannot be read, the reason is noted, not raised.
    """
    articles = {article: collection.by_id[article] for article in collection.texts}
    description, published, reason = collection.description, list[str](), ""
    if description and description.keeps_ids is not False:  # None, where nothing is said, means yes
        try:
            published = ids_of_release(release_beside(collection.home or collection.root))
        except NewsDatasetError as error:
            reason = f"the published release cannot be read: {error}"
    return Context(
        is_whole=collection.is_whole, texts=collection.texts, articles=articles, published=published,
        host=[entry.id for entry in collection.host], layers=Layers.of(collection), unread_release=reason,
    )  # fmt: skip


def ids_of_release(folder: Path) -> list[str]:
    """Return the ids of the records of a release and those that it redirects, sorted; none if there is no release.

    They are read from its JSON Lines, which is faster than from tables.

    Raises:
        IntegrityError: there is a release, but it is not what its manifest says, or it has lost its manifest.
    """
    folder = manifest.release_folder(folder)
    if not (folder / manifest.NAME).exists():
        if any((folder / f"{table}.jsonl").exists() for table in BY_TABLE):
            raise IntegrityError(f"{folder} has records, but no {manifest.NAME}")
        return []
    release, ids = Release(folder), set[str]()
    for table in BY_TABLE:
        for line in release.lines(table):
            match = _ID.match(line)
            ids.add(match[1].decode() if match else str(strict_json.parse(line)["id"]))
    if "redirects" in release.manifest.tables and release.manifest.tables["redirects"].rows:
        ids.update(release.table("redirects", ["old_id"]).column("old_id").to_pylist())
    return sorted(ids)


def _check_source(
    source: Source,
    context: Context,
    sink: Sink | None,
    memory: str | None,
    session: Session | None = None,
) -> Report:
    """Run every check on a source, in an engine of its own."""
    with empty_store(source, memory=memory, session=session) as store:
        return check(source, store, context, sink)


def _parquet_to_check(path: Path, *, with_small: bool) -> dict[str, list[Path]]:
    """Return the Parquet files at a path that the engine checks as tables, by table; empty if it checks records.

    Args:
        path: a folder or a file.
        with_small: whether the tables of a small release, too, are checked as such.
    """
    if path.is_symlink():
        return {}
    if path.is_file():
        return {_table_of(path): [path]} if path.suffix == ".parquet" else {}
    if holds_records(path):
        return {}
    found = parquet_files(path)
    if holds_release(path):
        size = sum(file.stat().st_size for files in found.values() for file in files)
        is_newest = (with_small or size > SMALL) and manifest.read(path).dataset.get(
            "schema_version"
        ) == manifest.SCHEMA_VERSION
        return found if is_newest else {}
    return found


def _lines_to_check(path: Path) -> dict[str, list[Path]]:
    """Return the JSON Lines at a path that the engine checks, by table; empty: each id names its type."""
    if path.is_symlink() or (path.is_file() and path.suffix != ".jsonl"):
        return {}
    if path.is_file():
        folder = path.parent.resolve().name
        return {folder if folder in BY_TABLE else "": [path]}
    return {} if holds_release(path) or holds_records(path) else lines_files(path)


def lines_source(
    path: Path, lines: Mapping[str, Sequence[Path]], progress: Progress | None
) -> tuple[Source, Collection, bool]:
    """Return JSON Lines as a source, the documents beside them, and whether they are a whole dataset.

    Args:
        path: the folder or file that they are at.
        lines: the files by table, as ``_lines_to_check`` returns them.
        progress: is told how many lines have been read.
    """
    from news_dataset.engine.lines import LinesFile, LinesSource

    files = []
    for name, paths in lines.items():
        for file in paths:
            refuse_unreadable(file)
            files.append(LinesFile(file, BY_TABLE[name].record_type if name else ""))
    beside = _open_beside(path)
    is_whole = beside.description is not None or set(lines) >= set(BY_TABLE)
    return LinesSource(files, beside, progress), beside, is_whole


def _open_beside(path: Path) -> Collection:
    """Return ``dataset.yaml``, ``redirects.yaml`` and codebooks beside JSON Lines as a collection."""
    files = [file for file, _ in files_beside(path)] if path.is_dir() else []
    opened = [Collection.open(file) for file in files if not file.is_symlink()]
    linked = [Document(str(file), None, {}, {}, (LINK,)) for file in files if file.is_symlink()]
    documents = (*linked, *(document for collection in opened for document in collection.documents))
    entries = tuple(entry for collection in opened for entry in collection.entries)
    return Collection(path, documents, entries, profile=profile_above(path if path.is_dir() else path.parent))


def _check_tables(
    path: Path,
    found: Mapping[str, Sequence[Path]],
    is_hashed: bool,
    sink: Sink | None,
    progress: Progress | None,
    memory: str | None,
    session: Session | None,
) -> Report:
    """Check Parquet tables, of a release after its manifest; arguments as for ``validated``."""
    from news_dataset.engine.tables import tables_source

    report, is_release = Report(()), holds_release(path)
    if is_release:
        report = _compare_with_manifest(path, is_hashed)
    if not report.ok:
        return report
    folder = path if path.is_dir() else path.parent
    profile = Release(path).profile if is_release else profile_above(folder, 0)
    source = tables_source(found, progress, profile)
    report += _check_source(source, Context(source.available_tables >= _core_tables()), sink, memory, session)
    return (
        report
        if is_release
        else report + _unused_files(path, [file for files in found.values() for file in files], sink)
    )


def _core_tables() -> set[str]:
    """Return the tables that every whole dataset has: those of the first version of the schemas."""
    return tables_of(manifest.SCHEMA_VERSIONS[0]).keys() & {*BY_TABLE, *(child.table for child in CHILDREN)}


def _table_of(path: Path) -> str:
    """Return the table that a Parquet file holds, by its name, a folder above it, or its metadata.

    Raises:
        IntegrityError: it is no Parquet file.
        UsageError: nothing says which table it holds.
    """
    from news_dataset.files import ReadError, open_file
    from news_dataset.parquet import ParquetFile

    for name in (path.stem, *(folder.name for folder in path.parents)):
        if name in tables():
            return name
    try:
        with open_file(path) as source:
            metadata = ParquetFile(source, path).schema.metadata or {}
    except ReadError as error:
        raise IntegrityError(f"{path} {error.problem.message}") from error
    name = str(metadata.get(b"table", b"").decode(errors="replace"))
    if name not in tables():
        advice = "name it as the table is called, statements.parquet"
        raise UsageError(f"{path} does not say which table it holds: {advice}")
    return name


def _unused_files(path: Path, used: Iterable[Path], sink: Sink | None) -> Report:
    """Warn of data files beside tables or lines that are not read."""
    known = {*used, path / "faults.parquet"}  # which ``testing`` writes: the faults that it has planted
    if not path.is_dir():
        return Report(())
    inside = (file.path for name in tables() if (path / name).is_dir() for file in walk(path / name))
    beside = sorted(
        file for file in {*path.glob("*"), *inside} if _DATA_FILE.search(file.name.lower()) and file not in known
    )
    beside = [file for file in beside if file.is_file()]
    code, hint = checks.CODES["misplaced_file"], "files are named after their table: statements.parquet, people.jsonl"
    message = "is not read: it is named after no table, packed, or beside tables of another form"
    issues = [Issue(str(file), message, code=code.name, hint=hint, severity="warning") for file in beside]
    if sink:
        for issue in issues:
            sink(issue)
    return Report(tuple(issues), (Tally(code.name, code.layer, checked=len(beside), warned=len(beside)),))


def _compare_with_manifest(path: Path, is_hashed: bool) -> Report:
    """Compare every file of a release with its manifest, by hash only if *is_hashed*."""
    code = checks.CODES["altered_release"]
    differences = list(manifest.differences(path, manifest.read(path), hashed=is_hashed))
    place = str(path / manifest.NAME)
    hint = manifest.RENEWAL
    issues = [Issue(place, message, code=code.name, hint=hint, exit_code=code.exit_code) for message in differences]
    tally = Tally(code.name, code.layer)
    if is_hashed or issues:
        tally = Tally(code.name, code.layer, checked=1, failed=int(bool(issues)))
    else:
        tally.count(NOT_HASHED)
    return Report(tuple(issues), (tally,))
