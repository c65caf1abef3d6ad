"""Whether the words that a line of brat declares are those at its offsets, and in which unit these count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from news_dataset.annotations import Fragments
from news_dataset.exporters.brat import LINE_ENDS
from news_dataset.importers.brat.lines import Mark
from news_dataset.importers.soundness import offset_fault
from news_dataset.utf16 import Utf16

Checked = tuple[int, Mark, tuple[str, str] | None]
"""The place of an annotation among the lines, the annotation, and reason and message if it is at fault."""


class Words:
    """The words of a text, as brat writes them: fragments joined by one blank, line ends as blanks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.units = Utf16(text)

    def checked(self, marks: Iterable[tuple[int, Mark, str]]) -> Iterator[Checked]:
        """Yield each annotation with its fault.

        Offsets count code points. As soon as one annotation of the document fits only in UTF-16 units, the unit of
        the document is in doubt, and every annotation that fits in both is at fault, too.

        Args:
            marks: place, annotation, and the carriage return with which its line may end.
        """
        found = [
            (at, mark, self.fits(mark, mark.fragments, end), self.fits_units(mark, end)) for at, mark, end in marks
        ]
        is_doubtful = any(in_units and not in_points for _, _, in_points, in_units in found)
        for at, mark, in_points, in_units in found:
            if in_units and (not in_points or is_doubtful):
                where = "in code points, and in UTF-16 units elsewhere" if in_points else "in UTF-16 units only"
                yield at, mark, ("unknown_unit", f"its words are at its offsets {where}")
            elif fault := offset_fault(self.text, mark.fragments):
                yield at, mark, ("offset_outside", fault)
            else:
                yield at, mark, None if in_points else ("other_words", self.difference(mark))

    def fits(self, mark: Mark, fragments: Fragments | None, end: str) -> bool:
        """Return whether the words of an annotation are those of fragments; what declares none fits everywhere."""
        if fragments is None or offset_fault(self.text, fragments):
            return False
        if mark.words is None:
            return True
        parts = [self.text[start:stop] for start, stop in fragments]
        if " ".join(parts) == mark.words:
            return True
        in_order = [self.text[start:stop] for start, stop in sorted(fragments)]
        joined = {_plain(one) for one in (" ".join(parts), " ".join(in_order), "".join(parts))}  # the last: before 1.3
        return not joined.isdisjoint({_plain(mark.words), _plain(mark.words + end)})

    def fits_units(self, mark: Mark, end: str) -> bool:
        """Return whether the words are those of the fragments in UTF-16 units, which are others in code points."""
        if not self.units.differs:
            return False
        fragments = self.units.points(mark.fragments)
        return fragments != mark.fragments and self.fits(mark, fragments, end)

    def difference(self, mark: Mark) -> str:
        """Return what an annotation declares, and what the text has there."""
        there = " ".join(self.text[start:end] for start, end in mark.fragments)
        return f"it declares {_short(mark.words or '')}, but at its offsets is {_short(there)}"


_BLANKS = dict.fromkeys(map(ord, f"\t{LINE_ENDS}"), " ")


def _plain(words: str) -> str:
    return words.translate(_BLANKS)


def _short(words: str, most: int = 40) -> str:
    return repr(words if len(words) <= most else f"{words[: most - 1]}…")
