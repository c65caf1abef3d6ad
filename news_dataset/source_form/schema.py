"""Derive the JSON Schema of the source form from that of the release form."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from news_dataset.records import Record
from news_dataset.records.columns import columns
from news_dataset.records.fields import NUMBERED, SNAKE_CASE
from news_dataset.rules import PresentIff
from news_dataset.source_form.spelling import (
    ID_PATTERN,
    IMPLICIT,
    NUMBERS,
    ONE_SPAN_PATTERN,
    SPAN,
    SPAN_PATTERN,
    WORDS,
    Spelling,
    spellings,
)
from news_dataset.spans import FIND, SPAN_FIELDS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"if": {"type": "array"}, "then": {"type": "array", "minItems": 1, "items": _TEXT}, "else": _TEXT}
_SPAN: Schema = {"type": "string", "pattern": SPAN_PATTERN}
_FRAGMENTS = "; fragments joined by ' + '"
_LIST = "; of fragments a list"
_MENTION = "EvidenceMention"


def _span_fields(has_fragments: bool) -> dict[str, Schema]:
    """Return the schemas of the fields for a span on one line, its words, and words to find."""
    texts, listed, joined = (_TEXTS, _LIST, _FRAGMENTS) if has_fragments else (_TEXT, "", "")
    about = f"Start-end, length, digest, prefix and suffix{joined}. Write find and the words: news-dataset anchor puts "
    return {
        SPAN: {"description": f"{about}this in their place.", **_SPAN}
        | ({} if has_fragments else {"pattern": ONE_SPAN_PATTERN}),
        WORDS: {"description": f"The words of the span, where the rights of the article permit{listed}."} | texts,
        FIND: {"description": f"The words, exactly as in the text, until they are anchored{listed}."} | texts,
        "nth": {
            "description": "Which of several places of the words is meant, from 1.",
            "type": "integer",
            "minimum": 1,
        },
        "after": {"description": "Words that the place follows.", **_TEXT},
        "in": {"description": "Role of the evidence within which the words are looked for, such as content.", **_TEXT},
    }


def _if_present(name: str, then: Schema) -> Schema:
    """Return a condition that applies a schema where the field *name* is present."""
    return {"if": {"properties": {name: True}, "required": [name]}, "then": then}


_FIND_RULES: tuple[Schema, ...] = (
    *(_if_present(name, {"required": [FIND]}) for name in ("nth", "after", "in")),
    _if_present(FIND, {"properties": {SPAN: False, WORDS: False}}),
)
"""Conditions for words to find: where to look needs them, and they exclude a span and kept words."""


def source_schema(record: Schema, model: type[Record]) -> Schema:
    """Return the schema of the source form of a record, given that of the release form with its ``$defs``."""
    schema = deepcopy(record)
    fields, definitions = schema["properties"], schema.get("$defs", {})
    optional = {*model.defaults, *(("id", "article") if model.record_type in NUMBERED else ())}
    schema["required"] = [name for name in schema["required"] if name not in optional]
    for name in {"id", "article"} & optional & fields.keys():
        fields[name]["description"] += (
            " Absent: that of the file's place." if name == "id" else " Absent: that of the id."
        )
    for name, default in model.defaults.items():
        fields[name]["description"] += f" Absent: {default}."
    for name, how in spellings(model).items():
        row, listed = definitions[how.child.__name__], fields[name]
        if how.only:
            listed["items"] = {"if": {"type": "object"}, "then": listed["items"], "else": row["properties"][how.only]}
        for key, role in how.roles.items():
            fields[key] = _participants_schema(row, role)
        if how.has_spans:
            definitions[how.child.__name__] = _row_with_short_spans(row, how)
        if how.by_role:
            about = {"description": listed.pop("description")}
            fields[name] = about | {"if": {"type": "array"}, "then": listed, "else": _roles_schema(how)}
            definitions[_MENTION] = _mention_schema(row)
    return schema


def _participants_schema(row: Schema, role: str) -> Schema:
    """Return the schema of a list such as ``speakers``."""
    entity, label = ({"type": "string", **row["properties"][name]} for name in ("entity", "label"))
    item = {"if": {"type": "string", "pattern": ID_PATTERN}, "then": entity, "else": label}  # implicit fits a label
    about = f"Of role {role}: ids of people, organizations or places, descriptions, or {IMPLICIT}."
    return {"description": about, "type": "array", "minItems": 1, "items": item}


def _row_with_short_spans(row: Schema, how: Spelling) -> Schema:
    """Return the schema of a row, given in the release form, that may have its span on one line or words to find."""
    fields = row["properties"]
    if name := how.shared:
        values = {"type": "array", "minItems": 1, "items": fields[name]}
        fields[name] = {"if": {"type": "array"}, "then": values, "else": fields[name]}
    optional = {"mention", "fragment", *SPAN_FIELDS}
    schema = {**row, "properties": fields | _span_fields("fragment" in how.child.model_fields)}
    schema["required"] = [name for name in row["required"] if name not in optional]
    if not schema["required"]:
        del schema["required"]
    spelt_out = {"properties": dict.fromkeys(SPAN_FIELDS, True), "required": list(SPAN_FIELDS)}
    is_short = {"anyOf": [{"properties": {name: True}, "required": [name]} for name in (SPAN, FIND)]}
    is_once = _if_present(SPAN, {"properties": dict.fromkeys(SPAN_FIELDS, False)})
    forms = {"if": is_short, "then": True, "else": spelt_out}
    return schema | {"allOf": [*row.get("allOf", ()), forms, is_once, *_FIND_RULES]}


def _roles_schema(how: Spelling) -> Schema:
    """Return the schema of a mapping of roles to spans."""
    numbered = next(rule.among for rule in how.child.rules if isinstance(rule, PresentIff))
    book = next(column.codebook for column in columns(how.child) if column.name == "role")
    mention = {"$ref": f"#/$defs/{_MENTION}"}
    mentions = {"if": {"type": "array"}, "then": {"type": "array", "minItems": 1, "items": mention}, "else": mention}
    roles = book.definitions.items() if book else ()
    return {
        "type": "object",
        "properties": {
            f"{role} 1" if role in numbered else role: {"description": about, **mentions} for role, about in roles
        }
        | dict.fromkeys(numbered, False),
        "propertyNames": {
            "type": "string",
            "anyOf": [{"pattern": f"^({'|'.join(numbered)}) {NUMBERS}$"}, {"pattern": SNAKE_CASE, "maxLength": 40}],
        },
        "minProperties": 1,
        "additionalProperties": mentions,
    }


def _mention_schema(row: Schema) -> Schema:
    """Return the schema of a mention in a mapping of roles: a span on one line, or a mapping."""
    needed = [{"properties": {name: True}, "required": [name]} for name in (SPAN, FIND)]
    implied = {"role", "of", "mention", "fragment", *SPAN_FIELDS}  # by the key, the order and the span
    own = {name: field for name, field in row["properties"].items() if name not in implied}
    properties = own | _span_fields(True)
    fields = {"type": "object", "properties": properties, "additionalProperties": False, "anyOf": needed}
    fields["allOf"] = [*_FIND_RULES]
    return {"if": {"type": "object"}, "then": fields, "else": _SPAN}
