"""The checks, in four layers.

What one record may get wrong is found by its model and by ``shape``; what rows compared with each other get wrong by
the rule book, a query or two a check (``query``); what only a text can show by ``words``. The name of a check is the
code of its issues.
"""

from __future__ import annotations

from news_dataset.checks import evidence, own, policy, references, shape, tables
from news_dataset.checks.query import Query
from news_dataset.issues import Code

QUERIES: tuple[Query, ...] = (*tables.QUERIES, *references.QUERIES, *evidence.QUERIES, *policy.QUERIES)
"""The rule book."""

SETTABLE = own.SETTABLE
"""The checks whose severity a dataset may set."""

LAYERS = ("shape", "references", "evidence", "policy")
CODES: dict[str, Code] = {
    code.name: code
    for layer in LAYERS
    for code in (*shape.CODES, *(query.code for query in QUERIES))
    if code.layer == layer
}
"""Every check by its name, in the order of reports."""

OF_FILES = frozenset(shape.OF_FILES)
"""The checks that look at files as files."""
