"""The dates that synthetic records have, as texts and as what they mean."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from news_dataset import edtf
from news_dataset.testing.arrays import taken
from news_dataset.testing.dice import Dice, Ints, Truths

if TYPE_CHECKING:
    import pyarrow as pa

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2026, 10, 31)
EPOCH = dt.date(1970, 1, 1)
DAYS = (LAST - FIRST).days + 1
"""So many of the dates are plain days, the first ones, in order."""


@dataclass(frozen=True)
class Dates:
    """Dates with their first and last day."""

    texts: pa.Array
    low: pa.Array
    high: pa.Array

    def columns(self, name: str, at: Ints, present: Truths | None = None) -> dict[str, pa.Array]:
        """Return the three columns of a date, given by its index; null where it is not *present*."""
        sides = (("", self.texts), ("_min", self.low), ("_max", self.high))
        return {name + side: taken(values, at, present) for side, values in sides}


@cache
def dates() -> Dates:
    """Return all dates: ``DAYS`` plain days, then dates of every other form."""
    import pyarrow as pa

    plain = [(FIRST + dt.timedelta(number)).isoformat() for number in range(DAYS)]
    months = [f"{year}-{month:02d}" for year in range(2012, 2026) for month in range(1, 13)]
    years = [str(year) for year in range(1950, 2026)]
    unsure = [f"{one}{mark}" for one in (*months[::5], *years[::3]) for mark in "?~%"]
    masked = [f"{one}-XX" for one in months[::3]] + ["202X", "201X", "19XX", "2024-XX", "2023-XX-XX"]
    yearless = [f"XXXX-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 12, 28)] + ["XXXX-06"]
    spans = [f"{plain[at]}/{plain[at + 1 + at % 9]}" for at in range(0, DAYS - 20, 29)]
    spans += [f"../{year}" for year in years[-9:]] + [f"{year}/.." for year in years[-9:]] + ["2024-05/"]
    texts = [*plain, *months, *years, *unsure, *masked, *yearless, *spans]
    bounds = [edtf.bounds(text) for text in texts]
    low, high = (pa.array([pair[side] for pair in bounds], pa.date32()) for side in (0, 1))
    return Dates(pa.array(texts), low, high)


def some_dates(dice: Dice, what: str, at: Ints, plain: int = 80) -> Ints:
    """Return the index of a date for each place; so many of a hundred are plain days."""
    other = DAYS + dice.below(f"{what}, form", at, len(dates().texts) - DAYS)
    return np.where(dice.chance(f"{what}, plain", at, plain), dice.below(what, at, DAYS), other)


def since_1970(number: Ints) -> Ints:
    """Return plain days, given by their index, as days since 1970."""
    return number + (FIRST - EPOCH).days
