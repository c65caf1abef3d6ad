"""Write the JSON Schemas of a dataset, check them, or compare two versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from news_dataset import json_schemas, manual, schema_diff, schema_ledger
from news_dataset.atomic import replace
from news_dataset.errors import UsageError
from news_dataset.folders import profile_above
from news_dataset.issues import Issue, Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.stores import release_in


def schemas(folder: Path, *, check: bool, diff: tuple[str, str] | None) -> Report:
    """Write, check or compare schemas; arguments and errors as ``Dataset.schema``."""
    if check and diff:
        raise UsageError("check and diff exclude each other: give one of them")
    if not any((folder / name).is_dir() for name in ("data", "schemas")) and release_in(folder) is None:
        expected = f"expected a folder with data/curated, whose schemas go to schemas/{SCHEMA_VERSION}"
        raise UsageError(f"{folder} holds no dataset: {expected}")
    if diff:
        return _changes(folder / "schemas", *diff)
    current = folder / "schemas" / SCHEMA_VERSION
    profile = profile_above(folder, 0)
    is_frozen = SCHEMA_VERSION in schema_ledger.frozen(current.parent)
    drift = list(json_schemas.drift(current, profile)) if check or is_frozen else []
    wanted = json_schemas.derive(profile)
    if check:
        json_schemas.check_dialect(profile)
        hint = "" if is_frozen else "news-dataset schema writes it"
        faults = schema_ledger.faults(current.parent)
        issues = [Issue(str(current / name), message, hint=hint) for name, message in drift]
        issues += [Issue(str(current.parent / name), message) for name, message in faults]
        return manual.file_report("schema_drift", issues, checked=len(wanted))
    if is_frozen and drift:
        raise UsageError(f"{current} is frozen and stays as it is: changed models need a new version (docs/schemas.md)")
    if not is_frozen:
        replace(current, {name: text.encode() for name, text in wanted.items()})
    return manual.file_report("schema_drift", [], checked=len(wanted))


def _changes(folder: Path, old: str, new: str) -> Report:
    """Report the changes between two versions; skip if no ``frozen`` one exists."""
    major = SCHEMA_VERSION.partition(".")[0]
    if "frozen" in (old, new) and schema_ledger.newest(folder, major) is None:
        return manual.file_report("schema_drift", [], checked=0, skipped=f"no version {major}.x is frozen yet")
    old_folder, new_folder = _version_folder(folder, old), _version_folder(folder, new)
    old_schemas, new_schemas = schema_diff.load(old_folder), schema_diff.load(new_folder)
    issues = list(_issues(new_folder, schema_diff.compare(old_schemas, new_schemas)))
    return manual.file_report("schema_drift", issues, checked=len({*old_schemas, *new_schemas}))


def _issues(folder: Path, changes: list[schema_diff.Change]) -> Iterator[Issue]:
    """Yield an error for each breaking change, and a warning for each other."""
    for change in changes:
        message = f"{change.kind}: {change.pointer} {change.what}"
        is_breaking = change.kind == "breaking"
        yield Issue(f"{folder / change.file}", message, change.pointer, severity="error" if is_breaking else "warning")


def _version_folder(folder: Path, name: str) -> Path:
    """Return the folder of a path, a version, or the word ``frozen`` or ``current``."""
    if name == "frozen":
        return folder / str(schema_ledger.newest(folder, SCHEMA_VERSION.partition(".")[0]))
    if name == "current":
        return folder / SCHEMA_VERSION
    return Path(name) if Path(name).is_dir() else folder / name
