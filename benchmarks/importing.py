"""A corpus of 1,000 brat documents, imported, validated and built: ``python -m benchmarks.importing``.

The documents are invented; each has 25 statements with source, cue and content, and an emoji before each of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.results import put

PAGE = Path(__file__).with_name("RESULTS.md")
STATEMENTS = 25
"""In a document."""

SECONDS, MIB = 60, 500
"""The goals: for all three together, and for each."""


def main() -> int:
    """Measure, print the section of the page, and write it with ``--write``; fail where a goal is missed."""
    known = argparse.ArgumentParser(
        prog="python -m benchmarks.importing", description=(__doc__ or "").partition("\n")[0]
    )
    known.add_argument("--size", type=int, default=1_000, help="how many documents (default: 1000)")
    known.add_argument("--write", action="store_true", help="write the figures into benchmarks/RESULTS.md")
    options = known.parse_args()
    with TemporaryDirectory() as folder:
        write_corpus(Path(folder) / "corpus", options.size)
        commands = {
            "import": ["import", "--from", "brat", "corpus", "new"],
            "validate": ["validate", "--text", "new/texts", "new"],
            "build": ["build", "new"],
        }
        found = {name: measured(command, Path(folder)) for name, command in commands.items()}
    text = section(found, options.size)
    print(text)
    if options.write:
        put(PAGE, text, "make bench-import")
    is_met = sum(seconds for seconds, _ in found.values()) <= SECONDS and all(mib <= MIB for _, mib in found.values())
    return 0 if is_met else 1


def write_corpus(folder: Path, documents: int) -> None:
    """Write invented documents in brat stand-off into a new folder."""
    folder.mkdir(parents=True)
    for number in range(documents):
        text, marks = "", []
        for at in range(STATEMENTS):
            words = f"🙂 The mayor of Port Example said on day {number} of {at} that the harbour would open soon.\n"
            start, first = len(text), 3 * at + 1
            text += words
            parts = {"Person": "The mayor of Port Example", "Cue": "said", "Statement": "the harbour would open soon"}
            for index, (kind, part) in enumerate(parts.items()):
                place = start + words.index(part)
                marks.append(f"T{first + index}\t{kind} {place} {place + len(part)}\t{part}")
            marks.append(f"E{at + 1}\tStatement:T{first + 2} Source:T{first} Cue:T{first + 1}")
        (folder / f"doc{number:04d}.txt").write_text(text, "utf-8")
        (folder / f"doc{number:04d}.ann").write_text("\n".join(marks) + "\n", "utf-8")


def measured(arguments: list[str], folder: Path) -> tuple[float, float]:
    """Return the seconds and the peak of memory, in MiB, that a command takes.

    Raises:
        SystemExit: the command fails.
    """
    start = time.monotonic()
    command = [sys.executable, "-m", "news_dataset", *arguments]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with {process.returncode}")
    return time.monotonic() - start, _mib(usage)


def _mib(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def section(found: dict[str, tuple[float, float]], documents: int) -> str:
    """Return the section of the page."""
    total = sum(seconds for seconds, _ in found.values())
    lines = [
        "## Import of a corpus (`make bench-import`)",
        "",
        f"{date.today():%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} processors. "
        f"{documents:,} invented brat documents, {documents * STATEMENTS:,} statements; goals {SECONDS} s together, "
        f"{MIB} MiB each.",
        "",
        "| | seconds | MiB |",
        "|---|---|---|",
        *(f"| {name} | {seconds:.1f} | {mib:.0f} |" for name, (seconds, mib) in found.items()),
        f"| together | {total:.1f} | |",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
