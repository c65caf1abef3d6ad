"""Building: records in files, or JSON Lines of any size, into a release or into tables; one way for both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import manifest, manual, validation
from news_dataset.atomic import held, new_content, refuse_link
from news_dataset.collection import Collection, gc_paused
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.nested import CuratedSource
from news_dataset.engine.run import check, empty_store
from news_dataset.engine.source import Context, Source
from news_dataset.engine.store import Store
from news_dataset.errors import IntegrityError, InvalidDataError, NewsDatasetError, SetupError, UsageError, known
from news_dataset.filesystem import scratch, write_new
from news_dataset.folders import holds_records, lines_files
from news_dataset.issues import Issue, Progress, Report
from news_dataset.manifest import SCHEMA_VERSION, VERSIONS, Content, Manifest
from news_dataset.profile import Profile
from news_dataset.publish.descriptors import DESCRIPTORS, described
from news_dataset.publish.release import altered, compare, is_draft, is_replaced, refuse_foreign_files
from news_dataset.publish.tables import divide, files_of_table, write_lines, write_table
from news_dataset.publish.views import MOST_STATEMENTS, write_views
from news_dataset.records import BY_TABLE, ENTITY_TYPES
from news_dataset.records.columns import children
from news_dataset.release_presence import holds_release
from news_dataset.tabular import tables
from news_dataset.views import views

if TYPE_CHECKING:
    from news_dataset.engine.session import Session

OURS = (
    manifest.NAME, *DESCRIPTORS, *(f"{name}.jsonl" for name in BY_TABLE), *(f"{name}.parquet" for name in tables()),
    *map(manifest.view_file, views()),
)  # fmt: skip
"""The files of a release whose tables are not divided."""


@dataclass(frozen=True)
class Work:
    """What is to be built.

    Args:
        source: the records.
        context: what is known beside them.
        beside: what ``dataset.yaml`` and ``redirects.yaml`` say, or all records in files.
        lines: the files of JSON Lines, by table; empty for records in files.
    """

    source: Source
    context: Context
    beside: Collection
    lines: Mapping[str, Sequence[Path]]

    @property
    def about(self) -> dict[str, object]:
        """The description of the release, in the newest schema whatever the records follow; empty if there is none."""
        about = self.beside.description.to_dict() if self.beside.description else {}
        return about | {"schema_version": SCHEMA_VERSION} if about else {}


def build_dataset(
    folder: Path,
    output: Path | None,
    partition_by: Sequence[str],
    *,
    check: bool,
    release: bool,
    progress: Progress | None,
    memory: str | None,
    session: Session | None = None,
) -> Report:
    """Publish what a folder holds, or compare it with its release; arguments and errors as ``Dataset.build``."""
    if check and partition_by:
        raise UsageError("--check compares rows, however they are divided into files: leave out --partition-by")
    if lines := lines_to_build(folder):
        if check:
            raise UsageError("--check compares curated records with their release, not JSON Lines")
        if output is None:
            raise UsageError(f"{folder} holds JSON Lines: say where the tables go, with --output")
        if session and partition_by:
            raise UsageError("Spark divides tables by their keys: leave out --partition-by")
        work = work_of_lines(folder, lines, output, progress)
        _refuse_draft(work, release)
        return build(work, output, partition_by=partition_by, memory=memory, session=session)
    collection = Collection.open(folder)
    if session and collection.entries:
        raise UsageError("Spark builds releases of JSON Lines; records in files are built without it")
    if output is None and collection.home is None:
        validation.checked(collection).raise_for_errors()
        raise UsageError(f"{folder} is no folder with data/curated: say where the release goes, with --output")
    work, output = work_of(collection), output or (collection.home or Path()) / "published"
    _refuse_draft(work, release)
    return _comparison(work, output, memory) if check else build(work, output, partition_by=partition_by, memory=memory)


def _comparison(work: Work, folder: Path, memory: str | None) -> Report:
    """Return how a release differs from what the records would become, or what is wrong with either."""
    refuse_link(folder)
    try:
        differences = compare(built(work, memory), folder)
    except IntegrityError as error:
        return altered(folder, error)
    except NewsDatasetError as error:
        if isinstance(error.report, Report):
            return error.report
        raise
    published = manifest.read(manifest.release_folder(folder))
    is_same = published.dataset["data_version"] == work.about.get("data_version")
    hint = "news-dataset build renews the release"
    hint = f"raise data_version in dataset.yaml; {hint}" if is_same and not is_draft(published.dataset) else hint
    issues = [Issue(str(folder), difference, hint=hint) for difference in differences]
    return manual.file_report("stale_release", issues, checked=len(published.files))


def lines_to_build(folder: Path) -> dict[str, list[Path]]:
    """Return the JSON Lines of each table in a folder, where these, and no curated records, are what it holds."""
    if not folder.is_dir() or holds_release(folder) or holds_records(folder):
        return {}
    return lines_files(folder)


def work_of(collection: Collection) -> Work:
    """Return records in files as what is to be built."""
    return Work(CuratedSource(collection), validation.context_of(collection), collection, {})


def work_of_lines(
    folder: Path, lines: Mapping[str, Sequence[Path]], out: Path, progress: Progress | None = None
) -> Work:
    """Return JSON Lines, and what lies beside them, as what is to be built; *out* may hold an earlier release."""
    source, beside, is_whole = validation.lines_source(folder, lines, progress)
    context = Context(is_whole)
    if beside.description and beside.description.keeps_ids is not False:
        context = Context(is_whole, published=validation.ids_of_release(out))
    return Work(source, context, beside, lines)


def build(
    work: Work,
    out: Path,
    *,
    partition_by: Sequence[str] = (),
    memory: str | None = None,
    session: Session | None = None,
) -> Report:
    """Validate records and publish them in *out*, which is replaced as a whole.

    With a ``dataset.yaml`` they become a release, else tables alone.

    Args:
        work: the records.
        out: where the release goes; or the tables, which need a new or empty folder.
        partition_by: columns, as ``articles.language``, by whose values their tables are divided.
        memory: how much memory the engine may take.
        session: returns the Spark session whose cluster checks and writes; None for this process.

    Raises:
        InvalidDataError: a check failed, or a released version would change; nothing was written.
        UnsafeInputError: a file or line was refused; nothing was written.
        IntegrityError: the published release, whose ids are to be kept, cannot be read; nothing was written.
        UsageError: *partition_by* names no column, one that cannot divide its table, or two of one table.
        SetupError: *out* holds something else, cannot be written, or is held by another build; it is as it was.
    """
    parts = dict(_column(name, work.source.profile) for name in partition_by)
    if len(parts) < len(partition_by):
        raise UsageError("--partition-by divides a table by one column: name each table once")
    is_release = bool(work.about)
    with held(out) as whole, _checked(work, memory, session) as (store, report):
        if not work.about and not work.lines:
            raise InvalidDataError(
                f"{work.beside.path} has no data/dataset.yaml: write one with title, licence and versions"
            )
        _refuse_places(work, out, is_release)
        with new_content(whole, _ours(out) if is_release else ()) as new:
            _write(store, work, new, is_release, memory, parts)
            if is_release and is_replaced(manifest.read(new), out):
                _refuse_version(work, f"{work.about['data_version']} is published already, with other content")
    return report


def built(work: Work, memory: str | None = None) -> Manifest:
    """Return the manifest of the release that records would become; nothing is kept.

    Raises:
        InvalidDataError: a check failed, or there is no ``dataset.yaml``.
    """
    with _checked(work, memory) as (store, _), scratch() as folder:
        _write(store, work, Path(folder), True, memory, {})
        return manifest.read(Path(folder))


def _refuse_draft(work: Work, release: bool) -> None:
    if release and work.about and is_draft(work.about):
        _refuse_version(work, f"{work.about['data_version']} is a draft, and --release publishes what stays as it is")


def _refuse_version(work: Work, why: str) -> None:
    """Raise for the data_version of ``dataset.yaml``.

    Raises:
        InvalidDataError: always.
    """
    entry = next(one for one in work.beside.entries if one.kind == "dataset")
    year, month, number, *draft = str(work.about["data_version"]).split(".")
    free = f"{year}.{month}.{number}" if draft else f"{year}.{month}.{int(number) + 1}"
    expected = f"write data_version: {free}" + ("" if draft else f", or {free}.dev for a draft")
    manual.file_report("released_version", [entry.issue("/data_version", why, expected)], 1).raise_for_errors()


@contextmanager
def _checked(work: Work, memory: str | None, session: Session | None = None) -> Iterator[tuple[Store, Report]]:
    """Provide the rows of records that pass every check.

    Raises:
        NewsDatasetError: they do not pass.
    """
    with (
        gc_paused(),
        empty_store(work.source, memory=memory, session=session, is_keeping=True) as store,
    ):
        report = check(work.source, store, work.context)
        report.raise_for_errors()
        if work.context.unread_release:
            advice = "fetch it again, or say keeps_ids: false in dataset.yaml"
            raise IntegrityError(f"{work.context.unread_release}; its ids are to be kept: {advice}", following="")
        yield store, report


def _write(
    store: Store, work: Work, new: Path, is_release: bool, memory: str | None,
    parts: Mapping[str, str],
) -> None:  # fmt: skip
    """Write the tables into a new folder; of a release also views, JSON Lines, descriptors and manifest."""
    about, profile = work.about, work.source.profile
    versions = {name: str(about[name]) for name in VERSIONS} if is_release else {"schema_version": SCHEMA_VERSION}
    names = tuple(tables()) if work.context.is_whole else _tables_of(work.lines)
    contents = _write_tables(store, names, new, versions, is_release)
    made: dict[str, Content] = {}
    if is_release:
        made = write_views(new, versions, memory) if contents["statements"].rows <= MOST_STATEMENTS else {}
    for table, column in parts.items():
        if table in contents:
            divide(new / f"{table}.parquet", tables(profile)[table], column, versions)
    if not is_release:
        return
    paths = [path for name in contents for path in files_of_table(new, name)]
    paths += [path for model in profile.records for path in files_of_table(new, model.table, ".jsonl")]
    files = [*(path.relative_to(new).as_posix() for path in paths), *map(manifest.view_file, made)]
    hashes = dict(zip(files, store.parallel_map(partial(manifest.describe_file, new), files), strict=True))
    codebooks = {name: [one.to_dict() for one in some] for name, some in profile.codes.items()}
    texts = described(Manifest(about, contents, hashes, made, codebooks))
    hashes |= {name: manifest.describe(data) for name, data in texts.items()}
    release = Manifest(about, contents, hashes, made, codebooks)
    for name, data in (texts | {manifest.NAME: release.to_json().encode()}).items():
        write_new(new / name, data)


def _write_tables(
    store: Store, names: Sequence[str], new: Path, versions: Mapping[str, str], has_lines: bool
) -> dict[str, Content]:
    """Write tables, and the records as JSON Lines if wanted; return what the tables hold."""
    models = store.profile.records if has_lines else ()
    if isinstance(store, DuckDBStore):
        import pyarrow as pa

        base, profile = store.database, store.profile
        found = {name: write_table(base, name, new / f"{name}.parquet", versions, profile) for name in names}
        if models:
            pa.default_memory_pool().release_unused()  # what the tables took, before the records take as much
        for model in models:
            write_lines(base, model, new, new / f"{model.table}.jsonl")
        return found
    from news_dataset.engine.spark import SparkStore
    from news_dataset.publish import cluster

    assert isinstance(store, SparkStore)
    found = {name: cluster.write_parts(store, name, new, versions) for name in names}
    for model in models:
        cluster.write_lines_beside(store, model.table, new)
    return found


def _tables_of(names: Mapping[str, Sequence[Path]]) -> tuple[str, ...]:
    """Return the tables that the records of some types are written into."""
    models = [BY_TABLE[name] for name in names]
    found = {"records", "codes", "redirects", *names}
    found |= {child.table for model in models for child in children(model).values()}
    found |= {"entities"} if any(model.record_type in ENTITY_TYPES for model in models) else set()
    return tuple(name for name in tables() if name in found)


def _refuse_places(work: Work, out: Path, is_release: bool) -> None:
    """Raise if *out* is not ours to replace, or lies where it would be taken for records, or in a release.

    Raises:
        SetupError: it does.
    """
    whole, home = out.resolve(), work.beside
    records = [home.root] if home.home else [home.path / name for name in work.lines]
    if any(place.resolve() in (whole, *whole.parents) for place in records):
        raise SetupError(f"{out} lies among the records")
    for parent in whole.parents:
        if holds_release(parent):
            raise SetupError(f"{out} lies in the release {parent}, which must stay as its manifest says")
    if is_release:
        refuse_foreign_files(out)


def _ours(out: Path) -> set[str]:
    """Return the names of the files of a release that may be replaced, with those of the one that is there."""
    there = manifest.release_folder(out)
    found = manifest.read(there).files if (there / manifest.NAME).is_file() else ()
    return {*OURS, *(name for name in found if "/" in name and manifest.is_file_name(name, tables()))}


def _column(name: str, profile: Profile) -> tuple[str, str]:
    """Return table and column of a name.

    Raises:
        UsageError: there is no such column.
    """
    table, _, column = name.partition(".")
    try:
        found = tables(profile)[known(table, list(tables()), "table")]
        known(column, [field.name for field in found.fields], f"column in {table}:")
    except KeyError as error:
        raise UsageError(f"{error.args[0]}; name table and column: articles.language") from error
    return table, column
