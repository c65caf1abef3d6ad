"""The gate behind opening a table: its columns, its values, and what it decodes to; in releases and in folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest
from news_dataset.errors import IntegrityError, NewsDatasetError, UnsafeInputError
from news_dataset.parquet import BUDGET, ParquetFile
from news_dataset.stores import Table
from tests.conftest import ROOT
from tests.test_released import fitted, parquet
from tests.trust.lies import claimed

PUBLISHED = ROOT / "data" / "published"
Change = Callable[[pa.Table], pa.Table]
Fit = Callable[[str, pa.Table], Path]


@pytest.fixture(params=["release", "folder"])
def fit(request: pytest.FixtureRequest, tmp_path: Path) -> Fit:
    """Return what puts a table into a release that vouches for it, or into a folder of tables."""
    folder = Path(shutil.copytree(PUBLISHED, tmp_path / "published"))

    def put(name: str, table: pa.Table) -> Path:
        fitted(folder, f"{name}.parquet", parquet(table), len(table))
        if request.param == "folder":
            (folder / manifest.NAME).unlink()
        return folder

    return put


def changed(name: Table, column: str, values: Callable[[pa.Table], Any]) -> tuple[Table, Change]:
    """Return a table and what replaces one of its columns, with no promise of values without null."""

    def change(table: pa.Table) -> pa.Table:
        found = values(table)
        place = table.column_names.index(column)
        return table.set_column(place, pa.field(column, found.type), found)

    return name, change


def spoiled_text(table: pa.Table) -> pa.Array:
    raw = pa.array([b"\xff\xfe"] * len(table), pa.binary())
    return pa.StringArray.from_buffers(len(table), raw.buffers()[1], raw.buffers()[2])


def days(number: int) -> Callable[[pa.Table], pa.Array]:
    return lambda table: pa.array([number] * len(table), pa.int32()).cast(pa.date32())


WRONG: dict[str, tuple[Table, Change, str]] = {
    "text not UTF-8": (*changed("people", "name", spoiled_text), "UTF-8"),
    "optional text not UTF-8": (*changed("people", "note", spoiled_text), "UTF-8"),
    "code not UTF-8": (*changed("sources", "kind", lambda t: spoiled_text(t).dictionary_encode()), "UTF-8"),
    "day before year 1": (*changed("people", "birth_date_min", days(-719_163)), "outside the years"),
    "day behind year 9999": (*changed("people", "birth_date_max", days(2_932_897)), "outside the years"),
    "day of the largest number": (*changed("people", "birth_date_max", days(2**31 - 1)), "outside the years"),
    "not a number": (*changed("places", "latitude", lambda t: pa.array([float("nan")] * len(t))), "not finite"),
    "infinity": (*changed("places", "longitude", lambda t: pa.array([float("-inf")] * len(t))), "not finite"),
    "null in a key": (*changed("people", "id", lambda t: pa.nulls(len(t), pa.string())), "a row without id"),
    "null where none may be": (*changed("people", "name", lambda t: pa.nulls(len(t), pa.string())), "without name"),
    "a column more": ("people", lambda t: t.append_column("title", t["name"]), "title is not known"),
    "another name": ("people", lambda t: t.rename_columns(["id", "title", *t.column_names[2:]]), "title is not known"),
    "no key": ("people", lambda t: t.drop_columns(["id"]), "id is missing"),
    "no required column": ("people", lambda t: t.drop_columns(["name"]), "name is missing"),
    "a list": (*changed("people", "note", lambda t: pa.array([["x"]] * len(t))), "no table has: note"),
    "a column twice": ("people", lambda t: t.append_column("id", t["id"]), "no table has: id, twice"),
}
READS: dict[str, Callable[[nd.Dataset, Table], object]] = {
    "load": lambda ds, table: ds.load(table),
    "records": lambda ds, table: ds.load(table, as_="records"),
    "iter_batches": lambda ds, table: list(ds.iter_batches(table)),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_no_program_could_use_is_refused(
    wrong: tuple[Table, Change, str], read: Callable[[nd.Dataset, Table], object], fit: Fit
) -> None:
    """Also if a manifest vouches for it; negative control: the other tables are read."""
    table, change, sentence = wrong
    ds = nd.Dataset.open(fit(table, change(pq.read_table(PUBLISHED / f"{table}.parquet"))))

    with pytest.raises(IntegrityError, match=sentence):
        read(ds, table)
    read(ds, "events")


ENDS = {"first day": ("birth_date_min", -719_162), "last day": ("birth_date_max", 2_932_896)}


@pytest.mark.parametrize(("column", "number"), ENDS.values(), ids=ENDS)
def test_the_first_and_the_last_day_pass(column: str, number: int, fit: Fit) -> None:
    """In every form."""
    table, change = changed("people", column, days(number))
    ds = nd.Dataset.open(fit(table, change(pq.read_table(PUBLISHED / "people.parquet"))))

    for read in READS.values():
        read(ds, table)
    assert ds.load("people", as_="records")[0][column].year in (1, 9999)


def test_optional_columns_may_be_absent_or_null_in_a_folder(tmp_path: Path) -> None:
    """As pandas writes a column of None alone; a release has every column in its own type."""
    people = pq.read_table(PUBLISHED / "people.parquet")
    nulls = people.set_column(people.schema.get_field_index("note"), pa.field("note", pa.null()), pa.nulls(len(people)))
    for name, table, missing in (("null", nulls, []), ("absent", people.drop_columns(["note"]), ["note"])):
        folder = Path(shutil.copytree(PUBLISHED, tmp_path / name))
        fitted(folder, "people.parquet", parquet(table))
        with pytest.raises(IntegrityError, match="note"):
            nd.Dataset.open(folder).load("people")
        (folder / manifest.NAME).unlink()
        ds = nd.Dataset.open(folder)

        assert [one for one in nd.load("people").columns if one not in ds.load("people").columns] == missing
        assert len(list(ds.iter_records("people"))) == len(people)


LONG = 100_000


def repeated(rows: int) -> pa.Array:
    """Return one long text in every row; without Arrow's schema beside it, a file reads as plain text."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["a" * LONG]))


PLAIN = {"use_dictionary": False}
BOMBS: dict[str, tuple[pa.Table, dict[str, Any]]] = {
    "one text in every row": (pa.table({"url": repeated(20_000)}), {"store_schema": False}),
    "one code in every row": (pa.table({"type": repeated(20_000)}), {}),
    "one text in many row groups": (
        pa.table({"url": repeated(2_000)}),
        {"store_schema": False, "row_group_size": 10},
    ),
    "texts with one beginning": (
        pa.table({"url": pa.array(["a" * LONG] * 700)}),
        PLAIN | {"column_encoding": {"url": "DELTA_BYTE_ARRAY"}},
    ),
    "texts that pack well": (pa.table({"url": pa.array(["a" * LONG] * 700)}), PLAIN),
    "nulls": (pa.table({"note": pa.nulls(3_000_000, pa.int32())}), {}),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_small_file_that_would_fill_the_memory_is_refused(bomb: tuple[pa.Table, dict[str, Any]]) -> None:
    """And little is decoded before."""
    table, options = bomb
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", **options)
    data = sink.getvalue().to_pybytes()
    file, before = ParquetFile(data, "a file"), pa.total_allocated_bytes()

    def largest() -> int:
        top = 0
        try:
            for _ in file.batches(table.column_names):
                top = max(top, pa.total_allocated_bytes() - before)
        except UnsafeInputError:
            return top
        pytest.fail("it was not refused")

    assert len(data) < 1_000_000
    assert largest() <= 2 * BUDGET
    with pytest.raises(UnsafeInputError, match=r"a file has [\d,]+ bytes, and its rows would take more than"):
        file.read(table.column_names)


MANY = 300_000


def test_rows_of_any_number_that_are_worth_their_room_are_read() -> None:
    """In batches and whole, the same."""
    table = pa.table(
        {"id": [f"statement/{n}-{n * 7919 % 1_000_003}" for n in range(300_000)], "kind": ["direct"] * 300_000}
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=100_000)
    file = ParquetFile(sink.getvalue().to_pybytes(), "a file")

    assert file.read(["kind", "id"]).equals(table.select(["kind", "id"]))
    assert {len(one) for one in file.batches(["id"], 1_000)} == {1_000}


COMMANDS = {
    "verify": "import sys, pathlib as p; from news_dataset import publish; publish.verify(p.Path(sys.argv[1]))",
    "load": "import sys, news_dataset as nd; nd.Dataset.open(sys.argv[1]).load('sources')",
    "iter_batches": "import sys, news_dataset as nd; list(nd.Dataset.open(sys.argv[1]).iter_batches('sources'))",
    "load_all": "import sys, news_dataset as nd; nd.Dataset.open(sys.argv[1]).load_all()",
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory in /proc")
@pytest.mark.parametrize("call", COMMANDS.values(), ids=COMMANDS)
def test_a_bomb_in_a_release_costs_little_memory(call: str, tmp_path: Path) -> None:
    """Whatever opens it."""
    folder = Path(shutil.copytree(PUBLISHED, tmp_path / "published"))
    bomb = pq.read_table(PUBLISHED / "sources.parquet").take([0] * 2_500)
    place = bomb.column_names.index("url")
    bomb = bomb.set_column(place, bomb.schema.field(place), repeated(2_500).cast(pa.string()))
    pq.write_table(bomb, folder / "sources.parquet", compression="zstd")
    fitted(folder, "sources.parquet", (folder / "sources.parquet").read_bytes(), 2_500)
    peak = """
from pathlib import Path
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line[:6] == "VmHWM:"))
"""
    script = "import atexit; atexit.register(lambda: exec(PEAK)); PEAK = " + repr(peak) + "\n" + call
    done = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True)

    assert "UnsafeInputError: " in done.stderr
    assert "sources.parquet has" in done.stderr
    assert int(done.stdout) < 320 * 1024


def test_what_is_decoded_is_what_was_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes the name of a large one after it was hashed is not read."""
    monkeypatch.setattr(manifest, "SMALL", 10)
    folder = Path(shutil.copytree(PUBLISHED, tmp_path / "published"))
    wanted = nd.Dataset.open(folder).load("people", as_="records")
    other = pq.read_table(folder / "people.parquet").slice(0, 1).take([0] * len(wanted))
    pq.write_table(other, tmp_path / "other")
    describe = manifest._describe_open

    def exchange(file: Any, size: int | None) -> manifest.File:
        found = describe(file, size)
        if Path(file.name).name == "people.parquet":
            shutil.copy(tmp_path / "other", tmp_path / "new")
            os.replace(tmp_path / "new", folder / "people.parquet")
        return found

    monkeypatch.setattr(manifest, "_describe_open", exchange)

    assert nd.Dataset.open(folder).load("people", as_="records") == wanted
    with pytest.raises(NewsDatasetError, match="vouches"):
        nd.Dataset.open(folder).load("people")


def lying(field: str, value: int, folder: Path) -> bytes:
    """Return a bomb whose footer says another number."""
    path = folder / "bomb.parquet"
    pq.write_table(pa.table({"url": repeated(20_000)}), path, compression="zstd", store_schema=False)
    chunk = pq.read_metadata(path).row_group(0).column(0)
    claimed(path, 20_000 if field == "num_rows" else getattr(chunk, field), value)
    return path.read_bytes()


@pytest.mark.parametrize(("field", "value"), [("total_uncompressed_size", -(2**62)), ("num_rows", -(2**40))])
def test_numbers_below_zero_buy_no_memory(field: str, value: int, tmp_path: Path) -> None:
    """They would be taken from what the rows are counted against."""
    file = ParquetFile(lying(field, value, tmp_path), "a file")
    with pytest.raises(NewsDatasetError, match="a file"):
        for _ in file.batches(["url"]):
            pass


def test_a_name_in_a_footer_that_is_not_utf8_is_damage() -> None:
    """Of a column, and of a piece of one."""
    data = parquet(pa.table({"id": ["x"], "url": ["y"]}))
    for at in [at for at in range(len(data)) if data.startswith(b"url", at)]:
        spoiled = data[:at] + b"\xff" + data[at + 1 :]
        with suppress(NewsDatasetError):
            file = ParquetFile(spoiled, "a file")
            list(file.batches(file.schema.names))
