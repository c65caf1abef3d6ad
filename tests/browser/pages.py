"""Write the pages that the browser looks at, and what should stand in them: python -m tests.browser.pages DIR."""

from __future__ import annotations

import html
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa

import news_dataset as nd
from news_dataset import explorer
from news_dataset.cli import main
from news_dataset.exporters import csv
from tests.browser.hostile import few, hostile, payloads, texts

ROOT = Path(__file__).parent.parent.parent
SECOND = ROOT / "examples" / "second-article"


def tables_of(dataset: nd.Dataset) -> dict[str, pa.Table]:
    """Return every table."""
    return {name: dataset.load(name, as_="arrow") for name in dataset.tables()}


def copied(tables: dict[str, pa.Table], times: int) -> dict[str, pa.Table]:
    """Return the tables with their articles, statements and assessments *times* over, under other ids."""
    own = ("article/", "statement/", "assessment/")
    many = {"articles", "statements", "assessments", "mentions", "topics", "statement_participants", "statement_events",
            "evidence", "quantities", "citations"}  # fmt: skip
    found = dict(tables)
    for name in many:
        table = tables[name]
        rows = [
            {
                column: value.replace("lee-ishiba-tokyo", f"lee-ishiba-tokyo-{number:03}")
                if isinstance(value, str) and value.startswith(own)
                else value
                for column, value in row.items()
            }
            for number in range(times)
            for row in table.to_pylist()
        ]
        found[name] = pa.Table.from_pylist(rows, schema=table.schema)
    return found


def with_gist(tables: dict[str, pa.Table], gist: str) -> dict[str, pa.Table]:
    """Return the tables with another gist in the first statement."""
    rows = tables["statements"].to_pylist()
    rows[0]["gist"] = gist
    return tables | {"statements": pa.Table.from_pylist(rows, schema=tables["statements"].schema)}


def about(title: str, opened: str = "nd") -> dict[str, Any]:
    """Return what stands over a page."""
    return {"title": title, "opened": opened, "versions": {"schema": "1.1"}}


def hostile_about() -> dict[str, Any]:
    """Return what stands over a page, all of it attacks."""
    words = " ".join(payloads())
    return {
        "title": words, "opened": words, "license": words, "license_url": "javascript:__hit(0)", "covers": words,
        "versions": {one: one for one in payloads()}, "citation": words, "bibtex": words,
    }  # fmt: skip


def command(*words: str) -> None:
    """Run the command, which must succeed."""
    if code := main(["explore", *words]):
        sys.exit(code)


def hostile_names(out: Path) -> None:
    """Write a page of a folder and a text whose names are attacks."""
    folder = out / "names" / "\"><img src=x onerror=__hit(1)>'`${__hit(2)}\u202e"
    shutil.copytree(SECOND / "data" / "published", folder)
    text = out / "names" / "<svg onload=__hit(3)>\u202egpj.txt"
    shutil.copyfile(SECOND / "text.txt", text)
    command(str(folder), "--text", str(text), "-o", str(out / "names.html"))


def unprotected() -> str:
    """Return a page that sets the same words as markup: what the explorer must never do."""
    frames = []
    for word in payloads():
        inner = (
            f"<script>window.__hit = parent.__hit</script><p>{word}</p><input value=\"{word}\"><input value='{word}'>"
            f'<a href="{word}">x</a><script>var said = "{word}";</script><style>p {{ color: {word} }}</style>'
            "<script>for (const one of document.links) if (/^javascript:/i.test(one.protocol)) one.click()</script>"
        )
        frames.append(f'<iframe srcdoc="{html.escape(inner)}"></iframe>')
    return f"<!doctype html><meta charset=utf-8><main><h2>Unprotected</h2></main>{''.join(frames)}"


def expected() -> dict[str, Any]:
    """Return what the page of the bundled dataset must show, by the package's own account."""
    said = nd.who_said_what()
    by_speaker = {name: sorted(rows["statement"]) for name, rows in said.groupby("speaker_name")}
    citations = nd.load("citations").merge(nd.load("sources"), left_on="source", right_on="id")
    wrong = nd.load("assessments", filters=[("verdict", "=", "contradicted")])
    urls = {
        row.target: sorted(citations[citations["assessment"] == row.id]["url"])
        for row in wrong.itertuples()
    }  # fmt: skip
    verdicts = said.drop_duplicates("statement")["verdict"].value_counts()
    dates = nd.timeline().query("differs == True")
    return {
        "statements": int(said["statement"].nunique()), "by_speaker": by_speaker, "sources": urls,
        "verdicts": {str(name): int(count) for name, count in verdicts.items()},
        "clashes": dates[["reported_text", "title", "statement"]].to_dict("records"),
        "rows": nd.info()["rows"], "payloads": len(payloads()),
    }  # fmt: skip


def write(out: Path) -> None:
    """Write all pages."""
    out.mkdir(parents=True, exist_ok=True)
    bundled = tables_of(nd.Dataset())
    nd.explore(out / "bundled.html")  # the command would take the dataset of the current folder
    command(str(SECOND), "--text", str(SECOND / "text.txt"), "-o", str(out / "second.html"))
    hostile_names(out)
    attacked = hostile(few(bundled))
    none = {name: table.slice(0, 0) for name, table in bundled.items()}
    pages = {
        "hostile": explorer.page(attacked, hostile_about(), texts(attacked)),
        "control": unprotected().encode(),
        "empty": explorer.page(none, about("Nothing")),
        "bare": explorer.page({}, about("Not even tables")),
        "huge": explorer.page(with_gist(bundled, "\u202eabc " + "words and more " * 70_000), about("A gist of 1 MB")),
        "many": explorer.page(copied(bundled, 193), about("Ten thousand statements")),
        "part": explorer.page(copied(bundled, 20), about("A part"), limit=400_000),
    }
    for name, page in pages.items():
        (out / f"{name}.html").write_bytes(page)
    (out / "expected.json").write_text(json.dumps(expected(), indent=1), "utf-8")
    csv.write(bundled, {"name": "news-dataset"}, out / "csv")
    csv.write({name: attacked[name] for name in bundled}, {"name": "hostile"}, out / "hostile-csv")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
