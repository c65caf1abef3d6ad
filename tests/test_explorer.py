"""The explorer page as a file: its policy, its rows, what it refuses. What it shows is for tests/browser to see."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import news_dataset as nd
from news_dataset import explorer
from news_dataset.cli import main
from news_dataset.errors import IntegrityError
from news_dataset.explorer import marked_copies
from news_dataset.explorer.part import Pool, fitting_rows, packed, safe_json
from news_dataset.spans import Text
from news_dataset.views import views
from tests.browser.hostile import few, hostile, payloads
from tests.browser.pages import copied, hostile_about, tables_of, viewed
from tests.conftest import ROOT

SECOND = ROOT / "examples" / "second-article"
VENDOR = ROOT / "news_dataset" / "explorer" / "vendor"
ELEMENT = re.compile(r"<(script|style)([^>]*)>(.*?)</\1>", re.DOTALL)
TABLES = viewed(tables_of(nd.Dataset()))


def data_of(page: str) -> Any:
    """The rows that a page carries."""
    data, spare = (words for _, attributes, words in ELEMENT.findall(page) if "application/json" in attributes)
    return {**json.loads(data), "spare": json.loads(spare)}


def unpacked(content: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the tables of a page, days as text, as its program unpacks them."""
    texts = content["texts"]

    def value(kind: str, found: Any) -> Any:
        return texts[found] if kind in ("string", "code", "date32") and isinstance(found, int) else found

    return {
        name: [
            {one["name"]: value(one["kind"], cell) for one, cell in zip(table["columns"], row, strict=True)}
            for row in zip(*(table["data"] if "data" in table else content["spare"][name]), strict=True)
        ]
        for name, table in content["tables"]
    }


@pytest.fixture(scope="module")
def page() -> str:
    """The page of the bundled dataset."""
    return explorer.page(TABLES, {"title": "News", "opened": "nd"}).decode()


def test_its_policy_allows_its_own_program_and_styles_alone(page: str) -> None:
    """By hashes of what stands in it; nothing is named that would be loaded."""
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[0]
    hashed = {
        kind: f"'sha256-{base64.b64encode(sha256(words.encode()).digest()).decode()}'"
        for kind, attributes, words in ELEMENT.findall(page)
        if not attributes
    }
    rules = dict(one.split(" ", 1) for one in policy.split("; "))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == hashed["script"]
    assert rules["style-src"] == hashed["style"]
    assert {"unsafe", "http", "*"} & set(re.findall(r"unsafe|https?|\*", policy)) == set()
    assert page.index(policy) < min(page.index("<style>"), page.index("<script"))
    assert not re.search(
        r"<(?:link|img|iframe|object|embed|base)\b|\bsrc=|@import|url\((?!data:font/woff2)",
        page.rpartition("<script>")[0],
    )


def test_it_carries_every_row(page: str) -> None:
    """Of every table, with every value."""
    found = unpacked(data_of(page))

    assert list(found) == [*nd.tables(), *views()]
    for name, rows in found.items():
        want = [
            {column: value.isoformat() if hasattr(value, "isoformat") else value for column, value in row.items()}
            for row in TABLES[name].to_pylist()
        ]
        assert rows == want, name


def test_whom_statements_speak_of_is_what_the_example_counts(page: str) -> None:
    """As examples/who_speaks_about_whom.py joins mentions and evidence."""
    content = data_of(page)
    pairs = {(content["texts"][one], content["texts"][whom]) for one, *many in content["spoken_of"] for whom in many}
    evidence, mentions = nd.load("evidence").query("role == 'content'"), nd.load("mentions")
    named = mentions.merge(nd.load("entities").query("type != 'place'"), left_on="referent", right_on="id")
    joined = evidence.merge(named, how="cross", suffixes=("", "_mention"))
    within = joined[(joined["start_mention"] >= joined["start"]) & (joined["end_mention"] <= joined["end"])]

    assert pairs == set(zip(within["statement"], within["referent"], strict=True))
    assert len(pairs) > 50


def test_no_text_ends_the_element_it_stands_in() -> None:
    """However hostile: three scripts, one style, no comment, and the rows as they were."""
    assert all(table.num_rows for table in few(tables_of(nd.Dataset())).values())
    tables = hostile(few(tables_of(nd.Dataset())))
    page = explorer.page(tables, hostile_about()).decode()
    content = data_of(page)
    body = page.partition("<body>")[2]

    assert [kind for kind, _, _ in ELEMENT.findall(page)] == ["style", "script", "script", "script"]
    assert len(re.findall(r"<script|<style|<!--", page, re.IGNORECASE)) == 4
    assert re.findall(r"<[^>]*", body.partition('"data">')[0].partition("</noscript>")[2]) == [
        '<div id="app"', "</div", '<script type="application/json" id='
    ]  # fmt: skip
    assert content["about"]["title"] == " ".join(payloads())
    assert {row["gist"] for row in unpacked(content)["statements"]} == set(payloads())


def test_json_is_safe_and_comes_back() -> None:
    """Every character that could mean something, lone surrogates as well."""
    words = "".join(map(chr, range(0x250))) + "\u2028\u2029\ufeff\udc80</script><!--]]>&amp;𝄞\ufffe"
    written = safe_json({"words": words})

    assert json.loads(written) == {"words": words}
    assert not re.search("[<>&\u2028\u2029\udc80\x00-\x1f]", written)
    assert written.encode()
    with pytest.raises(ValueError, match="Out of range"):
        safe_json(float("nan"))


def test_numbers_that_json_lacks_are_words() -> None:
    """A foreign release may hold them."""
    table = pa.table({"a": pa.array([1.5, float("nan"), float("-inf"), None])})

    assert packed(table, Pool())["data"] == [[1.5, "nan", "-inf", None]]


def test_text_that_is_none_is_an_integrity_error() -> None:
    """Arrow does not look into texts when it reads a file."""
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    with pytest.raises(IntegrityError, match="not UTF-8"):
        explorer.page({"people": pa.table({"id": broken})}, {"title": "x", "opened": "nd"})


@pytest.mark.parametrize("limit", [20_000, 150_000, 900_000])
def test_beyond_the_limit_rows_still_belong_together(limit: int) -> None:
    """The first statements stay, with all that is theirs; what is left out is counted."""
    tables = copied(TABLES, 10)
    every = tables["statements"].num_rows
    content = fitting_rows(tables, limit)
    rows = unpacked(content)
    left = {name: (here, all_rows) for name, here, all_rows in content["left_out"]}
    statements, assessments = ({row["id"] for row in rows.get(name, [])} for name in ("statements", "assessments"))

    assert len(safe_json(content).encode()) <= limit + 5_000  # what is left out is said on top
    assert left.get("statements", (every, every)) == (len(statements), every)
    assert bool(statements) == (limit > 50_000)
    assert (len(statements) == every) == (limit > 200_000)
    assert [row["id"] for row in rows.get("statements", [])] == tables["statements"].column("id").to_pylist()[
        : len(statements)
    ]
    assert {row["statement"] for row in rows.get("statement_events", [])} <= statements
    assert {
        row["target"] for row in rows.get("assessments", []) if row["target"].startswith("statement/")
    } <= statements
    assert {row["assessment"] for row in rows.get("citations", [])} <= assessments
    for name, table in tables.items():
        assert (left.get(name, (table.num_rows,) * 2)) == (len(rows.get(name, [])), table.num_rows)


def test_texts_that_are_too_large_are_left_out_and_counted() -> None:
    """The first that fit stay."""
    tables = copied(TABLES, 3)
    articles = tables["articles"].column("id").to_pylist()
    words = Text("a" * 200_000)
    rows = [row | {"text_sha256": words.sha256} for row in tables["articles"].to_pylist()]
    tables["articles"] = pa.Table.from_pylist(rows, schema=tables["articles"].schema)
    page = explorer.page(tables, {"title": "x", "opened": "nd"}, dict.fromkeys(articles, words), limit=900_000)
    content = data_of(page.decode())

    assert [copy["article"] for copy in content["copies"]] == articles[: len(content["copies"])]
    assert ["texts of articles", len(content["copies"]), 3] in content["left_out"]
    assert 0 < len(content["copies"]) < 3


def test_a_limit_that_is_kept_leaves_nothing_out() -> None:
    """Negative control."""
    assert fitting_rows(TABLES)["left_out"] == []


def test_every_span_has_its_places_in_a_text() -> None:
    """As restore finds them; the words stand once."""
    words = (SECOND / "text.txt").read_text("utf-8")
    tables = tables_of(nd.Dataset.open(SECOND))
    (exact,) = marked_copies(lambda name: tables[name].to_pylist(), {"article/port-example": Text(words)})
    restored = nd.Dataset.open(SECOND).restore(SECOND / "text.txt")

    assert exact["words"] == words
    said = ["".join(words[start:end] for start, end in places) for _, _, places in exact["spans"]]
    assert said == restored["words"].tolist()
    (other,) = marked_copies(lambda name: tables[name].to_pylist(), {"article/port-example": Text("Oh. " + words)})
    assert other["states"] == {"exact": 0, "relocated": 12, "ambiguous": 0, "orphan": 0}


def run(*words: str | Path) -> int:
    """The exit code of the command."""
    return main(["explore", *map(str, words)])


def test_it_replaces_its_own_page_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of somebody else stays as it is."""
    mine, other = tmp_path / "page.html", tmp_path / "other.html"
    other.write_text("<!doctype html>\n<title>Mine</title>", "utf-8")

    assert run("-o", mine) == 0
    first = mine.read_bytes()
    assert run(SECOND, "-o", mine) == 0
    assert mine.read_bytes() != first
    assert run("-o", other) == 5
    assert "is not a page of news-dataset explore, so it is not ours to replace" in capsys.readouterr().err
    assert other.read_text("utf-8") == "<!doctype html>\n<title>Mine</title>"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.html", "page.html"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nowhere", "-o", "p.html"], 2, "there is no folder nowhere"),
        (["--text", "nowhere.txt", "-o", "p.html"], 2, "there is no nowhere.txt"),
        (["--text", "other.txt", "-o", "p.html"], 2, "it has none of its 336 spans"),
        (["--text", "empty", "-o", "p.html"], 2, "empty has no texts"),
        (["--text", "latin.txt", "-o", "p.html"], 3, "bad_encoding"),
        (["--text", "link.txt", "-o", "p.html"], 3, "unsafe_file"),
        (["-o", "."], 5, "is a folder, so it is not ours to replace"),
        (["-o", "other.txt/p.html"], 5, "cannot be written"),
        (["release", "-o", "release/p.html"], 5, "lies in the release"),
        (["broken", "-o", "p.html"], 4, "people.parquet"),
        (["records", "-o", "records/data/curated/p.html"], 5, "lies among the records"),
    ],
)
def test_errors_are_one_line_with_their_code(
    words: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """And nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.txt").write_text("The words of something else.", "utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "link.txt").symlink_to("other.txt")
    (tmp_path / "empty").mkdir()
    shutil.copytree(ROOT / "data", tmp_path / "records" / "data", ignore=shutil.ignore_patterns("published"))
    for name in ("release", "broken"):
        shutil.copytree(ROOT / "data" / "published", tmp_path / name)
    people = tmp_path / "broken" / "people.parquet"
    people.write_bytes(people.read_bytes()[:-1] + b"x")
    before = sorted(tmp_path.rglob("*"))

    assert run(*words) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    beside = ("next: ", "news-dataset: no dataset in this folder")
    assert len([line for line in err.splitlines() if not line.startswith(beside)]) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_without_permission_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing may be written."""
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    tmp_path.chmod(0o500)
    try:
        assert run("-o", tmp_path / "p.html") == 5
    finally:
        tmp_path.chmod(0o700)
    assert "cannot be written" in capsys.readouterr().err


def test_records_that_were_not_built_have_a_page(dataset: Path, tmp_path: Path) -> None:
    """Validated first; the Python in the page opens a dataset of that name, and the page does not say where it was."""
    assert run(dataset, "-o", tmp_path / "page.html") == 0
    page = (tmp_path / "page.html").read_text("utf-8")
    content = data_of(page)

    assert content["about"]["opened"] == "nd.Dataset.open('news-dataset')"
    assert str(dataset) not in page
    assert dataset.name not in str(content["about"])
    assert unpacked(content)["statements"] == unpacked({**fitting_rows(TABLES)})["statements"]


def test_what_is_built_in_is_licensed_and_asks_for_nothing() -> None:
    """Every package of the lock that went in; no address of a registry; no comment that could hide the rest."""
    app = ROOT / "news_dataset" / "explorer" / "app"
    program, licences = ((VENDOR / name).read_text("utf-8") for name in ("explorer.js", "LICENCES.txt"))
    listed = dict(re.findall(r"^(\S+) (\S+) \(\S+\)$", licences, re.MULTILINE))

    for folder in (app, ROOT / "tests" / "browser"):
        lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
        packages = {place.rpartition("node_modules/")[2]: one for place, one in lock["packages"].items() if place}
        assert all("resolved" not in one and one["integrity"].startswith("sha512-") for one in packages.values())
        if folder == app:
            assert all(packages[name]["version"] == version for name, version in listed.items())
            assert not any(packages[name].get("dev") for name in listed)
    assert {"@observablehq/plot", "d3-scale", "@fontsource-variable/source-serif-4"} <= set(listed)
    assert not re.search(r"<!--|</?script|\r", program, re.IGNORECASE)
    assert not re.search(r"\b(?:eval|fetch|importScripts|WebSocket|XMLHttpRequest)\(", program.replace("d3.fetch", ""))


def test_its_own_program_is_small() -> None:
    """Files of at most 350 lines, none of which turns text into markup."""
    for path in [*(ROOT / "news_dataset/explorer/app").glob("*.js"), *(ROOT / "tests/browser").glob("*.js")]:
        source = path.read_text("utf-8")
        assert source.count("\n") <= 350, path
        if path.parent.name == "app":
            assert not re.search(r"(?:inner|outer)HTML|insertAdjacent|document\.write|new Function|\beval\(", source)


def test_the_wheel_has_the_page_and_not_what_it_is_built_from(wheel: Path, installed: Path, tmp_path: Path) -> None:
    """And writes a page without the checkout."""
    names = zipfile.ZipFile(wheel).namelist()
    out = tmp_path / "page.html"
    start = f"import sys; sys.path.insert(0, {str(installed)!r}); from news_dataset.cli import main; "
    command = [sys.executable, "-I", "-c", f"{start}sys.exit(main(['explore', '-o', {str(out)!r}]))"]
    subprocess.run(command, cwd="/", check=True, capture_output=True)

    licences = "news_dataset/explorer/vendor/LICENCES.txt"  # which stand once, beside the package's own
    wanted = {f"news_dataset/explorer/vendor/{name}" for name in os.listdir(VENDOR)} - {licences}
    assert wanted <= set(names)
    assert [name.partition("/")[0].endswith(".dist-info") for name in names if name.endswith(licences)] == [True]
    assert not [name for name in names if "explorer/app" in name or "node_modules" in name]
    assert len(unpacked(data_of(out.read_text("utf-8")))["statements"]) == nd.info()["rows"]["statements"]
