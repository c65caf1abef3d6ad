"""Where things are, for all tests."""

from __future__ import annotations

import gc
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.lake import Lake

ROOT = Path(__file__).parent.parent
RELEASE_FILES = len(json.loads((ROOT / "data/published/manifest.json").read_text("utf-8"))["files"])
"""The number of files of the bundled release."""
SHARED = Path(os.environ.get("NEWS_DATASET_SHARED", ROOT.parent / "shared"))

IS_FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
"""Whether everything is tried, as ``.ci/run`` does; else so much as shows what is wrong with most changes."""

# No limits of time: a shared machine is slow at times, and these properties are about values. CI tries the same cases
# again for the same commit; elsewhere each run tries new ones.
for name, examples in (("fast", 10), ("full", 100)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize="CI" in os.environ,
    )
settings.load_profile("full" if IS_FULL else "fast")


_connected: list[str] = []
"""Addresses outside this machine that a test tried to reach: what catches the error cannot hide it."""


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Raise where something would use a network: tests reach nothing but servers that they start themselves."""
    if event not in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"):
        return
    address = arguments[0 if event == "socket.getaddrinfo" else 1]
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode("latin-1")
    is_here = host in (None, "", "localhost", "::1") or str(host).startswith(("127.", "/"))
    if not is_here and host != socket.gethostname():
        _connected.append(f"{event} {host}")
        raise OSError(f"tests use no network: {event} {host}")


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that tried to use a network, whatever became of it."""
    _connected.clear()
    yield
    assert not _connected, f"it tried to use a network: {_connected}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left with it at the end."""
    items.sort(key=lambda item: item.path.name != "test_spark.py")


def pytest_collection_finish() -> None:
    """Leave out of every later collection of garbage what stays to the end: modules, models, tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture
def dataset(root: Path, tmp_path: Path) -> Path:
    """A copy of the dataset's records."""
    shutil.copytree(root / "data", tmp_path / "data", ignore=shutil.ignore_patterns("published", ".*"))
    return tmp_path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with two files."""
    for name in ("a", "b/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"old {name}")
    return tmp_path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """The published records as lines, with what stands beside them."""
    folder = tmp_path / "lines"
    folder.mkdir()
    for path in [
        *(ROOT / "data" / "published").glob("*.jsonl"),
        ROOT / "data" / "dataset.yaml",
        ROOT / "data" / "redirects.yaml",
    ]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled release with every table in parts, in the order of the key."""
    from tests.in_parts import in_parts  # imports pyarrow, which many tests do without

    return in_parts(ROOT / "data" / "published", tmp_path_factory.mktemp("parts") / "release")


@pytest.fixture
def copy_in_parts(parts: Path, tmp_path: Path) -> Path:
    """A copy of the release in parts."""
    return Path(shutil.copytree(parts, tmp_path / "release"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout once."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked where nothing else of the project is."""
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


@pytest.fixture
def article_text() -> Path:
    """The text of the article, which is not redistributed."""
    return _shared("source/article.txt", "the text of the article is not available: it may not be redistributed")


@pytest.fixture
def facts() -> Path:
    """What was researched about the article."""
    return _shared("reference/facts.yaml", "the research notes are not available")


def _shared(name: str, reason: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(reason)
    return path


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """A catalog of Iceberg on disk."""
    from tests.lake import Lake

    found = Lake(tmp_path / "lake")
    with closing(found.catalog):
        yield found
