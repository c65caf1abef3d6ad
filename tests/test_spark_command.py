"""The command with its own Spark: the same output, one line where something is missing, builds that are cut off."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest
from news_dataset.cli import main
from news_dataset.testing import write_synthetic
from tests.building import synthetic_lines
from tests.cluster import LOOPBACK
from tests.conftest import ROOT

KILLED = """
import os, signal, sys
from news_dataset.publish import building
from news_dataset.cli import main
if sys.argv[1] == "kill":
    building.descriptor_files = lambda made: os.kill(os.getpid(), signal.SIGKILL)
sys.exit(main(sys.argv[2:]))
"""


def test_a_build_is_killed(tmp_path: Path) -> None:
    """Before the manifest is written: the old release stays, no new one is seen, and the next build succeeds."""
    records, out, home = synthetic_lines(tmp_path / "records"), tmp_path / "out", tmp_path / "home"
    home.mkdir()
    nd.build(records, output=out).raise_for_errors()
    before = manifest.read(out)
    words = ["build", str(records), "-o", str(out), "--engine", "spark", "--master", "local[2]"]
    environment = os.environ | LOOPBACK | {"HOME": str(home)}

    def run(how: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, how, *words]
        return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)

    killed = run("kill")
    staging = next(tmp_path.glob(".out.*new"))

    assert killed.returncode == -signal.SIGKILL
    assert list(staging.glob("evidence/part-*.parquet"))
    assert not (staging / manifest.NAME).exists()
    assert nd.verify(out).ok
    assert manifest.read(out) == before
    done = run("live")

    assert done.returncode == 0, done.stderr
    assert "news-dataset verify" in done.stdout
    assert nd.verify(out).ok
    assert manifest.read(out).files_of("evidence") == ["evidence/part-00000.parquet"]
    assert list(tmp_path.glob(".out.*")) == []


def test_the_command_says_the_same(tmp_path: Path) -> None:
    """On standard output, and by its exit code; with all issues as a table."""
    folder = tmp_path / "tables"
    write_synthetic(folder, 300, 2, faults=0.1)
    words = [sys.executable, "-m", "news_dataset", "validate", str(folder), "--issues"]
    here = subprocess.run([*words, str(tmp_path / "here.parquet")], capture_output=True, text=True, check=False)
    words[-1:-1] = ["--engine", "spark", "--master", "local[2]"]
    environment = os.environ | LOOPBACK
    there = subprocess.run(
        [*words, str(tmp_path / "there.parquet")], capture_output=True, text=True, check=False, env=environment
    )

    assert (there.returncode, there.stdout) == (here.returncode, here.stdout), there.stderr
    assert here.returncode == 1
    assert pq.read_table(tmp_path / "there.parquet").equals(pq.read_table(tmp_path / "here.parquet"))


def test_without_java(tmp_path: Path) -> None:
    """One line names it; exit 5."""
    words = [sys.executable, "-m", "news_dataset", "validate", str(ROOT / "data" / "published"), "--engine", "spark"]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env=os.environ | {"JAVA_HOME": str(tmp_path)}
    )

    assert done.returncode == 5
    assert "news-dataset: Spark needs Java 17 or newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_sessions_one_after_the_other(tmp_path: Path) -> None:
    """Each call without a session starts one and stops it; what a program does afterwards is its own."""
    write_synthetic(tmp_path / "all", 20, 2)
    (tmp_path / "tables").mkdir()
    (tmp_path / "all" / "places.parquet").rename(tmp_path / "tables" / "places.parquet")
    program = "import sys, news_dataset as nd; print([nd.validate(sys.argv[1], engine='spark').ok for _ in range(2)])"
    words = [sys.executable, "-c", program, str(tmp_path / "tables")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | LOOPBACK)

    assert done.stdout.strip() == "[True, True]", done.stderr


WRONG = {
    "validate nowhere": "there is no nowhere",
    "validate s3://bucket/tables": "there is no s3:/bucket/tables",
    "build nowhere -o out": "there is no nowhere",
    "build records -o out": "records in files are built without it",
    "validate records": "records in files are checked without it",
    "validate release --text records/text.txt": "so are texts",
    "validate old": "of the newest schema",
    "build release -o out": "records in files are built without it",
    "build lines -o out --partition-by people.gender": "leave out --partition-by",
}


def test_wrong_arguments_start_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are said before Java is looked for."""
    shutil.copytree(ROOT / "examples" / "second-article", tmp_path / "records")
    shutil.copytree(ROOT / "data" / "published", tmp_path / "release")
    shutil.copytree(ROOT / "tests" / "examples" / "1.0" / "dataset" / "data" / "published", tmp_path / "old")
    (tmp_path / "lines").mkdir()
    shutil.copy(ROOT / "data" / "published" / "people.jsonl", tmp_path / "lines")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("news_dataset.engine.session._start_session", lambda master: pytest.fail("Spark was started"))
    found = {}
    for words in WRONG:
        with pytest.MonkeyPatch.context() as patch, io.StringIO() as said:
            patch.setattr(sys, "stderr", said)
            found[words] = main([*words.split(), "--engine", "spark"]), said.getvalue().count("\n"), said.getvalue()

    assert {words: (code, lines) for words, (code, lines, _) in found.items()} == dict.fromkeys(WRONG, (2, 1))
    assert [words for words, sentence in WRONG.items() if sentence not in found[words][2]] == []
