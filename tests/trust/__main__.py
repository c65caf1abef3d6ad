"""Runs harnesses whole and prints their table: ``python -m tests.trust [NAME…] [--write] [--share 0.1]``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.trust.harness import NAMES, Outcome, harness

RESULTS = ROOT / "docs" / "trust" / "results.json"
"""The last run of each harness that was kept: ``docs/generate.py`` makes ``docs/trust.md`` of it."""


def main() -> int:
    """Run what was asked for; exit 1 if a promise did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.trust", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all without")
    parser.add_argument("--share", type=float, default=1.0, help="how much of each is tried (default 1: all)")
    parser.add_argument("--write", action="store_true", help=f"keep the results in {RESULTS.name}")
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"no harness is named {', '.join(sorted(unknown))}")
    failed = False
    print(f"{'promise':<16} {'cases':>9} {'failures':>9} {'time':>8}  control", flush=True)
    for name in given.names or NAMES:
        outcome, seconds = run(name, given.share)
        failed |= bool(outcome.failures)
        counts = f"{outcome.cases:>9,} {len(outcome.failures):>9,} {seconds:>7.0f}s"
        print(f"{name:<16} {counts}  {outcome.control}", flush=True)
        for line in outcome.failures[:20]:
            print(f"  {line}", flush=True)
        if given.write:
            keep(name, outcome, round(seconds), given.share)
    return 1 if failed else 0


def keep(name: str, outcome: Outcome, seconds: int, share: float) -> None:
    """Write the figures of a run beside those of the other harnesses."""
    rows = json.loads(RESULTS.read_text("utf-8"))
    rows[name] = {
        "promise": harness(name).promise, "share": share, "cases": outcome.cases, "failures": len(outcome.failures),
        "seconds": seconds, "control": outcome.control,
    }  # fmt: skip
    ordered = {one: rows[one] for one in NAMES if one in rows}
    RESULTS.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", "utf-8")


def run(name: str, share: float) -> tuple[Outcome, float]:
    """Run a harness in a temporary folder of its own; return what it found and how many seconds it took."""
    with tempfile.TemporaryDirectory(prefix=f"trust-{name}-") as folder:
        start = time.monotonic()
        outcome = harness(name).run(share, Path(folder))
        return outcome, time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
