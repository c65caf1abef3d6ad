"""Millions of records, side by side with peers and limits: ``python -m benchmarks.scale`` from the root of a checkout.

Every measurement is a fresh process; contestants take turns round by round, so that a slow moment of the machine hits
all alike. A group that is done is kept, so that a run which was stopped goes on where it was; ``--again`` measures
anew. Peers and this package run in one environment, made of ``peers/requirements.txt`` below ``.bench``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.contest import GROUPS
from benchmarks.made import ROOT, SHARE, Data, say
from benchmarks.race import Race
from benchmarks.results import put, section

HOME = ROOT / ".bench"
PINNED = ROOT / "benchmarks" / "peers" / "requirements.txt"
SHOWN = ("polars", "pyarrow", "pydantic", "pandas", "pandera", "dataframely", "pointblank", "duckdb", "jsonschema-rs",
         "fastjsonschema", "msgspec", "orjson", "jsonschema", "frictionless", "check-jsonschema")  # fmt: skip


def environment() -> str:
    """Return the interpreter of the environment of the peers, made anew where what is pinned has changed."""
    place = HOME / f"python-{sha256(PINNED.read_bytes()).hexdigest()[:12]}"
    python = str(place / "bin" / "python")
    if not (place / "installed").exists():
        say("peers: installing")
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run([*pip, "--requirement", str(PINNED)], check=True)
        (place / "installed").touch()
    return python


def machine(python: str) -> str:
    """Return the machine and the versions in words."""
    code = (
        "import sys, json\nfrom importlib.metadata import PackageNotFoundError, version\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(name, version(name))\n"
        "    except PackageNotFoundError: pass"
    )
    said = subprocess.run([python, "-c", code, *SHOWN], capture_output=True, text=True, check=True).stdout
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join([f"Python {platform.python_version()}", *said.splitlines()])
    return f"{os.cpu_count()} cores, {platform.machine()}, {memory:.0f} GiB; {versions}"


def arguments(given: list[str] | None) -> argparse.Namespace:
    """Return the arguments."""
    known = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").partition("\n")[0])
    known.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"any of {', '.join(GROUPS)} (default: all but growth)"
    )
    known.add_argument("--size", type=float, default=1e6, help="how many statements (default: 1e6)")
    known.add_argument("--rounds", type=int, default=3, help="how often each is run (default: 3)")
    known.add_argument("--faults", type=float, default=SHARE, help="their share where there are any (default: 0.001)")
    known.add_argument(
        "--growth", action="store_true", help="ten times as much, too: half an hour more, and 40 GB on disk"
    )
    known.add_argument("--again", action="store_true", help="measure anew what has been measured")
    known.add_argument("--data", type=Path, help="where the files are made, and kept (default: below .bench, deleted)")
    known.add_argument("--results", type=Path, help="the page (default: RESULTS.md from 1e6 on, else none)")
    known.add_argument("--installed", action="store_true", help="this Python, and only the peers that it has")
    found = known.parse_args(given)
    if unknown := [name for name in found.groups if name not in GROUPS]:
        known.error(f"there is no group {unknown[0]}; there are {', '.join(GROUPS)}")
    return found


def main(given: list[str] | None = None) -> int:
    """Measure, print the page, and put it into RESULTS.md."""
    options = arguments(given)
    size = int(options.size)
    names = options.groups or [name for name, group in GROUPS.items() if not group.is_optional]
    names += ["growth"] if options.growth and "growth" not in names else []
    python = sys.executable if options.installed else environment()
    place = options.data or HOME / "data"
    kept = (options.data or HOME) / f"results-{size}.json"
    state: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {"groups": {}}
    state |= {"size": size, "about": machine(python)}
    race = Race(Data(place / str(size), size, options.faults), python, options.rounds)
    for name in names:
        if name in state["groups"] and not options.again:
            say(f"[{name}] measured before, {state['groups'][name]['when']}; --again measures it anew")
            continue
        began = time.perf_counter()
        state["groups"][name] = race.run(GROUPS[name])
        say(f"[{name}] done in {time.perf_counter() - began:.0f} s")
        state["groups"] = {known: state["groups"][known] for known in GROUPS if known in state["groups"]}
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(state, indent=1, ensure_ascii=False), "utf-8")
    text = section(state)
    page = options.results or (ROOT / "benchmarks" / "RESULTS.md" if size >= 1_000_000 else None)
    if page:
        put(page, text)
    if not options.data:
        shutil.rmtree(place, ignore_errors=True)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
