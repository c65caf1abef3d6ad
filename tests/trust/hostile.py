"""A folder that means harm: modules that Python might import, settings of libraries, links that lead out."""

from __future__ import annotations

import os
import pickle
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.conftest import ROOT

MODULES = (
    "yaml", "json", "sitecustomize", "usercustomize", "conftest", "news_dataset", "pyarrow", "pandas", "numpy",
    "duckdb", "pydantic", "jsonschema", "encodings", "typing", "tqdm", "matplotlib", "setup", "noxfile",
)  # fmt: skip
SETTINGS = (
    "matplotlibrc", ".duckdbrc", "pyproject.toml", "setup.cfg", "tox.ini", "pip.conf", ".env", "pyvenv.cfg", ".netrc",
    "python311._pth", ".pdbrc", ".gitconfig",
)  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """The folder, the file that whatever runs in it writes, and a folder outside that nothing may read."""

    folder: Path
    mark: Path
    outside: Path

    @property
    def has_run(self) -> str:
        """Names of what ran; empty where nothing did."""
        return self.mark.read_text("utf-8") if self.mark.exists() else ""

    def state(self) -> str:
        """Return a hash of all that lies in the folder: names, kinds, modes, times of change, bytes, links."""
        digest = sha256()
        for folder, folders, files in os.walk(os.fsencode(self.folder)):
            folders.sort()
            for name in sorted((*files, *folders)):
                path = os.path.join(folder, name)
                found = os.lstat(path)
                digest.update(path + f" {found.st_mode} {found.st_mtime_ns} {found.st_size}".encode())
        return digest.hexdigest()


class _Harmful:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (self.command,)


def hijacked(folder: Path) -> Tree:
    """Make a sound dataset, in which everything lies that Python and libraries look for in the working folder."""
    tree = _tree(folder)
    shutil.copytree(ROOT / "data", tree.folder / "data")
    for place in (tree.folder, tree.folder / "data", tree.folder / "data" / "curated"):
        _baits(tree, place)
    return tree


def irregular(folder: Path, many: int) -> Tree:
    """Make a dataset with links that lead out, pipes, sockets, odd names, and folders of great depth and many files."""
    tree = hijacked(folder)
    curated = tree.folder / "data" / "curated"
    for name in ("people", "sources"):
        (curated / name / "secret.yaml").symlink_to(tree.outside / "secret.yaml")
        (curated / name / "folder").symlink_to(tree.outside)
    (curated / "places" / "hard").symlink_to("/proc/self/environ")
    (curated / "events" / "loop").symlink_to(curated)
    os.mkfifo(curated / "people" / "pipe.yaml")
    os.mkfifo(tree.folder / "data" / "pipe")
    _socket(curated / "people" / "socket.yaml")
    for odd in (b"\xff\xfe", b"line\nbreak", b"\x1b[31m", b"-rf", b"::error::", b"a" * 250):
        with open(os.path.join(os.fsencode(curated / "people"), odd + b".yaml"), "wb") as file:
            file.write(b"id: person/x\n")
    deep = curated / "organizations"
    for _ in range(60):
        deep /= "d" * 30
    deep.mkdir(parents=True)
    (deep / "deep.yaml").write_text("id: organization/deep\n", "utf-8")
    for number in range(many):
        (curated / "topics" / str(number % 100)).mkdir(parents=True, exist_ok=True)
        (curated / "topics" / str(number % 100) / f"{number}.yaml").write_text("id: place/x\n", "utf-8")
    return tree


def releases(folder: Path) -> Sequence[Tree]:
    """Make releases with a link, a pipe or a folder in the place of a table, or a link in that of all."""
    found = []
    for kind in ("link", "pipe", "folder", "all"):
        tree = hijacked(folder / kind)
        published = tree.folder / "data" / "published"
        table = published / "people.parquet"
        if kind == "all":
            shutil.move(published, tree.outside / "published")
            published.symlink_to(tree.outside / "published")
        else:
            shutil.move(table, tree.outside / table.name)
            if kind == "link":
                table.symlink_to(tree.outside / table.name)
            elif kind == "pipe":
                os.mkfifo(table)
            else:
                (published / "people").symlink_to(tree.outside)
        found.append(tree)
    return found


def _tree(folder: Path) -> Tree:
    tree = Tree(folder / "tree", folder / "mark", folder / "outside")
    tree.folder.mkdir(parents=True)
    tree.outside.mkdir()
    (tree.outside / "secret.yaml").write_text("id: person/secret\nname: Secret\n", "utf-8")
    return tree


def _baits(tree: Tree, folder: Path) -> None:
    code = f"with open({str(tree.mark)!r}, 'a') as file: file.write(__name__ + chr(10))\n"
    for name in MODULES:
        (folder / f"{name}.py").write_text(code, "utf-8")
    for name in ("pyarrow", "yaml"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(code, "utf-8")
    for name in SETTINGS:
        (folder / name).write_text("figure.figsize: 1, 1\n", "utf-8")
    (folder / "bait.pth").write_text(f"import os; {code}", "utf-8")
    command = f"echo pickle >> '{tree.mark}'"
    for name in ("cache.pkl", "people.pickle", "records.joblib", ".cache"):
        (folder / name).write_bytes(pickle.dumps(_Harmful(command)))


def _socket(path: Path) -> None:
    """Make a socket without the limit that its path may have no more than a hundred letters."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)
