"""Plain mutations of seeds, for where there is no guidance by coverage."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_ODD = (b"\0", b"\xff", b"\n", b" ", b"-", b"9", b"\xed\xa0\x80", b"\xf0\x9f\x99\x82")


def mutated(dice: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return one of the seeds, changed in one to four places."""
    data = dice.choice(seeds)
    for _ in range(dice.choice((1, 1, 2, 4))):
        data = _changed(dice, data, seeds, words)
    return data


def _changed(dice: Random, data: bytes, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    start = dice.randrange(len(data) + 1)
    stop = min(len(data), start + dice.choice((0, 0, 1, 2, 9, 40)))
    way = dice.randrange(8)
    if way == 0:  # a bit
        put = bytes(one ^ 1 << dice.randrange(8) for one in data[start : start + 1])
        stop = start + len(put)
    elif way <= 2:
        put = dice.choice(words or _ODD)
    elif way == 3:
        put = dice.choice(_ODD)
    elif way == 4:  # a part of the input again, or very often
        put = data[start:stop] * dice.choice((1, 2, 2, 200))
        start = stop
    elif way == 5:  # a part of another input
        other = dice.choice(seeds)
        at = dice.randrange(len(other) + 1)
        put = other[at : at + dice.choice((1, 9, 80, 4_000))]
    elif way == 6:  # a part of the input elsewhere
        at = dice.randrange(len(data) + 1)
        put = data[at : at + dice.choice((1, 9, 80))]
    else:  # left out
        put = b""
    return data[:start] + put + data[stop:]
