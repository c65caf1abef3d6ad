"""Two builds of one release at the same time: one publishes, the other is refused within a second."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.trust.faulty import Faulty, Run, shim
from tests.trust.harness import Harness, Outcome
from tests.trust.states import Case, tree
from tests.trust.writers import NAIVE, NAIVE_OTHER, WRITERS, Writer

_RACES = 100
_LEAST = 0.1  # the share from which on builds race, and not only the writers of schemas, which hold the same lock
_CONTROL = 10
_MOST = 1.0  # seconds of the processor that a refusal may take: how long these last depends on who else uses it
_REFUSAL = "another build is replacing"


def race(first: Faulty, second: Faulty, writers: tuple[Writer, Writer], at: int) -> tuple[Run, Run]:
    """Start a second writer while the first waits before one of its changes; return how both ended."""
    first.start(writers[0].words, "delay", at)
    begun = time.monotonic()
    while not first.is_delayed and time.monotonic() < begun + 60:
        time.sleep(0.002)
    done = second.run(writers[1].words)
    first.release()
    return first.end(), done


def wrong(case: Case, faulty: Faulty, runs: tuple[Run, Run]) -> list[str]:
    """Return what is wrong after a race of two builds."""
    first, second = runs
    found = [] if tree(faulty.place) == case.new else ["a mix, or something is left"]
    if sorted((first.code, second.code)) != [0, 5]:
        found.append(f"exit codes {first.code} and {second.code}: {first.said} {second.said}")
        return found
    loser = first if first.code else second
    if _REFUSAL not in loser.said:
        found.append(f"refused with other words: {loser.said}")
    if loser is second and loser.worked > _MOST:
        found.append(f"refused after {loser.worked:.1f} s of the processor")
    return found


def run(share: float, folder: Path) -> Outcome:
    """Let builds race, and then the control."""
    library, number = shim(folder), max(2, round(_RACES * share))
    first = Faulty(library, folder / "first", is_light=share < _LEAST)
    second = Faulty(library, folder / "second", is_light=share < _LEAST)
    failures, slowest, chance = list[str](), 0.0, random.Random(0)
    case = Case.of(WRITERS["build again" if share >= _LEAST else "schema again"], folder / "templates" / "build", first)
    second.place = first.place
    for _ in range(number):
        first.prepare(case.template)
        at = chance.randrange(2, len(case.changes) - 3)
        runs = race(first, second, (case.writer, case.writer), at)
        failures += [f"delayed at {at} ({runs[0].at}): {one}" for one in wrong(case, first, runs)]
        slowest = max(slowest, runs[1].worked)
    naive, bad = Case.of(NAIVE, folder / "templates" / "naive", first), 0
    for _ in range(controls := max(2, round(_CONTROL * share))):
        first.prepare(naive.template)
        race(first, second, (NAIVE, NAIVE_OTHER), chance.randrange(5, len(naive.changes) - 5))
        bad += len({(data or b"").split()[0] for name, data in tree(first.place).items() if "/" in name}) > 1
    first.close()
    second.close()
    if bad < controls:
        failures.append(f"the control was found in {bad} of {controls} races only")
    control = f"writing in place: a mix in {bad} of {controls} races (builds refused after {slowest:.2f} s at most)"
    return Outcome(number, failures, control)


HARNESS = Harness("Of two builds at once one publishes, and the other is refused within a second", run, 0.02)
