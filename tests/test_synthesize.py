"""Synthetic datasets: without faults nothing is found; with faults what was planted, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from news_dataset import checks
from news_dataset.records import BY_TABLE, DERIVED, Redirect
from news_dataset.tabular import arrow_schema, content_hash, flatten, tables, unflatten
from news_dataset.testing import Synthetic, batch, files, synthesize, write_synthetic
from news_dataset.testing.faults import Planter, kinds
from news_dataset.testing.faults.part import Kind, Part
from news_dataset.testing.faults.rules import breaches
from news_dataset.testing.world import world_of
from tests.synthetic import PARENTS, Data, broken, collection, explained, found, nested, plain, repaired, wanted

SIZES = [(1, 0), (2, 1), (11, 2), (300, 3), (300, 4)]
NEED_TEXT = {"wrong_text", "span_words", "unquoted_words", "article_prose"}
NEED_FOLDER = {"misnamed_file", "row_count", "low_coverage", "lost_id"}
NEED_ALL = {"unused_record", "unassessed_fact", "unbacked_date"}
"""Checks that look at nothing where any record is broken."""

N, SEED = 2000, 5


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")[:-1]


# Without faults.


@pytest.mark.parametrize(("n", "seed"), SIZES)
def test_nothing_is_found_in_data_without_faults(n: int, seed: int) -> None:
    """No error and no warning, though every check that needs neither text nor folder looks at something."""
    report = checks.run(collection(nested(synthesize(n, seed).tables)))
    idle = {tally.code for tally in report.tallies if not tally.checked and tally.layer != "shape"}

    assert report.issues == ()
    assert n < 300 or idle == NEED_TEXT | NEED_FOLDER | {"literal_words"}


@pytest.mark.parametrize(("n", "seed"), SIZES)
def test_the_tables_are_those_of_the_records(n: int, seed: int) -> None:
    """Columns, keys, order, bounds of dates, derived tables: there and back again nothing has changed."""
    made = synthesize(n, seed)
    rows = {name: table.to_pylist() for name, table in made.tables.items()}

    assert flatten(unflatten(rows), [Redirect(**row) for row in nested(made.tables)["redirects"]]) == rows
    assert made.faults.num_rows == 0
    for name, table in made.tables.items():
        table.validate(full=True)
        assert table.schema.equals(arrow_schema(tables()[name]), check_metadata=True)


def test_the_data_looks_like_news() -> None:
    """Lengths, shares and skew that rules at size have to cope with."""
    made = synthesize(4000, 1).tables
    counts = {name: len(table) for name, table in made.items()}
    sizes = sorted(Counter(made["statements"]["article"].to_pylist()).values())
    speakers = Counter(made["statement_participants"]["entity"].drop_null().to_pylist()).most_common()
    gists, quotes = (pc.utf8_length(made["statements"][name].drop_null()).to_pylist() for name in ("gist", "quote"))
    names = " ".join(made["names"]["name"].to_pylist())

    assert (counts["statements"], counts["articles"], counts["events"]) == (4000, 400, 200)
    assert 3.5 < counts["evidence"] / 4000 < 4.5
    assert 9 < counts["mentions"] / 400 < 13
    assert sizes[200] < 10 < 100 < sizes[-1]
    assert speakers[0][1] > 20 * speakers[len(speakers) // 2][1]
    assert 40 <= min(gists) < 60 < 120 < max(gists) <= 200
    assert 30 <= min(quotes) < 50 < 250 < max(quotes) <= 400
    assert all(re.search(f"[{letters}]", names) for letters in ("가-힣", "一-鿿", "ء-ي", "А-я", "ก-๛", "א-ת", "ऀ-ॿ"))


def test_the_seldom_is_there_too() -> None:
    """However many there are: everything is mentioned, every source is cited."""
    made = synthesize(30_000, 2).tables
    mentioned = made["mentions"]["referent"].combine_chunks()

    for table in ("people", "organizations", "places", "events"):
        assert pc.all(pc.is_in(made[table]["id"], mentioned)).as_py()
    assert pc.all(pc.is_in(made["sources"]["id"], made["citations"]["source"].combine_chunks())).as_py()


def test_the_same_arguments_give_the_same_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """On every machine, and however many statements are made at a time."""
    made = synthesize(400, 7)
    monkeypatch.setattr(batch, "SIZE", 30)
    again = synthesize(400, 7)

    assert len(list(batch.batches(world_of(400, 7)))) > 5
    assert all(table.equals(made.tables[name]) for name, table in again.tables.items())
    assert not synthesize(400, 8).tables["statements"].equals(made.tables["statements"])
    assert content_hash(row for table in made.tables.values() for row in table.to_pylist())[:16] == "bf29e6927b5eec12"


@pytest.mark.parametrize(("n", "faults"), [(0, 0.0), (-1, 0.0), (10, -0.1), (10, 1.1), (10, float("nan"))])
def test_what_cannot_be_made_is_refused(n: int, faults: float) -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match=r"is a (number of|share of the) statements from [01] to"):
        synthesize(n, 1, faults=faults)


# With faults.


@cache
def faulty() -> Synthetic:
    """Data with as many faults as there are kinds of them."""
    return synthesize(N, SEED, faults=sum(kind.in_tables for kind in kinds()) / N)


@cache
def base() -> Data:
    """The same data without faults."""
    return nested(synthesize(N, SEED).tables)


def is_of_tables(mark: dict[str, Any]) -> bool:
    """Whether a record as a whole cannot have the fault: derived tables, keys of children."""
    derived = {model.table for model in DERIVED} - {"redirects"}
    return mark["table"] in derived or mark["column"] in ("ordinal", PARENTS.get(mark["table"]))


def test_every_fault_is_found_and_nothing_else() -> None:
    """As it is, and with broken records repaired, since some checks look at nothing while there is one."""
    made = faulty()
    marks = wanted((mark for mark in made.faults.to_pylist() if not is_of_tables(mark)), made.tables)
    data = nested(made.tables)
    judged = collection(data)
    fixed, rows = repaired(data, broken(judged), base())
    sound = {one for one in marks if int(one[1].split("/")[1]) not in broken(judged)[one[0]]}

    first = found(checks.run(judged)) - explained(marks)
    second = found(checks.run(collection(fixed)), rows) - explained(marks)

    assert first == {one for one in marks if one[2] not in NEED_ALL}
    assert second == sound
    assert {code for _, _, code in sound} > NEED_ALL


def test_every_check_that_can_fail_without_text_does() -> None:
    """But for those of files as files, and of words that stand for offsets."""
    codes = set(faulty().faults["code"].to_pylist())
    relations = {code.name for code in checks.CODES.values() if code.layer != "shape"}
    of_values = {"missing_key", "wrong_type", "unknown_code", "bad_form", "out_of_range", "broken_rule", "unusual_code"}

    assert codes >= relations - NEED_TEXT - NEED_FOLDER
    assert codes >= of_values | {"out_of_order", "impossible_date", "wrong_mode"}


def test_every_kind_of_fault_is_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the data is large enough; each in a record of its own."""
    planted: list[str] = []
    plant = Planter._plant

    def spy(self: Planter, part: Part, kind: Kind, number: int) -> None:
        before = len(part.edits)
        plant(self, part, kind, number)
        planted.extend([kind.owner + kind.name] if len(part.edits) > before else [])

    monkeypatch.setattr(Planter, "_plant", spy)
    marks = synthesize(4000, 2, faults=sum(kind.in_tables for kind in kinds()) / 4000).faults
    records = Counter(mark["record"] for mark in marks.to_pylist() if mark["record"])

    assert sorted(planted) == sorted(kind.owner + kind.name for kind in kinds() if kind.in_tables)
    assert max(records.values()) == 1


def test_what_only_tables_can_have_is_there() -> None:
    """Children of no record, gaps in their numbers, rows of derived tables that do not fit their model."""
    made, seen = faulty(), Counter()  # type: ignore[var-annotated]
    models = {model.table: model for model in DERIVED}
    ids = {one for table in BY_TABLE for one in made.tables[table]["id"].to_pylist()}
    for mark in filter(is_of_tables, made.faults.to_pylist()):
        table, column = made.tables[mark["table"]], mark["column"]
        row = table.slice(mark["row"], 1).to_pylist()[0]
        if mark["table"] in models:
            with pytest.raises(ValidationError) as caught:
                models[mark["table"]].model_validate(plain(models[mark["table"]], row))
            assert [error["loc"] for error in caught.value.errors()] == [(column,)]
        elif column == "ordinal":
            key = PARENTS[mark["table"]]
            numbers = table.filter(pc.equal(table[key], row[key]))["ordinal"].to_pylist()
            assert numbers != list(range(1, len(numbers) + 1))
        else:
            assert row[column] not in ids - {None}
        seen[mark["code"], row[column] is None] += 1

    assert set(seen) == {
        (code, is_null) for code in ("broken_table", "dangling_reference") for is_null in (True, False)
    }


def test_tables_with_faults_are_sorted_and_may_be_null() -> None:
    """A row without a key stands anywhere."""
    made = faulty()
    for name, table in made.tables.items():
        keys = [tuple(row.values()) for row in table.select(tables()[name].key).to_pylist()]
        known = [key for key in keys if None not in key]

        assert known == sorted(known)
        assert all(field.nullable for field in table.schema)


def test_a_rule_that_nobody_can_break_is_noticed() -> None:
    """A new kind of rule needs a way to break it."""
    with pytest.raises(TypeError, match="nothing is known"):
        breaches(object(), {})


# As files.


@pytest.mark.parametrize("faults", [0.0, 0.2])
def test_parquet_holds_what_synthesize_returns(faults: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in several batches and row groups; codes are dictionaries, pages have checksums."""
    monkeypatch.setattr(batch, "SIZE", 200)
    monkeypatch.setattr(files, "ROWS", 150)
    write_synthetic(tmp_path / "new", 1000, 6, faults=faults)
    made = synthesize(1000, 6, faults=faults)

    assert pq.read_table(tmp_path / "new" / "faults.parquet").equals(made.faults)
    assert {path.stem for path in (tmp_path / "new").iterdir()} == set(tables()) | {"faults"}
    for name, table in made.tables.items():
        file = pq.ParquetFile(tmp_path / "new" / f"{name}.parquet", page_checksum_verification=True)
        groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
        read = file.read()
        assert content_hash(read.to_pylist()) == content_hash(table.to_pylist())  # NaN, too
        assert read.schema.equals(table.schema)
        assert all(group.num_rows == 150 for group in groups[:-1])
        assert groups[0].column(0).compression == "ZSTD"


def test_lines_hold_the_same_records(tmp_path: Path) -> None:
    """In canonical form."""
    write_synthetic(tmp_path, 300, 6, form="jsonl")
    made = {name: table.to_pylist() for name, table in synthesize(300, 6).tables.items()}
    records = unflatten(made)

    for table, model in BY_TABLE.items():
        mine = [record.to_dict() for record in records if record.record_type == model.record_type]
        assert lines_of(tmp_path / f"{table}.jsonl") == [
            json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in mine
        ]


def test_faults_in_lines_are_found_and_nothing_else(tmp_path: Path) -> None:
    """Also those of types, nulls and unknown keys, which no table can have."""
    write_synthetic(tmp_path, 2500, 3, faults=0.31, form="jsonl")
    marks = pq.read_table(tmp_path / "faults.parquet").to_pylist()
    data = {table: [json.loads(line) for line in lines_of(tmp_path / f"{table}.jsonl")] for table in BY_TABLE}
    places = wanted(marks, {})

    there = found(checks.run(collection(data))) - explained(places)
    assert there == {one for one in places if one[2] not in NEED_ALL}
    assert {"unknown_key", "wrong_type"} < {mark["code"] for mark in marks}
    assert len(places) == len(marks) > 700


@pytest.mark.parametrize("what", ["file", "folder"])
def test_nothing_is_overwritten(what: str, tmp_path: Path) -> None:
    """Neither a file nor a folder that holds one; and what fails leaves nothing behind."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "mine").write_text("x")

    with pytest.raises(FileExistsError, match="is not an empty folder"):
        write_synthetic(here / "mine" if what == "file" else here, 5, 1)
    with pytest.raises(ValueError, match="form is 'parquet' or 'jsonl', not 'csv'"):
        write_synthetic(tmp_path / "new", 5, 1, form="csv")  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.rglob("*")] == ["here", "mine"]
