"""Nasty inputs: each case of ``cases/*.yaml`` is decided with the right words, soon, in little memory, and harmlessly.

Each runs the command in a process of its own. Looked at: exit code, code and line of an issue, what is said and what
not, that nothing is printed that acts on a terminal or a workflow, no traceback, no signal, no socket, no program
started, no change of any file, two seconds of processor time and 256 MiB above an idle interpreter.
Processor time is that of the command and its children, user and system; other work on the machine hardly changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.trust.harness import Harness, Outcome
from tests.trust.nasty.running import Case, Worker, cases, tried

# Of each guard, what is nasty about the case that must fail without it.
_CONTROLS = {
    "events of YAML": "tags",
    "depth": "nesting without end",
    "duplicate keys": "a key twice at the top",
    "escapes": "values that would act where they are printed",
    "size of files": "files of 50 MB",
    "links": "what is no regular file",
}


def run(share: float, folder: Path) -> Outcome:
    """Try cases, evenly chosen, and then some with a guard switched off."""
    found = cases()
    if missing := {f"S{number:02}" for number in range(1, 43)} - {one.id for one in found}:
        return Outcome(0, [f"no case of {', '.join(sorted(missing))}"], "")
    chosen = found[:: max(1, round(1 / share))]
    with Worker(folder) as worker:
        failures = [line for one in chosen for line in tried(one, worker)]
        blind = [name for name in _CONTROLS if not _is_seen(name, found, worker)] if share == 1 else []
        blind += ["events of YAML"] * (share < 1 and not _is_seen("events of YAML", found, worker))
    failures += [f"without the guard of {name} no case fails" for name in blind]
    many = len(_CONTROLS) if share == 1 else 1
    return Outcome(len(chosen), failures, f"{many - len(blind)} of {many} guards were missed when switched off")


def _is_seen(guard: str, found: Sequence[Case], worker: Worker) -> bool:
    """Return whether one of the first cases of a guard fails while it is switched off."""
    some = [one for one in found if one.name == _CONTROLS[guard]][:8]
    return any(tried(one, worker, off=[guard]) for one in some)


HARNESS = Harness(
    "Hostile and broken input of 42 kinds is refused at its line, soon and in little memory, and harms nothing.",
    run,
    tests_try=0.01,
)
