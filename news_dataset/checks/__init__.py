"""The checks, in four layers.

Faults of single records are found by their models and by ``shape``; faults that show when rows are compared, by the
rule book, one or two queries per check (``query``); faults that only a text can show, by ``words``. The name of a check
is the code of its issues.
"""

from __future__ import annotations

from news_dataset.checks import evidence, own, policy, references, shape, tables
from news_dataset.checks.query import Query
from news_dataset.issues import Code

QUERIES: tuple[Query, ...] = (*tables.QUERIES, *references.QUERIES, *evidence.QUERIES, *policy.QUERIES)
"""The rule book."""

SETTABLE = own.SETTABLE
"""The names of the checks whose severity a dataset may set."""

LAYERS = ("shape", "references", "evidence", "policy")
CODES: dict[str, Code] = {
    code.name: code
    for layer in LAYERS
    for code in (*shape.CODES, *(query.code for query in QUERIES))
    if code.layer == layer
}
"""Every check by its name, in the order of reports."""

OF_FILES = frozenset(shape.OF_FILES)
"""The names of the checks whose units are files."""
