"""Standard output and error of a command, which may be absent, closed, full, or read by nobody; and what ends it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any


@contextmanager
def usable_streams() -> Iterator[None]:
    """Make standard output and error streams that can be written to, for the time of a command.

    Windowed programs have none, ``>&-`` closes them, and programs that call the command may have closed theirs: what is
    printed there is for nobody, and neither the work nor its exit code depends on it.
    """
    _fill_descriptors()
    given = sys.stdout, sys.stderr
    with ExitStack() as stack:
        sys.stdout, sys.stderr = (stack.enter_context(_usable(stream)) for stream in given)
        try:
            yield
        finally:
            _settle(sys.stdout)
            _settle(sys.stderr)
            sys.stdout, sys.stderr = given


@contextmanager
def signals_raised() -> Iterator[list[signal.Signals]]:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does: what it was writing goes, with locks and temporary files.

    Yields the signals that came: libraries make errors of their own of what is raised.
    """
    came: list[signal.Signals] = []

    def end(number: int, _: object) -> None:
        came.append(signal.Signals(number))
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    is_main = threading.current_thread() is threading.main_thread()
    # what a program handles itself, or nohup ignores, stays so
    ours = [number for number in numbers if is_main and signal.getsignal(number) == signal.SIG_DFL]
    for number in ours:
        signal.signal(number, end)
    try:
        yield came
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def quiet_finalizers() -> Iterator[None]:
    """Say nothing of files that cannot be closed when their objects go: the error that led to it is reported."""
    given = sys.unraisablehook
    sys.unraisablehook = lambda found: None if isinstance(found.exc_value, OSError) else given(found)
    try:
        yield
    finally:
        sys.unraisablehook = given


def _fill_descriptors() -> None:
    """Open what is closed of the descriptors 0 to 2: the next file would get the number, and be printed into."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


@contextmanager
def _usable(stream: Any) -> Iterator[Any]:
    if stream is None or getattr(stream, "closed", False):
        with open(os.devnull, "w", encoding="utf-8") as nobody:
            yield nobody
        return
    if hasattr(stream, "reconfigure"):  # names in other scripts must not depend on the locale
        with suppress(OSError):  # it writes what waits; if that fails, so does the next line, which says so
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    yield stream


def flush(stream: Any) -> None:
    """Write what waits in a stream; one that programs put in its place may know only ``write``."""
    if hasattr(stream, "flush"):
        stream.flush()


def _settle(stream: Any) -> None:
    """Lead a stream that cannot be written to away: the interpreter would complain at its end, with its own code."""
    try:
        flush(stream)
    except (OSError, ValueError):
        with suppress(OSError, ValueError, AttributeError):
            nobody = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nobody, stream.fileno())
            os.close(nobody)


def is_terminal(stream: Any) -> bool:
    """Return whether somebody looks at a stream."""
    return bool(getattr(stream, "isatty", bool)())
