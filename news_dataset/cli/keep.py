"""Commands that keep a dataset honest: validate, build, verify, schema."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from news_dataset import reporters
from news_dataset.cli.folder import keeping
from news_dataset.cli.output import say, show
from news_dataset.cli.progress import busy, progress_bar
from news_dataset.dataset import Dataset
from news_dataset.errors import NewsDatasetError
from news_dataset.issues import Report, Sink
from news_dataset.manifest import SCHEMA_VERSION


def validate(options: Namespace) -> int:
    """Check records and print the report."""
    report = Report(())
    paths = options.paths or [keeping(None)]
    with _issues(options.issues) as sink:
        for path in paths:
            with progress_bar(f"validate {path}") as told:
                report += Dataset(path).validate(
                    text=options.text,
                    schema=options.schema,
                    hashed=options.hashed,
                    sink=sink,
                    progress=told,
                    memory=options.memory,
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
    folder = keeping(options.folder)
    out = options.output or _published(folder)
    whole = out.resolve()  # who stands in the old release has no working folder afterwards
    with _nothing_written(out), progress_bar(f"build {out}") as told:
        report = Dataset(folder).build(
            output=options.output,
            partition_by=options.partition_by,
            check=options.check,
            progress=told,
            memory=options.memory,
        )
    if options.check:
        return show(report)
    for issue in report:
        print(reporters.issue_line(issue))
    about = Dataset.open(whole).info()
    rows = about["rows"]
    what = f"{out}: {sum(rows.values())} rows in {len(rows)} tables"
    if about["data_version"]:
        say(f"{what}, data {about['data_version']}, schema {about['schema_version']}", f"verify {out}")
    else:
        why = "divided tables" if (folder / "dataset.yaml").exists() else f"{folder} has no dataset.yaml"
        say(f"{what}; no release: {why}", f"validate {out}")
    return 0


def _published(folder: Path) -> Path:
    """Return where the release of a dataset's folder goes."""
    if (folder / "data" / "curated").is_dir():
        return folder / "data" / "published"
    whole = folder.resolve()
    return whole.parent / "published" if whole.name == "curated" else folder / "published"


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
    folder = keeping(options.folder)
    with busy(f"verify {folder}"):
        return show(Dataset(folder).verify())


def schema(options: Namespace) -> int:
    """Write the JSON Schemas, check that the files are what the models give, or compare two versions."""
    folder = keeping(options.folder)
    report = Dataset(folder).schema(check=options.check, diff=options.diff and tuple(options.diff))
    if options.check or options.diff:
        return show(report)
    files, named = report.counts()["checked"], f" {options.folder}" if options.folder else ""
    say(f"{folder / 'schemas' / SCHEMA_VERSION}: {files} files", f"schema --check{named}")
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
