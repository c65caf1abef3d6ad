"""Every change of the disk fails in turn, in every command that writes: the old state or the new one, to the byte."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.trust.faulty import Faulty, shim
from tests.trust.harness import Harness, Outcome
from tests.trust.states import Case
from tests.trust.writers import NAIVE, WRITERS, Writer

MAIN = ("no space", "I/O error", "killed")
FURTHER = ("full from here", "read-only from here", "SIGTERM", "SIGINT")
_MANY = 600  # changes beyond which each fails in one way of three, and not in all three
_LEAST = 0.1  # the share of the points of a writer that is tried at the least, of as few writers as the share says
_CONTROL = 0.9  # of the points of the writer in place, in which a mix is to be found


def points(case: Case, share: float) -> Iterator[tuple[str, int]]:
    """Yield the ways to fail and the number of the change that fails, for a writer.

    All changes fail in each main way, or where there are many in one of them in turn; and in a further way in turn. Of
    more than four writes in a row some are left out.
    """
    number, every = len(case.changes), case.writer.every
    all_points = [at for at in range(1, number + 1) if not _is_within_writes(case.changes, at)][::every]
    some = random.Random(number).sample(range(len(all_points)), max(1, round(share * len(all_points))))
    for turn, at in ((turn, all_points[turn]) for turn in sorted(some)):
        yield from ((kind, at) for kind in (MAIN if number <= _MANY else MAIN[turn % 3 :][:1]))
        if number <= _MANY or turn % 4 == 0:
            kind = FURTHER[turn % 4 if number <= _MANY else turn // 4 % 4]
            needs_space = case.changes[at - 1] in "owmt"
            is_function = case.writer.words[0].startswith(":")  # which leaves SIGTERM to the program
            if (kind != "full from here" or needs_space) and not (kind == "SIGTERM" and is_function):
                yield kind, at


def _is_within_writes(changes: str, at: int) -> bool:
    """Return whether the two changes before and the two after are writes, too; of these each tenth is enough."""
    return changes[max(0, at - 3) : at + 2] == "w" * 5 and at % 10 != 0


def run(share: float, folder: Path) -> Outcome:
    """Try all writers, each in a process of its own folder, and then the control."""
    is_light = share < _LEAST
    library, workers = shim(folder), 1 if is_light else os.cpu_count() or 1
    names = [*WRITERS][: -(-len(WRITERS) * min(100, round(share * 1000)) // 100)]
    free: SimpleQueue[Faulty] = SimpleQueue()
    kinds: Counter[str] = Counter()

    def attempt(name: str, writer: Writer, share: float) -> list[tuple[str, str, int, list[str]]]:
        faulty = free.get()
        try:
            case = Case.of(writer, folder / "templates" / name, faulty)
            return [(name, kind, at, case.faults(faulty, kind, at)) for kind, at in points(case, share)]
        finally:
            free.put(faulty)

    processes = [Faulty(library, folder / f"worker-{number}", is_light=is_light) for number in range(workers)]
    for one in processes:
        free.put(one)
    some = 1.0 if share == 1 else max(share, _LEAST)
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(attempt, name, WRITERS[name], some) for name in reversed(names)]
        control = pool.submit(attempt, "naive", NAIVE, some)
        found = [one for job in jobs for one in job.result()]
        naive = [one for one in control.result() if one[1] in MAIN]
    for one in processes:
        one.close()
    kinds.update(kind for _, kind, _, _ in found)
    failures = [f"{name}: {line}" for name, _, _, wrong in found for line in wrong]
    bad = sum(any("a mix" in line for line in wrong) for _, _, _, wrong in naive)
    if bad < _CONTROL * len(naive):
        failures.append(f"the control was found in {bad} of {len(naive)} points only")
    ways = ", ".join(f"{kind} {kinds[kind]:,}" for kind in (*MAIN, *FURTHER))
    return Outcome(len(found), failures, f"writing in place: a mix in {bad} of {len(naive)} points ({ways})")


HARNESS = Harness(
    "A write, fsync, rename, open, close, unlink or mkdir that fails, or a kill there, leaves the old or the new state",
    run,
)
