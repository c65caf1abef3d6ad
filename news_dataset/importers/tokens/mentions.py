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
from news_dataset.importers.files import SourceFile
from news_dataset.importers.inputs import (
    all_files,
    attributes_of,
    document_ids,
    repeated_keys,
    shown,
    stem,
    with_parents,
)
from news_dataset.importers.token_text import Token, TokenText
from news_dataset.reader import document as reading

_DOCUMENT = ("conll_doc_key", "doc_key", "doc_id")
_WORDS = ("tokens_str", "tokens_text")

List = tuple[SourceFile, reading.Document]
Texts = Mapping[str, TokenText]


def is_list(data: Any) -> bool:
    """Return whether the content of a file is a list of mentions."""
    items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    fitting = sum("tokens_number" in item and "sent_id" in item for item in items)
    return bool(items) and 2 * fitting > len(items)


def documents(source: Path, lists: Sequence[List], instances: Set[str]) -> Iterator[Document]:
    """Yield the documents of lists of mentions, also those without a mention.

    Args:
        source: where the CoNLL files are searched.
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
            except ReadError:  # no tokens to be had from it; whoever asks for its documents is told why
                continue
    origins = [(one, _origin(one, texts)) for one in lists]
    keys = [(key, stem(origin)) for _, origin in origins if origin for key in texts[origin]]
    ids = iter(document_ids(keys))
    for (file, content), origin in origins:
        if origin is None:
            yield _without_text(file, content)
            continue
        names = {key: next(ids)[0] for key in texts[origin]}
        yield from _documents(file, content, texts[origin], names, instances)


def _origin(one: List, texts: Mapping[SourceFile, Texts]) -> SourceFile | None:
    """Return the one file with the tokens of a list."""
    file, content = one
    folder = PurePosixPath(file.name).parent
    fitting = []
    for candidate in texts:
        if PurePosixPath(candidate.name).parent == folder:
            faults = sum(_fault(item, texts[candidate]) is not None for item in content.data)
            fitting += [candidate] if 2 * faults < len(content.data) else []
    return fitting[0] if len(fitting) == 1 else None


def _key(item: Mapping[str, Any]) -> str:
    return next((str(item[name]) for name in _DOCUMENT if name in item), "")


def _tokens(item: Mapping[str, Any]) -> list[Token]:
    return [(item["sent_id"], number) for number in item["tokens_number"]]


def _fault(item: Any, texts: Texts) -> tuple[str, str] | None:
    """Return reason and message where a mention is not one of these texts."""
    if not isinstance(item, dict) or type(item.get("sent_id")) is not int:
        return "bad_line", "expected an object with sent_id and tokens_number"
    numbers = item.get("tokens_number")
    if not isinstance(numbers, list) or not numbers or not all(type(number) is int for number in numbers):
        return "bad_line", "tokens_number is no list of numbers"
    if len(set(numbers)) < len(numbers):
        return "bad_line", "has a token twice"
    text = texts.get(_key(item))
    if text is None:
        return "dangling_id", f"there is no document {_key(item)}"
    if not all(map(text.has, _tokens(item))):
        return "offset_outside", "refers to a token that the document does not have"
    declared = next((item[name] for name in _WORDS if name in item), None)
    if text.words(_tokens(item)) != declared:
        return "other_words", f"declares {declared!r}, and the text has {text.words(_tokens(item))!r}"
    return None


def _without_text(file: SourceFile, content: reading.Document) -> Document:
    message = "there is not exactly one .conll file in the folder in which most mentions of the list fit"
    quarantined = tuple(
        Quarantined(file.path, "other_words", message, _mention_id(item), content.place(f"/{at}")[0], shown(item))
        for at, item in enumerate(content.data)
    )
    return Document(file.path, stem(file), None, is_article=False, quarantined=quarantined)


def _mention_id(item: Any) -> str:
    return str(item.get("mention_id", "")) if isinstance(item, dict) else ""


def _documents(
    file: SourceFile, content: reading.Document, texts: Texts, names: Mapping[str, str], instances: Set[str]
) -> Iterator[Document]:
    found: dict[str, list[Annotation]] = {key: [] for key in texts}
    faults: dict[str, list[Quarantined]] = {key: [] for key in ["", *texts]}
    twice = with_parents(repeated_keys(content))
    for at, item in enumerate(content.data):
        line = content.place(f"/{at}")[0]
        again = twice.get(f"/{at}", 0)
        fault = ("bad_line", "has a key twice") if again else _fault(item, texts)
        if fault:
            key = _key(item) if isinstance(item, dict) and _key(item) in texts else ""
            one = Quarantined(file.path, *fault, _mention_id(item), again or line, shown(item))
            faults[key].append(one)
        else:
            found[_key(item)].append(_annotation(item, texts[_key(item)], instances, line))
    if faults[""]:
        yield Document(file.path, stem(file), None, is_article=False, quarantined=tuple(faults[""]))
    for key, text in texts.items():
        yield Document(file.path, names[key], text.text, _with_unique_ids(found[key]), {"name": key},
                       text_rule=SPACE_JOINED, quarantined=tuple(faults[key]))  # fmt: skip


def _annotation(item: Mapping[str, Any], text: TokenText, instances: Set[str], line: int) -> Annotation:
    attributes = attributes_of(item, ("sent_id", "tokens_number"))
    instance = str(item.get("coref_chain", "")).rpartition("_")[2]
    if instance in instances:
        attributes["instance"] = instance
    kind = item.get("mention_type")
    type_ = kind if isinstance(kind, str) and kind else "mention"
    return Annotation(_mention_id(item), type_, text.fragments(_tokens(item)), attributes, line=line)


def _with_unique_ids(found: Sequence[Annotation]) -> tuple[Annotation, ...]:
    counts = Counter(one.id for one in found)
    return tuple(replace(one, id="") if counts[one.id] > 1 else one for one in found)
