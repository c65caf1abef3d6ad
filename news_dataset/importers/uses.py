"""Finds what of a mapping fits nothing in a corpus, which most often is a slip of the pen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from news_dataset.annotations import Annotation, Document, as_text
from news_dataset.importers.rules import Rules, base_role
from news_dataset.profile import Profile
from news_dataset.records.codebooks import EVENT_ROLE, EVIDENCE_ROLE, STATEMENT_ROLE
from news_dataset.records.mapping import Mapping, MappingRule

_MAX_VALUES = 1000  # of an attribute that are compared
_OF_ALL = ("words", "id", "type")  # what a mapping may use like an attribute of every annotation
_REFERENCES = ("quantity", "event", "occasion", "parent", "none")


@dataclass(frozen=True, slots=True)
class MappingFault:
    """Something that fits nothing: its pointer in the mapping, a message, and a hint."""

    pointer: str
    message: str
    hint: str = ""


@dataclass
class _TypeUses:
    """The values of attributes, and the roles, that annotations of a type have."""

    values: defaultdict[str, set[str]]
    roles: set[str]


class Uses:
    """Collects what documents have, and reports what of a mapping fits none of it.

    Args:
        mapping: the mapping.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self._rules = mapping, Rules(mapping)
        self._by_type: dict[str, _TypeUses] = {}
        self._document_attributes: set[str] = set()
        self._fitting_rules: set[int] = set()

    def add(self, document: Document) -> None:
        """Add what a document has, or could have by its scheme."""
        self._document_attributes |= document.attributes.keys()
        declared = document.scheme.examples if document.scheme else ()
        for annotation in (*document.annotations, *declared):
            self._add(annotation)

    def _add(self, annotation: Annotation) -> None:
        """Add the type, attributes and roles of an annotation, and the rule that it fits."""
        self._fitting_rules.add(id(self._rules.of(annotation)))
        uses = self._by_type.setdefault(annotation.type, _TypeUses(defaultdict(set), set()))
        uses.roles.update(role for role, _ in annotation.links)
        for name, value in annotation.attributes.items():
            if len(uses.values[name]) < _MAX_VALUES:
                uses.values[name].add(as_text(value))

    def faults(self, profile: Profile) -> Iterator[MappingFault]:
        """Yield what fits nothing, and roles of evidence that no codebook has.

        A mapping that an export wrote, by which articles keep their ids, has rules for all that may occur; it has no
        faults.

        Args:
            profile: the profile of the dataset, which may have codes of its own.
        """
        if "id" in self.mapping.article_fields:
            return
        for field, name in self.mapping.article_fields.items():
            if name not in self._document_attributes:
                message = f"no document has the attribute {name}"
                yield _fault(f"/article_fields/{field}", message, name, self._document_attributes)
        for index, rule in enumerate(self.mapping.annotations):
            base, uses = f"/annotations/{index}", self._by_type.get(rule.type)
            if uses is None:
                yield _fault(f"{base}/type", f"no annotation has the type {rule.type}", rule.type, self._by_type)
            else:
                yield from self._rule_faults(base, rule, uses)
        yield from self.unknown_roles(profile)

    def unknown_roles(self, profile: Profile) -> Iterator[MappingFault]:
        """Yield roles that no codebook has; of a suggested mapping, nothing else can be wrong.

        Args:
            profile: the profile of the dataset, which may have codes of its own.
        """
        own = {entry.code for entry in profile.codes.get(EVIDENCE_ROLE.name, ())}
        known = {*EVIDENCE_ROLE.definitions, *STATEMENT_ROLE.definitions, *_REFERENCES, *own}
        for index, rule in enumerate(self.mapping.annotations):
            yield from _unknown_roles(f"/annotations/{index}", rule, known)

    def _rule_faults(self, base: str, rule: MappingRule, uses: _TypeUses) -> Iterator[MappingFault]:
        """Yield what of a rule fits nothing, where annotations have its type."""
        faults = [fault for name, value in rule.when.items()
                  for fault in _value_faults(f"{base}/when", rule, uses, name, value)]  # fmt: skip
        if id(rule) not in self._fitting_rules and not faults:
            faults.append(MappingFault(base, f"it fits no {rule.type}, or an earlier rule takes all that it fits"))
        yield from faults
        attributes = {f"{base}/fields/{field}": name for field, name in rule.fields.items()}
        for pointer, name in (attributes | ({f"{base}/same": rule.same} if rule.same else {})).items():
            if name not in (*_OF_ALL, *uses.values):
                yield _fault(pointer, f"no {rule.type} has the attribute {name}", name, uses.values)
        for field, codes in rule.codes.items():
            name = rule.fields.get(field, "")
            if not name:
                yield MappingFault(
                    f"{base}/codes/{field}", f"fields does not say which attribute {field} is taken from"
                )
            for value in codes if name in uses.values else ():
                yield from _value_faults(f"{base}/codes/{field}", rule, uses, name, value)
        for role in rule.links:
            if not any(base_role({role: role}, used_role) for used_role in uses.roles):
                yield _fault(f"{base}/links/{role}", f"no {rule.type} has the role {role}", role, uses.roles)
        if rule.holder and rule.holder not in uses.roles:
            yield _fault(f"{base}/holder", f"no {rule.type} has the role {rule.holder}", rule.holder, uses.roles)


def _value_faults(pointer: str, rule: MappingRule, uses: _TypeUses, name: str, value: str) -> Iterator[MappingFault]:
    """Yield a fault if no annotation of a rule's type has a value of an attribute."""
    if name not in uses.values:
        yield _fault(f"{pointer}/{name}", f"no {rule.type} has the attribute {name}", name, uses.values)
    elif value not in uses.values[name]:
        key = name if pointer.endswith("/when") else value
        yield _fault(f"{pointer}/{key}", f"no {rule.type} has {name}: {value}", value, uses.values[name])


def _unknown_roles(base: str, rule: MappingRule, known: set[str]) -> Iterator[MappingFault]:
    """Yield roles that no codebook has; those of events only if a slip is likely."""
    roles = {f"{base}/links/{role}": part for role, part in rule.links.items()}
    if rule.record == "statement" and rule.role:
        roles[f"{base}/role"] = rule.role
    for pointer, role in roles.items() if rule.record in ("statement", "link") else ():
        if role not in (known if rule.record == "statement" else {*known, *EVENT_ROLE.definitions}):
            yield _fault(pointer, f"{role} is not in the codebook evidence_role", role, known)
    for pointer, role in roles.items() if rule.record == "event" else ():
        near = get_close_matches(role, EVENT_ROLE.definitions, 1, 0.85)
        if near and role not in (*EVENT_ROLE.definitions, "place", "trigger"):
            yield MappingFault(pointer, f"{role} is not in the codebook event_role", f"did you mean {near[0]}?")


def _fault(pointer: str, message: str, name: str, among: Iterable[str]) -> MappingFault:
    """Return a fault with the nearest name, if there is one, as its hint."""
    by_lowercase = {candidate.lower(): candidate for candidate in among if candidate}
    near = get_close_matches(name.lower(), by_lowercase, 1)
    return MappingFault(pointer, message, f"did you mean {by_lowercase[near[0]]}?" if near else "")
