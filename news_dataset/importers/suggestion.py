"""A mapping that suits a corpus, as far as the names of its types, roles and attributes tell.

Names are compared with lists of usual ones; offsets, ids and texts are never guessed at. A type whose name tells
nothing gets the record ``none``, so that it is counted and kept among the leftovers until somebody writes a rule.
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
    is_part,
    key_for,
    role_of,
    snake,
    words_of,
)  # fmt: skip
from news_dataset.records import BY_TYPE
from news_dataset.records.codebooks import EVENT_TYPE
from news_dataset.records.columns import children, columns
from news_dataset.records.mapping import Mapping

_MAX_VALUES = 30  # of an attribute that are compared

_ROWS = {"office": "membership leadership", "name": "other_name"}
_OF_ROWS = {"office": {"title": "role title label", "start": "start_date", "end": "end_date"},
            "name": {"name": "name", "language": "lang language"}}  # fmt: skip
_TITLES = {"rep": "representative", "sen": "senator", "prez": "president", "viceprez": "vice president"}


class _Survey:
    """What types, attributes and links the documents of a corpus have."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.types = Counter[str]()  # of annotations; next those that mark words, and those of registers
        self.with_words, self.in_register = Counter[str](), Counter[str]()
        self.attributes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))  # values, by type
        self.filled: Counter[tuple[str, str]] = Counter()  # how often an attribute of a type has a value
        self.links: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))  # types of targets
        self.register_types: dict[str, str] = {}  # of annotations of registers, by their ids
        self.document_values: dict[str, set[str]] = defaultdict(set)  # of the attributes of documents
        self.folders: dict[tuple[str, str], set[str]] = defaultdict(set)  # the first, of the same rest of id and text
        self.above: dict[str, str] = {}  # the type above a type
        schemes = [scheme for document in documents if (scheme := self._add(document))]
        used = set(self.types)
        for scheme in schemes:
            self._add_scheme(scheme, used)
        for roles in self.links.values():  # Theme2 counts as Theme, if that is a role, too; Arg1 and Arg2 are two
            for role in [role for role in roles if (stem := role.rstrip("0123456789")) != role and stem in roles]:
                roles[role.rstrip("0123456789")] += roles.pop(role)

    def _add_scheme(self, scheme: Scheme, used: set[str]) -> None:
        """Add what could be annotated; links of *used* types are only those seen."""
        by_id = {example.id: example.type for example in scheme.examples if example.id}
        for example in scheme.examples:
            self.types[example.type] += example.type not in used
            self.with_words[example.type] += bool(example.fragments) and example.type not in used
            self._add_annotation(example, {} if example.type in used else by_id)
        self.above |= scheme.above

    def _add(self, document: Document) -> Scheme | None:
        """Add a document and return its scheme."""
        by_id = {annotation.id: annotation.type for annotation in document.annotations if annotation.id}
        for name, value in document.attributes.items():
            if len(self.document_values[name]) < _MAX_VALUES:
                self.document_values[name].add(str(value))
        first, _, rest = document.id.partition("/")
        if rest and not document.annotator and document.text:
            self.folders[rest, sha256(document.text.encode(errors="surrogatepass")).hexdigest()].add(first)
        for annotation in document.annotations:
            self.types[annotation.type] += 1
            self.with_words[annotation.type] += bool(annotation.fragments)
            if not document.is_article:
                self.in_register[annotation.type] += 1
                self.register_types[annotation.id] = annotation.type
            self._add_annotation(annotation, by_id)
        return document.scheme

    def own(self, type_: str) -> list[str]:
        """Return the attributes of a type, without those of objects (``links.url``)."""
        return [name for name in self.attributes[type_] if "." not in name]

    def ends(self, type_: str) -> list[str]:
        """Return the two roles of a relation, the holder's first; none of another type."""
        roles, words = [*self.links[type_]], words_of(type_)
        if self.with_words[type_] or self.in_register[type_] or len(roles) != 2:
            return []
        is_of_part = words[-1:] in (["of"], ["for"]) or words[:1] == ["is"]  # Cue_Of leads from the cue
        return roles[::-1] if is_of_part else roles

    def _add_annotation(self, annotation: Annotation, by_id: dict[str, str]) -> None:
        """Add attributes and links of an annotation; *by_id* are the types of targets."""
        for name, value in annotation.attributes.items():
            values = self.attributes[annotation.type][name]
            self.filled[annotation.type, name] += value not in (None, "")
            if len(values) < _MAX_VALUES:
                values.add(as_text(value))
        for role, target in annotation.links:
            self.links[annotation.type][role][by_id.get(target, "")] += 1


def suggestion(documents: Iterable[Document]) -> Mapping:
    """Return a mapping for all documents of a corpus, which are read once."""
    survey = _Survey(documents)
    rules = [rule for type_ in survey.types for rule in _rules(survey, type_)]
    _demote_parts(survey, rules)
    statement_types = {rule["type"] for rule in rules if rule["record"] == "statement"} or _make_statement_type(
        survey, rules
    )
    part_types = {target for rule in rules if rule["record"] in ("statement", "event", "office")
             for role in rule.get("links", ()) for target in survey.links[rule["type"]][role]}  # fmt: skip
    for rule in rules:
        if rule["record"] != "none":
            continue
        if rule["type"] in part_types:
            labels = [name for name in survey.attributes[rule["type"]] if snake(name) in LABELS]
            rule |= {"record": "part"} | ({"fields": {"label": labels[0]}} if labels else {})
        elif statement_types:
            _make_link_rule(survey, rule, statement_types, rules)
    attributes = [name for name in survey.document_values if "." not in name.removeprefix("meta.")]
    article_fields = {
        field: next(name for name in attributes if key_for(name, {field: usual}))
        for field, usual in OF_ARTICLES.items() if any(key_for(name, {field: usual}) for name in attributes)
    }  # fmt: skip
    mapping: dict[str, Any] = {"article_fields": article_fields, "annotations": rules}
    if any(len(folders) > 1 for folders in survey.folders.values()):
        mapping["annotator"] = "folder"
    return Mapping.model_validate({name: value for name, value in mapping.items() if value})


def _rules(survey: _Survey, type_: str) -> list[dict[str, Any]]:
    """Return the rules for a type: one, or one per value that tells the kind."""
    rule = _rule(survey, type_)
    if rule["record"] == "event" and survey.in_register[type_]:
        classes = sorted(survey.attributes[type_].get("classification", ()))
        periods = [value for value in classes if set(words_of(value)) & PERIOD]
        rules = [{"type": type_, "when": {"classification": value}, "record": "none"} for value in periods]
        return rules if periods == classes and rules else [*rules, rule]
    if rule["record"] != "none" or not survey.with_words[type_] or key_for(type_, ROLES):
        return [rule]
    names = [name for name in survey.own(type_) if snake(name) in OF_ENTITY]
    for name in names:
        entities = {value: key_for(value, ENTITIES) for value in sorted(survey.attributes[type_][name])}
        if any(entities.values()):
            same = _same_attribute(survey, type_)
            return [{"type": type_, "when": {name: value}, "record": entity, "same": same}
                    for value, entity in entities.items() if entity] + [rule | {"record": "mention"}]  # fmt: skip
    return [rule]


def _rule(survey: _Survey, type_: str) -> dict[str, Any]:
    """Return the rule that the name of a type suggests."""
    links, has_words, is_listed = survey.links[type_], survey.with_words[type_] > 0, survey.in_register[type_] > 0
    rule: dict[str, Any] = {"type": type_, "record": "none"}
    if key_for(type_, {"same": SAME}) and links and not has_words:
        return rule | {"record": "same"}
    if known := _register_type(survey, type_):
        return rule | {name: value for name, value in _rule(survey, known).items() if name in ("record", "values")} | {
            "same": _same_attribute(survey, type_)}  # fmt: skip
    is_two_ended = not has_words and len(links) == 2 and not is_listed
    if is_listed and (row := key_for(type_, _ROWS)):
        return rule | _register_rule(survey, type_, row)
    if (
        not is_listed
        and key_for(type_, {"statement": STATEMENTS})
        and not (is_two_ended and {*links} <= ENDS)
        and not (is_part(type_) and not links)
    ):
        return rule | _statement_rule(survey, type_)
    if entity := _entity_record(survey, type_):
        fields = _fields_by_name(survey, type_, entity)
        return (
            rule | {"record": entity, "same": _same_attribute(survey, type_)} | ({"fields": fields} if fields else {})
        )
    is_event = key_for(type_, {"event": EVENTS}) or type_.upper() in {*EVENT_TYPE.definitions} - {"OTHER"}
    if is_event or (links and not is_two_ended and not is_listed and not key_for(type_, ROLES)):
        return rule | _event_rule(survey, type_)
    return rule


def _entity_record(survey: _Survey, type_: str) -> str:
    """Return the record that a type's name, or one above, tells; empty if none does."""
    while type_ and not key_for(type_, ENTITIES):
        type_ = survey.above.get(type_, "")
    return key_for(type_, ENTITIES)


def _register_rule(survey: _Survey, type_: str, record: str) -> dict[str, Any]:
    """Return the rule of the offices or further names of a register."""
    pairs = ((field, name) for field, usual in _OF_ROWS[record].items() for name in survey.attributes[type_]
             if snake(name) in usual.split())  # fmt: skip
    fields = dict(reversed(list(pairs)))
    values = survey.attributes[type_][fields.get("title", "")]
    titles = {value: title for value, title in sorted(_TITLES.items()) if value in values}
    roles = {"organization": "organization", "post": "title"}
    links = {role: field for role, field in roles.items() if role in survey.links[type_]}
    rule: dict[str, Any] = {"record": record, "holder": "of" if record == "name" else "person", "fields": fields}
    rule |= {"values": {"title": "member"} if record == "office" else {"language": "und", "kind": "alias"}}
    rule |= {"links": links, "codes": {"title": titles} if titles else {}}
    return {name: value for name, value in rule.items() if value}


def _statement_rule(survey: _Survey, type_: str) -> dict[str, Any]:
    """Return the members of a rule that makes annotations of a type statements."""
    links = {role: role_of(role) or snake(role) for role in survey.links[type_]}
    manner = key_for(type_, KINDS)
    if not survey.with_words[type_]:
        role = "none"
    elif "content" in links.values():
        role = "cue"
    else:
        role = "quote" if manner in ("direct", "mixed") else "content"
    fields, codes = _fields_and_codes(survey, type_)
    rule = {"record": "statement", "role": role, "links": links, "fields": fields, "codes": codes}
    return {name: value for name, value in (rule | {"values": {"kind": manner} if manner else {}}).items() if value}


def _fields_and_codes(survey: _Survey, type_: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return attributes named like fields of a statement, and codes of their values."""
    fields = _fields_by_name(survey, type_, "statement")
    books = {column.name: column.codebook for column in columns(BY_TYPE["statement"]) if column.codebook}
    codes: dict[str, dict[str, str]] = {}
    for name in survey.own(type_):
        values = survey.attributes[type_][name]
        field = "kind" if snake(name) in ("kind", "type", "quote_type", "speech_type") else snake(name)
        book = books.get(field)
        codes_of_values = {value: snake(value) for value in sorted(values)}
        if book and set(codes_of_values.values()) <= set(book.definitions):
            fields[field] = name
            changed = {value: code for value, code in codes_of_values.items() if value != code}
            codes |= {field: changed} if changed else {}
    return {field: name for field, name in fields.items() if field not in books or field in codes
            or survey.attributes[type_][name] <= set(getattr(books[field], "definitions", ()))}, codes  # fmt: skip


def _event_rule(survey: _Survey, type_: str) -> dict[str, Any]:
    """Return the members of a rule that makes annotations of a type events."""
    links = {role: key_for(role, PARTS) or snake(role) for role in survey.links[type_] if role != "mark"}
    code = type_.upper() if type_.upper() in EVENT_TYPE.definitions else "_".join(words_of(type_)).upper()[:40]
    values = {"type": "OTHER" if key_for(type_, {"event": EVENTS}) or not code else code}
    fields = _fields_by_name(survey, type_, "event")
    if "name" in survey.attributes[type_]:
        fields.setdefault("title", "name")
    rule: dict[str, Any] = {"record": "event", "links": links, "fields": fields, "values": values}
    if survey.in_register[type_] or _same_attribute(survey, type_) != "words":
        rule["same"] = _same_attribute(survey, type_)
    return {name: value for name, value in rule.items() if value}


def _fields_by_name(survey: _Survey, type_: str, record: str) -> dict[str, str]:
    """Return the attributes that are named like fields of a record, by field."""
    model = BY_TYPE[record]
    fields = set(model.model_fields) - set(children(model)) - {"id", "external_id", "article", "kind", "type"}
    return {field: name for name in survey.own(type_) if (field := snake(name)) in fields}


def _same_attribute(survey: _Survey, type_: str) -> str:
    """Return the attribute by which annotations of a type mean one thing."""
    by_name = {snake(name): name for name in survey.own(type_)
               if snake(name) != "identifier" or survey.filled[type_, name] == survey.types[type_]}  # fmt: skip
    names = (by_name[name] for name in IDENTITY if name in by_name)
    return "id" if survey.in_register[type_] else next(names, "words")


def _register_type(survey: _Survey, type_: str) -> str:
    """Return the type in a register that a type refers to; empty if to none."""
    identity = "" if survey.in_register[type_] else _same_attribute(survey, type_)
    types = Counter(survey.register_types.get(value, "") for value in survey.attributes[type_].get(identity, ()))
    return types.most_common(1)[0][0] if types else ""


def _demote_parts(survey: _Survey, rules: list[dict[str, Any]]) -> None:
    """Set ``none`` for types of statements that are only parts of others."""
    statement_types = {rule["type"] for rule in rules if rule["record"] == "statement"}
    parts = {target for type_ in statement_types for role, targets in survey.links[type_].items() if role_of(role)
             for target in targets if target != type_}  # fmt: skip
    for type_ in survey.types:
        holder, part = survey.ends(type_) or ("", "")
        if part and role_of(type_) and statement_types & set(survey.links[type_][holder]):
            parts |= set(survey.links[type_][part]) - set(survey.links[type_][holder])
    for rule in rules:
        if rule["type"] in parts & statement_types and not survey.links[rule["type"]]:
            for name in rule.keys() - {"type"}:
                del rule[name]
            rule["record"] = "none"


def _make_statement_type(survey: _Survey, rules: list[dict[str, Any]]) -> set[str]:
    """Make the type where relations of parts meet that of statements; return it."""
    parts = {rule["type"]: role for rule in rules if (role := key_for(rule["type"], ROLES))}
    ends = [set(roles[role]) for type_, roles in survey.links.items() if not survey.with_words[type_] for role in roles]
    met = Counter(type_ for end in ends for type_ in end if parts.get(type_) in ("cue", "content"))
    if not met:
        return set()
    hub = next(rule for rule in rules if rule["type"] == met.most_common(1)[0][0])
    hub |= {"record": "statement", "role": parts[hub["type"]]}
    return {hub["type"]}


def _make_link_rule(
    survey: _Survey, rule: dict[str, Any], statement_types: set[str], rules: list[dict[str, Any]]
) -> None:
    """Make the rule of a relation one that adds parts to a statement."""
    links, ends = survey.links[rule["type"]], survey.ends(rule["type"])
    holder = next((role for role in ends if statement_types & set(links[role])), "")
    if not holder:
        return
    other = next(role for role in ends if role != holder)
    targets = [type_ for type_ in links[other] if type_]
    named = role_of(rule["type"]) or next((role for type_ in targets if (role := key_for(type_, ROLES))), "")
    rule |= {"record": "link", "holder": holder, "links": {other: named or snake(rule["type"])}}
    for other_rule in rules:
        if other_rule["type"] in targets and other_rule["record"] == "none":
            other_rule["record"] = "part"
