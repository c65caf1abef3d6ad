"""Profiles: the codes, fields and severities that a dataset adds to those of every dataset, and the extended models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from news_dataset import strict_json
from news_dataset.records import CHILDREN, RECORDS, Child, ExtensionField, NewCode, Record, Row, Severity, Statement
from news_dataset.records.codebooks import CODEBOOKS
from news_dataset.records.fields import CalendarDay, Codebook, NotNull, Number, Paragraph, Whole
from news_dataset.rules import Admits

M = TypeVar("M", bound=Row)

FOLDER = "codebooks"
"""The folder beside ``dataset.yaml`` for the codes that a dataset adds to codebooks."""

_TYPES: dict[str, Any] = {
    "string": Paragraph, "integer": Whole, "number": Number, "boolean": bool, "date": CalendarDay,
}  # fmt: skip
_BY_NAME = {book.name: book for book in CODEBOOKS}


@dataclass(frozen=True, eq=False)
class Profile:
    """The additions of a dataset and the models that they give; equal additions share one object. ``BASE`` has none.

    Args:
        name: the name of the dataset; empty in ``BASE``.
        codes: the added codes, by the name of the codebook.
        fields: extension fields.
        severities: name of a check → ``error``, ``warning`` or ``off``.
    """

    name: str = ""
    codes: Mapping[str, tuple[NewCode, ...]] = field(default_factory=dict)
    fields: tuple[ExtensionField, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)

    def __reduce__(self) -> Any:
        """Let another process unpickle its own shared object with these additions."""
        return "BASE" if self is BASE else (_profile, (json.dumps([self.name, self.to_dict()]),))

    @cached_property
    def codebooks(self) -> tuple[Codebook, ...]:
        """All codebooks by name: extended ones of the base, and those of extension fields."""
        of_fields = [
            Codebook(_codebook_name(extension), {code.code: code.definition for code in extension.codes})
            for extension in self.fields
            if extension.codes
        ]
        added = {name: {code.code: code.definition for code in codes} for name, codes in self.codes.items()}
        extended = [
            replace(book, definitions={**book.definitions, **added[book.name]}) if book.name in added else book
            for book in CODEBOOKS
        ]
        return tuple(sorted([*extended, *of_fields], key=lambda book: book.name))

    @cached_property
    def children(self) -> tuple[type[Child], ...]:
        """The models of children, in the order of ``records.CHILDREN``."""
        return tuple(self._extended(model, {}) for model in CHILDREN)

    @cached_property
    def records(self) -> tuple[type[Record], ...]:
        """The models of records, in the order of ``records.RECORDS``."""
        known = dict(zip(CHILDREN, self.children, strict=True))
        return tuple(self._extended(model, known) for model in RECORDS)

    @cached_property
    def by_type(self) -> dict[str, type[Record]]:
        """The models of records by their type."""
        return {model.record_type: model for model in self.records}

    @cached_property
    def by_table(self) -> dict[str, type[Record]]:
        """The models of records by their table."""
        return {model.table: model for model in self.records}

    def to_dict(self) -> dict[str, Any]:
        """Return codes, fields and severities as plain data; a part that is empty is left out."""
        codes = {name: [code.to_dict() for code in added] for name, added in self.codes.items()}
        fields = [extension.to_dict() for extension in self.fields]
        severities = [{"check": check, "severity": severity} for check, severity in self.severities.items()]
        parts = {"codebooks": codes, "extension_fields": fields, "severities": severities}
        return {name: part for name, part in parts.items() if part}

    def _extended(self, model: type[M], children: Mapping[type[Child], type[Child]]) -> type[M]:
        """Return a model with the codes and fields of this profile; unchanged if none fit.

        Args:
            model: a model of the base.
            children: model of a child in the base → its model in this profile.
        """
        replacements: dict[Any, Any] = {book: self._books[book.name] for book in CODEBOOKS if book.name in self.codes}
        replacements |= children
        changed: dict[str, Any] = {}
        for name, info in model.model_fields.items():
            parts = (info.annotation, *info.metadata)
            if (new := _replaced(parts, replacements)) != parts:
                changed[name] = _changed_field(info, new)
        record_type = getattr(model, "record_type", "")
        changed |= {added.name: self._field(added) for added in self.fields if added.record_type == record_type}
        if not changed:
            return model
        extended = create_model(model.__name__, __base__=model, __module__=model.__module__, **changed)
        extended.__doc__, extended.rules = model.__doc__, tuple(map(self._rule, model.rules))
        return extended

    @cached_property
    def _books(self) -> dict[str, Codebook]:
        return {book.name: book for book in self.codebooks}

    def _field(self, extension: ExtensionField) -> Any:
        """Return the annotation and default of an extension field, as ``create_model`` takes them."""
        kind: Any = _TYPES[extension.type]
        if extension.codes:
            kind = Annotated[str, self._books[_codebook_name(extension)]]
        return (Annotated[kind | None, NotNull()], Field(None, description=extension.description))

    def _rule(self, rule: Any) -> Any:
        """Return a rule with the added modes; any rule that is not about modes as it is."""
        if not isinstance(rule, Admits) or rule.field != "mode":
            return rule
        admitted = dict(rule.admitted)
        for code in self.codes.get("mode", ()):
            event_type = code.event_type or ""
            admitted[event_type] = (*admitted.get(event_type, ()), code.code)
        return replace(rule, admitted=admitted)


def role_key(role: str) -> str:
    """Return the key that lists a statement's participants of a role: ``speakers``."""
    return role if role.endswith("_by") else f"{role}s"


def is_taken(role: str) -> bool:
    """Return whether the key of a role is a field of a statement, or may become one (``x_…``)."""
    key = role_key(role)
    return key in Statement.model_fields or key.startswith("x_")


def _codebook_name(extension: ExtensionField) -> str:
    return f"{extension.record_type}_{extension.name}"


def _replaced(annotation: Any, replacements: Mapping[Any, Any]) -> Any:
    """Return annotations with codebooks and models of children replaced, at any depth."""
    if isinstance(annotation, tuple):
        return tuple(_replaced(part, replacements) for part in annotation)
    if isinstance(annotation, Codebook | type) and annotation in replacements:
        return replacements[annotation]
    arguments = get_args(annotation)
    new = tuple(_replaced(argument, replacements) for argument in arguments)
    origin = get_origin(annotation)
    if new == arguments or origin is Literal:
        return annotation
    if origin in (Union, UnionType):
        return Union[new]  # noqa: UP007 - the parts are known only at run time
    return Annotated[new] if origin is Annotated else origin[new]


def _changed_field(info: FieldInfo, parts: tuple[Any, ...]) -> Any:
    """Return a field with another annotation and metadata, as ``create_model`` takes it."""
    kind, *metadata = parts
    default = ... if info.is_required() else info.default
    return (Annotated[(kind, *metadata)] if metadata else kind, Field(default, description=info.description))


BASE = Profile()
"""The profile of a dataset that adds nothing."""


@lru_cache(maxsize=64)
def _profile(text: str) -> Profile:
    """Return the profile of ``[name, to_dict()]`` as JSON; the cache makes equal additions share one object."""
    name, parts = strict_json.parse(text)
    codes = {book: tuple(map(NewCode.model_validate, added)) for book, added in parts.get("codebooks", {}).items()}
    fields = tuple(map(ExtensionField.model_validate, parts.get("extension_fields", ())))
    severities = {row["check"]: row["severity"] for row in parts.get("severities", ())}
    return Profile(name, codes, fields, severities)


def profile_of(about: Any, codebooks: Mapping[str, Any]) -> Profile:
    """Return the profile of a dataset from its valid parts; checks report the invalid ones.

    Args:
        about: the data of ``dataset.yaml``, or the description in a manifest.
        codebooks: name of a codebook → the data of its file.
    """
    description = about if isinstance(about, dict) else {}
    names = {str(name) for name in _as_list(description.get("codebooks"))} & codebooks.keys() & _BY_NAME.keys()
    codes = {name: _new_codes(name, _as_list(codebooks[name])) for name in sorted(names)}
    fields: dict[tuple[str, str], ExtensionField] = {}
    for extension in _valid(ExtensionField, _as_list(description.get("extension_fields"))):
        fields.setdefault((extension.record_type, extension.name), extension)
    severities = {row.check: row.severity for row in _valid(Severity, _as_list(description.get("severities")))}
    profile = Profile("", {name: added for name, added in codes.items() if added}, tuple(fields.values()), severities)
    return BASE if not profile.to_dict() else _profile(json.dumps([str(description.get("name")), profile.to_dict()]))


def _new_codes(book: str, rows: Iterable[Any]) -> tuple[NewCode, ...]:
    """Return the valid codes that a codebook does not have yet; of several rows of one code, the first."""
    codes: dict[str, NewCode] = {}
    for row in _valid(NewCode, rows):
        is_field = book == "statement_role" and is_taken(row.code)
        if row.code not in _BY_NAME[book].definitions and not is_field:
            codes.setdefault(row.code, row)
    return tuple(codes.values())


def _as_list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else []


def _valid(model: type[M], rows: Iterable[Any]) -> Iterable[M]:
    """Yield the rows that are valid by a model; skip the others."""
    for row in rows:
        with suppress(ValidationError):
            yield model.model_validate(row)
