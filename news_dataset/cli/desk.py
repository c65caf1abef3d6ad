"""Commands of the curator's desk: new, anchor, restore, fmt."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections import Counter

from news_dataset.cli.folder import keeping, reading
from news_dataset.cli.output import show
from news_dataset.dataset import Dataset
from news_dataset.issues import Report
from news_dataset.reporters import escape, issue_line
from news_dataset.restoration import STATES


def new(options: Namespace) -> int:
    """Print a commented template of a record."""
    draft = Dataset(keeping(options.folder)).new(options.type, options.slug, article=options.article)
    sys.stdout.write(draft.text)
    how = f"append it to {draft.path} (with >>, not >)" if draft.is_appended else f"save it as {draft.path}"
    print(f"next: {escape(how)}, fill it in, news-dataset validate", file=sys.stderr)
    return 0


def anchor(options: Namespace) -> int:
    """Replace words to be found by offsets and digests; of each path whole, or nothing, and say why."""
    code = 0
    for path in options.paths or [keeping(None)]:
        done = Dataset(path).anchor(options.text)
        for refusal in done.refusals:
            print(issue_line(refusal.issue))
            for candidate in refusal.candidates:
                print(f"    {escape(candidate)}")
        code = max(code, done.report.exit_code)
        if done.refusals:
            print("nothing was written", file=sys.stderr)
            continue
        for file in done.files:
            print(escape(str(file)))
        following = f"news-dataset validate --text {escape(str(options.text))}"
        print(f"anchored {done.spans} spans in {len(done.files)} files; next: {following}")
    return code


def restore(options: Namespace) -> int:
    """Print every span with its words in somebody's copy, its state and place, and how many have which state."""
    frame = reading(options.folder).restore(options.text, article=options.article)
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
    report = Report(())
    for path in options.paths or [keeping(None)]:
        report += Dataset(path).fmt(check=options.check)
    return show(report)
