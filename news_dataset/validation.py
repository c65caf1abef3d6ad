"""What is to be validated, and as what: records in memory, lines or tables of any size; the verdict is the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import checks, manifest, strict_json
from news_dataset.collection import Collection, cycles_kept
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
"""Up to this many bytes a release is read into memory as a whole."""

NOT_HASHED = Skipped("files of a large release are hashed on request: give --hash")

_ID = re.compile(rb'\{"id":"([^"\\]+)"')
_DATA = re.compile(r"^[^._].*\.(parquet|jsonl|ndjson)(\.(gz|bz2|xz|zst|lz4|zip))?$")


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
    """Check whatever lies at *path*, as ``news_dataset.validate`` says.

    Args:
        path: a folder or a file.
        text: a text, or a folder of texts.
        schema: the version of the schemas.
        is_hashed: whether the files of a large release are compared with its manifest.
        sink: takes every issue as it is found.
        progress: is told how far the work has come.
        memory: how much memory the engine may take, such as ``1GB``; None for half of the machine's, at most 4 GB.
        session: returns the Spark session on whose cluster tables and lines are checked; None for this process.
    """
    if not path.exists() and not path.is_symlink():
        raise FileNotFoundError(f"there is no {path}")
    if schema in (None, manifest.SCHEMA_VERSION):
        found = _tables_in(path, is_any=session is not None)
        if found and text is not None and not holds_release(path):
            raise UsageError("texts are compared with records in files, and with releases; build the release first")
        if found and text is None:
            return _check_tables(path, found, is_hashed, sink, progress, memory, session)
        if not found and text is None and (lines := _lines_in(path)):
            source, _, is_whole = lines_source(path, lines, progress)
            report = _checked(source, Context(is_whole), sink, memory, session)
            return report + (_strays(path, [one for some in lines.values() for one in some], sink))
    elif path.suffix == ".parquet":
        raise UsageError(f"tables are checked by schema {manifest.SCHEMA_VERSION} alone")
    if session is not None:
        what = "Parquet tables and JSON Lines of the newest schema"
        raise UsageError(f"Spark checks {what}; records in files are checked without it, and so are texts")
    with cycles_kept():
        return checked(Collection.open(path, text=text, schema=schema), sink, memory)


def checked(collection: Collection, sink: Sink | None = None, memory: str | None = None) -> Report:
    """Run every check on records in memory, and return everything that was found and counted."""
    return _checked(CuratedSource(collection), context_of(collection), sink, memory)


def context_of(collection: Collection) -> Context:
    """Return what is known of records in memory beside their rows."""
    articles = {article: collection.by_id[article] for article in collection.texts}
    about, published, reason = collection.description, list[str](), ""
    if about and about.keeps_ids is not False:
        try:
            published = ids_of_release(release_beside(collection.home or collection.root))
        except NewsDatasetError as error:
            reason = f"the published release cannot be read: {error}"
    host = [entry.id for entry in collection.host]
    layers = Layers.of(collection)
    return Context(collection.is_whole, collection.texts, articles, published, host, layers, reason)


def ids_of_release(folder: Path) -> list[str]:
    """Return the ids of a release: its records', and those it redirects; none where there is no release.

    They are taken from its JSON Lines, which cost less than tables.

    Raises:
        IntegrityError: there is a release, but it is not what its manifest says.
    """
    folder = manifest.located(folder)
    if not (folder / manifest.NAME).exists():
        return []
    release, ids = Release(folder), set[str]()
    for table in BY_TABLE:
        for line in release.lines(table):
            found = _ID.match(line)
            ids.add(found[1].decode() if found else str(strict_json.parse(line)["id"]))
    if "redirects" in release.manifest.tables and release.manifest.tables["redirects"].rows:
        ids.update(release.table("redirects", ["old_id"]).column("old_id").to_pylist())
    return sorted(ids)


def _checked(
    source: Source,
    context: Context,
    sink: Sink | None,
    memory: str | None,
    session: Session | None = None,
) -> Report:
    with empty_store(source, memory=memory, session=session) as store:
        return check(source, store, context, sink)


def _tables_in(path: Path, *, is_any: bool) -> dict[str, list[Path]]:
    """Return the Parquet files that are to be validated as such, by table; of a small release only with *is_any*."""
    if path.is_symlink():
        return {}
    if path.is_file():
        return {_table_of(path): [path]} if path.suffix == ".parquet" else {}
    if holds_records(path):
        return {}
    found = parquet_files(path)
    if holds_release(path):
        size = sum(file.stat().st_size for files in found.values() for file in files)
        is_newest = (is_any or size > SMALL) and manifest.read(path).dataset.get(
            "schema_version"
        ) == manifest.SCHEMA_VERSION
        return found if is_newest else {}
    return found


def _lines_in(path: Path) -> dict[str, list[Path]]:
    """Return the files of JSON Lines that are to be validated as such, by table; empty: each id names its type."""
    if path.is_symlink() or (path.is_file() and path.suffix != ".jsonl"):
        return {}
    if path.is_file():
        folder = path.parent.resolve().name
        return {folder if folder in BY_TABLE else "": [path]}
    return {} if holds_release(path) or holds_records(path) else lines_files(path)


def lines_source(
    path: Path, lines: Mapping[str, Sequence[Path]], progress: Progress | None
) -> tuple[Source, Collection, bool]:
    """Return files of JSON Lines as a source, what lies beside them, and whether they are a whole dataset."""
    from news_dataset.engine.lines import LinesFile, LinesSource

    for one in (path for some in lines.values() for path in some):
        refuse_unreadable(one)
    files = [LinesFile(one, BY_TABLE[name].record_type if name else "") for name, some in lines.items() for one in some]
    beside = _beside(path)
    is_whole = beside.description is not None or set(lines) >= set(BY_TABLE)
    return LinesSource(files, beside, progress), beside, is_whole


def _beside(path: Path) -> Collection:
    """Return what lies beside JSON Lines in a folder: ``dataset.yaml``, ``redirects.yaml``, codebooks."""
    files = [file for file, _ in files_beside(path)] if path.is_dir() else []
    found = [Collection.open(file) for file in files if not file.is_symlink()]
    linked = [Document(str(file), None, {}, {}, (LINK,)) for file in files if file.is_symlink()]
    documents = (*linked, *(document for one in found for document in one.documents))
    entries = tuple(entry for one in found for entry in one.entries)
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
    from news_dataset.engine.tables import tables_source

    report, is_release = Report(()), holds_release(path)
    if is_release:
        report = _compared(path, is_hashed)
    if not report.ok:
        return report
    folder = path if path.is_dir() else path.parent
    profile = Release(path).profile if is_release else profile_above(folder, 0)
    source = tables_source(found, progress, profile)
    report += _checked(source, Context(source.available_tables >= _whole()), sink, memory, session)
    return report if is_release else report + _strays(path, [file for files in found.values() for file in files], sink)


def _whole() -> set[str]:
    """Return the tables without which a dataset is no whole one; later versions of the schemas added others."""
    return tables_of(manifest.SCHEMA_VERSIONS[0]).keys() & {*BY_TABLE, *(child.table for child in CHILDREN)}


def _table_of(path: Path) -> str:
    """Return the table that a Parquet file holds: by its name, its folders or its own word.

    Raises:
        IntegrityError: it is no Parquet file.
        UsageError: nothing says which table it holds.
    """
    from news_dataset.files import ReadError, open_file
    from news_dataset.parquet import ParquetFile

    for name in (path.stem, *(one.name for one in path.parents)):
        if name in tables():
            return name
    try:
        with open_file(path) as source:
            about = ParquetFile(source, path).schema.metadata or {}
    except ReadError as error:
        raise IntegrityError(f"{path} {error.problem.message}") from error
    said = str(about.get(b"table", b"").decode(errors="replace"))
    if said not in tables():
        advice = "name it as the table is called, statements.parquet"
        raise UsageError(f"{path} does not say which table it holds: {advice}")
    return said


def _strays(path: Path, used: Iterable[Path], sink: Sink | None) -> Report:
    """Say of files beside tables or lines that nothing in them is looked at."""
    known = {*used, path / "faults.parquet"}  # what was planted in data that was made up (``testing``)
    if not path.is_dir():
        return Report(())
    inside = (file.path for name in tables() if (path / name).is_dir() for file in walk(path / name))
    beside = sorted(
        file for file in {*path.glob("*"), *inside} if _DATA.search(file.name.lower()) and file not in known
    )
    beside = [file for file in beside if file.is_file()]
    code, hint = checks.CODES["misplaced_file"], "files are named after their table: statements.parquet, people.jsonl"
    said = "is not read: it is named after no table, packed, or beside tables of another form"
    issues = [Issue(str(file), said, code=code.name, hint=hint, severity="warning") for file in beside]
    if sink:
        for issue in issues:
            sink(issue)
    return Report(tuple(issues), (Tally(code.name, code.layer, checked=len(beside), warned=len(beside)),))


def _compared(path: Path, is_hashed: bool) -> Report:
    """Compare every file of a release with its manifest; its hash only if that is asked for."""
    code = checks.CODES["altered_release"]
    hint = "build the release anew, or fetch it again"
    differences = list(manifest.differences(path, manifest.read(path), hashed=is_hashed))
    place = str(path / manifest.NAME)
    issues = [Issue(place, one, code=code.name, hint=hint, exit_code=code.exit_code) for one in differences]
    tally = Tally(code.name, code.layer)
    if is_hashed or issues:
        tally = Tally(code.name, code.layer, checked=1, failed=int(bool(issues)))
    else:
        tally.count(NOT_HASHED)
    return Report(tuple(issues), (tally,))
