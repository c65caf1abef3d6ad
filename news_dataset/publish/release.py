"""Verify a release against its manifest, and compare it with another."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from news_dataset import checks, frozen, manifest, stores, strict_json
from news_dataset.engine.database import connected
from news_dataset.errors import IntegrityError, NewsDatasetError, SetupError, UnsafeInputError, UsageError
from news_dataset.files import LINK, is_of_system, link_between
from news_dataset.folders import holds_records, lines_files, parquet_files
from news_dataset.issues import Issue, Report, Tally
from news_dataset.manifest import LINES, File, Manifest, OrderedContent
from news_dataset.markup import operand
from news_dataset.publish.descriptors import DESCRIPTORS, descriptor_files, package_members
from news_dataset.publish.tables import content_of, ordered_content_of
from news_dataset.publish.views import computed_views
from news_dataset.records import BY_TABLE, RECORDS, Description
from news_dataset.released import Release
from news_dataset.tabular import Table, arrow_schema, tables, tables_of
from news_dataset.views import views

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

_UNDIVIDED_FILES = (
    manifest.NAME, *DESCRIPTORS, *(f"{table}.jsonl" for table in BY_TABLE), *(f"{table}.parquet" for table in tables()),
    *map(manifest.view_file, views()),
)  # fmt: skip
"""The names of all files of a release whose tables are not divided."""


def refuse_foreign_files(folder: Path) -> None:
    """Raise SetupError if *folder* holds files that do not belong to a release."""
    if folder.is_dir() and not all(map(is_of_system, folder.iterdir())):
        try:
            release = manifest.read(folder)
        except IntegrityError as error:
            advice = "if it is a broken release, remove it first"
            raise SetupError(
                f"{folder} holds files and is not a release, so it is not ours to replace; {advice}"
            ) from error
        for name in DESCRIPTORS:  # names that anyone might use
            if name not in release.files and os.path.lexists(folder / name):
                raise SetupError(f"{folder} holds {name}, which is not part of the release; move it elsewhere first")


def replaceable_names(out: Path) -> set[str]:
    """Return the names of files in *out* that belong to a release."""
    place = manifest.release_folder(out)
    files = manifest.read(place).files if (place / manifest.NAME).is_file() else ()
    return {*_UNDIVIDED_FILES, *(name for name in files if "/" in name and manifest.is_file_name(name, tables()))}


def is_draft(dataset: Mapping[str, object]) -> bool:
    """Return whether ``data_version`` is that of a draft, whose content may change."""
    return str(dataset["data_version"]).endswith(".dev")


def changes_released_version(new: Manifest, folder: Path) -> bool:
    """Return whether *folder* holds the same released version with other content."""
    folder = manifest.release_folder(folder)
    if is_draft(new.dataset) or not (folder / manifest.NAME).is_file():
        return False
    old = manifest.read(folder)
    is_same_version = all(old.dataset.get(key) == new.dataset[key] for key in ("name", "data_version"))
    return is_same_version and (old.dataset, old.codebooks, old.tables) != (new.dataset, new.codebooks, new.tables)


def compare(wanted: Manifest, folder: Path) -> list[str]:
    """Return a sentence for each difference of the release in *folder* from *wanted*.

    *wanted* is what the records would become. Content hashes are compared, not bytes, which depend on the version of
    pyarrow. Descriptors repeat hashes of files, so they are compared with descriptors of the published files.

    Raises:
        IntegrityError: there is no release, or it does not match its manifest.
    """
    published = verify(folder)
    differences: list[str] = []
    if (published.dataset, published.codebooks) != (wanted.dataset, wanted.codebooks):
        differences.append(f"{manifest.NAME}: the description differs from dataset.yaml")
    contents = {**published.tables, **published.views}
    for name, content in {**wanted.tables, **wanted.views}.items():
        if contents.get(name) != content:
            differences.append(f"{name}: other rows than the records give")
    for model in RECORDS:
        names, undivided = published.files_of(model.table, LINES), f"{model.table}{LINES}"
        if _concatenated(manifest.release_folder(folder), published, names) != wanted.files[undivided]:
            name = undivided if names == [undivided] else model.table
            differences.append(f"{name}: other records than the curated ones")
    texts = descriptor_files(dataclasses.replace(wanted, files=wanted.files | published.files))
    stale = [name for name, data in texts.items() if published.files.get(name) != manifest.describe(data)]
    return differences + [f"{name}: describes another release than this one" for name in stale]


def _concatenated(folder: Path, published: Manifest, names: Sequence[str]) -> File | None:
    """Return hash and size of the joined files of a release; None for an unknown file."""
    if len(names) == 1:
        return published.files.get(names[0])
    digest, size = sha256(), 0
    for name in names:
        data = manifest.read_file(folder, published, name)
        digest.update(data)
        size += len(data)
    return File(digest.hexdigest(), size)


def verify(folder: Path) -> Manifest:
    """Check files of a release against its manifest, and tables against the models.

    Returns:
        The manifest.

    Raises:
        IntegrityError: a file is missing, changed or not in the manifest, or a table or view is not what the manifest
            says; the message has a line for each.
    """
    return _retried(folder, _verify_once)


def _retried(folder: Path, read: Callable[[Path], T]) -> T:
    """Read a release, and after an error read it again if it was replaced meanwhile."""
    while True:
        place = manifest.release_folder(folder)
        before = _identity(place)
        try:
            return read(place)
        except (NewsDatasetError, FileNotFoundError):
            if _identity(manifest.release_folder(folder)) == before:
                raise


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return inode and time of change of a folder, or None if it is missing."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_ino, status.st_ctime_ns


def _verify_once(folder: Path) -> Manifest:
    """Check a release once; result and errors as ``verify``."""
    release = Release(folder)
    found = release.manifest
    faults = list(manifest.differences(folder, found)) or [*_description_faults(folder, found), *_table_faults(release)]
    if faults := faults or list(_view_faults(release)):
        raise IntegrityError("\n".join(faults))
    return found


def _description_faults(folder: Path, found: Manifest) -> Iterator[str]:
    """Yield a sentence for each fault of the dataset's description in the manifest."""
    try:
        Description.model_validate(frozen.migrate("dataset", found.dataset, found.dataset["schema_version"]))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(map(str, ("dataset", *first["loc"])))
        yield f"{folder / manifest.NAME}: {place} {first['msg'][:1].lower()}{first['msg'][1:]}"
        return
    if [*found.codebooks] != sorted(found.dataset.get("codebooks", ())):
        yield f"{folder / manifest.NAME}: codebooks are not those that dataset names"
    # No hash protects the manifest itself, but a descriptor repeats its description of the dataset.
    name = "datapackage.json"
    if name in found.files:
        try:
            package = dict(strict_json.parse(manifest.read_file(folder, found, name)))
        except (ValueError, TypeError):
            package = {}
        for member, wanted in package_members(found).items():
            if package.get(member, wanted) != wanted:
                yield f"{folder / manifest.NAME} and {name} differ: {member}"


def _table_faults(release: Release) -> Iterator[str]:
    """Yield a sentence for each missing, unknown or changed table."""
    folder, found = release.folder, release.manifest
    wanted = tables_of(found.dataset["schema_version"], release.profile)
    for name in sorted(set(wanted) ^ set(found.tables)):
        yield f"{folder / manifest.NAME}: {name} {'is missing' if name in wanted else 'is no table'}"
    with connected() as database:
        for name in sorted(set(wanted) & set(found.tables)):
            content = ordered_content_of if isinstance(found.tables[name], OrderedContent) else content_of
            try:
                if content(database, wanted[name], _checked_batches(release, wanted[name])) != found.tables[name]:
                    yield f"{release.path(name)} holds other rows than the manifest says"
            except IntegrityError as error:
                yield str(error)


def _view_faults(release: Release) -> Iterator[str]:
    """Yield a sentence for each view that differs from the manifest or the tables.

    A view whose columns are those of another version of this package is skipped: the hash of its file must do.
    """
    folder, recorded = release.folder, release.manifest.views
    present = {name: rows for name in recorded if name in views() and (rows := release.view(name)) is not None}
    computed = computed_views(folder) if present else {}
    with connected() as database:
        for name, rows in present.items():
            if content_of(database, views()[name], rows.to_batches()) != recorded[name]:
                yield f"{folder / manifest.view_file(name)} holds other rows than the manifest says"
            elif computed[name] != recorded[name]:
                yield f"{folder / manifest.view_file(name)} holds other rows than the tables give"


def _checked_batches(release: Release, table: Table) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table; raise IntegrityError if columns or values are wrong."""
    for file in release.parts(table.name):
        if not file.schema.equals(arrow_schema(table), check_metadata=False):
            raise IntegrityError(f"{file.place} has other columns than the table {table.name}")
        for batch in file.batches(file.schema.names):
            release.check(table.name, batch, file.place)
            yield batch


def verify_dataset(folder: Path) -> Report:
    """Check the release in a folder; returns and errors as ``Dataset.verify``."""
    if not folder.exists():
        raise FileNotFoundError(f"there is no {folder}")
    remains = (folder / "data" / "published", folder / "published")  # of a release that lost its manifest
    place = stores.release_in(folder) or next((path for path in remains if path.is_dir()), folder)
    if link := link_between(folder, place):
        raise UnsafeInputError(f"{link} {LINK.message}")
    if not any((manifest.release_folder(place) / name).exists() for name in (manifest.NAME, *DESCRIPTORS)):
        _refuse_folder_without_release(folder, place)
    try:
        return _retried(place, _report)
    except IntegrityError as error:
        return integrity_report(place, error)


def _refuse_folder_without_release(folder: Path, place: Path) -> None:
    """Raise a ``UsageError`` if *folder* holds something other than a release; not for remains of one in *place*."""
    if parquet_files(place):
        raise UsageError(f"{folder} holds tables without a manifest to verify them against; use validate")
    if place == folder and holds_records(folder):
        raise UsageError(f"{folder} holds records and no release yet; first: news-dataset build {operand(folder)}")
    if place == folder and not lines_files(folder):
        raise UsageError(f"{folder} holds no release: no {manifest.NAME} and no tables")


def _report(folder: Path) -> Report:
    """Return the report on an intact release, with warnings; errors as ``verify``."""
    found, code = _verify_once(folder), checks.CODES["altered_release"]
    issues = [Issue(str(folder / name), message, "", code.name, hint, severity="warning")
              for name, message, hint in _harmless_changes(folder, found)]  # fmt: skip
    return Report.of(issues, [Tally(code.name, code.layer, checked=len(found.files))])


def _harmless_changes(folder: Path, found: Manifest) -> Iterator[tuple[str, str, str]]:
    """Yield name, message and hint for files with other line ends or of the system."""
    hint = "git changed them; * -text in .gitattributes keeps files as they are"
    for name, wanted in sorted(found.files.items()):
        if name.endswith(manifest.TEXTS) and (folder / name).stat().st_size != wanted.bytes:
            yield name, "differs only in line ends", hint
    for path in filter(is_of_system, sorted(folder.rglob("*"))):
        yield path.relative_to(folder).as_posix(), "is of the operating system, and no part of the release", ""


def integrity_report(folder: Path, error: IntegrityError) -> Report:
    """Return a report with an issue ``altered_release`` for each line of an error."""
    code, place = checks.CODES["altered_release"], str(folder / manifest.NAME)
    hint = manifest.RENEWAL
    issues = [Issue(place, line, "", code.name, hint, exit_code=code.exit_code) for line in str(error).splitlines()]
    return Report.of(issues, [Tally(code.name, code.layer, checked=1, failed=1)])
