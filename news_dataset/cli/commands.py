"""Run the commands: one function per command, which returns the exit code."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from contextlib import nullcontext
from itertools import combinations
from pathlib import Path

from news_dataset import reporters
from news_dataset.cli.exchange import export as export
from news_dataset.cli.exchange import import_from as import_from
from news_dataset.cli.folder import (
    dataset_to_read,
    folder_to_change,
    say_of_words,
    tell_of_layers,
    tell_of_no_description,
)
from news_dataset.cli.output import (
    annotate,
    busy,
    nothing_written,
    print_frame,
    print_refusals,
    print_rows,
    progress_bar,
    put,
    say,
    show,
    tell,
)
from news_dataset.dataset import Dataset
from news_dataset.errors import UsageError
from news_dataset.issue_table import issue_table
from news_dataset.issues import Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.markup import operand
from news_dataset.reporters import counted


def info(options: Namespace) -> int:
    """Print title, licence, versions and number of rows."""
    about = dataset_to_read(options.folder).info()
    rows, withdrawn = about.pop("rows"), about.pop("withdrawn")
    about["rows"] = f"{sum(rows.values())} in {len(rows)} tables"
    if withdrawn:
        about["withdrawn"] = f"{counted(withdrawn, 'article')}, left out of views, plots and page"
    print_rows([[key.replace("_", " "), str(value)] for key, value in about.items()])
    return 0


def tables(options: Namespace) -> int:
    """Print every table with its number of rows."""
    from news_dataset import frames

    dataset = dataset_to_read(options.folder)
    schemas = {name: dataset.load(name, as_="arrow", columns=[]).schema for name in dataset.tables()}
    rows = dataset.info()["rows"]
    print_rows([[name, str(rows[name]), frames.description(schema)] for name, schema in schemas.items()])
    return 0


def describe(options: Namespace) -> int:
    """Print the columns of a table or view."""
    columns = dataset_to_read(options.folder).describe(options.table)
    rows = []
    for column in columns.astype(object).where(columns.notna(), None).to_dict("records"):
        properties = ["key" if column["key"] else "", "may be null" if column["nullable"] else ""]
        properties += [f"refers to {column['references']}.id" if column["references"] else ""]
        properties += [f"codes: {column['codebook']}" if column["codebook"] else ""]
        joined = ", ".join(filter(None, properties))
        rows.append([column["column"], str(column["type"]), joined, column["description"]])
    print_rows(rows)
    return 0


def get(options: Namespace) -> int:
    """Print a record as JSON."""
    record = dataset_to_read(options.folder).get(options.record_id).to_dict()
    put(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "json")
    return 0


def sql(options: Namespace) -> int:
    """Print the result of a query."""
    return print_frame(dataset_to_read(options.folder).sql(options.query), options.format)


def claims(options: Namespace) -> int:
    """Print the claims with two verdicts; as a table only the main columns."""
    dataset = dataset_to_read(options.folder)
    tell_of_layers(dataset, options.folder)
    frame = dataset.claims(include_withdrawn=options.include_withdrawn)
    if options.format == "table":
        frame = frame[["statement", "speakers", "attribution_verdict", "content_verdict", "gist"]]
    return print_frame(frame, options.format)


def explain(options: Namespace) -> int:
    """Print the manual page of an issue code, or list all codes."""
    dataset = dataset_to_read(options.folder) if options.folder else Dataset()  # every dataset has the same pages
    put(f"{dataset.explain(options.code)}\n")
    return 0


def explore(options: Namespace) -> int:
    """Write the explorer page of a dataset."""
    dataset = dataset_to_read(options.folder)
    tell_of_layers(dataset, options.folder)
    with busy(f"explore {options.output}"):
        page = dataset.explore(options.output, text=options.text, include_withdrawn=options.include_withdrawn)
    what = f"{counted(page.statements, 'statement')} of {counted(page.articles, 'article')}"
    say(f"{page.path}: {what}{f', {page.texts} with text' if page.texts else ''}, {page.bytes / 1e6:.1f} MB")
    if page.texts:
        say_of_words(page.path)
    return 0


def validate(options: Namespace) -> int:
    """Check records and print the report."""
    report = Report(())
    paths = options.paths or [folder_to_change(None)]
    with issue_table(options.issues) if options.issues else nullcontext() as sink:
        for path in paths:
            with progress_bar(f"validate {path}") as progress:
                report += Dataset(path).validate(
                    text=options.text, schema=options.schema, hashed=options.hashed, sink=sink, progress=progress,
                    memory=options.memory, engine=options.engine, master=options.master,
                )  # fmt: skip
            tell_of_no_description(path)
    if options.format == "github":
        annotate(report)
    else:
        put(reporters.REPORTERS[options.format](report), options.format)
    return report.exit_code


def build(options: Namespace) -> int:
    """Validate the records and publish them, or compare them with the release."""
    folder = folder_to_change(options.folder)
    out = options.output or _published(folder)
    whole = out.resolve()  # before the build, which may replace the working folder
    with nothing_written(out), progress_bar(f"build {out}") as progress:
        report = Dataset(folder).build(
            output=options.output, partition_by=options.partition_by, check=options.check, release=options.release,
            progress=progress, memory=options.memory, engine=options.engine, master=options.master,
        )  # fmt: skip
    if options.check:
        return show(report)
    for line in reporters.listed(report):
        say(line)
    about = Dataset.open(whole).info()
    rows = about["rows"]
    what = f"{out}: {sum(rows.values())} rows in {len(rows)} tables"
    if about["data_version"]:
        caveat = "; build compares no text: validate --text FILE does" if options.release else ""
        say(f"{what}, data {about['data_version']}, schema {about['schema_version']}", f"verify {operand(out)}{caveat}")
    else:
        say(f"{what}; no release: {folder} has no dataset.yaml", f"validate {operand(out)}")
    return 0


def verify(options: Namespace) -> int:
    """Check a release against its manifest."""
    folder = folder_to_change(options.folder)
    with busy(f"verify {folder}"):
        return show(Dataset(folder).verify())


def schema(options: Namespace) -> int:
    """Write the JSON Schemas, check them against the models, or compare two versions."""
    folder = folder_to_change(options.folder)
    report = Dataset(folder).schema(check=options.check, diff=options.diff and tuple(options.diff))
    if options.check or options.diff:
        return show(report)
    files = report.counts()["checked"]
    say(f"{folder / 'schemas' / SCHEMA_VERSION}: {files} files", f"schema --check{_folder_operand(options)}")
    return 0


def diff(options: Namespace) -> int:
    """Print how the records of one dataset differ from those of another."""
    from news_dataset import changes
    from news_dataset.stores import release_in

    with progress_bar(f"diff {options.old} {options.new}", " tables") as progress:
        differences = Dataset(options.old).diff(options.new, progress=progress)
    if differences or options.format == "jsonl":
        put(changes.FORMATS[options.format](differences), options.format)
    else:  # names what was compared, since the records beside a release may be others
        old, new = (release_in(folder) or folder for folder in (options.old, options.new))
        put(f"The records in {old} and {new} are the same.\n")
    return 0


def agreement(options: Namespace) -> int:
    """Print how far two independent annotations of the same texts agree."""
    from news_dataset import reliability

    _refuse_more("agreement", options)
    with busy(f"agreement {options.a} {options.other}"):
        result = Dataset(options.a).agreement(options.other)
    put(reliability.FORMATS[options.format](result), options.format)
    return 0


def adjudicate(options: Namespace) -> int:
    """Merge two independent annotations, and print how to find the decisions to make."""
    _refuse_more("adjudicate", options)
    with busy(f"adjudicate {options.a} {options.other}"):
        done = Dataset(options.a).adjudicate(options.other, folder=options.folder, output=options.output)
    search = f": grep -rn '# decide:' {operand(done.path)}" if done.decisions else ""
    records = reporters.counted(done.records, "record")
    following = "" if done.needs else f"validate {operand(done.path)}"
    say(f"{done.path}: {records}, {len(done.decisions)} to decide{search}", following)
    if done.needs:
        say(f"next: move {done.path} into data/layers of {done.needs}, whose profile it needs, and validate it there")
    return 0


def _refuse_more(command: str, options: Namespace) -> None:
    """Raise UsageError with the possible pairs if more than two annotations are named."""
    pairs = [f"{operand(a)} {operand(b)}" for a, b in combinations((options.a, options.other, *options.more), 2)]
    if options.more:
        shown = f"{', '.join(pairs[:3])}{' …' if len(pairs) > 3 else ''}"
        raise UsageError(f"{command} takes two annotations, not {len(options.more) + 2}; one pair at a time: {shown}")


def restore(options: Namespace) -> int:
    """Print every span with state and words in the user's copy; count the states."""
    from news_dataset.restoration import STATES

    frame = dataset_to_read(options.folder).restore(options.text, article=options.article)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for row in rows:
        if options.format == "jsonl":
            put(json.dumps(row) + "\n", "jsonl")
        else:
            words = f"“{row['words']}”" if row["words"] is not None else ""
            name = row["role"] or row["table"]
            number = f"{row['mention']}.{row['fragment']}" if row["mention"] else str(row["ordinal"])  # of a quantity
            cells = (row["record"], name, number, row["state"], row["places"] or "", words)
            put("  ".join(cells).replace("\n", " ") + "\n")
    counts = Counter(row["state"] for row in rows)
    states = ", ".join(f"{state} {counts[state]}" for state in STATES)
    if rows and counts["orphan"] == len(rows):
        tell(f"{options.text} seems to be another text: none of the spans is in it")
    (tell if options.format == "jsonl" else say)(f"{len(rows)} spans: {states}")
    return 0


def init(options: Namespace) -> int:
    """Start a dataset in a folder."""
    Dataset.init(options.folder)
    parts = "data/dataset.yaml, a first article, schemas, settings of editors and git, hooks, a workflow"
    say(f"{options.folder}: {parts}")
    if repository := next((parent for parent in options.folder.resolve().parents if (parent / ".git").exists()), None):
        say(f"it lies in a repository: move its .github and .pre-commit-config.yaml into {repository}")
    task = "fill in data/dataset.yaml, and follow what texts/first-article.txt says"
    say(task, f"validate{_folder_operand(options)}")
    return 0


def new(options: Namespace) -> int:
    """Write a commented template of a record, or print it."""
    folder = folder_to_change(options.folder)
    draft = Dataset(folder).new(options.type, options.slug, article=options.article, output=options.output)
    if options.output:
        put(draft.text)
        return 0
    needs_anchor = options.type in ("article", "statement") and (folder / "texts").is_dir()
    following = f"anchor --text {operand(folder / 'texts')}" if needs_anchor else "validate"
    say(f"{draft.path}: fill in {', '.join(draft.blanks)}", f"{following}{_folder_operand(options)}")
    return 0


def carry(options: Namespace) -> int:
    """Carry an article's spans to another text, and print those not found in it."""
    done = Dataset(folder_to_change(options.folder)).carry(options.article, options.text)
    for line in reporters.listed(done.report):
        say(line)
    left = f", {len(done.report.issues)} left to you" if done.report.issues else ""
    what = f"{counted(done.spans, 'span')} carried{left}; {counted(len(done.files), 'file')}"
    say(f"{options.article}: {what}", f"validate{_folder_operand(options)} --text {operand(options.text)}")
    return done.report.exit_code


def rename(options: Namespace) -> int:
    """Give a record another id, and print how much changed."""
    done = Dataset(folder_to_change(options.folder)).rename(options.record_id, options.new)
    what = f"{counted(len(done.ids), 'id')} in {counted(done.places, 'place')}"
    files = counted(len(done.files), "file")
    for line in done.notes:
        say(line)
    became = f"merged into {options.new}, {done.merged} removed" if done.merged else f"now {options.new}"
    say(f"{options.record_id} is {became}: {what} of {files}", f"validate{_folder_operand(options)}")
    return 0


def anchor(options: Namespace) -> int:
    """Replace words to find by spans in the files of each path, or print why not."""
    code = 0
    for path in options.paths or [folder_to_change(None)]:
        done = Dataset(path).anchor(options.text)
        print_refusals(done.refusals)
        code = max(code, done.report.exit_code)
        if done.refusals:
            tell("nothing was written")
            continue
        for file in done.files:
            say(str(file))
        what = f"{counted(done.spans, 'span')} in {counted(len(done.files), 'file')}"
        where = f" {operand(path)}" if options.paths and path.is_dir() else ""
        say(f"anchored {what}; next: news-dataset validate --text {operand(options.text)}{where}")
    return code


def fmt(options: Namespace) -> int:
    """Rewrite YAML files in canonical form, or report which are not."""
    report = Report(())
    for path in options.paths or [folder_to_change(None)]:
        report += Dataset(path).fmt(check=options.check)
    return show(report)


def _published(folder: Path) -> Path:
    """Return the default place of the release built from a folder."""
    if (folder / "data" / "curated").is_dir():
        return folder / "data" / "published"
    whole = folder.resolve()
    return whole.parent / "published" if whole.name == "curated" else folder / "published"


def _folder_operand(options: Namespace) -> str:
    """Return the user's folder with a leading blank, or nothing, for the next command."""
    return f" {operand(options.folder)}" if options.folder else ""
