"""Eight kinds of damage to a release on disk: what rot, a cut-off copy, an editor or a mistaken move leave behind."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from news_dataset import manifest

ZEROS = 64
_EXTRA = (
    "notes.txt",
    "people-2.parquet",
    ".hidden",
    "views/more.parquet",
    "people.parquet.bak",
    "statements/more.jsonl",
)


@dataclass(frozen=True)
class Damage:
    """Names of the files that were damaged, and of those that came in addition."""

    changed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


class Damager:
    """Damages a copy of a release and puts it right again.

    Args:
        clean: the release.
        other: another release of the same layout, whose files are exchanged for its own.
        folder: where the copy goes.
    """

    def __init__(self, clean: Path, other: Path, folder: Path) -> None:
        self.clean, self.other = clean, other
        self.folder = Path(shutil.copytree(clean, folder))
        self.names = sorted(path.relative_to(clean).as_posix() for path in clean.rglob("*")
                            if path.is_file() and path.stat().st_size)  # fmt: skip

    def damage(self, kind: str, name: str, rng: random.Random) -> Damage:
        """Do damage of a kind to a file, or to one chosen in its place where the kind does not fit it."""
        if kind in _BYTES:
            data = (self.clean / name).read_bytes()
            new = _BYTES[kind](data, rng)
            (self.folder / name).write_bytes(new)
            return Damage((name,))
        if kind == "missing file":
            (self.folder / name).unlink()
            return Damage((name,))
        if kind == "edited text":
            return self._edited(name, rng)
        return self._extra(rng) if kind == "extra file" else self._exchanged(name, rng)

    def repair(self, damage: Damage) -> None:
        """Make the copy equal to the release again."""
        for name in damage.extra:
            (self.folder / name).unlink()
            if not (self.clean / name).parent.exists():
                (self.folder / name).parent.rmdir()
        for name in damage.changed:
            shutil.copyfile(self.clean / name, self.folder / name)

    def _edited(self, name: str, rng: random.Random) -> Damage:
        if name.endswith(manifest.PARQUET):  # a sound file written anew, or with one row less
            pq.write_table(
                pq.read_table(self.clean / name).slice(rng.randrange(2)), self.folder / name, row_group_size=7
            )
            return Damage((name,))
        text = (self.clean / name).read_text("utf-8")
        places = [at for at, letter in enumerate(text) if letter.isalnum() and letter.isascii()]
        at = rng.choice(places)
        letter = rng.choice([one for one in "aeiotnsrh0123456789" if one != text[at]])
        (self.folder / name).write_text(text[:at] + letter + text[at + 1 :], "utf-8")
        return Damage((name,))

    def _extra(self, rng: random.Random) -> Damage:
        name = rng.choice(_EXTRA)
        (self.folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(self.clean / "README.md", self.folder / name)
        return Damage(extra=(name,))

    def _exchanged(self, name: str, rng: random.Random) -> Damage:
        """Exchange two files, or take the file of another release."""
        mine = (self.clean / name).read_bytes()
        theirs = self.other / name
        if theirs.is_file() and theirs.read_bytes() != mine and rng.random() < 0.5:
            shutil.copyfile(theirs, self.folder / name)
            return Damage((name,))
        second = rng.choice([one for one in self.names if (self.clean / one).read_bytes() != mine])
        (self.folder / name).write_bytes((self.clean / second).read_bytes())
        (self.folder / second).write_bytes(mine)
        return Damage((name, second))


def _bit(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _zeros(data: bytes, rng: random.Random) -> bytes:
    while True:
        at = rng.randrange(max(1, len(data) - ZEROS))
        if any(data[at : at + ZEROS]):
            return data[:at] + bytes(len(data[at : at + ZEROS])) + data[at + ZEROS :]


def _truncated(data: bytes, rng: random.Random) -> bytes:
    # The end of line is white space behind a manifest, without which it says the same.
    return data[: rng.randrange(len(data.rstrip(b"\n")))]


def _appended(data: bytes, rng: random.Random) -> bytes:
    return data + b"\x00" * rng.randrange(2) + rng.randbytes(rng.randint(1, 4_000)) + b"."


_BYTES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "one bit": _bit,
    "64 zero bytes": _zeros,
    "truncated": _truncated,
    "appended bytes": _appended,
}
KINDS = (*_BYTES, "edited text", "missing file", "extra file", "exchanged files")
"""The kinds of damage."""
