"""Opens every record in the YAML language server, as an editor does, and broken twins: python client.py ROOT.

The server is installed with npm, in the versions of package-lock.json, into a folder that is removed again. It gets no
network: the schemas are the files that the first line of each record names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SECONDS = 300
PERSON = "data/curated/people/lee-jae-myung.yaml"
ARTICLE = "data/curated/articles/lee-ishiba-tokyo.yaml"
STATEMENTS = "examples/second-article/data/curated/statements/port-example/01.yaml"

DIGESTS = "'186-250 51 20d67a8f5e7a6b25 0381de61 9e2f9715'"
SPAN = f"  content: {{words: 'the new footbridge over the harbour is to open on Monday, 9 June', span: {DIGESTS}}}"
MATCH = "examples/match-report/data/curated/statements/harbour-cup/01.yaml"
SECOND = "examples/second-article/data/curated/articles/port-example.yaml"
MENTION = "as_written: Mira Example, span: '115-127 11 9aaf784abac8fa90 e10af097 bbfccdec'}"

# How a span may be written before it is anchored, or beside its words: the file, the line, and what takes its place.
SPELLINGS = [
    (STATEMENTS, SPAN, "  content: {find: a bridge}"),
    (
        STATEMENTS,
        SPAN,
        "  content:\n  - {find: a bridge, nth: 2, after: the mayor}\n  - {find: [a, bridge], in: cue}",
    ),
    (STATEMENTS, SPAN, f"  content: {DIGESTS}"),
    (STATEMENTS, SPAN, "  content: {find: opened}\n  cue:\n    find: said\n    in: content"),
    (SECOND, MENTION, "as_written: Mira Example, find: Mira Example, nth: 1}"),
    (SECOND, MENTION, "as_written: Mira Example, mention: 1, fragment: 1, find: Mira Example}"),
]

# What is wrong, the file, a line that stands in it (the first of its kind), what takes its place, and how many lines
# further down or up the server must complain.
TWINS = [
    ("an unknown key", PERSON, "family_name: Lee", "famly_name: Lee", 0),
    ("an unknown code", ARTICLE, "genre: news", "genre: newz", 0),
    ("a missing key", ARTICLE, "language: en", "# none", -5),
    ("a wrong type", ARTICLE, "text_length: 3397", "text_length: long", 0),
    ("a wrong pattern", ARTICLE, "publisher: organization/states-headline", "publisher: The Publisher", 0),
    ("a wrong type in a nested list", STATEMENTS, SPAN, "  content: 186", 0),
    ("a malformed span", STATEMENTS, SPAN, "  content: '186-250 51'", 0),
    ("an unknown key in a nested list", STATEMENTS, SPAN, "  content: {find: a bridge, nht: 2}", 0),
    ("a missing key in a nested list", STATEMENTS, SPAN, "  content: {in: cue}", 0),
    ("an unknown code in a nested list", STATEMENTS, "  realis: planned", "  realis: planed", 0),
    ("an unknown code of the dataset's own", MATCH, "x_side: neutral", "x_side: neutrl", 0),
    ("an unknown field of the dataset's own", MATCH, "x_side: neutral", "x_sid: neutral", 0),
    ("an unknown topic of the dataset's own", MATCH, "topics: [football]", "topics: [footbal]", 0),
    ("a schema that is not there", PERSON, "#*", "# yaml-language-server: $schema=nowhere.schema.json", 1),
]


# A line of a file that is begun, and what the editor must offer to end it with.
BEGUN = [
    ("x_side: neutral", "x_side: ", {"home", "away", "neutral"}),
    ("topics: [football]", "topics:\n- ", {"football", "refereeing", "economic"}),
    ("x_side: neutral", "x_", {"x_side"}),
]


class Server:
    """The language server, over its standard streams."""

    def __init__(self, process: subprocess.Popen[bytes], *, store: bool = False) -> None:
        self.process, self.store, self.opened = process, store, 0

    def start(self, root: Path) -> None:
        """Open a folder."""
        able = {"workspace": {"configuration": True}}
        self.send({"id": 0, "method": "initialize", "params": {"rootUri": root.as_uri(), "capabilities": able}})
        while "result" not in (message := self.read()):
            self.answer(message)
        self.send({"method": "initialized", "params": {}})

    def diagnostics(self, path: Path, text: str) -> list[tuple[int, str]]:
        """Open a file with a text and return what the server says of it: lines, from 1, and sentences."""
        self.opened += 1
        uri = path.with_name(f"{self.opened}-{path.name}").as_uri()  # a twin is a file of its own
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while (message := self.read()).get("params", {}).get("uri") != uri or "diagnostics" not in message["params"]:
            self.answer(message)
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in message["params"]["diagnostics"]]

    def completions(self, path: Path, text: str, line: int) -> set[str]:
        """Open a file with a text and return what the server offers at the end of a line, from 0."""
        self.diagnostics(path, text)
        uri = path.with_name(f"{self.opened}-{path.name}").as_uri()
        place = {"line": line, "character": len(text.split("\n")[line])}
        self.send(
            {"id": -1, "method": "textDocument/completion", "params": {"textDocument": {"uri": uri}, "position": place}}
        )
        while (message := self.read()).get("id") != -1:
            self.answer(message)
        return {one["label"] for one in message["result"]["items"]}

    def answer(self, message: dict[str, Any]) -> None:
        """Answer what the server asks: the settings of the editor."""
        if "id" in message and "method" in message:
            items = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
            settings = {"yaml": {"validate": True, "schemaStore": {"enable": self.store}}}
            result = None if items is None else [settings.get(item["section"]) for item in items]
            self.send({"id": message["id"], "result": result})

    def send(self, message: dict[str, Any]) -> None:
        """Write a message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """Wait for a message."""
        assert self.process.stdout
        size = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        assert size, "the server ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(size))
        return message


@contextmanager
def serving(program: Path, root: Path, errors: Path, *, store: bool = False) -> Iterator[Server]:
    """Run a server that is cut off from networks; what it wanted from one is written to *errors*."""
    command = ["node", "--require", str(HERE / "offline.cjs"), str(program), "--stdio"]
    with open(errors, "wb") as written:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=written)
    clock = threading.Timer(SECONDS, process.kill)
    clock.start()
    try:
        server = Server(process, store=store)
        server.start(root)
        yield server
    finally:
        clock.cancel()
        process.kill()
        process.wait()


def main(root: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        copied(root, home / "records")
        program = installed(home / "server")
        files = sorted((home / "records").glob("**/data/**/*.yaml"))
        with serving(program, home / "records", home / "errors") as server:
            for path in files:
                found = server.diagnostics(path, path.read_text("utf-8"))
                assert not found, f"{path.relative_to(home / 'records')}: {found[:3]}"
            for name, old, new in SPELLINGS:
                spelt(server, home / "records" / name, old, new)
            for old, new, wanted_of_line in BEGUN:
                offered(server, home / "records" / MATCH, old, new, wanted_of_line)
            for what, name, old, new, away in TWINS:
                planted(server, home / "records" / name, what, old, new, away)
        wanted = (home / "errors").read_text("utf-8")
        assert not wanted, f"the server said or wanted {wanted[:200]}"
        with serving(program, home / "records", home / "errors", store=True) as server:
            server.diagnostics(files[0].with_name("compose.yaml"), "a: 1\n")
        assert "network: " in (home / "errors").read_text("utf-8"), "a fetch of schemas goes unnoticed"
    fine = f"{len(files)} files and {len(SPELLINGS)} spellings of spans without a diagnostic"
    fine += f"; own codes and fields are offered in {len(BEGUN)} places"
    return f"{fine}; {len(TWINS)} broken twins are marked at their lines; no network"


def copied(root: Path, folder: Path) -> None:
    """Copy the records, each dataset with its schemas beside it; one with a profile has schemas of its own."""
    for inner in (".", "examples/second-article", "examples/match-report"):
        for name in ("curated", "codebooks", "dataset.yaml", "redirects.yaml"):
            path, target = root / inner / "data" / name, folder / inner / "data" / name
            if path.is_dir():
                shutil.copytree(path, target)
            elif path.exists():
                shutil.copy(path, target)
        if (folder / inner / "data" / "codebooks").is_dir():
            command = [str(root / ".venv/bin/news-dataset"), "schema", str(folder / inner)]
            subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(root)})
        else:
            shutil.copytree(root / "schemas", folder / inner / "schemas")


def installed(folder: Path) -> Path:
    """Install the server and return its program."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"npm ci: {done.stderr}"
    return folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


def spelt(server: Server, path: Path, old: str, new: str) -> None:
    """Assert that a spelling of a span is in order."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{path.name} has not {old}"
    found = server.diagnostics(path, text.replace(old, new))
    assert not found, f"{new} in {path.name} is marked as {found}"


def offered(server: Server, path: Path, old: str, new: str, wanted: set[str]) -> None:
    """Assert that a line that is begun can be ended with some words."""
    lines = path.read_text("utf-8").split("\n")
    at = lines.index(old)
    lines[at : at + 1] = new.split("\n")
    found = server.completions(path, "\n".join(lines), at + new.count("\n"))
    assert wanted <= found, f"at {new!r} {path.name} is offered {sorted(found)[:20]}"


def planted(server: Server, path: Path, what: str, old: str, new: str, away: int) -> None:
    """Assert that a mistake in a file is marked where it stands, and nowhere else."""
    lines = path.read_text("utf-8").split("\n")
    at = next(place for place, line in enumerate(lines) if line == old or (old == "#*" and line.startswith("#")))
    lines[at] = new
    found = server.diagnostics(path, "\n".join(lines))
    assert {line for line, _ in found} == {at + 1 + away}, f"{what} at {path.name}:{at + 1} is marked as {found}"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
