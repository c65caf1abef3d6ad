"""A curator with nothing but the wheel: a newspaper of 1865 by hand, by spreadsheet and by Python.

python client.py DIST: installs the wheel beside what it needs, and walks. Exits 0 with one line that says what was
found to be in order, or 1 with one line that says what is not. The text is that of an extra of The New York Times;
``records`` holds what a reader wrote down of it, ``sheets`` some of this as spreadsheets.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TEXT, RECORDS, SHEETS = HERE / "text.txt", HERE / "records", HERE / "sheets"
ARTICLE = "a-nation-mourns"
ABOUT = {
    "title": "An extra of 15 April 1865",
    "description": "Twelve claims of the extra in which The New York Times told of the death of Lincoln.",
    "contributors": [{"name": "news_dataset contributors", "role": "author"}],
}
MOST = 14  # lines of a statement, on average
SPAN = r"\d+-\d+ \d+ [0-9a-f]{16} [0-9a-f]{8} [0-9a-f]{8}"


def installed(dist: Path) -> None:
    """Install the wheel, which must need no more than its own requirements."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    (wheel,) = dist.glob("*.whl")
    for words in (["install", "--quiet", "--no-deps", "--force-reinstall", str(wheel)], ["check"]):
        done = subprocess.run([*pip, *words], capture_output=True, text=True)
        assert done.returncode == 0, f"pip {words[0]}: {done.stdout}{done.stderr}"


def news(folder: Path, command: str, code: int = 0) -> str:
    """Run a command in a folder, with no other settings; return all that it prints."""
    program = Path(sys.executable).parent / "news-dataset"
    env = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run([program, *command.split()], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == code, f"{command}: exit {done.returncode}: {done.stdout[-400:]}{done.stderr[-400:]}"
    return done.stdout + done.stderr


def started(folder: Path, *without: str) -> Path:
    """Start a dataset, replace the example in it, say what it holds, and write the records but for some tables."""
    said = news(folder.parent, f"init {folder.name}")
    assert f"next: news-dataset validate {folder.name}" in said, said
    (folder / "texts/first-article.txt").unlink()
    (folder / "data/curated/articles/first-article.yaml").unlink()
    shutil.copy(TEXT, folder / f"texts/{ARTICLE}.txt")
    shutil.copytree(RECORDS, folder / "data/curated", dirs_exist_ok=True, ignore=shutil.ignore_patterns(*without))
    about = folder / "data/dataset.yaml"
    words = about.read_text("utf-8")
    for old, new in (
        ("title: Title of the dataset", f"title: {ABOUT['title']}"),
        ("description: Records of news articles, with their evidence.", f"description: {ABOUT['description']}"),
        ("name: Name of the curator", "name: news_dataset contributors"),
    ):
        assert words.count(old) == 1, f"dataset.yaml of init has no {old}"
        words = words.replace(old, new)
    about.write_text(words, "utf-8")
    return folder


def by_hand(folder: Path) -> float:
    """Walk from init to the page; return the number of lines of a statement."""
    started(folder)
    assert "anchored 46 spans in 13 files; next: news-dataset validate --text texts" in news(
        folder, "anchor --text texts"
    )
    said = news(folder, "validate --text texts").splitlines()
    warned = {re.split(r":\d+:\d+: | ", line)[1] for line in said if " warning: " in line}
    assert warned == {"unassessed_fact"}, f"validate: {warned}"  # which a draft may have
    assert re.fullmatch(r"ok: 0 errors, 8 warnings; checked \d+, skipped 0, failed 0", said[-1]), said[-1]
    news(folder, "fmt")
    news(folder, "fmt --check")
    files = sorted((folder / "data/curated/statements").rglob("*.yaml"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    alone = [line for line in lines if re.fullmatch(rf"[\s-]*(\w+:)?\s*'?({SPAN}|[0-9a-f]+)( \+ {SPAN})*'?", line)]
    assert not alone, f"offsets alone: {alone[0]}"
    spans = [line for line in lines if re.search(SPAN, line)]
    assert spans, "no statement has a span"
    assert all(", words: " in line or "{words: " in line for line in spans), "a span without its words"
    average = len(lines) / len(files)
    assert (len(files), average <= MOST) == (12, True), f"{len(files)} statements of {average} lines"
    assert "next: news-dataset verify" in news(folder, "build")
    news(folder, "verify")
    assert "page.html: 12 statements of 1 article" in news(folder, "explore -o page.html --text texts")
    page = (folder / "page.html").read_text("utf-8")
    assert "The man who fired at Lincoln was John Wilkes Booth." in page, "the page lacks a statement"
    assert "besides a severe cut upon the head" in page, "the page lacks the text"
    return average


def by_spreadsheet(folder: Path) -> None:
    """Import statements, assessments and sources; all else is there as files."""
    started(folder, "statements", "assessments", "sources")
    news(folder, "anchor --text texts")
    assert "imported 19 records" in news(folder, f"import --from csv {SHEETS} --text texts")
    news(folder, "build")


def by_python(folder: Path) -> None:
    """Add every record in a program; where words are is found by it, too."""
    import yaml

    import news_dataset as nd

    assert Path(str(nd.__file__)).is_relative_to(sys.prefix), f"not the wheel: {nd.__file__}"
    ds = nd.Dataset.create(folder, **ABOUT)
    for path in sorted(RECORDS.rglob("*.yaml")):
        ds.add(record(yaml.safe_load(path.read_text("utf-8")), nd), text=TEXT)
    assert len(ds.save()) == len(list(RECORDS.rglob("*.yaml")))
    assert ds.build().ok
    claims = ds.claims().set_index("statement")
    assert claims.loc[f"statement/{ARTICLE}/09", "attribution_verdict"] == "contradicted"
    assert claims.loc[f"statement/{ARTICLE}/04", "content_verdict"] == "contradicted"
    assert claims.loc[f"statement/{ARTICLE}/11", "content_verdict"] == "supported"


def record(row: dict[str, Any], nd: Any) -> dict[str, Any]:
    """Return a record in which a span stands instead of words that are there once."""
    found = row.get("evidence", {})
    for role, words in found.items():
        if set(words) == {"find"} and isinstance(words["find"], str):
            found[role] = nd.span(TEXT, words["find"])
    return row


def noticed(folder: Path, sheets: Path) -> None:
    """Break what was in order: a word that the text does not have, one beside a span, a cell."""
    other = started(folder)
    path = other / f"data/curated/statements/{ARTICLE}/02.yaml"
    right = path.read_text("utf-8")
    path.write_text(right.replace("The President continues", "The President continued"), "utf-8")
    before = {one: one.read_bytes() for one in other.rglob("*.yaml")}
    said = news(other, "anchor --text texts", 1)
    assert f"{ARTICLE}/02.yaml:9:19: unanchored 'The President continued" in said, said
    assert {one: one.read_bytes() for one in other.rglob("*.yaml")} == before, "a part was written"
    path.write_text(right, "utf-8")
    news(other, "anchor --text texts")
    path.write_text(path.read_text("utf-8").replace("{words: The President", "{words: A President"), "utf-8")
    assert "wrong_words" in news(other, "validate --text texts", 1)
    shutil.copytree(SHEETS, sheets)
    cells = (sheets / "statements.csv").read_text("utf-8")
    (sheets / "statements.csv").write_text(cells.replace("two skull fractures", "three skull fractures"), "utf-8")


def imported(folder: Path, sheets: Path) -> None:
    """Import other spreadsheets, in a program."""
    import news_dataset as nd

    ds = nd.Dataset.open(started(folder, "statements", "assessments", "sources"))
    assert ds.anchor(folder / "texts").report.ok
    assert len(ds.import_from("csv", sheets, text=folder / "texts").files) == 19
    assert ds.build().ok


def hashes(folder: Path) -> dict[str, str]:
    """Return the content hash of every table."""
    manifest = json.loads((folder / "data/published/manifest.json").read_text("utf-8"))
    return {name: table["content_hash"] for name, table in manifest["tables"].items()}


def main(dist: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    installed(dist)
    with tempfile.TemporaryDirectory() as name:
        here = Path(name).resolve()
        average = by_hand(here / "hand")
        by_spreadsheet(here / "sheet")
        by_python(here / "python")
        expected = hashes(here / "hand")
        for way in ("sheet", "python"):
            found = hashes(here / way)
            unlike = [table for table in expected | found if expected.get(table) != found.get(table)]
            assert not unlike, f"by {way}, other content in {', '.join(unlike)}"
        noticed(here / "broken", here / "sheets")
        imported(here / "other", here / "sheets")
        unlike = [table for table, one in hashes(here / "other").items() if one != expected[table]]
        assert unlike == ["statements", "records"], f"another cell changes {unlike}"
    ways = "by hand, by spreadsheet and by Python"
    return f"12 statements of {average:.1f} lines, 3 assessments: {len(expected)} equal tables {ways}"


if __name__ == "__main__":
    if not sys.flags.isolated:  # so that nothing but the wheel is imported, whatever PYTHONPATH says
        os.execv(sys.executable, [sys.executable, "-I", *sys.argv])
    try:
        print(main(Path(sys.argv[1]).resolve()))
    except Exception as error:  # noqa: BLE001 (whatever goes wrong, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:600]}")
        sys.exit(1)
