"""Policy: what ``dataset.yaml`` asserts of every release, so that ``build`` refuses one that breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from news_dataset.checks.policy import PARTIAL
from news_dataset.collection import Collection
from news_dataset.entries import Entry
from news_dataset.errors import IntegrityError
from news_dataset.issues import Issue, Outcome, Skipped
from news_dataset.records import Assessment, Description, Statement
from news_dataset.tabular import count_rows


def row_count(collection: Collection) -> Iterator[Outcome]:
    """A table has fewer or more rows than dataset.yaml asserts for the release."""
    for entry, asserted in descriptions(collection):
        if collection.is_whole and collection.is_sound:
            yield from row_counts(entry, asserted, count_rows(collection.records(), len(collection.redirects)))
        else:
            yield from [PARTIAL] * len(asserted.row_counts)


def row_counts(entry: Entry, asserted: Description, counts: Mapping[str, int]) -> Iterator[Outcome]:
    """Judge the rows of tables, by what ``dataset.yaml`` (an *entry*) asserts of them."""
    for place, wanted in enumerate(asserted.row_counts):
        if wanted.table not in counts:
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
    for entry, asserted in descriptions(collection):
        if collection.is_whole and collection.is_sound:
            yield from coverage(entry, asserted, lambda name: _COUNTED[name](collection))
        else:
            yield from [PARTIAL] * len(asserted.coverage)


def coverage(entry: Entry, asserted: Description, counted: Callable[[str], tuple[int, int]]) -> Iterator[Outcome]:
    """Judge shares, by what ``dataset.yaml`` (an *entry*) asserts; *counted* tells how many are covered, of what."""
    for place, wanted in enumerate(asserted.coverage):
        covered, of = counted(wanted.of)
        message = f"{wanted.of}: {covered} of {of}, asserted: at least {wanted.min_percent} percent"
        fits = covered * 100 >= wanted.min_percent * of
        yield [] if fits else [entry.issue(f"/coverage/{place}", message)]


def lost_id(collection: Collection) -> Iterator[Outcome]:
    """An id of the published release is gone, and redirects.yaml does not say what became of it.

    Asserted by ``keeps_ids`` in dataset.yaml, and looked at where the release stands beside the records, in
    data/published. An id that was cited once must lead somewhere.
    """
    for entry, asserted in descriptions(collection):
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
        yield from (lost(entry, [] if one in here else [one]) for one in published)


def lost(entry: Entry, ids: Iterable[str]) -> list[Issue]:
    """Return what is said of ids that are no longer there, at ``dataset.yaml`` (an *entry*)."""
    told = "is in the published release, but no longer here"
    return [entry.issue("/keeps_ids", f"{one} {told}", "add a row to redirects.yaml") for one in ids]


CHECKS = (row_count, low_coverage, lost_id)


def descriptions(collection: Collection) -> Iterator[tuple[Entry, Description]]:
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
