"""Records: strict, closed, frozen, described, and portable."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

import news_dataset as nd
from news_dataset import json_schemas
from news_dataset.records import BY_TYPE, CHILDREN, DERIVED, RECORDS, Person, Row
from news_dataset.records.codebooks import EVENT_TYPE, MODE, MODES_OF
from news_dataset.records.columns import children, columns
from news_dataset.tabular import code_rows

MODELS: list[type[Row]] = [*RECORDS, *CHILDREN, *DERIVED]
VALID = {"id": "person/mira-example", "name": "Mira Example"}


@pytest.mark.parametrize(
    "wrong",
    [{"nmae": "x"}, {"birth_date": None}, {"name": 5}, {"names": []}, {"country": "kor"}, {"name": " x"},
     {"name": "a\nb"}, {"name": "a\u202eb"}, {"id": "person/Mira"}, {"id": "place/mira"}, {"id": "person/mira\n"}],
    ids=str,
)  # fmt: skip
def test_a_record_is_strict_and_closed(wrong: dict[str, Any]) -> None:
    """Unknown keys, nulls, other types and other forms are refused; nothing is converted."""
    Person.model_validate(VALID)
    with pytest.raises(ValidationError):
        Person.model_validate(VALID | wrong)


def test_a_record_is_frozen() -> None:
    """Nobody changes a record behind another's back."""
    with pytest.raises(ValidationError):
        Person.model_validate(VALID).name = "Other"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_everything_is_described(model: type[Row]) -> None:
    """Each model and each field says what it is: the words become schema, dictionary and template."""
    assert model.__doc__
    assert all(info.description for info in model.model_fields.values())
    assert {column.name for column in columns(model)} | set(children(model)) == set(model.model_fields)


def test_patterns_mean_the_same_everywhere() -> None:
    r"""No \d, \w, \s, \b and no look-around: Rust, Python and ECMA-262 read them differently."""
    for name, text in json_schemas.derive().items():
        for pattern in re.findall(r'"pattern": "(.*)"', text):
            assert not re.search(r"\\\\[dwsbDWSB]|\(\?", pattern), name


def test_the_record_types_are_the_eight_of_the_design() -> None:
    """Types, tables and label fields."""
    assert list(BY_TYPE) == [
        "article", "person", "organization", "place", "event", "statement", "assessment", "source",
    ]  # fmt: skip
    assert all(model.label_field in model.model_fields for model in RECORDS)
    assert nd.get("person/ishiba-shigeru").label == "Shigeru Ishiba"


def test_codes_are_unique_and_defined_in_a_sentence() -> None:
    """One definition per code."""
    rows = code_rows()

    assert len({(row.codebook, row.code) for row in rows}) == len(rows)
    assert all(row.definition[-1] in ".?" for row in rows)


def test_modes_belong_to_types() -> None:
    """Every mode is some type's, and every type's modes are defined."""
    assert {mode for modes in MODES_OF.values() for mode in modes} == set(MODE.definitions)
    assert set(MODES_OF) < set(EVENT_TYPE.definitions)


def test_absent_fields_are_left_out_of_plain_data() -> None:
    """to_dict holds what a file would hold, in the order of the model."""
    data = nd.get("person/lee-jae-myung").to_dict()

    assert "birth_date" not in data
    assert list(data) == [name for name in Person.model_fields if name in data]
    assert Person.model_validate(data) == nd.get("person/lee-jae-myung")
