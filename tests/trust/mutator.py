"""Mutants of a module: its source with one small change, such as another comparison or a statement left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift,
}  # fmt: skip
SQL = re.compile(r"\b(SELECT|WHERE|CASE WHEN|LEFT JOIN)\b")
CLAUSES = (
    (" <> ", " = "), (" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" AND ", " OR "), (" OR ", " AND "),
    ("IS NOT NULL", "IS NULL"), ("IS NULL", "IS NOT NULL"), (" + 1", " + 2"), ("UNION ALL", "EXCEPT"),
    ("AND NOT ", "AND "), ("WHEN NOT ", "WHEN "), ("LEFT JOIN", "JOIN"),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed module: another node in the place of one.

    Args:
        line: the line of the change.
        change: what was changed, in the module's own words.
        tree: the module as it was.
        parent: the node above the changed one.
        name: the field of the parent that holds the node.
        old: the node.
        new: what takes its place.
    """

    line: int
    change: str
    tree: ast.Module
    parent: ast.AST
    name: str
    old: ast.AST
    new: ast.AST

    def source(self) -> str:
        """Return the source of the changed module."""
        value = getattr(self.parent, self.name)
        is_list = isinstance(value, list)
        setattr(
            self.parent, self.name, [self.new if one is self.old else one for one in value] if is_list else self.new
        )
        try:
            return ast.unparse(ast.fix_missing_locations(self.tree))
        finally:
            setattr(self.parent, self.name, value)


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines."""
    tree, found = ast.parse(source), []
    for parent, name, node in places(tree):
        for new in changes(node):
            change = f"{shown(ast.unparse(node))} -> {shown(ast.unparse(ast.fix_missing_locations(new)))}"
            found.append(Mutant(node.lineno, change, tree, parent, name, node, new))
    return sorted(found, key=lambda one: one.line)


def shown(text: str) -> str:
    """Return code in one short line."""
    text = " ".join(text.split())
    return text if len(text) <= 70 else f"{text[:60]} … {text[-8:]}"


def places(node: ast.AST) -> Iterator[tuple[ast.AST, str, Any]]:
    """Yield parent, field and node, for each that runs: no annotation, decorator, docstring, import for types."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or is_documentation(child):
                continue
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            if hasattr(child, "lineno"):
                yield node, name, child
            yield from places(child)


def is_documentation(node: ast.AST) -> bool:
    """Return whether a node is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def changes(node: Any) -> Iterator[ast.AST]:
    """Yield what a node may be replaced by; the node itself keeps.

    A truth value that is returned is negated as a constant, and not replaced by None: that is as false as False is.
    """
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield ast.Compare(node.left, [COMPARISONS[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS and not is_text(node):
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in values(node.value))
    elif isinstance(node, ast.Return) and node.value and ast.unparse(node.value) not in ("None", "True", "False"):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr | ast.Raise | ast.Continue | ast.Break | ast.AugAssign):
        yield ast.Pass()
    elif isinstance(node, ast.If | ast.IfExp) and isinstance(node.test, ast.Name | ast.Call | ast.Attribute):
        kind: Any = type(node)
        yield kind(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def is_text(node: ast.BinOp) -> bool:
    """Return whether an operation joins texts, or types."""
    return any(isinstance(part, ast.JoinedStr) or isinstance(getattr(part, "value", 0), str | bytes | None)
               for part in (node.left, node.right))  # fmt: skip


def values(value: Any) -> Iterator[Any]:
    """Yield what a constant may be replaced by: numbers, truth values, names, and clauses of SQL; no prose."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str) and re.fullmatch(r"[a-z_/]+", value):
        yield f"{value}x"
    elif isinstance(value, str) and SQL.search(value):
        for old, new in CLAUSES:
            for match in re.finditer(re.escape(old), value):
                yield value[: match.start()] + new + value[match.end() :]
