"""The commands that read, check and publish: functions with the names of commands, which return the exit code."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import reporters
from news_dataset.cli.folder import keeping, reading
from news_dataset.cli.output import LINES, busy, cells, progress_bar, say, show
from news_dataset.dataset import Dataset
from news_dataset.errors import NewsDatasetError
from news_dataset.issues import Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reporters import escape

if TYPE_CHECKING:
    import pandas as pd


def info(options: Namespace) -> int:
    """Print title, licence, versions and rows."""
    about = reading(options.folder).info()
    rows = about.pop("rows")
    about["rows"] = f"{sum(rows.values())} in {len(rows)} tables"
    gone = about.pop("withdrawn")
    about |= {"withdrawn": f"{reporters.counted(gone, 'article')}, left out of views, plots and page"} if gone else {}
    _print_rows([[name.replace("_", " "), str(value)] for name, value in about.items()])
    return 0


def tables(options: Namespace) -> int:
    """Print every table with its number of rows."""
    from news_dataset import frames

    dataset = reading(options.folder)
    schemas = {name: dataset.load(name, as_="arrow", columns=[]).schema for name in dataset.tables()}
    rows = dataset.info()["rows"]
    _print_rows([[name, str(rows[name]), frames.description(schema)] for name, schema in schemas.items()])
    return 0


def describe(options: Namespace) -> int:
    """Print the columns of a table or view."""
    columns = reading(options.folder).describe(options.table)
    lines = []
    for column in columns.astype(object).where(columns.notna(), None).to_dict("records"):
        marks = ["key" if column["key"] else "", "may be null" if column["nullable"] else ""]
        marks += [f"refers to {column['references']}.id" if column["references"] else ""]
        marks += [f"codes: {column['codebook']}" if column["codebook"] else ""]
        lines.append([column["column"], str(column["type"]), ", ".join(filter(None, marks)), column["description"]])
    _print_rows(lines)
    return 0


def get(options: Namespace) -> int:
    """Print a record as JSON."""
    print(json.dumps(reading(options.folder).get(options.record_id).to_dict(), indent=2, ensure_ascii=False))
    return 0


def sql(options: Namespace) -> int:
    """Print what a query selects."""
    return _print_frame(reading(options.folder).sql(options.query), options.format)


def claims(options: Namespace) -> int:
    """Print the claims with both of their verdicts; as a table only the columns that fit beside one another."""
    frame = reading(options.folder).claims(include_withdrawn=options.include_withdrawn)
    if options.format == "table":
        frame = frame[["statement", "speakers", "attribution_verdict", "content_verdict", "gist"]]
    return _print_frame(frame, options.format)


def explain(options: Namespace) -> int:
    """Print the manual page of an issue code, or list all codes."""
    dataset = Dataset.open(options.folder) if options.folder else Dataset()  # the pages are the same for all
    print(dataset.explain(options.code))
    return 0


def export(options: Namespace) -> int:
    """Write every table in another form."""
    dataset = reading(options.folder)
    with busy(f"export {options.output}"):
        rows = dataset.export(options.to, options.output)
    if options.to == "csv-template":
        say(
            f"{options.output}: {', '.join(rows)} to fill in, columns.csv says what with",
            f"import --from csv {options.output}",
        )
        return 0
    say(f"{options.output}: {sum(rows.values())} rows in {len(rows)} tables, as {options.to}")
    return 0


def explore(options: Namespace) -> int:
    """Write the page of a dataset."""
    dataset = reading(options.folder)
    with busy(f"explore {options.output}"):
        page = dataset.explore(options.output, text=options.text, include_withdrawn=options.include_withdrawn)
    what = f"{reporters.counted(page.statements, 'statement')} of {reporters.counted(page.articles, 'article')}"
    say(f"{page.path}: {what}{f', {page.texts} with text' if page.texts else ''}, {page.bytes / 1e6:.1f} MB")
    return 0


def validate(options: Namespace) -> int:
    """Check records and print the report."""
    report = Report(())
    paths = options.paths or [keeping(None)]
    with reporters.issue_table(options.issues) if options.issues else nullcontext() as sink:
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


def build(options: Namespace) -> int:
    """Validate the records and publish them, or compare them with what is published."""
    folder = keeping(options.folder)
    out = options.output or _published(folder)
    whole = out.resolve()  # a shell inside the old release has no working folder afterwards
    with _nothing_written(out), progress_bar(f"build {out}") as told:
        report = Dataset(folder).build(
            output=options.output,
            partition_by=options.partition_by,
            check=options.check,
            release=options.release,
            progress=told,
            memory=options.memory,
        )
    if options.check:
        return show(report)
    for issue in report:
        print(str(issue))
    about = Dataset.open(whole).info()
    rows = about["rows"]
    what = f"{out}: {sum(rows.values())} rows in {len(rows)} tables"
    if about["data_version"]:
        say(f"{what}, data {about['data_version']}, schema {about['schema_version']}", f"verify {out}")
    else:
        why = "divided tables" if (folder / "dataset.yaml").exists() else f"{folder} has no dataset.yaml"
        say(f"{what}; no release: {why}", f"validate {out}")
    return 0


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


def diff(options: Namespace) -> int:
    """Print how the records of one dataset differ from those of another."""
    from news_dataset import changes

    with progress_bar(f"diff {options.old} {options.new}", " tables") as told:
        found = Dataset(options.old).diff(options.new, progress=told)
    sys.stdout.write(changes.FORMATS[options.format](found))
    return 0


def agreement(options: Namespace) -> int:
    """Print how far two independent annotations of the same texts agree."""
    from news_dataset import reliability

    with busy(f"agreement {options.a} {options.other}"):
        found = Dataset(options.a).agreement(options.other)
    sys.stdout.write(reliability.FORMATS[options.format](found))
    return 0


def adjudicate(options: Namespace) -> int:
    """Merge two independent annotations, and say how many decisions are left and how they are found."""
    with busy(f"adjudicate {options.a} {options.other}"):
        done = Dataset(options.a).adjudicate(options.other, folder=options.folder, output=options.output)
    search = f": grep -rn '# decide:' {done.path}" if done.decisions else ""
    records = reporters.counted(done.records, "record")
    say(f"{done.path}: {records}, {len(done.decisions)} to decide{search}", f"validate {done.path}")
    return 0


def restore(options: Namespace) -> int:
    """Print every span with its words in somebody's copy, its state and place, and how many have which state."""
    from news_dataset.restoration import STATES

    frame = reading(options.folder).restore(options.text, article=options.article)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for row in rows:
        if options.format == "jsonl":
            print(json.dumps(row))
        else:
            words = f"“{row['words']}”" if row["words"] is not None else ""
            name = row["role"] or row["table"]
            place = f"{row['mention']}.{row['fragment']}" if row["mention"] else str(row["ordinal"])  # of a quantity
            parts = (row["record"], name, place, row["state"], row["places"] or "", words)
            print(escape("  ".join(parts).replace("\n", " ")))
    counts = Counter(row["state"] for row in rows)
    states = ", ".join(f"{state} {counts[state]}" for state in STATES)
    if rows and counts["orphan"] == len(rows):
        print(f"{escape(str(options.text))} seems to be another text: none of the spans is in it", file=sys.stderr)
    print(f"{len(rows)} spans: {states}", file=sys.stderr if options.format == "jsonl" else sys.stdout)
    return 0


def _print_frame(frame: pd.DataFrame, form: str) -> int:
    """Print a frame in one of the forms of output."""
    if form == "table":
        _print_rows([list(frame.columns), *cells(frame)])
    else:
        for line in LINES[form](frame):
            print(line)
    return 0


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Print rows with aligned columns."""
    shown = [[escape(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in shown) for place in range(len(shown[0]) - 1)]
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        print("  ".join([*cells, row[-1]]).rstrip())


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
            print(f"nothing was written; {escape(str(folder))} {state}", file=sys.stderr)
        raise


def _annotate(report: Report) -> None:
    """Print the report for a step of a GitHub workflow, and add it to the step's summary where the runner has one."""
    from news_dataset.reporters import github

    report = github.placed(report, Path(os.environ.get("GITHUB_WORKSPACE") or "."))
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    page = Path(named) if named else None
    size = page.stat().st_size if page and page.is_file() else 0
    summary = github.summary(report, github.LIMIT - size) if page else ""
    sys.stdout.write(github.log(report, has_summary=bool(summary)))
    if page and summary:  # after the log, so that an error of the disk does not hide it
        with page.open("a", encoding="utf-8", newline="\n") as file:
            file.write(summary)
