"""Small inputs that would fill the memory, and damaged Parquet that a manifest vouches for: refused, whoever reads."""

from __future__ import annotations

import dataclasses
import io
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from news_dataset import manifest
from tests.conftest import ROOT
from tests.trust.forks import Done, Forks
from tests.trust.harness import Harness, Outcome
from tests.trust.lies import PUBLISHED, TABLE, bombs, mutations

SPOILED = 600
"""Damaged Parquet files."""

MORE_MEMORY = 256 * 1024
"""KiB that a call may take beyond what it takes for the bundled release."""

READERS: dict[str, list[str]] = {
    "verify": ["verify", "{release}"],
    "load": ["load", "{release}"],
    "iter_batches": ["iter_batches", "{release}", TABLE],
    "sql": ["sql", f"select count(*), max(url) from {TABLE}", "-C", "{release}"],
    "export": ["export", "{release}", "--to", "csv", "-o", "{out}"],
    "export sqlite": ["export", "{release}", "--to", "sqlite", "-o", "{out}"],
    "explore": ["explore", "{release}", "-o", "{out}"],
    "validate": ["validate", "{release}"],
    "validate tables": ["validate", "{tables}"],
    "load tables": ["load", "{tables}"],
    "validate records": ["validate", "{dataset}"],
    "build": ["build", "{dataset}"],
}
"""What reads a release, its tables without the manifest, or records beside which it lies as the one before."""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a file is put in the place of a table: a release, its tables alone, and a dataset with the release."""

    folder: Path

    def filled(self) -> Place:
        """Return the place, with sound files."""
        shutil.copytree(PUBLISHED, self.folder / "tables", ignore=shutil.ignore_patterns("*.json", "*.jsonl", "*.md"))
        shutil.copytree(PUBLISHED, self.folder / "release")
        shutil.copytree(ROOT / "data", self.folder / "dataset" / "data")
        return self

    def put(self, data: bytes, rows: int) -> None:
        """Put a file in the place of the table, and let the manifests vouch for it."""
        name = f"{TABLE}{manifest.PARQUET}"
        (self.folder / "tables" / name).write_bytes(data)
        for release in (self.folder / "release", self.folder / "dataset" / "data" / "published"):
            (release / name).write_bytes(data)
            found = manifest.read(PUBLISHED)
            files = {**found.files, name: manifest.describe(data)}
            tables = {**found.tables, TABLE: dataclasses.replace(found.tables[TABLE], rows=rows)}
            text = dataclasses.replace(found, files=files, tables=tables).to_json()
            (release / manifest.NAME).write_text(text, "utf-8")

    def read(self, forks: Forks, reader: str) -> Done:
        """Let one of the readers read it."""
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.unlink(missing_ok=True)
        names = {one: str(self.folder / one) for one in ("release", "tables", "dataset", "out")}
        return forks.run([part.format(**names) for part in READERS[reader]], self.folder)


class Judge:
    """Collects what calls do that none may do.

    Args:
        forks: makes the calls.
        folder: a folder of its own.
    """

    def __init__(self, forks: Forks, folder: Path) -> None:
        self.forks, self.cases, self.failures = forks, 0, list[str]()
        self._sound = Place(folder / "sound").filled()
        self._usual: dict[str, int] = {}

    def look(self, what: str, done: Done, reader: str) -> None:
        """Judge a call by its end and by its memory beside that of the same for the bundled release."""
        if reader not in self._usual:
            self._usual[reader] = self._sound.read(self.forks, reader).peak
        self.cases += 1
        if fault := done.fault:
            self.failures.append(f"{what}: {fault}")
        if done.peak > self._usual[reader] + MORE_MEMORY:
            self.failures.append(f"{what}: {done.peak // 1024} MiB, usual are {self._usual[reader] // 1024}")


def run(share: float, folder: Path) -> Outcome:
    """Put bombs and damaged files before every reader, and giants before importers and validation."""
    with Forks() as forks:
        judge, place = Judge(forks, folder), Place(folder / "place").filled()
        _bombs(judge, place, share)
        _spoiled(judge, place, max(2, round(SPOILED * share)), _readers(share))
        _giants(judge, folder / "giants", share)
        control = _control(judge, folder)
    return Outcome(judge.cases, judge.failures, control)


def _bombs(judge: Judge, place: Place, share: float) -> None:
    """Put each bomb before each reader; a slice chooses from all that."""
    chosen = [(name, reader) for name in bombs() for reader in _readers(share)]
    if share < 1:
        chosen = random.Random(7).sample(chosen, max(3, round(len(chosen) * share)))
    written, path = "", place.folder / "bomb.parquet"
    for name, reader in chosen:
        if name != written:
            rows, written = bombs()[name](path), name
            place.put(path.read_bytes(), rows)
        done = place.read(judge.forks, reader)
        judge.look(f"{name}, {reader}", done, reader)
        if done.code == 0 and reader == "verify":
            judge.failures.append(f"{name}: verify passes")


def _readers(share: float) -> list[str]:
    """Return the readers to try: what each costs for the bundled release is measured first, so a slice has few."""
    return [*READERS] if share > 0.05 else ["load", "load tables", "validate tables"]


def _spoiled(judge: Judge, place: Place, count: int, readers: Sequence[str]) -> None:
    """Spoil the table in many ways; with checksums of its pages, which find most, and without."""
    for number in range(count):
        data, rows = spoiled(number)
        place.put(data, rows)
        for reader in random.Random(number).sample(readers, 2):
            done = place.read(judge.forks, reader)
            judge.look(f"spoiled file {number}, {reader}", done, reader)


@cache
def _tables() -> tuple[list[Callable[[random.Random], bytes]], int]:
    """Return the ways to spoil the table, with checksums of its pages and without, and how many rows it has."""
    rows, kinds = pq.read_table(PUBLISHED / f"{TABLE}.parquet"), []
    for checksums in (False, True, False):
        out = io.BytesIO()
        pq.write_table(rows, out, compression="zstd" if checksums else "none", write_page_checksum=checksums)
        kinds += [*mutations(out.getvalue())]
    return kinds, len(rows)


def spoiled(number: int) -> tuple[bytes, int]:
    """Return a damaged file of the table by its number, and how many rows it had."""
    kinds, rows = _tables()
    return kinds[number % len(kinds)](random.Random(number)), rows


def _giants(judge: Judge, folder: Path, share: float) -> None:
    """Put giants of JSON, YAML and zip before validation and importers."""
    folder.mkdir()
    chosen = [*GIANTS] if share == 1 else random.Random(5).sample([*GIANTS], max(2, round(len(GIANTS) * share)))
    for name in chosen:
        command, path, write = GIANTS[name]
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write(folder / path)
        done = judge.forks.run(command.split(), folder)
        judge.look(name, done, "validate tables")
        if done.code == 0:
            judge.failures.append(f"{name}: it passes")
        shutil.rmtree(folder / Path(path).parts[0]) if "/" in path else (folder / path).unlink()
        shutil.rmtree(folder / "new", ignore_errors=True)


def _text(make: Callable[[], str | bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        data = make()
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return write


def _xmi(make: Callable[[], str]) -> Callable[[Path], None]:
    """Return what writes the same as a document and as its type system."""

    def write(path: Path) -> None:
        path.write_text(make(), "utf-8")
        path.with_name("TypeSystem.xml").write_text(make(), "utf-8")

    return write


def _zip(members: Callable[[], Iterator[tuple[str, bytes]]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members():
                archive.writestr(name, data)

    return write


def _overlapping(path: Path) -> None:
    """Let a hundred members of an archive be the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.ann", random.Random(0).randbytes(MiB))
        first = archive.infolist()[0]
        for number in range(1, 100):
            again = zipfile.ZipInfo(f"{number}.ann")
            again.compress_type, again.CRC = first.compress_type, first.CRC
            again.compress_size, again.file_size = first.compress_size, first.file_size
            again.header_offset = first.header_offset
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again


MiB = 2**20
_VALIDATE, _IMPORT = "validate given", "import --from {} {} new"
GIANTS: dict[str, tuple[str, str, Callable[[Path], None]]] = {
    "YAML of 50 MB": (_VALIDATE, "given/people/a.yaml", _text(lambda: "id: person/a\n" * (4 * MiB))),
    "YAML in 500,000 brackets": (_VALIDATE, "given/people/a.yaml", _text(lambda: "id: " + "[" * 500_000)),
    "aliases": (_VALIDATE, "given/people/a.yaml", _text(lambda: "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)))),
    "JSON of 50 MB": (_VALIDATE, "given/people/a.json", _text(lambda: '{"id": "' + "a" * 50 * MiB + '"}')),
    "JSON in 500,000 brackets": (_VALIDATE, "given/people/a.json", _text(lambda: '{"id": ' + "[" * 500_000)),
    "one line of 200 MB": (_VALIDATE, "given/people.jsonl", _text(lambda: b'{"id": "' + b"a" * 200 * MiB + b'"}\n')),
    "empty lines": (_VALIDATE, "given/people.jsonl", _text(lambda: "\n" * 300_000)),
    "a line in brackets": (_VALIDATE, "given/people.jsonl", _text(lambda: '{"id": ' + "[" * 900_000 + "\n")),
    "a number of 900,000 digits": (_VALIDATE, "given/people.jsonl", _text(lambda: '{"id": ' + "1" * 900_000 + "}\n")),
    "a release's manifest in brackets": (_VALIDATE, "given/manifest.json", _text(lambda: "[" * 10 * MiB)),
    "a member that grows 1000-fold": (_IMPORT.format("brat", "a.zip"), "a.zip", _zip(
        lambda: iter([("a.txt", bytes(60 * MiB)), ("a.ann", b"")]))),
    "members that grow": (_IMPORT.format("brat", "a.zip"), "a.zip", _zip(
        lambda: ((f"{n}.ann", b"T1\tPerson 0 3\tAnn\n" * 50_000) for n in range(150)))),
    "members that overlap": (_IMPORT.format("brat", "a.zip"), "a.zip", _overlapping),
    "100,001 members": (_IMPORT.format("brat", "a.zip"), "a.zip", _zip(
        lambda: ((f"{n}.ann", b"") for n in range(100_001)))),
    "a zip in a zip in a zip": (_IMPORT.format("doccano", "a.zip"), "a.zip", _zip(
        lambda: iter([("b.zip", _packed("c.zip", _packed("d.jsonl", b"{}")))]))),
    "Label Studio in brackets": (_IMPORT.format("label-studio", "a.json"), "a.json", _text(lambda: "[" * 5 * MiB)),
    "Label Studio of 70 MB": (_IMPORT.format("label-studio", "a.json"), "a.json", _text(lambda: b" " * 70 * MiB)),
    "doccano in brackets": (_IMPORT.format("doccano", "a.jsonl"), "a.jsonl", _text(lambda: '{"text": ' + "[" * MiB)),
    "tokens in brackets": (_IMPORT.format("tokens", "a.json"), "a.json", _text(lambda: "[" * MiB)),
    "Popolo in brackets": (_IMPORT.format("popolo", "a.json"), "a.json", _text(lambda: '{"persons":' + "[" * MiB)),
    "XMI of entities": (_IMPORT.format("uima", "a"), "a/a.xmi", _xmi(lambda: "<!DOCTYPE x [" + "".join(
        f'<!ENTITY {chr(97 + n)} "{f"&{chr(96 + n)};" * 10 if n else "a"}">' for n in range(10)) + "]><x>&j;</x>")),
    "XMI of 500,000 elements in each other": (_IMPORT.format("uima", "a"), "a/a.xmi", _xmi(lambda: "<a>" * 500_000)),
}  # fmt: skip
"""Commands with the file that they are given, and what writes it."""


def _packed(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def _control(judge: Judge, folder: Path) -> str:
    """Let pyarrow alone read a bomb: the limit of memory must see it."""
    bombs()["texts that pack well"](folder / "control.parquet")
    done = judge.forks.run(["pyarrow", folder / "control.parquet"], folder)
    seen = Judge(judge.forks, folder / "control")
    seen.look("control", done, "load")
    if not seen.failures:
        judge.failures.append("control: pyarrow alone reads a bomb within the limit, so the limit sees nothing")
    return f"pyarrow alone takes {done.peak // 1024} MiB for a file of 24 kB"


HARNESS = Harness(
    "No file makes a command or a loader crash, hang, or take 256 MiB more than for a sound dataset", run, 0.01
)
