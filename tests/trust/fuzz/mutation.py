"""Plain mutations of seeds, for where there is no guidance by coverage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

_ODD = (b"\0", b"\xff", b"\n", b" ", b"-", b"9", b"\xed\xa0\x80", b"\xf0\x9f\x99\x82")


def mutated(dice: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return one of the seeds, changed in one to four places."""
    data = dice.choice(seeds)
    for _ in range(dice.choice((1, 1, 2, 4))):
        data = _changed(dice, data, seeds, words)
    return data


def _changed(dice: Random, data: bytes, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    if dice.randrange(4) == 0:
        return _spoiled(dice, data)
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


def _spoiled(dice: Random, data: bytes) -> bytes:
    """Return JSON, or JSON Lines, with one value left out or an odd one in its place; anything else as it is."""
    lines = data.split(b"\n") if data.startswith(b"{") else [data]
    number = dice.randrange(len(lines))
    try:
        value = json.loads(lines[number])
    except (ValueError, RecursionError):
        return data
    found = list(_places(value))
    if found:
        above, key = dice.choice(found)
        above[key] = dice.choice(_VALUES)
        if dice.randrange(8) == 0:
            del above[key]
    return b"\n".join([*lines[:number], json.dumps(value).encode(), *lines[number + 1 :]])


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what holds a value, and its key or number there, for every value."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        for key in one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ():
            yield one, key
            waiting.append(one[key])


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


_VALUES: tuple[Any, ...] = (
    None, True, -1, 2**53, 10**20, 1.5, "", "\ud800", "a\n\0\u2028", "T1", [], {}, [[]], [None], {"": None},
    {"id": [1]}, _nested(30), _nested(600),
)  # fmt: skip
