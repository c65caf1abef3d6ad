"""To an annotation tool and back: a dataset is the same but for what is listed before it is written."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.generated import Generated, datasets
from tests.trips import FORMATS, OF_EVENTS, TRIPS, by_id, expected, exported, ids_of, order_of, outline, trip


def law(form: str, data: Generated) -> None:
    """Check that a dataset comes back from a format that has values, but for what is listed."""
    found = trip(form, data)
    before, wanted, after = by_id(data), expected(form, data), by_id(found.data)

    assert found.done.quarantined == ()
    assert after == wanted
    assert {name: text.words for name, text in found.data.texts.items()} == {
        name: text.words for name, text in data.texts.items() if name in wanted
    }
    assert order_of(found.data) == {
        name: [one for one in ids if one in wanted] for name, ids in order_of(data).items() if name in wanted
    }
    assert bool(found.listed) == (before != wanted), found.listed
    if not found.listed:
        assert found.done.leftovers == ()
    files, listed = exported(form, found.data)
    assert listed == []
    assert found.listed or files == found.files


def law_of_doccano(data: Generated) -> None:
    """Check that doccano keeps what it has room for: no values of annotations, and one fragment of each."""
    found = trip("doccano", data)

    assert found.done.quarantined == ()
    assert outline(found.data, is_exported=False) == outline(data)
    for article in found.data.articles:
        before, after = ids_of(data, article.id), ids_of(found.data, article.id)
        assert not after.keys() - before.keys()
        own = {one for one in ids_of(data, article.id, OF_EVENTS) if before[one] == 1 and not one.startswith("nd:")}
        is_whole = not any(" is left out: " in line for line in found.listed if line.startswith(article.id))
        assert not is_whole or own <= after.keys()
    for statement in found.data.statements:
        assert {statement.kind, statement.claim_type, statement.certainty, statement.polarity} == {"unknown"}
        gone = ("gist", "cue", "quote", "note", "parent", "occasion", "topics", "statement_events", "quantities")
        assert not statement.to_dict().keys() & set(gone)
    if all(one.evidence for one in found.data.statements):
        assert by_id(trip("doccano", found.data).data) == by_id(found.data)


@pytest.mark.parametrize("form", [one for one in FORMATS if one != "doccano"])
@TRIPS
@given(data=datasets())
def test_a_dataset_comes_back(form: str, data: Generated) -> None:
    """Records field by field, in their order; what does not is listed, and nothing else is."""
    law(form, data)


@TRIPS
@given(datasets())
def test_doccano_keeps_the_outline(data: Generated) -> None:
    """Articles, spans, ids, and which evidence a statement has."""
    law_of_doccano(data)
