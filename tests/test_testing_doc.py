"""docs/testing.md: its Python prints what it says, and what can be planted or drawn it lists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings

from news_dataset.records import BY_TYPE, CHILDREN, Evidence, Record
from news_dataset.testing import strategies, synthesize, write_synthetic
from tests.conftest import IS_FULL, ROOT
from tests.running import assert_shows, printed_by

PATH = ROOT / "docs" / "testing.md"
PAGE = PATH.read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```(?:\n```text\n(.*?)```)?", PAGE, re.DOTALL)


def listed(heading: str) -> list[str]:
    """The first column of the table under a line."""
    table = PAGE.split(f"| {heading} |")[1].partition("\n\n")[0]
    return re.findall(r"^\| `(\w+)", table, re.MULTILINE)


def test_the_page_is_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character; the tests in it pass."""
    monkeypatch.chdir(tmp_path)
    assert_shows(PATH, ((output, printed_by(code)) for code, output in BLOCKS))

    assert [bool(output) for _, output in BLOCKS] == [True, True, True, False, False]


def test_the_page_lists_every_code_that_is_planted(tmp_path: Path) -> None:
    """In tables and in lines, and no other; the columns of the table of faults, too."""
    import pyarrow.parquet as pq

    write_synthetic(tmp_path, 2000, 1, faults=0.4, form="jsonl")
    faults = [synthesize(2000, 1, faults=0.3).faults, pq.read_table(tmp_path / "faults.parquet")]

    assert set(listed("code")) == {code for table in faults for code in table["code"].to_pylist()}
    assert all(table.column_names == ["table", "row", "record", "code", "column"] for table in faults)


def test_the_page_lists_every_strategy() -> None:
    """And each has its documentation."""
    assert sorted(listed("strategy")) == sorted(strategies.__all__)
    assert all(getattr(strategies, name).__doc__ for name in strategies.__all__)


@pytest.mark.parametrize("kind", [*BY_TYPE, *BY_TYPE.values()])
def test_a_strategy_for_every_type(kind: type[Record] | str) -> None:
    """By its name and by its model."""
    model = BY_TYPE[kind] if isinstance(kind, str) else kind

    @settings(max_examples=20 if IS_FULL else 5)
    @given(strategies.records(kind), strategies.data(kind))
    def test(record: Record, data: dict[str, object]) -> None:
        assert type(record) is model
        assert model.model_validate(data).to_dict() == data

    test()


@pytest.mark.parametrize("child", CHILDREN)
def test_a_strategy_for_every_child(child: type[Evidence]) -> None:
    """By its model."""

    @settings(max_examples=20)
    @given(strategies.data(child))
    def test(data: dict[str, object]) -> None:
        assert child.model_validate(data)

    test()


def test_an_unknown_type_names_the_nearest() -> None:
    """At the call, not at the first example."""
    for strategy in (strategies.records, strategies.data, strategies.ids):
        with pytest.raises(KeyError, match=r"no record type 'persn'; did you mean person\?"):
            strategy("persn")


def test_importing_it_imports_nothing_heavy() -> None:
    """What it needs loads with the first call."""
    code = (
        "import sys, news_dataset.testing;"
        "print(sorted({'hypothesis', 'numpy', 'pandas', 'polars', 'pyarrow', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_without_hypothesis_one_sentence_says_what_to_install() -> None:
    """As an ImportError, which pytest knows how to skip."""
    code = "import sys; sys.modules['hypothesis'] = None; import news_dataset.testing.strategies"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    sentence = "ImportError: hypothesis is not installed; run: pip install hypothesis"
    assert done.stderr.splitlines()[-1] == sentence


def test_the_extra_brings_what_is_needed() -> None:
    """And development has all of it."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    names = [re.split(r"[>=]", one)[0] for one in extras["testing"]]
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert names == ["hypothesis", "numpy"]
    assert set(extras["testing"]) <= set(extras["dev"])
    assert all(re.search(rf"^{name}==", lock, re.MULTILINE) for name in names)
