"""A mapping that suits a corpus, as far as the names of its types, roles and attributes tell.

Names are compared with lists of usual ones; offsets, ids and texts are never guessed at. What no name tells becomes
``none``, so that it is counted and kept among the leftovers until somebody writes a rule.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from news_dataset.annotations import Annotation, Document, Scheme, as_text
from news_dataset.importers.names import (
    ENDS,
    ENTITIES,
    EVENTS,
    IDENTITY,
    KINDS,
    LABELS,
    OF_ARTICLES,
    OF_ENTITY,
    PARTS,
    PERIOD,
    ROLES,
    SAME,
    STATEMENTS,
    find,
    is_part,
    role_of,
    snake,
    words_of,
)  # fmt: skip
from news_dataset.records import BY_TYPE
from news_dataset.records.codebooks import EVENT_TYPE
from news_dataset.records.columns import children, columns
from news_dataset.records.mapping import Mapping

_MOST = 30  # values of an attribute that are looked at

_ROWS = {"office": "membership leadership", "name": "other_name"}
_OF_ROWS = {"office": {"title": "role title label", "start": "start_date", "end": "end_date"},
            "name": {"name": "name", "language": "lang language"}}  # fmt: skip
_TITLES = {"rep": "representative", "sen": "senator", "prez": "president", "viceprez": "vice president"}


class _Survey:
    """What types, attributes and links the documents of a corpus have."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.types: Counter[str] = Counter()
        self.marking: Counter[str] = Counter()
        self.listed: Counter[str] = Counter()
        self.attributes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.having: Counter[tuple[str, str]] = Counter()
        self.links: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self.register: dict[str, str] = {}
        self.about: dict[str, set[str]] = defaultdict(set)
        self.folders: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.above: dict[str, str] = {}
        schemes = [scheme for document in documents if (scheme := self._add(document))]
        used = set(self.types)
        for scheme in schemes:
            self._declare(scheme, used)
        for roles in self.links.values():
            _join_numbered(roles)

    def _declare(self, scheme: Scheme, used: set[str]) -> None:
        """Add what could be annotated; which types meet in a relation is said by the documents, where they use it."""
        by_id = {one.id: one.type for one in scheme.examples if one.id}
        for one in scheme.examples:
            self.types[one.type] += one.type not in used
            self.marking[one.type] += bool(one.fragments) and one.type not in used
            self._add_annotation(one, {} if one.type in used else by_id)
        self.above |= scheme.above

    def _add(self, document: Document) -> Scheme | None:
        by_id = {one.id: one.type for one in document.annotations if one.id}
        for name, value in document.attributes.items():
            if len(self.about[name]) < _MOST:
                self.about[name].add(str(value))
        first, _, rest = document.id.partition("/")
        if rest and not document.annotator and document.text:
            self.folders[rest, sha256(document.text.encode(errors="surrogatepass")).hexdigest()].add(first)
        for one in document.annotations:
            self.types[one.type] += 1
            self.marking[one.type] += bool(one.fragments)
            if not document.is_article:
                self.listed[one.type] += 1
                self.register[one.id] = one.type
            self._add_annotation(one, by_id)
        return document.scheme

    def own(self, kind: str) -> list[str]:
        """Return the attributes of a type without those of objects below it (``links.url``)."""
        return [name for name in self.attributes[kind] if "." not in name]

    def ends(self, kind: str) -> list[str]:
        """Return the two roles of a relation without words, that of the holder first; none of anything else."""
        roles, words = [*self.links[kind]], words_of(kind)
        if self.marking[kind] or self.listed[kind] or len(roles) != 2:
            return []
        is_of_part = words[-1:] in (["of"], ["for"]) or words[:1] == ["is"]  # Cue_Of leads from the cue
        return roles[::-1] if is_of_part else roles

    def _add_annotation(self, one: Annotation, by_id: dict[str, str]) -> None:
        for name, value in one.attributes.items():
            seen = self.attributes[one.type][name]
            self.having[one.type, name] += value not in (None, "")
            if len(seen) < _MOST:
                seen.add(as_text(value))
        for role, target in one.links:
            self.links[one.type][role][by_id.get(target, "")] += 1


def _join_numbered(roles: dict[str, Counter[str]]) -> None:
    """Count ``Theme2`` as ``Theme`` where that is a role, too; ``Arg1`` and ``Arg2`` are two roles."""
    for role in [one for one in roles if (base := one.rstrip("0123456789")) != one and base in roles]:
        roles[role.rstrip("0123456789")] += roles.pop(role)


def suggestion(documents: Iterable[Document]) -> Mapping:
    """Return a mapping for documents.

    Args:
        documents: all documents of a corpus; each is looked at once.
    """
    survey = _Survey(documents)
    rules = [rule for kind in survey.types for rule in _rules(survey, kind)]
    _demote(survey, rules)
    hubs = {rule["type"] for rule in rules if rule["record"] == "statement"} or _hub(survey, rules)
    parts = {target for rule in rules if rule["record"] in ("statement", "event", "office")
             for role in rule.get("links", ()) for target in survey.links[rule["type"]][role]}  # fmt: skip
    for rule in rules:
        if rule["record"] != "none":
            continue
        if rule["type"] in parts:
            labels = [name for name in survey.attributes[rule["type"]] if snake(name) in LABELS]
            rule |= {"record": "part"} | ({"fields": {"label": labels[0]}} if labels else {})
        elif hubs:
            _join(survey, rule, hubs, rules)
    about = [name for name in survey.about if "." not in name.removeprefix("meta.")]
    article_fields = {
        field: next(name for name in about if find(name, {field: usual}))
        for field, usual in OF_ARTICLES.items() if any(find(name, {field: usual}) for name in about)
    }  # fmt: skip
    found: dict[str, Any] = {"article_fields": article_fields, "annotations": rules}
    if any(len(folders) > 1 for folders in survey.folders.values()):
        found["annotator"] = "folder"
    return Mapping.model_validate({name: value for name, value in found.items() if value})


def _rules(survey: _Survey, kind: str) -> list[dict[str, Any]]:
    """Return the rules for a type: one, or one for each value of an attribute that says what its annotations are."""
    rule = _rule(survey, kind)
    if rule["record"] == "event" and survey.listed[kind]:
        classes = sorted(survey.attributes[kind].get("classification", ()))
        periods = [one for one in classes if set(words_of(one)) & PERIOD]
        none = [{"type": kind, "when": {"classification": one}, "record": "none"} for one in periods]
        return none if periods == classes and none else [*none, rule]
    if rule["record"] != "none" or not survey.marking[kind] or find(kind, ROLES):
        return [rule]
    names = [name for name in survey.own(kind) if snake(name) in OF_ENTITY]
    for name in names:
        found = {value: find(value, ENTITIES) for value in sorted(survey.attributes[kind][name])}
        if any(found.values()):
            same = _identity(survey, kind)
            return [{"type": kind, "when": {name: value}, "record": entity, "same": same}
                    for value, entity in found.items() if entity] + [rule | {"record": "mention"}]  # fmt: skip
    return [rule]


def _rule(survey: _Survey, kind: str) -> dict[str, Any]:
    """Return the rule that the name of a type suggests."""
    links, has_words = survey.links[kind], survey.marking[kind] > 0
    rule: dict[str, Any] = {"type": kind, "record": "none"}
    if find(kind, {"same": SAME}) and links and not has_words:
        return rule | {"record": "same"}
    if known := _registered(survey, kind):
        return rule | {name: value for name, value in _rule(survey, known).items() if name in ("record", "values")} | {
            "same": _identity(survey, kind)}  # fmt: skip
    is_two_ended = not has_words and len(links) == 2 and not survey.listed[kind]
    is_listed = survey.listed[kind] > 0
    if is_listed and (row := find(kind, _ROWS)):
        return rule | _row(survey, kind, row)
    if (
        not is_listed
        and find(kind, {"statement": STATEMENTS})
        and not (is_two_ended and {*links} <= ENDS)
        and not (is_part(kind) and not links)
    ):
        return rule | _statement(survey, kind)
    if entity := _entity(survey, kind):
        fields = _same_names(survey, kind, entity)
        return rule | {"record": entity, "same": _identity(survey, kind)} | ({"fields": fields} if fields else {})
    is_event = find(kind, {"event": EVENTS}) or kind.upper() in {*EVENT_TYPE.definitions} - {"OTHER"}
    if is_event or (links and not is_two_ended and not survey.listed[kind] and not find(kind, ROLES)):
        return rule | _event(survey, kind)
    return rule


def _entity(survey: _Survey, kind: str) -> str:
    """Return what a type is by its name, or else by those of the types above it."""
    found = find(kind, ENTITIES)
    while not found and (kind := survey.above.get(kind, "")):
        found = find(kind, ENTITIES)
    return found


def _row(survey: _Survey, kind: str, record: str) -> dict[str, Any]:
    """Return the rule of the offices or further names of a register."""
    named = ((field, name) for field, usual in _OF_ROWS[record].items() for name in survey.attributes[kind]
             if snake(name) in usual.split())  # fmt: skip
    fields = dict(reversed(list(named)))
    titles = {one: _TITLES[one] for one in sorted(survey.attributes[kind][fields.get("title", "")]) if one in _TITLES}
    links = {role: named for role, named in (("organization", "organization"), ("post", "title"))
             if role in survey.links[kind]}  # fmt: skip
    found: dict[str, Any] = {"record": record, "holder": "of" if record == "name" else "person", "fields": fields}
    found |= {"values": {"title": "member"} if record == "office" else {"language": "und", "kind": "alias"}}
    found |= {"links": links, "codes": {"title": titles} if titles else {}}
    return {name: value for name, value in found.items() if value}


def _statement(survey: _Survey, kind: str) -> dict[str, Any]:
    links = {role: role_of(role) or snake(role) for role in survey.links[kind]}
    manner = find(kind, KINDS)
    if not survey.marking[kind]:
        role = "none"
    elif "content" in links.values():
        role = "cue"
    else:
        role = "quote" if manner in ("direct", "mixed") else "content"
    fields, codes = _coded(survey, kind)
    found = {"record": "statement", "role": role, "links": links, "fields": fields, "codes": codes}
    return {name: value for name, value in (found | {"values": {"kind": manner} if manner else {}}).items() if value}


def _coded(survey: _Survey, kind: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the attributes of a statement that are named as its fields, with the codes of their values."""
    fields = _same_names(survey, kind, "statement")
    books = {column.name: column.codebook for column in columns(BY_TYPE["statement"]) if column.codebook}
    codes: dict[str, dict[str, str]] = {}
    for name in survey.own(kind):
        seen = survey.attributes[kind][name]
        field = "kind" if snake(name) in ("kind", "type", "quote_type", "speech_type") else snake(name)
        book = books.get(field)
        said = {value: snake(value) for value in sorted(seen)}
        if book and set(said.values()) <= set(book.definitions):
            fields[field] = name
            changed = {value: code for value, code in said.items() if value != code}
            codes |= {field: changed} if changed else {}
    return {field: name for field, name in fields.items() if field not in books or field in codes
            or survey.attributes[kind][name] <= set(getattr(books[field], "definitions", ()))}, codes  # fmt: skip


def _event(survey: _Survey, kind: str) -> dict[str, Any]:
    links = {role: find(role, PARTS) or snake(role) for role in survey.links[kind] if role != "mark"}
    code = kind.upper() if kind.upper() in EVENT_TYPE.definitions else "_".join(words_of(kind)).upper()[:40]
    values = {"type": "OTHER" if find(kind, {"event": EVENTS}) or not code else code}
    fields = _same_names(survey, kind, "event")
    if "name" in survey.attributes[kind]:
        fields.setdefault("title", "name")
    found: dict[str, Any] = {"record": "event", "links": links, "fields": fields, "values": values}
    if survey.listed[kind] or _identity(survey, kind) != "words":
        found["same"] = _identity(survey, kind)
    return {name: value for name, value in found.items() if value}


def _same_names(survey: _Survey, kind: str, record: str) -> dict[str, str]:
    """Return the attributes that are called as fields of a record, by field."""
    model = BY_TYPE[record]
    fields = set(model.model_fields) - set(children(model)) - {"id", "external_id", "article", "kind", "type"}
    return {field: name for name in survey.own(kind) if (field := snake(name)) in fields}


def _identity(survey: _Survey, kind: str) -> str:
    """Return the attribute that identifies what a type marks: that of a chain, else the words, or the id."""
    by_name = {snake(name): name for name in survey.own(kind)
               if snake(name) != "identifier" or survey.having[kind, name] == survey.types[kind]}  # fmt: skip
    named = (by_name[name] for name in IDENTITY if name in by_name)
    return "id" if survey.listed[kind] else next(named, "words")


def _registered(survey: _Survey, kind: str) -> str:
    """Return the type of what annotations of a type refer to in a register; empty where they do not."""
    identity = "" if survey.listed[kind] else _identity(survey, kind)
    found = Counter(survey.register.get(value, "") for value in survey.attributes[kind].get(identity, ()))
    return found.most_common(1)[0][0] if found else ""


def _demote(survey: _Survey, rules: list[dict[str, Any]]) -> None:
    """Take from the types of statements those that are parts of others and link to nothing themselves."""
    hubs = {rule["type"] for rule in rules if rule["record"] == "statement"}
    parts = {target for kind in hubs for role, targets in survey.links[kind].items() if role_of(role)
             for target in targets if target != kind}  # fmt: skip
    for kind in survey.types:
        holder, part = survey.ends(kind) or ("", "")
        if part and role_of(kind) and hubs & set(survey.links[kind][holder]):
            parts |= set(survey.links[kind][part]) - set(survey.links[kind][holder])
    for rule in rules:
        if rule["type"] in parts & hubs and not survey.links[rule["type"]]:
            kept = {"type": rule["type"], "record": "none"}
            rule.clear()
            rule |= kept


def _hub(survey: _Survey, rules: list[dict[str, Any]]) -> set[str]:
    """Turn the type that relations between parts meet in into that of statements; empty where there is none."""
    parts = {rule["type"]: role for rule in rules if (role := find(rule["type"], ROLES))}
    ends = [set(roles[role]) for kind, roles in survey.links.items() if not survey.marking[kind] for role in roles]
    met = Counter(kind for end in ends for kind in end if parts.get(kind) in ("cue", "content"))
    if not met:
        return set()
    hub = next(rule for rule in rules if rule["type"] == met.most_common(1)[0][0])
    hub |= {"record": "statement", "role": parts[hub["type"]]}
    return {hub["type"]}


def _join(survey: _Survey, rule: dict[str, Any], hubs: set[str], rules: list[dict[str, Any]]) -> None:
    """Turn a relation between a statement and its parts into a rule that adds these to it."""
    links, ends = survey.links[rule["type"]], survey.ends(rule["type"])
    holder = next((role for role in ends if hubs & set(links[role])), "")
    if not holder:
        return
    other = next(role for role in ends if role != holder)
    targets = [kind for kind in links[other] if kind]
    named = role_of(rule["type"]) or next((role for kind in targets if (role := find(kind, ROLES))), "")
    rule |= {"record": "link", "holder": holder, "links": {other: named or snake(rule["type"])}}
    for one in rules:
        if one["type"] in targets and one["record"] == "none":
            one["record"] = "part"
