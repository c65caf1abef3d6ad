"""Describe the fields of models as tables have them: columns, references, codes, children.

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
    listed: str = ""  # the standard list its codes come from: country, language, or empty


@cache
def columns(model: type[Row]) -> tuple[Column, ...]:
    """Return the scalar fields of *model*, in order."""
    scalars = []
    for name, info in model.model_fields.items():
        base, marks = _unwrap(info.annotation, tuple(info.metadata))
        if get_origin(base) not in (tuple, dict):
            reference = next((mark for mark in marks if isinstance(mark, Reference)), None)
            codebook = next((mark for mark in marks if isinstance(mark, Codebook)), None)
            optional, description = not info.is_required(), info.description or ""
            example = _example((info, *marks), reference)
            is_flag = any(isinstance(mark, OnlyTrue) for mark in marks)
            kind = _kind(base, marks)
            listed = next((mark.kind for mark in marks if isinstance(mark, Listed)), "")
            scalars.append(Column(name, kind, optional, description, reference, codebook, example, is_flag, listed))
    return tuple(scalars)


@cache
def json_schema(model: type[Row]) -> dict[str, Any]:
    """Return pydantic's JSON Schema of *model*, cached since making it takes milliseconds."""
    return model.model_json_schema()


@cache
def properties(model: type[Row]) -> dict[str, Any]:
    """Return the JSON Schema of each field of *model*: shared, not to be changed; a ``$ref`` stays one."""
    # The schema of a child is taken from that of its record, which is needed anyway.
    parent = next((record for record in _record_models(Record) if model in children(record).values()), None)
    schema = json_schema(parent)["$defs"][model.__name__] if parent else json_schema(model)
    fields: dict[str, Any] = schema["properties"]
    return fields


def _record_models(model: type[Record]) -> Iterator[type[Record]]:
    """Yield the models below *model*, also those of profiles."""
    for subclass in model.__subclasses__():
        yield subclass
        yield from _record_models(subclass)


@cache
def parts(model: type[Row]) -> dict[str, type[Row]]:
    """Return field → model of its rows, for the fields of *model* that are lists of rows."""
    unwrapped = {name: _unwrap(info.annotation, ())[0] for name, info in model.model_fields.items()}
    lists = {name: get_args(base)[0] for name, base in unwrapped.items() if get_origin(base) is tuple}
    return {name: part for name, part in lists.items() if isinstance(part, type)}  # a list of texts has no model


@cache
def children(model: type[Row]) -> dict[str, type[Child]]:
    """Return field → model, for the fields of *model* whose rows go into a table of their own."""
    return {name: part for name, part in parts(model).items() if issubclass(part, Child)}


@cache
def parent_column(model: type[Record]) -> str | None:
    """Return the column that refers to a record of the same type; None if none does."""
    references = ((column.name, column.reference) for column in columns(model) if column.reference)
    return next((name for name, reference in references if reference.types == (model.record_type,)), None)


def _unwrap(annotation: Any, marks: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Return the type inside ``Annotated`` and ``| None``, and all metadata, those given as *marks* first."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _unwrap(inner, (*marks, *more))
    if get_origin(annotation) in (Union, types.UnionType):
        (inner,) = (part for part in get_args(annotation) if part is not type(None))
        return _unwrap(inner, marks)
    return annotation, marks


def example_id(record_type: str) -> str:
    """Return an example id of a type."""
    return f"{record_type}/{'some-slug/01' if record_type in NUMBERED else 'some-slug'}"


def _example(marks: tuple[Any, ...], reference: Reference | None) -> str:
    """Return an example of a field; empty if it has none."""
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
