"""The commands that write records; each is a function with the name of its command, and returns the exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from news_dataset import reporters
from news_dataset.cli.folder import keeping
from news_dataset.cli.output import say, show
from news_dataset.dataset import Dataset
from news_dataset.issues import Report
from news_dataset.reporters import escape

if TYPE_CHECKING:
    from news_dataset.curate import Refusal


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
        sys.stdout.write(draft.text)
        return 0
    named = f" {options.folder}" if options.folder else ""
    anchor = f"anchor --text {folder / 'texts'}{named}"
    has_words = options.type in ("article", "statement") and (folder / "texts").is_dir()
    say(f"{draft.path}: fill in {', '.join(draft.blanks)}", anchor if has_words else f"validate{named}")
    return 0


def carry(options: Namespace) -> int:
    """Carry an article to another text, and list the spans that are left to the curator."""
    done = Dataset(keeping(options.folder)).carry(options.article, options.text)
    for issue in done.report:
        print(str(issue))
    left = f", {len(done.report.issues)} left to you" if done.report.issues else ""
    what = f"{reporters.counted(done.spans, 'span')} carried{left}; {reporters.counted(len(done.files), 'file')}"
    named = f" {escape(str(options.folder))}" if options.folder else ""
    say(f"{options.article}: {what}", f"validate{named} --text {escape(str(options.text))}")
    return done.report.exit_code


def rename(options: Namespace) -> int:
    """Rename a record, and say how much changed."""
    done = Dataset(keeping(options.folder)).rename(options.record_id, options.new)
    what = f"{reporters.counted(len(done.ids), 'id')} in {reporters.counted(done.places, 'place')}"
    files = reporters.counted(len(done.files), "file")
    named = f" {escape(str(options.folder))}" if options.folder else ""
    say(f"{options.record_id} is now {options.new}: {what} of {files}", f"validate{named}")
    return 0


def anchor(options: Namespace) -> int:
    """Replace words to be found by offsets and digests; of each path whole, or nothing, and say why."""
    code = 0
    for path in options.paths or [keeping(None)]:
        done = Dataset(path).anchor(options.text)
        _print_refusals(done.refusals)
        code = max(code, done.report.exit_code)
        if done.refusals:
            print("nothing was written", file=sys.stderr)
            continue
        for file in done.files:
            print(escape(str(file)))
        following = f"news-dataset validate --text {escape(str(options.text))}"
        what = f"{reporters.counted(done.spans, 'span')} in {reporters.counted(len(done.files), 'file')}"
        print(f"anchored {what}; next: {following}")
    return code


def import_from(options: Namespace) -> int:
    """Bring records in from spreadsheets; all of them, or nothing, and say why."""
    done = Dataset(keeping(options.folder)).import_from(options.form, options.source, text=options.text)
    _print_refusals(done.refusals)
    if not done.report.ok:
        print("nothing was written", file=sys.stderr)
        return done.report.exit_code
    text, folder = f" --text {options.text}" if options.text else "", f" {options.folder}" if options.folder else ""
    print(escape(f"imported {reporters.counted(len(done.files), 'record')}; next: news-dataset validate{text}{folder}"))
    return 0


def fmt(options: Namespace) -> int:
    """Write YAML files in canonical form, or say which are not."""
    report = Report(())
    for path in options.paths or [keeping(None)]:
        report += Dataset(path).fmt(check=options.check)
    return show(report)


def _print_refusals(refusals: Sequence[Refusal]) -> None:
    """Print why something was not done, each with the places that words may be at."""
    for refusal in refusals:
        print(str(refusal.issue))
        for candidate in refusal.candidates:
            print(f"    {escape(candidate)}")
