"""Lists of mentions whose tokens are in a CoNLL file beside them, as in the renderings of coreference corpora.

The form is that of https://github.com/anastasia-zhukova/Diverse_CDCR_datasets: a list of objects with
``conll_doc_key``, ``sent_id``, ``tokens_number``, ``tokens_str``, ``coref_chain``, ``mention_type`` and more.

The tokens are those of the one ``.conll`` file in the folder in which most mentions fit: the words there are those that
the mention declares. A mention that does not fit is in quarantine; where no file, or more than one, fits like that, all
are. An annotation's type is ``mention_type`` (``mention`` where there is none), its fragments are the runs of its
tokens, and all other fields are attributes. ``mention_id`` is its id where that is unique in the document; else it is
only an attribute, since nothing refers to mentions. Where a list of instances is read with it, attribute ``instance``
is the id of the mention's instance: the part of ``coref_chain`` behind its last ``_``, where an instance has that id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from news_dataset.annotations import SPACE_JOINED, Annotation, Document, Quarantined
from news_dataset.files import ReadError
from news_dataset.importers.conll import token_texts
from news_dataset.importers.files import SourceFile, all_files
from news_dataset.importers.inputs import content_of, flat_attributes, repeated_keys, unique_ids, with_parents
from news_dataset.importers.soundness import Fault
from news_dataset.importers.token_text import Token, TokenText
from news_dataset.reader import document as reading

_DOCUMENT = ("conll_doc_key", "doc_key", "doc_id")
_WORDS = ("tokens_str", "tokens_text")

List = tuple[SourceFile, reading.Document]
"""A file with a list of mentions, and its content."""

Texts = Mapping[str, TokenText]
"""The texts of a CoNLL file, by the keys of its documents."""


def is_list(data: Any) -> bool:
    """Return whether the content of a file is a list of mentions."""
    items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    mentions = sum("tokens_number" in item and "sent_id" in item for item in items)
    return 2 * mentions > len(items)


def documents(source: Path, lists: Sequence[List], instances: Set[str]) -> Iterator[Document]:
    """Yield the documents of lists of mentions, also those without a mention.

    Args:
        source: the file, folder or archive with the CoNLL files.
        lists: the files with their content.
        instances: ids of the instances that are known.
    """
    if not lists:
        return
    texts: dict[SourceFile, Texts] = {}
    for file in all_files(source):
        if file.name.lower().endswith(".conll"):
            try:
                texts[file] = token_texts(file)
            except ReadError:  # it has no tokens; an import from conll says why
                continue
    token_files = [_token_file(file, content, texts) for file, content in lists]
    keys = [(key, token_file.stem) for token_file in token_files if token_file for key in texts[token_file]]
    ids = iter(unique_ids(keys))
    for (file, content), token_file in zip(lists, token_files, strict=True):
        if token_file is None:
            yield _without_text(file, content)
            continue
        document_ids = {key: next(ids)[0] for key in texts[token_file]}
        yield from _documents(file, content, texts[token_file], document_ids, instances)


def _token_file(file: SourceFile, content: reading.Document, texts: Mapping[SourceFile, Texts]) -> SourceFile | None:
    """Return the one file whose tokens fit most mentions of a list; None if not one."""
    folder = PurePosixPath(file.name).parent
    fitting = []
    for candidate in texts:
        if PurePosixPath(candidate.name).parent == folder:
            faults = sum(_fault(item, texts[candidate]) is not None for item in content.data)
            fitting += [candidate] if 2 * faults < len(content.data) else []
    return fitting[0] if len(fitting) == 1 else None


def _key(item: Mapping[str, Any]) -> str:
    """Return the key of the document that a mention is in; empty where it names none."""
    return next((str(item[name]) for name in _DOCUMENT if name in item), "")


def _tokens(item: Mapping[str, Any]) -> list[Token]:
    return [(item["sent_id"], number) for number in item["tokens_number"]]


def _fault(item: Any, texts: Texts) -> Fault | None:
    """Return what is wrong with a mention of these texts; None where nothing is."""
    if not isinstance(item, dict) or type(item.get("sent_id")) is not int:
        return "bad_line", "expected an object with sent_id and tokens_number"
    numbers = item.get("tokens_number")
    if not isinstance(numbers, list) or not numbers or not all(type(number) is int for number in numbers):
        return "bad_line", "tokens_number is not a list of numbers"
    text = texts.get(_key(item))
    if text is None:
        return "dangling_id", f"there is no document {_key(item)}"
    if fault := text.fault(_tokens(item)):
        return fault
    declared, words = next((item[name] for name in _WORDS if name in item), None), text.words(_tokens(item))
    return None if words == declared else ("other_words", f"declares {declared!r}, and the text has {words!r}")


def _without_text(file: SourceFile, content: reading.Document) -> Document:
    """Return a document with all mentions of a list in quarantine."""
    fault = "other_words", "there is not exactly one .conll file in the folder in which most mentions of the list fit"
    items = [(item, content.place(f"/{number}")[0]) for number, item in enumerate(content.data)]
    moved = tuple(Quarantined(file.path, *fault, _mention_id(item), line, content_of(item)) for item, line in items)
    return Document(file.path, file.stem, None, is_article=False, quarantined=moved)


def _mention_id(item: Any) -> str:
    return str(item.get("mention_id", "")) if isinstance(item, dict) else ""


def _documents(
    file: SourceFile, content: reading.Document, texts: Texts, ids: Mapping[str, str], instances: Set[str]
) -> Iterator[Document]:
    """Yield each text's document, after one of mentions of no text; *ids* by key."""
    annotations: dict[str, list[Annotation]] = {key: [] for key in texts}
    quarantined: dict[str, list[Quarantined]] = {key: [] for key in ["", *texts]}
    repeated = with_parents(repeated_keys(content))
    for number, item in enumerate(content.data):
        pointer, key = f"/{number}", _key(item) if isinstance(item, dict) else ""
        line = content.place(pointer)[0]
        fault = ("bad_line", "has a key twice") if pointer in repeated else _fault(item, texts)
        if fault:
            report = Quarantined(file.path, *fault, _mention_id(item), repeated.get(pointer, line), content_of(item))
            quarantined[key if key in texts else ""].append(report)
        else:
            annotations[key].append(_annotation(item, texts[key], instances, line))
    if quarantined[""]:
        yield Document(file.path, file.stem, None, is_article=False, quarantined=tuple(quarantined[""]))
    for key, text in texts.items():
        yield Document(file.path, ids[key], text.text, _with_unique_ids(annotations[key]), {"name": key},
                       text_rule=SPACE_JOINED, quarantined=tuple(quarantined[key]))  # fmt: skip


def _annotation(item: Mapping[str, Any], text: TokenText, instances: Set[str], line: int) -> Annotation:
    """Return the annotation of a mention, with its instance if that is known."""
    attributes = flat_attributes(item, ("sent_id", "tokens_number"))
    instance = str(item.get("coref_chain", "")).rpartition("_")[2]
    if instance in instances:
        attributes["instance"] = instance
    kind = item.get("mention_type")
    type_ = kind if isinstance(kind, str) and kind else "mention"
    return Annotation(_mention_id(item), type_, text.fragments(_tokens(item)), attributes, line=line)


def _with_unique_ids(annotations: Sequence[Annotation]) -> tuple[Annotation, ...]:
    """Return annotations without the ids that several of them have."""
    counts = Counter(annotation.id for annotation in annotations)
    return tuple(replace(annotation, id="") if counts[annotation.id] > 1 else annotation for annotation in annotations)
