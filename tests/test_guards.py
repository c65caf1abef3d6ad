"""What the guards at the doors hold back: links, floods, words that act, files that are half written."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset import filesystem, schema_ledger, strict_json
from news_dataset.annotations import Quarantined
from news_dataset.cli import main
from news_dataset.cli.output import put
from news_dataset.errors import SetupError, UnsafeInputError
from news_dataset.exporters import csv
from news_dataset.importers.imported import QUARANTINE, files_beside
from news_dataset.markup import safe_json, shortened
from tests.conftest import ROOT
from tests.each import each

ACTS = ["##[add-mask]x", "::add-mask::x", "a\x9b2Jb", "a\u202eb", "a\u200fb", "\x1b[2J"]
ADDED = [Quarantined("a.ann", "bad_line", "is not read")]


@each(ACTS)
def test_no_form_of_output_lets_words_act(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal and in the log of a workflow; JSON still says the same."""
    for form in ("table", "csv", "jsonl"):
        assert main(["sql", "--format", form, f"SELECT '{words}' AS a"]) == 0
        shown = capsys.readouterr().out
        assert not acting(words, shown)
    put(json.dumps({"a": words}, indent=2, ensure_ascii=False) + "\n", "json")
    shown = capsys.readouterr().out
    assert not acting(words, shown)
    assert json.loads(shown) == {"a": words}
    assert acting(words, f"{words}\n")  # negative control


def acting(words: str, shown: str) -> bool:
    """Return whether words act where they are shown: commands of the second form at the beginning of a line alone."""
    return any(line.startswith(words) if words.startswith("::") else words in line for line in shown.split("\n"))


@given(st.recursive(st.text() | st.just("##[x]"), lambda some: st.lists(some) | st.dictionaries(st.text(), some)))
def test_json_that_is_safe_says_the_same(value: object) -> None:
    """Whatever it holds, also with line ends between its parts."""
    for text in (json.dumps(value, ensure_ascii=False), json.dumps(value, indent=2, ensure_ascii=False)):
        assert json.loads(safe_json(text)) == value
        assert safe_json(safe_json(text)) == safe_json(text)
        assert "##[" not in safe_json(text)


def test_words_of_the_command_line_do_not_act(capsys: pytest.CaptureFixture[str]) -> None:
    """They may be names of files: ``news-dataset info *``."""
    with pytest.raises(SystemExit) as stop:
        main(["info", "a", "##[add-mask]x"])

    assert stop.value.code == 2
    assert "\\x23#[add-mask]x" in capsys.readouterr().err


def test_a_long_path_is_shortened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its name stays, however the path is reported."""
    people = tmp_path.joinpath(*["d" * 200] * 8, "people")
    people.mkdir(parents=True)
    (people / "zoe-sample.yaml").write_text("x: [", "utf-8")

    assert main(["validate", str(people.parent)]) == 1
    assert main(["info", str(people / "nowhere")]) == 2
    said = capsys.readouterr()
    assert "people/zoe-sample.yaml:1:4: bad_syntax" in said.out
    assert "people/nowhere" in said.err
    assert max(map(len, (said.out + said.err).splitlines())) < 700
    assert shortened("x" * 5_000) == "x" * 5_000  # no path: a text in a script without blanks, for one


@each(["mapping", QUARANTINE])
def test_an_import_copies_nothing_out_of_a_link(name: str, tmp_path: Path) -> None:
    """What it adds to could be anybody's file; negative control: a file of an earlier import is kept."""
    (tmp_path / "secret").write_text("a secret\n", "utf-8")
    place = tmp_path / "import-mapping.yaml" if name == "mapping" else tmp_path / name
    place.write_text("earlier\n", "utf-8")
    assert "earlier" in files_beside(tmp_path, "m", ADDED, [])[tmp_path / QUARANTINE] or name == "mapping"
    place.unlink()
    place.symlink_to("secret")

    with pytest.raises(UnsafeInputError, match="is a link"):
        files_beside(tmp_path, "m", ADDED, [])


@each(["datapackage.json", "people.csv"])
def test_an_export_is_read_through_no_link_and_no_pipe(name: str, tmp_path: Path) -> None:
    """A pipe would wait for ever; negative control: what was exported is read."""
    nd.export("csv", tmp_path / "out")
    assert csv.read(tmp_path / "out").keys() >= {"people"}
    shutil.move(tmp_path / "out" / name, tmp_path / "elsewhere")
    (tmp_path / "out" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeInputError, match=f"{name} is a link"):
        csv.read(tmp_path / "out")
    (tmp_path / "out" / name).unlink()
    os.mkfifo(tmp_path / "out" / name)
    with pytest.raises(UnsafeInputError, match=f"{name} is not a regular file"):
        csv.read(tmp_path / "out")


@each([filesystem.new_file, filesystem.new_text, lambda path: filesystem.write_new(path, b"x")])
def test_a_new_file_is_written_through_no_link(make: object, tmp_path: Path) -> None:
    """And over no file; negative control: where nothing is, it is made."""
    (tmp_path / "theirs").write_text("theirs", "utf-8")
    (tmp_path / "link").symlink_to("theirs")
    (tmp_path / "loose").symlink_to("nowhere")
    for name in ("theirs", "link", "loose"):
        with pytest.raises(FileExistsError):
            make(tmp_path / name)  # type: ignore[operator]
    made = make(tmp_path / "new")  # type: ignore[operator]
    if isinstance(made, io.IOBase):
        made.close()

    assert (tmp_path / "new").is_file()
    assert (tmp_path / "theirs").read_text("utf-8") == "theirs"
    assert not (tmp_path / "nowhere").exists()


def test_many_keys_of_which_one_is_there_twice_are_refused_at_once() -> None:
    """In time that grows with the file, not with its square."""
    pairs = ",".join(f'"key {number}":1' for number in [*range(200_000), 199_999])
    begun = time.process_time()
    with pytest.raises(strict_json.NotJsonError, match='has the key "key 199999" twice'):
        strict_json.parse(f"{{{pairs}}}")

    assert time.process_time() - begun < 2


@each([b'{"a": 1, "a": 1}', '{"a": NaN}', "[1e999]", "[" * 100_000, "1" * 20, b"\xff", "{"])
def test_json_is_strict_as_text_and_as_bytes(text: str | bytes) -> None:
    """Whoever wrote it."""
    with pytest.raises(strict_json.NotJsonError):
        strict_json.parse(text)


def test_infinite_numbers_are_read_where_we_wrote_them() -> None:
    """And nothing else that is no JSON."""
    assert strict_json.parse("[NaN, Infinity, -Infinity]", finite=False)[1:] == [float("inf"), float("-inf")]
    with pytest.raises(strict_json.NotJsonError):
        strict_json.parse("[1e999]", finite=False)


def test_a_ledger_that_cannot_be_written_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version is entered into the file beside it, which then takes its place."""
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copytree(ROOT / "schemas" / "1.0", tmp_path / "schemas" / "9.0")
    before = (tmp_path / "schemas" / schema_ledger.NAME).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("news_dataset.journal.sync", full)
        with pytest.raises(SetupError, match="ledger"):
            schema_ledger.freeze(tmp_path / "schemas", "9.0")
    assert (tmp_path / "schemas" / schema_ledger.NAME).read_bytes() == before
    schema_ledger.freeze(tmp_path / "schemas", "9.0")

    assert "9.0" in schema_ledger.frozen(tmp_path / "schemas")


def full(path: Path) -> None:
    """Fail as a disk does that is full."""
    raise OSError(28, "No space left on device", str(path))
