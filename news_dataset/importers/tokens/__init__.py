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

from news_dataset.annotations import Document
from news_dataset.files import Problem, ReadError
from news_dataset.importers.files import SourceFile, files_ending_in
from news_dataset.importers.inputs import Item, items_of, parse_file, unreadable_file
from news_dataset.importers.tokens import instances, mentions
from news_dataset.importers.tokens.documents import read_dygie, read_spert, read_spkatt
from news_dataset.reader import document as reading

ENDINGS = (".json", ".jsonl")
"""How the names of files end that are read where a source is a folder or an archive; beside the lists of instances."""

_UNKNOWN = "expected Sentences, sentences, tokens and entities, or a list of mentions with sent_id and tokens_number"
_READERS = {("Sentences",): read_spkatt, ("sentences",): read_dygie, ("tokens", "entities"): read_spert}


def read(source: Path) -> Iterator[Document]:
    """Yield documents of token-indexed JSON, and registers of instances.

    Errors are those of ``files_ending_in``.

    Args:
        source: as of ``files_ending_in`` with ``ENDINGS``. Lists of mentions need the ``.conll`` file with their tokens
            in the same folder, so for them the source is the folder.
    """
    files = files_ending_in(source, ENDINGS)
    registers = list(instances.registers(source))
    known = {instance.id for register in registers for instance in register.annotations}
    lists: list[tuple[SourceFile, reading.Document]] = []
    for file in files:
        try:
            content = parse_file(file)
        except ReadError as refusal:
            yield unreadable_file(file, refusal.problem)
            continue
        if mentions.is_list(content.data):
            lists.append((file, content))
        else:
            for item in items_of(content):
                id_ = f"{file.stem}-{item.number + 1}" if isinstance(content.data, list) else file.stem
                yield _document(file, item, id_)
    yield from mentions.documents(source, lists, known)
    yield from registers


def _document(file: SourceFile, item: Item, id_: str) -> Document:
    """Return the document of an item, read in the form that its fields tell."""
    if item.problem:
        return unreadable_file(file, item.problem, id_)
    for fields, reader in _READERS.items():
        if isinstance(item.value, Mapping) and all(field in item.value for field in fields):
            try:
                return reader(file.path, id_, item.value, item.line)
            except ReadError as refusal:
                return unreadable_file(file, refusal.problem, id_)
    return unreadable_file(file, Problem("bad_syntax", _UNKNOWN, item.line), id_)
