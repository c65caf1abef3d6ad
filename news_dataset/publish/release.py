"""A release: what describes it, how two differ, and whether one is what its manifest says."""

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
from news_dataset.folders import holds_records, parquet_files
from news_dataset.issues import Issue, Report, Tally
from news_dataset.manifest import LINES, File, Manifest, OrderedContent
from news_dataset.publish.descriptors import DESCRIPTORS, described, package_members
from news_dataset.publish.tables import content_of, ordered_content_of
from news_dataset.publish.views import contents
from news_dataset.records import RECORDS, Description
from news_dataset.released import Release
from news_dataset.tabular import Table, arrow_schema, tables_of
from news_dataset.views import views

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")


def refuse_foreign_files(folder: Path) -> None:
    """Raise if *folder* holds files that are no release.

    Raises:
        SetupError: it does.
    """
    if folder.is_dir() and not all(map(is_of_system, folder.iterdir())):
        try:
            found = manifest.read(folder)
        except IntegrityError as error:
            advice = "if it is a broken release, remove it first"
            raise SetupError(
                f"{folder} holds files and is no release, so it is not ours to replace; {advice}"
            ) from error
        for name in DESCRIPTORS:  # names that anyone might use
            if name not in found.files and os.path.lexists(folder / name):
                raise SetupError(f"{folder} holds {name}, which is no part of the release; move it elsewhere first")


def is_draft(dataset: Mapping[str, object]) -> bool:
    """Return whether a description is that of a draft, which may change under its version."""
    return str(dataset["data_version"]).endswith(".dev")


def is_replaced(new: Manifest, folder: Path) -> bool:
    """Return whether *folder* holds the same released version as *new* with other content."""
    folder = manifest.release_folder(folder)
    if is_draft(new.dataset) or not (folder / manifest.NAME).is_file():
        return False
    old = manifest.read(folder)
    is_same = all(old.dataset.get(name) == new.dataset[name] for name in ("name", "data_version"))
    return is_same and (old.dataset, old.codebooks, old.tables) != (new.dataset, new.codebooks, new.tables)


def compare(wanted: Manifest, folder: Path) -> list[str]:
    """Return how the release in *folder* differs from the one that records would become; nothing is written.

    Content hashes and schemas are compared, not bytes, so that the answer is the same under every version of pyarrow;
    descriptors are compared with those of the Parquet files that are published.

    Raises:
        IntegrityError: there is no release, or it does not match its manifest.
    """
    published, found = verify(folder), []
    if (published.dataset, published.codebooks) != (wanted.dataset, wanted.codebooks):
        found.append(f"{manifest.NAME}: the description differs from dataset.yaml")
    here = {**published.tables, **published.views}
    for name, content in {**wanted.tables, **wanted.views}.items():
        if here.get(name) != content:
            found.append(f"{name}: other rows than the records give")
    for model in RECORDS:
        names, alone = published.files_of(model.table, LINES), f"{model.table}{LINES}"
        if _joined(manifest.release_folder(folder), published, names) != wanted.files[alone]:
            found.append(f"{alone if names == [alone] else model.table}: other records than the curated ones")
    texts = described(dataclasses.replace(wanted, files=wanted.files | published.files))
    stale = [name for name, data in texts.items() if published.files.get(name) != manifest.describe(data)]
    return found + [f"{name}: describes another release than this one" for name in stale]


def _joined(folder: Path, published: Manifest, names: Sequence[str]) -> File | None:
    """Return hash and size of some files of a release, one behind the other."""
    if len(names) == 1:
        return published.files.get(names[0])
    digest, size = sha256(), 0
    for name in names:
        data = manifest.read_file(folder, published, name)
        digest.update(data)
        size += len(data)
    return File(digest.hexdigest(), size)


def verify(folder: Path) -> Manifest:
    """Check every file of a release against its manifest, and every table against the models, its rows and their hash.

    Returns:
        The manifest.

    Raises:
        IntegrityError: a file is missing, changed or not vouched for, or a table is not what the manifest says; the
            message names all of them.
    """
    return _undisturbed(folder, _verified)


def _undisturbed(folder: Path, look: Callable[[Path], T]) -> T:
    """Look at the release in *folder*; again, if another took its place meanwhile and what was seen is part of both."""
    while True:
        place = manifest.release_folder(folder)
        before = _identity(place)
        try:
            return look(place)
        except (NewsDatasetError, FileNotFoundError):
            if _identity(manifest.release_folder(folder)) == before:
                raise


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from the one that takes its place; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns


def _verified(folder: Path) -> Manifest:
    release = Release(folder)
    found = release.manifest
    wrong = list(manifest.differences(folder, found)) or [*_wrong_about(folder, found), *_wrong_tables(release)]
    if wrong := wrong or list(_wrong_views(release)):
        raise IntegrityError("\n".join(wrong))
    return found


def _wrong_about(folder: Path, found: Manifest) -> Iterator[str]:
    try:
        Description.model_validate(frozen.migrate("dataset", found.dataset, found.dataset["schema_version"]))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(map(str, ("dataset", *first["loc"])))
        yield f"{folder / manifest.NAME}: {where} {first['msg'][:1].lower()}{first['msg'][1:]}"
        return
    if [*found.codebooks] != sorted(found.dataset.get("codebooks", ())):
        yield f"{folder / manifest.NAME}: codebooks are not those that dataset names"
    # Nothing vouches for the manifest itself, but a descriptor repeats what it says of the dataset.
    name = "datapackage.json"
    if name in found.files:
        try:
            said = dict(strict_json.parse(manifest.read_file(folder, found, name)))
        except (ValueError, TypeError):
            said = {}
        for part, wanted in package_members(found).items():
            if said.get(part, wanted) != wanted:
                yield f"{folder / manifest.NAME} and {name} differ: {part}"


def _wrong_tables(release: Release) -> Iterator[str]:
    folder, found = release.folder, release.manifest
    wanted = tables_of(found.dataset["schema_version"], release.profile)
    for name in sorted(set(wanted) ^ set(found.tables)):
        yield f"{folder / manifest.NAME}: {name} {'is missing' if name in wanted else 'is no table'}"
    with connected() as database:
        for name in sorted(set(wanted) & set(found.tables)):
            content = ordered_content_of if isinstance(found.tables[name], OrderedContent) else content_of
            try:
                if content(database, wanted[name], _sound(release, wanted[name])) != found.tables[name]:
                    yield f"{release.path(name)} holds other rows than the manifest says"
            except IntegrityError as error:
                yield str(error)


def _wrong_views(release: Release) -> Iterator[str]:
    """Yield a sentence for each view that is not that of the tables.

    One that another version of this package gave other columns is left to the hash of its file.
    """
    folder, found = release.folder, release.manifest.views
    mine = {name: rows for name in found if name in views() and (rows := release.view(name)) is not None}
    made = contents(folder) if mine else {}
    with connected() as database:
        for name, rows in mine.items():
            if content_of(database, views()[name], rows.to_batches()) != found[name]:
                yield f"{folder / manifest.view_file(name)} holds other rows than the manifest says"
            elif made[name] != found[name]:
                yield f"{folder / manifest.view_file(name)} holds other rows than the tables give"


def _sound(release: Release, table: Table) -> Iterator[pa.RecordBatch]:
    """Yield batches of a table after their columns and values were looked at."""
    for file in release.parts(table.name):
        if not file.schema.equals(arrow_schema(table), check_metadata=False):
            raise IntegrityError(f"{file.place} has other columns than the table {table.name}")
        for batch in file.batches(file.schema.names):
            release.check(table.name, batch, file.place)
            yield batch


def verify_dataset(folder: Path) -> Report:
    """Check the release in a folder against its manifest and the models.

    Raises:
        FileNotFoundError: there is no such folder.
        UsageError: it holds tables that are no release, or records of which none was built yet.
        UnsafeInputError: the release below it is a link.
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no {folder}")
    remains = (folder / "data" / "published", folder / "published")  # of a release that lost its manifest
    place = stores.release_in(folder) or next((one for one in remains if one.is_dir()), folder)
    if link := link_between(folder, place):
        raise UnsafeInputError(f"{link} {LINK.message}")
    names = (manifest.NAME, *DESCRIPTORS)
    if not any((manifest.release_folder(place) / name).exists() for name in names):
        if parquet_files(place):
            raise UsageError(f"{folder} holds tables without a manifest, which nothing vouches for; use validate")
        if place == folder and holds_records(folder):
            raise UsageError(f"{folder} holds records and no release yet; first: news-dataset build {folder}")
    try:
        return _undisturbed(place, _report)
    except IntegrityError as error:
        return altered(place, error)


def _report(folder: Path) -> Report:
    """Return the report on a sound release; errors as ``verify``."""
    found, code = _verified(folder), checks.CODES["altered_release"]
    issues = [Issue(str(folder / name), message, "", code.name, hint, severity="warning")
              for name, message, hint in _remarks(folder, found)]  # fmt: skip
    return Report.of(issues, [Tally(code.name, code.layer, checked=len(found.files))])


def _remarks(folder: Path, found: Manifest) -> Iterator[tuple[str, str, str]]:
    """Yield name, message and hint for each file of a sound release that is not quite as it was built."""
    for name, wanted in sorted(found.files.items()):
        if name.endswith(manifest.TEXTS) and (folder / name).stat().st_size != wanted.bytes:
            yield (
                name,
                "differs only in line ends",
                "git changed them; * -text in .gitattributes keeps files as they are",
            )
    for path in filter(is_of_system, sorted(folder.rglob("*"))):
        yield path.relative_to(folder).as_posix(), "is of the operating system, and no part of the release", ""


def altered(folder: Path, error: IntegrityError) -> Report:
    """Return the sentences of an error as issues."""
    code, place = checks.CODES["altered_release"], str(folder / manifest.NAME)
    hint = "build the release anew, or fetch it again"
    issues = [Issue(place, one, "", code.name, hint, exit_code=code.exit_code) for one in str(error).splitlines()]
    return Report.of(issues, [Tally(code.name, code.layer, checked=1, failed=1)])
