"""Pages of docs whose Python, commands and files are run, and must print what they show; REWRITE=1 renews them."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from news_dataset.cli import main
from tests.conftest import ROOT

WRITTEN = ("csv", "brat", "conll", "json", "jsonl", "yml")
BLOCKS = re.compile(rf"```(python|console|diff|yaml|{'|'.join(WRITTEN)})\n(.*?)```(?:\n```text\n(.*?)```)?", re.DOTALL)
FILE = re.compile(r"^# (\S+)\n", re.MULTILINE)


def printed(command: str) -> str:
    """Return what news-dataset, cat, cp -r, mkdir -p or rm -r prints, as ``head -n`` or ``tail -n`` cuts it."""
    out = io.StringIO()
    first, *more = command.split(" | ")
    program, *operands = shlex.split(first)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        if program == "news-dataset":
            main(operands)
        elif program == "cp":
            assert operands[0] == "-r"
            for name in operands[1:-1]:
                copied = Path(operands[-1], Path(name).name)
                shutil.copytree(name, copied, dirs_exist_ok=True) if Path(name).is_dir() else shutil.copy(name, copied)
        elif program == "mkdir":
            assert operands[0] == "-p"
            for name in operands[1:]:
                Path(name).mkdir(parents=True, exist_ok=True)
        elif program == "rm":
            assert operands[0] == "-r"
            for name in operands[1:]:
                shutil.rmtree(name)
        else:
            assert program == "cat", program
            print("".join(Path(name).read_text("utf-8") for name in operands), end="")
    lines = out.getvalue().splitlines(keepends=True)
    for one in more:
        end, _, number = one.split(" ")
        lines = {"head": lines[: int(number)], "tail": lines[-int(number) :]}[end]
    return "".join(lines)


def done(kind: str, code: str, names: dict[str, Any]) -> str:
    """Do what a block says, and return what it prints; what is shown as YAML is in its file."""
    out = io.StringIO()
    if kind in (*WRITTEN, "diff", "yaml"):
        _, *parts = FILE.split(code)
        for name, words in zip(parts[::2], parts[1::2], strict=True):
            before = "" if kind in WRITTEN else Path(name).read_text("utf-8")
            if kind == "yaml":
                assert words in before, f"{name} has not:\n{words}"
                continue
            for old, new in re.findall(r"^-(.*)\n\+(.*)\n", words, re.MULTILINE) if kind == "diff" else ():
                assert before.count(old) == 1
                before = before.replace(old, new)
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(before or words, "utf-8")
        return ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        if kind == "python":
            exec(compile(code, "page", "exec"), names)
        for command in re.findall(r"^\$ (.*)$", code, re.MULTILINE) if kind == "console" else ():
            print(f"$ {command}")
            print(printed(command), end="")
    return out.getvalue()


def printed_by(code: str) -> str:
    """Return what some Python prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "page", "exec"), {})
    return out.getvalue()


def assert_is_what_happens(name: str) -> None:
    """Run a page in the working folder, and compare what is printed to the character."""
    path, names = ROOT / "docs" / name, dict[str, Any]()
    page = path.read_text("utf-8")
    assert page.count("```") == sum(4 if block[3] is not None else 2 for block in BLOCKS.finditer(page))

    def shown(block: re.Match[str]) -> str:
        kind, code, _ = block.groups()
        found = done(kind, code, names)
        if kind == "console":
            return f"```console\n{found}```"
        return f"```{kind}\n{code}```" + (f"\n```text\n{found}```" if found else "")

    assert_current(path, BLOCKS.sub(shown, page))


def assert_shows(path: Path, outputs: Iterable[tuple[str, str]]) -> None:
    """Compare the lines that a page shows, from top to bottom, with those that are printed now."""
    done, rest = "", path.read_text("utf-8")
    for shown, printed in outputs:
        before, found, rest = rest.partition(f"\n{shown}") if shown else ("", "no line", rest)
        assert found, f"{path} does not show:\n{shown}"
        done += f"{before}\n{printed}" if shown else printed
    assert_current(path, done + rest)


def assert_current(path: Path, page: str) -> None:
    """Compare a page with what it would be if it showed what happens now; REWRITE=1 writes that."""
    if "REWRITE" in os.environ:
        path.write_text(page, "utf-8")
    assert page.splitlines() == path.read_text("utf-8").splitlines()
