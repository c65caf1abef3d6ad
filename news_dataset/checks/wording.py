"""What the models find wrong with a record, in the words of this package, with hints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache, reduce
from itertools import islice
from re import findall, fullmatch
from typing import Any

from news_dataset import edtf, reader
from news_dataset.checks.forms import form, meant, slug_id, snake_case
from news_dataset.entries import Entry
from news_dataset.issues import Issue
from news_dataset.manifest import SCHEMA_VERSION, SCHEMA_VERSIONS
from news_dataset.records import Record, Row
from news_dataset.records.columns import Column, columns, example_id, parts
from news_dataset.records.fields import TEXT_PATTERN, UNSAFE
from news_dataset.rules import Less, NotAfter
from news_dataset.source_form import SPAN, role_keys, spellings
from news_dataset.spans import FIND, FINDING, SPAN_FIELDS

Location = tuple[str | int, ...]

# pydantic's error types (pydantic_core.ErrorType) and the issue codes they are reported as; others are wrong_type
_CODES = {
    "extra_forbidden": "unknown_key",
    "missing": "missing_key",
    "broken_rule": "broken_rule",
    "literal_error": "unknown_code",
    "string_pattern_mismatch": "bad_form",
    "string_too_long": "bad_form",
    "string_too_short": "bad_form",
    "too_short": "bad_form",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}
# What is wanted instead, and a hint.
_WANTED = {
    "string_type": ("a text", ""),
    "int_type": ("an integer", "integers are written as 1277: digits alone, without quotes and without a point"),
    "float_type": ("a number", "numbers are written as 35.6895: with a decimal point, without quotes"),
    "bool_type": ("true", "write true without quotes, or leave the key out"),
    "literal_error": ("one of the codes of this field", "one word"),
    "tuple_type": ("a list", "begin each item of the list with a dash"),
    "model_type": ("a mapping", "write the fields of the item as key: value"),
}
_SPAN = "expected 'start-end length digest prefix suffix', which news-dataset anchor writes in place of find: words"
_NEAR = 0.7  # how alike two names are if one may be a misspelling of the other; difflib's ratio
_MANY = 1_000  # unknown keys of a mapping among which a missing one is looked for
_LONG = 4  # letters of a word that is looked for in definitions
_FEW = 10  # codes that are all listed rather than looked through
_LISTED = 20  # codes that a hint lists
_LIMITS = {"ge": "at least", "le": "at most"}
_FILES = {
    "Description": "dataset.yaml",
    "Redirect": "a redirect",
    "Evidence": "a row of evidence",
    "NewCode": "a code",
    "OwnCode": "a code",
}


def code(error: Any) -> str:
    """Return the issue code for one of pydantic's errors; a code can only be wrong if it is a text."""
    found = "bad_form" if _is_span(error) else _CODES.get(error["type"], "wrong_type")
    return "wrong_type" if found == "unknown_code" and not isinstance(error["input"], str) else found


Unknown = Mapping[Location, Mapping[str, None]]
"""The keys that no model has, by the place of their mapping, in their order."""


def unknown_keys(errors: Iterable[Any]) -> Unknown:
    """Return the keys that no model has."""
    found: dict[Location, dict[str, None]] = {}
    for one in errors:
        if one["type"] == "extra_forbidden":
            found.setdefault(one["loc"][:-1], {})[str(one["loc"][-1])] = None
    return found


def is_misspelt(error: Any, unknown: Unknown) -> bool:
    """Return whether a missing key is there, but misspelt, which is reported as an unknown key."""
    loc = error["loc"]
    if error["type"] != "missing":
        return False
    there = unknown.get(loc[:-1])
    return bool(there and nearest(str(loc[-1]), tuple(islice(there, _MANY))))


@lru_cache(maxsize=1 << 12)
def nearest(word: str, names: tuple[str, ...]) -> str:
    """Return the name that a word may be a misspelling of; empty where none is near."""
    return next(iter(get_close_matches(word, names, 1, cutoff=_NEAR)), "")


def is_part_of_span(error: Any, unknown: Unknown) -> bool:
    """Return whether a part of a span is missing only because its one line is malformed, which is reported."""
    loc = error["loc"]
    is_part = error["type"] == "missing" and loc[-1] in SPAN_FIELDS and len(loc) >= 3
    return is_part and SPAN in unknown.get(loc[:-1], ())


def _is_span(error: Any) -> bool:
    return error["type"] == "extra_forbidden" and error["loc"][-1] == SPAN and len(error["loc"]) >= 3


def is_unanchored(error: Any, unknown: Unknown) -> bool:
    """Return whether an error is due to a span that is not anchored yet: words to find, or what they will bring."""
    loc = error["loc"]
    is_due = error["type"] in ("extra_forbidden", "missing") and loc[-1] in (*FINDING, *SPAN_FIELDS)
    return is_due and len(loc) >= 3 and FIND in unknown.get(loc[:-1], ())


def malformed(entry: Entry) -> dict[str, Any]:
    """Return the errors of texts that have not the form of their field, by pointer."""
    return {pointer(one["loc"]): one for one in reversed(entry.errors) if code(one) == "bad_form"}


def unquoted(entry: Entry, at: str, scalar: str, error: Any) -> Issue:
    """Return a text without quotes that could be read as something else as an issue.

    Args:
        entry: the record.
        at: the pointer of the text.
        scalar: the text.
        error: what else is wrong with its form, if anything.
    """
    field = name(at)
    if scalar.endswith(" #…"):
        said, hint = "would end before the #", "put the text in quotes, or the comment on a line of its own"
    else:
        said, hint = f"may be read as {reader.read_as(scalar)}", f"write '{scalar}'"
    if error and (instead := _instead(_model_at(entry, error["loc"]), field, error)):
        hint = instead
    elif scalar == "~" or scalar.lower() == "null":
        hint += ", or leave the key out if null is meant"
    return entry.issue(at, f"{field} {scalar} is text, but without quotes it {said}", hint)


def issue(entry: Entry, error: Any) -> Issue:
    """Return one of pydantic's errors (``ValidationError.errors()``) as an issue."""
    at, kind, value = pointer(error["loc"]), code(error), error["input"]
    model, field = _model_at(entry, error["loc"]), name(at)
    shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "…"
    if kind == "unknown_key":
        field = str(error["loc"][-1])
        is_short = not entry.document.path.endswith((".jsonl", ".parquet"))
        names = (*model.model_fields, *(role_keys(model) if is_short else ()))
        near = nearest(field, names)
        hint = f"did you mean {near}?" if near else f"fields: {', '.join(names)}"
        if field in model.model_fields:  # a newer version brought it
            hint = (
                f"it is new in a schema after {entry.version}; dataset.yaml may say schema_version: '{SCHEMA_VERSION}'"
            )
        return entry.issue(at, f"{field} is not a field of {_kind(model)}", hint, on_key=True)
    if kind == "missing_key":
        about = model.model_fields[field].description or ""
        column = _column(model, field)
        listed = f" Codes: {', '.join(column.codebook.definitions)}." if column and column.codebook else ""
        return entry.issue(at.rpartition("/")[0], f"{field} is missing in {_kind(model)}", f"{field}: {about}{listed}")
    if kind == "broken_rule":
        return entry.issue(at, error["msg"])
    if value is None:
        return entry.issue(at, f"{field} has no value", _about_nothing(model, field))
    if kind == "unknown_code":
        return entry.issue(at, *_no_code(model, field, shown, error))
    if kind == "bad_form":
        hint = _instead(model, field, error) or _about(model, field)
        return entry.issue(at, f"{field} {shown} {_complaint(model, field, error)}", hint)
    if kind == "out_of_range":
        limits = [f"{word} {error['ctx'][name]}" for name, word in _LIMITS.items() if name in error.get("ctx", {})]
        return entry.issue(at, f"{field} {shown} is out of range: {' and '.join(limits)}", _about(model, field))
    if isinstance(value, bool) and error["type"] == "literal_error":
        return entry.issue(at, f"{field} is {str(value).lower()}", "write true, or leave the key out")
    wanted, hint = _wanted(_column(model, field), error)
    hint = _as_list(entry, model, field, error)
    wanted, usual = _wanted(_column(model, field), error)
    return entry.issue(at, f"{field} {shown} is not {wanted}", hint or usual)


def _as_list(entry: Entry, model: type[Row], field: str, error: Any) -> str:
    """Return how one value is written that stands where a list of such is wanted; empty where it is none of such."""
    how, is_short = spellings(model).get(field), not entry.document.path.endswith(".jsonl")
    is_one = error["type"] == "tuple_type" and isinstance(error["input"], str) and is_short
    return (
        f"write [{json.dumps(error['input'], ensure_ascii=False)}]"
        if is_one and how and (how.roles or how.only)
        else ""
    )


def _wanted(column: Column | None, error: Any) -> tuple[str, str]:
    """Return what is wanted instead of a value of another type, and a hint."""
    if error["type"] == "bool_type" and column and not column.is_flag:
        return "true or false", "write true or false, without quotes"
    return _WANTED.get(error["type"], ("of its type", ""))


def order(rule: Less | NotAfter) -> str:
    """Return how to mend two values in the wrong order."""
    if isinstance(rule, NotAfter):
        return f"{rule.earlier} cannot be after {rule.later}: swap the two dates, or correct one"
    if (rule.smaller, rule.larger) == ("start", "end"):
        return "start is the offset of the first character, end that behind the last; news-dataset anchor finds both"
    return f"{rule.smaller} must be less than {rule.larger}: swap the two, or correct one"


def pointer(loc: Location) -> str:
    """Return where pydantic saw an error as a JSON Pointer."""
    return reduce(reader.step, loc, "")


def name(at: str) -> str:
    """Return what the last step of a JSON Pointer is called: a field, or an item of a list."""
    above, _, last = at.rpartition("/")
    if last.isdigit():
        return f"item {int(last) + 1} of {name(above)}" if above else "the record"
    return last.replace("~1", "/").replace("~0", "~")


def _about_nothing(model: type[Row], field: str) -> str:
    column = _column(model, field)
    if column is None or column.optional:
        return "where there is nothing to say, leave the key out"
    codes = f"one of {', '.join(column.codebook.definitions)}" if column.codebook else column.description
    return f"it is needed: {codes}"


def _complaint(model: type[Row], field: str, error: Any) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if _is_span(error):
        return "is not a span"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters"
    if kind == "too_short":
        return "is an empty list"
    if context.get("pattern") != TEXT_PATTERN:
        types = _types(model, field)
        if context.get("pattern") == edtf.PATTERN and (part := edtf.unread(value)):
            return f"is EDTF, but {part} are not read"
        wanted = f"an id of type {' or '.join(types)}" if types else form(context.get("pattern", ""))
        return f"is not {wanted}" if wanted else "has not the form that is wanted here"
    unsafe = next((character for character in value if fullmatch(f"[{UNSAFE}]", character)), "")
    if unsafe:
        return f"holds U+{ord(unsafe):04X}: no line breaks, controls or changes of direction in a text"
    return "begins or ends with a blank" if value else "is empty"


def _instead(model: type[Row], field: str, error: Any) -> str:
    """Return what is to be written instead of a text of a wrong form; empty where nobody can tell."""
    pattern, value, column = error.get("ctx", {}).get("pattern", ""), str(error["input"]), _column(model, field)
    if types := _types(model, field):
        found = slug_id(types, value)
        return f"write {found}" if fullmatch(pattern, found) else ""
    if column and column.codebook and snake_case(value) in column.codebook.definitions:
        return f"did you mean {snake_case(value)}?"
    is_date = column is not None and column.kind in ("edtf", "day")  # which is quoted in YAML
    words = [f"'{one}'" if is_date or reader.is_ambiguous(one) else one for one in meant(pattern, value)]
    if not words and pattern == edtf.PATTERN and edtf.unread(value):
        return f"read are {edtf.SUBSET}"
    return f"write {' or '.join(words)}" if words else ""


def _types(model: type[Row], field: str) -> tuple[str, ...]:
    """Return the types that the id in a field may have; none where the field is no id."""
    column = _column(model, field)
    if column is None or not issubclass(model, Record):
        return column.reference.types if column and column.reference else ()
    return (model.record_type,) if field == "id" else column.reference.types if column.reference else ()


def _column(model: type[Row], field: str) -> Column | None:
    return next((column for column in columns(model) if column.name == field), None)


def _about(model: type[Row], field: str) -> str:
    column = _column(model, field)
    if column is None:
        return _SPAN if field == SPAN else ""
    if field == "id" and issubclass(model, Record):
        return f"such as {example_id(model.record_type)}"
    if column.reference:
        return f"an id of type {' or '.join(column.reference.types)}, such as {column.example}"
    return f"such as {column.example}" if column.example else column.description


def _no_code(model: type[Row], field: str, shown: str, error: Any) -> tuple[str, str]:
    """Return the message and hint for a value that is none of the codes of its field."""
    if field == "schema_version":  # of which the model admits the newest, and the reader the older ones
        return f"{field} {shown} is no version", f"this package knows {', '.join(SCHEMA_VERSIONS)}"
    column, value = _column(model, field), str(error["input"])
    book = column.codebook if column else None
    codes = book.definitions if book else dict.fromkeys(findall("'([^']*)'", str(error["ctx"]["expected"])), "")
    return f"{field} {shown} is not among its codes", _code_meant(codes, value) or _codes(
        codes, book.name if book else ""
    )


def _code_meant(codes: Mapping[str, str], value: str) -> str:
    """Return the hint that names the code in another spelling, else the nearest, else those that speak of the word."""
    spellings = {code.casefold(): code for code in codes}
    word = "_".join(value.casefold().replace("-", " ").split())
    if near := [word] if word in spellings else get_close_matches(word, list(spellings), 1, _NEAR):
        return f"did you mean {spellings[near[0]]}?"
    words = [one for one in word.split("_") if len(one) >= _LONG] if len(codes) > _FEW else []
    found = [code for code, said in codes.items() if any(_speaks_of(said, one) for one in words)]
    return f"perhaps {' or '.join(f'{code}: {codes[code]}' for code in found)}" if 0 < len(found) <= 2 else ""


def _speaks_of(definition: str, word: str) -> bool:
    """Return whether a definition has a word, or one that begins with it or that it begins with: meet, meeting."""
    said = [one for one in findall(r"\w+", definition.casefold()) if len(one) >= _LONG]
    return any(one.startswith(word) or word.startswith(one) for one in said)


def _codes(codes: Mapping[str, str], book: str) -> str:
    listed = f"codes: {', '.join(list(codes)[:_LISTED])}"
    query = f"SELECT code, definition FROM codes WHERE codebook = '{book}'"
    return listed if len(codes) <= _LISTED else f'{listed} …; all: news-dataset sql "{query}"'


def _model_at(entry: Entry, loc: Location) -> type[Row]:
    """Return the model of the mapping that the last step of *loc* belongs to."""
    model = entry.model
    for step in loc[:-2:2]:  # a field, the number of an item, a field …
        model = parts(model).get(str(step), model)
    return model


def _kind(model: type[Row]) -> str:
    if model.__name__ in _FILES:
        return _FILES[model.__name__]
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"
