"""Millions of records beside the commit before and other programs: ``python -m benchmarks``, as ``make bench`` runs it.

Every measurement is a fresh process; processes take turns round by round, so that a slow moment of the machine hits
all alike. Environments and files are kept in ``.bench``. What was measured of this commit is kept too, so that a run
which was stopped goes on where it was; ``--again`` measures anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.contest import GROUPS
from benchmarks.data import Data
from benchmarks.environments import BEFORE, HOME, ROOT, Sides, here, made, say
from benchmarks.goals import size_of_code
from benchmarks.race import Race
from benchmarks.results import figures, put, section

SHOWN = ("duckdb", "polars", "dataframely", "pyarrow", "jsonschema-rs", "orjson")


def arguments(given: list[str] | None) -> argparse.Namespace:
    """Return the arguments."""
    known = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    groups = ", ".join(GROUPS)
    known.add_argument("groups", nargs="*", metavar="GROUP", help=f"any of {groups} (default: all but growth)")
    known.add_argument("--size", type=float, default=1e6, help="how many statements (default: 1e6)")
    known.add_argument("--rounds", type=int, default=3, help="how often each is run (default: 3)")
    known.add_argument("--growth", action="store_true", help="ten times as much too: an hour more, and 40 GB on disk")
    known.add_argument("--again", action="store_true", help="measure anew what has been measured")
    known.add_argument("--profile", action="store_true", help="print where this package's time goes, measure nothing")
    known.add_argument("--home", type=Path, default=HOME / BEFORE, help="where files are kept (default: in .bench)")
    known.add_argument("--share", type=float, default=0.001, help="of faults, where there are any (default: 0.001)")
    known.add_argument("--here", action="store_true", help="this Python and checkout for every side")
    found = known.parse_args(given)
    if unknown := [name for name in found.groups if name not in GROUPS]:
        known.error(f"there is no group {unknown[0]}; there are {groups}")
    return found


def main(given: list[str] | None = None) -> int:
    """Measure, print the figures and goals, and write the page if everything was measured at full size."""
    options = arguments(given)
    size, commit = int(options.size), _commit()
    names = options.groups or [name for name in GROUPS if name != "growth"]
    names += ["growth"] if options.growth and "growth" not in names else []
    sides = here() if options.here else made()
    race = Race(sides, Data(options.home / "data" / str(size), size, options.share, sides), options.rounds,
                options.profile)  # fmt: skip
    kept = options.home / f"results-{size}-{commit}.json"
    is_kept = kept.exists() and not options.again and not commit.endswith("dirty")
    groups: dict[str, Any] = json.loads(kept.read_text("utf-8")) if is_kept else {}
    for name in names:
        if name in groups and not options.profile:
            say(f"[{name}] measured before; --again measures it anew")
            continue
        groups[name] = race.run(GROUPS[name])
        if not options.profile:
            kept.write_text(json.dumps(groups, indent=1), "utf-8")
    if options.profile:
        return 0
    runs = {one: took for name in GROUPS for one, took in groups.get(name, {}).items()}
    about = f"{size:,} invented statements with all that belongs to them; {_machine(sides, commit)}"
    state = {"size": size, "about": about, "rounds": options.rounds}
    state["runs"] = runs | dict(size_of_code(ROOT / "news_dataset"))
    print(figures(state), section(state), sep="\n\n")
    if size >= 1_000_000 and not options.groups:
        put(ROOT / "benchmarks" / "RESULTS.md", section(state))
    return 0


def _commit() -> str:
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip() or "no commit"


def _machine(sides: Sides, commit: str) -> str:
    code = (
        "import sys\nfrom importlib.metadata import PackageNotFoundError, version\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(name, version(name))\n"
        "    except PackageNotFoundError: pass"
    )
    asked = [sides.python("peers"), "-c", code, *SHOWN]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join([f"Python {platform.python_version()}", *said])
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {memory:.0f} GiB"
    return f"commit {commit} against {BEFORE}; {date.today()}; {machine}; {versions}"


if __name__ == "__main__":
    sys.exit(main())
