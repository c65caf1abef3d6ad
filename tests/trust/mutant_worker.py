"""Runs the tests of one module on mutants of it: ``python -m tests.trust.mutant_worker JSON``, a line for each.

What tests import is loaded once; each run is a fork of it, in which the module's source is replaced as it is imported.
A first run finds out which tests come through which line, so that a mutant is only tried by these, quick ones first.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.machinery
import json
import os
import random
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.trust.mutator import mutants

HEAVY = ("duckdb", "hypothesis", "jsonschema", "pandas", "pyarrow.parquet", "pydantic", "yaml", "tests.conftest")
LEAST_SECONDS = 20
MOST_SECONDS = 60


class Lines:
    """A plugin of pytest that finds out which tests come through which line of a file, and how long each takes."""

    def __init__(self, file: str) -> None:
        self.file, self.test, self.start = file, "", 0.0
        self.lines: dict[int, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = {}

    def enter(self, frame: Any, *_: object) -> Any:
        """Trace what lies in the file, and nothing else."""
        return self.step if frame.f_code.co_filename == self.file else None

    def step(self, frame: Any, *_: object) -> Any:
        """Note a line."""
        self.lines[frame.f_lineno].add(self.test)
        return self.step

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note whose lines they are."""
        self.test, start = item.nodeid, time.monotonic()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid], self.test = time.monotonic() - start, ""


def load_as(module: str, source: str) -> None:
    """Let a module be imported with another source."""
    loader: Any = importlib.machinery.SourceFileLoader
    real = loader.get_code

    def get_code(self: Any, name: str) -> Any:
        return compile(source, self.path, "exec") if name == module else real(self, name)

    loader.get_code = get_code


def tried(tests: list[str], plugins: list[Any]) -> int:
    """Run tests up to the first that fails; return the exit code of pytest."""
    # hypothesis was loaded before, which pytest would warn of
    words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
        return int(pytest.main([*words, *tests], plugins=plugins))


def forked(work: Any, seconds: float, folder: Path) -> Any:
    """Return what a function returns in a fork; None if it took too long or died."""
    result = folder / "result.json"
    result.unlink(missing_ok=True)
    if not (child := os.fork()):
        os.setpgid(0, 0)
        os.chdir(ROOT)
        result.write_text(json.dumps(work()), "utf-8")
        os._exit(0)
    end = time.monotonic() + seconds
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > end:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(0.02)
    return json.loads(result.read_text("utf-8")) if result.exists() else None


def covered(module: str, tests: list[str]) -> dict[str, Any]:
    """Run all tests on the module as it is; return the exit code, tests by line, and seconds by test."""
    plugin = Lines(str(ROOT / path_of(module)))
    threading.settrace(plugin.enter)  # what other threads come through is a test's as well
    sys.settrace(plugin.enter)
    code = tried(tests, [plugin])
    sys.settrace(None)
    lines = {line: sorted(found - {""}) for line, found in plugin.lines.items()}
    return {"code": code, "lines": lines, "seconds": plugin.seconds}


def path_of(module: str) -> str:
    """Return the path of a module in the checkout."""
    return module.replace(".", "/") + ".py"


def statements(text: str) -> dict[int, int]:
    """Return the first line of the innermost statement of each line: a tracer may see only that one."""
    found: dict[int, int] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = max(found.get(line, 0), node.lineno)
    return found


def mutated(module: str, source: str, tests: list[str]) -> int:
    """Run tests on a changed module."""
    load_as(module, source)
    return tried(tests, [])


def verdict(code: int | None) -> str:
    """Return what a run says of its mutant; one that cannot even be imported is noticed, too."""
    return "killed" if code is None or code in (1, 2, 3, 4) else "survived"


def chosen_of(count: int, share: float) -> list[int]:
    """Return the numbers of the mutants to try: all, or the same ones each time."""
    return sorted(random.Random(22).sample(range(count), min(count, max(1, round(share * count)))))


def main(module: str, tests: list[str], share: float, folder: Path) -> None:
    """Print what becomes of some mutants, and of the module as it is."""
    for name in HEAVY:
        importlib.import_module(name)
    text = (ROOT / path_of(module)).read_text("utf-8")
    every, begins = mutants(text), statements(text)
    start = time.monotonic()
    known = forked(lambda: covered(module, tests), 600, folder)
    took = time.monotonic() - start
    print(json.dumps({"of": len(every), "code": known and known["code"], "seconds": round(took, 1)}), flush=True)
    if not known or known["code"]:
        return
    limit = min(max(LEAST_SECONDS, 3 * took), MOST_SECONDS)
    quick = sorted(known["seconds"], key=known["seconds"].__getitem__)[:20]
    same = forked(lambda: mutated(module, ast.unparse(ast.parse(text)), quick), limit, folder)
    print(json.dumps({"same": verdict(same)}), flush=True)
    for number in chosen_of(len(every), share):
        one = every[number]
        # a line that runs as the module is imported is every test's
        at = str(one.line if str(one.line) in known["lines"] else begins[one.line])
        through = known["lines"].get(at) or known["seconds"]
        some = sorted(through, key=lambda test: known["seconds"].get(test, 0))
        found = "unreached"
        if at in known["lines"]:
            source = one.source()
            found = verdict(forked(lambda s=source, t=some: mutated(module, s, t), limit, folder))
        code = text.splitlines()[one.line - 1].strip()
        print(json.dumps({"line": one.line, "code": code, "change": one.change, "found": found}), flush=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    main(given["module"], given["tests"], given["share"], Path(given["folder"]))
