"""Turn the errors of pydantic models into issues with messages and hints of this package.

An *error* is an item of ``ValidationError.errors()``: a dict with ``type``, ``loc``, ``input``, ``msg``, often ``ctx``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache, reduce
from itertools import islice
from re import findall, fullmatch
from typing import Any

from news_dataset import edtf, reader
from news_dataset.checks.forms import (
    NEAR,
    codes_hint,
    form,
    id_of,
    meant,
    near_code_hint,
    number_fault,
    numbered_role,
    slug_id,
    snake_case,
)
from news_dataset.entries import Entry
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION, SCHEMA_VERSIONS
from news_dataset.records import Evidence, Record, Row
from news_dataset.records.columns import Column, columns, example_id, parts
from news_dataset.records.fields import TEXT_PATTERN, UNSAFE
from news_dataset.rules import Less, NotAfter
from news_dataset.source_form import SPAN, role_keys, spellings
from news_dataset.spans import FIND, FINDING, SPAN_FIELDS

Location = tuple[str | int, ...]
"""The way to a value in a record: fields, and indices of items."""

# pydantic's error types (pydantic_core.ErrorType) and the issue codes they are reported as; others are wrong_type
_CODES = {
    "extra_forbidden": "unknown_key", "missing": "missing_key", "broken_rule": "broken_rule",
    "literal_error": "unknown_code", "string_pattern_mismatch": "bad_form", "string_too_long": "bad_form",
    "string_too_short": "bad_form", "too_short": "bad_form", "too_long": "bad_form",
    "greater_than_equal": "out_of_range", "less_than_equal": "out_of_range",
}  # fmt: skip
# What is expected instead, and a hint, by pydantic's error type.
_EXPECTED = {
    "string_type": ("a text", ""),
    "int_type": ("an integer", "integers are written as 1277: digits alone, without quotes and without a point"),
    "float_type": ("a number", "numbers are written as 35.6895: with a decimal point, without quotes"),
    "bool_type": ("true", "write true without quotes, or leave the key out"),
    "literal_error": ("one of the codes of this field", "one word"),
    "tuple_type": ("a list", "begin each item of the list with a dash"),
    "model_type": ("a mapping", "write the fields of the item as key: value"),
}
_SPAN = "expected 'start-end length digest prefix suffix', which news-dataset anchor writes in place of find: words"
_MANY = 1_000  # unknown keys of a mapping that are compared with a missing one
_SHOWN = 60  # characters of a value that a message shows
_LIMITS = {"ge": "at least", "le": "at most"}
_MODEL_LABELS = {
    "Description": "dataset.yaml", "Redirect": "a redirect", "Evidence": "a row of evidence", "NewCode": "a code",
    "OwnCode": "a code",
}  # fmt: skip


def issue_code(error: Any) -> str:
    """Return the code of the issue that reports an error."""
    code = "bad_form" if _is_malformed_span(error) else _CODES.get(error["type"], "wrong_type")
    return "wrong_type" if code == "unknown_code" and not isinstance(error["input"], str) else code


Unknown = Mapping[Location, Mapping[str, None]]
"""The unknown keys of each mapping, in order, by the location of the mapping."""


def unknown_keys(errors: Iterable[Any]) -> Unknown:
    """Return the keys that the models of their mappings do not have."""
    found: dict[Location, dict[str, None]] = {}
    for error in errors:
        if error["type"] == "extra_forbidden":
            found.setdefault(error["loc"][:-1], {})[str(error["loc"][-1])] = None
    return found


def is_misspelt(error: Any, unknown: Unknown) -> bool:
    """Return whether an error is a missing key that is misspelt, and so reported as an unknown key."""
    if error["type"] != "missing":  # an error of a whole record has no location
        return False
    keys = unknown.get(error["loc"][:-1], {})
    return bool(keys and nearest(str(error["loc"][-1]), tuple(islice(keys, _MANY))))


@lru_cache(maxsize=1 << 12)
def nearest(word: str, names: tuple[str, ...]) -> str:
    """Return the name that a word is most probably a misspelling of; empty if none is near."""
    folded = {name.casefold(): name for name in reversed(names)}
    return next((folded[near] for near in get_close_matches(word.casefold(), folded, 1, cutoff=NEAR)), "")


def is_part_of_span(error: Any, unknown: Unknown) -> bool:
    """Return whether an error is a missing field of a span whose compact form is malformed, and so reported."""
    loc = error["loc"]
    is_part = error["type"] == "missing" and loc[-1] in SPAN_FIELDS and len(loc) >= 3
    return is_part and SPAN in unknown.get(loc[:-1], ())


def _is_malformed_span(error: Any) -> bool:
    """Return whether an error is about the compact form of a span, which is only kept if it cannot be read."""
    return error["type"] == "extra_forbidden" and error["loc"][-1] == SPAN and len(error["loc"]) >= 3


def is_unanchored_span(error: Any, unknown: Unknown) -> bool:
    """Return whether an error is due to a span with words to find, which ``anchor`` has not replaced yet."""
    loc = error["loc"]
    is_of_span = error["type"] in ("extra_forbidden", "missing") and loc[-1] in (*FINDING, *SPAN_FIELDS)
    return is_of_span and len(loc) >= 3 and FIND in unknown.get(loc[:-1], ())


def unquoted_issues(entry: Entry) -> dict[str, Issue]:
    """Return by pointer the issue of each unquoted text that could be read as something else.

    A text that would be wrong in quotes, too, is left out, unless it is known what to write: its error is reported.
    """
    errors = {pointer(error["loc"]): error for error in reversed(entry.errors)} if entry.unquoted else {}
    found = {at: _unquoted_issue(entry, at, scalar, errors.get(at)) for at, scalar in entry.unquoted}
    return {at: issue for at, issue in found.items() if issue}


def _unquoted_issue(entry: Entry, at: str, scalar: str, error: Any) -> Issue | None:
    """Return the issue of an unquoted text; None if its error is to be reported.

    Args:
        entry: the record.
        at: the pointer of the text.
        scalar: the text; `` #…`` follows if a comment cuts it short.
        error: its error; None if it is what its field takes.
    """
    if scalar.endswith(" #…"):
        effect, hint = "would end before the #", "put the text in quotes, or the comment on a line of its own"
    else:
        effect, hint = f"may be read as {reader.read_as(scalar)}", f"write '{scalar}'"
    loc = tuple(at.split("/")[1:])
    column = _column(_model_at(entry, loc), "".join(loc[-1:]))
    without = "leave the key out if null is meant" if scalar == "~" or scalar.lower() == "null" else ""
    if error:
        hint = _form_hint(_model_at(entry, error["loc"]), str(error["loc"][-1]), error) or without
    elif column and column.kind in ("edtf", "day") and not entry.errors and edtf.is_impossible(scalar):
        return None  # impossible_date reports it
    elif without:
        hint += f", or {without}"
    message = f"{entry.label(at)} {scalar} is text, but without quotes it {effect}"
    return entry.issue(at, message, hint) if hint else None


def model_issue(entry: Entry, error: Any) -> Issue:
    """Return the issue of an error of a record."""
    at, code, value = pointer(error["loc"]), issue_code(error), error["input"]
    model, field, name = _model_at(entry, error["loc"]), "".join(map(str, error["loc"][-1:])), entry.label(at)
    shown = repr(value) if len(repr(value)) <= _SHOWN else f"{repr(value)[: _SHOWN - 3]}…"
    if code == "unknown_key":
        return entry.issue(
            at, f"{field} is not a field of {_model_label(model)}", _unknown_key_hint(entry, model, field), on_key=True
        )
    if code == "missing_key":
        about, column = model.model_fields[field].description or "", _column(model, field)
        codes = f" Codes: {', '.join(column.codebook.definitions)}." if column and column.codebook else ""
        message = f"{field} is missing in {_model_label(model)}"
        return entry.issue(at.rpartition("/")[0], message, f"{field}: {about}{codes}")
    if code == "broken_rule" or error["type"] == "too_long":  # a list of which not all items were checked
        return entry.issue(at, *_rule_fault(entry, model, error))
    if value is None:
        return entry.issue(at, f"{name} has no value", _no_value_hint(model, field))
    if code == "unknown_code":
        return entry.issue(at, *_code_fault(model, field, f"{name} {shown}", error))
    if error["type"] == "too_short":
        can_lack = not model.model_fields[field].is_required()
        hint = "leave the line out, or write an item" if can_lack else "write an item"
        return entry.issue(at, f"{name} is an empty list", hint)
    if code == "bad_form":
        hint = _form_hint(model, field, error) or _field_hint(model, field)
        return entry.issue(at, f"{name} {shown} {_form_fault(model, field, error)}", hint)
    if code == "out_of_range":
        limits = [f"{word} {error['ctx'][name]}" for name, word in _LIMITS.items() if name in error.get("ctx", {})]
        message = f"{name} {shown} is out of range: {' and '.join(limits)}"
        return entry.issue(at, message, _field_hint(model, field))
    if isinstance(value, bool) and error["type"] == "literal_error":
        return entry.issue(at, f"{name} is {str(value).lower()}", "write true, or leave the key out")
    expected, hint = _expected_list(entry, model, field, error) or _expected(_column(model, field), error)
    return entry.issue(at, f"{name} {shown} is not {expected}", hint)


def _rule_fault(entry: Entry, model: type[Row], error: Any) -> tuple[str, str]:
    """Return the message and hint for fields that do not go together."""
    if error["type"] != "broken_rule" or not issubclass(model, Evidence) or error["loc"][-1] != "of":
        return error["msg"], ""
    listed, index, _ = error["loc"]
    is_key = entry.source.origin(pointer((listed, index, "role"))).on_key
    return number_fault(entry.data, entry.data[listed][index], is_key=is_key)


def _unknown_key_hint(entry: Entry, model: type[Row], field: str) -> str:
    """Return the hint for an unknown key: the nearest field, or all; or the version of the schemas that has it."""
    if field in model.model_fields:
        return f"it is new in a schema after {entry.version}; dataset.yaml may say schema_version: '{SCHEMA_VERSION}'"
    is_short = not entry.document.path.endswith((".jsonl", ".parquet"))
    finding = FINDING if {*SPAN_FIELDS} <= {*model.model_fields} else ()
    names = (*model.model_fields, *((*role_keys(model), *finding) if is_short else ()))
    near = nearest(field, names)
    return f"did you mean {near}?" if near else f"fields: {', '.join(names)}"


def _expected_list(entry: Entry, model: type[Row], field: str, error: Any) -> tuple[str, str] | None:
    """Return what the source form has instead of a single value, with a hint; nothing for another error or form."""
    spelling, is_short = spellings(model).get(field), not entry.document.path.endswith(".jsonl")
    if error["type"] != "tuple_type" or not is_short or not spelling:
        return None
    if spelling.by_role:
        return "a mapping of roles", "write a line for each role, such as content: {find: the words of the text}"
    if isinstance(error["input"], str) and (spelling.roles or spelling.only):
        return "a list", f"write [{json.dumps(error['input'], ensure_ascii=False)}]"
    return None


def _expected(column: Column | None, error: Any) -> tuple[str, str]:
    """Return what is expected instead of a value of the wrong type, and a hint or an empty text."""
    if error["type"] == "bool_type" and column and not column.is_flag:
        return "true or false", "write true or false, without quotes"
    return _EXPECTED.get(error["type"], ("of its type", ""))


def order_hint(rule: Less | NotAfter) -> str:
    """Return the hint for two values in the wrong order."""
    if isinstance(rule, NotAfter):
        return f"{rule.earlier} cannot be after {rule.later}: swap the two dates, or correct one"
    if (rule.smaller, rule.larger) == ("start", "end"):
        return "start is the offset of the first character, end that behind the last; news-dataset anchor finds both"
    return f"{rule.smaller} must be less than {rule.larger}: swap the two, or correct one"


def pointer(loc: Location) -> str:
    """Return a location as a JSON Pointer."""
    return reduce(reader.step, loc, "")


def _no_value_hint(model: type[Row], field: str) -> str:
    """Return the hint for a key without a value."""
    column = _column(model, field)
    if column is None or column.optional:
        return "where there is nothing to say, leave the key out"
    codes = f"one of {', '.join(column.codebook.definitions)}" if column.codebook else column.description
    return f"it is needed: {codes}"


def _form_fault(model: type[Row], field: str, error: Any) -> str:
    """Return what is wrong with the form of a value, in words that follow the value."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if _is_malformed_span(error):
        return "is not a span"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters"
    if context.get("pattern") != TEXT_PATTERN:
        types = _id_types(model, field)
        if context.get("pattern") == edtf.PATTERN and (part := edtf.unread(value)):
            return f"is EDTF, but {part} are not read"
        wanted = id_of(types) if types else form(context.get("pattern", ""))
        if context.get("pattern") in (edtf.PATTERN, edtf.DAY_PATTERN) and (why := edtf.impossible_part(value)):
            wanted += f": {why}"
        return f"is not {wanted}" if wanted else "does not have the required form"
    unsafe = next((character for character in value if fullmatch(f"[{UNSAFE}]", character)), "")
    if unsafe:
        return f"holds U+{ord(unsafe):04X}: no line breaks, controls or changes of direction in a text"
    return "begins or ends with a blank" if value else "is empty"


def _form_hint(model: type[Row], field: str, error: Any) -> str:
    """Return the hint that says what to write instead of a text of the wrong form; empty if that is not clear."""
    pattern, value, column = error.get("ctx", {}).get("pattern", ""), str(error["input"]), _column(model, field)
    if types := _id_types(model, field):
        found = slug_id(types, value)
        return f"write {found}" if fullmatch(pattern, found) else ""
    if issubclass(model, Evidence) and field == "role" and (role := numbered_role(value.partition(" ")[0])):
        return f"write {role} and the number of what it shows, such as {role} 1"
    if column and column.codebook and snake_case(value) in column.codebook.definitions:
        return f"did you mean {snake_case(value)}?"
    is_date = column is not None and column.kind in ("edtf", "day")  # which is quoted in YAML
    guesses = [f"'{text}'" if is_date or reader.is_ambiguous(text) else text for text in meant(pattern, value)]
    if not guesses and pattern == edtf.PATTERN and edtf.unread(value):
        return f"read are {edtf.SUBSET}"
    return f"write {' or '.join(guesses)}" if guesses else ""


def _id_types(model: type[Row], field: str) -> tuple[str, ...]:
    """Return the types that the id in a field may have; none if the field holds no id."""
    column = _column(model, field)
    if column is None or not issubclass(model, Record):
        return column.reference.types if column and column.reference else ()
    return (model.record_type,) if field == "id" else column.reference.types if column.reference else ()


def _column(model: type[Row], field: str) -> Column | None:
    """Return the column of a field; None if it has none, such as a list."""
    return next((column for column in columns(model) if column.name == field), None)


def _field_hint(model: type[Row], field: str) -> str:
    """Return the hint that shows what a field holds, by example or description."""
    column = _column(model, field)
    if column is None:
        return _SPAN if field == SPAN else ""
    if field == "id" and issubclass(model, Record):
        return f"such as {example_id(model.record_type)}"
    if column.reference:
        return f"such as {column.example}"
    return f"such as {column.example}" if column.example else column.description


def _code_fault(model: type[Row], field: str, shown: str, error: Any) -> tuple[str, str]:
    """Return the message and hint for a value that is not among the codes of its field."""
    if field == "schema_version":  # of which the model admits the newest, and the reader the older ones
        return f"{shown} is no version", f"this package knows {', '.join(SCHEMA_VERSIONS)}"
    column, value = _column(model, field), str(error["input"])
    book = column.codebook if column else None
    codes = book.definitions if book else dict.fromkeys(findall("'([^']*)'", str(error["ctx"]["expected"])), "")
    return f"{shown} is not among its codes", near_code_hint(codes, value) or codes_hint(
        codes, book.name if book else ""
    )


def _model_at(entry: Entry, loc: Location) -> type[Row]:
    """Return the model of the mapping that has the last step of a location as key."""
    model = entry.model
    for step in loc[:-2:2]:  # a field, the number of an item, a field …
        model = parts(model).get(str(step), model)
    return model


def _model_label(model: type[Row]) -> str:
    """Return what messages call a row of a model, with its article: ``a statement``."""
    if model.__name__ in _MODEL_LABELS:
        return _MODEL_LABELS[model.__name__]
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"
