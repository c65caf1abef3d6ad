"""Alignment of the units of two readers, by the overlap of their spans and of what they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Position = tuple[int, int, int]
"""Index of a text, start and end in code points, end exclusive."""

Region = tuple[Position, ...]
"""Sorted positions that neither overlap nor touch."""

OPTIMAL_UP_TO = 100
"""The largest group, in units of one reader, for which the optimal assignment is computed, in O(n³)."""

_Overlaps = dict[int, dict[int, tuple[int, int]]]  # intersection and union by row and column, where not 0

# An overlap of 1 as an integer: sums of integers are exact, and no texts are so long that two overlaps become one.
_RESOLUTION = 10**12


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """Something that a reader marked.

    Args:
        region: its spans; a unit without spans gets no partner.
        meaning: the spans of the events, dates, places and numbers that it speaks of.
        id: the id of its record; empty for a bare span.
    """

    region: Region
    meaning: Region = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Partners:
    """A unit of each reader, and their overlap: intersection over union."""

    a: Unit
    b: Unit
    overlap: Fraction


def region(spans: Iterable[Position]) -> Region:
    """Return the union of spans."""
    merged: list[Position] = []
    for text, start, end in sorted(spans):
        if merged and merged[-1][0] == text and start <= merged[-1][2]:
            merged[-1] = (text, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((text, start, end))
    return tuple(merged)


def overlap(a: Region, b: Region) -> Fraction:
    """Return the intersection of two regions over their union, in code points; 0 if both are empty."""
    common = _intersection(a, b)
    union = _size(a) + _size(b) - common
    return Fraction(common, union) if union else Fraction(0)


def _intersection(a: Region, b: Region) -> int:
    """Return how many code points two regions share."""
    common, index_a, index_b = 0, 0, 0
    while index_a < len(a) and index_b < len(b):
        (text, start, end), (text_b, start_b, end_b) = a[index_a], b[index_b]
        if text == text_b:
            common += max(0, min(end, end_b) - max(start, start_b))
        if (text, end) <= (text_b, end_b):
            index_a += 1
        else:
            index_b += 1
    return common


def align(a: Iterable[Unit], b: Iterable[Unit]) -> list[Partners]:
    """Return the pairs of units that are the same, sorted and one-to-one; only units that overlap are paired.

    One sentence may hold several statements, which overlap much and mean different things: that a summit is planned,
    and that it is planned for 12 June. So the similarity of two units is the overlap of their regions plus that of
    their meanings, which is 1 if neither has any. Taking the best pair first could leave two others without partners;
    so the assignment is optimal (``assign``) within each group of units that overlap, which keeps it fast for many
    articles. A group of more than ``OPTIMAL_UP_TO``, as no careful reader makes, is paired best first. Among equal
    assignments, the one that keeps the order of the units best wins. The result does not depend on the order of the
    units; exchanging the readers only exchanges ``a`` and ``b``.
    """
    left, right = sorted(a), sorted(b)
    is_swapped = right < left
    if is_swapped:
        left, right = right, left
    overlaps = _overlaps(left, right)
    cells: list[tuple[int, int]] = []
    for rows, columns in _connected_groups(overlaps):
        weights = _weights(left, right, rows, columns, overlaps)
        if max(len(rows), len(columns)) > OPTIMAL_UP_TO:
            cells += _best_first(weights)
        else:
            square = [[weights.get((row, column), 0) for column in columns] for row in rows]
            cells += [(rows[row], columns[column]) for row, column in assign(square)]
    partners = []
    for row, column in cells:
        first, second = (right[column], left[row]) if is_swapped else (left[row], right[column])
        partners.append(Partners(first, second, Fraction(*overlaps[row][column])))
    return sorted(partners, key=lambda pair: (pair.a, pair.b))


def assign(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return pairs of row and column, one-to-one, so that the sum of their weights is as large as possible.

    Pairs of weight 0 are left out; no weight is negative. This is the Hungarian method (H. W. Kuhn, 1955, Naval
    Research Logistics Quarterly 2, 83-97) with shortest augmenting paths and potentials, which is O(n³).
    """
    size = max(len(weights), max(map(len, weights), default=0))
    costs = [[0] * size for _ in range(size)]  # square: to remain without a partner costs nothing
    for row, row_weights in enumerate(weights):
        costs[row][: len(row_weights)] = [-weight for weight in row_weights]
    row_of: dict[int, int] = {}
    row_potentials, column_potentials = [0] * size, [0] * size
    for row in range(size):
        _augment(costs, row, row_of, row_potentials, column_potentials)
    return sorted((row, column) for column, row in row_of.items() if costs[row][column] < 0)


def _augment(
    costs: list[list[int]], start: int, row_of: dict[int, int], row_potentials: list[int], column_potentials: list[int]
) -> None:
    """Assign a column to row *start* along the cheapest augmenting path, in place."""
    slack: dict[int, int] = {}
    previous_of: dict[int, int | None] = {}
    visited: list[int] = []
    unvisited = set(range(len(costs)))
    row, current = start, None
    while True:
        for column in unvisited:
            cost = costs[row][column] - row_potentials[row] - column_potentials[column]
            if column not in slack or cost < slack[column]:
                slack[column], previous_of[column] = cost, current
        current = min(unvisited, key=lambda column: (slack[column], column))
        step = slack[current]
        row_potentials[start] += step
        for column in visited:
            row_potentials[row_of[column]] += step
            column_potentials[column] -= step
        for column in unvisited:
            slack[column] -= step
        unvisited.remove(current)
        visited.append(current)
        if current not in row_of:
            break
        row = row_of[current]
    end: int | None = current
    while end is not None:
        previous = previous_of[end]
        row_of[end] = start if previous is None else row_of[previous]
        end = previous


def _size(region: Region) -> int:
    """Return how many code points a region covers."""
    return sum(end - start for _, start, end in region)


def _overlaps(left: Sequence[Unit], right: Sequence[Unit]) -> _Overlaps:
    """Return intersection and union of units that overlap, by row and column."""
    overlaps: _Overlaps = {}
    sizes = [_size(unit.region) for unit in right]
    for row, columns in _overlapping_columns(left, right).items():
        size, region = _size(left[row].region), left[row].region
        intersections = {column: _intersection(region, right[column].region) for column in sorted(columns)}
        overlaps[row] = {column: (common, size + sizes[column] - common) for column, common in intersections.items()}
    return overlaps


def _overlapping_columns(left: Sequence[Unit], right: Sequence[Unit]) -> dict[int, set[int]]:
    """Return for each row the columns that it overlaps, by one sweep over the sorted spans of both."""
    spans = [
        (span, side, number)
        for side, units in enumerate((left, right))
        for number, unit in enumerate(units)
        for span in unit.region
    ]
    open_spans: tuple[list[tuple[int, int, int]], ...] = ([], [])  # of each side: text, end and number of the unit
    columns_of: defaultdict[int, set[int]] = defaultdict(set)
    for (text, start, end), side, number in sorted(spans):
        others = open_spans[1 - side]
        others[:] = [span for span in others if span[0] == text and span[1] > start]
        for _, _, other in others:
            row, column = (other, number) if side else (number, other)
            columns_of[row].add(column)
        open_spans[side].append((text, end, number))
    return columns_of


def _connected_groups(columns_of: _Overlaps) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the connected components of the graph of overlaps: their rows and columns."""
    rows_of: defaultdict[int, set[int]] = defaultdict(set)
    for row, overlapping in columns_of.items():
        for column in overlapping:
            rows_of[column].add(row)
    unvisited = set(columns_of)
    for first in sorted(columns_of):
        rows: set[int] = set()
        columns: set[int] = set()
        frontier = {first} & unvisited
        while frontier:
            rows |= frontier
            new_columns = set().union(*(columns_of[row] for row in frontier)) - columns
            columns |= new_columns
            frontier = set().union(*(rows_of[column] for column in new_columns)) - rows
        unvisited -= rows
        if rows:
            yield sorted(rows), sorted(columns)


def _weights(
    left: Sequence[Unit], right: Sequence[Unit], rows: Sequence[int], columns: Sequence[int], overlaps: _Overlaps
) -> dict[tuple[int, int], int]:
    """Return the weights of the pairs of a group: similarity, then rank."""
    size, ranks = max(len(rows), len(columns)), {column: rank for rank, column in enumerate(columns)}
    weights: dict[tuple[int, int], int] = {}
    for rank, row in enumerate(rows):
        for column, (intersection, union) in overlaps[row].items():
            meaning, other_meaning = left[row].meaning, right[column].meaning
            if meaning or other_meaning:
                similarity = int((Fraction(intersection, union) + overlap(meaning, other_meaning)) * _RESOLUTION)
            else:
                similarity = (intersection + union) * _RESOLUTION // union
            # the ranks differ by less than size, so that they never outweigh a step of similarity
            weights[row, column] = similarity * (size**3 + 1) + size**2 - (rank - ranks[column]) ** 2
    return weights


def _best_first(weights: Mapping[tuple[int, int], int]) -> Iterator[tuple[int, int]]:
    """Yield the pair of the largest weight, then that of those that remain, and so on."""
    taken_rows, taken_columns = set[int](), set[int]()
    for row, column in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        if row not in taken_rows and column not in taken_columns:
            yield row, column
            taken_rows.add(row)
            taken_columns.add(column)
