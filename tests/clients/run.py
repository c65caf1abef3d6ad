"""Runs every client in an environment of its own: on what is in order, and on a broken twin that it must refuse.

``python -m tests.clients.run [--light] [NAME …]`` from the root of the checkout. Environments are kept in ``.clients``
and made anew when their pinned requirements change. Exits 0 if every client accepts the one and refuses the other.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ENVIRONMENTS = ROOT / ".clients"
SECONDS = 900  # for one run of one client

Twin = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Client:
    """A client: what it is given, and what is broken in each twin; without a twin it makes one itself."""

    name: str
    given: str
    twins: tuple[Twin, ...] = ()
    is_light: bool = False


def without_a_row(folder: Path) -> None:
    """Take the last row from the table of statements, as Parquet or CSV."""
    import pyarrow.parquet as pq

    parquet, text = folder / "statements.parquet", folder / "statements.csv"
    if parquet.exists():
        table = pq.read_table(parquet)
        pq.write_table(table.slice(0, len(table) - 1), parquet)
    else:
        text.write_bytes(text.read_bytes().rstrip().rpartition(b"\n")[0] + b"\n")


def with_a_kinder_view(path: Path) -> None:
    """Let a claim be so that is not, in the view alone: in Parquet, in CSV, or in a database."""
    if path.is_file():
        with sqlite3.connect(path) as base:
            ((sql,),) = base.execute("SELECT sql FROM sqlite_master WHERE name = 'claims'").fetchall()
            base.execute("DROP VIEW claims")
            base.execute(sql.replace("content.verdict AS content_verdict", "'supported' AS content_verdict"))
            assert base.execute("SELECT sql FROM sqlite_master WHERE name = 'claims'").fetchall() != [(sql,)]
        base.close()
        return
    parquet, text = path / "views" / "claims.parquet", path / "views" / "claims.csv"
    if parquet.exists():
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pq.read_table(parquet)
        at, field = table.schema.get_field_index("content_verdict"), table.schema.field("content_verdict")
        kinder = ["supported" if one == "contradicted" else one for one in table.column(at).to_pylist()]
        pq.write_table(table.set_column(at, field, pa.array(kinder).dictionary_encode().cast(field.type)), parquet)
    else:
        with_another_word("views/claims.csv", ",contradicted,", ",supported,")(path)
        assert text.exists()


def without_a_configuration(folder: Path) -> None:
    """Take the people out of the dataset card."""
    card = folder / "README.md"
    lines = card.read_text("utf-8").splitlines(keepends=True)
    at = next(place for place, line in enumerate(lines) if "config_name: people" in line)
    end = next(
        place for place in range(at + 1, len(lines)) if lines[place].lstrip().startswith(("- config_name", "---"))
    )
    card.write_text("".join(lines[:at] + lines[end:]), "utf-8")


def with_another_word(name: str, old: str, new: str) -> Twin:
    """Return a twin in which a word of a file is another."""

    def twin(folder: Path) -> None:
        words = (folder / name).read_text("utf-8")
        if old not in words:
            raise AssertionError(f"{name} has no {old!r}, so there is nothing to break")
        (folder / name).write_text(words.replace(old, new, 1), "utf-8")

    return twin


def with_an_orphan(path: Path) -> None:
    """Delete the article from a database, which leaves its statements behind."""
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA foreign_keys = OFF")
        base.execute("DELETE FROM articles")
    base.close()


in_package, in_crumbs, in_manifest = (
    partial(with_another_word, name) for name in ("datapackage.json", "croissant.json", "manifest.json")
)

CLIENTS = (
    Client("pandas", "release", (without_a_row, with_a_kinder_view), is_light=True),
    Client("pyarrow", "release", (without_a_row, with_a_kinder_view)),
    Client("polars", "release", (without_a_row, with_a_kinder_view), is_light=True),
    Client("duckdb", "release", (without_a_row, with_a_kinder_view), is_light=True),
    Client("duckdb_join", "nothing", is_light=True),
    Client("spark", "rulebook", is_light=True),
    Client("notebook", "nothing", is_light=True),
    Client("huggingface", "release", (without_a_configuration, with_a_kinder_view)),
    Client("frictionless", "release", (in_package('"resource": "organizations"', '"resource": "places"'),)),
    Client("frictionless_csv", "csv", (without_a_row, with_a_kinder_view), is_light=True),
    Client("mlcroissant", "release", (in_crumbs('"column": "headline"', '"column": "headlin"'),)),
    Client("mlcroissant", "parts", (in_crumbs('"statements/*.parquet"', '"statement/*.parquet"'),)),
    Client("rdflib", "release", (in_crumbs('"sha256": "', '"sha256": "0'),)),
    Client("datasette", "database", (with_an_orphan, with_a_kinder_view)),
    Client("sqlite3", "database", (with_an_orphan, with_a_kinder_view), is_light=True),
    Client("cff", "release", (in_manifest('"title": "news', '"title": "old'),)),
    Client("wheel", "distributions", is_light=True),
    Client("curator", "distributions", is_light=True),
    Client("verify", "release", (without_a_row, with_a_kinder_view), is_light=True),
    Client("stranger", "repository", is_light=True),
    Client("jsonschema", "repository"),
    Client("jsonschema_rs", "repository"),
    Client("check_jsonschema_records", "repository"),
    Client("ajv", "repository"),
    Client("pyright", "repository"),
    Client("yaml_language_server", "repository"),
    Client("pre_commit", "repository"),
    Client("annotation_tools", "annotations", (
        with_another_word("uima/port.json", '"begin": 3,', '"begin": 4,'),
        with_another_word("label_studio/tasks.json", '"start": 2,', '"start": 3,'),
        with_another_word("label_studio/label_config.xml", 'Label value="Says"', 'Label value="Say"'),
        with_another_word("doccano/documents.jsonl", '"start_offset": 2,', '"start_offset": 3,'),
    )),
)  # fmt: skip
"""``verify`` is this package's own: of a wrong hash of a Parquet file several clients say nothing."""


def environment(client: str) -> list[str]:
    """Return what runs a client: its own interpreter, or Node; installed if need be."""
    folder = HERE / client
    is_node = (folder / "client.mjs").exists()
    pinned = folder / ("package-lock.json" if is_node else "requirements.txt")
    if not pinned.exists():  # needs nothing, or installs what it needs by itself
        return [sys.executable]
    own = sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()))
    place = ENVIRONMENTS / f"{client}-{own.hexdigest()[:12]}"
    if not (place / "installed").exists():
        shutil.rmtree(place, ignore_errors=True)
        if is_node:
            shutil.copytree(folder, place)
            _quietly(["npm", "ci", "--no-audit", "--no-fund"], place)
        else:
            _quietly([sys.executable, "-m", "venv", str(place)], ROOT)
            pip = [str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            _quietly([*pip, "--requirement", str(pinned)], ROOT)
        (place / "installed").touch()
    return ["node", str(place / "client.mjs")] if is_node else [str(place / "bin" / "python")]


def given(folder: Path, wanted: set[str]) -> dict[str, list[str]]:
    """Make what clients are given, below *folder*: a release, its exports, distributions; what else is *wanted*."""
    shutil.copytree(ROOT / "data" / "published", folder / "data" / "published")
    shutil.copy(ROOT / "CITATION.cff", folder)
    expected = folder / "expected.json"
    expected.write_text(_quietly([sys.executable, "-m", "tests.clients.expect"], ROOT), "utf-8")
    for form, out in (("csv", "csv"), ("sqlite", "news.db")):
        _quietly([sys.executable, "-m", "news_dataset", "export", "--to", form, "-o", str(folder / out)], ROOT)
    _quietly([sys.executable, "-m", "hatchling", "build", "--directory", str(folder / "dist")], ROOT)
    if "parts" in wanted:
        from tests.in_parts import in_parts

        in_parts(ROOT / "data" / "published", folder / "parts")
    if "rulebook" in wanted:
        _quietly([sys.executable, "-m", "tests.clients.rulebook", str(folder / "rulebook")], ROOT)
    if "annotations" in wanted:
        _quietly([sys.executable, "-m", "tests.clients.annotations", str(folder / "annotations")], ROOT)
    return {
        "rulebook": [str(folder / "rulebook")],
        "annotations": [str(folder / "annotations")],
        "parts": [str(folder / "parts")],
        "release": [str(folder / "data" / "published"), str(expected)],
        "csv": [str(folder / "csv"), str(expected)],
        "database": [str(folder / "news.db"), str(expected)],
        "distributions": [str(folder / "dist")],
        "repository": [str(ROOT)],
        "nothing": [],
    }


def command(client: Client, arguments: list[str]) -> list[str]:
    """Return the command that runs a client on what it is given."""
    if client.name == "verify":
        return [sys.executable, "-m", "news_dataset", "verify", arguments[0]]
    runner = environment(client.name)
    own = [] if runner[0] == "node" else [str(HERE / client.name / "client.py")]
    takes_one = {"frictionless", "mlcroissant", "rdflib"}
    if client.name == "cff":
        arguments = [arguments[0], str(ROOT / "CITATION.cff")]
    return [*runner, *own, *(arguments[:1] if client.name in takes_one else arguments)]


def tried(client: Client, arguments: list[str]) -> tuple[str, str, bool]:
    """Run a client on both; return what it said of each, and whether that is as it should be."""
    said, code = _run(command(client, arguments))
    if not client.twins:
        return said, "(its own, in the same run)", code == 0
    refused, is_right = [], code == 0
    for twin in client.twins:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(arguments[0])
            broken = Path(folder) / path.name
            if path.is_dir():
                shutil.copytree(path, broken)
            else:
                shutil.copy(path, broken)
            twin(broken)
            words, other = _run(command(client, [str(broken), *arguments[1:]]))
            refused.append(words)
            is_right = is_right and other not in (0, None)
    return said, " | ".join(refused), is_right


def main() -> int:
    """Run the clients that are asked for, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="clients to run; all without")
    parser.add_argument("--light", action="store_true", help="only those that are quick to install")
    options = parser.parse_args()
    if unknown := set(options.names) - {client.name for client in CLIENTS}:
        parser.error(f"there is no client {', '.join(sorted(unknown))}")
    wanted = [one for one in CLIENTS if (one.name in options.names or not options.names)]
    wanted = [one for one in wanted if one.is_light or not options.light]
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        things = given(Path(folder), {client.given for client in wanted})
        for client in wanted:
            start = time.monotonic()
            said, refused, is_right = tried(client, things[client.given])
            failed += [] if is_right else [client.name]
            print(
                f"{client.name:24} {'as expected' if is_right else 'NOT AS EXPECTED'}  {time.monotonic() - start:.0f} s"
            )
            print(f"    in order:     {said}\n    broken twin:  {refused}", flush=True)
    print(f"{len(wanted)} clients, {len(failed)} not as expected{': ' + ', '.join(failed) if failed else ''}")
    return 1 if failed else 0


def _quietly(words: list[str], folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{' '.join(words[:6])} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def _run(words: list[str]) -> tuple[str, int | None]:
    try:
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer in {SECONDS} s", None
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return f"exit {done.returncode}: {lines[-1][:150] if lines else '(no word)'}", done.returncode


if __name__ == "__main__":
    sys.exit(main())
