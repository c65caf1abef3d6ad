"""Spans in the columns of CoNLL files: tags (IOB1, IOB2, IOBES, BILOU, BMES), plain labels, and brackets.

A column is known by its cells. It may hold some that are not of its notation (fewer than it has of those that mark
something): they are reported, one by one, and mark nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Cells = Sequence[str]
Span = tuple[str, int, int]
"""Label (for brackets without a star: id of the chain), number of the first cell, number of the last cell."""

Fault = tuple[int, str]
"""Number of the cell, and what is wrong with it."""

Found = tuple[list[Span], list[Fault]]

TAGS, LABELS, BRACKETS, STARS = "tags", "labels", "brackets", "stars"

OUTSIDE = frozenset({"O", "-", "_", "*"})
"""Cells that mark nothing."""

_TAG = re.compile(r"([BIESLUM])(?:-(.+))?")
_LABEL = re.compile(r"[A-Za-z][\w./:-]*")
_BRACKET = re.compile(r"\(([^()|*]+)\)|\(([^()|*]+)|([^()|*]+)\)")
_STAR = re.compile(r"((?:\([^()*]+)*)\*?(\)*)")


def kind_of(cells: Cells) -> str:
    """Return the notation of a column; empty where it marks no spans, as words, lemmas and parts of speech.

    Example:
        >>> [kind_of(cells) for cells in (["O", "B-PER"], ["(12", "12)"], ["(ORG*", "*)"], ["NN", "O"])]
        ['tags', 'brackets', 'stars', '']
    """
    marks = [cell for cell in cells if cell not in OUTSIDE]
    with_star = any("*" in cell for cell in marks)
    if with_star and any(cell.count("(") > 1 and _STAR.fullmatch(cell) for cell in marks):
        return ""  # parse trees
    for kind, is_mark in ((TAGS, _is_tag), (STARS, _is_star) if with_star else (BRACKETS, _is_bracket)):
        fitting = sum(is_mark(cell) for cell in marks)
        if fitting and fitting >= len(marks) - fitting:
            return kind
    is_sparse = marks and 2 * list(cells).count("O") > len(cells)
    return LABELS if is_sparse and all(map(_LABEL.fullmatch, marks)) else ""


def _is_tag(cell: str) -> bool:
    return bool(_TAG.fullmatch(cell))


def _is_bracket(cell: str) -> bool:
    return all(_BRACKET.fullmatch(part.strip()) for part in cell.split("|"))


def _is_star(cell: str) -> bool:
    return bool(_STAR.fullmatch(cell))


def scheme_of(sentences: Sequence[Cells]) -> str:
    """Return the scheme of a column of tags: ``IOB1``, ``IOB2`` or ``IOBES`` (with BILOU and BMES).

    In IOB1, B- stands only where a span follows directly on another one of its label; so a column is IOB1 where all
    its B- stand so, and IOB2 as soon as one stands elsewhere.
    """
    is_iob1 = True
    for cells in sentences:
        label: str | None = None
        for cell in cells:
            found = None if cell in OUTSIDE else _TAG.fullmatch(cell)
            if found and found[1] in "ESLUM":
                return "IOBES"
            if found and found[1] == "B" and label != (found[2] or ""):
                is_iob1 = False
            label = (found[2] or "") if found else None
    return "IOB1" if is_iob1 else "IOB2"


def tag_spans(cells: Cells, scheme: str) -> Found:
    """Return the spans of the tags of a sentence.

    A tag that continues a span where none of its label is open is a fault, except in IOB1, where it begins one; so is,
    in IOBES, a span without an end. The tags that continue a faulty one are part of that fault.
    """
    spans: list[Span] = []
    faults: list[Fault] = []
    begun: tuple[str, int] | None = None
    skipped: str | None = None  # the label of a span that is at fault and goes on
    for at, cell in enumerate([*cells, "O"]):
        found = None if cell in OUTSIDE else _TAG.fullmatch(cell)
        if found is None and cell not in OUTSIDE:
            faults.append((at, f"expected a tag such as O or B-PER, found {cell}"))
        mark, label = (found[1], found[2] or "") if found else ("O", "")
        if mark in "IMEL" and begun and begun[0] == label:
            if mark in "EL":
                spans.append((label, begun[1], at))
                begun = None
            continue
        if begun and scheme == "IOBES":
            faults.append((begun[1], f"{cells[begun[1]]} begins a span that has no end"))
        elif begun:
            spans.append((*begun, at - 1))
        begun = (label, at) if mark == "B" or (mark == "I" and scheme == "IOB1") else None
        if mark in "SU":
            spans.append((label, at, at))
        if mark in "IMEL" and not begun and skipped != label:
            faults.append((at, f"{cell} continues a span, and none of its label is open"))
        skipped = label if mark in "IM" and not begun else None
    return spans, faults


def label_spans(cells: Cells) -> Found:
    """Return the runs of equal labels of a sentence; O is between them."""
    spans: list[Span] = []
    for at, cell in enumerate(cells):
        if cell in OUTSIDE:
            continue
        if spans and spans[-1][0] == cell and spans[-1][2] == at - 1:
            spans[-1] = (cell, spans[-1][1], at)
        else:
            spans.append((cell, at, at))
    return spans, []


def bracket_spans(cells: Cells) -> Found:
    """Return the mentions of coreference chains of a sentence: ``(12)``, ``(12`` … ``12)``, joined by ``|``.

    Chains may cross each other. Where a chain is open twice, its next end belongs to the mention that began last.
    """
    opened: dict[str, list[int]] = {}
    spans: list[Span] = []
    faults: list[Fault] = []
    for at, cell in enumerate(cells):
        for part in () if cell in OUTSIDE else cell.split("|"):
            found = _BRACKET.fullmatch(part.strip())
            if not found:
                faults.append((at, f"expected brackets such as (12) or (12, found {part.strip()}"))
                continue
            whole, begin, end = found.groups()
            if whole or begin:
                opened.setdefault(whole or begin, []).append(len(spans))
                spans.append((whole or begin, at, -1))
            if (whole or end) and opened.get(whole or end):
                number = opened[whole or end].pop()
                spans[number] = (*spans[number][:2], at)
            elif end:
                faults.append((at, f"{end}) ends a mention that has not begun in its sentence"))
    open_still = [span for span in spans if span[2] < 0]
    faults += [(at, f"({name} begins a mention that does not end in its sentence") for name, at, _ in open_still]
    return [span for span in spans if span[2] >= 0], sorted(faults)


def star_spans(cells: Cells) -> Found:
    """Return the spans of brackets round stars of a sentence: ``(ORG*``, ``*``, ``*)``, ``(GPE)``."""
    opened: list[int] = []
    spans: list[Span] = []
    faults: list[Fault] = []
    for at, cell in enumerate(cells):
        if cell in OUTSIDE:
            continue
        found = _STAR.fullmatch(cell)
        if not found or not (found[1] or found[2]):
            faults.append((at, f"expected brackets such as (ORG*, * or *), found {cell}"))
            continue
        for label in found[1].split("(")[1:]:
            opened.append(len(spans))
            spans.append((label, at, -1))
        for _ in found[2]:
            if opened:
                number = opened.pop()
                spans[number] = (*spans[number][:2], at)
            else:
                faults.append((at, f"{cell} ends a span that has not begun in its sentence"))
    faults += [(spans[number][1], f"({spans[number][0]} begins a span that does not end in its sentence")
               for number in opened]  # fmt: skip
    return [span for span in spans if span[2] >= 0], sorted(faults)
