"""References: ids exist, are unique, stand in the right file, and are used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from news_dataset.checks import across
from news_dataset.collection import Collection, references
from news_dataset.issues import Outcome, Skipped
from news_dataset.records import BY_TABLE, Assessment, Event, Statement
from news_dataset.records.fields import NUMBERED

PART = Skipped("only a part of a dataset: references need the whole")
UNSOUND = Skipped("some files or records have errors of shape")

WANT_USE = ("person", "organization", "place", "event", "source")
"""What must be referred to; articles, statements and assessments stand for themselves."""


def dangling_reference(collection: Collection) -> Iterator[Outcome]:
    """A field refers to an id that no record has; the hint names the nearest one.

    What refers to a record in a broken file is not blamed: the file is reported.
    """
    hidden = _hidden_slugs(collection)
    for entry in collection.of():
        for pointer, target, mark in references(entry):
            if target in collection.by_id or target.split("/")[1] in hidden or target.split("/")[0] in hidden:
                yield []
            elif not collection.is_whole:
                yield PART
            else:
                candidates = [one for one in collection.by_id if one.startswith(mark.types)]
                yield [entry.issue(pointer, *across.dangling(target, candidates)[:2])]


def duplicate_id(collection: Collection) -> Iterator[Outcome]:
    """Two records have the same id."""
    for entry in collection.entries:
        if entry.id:
            first = collection.by_id[entry.id]
            where = f"{first.document.path}:{first.document.place(first.pointer)[0]}"
            yield [] if first is entry else [entry.issue("/id", *across.duplicate(entry.id, where)[:2])]


def misnamed_file(collection: Collection) -> Iterator[Outcome]:
    """The name of the file does not carry the id of its record.

    People, organizations, places, events and articles lie in one file each, named after the id's slug; statements and
    assessments of an article in one file named after the article's slug. Sources may lie in any file.
    """
    for entry in collection.of():
        path = PurePath(entry.document.path)
        if entry.kind == "source" or path.suffix == ".jsonl":
            continue
        if not collection.is_whole:
            yield PART
            continue
        slug = entry.id.split("/")[1]
        message = f"{entry.id} stands in a file named {path.name}"
        yield [] if path.stem == slug else [entry.issue("/id", message, f"name the file {slug}{path.suffix}")]


def foreign_number(collection: Collection) -> Iterator[Outcome]:
    """A numbered id does not carry the slug of its article.

    Statements are numbered within their article, and so are the assessments of its statements; the assessment of an
    event is numbered within any article of the dataset.
    """
    for entry in collection.of(*NUMBERED):
        row = entry.row
        if isinstance(row, Statement):
            owner = row.article
        elif isinstance(row, Assessment) and row.target.startswith("statement/"):
            owner = row.target
        elif not collection.is_whole:
            yield PART
            continue
        else:
            owner = f"article/{entry.id.split('/')[1]}"
            yield [] if owner in collection.by_id else [entry.issue("/id", *across.no_article(owner, entry.kind)[:2])]
            continue
        slug = owner.split("/")[1]
        message, hint = f"{entry.id} belongs to {owner}", f"begin the id with {entry.kind}/{slug}/"
        yield [] if entry.id.split("/")[1] == slug else [entry.issue("/id", message, hint)]


def unused_record(collection: Collection) -> Iterator[Outcome]:
    """A person, organization, place, event or source that no other record refers to."""
    used = {
        target for entry in collection.of() for _, target, _ in references(entry)
    }  # fmt: skip
    for entry in collection.of(*WANT_USE):
        if not collection.is_whole or not collection.is_sound:
            yield UNSOUND if collection.is_whole else PART
        else:
            yield [] if entry.id in used else [entry.issue("/id", *across.unused(entry.id)[:2])]


def circular_parent(collection: Collection) -> Iterator[Outcome]:
    """An event or statement lies within itself, directly or by way of its parents."""
    for entry in collection.of("event", "statement"):
        row = entry.row
        if isinstance(row, Event | Statement) and row.parent is not None:
            seen, above = {entry.id}, row.parent
            while above not in seen and above in collection.by_id:
                seen.add(above)
                above = str(collection.by_id[above].data.get("parent", ""))
            yield [entry.issue("/parent", *across.circular(entry.id)[:2])] if above == entry.id else []


def duplicate_assessment(collection: Collection) -> Iterator[Outcome]:
    """One aspect of one statement or event is assessed twice."""
    first: dict[tuple[str, str], str] = {}
    for entry in collection.of("assessment"):
        if isinstance(entry.row, Assessment):
            other = first.setdefault((entry.row.target, entry.row.aspect), entry.id)
            said = across.assessed_already(entry.row.aspect, entry.row.target, other)
            yield [] if other == entry.id else [entry.issue("/target", *said[:2])]


def bad_redirect(collection: Collection) -> Iterator[Outcome]:
    """A redirect gives up an id twice or while it is in use, or leads to no record or to one of another type."""
    seen: set[str] = set()
    for entry in collection.entries:
        if entry.kind != "redirect" or entry.row is None:
            continue
        if not collection.is_whole:
            yield PART
            continue
        old, new = entry.data["old_id"], entry.data.get("new_id")
        found = [entry.issue("/old_id", f"{old} is still in use")] if old in collection.by_id else []
        if old in seen:
            found.append(entry.issue("/old_id", f"{old} is redirected already"))
        seen.add(old)
        if new is not None and new not in collection.by_id:
            found.append(entry.issue("/new_id", f"there is no {new}", "redirect to a record that exists"))
        elif new is not None and new.partition("/")[0] != old.partition("/")[0]:
            found.append(entry.issue("/new_id", f"{new} is of another type than {old}"))
        yield found


CHECKS = (
    dangling_reference, duplicate_id, misnamed_file, foreign_number, unused_record, circular_parent,
    duplicate_assessment, bad_redirect,
)  # fmt: skip
ACROSS = (
    dangling_reference, duplicate_id, misnamed_file, unused_record,
    circular_parent, duplicate_assessment, bad_redirect,
)  # fmt: skip
"""Those that look at several records at once."""


def _hidden_slugs(collection: Collection) -> set[str]:
    """Return the slugs that records in broken files may have, and the types of folders that cannot be read."""
    broken = {document.path for document in collection.documents if document.problems}
    broken |= {entry.document.path for entry in collection.entries if entry.row is None}
    paths = [PurePath(path) for path in broken]
    return {path.stem for path in paths} | {BY_TABLE[path.name].record_type for path in paths if path.name in BY_TABLE}
