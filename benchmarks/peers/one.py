"""Runs one function of one peer in this process and prints what it took: ``python -m benchmarks.peers.one JSON``.

JSON names the function (``module:function``), the libraries that it imports and its arguments. Their import is timed
apart. Seconds of the processor are those of all threads and children.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.peers.facts import Found


def cpu() -> float:
    """Return the seconds of the processor so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak() -> float:
    """Return the most memory that this process, or one of its children, has used, in MiB.

    On Linux by VmHWM, since the other figure begins with the memory of whoever started this process.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sys.platform == "darwin":
        return max(own, children) / 2**20
    status = Path("/proc/self/status")
    if status.exists():
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return max(own, children) / 2**10


def main() -> None:
    """Run and print one line of JSON."""
    given: dict[str, Any] = json.loads(sys.argv[1])
    module, _, function = given.pop("run").partition(":")
    began = time.perf_counter()
    for name in given.pop("imports"):
        import_module(name)
    run = getattr(import_module(f"benchmarks.peers.{module}"), function)
    imported = time.perf_counter() - began
    arguments = {name: Path(value) if name in ("path", "facts", "out") else value for name, value in given.items()}
    wall, used = time.perf_counter(), cpu()
    found: Found = run(**arguments)
    took = {"wall": time.perf_counter() - wall, "cpu": cpu() - used, "peak": peak(), "imported": imported}
    print(json.dumps(took | {"records": found.records, "rows": found.rows}))


if __name__ == "__main__":
    main()
