"""Refuse to release a draft, a version that is used, or what a new dataset holds to be replaced."""

from __future__ import annotations

from collections.abc import Iterator

from news_dataset import manual
from news_dataset.collection import Collection
from news_dataset.entries import Entry
from news_dataset.issues import Issue, Report
from news_dataset.placeholders import TEXT_SHA256, placeholders
from news_dataset.publish.release import is_draft


def require_ready(collection: Collection, release: bool) -> None:
    """Raise InvalidDataError if *release* is set for a draft, or where something was not filled in."""
    if not release:
        return
    issues = list(_placeholders(collection))
    report = manual.file_report("placeholder", issues, len(collection.documents)) if issues else Report(())
    if about := collection.description:
        version = str(about.data_version)
        if is_draft(about.to_dict()):
            report += _version_report(collection, f"{version} is a draft, which --release does not publish")
    report.raise_for_errors()


def refuse_version(collection: Collection) -> None:
    """Raise InvalidDataError, since the version is published with other content."""
    version = collection.description.data_version if collection.description else ""
    _version_report(collection, f"{version} is published already, with other content").raise_for_errors()


def _version_report(collection: Collection, message: str) -> Report:
    """Return the report of an error of ``data_version``, with the next free one as hint."""
    entry = next(entry for entry in collection.entries if entry.kind == "dataset")
    year, month, number, *draft = str(entry.data["data_version"]).split(".")
    free = f"{year}.{month}.{number}" if draft else f"{year}.{month}.{int(number) + 1}"
    hint = f"write data_version: {free}" + ("" if draft else f", or {free}.dev for a draft")
    return manual.file_report("released_version", [entry.issue("/data_version", message, hint)], 1)


def _placeholders(collection: Collection) -> Iterator[Issue]:
    """Yield an issue for each value that a command wrote to be replaced."""
    for entry in collection.entries:
        for pointer, value in placeholders(entry.data):
            yield _issue(entry, pointer, value)


def _issue(entry: Entry, pointer: str, value: str) -> Issue:
    """Return the issue of a placeholder."""
    if value == TEXT_SHA256:
        message = "the record is still on the text that init wrote"
        return entry.issue(pointer, message, "for yours: news-dataset anchor --text FILE; or delete the article")
    return entry.issue(pointer, f"{value} is only a placeholder", f"write your own {pointer.rpartition('/')[2]}")
