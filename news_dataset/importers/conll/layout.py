"""What the columns of a CoNLL file are: where the token is, and which columns mark spans."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from news_dataset.files import ReadError
from news_dataset.importers.conll.blocks import Block, Row
from news_dataset.importers.conll.spans import BRACKETS, OUTSIDE, STARS, TAGS, kind_of, scheme_of

_ONTONOTES = 12  # columns of CoNLL-2012 where a sentence has no predicate: 11, and that of the chains
_ENTITIES = 10  # its column of named entities, from 0; those of the roles of each predicate follow
_ID = re.compile(r"[0-9]+")
_RANGE = re.compile(r"([0-9]+)-([0-9]+)")
_EMPTY = re.compile(r"[0-9]+\.[0-9]+")


@dataclass(slots=True)
class Layout:
    """The columns of a file, by their numbers from 0."""

    token: int  # the column of the token
    id: int = -1  # the column of running numbers, with ranges and empty nodes as in CoNLL-U; -1 where there is none
    width: int = 0  # how many columns a line has; 0 where each sentence has as many as it needs (CoNLL-2012)
    names: tuple[str, ...] = ()  # names of the columns; empty where the file has none
    kinds: dict[int, str] = field(default_factory=dict)  # the notation of each column that marks spans
    schemes: dict[int, str] = field(default_factory=dict)  # the scheme of each column of tags

    def kind(self, column: int) -> str:
        """Return the notation of a column; -1 is the last one of CoNLL-2012."""
        return BRACKETS if column < 0 else self.kinds[column] if self.width else STARS

    def name(self, column: int, width: int) -> str:
        """Return the name of a column of a line with *width* cells, or its number."""
        return self.names[column] if column < len(self.names) and self.names else str(column % width + 1)

    def width_in(self, rows: Sequence[Row]) -> int:
        """Return how many cells each line of a sentence must have."""
        return self.width or max(_ONTONOTES, width_of(rows) if rows else 0)

    def span_columns(self, rows: Sequence[Row]) -> Iterator[tuple[int, list[str]]]:
        """Yield each column that marks spans in a sentence, and its cells."""
        width = self.width_in(rows)
        for column in list(self.kinds) if self.width else [*range(_ENTITIES, width - 1), -1]:
            yield column, [row.cells[column] if len(row.cells) == width else "-" for row in rows]


@dataclass(slots=True)
class Sentence:
    """A sentence; the words of a multiword token have one form."""

    forms: list[str] = field(default_factory=list)  # its tokens in the text
    rows: list[Row] = field(default_factory=list)  # the lines of its words
    form_numbers: list[int] = field(default_factory=list)  # for each word the index of its form
    faults: list[tuple[int, str, str]] = field(default_factory=list)  # line, what is wrong, content


def width_of(rows: Sequence[Row]) -> int:
    """Return the most frequent number of cells; the larger of two as frequent."""
    return max((count, width) for width, count in Counter(len(row.cells) for row in rows).items())[1]


def layout_of(blocks: Sequence[Block]) -> Layout:
    """Return the layout of the columns of a file.

    Raises:
        ReadError: the file names its columns, and none of them FORM.
    """
    sentences = [rows for block in blocks for rows in block.sentences]
    rows = [row for sentence in sentences for row in sentence]
    width = width_of(rows)
    names = next((block.names for block in blocks if block.names), ())
    if names and "FORM" not in names:
        raise ReadError("bad_syntax", "names its columns, and none of them FORM", (1, 1))
    whole = [row.cells for row in rows if len(row.cells) == width]
    if names:
        layout = Layout(names.index("FORM"), names.index("ID") if "ID" in names else -1, len(names), names)
    elif (
        any(block.name for block in blocks)
        and width > 3
        and _are_most_true(bool(_ID.fullmatch(cells[1]) and _ID.fullmatch(cells[2])) for cells in whole)
    ):
        layout = Layout(3, width=width if width < _ONTONOTES else 0)
    elif width > 2 and _are_most_true(map(_is_numbered, sentences)):
        layout = Layout(1, 0, width)
    else:
        layout = Layout(0, width=width)
    _find_spans(layout, sentences)
    return layout


def _are_most_true(values: Iterable[bool]) -> bool:
    """Return whether most values are true: one bad line does not make another layout."""
    values = list(values)
    return 2 * sum(values) > len(values)


def _is_numbered(rows: Sequence[Row]) -> bool:
    """Return whether words are numbered from 0 or 1, apart from ranges, empty nodes."""
    firsts = [row.cells[0] for row in rows if not (_RANGE.fullmatch(row.cells[0]) or _EMPTY.fullmatch(row.cells[0]))]
    return any(firsts == [str(number + first) for number in range(len(firsts))] for first in (0, 1))


def _find_spans(layout: Layout, sentences: Sequence[Sequence[Row]]) -> None:
    """Set the notation, and for tags the scheme, of each column that marks spans."""
    words = [[row for row in rows if _is_word(row, layout) and len(row.cells) == layout.width] for rows in sentences]
    for column in range(layout.token + 1, layout.width):
        cells = [[row.cells[column] for row in rows] for rows in words]
        if kind := kind_of([cell for sentence in cells for cell in sentence]):
            layout.kinds[column] = kind
        if kind == TAGS:
            layout.schemes[column] = scheme_of(cells)


def _is_word(row: Row, layout: Layout) -> bool:
    """Return whether a line is that of a word, and not of a range or an empty node."""
    return layout.id < 0 or layout.id >= len(row.cells) or bool(_ID.fullmatch(row.cells[layout.id]))


def sentence_of(rows: Sequence[Row], layout: Layout) -> Sentence:
    """Return the forms and the words of a sentence.

    The text has the form of a multiword token (``1-2``) for all its words. A line with too few or too many cells is a
    fault and marks no spans, but its token stays in the text; a line without a token is a fault and not in the text.
    """
    sentence = Sentence()
    width = layout.width_in(rows)
    last = -1  # number of the last word of the multiword token that is open
    for row in rows:
        number = row.cells[layout.id] if 0 <= layout.id < len(row.cells) else ""
        form = row.cells[layout.token] if layout.token < len(row.cells) else ""
        if len(row.cells) != width:
            sentence.faults.append((row.line, f"expected {width} columns, found {len(row.cells)}", row.raw))
        elif not form:
            sentence.faults.append((row.line, "has no token", row.raw))
        if not form:
            continue
        multiword = _RANGE.fullmatch(number)
        if multiword or _EMPTY.fullmatch(number):
            if any(cell not in OUTSIDE for _, (cell,) in layout.span_columns([row])):
                sentence.faults.append((row.line, f"{number} is not a word, and cannot be part of a span", row.raw))
            if multiword:
                last = int(multiword[2])
                sentence.forms.append(form)
            continue
        sentence.rows.append(row)
        if not (number.isdecimal() and int(number) <= last):
            sentence.forms.append(form)
        sentence.form_numbers.append(len(sentence.forms) - 1)
    return sentence
