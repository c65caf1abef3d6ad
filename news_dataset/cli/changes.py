"""Commands that lay two datasets side by side: diff, agreement."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from news_dataset import reliability
from news_dataset.changes import FORMATS, compare
from news_dataset.cli.progress import busy, progress_bar
from news_dataset.cli.usage import UsageError, usage
from news_dataset.collection import Collection
from news_dataset.dataset import Dataset
from news_dataset.records import BY_TABLE, Redirect


def diff(options: Namespace) -> int:
    """Print how the records of one dataset differ from those of another.

    Each is a release, a dataset's folder or a folder of curated records. Of a dataset's folder that holds a release,
    the release is compared; name its ``data/curated`` to compare the records themselves.
    """
    old, new = _dataset(options.old), _dataset(options.new)
    # Not validated again: the rows come out of a release or of validated records, and only their ids are looked at.
    redirects = [Redirect.model_construct(**row) for row in new.load("redirects", as_="records")]
    changes = []
    with progress_bar(f"diff {options.old} {options.new}", " tables") as told:
        for number, table in enumerate(BY_TABLE, 1):  # one after the other, since whole datasets may be large
            changes += compare(old.iter_records(table), new.iter_records(table), redirects)
            told(number, len(BY_TABLE))
    sys.stdout.write(FORMATS[options.format](changes))
    return 0


def agreement(options: Namespace) -> int:
    """Print how far two independent annotations of the same texts agree.

    Each is a dataset's folder, of which the curated records are read, a layer, or a release.
    """
    with usage(), busy(f"agreement {options.a} {options.b}"):
        found = reliability.agreement(Collection.open(options.a), Collection.open(options.b))
    sys.stdout.write(reliability.FORMATS[options.format](found))
    return 0


def _dataset(folder: Path) -> Dataset:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    return Dataset.open(folder)
