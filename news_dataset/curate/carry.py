"""Carry the records of an article to another text: re-anchor the spans found there, and list the rest.

A span is carried only if its digests give one place in the new text; similar words do not count.
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
from news_dataset.checks.other_text import dataset_of
from news_dataset.collection import Collection
from news_dataset.curate import source
from news_dataset.curate.folder import base_of, open_dataset, open_layers
from news_dataset.curate.span_places import PLACEHOLDER, SpanPlace, span_places, without_spans
from news_dataset.entries import Entry
from news_dataset.errors import UsageError, known_id
from news_dataset.files import read_own
from news_dataset.issues import Issue, Report
from news_dataset.journal import write_files
from news_dataset.markup import operand
from news_dataset.placeholders import TEXT_SHA256
from news_dataset.records import Article
from news_dataset.release_presence import release_beside
from news_dataset.released import Release
from news_dataset.restoration import Place, Restored
from news_dataset.spans import Span, Text, read_texts, skeleton


@dataclass(frozen=True, slots=True)
class Carried:
    """The result of carrying an article.

    Args:
        spans: number of spans that point into the new text now.
        files: the written files.
        report: an issue for each span that the curator has to find again.
    """

    spans: int
    files: tuple[Path, ...]
    report: Report


@dataclass
class _File:
    """A file with records of the article.

    Args:
        path: the file.
        words: its text.
        places: the spans in its records, each with the id of the record.
        edits: all edits.
        left: the edit of each span that is not carried, a message and a hint.
    """

    path: Path
    words: str
    places: list[tuple[str, SpanPlace]] = field(default_factory=list)
    edits: list[source.Edit] = field(default_factory=list)
    left: list[tuple[source.Edit, str, str]] = field(default_factory=list)

    def issues(self) -> Iterator[Issue]:
        """Yield an issue for each span not carried, with its place after all edits."""
        for edit, message, hint in self.left:
            earlier = [other for other in self.edits if other[1] <= edit[0] and other != edit]
            before = source.apply(self.words[: edit[0]], earlier)
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            yield Issue(str(self.path), message, code="unanchored", hint=hint, line=line, column=column)


def carry(place: Path, article: str, text: Path) -> Carried:
    """Carry an article to another text; arguments and errors as ``Dataset.carry``."""
    collection = open_dataset(place)
    known_id(article, [entry.id for entry in collection.entries if entry.kind == "article"], "article")
    copy = read_texts(text, {article: None})[article]  # of a folder the one named after it, not one with the old hash
    old = _require_valid(collection, article)
    if old.text_sha256 in (None, TEXT_SHA256):
        why = "has no text_sha256 to carry from" if old.text_sha256 is None else "is still on the text that init wrote"
        raise UsageError(f"{article} {why}: run news-dataset anchor --text {operand(copy.path)}")
    if copy.sha256 == old.text_sha256:
        raise UsageError(f"{copy.path} is the text that {article} is annotated on: there is nothing to carry")
    articles = [(collection, old)]
    for layer in open_layers(collection):
        for entry in layer.entries:
            if entry.kind == "article" and entry.data.get("text_sha256") == old.text_sha256:
                articles.append((layer, _require_valid(layer, entry.id)))
    parts = [(part, each, list(_files(part, each.id))) for part, each in articles]
    files = [file for *_, part_files in parts for file in part_files]
    spans = [span for file in files for _, place in file.places for span in place.spans]
    results = dict(zip(spans, restoration.restore(spans, copy, old.text_sha256), strict=True))
    _require_found(article, results, copy)
    for file in files:
        _carry_file(file, results, copy)
    for part, each, part_files in parts:
        _note_text(part, each, copy, part_files)
    changed = {file.path: _apply_edits(file) for file in files if file.edits}
    write_files(base_of(collection), changed)
    lost = sum(results[span].state != "relocated" for span in spans)
    return Carried(len(spans) - lost, tuple(changed), Report.of(issue for file in files for issue in file.issues()))


def _require_found(article: str, results: dict[Span, Restored], copy: Text) -> None:
    """Raise a ``UsageError`` if a text has no words, or not those of any span, since nothing could be carried back."""
    is_other = results and all(result.state == "orphan" for result in results.values())
    if is_other or not copy.words.strip():
        why = "none of its spans is found there" if copy.words.strip() else "it is empty"
        raise UsageError(f"{copy.path} looks like another text than that of {article}: {why}; nothing was written")


def _require_valid(collection: Collection, article: str) -> Article:
    """Return an article; raise a ``UsageError`` if it or a statement of it is invalid."""
    for entry in _entries(collection, article):
        if entry.row is None:
            problem = f"{entry.id} in {entry.document.path} has errors, and would be left behind"
            raise UsageError(f"{problem}: run news-dataset validate {operand(collection.path)} first")
    return cast("Article", collection.by_id[article].row)


def _entries(collection: Collection, article: str) -> Iterator[Entry]:
    """Yield an article and its statements, also those with errors."""
    slug = article.partition("/")[2]
    for entry in collection.entries:
        if article in (entry.id, entry.data.get("article")) or entry.id.startswith(f"statement/{slug}/"):
            yield entry


def _files(collection: Collection, article: str) -> Iterator[_File]:
    """Yield the files with the article or one of its statements, and the spans in these."""
    ids_by_path: dict[str, dict[str, str]] = {}  # path → pointer of a record → id
    for entry in _entries(collection, article):
        ids_by_path.setdefault(entry.document.path, {})[entry.pointer] = entry.id
    for path, ids in ids_by_path.items():
        file = _File(Path(path), read_own(Path(path)))
        try:
            records = [(ids[pointer], node) for pointer, node in source.records(file.words) if pointer in ids]
        except yaml.YAMLError as error:
            raise UsageError(f"{path} cannot be rewritten safely: not every YAML parser reads it") from error
        file.places = [(record, place) for record, node in records for place in span_places(node)]
        yield file


def _carry_file(file: _File, results: dict[Span, Restored], copy: Text) -> None:
    """Add the edits that re-anchor the spans of a file, or leave them to the curator."""
    home, is_json = dataset_of(str(file.path)), file.path.suffix == ".json"
    command = f"news-dataset anchor --text {operand(copy.path)}{home and ' '}{home}"
    for record, place in file.places:
        restored = [results[span] for span in place.spans]
        if all(result.state == "relocated" for result in restored):
            places = zip(place.spans, (result.places[0] for result in restored), strict=True)
            spans = tuple(copy.span(*_with_marks(span, found, copy.words)) for span, found in places)
            file.edits += place.replace(file.words, spans, copy, is_json=is_json)
            continue
        edits = place.unanchor(file.words, is_json=is_json)
        file.edits += edits
        find = next(edit for edit in edits if edit[2])
        task = (
            "change them to those of the new text" if place.old_words else f"write the words instead of {PLACEHOLDER}"
        )
        hint = f"{'find has the old words: ' if place.old_words else ''}{task}, then {command}"
        file.left.append((find, f"{place.label} of {record} {_reason(restored, copy)}", hint))


def _with_marks(span: Span, place: Place, words: str) -> Place:
    """Return a place in the new text with the punctuation around it that the span had in the old one.

    Digests have none, only the number of characters says that there was some. It is taken where the span was, else
    where there is only one way to take as many.
    """
    start, end = place
    more = max(0, span.end - span.start - (end - start))
    ways = [(start - before, end + more - before) for before in range(more + 1)]
    ways = [(first, last) for first, last in ways if first >= 0 and last <= len(words)
            and not skeleton(words[first:start] + words[end:last])
            and words[first:last] == words[first:last].strip()]  # fmt: skip
    if (span.start, span.end) in ways:
        return span.start, span.end
    return ways[0] if len(ways) == 1 else place


def _reason(results: Sequence[Restored], copy: Text) -> str:
    """Return why a span was not carried, without its words, which must not be redistributed."""
    first = next(result for result in results if result.state != "relocated")
    if first.state == "orphan":
        return "is not in the new text"
    lines = [str(copy.words.count("\n", 0, start) + 1) for start, _ in first.places]
    return f"may be {len(lines)} places of the new text: in lines {', '.join(lines)}"


def _note_text(collection: Collection, old: Article, copy: Text, files: Sequence[_File]) -> None:
    """Add the edits of the article: hash and length, and a row of earlier texts."""
    entry = collection.by_id[old.id]
    file = next(file for file in files if str(file.path) == entry.document.path)
    node = next(node for pointer, node in source.records(file.words) if pointer == entry.pointer)
    for name, value in (("text_sha256", copy.sha256), ("text_length", len(copy.words))):
        field = source.pair(node, name)
        if field is None:
            raise UsageError(f"{old.id} has no {name}: run news-dataset validate first")
        start, quote = field[1].start_mark.index, field[1].style or ("'" if name == "text_sha256" else "")
        file.edits.append((start, source.end_of(file.words, field[1]), f"{quote}{value}{quote}"))
    row: dict[str, Any] = {"text_sha256": old.text_sha256, "text_length": old.text_length}
    row |= {"carried_on": datetime.now(UTC).date().isoformat()}
    if release := _release_of(collection, old):
        row["release"] = release
    file.edits.append(_add_row(file, node, row))


def _add_row(file: _File, node: source.Node, row: dict[str, Any]) -> source.Edit:
    """Return the edit that adds a row to the earlier texts of an article."""
    name, is_json = "earlier_texts", file.path.suffix == ".json"
    _, rows = source.pair(node, name) or (None, None)
    fields = [f"{key}: {value if key in ('text_length', 'release') else repr(value)}" for key, value in row.items()]
    if (rows or node).flow_style:
        text = json.dumps(row) if is_json else f"{{{', '.join(fields)}}}"
        offset = len(file.words[: (rows or node).end_mark.index - 1].rstrip())  # before the closing bracket
        key = f'"{name}"' if is_json else name
        return offset, offset, f", {text}" if rows else f", {key}: [{text}]"
    if rows:
        indent, offset = "\n" + " " * rows.start_mark.column, source.end_of(file.words, rows)
        return offset, offset, f"{indent}- " + f"{indent}  ".join(fields)
    before = [*Article.model_fields][: [*Article.model_fields].index(name)]
    indent = "\n" + " " * node.value[0][0].start_mark.column
    value = f"\n{indent[1:]}- " + f"{indent}  ".join(fields)
    offset, _, _ = source.insert_after(file.words, node, before, {})
    return offset, offset, f"{indent}{name}:{value}"


def _release_of(collection: Collection, old: Article) -> str | None:
    """Return the published version with the old text; None if there is none, or a draft."""
    folder = release_beside(base_of(collection))
    if not (folder / manifest.NAME).is_file():
        return None
    release = Release(folder)
    version = str(release.manifest.dataset["data_version"])
    rows = release.table("articles", ["id", "text_sha256"]).to_pylist()
    is_there = {"id": old.id, "text_sha256": old.text_sha256} in rows
    return version if is_there and not version.endswith(".dev") else None


def _apply_edits(file: _File) -> str:
    """Return the text of a file with its edits.

    Raises:
        UsageError: anything but spans would change, or a comment would be lost.
    """
    result = source.apply(file.words, file.edits)
    before, after = (reader.read(file.path, words.encode()) for words in (file.words, result))
    is_same = not after.problems and _without_spans(before.data) == _without_spans(after.data)
    if not is_same or source.comment_texts(result) != source.comment_texts(file.words):
        raise UsageError(f"{file.path} cannot be rewritten safely: run news-dataset fmt first")
    return result


def _without_spans(data: Any) -> Any:
    """Return the data of a file without the parts that carrying may change."""
    if isinstance(data, list):
        return [_without_spans(record) for record in data]
    return without_spans({key: value for key, value in data.items() if key != "earlier_texts"})
