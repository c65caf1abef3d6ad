"""A command that interrupts itself while it works: when does not depend on how busy the machine is."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tests.conftest import ROOT

_CODE = """
import os, signal, sys, threading, time

def interrupt(end):
    while time.process_time() < end:
        time.sleep(0.005)
    os.kill(os.getpid(), signal.SIGINT)

def begin(event, _, begun=[]):
    if event == "tempfile.mkdtemp" and not begun:
        begun.append(event)
        threading.Thread(target=interrupt, args=[time.process_time() + {spent}], daemon=True).start()

sys.addaudithook(begin)
from news_dataset.cli import main
sys.exit(main(sys.argv[1:]))
"""


def interrupted(spent: float, *words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command that gets SIGINT after seconds of its own CPU time since it made its first temporary folder."""
    run = [sys.executable, "-c", _CODE.format(spent=spent), *map(str, words)]
    return subprocess.run(run, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False, **options)
