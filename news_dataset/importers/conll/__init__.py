"""CoNLL-style columns: one token a line, an empty line between sentences, spans as tags or brackets in columns.

What is read:

- CoNLL-2003 and its like (``token … tag``, ``-DOCSTART-``; https://aclanthology.org/W03-0419/), with or without a
  column of running numbers;
- CoNLL-2012 (``#begin document (name); part 000``; https://conll.cemantix.org/2012/data.html): names, roles, chains;
- its shorter renderings with the columns document, sentence, token, word, chain;
- CoNLL-U and CoNLL-U Plus (``# newdoc id``, ``# global.columns``; https://universaldependencies.org/ext-format.html):
  ``FORM`` and the columns of spans. Words of a multiword token are its whole form in the text; an empty node is not in
  the text. ``# text`` is not used: the text is always built by the one rule (``SPACE_JOINED``).

Every column behind the token in which the cells are tags or brackets is read; other columns (lemmas, parts of speech,
parse trees) mark no spans. An annotation has the attribute ``column``: the name of its column where the file gives
one, else its number from 1. Its type is the label of the tag, ``column N`` where tags have no label, and ``chain`` for
brackets without a star, with the id of the chain as attribute ``chain``. The format gives no meaning to parts of that
id, so none is taken from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from news_dataset.annotations import SPACE_JOINED, Annotation, Document, Fragments, Quarantined
from news_dataset.files import ReadError, decode
from news_dataset.importers.conll.blocks import Block, Row, blocks_of
from news_dataset.importers.conll.layout import Layout, layout_of, words_of
from news_dataset.importers.conll.spans import (
    BRACKETS,
    LABELS,
    TAGS,
    Found,
    bracket_spans,
    label_spans,
    star_spans,
    tag_spans,
)
from news_dataset.importers.files import SourceFile
from news_dataset.importers.inputs import chosen, document_ids, repeated_id, stem, unreadable
from news_dataset.importers.token_text import TokenText

ENDINGS = ("conll", ".conllu", ".conllup", ".conll03", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bilou", ".bmes")
"""How the names of files end that are read where a source is a folder or an archive."""


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of CoNLL files.

    Args:
        source: a file, or a folder or archive with files whose names have one of ``ENDINGS``.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    files = chosen(source, ENDINGS)
    keys = [[block.key for block in _blocks(file)[0]] for file in files]  # read twice: one file is in memory at a time
    ids = iter(document_ids([(key, stem(file)) for file, found in zip(files, keys, strict=True) for key in found]))
    for file in files:
        blocks, refusal = _blocks(file)
        if refusal:
            yield unreadable(file, refusal.problem)
            continue
        try:
            layout = layout_of(blocks)
        except ReadError as error:
            yield unreadable(file, error.problem)
            [next(ids) for _ in blocks]
            continue
        for block in blocks:
            name, is_repeated = next(ids)
            yield _document(file, block, layout, name, is_repeated)


def _blocks(file: SourceFile) -> tuple[list[Block], ReadError | None]:
    try:
        return blocks_of(decode(file.read()), stem(file)), None
    except ReadError as refusal:
        return [], refusal


def token_texts(file: SourceFile) -> dict[str, TokenText]:
    """Return the texts of a CoNLL file by the keys of the documents; those whose key is not unique are left out.

    Raises:
        ReadError: the file cannot be read.
    """
    blocks = blocks_of(decode(file.read()), stem(file))
    layout = layout_of(blocks)
    counts = Counter(block.key for block in blocks)
    return {
        block.key: TokenText([words_of(rows, layout).surfaces for rows in block.sentences])
        for block in blocks
        if counts[block.key] == 1
    }


def _document(file: SourceFile, block: Block, layout: Layout, name: str, is_repeated: bool) -> Document:
    sentences = [words_of(rows, layout) for rows in block.sentences]
    text = TokenText([sentence.surfaces for sentence in sentences])
    faults = list(block.faults)
    annotations: list[Annotation] = []
    for number, sentence in enumerate(sentences):
        faults += sentence.faults
        for column, cells in layout.span_columns(sentence.rows):
            spans, wrong = _found(layout, column, cells)
            for label, first, last in spans:
                tokens = [(number, at) for at in range(sentence.surface[first], sentence.surface[last] + 1)]
                row = sentence.rows[first]
                annotations.append(_annotation(layout, row, column, label, text.fragments(tokens)))
            faults += [(sentence.rows[at].line, message, sentence.rows[at].raw) for at, message in wrong]
    quarantined = [
        Quarantined(file.path, "bad_line", message, "", line, content) for line, message, content in sorted(faults)
    ]
    if is_repeated:
        quarantined.insert(0, repeated_id(file.path, block.key, name, block.line))
    return Document(file.path, name, text.text if text.tokens else None, tuple(annotations), block.attributes,
                    text_rule=SPACE_JOINED, is_article=bool(text.tokens), quarantined=tuple(quarantined))  # fmt: skip


def _found(layout: Layout, column: int, cells: list[str]) -> Found:
    kind = layout.kind(column)
    if kind == TAGS:
        return tag_spans(cells, layout.schemes[column])
    return (label_spans if kind == LABELS else bracket_spans if kind == BRACKETS else star_spans)(cells)


def _annotation(layout: Layout, row: Row, column: int, label: str, fragments: Fragments) -> Annotation:
    name = layout.name(column, len(row.cells))
    if layout.kind(column) == BRACKETS:
        return Annotation("", "chain", fragments, {"chain": label, "column": name}, line=row.line)
    return Annotation("", label or f"column {name}", fragments, {"column": name}, line=row.line)
