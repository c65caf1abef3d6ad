"""Codes for files that the tool writes itself: the release, the JSON Schemas, the canonical form of YAML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from news_dataset.issues import Code, Issue, Report, Skipped, Tally

_STALE = """\
The release differs from what the records would become.

``build --check`` compares the content of every table, the JSON Lines and the descriptors; ``build`` renews the release.
"""
_DRIFT = """\
A JSON Schema differs from the models, or a change of it breaks.

``schema --check`` compares the files of the current version with the models, and those of frozen versions with the
ledger; ``schema`` writes the current ones. ``schema --diff`` compares two versions: a breaking change is an error, any
other a warning.
"""
_FORM = """\
A YAML file is not in canonical form.

``fmt --check`` reports it as an error; ``fmt`` rewrites the file and warns that it did. A file that cannot be rewritten
without changing a value or losing a comment is left as it is, which is an error.
"""

CODES = {
    name: Code(name, layer, manual.rstrip())
    for name, layer, manual in (
        ("stale_release", "release", _STALE),
        ("schema_drift", "schemas", _DRIFT),
        ("not_canonical", "form", _FORM),
    )
}

EXAMPLES = {
    "stale_release": (
        "data/curated/people/mira-example.yaml was edited after data/published was built.",
        "data/curated/people/mira-example.yaml was edited,\nand news-dataset build renewed data/published.",
    ),
    "schema_drift": (
        "schemas/1.1/person.schema.json was edited by hand.",
        "schemas/1.1/person.schema.json, as news-dataset schema writes it",
    ),
    "not_canonical": (
        'name: "Mira Example"\nid: person/mira-example',
        "id: person/mira-example\nname: Mira Example",
    ),
}


def report(code: str, issues: Iterable[Issue], checked: int, skipped: str = "") -> Report:
    """Return a report of one code.

    Args:
        code: its name.
        issues: what was found in files, without their code.
        checked: how many files were looked at.
        skipped: why nothing was looked at; empty where something was.
    """
    named = [replace(issue, code=code, exit_code=CODES[code].exit_code) for issue in issues]
    failed = {issue.path for issue in named if issue.severity == "error"}
    warned = {issue.path for issue in named} - failed
    tally = Tally(code, CODES[code].layer, checked=checked, failed=len(failed), warned=len(warned))
    if skipped:
        tally.count(Skipped(skipped))
    return Report.of(named, [tally])
