"""docs/scaling.md: its commands, errors, limits and estimate, as far as no cluster is needed."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import pickle
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.cli.arguments import parser
from news_dataset.engine import executor, lines, source, spark
from news_dataset.engine.tables import tables_source
from news_dataset.errors import (
    IntegrityError,
    InvalidDataError,
    NewsDatasetError,
    SetupError,
    UnsafeInputError,
    UsageError,
)
from news_dataset.publish import cluster, tables
from news_dataset.testing import write_synthetic
from tests import test_spark
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "scaling.md").read_text("utf-8")
WORDS = " ".join(PAGE.split())
RESULTS = " ".join((ROOT / "benchmarks" / "RESULTS.md").read_text("utf-8").split())
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
SHELL = [line for kind, code in BLOCKS if kind == "sh" for line in code.splitlines()]
OWN_SESSION, APP, ESTIMATE = (code for kind, code in BLOCKS if kind == "python")
ERRORS, ESTIMATED = (code for kind, code in BLOCKS if kind == "text")


def commands() -> Iterator[list[str]]:
    """Yield the arguments of each command of ours."""
    for line in SHELL:
        words = shlex.split(line)
        if words[0] == "news-dataset":
            yield words[1:]
        elif words[0] == "spark-submit":
            yield words[words.index("app.py") + 1 :]


def sentences() -> Iterator[re.Pattern[str]]:
    """Yield what matches each text in the package, with anything in the place of what is put in."""
    for path in (ROOT / "news_dataset").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(p.value) if isinstance(p, ast.Constant) else None for p in node.values]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                parts = [node.value]
            else:
                continue
            if len("".join(part or "" for part in parts)) > 20:
                yield re.compile("".join("(.+)" if part is None else re.escape(part) for part in parts))


def unknown(said: str) -> list[str]:
    """Return the sentences of some errors that no code has."""
    known = list(sentences())
    found = []
    for line in said.splitlines():
        text = re.sub("^news-dataset: (Spark: ImportError: )?", "", line)
        text, _, more = re.sub("^Spark: ModuleNotFoundError: No module named 'news_dataset'", "", text).partition(
            "; executors need"
        )
        wanted = [text, f"; executors need{more}" if more else ""]
        found += [one for one in wanted if one and not any(pattern.fullmatch(one) for pattern in known)]
    return found


def test_commands_are_those_of_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    """Each has its options; and a negative control."""
    found = [parser().parse_args(words) for words in commands()]

    assert [one.engine for one in found] == ["spark"] * 5
    assert [words[0] for words in commands()].count("build") == 1
    with pytest.raises(SystemExit):
        parser().parse_args([*next(commands()), "--workers", "2"])
    assert "--workers" in capsys.readouterr().err


def test_every_line_of_shell_is_looked_at() -> None:
    """Beside our commands there are three others."""
    others = [line for line in SHELL if not line.startswith(("news-dataset ", "spark-submit "))]

    assert [line.split()[0] for line in others] == ["pip", "venv-pack", "export"]
    assert len(BLOCKS) == PAGE.count("```") / 2 == 8


def test_the_session_of_ones_own() -> None:
    """The functions take what the page gives them."""
    calls = [node for node in ast.walk(ast.parse(OWN_SESSION)) if isinstance(node, ast.Call)]
    ours = [(one.func.attr, one) for one in calls if isinstance(one.func, ast.Attribute)
            and isinstance(one.func.value, ast.Name) and one.func.value.id == "nd"]  # fmt: skip
    for name, call in ours:
        named = {str(one.arg): None for one in call.keywords}
        inspect.signature(getattr(nd, name)).bind(*call.args, **named)
        inspect.signature(getattr(nd.Dataset, name)).bind(None, **named)

    assert {name for name, _ in ours} == {"validate", "build"}


def test_the_program_for_spark_submit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the command."""
    monkeypatch.setattr("sys.argv", ["app.py", "--version"])
    with pytest.raises(SystemExit) as ended:
        exec(compile(APP, "app.py", "exec"), {})

    assert ended.value.code in (0, None)
    assert nd.__version__ in capsys.readouterr().out


def test_errors_are_those_of_the_code() -> None:
    """Every sentence; and a negative control."""
    assert len(ERRORS.splitlines()) == 5
    assert unknown(ERRORS) == []
    assert unknown(ERRORS.replace("install it, or set", "install it or set")) != []
    assert unknown(ERRORS.replace("says how", "tells how")) != []


def test_a_file_that_an_executor_does_not_have(tmp_path: Path) -> None:
    """The sentence of the page, from the code of an executor."""
    write_synthetic(tmp_path / "made", 20, 1)
    path = tmp_path / "made" / "people.parquet"
    made = tables_source({"people": [path]})
    tasks = [task for _, task in made.tasks(map)]
    path.unlink()
    (sent,) = executor.prove_rows(made.picklable(), "00", False, tasks)

    said = str(pickle.loads(sent.column("data")[0].as_py()))

    assert f"news-dataset: {said.replace(str(path), '/shared/lines/people.jsonl')}" in ERRORS.splitlines()


def test_an_executor_of_another_version() -> None:
    """Likewise; the page makes up the versions."""
    with pytest.raises(ImportError) as raised:
        next(executor.call_by_number("0.2.0", lambda _: iter(()), [], iter(())))

    assert str(raised.value).replace(nd.__version__, "0.1.0") in ERRORS


def test_addresses_of_object_stores_are_paths(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code of the page."""
    said = re.search(r"`(s3://\S+)` is taken for a folder that is not there \(exit code (\d)\)", WORDS)
    assert said

    assert main(["validate", said[1]]) == int(said[2])
    assert "there is no s3:/" in capsys.readouterr().err


def test_exit_codes() -> None:
    """Those of the classes of errors."""
    said = re.search(r"0 valid, (\d) invalid data, (\d) wrong arguments, (\d) refused as unsafe, (\d) damaged files, "
                     r"(\d) surroundings", WORDS)  # fmt: skip
    kinds: list[type[NewsDatasetError]] = [InvalidDataError, UsageError, UnsafeInputError, IntegrityError, SetupError]
    assert said

    assert [int(code) for code in said.groups()] == [kind.exit_code for kind in kinds]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("{:,} MiB of lines", lines.BLOCK / 2**20),
        ("of at least {:,} rows", spark._LEAST),
        ("row groups of {:,} to 1,000,000 rows", spark._LEAST),
        ("(`build` writes {:,})", tables.ROW_GROUP_ROWS),
        ("of about {:,} rows each", cluster.PART_ROWS),
        ("From {:,} million rows or lines on", spark._MANY / 1e6),
        ("up to {:,} issues", source.KEPT),
        ("each running task takes up to {:,} GB for rows", float(executor.MEMORY.removesuffix("GB"))),
    ],
)
def test_limits_are_those_of_the_code(words: str, value: float) -> None:
    """Each number as the page writes it; any other number is not there."""
    assert words.format(int(value)) in WORDS
    assert value == int(value)
    assert words.format(int(value) + 1) not in WORDS


def test_four_tasks_for_each_core() -> None:
    """In words."""
    assert "four tasks for each core" in WORDS
    assert spark._PER_SLOT == 4


def figure(pattern: str) -> str:
    """Return a figure of the benchmark."""
    found = re.search(pattern, RESULTS)
    assert found, pattern
    return found[1]


def test_rates_are_those_of_the_benchmark() -> None:
    """On one machine, and what the estimate begins with."""
    row = r"[^|]*\|[^|]*\|[^|]*\| ([\d.,]+) "
    seconds, peak = figure(f"all 22 tables: processor{row}s"), figure(f"all 22 tables: peak{row}MiB")
    of_lines = figure(f"JSON Lines, every check: processor, against before{row}s")

    assert f"has {seconds} s of one processor and {peak} MiB for tables, and {of_lines} s for JSON Lines" in WORDS
    assert f"validating, building = {seconds}, {figure(f'build: processor{row}s')}  #" in ESTIMATE
    assert f"memory = {peak}, {figure(r'without which the peak is ([0-9]+) MiB')}  #" in ESTIMATE
    assert "about twice as many seconds of the processor as alone" in RESULTS
    assert "about twice as many seconds of the processor as alone" in ESTIMATE


def test_sizes_of_a_statement(tmp_path: Path) -> None:
    """Rows and bytes, as measured again."""
    said = re.search(r"rows, tables, lines = ([\d.]+), (\d+), ([\d_]+)  # .* write_synthetic of ([\d,]+)", ESTIMATE)
    assert said
    number = int(said[4].replace(",", ""))
    for form in ("parquet", "jsonl"):
        write_synthetic(tmp_path / form, number, 1, form=form)
        (tmp_path / form / "faults.parquet").unlink()
    sizes = [sum(path.stat().st_size for path in (tmp_path / form).iterdir()) for form in ("parquet", "jsonl")]
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in (tmp_path / "parquet").iterdir())
    shutil.rmtree(tmp_path / "jsonl")

    assert round(rows / number, 1) == float(said[1])
    assert sizes[0] / number == pytest.approx(int(said[2]), rel=0.02)
    assert sizes[1] / number == pytest.approx(int(said[3]), rel=0.02)


def test_the_estimate_is_its_arithmetic() -> None:
    """To the character; and a negative control."""
    assert printed(ESTIMATE) == ESTIMATED
    assert printed(ESTIMATE.replace("84.4", "94.4")) != ESTIMATED


def test_what_follows_from_the_estimate() -> None:
    """One machine of 32 cores and 2 TB, for tables: the rows that DuckDB keeps, once, beside the files."""
    values: dict[str, float] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(ESTIMATE, "scaling.md", "exec"), values)
    hours = values["validating"] * values["millions"] / 3600 / 32

    assert "32 cores and 2 TB of disk could validate tables in under an hour" in WORDS
    assert hours < 1
    assert max(values["kept"]) / 2 + values["tables"] * values["millions"] / 1e6 < 2  # type: ignore[call-overload]


def printed(code: str) -> str:
    """Return what some code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "scaling.md", "exec"), {})
    return out.getvalue()


def test_what_was_tested_has_a_test() -> None:
    """Each thing that the page names."""
    tested = {
        "half a million rows with faults of every kind": "test_many_rows",
        "ten thousand files": "test_very_many_files",
        "an article with half of all statements": "test_all_on_one_article",
        "a worker and its executor killed while rows are proven": "test_a_worker_dies",
        "a release by a cluster": "test_a_release_by_a_cluster",
        "executors of another version": "test_executors_of_another_version",
    }
    said = re.search(r"Tested on a standalone cluster of one master and two workers, on one machine: (.*?)\. ", WORDS)
    assert said

    assert said[1].split(", ") == list(tested)
    assert [name for name in tested.values() if not hasattr(test_spark, name)] == []


def test_ratios_are_those_of_the_benchmark() -> None:
    """The least and the most of what Spark took beside DuckDB."""
    measured = (ROOT / "benchmarks" / "RESULTS.md").read_text("utf-8")
    ratios = [float(one) for one in re.findall(r"^\| Spark, .* \| ([0-9.]+) \|$", measured, re.MULTILINE)]

    assert len(ratios) == 4
    assert f"took {min(ratios):.0f} to {max(ratios):.0f} times as long as DuckDB" in " ".join(PAGE.split())


def test_links_lead_somewhere() -> None:
    """Files, and sections of pages; and others lead here."""
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    for link in links:
        name, _, section = link.partition("#")
        text = (ROOT / "docs" / name).read_text("utf-8")
        assert section in {re.sub(r"\W+", "-", one.lower()) for one in re.findall("^#+ (.*)$", text, re.MULTILINE)} | {
            ""
        }

    assert len(links) == 4
    assert "(docs/scaling.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "(scaling.md)" in (ROOT / "docs" / "large.md").read_text("utf-8")
    assert len(PAGE.splitlines()) <= 175
