"""What a target of the fuzzing is, and when it has broken its promise."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from traceback import extract_tb
from zlib import crc32

import news_dataset

SECONDS = 2.0
"""How much processor time any input of a few kilobytes may take."""

MEMORY = 256 * 2**20
"""How many bytes the process may grow by while it reads one input."""

_PACKAGE = str(Path(news_dataset.__file__).parent)
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


@dataclass(frozen=True)
class Target:
    """Something that reads bytes which nobody vouches for.

    Args:
        run: reads them; raises only if a promise is broken.
        seeds: returns inputs to begin with.
        executions: the number of inputs that a whole run tries.
        words: texts that mean something to what is read.
    """

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    executions: int
    words: tuple[str, ...] = ()


class BrokenPromiseError(Exception):
    """An input was read, but not as promised."""


def require(condition: object, promise: str) -> None:
    """Raise if a condition does not hold."""
    if not condition:
        raise BrokenPromiseError(promise)


def attempt(run: Callable[[bytes], None], data: bytes) -> str:
    """Run a target; return how its promise was broken, in words that are the same for one fault, or an empty text."""
    begun, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        run(data)
    except Exception as error:  # noqa: BLE001 (what is raised is what is looked for)
        return _signature(error)
    if time.process_time() - begun > SECONDS:
        return f"takes more than {SECONDS:g} s"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most) * _UNIT
    return f"takes more than {MEMORY:,} bytes" if grown > MEMORY else ""


def _signature(error: Exception) -> str:
    """Return the kind of an error, and the function of the package that raised it."""
    if isinstance(error, BrokenPromiseError):
        return str(error)
    frames = extract_tb(error.__traceback__)
    frame = next((one for one in reversed(frames) if one.filename.startswith(_PACKAGE)), frames[-1])
    said = str(error).partition("\n")[0][:80] if isinstance(error, AssertionError) else ""
    return f"{type(error).__name__} in {Path(frame.filename).name}, {frame.name} {said}".rstrip()


@cache
def room() -> Path:
    """Return a temporary folder of this process."""
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def text_of(data: bytes) -> str:
    """Return bytes as text; what is not UTF-8 in them becomes U+FFFD."""
    return data.decode("utf-8", "replace")


def one_in(count: int, data: bytes) -> bool:
    """Return whether an input is of the few that something costly is tried with; the same input always is."""
    return crc32(data) % count == 0
