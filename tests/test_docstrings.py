"""Examples in the documentation of functions: each has some, and each gives what it says."""

from __future__ import annotations

import doctest
import inspect
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from news_dataset.issues import Issue, Report, Tally
from news_dataset.plots import Plots
from tests.conftest import ROOT
from tests.each import each

METHODS = {
    f"{home.__name__}.{name}": function
    for home in (nd.Dataset, Plots)
    for name, function in inspect.getmembers(home, callable)
    if not name.startswith("_")
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a dataset of one's own and the text of its article."""
    source = ROOT / "examples" / "second-article"
    shutil.copytree(source, tmp_path / "my-dataset", ignore=shutil.ignore_patterns("text.txt"))
    shutil.copy(source / "text.txt", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(words: str, name: str) -> tuple[int, str]:
    """Run the examples in some words; return how many there are, and what is wrong."""
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(words, {"nd": nd}, name, None, 0)
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    return len(test.examples), "".join(said)


@each(METHODS.items())
def test_each_public_function_has_examples_that_hold(name: str, function: Callable[..., Any], desk: Path) -> None:
    """In a section of their own, below everything else."""
    shutil.rmtree(desk / "my-dataset")  # which another example may have changed
    shutil.copytree(ROOT / "examples" / "second-article", desk / "my-dataset")
    documentation = inspect.getdoc(function) or ""
    count, wrong = run(documentation, name)

    assert count > 0
    assert wrong == ""
    assert re.search(r"\n\nExamples:\n    >>> ", documentation)


def test_functions_of_the_module_have_them_too() -> None:
    """They are the same, or say the same."""
    functions = [name for name in nd.__all__ if name not in ("Dataset", "__version__", "plot")]

    assert {f"Dataset.{name}" for name in functions} < set(METHODS)
    assert all("Examples:" in (getattr(nd, name).__doc__ or "") for name in functions)


def test_a_wrong_example_is_noticed() -> None:
    """Negative control."""
    assert run(">>> len(nd.tables())\n1\n", "wrong")[1] != ""


def test_objects_say_what_they_are(desk: Path) -> None:
    """In a line, which never fails."""
    (desk / "broken").mkdir()
    (desk / "empty").mkdir()
    (desk / "broken" / "manifest.json").write_text("{", "utf-8")
    shutil.copytree(desk / "my-dataset" / "data" / "curated", desk / "records")
    records = nd.Dataset.open("records")
    issues = [Issue("a.yaml", "m\x1b", code="c", line=number) for number in range(1, 13)]
    report = Report.of(issues, [Tally("c", "shape", checked=20, failed=12)])

    about = nd.info()
    size = f"1 article, {about['rows']['statements']} statements"
    assert repr(nd.Dataset()) == f"<Dataset(): release news-dataset {about['data_version']}, {size}>"
    assert repr(nd.plot) == f"<Plots timeline(), speakers(by), verdicts(by) of {nd.Dataset()!r}>"
    assert repr(nd.Dataset.open("broken")) == "<Dataset.open('broken'), which cannot be read>"
    assert repr(nd.Dataset.open("my-dataset")).startswith("<Dataset.open('my-dataset'): release second-article ")
    assert repr(nd.Dataset.open("empty")) == "<Dataset.open('empty'): no release, not read yet>"
    assert repr(records) == "<Dataset.open('records'): records, not read yet>"
    assert len(records.claims()) == 3
    assert repr(records) == "<Dataset.open('records'): records, 1 article, 3 statements>"
    assert repr(report) == "<Report failed: 12 errors, 0 warnings; checked 20, skipped 0, failed 12>"
    assert str(report).splitlines() == [
        *(rf"a.yaml:{number}:0: c m\x1b" for number in range(1, 11)), "… and 2 more", report.summary,
    ]  # fmt: skip
