"""Commands of the curator's desk: new, anchor, restore, fmt."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from re import fullmatch

from news_dataset import curate
from news_dataset.checks import run
from news_dataset.cli.look import dataset_of
from news_dataset.cli.usage import UsageError, usage
from news_dataset.collection import Collection
from news_dataset.curate.source import write_all
from news_dataset.entries import Entry
from news_dataset.issues import Report
from news_dataset.names import known
from news_dataset.records import BY_TYPE
from news_dataset.records.fields import NUMBERED, SLUG
from news_dataset.reporters import escape, issue_line
from news_dataset.restoration import STATES
from news_dataset.texts import read_text


def new(options: Namespace) -> int:
    """Print a commented template of a record."""
    with usage():
        kind = known(options.type, list(BY_TYPE), "record type")
    slug = options.slug or "CHANGE-ME"
    for one in filter(None, (options.slug, (options.article or "").removeprefix("article/"))):
        if not fullmatch(SLUG, one):
            raise UsageError(f"{one!r} is no slug: small letters and digits, joined by single hyphens")
    if kind in NUMBERED:
        if not options.article:
            raise UsageError(f"a new {kind} belongs to an article: give --article ID")
        slug = options.article.removeprefix("article/")
        given = {"id": f"{kind}/{slug}/{_next_number(options.folder, f'{kind}/{slug}/'):02d}"}
        given |= {"article": f"article/{slug}"} if kind == "statement" else {}
    else:
        given = {"id": f"{kind}/{slug}"}
    sys.stdout.write(curate.template(kind, given))
    path = options.folder / "data" / "curated" / BY_TYPE[kind].table / f"{slug}.yaml"
    how = f"append it to {path} (with >>, not >)" if path.exists() and kind in NUMBERED else f"save it as {path}"
    print(f"next: {escape(how)}, fill it in, news-dataset validate", file=sys.stderr)
    return 0


def anchor(options: Namespace) -> int:
    """Replace words to be found by offsets and digests; or nothing, and say why."""
    with usage():
        files = [path for path, _ in _files(options.paths)]
        text = read_text(options.text)
    done = curate.anchor(files, text)
    for refusal in done.refusals:
        print(issue_line(refusal.issue))
        for candidate in refusal.candidates:
            print(f"    {escape(candidate)}")
    if done.refusals:
        print("nothing was written", file=sys.stderr)
        return max(3 if refusal.issue.code in _UNSAFE else 1 for refusal in done.refusals)
    write_all(done.files)
    for path in done.files:
        print(escape(str(path)))
    following = f"news-dataset validate --text {escape(str(options.text))}"
    print(f"anchored {done.spans} spans in {len(done.files)} files; next: {following}")
    return 0


def restore(options: Namespace) -> int:
    """Print every span with its words in somebody's copy, its state and place, and how many have which state."""
    if options.folder is None and (Path("data") / "published").is_dir():
        options.folder = Path()
    dataset = dataset_of(options)
    with usage():
        frame = dataset.restore(options.text, article=options.article)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for row in rows:
        if options.format == "jsonl":
            print(json.dumps(row))
        else:
            words = f"“{row['words']}”" if row["words"] is not None else ""
            name = row["role"] or row["table"]
            place = f"{row['mention']}.{row['fragment']}"
            parts = (row["record"], name, place, row["state"], row["places"] or "", words)
            print(escape("  ".join(parts).replace("\n", " ")))
    counts = Counter(row["state"] for row in rows)
    states = ", ".join(f"{state} {counts[state]}" for state in STATES)
    if rows and counts["orphan"] == len(rows):
        print(f"{escape(str(options.text))} seems to be another text: none of the spans is in it", file=sys.stderr)
    print(f"{len(rows)} spans: {states}", file=sys.stderr if options.format == "jsonl" else sys.stdout)
    return 0


def fmt(options: Namespace) -> int:
    """Write YAML files in canonical form, or say which are not."""
    with usage():
        files = list(_files(options.paths))
    changed: dict[Path, str] = {}
    failed = 0
    for path, entry in files:
        words = path.read_bytes().decode()
        try:
            form = curate.canonical(words, entry.model if entry else None)
        except ValueError as error:
            failed += 1
            print(escape(f"{path}: left as it is: {error}; write one field a line, and comments on lines of their own"))
            continue
        if form != words:
            changed[path] = form
    if not options.check:
        write_all(changed)
    for path in changed:
        print(escape(f"{path}{' is not in canonical form' if options.check else ''}"))
    verb, following = ("to be changed", "; next: news-dataset fmt") if options.check else ("changed", "")
    print(f"{len(files)} files, {len(changed)} {verb}{following if changed else ''}")
    return 1 if failed or (options.check and changed) else 0


_OF_FILES = ("bad_syntax", "duplicate_key", "not_a_record", "no_records", "misplaced_file", "altered_release",
             "unreadable_file", "unsafe_file", "unsafe_yaml", "bad_encoding", "over_limit")  # fmt: skip
_UNSAFE = ("unsafe_file", "unsafe_yaml", "bad_encoding", "over_limit")


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, Entry | None]]:
    """Yield the YAML files at *paths*, each with its first record.

    Raises:
        FileNotFoundError: there is no such path, or it holds no records.
        InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
    """
    for path in paths:
        collection = Collection.open(path)
        if any(document.problems for document in collection.documents):
            broken = [issue for issue in run(collection) if issue.code in _OF_FILES]
            Report.of(broken).raise_for_errors()
        first = {entry.document.path: entry for entry in reversed(collection.entries)}
        for document in collection.documents:
            if document.path.endswith((".yaml", ".yml")):
                yield Path(document.path), first.get(document.path)


def _next_number(folder: Path, prefix: str) -> int:
    """Return the first number that no record in the dataset has, nor a number after it."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    collection = Collection.open(folder)
    ids = [*collection.by_id, *(redirect.old_id for redirect in collection.redirects)]
    numbers = [int(one.removeprefix(prefix)) for one in ids if one.startswith(prefix) and one[len(prefix) :].isdigit()]
    return max(numbers, default=0) + 1
