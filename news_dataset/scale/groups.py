"""The named checks of one record with its children, over all records of a slice at once.

Each function returns the records that are not surely right by one check; the check itself judges these. So what is
said, and what is counted wrong, is said in one place alone (``checks.evidence``, ``checks.policy``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from news_dataset.checks.evidence import TIED_TO_EVENT, TIED_TO_PARTICIPANT
from news_dataset.checks.policy import RESTS_ON
from news_dataset.records import Article, Assessment, Statement
from news_dataset.scale.proof import mask
from news_dataset.scale.quotes import unlike_their_quotes
from news_dataset.scale.slices import Part, Slice

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]

_ROLES = 60  # so many roles of evidence are told apart by one bit each


def doubtful(records: Slice) -> Mask:
    """Return which records of a slice are not surely right by every check of a record with its children."""
    import numpy as np

    found = np.zeros(len(records), dtype=bool)
    for check in _CHECKS.get(records.model, ()):
        found |= check(records)
    return found


def _owning(part: Part, chosen: Mask, count: int) -> Mask:
    """Return which records own a row among those chosen."""
    import numpy as np

    found = np.zeros(count, dtype=bool)
    found[part.owners[chosen]] = True
    return found


def _without_evidence(records: Slice) -> Mask:
    evidence, count = records.parts["evidence"], len(records)
    reported = records.parents.equal("kind", "reported")
    named = _owning(evidence, evidence.rows.equal("role", "source", "cue"), count)
    content = _owning(evidence, evidence.rows.equal("role", "content"), count)
    return (reported & ~named) | (~reported & ~content)


def _wrong_speakers(records: Slice) -> Mask:
    part = records.parts["statement_participants"]
    has_speaker = _owning(part, part.rows.equal("role", "speaker"), len(records))
    found: Mask = has_speaker == records.parents.equal("kind", "narrated")
    return found


def _several_dates(records: Slice) -> Mask:
    import numpy as np

    part = records.parts["statement_events"]
    dated = part.rows.there("date") | part.rows.there("date_text")
    found: Mask = np.bincount(part.owners[dated], minlength=len(records)) > 1
    return found


def _misnumbered(records: Slice, name: str) -> Mask:
    """Return the records whose mentions and fragments are not surely 1, 2, … in each role, in the order of the text."""
    import numpy as np

    part = records.parts[name]
    rows, owners = part.rows, part.owners
    if not len(rows):
        return np.zeros(len(records), dtype=bool)
    roles = rows.numbered("role").astype(np.int64) if "role" in rows.model.model_fields else np.zeros(len(rows), int)
    mention, fragment, start, end = (
        rows.values(one).astype(np.int64) for one in ("mention", "fragment", "start", "end")
    )
    begins = np.ones(len(rows), dtype=bool)  # a run of one record and role
    begins[1:] = (owners[1:] != owners[:-1]) | (roles[1:] != roles[:-1])
    step, same = np.diff(mention, prepend=0), np.diff(fragment, prepend=0)
    follows = (step == 1) & (fragment == 1)
    goes_on = (step == 0) & (same == 1) & (start >= np.roll(end, 1))
    again = (step == 0) & (same == 0) & (start == np.roll(start, 1)) & (end == np.roll(end, 1))
    right = np.where(begins, (mention == 1) & (fragment == 1), follows | goes_on | again)
    found = _owning(part, ~right | (roles < 0) | (roles >= _ROLES), len(records))
    # A role that comes back later in the same record would be counted anew: the bits of its runs would carry.
    runs = np.flatnonzero(begins)
    bits = np.zeros(len(records), dtype=np.int64)
    np.add.at(bits, owners[runs], np.int64(1) << np.clip(roles[runs], 0, _ROLES))
    distinct = np.bincount(owners[runs], minlength=len(records))
    found |= np.bitwise_count(bits) != distinct
    return found


def _wrong_of(records: Slice) -> Mask:
    import numpy as np

    evidence, rows = records.parts["evidence"], records.parts["evidence"].rows
    of, there = rows.values("of").astype(np.int64), rows.there("of")
    events = records.parts["statement_events"].counts(len(records))
    participants = records.parts["statement_participants"]
    listed = participants.counts(len(records))
    to_event = rows.equal("role", *TIED_TO_EVENT)
    limit = np.where(to_event, events[evidence.owners], listed[evidence.owners])
    wrong = there & ((of < 1) | (of > limit))
    first = np.cumsum(listed) - listed
    for role, wanted in TIED_TO_PARTICIPANT.items():
        tied = np.flatnonzero(rows.equal("role", role) & there & ~wrong)
        meant = first[evidence.owners[tied]] + of[tied] - 1
        wrong[tied] |= ~participants.rows.equal("role", wanted)[meant]
    return _owning(evidence, wrong, len(records))


def _unshown_dates(records: Slice) -> Mask:
    """Return the statements with a date in the article's words that no evidence shows."""
    import numpy as np

    evidence, events = records.parts["evidence"], records.parts["statement_events"]
    counts = events.counts(len(records))
    first = np.cumsum(counts) - counts
    dates = evidence.rows.equal("role", "date") & evidence.rows.there("of")
    of = evidence.rows.values("of").astype(np.int64)
    dates &= (of >= 1) & (of <= counts[evidence.owners])
    shown = np.zeros(len(events.rows), dtype=bool)
    shown[first[evidence.owners[dates]] + of[dates] - 1] = True
    return _owning(events, events.rows.there("date_text") & ~shown, len(records))


def _uncited(records: Slice) -> Mask:
    """Return the assessments whose verdict does not surely rest on the sources that they cite."""
    import numpy as np

    part, parents, count = records.parts["citations"], records.parents, len(records)
    cited = part.counts(count)
    several = np.zeros(count, dtype=bool)
    if len(part.rows) > 1:
        same = part.owners[1:] == part.owners[:-1]
        sources = part.rows.column("source")
        differs = mask(_differ(sources.slice(1), sources.slice(0, len(sources) - 1)))
        several[part.owners[1:][same & differs]] = True
    found: Mask = (cited == 0) & ~parents.equal("verdict", "not_checkable")
    for verdict, stance in RESTS_ON.items():
        found |= parents.equal("verdict", verdict) & ~_owning(part, part.rows.equal("stance", stance), count)
    found |= (cited > 0) & (several == parents.equal("independence", "single"))
    return found


def _differ(one: pa.Array, other: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.not_equal(one, other).fill_null(True)


def _foreign_numbers(records: Slice) -> Mask:
    """Return the records whose id does not surely carry the slug of the article, or of what they assess."""
    import polars as pl

    is_statement = records.model is Statement
    owner = records.parents.column("article" if is_statement else "target")
    frame = pl.DataFrame({"id": records.parents.column("id"), "owner": owner})
    slug = pl.col("owner").str.strip_prefix("article/" if is_statement else "statement/")
    if not is_statement:  # an article's id has no second part, or it is not proven
        slug = slug.str.replace("/.*$", "")
    kind = records.model.record_type
    held = pl.col("id").str.starts_with(pl.concat_str(pl.lit(f"{kind}/"), slug, pl.lit("/")))
    if not is_statement:  # one of an event is numbered within any article: that is looked at across tables
        held |= pl.col("owner").str.starts_with("event/")
    found: Mask = ~frame.select(held.fill_null(False)).to_series().to_numpy()
    return found


def _mentions(records: Slice) -> Mask:
    return _misnumbered(records, "mentions")


def _evidence(records: Slice) -> Mask:
    return _misnumbered(records, "evidence")


_CHECKS: dict[type[Any], tuple[Callable[[Slice], Mask], ...]] = {
    Article: (_mentions,),
    Statement: (
        _without_evidence, _wrong_speakers, _several_dates, _evidence, _wrong_of, _unshown_dates, unlike_their_quotes,
        _foreign_numbers,
    ),
    Assessment: (_uncited, _foreign_numbers),
}  # fmt: skip
