"""The package's own files, as installers and archives have them: links to a cache, a zip file, an application."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


def asked(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a program with the package that lies in a folder or archive."""
    found = [sys.executable, "-c", f"import news_dataset as nd; print({code})"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(found, capture_output=True, text=True, env=environment, cwd=folder.parent, check=False)


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A package of which every file is a link, as some installers make it to save room."""
    for source, name in (("news_dataset", "."), ("data/published", "_published"), ("schemas", "_schemas")):
        shutil.copytree(ROOT / source, tmp_path / "site" / "news_dataset" / name, copy_function=os.symlink)
    return tmp_path / "site"


@pytest.mark.parametrize(
    "code", ["len(nd.load('people'))", "nd.get('person/lee-jae-myung').name", "nd.Dataset().verify().ok"]
)
def test_files_of_the_package_may_be_links(linked: Path, code: str) -> None:
    """They are hashed like any other release."""
    found = asked(linked, code)

    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() not in ("", "False")


def test_a_release_elsewhere_may_not(linked: Path) -> None:
    """Negative control: the same links outside the package are refused."""
    away = shutil.copytree(linked / "news_dataset" / "_published", linked.parent / "away", symlinks=True)
    found = asked(linked, f"nd.Dataset.open({str(away)!r}).load('people')")

    assert found.returncode == 1
    assert "links are not followed" in found.stderr


def test_a_linked_file_is_hashed(linked: Path, tmp_path: Path) -> None:
    """A link to other bytes is an altered release."""
    table = linked / "news_dataset" / "_published" / "people.parquet"
    raw = bytearray(table.read_bytes())
    raw[100] ^= 1
    table.unlink()
    (tmp_path / "other").write_bytes(raw)
    table.symlink_to(tmp_path / "other")

    assert "is not the file that the manifest vouches for" in asked(linked, "nd.load('people')").stderr


@pytest.mark.parametrize("code", ["nd.load('people')", "nd.info()"])
def test_a_package_in_a_zip_file_must_be_unpacked(tmp_path: Path, code: str) -> None:
    """One sentence, for data alone: what needs no data works."""
    archive = tmp_path / "app.pyz"
    with zipfile.PyZipFile(str(archive), "w") as file:
        file.writepy(str(ROOT / "news_dataset"))
    found = asked(archive, code)

    assert found.returncode == 1
    assert "must be unpacked" in found.stderr.splitlines()[-1]
    assert "--collect-data" in found.stderr.splitlines()[-1]
    assert asked(archive, "nd.__version__").returncode == 0
