"""Every constraint of every schema has a document that breaks it alone; ``tests.constraints`` says what counts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from news_dataset.records import BY_TYPE
from news_dataset.records.fields import NUMBERED
from news_dataset.source_form import spellings
from tests.constraints import at, broken, companions, constraints, covered, load, validator
from tests.each import each
from tests.test_examples import FAIL, PASS, TYPES

PLAIN = [
    kind for kind, model in BY_TYPE.items()
    if kind not in NUMBERED and not any(how.only or how.has_spans for how in spellings(model).values())
]  # fmt: skip
"""The types whose source form is the release form; ``tests.test_source_form`` looks at the schemas of the others."""


@cache
def documents(kind: str) -> dict[str, Any]:
    """Return the documents of a type that should fail, by name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((FAIL / kind).glob("*.json"))}


def breaking(kind: str) -> dict[str, list[str]]:
    """Return for each constraint of a type the documents that break it alone."""
    schema = load(kind)
    found: dict[str, list[str]] = {pointer: [] for pointer in constraints(schema)}
    for name, document in documents(kind).items():
        for pointer in covered(schema, document):
            found[pointer].append(name)
    return found


def without(schema: Any, pointer: str) -> Any:
    """Return a copy of *schema* that lacks one constraint."""
    changed = copy.deepcopy(schema)
    above, _, word = pointer.rpartition("/")
    home = at(changed, above)
    if isinstance(home, dict) and home[word] is False and word != "additionalProperties":
        home[word] = True
    else:
        del home[int(word) if isinstance(home, list) else word]
    return changed


def shown(path: Path) -> Any:
    """Return the document in a file."""
    return json.loads(path.read_text("utf-8"))


@each(TYPES)
def test_every_constraint_is_broken_alone_by_some_document(kind: str) -> None:
    """A constraint that none breaks could be lost without any test noticing."""
    assert [pointer for pointer, names in breaking(kind).items() if not names] == []


@each(TYPES)
def test_a_missing_document_is_noticed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the documents of any one constraint, that constraint is listed."""
    found, all_documents = breaking(kind), documents(kind)
    for pointer in (sorted(found)[0], sorted(found)[-1]):
        rest = {name: data for name, data in all_documents.items() if name not in found[pointer]}
        monkeypatch.setitem(globals(), "documents", lambda _, rest=rest: rest)

        assert pointer in [one for one, names in breaking(kind).items() if not names]


@each(TYPES)
def test_without_the_constraint_its_document_passes(kind: str) -> None:
    """So that the document is about this constraint, and the schema has no second one that says the same."""
    schema = load(kind)
    for pointer, names in breaking(kind).items():
        if "/if/" in pointer:
            continue  # without the value the branch is not taken; but else then refuses what then asked for
        others = companions(schema, pointer)
        loosened = without(schema, pointer)
        assert any(set(broken(loosened, documents(kind)[name])) <= others for name in names), pointer


@each(PLAIN)
def test_in_a_file_the_same_fault_is_found_alone_and_in_a_list(kind: str) -> None:
    """The schema of a file says what the schema of a record says, at the right place."""
    one, several = validator(load(kind)), validator(load(f"{kind}.file"))
    good = shown(PASS / kind / "minimal.json")
    for document in documents(kind).values():
        places = sorted(map(str, _places(one, document)))

        assert sorted(map(str, _places(several, document))) == places
        assert sorted(map(str, _places(several, [good, document]))) == sorted(
            str([1, *path]) for path in _places(one, document)
        )


@each(PLAIN)
def test_every_constraint_of_a_file_is_broken_alone(kind: str) -> None:
    """Those of its records by the same documents, and that of the list by an empty one."""
    schema = load(f"{kind}.file")
    found = covered(schema, [])
    for document in documents(kind).values():
        found |= covered(schema, document)

    assert set(constraints(schema)) - found == set()


def _places(one: Any, document: Any) -> Iterator[list[str | int]]:
    return (list(error.absolute_path) for error in one.iter_errors(document))
