"""Commands that lay two datasets side by side: diff, agreement."""

from __future__ import annotations

import sys
from argparse import Namespace

from news_dataset import changes, reliability
from news_dataset.cli.progress import busy, progress_bar
from news_dataset.dataset import Dataset


def diff(options: Namespace) -> int:
    """Print how the records of one dataset differ from those of another."""
    with progress_bar(f"diff {options.old} {options.new}", " tables") as told:
        found = Dataset(options.old).diff(options.new, progress=told)
    sys.stdout.write(changes.FORMATS[options.format](found))
    return 0


def agreement(options: Namespace) -> int:
    """Print how far two independent annotations of the same texts agree."""
    with busy(f"agreement {options.a} {options.other}"):
        found = Dataset(options.a).agreement(options.other)
    sys.stdout.write(reliability.FORMATS[options.format](found))
    return 0
