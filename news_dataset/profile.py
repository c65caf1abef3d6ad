"""Profiles: the codes, fields and severities that a dataset has beside those of every dataset, and its models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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
"""The folder beside ``dataset.yaml`` that holds the codebooks of a dataset's own."""

_TYPES: dict[str, Any] = {
    "string": Paragraph, "integer": Whole, "number": Number, "boolean": bool, "date": CalendarDay,
}  # fmt: skip
_BY_NAME = {book.name: book for book in CODEBOOKS}


@dataclass(frozen=True, eq=False)
class Profile:
    """What a dataset has of its own, and the models that result; one object for one content. ``BASE`` has nothing.

    Args:
        name: the name of the dataset; empty where it has nothing of its own.
        codes: codes that are added to codebooks, by the name of the codebook.
        fields: extension fields.
        severities: by the name of a check, ``error``, ``warning`` or ``off``.
    """

    name: str = ""
    codes: Mapping[str, tuple[NewCode, ...]] = field(default_factory=dict)
    fields: tuple[ExtensionField, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)

    def __reduce__(self) -> Any:
        """Return what another process makes the one object of this content of."""
        return "BASE" if self is BASE else (_profile, (json.dumps([self.name, self.to_dict()]),))

    @cached_property
    def codebooks(self) -> tuple[Codebook, ...]:
        """All codebooks: those of the base with the codes that are added, and those of extension fields."""
        own = [
            Codebook(_book_of(one), {code.code: code.definition for code in one.codes})
            for one in self.fields
            if one.codes
        ]
        more = {name: {one.code: one.definition for one in some} for name, some in self.codes.items()}
        extended = [
            replace(book, definitions={**book.definitions, **more[book.name]}) if book.name in more else book
            for book in CODEBOOKS
        ]
        return tuple(sorted([*extended, *own], key=lambda book: book.name))

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
        """Return the codebooks and fields as plain data, as a manifest has them; nothing where there are none."""
        codes = {name: [one.to_dict() for one in some] for name, some in self.codes.items()}
        fields = [one.to_dict() for one in self.fields]
        severities = [{"check": check, "severity": severity} for check, severity in self.severities.items()]
        found = {"codebooks": codes, "extension_fields": fields, "severities": severities}
        return {name: value for name, value in found.items() if value}

    def _extended(self, model: type[M], children: Mapping[type[Child], type[Child]]) -> type[M]:
        """Return a model with the codes and fields of this profile; the model itself where it has none."""
        books = {book: self._books[book.name] for book in CODEBOOKS if book.name in self.codes}
        own = {
            one.name: self._field(one) for one in self.fields if one.record_type == getattr(model, "record_type", "")
        }
        changed = {
            name: _changed_field(info, {**books, **children})
            for name, info in model.model_fields.items()
            if _rewritten((info.annotation, *info.metadata), {**books, **children}) != (info.annotation, *info.metadata)
        }
        if not own and not changed:
            return model
        found = create_model(model.__name__, __base__=model, __module__=model.__module__, **(changed | own))
        found.__doc__, found.rules = model.__doc__, tuple(map(self._rule, model.rules))
        return found

    @cached_property
    def _books(self) -> dict[str, Codebook]:
        return {book.name: book for book in self.codebooks}

    def _field(self, one: ExtensionField) -> Any:
        kind: Any = Annotated[str, self._books[_book_of(one)]] if one.codes else _TYPES[one.type]
        return (Annotated[kind | None, NotNull()], Field(None, description=one.description))

    def _rule(self, rule: Any) -> Any:
        """Return a rule with the modes that are added."""
        if not isinstance(rule, Admits) or rule.field != "mode":
            return rule
        admitted = dict(rule.admitted)
        for one in self.codes.get("mode", ()):
            admitted[one.event_type or ""] = (*admitted.get(one.event_type or "", ()), one.code)
        return replace(rule, admitted=admitted)


def role_key(role: str) -> str:
    """Return the key under which a statement's participants of a role are written, such as ``speakers``."""
    return role if role.endswith("_by") else f"{role}s"


def is_taken(role: str) -> bool:
    """Return whether the key of a role is, or may be, a field of a statement, which the role would take over."""
    key = role_key(role)
    return key in Statement.model_fields or key.startswith("x_")


def _book_of(one: ExtensionField) -> str:
    return f"{one.record_type}_{one.name}"


def _rewritten(value: Any, known: Mapping[Any, Any]) -> Any:
    """Return an annotation, or several, in which codebooks and children are replaced."""
    if isinstance(value, tuple):
        return tuple(_rewritten(one, known) for one in value)
    if isinstance(value, Codebook | type) and value in known:
        return known[value]
    arguments = get_args(value)
    new = tuple(_rewritten(one, known) for one in arguments)
    origin = get_origin(value)
    if new == arguments or origin is Literal:
        return value
    if origin in (Union, UnionType):
        return Union[new]  # noqa: UP007 - the parts are known at run time alone
    return Annotated[new] if origin is Annotated else origin[new]


def _changed_field(info: FieldInfo, known: Mapping[Any, Any]) -> Any:
    kind, *marks = _rewritten((info.annotation, *info.metadata), known)
    default = ... if info.is_required() else info.default
    return (Annotated[(kind, *marks)] if marks else kind, Field(default, description=info.description))


BASE = Profile()
"""The profile of a dataset that has nothing of its own."""


@lru_cache(maxsize=64)
def _profile(text: str) -> Profile:
    """Return the profile of a name and what ``to_dict`` gives, as JSON; its models are made once."""
    name, said = strict_json.parse(text)
    codes = {book: tuple(map(NewCode.model_validate, some)) for book, some in said.get("codebooks", {}).items()}
    fields = tuple(map(ExtensionField.model_validate, said.get("extension_fields", ())))
    severities = {one["check"]: one["severity"] for one in said.get("severities", ())}
    return Profile(name, codes, fields, severities)


def profile_of(about: Any, codebooks: Mapping[str, Any]) -> Profile:
    """Return the profile that a description and codebooks make, as far as they are right; a check names the rest.

    Args:
        about: the data of ``dataset.yaml``, or what a manifest has of it.
        codebooks: the data of each file of ``codebooks``, by the name of the codebook.
    """
    said = about if isinstance(about, dict) else {}
    named = {str(name) for name in _listed(said.get("codebooks"))} & codebooks.keys() & _BY_NAME.keys()
    codes = {name: _new_codes(name, _listed(codebooks[name])) for name in sorted(named)}
    fields: dict[tuple[str, str], ExtensionField] = {}
    for one in _right(ExtensionField, _listed(said.get("extension_fields"))):
        fields.setdefault((one.record_type, one.name), one)
    severities = {one.check: one.severity for one in _right(Severity, _listed(said.get("severities")))}
    found = Profile("", {name: some for name, some in codes.items() if some}, tuple(fields.values()), severities)
    return BASE if not found.to_dict() else _profile(json.dumps([str(said.get("name")), found.to_dict()]))


def _new_codes(book: str, listed: Iterable[Any]) -> tuple[NewCode, ...]:
    found: dict[str, NewCode] = {}
    for one in _right(NewCode, listed):
        is_field = book == "statement_role" and is_taken(one.code)
        if one.code not in _BY_NAME[book].definitions and not is_field:
            found.setdefault(one.code, one)
    return tuple(found.values())


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else []


def _right(model: type[M], listed: Iterable[Any]) -> Iterable[M]:
    for one in listed:
        try:
            yield model.model_validate(one)
        except ValidationError:
            continue
