"""Commands that keep a dataset honest: validate, build, verify, schema."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from news_dataset import checks, publish, reporters, schema
from news_dataset.cli.usage import UsageError, usage
from news_dataset.collection import Collection
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
    sys.stdout.write(reporters.REPORTERS[options.format](report))
    return report.exit_code


def build(options: Namespace) -> int:
    """Validate the records and publish them, or compare them with what is published."""
    folder = options.output or options.folder / "data" / "published"
    with usage():
        collection = Collection.open(options.folder)
    report = checks.run(collection)
    if not report.ok:
        sys.stdout.write(reporters.text(report))
        print(f"nothing was written; {folder} is as it was", file=sys.stderr)
        return report.exit_code
    if options.check:
        differences = publish.compare(collection, folder)
        for difference in differences:
            print(reporters.escape(f"{folder}: {difference}"))
        print(f"{folder} is {'not up to date; next: news-dataset build' if differences else 'up to date'}")
        return 1 if differences else 0
    report, manifest = publish.build(collection, folder)
    for issue in report:
        print(reporters.issue_line(issue))
    print(f"{folder}: {_summary(manifest)}\nnext: news-dataset verify {folder}")
    return 0


def verify(options: Namespace) -> int:
    """Check a release against its manifest."""
    folder = options.folder or _bundled()
    if not folder.exists():
        raise UsageError(f"there is no {folder}")
    if not (folder / "manifest.json").exists() and (folder / "data" / "published").is_dir():
        folder = folder / "data" / "published"
    manifest = publish.verify(folder)
    print(f"{folder}: {_summary(manifest)}, all as the manifest says")
    return 0


def write_schemas(options: Namespace) -> int:
    """Write the JSON Schemas, or check that the files are what the models give."""
    folder = options.folder or Path("schemas") / SCHEMA_VERSION
    schema.check_dialect()
    if options.check:
        found = list(schema.drift(folder))
        for name, how in found:
            print(reporters.escape(f"{folder / name}: {how}"))
        print(f"{folder} {'has drifted; next: news-dataset schema' if found else 'is what the models give'}")
        return 1 if found else 0
    publish.replace(folder, {name: text.encode() for name, text in schema.derive().items()})
    print(f"{folder}: {len(schema.derive())} files\nnext: news-dataset schema --check")
    return 0


def _summary(manifest: Manifest) -> str:
    rows, about = sum(table.rows for table in manifest.tables.values()), manifest.dataset
    versions = f"data {about['data_version']}, schema {about['schema_version']}"
    return f"{len(manifest.files)} files, {rows} rows in {len(manifest.tables)} tables, {versions}"


def _bundled() -> Path:
    from news_dataset import path

    return path("articles").parent
