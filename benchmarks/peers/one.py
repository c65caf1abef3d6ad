"""Runs one function of one peer: ``python -m benchmarks.peers.one MODULE:FUNCTION PATH ABOUT OUT``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    module, _, function = sys.argv[1].partition(":")
    print(getattr(import_module(f"benchmarks.peers.{module}"), function)(*map(Path, sys.argv[2:])))
