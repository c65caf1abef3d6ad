"""The manual pages of issue codes, and the codes of generated files: release, schemas, canonical YAML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import replace

from news_dataset import checks
from news_dataset.annotations import REASONS
from news_dataset.checks import examples
from news_dataset.errors import known
from news_dataset.issues import Code, Issue, Report, Skipped, Tally

_STALE = """\
The release differs from what would be built from the records.

``build --check`` compares the content of every table, the JSON Lines and the descriptors; ``build`` renews the release.
"""
_RELEASED = """\
A released version would get other content, or a draft would be released.

A version is used once: ``build`` refuses other records with the ``data_version`` of the release that it would replace.
A draft ends in ``.dev`` and can be replaced; ``build --release`` refuses a draft.
"""
_PLACEHOLDER = """\
A value that a command wrote to be replaced would be released.

``init`` and ``import`` write a title, a description, a curator, a first article or no licence into a new dataset, for
you to fill in. ``build`` takes them in a draft; ``build --release`` refuses them.
"""
_DRIFT = """\
A JSON Schema differs from the models, or a change of it is breaking.

``schema --check`` compares the files of the current version with the models, and those of frozen versions with the
ledger; ``schema`` writes the current ones. ``schema --diff`` compares two versions: a breaking change is an error, any
other a warning.
"""
_FORM = """\
A YAML file is not in canonical form.

``fmt --check`` reports it as an error; ``fmt`` rewrites the file and warns that it did. A file that cannot be rewritten
without changing a value or losing a comment is left as it is, which is an error.
"""

FILE_CODES = {
    name: Code(name, layer, manual.rstrip())
    for name, layer, manual in (
        ("stale_release", "release", _STALE),
        ("released_version", "release", _RELEASED),
        ("placeholder", "release", _PLACEHOLDER),
        ("schema_drift", "schemas", _DRIFT),
        ("not_canonical", "form", _FORM),
    )
}

FILE_EXAMPLES = {
    "stale_release": (
        "data/curated/people/mira-example.yaml was edited after data/published was built.",
        "data/curated/people/mira-example.yaml was edited,\nand news-dataset build renewed data/published.",
    ),
    "released_version": (
        "# in dataset.yaml, whose release 2031.05.0 is in data/published; a person was added\ndata_version: 2031.05.0",
        "# in dataset.yaml\ndata_version: 2031.05.1",
    ),
    "placeholder": (
        "# in dataset.yaml, as news-dataset init wrote it\ntitle: Title of the dataset",
        "# in dataset.yaml\ntitle: Ferries of Port Example",
    ),
    "schema_drift": (
        "schemas/1.2/person.schema.json was edited by hand.",
        "schemas/1.2/person.schema.json, as news-dataset schema writes it",
    ),
    "not_canonical": (
        'name: "Mira Example"\nid: person/mira-example',
        "id: person/mira-example\nname: Mira Example",
    ),
}

CODES = checks.CODES | FILE_CODES
_EXAMPLES = examples.EXAMPLES | FILE_EXAMPLES


def page(name: str) -> str:
    """Return the manual page of an issue code, or of a reason for quarantine in an import; both if they share a name.

    Raises:
        KeyError: there is no such code or reason; the message names the nearest.
    """
    known(name, [*CODES, *REASONS], "issue code", "news-dataset explain lists all")
    of_import = [f"{name} (why an import puts something in quarantine.jsonl)", REASONS[name]] if name in REASONS else []
    return "\n\n".join([*of_import, *([_page_of(name)] if name in CODES else [])])


def _page_of(name: str) -> str:
    """Return the manual page of an issue code, with its examples."""
    code = CODES[name]
    may_be_set = ", severity may be set in dataset.yaml" if name in checks.SETTABLE else ""
    parts = [f"{code.name} (layer {code.layer}, exit code {code.exit_code}{may_be_set})", code.manual]
    for title, snippet in zip(("wrong", "right"), _EXAMPLES[code.name], strict=True):
        parts.append(f"{title}:\n{textwrap.indent(snippet.rstrip(), '    ')}")
    return "\n\n".join(parts)


def contents() -> str:
    """Return one line per code, then per reason of an import: name, layer, first sentence of the manual page."""
    rows = [(code.name, code.layer, code.manual.partition("\n")[0]) for code in CODES.values()]
    rows += [(name, "import", sentence) for name, sentence in REASONS.items()]
    names, layers, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join(f"{name:<{names}}  {layer:<{layers}}  {sentence}" for name, layer, sentence in rows)


def file_report(code: str, issues: Iterable[Issue], checked: int, skipped: str = "") -> Report:
    """Return the report of one code in ``FILE_CODES``.

    Args:
        code: its name.
        issues: its issues, without their code.
        checked: how many files were checked.
        skipped: why nothing was checked; empty if something was.
    """
    named = [replace(issue, code=code, exit_code=FILE_CODES[code].exit_code) for issue in issues]
    failed = {issue.path for issue in named if issue.severity == "error"}
    warned = {issue.path for issue in named} - failed
    tally = Tally(code, FILE_CODES[code].layer, checked=checked, failed=len(failed), warned=len(warned))
    if skipped:
        tally.count(Skipped(skipped))
    return Report.of(named, [tally])
