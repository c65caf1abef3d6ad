"""Policy: what ``dataset.yaml`` asserts of every release, so that ``build`` refuses one that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from news_dataset.checks.policy import PARTIAL
from news_dataset.collection import Collection
from news_dataset.entries import Entry
from news_dataset.errors import IntegrityError
from news_dataset.issues import Outcome, Skipped
from news_dataset.records import Assessment, Description, Statement
from news_dataset.tabular import count_rows


def row_count(collection: Collection) -> Iterator[Outcome]:
    """A table has fewer or more rows than dataset.yaml asserts for the release."""
    for entry, asserted in _descriptions(collection):
        looked_at = collection.is_whole and collection.is_sound
        counts = count_rows(collection.records(), len(collection.redirects)) if looked_at else {}
        for place, wanted in enumerate(asserted.row_counts):
            if not looked_at:
                yield PARTIAL
            elif wanted.table not in counts:
                yield [entry.issue(f"/row_counts/{place}/table", f"there is no table {wanted.table}")]
            else:
                there, low, high = counts[wanted.table], wanted.min or 0, wanted.max
                bounds = f"at least {low}" if high is None else f"{low} to {high}"
                message = f"rows of {wanted.table}: {there}, asserted: {bounds}"
                fits = low <= there and (high is None or there <= high)
                yield [] if fits else [entry.issue(f"/row_counts/{place}", message)]


def low_coverage(collection: Collection) -> Iterator[Outcome]:
    """A smaller share of the statements has evidence or an assessment than dataset.yaml asserts for the release.

    ``statements_with_content_evidence`` counts all statements, reported ones too, and those among them that have
    evidence of role content; ``facts_assessed`` the statements of claim_type fact, and those with an assessment.
    """
    for entry, asserted in _descriptions(collection):
        for place, wanted in enumerate(asserted.coverage):
            if not (collection.is_whole and collection.is_sound):
                yield PARTIAL
                continue
            covered, of = _COUNTED[wanted.of](collection)
            message = f"{wanted.of}: {covered} of {of}, asserted: at least {wanted.min_percent} percent"
            fits = covered * 100 >= wanted.min_percent * of
            yield [] if fits else [entry.issue(f"/coverage/{place}", message)]


def lost_id(collection: Collection) -> Iterator[Outcome]:
    """An id of the published release is gone, and redirects.yaml does not say what became of it.

    Asserted by ``keeps_ids`` in dataset.yaml, and looked at where the release stands beside the records, in
    data/published. An id that was cited once must lead somewhere.
    """
    for entry, asserted in _descriptions(collection):
        if not asserted.keeps_ids:
            continue
        if not (collection.is_whole and collection.is_sound):
            yield PARTIAL
            continue
        try:
            published = collection.published_ids()
        except IntegrityError as error:
            yield Skipped(f"the published release cannot be read: {error}")
            continue
        here = set(collection.by_id) | {redirect.old_id for redirect in collection.redirects}
        for lost in published:
            message = f"{lost} is in the published release, but no longer here"
            yield [] if lost in here else [entry.issue("/keeps_ids", message, "add a row to redirects.yaml")]


CHECKS = (row_count, low_coverage, lost_id)


def _descriptions(collection: Collection) -> Iterator[tuple[Entry, Description]]:
    """Yield the entry of ``dataset.yaml`` and what it says, if it is there and in order."""
    for entry in collection.entries:
        if isinstance(entry.row, Description):
            yield entry, entry.row


def _with_content(collection: Collection) -> tuple[int, int]:
    found = [row for row in (entry.row for entry in collection.of("statement")) if isinstance(row, Statement)]
    return sum(any(one.role == "content" for one in row.evidence) for row in found), len(found)


def _assessed_facts(collection: Collection) -> tuple[int, int]:
    assessments = (entry.row for entry in collection.of("assessment"))
    assessed = {row.target for row in assessments if isinstance(row, Assessment)}
    statements = (entry.row for entry in collection.of("statement"))
    facts = [row.id for row in statements if isinstance(row, Statement) and row.claim_type == "fact"]
    return sum(one in assessed for one in facts), len(facts)


_COUNTED = {"statements_with_content_evidence": _with_content, "facts_assessed": _assessed_facts}
