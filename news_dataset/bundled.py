"""Define the public functions, which call methods of ``Dataset``.

Functions that only read use the bundled dataset. Functions that check, write or compare take a dataset's folder first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from news_dataset.dataset import Dataset

_P = ParamSpec("_P")
_R = TypeVar("_R")

_bundled = Dataset()


def _with_folder(
    method: Callable[Concatenate[Dataset, _P], _R], name: str
) -> Callable[Concatenate[str | Path, _P], _R]:
    """Return a function that takes a folder first and calls a ``Dataset`` method.

    Args:
        method: the method.
        name: the name of the first argument, in signatures and help.
    """

    @wraps(method)
    def function(place: str | Path, /, *args: _P.args, **options: _P.kwargs) -> _R:
        return method(Dataset(Path(place)), *args, **options)

    _, *others = signature(method).parameters.values()
    place = Parameter(name, Parameter.POSITIONAL_ONLY, annotation="str | Path")
    vars(function)["__signature__"] = signature(method).replace(parameters=[place, *others])
    return function


adjudicate = _with_folder(Dataset.adjudicate, "a")
agreement = _with_folder(Dataset.agreement, "a")
anchor = _with_folder(Dataset.anchor, "path")
build = _with_folder(Dataset.build, "folder")
carry = _with_folder(Dataset.carry, "folder")
diff = _with_folder(Dataset.diff, "old")
fmt = _with_folder(Dataset.fmt, "path")
import_from = _with_folder(Dataset.import_from, "folder")
init = Dataset.init
new = _with_folder(Dataset.new, "folder")
rename = _with_folder(Dataset.rename, "folder")
schema = _with_folder(Dataset.schema, "folder")
validate = _with_folder(Dataset.validate, "path")
verify = _with_folder(Dataset.verify, "folder")

citation = _bundled.citation
claim_sources = _bundled.claim_sources
claims = _bundled.claims
describe = _bundled.describe
explain = _bundled.explain
explore = _bundled.explore
export = _bundled.export
get = _bundled.get
info = _bundled.info
iter_batches = _bundled.iter_batches
iter_records = _bundled.iter_records
lacking = _bundled.lacking
license = _bundled.license  # noqa: A001 (the interactive shell's notice of the same name is no loss)
load = _bundled.load
load_all = _bundled.load_all
load_articles = _bundled.load_articles
load_events = _bundled.load_events
load_people = _bundled.load_people
load_statements = _bundled.load_statements
path = _bundled.path
plot = _bundled.plot
restore = _bundled.restore
scan = _bundled.scan
span = Dataset.span
sql = _bundled.sql
tables = _bundled.tables
timeline = _bundled.timeline
who_said_what = _bundled.who_said_what

__all__ = [
    "Dataset", "adjudicate", "agreement", "anchor", "build", "carry", "citation", "claim_sources", "claims", "describe",
    "diff", "explain", "explore", "export", "fmt", "get", "import_from", "info", "init", "iter_batches", "iter_records",
    "lacking", "license", "load", "load_all", "load_articles", "load_events", "load_people", "load_statements", "new",
    "path", "plot", "rename", "restore", "scan", "schema", "span", "sql", "tables", "timeline", "validate", "verify",
    "who_said_what",
]  # fmt: skip
