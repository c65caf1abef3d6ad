"""Synthetic datasets: without faults nothing is found; with faults what was planted, where it was planted."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import checks
from news_dataset.checks.examples import EXAMPLES
from news_dataset.records import BY_TABLE, Redirect
from news_dataset.records.columns import children
from news_dataset.tabular import arrow_schema, content_hash, flatten, tables, unflatten
from news_dataset.testing import articles, breaches, faults, synthesize, write_synthetic
from news_dataset.testing.faults import Fault
from news_dataset.testing.world import WEIGHTS, option_for
from tests.conftest import IS_FULL

FORMS: tuple[Literal["parquet", "jsonl"], ...] = ("parquet", "jsonl")
NEED_TEXT = {"wrong_text", "span_words", "unquoted_words", "article_prose"}
NEED_FOLDER = {"misnamed_file", "row_count", "low_coverage", "lost_id", "only_in_layers"}
NEED_ALL = {
    "dangling_reference", "unused_record", "unassessed_fact", "unassessed_part", "unbacked_date",
    "unlinked_participant", "wrong_of",
}  # fmt: skip
"""Checks that look away where any record, or the one that they need, has the wrong shape or may have any id."""
OF_VALUES = {
    "missing_key", "wrong_type", "unknown_code", "bad_form", "out_of_range", "broken_rule", "unusual_code",
    "out_of_order", "impossible_date", "wrong_mode",
}  # fmt: skip

Place = tuple[str, int, str]


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")[:-1]


def kinds(form: str) -> list[Fault]:
    """The kinds of fault that a form can have."""
    known = [fault for fault in faults.faults() if fault.form in ("", form)]
    return [fault for fault in known if form == "parquet" or fault.owner in BY_TABLE]


def found(folder: Path) -> set[Place]:
    """Issues by table, row or line (from 0) and code."""
    return {(Path(one.path).stem, max(one.row, one.line - 1), one.code) for one in nd.validate(folder).issues}


# Without faults.


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_found_in_data_without_faults(form: Any, tmp_path: Path) -> None:
    """No error and no warning at any size, though every check that needs neither text nor folder looks at something."""
    wrong = []
    sizes = ((1, 0), (2, 1), (11, 2), (25, 3), (300, 4), (1500, 5))
    for n, seed in sizes if IS_FULL else sizes[::2] + sizes[-1:]:
        write_synthetic(tmp_path / str(n), n, seed, form=form)
        report = nd.validate(tmp_path / str(n))
        wrong += [(n, one) for one in report.issues]
    idle = {tally.code for tally in report.tallies if not tally.checked and tally.layer != "shape"}

    assert wrong == []
    # Lines hold no redirects.
    assert idle - {"bad_redirect"} == NEED_TEXT | NEED_FOLDER | {"literal_words"}


def test_the_tables_are_those_of_the_records(tmp_path: Path) -> None:
    """Columns, keys, order, bounds of dates, derived tables, and lines: there and back again nothing has changed."""
    made = synthesize(300, 3)
    write_synthetic(tmp_path, 300, 3, form="jsonl")
    rows = {name: table.to_pylist() for name, table in made.tables.items()}
    records = unflatten(rows)
    redirects = [{name: value for name, value in row.items() if value is not None} for row in rows["redirects"]]

    assert flatten(records, [Redirect(**row) for row in redirects]) == rows
    assert made.faults.num_rows == 0
    for name, table in made.tables.items():
        table.validate(full=True)
        assert table.schema.equals(arrow_schema(tables()[name]), check_metadata=True)
    for name, model in BY_TABLE.items():
        mine = [one.to_dict() for one in records if isinstance(one, model)]
        lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in mine]
        assert lines_of(tmp_path / f"{name}.jsonl") == lines


def test_the_data_looks_like_news() -> None:
    """Lengths, shares and skew that rules at size have to cope with; benchmarks of other versions have the same."""
    made = synthesize(20_000, 1).tables
    statements = made["statements"]
    per_statement = {name: len(made[name]) / 20_000 for name in made}
    sizes = sorted(Counter(statements["article"].to_pylist()).values())
    speakers = Counter(made["statement_participants"]["entity"].drop_null().to_pylist()).most_common()
    quotes, gists = (pc.utf8_length(statements[name].drop_null()).to_pylist() for name in ("quote", "gist"))
    names = " ".join(made["names"]["name"].to_pylist())
    wanted = {
        "articles": 0.1, "people": 0.05, "evidence": 4.01, "mentions": 1.1, "statement_participants": 1.15,
        "statement_events": 1.07, "topics": 0.95, "quantities": 0.197, "assessments": 0.769, "citations": 1.074,
    }  # fmt: skip

    assert {name: share for name, share in wanted.items() if abs(per_statement[name] / share - 1) > 0.03} == {}
    assert 0.39 < len(quotes) / 20_000 < 0.41
    assert 136 < sum(quotes) / len(quotes) < 142
    assert 87 < sum(gists) / len(gists) < 90
    assert (min(gists), max(gists)) > (39, 120)
    assert sizes[len(sizes) // 2] < 10 < 100 < sizes[-1]
    assert speakers[0][1] > 20 * speakers[len(speakers) // 2][1]
    assert all(re.search(f"[{letters}]", names) for letters in ("가-힣", "一-鿿", "ء-ي", "А-я", "ก-๛", "א-ת", "ऀ-ॿ"))


def test_the_seldom_is_there_too() -> None:
    """However many there are: everything is mentioned, every source is cited."""
    made = synthesize(30_000, 2).tables
    mentioned, cited = made["mentions"]["referent"].combine_chunks(), made["citations"]["source"].combine_chunks()
    wanted = {
        "people": mentioned,
        "organizations": mentioned,
        "places": mentioned,
        "events": mentioned,
        "sources": cited,
    }

    assert [name for name, among in wanted.items() if not pc.all(pc.is_in(made[name]["id"], among)).as_py()] == []


def test_every_code_has_a_weight() -> None:
    """Where its column has weights; a code without one would never be drawn."""
    for table in tables().values():
        for field in table.fields:
            weights = option_for(WEIGHTS, table.name, field.name, None)
            if field.codebook and weights:
                assert len(weights) == len(field.codebook.definitions), f"{table.name}.{field.name}"


def test_the_same_arguments_give_the_same_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """On every machine, and however many statements are made at a time."""
    made = synthesize(400, 7)
    monkeypatch.setattr(articles, "BATCH_SIZE", 30)
    again = synthesize(400, 7)

    assert [name for name, table in again.tables.items() if not table.equals(made.tables[name])] == []
    assert not synthesize(400, 8).tables["statements"].equals(made.tables["statements"])
    assert content_hash(row for table in made.tables.values() for row in table.to_pylist())[:16] == "2e605b1a7c9d4f66"


@pytest.mark.parametrize(("n", "share"), [(0, 0.0), (-1, 0.0), (10, -0.1), (10, 1.1), (10, float("nan"))])
def test_what_cannot_be_made_is_refused(n: int, share: float) -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match=r"is a (number of|share of the) statements from [01] to"):
        synthesize(n, 1, faults=share)


# With faults.


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_fault_is_found_where_it_was_planted(form: Any, tmp_path: Path) -> None:
    """And each is planted, in a record of its own."""
    wanted = Counter((fault.code, fault.table, fault.column) for fault in kinds(form))
    write_synthetic(tmp_path / form, 6000, 12, faults=sum(wanted.values()) / 6000, form=form)
    marks, missed, strays = judged(tmp_path / form)
    records = Counter(mark["record"] for mark in marks if mark["record"])

    assert [one for one in missed if one[2] not in NEED_ALL] == []
    assert strays == []
    assert [record for record, many in records.items() if many > 1] == []
    assert wanted - Counter(cell(mark, form) for mark in marks) == Counter()


@pytest.mark.parametrize("form", FORMS)
def test_faults_across_rows_are_all_found(form: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no record has the wrong shape, so that no check looks away."""
    across = tuple(fault for fault in faults.faults() if checks.CODES[fault.code].layer != "shape")
    monkeypatch.setattr(faults, "faults", lambda: across)
    write_synthetic(tmp_path / form, 3000, 9, faults=0.05 if IS_FULL else 0.04, form=form)
    marks, missed, strays = judged(tmp_path / form)

    assert (missed, strays) == ([], [])
    assert {mark["code"] for mark in marks} > NEED_ALL


def judged(folder: Path) -> tuple[list[dict[str, Any]], list[Place], list[Place]]:
    """What was planted, what of it was not found, and what was found elsewhere.

    More may be said of a row at fault; and the second row of an id has none in tables that are made of others.
    """
    marks, issues = pq.read_table(folder / "faults.parquet").to_pylist(), found(folder)
    places = {(mark["table"], mark["row"], mark["code"]) for mark in marks}
    rows = {(table, row) for table, row, _ in places}
    strays = [one for one in issues if one[:2] not in rows and one[0] not in ("entities", "records")]
    return marks, sorted(places - issues), sorted(strays)


def cell(mark: dict[str, Any], form: str) -> tuple[str, str, str]:
    """Code, table and column of a fault, which in lines stand in its path."""
    field, _, rest = mark["column"].partition("/")
    if form == "parquet" or not rest:
        return mark["code"], mark["table"], mark["column"]
    child: Any = children(BY_TABLE[mark["table"]])[field]
    return mark["code"], child.table, rest.partition("/")[2]


def test_every_code_that_data_can_have_is_planted() -> None:
    """Of those with an example: all that need neither a text nor a folder, and are not of files as files."""
    relations = {code for code in EXAMPLES if checks.CODES[code].layer != "shape"}
    planted_codes = {fault.code for fault in faults.faults()}

    assert planted_codes == (relations - NEED_TEXT - NEED_FOLDER) | OF_VALUES | {"unknown_key", "broken_table"}


def test_tables_with_faults_are_sorted_and_may_be_null() -> None:
    """A row without a key, or with a number that is wrong, stands anywhere."""
    made = synthesize(2000, 5, faults=0.25)
    unsorted = []
    for name, table in made.tables.items():
        wrong = {
            mark["row"] for mark in made.faults.to_pylist() if (mark["table"], mark["column"]) == (name, "ordinal")
        }
        keys = [tuple(row.values()) for row in table.select(tables()[name].key).to_pylist()]
        known = [key for row, key in enumerate(keys) if None not in key and row not in wrong]
        unsorted += [name] if known != sorted(known) else []
        assert all(field.nullable for field in table.schema)

    assert unsorted == []


def test_a_rule_that_nobody_can_break_is_noticed() -> None:
    """A new kind of rule needs a way to break it."""
    with pytest.raises(TypeError, match="no way to break"):
        list(breaches._breaches(object(), {}))


# As files.


def test_parquet_files_hold_the_same_in_several_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are dictionaries, pages have checksums."""
    made = synthesize(2000, 6, faults=0.1)
    monkeypatch.setattr(articles, "BATCH_SIZE", 200)
    write_synthetic(tmp_path / "new", 1000, 6)

    assert {path.stem for path in (tmp_path / "new").iterdir()} == set(tables()) | {"faults"}
    for name, table in synthesize(1000, 6).tables.items():
        file = pq.ParquetFile(tmp_path / "new" / f"{name}.parquet", page_checksum_verification=True)
        assert content_hash(file.read().to_pylist()) == content_hash(table.to_pylist())
        assert file.schema_arrow.equals(table.schema)
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert 200 <= len(made.faults) <= 203  # circles have two


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
