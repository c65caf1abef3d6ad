"""A frozen version of the schemas never changes again; the digests of the ledger's entries are pinned here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from news_dataset import schema_ledger
from news_dataset.cli import main
from news_dataset.manifest import SCHEMA_VERSION
from tests.conftest import ROOT

# version → what schema_ledger.freeze returned. A line that stands here is never changed or taken away.
PINNED: dict[str, str] = {
    "1.0": "b6e181834e087efda1432997002543e2d631baaceabb171a5027293f168d5d2e",
    "1.1": "52bfc4ce8a22594e3e2e4f1cc8e04f3315b208aa534aee98197818695e827f43",
}


def unpinned(schemas: Path, pinned: dict[str, str]) -> set[str]:
    """Return the versions whose entry in the ledger is not the one that is pinned."""
    found = {version: schema_ledger.seal(entry) for version, entry in schema_ledger.frozen(schemas).items()}
    return {version for version in {*found, *pinned} if found.get(version) != pinned.get(version)}


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, dict[str, str]]:
    """A copy of the schemas with the newest frozen, and what is to be pinned."""
    schemas = shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (schemas / schema_ledger.NAME).unlink()
    (tmp_path / "data" / "curated").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return schemas, {SCHEMA_VERSION: schema_ledger.freeze(schemas, SCHEMA_VERSION)}


def test_what_is_frozen_here_is_as_it_was() -> None:
    """Every file of every version in the ledger, and the ledger itself."""
    assert list(schema_ledger.faults(ROOT / "schemas")) == []
    assert unpinned(ROOT / "schemas", PINNED) == set()


def test_a_frozen_version_in_order_has_no_faults(frozen: tuple[Path, dict[str, str]]) -> None:
    """And the command neither writes nor complains."""
    schemas, pinned = frozen
    before = {path.name: path.stat().st_mtime_ns for path in (schemas / SCHEMA_VERSION).iterdir()}

    assert list(schema_ledger.faults(schemas)) == []
    assert unpinned(schemas, pinned) == set()
    assert main(["schema", "--check"]) == main(["schema"]) == main(["schema", "--diff", "frozen", "current"]) == 0
    assert {path.name: path.stat().st_mtime_ns for path in (schemas / SCHEMA_VERSION).iterdir()} == before


@pytest.mark.parametrize("how", ["has changed", "is gone", "is new"])
def test_a_changed_file_is_noticed(
    frozen: tuple[Path, dict[str, str]], how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A byte, a file less, a file more; and schema does not mend it."""
    file = frozen[0] / SCHEMA_VERSION / ("planet.schema.json" if how == "is new" else "place.schema.json")
    if how == "is gone":
        file.unlink()
    else:
        file.write_text("{}", "utf-8")

    assert [(name, why.partition(",")[0]) for name, why in schema_ledger.faults(frozen[0])] == [
        (f"{SCHEMA_VERSION}/{file.name}", how)
    ]
    assert main(["schema", "--check"]) == 1
    assert main(["schema"]) == 2
    assert "is frozen and stays as it is" in capsys.readouterr().err
    assert not file.exists() or file.read_text("utf-8") == "{}"


def test_a_changed_ledger_is_noticed(frozen: tuple[Path, dict[str, str]]) -> None:
    """An entry that was made to fit changed files, and one that was taken away."""
    schemas, pinned = frozen
    (schemas / SCHEMA_VERSION / "place.schema.json").write_text("{}", "utf-8")
    ledger = {SCHEMA_VERSION: schema_ledger.entry(schemas / SCHEMA_VERSION)}
    (schemas / schema_ledger.NAME).write_text(json.dumps(ledger), "utf-8")

    assert list(schema_ledger.faults(schemas)) == []
    assert unpinned(schemas, pinned) == {SCHEMA_VERSION}
    (schemas / schema_ledger.NAME).write_text("{}", "utf-8")
    assert unpinned(schemas, pinned) == {SCHEMA_VERSION}


def test_a_breaking_change_after_freezing_fails(frozen: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    """The newest frozen version is the one compared with, by number and not by letter."""
    schemas, _ = frozen
    shutil.copytree(schemas / SCHEMA_VERSION, schemas / "1.10")
    shutil.copytree(schemas / SCHEMA_VERSION, schemas / "1.9")
    (schemas / "1.10" / "planet.schema.json").write_text("{}", "utf-8")
    for version in ("1.9", "1.10"):
        schema_ledger.freeze(schemas, version)

    assert schema_ledger.newest(schemas, "1") == "1.10"
    assert main(["schema", "--diff", "frozen", "current"]) == 1  # a file less


def test_freezing_is_once(frozen: tuple[Path, dict[str, str]]) -> None:
    """And of something that is there."""
    for version, why in ((SCHEMA_VERSION, "frozen already"), ("9.0", "does not exist")):
        with pytest.raises(ValueError, match=why):
            schema_ledger.freeze(frozen[0], version)


@pytest.mark.parametrize("text", ["", "[]", '{"1.0": 5}', '{"1.0": {"a": 5}}'])
def test_a_broken_ledger_is_one_line(
    frozen: tuple[Path, dict[str, str]], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage, not a traceback."""
    (frozen[0] / schema_ledger.NAME).write_text(text, "utf-8")

    assert main(["schema", "--check"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
