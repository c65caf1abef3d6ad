"""The wheel: carries data and schemas, and works alone, from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.publish.descriptors import DESCRIPTORS
from news_dataset.tabular import tables
from news_dataset.views import views
from tests.conftest import RELEASE_FILES


def run(installed: Path, code: str) -> str:
    """Run code from the root folder, with the wheel first on the path and no HOME."""
    # -I leaves the checkout out of the path; its own editable install is further down than the wheel
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(installed)!r})\n{code}"]
    env = {"PATH": os.environ["PATH"]}
    return subprocess.run(command, cwd="/", env=env, check=True, capture_output=True, text=True).stdout


def test_it_holds_data_schemas_and_types(wheel: Path) -> None:
    """And nothing of the tests, the curated records or the article."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}

    assert {f"news_dataset/_published/{table}.parquet" for table in tables()} <= set(names)
    assert {"news_dataset/_published/manifest.json", "news_dataset/py.typed"} <= set(names)
    assert {f"news_dataset/_published/{name}" for name in DESCRIPTORS} <= set(names)
    assert {f"news_dataset/_published/views/{view}.parquet" for view in views()} <= set(names)
    assert {f"news_dataset/views/{view}.sql" for view in (*views(), "gravest")} <= set(names)
    assert "news_dataset/_schemas/1.0/statement.schema.json" in names
    assert len([top for top in tops if not top.endswith(".dist-info")]) == 1
    assert wheel.stat().st_size < 2_000_000


def test_it_works_alone(installed: Path) -> None:
    """Every table loads from the wheel's own copy, and its release verifies."""
    shown = run(
        installed,
        "import news_dataset as nd\n"
        "print(nd.__file__); print(nd.path('people'))\n"
        "print(len(nd.load_all()), len(nd.who_said_what()), len(nd.timeline()))\n"
        "print(nd.Dataset().verify().counts())",
    ).splitlines()

    assert shown[0].startswith(str(installed))
    assert shown[1] == str(installed / "news_dataset" / "_published" / "people.parquet")
    assert shown[2] == f"{len(nd.load_all())} {len(nd.who_said_what())} {len(nd.timeline())}"
    assert shown[3] == str({"checked": RELEASE_FILES, "skipped": 0, "failed": 0, "warned": 0})


def test_a_broken_release_inside_is_noticed(installed: Path) -> None:
    """Negative control: the loader looks at the copy inside."""
    path = installed / "news_dataset" / "_published" / "people.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:-9] + b"x" + data[-8:])
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(installed, "import news_dataset as nd; nd.load('people')")
    path.write_bytes(data)

    assert "IntegrityError" in caught.value.stderr
