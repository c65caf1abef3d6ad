"""One verdict: of every document that the reader lets through, the published schema and the model say the same.

The reader stands before both, because some faults are gone once JSON is data: a key that stands twice, half a
surrogate pair, ``NaN``, an integer that is written ``1277.0``. What no schema can say is judged by named checks after
the model; ``docs/schemas.md`` lists both.
"""

from __future__ import annotations

import copy
import json
import os
from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from news_dataset import reader
from news_dataset.files import ReadError
from news_dataset.records import BY_TYPE, Description, Redirect
from tests.conftest import IS_FULL
from tests.constraints import at, companions, load, validator
from tests.each import each
from tests.mutations import TYPES, bases, examples, variants
from tests.test_constraints import breaking, documents, without

EACH = 20  # documents made of one that fits
FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "2000" if IS_FULL else "400")) // len(TYPES) // EACH)
REDIRECTS = TypeAdapter(list[Redirect])


@cache
def published(kind: str) -> Draft202012Validator:
    """Return a validator of the committed schema."""
    return validator(load(kind))


def read(kind: str, text: str) -> Any:
    """Return what the reader makes of a JSON document, as the package does before it asks the model.

    Raises:
        ReadError: it does not let the document through.
    """
    document = reader.parse_json(text, "document.json")
    if document.problems:
        problem = document.problems[0]
        raise ReadError(problem.code, problem.message)
    return reader.typed(document.data, load(kind))[0]


def fits_model(kind: str, data: Any) -> bool:
    """Return whether the model accepts *data*."""
    try:
        if kind == "redirects":
            REDIRECTS.validate_python(data)
        else:
            (Description if kind == "dataset" else BY_TYPE[kind]).model_validate(data)
    except ValidationError:
        return False
    return True


def verdict(kind: str, document: Any) -> bool | None:
    """Return what the model says of a document, or None if the reader does not let it through."""
    try:
        return fits_model(kind, read(kind, json.dumps(document)))
    except ReadError:
        return None


def disagree(kind: str, document: Any, schema: Draft202012Validator) -> bool:
    """Return whether schema and model differ on a document that the reader lets through."""
    try:
        data = read(kind, json.dumps(document))
    except ReadError:
        return False
    return schema.is_valid(data) != fits_model(kind, data)


@each(TYPES)
def test_schema_and_model_say_the_same(kind: str) -> None:
    """Over the examples and generated records, as they are and changed at up to three places."""
    verdicts: Counter[bool | None] = Counter()

    @FUZZ
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        base, seed = data.draw(bases(kind)), data.draw(st.integers(0, 2**32))
        for document in variants(base, EACH, seed):
            assert not disagree(kind, document, published(kind)), document
            verdicts[verdict(kind, document)] += 1

    judge()
    assert verdicts.total() >= FUZZ.max_examples * EACH
    # Neither is rare, or the law would hold for want of cases: accepted, refused.
    assert min(verdicts[True], verdicts[False]) >= verdicts.total() // 20


# The traps that are known, each settled, so that the law above does not hold for nothing: a change of the full document
# of a type, and what both say of it.
TRAPS = [
    ("article", "/headline", "A headline\n", False),  # $ before a last line break
    ("article", "/published", "2031-05-07\n", False),
    ("article", "/text_sha256", f"{'0' * 64}\n", False),
    ("article", "/published", "٢٠٣١-٠٥-٠٧", False),  # digits that \d would take
    ("article", "/text_length", 1277.0, False),  # an integer to JSON Schema; the reader makes it a text
    ("article", "/text_length", 1e3, False),
    ("article", "/text_length", True, False),  # a number to Python
    ("article", "/text_length", "1277", False),
    ("article", "/byline", None, False),  # null for absent
    ("article", "/colour", "blue", False),
    ("article", "/accessed", "2031-13-01", False),  # format is not asserted anywhere: the pattern says it
    ("article", "/accessed", "2031-02-30", True),  # the calendar is a named check's
    ("article", "/url", "javascript:alert(1)", False),
    ("article", "/mentions/0/start", -1, False),
    ("article", "/mentions/0/start", -0.0, False),
    ("article", "/mentions/0/start", 2**31, False),
    ("article", "/mentions/0/Start", 5, False),  # an unknown key below a list
    ("article", "/mentions", [], False),
    ("person", "/name", "Zoë", True),
    ("person", "/name", "Zoe\u0308", True),  # not normalized: the text is as it is
    ("person", "/name", "Zoë\u200b", False),  # ends with something invisible
    ("person", "/name", "Z\u200do", True),  # joins letters in many scripts
    ("person", "/name", "\U0001f600" * 120, True),  # lengths count code points
    ("person", "/name", "\U0001f600" * 121, False),
    ("person", "/country", "ＫＯＲ", False),
    ("place", "/latitude", 35, True),
    ("place", "/latitude", "35", False),
    ("place", "/latitude", 90.0000001, False),
    ("statement", "/kind", "indirect", False),  # unknown under composition: quote is refused by a branch
    ("statement", "/statement_participants/0/implicit", True, False),
    ("statement", "/statement_participants/2/implicit", 1, False),  # equals true in Python
    ("assessment", "/correct_value", "in May", False),
    ("dataset", "/schema_version", 1.0, False),
    ("dataset", "/keeps_ids", 1, False),
]


@each(TRAPS)
def test_a_known_trap_is_settled(kind: str, pointer: str, value: Any, fits: bool) -> None:
    """Both say the same, and what is meant."""
    document = copy.deepcopy(next(one for one in examples(kind) if _is_full(kind, one)))
    above, _, last = pointer.rpartition("/")
    at(document, above)[last] = value
    data = read(kind, json.dumps(document))

    assert (published(kind).is_valid(data), fits_model(kind, data)) == (fits, fits)


def _is_full(kind: str, document: Any) -> bool:
    return len(document) == max(map(len, examples(kind)))


@pytest.mark.parametrize(
    "text",
    ['{"id": "person/a", "id": "person/a", "name": "A"}', '{"id": "person/a", "name": "\\ud800"}',
     '{"id": "place/a", "latitude": NaN}', '{"id": "place/a", "geonames": 9007199254740992}', '{"a": 1e400}'],
)  # fmt: skip
def test_what_is_lost_in_data_the_reader_does_not_let_through(text: str) -> None:
    """Twice a key, half a pair, not a number, beyond 2^53 - 1, infinite."""
    with pytest.raises(ReadError):
        read("person", text)


@each(TYPES)
def test_a_loosened_schema_is_noticed(kind: str) -> None:
    """Negative control: without any one constraint, the two differ on the document that is about it."""
    schema, by_name = load(kind), documents(kind)
    for pointer, names in breaking(kind).items():
        wide = validator(without(schema, pointer))
        if "/if/" not in pointer and not companions(schema, pointer):
            assert any(disagree(kind, by_name[name], wide) for name in names), pointer


@pytest.mark.parametrize(
    ("kind", "pointer"),
    [("person", "/additionalProperties"), ("person", "/properties/name/not"), ("place", "/properties/kind/enum")],
)
def test_the_search_itself_finds_a_loosened_schema(kind: str, pointer: str) -> None:
    """Negative control of the changes: the same constraint is found missing without knowing where."""
    wide = validator(without(load(kind), pointer))
    found = [one for base in examples(kind) for one in variants(base, 400, seed=1) if disagree(kind, one, wide)]

    assert found
