"""Give a record another id: in the record, in all references to it, in names of files; the old id is redirected.

Whole ids are replaced inside the scalars of files, so that comments and formatting stay, whatever form a record has.
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
from news_dataset.errors import UsageError, known
from news_dataset.files import read_own
from news_dataset.journal import write_files
from news_dataset.records import BY_TYPE
from news_dataset.records.columns import example_id
from news_dataset.records.fields import MAX_ID, NUMBERED, id_pattern
from news_dataset.release_presence import release_beside


@dataclass(frozen=True, slots=True)
class Renamed:
    """What was renamed.

    Args:
        ids: the new id of each record that has one; those of an article's statements and assessments contain its slug.
        places: in how many places of files an id was replaced.
        files: the files that were written, under their new names.
    """

    ids: Mapping[str, str]
    places: int
    files: tuple[Path, ...]


def rename(place: Path, old: str, new: str) -> Renamed:
    """Rename a record in the files of a dataset; arguments and errors as ``Dataset.rename``."""
    collection = open_dataset(place)
    layers = open_layers(collection)
    known(old, list(collection.by_id), "record")
    ids = _renamed(collection.by_id, old, new)
    _refuse_used(collection, layers, {**ids, **_renamed({one for layer in layers for one in layer.by_id}, old, new)})
    written: dict[Path, str] = {}
    removed: list[Path] = []
    places = 0
    for part in (collection, *layers):
        here = ids if part is collection else ids | _renamed(part.by_id, old, new)
        for path in dict.fromkeys(Path(document.path) for document in part.documents):
            words = read_own(path)
            text, count = _replaced(path, words, here)
            target = _target(part, path, old, new)
            if target != path and target.exists():
                raise UsageError(f"{target} is there already; {path} would become it")
            if text != words or target != path:
                written[target] = text
                removed += [path] if target != path else []
                places += count
    if collection.description:
        _redirect(collection, ids, written)
    write_files(base_of(collection), written, removed)
    return Renamed(ids, places, tuple(written))


def next_release(collection: Collection) -> str:
    """Return the version of the first release that can hold what is changed now."""
    version = str(collection.description.data_version if collection.description else "").removesuffix(".dev")
    folder = release_beside(base_of(collection))
    if (folder / manifest.NAME).is_file() and manifest.read(folder).dataset["data_version"] == version:
        year, month, number = version.split(".")
        return f"{year}.{month}.{int(number) + 1}"
    return version


def _renamed(known_ids: Iterable[str], old: str, new: str) -> dict[str, str]:
    """Return the new id of each record that gets one.

    Raises:
        UsageError: *new* is no id of the type of *old*.
    """
    kind, _, slug = old.partition("/")
    if not re.fullmatch(id_pattern(kind), new) or len(new) > MAX_ID:
        raise UsageError(f"{new!r} is no id of type {kind}, such as {example_id(kind)}")
    if kind in NUMBERED and new.split("/")[1] != slug.split("/")[0]:
        raise UsageError(f"{new} belongs to another article than {old}")
    if kind != "article":
        return {old: new}
    starts = {f"{one}/{slug}/": f"{one}/{new.partition('/')[2]}/" for one in NUMBERED}
    parts = {one: one.rpartition("/") for one in known_ids}
    numbered = {one: starts[f"{head}/"] + last for one, (head, _, last) in parts.items() if f"{head}/" in starts}
    return {old: new, **numbered}


def _refuse_used(collection: Collection, layers: list[Collection], ids: Mapping[str, str]) -> None:
    """Raise if a new id is that of a record, or was one.

    Raises:
        UsageError: it is.
    """
    gone = {redirect.old_id: redirect.release for redirect in collection.redirects}
    for one in ids.values():
        if one in gone:
            raise UsageError(f"{one} was in use before release {gone[one]}, and an id is never used again")
        for part in (collection, *layers):
            if one in part.by_id:
                raise UsageError(f"{one} is there already, in {part.by_id[one].document.path}")


def _target(collection: Collection, path: Path, old: str, new: str) -> Path:
    """Return what a file is called after the record was renamed."""
    kind, slug, *number = old.split("/")
    _, other, *other_number = new.split("/")
    here, above = path.parent.name, path.parent.parent.name
    if number:
        is_own = (above, here, path.stem) == (BY_TYPE[kind].table, slug, *number)
        return path.with_name(f"{other_number[0]}{path.suffix}") if is_own else path
    tables = [BY_TYPE[one].table for one in ((kind, *NUMBERED) if kind == "article" else (kind,))]
    if here in tables and path.stem == slug and (kind == "article" or _is_of(collection, path, old)):
        return path.with_name(f"{other}{path.suffix}")
    if kind == "article" and here == slug and above in tables:
        return path.parent.parent / other / path.name
    return path


def _is_of(collection: Collection, path: Path, record_id: str) -> bool:
    """Return whether a file holds one record alone."""
    return [entry.id for entry in collection.entries if entry.document.path == str(path)] == [record_id]


def _replaced(path: Path, words: str, ids: Mapping[str, str]) -> tuple[str, int]:
    """Return the text of a file with ids replaced, and in how many places.

    Raises:
        UsageError: it cannot be rewritten so that nothing else changes.
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
    is_same = not after.problems and _mapped(before.data, pattern, ids) == after.data
    if not is_same or source.comment_texts(result) != source.comment_texts(words):
        raise UsageError(f"{path} cannot be rewritten safely: run news-dataset fmt first, or replace the ids by hand")
    return result, len(edits)


def _edits(words: str, pattern: re.Pattern[str], ids: Mapping[str, str]) -> Iterator[source.Edit]:
    for node in source.nodes(source.composed(words)):
        if isinstance(node, yaml.ScalarNode):
            start = node.start_mark.index
            for found in pattern.finditer(words[start : source.end_of(words, node)]):
                yield start + found.start(), start + found.end(), ids[found[0]]


def _mapped(data: Any, pattern: re.Pattern[str], ids: Mapping[str, str]) -> Any:
    """Return data with ids replaced in every text."""
    if isinstance(data, dict):
        return {_mapped(key, pattern, ids): _mapped(value, pattern, ids) for key, value in data.items()}
    if isinstance(data, list):
        return [_mapped(item, pattern, ids) for item in data]
    return pattern.sub(lambda found: ids[found[0]], data) if isinstance(data, str) else data


def _redirect(collection: Collection, ids: Mapping[str, str], written: dict[Path, str]) -> None:
    """Add a row for each old id to ``redirects.yaml``."""
    path, release = base_of(collection) / "redirects.yaml", next_release(collection)
    words = written.get(path, read_own(path) if path.exists() else "[]\n")
    rows = [(f"old_id: {old}", f"new_id: {new}", "reason: renamed", f"release: {release}") for old, new in ids.items()]
    root: source.Node = source.composed(words)
    at = behind = source.end_of(words, root)
    if root.flow_style and root.value:
        at = behind = at - 1
        text = "".join(f", {{{', '.join(row)}}}" for row in rows)
    else:
        indent = "\n" + " " * root.start_mark.column
        text = "".join(f"{indent}- " + f"{indent}  ".join(row) for row in rows)
    if not root.value:
        at, text = root.start_mark.index, text.lstrip("\n")
    written[path] = source.apply(words, [(at, behind, text)])
