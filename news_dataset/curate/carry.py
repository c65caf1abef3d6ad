"""Carry the records of an article to another text: what is found there is anchored anew, the rest is listed.

A span is exact or relocated by its digests, or it is not carried: nothing similar is taken for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import yaml

from news_dataset import manifest, reader, restoration
from news_dataset.collection import Collection
from news_dataset.curate import source
from news_dataset.curate.folder import base_of, open_dataset, open_layers
from news_dataset.curate.span_places import PLACEHOLDER, SpanPlace, span_places, without_spans
from news_dataset.entries import Entry
from news_dataset.errors import UsageError, known
from news_dataset.files import read_own
from news_dataset.issues import Issue, Report
from news_dataset.journal import write_files
from news_dataset.records import Article
from news_dataset.release_presence import release_beside
from news_dataset.released import Release
from news_dataset.restoration import Restored
from news_dataset.spans import Span, Text, read_text


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the spans of an article.

    Args:
        spans: how many stand in the new text, and point into it now.
        files: the files that were written.
        report: an issue for each span that is for the curator to find again.
    """

    spans: int
    files: tuple[Path, ...]
    report: Report


@dataclass
class _File:
    """A file with records of the article, the spans in them, and the refusals of those that are not carried."""

    path: Path
    words: str
    found: list[tuple[str, SpanPlace]] = field(default_factory=list)
    edits: list[source.Edit] = field(default_factory=list)
    left: list[tuple[source.Edit, str]] = field(default_factory=list)

    def issues(self) -> Iterator[Issue]:
        """Yield an issue for each span that is left to the curator, where it is in the file as it is now."""
        hint = f"write the words instead of {PLACEHOLDER}, then news-dataset anchor"
        for edit, message in self.left:
            before = source.apply(
                self.words[: edit[0]], [one for one in self.edits if one[1] <= edit[0] and one != edit]
            )
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            yield Issue(str(self.path), message, code="unanchored", hint=hint, line=line, column=column)


def carry(place: Path, article: str, text: Path) -> Carried:
    """Carry an article to another text; arguments and errors as ``Dataset.carry``."""
    collection, copy = open_dataset(place), read_text(text)
    known(article, [entry.id for entry in collection.entries if entry.kind == "article"], "article")
    old = _sound(collection, article)
    if old.text_sha256 is None:
        raise UsageError(f"{article} has no text_sha256 to carry from: run news-dataset anchor --text {text}")
    if copy.sha256 == old.text_sha256:
        raise UsageError(f"{text} is the text that {article} is annotated on: there is nothing to carry")
    annotated = [(collection, old)]
    for layer in open_layers(collection):
        same = [
            one for one in layer.entries if one.kind == "article" and one.data.get("text_sha256") == old.text_sha256
        ]
        annotated += [(layer, _sound(layer, one.id)) for one in same]
    found = [(part, one, list(_files(part, one.id))) for part, one in annotated]
    files = [file for *_, some in found for file in some]
    spans = [span for file in files for _, one in file.found for span in one.spans]
    states = dict(zip(spans, restoration.restore(spans, copy, old.text_sha256), strict=True))
    for file in files:
        _carry_file(file, states, copy)
    for part, one, some in found:
        _note_text(part, one, copy, some)
    changed = {file.path: _result(file) for file in files if file.edits}
    write_files(base_of(collection), changed)
    lost = sum(states[span].state != "relocated" for span in spans)
    return Carried(len(spans) - lost, tuple(changed), Report.of(issue for file in files for issue in file.issues()))


def _sound(collection: Collection, article: str) -> Article:
    """Return an article of a dataset or layer.

    Raises:
        UsageError: it or a record that would be carried has errors.
    """
    for entry in _entries(collection, article):
        if entry.row is None:
            why = f"{entry.id} in {entry.document.path} has errors, and would be left behind"
            raise UsageError(f"{why}: run news-dataset validate {collection.path} first")
    return cast("Article", collection.by_id[article].row)


def _entries(collection: Collection, article: str) -> Iterator[Entry]:
    """Yield an article and its statements, broken ones too."""
    slug = article.partition("/")[2]
    for entry in collection.entries:
        if article in (entry.id, entry.data.get("article")) or entry.id.startswith(f"statement/{slug}/"):
            yield entry


def _files(collection: Collection, article: str) -> Iterator[_File]:
    """Yield the files that hold the article or one of its statements, with the spans in these."""
    wanted: dict[str, dict[str, str]] = {}
    for entry in _entries(collection, article):
        wanted.setdefault(entry.document.path, {})[entry.pointer] = entry.id
    for path, ids in wanted.items():
        file = _File(Path(path), read_own(Path(path)))
        try:
            records = [(ids[pointer], node) for pointer, node in source.records(file.words) if pointer in ids]
        except yaml.YAMLError as error:
            raise UsageError(f"{path} cannot be rewritten safely: not every YAML parser reads it") from error
        file.found = [(record, one) for record, node in records for one in span_places(node)]
        yield file


def _carry_file(file: _File, states: dict[Span, Restored], copy: Text) -> None:
    """Write the spans of a file anew, and open those that are left to the curator."""
    for record, one in file.found:
        found = [states[span] for span in one.spans]
        if all(each.state == "relocated" for each in found):
            spans = tuple(copy.span(*each.places[0]) for each in found)
            file.edits += one.replace(file.words, spans, copy, is_json=file.path.suffix == ".json")
            continue
        edits = one.unanchor(file.words, is_json=file.path.suffix == ".json")
        file.edits += edits
        opened = next(edit for edit in edits if PLACEHOLDER in edit[2])
        file.left.append((opened, f"{one.role or 'the span'} of {record} {_said(found, copy)}"))


def _said(found: Sequence[Restored], copy: Text) -> str:
    """Return why a span was not carried; its words are not told, which may not be passed on."""
    first = next(each for each in found if each.state != "relocated")
    if first.state == "orphan":
        return "is not in the new text"
    lines = [str(copy.words.count("\n", 0, start) + 1) for start, _ in first.places]
    return f"may be {len(lines)} places of the new text: in lines {', '.join(lines)}"


def _note_text(collection: Collection, old: Article, copy: Text, files: Sequence[_File]) -> None:
    """Set hash and length of the new text on the article, and keep those of the old one."""
    entry = collection.by_id[old.id]
    file = next(one for one in files if str(one.path) == entry.document.path)
    node = next(node for pointer, node in source.records(file.words) if pointer == entry.pointer)
    for name, value in (("text_sha256", copy.sha256), ("text_length", len(copy.words))):
        found = source.pair(node, name)
        if found is None:
            raise UsageError(f"{old.id} has no {name}: run news-dataset validate first")
        start, quote = found[1].start_mark.index, found[1].style or ("'" if name == "text_sha256" else "")
        file.edits.append((start, source.end_of(file.words, found[1]), f"{quote}{value}{quote}"))
    row: dict[str, Any] = {"text_sha256": old.text_sha256, "text_length": old.text_length}
    row |= {"carried_on": datetime.now(UTC).date().isoformat()}
    if release := _release_with(collection, old):
        row["release"] = release
    file.edits.append(_added(file, node, row))


def _added(file: _File, node: source.Node, row: dict[str, Any]) -> source.Edit:
    """Return the edit that adds a row to the earlier texts of an article."""
    found, name = source.pair(node, "earlier_texts"), "earlier_texts"
    fields = [f"{key}: {value if key in ('text_length', 'release') else repr(value)}" for key, value in row.items()]
    if (found[1] if found else node).flow_style:
        text = json.dumps(row) if file.path.suffix == ".json" else f"{{{', '.join(fields)}}}"
        end = (found[1] if found else node).end_mark.index - 1
        at = len(file.words[:end].rstrip())
        key = f'"{name}"' if file.path.suffix == ".json" else name
        return at, at, f", {text}" if found else f", {key}: [{text}]"
    if found:
        indent, at = "\n" + " " * found[1].start_mark.column, source.end_of(file.words, found[1])
        return at, at, f"{indent}- " + f"{indent}  ".join(fields)
    before = [*Article.model_fields][: [*Article.model_fields].index(name)]
    indent = "\n" + " " * node.value[0][0].start_mark.column
    value = f"\n{indent[1:]}- " + f"{indent}  ".join(fields)
    at, _, _ = source.insert_after(file.words, node, before, {})
    return at, at, f"{indent}{name}:{value}"


def _release_with(collection: Collection, old: Article) -> str | None:
    """Return the version of the published release that has the spans of the old text; None for a draft."""
    folder = release_beside(base_of(collection))
    if not (folder / manifest.NAME).is_file():
        return None
    release = Release(folder)
    version = str(release.manifest.dataset["data_version"])
    rows = release.table("articles", ["id", "text_sha256"]).to_pylist()
    is_there = {"id": old.id, "text_sha256": old.text_sha256} in rows
    return version if is_there and not version.endswith(".dev") else None


def _result(file: _File) -> str:
    """Return the text of a file with its edits.

    Raises:
        UsageError: more than spans would change, or a comment would be lost.
    """
    result = source.apply(file.words, file.edits)
    before, after = (reader.read(file.path, words.encode()) for words in (file.words, result))
    is_same = not after.problems and _rest(before.data) == _rest(after.data)
    if not is_same or source.comment_texts(result) != source.comment_texts(file.words):
        raise UsageError(f"{file.path} cannot be rewritten safely: run news-dataset fmt first")
    return result


def _rest(data: Any) -> Any:
    """Return what must stay as it is, of a record or a list of records."""
    if isinstance(data, list):
        return [_rest(one) for one in data]
    return without_spans({key: value for key, value in data.items() if key != "earlier_texts"})
