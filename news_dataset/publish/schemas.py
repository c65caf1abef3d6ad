"""The JSON Schemas of a dataset's folder: written, compared with the models, or one version with another."""

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
    """Write, check or compare the schemas of a dataset; arguments and errors as ``Dataset.schema``."""
    if check and diff:
        raise UsageError("check and diff are two questions: ask one")
    if not any((folder / name).is_dir() for name in ("data", "schemas")) and release_in(folder) is None:
        expected = f"expected a folder with data/curated, whose schemas go to schemas/{SCHEMA_VERSION}"
        raise UsageError(f"{folder} holds no dataset: {expected}")
    if diff:
        return _changes(folder / "schemas", *diff)
    current = folder / "schemas" / SCHEMA_VERSION
    profile = profile_above(folder, 0)
    json_schemas.check_dialect(profile)
    drift = list(json_schemas.drift(current, profile))
    is_frozen = SCHEMA_VERSION in schema_ledger.frozen(current.parent)
    wanted = json_schemas.derive(profile)
    if check:
        hint = "" if is_frozen else "news-dataset schema writes it"
        issues = [Issue(str(current / name), how, hint=hint) for name, how in drift]
        issues += [Issue(str(current.parent / name), how) for name, how in schema_ledger.faults(current.parent)]
        return manual.file_report("schema_drift", issues, checked=len(wanted))
    if is_frozen and drift:
        raise UsageError(f"{current} is frozen and stays as it is: changed models need a new version (docs/schemas.md)")
    if not is_frozen:
        replace(current, {name: text.encode() for name, text in wanted.items()})
    return manual.file_report("schema_drift", [], checked=len(wanted))


def _changes(place: Path, old: str, new: str) -> Report:
    """Return how two versions differ; where no version is frozen yet, nothing is compared."""
    major = SCHEMA_VERSION.partition(".")[0]
    if "frozen" in (old, new) and schema_ledger.newest(place, major) is None:
        return manual.file_report("schema_drift", [], checked=0, skipped=f"no version {major}.x is frozen yet")
    older, newer = _version(place, old), _version(place, new)
    schemas_then, schemas_now = schema_diff.load(older), schema_diff.load(newer)
    issues = list(_issues(newer, schema_diff.compare(schemas_then, schemas_now)))
    return manual.file_report("schema_drift", issues, checked=len({*schemas_then, *schemas_now}))


def _issues(folder: Path, changes: list[schema_diff.Change]) -> Iterator[Issue]:
    for change in changes:
        message = f"{change.kind}: {change.pointer} {change.what}"
        is_breaking = change.kind == "breaking"
        yield Issue(f"{folder / change.file}", message, change.pointer, severity="error" if is_breaking else "warning")


def _version(place: Path, named: str) -> Path:
    """Return the folder that is meant: one by its path, by its version, or the word frozen or current."""
    if named == "frozen":
        return place / str(schema_ledger.newest(place, SCHEMA_VERSION.partition(".")[0]))
    if named == "current":
        return place / SCHEMA_VERSION
    return Path(named) if Path(named).is_dir() else place / named
