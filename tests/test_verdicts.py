"""The verdicts that were recorded before the engine was replaced: every difference from them is listed, or meant.

``tests/verdicts`` has the datasets, what was said of each, and ``differences.yaml``: what is meant to differ.

The verdicts were recorded at commit 9364259 by ``tests/verdicts/record.py``.

``VERDICTS=all``, as in ``make fuzz``, runs every dataset in every form and compares the words and places of issues too;
without it one dataset in eleven is run, in one form, in turn; outside the full profile, one in forty-one.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from news_dataset.checks import CODES
from tests import conftest
from tests.verdicts.corpus import LARGE, OTHERS, SHUFFLED, SMALL, names, stored_form, verdicts
from tests.verdicts.record import accepted, recorded
from tests.verdicts.verdict import Difference, Verdict, differences

IS_FULL = os.environ.get("VERDICTS") == "all"
FORMS = (*SMALL, *LARGE, *SHUFFLED)
EVERY = 11 if conftest.IS_FULL else 41
"""One in so many datasets is run."""


def forms_of(name: str, number: int) -> tuple[str, ...]:
    """The forms in which a dataset is run now."""
    if IS_FULL:
        return FORMS
    there = [form for form in FORMS if stored_form(form) in recorded()[name]]
    return (there[number // EVERY % len(there)],) if number % EVERY == 0 and name not in OTHERS else ()


def found(folder: Path) -> Iterator[Difference]:
    """What differs now."""
    for number, name in enumerate(name for name in names() if name in recorded()):  # examples may be newer
        for form, verdict in verdicts(name, forms_of(name, number), folder):
            before = recorded()[name][stored_form(form)]
            yield from differences(name, form, before, verdict, with_messages=IS_FULL)


@cache
def known() -> set[str]:
    """The checks that there were when the verdicts were recorded."""
    return {code for forms in recorded().values() for verdict in forms.values() for code in verdict.counts}


def is_meant(one: Difference) -> bool:
    """Return whether a difference is accepted, or of a check that came later."""
    return any(entry.covers(one) for entry in accepted()) or one.code in CODES.keys() - known()


def test_every_verdict_is_that_which_was_recorded(tmp_path: Path) -> None:
    """All differences are listed, not the first alone; what is accepted is needed."""
    differing = list(found(tmp_path))
    left = [one for one in differing if not is_meant(one)]
    idle = [entry for entry in accepted() if IS_FULL and not any(map(entry.covers, differing))]

    assert not left, f"{len(left)} differences:\n" + "\n".join(map(str, left))
    assert not idle, f"accepted, but there are no such differences: {idle}"


def test_the_corpus_is_large_and_every_check_speaks_in_it() -> None:
    """200 patches and more, in every form, and issues of every code that has one in some form."""
    stored = recorded()
    for form in (*SMALL, *LARGE):
        assert sum(form in forms for forms in stored.values()) >= 200, form
    assert not stored.keys() - set(names())
    said = {one.split(" ")[1] for forms in stored.values() for verdict in forms.values() for one in verdict.issues}
    assert said >= {
        "dangling_reference", "duplicate_id", "misnamed_file", "foreign_number", "unused_record", "circular_parent",
        "duplicate_assessment", "bad_redirect", "wrong_text", "span_outside", "span_words", "span_numbers", "wrong_of",
        "quote_without_span", "quote_words", "literal_words", "statement_without_evidence", "wrong_speakers",
        "several_dates", "unassessed_fact", "unbacked_date", "uncited_verdict", "unquoted_words", "article_prose",
        "row_count", "low_coverage", "broken_table", "bad_encoding", "bad_syntax", "duplicate_key", "not_a_record",
        "misplaced_file", "over_limit", "unknown_key", "missing_key", "wrong_type", "unknown_code", "bad_form",
        "out_of_range", "unanchored", "broken_rule", "unusual_code", "out_of_order", "impossible_date", "wrong_mode",
    }  # fmt: skip


def _changed(verdict: Verdict, part: str) -> Verdict:
    """A verdict that differs in one part."""
    other = copy.deepcopy(verdict)
    if part == "issue":
        other.issues, other.messages = other.issues[1:], other.messages[1:]
    elif part == "raises":
        other.raises = "OverflowError"
    elif part == "message":
        other.messages[0] += "!"
    elif part == "skipped":
        other.counts["span_words"]["some reason"] = 1
    else:
        other.counts["unassessed_fact"][part] = 99
    return other


@pytest.mark.parametrize("part", ["issue", "raises", "message", "checked", "failed", "warned", "skipped"])
@pytest.mark.parametrize("form", ["curated", "lines", "tables", "tables, shuffled"])
def test_a_difference_in_any_part_is_noticed(form: str, part: str) -> None:
    """Negative control: a verdict that was recorded differs from itself once it is changed, and only there."""
    before = recorded()["fact without assessment"][stored_form(form)]
    now = list(differences("x", form, before, _changed(before, part), with_messages=True))

    assert not list(differences("x", form, before, before, with_messages=True))
    assert {one.field for one in now} == (set() if part == "message" and form == "tables, shuffled" else {part})


@pytest.mark.parametrize("form", FORMS)
def test_a_dataset_that_is_another_is_noticed(form: str, tmp_path: Path) -> None:
    """Negative control of the whole way: a statement with one fault differs from the sound one in that fault alone."""
    ((_, now),) = verdicts("narrated with a speaker", (form,), tmp_path)
    before = recorded()["base"][stored_form(form)]

    found = [one for one in differences("base", form, before, now) if not is_meant(one)]
    assert {(one.code, one.field) for one in found} == {
        ("wrong_speakers", "issue"),
        ("wrong_speakers", "failed"),
    }
