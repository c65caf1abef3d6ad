"""A disk that is full at some size, and files that may not grow beyond one: exit code 5, and the old state."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.trust.faulty import Faulty, Run, shim
from tests.trust.harness import Harness, Outcome
from tests.trust.states import Case
from tests.trust.writers import NAIVE_LARGE, WRITERS

_SIZES = 64
_ROOM, _PAGE = 64 * 2**20, 4096
_LIGHT = ("import into a dataset",)
_LEAST = 0.1  # the share from which on builds and exports are tried, too
_WRITERS = ("build again", "export to sqlite", "import into a dataset")
Attempt = Callable[[Case, float], Run]


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a file system in memory, which can be made smaller; yield whether that was allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_ROOM},mode=700", "tmpfs", str(folder)]
    is_mounted = not subprocess.run(command, capture_output=True, check=False).returncode
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(folder: Path, size: int) -> None:
    """Give the small disk another size."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True, capture_output=True)


def used(folder: Path) -> int:
    """Return how many bytes of the small disk are in use."""
    about = os.statvfs(folder)
    return (about.f_blocks - about.f_bfree) * about.f_frsize


def on_small_disk(faulty: Faulty, disk: Path) -> Attempt:
    """Return what runs a writer on a disk with a share of the room that it needs."""

    def attempt(case: Case, share: float) -> Run:
        before = used(disk)
        written = [data for name, data in case.new.items() if data and case.old.get(name) != data]
        needed = sum(-(-len(data) // _PAGE) * _PAGE for data in written)
        resize(disk, before + max(_PAGE, round(share * needed)))
        try:
            return faulty.run(case.writer.words)
        finally:
            resize(disk, _ROOM)

    return attempt


def with_small_files(faulty: Faulty) -> Attempt:
    """Return what runs a writer whose files may have a share of the size of the largest."""

    def attempt(case: Case, share: float) -> Run:
        largest = max(len(data or b"") for data in case.new.values())
        return faulty.run(case.writer.words, file_size=max(1, round(share * largest)))

    return attempt


def tried(faulty: Faulty, case: Case, attempt: Attempt, sizes: int) -> tuple[int, list[str]]:
    """Run a writer in rooms of many sizes; return how many were too small, and what was wrong."""
    failed, wrong = 0, list[str]()
    for number in range(sizes):
        faulty.prepare(case.template)
        share = (number + 0.5) / sizes
        done = attempt(case, share)
        failed += done.code != 0
        found = case.wrong(faulty, "full", done, bool(done.code))
        wrong += [f"{' '.join(case.writer.words)} at {share:.0%}: {one}" for one in found]
    return failed, wrong


def run(share: float, folder: Path) -> Outcome:
    """Try both limits with some writers, and with the control."""
    library, sizes = shim(folder), max(2, round(_SIZES * share))
    cases, failures, ways, bad = 0, list[str](), list[str](), 0
    with small_disk(folder / "disk") as is_mounted:
        faulty = Faulty(library, folder / "worker", folder / "disk" / "watched", is_light=share < _LEAST)
        limits = {"files that may not grow": with_small_files(faulty)}
        if is_mounted:
            limits["a full disk"] = on_small_disk(faulty, folder / "disk")
        for name in _WRITERS if share >= _LEAST else _LIGHT:
            case = Case.of(WRITERS[name], folder / "templates" / name, faulty)
            for limit, attempt in limits.items():
                failed, wrong = tried(faulty, case, attempt, sizes)
                cases, failures = cases + sizes, failures + [f"{limit}: {line}" for line in wrong]
                ways.append(f"{name}, {limit}: {failed} of {sizes} too small")
                failures += [] if failed else [f"{name}: {limit} is never too small"]
        naive = Case.of(NAIVE_LARGE, folder / "templates" / "naive", faulty)
        for attempt in limits.values():
            bad += any("a mix" in line for line in tried(faulty, naive, attempt, 4)[1])
        faulty.close()
    if bad < len(limits):
        failures.append(f"the control was found under {bad} of {len(limits)} limits only")
    if not is_mounted:
        ways.append("no file system may be mounted here")
    return Outcome(cases, failures, f"writing in place: a mix under {bad} of {len(limits)} limits ({'; '.join(ways)})")


HARNESS = Harness("A disk that is full, at any size, leaves the old state and ends with exit code 5", run, 0.05)
