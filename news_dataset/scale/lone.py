"""Tables without the tables of the records that their rows belong to: each row is looked at by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from news_dataset import checks
from news_dataset.issues import Skipped, Tally
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, CHILDREN, RECORDS, EntityRow, Record, RecordRow, Row
from news_dataset.records.columns import children
from news_dataset.scale.cut import empty
from news_dataset.scale.emitted import Tables, emitted
from news_dataset.scale.examine import Findings
from news_dataset.scale.gather import Gathering
from news_dataset.scale.inorder import in_order
from news_dataset.scale.judge import judge
from news_dataset.scale.judged import put_by
from news_dataset.scale.parquet import AT, TableFiles
from news_dataset.scale.proof import Rows, unproven
from news_dataset.scale.rowrecords import RowEntry, place_of, plain_rows
from news_dataset.scale.slices import Part, Slice
from news_dataset.scale.spill import Spill
from news_dataset.scale.units import Counts, row_counts

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]

_MODELS: dict[str, type[Row]] = {vars(one)["table"]: one for one in (*RECORDS, *CHILDREN)}
_MODELS |= {"entities": EntityRow, "records": RecordRow}
APART = Skipped("the tables that belong together are not all here")
_GROUPED = frozenset(code.name for code in checks.CODES.values() if code.layer in ("evidence", "policy"))


@dataclass(frozen=True)
class LoneEntry(RowEntry):
    """A row whose record is not at hand, judged by the model of rows."""

    row_model: type[Row] = RecordRow

    @property
    def model(self) -> type[Row]:
        """The model that it is judged by."""
        return self.row_model


def is_lone(name: str, there: Collection[str]) -> bool:
    """Return whether a table's rows cannot be brought together with those that belong to them.

    Args:
        name: the table.
        there: the tables that are there. One that came with a later version of the schemas may be absent.
    """
    if name in BY_TABLE:
        return any(child.since == "1.0" and child.table not in there for child in children(BY_TABLE[name]).values())
    model = _MODELS.get(name)
    owners = [one.table for one in RECORDS if model in children(one).values()] or list(BY_TABLE)
    return all(owner not in there or is_lone(owner, there) for owner in owners)


@dataclass(frozen=True)
class _Looked:
    """What is known of the rows of a group: which are not proven, and what the others give away."""

    rows: Rows
    at: Numbers
    doubt: Mask
    counts: Counts
    tables: Tables


def judge_lone(files: TableFiles, gathering: Gathering, spill: Spill) -> None:
    """Look at the rows of a table by themselves; what would need others is counted as skipped."""
    import numpy as np

    model = _MODELS.get(files.table.name)
    if model is None:  # codes and redirects have ways of their own
        return
    tables = ((group, files.read(group)) for group in files.groups)
    for (group, _), found in in_order(lambda one: _look(model, one[1]), tables, ahead=1):
        spill.add(found.tables)
        gathering.add(Findings(np.flatnonzero(found.doubt), found.counts))
        numbered = _numbered(found.doubt, found.at)
        entries = [_entry(found.rows, files, place, number) for number, place in numbered]
        places = {id(entry): place for entry, (_, place) in zip(entries, numbered, strict=True)}
        verdict = judge(files.paths[group.file], [one.document for one in entries], entries, without=_GROUPED)
        gathering.judge(verdict)
        if issubclass(model, Record):
            put_by(verdict, lambda entry, known=places: known[id(entry)], spill)  # type: ignore[misc]
        tally = Tally("broken_table", checks.CODES["broken_table"].layer)
        tally.skipped[APART.reason] = len(found.rows)
        gathering.count(tally)


def _look(model: type[Row], table: pa.Table) -> _Looked:
    rows, at = Rows(model, table), table.column(AT).to_numpy()
    doubt = unproven(rows)
    tables: Tables = {}
    if issubclass(model, Record):
        parts = {name: Part(Rows(child, empty(child)), at[:0]) for name, child in children(model).items()}
        tables = emitted(Slice(model, rows, parts), ~doubt, at)
    return _Looked(rows, at, doubt, row_counts(rows, ~doubt), tables)


def _numbered(doubt: Mask, at: Numbers) -> list[tuple[int, int]]:
    """Return the numbers of the doubtful rows, and where they stand."""
    import numpy as np

    return [(number, int(at[number])) for number in np.flatnonzero(doubt).tolist()]


def _entry(rows: Rows, files: TableFiles, at: int, number: int) -> LoneEntry:
    import numpy as np

    (data,) = plain_rows(rows, np.array([number]))
    row, error = None, None
    try:
        row = rows.model.model_validate(data)
    except ValidationError as found:
        error = found
    place = place_of(files, at)
    kind = rows.model.record_type if issubclass(rows.model, Record) else "row"
    return LoneEntry(Document(place[0], data, {}, {}), "", kind, data, row, error, own=place, row_model=rows.model)
