"""The same records give the same bytes: releases, pages, exports, wheel and sdist, whatever surrounds the build.

Contents are compared, and names; modes follow the umask, as those of every program's files do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.trust.harness import Harness, Outcome

CHILD = Path(__file__).with_name("reproducible_child.py")
AS_NOBODY = (
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)  # fmt: skip
LINES = 2000
"""How many statements the dataset of JSON Lines has."""
USUAL = {
    "HOME": "/root", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "1700000000", "TZ": "UTC",
}  # fmt: skip
LEFT = shutil.ignore_patterns(
    ".git", ".venv", "dist", "build", "__pycache__", ".*_cache", ".hypothesis", ".bench", ".clients", "node_modules"
)


@dataclass(frozen=True)
class Variation:
    """A change of what surrounds a build, and the planted files that must show it."""

    name: str
    shows: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)


def variations() -> list[Variation]:
    """Return them all."""
    with_env = (
        ("time zone east", "zone", {"TZ": "Pacific/Kiritimati"}),
        ("time zone west", "zone", {"TZ": "America/St_Johns"}),
        ("time zone Nepal", "zone", {"TZ": "Asia/Kathmandu"}),
        ("locale C, no UTF-8", "locale", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        ("locale POSIX", "locale", {"LC_ALL": "POSIX"}),
        ("locale Turkish", "locale", {"LC_ALL": "tr_TR.UTF-8"}),
        ("hash seed 1", "seed", {"PYTHONHASHSEED": "1"}),
        ("hash seed 42", "seed", {"PYTHONHASHSEED": "42"}),
        ("hash seed at random", "seed", {"PYTHONHASHSEED": "random"}),
        ("no assertions", "optimize", {"PYTHONOPTIMIZE": "1"}),
        ("no docstrings", "optimize", {"PYTHONOPTIMIZE": "2"}),
        ("no home", "home", {"HOME": "/nowhere"}),
    )
    with_given: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("another user", "user", {"user": True}),
        ("another folder", "folder", {"folder": "elsewhere"}),
        ("a folder with blanks and accents", "folder", {"folder": "a b/é ü/日本"}),
        ("files in another order", "order", {"order": 1}),
        ("files in a third order", "order", {"order": 7}),
        ("umask 077", "mask", {"mask": 0o077}),
        ("umask 000", "mask", {"mask": 0}),
        ("one thread", "threads", {"threads": 1}),
        ("five threads", "threads", {"threads": 5}),
        ("little memory", "memory", {"memory": "256MB"}),
        ("a year later", "day", {"days": 400}),
        ("years before", "day", {"days": -5000}),
        ("another current folder", "cwd", {"cwd": "/"}),
    )
    single = [Variation(name, (shows,), env=env) for name, shows, env in with_env]
    single += [Variation(name, (shows,), given=given) for name, shows, given in with_given]
    user = {"user": True} if can_be_another() else {}
    env = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "9", "HOME": "/nowhere", "PYTHONOPTIMIZE": "2"}
    given = {"order": 3, "mask": 0o077, "threads": 3, "days": 77, "cwd": "/", "folder": "x y", "memory": "300MB"} | user
    shows = (*(name for _, name, _ in with_env), *(name for _, name, _ in with_given if name != "user"), *user)
    return [Variation("all at once", tuple(dict.fromkeys(shows)), env, given), *single]


@cache
def can_be_another() -> bool:
    """Return whether a child may run as another user, who may read what this one reads."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"):
        return False
    command = [*AS_NOBODY, sys.executable, "-c", "import news_dataset, pyarrow"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return not subprocess.run(command, cwd="/", env=env, capture_output=True).returncode


def given_by(share: float, folder: Path) -> dict[str, Any]:
    """Return what every build is given: records and a text, and with all of it also lines and a source tree."""
    records = [folder / "records" / "second-article"]
    shutil.copytree(ROOT / "examples" / "second-article" / "data", records[0] / "data")
    given: dict[str, Any] = {"text": str(ROOT / "examples" / "second-article" / "text.txt")}
    if share >= 1:
        from news_dataset.testing import write_synthetic

        records.append(folder / "records" / "bundled")
        shutil.copytree(ROOT / "data", records[1] / "data", ignore=shutil.ignore_patterns("published"))
        write_synthetic(folder / "lines", LINES, seed=3, form="jsonl")
        (folder / "lines" / "faults.parquet").unlink()
        shutil.copytree(ROOT, folder / "tree", ignore=LEFT)
        given |= {"lines": str(folder / "lines"), "tree": str(folder / "tree")}
    return given | {"records": [str(path) for path in records]}


def outputs(given: dict[str, Any], variation: Variation, folder: Path) -> dict[str, str]:
    """Build under a variation; return the hash of each file, by its path."""
    given = given | variation.given
    if place := given.get("folder"):
        for number, records in enumerate(given["records"]):
            shutil.copytree(records, folder / place / str(number))
        given["records"] = [str(folder / place / str(number)) for number in range(len(given["records"]))]
        if "tree" in given:
            given["tree"] = shutil.copytree(given["tree"], folder / place / "tree", copy_function=shutil.copy)
    out = folder / "out"
    out.mkdir(parents=True)
    out.chmod(0o777)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **USUAL}
    words = json.dumps(given | {"out": str(out)}, default=str)
    command = [*(AS_NOBODY if given.get("user") else ()), sys.executable, str(CHILD), words]
    done = subprocess.run(command, env=env | variation.env, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise AssertionError(f"{variation.name}: {done.stderr.strip()[-300:]}")
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {path.relative_to(out).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def compared(
    first: Callable[[], dict[str, str]], variation: Variation, given: dict[str, Any], folder: Path
) -> tuple[str, list[str]]:
    """Return what differs under a variation, in one line, and which planted files it left as they were."""
    try:
        found = outputs(given, variation, folder)
    except AssertionError as error:
        return str(error), []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    usual = first()
    paths = {path for path in usual.keys() | found.keys() if usual.get(path) != found.get(path)}
    planted = {path for path in paths if path.startswith("planted/")}
    unseen = [f"{variation.name}: {name}" for name in variation.shows if f"planted/{name}" not in planted]
    other = sorted(paths - planted)
    return f"{variation.name}: {len(other)} files differ, as {', '.join(other[:3])}" if other else "", unseen


def run(share: float, _: Path) -> Outcome:
    """Build as usual, and under each variation."""
    # not below the given folder, which other users may not enter
    with tempfile.TemporaryDirectory(prefix="trust-reproducible-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        given = given_by(share, folder)
        every = [one for one in variations() if not one.given.get("user") or can_be_another()]
        chosen: Sequence[Variation] = every[: max(1, round(share * len(every)))]
        with ThreadPool(2) as pool:
            first = pool.apply_async(outputs, (given, Variation("as usual", ()), folder / "usual"))
            found = pool.starmap(
                lambda number, one: compared(first.get, one, given, folder / str(number)), enumerate(chosen)
            )
        usual = first.get()
    unseen = [one for _, some in found for one in some]
    untried = len(variations()) - len(every)
    files = sum(not path.startswith("planted/") for path in usual)
    control = f"{sum(len(one.shows) for one in chosen) - len(unseen)} planted dependencies seen, {len(unseen)} not"
    control += f"; {len(chosen)} variations of {files} files"
    control += f"; {untried} not tried, since nobody else may run here" if untried else ""
    failures = [line for line, _ in found if line] + [f"not seen: {one}" for one in unseen]
    return Outcome(len(chosen) * files, failures, control)


HARNESS = Harness("The same records give the same bytes, whoever builds them, where, and when.", run, tests_try=0.01)
