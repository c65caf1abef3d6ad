"""Where an export goes: written beside its place, then put there in one step; what others made is never replaced."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from news_dataset import manifest
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.records import BY_TABLE


@dataclass(frozen=True, slots=True)
class Made:
    """What a format makes: a folder, or a file that ``foreign`` can tell from other files.

    Args:
        foreign: why a file is not ours to replace, in words that follow its name; None if it is an export of ours.
            Without it the format makes a folder.
    """

    foreign: Callable[[Path], str | None] | None = None


@contextmanager
def placed(out: Path, made: Made) -> Iterator[Path]:
    """Yield a path to write a new folder or file to, which takes the place of *out* once all of it is on disk.

    Raises:
        SetupError: *out* is not ours to replace, lies in a release, or cannot be written; it is as it was.
    """
    out = out.resolve()
    try:
        _refuse(out, made)
        out.parent.mkdir(parents=True, exist_ok=True)
        # a folder of its own for each run, so that two at once do not write into each other's
        with TemporaryDirectory(prefix=f".{out.name[:100]}.news-dataset-", dir=out.parent) as desk:
            new = Path(desk) / out.name
            yield new
            for path in [*new.iterdir(), new] if new.is_dir() else [new]:
                _sync(path)
            _refuse(out, made)  # writing takes time, in which somebody else may have come
            if out.is_dir():
                out.rmdir()  # empty, else this fails; not every system can rename over it
            new.replace(out)
        _sync(out.parent)
    except OSError as error:
        raise SetupError(f"{error.filename or out} cannot be written: {error.strerror}") from error


def refuse_among_records(folder: Path | None, out: Path) -> None:
    """Raise if *out* lies among the curated records of a dataset's folder, where it would be taken for some.

    Raises:
        SetupError: it does.
    """
    home = folder or Path()
    records = home / "data" / "curated" if (home / "data" / "curated").is_dir() else home
    is_of_records = any((records / table).is_dir() for table in BY_TABLE)
    if is_of_records and records.resolve() in (out.resolve(), *out.resolve().parents):
        raise SetupError(f"{out} lies among the records")


def _refuse(out: Path, made: Made) -> None:
    for parent in out.parents:
        if _is_release(parent):
            raise SetupError(f"{out} lies in the release {parent}, which must stay as its manifest says")
    if not out.name or (out.exists() and not (out.is_dir() or out.is_file())):  # such as a device or a pipe
        raise SetupError(f"{out} is neither a folder nor a file that could be replaced")
    if not out.exists():
        return
    if made.foreign is None and not out.is_dir():
        raise SetupError(f"{out} is a file, not a folder; it is not ours to replace")
    if made.foreign is None and (inside := sorted(path.name for path in out.iterdir())):
        raise SetupError(f"{out} holds {', '.join(inside[:3])}; export to a new or an empty folder")
    if made.foreign is not None and (why := "is a folder" if out.is_dir() else made.foreign(out)):
        raise SetupError(f"{out} {why}, so it is not ours to replace; export to a new file")


def _is_release(folder: Path) -> bool:
    try:
        return (folder / manifest.NAME).is_file() and bool(manifest.read(folder))
    except IntegrityError:
        return False


def _sync(path: Path) -> None:
    """Force a file or folder to disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot force a folder to disk
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
