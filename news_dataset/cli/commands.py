"""The commands: functions with their names, which return the exit code."""

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
from news_dataset.cli.folder import keeping, reading, tell_of_layers
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
from news_dataset.reporters import counted


def info(options: Namespace) -> int:
    """Print title, licence, versions and rows."""
    about = reading(options.folder).info()
    rows = about.pop("rows")
    about["rows"] = f"{sum(rows.values())} in {len(rows)} tables"
    gone = about.pop("withdrawn")
    about |= {"withdrawn": f"{counted(gone, 'article')}, left out of views, plots and page"} if gone else {}
    print_rows([[name.replace("_", " "), str(value)] for name, value in about.items()])
    return 0


def tables(options: Namespace) -> int:
    """Print every table with its number of rows."""
    from news_dataset import frames

    dataset = reading(options.folder)
    schemas = {name: dataset.load(name, as_="arrow", columns=[]).schema for name in dataset.tables()}
    rows = dataset.info()["rows"]
    print_rows([[name, str(rows[name]), frames.description(schema)] for name, schema in schemas.items()])
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
    print_rows(lines)
    return 0


def get(options: Namespace) -> int:
    """Print a record as JSON."""
    record = reading(options.folder).get(options.record_id).to_dict()
    put(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "json")
    return 0


def sql(options: Namespace) -> int:
    """Print what a query selects."""
    return print_frame(reading(options.folder).sql(options.query), options.format)


def claims(options: Namespace) -> int:
    """Print the claims with both of their verdicts; as a table only the columns that fit beside one another."""
    dataset = reading(options.folder)
    tell_of_layers(dataset, options.folder)
    frame = dataset.claims(include_withdrawn=options.include_withdrawn)
    if options.format == "table":
        frame = frame[["statement", "speakers", "attribution_verdict", "content_verdict", "gist"]]
    return print_frame(frame, options.format)


def explain(options: Namespace) -> int:
    """Print the manual page of an issue code, or list all codes."""
    dataset = reading(options.folder) if options.folder else Dataset()  # the pages are the same for all
    put(f"{dataset.explain(options.code)}\n")
    return 0


def explore(options: Namespace) -> int:
    """Write the page of a dataset."""
    dataset = reading(options.folder)
    tell_of_layers(dataset, options.folder)
    with busy(f"explore {options.output}"):
        page = dataset.explore(options.output, text=options.text, include_withdrawn=options.include_withdrawn)
    what = f"{counted(page.statements, 'statement')} of {counted(page.articles, 'article')}"
    say(f"{page.path}: {what}{f', {page.texts} with text' if page.texts else ''}, {page.bytes / 1e6:.1f} MB")
    return 0


def validate(options: Namespace) -> int:
    """Check records and print the report."""
    report = Report(())
    paths = options.paths or [keeping(None)]
    with issue_table(options.issues) if options.issues else nullcontext() as sink:
        for path in paths:
            with progress_bar(f"validate {path}") as told:
                report += Dataset(path).validate(
                    text=options.text,
                    schema=options.schema,
                    hashed=options.hashed,
                    sink=sink,
                    progress=told,
                    memory=options.memory,
                    engine=options.engine,
                    master=options.master,
                )
    if options.format == "github":
        annotate(report)
    else:
        put(reporters.REPORTERS[options.format](report), options.format)
    return report.exit_code


def build(options: Namespace) -> int:
    """Validate the records and publish them, or compare them with what is published."""
    folder = keeping(options.folder)
    out = options.output or _published(folder)
    whole = out.resolve()  # a shell inside the old release has no working folder afterwards
    with nothing_written(out), progress_bar(f"build {out}") as told:
        report = Dataset(folder).build(
            output=options.output,
            partition_by=options.partition_by,
            check=options.check,
            release=options.release,
            progress=told,
            memory=options.memory,
            engine=options.engine,
            master=options.master,
        )
    if options.check:
        return show(report)
    for line in reporters.listed(report):
        say(line)
    about = Dataset.open(whole).info()
    rows = about["rows"]
    what = f"{out}: {sum(rows.values())} rows in {len(rows)} tables"
    if about["data_version"]:
        say(f"{what}, data {about['data_version']}, schema {about['schema_version']}", f"verify {out}")
    else:
        say(f"{what}; no release: {folder} has no dataset.yaml", f"validate {out}")
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
    files = report.counts()["checked"]
    say(f"{folder / 'schemas' / SCHEMA_VERSION}: {files} files", f"schema --check{_named(options)}")
    return 0


def diff(options: Namespace) -> int:
    """Print how the records of one dataset differ from those of another."""
    from news_dataset import changes

    with progress_bar(f"diff {options.old} {options.new}", " tables") as told:
        found = Dataset(options.old).diff(options.new, progress=told)
    put(changes.FORMATS[options.format](found), options.format)
    return 0


def agreement(options: Namespace) -> int:
    """Print how far two independent annotations of the same texts agree."""
    from news_dataset import reliability

    _refuse_more("agreement", options)
    with busy(f"agreement {options.a} {options.other}"):
        found = Dataset(options.a).agreement(options.other)
    put(reliability.FORMATS[options.format](found), options.format)
    return 0


def adjudicate(options: Namespace) -> int:
    """Merge two independent annotations, and say how many decisions are left and how they are found."""
    _refuse_more("adjudicate", options)
    with busy(f"adjudicate {options.a} {options.other}"):
        done = Dataset(options.a).adjudicate(options.other, folder=options.folder, output=options.output)
    search = f": grep -rn '# decide:' {done.path}" if done.decisions else ""
    records = reporters.counted(done.records, "record")
    following = "" if done.needs else f"validate {done.path}"
    say(f"{done.path}: {records}, {len(done.decisions)} to decide{search}", following)
    if done.needs:
        say(f"next: move {done.path} into data/layers of {done.needs}, whose profile it needs, and validate it there")
    return 0


def _refuse_more(command: str, options: Namespace) -> None:
    """Raise if more than two annotations are named, and say which pairs there are."""
    pairs = [f"{a} {b}" for a, b in combinations((options.a, options.other, *options.more), 2)]
    if options.more:
        few = f"{', '.join(pairs[:3])}{' …' if len(pairs) > 3 else ''}"
        raise UsageError(f"{command} takes two annotations, not {len(options.more) + 2}; one pair at a time: {few}")


def restore(options: Namespace) -> int:
    """Print every span with its words in somebody's copy, its state and place, and how many have which state."""
    from news_dataset.restoration import STATES

    frame = reading(options.folder).restore(options.text, article=options.article)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for row in rows:
        if options.format == "jsonl":
            put(json.dumps(row) + "\n", "jsonl")
        else:
            words = f"“{row['words']}”" if row["words"] is not None else ""
            name = row["role"] or row["table"]
            place = f"{row['mention']}.{row['fragment']}" if row["mention"] else str(row["ordinal"])  # of a quantity
            parts = (row["record"], name, place, row["state"], row["places"] or "", words)
            put("  ".join(parts).replace("\n", " ") + "\n")
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
    if repository := next((one for one in options.folder.resolve().parents if (one / ".git").exists()), None):
        say(f"it lies in a repository: move its .github and .pre-commit-config.yaml into {repository}")
    say("fill in data/dataset.yaml, and follow what texts/first-article.txt says", f"validate {options.folder}")
    return 0


def new(options: Namespace) -> int:
    """Write a commented template of a record, or print it."""
    folder = keeping(options.folder)
    draft = Dataset(folder).new(options.type, options.slug, article=options.article, output=options.output)
    if options.output:
        put(draft.text)
        return 0
    anchor = f"anchor --text {folder / 'texts'}{_named(options)}"
    has_words = options.type in ("article", "statement") and (folder / "texts").is_dir()
    say(f"{draft.path}: fill in {', '.join(draft.blanks)}", anchor if has_words else f"validate{_named(options)}")
    return 0


def carry(options: Namespace) -> int:
    """Carry an article to another text, and list the spans that are left to the curator."""
    done = Dataset(keeping(options.folder)).carry(options.article, options.text)
    for line in reporters.listed(done.report):
        say(line)
    left = f", {len(done.report.issues)} left to you" if done.report.issues else ""
    what = f"{counted(done.spans, 'span')} carried{left}; {counted(len(done.files), 'file')}"
    say(f"{options.article}: {what}", f"validate{_named(options)} --text {options.text}")
    return done.report.exit_code


def rename(options: Namespace) -> int:
    """Rename a record, and say how much changed."""
    done = Dataset(keeping(options.folder)).rename(options.record_id, options.new)
    what = f"{counted(len(done.ids), 'id')} in {counted(done.places, 'place')}"
    files = counted(len(done.files), "file")
    say(f"{options.record_id} is now {options.new}: {what} of {files}", f"validate{_named(options)}")
    return 0


def anchor(options: Namespace) -> int:
    """Replace words to be found by offsets and digests; of each path whole, or nothing, and say why."""
    code = 0
    for path in options.paths or [keeping(None)]:
        done = Dataset(path).anchor(options.text)
        print_refusals(done.refusals)
        code = max(code, done.report.exit_code)
        if done.refusals:
            tell("nothing was written")
            continue
        for file in done.files:
            say(str(file))
        what = f"{counted(done.spans, 'span')} in {counted(len(done.files), 'file')}"
        say(f"anchored {what}; next: news-dataset validate --text {options.text}")
    return code


def fmt(options: Namespace) -> int:
    """Write YAML files in canonical form, or say which are not."""
    report = Report(())
    for path in options.paths or [keeping(None)]:
        report += Dataset(path).fmt(check=options.check)
    return show(report)


def _published(folder: Path) -> Path:
    """Return where the release of a dataset's folder goes."""
    if (folder / "data" / "curated").is_dir():
        return folder / "data" / "published"
    whole = folder.resolve()
    return whole.parent / "published" if whole.name == "curated" else folder / "published"


def _named(options: Namespace) -> str:
    """Return the folder that was named, as the next command takes it."""
    return f" {options.folder}" if options.folder else ""
