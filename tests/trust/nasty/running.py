"""Cases as data, the folder of each, and what is wrong with what a command did to it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT
from tests.trust.nasty import made

CASES = Path(__file__).parent / "cases"
EXAMPLE = ROOT / "examples" / "second-article"
SECONDS, MIB = 2.0, 256
"""Within which each case is decided: processor time, and memory above that of the idle interpreter."""

_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_COMMANDS = (("lines/", "validate lines"), ("release/", "verify release"), ("old/", "validate ."))


@dataclass(frozen=True)
class Case:
    """A nasty input, and what a command must say to it.

    Args:
        id: of the list of nasty inputs, ``S01`` to ``S42``, or ``T…`` for threats beyond it.
        name: what is nasty.
        put: the file that is written, below the folder of the case.
        text: what is written there; as it is.
        make: a generator of ``made`` and its arguments, instead of a text.
        also: further files with their texts.
        then: the command.
        exit: its exit code; a list of those that are right where that is a matter of the machine.
        code: the code of an issue that it prints.
        line: the line of that issue; 0 for one without a place.
        says: a part of what is printed.
        never: what must not be printed.
        why: why the exit code is another than the list of nasty inputs has.
        seconds: of processor time within which it is decided.
        writes: whether the command is one that succeeds and writes.
        env: variables of the environment.
        unprivileged: whether the right to read any file is given up, which the tests may have.
        fresh: whether a new interpreter is started, as for code that would be imported.
    """

    id: str
    name: str
    put: str = ""
    text: str | None = None
    make: list[Any] = field(default_factory=list)
    also: dict[str, str] = field(default_factory=dict)
    then: str = ""
    exit: int | list[int] = 1
    code: str = ""
    line: int | None = None
    says: str = ""
    never: str = ""
    why: str = ""
    seconds: float = SECONDS
    writes: bool = False
    env: dict[str, str] = field(default_factory=dict)
    unprivileged: bool = False
    fresh: bool = False

    @property
    def label(self) -> str:
        """How failures name it."""
        return f"{self.id} {self.name} ({self.put or self.then}; {self.command})"

    @property
    def command(self) -> str:
        """The command that is run."""
        found = next((words for start, words in _COMMANDS if self.put.startswith(start)), "validate .")
        if self.put.startswith("in/"):
            form = self.put.split("/")[1]
            found = f"import --from {form} in/{form} {'.' if form == 'csv' else 'new'}"
        return self.then or found


def cases() -> list[Case]:
    """Return all cases: an entry with several files, texts or commands is a case for each."""
    found: list[Case] = []
    for path in sorted(CASES.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            found += _spread(entry)
    return found


def _spread(entry: dict[str, Any]) -> Iterator[Case]:
    """Yield the cases of an entry; ``text``, ``put`` and ``then`` may be lists."""
    texts = entry.pop("texts", None) or [entry.pop("text", None)]
    for text in texts:
        one = text if isinstance(text, dict) else {"text": text}
        for put in _listed(one.get("put", entry.get("put", ""))):
            for then in _listed(one.get("then", entry.get("then", ""))):
                if not one.get("skip"):
                    yield Case(**{**entry, **one, "put": put, "then": then})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class Worker:
    """A process that runs commands in forked children."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.nasty.worker"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        )  # fmt: skip

    def __enter__(self) -> Worker:
        """Return the worker."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()

    def run(self, words: Sequence[str], place: Path, env: dict[str, str], **how: Any) -> dict[str, Any]:
        """Return what became of a command in a folder; *how* may have ``off`` and ``unprivileged``."""
        asked = {"words": words, "cwd": str(place), "env": env, "printed": str(self.folder / "printed"), **how}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


def tried(case: Case, worker: Worker, off: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with what the command of a case did."""
    place = worker.folder / "case"
    prepare(case, place)
    before = tree(place)
    words = case.command.split(" ")
    env = {"HOME": str(place / "home"), "TMPDIR": str(place / "tmp")} | case.env
    if case.fresh:
        done = started(words, place, env)
    else:
        done = worker.run(words, place, env, off=off, unprivileged=case.unprivileged)
    wrong = list(_wrong(case, done))
    if not case.writes and (changed := sorted(set(before.items()) ^ set(tree(place).items()))):
        wrong.append(f"changed {sorted({name for name, _ in changed})[:5]}")
    made.remove(place)
    return [f"{case.label}: {one}" for one in wrong]


def started(words: Sequence[str], place: Path, env: dict[str, str]) -> dict[str, Any]:
    """Return what became of a command in an interpreter of its own, as the installed command starts it."""
    code = "import sys; from news_dataset.cli import main; sys.exit(main())"
    command = [sys.executable, "-P", "-c", code, *words]
    found = subprocess.run(command, cwd=place, env=os.environ | {"PYTHONPATH": str(ROOT), **env}, capture_output=True)
    printed = (found.stdout + found.stderr).decode("utf-8", "backslashreplace")
    return {"code": found.returncode, "cpu": 0, "mib": 0, "printed": printed}


def prepare(case: Case, place: Path) -> None:
    """Make the folder of a case: a dataset, its release and its lines as far as they are needed, and what is nasty."""
    for name in ("home", "tmp", "texts", "outside"):
        (place / name).mkdir(parents=True)
    (place / "outside" / "secret.yaml").write_text("id: person/secret\nname: Secret Person\n", "utf-8")
    skipped = shutil.ignore_patterns("published")
    shutil.copytree(EXAMPLE / "data", place / "data", ignore=skipped)
    shutil.copy(EXAMPLE / "text.txt", place / "texts" / "port-example.txt")
    if "release" in f"{case.put}{case.then}":
        shutil.copytree(EXAMPLE / "data" / "published", place / "release")
    if "lines" in f"{case.put}{case.then}":
        (place / "lines").mkdir()
        for path in (EXAMPLE / "data" / "published").glob("*.jsonl"):
            shutil.copy(path, place / "lines")
    for name, text in case.also.items():
        made.write(place / name, text)
    if case.make:
        getattr(made, case.make[0])(place / case.put, *case.make[1:])
    elif case.text is not None:
        made.write(place / case.put, case.text)


def _wrong(case: Case, done: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with what a command did."""
    printed: str = done["printed"]
    start = " | ".join(printed.split("\n")[:4])[:400]
    if done["code"] not in _listed(case.exit):
        yield f"exit {done['code']}, expected {case.exit}: {start}"
    if case.code and not any(_is_at(case, one) for one in printed.split("\n")):
        yield f"no {case.code} at line {case.line}: {start}"
    if case.says and case.says not in printed:
        yield f"does not say {case.says!r}: {start}"
    if case.never and case.never in printed:
        yield f"says {case.never!r}"
    if done["cpu"] > case.seconds:
        yield f"{done['cpu']:.1f} s of processor time"
    if done["mib"] > MIB:
        yield f"{done['mib']:.0f} MiB"
    yield from _unsafe(case, printed)


def _unsafe(case: Case, printed: str) -> Iterator[str]:
    """Yield what no command may print, whatever the case is."""
    lines = printed.split("\n")
    if "Traceback" in printed or "a bug of news-dataset" in printed:
        yield f"a traceback: {printed[-300:]!r}"
    yield from (f"reached outside: {one}" for one in lines if one.startswith("!! "))
    if unsafe := _SHOWN.search(printed):
        yield f"printed U+{ord(unsafe[0]):04X}"
    if "--format github" not in case.command and any(re.match(r"\s*::|.*##\[", one) for one in lines):
        yield "printed a command of a workflow"
    if "--format json" not in case.command and (len(lines) > 230 or len(printed) > 100_000):
        yield f"{len(lines)} lines, {len(printed)} characters"


def _is_at(case: Case, line: str) -> bool:
    found = re.match(r"(?P<path>.*?)(?::(?P<line>\d+):\d+|:row \d+)?: (?P<code>[a-z_]+) ", line)
    if not found or found["code"] != case.code:
        return False
    return case.line is None or int(found["line"] or 0) == case.line


def tree(place: Path) -> dict[str, str]:
    """Return what lies below a folder: kinds, modes, contents, and where links lead."""
    found = {}
    for folder, names, files in os.walk(place):
        for name in [*names, *files]:
            path = Path(folder, name)
            about = path.lstat()
            what = os.readlink(path) if stat.S_ISLNK(about.st_mode) else ""
            if stat.S_ISREG(about.st_mode):
                what = _digest(path) if about.st_mode & 0o400 and about.st_size < 10**7 else str(about.st_size)
            found[str(path.relative_to(place))] = f"{about.st_mode:o} {what}"
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
