"""Commands that keep a dataset honest: validate, build, verify, schema."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from news_dataset import checks, publish, reporters, schema
from news_dataset.cli.usage import UsageError, usage
from news_dataset.collection import Collection
from news_dataset.errors import NewsDatasetError
from news_dataset.issues import Report
from news_dataset.manifest import Manifest
from news_dataset.records import SCHEMA_VERSION


def validate(options: Namespace) -> int:
    """Check records and print the report."""
    report = Report(())
    with usage():
        collections = [Collection.open(path, text=options.text) for path in options.paths]
    for collection in collections:
        report += checks.run(collection)
    if options.format == "github":
        _annotate(report)
    else:
        sys.stdout.write(reporters.REPORTERS[options.format](report))
    return report.exit_code


def build(options: Namespace) -> int:
    """Validate the records and publish them, or compare them with what is published."""
    collection = Collection.open(options.folder)
    if options.output is None and collection.home is None:
        checks.run(collection).raise_for_errors()
        raise UsageError(f"{options.folder} is no folder with data/curated: say where the release goes, with --output")
    folder = options.output or (collection.home or Path()) / "published"
    if options.check:
        differences = publish.compare(collection, folder)
        for difference in differences:
            _say(f"{folder}: {difference}")
        _say(f"{folder} is {'not up to date' if differences else 'up to date'}", "build" if differences else "")
        return 1 if differences else 0
    try:
        report, manifest = publish.build(collection, folder)
    except NewsDatasetError as error:
        if error.report:  # any other error says itself what became of the folder
            state = "is as it was" if folder.exists() else "is not there"
            print(f"nothing was written; {reporters.escape(str(folder))} {state}", file=sys.stderr)
        raise
    for issue in report:
        print(reporters.issue_line(issue))
    _say(f"{folder}: {_summary(manifest)}", f"verify {folder}")
    return 0


def verify(options: Namespace) -> int:
    """Check a release against its manifest."""
    here = Path("data") / "published"
    folder = options.folder or (here if here.is_dir() else _bundled())
    if not folder.exists():
        raise UsageError(f"there is no {folder}")
    if not (folder / "manifest.json").exists() and (folder / "data" / "published").is_dir():
        folder = folder / "data" / "published"
    manifest = publish.verify(folder)
    _say(f"{folder}: {_summary(manifest)}, all as the manifest says")
    return 0


def write_schemas(options: Namespace) -> int:
    """Write the JSON Schemas, or check that the files are what the models give."""
    folder = options.folder or Path("schemas") / SCHEMA_VERSION
    schema.check_dialect()
    if options.check:
        found = list(schema.drift(folder))
        for name, how in found:
            _say(f"{folder / name}: {how}")
        _say(f"{folder} {'has drifted' if found else 'is what the models give'}", "schema" if found else "")
        return 1 if found else 0
    publish.replace(folder, {name: text.encode() for name, text in schema.derive().items()})
    _say(f"{folder}: {len(schema.derive())} files", f"schema --check {folder}")
    return 0


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
