"""The files that are validated, each made when it is first asked for and kept until the run is over."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.derived import derived
from benchmarks.peers import facts
from news_dataset.reader.scalars import is_ambiguous
from news_dataset.records import BY_TYPE, RECORDS
from news_dataset.testing import write_synthetic

SEED, SHARE = 20_261_126, 0.001
PART = 500
"""So many statements come with as many other records, and no file of theirs is too large for a record file."""

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Made:
    """A file or folder, how many records it is about, and the faults in it, if any."""

    path: Path
    records: int
    faults: Path | None = None


@dataclass(frozen=True)
class Data:
    """The files of one size.

    Args:
        folder: where they are; each lies below it under its own name.
        size: how many statements there are.
        share: how many faults are planted, as a share of the statements.
        odd_lines: at most so many lines are turned around.
        curated_parts: so many times a thousand records are in the folder of YAML.
    """

    folder: Path
    size: int
    share: float = SHARE
    odd_lines: int = 20_000
    curated_parts: int = 10

    @property
    def facts(self) -> Path:
        """What peers know of the rules."""
        return self._made("facts", lambda path: facts.write(path, derived()))

    @property
    def tables_clean(self) -> Made:
        """All tables as Parquet."""
        return Made(self._made("tables-clean", lambda path: write_synthetic(path, self.size, SEED)), self.size)

    @property
    def tables_bad(self) -> Made:
        """All tables as Parquet, with faults."""
        path = self._made("tables-bad", lambda path: write_synthetic(path, self.size, SEED, faults=self.share))
        return Made(path, self.size, path / "faults.parquet")

    @property
    def alone_clean(self) -> Made:
        """A folder with the table of statements and nothing else."""
        return Made(self._alone("alone-clean", self.tables_clean.path), self.size)

    @property
    def alone_bad(self) -> Made:
        """The same, with faults."""
        whole = self.tables_bad
        return Made(self._alone("alone-bad", whole.path), self.size, whole.faults)

    @property
    def alone_small(self) -> Made:
        """The first statements, with text in place of codes."""

        def make(path: Path) -> None:
            import polars as pl

            path.mkdir()
            few = pl.scan_parquet(self.tables_clean.path / "statements.parquet").head(2_000).collect()
            few.with_columns(pl.col(pl.Categorical).cast(pl.String)).write_parquet(path / "statements.parquet")

        return Made(self._made("alone-small", make), min(self.size, 2_000))

    @property
    def records_bad(self) -> Made:
        """All records as JSON Lines, with faults."""
        path = self._made(
            "lines-bad", lambda path: write_synthetic(path, self.size, SEED, faults=self.share, form="jsonl")
        )
        return Made(path, self.size, path / "faults.parquet")

    @property
    def records_clean(self) -> Made:
        """All records as JSON Lines."""
        path = self._made("lines-clean", lambda path: write_synthetic(path, self.size, SEED, form="jsonl"))
        return Made(path, self.size)

    @property
    def lines_bad(self) -> Made:
        """Statements as JSON Lines, with faults."""
        whole = self.records_bad
        return Made(whole.path / "statements.jsonl", self.size, whole.faults)

    @property
    def lines_clean(self) -> Made:
        """Statements as JSON Lines."""
        return Made(self.records_clean.path / "statements.jsonl", self.size)

    @property
    def odd(self) -> Made:
        """The first statements as JSON Lines, their keys in the opposite order."""
        count = min(self.size, self.odd_lines)

        def make(path: Path) -> None:
            with open(self.lines_clean.path, encoding="utf-8") as lines, open(path, "w", encoding="utf-8") as out:
                for line in islice(lines, count):
                    turned = dict(reversed(json.loads(line).items()))
                    out.write(json.dumps(turned, ensure_ascii=False, separators=(",", ":")) + "\n")

        return Made(self._made("odd.jsonl", make), count)

    @property
    def curated(self) -> Made:
        """A folder of about 10,000 curated records in YAML, as ten newsrooms would write them."""
        return self._curated("curated", self.curated_parts)

    @property
    def curated_small(self) -> Made:
        """The same, a tenth of it."""
        return self._curated("curated-small", 1)

    @property
    def tenfold(self) -> Data:
        """The same, ten times as large."""
        return Data(self.folder / "tenfold", self.size * 10, self.share)

    def _alone(self, name: str, whole: Path) -> Path:
        def make(path: Path) -> None:
            path.mkdir()
            os.link(whole / "statements.parquet", path / "statements.parquet")

        return self._made(name, make)

    def _curated(self, name: str, parts: int) -> Made:
        def make(path: Path) -> None:
            for part in range(parts):
                write_synthetic(path / "lines" / str(part), PART, SEED + part, form="jsonl")
            write_curated([path / "lines" / str(part) for part in range(parts)], path)
            shutil.rmtree(path / "lines")

        path = self._made(name, make)
        return Made(path, int((path / "count").read_text()))

    def _made(self, name: str, make: Callable[[Path], None]) -> Path:
        path, unfinished = self.folder / name, self.folder / f"{name}.unfinished"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            if unfinished.is_dir():
                shutil.rmtree(unfinished)
            say(f"making {path.relative_to(self.folder.parent)}")
            make(unfinished)
            unfinished.rename(path)
        return path


def say(words: str) -> None:
    """Tell whoever waits how far it has come."""
    print(words, file=sys.stderr, flush=True)


def write_curated(lines: Sequence[Path], folder: Path) -> None:
    """Write records as curators keep them: one a file, but statements and assessments by article.

    Args:
        lines: folders of JSON Lines. Each is a dataset of its own, so a number in front of their ids keeps them apart.
        folder: where the records are written.
    """
    import yaml

    count = 0
    for model in RECORDS:
        files: defaultdict[str, list[Any]] = defaultdict(list)
        for record in _records(lines, model.table):
            files[record["id"].split("/")[1]].append(record)
            count += 1
        out = folder / "data" / "curated" / model.table
        out.mkdir(parents=True)
        for slug, records in files.items():
            data = records if model.table in ("statements", "assessments") else records[0]
            text = yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120)
            (out / f"{slug}.yaml").write_text(text, "utf-8")
    described = yaml.safe_load((ROOT / "data" / "dataset.yaml").read_text("utf-8"))
    about = {name: value for name, value in described.items() if name not in ("row_counts", "coverage")}
    (folder / "data" / "dataset.yaml").write_text(yaml.safe_dump(about, sort_keys=False, allow_unicode=True), "utf-8")
    (folder / "count").write_text(str(count))


@cache
def _dumper() -> Any:
    import yaml

    class Quoting(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
        """Quotes what some reader of YAML takes for something else than text."""

    def text(dumper: Any, value: str) -> Any:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'" if is_ambiguous(value) else None)

    Quoting.add_representer(str, text)
    return Quoting


def _records(lines: Sequence[Path], table: str) -> Iterator[Any]:
    ids = re.compile(f'"({"|".join(BY_TYPE)})/')
    for number, folder in enumerate(lines):
        for line in (folder / f"{table}.jsonl").read_text("utf-8").splitlines():
            yield json.loads(ids.sub(rf'"\1/{number}-', line))
