"""What is to be validated, and which way: in memory, or as tables and lines of any size; the verdict is the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from news_dataset import checks, manifest
from news_dataset.collection import Collection, cycles_kept
from news_dataset.errors import IntegrityError, SetupError, UsageError
from news_dataset.issues import Issue, Progress, Report, Sink, Skipped, Tally
from news_dataset.records import BY_TABLE

SMALL = manifest.SMALL
"""Up to so many bytes lines and releases are read into memory as a whole."""

NOT_HASHED = Skipped("files of a large release are hashed on request: give --hash")


def validated(
    path: Path,
    *,
    text: Path | None = None,
    schema: str | None = None,
    is_hashed: bool = False,
    sink: Sink | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check whatever lies at *path*, as ``news_dataset.validate`` says.

    Args:
        path: a folder or a file.
        text: a text, or a folder of texts.
        schema: the version of the schemas.
        is_hashed: whether the files of a large release are compared with its manifest.
        sink: takes every issue as it is found.
        progress: is told how far the work has come.
    """
    if not path.exists() and not path.is_symlink():
        raise FileNotFoundError(f"there is no {path}")
    if schema in (None, manifest.SCHEMA_VERSION):
        found = _large(path, text, is_hashed, sink, progress)
        if found is not None:
            return found
    elif path.suffix == ".parquet":
        raise UsageError(f"tables are checked by schema {manifest.SCHEMA_VERSION} alone")
    with cycles_kept():
        report = checks.run(Collection.open(path, text=text, schema=schema))
    if sink:
        for issue in report.issues:
            sink(issue)
    return report


def _large(
    path: Path, text: Path | None, is_hashed: bool, sink: Sink | None, progress: Progress | None
) -> Report | None:
    """Return the report on tables or lines; None where records are to be read into memory."""
    tables, lines = _found(path)
    if not tables and not lines:
        return None
    if text is not None:
        if tables and not (path / manifest.NAME).is_file():
            raise UsageError("texts are compared with records in files, and with releases; build the release first")
        return None
    _need_polars()
    if tables:
        return _tables(path, tables, is_hashed, sink, progress)
    from news_dataset.scale.lined import LinesFile, validate_lines

    named = {name: BY_TABLE[name].record_type if name else "" for name in lines}
    files = [LinesFile(file, named[name]) for name, paths in lines.items() for file in paths]
    found = validate_lines(files, set(lines) >= set(BY_TABLE), sink, progress)
    return found + _strays(path, [file.path for file in files], sink) if path.is_dir() else found


def _found(path: Path) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Return the Parquet files and the files of JSON Lines that are to be validated as such, by table."""
    from news_dataset.folders import holds_records, lines_files, parquet_files
    from news_dataset.scale.folders import table_of

    if path.is_symlink():
        return {}, {}
    if path.is_file():
        if path.suffix == ".parquet":
            return {_known(table_of(path), path): [path]}, {}
        is_large = path.suffix == ".jsonl" and path.stat().st_size > SMALL
        kind = path.parent.resolve().name if path.parent.resolve().name in BY_TABLE else ""
        return {}, {kind: [path]} if is_large else {}
    is_release = (path / manifest.NAME).is_file()
    if not path.is_dir() or holds_records(path):
        return {}, {}
    tables = parquet_files(path)
    if is_release:
        size = sum(file.stat().st_size for files in tables.values() for file in files)
        return (tables, {}) if size > SMALL and _is_newest(path) else ({}, {})
    return (tables, {}) if tables else ({}, lines_files(path))


def _is_newest(path: Path) -> bool:
    return str(manifest.read(path).dataset.get("schema_version")) == manifest.SCHEMA_VERSION


def _known(table: str, path: Path) -> str:
    if not table:
        _refuse_junk(path)
        raise UsageError(
            f"{path} does not say which table it holds: name it as the table is called, statements.parquet"
        )
    return table


def _refuse_junk(path: Path) -> None:
    """Raise if a file is no Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(f"{path} is not a Parquet file, or damaged") from error


def _is_data(file: Path) -> bool:
    """Return whether a file looks like lines or a table, perhaps packed; what Spark writes beside these is hidden."""
    return re.search(r"^[^._].*\.(parquet|jsonl|ndjson)(\.(gz|bz2|xz|zst|lz4|zip))?$", file.name.lower()) is not None


def _strays(path: Path, used: Iterable[Path], sink: Sink | None) -> Report:
    """Say of files beside tables or lines that nothing in them is looked at."""
    from news_dataset.tabular import tables

    known = {*used, path / "faults.parquet"}  # what was planted in data that was made up (``testing``)
    inside = (file for name in tables() for file in (path / name).rglob("*"))
    beside = sorted(file for file in (*path.glob("*"), *inside) if _is_data(file) and file not in known)
    code, hint = checks.CODES["misplaced_file"], "files are named after their table: statements.parquet, people.jsonl"
    said = "is not read: it is named after no table, packed, or beside tables of another form"
    issues = [Issue(str(file), said, code=code.name, hint=hint, severity="warning") for file in beside]
    if sink:
        for issue in issues:
            sink(issue)
    return Report(tuple(issues), (Tally(code.name, code.layer, checked=len(beside), warned=len(beside)),))


def _tables(
    path: Path, tables: dict[str, list[Path]], is_hashed: bool, sink: Sink | None, progress: Progress | None
) -> Report:
    from news_dataset.scale.tabled import validate_tables

    report = Report(())
    if (path / manifest.NAME).is_file():
        report = _hashed(path) if is_hashed else _unhashed()
    if not report.ok:
        return report
    report += validate_tables(tables, set(tables) >= set(BY_TABLE), sink, progress)
    is_plain = path.is_dir() and not (path / manifest.NAME).is_file()
    return report + _strays(path, [file for files in tables.values() for file in files], sink) if is_plain else report


def _unhashed() -> Report:
    code = checks.CODES["altered_release"]
    tally = Tally(code.name, code.layer)
    tally.count(NOT_HASHED)
    return Report((), (tally,))


def _hashed(path: Path) -> Report:
    """Compare every file of a release with its manifest."""
    code = checks.CODES["altered_release"]
    hint = "build the release anew, or fetch it again"
    differences = list(manifest.differences(path, manifest.read(path)))
    place = str(path / manifest.NAME)
    issues = [Issue(place, one, code=code.name, hint=hint, exit_code=code.exit_code) for one in differences]
    return Report(tuple(issues), (Tally(code.name, code.layer, checked=1, failed=int(bool(issues))),))


def _need_polars() -> None:
    try:
        import polars  # noqa: F401 (only whether it is there)
    except ImportError as error:
        advice = "large files are checked with polars, which is not installed; run: pip install polars"
        raise SetupError(advice) from error
