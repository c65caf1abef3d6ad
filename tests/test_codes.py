"""One example for every issue code: it gives that code, at that place, in those words, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from news_dataset import validate
from news_dataset.checks import CODES
from news_dataset.issues import Report
from tests.building import build
from tests.each import each

EXAMPLES = Path(__file__).parent / "examples" / "codes"
FOLDERS = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())
MEMORY = Path("/proc/self/mem")  # Linux: anyone's own memory opens, and fails to read from its beginning

REPAIRS: dict[str, tuple[str, dict[str, str]]] = {
    "wrong_text": ("texts/port-example.txt", {"Correction: the harbour took four years to build.\n": ""}),
    "span_words": ("curated/articles/port-example.yaml", {"start: 43": "start: 42", "end: 55": "end: 54"}),
    "quote_words": ("curated/statements/port-example.yaml", {"quote: It's": "quote: It’s"}),
    "literal_words": ("curated/articles/port-example.yaml", {"Opens New": "Opens Its New", "Myra": "Mira"}),
    "unquoted_words": (
        "curated/statements/port-example.yaml",
        {
            "quote: stay free of charge” for fishing boats": "quote: stay free of charge",
            "start: 247\n    end: 285\n    length: 31": "start: 247\n    end: 266\n    length: 16",
            "8842c98a19da1504": "25352ac06e3eb867",
            "prefix: '974bdf8e'\n    suffix: '49097126'": "prefix: '974bdf8e'\n    suffix: '6fa3133e'",
        },
    ),
    "article_prose": (
        "curated/statements/port-example.yaml",
        {"gist: The harbour has room for forty boats and took": "gist: Its forty berths took"},
    ),
}
"""For examples that need a text: the file at fault, and what stands there instead of what should."""

WARNINGS = {
    "unusual_code", "unused_record", "speaker_without_source", "duplicate_external_id", "duplicate_url",
    "duplicate_participant", "unlinked_participant", "only_in_layers", "unlisted_code", "unportable_name",
}  # fmt: skip
"""Codes that are never errors."""


def check_here(path: Path = Path()) -> Report:
    """Check a place below the working folder, against the texts in it if there are any."""
    return validate(path, text="texts" if Path("texts").is_dir() else None)


def link_a_record() -> Path:
    """Make one record of the example a link to another."""
    Path("curated/articles/harbour-fair.yaml").symlink_to("port-example.yaml")
    return Path()


def lock_a_record() -> Path:
    """Take from everyone the right to read the record."""
    Path("curated/articles/port-example.yaml").chmod(0)
    return Path()


def alter_a_release() -> Path:
    """Publish the record, then change a word of what was published."""
    release = Path("release")
    build(Path(), release)
    lines = release / "articles.jsonl"
    lines.write_text(lines.read_text("utf-8").replace("Ann Example", "Ben Example"), "utf-8")
    return release


def lose_an_id() -> Path:
    """Publish the records, then remove one of them."""
    build(Path(), Path("published"))
    Path("curated/articles/harbour-fair.yaml").unlink()
    return Path()


def reserve_a_name() -> Path:
    """Give the article an id that no clone on Windows could hold."""
    record = Path("curated/articles/port-example.yaml")
    record.with_name("aux.yaml").write_text(record.read_text("utf-8").replace("port-example", "aux"), "utf-8")
    record.unlink()
    return Path()


def misnumber_rows() -> Path:
    """Take the tables out of a release, and give the second mention the number of a third."""
    build(Path(), Path("release"))
    Path("tables").mkdir()
    for path in Path("release").glob("*.parquet"):
        path.rename(Path("tables") / path.name)
    rows = pl.read_parquet("tables/mentions.parquet")
    rows.with_columns(pl.col("ordinal").replace(2, 3)).write_parquet("tables/mentions.parquet")
    return Path("tables")


BUILT: dict[str, Callable[[], Path]] = {
    "altered_release": alter_a_release,
    "broken_table": misnumber_rows,
    "lost_id": lose_an_id,
    "unportable_name": reserve_a_name,
    "unreadable_file": lock_a_record,
    "unsafe_file": link_a_record,
}
"""Examples that git cannot carry: what completes them, and returns the place to check."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """What is said of the example of each code, from inside a copy of its folder."""
    found = {}
    for code in FOLDERS:
        if code == "unreadable_file" and os.geteuid() == 0:
            continue  # root may read everything
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(copytree(EXAMPLES / code, tmp_path_factory.mktemp(code) / code))
            found[code] = check_here(BUILT[code]() if code in BUILT else Path())
    return found


def test_every_code_has_an_example() -> None:
    """There is a folder for each code, and none for anything else."""
    assert set(FOLDERS) == set(CODES)


def test_an_example_gives_its_code_and_no_other(reports: dict[str, Report]) -> None:
    """An example holds one kind of fault, and the check of that name looked at it."""
    for code, report in reports.items():
        assert {issue.code for issue in report} == {code}
        assert sum(tally.checked for tally in report.tallies if tally.code == code) > 0, code


def test_an_example_gives_the_expected_lines(reports: dict[str, Report]) -> None:
    """Place, message and hint of every issue are those that ``expected.txt`` promises."""
    found = {code: [str(issue) for issue in report] for code, report in reports.items()}
    assert found == {code: (EXAMPLES / code / "expected.txt").read_text("utf-8").splitlines() for code in reports}


def test_an_example_leads_to_the_exit_code_of_its_code(reports: dict[str, Report]) -> None:
    """What the command returns for a code is what ``CODES`` says of it; warnings alone are no reason to fail."""
    for code, report in reports.items():
        is_error = any(issue.severity == "error" for issue in report)
        assert is_error or code in WARNINGS
        assert report.exit_code == (CODES[code].exit_code if is_error else 0), code


@each(FOLDERS)
def test_an_example_says_that_it_is_invented(code: str) -> None:
    """Nobody takes an example for news: the first line of every YAML file says what it is."""
    for path in (EXAMPLES / code).rglob("*.yaml"):
        assert path.read_bytes().removeprefix(b"\xef\xbb\xbf").startswith(b"# An invented example.\n"), path


@each(REPAIRS)
def test_an_example_without_its_fault_is_in_order(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the fault repaired and nothing else changed, the same check looks and finds nothing."""
    monkeypatch.chdir(copytree(EXAMPLES / code, tmp_path / code))
    name, repairs = REPAIRS[code]
    words = Path(name).read_text("utf-8")
    for wrong, right in repairs.items():
        assert words.count(wrong) == 1, wrong
        words = words.replace(wrong, right)
    Path(name).write_text(words, "utf-8")
    report = check_here()
    assert [str(issue) for issue in report] == []
    assert sum(tally.checked for tally in report.tallies if tally.code == code) > 0


def test_a_draft_may_lack_assessments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unassessed fact of a draft is a warning, which does not make the data invalid."""
    monkeypatch.chdir(copytree(EXAMPLES / "unassessed_fact", tmp_path / "unassessed_fact"))
    article = Path("curated/articles/port-example.yaml")
    article.write_text(article.read_text("utf-8").replace("status: reviewed", "status: draft"), "utf-8")
    report = check_here()
    assert [(issue.code, issue.severity) for issue in report] == [("unassessed_fact", "warning")]
    assert report.exit_code == 0


@pytest.mark.skipif(not MEMORY.exists(), reason="this system has no file that opens and cannot be read")
def test_a_file_that_fails_while_it_is_read_is_unreadable() -> None:
    """That a file could be opened does not mean that it can be read; either failure is an issue."""
    report = validate(MEMORY)
    hint = "check that it exists, and its permissions"
    assert [str(issue) for issue in report] == [
        f"{MEMORY}: unreadable_file cannot be read: Input/output error ({hint})"
    ]
    assert report.exit_code == CODES["unreadable_file"].exit_code
