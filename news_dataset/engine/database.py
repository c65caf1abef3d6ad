"""DuckDB databases in memory, with a memory limit and a temporary folder to spill into."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.errors import SetupError, UnsafeInputError, UsageError
from news_dataset.filesystem import scratch
from news_dataset.rules import text_literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_MEMORY = 4 * 2**30
"""The default memory limit in bytes, on a machine with at least twice as much."""

LEAST_MEMORY = 64_000_000
"""The smallest memory limit in bytes; with less, queries fail."""

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([kmgt]i?b|b)", re.IGNORECASE)


@contextmanager
def connected(
    memory: str | None = None, threads: int | None = None, salt: str | None = None
) -> Iterator[DuckDBPyConnection]:
    """Provide an empty database in memory that spills into a temporary folder.

    Args:
        memory: how much this process may use, such as ``1GB``; None for ``default_memory``.
        threads: how many threads to use; None for one per processor.
        salt: hexadecimal digits that the SQL macro ``key`` puts before each text; None for random ones.

    Raises:
        UsageError: *memory* is not a size, or less than 64 MB.
        SetupError: the disk is full, or the temporary folder cannot be written.
        UnsafeInputError: the memory is not enough.
    """
    import duckdb

    size = _parse_size(memory) if memory else default_memory()
    if size < LEAST_MEMORY:
        raise UsageError(f"memory {memory!r} is less than the engine needs, {LEAST_MEMORY // 10**6}MB")
    try:
        with scratch() as folder, duckdb.connect() as database:
            # The rest is for Python, and for rows on their way into the database.
            database.execute(f"SET memory_limit = '{size * 2 // 5 // 2**20}MiB'")
            database.execute(f"SET threads = {threads or os.cpu_count() or 1}")
            database.execute(f"SET temp_directory = {text_literal(str(Path(folder) / 'spill'))}")
            database.execute("SET preserve_insertion_order = false")
            database.execute("ATTACH ':memory:' AS tables (COMPRESS)")
            database.execute("USE tables")
            # The salt prevents texts that are made to share a key. DuckDB's own hash is faster, but will not do: ids
            # that differ in two digits eight places apart share it once in a few hundred times.
            salt = salt or secrets.token_hex(8)
            database.execute(f"CREATE MACRO key(text) AS (md5_number('{salt}' || text) >> 65)::BIGINT")
            yield database
    except duckdb.OutOfMemoryException as error:
        if "No space left" in str(error) or "max_temp_directory_size" in str(error):
            raise SetupError(f"the disk is full: {_first_line(error)}") from error
        more = f"try --memory {2 * size // 10**6}MB"
        raise UnsafeInputError(f"{memory or f'{size // 10**6}MB'} of memory is not enough; {more}") from error
    except (duckdb.IOException, duckdb.FatalException) as error:
        raise SetupError(f"the temporary folder cannot be used: {_first_line(error)}") from error
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # this is how DuckDB reports a KeyboardInterrupt during a query
            raise KeyboardInterrupt from error
        raise


def cursor(database: DuckDBPyConnection) -> DuckDBPyConnection:
    """Open another connection to the same tables, for another thread or a second result."""
    connection = database.cursor()
    connection.execute("USE tables")
    return connection


def memory_limit(database: DuckDBPyConnection) -> int:
    """Return the memory limit of a database in bytes."""
    ((size,),) = database.execute("SELECT current_setting('memory_limit')").fetchall()
    return _parse_size(size)


def default_memory() -> int:
    """Return half of the machine's memory in bytes, at most 4 GiB; 2 GiB where the machine does not say (Windows)."""
    try:
        return min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2, MOST_MEMORY)
    except (ValueError, OSError, AttributeError):
        return MOST_MEMORY // 2


def _parse_size(size: str) -> int:
    """Return a size such as ``512MB`` or ``1.5 GiB`` in bytes.

    Raises:
        UsageError: it is not a size.
    """
    match = _SIZE.fullmatch(size)
    if not match:
        raise UsageError(f"memory {size!r} is not a size; write it as 1GB or 512MB")
    unit = match[2].lower()
    return int(float(match[1]) * (1024 if "i" in unit else 1000) ** " kmgt".index(unit[0].replace("b", " ")))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
