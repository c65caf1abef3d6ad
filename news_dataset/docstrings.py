"""Docstrings are data here: pages of the manual, descriptions of tables and of schemas."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from news_dataset.errors import SetupError


def docstring(thing: Any) -> str:
    """Return the docstring of a class or function of this package.

    Python leaves docstrings out where PYTHONOPTIMIZE is 2; they are read from the source then.

    Raises:
        SetupError: they are left out, and there is no source.
    """
    if thing.__doc__ or not _is_ours(thing):
        return thing.__doc__ or ""
    return _docstrings(thing.__module__).get(thing.__qualname__, "")


def _is_ours(thing: Any) -> bool:
    return sys.flags.optimize > 1 and str(thing.__module__).partition(".")[0] == "news_dataset"


@cache
def _docstrings(module: str) -> dict[str, str]:
    """Return the docstrings of a module by the names of what they are of."""
    spec = find_spec(module)
    reads = getattr(spec.loader, "get_source", None) if spec else None
    source = reads(module) if reads else None
    if source is None:
        lost = "the manual and the descriptions of tables are docstrings, which Python was told to leave out"
        raise SetupError(f"{lost}: run it without -OO and PYTHONOPTIMIZE=2")
    return dict(_within(ast.parse(source), ""))


def _within(node: ast.Module | ast.ClassDef, place: str) -> Iterator[tuple[str, str]]:
    for one in node.body:
        if isinstance(one, ast.ClassDef | ast.FunctionDef):
            yield f"{place}{one.name}", ast.get_docstring(one, clean=False) or ""
        if isinstance(one, ast.ClassDef):
            yield from _within(one, f"{place}{one.name}.")
