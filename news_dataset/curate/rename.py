"""Rename a record: change its id in the record, in all references and in file names, and redirect the old id.

If the new id is that of another person, organization, place, event or source, the record is merged into that.

Only whole ids inside scalars are replaced, so that comments and formatting stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from news_dataset import manifest, reader
from news_dataset.collection import Collection
from news_dataset.curate import source
from news_dataset.curate.folder import base_of, open_dataset, open_layers
from news_dataset.curate.merge import file_to_remove, is_merge
from news_dataset.errors import NewsDatasetError, UsageError, known_id
from news_dataset.files import read_own
from news_dataset.journal import write_files
from news_dataset.markup import operand
from news_dataset.profile import role_key
from news_dataset.records import BY_TYPE
from news_dataset.records.columns import example_id
from news_dataset.records.fields import MAX_ID, NUMBERED, id_pattern
from news_dataset.release_presence import release_beside
from news_dataset.spans import read_text


@dataclass(frozen=True, slots=True)
class Renamed:
    """The result of a renaming.

    Args:
        ids: old id → new id; with an article its statements and assessments change, whose ids contain its slug.
        places: number of places in files where an id was replaced.
        files: the written files, under their new names.
        merged: the file that was removed, if the new id is that of another record.
        notes: a line about the text of an article, found by its name in texts/, and one for each list of participants
            that has somebody twice after a merger.
    """

    ids: Mapping[str, str]
    places: int
    files: tuple[Path, ...]
    merged: Path | None = None
    notes: tuple[str, ...] = ()


def rename(place: Path, old: str, new: str) -> Renamed:
    """Rename a record in the files of a dataset; arguments and errors as ``Dataset.rename``."""
    collection = open_dataset(place)
    layers = open_layers(collection)
    known_id(old, list(collection.by_id), "record")
    ids = _new_ids(collection.by_id, old, new)
    in_layers = {record_id for layer in layers for record_id in layer.by_id}
    merged = file_to_remove(collection, layers, old, new) if is_merge(collection, old, new) else None
    if not merged:
        _refuse_used(collection, layers, ids | _new_ids(in_layers, old, new))
    written: dict[Path, str] = {}
    moved: dict[Path, Path] = {}
    places = 0
    for part in (collection, *layers):
        part_ids = ids if part is collection else ids | _new_ids(part.by_id, old, new)
        for path in dict.fromkeys(path for document in part.documents if (path := Path(document.path)) != merged):
            words = read_own(path)
            text, count = _replace_ids(path, words, part_ids)
            target = _new_path(part, path, old, new)
            if target != path and target.exists():
                raise UsageError(f"{target} is there already; {path} would be renamed to it")
            if text != words or target != path:
                written[target] = text
                moved |= {target: path} if target != path else {}
                places += count
    notes = [*_move_text(collection, old, new, written, moved)]
    if collection.description:
        _add_redirects(collection, ids, written, "merged" if merged else "renamed")
    write_files(base_of(collection), written, [merged] if merged else [], moved)
    notes += [line for part in (collection, *layers) if merged for line in _twice(part, old, new)]
    return Renamed(ids, places, tuple(written), merged, tuple(notes))


def _move_text(
    collection: Collection, old: str, new: str, written: dict[Path, str], moved: dict[Path, Path]
) -> Iterator[str]:
    """Add the text of an article that its name belongs to, in texts/ beside the records; yield what becomes of it."""
    base, (kind, _, slug) = base_of(collection), old.partition("/")
    if kind != "article":
        return
    text = (base.parent if base.name == "data" else base) / "texts" / f"{slug}.txt"
    target = text.with_name(f"{new.partition('/')[2]}.txt")
    if not text.is_file():
        return
    if target.exists():
        yield f"{target} is there already: {text} keeps its name"
        return
    try:
        words = None if text.parent.is_symlink() else read_text(text).words
    except NewsDatasetError:
        words = None
    if words is None:  # the journal only changes regular files in the folder of the dataset
        yield f"{text} is not renamed; to do so: mv {operand(text)} {operand(target)}"
        return
    written[target], moved[target] = words, text
    yield f"{text} is now {target}"


def _twice(collection: Collection, old: str, new: str) -> Iterator[str]:
    """Yield a line for each list of participants that has both ids of a merger."""
    for entry in collection.entries:
        rows = entry.data.get("statement_participants")
        roles: dict[str, set[str]] = {}
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                roles.setdefault(str(row.get("role")), set()).add(str(row.get("entity")))
        for role, entities in roles.items():
            if {old, new} <= entities:
                yield f"{new} is now twice among the {role_key(role)} of {entry.id}: remove one"


def next_release(collection: Collection) -> str:
    """Return the version of the next release, the first that can contain a change made now."""
    version = str(collection.description.data_version if collection.description else "").removesuffix(".dev")
    folder = release_beside(base_of(collection))
    if (folder / manifest.NAME).is_file() and manifest.read(folder).dataset["data_version"] == version:
        year, month, number = version.split(".")
        return f"{year}.{month}.{int(number) + 1}"
    return version


def _new_ids(known_ids: Iterable[str], old: str, new: str) -> dict[str, str]:
    """Return old id → new id for each of *known_ids* that the renaming changes.

    Raises:
        UsageError: *new* is not an id of the type of *old*, or belongs to another article.
    """
    kind, _, slug = old.partition("/")
    if not re.fullmatch(id_pattern(kind), new) or len(new) > MAX_ID:
        raise UsageError(f"{new!r} is not an id of type {kind}, such as {example_id(kind)}")
    if kind in NUMBERED and new.split("/")[1] != slug.split("/")[0]:
        raise UsageError(f"{new} belongs to another article than {old}")
    if kind != "article":
        return {old: new}
    new_slug = new.partition("/")[2]
    heads = {f"{numbered}/{slug}": f"{numbered}/{new_slug}" for numbered in NUMBERED}
    parts = {record_id: record_id.rpartition("/") for record_id in known_ids}
    return {old: new} | {
        record_id: f"{heads[head]}/{number}" for record_id, (head, _, number) in parts.items() if head in heads
    }


def _refuse_used(collection: Collection, layers: list[Collection], ids: Mapping[str, str]) -> None:
    """Raise a ``UsageError`` if a new id belongs to a record, or did in an earlier release."""
    gone = {redirect.old_id: redirect.release for redirect in collection.redirects}
    for new in ids.values():
        if new in gone:
            raise UsageError(f"{new} was in use before release {gone[new]}, and an id is never used again")
        for part in (collection, *layers):
            if new in part.by_id:
                raise UsageError(f"{new} is there already, in {part.by_id[new].document.path}")


def _new_path(collection: Collection, path: Path, old: str, new: str) -> Path:
    """Return the path of a file after a renaming, which may be the old one."""
    kind, slug, *number = old.split("/")
    _, new_slug, *new_number = new.split("/")
    parent, grandparent = path.parent.name, path.parent.parent.name
    if number:
        is_own = (grandparent, parent, path.stem) == (BY_TYPE[kind].table, slug, *number)
        return path.with_name(f"{new_number[0]}{path.suffix}") if is_own else path
    tables = [BY_TYPE[name].table for name in ((kind, *NUMBERED) if kind == "article" else (kind,))]
    if parent in tables and path.stem == slug and (kind == "article" or _holds_only(collection, path, old)):
        return path.with_name(f"{new_slug}{path.suffix}")
    if kind == "article" and parent == slug and grandparent in tables:
        return path.parent.parent / new_slug / path.name
    return path


def _holds_only(collection: Collection, path: Path, record_id: str) -> bool:
    """Return whether a file holds the record *record_id* and no other."""
    return [entry.id for entry in collection.entries if entry.document.path == str(path)] == [record_id]


def _replace_ids(path: Path, words: str, ids: Mapping[str, str]) -> tuple[str, int]:
    """Return the text of a file with ids replaced, and the number of replacements.

    Raises:
        UsageError: the ids cannot be replaced without another change.
    """
    longest = sorted(ids, key=len, reverse=True)
    pattern = re.compile(rf"(?<![^\s'\"(\[{{,;])(?:{'|'.join(map(re.escape, longest))})(?![\w/-])")
    if not pattern.search(words):
        return words, 0
    try:
        edits = list(_edits(words, pattern, ids))
    except yaml.YAMLError:
        edits = []
    result = source.apply(words, edits)
    before, after = reader.read(path, words.encode()), reader.read(path, result.encode())
    is_same = not after.problems and _with_new_ids(before.data, pattern, ids) == after.data
    if not is_same or source.comment_texts(result) != source.comment_texts(words):
        raise UsageError(f"{path} cannot be rewritten safely: run news-dataset fmt first, or replace the ids by hand")
    return result, len(edits)


def _edits(words: str, pattern: re.Pattern[str], ids: Mapping[str, str]) -> Iterator[source.Edit]:
    """Yield the edits that replace the ids in the scalars of a file."""
    for node in source.nodes(source.composed(words)):
        if isinstance(node, yaml.ScalarNode):
            start = node.start_mark.index
            for match in pattern.finditer(words[start : source.end_of(words, node)]):
                yield start + match.start(), start + match.end(), ids[match[0]]


def _with_new_ids(data: Any, pattern: re.Pattern[str], ids: Mapping[str, str]) -> Any:
    """Return plain data with the ids replaced in every text and key."""
    if isinstance(data, dict):
        return {_with_new_ids(key, pattern, ids): _with_new_ids(value, pattern, ids) for key, value in data.items()}
    if isinstance(data, list):
        return [_with_new_ids(item, pattern, ids) for item in data]
    return pattern.sub(lambda match: ids[match[0]], data) if isinstance(data, str) else data


def _add_redirects(collection: Collection, ids: Mapping[str, str], written: dict[Path, str], reason: str) -> None:
    """Add to *written* the file ``redirects.yaml`` with a row for each old id."""
    path, release = base_of(collection) / "redirects.yaml", next_release(collection)
    words = written.get(path, read_own(path) if path.exists() else "[]\n")
    rows = [
        (f"old_id: {old}", f"new_id: {new}", f"reason: {reason}", f"release: {release}") for old, new in ids.items()
    ]
    root: source.Node = source.composed(words)
    start = end = source.end_of(words, root)
    if root.flow_style and root.value:
        start = end = end - 1  # before the closing bracket
        text = "".join(f", {{{', '.join(row)}}}" for row in rows)
    else:
        indent = "\n" + " " * root.start_mark.column
        text = "".join(f"{indent}- " + f"{indent}  ".join(row) for row in rows)
    if not root.value:
        start, text = root.start_mark.index, text.lstrip("\n")
    written[path] = source.apply(words, [(start, end, text)])
