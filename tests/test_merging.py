"""Two people, two branches: git merges statements to a conflict or to what both of them meant, never to a mixture."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from news_dataset.curate import canonical
from news_dataset.records import Statement
from tests.each import each
from tests.test_canonical import written

Work = Callable[[Path], None]
Records = Mapping[str, dict[str, Any]]

WORDS = ("harbour", "ferry", "bridge", "welders", "choir", "café", "storm", "flood", "welcome")
ENVIRONMENT = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | {
    f"GIT_{who}_{what}": "ann@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


def statement(number: int, word: str = "") -> dict[str, Any]:
    """A statement about a word, in the source form; two of them share as much as two of one article do."""
    word = word or WORDS[number]
    digest = f"{len(word)} {word.encode().hex() * 9}"[:18]
    span = f"'{number * 90}-{number * 90 + 40} {digest} 0ae5066b ef46d7cb'"
    return {
        "id": f"statement/port-example/{number:02d}", "kind": "indirect", "claim_type": "fact", "cue": "say",
        "gist": f"The {word} is what the town is proud of.", "speakers": ["person/mira-example"],
        "topics": ["economic"], "evidence": {"content": span, "source 1": span, "cue": span},
    }  # fmt: skip


def path_of(number: int) -> str:
    """The file of a statement."""
    return f"data/curated/statements/port-example/{number:02d}.yaml"


def save(folder: Path, number: int, record: dict[str, Any]) -> None:
    """Write a statement as ``fmt`` does."""
    path = folder / path_of(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical(written(record), Statement), "utf-8")


def add(number: int, word: str = "") -> Work:
    """Add a statement."""
    return lambda folder: save(folder, number, statement(number, word))


def edit(number: int, **fields: Any) -> Work:
    """Change fields of a statement."""
    return lambda folder: save(folder, number, read(folder)[path_of(number)] | fields)


def drop(number: int) -> Work:
    """Delete a statement."""
    return lambda folder: (folder / path_of(number)).unlink()


def both(*works: Work) -> Work:
    """Do one thing after the other."""

    def work(folder: Path) -> None:
        for one in works:
            one(folder)

    return work


def move(old: int, new: int) -> Work:
    """Give a statement another number."""

    def work(folder: Path) -> None:
        record = read(folder)[path_of(old)]
        drop(old)(folder)
        save(folder, new, record | {"id": f"statement/port-example/{new:02d}"})

    return work


def remark(number: int) -> Work:
    """Write a comment above a statement."""

    def work(folder: Path) -> None:
        path = folder / path_of(number)
        path.write_text("# To be discussed.\n" + path.read_text("utf-8"), "utf-8")

    return work


MORE = statement(2)["evidence"] | {"quote": "'9-19 8 252562523e8e894e 0ae5066b ef46d7cb'"}
LESS = {"content": statement(2)["evidence"]["content"]}
SCENARIOS: dict[str, tuple[Work, Work, str]] = {
    "both add a statement": (add(4), add(5), "clean"),
    "both take one number": (add(4, "choir"), add(4, "storm"), "conflict"),
    "both take one number for one statement": (add(4), add(4), "clean"),
    "both take one number, one of them two": (both(add(4, "choir"), add(5)), add(4, "storm"), "conflict"),
    "both take one number beside other work": (both(edit(1, cue="warn"), add(4)), add(4, "flood"), "conflict"),
    "both edit different statements": (edit(1, cue="warn"), edit(2, cue="warn"), "clean"),
    "both edit one field": (edit(2, cue="warn"), edit(2, cue="deny"), "conflict"),
    "both edit one field in one way": (edit(2, cue="warn"), edit(2, cue="warn"), "clean"),
    "both edit one statement, far apart": (edit(2, kind="free_indirect"), edit(2, topics=["cyber"]), ""),
    "both edit one statement, side by side": (edit(2, cue="warn"), edit(2, gist="The ferry is old."), ""),
    "one edits what the other deletes": (edit(2, cue="warn"), drop(2), "conflict"),
    "both delete one": (drop(2), drop(2), "clean"),
    "one adds, one edits the last": (add(4), edit(3, cue="warn"), "clean"),
    "one adds, one deletes the last": (add(4), drop(3), "clean"),
    "one replaces by another, one edits": (both(drop(2), add(4)), edit(2, kind="free_indirect"), ""),
    "one renumbers, one edits": (move(2, 4), edit(2, topics=["cyber"]), ""),
    "both renumber one": (move(2, 4), move(2, 5), "conflict"),
    "one renumbers, one takes the number": (move(2, 4), add(4, "storm"), ""),
    "one splits a statement, one edits it": (both(edit(2, evidence=LESS), add(4)), edit(2, evidence=MORE), "conflict"),
    "both add evidence": (edit(2, evidence=MORE), edit(2, evidence=MORE | {"date 1": MORE["cue"]}), "conflict"),
    "one remarks, one edits": (remark(2), edit(2, topics=["cyber"]), "clean"),
}


def git(folder: Path, *arguments: str) -> int:
    """Run git, and return its exit code."""
    done = subprocess.run(["git", "-C", folder, *arguments], env=ENVIRONMENT, capture_output=True)
    return done.returncode


def commit(folder: Path, work: Work) -> Records:
    """Do something, commit it, and return the records that are there then."""
    work(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Work")
    return read(folder)


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the statements of a folder by their files."""
    files = sorted((folder / "data").rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): yaml.safe_load(path.read_text("utf-8")) for path in files}


def mixed(merged: Records, base: Records, sides: tuple[Records, Records]) -> Iterator[str]:
    """Yield the statements that hold what nobody wrote into them: each field must be that of a side that changed it."""
    for path, record in merged.items():
        was = path if path in base else renumbered(path, base, sides)
        versions = [side.get(path) or side.get(was, {}) for side in sides]
        for name in {*record, *versions[0], *versions[1]}:
            old = base.get(was, {}).get(name)
            changed = [one.get(name) for one in versions if one and one.get(name) != old] or [old]
            if record.get(name) not in changed or (len(changed) == 2 and changed[0] != changed[1]):
                yield f"{path}: {name} is {record.get(name)}"


def renumbered(path: str, base: Records, sides: tuple[Records, Records]) -> str:
    """Return the file in which a statement was before a side gave it another number; else its own."""
    for side in sides:
        for was, record in base.items():
            if path in side and was not in side and side[path] | {"id": ""} == record | {"id": ""}:
                return was
    return path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with three statements."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("base") / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, both(add(1), add(2), add(3)))
    return folder


@each(SCENARIOS)
def test_two_branches_merge_to_a_conflict_or_to_what_both_meant(name: str, base: Path, tmp_path: Path) -> None:
    """Never to a statement with another's words; and two that took one number conflict."""
    ours, theirs, wanted = SCENARIOS[name]
    folder = Path(shutil.copytree(base, tmp_path / "repository"))
    before = read(folder)
    git(folder, "checkout", "-qb", "theirs")
    their_records = commit(folder, theirs)
    git(folder, "checkout", "-q", "main")
    our_records = commit(folder, ours)
    is_clean = git(folder, "merge", "-q", "--no-edit", "theirs") == 0

    assert wanted in ("", "clean" if is_clean else "conflict")
    if is_clean:
        assert list(mixed(read(folder), before, (our_records, their_records))) == []


def test_a_mixed_statement_would_be_noticed(base: Path) -> None:
    """Negative control: a statement with the span of another."""
    before = read(base)
    merged = {**before, path_of(4): statement(4, "choir") | {"evidence": statement(4, "storm")["evidence"]}}
    sides = ({path_of(4): statement(4, "choir")}, {path_of(4): statement(4, "storm")})

    assert list(mixed(merged, before, sides))
    assert not list(mixed({**before, path_of(4): statement(4)}, before, ({path_of(4): statement(4)}, {})))
