"""What the models say about their fields, in the terms of tables: columns, references, codes, children.

Everything derived from the models (tables, keys, checks of references and dates, descriptors) starts here.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from news_dataset.records.fields import NUMBERED, Child, Codebook, Day, Edtf, Listed, OnlyTrue, Record, Reference, Row

Kind = Literal["string", "code", "int32", "double", "bool", "edtf", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    """One scalar field of a model."""

    name: str
    kind: Kind
    optional: bool
    description: str
    reference: Reference | None = None
    codebook: Codebook | None = None
    example: str = ""
    is_flag: bool = False  # true or absent
    listed: str = ""  # what of a standard it names: country or language


@cache
def columns(model: type[Row]) -> tuple[Column, ...]:
    """Return the scalar fields of *model*, in order."""
    found = []
    for name, info in model.model_fields.items():
        base, marks = _unwrapped(info.annotation, tuple(info.metadata))
        if get_origin(base) not in (tuple, dict):
            reference = next((mark for mark in marks if isinstance(mark, Reference)), None)
            codebook = next((mark for mark in marks if isinstance(mark, Codebook)), None)
            optional, description = not info.is_required(), info.description or ""
            example = _example((info, *marks), reference)
            is_flag = any(isinstance(mark, OnlyTrue) for mark in marks)
            kind = _kind(base, marks)
            listed = next((mark.kind for mark in marks if isinstance(mark, Listed)), "")
            found.append(Column(name, kind, optional, description, reference, codebook, example, is_flag, listed))
    return tuple(found)


@cache
def json_schema(model: type[Row]) -> dict[str, Any]:
    """Return what pydantic gives as the JSON Schema of *model*, which is made once: it takes milliseconds."""
    return model.model_json_schema()


@cache
def properties(model: type[Row]) -> dict[str, Any]:
    """Return what the JSON Schema of *model* says of each field."""
    holder = next((found for found in _records(Record) if model in children(found).values()), None)
    # Its schema holds that of its children, and is wanted in any case.
    schema = json_schema(holder)["$defs"][model.__name__] if holder else json_schema(model)
    found: dict[str, Any] = schema["properties"]
    return found


def _records(model: type[Record]) -> Iterator[type[Record]]:
    """Yield the models of records, also those of profiles."""
    for one in model.__subclasses__():
        yield one
        yield from _records(one)


@cache
def parts(model: type[Row]) -> dict[str, type[Row]]:
    """Return the fields of *model* that hold lists of rows, with the model of these rows."""
    unwrapped = {name: _unwrapped(info.annotation, ())[0] for name, info in model.model_fields.items()}
    lists = {name: get_args(base)[0] for name, base in unwrapped.items() if get_origin(base) is tuple}
    return {name: part for name, part in lists.items() if isinstance(part, type)}  # a list of words has no model


@cache
def children(model: type[Row]) -> dict[str, type[Child]]:
    """Return the fields of *model* that hold lists of children, which become rows of tables of their own."""
    return {name: part for name, part in parts(model).items() if issubclass(part, Child)}


@cache
def parent_column(model: type[Record]) -> str | None:
    """Return the column of *model* that names another record of its type: what it lies within, or goes back to."""
    references = ((column.name, column.reference) for column in columns(model) if column.reference)
    return next((name for name, reference in references if reference.types == (model.record_type,)), None)


def _unwrapped(annotation: Any, marks: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Take ``Annotated`` and ``| None`` off *annotation*; return what is left and all marks."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _unwrapped(inner, (*marks, *more))
    if get_origin(annotation) in (Union, types.UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not type(None))
        return _unwrapped(inner, marks)
    return annotation, marks


def example_id(record_type: str) -> str:
    """Return what an id of a type looks like."""
    return f"{record_type}/{'some-slug/01' if record_type in NUMBERED else 'some-slug'}"


def _example(marks: tuple[Any, ...], reference: Reference | None) -> str:
    if reference:
        return example_id(reference.types[0])
    return next((str(mark.examples[0]) for mark in marks if getattr(mark, "examples", None)), "")


def _kind(base: Any, marks: tuple[Any, ...]) -> Kind:
    if any(isinstance(mark, Edtf) for mark in marks):
        return "edtf"
    if any(isinstance(mark, Day) for mark in marks):
        return "day"
    if any(isinstance(mark, Codebook) for mark in marks):
        return "code"
    if get_origin(base) is Literal:
        return "string"
    kinds: dict[Any, Kind] = {str: "string", int: "int32", float: "double", bool: "bool"}
    return kinds[base]
