"""CoNLL-style columns: one token per line, an empty line between sentences, spans as tags or brackets in columns.

What is read:

- CoNLL-2003 and its like (``token … tag``, ``-DOCSTART-``; https://aclanthology.org/W03-0419/), with or without a
  column of running numbers;
- CoNLL-2012 (``#begin document (name); part 000``; https://conll.cemantix.org/2012/data.html): names, roles, chains;
- its shorter renderings with the columns document, sentence, token, word, chain;
- CoNLL-U and CoNLL-U Plus (``# newdoc id``, ``# global.columns``; https://universaldependencies.org/ext-format.html):
  ``FORM`` and the columns of spans. Words of a multiword token are its whole form in the text; an empty node is not in
  the text. ``# text`` is not used: the text is always built by the one rule (``SPACE_JOINED``).

Every column after the token in which the cells are tags or brackets is read; other columns (lemmas, parts of speech,
parse trees) mark no spans. An annotation has the attribute ``column``: the name of its column where the file gives
one, else its number from 1. Its type is the label of the tag, ``column N`` where tags have no label, and ``chain`` for
brackets without a star, with the id of the chain as attribute ``chain``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from news_dataset.annotations import SPACE_JOINED, Annotation, Document, Fragments, Quarantined
from news_dataset.files import ReadError, decode
from news_dataset.importers.conll.blocks import Block, Row, blocks_of
from news_dataset.importers.conll.layout import Layout, layout_of, sentence_of
from news_dataset.importers.conll.spans import BRACKETS, LABELS, TAGS, bracket_spans, label_spans, star_spans, tag_spans
from news_dataset.importers.files import SourceFile, files_ending_in
from news_dataset.importers.inputs import repeated_id, unique_ids, unreadable_file
from news_dataset.importers.token_text import TokenText

ENDINGS = ("conll", ".conllu", ".conllup", ".conll03", ".iob", ".iob1", ".iob2", ".bio", ".bioes", ".bilou", ".bmes")
"""How the names of files end that are read where a source is a folder or an archive."""


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of CoNLL files; errors as ``files_ending_in``."""
    files = files_ending_in(source, ENDINGS)
    keys = [(key, file.stem) for file in files for key in _keys(file)]  # read twice: one file is in memory at a time
    ids = iter(unique_ids(keys))
    for file in files:
        blocks: list[Block] = []
        try:
            blocks = blocks_of(decode(file.read()), file.stem)
            layout = layout_of(blocks)
        except ReadError as refusal:
            yield unreadable_file(file, refusal.problem)
            for _ in blocks:
                next(ids)
            continue
        for block in blocks:
            yield _document(file, block, layout, *next(ids))


def _keys(file: SourceFile) -> list[str]:
    """Return the keys of the documents of a file; none if it cannot be read."""
    try:
        return [block.key for block in blocks_of(decode(file.read()), file.stem)]
    except ReadError:
        return []


def token_texts(file: SourceFile) -> dict[str, TokenText]:
    """Return the texts of a CoNLL file by document key, without repeated keys.

    Raises:
        ReadError: the file cannot be read.
    """
    blocks = blocks_of(decode(file.read()), file.stem)
    layout = layout_of(blocks)
    counts = Counter(block.key for block in blocks)
    return {
        block.key: TokenText([sentence_of(rows, layout).forms for rows in block.sentences])
        for block in blocks
        if counts[block.key] == 1
    }


def _document(file: SourceFile, block: Block, layout: Layout, id_: str, is_repeated: bool) -> Document:
    """Return the document of a block; faults of its lines and cells are in quarantine."""
    sentences = [sentence_of(rows, layout) for rows in block.sentences]
    text = TokenText([sentence.forms for sentence in sentences])
    faults = list(block.faults)
    annotations: list[Annotation] = []
    for number, sentence in enumerate(sentences):
        faults += sentence.faults
        for column, cells in layout.span_columns(sentence.rows):
            kind = layout.kind(column)
            if kind == TAGS:
                spans, cell_faults = tag_spans(cells, layout.schemes[column])
            else:
                read_spans = label_spans if kind == LABELS else bracket_spans if kind == BRACKETS else star_spans
                spans, cell_faults = read_spans(cells)
            for label, first, last in spans:
                forms = range(sentence.form_numbers[first], sentence.form_numbers[last] + 1)
                fragments = text.fragments([(number, form) for form in forms])
                annotations.append(_annotation(layout, sentence.rows[first], column, label, fragments))
            for cell, message in cell_faults:
                faults.append((sentence.rows[cell].line, message, sentence.rows[cell].raw))
    quarantined = [
        Quarantined(file.path, "bad_line", message, "", line, content) for line, message, content in sorted(faults)
    ]
    if is_repeated:
        quarantined.insert(0, repeated_id(file.path, block.key, id_, block.line))
    return Document(file.path, id_, text.text if text.tokens else None, tuple(annotations), block.attributes,
                    text_rule=SPACE_JOINED, is_article=bool(text.tokens), quarantined=tuple(quarantined))  # fmt: skip


def _annotation(layout: Layout, row: Row, column: int, label: str, fragments: Fragments) -> Annotation:
    """Return the annotation of a span that begins in a row."""
    name = layout.name(column, len(row.cells))
    if layout.kind(column) == BRACKETS:
        return Annotation("", "chain", fragments, {"chain": label, "column": name}, line=row.line)
    return Annotation("", label or f"column {name}", fragments, {"column": name}, line=row.line)
