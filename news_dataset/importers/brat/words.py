"""Whether the words that a line of brat declares are those at its offsets, and in which unit these count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from news_dataset.annotations import Fragments
from news_dataset.exporters.brat import LINE_ENDS
from news_dataset.importers.brat.lines import Mark
from news_dataset.importers.soundness import Fault, offset_fault
from news_dataset.utf16 import Utf16

_BLANKS = dict.fromkeys(map(ord, f"\t{LINE_ENDS}"), " ")
_SHOWN = 40  # characters of the words in a message


def mark_faults(text: str, marks: Sequence[tuple[Mark, str]]) -> Iterator[Fault | None]:
    """Yield for each mark what is wrong with its words or offsets; None where nothing is.

    Offsets count code points. As soon as one mark of the document fits only in UTF-16 units, the unit of the document
    is in doubt, and every mark that fits in both is at fault, too.

    Args:
        text: the text of the document.
        marks: each mark, with the carriage return with which its line may end.
    """
    utf16 = Utf16(text)
    fits = [(_fits(text, mark, mark.fragments, end), _fits_in_utf16(text, utf16, mark, end)) for mark, end in marks]
    is_doubtful = any(in_utf16 and not in_points for in_points, in_utf16 in fits)
    for (mark, _), (in_points, in_utf16) in zip(marks, fits, strict=True):
        if in_utf16 and (not in_points or is_doubtful):
            where = "in code points, and in UTF-16 units elsewhere" if in_points else "in UTF-16 units only"
            yield "unknown_unit", f"its words are at its offsets {where}"
        elif message := offset_fault(text, mark.fragments):
            yield "offset_outside", message
        elif in_points:
            yield None
        else:
            there = " ".join(text[start:end] for start, end in mark.fragments)
            declared, found = _shortened(mark.words or ""), _shortened(there)
            yield "other_words", f"it declares {declared}, but at its offsets is {found}"


def _fits(text: str, mark: Mark, fragments: Fragments, end: str) -> bool:
    """Return whether fragments of the text have the words of a mark; a mark without words fits everywhere.

    brat joins fragments by one blank, and writes line ends as blanks.
    """
    if offset_fault(text, fragments):
        return False
    parts = [text[start:stop] for start, stop in fragments]
    if mark.words is None or " ".join(parts) == mark.words:
        return True
    in_order = [text[start:stop] for start, stop in sorted(fragments)]
    joined = {
        _with_blanks(words) for words in (" ".join(parts), " ".join(in_order), "".join(parts))
    }  # the last: before 1.3
    return not joined.isdisjoint({_with_blanks(mark.words), _with_blanks(mark.words + end)})


def _fits_in_utf16(text: str, utf16: Utf16, mark: Mark, end: str) -> bool:
    """Return whether a mark fits in UTF-16 units, and these are elsewhere in code points."""
    fragments = utf16.points(mark.fragments) if utf16.differs else None
    return fragments is not None and fragments != mark.fragments and _fits(text, mark, fragments, end)


def _with_blanks(words: str) -> str:
    return words.translate(_BLANKS)


def _shortened(words: str) -> str:
    return repr(words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…")
