"""Which of one reader's units are the same as which of the other's: by their spans and what they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Position = tuple[int, int, int]
"""Number of a text, start, end."""

Region = tuple[Position, ...]
"""Positions in order that neither overlap nor touch."""

LARGEST = 100
"""Units of one reader among which the assignment is optimal, which needs their number to the third power of steps."""

_Scores = dict[int, dict[int, tuple[int, int]]]  # intersection and union by row and column, where they overlap

# Overlaps become integers of this many steps: sums are exact, and no two texts are long enough to lose one.
_STEPS = 10**12


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """Something that a reader marked.

    Args:
        region: its spans; a unit without any has no partner.
        meaning: the spans of the events, dates, places and numbers that it speaks of.
        id: its name; of a bare span, empty.
    """

    region: Region
    meaning: Region = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Partners:
    """A unit of each reader, and how far their regions overlap: intersection over union, in code points."""

    a: Unit
    b: Unit
    overlap: Fraction


def region(spans: Iterable[Position]) -> Region:
    """Return where some spans stand, every position once, however often it is marked."""
    found: list[Position] = []
    for text, start, end in sorted(spans):
        if found and found[-1][0] == text and start <= found[-1][2]:
            found[-1] = (text, found[-1][1], max(end, found[-1][2]))
        else:
            found.append((text, start, end))
    return tuple(found)


def overlap(a: Region, b: Region) -> Fraction:
    """Return the intersection of two regions over their union, in code points; 0 if both are empty."""
    common = _common(a, b)
    union = _size(a) + _size(b) - common
    return Fraction(common, union) if union else Fraction(0)


def _common(a: Region, b: Region) -> int:
    common, at, other = 0, 0, 0
    while at < len(a) and other < len(b):
        (text, start, end), (text_b, start_b, end_b) = a[at], b[other]
        if text == text_b:
            common += max(0, min(end, end_b) - max(start, start_b))
        if (text, end) <= (text_b, end_b):
            at += 1
        else:
            other += 1
    return common


def align(a: Iterable[Unit], b: Iterable[Unit]) -> list[Partners]:
    """Return the pairs of units that are the same, in order: one-to-one, and only such as overlap.

    One sentence may hold several statements, which overlap much and mean different things: that a summit is planned,
    and that it is planned for 12 June. So two units are as alike as their regions overlap, plus as their meanings
    overlap; two that speak of no event, date or number mean the same. Taking the best pair first could leave two others
    without partners; so the assignment is optimal (``assign``), for each group of units that overlap, which keeps it
    fast for many articles. In a group of more than ``LARGEST``, which no careful reader makes, the best pair does come
    first. Among equal assignments the one counts that keeps the order of the units best. The result
    depends neither on the order of the units nor, but for the exchange itself, on which reader comes first.
    """
    left, right = sorted(a), sorted(b)
    turned = right < left
    if turned:
        left, right = right, left
    scores = _scores(left, right)
    found: list[tuple[int, int]] = []
    for rows, columns in _groups(scores):
        weights = _weights(left, right, rows, columns, scores)
        if max(len(rows), len(columns)) > LARGEST:
            found += _best_first(weights)
        else:
            square = [[weights.get((row, column), 0) for column in columns] for row in rows]
            found += [(rows[row], columns[column]) for row, column in assign(square)]
    pairs = [(left[row], right[column], Fraction(*scores[row][column])) for row, column in found]
    partners = [Partners(two, one, score) if turned else Partners(one, two, score) for one, two, score in pairs]
    return sorted(partners, key=lambda pair: (pair.a, pair.b))


def assign(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return rows with their columns, one-to-one, so that the sum of the weights is as large as possible.

    Pairs of weight 0 are left out; weights are not negative. The Hungarian method (H. W. Kuhn, 1955, Naval Research
    Logistics Quarterly 2, 83-97), in the form with shortest paths and potentials, which needs some ``n ** 3`` steps.
    """
    size = max(len(weights), max(map(len, weights), default=0))
    costs = [[0] * size for _ in range(size)]  # a square: what finds no partner is given to nothing, at no cost
    for row, line in enumerate(weights):
        costs[row][: len(line)] = [-weight for weight in line]
    owner: dict[int, int] = {}
    of_row, of_column = [0] * size, [0] * size
    for row in range(size):
        _augment(costs, row, owner, of_row, of_column)
    return sorted((row, column) for column, row in owner.items() if costs[row][column] < 0)


def _augment(
    costs: list[list[int]], start: int, owner: dict[int, int], of_row: list[int], of_column: list[int]
) -> None:
    """Give row *start* a column; rows that have one may get another, along the cheapest path to a free column."""
    least: dict[int, int] = {}
    before: dict[int, int | None] = {}
    seen: list[int] = []
    unseen = set(range(len(costs)))
    row, at = start, None
    while True:
        for column in unseen:
            cost = costs[row][column] - of_row[row] - of_column[column]
            if column not in least or cost < least[column]:
                least[column], before[column] = cost, at
        at = min(unseen, key=lambda column: (least[column], column))
        step = least[at]
        of_row[start] += step
        for column in seen:
            of_row[owner[column]] += step
            of_column[column] -= step
        for column in unseen:
            least[column] -= step
        unseen.remove(at)
        seen.append(at)
        if at not in owner:
            break
        row = owner[at]
    end: int | None = at
    while end is not None:
        previous = before[end]
        owner[end] = start if previous is None else owner[previous]
        end = previous


def _size(a: Region) -> int:
    return sum(end - start for _, start, end in a)


def _scores(left: Sequence[Unit], right: Sequence[Unit]) -> _Scores:
    """Return the overlaps that there are, by row and column; only units whose spans overlap are looked at."""
    found: _Scores = {}
    sizes = [_size(unit.region) for unit in right]
    for row, columns in _overlapping(left, right).items():
        size, mine = _size(left[row].region), left[row].region
        shared = {column: _common(mine, right[column].region) for column in sorted(columns)}
        found[row] = {column: (common, size + sizes[column] - common) for column, common in shared.items()}
    return found


def _overlapping(left: Sequence[Unit], right: Sequence[Unit]) -> dict[int, set[int]]:
    """Return the columns that overlap each row: the spans of both are gone through from the texts' beginnings."""
    sides = enumerate((left, right))
    marked = [(span, side, at) for side, units in sides for at, unit in enumerate(units) for span in unit.region]
    reaching: tuple[list[tuple[int, int, int]], ...] = ([], [])  # text, end and unit of what may still overlap
    found: defaultdict[int, set[int]] = defaultdict(set)
    for (text, start, end), side, at in sorted(marked):
        other = reaching[1 - side]
        other[:] = [one for one in other if one[0] == text and one[1] > start]
        for _, _, one in other:
            found[one if side else at].add(at if side else one)
        reaching[side].append((text, end, at))
    return found


def _groups(columns_of: _Scores) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the rows and columns that hang together, directly or over others."""
    rows_of: defaultdict[int, set[int]] = defaultdict(set)
    for row, found in columns_of.items():
        for column in found:
            rows_of[column].add(row)
    left = set(columns_of)
    for first in sorted(columns_of):
        rows: set[int] = set()
        columns: set[int] = set()
        more = {first} & left
        while more:
            rows |= more
            new = set().union(*(columns_of[row] for row in more)) - columns
            columns |= new
            more = set().union(*(rows_of[column] for column in new)) - rows
        left -= rows
        if rows:
            yield sorted(rows), sorted(columns)


def _weights(
    left: Sequence[Unit], right: Sequence[Unit], rows: Sequence[int], columns: Sequence[int], scores: _Scores
) -> dict[tuple[int, int], int]:
    """Return how alike the units of a group are, then how close in rank, which is too small to outweigh it."""
    most, ranks, found = max(len(rows), len(columns)), {column: rank for rank, column in enumerate(columns)}, {}
    for place, row in enumerate(rows):
        for column, (common, union) in scores[row].items():
            one, other = left[row].meaning, right[column].meaning
            if one or other:
                steps = int((Fraction(common, union) + overlap(one, other)) * _STEPS)
            else:
                steps = (common + union) * _STEPS // union
            found[row, column] = steps * (most**3 + 1) + most**2 - (place - ranks[column]) ** 2
    return found


def _best_first(weights: Mapping[tuple[int, int], int]) -> Iterator[tuple[int, int]]:
    """Yield the pair of the largest weight, then that of those that are left, and so on."""
    taken: tuple[set[int], set[int]] = set(), set()
    for row, column in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        if row not in taken[0] and column not in taken[1]:
            yield row, column
            taken[0].add(row)
            taken[1].add(column)
