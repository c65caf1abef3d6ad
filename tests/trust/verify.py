"""Damaged releases: found by verify and by whatever reads them, before a decoder sees a damaged file."""

from __future__ import annotations

import dataclasses
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import atomic, manifest, parquet_pages, publish
from news_dataset.errors import NewsDatasetError
from tests.conftest import ROOT
from tests.in_parts import in_parts, vouched
from tests.trust.corruptions import KINDS, Damage, Damager
from tests.trust.harness import Harness, Outcome

CASES, CLEAN, LARGE = 1_200, 100, 100_000_000
"""Damaged releases, sound ones, and the bytes of the table by which the cost of hashing is measured."""

MOST_OF_LOADING = 0.05
_VIEWS = "views/"
_ROW = 33  # bytes of a span in a file


def run(share: float, folder: Path) -> Outcome:
    """Damage the bundled release, and one in parts; read sound ones while they are replaced; measure the hashing."""
    whole, other = ROOT / "data" / "published", ROOT / "examples" / "second-article" / "data" / "published"
    parts = in_parts(whole, folder / "parts")
    count, clean = max(len(KINDS), round(CASES * share)), max(2, round(CLEAN * share))
    failures, caught = [], Counter[str]()
    for number, release in enumerate((whole, parts)):
        half = (count + number) // 2
        failures += _damaged(Damager(release, other, folder / f"copy-{number}"), half, number, caught)
    failures += _false_alarms(whole, parts, folder, clean) + _line_ends(whole, folder / "crlf")
    missed, tried = _missed_without_hash(folder / "copy-0", count // 4)
    if tried and not missed:
        failures.append(f"control: without the hash none of {tried} flipped bits was read as if nothing had been")
    ratio = _cost_of_hashing(folder / "large", round(LARGE * min(1, share * 2)))
    if ratio > MOST_OF_LOADING and share == 1:
        failures.append(f"hashing takes {ratio:.1%} of the time that loading does")
    control = f"pyarrow alone reads {missed} of {tried} flipped bits without a word; hashing is {ratio:.1%} of loading"
    return Outcome(sum(caught.values()) + clean + 1, failures, control)


def _damaged(damager: Damager, count: int, seed: int, caught: Counter[str]) -> list[str]:
    rng, failures = random.Random(seed), []
    # Nothing but itself vouches for the manifest: each kind tries it and the descriptors as often as all tables.
    about = [manifest.NAME, "datapackage.json", "croissant.json", "README.md"]
    names = cycle([*rng.sample(damager.names, len(damager.names)), *about, *about])
    clean = _contents(damager.clean)
    for kind, name in islice(zip(cycle(KINDS), names, strict=False), count):
        damage = damager.damage(kind, name, rng)
        caught[kind] += 1
        digests = {sha256(path.read_bytes()).hexdigest() for one in (*damage.changed, *damage.extra)
                   if (path := damager.folder / one).is_file()} - clean  # fmt: skip
        with _decoded() as seen:
            wrong = [*_unseen(damager.folder, damage, rng)]
        if opened := digests & seen:
            wrong.append(f"{len(opened)} damaged files reached a decoder")
        failures += [f"{kind} of {', '.join(damage.changed + damage.extra)}: {one}" for one in wrong]
        damager.repair(damage)
    return failures


def _contents(folder: Path) -> set[str]:
    """Return the hashes of the files of a sound release: one that was exchanged may lie under the other's name."""
    return {sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.parquet")}


def _unseen(folder: Path, damage: Damage, rng: random.Random) -> Iterator[str]:
    """Yield what does not find the damage."""
    try:
        report = nd.verify(folder)
        if report.exit_code != 4:
            yield f"verify gives exit code {report.exit_code}"
    except NewsDatasetError as error:
        if error.exit_code not in (2, 4, 5):  # 2: without its manifest; 5: one of a later schema
            yield f"verify: {error!r}"
    for name in damage.changed:
        for what, read in _readers(name, folder, rng).items():
            try:
                read()
                yield f"{what} finds nothing in {name}"
            except NewsDatasetError as error:
                if error.exit_code != 4:
                    yield f"{what}: {error!r}"


def _readers(name: str, folder: Path, rng: random.Random) -> dict[str, Callable[[], Any]]:
    """Return the ways to read a file of a release, of which one alone exports: that decodes all other tables, too."""
    table = name.partition("/")[0].partition(".")[0]
    out = folder.with_name("out")
    if name.endswith(manifest.LINES):
        return {"iter_records": lambda: [*nd.Dataset.open(folder).iter_records(table)]}  # type: ignore[call-overload]
    if not name.endswith(manifest.PARQUET):
        return {}
    ways: dict[str, Callable[[], Any]] = {}
    if name.startswith(_VIEWS):
        table = Path(name).stem
        ways["view"] = lambda: getattr(nd.Dataset.open(folder), table)()
    else:
        ways["load"] = lambda: nd.Dataset.open(folder).load(table, as_="arrow")  # type: ignore[call-overload]
        ways["iter_batches"] = lambda: [*nd.Dataset.open(folder).iter_batches(table)]  # type: ignore[arg-type]
    ways["sql"] = lambda: nd.Dataset.open(folder).sql(f"select * from {table}")
    if rng.random() < 0.25:
        ways["export"] = lambda: nd.Dataset.open(folder).export("csv", out)
    return ways


@contextmanager
def _decoded() -> Iterator[set[str]]:
    """Record the hash of everything that pyarrow opens as Parquet, and of every file that it opens by its name."""
    seen: set[str] = set()
    before = pq.ParquetFile.__init__

    def opened(self: pq.ParquetFile, source: Any, **options: Any) -> None:
        if isinstance(source, pa.NativeFile):
            with suppress(parquet_pages._PlannedError):  # a plan is made of the footer alone, of a file without bytes
                seen.add(sha256(source.read()).hexdigest())
            source.seek(0)
        else:
            seen.add(sha256(Path(source).read_bytes()).hexdigest())
        before(self, source, **options)

    pq.ParquetFile.__init__ = opened
    try:
        yield seen
    finally:
        pq.ParquetFile.__init__ = before


def _false_alarms(whole: Path, parts: Path, folder: Path, count: int) -> list[str]:
    """Verify sound releases, half of them while another takes the place of the one that is verified."""
    failures, rng = [], random.Random(4)
    place = Path(shutil.copytree(whole, folder / "replaced"))
    others = (ROOT / "examples" / "second-article" / "data" / "published", whole)
    for number in range(count):
        release, other = (place, whole, place, parts)[number % 4], others[number // 2 % 2]
        builder = threading.Thread(target=_replace, args=(place, other, rng.random()))
        if release is place:
            builder.start()
        try:
            publish.verify(release)
        except NewsDatasetError as error:
            failures.append(f"false alarm in {release.name}: {error}")
        if release is place:
            builder.join()
            if manifest.read(place) != manifest.read(other):
                failures.append("a release was not replaced while it was verified")
    return failures


def _replace(place: Path, release: Path, after: float) -> None:
    """Let a release take the place of another after some seconds, as a build does."""
    files = {name: (release / name).read_bytes() for name in [*manifest.read(release).files, manifest.NAME]}
    time.sleep(after)
    with atomic.new_folder(place, {*files, *manifest.read(place).files}) as new:
        for name, data in files.items():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_bytes(data)


def _line_ends(whole: Path, folder: Path) -> list[str]:
    """Change the line ends of every text of a release, as git does: it is sound, and verify says what is changed."""
    shutil.copytree(whole, folder)
    texts = [path for path in folder.rglob("*") if path.suffix in manifest.TEXTS]
    for path in texts:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    report = nd.verify(folder)
    said = sum(issue.message == "differs only in line ends" for issue in report.issues)
    return [] if report.ok and said == len(texts) - 1 else [f"line ends: {said} of {len(texts)} were said: {report}"]


def _missed_without_hash(folder: Path, count: int) -> tuple[int, int]:
    """Flip bits in tables and let pyarrow alone read them; return how many it reads, and how many there were.

    Without page checksums, which this package writes and pyarrow by itself does not look at.
    """
    rng, missed = random.Random(1), 0
    names = sorted(folder.glob("*.parquet"))
    for number in range(count):
        path = names[number % len(names)]
        data = bytearray(path.read_bytes())
        data[rng.randrange(4, len(data))] ^= 1 << rng.randrange(8)
        try:
            pq.read_table(pa.BufferReader(bytes(data)))
            missed += 1
        except (pa.ArrowException, OSError, ValueError):
            pass
    return missed, count


def _cost_of_hashing(folder: Path, size: int) -> float:
    """Return the share of the time of loading a table of about *size* bytes that goes into its hash."""
    shutil.copytree(ROOT / "data" / "published", folder)
    path, chance = folder / "evidence.parquet", random.Random(2)
    old, count = pq.read_table(path), max(1_000, size // _ROW)
    rows = old.take([chance.randrange(len(old)) for _ in range(count)])
    for name, digits in (("digest", 16), ("prefix", 8), ("suffix", 8)):
        place = rows.column_names.index(name)
        raw = chance.randbytes(count * digits // 2).hex()
        texts = pa.array([raw[at : at + digits] for at in range(0, len(raw), digits)])
        rows = rows.set_column(place, rows.schema.field(place), texts)
    pq.write_table(rows, path, compression="zstd")
    about = manifest.read(vouched(folder))
    tables = {**about.tables, "evidence": manifest.Content(count, "0" * 64)}
    (folder / manifest.NAME).write_text(dataclasses.replace(about, tables=tables).to_json(), "utf-8")
    spent, hashed = 0.0, manifest._describe_open

    def timed(*arguments: Any) -> manifest.File:
        nonlocal spent
        start = time.perf_counter()
        found = hashed(*arguments)
        spent += time.perf_counter() - start
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "_describe_open", timed)
        patch.setattr(manifest, "SMALL", 0)  # so that a slice goes the way of a large file
        start = time.perf_counter()
        nd.Dataset.open(folder).load("evidence")
        return spent / (time.perf_counter() - start)


HARNESS = Harness(
    "A release that is damaged in any of eight ways is refused before it is decoded; a sound one never is", run, 0.01
)
