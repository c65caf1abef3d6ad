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
from news_dataset.frames import as_schema
from news_dataset.palette import VERDICTS
from news_dataset.query import Source, run
from news_dataset.spans import skeleton
from news_dataset.tabular import arrow_schema
from news_dataset.views import supported, views
from tests.browser.hostile import few, hostile, payloads, texts

ROOT = Path(__file__).parent.parent.parent
SECOND = ROOT / "examples" / "second-article"
AXES = {"attribution": {"attribution", "quotation"}, "content": {"veracity", "date", "place", "quantity"}}
PARTS = 20
FAILED = ("contradicted", "unsupported")


def tables_of(dataset: nd.Dataset) -> dict[str, pa.Table]:
    """Return every table."""
    return {name: dataset.load(name, as_="arrow") for name in dataset.tables()}


def viewed(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the tables with their views."""

    def source(name: str) -> Source:
        return lambda: tables.get(name)

    sources = {name: source(name) for name in [*tables, *views()]}
    made = {name: run(f"SELECT * FROM {name}", sources) for name in supported(tables)}
    return tables | {name: as_schema(table, arrow_schema(views()[name])) for name, table in made.items()}


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


def times(statements: int) -> int:
    """Return how many copies of the bundled dataset have at least as many statements."""
    return -(-statements // len(nd.load("statements")))


def with_gist(tables: dict[str, pa.Table], gist: str) -> dict[str, pa.Table]:
    """Return the tables with another gist in the first statement."""
    rows = tables["statements"].to_pylist()
    rows[0]["gist"] = gist
    return tables | {"statements": pa.Table.from_pylist(rows, schema=tables["statements"].schema)}


def planted(tables: dict[str, pa.Table], aspect: str) -> dict[str, pa.Table]:
    """Return the tables with one assessment more: a statement that is so, as far as is known, is contradicted."""
    row = next(one for one in tables["assessments"].to_pylist() if one["target"] == spotless())
    more = row | {"id": "assessment/lee-ishiba-tokyo/planted", "aspect": aspect, "verdict": "contradicted"}
    more |= {"finding": "Planted: nobody heard them say it.", "correct_value": None}
    rows = pa.Table.from_pylist([more], schema=tables["assessments"].schema)
    return tables | {"assessments": pa.concat_tables([tables["assessments"], rows])}


def told(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the tables with what few datasets say: origins, archived copies, targets, what did not take place."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    first, second, *_ = rows["sources"]
    first |= {"archived_url": "https://web.archive.org/web/2025/a", "derived_from": second["id"]}
    rows["articles"][0] |= {"derived_from": second["id"], "archived_url": None}
    rows["events"][0] |= {"factuality": "did_not_happen"}
    claim = spotless()
    role = {"statement": claim, "ordinal": 99, "role": "target", "entity": "person/joe-biden", "implicit": False}
    rows["statement_participants"] += [dict.fromkeys(rows["statement_participants"][0]) | role]
    doubt = next(row for row in rows["assessments"] if row["target"] == claim) | {"aspect": "attribution"}
    doubt |= {"id": "assessment/lee-ishiba-tokyo/told", "verdict": "unsupported", "independence": None}
    rows["assessments"] += [doubt]
    changed = ("sources", "articles", "events", "statement_participants", "assessments")
    return tables | {name: _table(rows[name], tables[name].schema) for name in changed}


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table, with columns of text for what its schema does not have."""
    more = dict.fromkeys(name for row in rows for name in row if name not in schema.names)
    return pa.Table.from_pylist(rows, schema=pa.schema([*schema, *((name, pa.string()) for name in more)]))


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


def skeletons() -> dict[str, str]:
    """Return for each character that Python knows and that leaves something in a skeleton what it leaves."""
    found = {chr(point): skeleton(chr(point)) for point in range(0x110000) if not 0xD800 <= point < 0xE000}
    return {one: left for one, left in found.items() if left and not (len(left) == 1 and left == one)}


def attributed() -> set[str]:
    """Return the statements that are attributed to somebody."""
    return set(nd.load("statements", filters=[("kind", "!=", "narrated")])["id"])


def failed(axis: str) -> set[str]:
    """Return the statements that an assessment on *axis* shows not to hold up."""
    rows = nd.load("assessments", as_="arrow").to_pylist()
    wrong = {row["target"] for row in rows if row["aspect"] in AXES[axis] and row["verdict"] in FAILED}
    return wrong & (attributed() if axis == "attribution" else set(nd.load("statements")["id"]))


def spotless() -> str:
    """Return an attributed statement of which nothing is known that does not hold."""
    rows = nd.load("assessments", as_="arrow").to_pylist()
    doubtful = {row["target"] for row in rows if row["verdict"] not in ("supported", "not_checkable")}
    return min(attributed() & {row["target"] for row in rows} - doubtful)


def expected() -> dict[str, Any]:
    """Return what the page of the bundled dataset must show, by the package's own account."""
    said = nd.who_said_what()
    by_speaker = {name: sorted(rows["statement"]) for name, rows in said.groupby("speaker_name")}
    citations = nd.load("citations").merge(nd.load("sources"), left_on="source", right_on="id")
    wrong = nd.load("assessments", filters=[("verdict", "=", "contradicted")])
    urls = {
        row.target: sorted(citations[citations["assessment"] == row.id]["url"])
        for row in wrong.itertuples() if str(row.target).startswith("statement/")
    }  # fmt: skip
    dates = nd.timeline().query("differs == True")
    return {
        "statements": int(said["statement"].nunique()), "by_speaker": by_speaker, "sources": urls,
        "failed": {axis: sorted(failed(axis)) for axis in AXES}, "planted": spotless(),
        "attributed": len(attributed()), "many": times(10_000), "parts": PARTS,
        "clashes": dates[["reported_text", "title", "statement"]].to_dict("records"),
        "rows": nd.info()["rows"], "views": list(views()), "payloads": len(payloads()),
        "colours": VERDICTS, "skeletons": skeletons(),
    }  # fmt: skip


def write(out: Path) -> None:
    """Write all pages."""
    out.mkdir(parents=True, exist_ok=True)
    bundled = tables_of(nd.Dataset())
    nd.explore(out / "bundled.html")  # the command would take the dataset of the current folder
    command(str(SECOND), "--text", str(SECOND / "text.txt"), "-o", str(out / "second.html"))
    command(str(SECOND), "-o", str(out / "textless.html"))
    nd.Dataset.open(ROOT / "examples" / "match-report").explore(out / "match.html")
    words = (SECOND / "text.txt").read_text("utf-8")
    again = next(line for line in words.splitlines() if "Mira Example" in line)  # only their order tells both apart
    altered = words.replace("nine long years", "ten years").replace("’", "'")
    (out / "altered.txt").write_text(f"Advertisement. {altered}\n{again}", "utf-8")
    command(str(SECOND), "--text", str(out / "altered.txt"), "-o", str(out / "altered.html"))
    hostile_names(out)
    attacked = viewed(hostile(few(bundled)))
    none = {name: table.slice(0, 0) for name, table in bundled.items()}
    unchecked = bundled | {"assessments": bundled["assessments"].slice(0, 0)}
    given: dict[str, tuple[dict[str, pa.Table], str]] = {
        "empty": (none, "Nothing"), "bare": ({}, "Not even tables"),
        "huge": (with_gist(bundled, "\u202eabc " + "words and more " * 70_000), "A gist of 1 MB"),
        "many": (copied(bundled, times(10_000)), "Ten thousand statements"), "unchecked": (unchecked, "Unchecked"),
        "told": (told(bundled), "Told"), "misattributed": (planted(bundled, "attribution"), "Planted"),
        "untrue": (planted(bundled, "veracity"), "Planted"),
    }  # fmt: skip
    pages = {name: explorer.page(viewed(tables), about(title)) for name, (tables, title) in given.items()}
    pages |= {
        "hostile": explorer.page(attacked, hostile_about(), texts(attacked)), "control": unprotected().encode(),
        "part": explorer.page(viewed(copied(bundled, PARTS)), about("A part"), limit=400_000),
    }  # fmt: skip
    for name, page in pages.items():
        (out / f"{name}.html").write_bytes(page)
    (out / "expected.json").write_text(json.dumps(expected(), indent=1), "utf-8")
    csv.write(viewed(bundled), {"name": "news-dataset"}, out / "csv")
    csv.write({name: attacked[name] for name in viewed(bundled)}, {"name": "hostile"}, out / "hostile-csv")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
