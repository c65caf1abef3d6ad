"""Builds and imports are killed at random times: the old state or the new one, and nothing is left after the next."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.trust.faulty import Faulty, Run, shim
from tests.trust.harness import Harness, Outcome
from tests.trust.states import Case
from tests.trust.writers import NAIVE_SLOW, WRITERS

_KILLS = 500
_WRITERS = ("build again", "import", "import into a dataset", "build")
_LIGHT = ("import",)
_LEAST = 0.1  # the share from which on builds are killed, too
_CONTROL = 20
_SAFETY = 1.1  # how many times as long as a run takes the kill may wait


def killed(case: Case, faulty: Faulty, seconds: float) -> tuple[Run, list[str]]:
    """Run a writer that is killed after some seconds; return how it ended, and what is wrong then."""
    faulty.prepare(case.template)
    done = faulty.run(case.writer.words, kill_after=seconds)
    wrong = case.wrong(faulty, "killed", done, done.code == -9)
    return done, [f"{' '.join(case.writer.words)} killed after {seconds:.3f} s: {one}" for one in wrong]


def attempts(faulty: Faulty, case: Case, number: int, seed: str) -> list[tuple[Run, list[str]]]:
    """Kill a writer some times, at any moment of its run."""
    faulty.prepare(case.template)
    longest = faulty.run(case.writer.words).seconds * _SAFETY
    chance = random.Random(seed)
    return [killed(case, faulty, chance.uniform(0, longest)) for _ in range(number)]


def run(share: float, folder: Path) -> Outcome:
    """Kill each of some writers, and then the control."""
    names = _WRITERS if share >= _LEAST else _LIGHT
    library, workers = shim(folder), min(len(names), os.cpu_count() or 1)
    number = round(_KILLS * share) // len(names)

    def work(worker: int) -> tuple[list[tuple[Run, list[str]]], list[tuple[Run, list[str]]]]:
        faulty = Faulty(library, folder / f"worker-{worker}", is_light=names is _LIGHT)
        try:
            found: list[tuple[Run, list[str]]] = []
            for name in names[worker::workers]:
                case = Case.of(WRITERS[name], folder / "templates" / name, faulty)
                found += attempts(faulty, case, number, name)
            naive: list[tuple[Run, list[str]]] = []
            if not worker:
                case = Case.of(NAIVE_SLOW, folder / "templates" / "naive", faulty)
                naive = attempts(faulty, case, _CONTROL, "naive")
            return found, naive
        finally:
            faulty.close()

    with ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(work, range(workers)))
    found, naive = [one for some, _ in results for one in some], results[0][1]
    failures = [line for _, wrong in found for line in wrong]
    killed_runs, killed_naive = (sum(done.code == -9 for done, _ in some) for some in (found, naive))
    bad = sum(any("a mix" in line for line in wrong) for _, wrong in naive)
    if bad < killed_naive / 2 or not killed_naive:
        failures.append(f"the control was found in {bad} of {killed_naive} kills only")
    return Outcome(
        len(found),
        failures,
        f"writing in place: a mix after {bad} of {killed_naive} kills ({killed_runs} were in time)",
    )


HARNESS = Harness("A build or import that is killed at any time leaves the old or the new state", run, 0.03)
