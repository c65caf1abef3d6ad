"""Token-indexed JSON: documents that exist only as tokens, with annotations that refer to these by number.

What is read, file by file, known by its fields:

- SpkAtt-2023 (https://github.com/umanlp/SpkAtt-2023): ``Sentences`` with ``Tokens``, and ``Annotations`` with lists of
  ``sentence:token`` by role. Each annotation becomes one of type ``attribution`` without fragments, with a link to
  each of its roles; each role that is not empty becomes one whose type is the role's name and whose fragments are the
  runs of neighbouring tokens in the order given. The format does not tell several mentions from one that is in
  pieces: the tokens of a role are one mention.
- lists of mentions with ``sent_id`` and ``tokens_number`` beside a CoNLL file with the tokens (module ``mentions``),
  and the instances that they refer to (module ``instances``).
- DyGIE++ (https://github.com/dwadden/dygiepp/blob/master/doc/data.md), also as JSON Lines: ``sentences``, ``ner`` as
  ``[first, last, label]``, ``relations`` as ``[first, last, first, last, label]``, ``clusters`` as lists of
  ``[first, last]``; tokens are counted through the document, the last one is included.
- SpERT (https://github.com/lavis-nlp/spert): ``tokens``, ``entities`` with ``type``, ``start``, ``end``, and
  ``relations`` with ``type``, ``head``, ``tail``, which are numbers of entities; the end is excluded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from news_dataset.annotations import Document
from news_dataset.files import Problem, ReadError, decode
from news_dataset.importers.files import SourceFile
from news_dataset.importers.inputs import chosen, repeated_keys, stem, unreadable, with_parents
from news_dataset.importers.tokens import instances, mentions
from news_dataset.importers.tokens.documents import read_dygie, read_spert, read_spkatt
from news_dataset.reader import document as reading
from news_dataset.reader.jsonfile import parse_json, parse_json_lines

ENDINGS = (".json", ".jsonl")
"""How the names of files end that are read where a source is a folder or an archive; beside the lists of instances."""

_UNKNOWN = "expected Sentences, sentences, tokens and entities, or a list of mentions with sent_id and tokens_number"


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of token-indexed JSON, and registers of the instances that their mentions refer to.

    Args:
        source: a file, or a folder or archive with ``.json`` and ``.jsonl`` files. Lists of mentions need the
            ``.conll`` file with their tokens in the same folder, so for them the source is the folder.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    files = chosen(source, ENDINGS)
    registers = list(instances.registers(source))
    known = {one.id for register in registers for one in register.annotations}
    lists: list[tuple[SourceFile, reading.Document]] = []
    for file in files:
        try:
            document = _parsed(file)
        except ReadError as refusal:
            yield unreadable(file, refusal.problem)
            continue
        if mentions.is_list(document.data):
            lists.append((file, document))
        else:
            yield from _documents(file, document)
    yield from mentions.documents(source, lists, known)
    yield from registers


def _parsed(file: SourceFile) -> reading.Document:
    data = file.read()
    if file.name.lower().endswith(".jsonl"):
        return parse_json_lines(data, file.path)
    return parse_json(decode(data), file.path)


def _documents(file: SourceFile, document: reading.Document) -> Iterator[Document]:
    is_list = isinstance(document.data, list)
    items = document.data if is_list else [document.data]
    twice = with_parents(repeated_keys(document))
    for number, data in enumerate(items):
        pointer = f"/{number}" if is_list else ""
        name = f"{stem(file)}-{number + 1}" if is_list else stem(file)
        line = document.place(pointer)[0]
        if data is reading.UNREAD:
            problem = next(one for one in document.problems if one.line == number + 1)
            yield unreadable(file, problem, name)
        elif again := twice.get(pointer):
            yield unreadable(file, Problem("duplicate_key", "has a key twice", again), name)
        else:
            yield _document(file, data, name, line)


def _document(file: SourceFile, data: Any, name: str, line: int) -> Document:
    readers = {("Sentences",): read_spkatt, ("sentences",): read_dygie, ("tokens", "entities"): read_spert}
    for fields, reader in readers.items():
        if isinstance(data, Mapping) and all(field in data for field in fields):
            try:
                return reader(file.path, name, data, line)
            except ReadError as refusal:
                return unreadable(file, refusal.problem, name)
    return unreadable(file, Problem("bad_syntax", _UNKNOWN, line), name)
