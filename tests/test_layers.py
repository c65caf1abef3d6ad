"""The house: imports go down only, files and functions stay short, everything public is documented."""

from __future__ import annotations

import ast
from pathlib import Path

import news_dataset
from tests.conftest import ROOT
from tests.each import each

PACKAGE = ROOT / "news_dataset"

# From the ground up. A module may import from floors below its own, and from its own package; packages are rooms.
FLOORS = [
    {"errors", "markup", "form", "palette", "annotations"},
    {"files"},
    {"strict_json"},
    {"utf16", "edtf", "docstrings", "patterns", "issues", "manifest", "credit", "filesystem"},
    {"rules", "frames", "atomic", "journal", "release_presence", "placeholders"},
    {"answers"},
    {"records"},
    {"profile"},
    {"reader", "spans", "reporters", "frozen", "schema_presence"},
    {"source_form"},
    {"sheets"},
    {"json_schemas"},
    {"schema_diff", "schema_ledger", "entries"},
    {"tabular"},
    {"views"},
    {"parquet_pages"},
    {"parquet"},
    {"released", "folders", "issue_table"},
    {"collection"},
    {"layered"},
    {"checks", "restoration", "stored", "table_schema"},
    {"engine", "manual"},
    {"validation"},
    {"stores"},
    {
        "publish",
        "curate",
        "reliability",
        "changes",
        "explorer",
        "plots",
        "query",
    },
    {"exporters"},
    {"importers", "adjudication", "testing"},
    {"interchange"},
    {"dataset"},
    {"bundled"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]
HEAVY = {"duckdb", "py4j", "pyspark", "matplotlib", "pandas", "pyarrow", "pyiceberg", "polars", "jsonschema"}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

TESTS = sorted(Path("..") / path.relative_to(ROOT) for path in (ROOT / "tests").glob("*.py"))


def room(module: str) -> str:
    """The room of a dotted module name inside the package."""
    return module.split(".")[1] if "." in module else "__init__"


def imports(tree: ast.AST, *, top_only: bool = False) -> list[str]:
    """The modules that a module imports; each name of ``from news_dataset import name`` counts as a module."""
    found = []
    for node in ast.iter_child_nodes(tree) if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "news_dataset":
            found += [_module(alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found


def _module(name: str) -> str:
    is_module = (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()
    return f"news_dataset.{name}" if is_module else "news_dataset"


def breaches(source: str, here: str) -> list[str]:
    """The imports of a module in the room *here* that do not go down."""
    floor = next(level for level, names in enumerate(FLOORS) if here in names)
    below = set().union(*FLOORS[:floor])
    ours = [name for name in imports(ast.parse(source)) if name.split(".")[0] == "news_dataset"]
    return [name for name in ours if room(name) != here and room(name) not in below]


def test_every_room_has_a_floor() -> None:
    """And every floor's rooms exist."""
    rooms = {path.parts[0].removesuffix(".py") for path in MODULES}

    assert rooms == set().union(*FLOORS)


@each(MODULES)
def test_imports_go_down_only(path: Path) -> None:
    """Never up, never sideways between rooms; so there are no cycles either."""
    # these read the package's version inside a function, where the package has long been imported
    allowed = ["news_dataset"] if path.name in ("content.py", "executor.py", "stores.py") else []

    found = breaches((PACKAGE / path).read_text("utf-8"), path.parts[0].removesuffix(".py"))

    assert [name for name in found if name not in allowed] == []


def test_an_import_upwards_is_noticed() -> None:
    """Negative control."""
    assert breaches("from news_dataset.cli import main", "reader") == ["news_dataset.cli"]
    assert breaches("def f():\n    from news_dataset import json_schemas", "reader") == ["news_dataset.json_schemas"]
    assert breaches("from news_dataset import errors", "reader") == []


@each(MODULES)
def test_heavy_libraries_load_inside_functions(path: Path) -> None:
    """Only type checkers see them at the top."""
    tree = ast.parse((PACKAGE / path).read_text("utf-8"))

    assert not HEAVY & {name.split(".")[0] for name in imports(tree, top_only=True)}


@each([*MODULES, *TESTS])
def test_files_and_functions_are_short(path: Path) -> None:
    """At most 350 lines a file, 40 a function."""
    source = (PACKAGE / path).read_text("utf-8")
    long = [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 40 + _docstring_lines(node)
    ]

    assert source.count("\n") <= 350
    assert long == []


def _docstring_lines(node: ast.FunctionDef) -> int:
    first = node.body[0]
    has_docstring = ast.get_docstring(node) is not None
    return (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0


@each(MODULES)
def test_every_public_name_is_documented(path: Path) -> None:
    """Modules, classes and functions without an underscore say what they are."""
    tree = ast.parse((PACKAGE / path).read_text("utf-8"))
    homes: list[ast.Module | ast.ClassDef] = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    definitions = [node for home in homes for node in home.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    named = [node for node in definitions if not node.name.startswith("_")]
    overloads = [node for node in named if any(getattr(one, "id", "") == "overload" for one in node.decorator_list)]

    assert ast.get_docstring(tree)
    assert [node.name for node in named if not ast.get_docstring(node) and node not in overloads] == []


def test_the_shop_window_is_complete() -> None:
    """__all__ lists every public name, and each has its documentation."""
    public = {name for name in dir(news_dataset) if not name.startswith("_")}
    submodules = {path.parts[0].removesuffix(".py") for path in MODULES}

    assert set(news_dataset.__all__) - {"__version__"} <= public
    assert public - set(news_dataset.__all__) <= submodules
    assert all(getattr(news_dataset, name).__doc__ for name in news_dataset.__all__)


def test_no_public_name_is_also_a_module() -> None:
    """Importing a submodule would overwrite the function of the same name."""
    submodules = {path.parts[0].removesuffix(".py") for path in MODULES}

    assert not submodules & (set(news_dataset.__all__) - {"__version__"})
