"""Run the command ``news-dataset``; only this package prints and exits."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from news_dataset.cli.streams import flush, quiet_finalizers, signals_raised, usable_streams
from news_dataset.errors import IntegrityError, NewsDatasetError
from news_dataset.filesystem import LAST_WRITTEN

_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: the arguments after ``news-dataset``; None for those of the process.

    Returns:
        0 ok, 1 the data is invalid, 2 usage, 3 refused as unsafe or over a limit, 4 integrity, 5 environment (disk,
        permission, lock), 70 a bug of this package; 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # Arrow's own pool keeps 200 MiB of unused memory
    with usable_streams(), quiet_finalizers(), signals_raised() as received:
        code = _run(arguments)
        if code != _INTERRUPTED:
            return code
        state = f" after it wrote to {LAST_WRITTEN[0]}" if LAST_WRITTEN else "; nothing was written"
        cause, code = (f"ended by {received[0].name}", 128 + received[0]) if received else ("interrupted", code)
        return _print_error(f"{cause}{state}", code)


def _run(arguments: Sequence[str] | None) -> int:
    """Run a command; print any error as a line or a report, and return the exit code."""
    LAST_WRITTEN.clear()
    try:
        from news_dataset.cli.arguments import parse
        from news_dataset.cli.output import warnings_told

        options = parse(arguments)
        with warnings_told():
            code = int(options.run(options))
        flush(sys.stdout)
        return code
    except NewsDatasetError as error:
        following = error.following if isinstance(error, IntegrityError) else ""
        return _print_report(error) or _print_error(str(error), error.exit_code, following)
    except FileNotFoundError as error:
        return _print_error(str(error), 2 if error.errno is None else 5)  # 2: raised by this package, for an argument
    except BrokenPipeError:
        return 5  # the reader of standard output has gone
    except OSError as error:
        return _print_error(f"{error.filename or 'the system'}: {error.strerror or error}", 5)
    except MemoryError:
        return _print_error("there is not enough memory for this input", 3)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the last resort: one line, and an exit code of its own)
        if _is_caused_by_interrupt(error):
            return _INTERRUPTED
        return _print_error(f"a bug of news-dataset: {_summary(error)}", 70, "please report it")


def _is_caused_by_interrupt(error: BaseException | None) -> bool:
    """Return whether a library turned a KeyboardInterrupt into this error."""
    while error and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _print_report(error: NewsDatasetError) -> int:
    """Print the report of an error, and return its exit code; 0 if it has no report."""
    from news_dataset.cli.output import put
    from news_dataset.issues import Report
    from news_dataset.reporters import text

    if not isinstance(error.report, Report):
        return 0
    put(text(error.report))
    return error.exit_code


def _summary(error: Exception) -> str:
    """Return type, place and message of an error in one line."""
    from pathlib import Path
    from traceback import extract_tb

    place = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {error}"


def _print_error(message: str, code: int, following: str = "") -> int:
    """Print a message on standard error, with what to do next, and return *code*."""
    from news_dataset.cli.output import tell

    with suppress(OSError):  # standard error may be closed; the exit code remains
        for line in message.splitlines():
            tell(f"news-dataset: {line}")
        if following:
            tell(f"next: {following}")
    return code
