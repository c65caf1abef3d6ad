"""Read docstrings, which become pages of the manual and descriptions of tables and schemas, even under ``-OO``."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from news_dataset.errors import SetupError


def docstring(thing: Any) -> str:
    """Return the docstring of a class or function; empty if it has none.

    Where Python has dropped docstrings (``-OO``), those of this package are read from the source.

    Raises:
        SetupError: they were dropped, and there is no source.
    """
    if thing.__doc__ or not _is_dropped(thing):
        return thing.__doc__ or ""
    return _docstrings(thing.__module__).get(thing.__qualname__, "")


def _is_dropped(thing: Any) -> bool:
    """Return whether Python drops docstrings, and that of *thing* is in the source of this package."""
    return sys.flags.optimize > 1 and str(thing.__module__).partition(".")[0] == "news_dataset"


@cache
def _docstrings(module: str) -> dict[str, str]:
    """Return the docstrings of a module by the qualified name of the class or function."""
    spec = find_spec(module)
    get_source = getattr(spec.loader, "get_source", None) if spec else None
    source = get_source(module) if get_source else None
    if source is None:
        problem = "the manual and the descriptions of tables are docstrings, which Python was told to leave out"
        raise SetupError(f"{problem}: run it without -OO and PYTHONOPTIMIZE=2")
    return dict(_walk(ast.parse(source), ""))


def _walk(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, str]]:
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield f"{prefix}{child.name}", ast.get_docstring(child, clean=False) or ""
        if isinstance(child, ast.ClassDef):
            yield from _walk(child, f"{prefix}{child.name}.")
