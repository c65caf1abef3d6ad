"""The Python face: frames as analysts expect them, the same for the bundled dataset and any folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import IntegrityError, InvalidDataError, UnsafeInputError
from news_dataset.stores import Records
from tests.each import each


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A copy of the whole dataset, release included."""
    shutil.copytree(root / "data", tmp_path / "data")
    return tmp_path


def test_importing_loads_nothing_heavy() -> None:
    """Nor does opening a dataset."""
    code = (
        "import sys, news_dataset as nd; nd.Dataset()\n"
        "print(sorted({'pandas', 'pyarrow', 'pydantic', 'jsonschema', 'yaml', 'polars', 'numpy'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"


def test_every_table_loads_in_every_form() -> None:
    """With the same shape and columns."""
    for name in nd.tables():
        frame, table = nd.load(name), nd.load(name, as_="arrow")
        rows, polars = nd.load(name, as_="records"), nd.load(name, as_="polars")

        assert isinstance(frame, pd.DataFrame)
        assert isinstance(table, pa.Table)
        assert isinstance(polars, pl.DataFrame)
        assert frame.shape == table.shape == polars.shape
        assert len(rows) == len(frame)
        assert list(frame.columns) == table.column_names == polars.columns


def test_dtypes_hold_no_surprise() -> None:
    """Text is str, codes are categories, days datetimes, whole numbers nullable, truth values plain."""
    dtypes = {f"{name}.{column}": str(dtype) for name in nd.tables() for column, dtype in nd.load(name).dtypes.items()}

    assert set(dtypes.values()) == {"str", "category", "datetime64[s]", "Int32", "bool", "float64"}
    assert dtypes["statements.kind"] == "category"
    assert dtypes["events.date_min"] == "datetime64[s]"
    assert dtypes["evidence.of"] == "Int32"
    assert dtypes["statement_participants.implicit"] == "bool"


def test_columns_and_filters() -> None:
    """Some columns, in the order asked for, of some rows; filters may use other columns."""
    frame = nd.load("statements", columns=["gist", "id"], filters=[("kind", "=", "direct")])

    assert list(frame.columns) == ["gist", "id"]
    assert frame["id"].tolist() == ["statement/lee-ishiba-tokyo/04"]


def test_each_call_gives_a_frame_of_its_own() -> None:
    """Nobody's changes reach another; versions travel with the frame."""
    mine = nd.load("people")
    mine.loc[0, "name"] = "changed"

    assert "changed" not in set(nd.load("people")["name"])
    assert nd.load("people").attrs["data_version"] == nd.info()["data_version"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: nd.load("statment"),  # type: ignore[call-overload]
            "did you mean statements",
        ),
        (lambda: nd.load("people", columns=["nam"]), "did you mean name"),
        (lambda: nd.load("people", columns=["name"], filters=[("nam", "=", "x")]), "did you mean name"),
        (lambda: nd.load("people", filters=[[("id", "=", "x"), ("nam", "=", "x")]]), "did you mean name"),
        (lambda: nd.get("person/lee"), "did you mean person/lee-jae-myung"),
        (lambda: nd.get("nonsense"), "there is no record"),
        (lambda: nd.describe("codez"), "did you mean codes"),  # type: ignore[arg-type]
        (lambda: nd.iter_records("names"), "table of records"),  # type: ignore[call-overload]
    ],
)
def test_an_unknown_name_is_a_key_error_with_the_nearest(call: object, message: str) -> None:
    """In one sentence."""
    with pytest.raises(KeyError, match=message):
        call()  # type: ignore[operator]


@pytest.mark.parametrize(
    "filters", [[("kind", "~", "direct")], ("kind", "=", "direct"), {"kind": "direct"}, [("kind", "==", 5, 6)], 5]
)
def test_filters_that_are_not_understood_are_value_errors(filters: object) -> None:
    """In one sentence, with the form that is wanted."""
    with pytest.raises(ValueError, match="filters are not understood"):
        nd.load("statements", filters=filters)
    with pytest.raises(ValueError, match="list of names"):
        nd.load("statements", columns="kind")
    with pytest.raises(ValueError, match=r"'in' takes a list: \('kind', 'in', \['direct'\]\)"):
        nd.load("statements", filters=[("kind", "in", "direct")])
    with pytest.raises(ValueError, match=r"understood: write \[\('kind', '=', 'direct'\)\]"):
        nd.load("statements", filters={"kind": "direct"})


@pytest.mark.parametrize("form", ["pandas", "polars"])
@pytest.mark.parametrize("operator", ["=", ">", "in"])
def test_a_text_is_not_compared_with_a_day_or_a_number(operator: str, form: Literal["pandas", "polars"]) -> None:
    """The message says what the column holds."""
    given: Any = ["2025-08-01"] if operator == "in" else "2025-08-01"
    with pytest.raises(ValueError, match=r"date_min holds days \(datetime.date\(2025, 8, 23\)\), not text such as"):
        nd.load("events", as_=form, filters=[("date_min", operator, given)])
    with pytest.raises(ValueError, match="start holds numbers, not text such as '2025-08-01'"):
        nd.load("evidence", as_=form, filters=[("start", operator, given)])
    assert len(nd.load("events", filters=[("date_min", ">", date(2025, 8, 1))]))


def test_a_folder_may_be_the_working_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dataset's, the records' or the release's."""
    for place in (folder, folder / "data" / "curated", folder / "data" / "published"):
        monkeypatch.chdir(place)

        assert nd.Dataset.open(".").info()["rows"] == nd.info()["rows"]
        assert nd.validate(".").ok


def test_wrong_arguments_are_value_errors() -> None:
    """They name what there is."""
    with pytest.raises(ValueError, match="pandas, arrow, polars, records"):
        nd.load("people", as_="numpy")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="text, bibtex, cff"):
        nd.citation("ris")  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        nd.Dataset.open("nowhere")


def test_records_are_models() -> None:
    """Get and iter_records give the same frozen records."""
    for table in get_args(Records):
        records = list(nd.iter_records(table))

        assert len(records) == len(nd.load(table))
        assert all(nd.get(record.id) == record for record in records)


def test_a_record_that_was_redirected_says_where_it_went(folder: Path) -> None:
    """And one that was withdrawn, that it was."""
    (folder / "data/redirects.yaml").write_text(
        "- {old_id: person/lee, new_id: person/lee-jae-myung, reason: merged, release: 2026.11.0}\n"
        "- {old_id: person/kim, reason: withdrawn, release: 2026.11.0}\n"
    )
    dataset = nd.Dataset.open(folder / "data" / "curated")
    with pytest.raises(KeyError, match=r"person/lee was merged in 2026.11.0; use person/lee-jae-myung"):
        dataset.get("person/lee")
    with pytest.raises(KeyError, match=r"person/kim was withdrawn in 2026.11.0"):
        dataset.get("person/kim")


def test_describe_info_path_and_citation() -> None:
    """What is in a table, what is in the dataset, where it lies, and how to cite it."""
    described = nd.describe("evidence").set_index("column")

    assert described.loc["statement", "references"] == "statements"
    assert described["description"].str.len().min() > 10
    assert sum(nd.info()["rows"].values()) == sum(len(frame) for frame in nd.load_all().values())
    assert pd.read_parquet(nd.path("people"))["id"].tolist() == nd.load_people()["id"].tolist()
    assert nd.citation().startswith("news_dataset contributors (2026)")
    assert nd.citation("bibtex").startswith("@misc{news_dataset_2026,\n")


def test_shortcuts_are_tables() -> None:
    """load_X is load("X")."""
    for name in ("articles", "people", "statements", "events"):
        assert getattr(nd, f"load_{name}")().equals(nd.load(name))


def test_any_folder_has_the_same_methods(folder: Path) -> None:
    """A release, a folder with a release, or curated records alone."""
    places = [folder, folder / "data", folder / "data" / "published", folder / "data" / "curated"]
    for place in places:
        assert nd.Dataset.open(place).who_said_what().equals(nd.who_said_what())
    with pytest.raises(ValueError, match="news-dataset build"):
        nd.Dataset.open(places[-1]).path("people")


def test_invalid_records_are_not_loaded(folder: Path) -> None:
    """Only loaders and build raise."""
    (folder / "data/curated/people/donald-trump.yaml").write_text("id: person/donald-trump\n")
    with pytest.raises(InvalidDataError, match="missing_key name is missing"):
        nd.Dataset.open(folder / "data" / "curated").load("people")


@pytest.mark.parametrize("name", ["people.parquet", "people.jsonl"])
def test_a_changed_file_is_not_decoded(folder: Path, name: str) -> None:
    """The hash is looked at before any decoder is."""
    path = folder / "data" / "published" / name
    path.write_bytes(path.read_bytes().replace(b"Ishiba", b"Ishida"))
    dataset = nd.Dataset.open(folder)
    with pytest.raises(IntegrityError, match=name):
        dataset.load("people") if name.endswith("parquet") else dataset.get("person/ishiba-shigeru")

    assert len(dataset.load("events")) == len(nd.load("events")), "the other tables are in order"


NEWER = ("curated/people/donald-trump.yaml", "dataset.yaml", "redirects.yaml", "codebooks/topic.yaml")
READING = ("claims {0}", "diff {0} {0}", "sql select(1) -C {0}", "explain unknown_key -C {0}")


@each(NEWER)
def test_records_newer_than_the_release_are_told(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In Python and in one line of a command that reads; a clone has all files of one moment, in whatever order."""
    data = folder / "data"
    (data / "codebooks").mkdir(exist_ok=True)
    (data / "codebooks" / "topic.yaml").write_text("[]", "utf-8")
    for place in data.rglob("*"):
        os.utime(place, (10**9, 10**9 + (place.suffix in (".yaml", ".jsonl"))))
    nd.Dataset.open(folder)
    assert main(["claims", str(folder)]) == 0
    assert capsys.readouterr().err == ""

    os.utime(data / name, (10**9, 10**9 + 60))

    with pytest.warns(UserWarning, match=f"{name} has changed since the release in .*: news-dataset build {folder}$"):
        nd.Dataset.open(folder)
    for command in READING:
        assert main(command.format(folder).split()) == 0
        assert capsys.readouterr().err.count("has changed since the release") == 1
    nd.Dataset.open(data / "published")


@pytest.mark.parametrize("form", ["brat", "csv"])
def test_an_export_says_first_that_records_are_newer(
    form: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the lines on what it wrote and what comes next."""
    folder = shutil.copytree(root / "examples" / "second-article", tmp_path / "second")
    text = ["--text", str(folder / "text.txt")] if form == "brat" else []
    os.utime(folder / "data" / "dataset.yaml", (4 * 10**9, 4 * 10**9))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", sys.stderr)
        assert main(["export", str(folder), "--to", form, "-o", str(folder / "out"), *text]) == 0
    first, *others = capsys.readouterr().err.splitlines()
    assert "has changed since the release" in first
    assert any("as " + form in line for line in others)
    assert not any("has changed" in line for line in others)


@pytest.mark.parametrize("is_removed", [False, True])
def test_a_change_right_after_the_build_is_told(is_removed: bool, folder: Path) -> None:
    """Of a record that was edited or removed within the moment in which all files of a clone are written."""
    data = folder / "data"
    for place in data.rglob("*"):
        os.utime(place, (10**9, 10**9))
    nd.Dataset.open(folder)
    record = data / "curated" / "people" / "donald-trump.yaml"
    changed = record
    if is_removed:
        record.unlink()
        changed = record.parent
    os.utime(changed, (10**9, 10**9 + 0.5))
    with pytest.warns(UserWarning, match=f"^{changed} has changed since the release in "):
        nd.Dataset.open(folder)


def test_the_times_behind_a_link_are_not_looked_at(folder: Path) -> None:
    """A release that is a link is refused; were it looked at before that, its older manifest would give a warning."""
    data = folder / "data"
    shutil.move(data / "published", folder / "elsewhere")
    (data / "published").symlink_to(folder / "elsewhere")
    os.utime(data / "curated" / "people" / "donald-trump.yaml", (4 * 10**9, 4 * 10**9))

    with pytest.raises(UnsafeInputError, match="is a link"):
        nd.Dataset.open(folder).load("people")
