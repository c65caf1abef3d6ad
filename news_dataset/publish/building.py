"""Build a release, or tables alone, from records in files or from JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import manifest, manual, validation
from news_dataset.atomic import locked_folder, new_content, refuse_link
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
from news_dataset.markup import operand
from news_dataset.placeholders import description_to_fill_in
from news_dataset.profile import Profile
from news_dataset.publish.descriptors import descriptor_files
from news_dataset.publish.readiness import refuse_version, require_ready
from news_dataset.publish.release import (
    changes_released_version,
    compare,
    integrity_report,
    is_draft,
    refuse_foreign_files,
    replaceable_names,
)
from news_dataset.publish.tables import divide, files_of_table, write_lines, write_table
from news_dataset.publish.views import MAX_STATEMENTS, write_views
from news_dataset.records import BY_TABLE, ENTITY_TYPES
from news_dataset.records.columns import children
from news_dataset.release_presence import holds_release
from news_dataset.tabular import tables

if TYPE_CHECKING:
    from news_dataset.engine.session import Session


@dataclass(frozen=True)
class BuildInput:
    """Hold the records to build a release from, with what lies beside them.

    Args:
        source: the records.
        context: what the checks need beside the records.
        collection: all records in files; for JSON Lines only ``dataset.yaml`` and ``redirects.yaml`` beside them.
        lines: the files of JSON Lines, by table; empty for records in files.
    """

    source: Source
    context: Context
    collection: Collection
    lines: Mapping[str, Sequence[Path]]

    @property
    def description(self) -> dict[str, object]:
        """The content of ``dataset.yaml``, with the newest schema version; may be empty."""
        found = self.collection.description
        return found.to_dict() | {"schema_version": SCHEMA_VERSION} if found else {}


def build_dataset(
    folder: Path, output: Path | None, partition_by: Sequence[str], *, check: bool, release: bool,
    progress: Progress | None, memory: str | None, session: Session | None = None,
) -> Report:  # fmt: skip
    """Build or compare a release; arguments, result and errors as ``Dataset.build``."""
    if folder.is_file():
        raise UsageError(f"{folder} is a file, not the folder of a dataset")
    if check and partition_by:
        raise UsageError("--check compares rows, however they are divided into files: leave out --partition-by")
    if lines := lines_to_build(folder):
        if check:
            raise UsageError("--check compares curated records with their release, not JSON Lines")
        if output is None:
            raise UsageError(f"{folder} holds JSON Lines: say where the tables go, with --output")
        if session and partition_by:
            raise UsageError("Spark divides tables by their keys: leave out --partition-by")
        inputs = input_of_lines(folder, lines, output, progress)
        require_ready(inputs.collection, release)
        return build(inputs, output, partition_by=partition_by, memory=memory, session=session)
    collection = Collection.open(folder)
    if session and collection.entries:
        raise UsageError("Spark builds releases of JSON Lines; records in files are built without it")
    if output is None and collection.home is None:
        validation.checked(collection).raise_for_errors()
        raise UsageError(f"{folder} is not a folder with data/curated: say where the release goes, with --output")
    inputs, output = input_of_records(collection), output or (collection.home or Path()) / "published"
    require_ready(collection, release)
    if check:
        return _compare_release(inputs, output, memory)
    return build(inputs, output, partition_by=partition_by, memory=memory)


def _compare_release(inputs: BuildInput, folder: Path, memory: str | None) -> Report:
    """Report how a release differs from what the records would become.

    Raises:
        UsageError: there is no release yet.
        SetupError: *folder* is a link.
    """
    refuse_link(folder)
    if not manifest.release_folder(folder).exists():
        raise UsageError(f"{folder} holds no release yet; first: news-dataset build {operand(inputs.collection.path)}")
    try:
        differences = compare(manifest_to_build(inputs, memory), folder)
    except IntegrityError as error:
        return integrity_report(folder, error)
    except NewsDatasetError as error:
        if isinstance(error.report, Report):
            return error.report
        raise
    published = manifest.read(manifest.release_folder(folder))
    is_same_version = published.dataset["data_version"] == inputs.description.get("data_version")
    hint = "news-dataset build renews the release"
    if is_same_version and not is_draft(published.dataset):
        hint = f"raise data_version in dataset.yaml; {hint}"
    issues = [Issue(str(folder), text, hint="" if at else hint) for at, text in enumerate(sorted(differences))]
    return manual.file_report("stale_release", issues, checked=len(published.files))


def lines_to_build(folder: Path) -> dict[str, list[Path]]:
    """Return the JSON Lines files of a folder by table; none if it holds records."""
    if not folder.is_dir() or holds_release(folder) or holds_records(folder):
        return {}
    return lines_files(folder)


def input_of_records(collection: Collection) -> BuildInput:
    """Return records in files as the input of a build."""
    return BuildInput(CuratedSource(collection), validation.context_of(collection), collection, {})


def input_of_lines(
    folder: Path, lines: Mapping[str, Sequence[Path]], out: Path, progress: Progress | None = None
) -> BuildInput:
    """Return JSON Lines, and the description beside them, as the input of a build.

    Args:
        folder: the folder of the lines.
        lines: their files, by table.
        out: where the release goes; ids of an earlier release there are to be kept, unless the description says
            ``keeps_ids: false``.
        progress: called with the number of records done and the total.
    """
    source, collection, is_whole = validation.lines_source(folder, lines, progress)
    context = Context(is_whole)
    if collection.description and collection.description.keeps_ids is not False:
        context = Context(is_whole, published=validation.ids_of_release(out))
    return BuildInput(source, context, collection, lines)


def build(
    inputs: BuildInput, out: Path, *, partition_by: Sequence[str] = (), memory: str | None = None,
    session: Session | None = None,
) -> Report:  # fmt: skip
    """Validate records and publish them in *out*, replacing an earlier release.

    With a ``dataset.yaml`` they become a release, else tables alone. After an error, *out* is as it was.

    Args:
        inputs: the records.
        out: the folder of the release; tables alone need a new or empty folder.
        partition_by: columns, such as ``articles.language``; their tables are divided into one file per value.
        memory: the memory limit of the engine, such as ``1GB``.
        session: returns the Spark session whose cluster checks and writes; None for this process.

    Raises:
        InvalidDataError: a check failed, or the content of a released version would change.
        UnsafeInputError: a file or line was refused.
        IntegrityError: the published release, whose ids are to be kept, cannot be read.
        UsageError: *partition_by* names an unknown column, one with too many values, or two of one table.
        SetupError: *out* holds other files, cannot be written, or is locked by another build.
    """
    partitions = dict(_table_and_column(name, inputs.source.profile) for name in partition_by)
    if len(partitions) < len(partition_by):
        raise UsageError("--partition-by divides a table by one column: name each table once")
    is_release = bool(inputs.description)
    with locked_folder(out) as whole, _checked_rows(inputs, memory, session) as (store, report):
        if not is_release and not inputs.lines:
            place = inputs.collection.path
            raise InvalidDataError(f"{place} has no data/dataset.yaml: {description_to_fill_in()}")
        _refuse_output(inputs, out, is_release)
        with new_content(whole, replaceable_names(out) if is_release else ()) as new:
            _write(store, inputs, new, is_release, memory, partitions)
            if is_release and changes_released_version(manifest.read(new), out):
                refuse_version(inputs.collection)
    return report


def manifest_to_build(inputs: BuildInput, memory: str | None = None) -> Manifest:
    """Build a release in a temporary folder, and return its manifest.

    Raises:
        InvalidDataError: a check failed, or there is no ``dataset.yaml``.
    """
    with _checked_rows(inputs, memory) as (store, _), scratch() as folder:
        _write(store, inputs, Path(folder), True, memory, {})
        return manifest.read(Path(folder))


@contextmanager
def _checked_rows(
    inputs: BuildInput, memory: str | None, session: Session | None = None
) -> Iterator[tuple[Store, Report]]:
    """Yield the rows of all records, which passed every check, and the report.

    Raises:
        NewsDatasetError: a check failed; or the published release, whose ids are to be kept, cannot be read.
    """
    with gc_paused(), empty_store(inputs.source, memory=memory, session=session, is_keeping=True) as store:
        report = check(inputs.source, store, inputs.context)
        report.raise_for_errors()
        if inputs.context.unread_release:
            advice = "fetch it again, or delete it to build without them"
            raise IntegrityError(f"{inputs.context.unread_release}; its ids are to be kept: {advice}", following="")
        yield store, report


def _write(
    store: Store, inputs: BuildInput, new: Path, is_release: bool, memory: str | None, partitions: Mapping[str, str]
) -> None:
    """Write tables into a new folder; for a release also all its other files."""
    about, profile = inputs.description, inputs.source.profile
    versions = {key: str(about[key]) for key in VERSIONS} if is_release else {"schema_version": SCHEMA_VERSION}
    names = tuple(tables()) if inputs.context.is_whole else _tables_of(inputs.lines)
    contents = _write_tables(store, names, new, versions, is_release)
    view_contents: dict[str, Content] = {}
    if is_release and contents["statements"].rows <= MAX_STATEMENTS:
        view_contents = write_views(new, versions, memory)
    for table, column in partitions.items():
        if table in contents:
            divide(new / f"{table}.parquet", tables(profile)[table], column, versions)
    if not is_release:
        return
    paths = [path for name in contents for path in files_of_table(new, name)]
    paths += [path for model in profile.records for path in files_of_table(new, model.table, ".jsonl")]
    files = [*(path.relative_to(new).as_posix() for path in paths), *map(manifest.view_file, view_contents)]
    hashes = dict(zip(files, store.parallel_map(partial(manifest.describe_file, new), files), strict=True))
    codebooks = {name: [code.to_dict() for code in codes] for name, codes in profile.codes.items()}
    texts = descriptor_files(Manifest(about, contents, hashes, view_contents, codebooks))
    hashes |= {name: manifest.describe(data) for name, data in texts.items()}
    release = Manifest(about, contents, hashes, view_contents, codebooks)
    for name, data in (texts | {manifest.NAME: release.to_json().encode()}).items():
        write_new(new / name, data)


def _write_tables(
    store: Store, names: Sequence[str], new: Path, versions: Mapping[str, str], has_lines: bool
) -> dict[str, Content]:
    """Write tables, with *has_lines* also JSON Lines; return rows and hash by table."""
    models = store.profile.records if has_lines else ()
    if isinstance(store, DuckDBStore):
        import pyarrow as pa

        database, profile = store.database, store.profile
        contents = {name: write_table(database, name, new / f"{name}.parquet", versions, profile) for name in names}
        if models:
            pa.default_memory_pool().release_unused()  # the memory of the tables, before the records take as much
        for model in models:
            write_lines(database, model, new, new / f"{model.table}.jsonl")
        return contents
    from news_dataset.engine.spark import SparkStore
    from news_dataset.publish import cluster

    assert isinstance(store, SparkStore)
    contents = {name: cluster.write_parts(store, name, new, versions) for name in names}
    for model in models:
        cluster.write_lines_beside(store, model.table, new)
    return contents


def _tables_of(record_tables: Iterable[str]) -> tuple[str, ...]:
    """Return the given tables of records, with child tables and derived tables."""
    models = [BY_TABLE[table] for table in record_tables]
    names = {"records", "codes", "redirects", *(model.table for model in models)}
    names |= {child.table for model in models for child in children(model).values()}
    names |= {"entities"} if any(model.record_type in ENTITY_TYPES for model in models) else set()
    return tuple(name for name in tables() if name in names)


def _refuse_output(inputs: BuildInput, out: Path, is_release: bool) -> None:
    """Raise SetupError if *out* lies among records or in a release, or is not ours."""
    whole, collection = out.resolve(), inputs.collection
    records = [collection.root] if collection.home else [collection.path / table for table in inputs.lines]
    if any(place.resolve() in (whole, *whole.parents) for place in records):
        raise SetupError(f"{out} lies among the records")
    for parent in whole.parents:
        if holds_release(parent):
            raise SetupError(f"{out} lies in the release {parent}, which must stay as its manifest says")
    if is_release:
        refuse_foreign_files(out)


def _table_and_column(name: str, profile: Profile) -> tuple[str, str]:
    """Split a name such as ``articles.language`` into table and column.

    Raises:
        UsageError: there is no such column.
    """
    table, _, column = name.partition(".")
    try:
        fields = tables(profile)[known(table, list(tables()), "table")].fields
        known(column, [field.name for field in fields], f"column in {table}:")
    except KeyError as error:
        raise UsageError(f"{error.args[0]}; name table and column: articles.language") from error
    return table, column
