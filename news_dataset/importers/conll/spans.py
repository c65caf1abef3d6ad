"""Spans in the columns of CoNLL files: tags (IOB1, IOB2, IOBES, BILOU, BMES), plain labels, and brackets.

The notation of a column is told by its cells. Some may be of another notation, if they are fewer than those that mark
something: each of them is reported and marks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Cells = Sequence[str]
Span = tuple[str, int, int]
"""Label (for brackets without a star: id of the chain), number of the first cell, number of the last cell."""

Fault = tuple[int, str]
"""Number of the cell, and what is wrong with it."""

TAGS, LABELS, BRACKETS, STARS = "tags", "labels", "brackets", "stars"

OUTSIDE = frozenset({"O", "-", "_", "*"})
"""Cells that mark nothing."""

_TAG = re.compile(r"([BIESLUM])(?:-(.+))?")
_LABEL = re.compile(r"[A-Za-z][\w./:-]*")
_BRACKET = re.compile(r"\(([^()|*]+)\)|\(([^()|*]+)|([^()|*]+)\)")
_STAR = re.compile(r"((?:\([^()*]+)*)\*?(\)*)")


def kind_of(cells: Cells) -> str:
    """Return the notation of a column; empty where it marks no spans.

    Example:
        >>> [kind_of(cells) for cells in (["O", "B-PER"], ["(12", "12)"], ["(ORG*", "*)"], ["NN", "O"])]
        ['tags', 'brackets', 'stars', '']
    """
    marks = [cell for cell in cells if cell not in OUTSIDE]
    with_star = any("*" in cell for cell in marks)
    if with_star and any(cell.count("(") > 1 and _STAR.fullmatch(cell) for cell in marks):
        return ""  # parse trees
    for kind, is_mark in ((TAGS, _TAG.fullmatch), (STARS, _STAR.fullmatch) if with_star else (BRACKETS, _is_bracket)):
        fitting = sum(bool(is_mark(cell)) for cell in marks)
        if fitting and fitting >= len(marks) - fitting:
            return kind
    is_sparse = marks and 2 * list(cells).count("O") > len(cells)
    return LABELS if is_sparse and all(map(_LABEL.fullmatch, marks)) else ""


def _is_bracket(cell: str) -> bool:
    return all(_BRACKET.fullmatch(part.strip()) for part in cell.split("|"))


def scheme_of(sentences: Sequence[Cells]) -> str:
    """Return the scheme of tags: ``IOB1``, ``IOB2``, or ``IOBES`` (BILOU, BMES).

    In IOB1, B- is only used where a span directly follows another one of its label; so a column is IOB1 where that
    holds for every B-, and IOB2 as soon as one B- is elsewhere.
    """
    is_iob1 = True
    for cells in sentences:
        label: str | None = None
        for cell in cells:
            tag = None if cell in OUTSIDE else _TAG.fullmatch(cell)
            if tag and tag[1] in "ESLUM":
                return "IOBES"
            if tag and tag[1] == "B" and label != (tag[2] or ""):
                is_iob1 = False
            label = (tag[2] or "") if tag else None
    return "IOB1" if is_iob1 else "IOB2"


def tag_spans(cells: Cells, scheme: str) -> tuple[list[Span], list[Fault]]:
    """Return the spans of the tags of a sentence, and the faults of its cells.

    A tag that continues a span where none of its label is open is a fault, except in IOB1, where it begins one; so is,
    in IOBES, a span without an end. The tags that continue a faulty one are part of that fault.
    """
    spans: list[Span] = []
    faults: list[Fault] = []
    begun: tuple[str, int] | None = None
    faulty: str | None = None  # the label of a span that is at fault and goes on
    for number, cell in enumerate([*cells, "O"]):
        tag = None if cell in OUTSIDE else _TAG.fullmatch(cell)
        if tag is None and cell not in OUTSIDE:
            faults.append((number, f"expected a tag such as O or B-PER, found {cell}"))
        mark, label = (tag[1], tag[2] or "") if tag else ("O", "")
        if mark in "IMEL" and begun and begun[0] == label:
            if mark in "EL":
                spans.append((label, begun[1], number))
                begun = None
            continue
        if begun and scheme == "IOBES":
            faults.append((begun[1], f"{cells[begun[1]]} begins a span that has no end"))
        elif begun:
            spans.append((*begun, number - 1))
        begun = (label, number) if mark == "B" or (mark == "I" and scheme == "IOB1") else None
        if mark in "SU":
            spans.append((label, number, number))
        if mark in "IMEL" and not begun and faulty != label:
            faults.append((number, f"{cell} continues a span, and none of its label is open"))
        faulty = label if mark in "IM" and not begun else None
    return spans, faults


def label_spans(cells: Cells) -> tuple[list[Span], list[Fault]]:
    """Return the runs of equal labels of a sentence, which O separates, and no faults."""
    spans: list[Span] = []
    for number, cell in enumerate(cells):
        if cell in OUTSIDE:
            continue
        if spans and spans[-1][0] == cell and spans[-1][2] == number - 1:
            spans[-1] = (cell, spans[-1][1], number)
        else:
            spans.append((cell, number, number))
    return spans, []


def bracket_spans(cells: Cells) -> tuple[list[Span], list[Fault]]:
    """Return mentions of chains in a sentence (``(12``, ``12)|(3)``), and faults.

    Chains may cross each other. Where a chain is open twice, its next end belongs to the mention that began last.
    """
    opened: dict[str, list[int]] = {}
    spans: list[Span] = []
    faults: list[Fault] = []
    for cell_number, cell in enumerate(cells):
        for part in () if cell in OUTSIDE else cell.split("|"):
            match = _BRACKET.fullmatch(part.strip())
            if not match:
                faults.append((cell_number, f"expected brackets such as (12) or (12, found {part.strip()}"))
                continue
            whole, begin, end = match.groups()
            if whole or begin:
                opened.setdefault(whole or begin, []).append(len(spans))
                spans.append((whole or begin, cell_number, -1))
            if (whole or end) and opened.get(whole or end):
                number = opened[whole or end].pop()
                spans[number] = (*spans[number][:2], cell_number)
            elif end:
                faults.append((cell_number, f"{end}) ends a mention that has not begun in its sentence"))
    open_still = [span for span in spans if span[2] < 0]
    faults += [
        (cell_number, f"({name} begins a mention that does not end in its sentence")
        for name, cell_number, _ in open_still
    ]
    return [span for span in spans if span[2] >= 0], sorted(faults)


def star_spans(cells: Cells) -> tuple[list[Span], list[Fault]]:
    """Return spans of brackets round stars (``(ORG*``, ``*)``), and faults."""
    opened: list[int] = []
    spans: list[Span] = []
    faults: list[Fault] = []
    for cell_number, cell in enumerate(cells):
        if cell in OUTSIDE:
            continue
        match = _STAR.fullmatch(cell)
        if not match or not (match[1] or match[2]):
            faults.append((cell_number, f"expected brackets such as (ORG*, * or *), found {cell}"))
            continue
        for label in match[1].split("(")[1:]:
            opened.append(len(spans))
            spans.append((label, cell_number, -1))
        for _ in match[2]:
            if opened:
                number = opened.pop()
                spans[number] = (*spans[number][:2], cell_number)
            else:
                faults.append((cell_number, f"{cell} ends a span that has not begun in its sentence"))
    faults += [(spans[number][1], f"({spans[number][0]} begins a span that does not end in its sentence")
               for number in opened]  # fmt: skip
    return [span for span in spans if span[2] >= 0], sorted(faults)
