"""What a text puts in quotation marks."""

from __future__ import annotations

import re

_CLOSING = {"“": "”", '"': '"', "„": "“”", "«": "»", "「": "」", "‘": "’"}
_OPENING = re.compile(f"[{''.join(_CLOSING)}]")
_END_OF_SINGLE = re.compile(r"‘|’(?!\w)")  # a ’ before a letter is an apostrophe, unless no other ends the quotation


def quoted_ranges(words: str) -> list[tuple[int, int]]:
    """Return start and end of each quotation in a text, marks included, in linear time.

    A quotation begins at the first opening mark that is closed later, and ends at the first mark that closes it; what
    stands between is not looked at again.
    """
    following: dict[str, int] = {}  # each mark's next place, so that a text of opening marks alone is searched once

    def next_place(mark: str, at: int) -> int:
        if following.get(mark, -1) < at:
            place = words.find(mark, at)
            following[mark] = len(words) if place < 0 else place
        return following[mark]

    found: list[tuple[int, int]] = []
    at = 0
    while opening := _OPENING.search(words, at):
        start, mark = opening.span()[0], opening[0]
        at = start + 1
        if mark == "‘":
            stop = _END_OF_SINGLE.search(words, at)
            last = stop.start() if stop and stop[0] == "’" else words.rfind("’", at, stop.start() if stop else None)
        else:
            last = min(next_place(one, at) for one in _CLOSING[mark])
            last = last if last < len(words) else -1
        if last >= 0:
            at = last + 1
            found.append((start, at))
    return found
