"""One guard per door: what reads, writes, parses, prints or runs goes through the few modules that may."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.each import each

PACKAGE = ROOT / "news_dataset"
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


@dataclass(frozen=True)
class Door:
    """Calls and imports that only some modules may have.

    Args:
        guards: what for.
        uses: a pattern of names: of functions with their modules (``json.loads``), of methods (``.read_bytes``), of
            modules that are imported (``import zipfile``), of functions in SQL (``sql read_parquet``).
        rooms: the modules that may have them, each with its reason.
        planted: breaches, each of which must be found.
    """

    guards: str
    uses: str
    rooms: dict[str, str]
    planted: tuple[str, ...]


DOORS = {
    "reading": Door(
        "A file that nobody vouches for is regular, no link, and not larger than it may be.",
        r"open|io\.open|os\.(open|fdopen|read)|codecs\.open|\.(open|read_text|read_bytes)"
        r"|import (mmap|fileinput|linecache)|pyarrow\.(OSFile|memory_map|input_stream)",
        {
            "files.py": "the guard: lstat, O_NOFOLLOW, O_NONBLOCK, limits; the package's own files beside it",
            "filesystem.py": "makes new files and locks, and opens what it forces to disk",
            "cli/streams.py": "the null device, in the place of a stream that is closed",
            "cli/output.py": "adds to the page of a workflow's step, which the runner names",
        },
        (
            "def f(p): return open(p).read()", "from pathlib import Path\nPath('x').read_text()", "p.read_bytes()",
            "with path.open() as file: pass", "Path.open(p)", "getattr(path, 'open')()",
            "import os\nos.open('x', 0)", "from io import open as o\no('x')",
            "import builtins\nbuiltins.open('x')", "list(map(open, names))", "import mmap",
            "import pyarrow as pa\npa.memory_map(p)",
        ),
    ),
    "writing": Door(
        "A new file is made where nothing is, in UTF-8 with the line ends given; what is there is replaced whole.",
        r"\.(write_text|write_bytes|touch|symlink_to|hardlink_to|to_csv|to_excel|write_csv|write_ndjson)|pyarrow\.output_stream"
        r"|os\.(write|pwrite|truncate|link|symlink|mkfifo)",
        {"journal.py": "a second name of what is replaced, until all is on disk"},
        (
            "Path('x').write_text('')", "path.write_bytes(b'')", "p.touch()", "frame.to_csv(p)",
            "import os as o\no.symlink('a', 'b')",
        ),
    ),
    "names": Door(
        "What takes the place of something is on disk before, and nothing of others goes.",
        r"os\.(rename|renames|replace|remove|unlink|rmdir|removedirs|chmod|chown|fsync)|import shutil"
        r"|\.(unlink|rmdir|rmtree|chmod)|\.(rename|replace)\(one\)|import ctypes",
        {
            "atomic.py": "the guard: a folder or a file whole or not at all",
            "journal.py": "the guard: several files together or not at all",
            "filesystem.py": "the calls that systems differ in, for the guard",
            "publish/cluster.py": "an attempt of an executor takes its name in the new folder that the guard gave",
        },
        (
            "import os\nos.replace(a, b)", "from os import rename\nrename(a, b)", "path.rename(other)",
            "new.replace(out)", "import shutil", "from shutil import rmtree",
            "path.unlink(missing_ok=True)", "folder.rmdir()",
        ),
    ),
    "temporary": Door(
        "A temporary folder is of one kind, and goes when its block ends.",
        r"import tempfile",
        {"filesystem.py": "the guard"},
        ("import tempfile", "from tempfile import mkdtemp", "def f():\n    import tempfile as t"),
    ),
    "YAML": Door(
        "Aliases, anchors, tags and second documents are refused at the parser's events, before any object is there.",
        r"yaml\.(\w*load\w*|parse|scan|compose\w*|\w*Loader|serialize|dump\w*|emit|\w*Dumper)|import ruamel\S*",
        {
            "reader/yamlfile.py": "the guard",
            "curate/source.py": "nodes with their extents, of text that the guard has accepted",
            "records/codebooks/__init__.py": "files that this package carries",
        },
        (
            "import yaml\nyaml.safe_load(text)", "import yaml as y\ny.load(text, Loader=y.Loader)",
            "from yaml import safe_load_all\nsafe_load_all(t)", "import yaml\nyaml.compose(text)", "import ruamel.yaml",
        ),
    ),
    "JSON": Door(
        "No key twice, no NaN, no number out of range, no endless depth.",
        r"json\.(load|loads|JSONDecoder|decoder\S*)|\.(model_validate_json|parse_raw|raw_decode)|pydantic_core\.from_json"
        r"|pyarrow\.json(\.\w+)?|import (orjson|ujson|simplejson)|sql read_json",
        {
            "strict_json.py": "the guard: values alone, by the scanner of the standard library",
            "reader/jsonfile.py": "the guard of records: values with their places, in eighteen times the time",
            "engine/columnar.py": "columns of lines; what could be read in two ways never reaches it",
            "released.py": "lines of a release, after their hash",
        },
        (
            "import json\njson.loads(data)", "from json import load\nload(file)", "import json as j\nj.JSONDecoder()",
            "Model.model_validate_json(line)", "import orjson", "import pyarrow.json as pj\npj.read_json(x)",
        ),
    ),
    "XML": Door(
        "No document type, no entity, no external reference.",
        r"import (xml\.(?!sax\.(saxutils|handler))|lxml|defusedxml|cassis|bs4|html5lib)\S*",
        {
            "importers/uima/xmi.py": "the guard: defusedxml, in one pass",
            "importers/uima/structures.py": "type systems for cassis, after the guard has passed them",
        },
        (
            "import xml.etree.ElementTree as ET", "from xml.etree import ElementTree", "from lxml import etree",
            "from xml.dom.minidom import parse", "from errors import library\nlibrary('lxml.etree', 'import')",
        ),
    ),
    "archives": Door(
        "Names, kinds, sizes and overlaps are looked at first, and nothing is unpacked to disk.",
        r"import (zipfile|tarfile|gzip|bz2|lzma|zlib|zipimport|py7zr|zstandard)|\.(extractall|unpack_archive)",
        {"importers/archive.py": "the guard"},
        ("import zipfile", "from tarfile import open", "import gzip", "archive.extractall(folder)"),
    ),
    "Parquet": Door(
        "Rows are decoded within a budget, with page checksums; a new file is made where nothing is.",
        r"pyarrow\.parquet\.(?!filters_to_expression)\w+|pyarrow\.(dataset|feather|orc|csv)\.\w+|polars\.(read|scan)_\w+|pandas\.read_\w+"
        r"|\.(write_parquet|to_parquet|read_parquet|scan_parquet|sink_parquet|to_pickle)|sql read_parquet",
        {
            "parquet.py": "the guard",
            "parquet_pages.py": "plans of the guard, which gets no byte of the file",
            "publish/tables.py": "DuckDB reads the tables of a release that is being written, before it is there",
            "stores.py": "a query of Polars, over files whose hashes and columns the guard has looked at",
        },
        (
            "import pyarrow.parquet as pq\npq.read_table(path)", "import pyarrow.dataset as ds\nds.dataset(p)",
            "from pyarrow.parquet import ParquetFile\nParquetFile(p)", "frames.polars().scan_parquet(p)",
            "frame.to_parquet(p)", "import pandas as pd\npd.read_csv(p)",
            "base.sql(f\"SELECT * FROM read_parquet('{p}')\")",
        ),
    ),
    "databases": Door(
        "A database of DuckDB has a limit of memory and a folder to spill into; one of SQLite is an export.",
        r"duckdb\.(connect|sql|query|execute|read_\w+|from_\w+)|import sqlite3"
        r"|sql (read_csv|read_text|read_blob|sniff_csv)",
        {
            "engine/database.py": "the guard of the engine",
            "query.py": "the guard of queries: no file, no extension, no setting",
            "exporters/sqlite.py": "writes exports, and looks whether a file is one",
        },
        (
            "import duckdb\nduckdb.connect()", "from duckdb import sql\nsql(q)", "import sqlite3",
            "base.sql(\"FROM read_csv('x')\")",
        ),
    ),
    "printing": Door(
        "What is printed is escaped for terminals and for the logs of workflows.",
        r"print|warnings\.warn\w*|traceback\.print\w*|logging\.(\w*Handler|basicConfig)"
        r"|pprint\.\w+|sys\.(std(out|err)|__std(out|err)__)\.(write\w*|buffer\S*)|import pprint",
        {
            "cli/output.py": "the guard",
            "dataset/__init__.py": "a warning, whose words are made visible",
            "dataset/exporting.py": "a warning, whose words are made visible",
            "dataset/lifecycle.py": "a warning, of a number alone",
        },
        (
            "print('x')", "import sys\nsys.stdout.write(x)", "from sys import stderr\nstderr.write(x)",
            "import sys\nsys.stderr.buffer.write(b'')", "list(map(print, lines))",
            "from warnings import warn\nwarn(words)", "import traceback\ntraceback.print_exc()",
        ),
    ),
    "network": Door(
        "Nothing is fetched, and no other program runs.",
        r"import (socket|ssl|http|urllib\.request|urllib3|requests|httpx|ftplib|smtplib|webbrowser|asyncio)\S*"
        r"|import (subprocess|multiprocessing|pty)\S*"
        r"|os\.(system|popen|exec\w+|spawn\w+|fork\w*|posix_spawn\w*|startfile)",
        {},
        (
            "import socket", "from urllib.request import urlopen", "from urllib import request", "import http.client",
            "import subprocess as s", "import os\nos.system('x')", "import requests",
        ),
    ),
    "code": Door(
        "No file brings code.",
        r"eval|exec|compile|__import__|import (pickle|_pickle|marshal|shelve|dill|cloudpickle|joblib|runpy|code)"
        r"|importlib\.(reload|util\.spec_from_file_location)|numpy\.(load|fromfile)|\.read_pickle",
        {"engine/executor.py": "results of our own executors, and of no file"},
        (
            "eval(words)", "exec(words)", "import pickle", "def f():\n    from pickle import loads", "import marshal",
            "list(map(eval, x))", "import numpy as np\nnp.load(p)", "__import__(name)",
        ),
    ),
}  # fmt: skip


@cache
def names_in(source: str) -> list[tuple[int, str]]:
    """Return the names that a module uses, as the patterns of doors have them, each with its line."""
    return sorted(set(_names(ast.parse(source))))


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    known, passed_over = dict(_aliases(tree)), {id(part) for node in ast.walk(tree) for part in _no_code(node)}
    for node in ast.walk(tree):
        if id(node) in passed_over:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, f"import {one.name}") for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("news_dataset"):
            yield node.lineno, f"import {node.module}"
            yield from ((node.lineno, f"import {node.module}.{one.name}") for one in node.names)
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, name) for name in _called(node, known))
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            if (name := _dotted(node, known)) is not None:
                yield node.lineno, name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, f"sql {name}") for name in re.findall(r"\b(\w+)\(", node.value))


def _no_code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what of a node is documentation, or says a type."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
        yield from ast.walk(part) if part else ()


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.asname or one.name.split(".")[0], one.name if one.asname else one.name.split(".")[0])
                        for one in node.names)  # fmt: skip
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)
        elif isinstance(node, ast.ClassDef):
            yield node.name, f"news_dataset.{node.name}"


def _dotted(node: ast.expr, known: dict[str, str]) -> str | None:
    """Return the name of a function with its module: ``json.loads`` however it was imported; None for a value's."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id).removeprefix("builtins.")
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value, known)) is not None:
        return f"{before}.{node.attr}".removeprefix("builtins.")
    return None


def _called(node: ast.Call, known: dict[str, str]) -> Iterator[str]:
    """Yield what a call is besides its name: a method, one that takes one path, a module or method by its name."""
    name = _dotted(node.func, known) or ""
    if isinstance(node.func, ast.Attribute) and not name.startswith("news_dataset."):
        yield f".{node.func.attr}"
        if len(node.args) == 1 and not node.keywords:
            yield f".{node.func.attr}(one)"
    words = [str(one.value) for one in node.args if isinstance(one, ast.Constant)]
    if name.rpartition(".")[2] in ("library", "import_module"):
        yield from (f"import {word}" for word in words[:1])
    if name == "getattr" and words:
        yield f".{words[0]}"
        yield f"{_dotted(node.args[0], known)}.{words[0]}"


def breaches(source: str, door: Door) -> list[str]:
    """Return the uses of a door in a module, each with its line."""
    pattern = re.compile(door.uses)
    return [f"{line}: {name}" for line, name in names_in(source) if pattern.fullmatch(name)]


@each(sorted(DOORS))
def test_nothing_goes_around_a_door(name: str) -> None:
    """Every module but its rooms."""
    door = DOORS[name]
    found = {module: breaches(source, door) for module, source in SOURCES.items() if module not in door.rooms}

    assert {module: uses for module, uses in found.items() if uses} == {}, door.guards


@each(sorted(DOORS))
def test_every_room_uses_its_door(name: str) -> None:
    """A room that needs its exception no more loses it."""
    door = DOORS[name]
    unused = [module for module in door.rooms if not breaches(SOURCES.get(module, ""), door)]

    assert unused == []


@pytest.mark.parametrize(("name", "source"), [(name, one) for name, door in DOORS.items() for one in door.planted])
def test_a_breach_is_found(name: str, source: str) -> None:
    """Negative control: however it is imported, also inside a function, also handed on as a value."""
    assert breaches(source, DOORS[name])


@each(["x.replace('a', 'b')", "replace(row, name='x')", "import json\njson.dumps(x)",
       "from news_dataset.collection import Collection\nCollection.open(folder)", "def f(file: open) -> print: pass",
       "from urllib.parse import quote\nquote(x)", "from xml.sax.saxutils import quoteattr", "re.compile(p)",
       "import sys\nsys.stdout.flush()", "day.replace(year=1)", "'''open(path), read_parquet(x)'''"])  # fmt: skip
def test_what_only_looks_like_one_is_none(source: str) -> None:
    """Methods of texts and rows, what is written and not read, and words about them."""
    assert [found for door in DOORS.values() for found in breaches(source, door)] == []


def test_a_room_without_a_breach_is_found() -> None:
    """Negative control: of a module that has none, of one that is gone, and of the package's own code."""
    door = Door("", "print", {"cli/output.py": "", "gone.py": "", "errors.py": ""}, ())

    assert [one for one in door.rooms if not breaches(SOURCES.get(one, ""), door)] == ["gone.py", "errors.py"]
    assert breaches(f"{SOURCES['errors.py']}\nprint(1)", door) == [f"{SOURCES['errors.py'].count(chr(10)) + 2}: print"]
    assert Path(PACKAGE, "cli", "output.py").is_file()
