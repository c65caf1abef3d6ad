"""Commands that keep a dataset honest: validate, build, verify, schema."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from news_dataset import checks, json_schemas, publish, reporters, schema_diff, schema_ledger, validation
from news_dataset.cli.progress import busy, progress_bar
from news_dataset.cli.usage import UsageError, usage
from news_dataset.collection import Collection
from news_dataset.errors import NewsDatasetError
from news_dataset.issues import Report, Sink
from news_dataset.manifest import SCHEMA_VERSION, SCHEMA_VERSIONS, Manifest


def validate(options: Namespace) -> int:
    """Check records and print the report."""
    report = Report(())
    with usage(), _issues(options.issues) as sink:
        schema_version = _known_version(options.schema)
        for path in options.paths:
            with progress_bar(f"validate {path}") as told:
                report += validation.validated(
                    path, text=options.text, schema=schema_version, is_hashed=options.hash, sink=sink, progress=told
                )
    if options.format == "github":
        _annotate(report)
    else:
        sys.stdout.write(reporters.REPORTERS[options.format](report))
    return report.exit_code


@contextmanager
def _issues(path: Path | None) -> Iterator[Sink | None]:
    """Provide what takes every issue and writes them all as a table; None where none is asked for."""
    if path is None:
        yield None
        return
    with reporters.IssueTable(path) as table:
        yield table.add


def build(options: Namespace) -> int:
    """Validate the records and publish them, or compare them with what is published."""
    if publish.lines_to_build(options.folder):
        return _build_lines(options)
    if options.partition_by:
        raise UsageError("--partition-by divides the tables of JSON Lines; a release has one file for each table")
    collection = Collection.open(options.folder)
    if options.output is None and collection.home is None:
        checks.run(collection).raise_for_errors()
        raise UsageError(f"{options.folder} is no folder with data/curated: say where the release goes, with --output")
    folder = options.output or (collection.home or Path()) / "published"
    if options.check:
        with busy(f"build --check {folder}"):
            differences = publish.compare(collection, folder)
        for difference in differences:
            _say(f"{folder}: {difference}")
        _say(f"{folder} is {'not up to date' if differences else 'up to date'}", "build" if differences else "")
        return 1 if differences else 0
    with _nothing_written(folder), busy(f"build {folder}"):
        report, manifest = publish.build(collection, folder)
    for issue in report:
        print(reporters.issue_line(issue))
    _say(f"{folder}: {_summary(manifest)}", f"verify {folder}")
    return 0


def _build_lines(options: Namespace) -> int:
    """Validate JSON Lines and write them as a release or as tables."""
    folder, out = options.folder, options.output
    if options.check:
        raise UsageError("--check compares curated records with their release, not JSON Lines")
    if out is None:
        raise UsageError(f"{folder} holds JSON Lines: say where the tables go, with --output")
    with usage(), _nothing_written(out), progress_bar(f"build {out}") as told:
        report, built = publish.build_lines(folder, out, partition_by=options.partition_by, progress=told)
    for issue in report:
        print(reporters.issue_line(issue))
    if built.release:
        _say(f"{out}: {_summary(built.release)}", f"verify {out}")
    else:
        why = "divided tables" if (folder / "dataset.yaml").exists() else f"{folder} has no dataset.yaml"
        _say(
            f"{out}: {sum(built.rows.values())} rows in {len(built.rows)} tables; no release: {why}", f"validate {out}"
        )
    return 0


@contextmanager
def _nothing_written(folder: Path) -> Iterator[None]:
    """Say so when a check failed."""
    try:
        yield
    except NewsDatasetError as error:
        if error.report:  # any other error says itself what became of the folder
            state = "is as it was" if folder.exists() else "is not there"
            print(f"nothing was written; {reporters.escape(str(folder))} {state}", file=sys.stderr)
        raise


def verify(options: Namespace) -> int:
    """Check a release against its manifest."""
    here = Path("data") / "published"
    folder = options.folder or (here if here.is_dir() else _bundled())
    if not folder.exists():
        raise UsageError(f"there is no {folder}")
    if not (folder / "manifest.json").exists() and (folder / "data" / "published").is_dir():
        folder = folder / "data" / "published"
    with busy(f"verify {folder}"):
        manifest = publish.verify(folder)
    _say(f"{folder}: {_summary(manifest)}, all as the manifest says")
    return 0


def write_schemas(options: Namespace) -> int:
    """Write the JSON Schemas, check that the files are what the models give, or compare two versions."""
    if options.diff:
        return _diff_schemas(*options.diff)
    folder = options.folder or Path("schemas") / SCHEMA_VERSION
    json_schemas.check_dialect()
    found = list(json_schemas.drift(folder))
    with usage():
        is_frozen = folder.name in schema_ledger.frozen(folder.parent)
        altered = list(schema_ledger.faults(folder.parent)) if options.check else []
    if options.check:
        for path, how in [
            *((folder / name, how) for name, how in found),
            *((folder.parent / n, how) for n, how in altered),
        ]:
            _say(f"{path}: {how}")
        _say(
            f"{folder} {'has drifted' if found else 'is what the models give'}",
            "schema" if found and not is_frozen else "",
        )
        return 1 if found or altered else 0
    if is_frozen and found:
        raise UsageError(f"{folder} is frozen and stays as it is: changed models need a new version (docs/schemas.md)")
    if is_frozen:
        _say(f"{folder} is frozen, and what the models give: nothing was written")
        return 0
    publish.replace(folder, {name: text.encode() for name, text in json_schemas.derive().items()})
    _say(f"{folder}: {len(json_schemas.derive())} files", f"schema --check {folder}")
    return 0


def _known_version(named: str | None) -> str | None:
    """Return the version of the schemas that was named, if it is one.

    Raises:
        ValueError: this package does not know it.
    """
    if named is not None and named not in SCHEMA_VERSIONS:
        raise ValueError(f"there is no schema {named}; this package knows {', '.join(SCHEMA_VERSIONS)}")
    return named


def _annotate(report: Report) -> None:
    """Print the report for a step of a GitHub workflow, and add it to the step's summary where the runner has one."""
    report = reporters.github.placed(report, Path(os.environ.get("GITHUB_WORKSPACE") or "."))
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    page = Path(named) if named else None
    size = page.stat().st_size if page and page.is_file() else 0
    summary = reporters.github.summary(report, reporters.github.LIMIT - size) if page else ""
    sys.stdout.write(reporters.github.log(report, has_summary=bool(summary)))
    if page and summary:  # after the log, so that an error of the disk does not hide it
        with page.open("a", encoding="utf-8", newline="\n") as file:
            file.write(summary)


def _diff_schemas(old: str, new: str) -> int:
    """Print how two sets of schemas differ; a breaking difference is 1."""
    with usage():
        older, newer = _schema_folder(old), _schema_folder(new)
        if older is None or newer is None:
            _say(f"no version {SCHEMA_VERSION.partition('.')[0]}.x of the schemas is frozen yet: nothing to compare")
            return 0
        changes = schema_diff.compare(schema_diff.load(older), schema_diff.load(newer))
    for change in changes:
        _say(str(change))
    counts = [f"{sum(change.kind == kind for change in changes)} {kind}" for kind in schema_diff.KINDS]
    _say(f"{older} to {newer}: {', '.join(counts)}")
    return 1 if any(change.kind == "breaking" for change in changes) else 0


def _schema_folder(named: str) -> Path | None:
    """Return the folder that is meant: one by its path, by its version, or the word frozen or current."""
    schemas = Path("schemas")
    if named == "frozen":
        version = schema_ledger.newest(schemas, SCHEMA_VERSION.partition(".")[0])
        return schemas / version if version else None
    if named == "current":
        return schemas / SCHEMA_VERSION
    return Path(named) if Path(named).is_dir() else schemas / named


def _say(words: str, following: str = "") -> None:
    """Print a line that may hold names of files, and the next command to run."""
    print(reporters.escape(words))
    if following:
        print(f"next: news-dataset {reporters.escape(following)}")


def _summary(manifest: Manifest) -> str:
    rows, about = sum(table.rows for table in manifest.tables.values()), manifest.dataset
    versions = f"data {about['data_version']}, schema {about['schema_version']}"
    return f"{len(manifest.files)} files, {rows} rows in {len(manifest.tables)} tables, {versions}"


def _bundled() -> Path:
    from news_dataset import path

    return path("articles").parent
