"""What build and verify do for a dataset's folder, whatever it holds, as reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from news_dataset import checks, manifest, upkeep, validation
from news_dataset.collection import Collection
from news_dataset.errors import IntegrityError, NewsDatasetError, UsageError
from news_dataset.issues import Issue, Progress, Report, Tally
from news_dataset.publish import building, release
from news_dataset.stores import release_in


def build_dataset(
    folder: Path,
    output: Path | None,
    partition_by: Sequence[str],
    *,
    check: bool,
    progress: Progress | None,
    memory: str | None,
) -> Report:
    """Publish what a folder holds, or compare it with its release; arguments and errors as ``Dataset.build``."""
    if lines := building.lines_to_build(folder):
        if check:
            raise UsageError("--check compares curated records with their release, not JSON Lines")
        if output is None:
            raise UsageError(f"{folder} holds JSON Lines: say where the tables go, with --output")
        work = building.work_of_lines(folder, lines, output, progress)
        return building.build(work, output, partition_by=partition_by, memory=memory)
    if partition_by:
        raise UsageError("--partition-by divides the tables of JSON Lines; a release has one file for each table")
    collection = Collection.open(folder)
    if output is None and collection.home is None:
        validation.checked(collection).raise_for_errors()
        raise UsageError(f"{folder} is no folder with data/curated: say where the release goes, with --output")
    work, output = building.work_of(collection), output or (collection.home or Path()) / "published"
    return _comparison(work, output, memory) if check else building.build(work, output, memory=memory)


def _comparison(work: building.Work, folder: Path, memory: str | None) -> Report:
    """Return how a release differs from what the records would become, or what is wrong with either."""
    try:
        differences = release.compare(building.built(work, memory), folder)
    except IntegrityError as error:
        return _altered(folder, error)
    except NewsDatasetError as error:
        if isinstance(error.report, Report):
            return error.report
        raise
    hint = "news-dataset build renews the release"
    issues = [Issue(str(folder), difference, hint=hint) for difference in differences]
    return upkeep.report("stale_release", issues, checked=len(manifest.read(manifest.located(folder)).files))


def verify_dataset(folder: Path) -> Report:
    """Check the release in a folder against its manifest and the models.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no {folder}")
    place = release_in(folder) or folder
    try:
        found = release.verify(place)
    except IntegrityError as error:
        return _altered(place, error)
    code = checks.CODES["altered_release"]
    return Report((), (Tally(code.name, code.layer, checked=len(found.files)),))


def _altered(folder: Path, error: IntegrityError) -> Report:
    """Return the sentences of an error as issues."""
    code, place = checks.CODES["altered_release"], str(folder / manifest.NAME)
    hint = "build the release anew, or fetch it again"
    issues = [Issue(place, one, "", code.name, hint, exit_code=code.exit_code) for one in str(error).splitlines()]
    return Report.of(issues, [Tally(code.name, code.layer, checked=1, failed=1)])
