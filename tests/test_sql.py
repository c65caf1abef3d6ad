"""SQL: what it selects has the types of tables, and it can read nothing else and write nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

import news_dataset as nd
from news_dataset import query
from news_dataset.cli import main
from news_dataset.errors import IntegrityError, UnsafeInputError, UsageError
from news_dataset.stores import Table, View
from tests.conftest import ROOT
from tests.interrupted import interrupted

hidden = pd.DataFrame({"a": [1]})  # a variable that no query may see


@pytest.mark.parametrize("table", nd.tables())
def test_a_whole_table_is_what_load_gives(table: Table) -> None:
    """Codes, numbers, days and texts alike."""
    pd.testing.assert_frame_equal(nd.sql(f'select * from "{table}"'), nd.load(table))


@pytest.mark.parametrize("view", get_args(View))
def test_a_view_is_what_its_function_gives(view: str) -> None:
    """Beside the tables, and joined with them."""
    pd.testing.assert_frame_equal(nd.sql(f"select * from {view}"), getattr(nd, view)())


def test_results_have_plain_types() -> None:
    """Counts and sums are whole numbers, codes categories, texts those of pandas' own version."""
    text = str(nd.load("people")["name"].dtype)
    frame = nd.sql("""
        select kind, count(*) as n, sum(ordinal) as total, avg(ordinal) as mean, upper(kind) as loud, null as nothing,
               1.5 as point, max(date_text) as last, bool_and(true) as every
        from statements join statement_events on statement = statements.id group by kind
    """)

    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "kind": "category", "n": "Int64", "total": "Int64", "mean": "float64", "loud": text, "nothing": text,
        "point": "float64", "last": text, "every": "boolean",
    }  # fmt: skip
    assert set(frame["kind"]) <= set(nd.load("statements")["kind"])
    assert frame.attrs == nd.load("statements").attrs


def test_tables_may_be_joined_by_the_names_of_columns() -> None:
    """USING and NATURAL look at columns, also in a part of a query."""
    found = nd.sql("""
        select count(*) as n from Who_Said_What join statement_participants p using (statement)
        where p.role = 'speaker' and exists (select 1 from people natural join (select 'KOR' as country))
    """)
    speakers = nd.load("statement_participants", filters=[("role", "=", "speaker")])

    assert found["n"].tolist() == [sum(count**2 for count in speakers["statement"].value_counts())]


def test_days_are_days() -> None:
    """As in a table; no row is no other type."""
    frame = nd.sql("select date_min, type from events where date_min is not null order by date_min limit 1")

    assert frame["date_min"].iloc[0] == nd.load("events")["date_min"].min()
    assert nd.sql("select * from events where false").dtypes.equals(nd.load("events").dtypes)


def test_names_that_stand_twice_get_numbers() -> None:
    """And none gets the name of another column."""
    assert list(nd.sql("select id, id, id as id_1 from events").columns) == ["id", "id_2", "id_1"]
    assert list(nd.sql("select a.kind, b.kind from statements a, organizations b").columns) == ["kind", "kind_1"]


def test_a_large_result_is_whole() -> None:
    """More than fits one batch of anything."""
    frame = nd.sql("select range as n from range(1000000)")

    assert len(frame) == 1_000_000
    assert frame["n"].iloc[-1] == 999_999


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("select * from statment", "there is no table 'statment'; did you mean statements?"),
        ("select knd from statements", "there is no column 'knd'; did you mean kind?"),
        ("select s.knd from statements s", "there is no column 'knd'; did you mean kind?"),
        ("select foo from statements join people using (foo)", "there is no column 'foo'"),
        ("select id from statements where foo", "there is no column 'foo'; there are: article, "),
        ("select s.id from statements", "there is no s after FROM; there are: statements"),
        ("select kind from (select id from statements)", "there is no column 'kind' in what follows FROM"),
        ("select knd", "there is no column 'knd': the query has no FROM"),
        ('select id from statements where kind = "direct"', "a text is written in single quotes, 'direct'"),
        ('select "it\'s"', "a text is written in single quotes, 'it''s'"),
        ('select "knd" from statements', "in single quotes, 'knd'; did you mean the column kind?"),
        ("select start, End from mentions", 'at End, a keyword: write the column in double quotes, "end"'),
        ("select kind from statements group by", "syntax error at"),
        ("select verdict from who_said_what", "verdict has become attribution_verdict (did they say it?) and content_"),
        ("select s.finding from Who_Said_What s", "has become attribution_finding and content_finding"),
        ("select verdict from timeline", "verdict has become reported_verdict"),
        ("selct 1", "syntax error"),
        ("", "expected one SELECT, found 0 statements"),
        ("-- nothing", "found 0 statements"),
        ("select 1; select 2", "expected one SELECT, found 2 statements"),
        ("create table mine (a int)", "expected a SELECT, found CREATE"),
        ("insert into people select * from people", "found INSERT"),
        ("update people set name = ''", "found UPDATE"),
        ("delete from people", "found DELETE"),
        ("drop view people", "found DROP"),
        ("copy people to '{folder}/out.csv'", "found COPY"),
        ("copy (select 1) to '{folder}/out.csv'", "found COPY"),
        ("export database '{folder}/out'", "found EXPORT"),
        ("attach '{folder}/out.db'", "found ATTACH"),
        ("install httpfs", "expected a SELECT"),
        ("load httpfs", "expected a SELECT"),
        ("set memory_limit = '99GB'", "found SET"),
        ("set enable_external_access = true", "found SET"),
        ("reset memory_limit", "expected a SELECT"),
        ("pragma version", "found PRAGMA"),
        ("call enable_logging()", "found CALL"),
        ("select * from enable_logging(storage = 'file', storage_path = '{folder}/out')", "locked"),
        ("select * from read_text('{folder}/secret.txt')", "Cannot access file"),
        ("select * from read_blob('{folder}/secret.txt')", "Cannot access file"),
        ("select * from read_csv('{folder}/secret.txt')", "Cannot access file"),
        ("select * from read_csv('{folder}/none.csv')", "Cannot access file"),  # nobody looks whether it is there
        ("select * from read_json('{folder}/none.json')", "Cannot access file"),
        ("select * from sniff_csv('{folder}/secret.txt')", "Cannot access file"),
        ("select * from read_parquet('{folder}/people.parquet')", "Cannot access file"),
        ("select * from '{folder}/people.parquet'", "Cannot access file"),
        ("select * from parquet_metadata('{folder}/people.parquet')", "Cannot access file"),
        ("select * from glob('{folder}/*')", "Cannot access file"),
        ("select * from read_json_auto('http://127.0.0.1:9/x.json')", "Cannot access file"),
        ("select getenv('HOME')", "there is no function 'getenv'"),
        ("select lenght(id) from people", "there is no function 'lenght'; did you mean length?"),
        ("select * from http_get('x')", "no function 'http_get'; all: news-dataset sql 'select distinct function_name"),
        ("select * from 'x.csv'", 'Cannot access file "x.csv" (a query reads no files, only tables and views: news-'),
        ("select * from people where", 'syntax error at or near "where" (complete or correct it there; a query is'),
        ("select * from hidden", "there is no table 'hidden'"),
        ("select * from connection", "there is no table 'connection'"),
        ("select * from arrow_scan(1, 2, 3)", "No function matches"),
        ("select * from query('select * from ' || 'people')", "write the name of the table itself"),
        ("select $1", "parameter"),
        (f"select * from people p join people q using (id) where {'+'.join(['1'] * 600)} > 0", "nests too deep"),
        ("select 1/0 from people where error('my words') is null", "my words"),
    ],
)  # fmt: skip
def test_what_is_no_query_is_one_line(
    words: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ValueError in Python, exit code 2 in the command; nothing is written, and no secret is shown."""
    (tmp_path / "secret.txt").write_text("secret words", "utf-8")
    shutil.copy(nd.path("people"), tmp_path)
    before = sorted(tmp_path.rglob("*"))
    words = words.format(folder=tmp_path)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is compared below)
        nd.sql(words)

    assert isinstance(caught.value, UsageError)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    monkeypatch.chdir(ROOT)
    assert main(["sql", words]) == 2
    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == 1
    assert "secret words" not in shown.err + shown.out
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("words", [3, None, ["select 1"]])
def test_a_query_is_a_text(words: Any) -> None:
    """Said without the signature of another library."""
    with pytest.raises(UsageError, match=r"^expected a query as a text, found (int|NoneType|list): nd\.sql"):
        nd.sql(words)


def test_the_hints_run_as_they_are() -> None:
    """A query that is like the one of the hint, and all functions."""
    example = query._HINTS["ParserException"].partition(": ")[2]
    assert len(nd.sql(example)) == len(nd.claims()["kind"].unique())
    assert "length" in set(nd.sql("select distinct function_name from duckdb_functions()")["function_name"])


def test_settings_are_those_of_a_reader() -> None:
    """Each of them guards something that another may guard too."""
    off = ("enable_external_access", "python_enable_replacements", "autoinstall_known_extensions",
           "autoload_known_extensions", "allow_community_extensions", "allow_persistent_secrets")  # fmt: skip
    words = ", ".join(f"current_setting('{name}') as {name}" for name in (*off, "lock_configuration"))

    assert nd.sql(f"select {words}").iloc[0].to_dict() == dict.fromkeys(off, False) | {"lock_configuration": True}


def test_the_words_of_duckdb_are_not_shown() -> None:
    """Neither the kinds of its errors, nor its candidates or marks; what hints propose is accepted."""
    for words in ("select sum(kind) from claims", "select x from claims", 'select "a" from claims', "select foo(1)"):
        with pytest.raises(UsageError) as caught:
            nd.sql(words)
        assert not re.search(r"Error|Candidate|LINE|\^|Binder", str(caught.value)), caught.value
    assert len(nd.sql("select start, \"end\" from mentions where as_written <> ''")) > 0


def test_without_the_locks_files_can_be_read(tmp_path: Path) -> None:
    """Negative control: DuckDB itself reads what these tests want refused."""
    import duckdb

    (tmp_path / "secret.txt").write_text("secret words", "utf-8")
    found = duckdb.connect().execute(f"select content from read_text('{tmp_path}/secret.txt')").fetchall()

    assert found == [("secret words",)]


def test_too_much_memory_is_over_a_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Exit code 3, and what was spilled is gone."""
    monkeypatch.setattr(query, "default_memory", lambda: 2**24)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(UnsafeInputError, match="over a limit"):
        nd.sql("select list(range) from range(10000000)")

    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_is_that_of_the_dataset() -> None:
    """Every table and view with its columns, though a query does not name them."""
    frame = nd.sql("select table_name, column_name from information_schema.columns")
    columns = {name: list(group["column_name"]) for name, group in frame.groupby("table_name")}

    assert columns["people"] == list(nd.load("people").columns)
    assert columns["claims"] == list(nd.claims().columns)
    assert set(columns) == {*nd.tables(), *get_args(View)}


@pytest.mark.parametrize("place", ["data/published", "data/curated", "tables"])
def test_a_large_table_is_read_in_batches(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not loaded first, may be read twice, and gives the same."""
    monkeypatch.setattr("news_dataset.dataset.views._MAX_LOADED_ROWS", 10)
    shutil.copytree(nd.path("evidence").parent, tmp_path / "tables", ignore=shutil.ignore_patterns("*.json*", "*.md"))
    dataset = nd.Dataset.open(tmp_path / place if place == "tables" else ROOT / place)

    assert isinstance(dataset._rows_for_query("evidence"), Iterator)
    found = dataset.sql("select * from evidence where (select count(*) from evidence) > 10")
    pd.testing.assert_frame_equal(found, dataset.load("evidence"))


def test_a_changed_large_file_is_no_wrong_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its error is that of every loader."""
    monkeypatch.setattr("news_dataset.dataset.views._MAX_LOADED_ROWS", 10)
    release = shutil.copytree(nd.path("evidence").parent, tmp_path / "release")
    data = (release / "evidence.parquet").read_bytes()
    (release / "evidence.parquet").write_bytes(data[:-9] + b"x" + data[-8:])
    with pytest.raises(IntegrityError, match=r"evidence\.parquet"):
        nd.Dataset.open(release).sql("select * from evidence")


def test_an_interruption_ends_a_query_that_would_take_hours() -> None:
    """Exit 130, one line."""
    query = "select count(*) from range(100000000) a, range(100000000) b where a.range + b.range = -1"
    done = interrupted(0.5, "sql", "-C", ROOT, query)

    assert (done.returncode, done.stderr) == (130, "news-dataset: interrupted; nothing was written\n")


def test_lines_are_built_first(tmp_path: Path) -> None:
    """The sentence names the command."""
    shutil.copy(ROOT / "data" / "published" / "people.jsonl", tmp_path)

    with pytest.raises(UsageError, match="holds JSON Lines; build tables of them first: news-dataset build"):
        nd.Dataset.open(tmp_path).sql("select 1")


def test_any_dataset_can_be_asked(tmp_path: Path) -> None:
    """A release, curated records, a folder of tables."""
    for folder in (ROOT / "data" / "published", ROOT / "data" / "curated"):
        assert nd.Dataset.open(folder).sql("select count(*) as n from people")["n"].tolist() == [6]
    shutil.copy(nd.path("people"), tmp_path)
    assert nd.Dataset.open(tmp_path).sql("select count(*) as n from people")["n"].tolist() == [6]


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_the_command_prints_it(form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Null is empty, days are ISO 8601, formulas and escapes of a terminal do nothing."""
    monkeypatch.chdir(ROOT)
    words = (
        "select 7 as n, null as none, date '2025-08-23' as day, '=1+1' as formula, chr(27) as esc, [1, 2] as several"
    )

    assert main(["sql", words, "--format", form]) == 0
    shown = capsys.readouterr().out.splitlines()
    if form == "jsonl":
        assert [json.loads(line) for line in shown] == [
            {"n": 7, "none": None, "day": "2025-08-23", "formula": "=1+1", "esc": "\x1b", "several": [1, 2]}
        ]
        assert "\x1b" not in shown[0]
    elif form == "csv":
        assert shown == ["n,none,day,formula,esc,several", '7,,2025-08-23,\'=1+1,\\x1b,"[1, 2]"']
    else:
        assert [line.split() for line in shown] == [
            ["n", "none", "day", "formula", "esc", "several"], ["7", "2025-08-23", "=1+1", "\\x1b", "[1,", "2]"],
        ]  # fmt: skip
