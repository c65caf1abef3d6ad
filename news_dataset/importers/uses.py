"""What of a mapping fits nothing in a corpus, which is most often a slip of the pen."""

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

_MOST = 1000  # values of an attribute that are looked at
_OF_ALL = ("words", "id", "type")  # what every annotation has, as attributes go
_REFERENCES = ("quantity", "event", "occasion", "parent", "none")


@dataclass(frozen=True, slots=True)
class Fault:
    """What fits nothing: its pointer in the mapping, a sentence, and the name that may be meant."""

    pointer: str
    message: str
    hint: str = ""


@dataclass
class _Seen:
    """What annotations of a type have."""

    values: defaultdict[str, set[str]]
    roles: set[str]


class Uses:
    """Notes what documents have, to say what of a mapping fits none of it.

    Args:
        mapping: the mapping.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self._rules = mapping, Rules(mapping)
        self._seen: dict[str, _Seen] = {}
        self._about: set[str] = set()
        self._fitting: set[int] = set()

    def add(self, document: Document) -> None:
        """Note what a document has, or could have by what its tool declares."""
        self._about |= document.attributes.keys()
        declared = document.scheme.examples if document.scheme else ()
        for one in (*document.annotations, *declared):
            self._add(one)

    def _add(self, one: Annotation) -> None:
        self._fitting.add(id(self._rules.of(one)))
        seen = self._seen.setdefault(one.type, _Seen(defaultdict(set), set()))
        seen.roles.update(role for role, _ in one.links)
        for name, value in one.attributes.items():
            if len(seen.values[name]) < _MOST:
                seen.values[name].add(as_text(value))

    def faults(self, profile: Profile) -> Iterator[Fault]:
        """Yield what fits nothing, and roles of evidence that no codebook has.

        A mapping that an export wrote, by which articles keep their ids, names all that there may be.

        Args:
            profile: that of the dataset, which may have codes of its own.
        """
        if "id" in self.mapping.article_fields:
            return
        for field, name in self.mapping.article_fields.items():
            if name not in self._about:
                why = f"no document has the attribute {name}"
                yield _fault(f"/article_fields/{field}", why, name, self._about)
        own = {one.code for one in profile.codes.get(EVIDENCE_ROLE.name, ())}
        known = {*EVIDENCE_ROLE.definitions, *STATEMENT_ROLE.definitions, *_REFERENCES, *own}
        for at, rule in enumerate(self.mapping.annotations):
            base, seen = f"/annotations/{at}", self._seen.get(rule.type)
            if seen is None:
                yield _fault(f"{base}/type", f"no annotation has the type {rule.type}", rule.type, self._seen)
            else:
                yield from self._of_rule(base, rule, seen)
            yield from _unknown_roles(base, rule, known)

    def _of_rule(self, base: str, rule: MappingRule, seen: _Seen) -> Iterator[Fault]:
        """Yield what of a rule fits nothing, though annotations have its type."""
        found = [one for name, value in rule.when.items() for one in _of_value(f"{base}/when", rule, seen, name, value)]
        if id(rule) not in self._fitting and not found:
            found.append(Fault(base, f"it fits no {rule.type}, or an earlier rule takes all that it fits"))
        yield from found
        attributes = {f"{base}/fields/{field}": name for field, name in rule.fields.items()}
        for pointer, name in (attributes | ({f"{base}/same": rule.same} if rule.same else {})).items():
            if name not in (*_OF_ALL, *seen.values):
                yield _fault(pointer, f"no {rule.type} has the attribute {name}", name, seen.values)
        for field, codes in rule.codes.items():
            name = rule.fields.get(field, "")
            if not name:
                yield Fault(f"{base}/codes/{field}", f"fields does not say which attribute {field} is taken from")
            for value in codes if name in seen.values else ():
                yield from _of_value(f"{base}/codes/{field}", rule, seen, name, value)
        for role in rule.links:
            if not any(base_role({role: role}, one) for one in seen.roles):
                yield _fault(f"{base}/links/{role}", f"no {rule.type} has the role {role}", role, seen.roles)
        if rule.holder and rule.holder not in seen.roles:
            yield _fault(f"{base}/holder", f"no {rule.type} has the role {rule.holder}", rule.holder, seen.roles)


def _of_value(pointer: str, rule: MappingRule, seen: _Seen, name: str, value: str) -> Iterator[Fault]:
    """Yield what is wrong if no annotation has a value of an attribute."""
    if name not in seen.values:
        yield _fault(f"{pointer}/{name}", f"no {rule.type} has the attribute {name}", name, seen.values)
    elif value not in seen.values[name]:
        key = name if pointer.endswith("/when") else value
        yield _fault(f"{pointer}/{key}", f"no {rule.type} has {name}: {value}", value, seen.values[name])


def _unknown_roles(base: str, rule: MappingRule, known: set[str]) -> Iterator[Fault]:
    """Yield the roles of a rule that no codebook has; those of events only where a slip is likely."""
    given = {f"{base}/links/{role}": meant for role, meant in rule.links.items()}
    if rule.record == "statement" and rule.role:
        given[f"{base}/role"] = rule.role
    for pointer, role in given.items() if rule.record in ("statement", "link") else ():
        if role not in (known if rule.record == "statement" else {*known, *EVENT_ROLE.definitions}):
            yield _fault(pointer, f"{role} is no role that the codebook evidence_role has", role, known)
    for pointer, role in given.items() if rule.record == "event" else ():
        near = get_close_matches(role, EVENT_ROLE.definitions, 1, 0.85)
        if near and role not in (*EVENT_ROLE.definitions, "place", "trigger"):
            yield Fault(pointer, f"{role} is no role that the codebook event_role has", f"did you mean {near[0]}?")


def _fault(pointer: str, message: str, name: str, among: Iterable[str]) -> Fault:
    """Return a fault with the nearest name, if there is one, as its hint."""
    by_small = {one.lower(): one for one in among if one}
    near = get_close_matches(name.lower(), by_small, 1)
    return Fault(pointer, message, f"did you mean {by_small[near[0]]}?" if near else "")
