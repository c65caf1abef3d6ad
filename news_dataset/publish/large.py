"""Releases and folders of tables out of JSON Lines of any size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset import checks, manifest
from news_dataset.checks import assertions
from news_dataset.collection import Collection
from news_dataset.errors import SetupError, UsageError
from news_dataset.folders import holds_records, lines_files
from news_dataset.issues import Outcome, Progress, Report
from news_dataset.manifest import VERSIONS, Manifest
from news_dataset.names import known
from news_dataset.publish.exchange import replacing
from news_dataset.publish.release import DESCRIPTORS, described, refuse_foreign_files
from news_dataset.records import BY_TABLE
from news_dataset.tabular import tables

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Built:
    """What was built.

    Args:
        rows: the number of rows of each table.
        release: its manifest; None for tables alone.
    """

    rows: dict[str, int]
    release: Manifest | None


def lines_to_build(folder: Path) -> dict[str, list[Path]]:
    """Return the JSON Lines of each table in a folder, where these, and no curated records, are what it holds."""
    if not folder.is_dir() or (folder / manifest.NAME).is_file() or holds_records(folder):
        return {}
    return lines_files(folder)


def build_lines(
    folder: Path, out: Path, *, partition_by: Sequence[str] = (), progress: Progress | None = None
) -> tuple[Report, Built]:
    """Validate the records in JSON Lines of any size and write them as tables, in bounded memory.

    With a ``dataset.yaml`` beside them they become a release, unless a table is divided; else tables alone.

    Args:
        folder: holds ``<plural>.jsonl``, or folders ``<plural>`` of such files.
        out: where the release goes, which is replaced as a whole; or the tables, which need a new or empty folder.
        partition_by: columns, as ``articles.language``, by whose values their tables are divided.
        progress: is told how many records are done, and of how many.

    Raises:
        InvalidDataError: a check failed; nothing was written.
        UnsafeInputError: a line was refused; nothing was written.
        ValueError: *partition_by* names no column, or one that cannot divide its table.
        SetupError: *out* holds something else, cannot be written, or is held by another build, or Polars is not
            installed; *out* is as it was.
    """
    _need_polars()
    from news_dataset.scale.convert import converted
    from news_dataset.scale.partition import divide

    parts = [_column(name) for name in partition_by]
    lines, beside = lines_files(folder), _beside(folder)
    early = checks.run(beside, without=checks.ACROSS)
    early.raise_for_errors()
    is_release = beside.description is not None and not parts
    about = beside.description.to_dict() if beside.description else {}
    versions = {name: str(about[name]) for name in VERSIONS} if is_release else None
    redirects = sorted(beside.redirects, key=lambda row: row.old_id)
    is_whole = beside.description is not None or set(lines) >= set(BY_TABLE)
    with _place(folder, out, lines, is_release) as new:
        report, rows = converted(lines, new, is_whole=is_whole, about=versions, redirects=redirects, progress=progress)
        report += early
        report.raise_for_errors()
        report += _across(beside, new, rows, out)
        report.raise_for_errors()
        for table, column in parts:
            if table in rows:
                divide(new / f"{table}.parquet", table, column)
        release = _published(about, new) if is_release else None
    return report, Built(rows, release)


@contextmanager
def _place(folder: Path, out: Path, lines: Mapping[str, Sequence[Path]], is_release: bool) -> Iterator[Path]:
    """Yield a new folder that takes the place of *out*.

    Raises:
        SetupError: *out* is not ours to replace, or lies where it would be taken for records, or in a release.
    """
    whole = out.resolve()
    for place in ((folder / name).resolve() for name in lines):
        if place in (whole, *whole.parents):
            raise SetupError(f"{out} lies among the records")
    for parent in whole.parents:
        if (parent / manifest.NAME).is_file():
            raise SetupError(f"{out} lies in the release {parent}, which must stay as its manifest says")
    if is_release:
        refuse_foreign_files(out)
        ours = [manifest.NAME, *DESCRIPTORS, *(f"{name}.parquet" for name in tables())]
        ours += [f"{name}.jsonl" for name in BY_TABLE]
    else:
        ours = []
    with replacing(out, ours) as new:
        yield new


def _beside(folder: Path) -> Collection:
    """Return what lies beside the records: ``dataset.yaml`` and ``redirects.yaml``."""
    paths = [folder / name for name in ("dataset.yaml", "redirects.yaml")]
    found = [Collection.open(path) for path in paths if path.exists() or path.is_symlink()]
    documents = tuple(document for one in found for document in one.documents)
    return Collection(folder, documents, tuple(entry for one in found for entry in one.entries))


def _across(beside: Collection, new: Path, rows: Mapping[str, int], out: Path) -> Report:
    """Judge what is said beside the records by the tables that they became."""
    named = {str(value) for entry in beside.entries for value in (entry.data.get("old_id"), entry.data.get("new_id"))}
    there: list[str] = []
    if named:
        import polars as pl

        there = _scan(new, "records", "id").filter(pl.col("id").is_in(sorted(named))).collect()["id"].to_list()
    beside.__dict__["by_id"] = dict.fromkeys(there, next(iter(beside.entries), None))  # only whether they are there
    report = checks.counted("bad_redirect", checks.references.bad_redirect(beside))
    for entry, about in assertions.descriptions(beside):
        report += checks.counted("row_count", assertions.row_counts(entry, about, rows))
        report += checks.counted("low_coverage", assertions.coverage(entry, about, lambda name: _COUNTED[name](new)))
        if about.keeps_ids:
            lost = _lost(out, new)
            outcomes: list[Outcome] = [assertions.lost(entry, lost)]
            report += checks.counted("lost_id", outcomes)
    return report


def _lost(out: Path, new: Path) -> list[str]:
    """Return the ids of the release in *out* that are neither among the new ones nor redirected."""
    import polars as pl

    old = manifest.located(out)
    if not (old / manifest.NAME).is_file():
        return []
    before = pl.concat([_scan(old, "records", "id"), _scan(old, "redirects", "old_id")])
    now = pl.concat([_scan(new, "records", "id"), _scan(new, "redirects", "old_id")])
    return before.join(now, on="id", how="anti").unique().sort("id").collect()["id"].to_list()


def _with_content(new: Path) -> tuple[int, int]:
    import polars as pl

    shown = pl.scan_parquet(new / "evidence.parquet").filter(pl.col("role").cast(pl.String) == "content")
    covered = shown.select(pl.col("statement").n_unique()).collect().item()
    return covered, _scan(new, "statements", "id").select(pl.len()).collect().item()


def _assessed_facts(new: Path) -> tuple[int, int]:
    import polars as pl

    facts = pl.scan_parquet(new / "statements.parquet").filter(pl.col("claim_type").cast(pl.String) == "fact")
    covered = facts.select("id").join(_scan(new, "assessments", "target"), on="id", how="semi")
    return covered.select(pl.len()).collect().item(), facts.select(pl.len()).collect().item()


_COUNTED = {"statements_with_content_evidence": _with_content, "facts_assessed": _assessed_facts}


def _scan(folder: Path, name: str, column: str) -> pl.LazyFrame:
    """Return a column of ids."""
    import polars as pl

    return pl.scan_parquet(folder / f"{name}.parquet").select(id=pl.col(column))


def _published(about: dict[str, object], new: Path) -> Manifest:
    """Make a release of tables: JSON Lines, descriptors and manifest."""
    from news_dataset.scale.hashing import content_of
    from news_dataset.scale.renested import write_records

    for name, model in BY_TABLE.items():
        write_records(model.record_type, new, new / f"{name}.jsonl")
    contents = {name: content_of(new / f"{name}.parquet") for name in tables()}
    names = [*(f"{name}.parquet" for name in tables()), *(f"{name}.jsonl" for name in BY_TABLE)]
    hashes = {name: manifest.describe_file(new / name) for name in names}
    texts = described(Manifest(about, contents, hashes))
    hashes |= {name: manifest.describe(data) for name, data in texts.items()}
    release = Manifest(about, contents, hashes)
    for name, data in (texts | {manifest.NAME: release.to_json().encode()}).items():
        (new / name).write_bytes(data)
    return release


def _column(name: str) -> tuple[str, str]:
    """Return table and column of a name.

    Raises:
        ValueError: there is no such column.
    """
    table, _, column = name.partition(".")
    try:
        found = tables()[known(table, list(tables()), "table")]
        known(column, [field.name for field in found.fields], f"column in {table}:")
    except KeyError as error:
        raise UsageError(f"{error.args[0]}; name table and column: articles.language") from error
    return table, column


def _need_polars() -> None:
    try:
        import polars  # noqa: F401 (only whether it is there)
    except ImportError as error:
        raise SetupError("JSON Lines are built with polars, which is not installed; run: pip install polars") from error
