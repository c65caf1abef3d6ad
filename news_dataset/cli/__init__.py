"""The command ``news-dataset``: the only place that prints and exits."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress

from news_dataset.cli.arguments import parser
from news_dataset.cli.streams import flush, quiet_finalizers, signals_raised, usable_streams
from news_dataset.errors import IntegrityError, NewsDatasetError
from news_dataset.filesystem import LAST_WRITTEN

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: the words after ``news-dataset``; those of the process where absent.

    Returns:
        0 ok, 1 the data is invalid, 2 usage, 3 refused as unsafe or over a limit, 4 integrity, 5 environment (disk,
        permission, lock), 70 a bug of this package; 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # Arrow's own pool keeps 200 MiB that nobody uses
    with usable_streams(), quiet_finalizers(), signals_raised() as came:
        code = _run(parser().parse_args(arguments))
        if code != _INTERRUPTED:
            return code
        state = f" after it wrote to {LAST_WRITTEN[0]}" if LAST_WRITTEN else "; nothing was written"
        cause, code = (f"ended by {came[0].name}", 128 + came[0]) if came else ("interrupted", code)
        return _complain(f"{cause}{state}", code)


def _run(options: Namespace) -> int:
    """Run a command; every error becomes a line and an exit code."""
    from news_dataset.cli.output import warnings_told

    LAST_WRITTEN.clear()
    try:
        with warnings_told():
            code = int(options.run(options))
        flush(sys.stdout)
        return code
    except NewsDatasetError as error:
        following = error.following if isinstance(error, IntegrityError) else ""
        return _report(error) or _complain(str(error), error.exit_code, following)
    except FileNotFoundError as error:
        return _complain(str(error), 2 if error.errno is None else 5)
    except BrokenPipeError:
        return 5  # whoever read has gone
    except OSError as error:
        return _complain(f"{error.filename or 'the system'}: {error.strerror or error}", 5)
    except MemoryError:
        return _complain("there is not enough memory for this input", 3)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the last resort: one line, and an exit code of its own)
        return _interrupted(error) or _complain(f"a bug of news-dataset: {_described(error)}", 70, "please report it")


def _interrupted(error: BaseException | None) -> int:
    """Return the exit code of an interruption that a library made an error of its own from; 0 if there was none."""
    while error and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return _INTERRUPTED if error else 0


def _report(error: NewsDatasetError) -> int:
    """Print the report that came with an error, and return its exit code; 0 where none came."""
    from news_dataset.cli.output import put
    from news_dataset.issues import Report
    from news_dataset.reporters import text

    if not isinstance(error.report, Report):
        return 0
    put(text(error.report))
    return error.exit_code


def _described(error: Exception) -> str:
    from pathlib import Path
    from traceback import extract_tb

    place = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {error}"


def _complain(message: str, code: int, following: str = "") -> int:
    from news_dataset.cli.output import tell

    with suppress(OSError):  # where nobody can read it, the exit code says it
        for line in message.splitlines():
            tell(f"news-dataset: {line}")
        if following:
            tell(f"next: {following}")
    return code
