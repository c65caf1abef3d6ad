"""One slice, looked at by itself: what is proven, what is not, and what the questions across tables need of it.

This is the *map*: it knows nothing but the slice, so that it can run anywhere, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from news_dataset.records import Row
from news_dataset.scale.emitted import Tables, emitted
from news_dataset.scale.groups import doubtful
from news_dataset.scale.proof import unproven
from news_dataset.scale.recognise import formed
from news_dataset.scale.slices import Slice
from news_dataset.scale.units import Counts, units

if TYPE_CHECKING:
    import numpy as np

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class Findings:
    """What is known of a slice.

    Args:
        suspects: the places in the slice of the records that are not proven.
        looked: how many units of each check the proven records have, all of which pass.
        skipped: how many were skipped for want of a text.
        tables: what the proven records give away (``emitted``).
    """

    suspects: Numbers
    looked: Counts = field(default_factory=dict)
    skipped: Counts = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)


def examine(records: Slice, at: Numbers, is_recognised: bool = False) -> Findings:
    """Return what is known of a slice.

    Args:
        records: the slice.
        at: where each record stands: the number of its line or row.
        is_recognised: whether its form was proven already, by the pattern of its line.
    """
    import numpy as np

    doubt = unproven(records.parents, _formed(records.model, is_recognised))
    for part in records.parts.values():
        doubt[part.owners[unproven(part.rows, _formed(part.rows.model, is_recognised))]] = True
    doubt |= doubtful(records)
    kept = ~doubt
    looked, skipped = units(records, kept)
    return Findings(np.flatnonzero(doubt), looked, skipped, emitted(records, kept, at))


def _formed(model: type[Row], is_recognised: bool) -> frozenset[str]:
    return formed(model) if is_recognised else frozenset()
