"""Proofs of columns: what is proven is what pydantic accepts, and what is not proven is a matter of time alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from news_dataset.records import CHILDREN, DERIVED, RECORDS, Row
from news_dataset.records.fields import TEXT_PATTERN
from news_dataset.scale.days import days_of
from news_dataset.scale.facts import Fact, facts
from news_dataset.scale.proof import Rows, unproven_values
from news_dataset.scale.quotes import skeletons
from news_dataset.scale.texts import unfit
from news_dataset.spans import skeleton
from tests.spoiling import VALUES

MODELS: list[type[Row]] = [*RECORDS, *CHILDREN, *DERIVED]
TEXTS = [value for value in VALUES if isinstance(value, str)]
FACTS = sorted({(fact.pattern, fact.most) for model in MODELS for fact in facts(model) if fact.pattern}, key=str)
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(TEXTS)


def accepts(model: type[Row], name: str, value: Any) -> bool:
    """Whether the model finds nothing wrong with one field."""
    try:
        model.model_validate({} if value is None else {name: value})
    except ValidationError as error:
        return not any(one["loc"][:1] == (name,) for one in error.errors())
    return True


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@given(data=st.data())
def test_a_proven_value_is_accepted(model: type[Row], data: st.DataObject) -> None:
    """Column by column, whatever stands there; and a value of the right kind that is accepted is mostly proven."""
    fact: Fact = data.draw(st.sampled_from(facts(model)))
    kinds: dict[str, Any] = {
        "int32": (st.integers(-2, 2**31 - 1), pa.int32()),
        "double": (st.floats() | st.sampled_from([90.0, -180.0, 1e15]), pa.float64()),
        "bool": (st.booleans(), pa.bool_()),
    }
    good = st.sampled_from(sorted({*fact.codes, *fact.usual, "person/a", "2025-08-23"}))
    strategy, kind = kinds.get(fact.column.kind, (ANY_TEXT | good, pa.string()))
    values = data.draw(st.lists(st.none() | strategy, min_size=1, max_size=6))
    rows = Rows(model, pa.table({fact.name: pa.array(values, kind)}))
    found = unproven_values(rows, fact)

    for value, doubt in zip(values, found.tolist(), strict=True):
        assert doubt or accepts(model, fact.name, value), value


@pytest.mark.parametrize(("pattern", "most"), FACTS)
@given(texts=st.lists(st.none() | ANY_TEXT, max_size=6))
def test_texts_that_fit_match(pattern: str, most: int | None, texts: list[str | None]) -> None:
    """Exactly: no text is left in doubt that the pattern and the limit decide."""
    import polars as pl

    array = pa.array(["before", *texts], pa.string()).slice(1)  # as a column may begin inside its bytes
    matched = pl.Series(texts, dtype=pl.String).str.contains(pattern).to_list()
    wanted = [
        text is not None and (not fits or (most is not None and len(text) > most))
        for text, fits in zip(texts, matched, strict=True)
    ]

    assert unfit(array, pattern, most).tolist() == wanted


def test_bytes_that_are_no_utf8_are_never_proven() -> None:
    """Arrow does not look at them; Polars would take them for text."""
    raw = pa.array([b"fine", b"caf\xe9", b"\xed\xa0\x80", None], pa.binary())
    array = pa.StringArray.from_buffers(4, raw.buffers()[1], raw.buffers()[2], raw.buffers()[0], raw.null_count)

    assert unfit(array, TEXT_PATTERN, None)[1:3].all()
    assert not unfit(array, TEXT_PATTERN, None)[3]


@given(st.lists(st.text(max_size=20) | st.sampled_from(["ﷺ½ﬁ", "한국", "\0", "\U0001d4d0", "ΑΣ", "ß", ""]), max_size=5))
def test_skeletons_of_many_are_those_of_each(texts: list[str]) -> None:
    """Whatever script, and whatever one code point leaves."""
    assert skeletons(texts) == list(map(skeleton, texts))


@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=6))
def test_days_beyond_the_calendar_are_impossible(counts: list[int | None]) -> None:
    """Arrow counts days far beyond the year 9999 and before the year 1."""
    days = days_of(pa.array(counts, pa.int32()).cast(pa.date32()))
    wanted = [count is not None and not -719162 <= count <= 2932896 for count in counts]

    assert np.asarray(days.impossible).tolist() == wanted
