"""Guard a command against unusable streams, and turn signals into interruptions."""

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
    """Replace standard output and error while a command runs, if they are unusable.

    Windowed programs have none, ``>&-`` closes them, and a program that calls the command may have closed them. Output
    is then discarded, and the work and its exit code are the same.
    """
    _open_standard_descriptors()
    original = sys.stdout, sys.stderr
    with ExitStack() as stack:
        sys.stdout, sys.stderr = (stack.enter_context(_usable(stream)) for stream in original)
        try:
            yield
        finally:
            _flush_or_discard(sys.stdout)
            _flush_or_discard(sys.stderr)
            sys.stdout, sys.stderr = original


@contextmanager
def signals_raised() -> Iterator[list[signal.Signals]]:
    """Turn SIGTERM and SIGHUP into KeyboardInterrupt, so that cleanup runs.

    Yields a list to which the signals are added: a library may turn the KeyboardInterrupt into an error of its own.
    """
    received: list[signal.Signals] = []

    def interrupt(number: int, _: object) -> None:
        received.append(signal.Signals(number))
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    is_main = threading.current_thread() is threading.main_thread()  # only this thread may set handlers
    # a signal that the calling program handles, or nohup ignores, is left alone
    ours = [number for number in numbers if is_main and signal.getsignal(number) == signal.SIG_DFL]
    for number in ours:
        signal.signal(number, interrupt)
    try:
        yield received
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def quiet_finalizers() -> Iterator[None]:
    """Print nothing about an OSError in a finalizer: its cause was reported before."""
    original = sys.unraisablehook
    sys.unraisablehook = lambda failure: None if isinstance(failure.exc_value, OSError) else original(failure)
    try:
        yield
    finally:
        sys.unraisablehook = original


def _open_standard_descriptors() -> None:
    """Open the null device for each closed descriptor from 0 to 2.

    Otherwise the next file that is opened would get the number of standard output, and be printed into.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


@contextmanager
def _usable(stream: Any) -> Iterator[Any]:
    """Yield a stream set to UTF-8 and line buffering; the null device if closed."""
    if stream is None or getattr(stream, "closed", False):
        with open(os.devnull, "w", encoding="utf-8") as null_device:
            yield null_device
        return
    if hasattr(stream, "reconfigure"):  # names in other scripts must not depend on the locale
        with suppress(OSError):  # it flushes the stream; if that fails, so will the next line, which reports it
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    yield stream


def flush(stream: Any) -> None:
    """Flush a stream; a substitute for it may have no method but ``write``."""
    if hasattr(stream, "flush"):
        stream.flush()


def _flush_or_discard(stream: Any) -> None:
    """Flush a stream; if that fails, redirect it to the null device.

    Otherwise the interpreter would print an error at its exit, and change the exit code.
    """
    try:
        flush(stream)
    except (OSError, ValueError):
        with suppress(OSError, ValueError, AttributeError):
            null_device = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null_device, stream.fileno())
            os.close(null_device)


def is_terminal(stream: Any) -> bool:
    """Return whether a stream is a terminal."""
    return bool(getattr(stream, "isatty", bool)())
