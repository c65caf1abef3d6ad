"""Write YAML files in canonical form: the shortest source form, with fixed order of keys, quotes and width.

Values and comments stay. Fields come in the order of the model, then unknown ones in their own order; block style,
lists not indented; quotes only where needed; texts that do not fit the line folded; short lists, and anything with a
span, on one line. A comment on its own line stays above the same value, a comment behind a value stays behind it;
several blank lines become one. A result that differs from the file is read back and compared before it is returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from news_dataset import reader
from news_dataset.curate.remarks import Braces, Brackets, OneLine, Remarks, Roles
from news_dataset.curate.source import comment_texts, composed, has_remarks
from news_dataset.files import ReadError
from news_dataset.reader import Plain
from news_dataset.reader.document import step
from news_dataset.reader.yamlfile import is_ambiguous
from news_dataset.records import Row
from news_dataset.records.columns import columns, parts
from news_dataset.source_form import SHARED, SPAN_PATTERN, WORDS, Expanded, expand, role_keys, same, shorten, spellings
from news_dataset.spans import FIND

WIDTH = 120
"""The longest line in characters, where the text can be folded."""

# Digests and spans are always quoted, so that they look alike even if YAML would read one as a number.
_HEX = re.compile(f"[0-9a-f]{{8,}}|{SPAN_PATTERN[1:-1]}")
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"  # YAML 1.2, chapter 5.3: a plain scalar does not begin with these
_PRINTABLE = re.compile("[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


_INLINE_LISTS = {*SHARED, FIND, WORDS}  # the fields whose lists are written on one line


class FormatError(ValueError):
    """A file cannot be written in canonical form without changing a value or losing a comment."""


def canonical(text: str, model: type[Row] | None) -> str:
    """Return a YAML file in canonical form.

    Args:
        text: the file, which the reader has accepted.
        model: the model of its records; None to shorten and to sort nothing. Quotes, folding and blank lines become
            canonical all the same, but an unquoted date stays so, and no list or mapping is put on one line unless it
            is empty.

    Raises:
        FormatError: the result would change a value or lose a comment.
    """
    data, remarks = reader.parse_yaml(text, "").data, Remarks(text, composed(text) if has_remarks(text) else None)
    written = _Writer(remarks).file(_shortest_form(data, model, remarks) if model else data, model)
    if written == text:
        return text
    try:
        is_same = _is_same_file(data, reader.parse_yaml(written, "").data, model)
    except ReadError as error:
        raise FormatError("the canonical form could not be read") from error
    if not is_same:
        raise FormatError("the canonical form would change a value")
    if comment_texts(text) != comment_texts(written):
        raise FormatError("the canonical form would lose a comment")
    return written


def _shortest_form(data: Any, model: type[Row], remarks: Remarks) -> Any:
    """Return the data of a file in the shortest source form, and move its comments there."""
    if isinstance(data, list):
        return [_short_record(item, model, remarks, step("", index)) for index, item in enumerate(data)]
    return _short_record(data, model, remarks, "")


def _short_record(record: Any, model: type[Row], remarks: Remarks, pointer: str) -> Any:
    if not isinstance(record, dict):
        return record
    expanded = expand(record, model)
    short = shorten(expanded, model, remarks.below(pointer))
    short = replace(short, data=_with_styles(_with_text_dates(short.data, model), model))
    remarks.move(pointer, expanded, short)
    return short.data


def _with_styles(record: dict[str, Any], model: type[Row]) -> dict[str, Any]:
    """Return a record with its lists and mappings in the classes of ``remarks``."""
    keys, styled = role_keys(model), dict(record)
    for name, how in spellings(model).items():
        value = styled.get(name)
        if how.only and isinstance(value, list):
            styled[name] = _inline(value)
        elif how.by_role and isinstance(value, dict):
            styled[name] = Roles({role: _mentions_of_role(spans) for role, spans in value.items()})
        elif how.has_spans and isinstance(value, list):
            styled[name] = [_inline(_in_model_order(item, how.child)) for item in value]
    return {name: _inline(value) if name in keys else value for name, value in styled.items()}


def _mentions_of_role(spans: Any) -> Any:
    """Return the mentions of a role in evidence, each marked for one line."""
    if isinstance(spans, list) and any(isinstance(mention, dict) for mention in spans):
        return [_inline(mention) for mention in spans]
    return _inline(spans)


def _in_model_order(row: Any, model: type[Row]) -> Any:
    """Return a row with its fields in the order of the model, the others (words, span) after them."""
    order = {name: number for number, name in enumerate(model.model_fields)}
    is_row = isinstance(row, dict)
    return dict(sorted(row.items(), key=lambda pair: order.get(pair[0], len(order)))) if is_row else row


def _inline(value: Any) -> Any:
    """Return a list or mapping marked for one line; unchanged if it cannot be."""
    if isinstance(value, dict):
        items = {name: _inline(item) if name in _INLINE_LISTS else item for name, item in value.items()}
        fits = all(isinstance(item, Brackets) or _is_scalar(item) for item in items.values())
        return Braces(items) if items and fits else value
    is_short = isinstance(value, list) and value and all(map(_is_scalar, value))
    return Brackets(value) if is_short else value


def _is_scalar(value: Any) -> bool:
    """Return whether a value is a scalar that can be written within brackets: not empty, not cut short."""
    return not isinstance(value, dict | list) and not getattr(value, "is_cut", False) and value != ""


def _with_text_dates(data: Any, model: type[Row]) -> Any:
    """Return a record or row with dates as ordinary texts, which get quotes."""
    dates = {column.name for column in columns(model) if column.kind in ("edtf", "day")}
    lists = parts(model)
    return {
        name: str(value) if name in dates and isinstance(value, Plain) and value and not value.is_cut
        else [_with_text_dates(item, lists[name]) if isinstance(item, dict) else item for item in value]
        if name in lists and isinstance(value, list) else value
        for name, value in data.items()
    }  # fmt: skip


def _is_same_file(old: Any, new: Any, model: type[Row] | None) -> bool:
    """Return whether two files have the same records, with the same words beside their spans."""
    old_records, new_records = _expand_all(old, model), _expand_all(new, model)
    # Compared as dicts: the order of the words may change with that of the evidence.
    old_words, new_words = ([dict(record.words) for record in records] for records in (old_records, new_records))
    return len(old_records) == len(new_records) and old_words == new_words and all(
        _is_same(before.data, after.data) for before, after in zip(old_records, new_records, strict=True)
    )  # fmt: skip


def _expand_all(data: Any, model: type[Row] | None) -> list[Expanded]:
    """Return the records of a file in the release form, with their dates as texts."""
    records = []
    for item in data if isinstance(data, list) else [data]:
        if model and isinstance(item, dict):
            expanded = expand(item, model)
            records.append(Expanded(_with_text_dates(expanded.data, model), {}, expanded.words))
        else:
            records.append(Expanded(item))
    return records


class _Writer:
    """Writes data as lines of YAML, each value with its comments.

    In all methods *model* is the model of a mapping or of the rows of a list, if it has one, *indent* the number of
    blanks before a line, and *pointer* the JSON Pointer of the value.
    """

    def __init__(self, remarks: Remarks) -> None:
        self.remarks = remarks

    def file(self, data: Any, model: type[Row] | None) -> str:
        """Return the text of the whole file."""
        lines = [*self.remarks.above("", 0), *self.node(data, model, 0, ""), *self.remarks.last]
        kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
        return "\n".join(kept).rstrip("\n") + "\n"

    def node(self, data: Any, model: type[Row] | None, indent: int, pointer: str) -> list[str]:
        """Return the lines of a value that begins on a line of its own."""
        if isinstance(data, dict):
            return self.mapping(data, model, indent, pointer) if data else [" " * indent + "{}"]
        if isinstance(data, list):
            items = (self.item(item, model, indent, step(pointer, number)) for number, item in enumerate(data))
            return [line for lines in items for line in lines] or [" " * indent + "[]"]
        return [" " * indent + _value(data)]

    def mapping(self, data: dict[str, Any], model: type[Row] | None, indent: int, pointer: str) -> list[str]:
        """Return the lines of a mapping: fields in the order of the model, roles in their own order."""
        names = () if model is None or isinstance(data, Roles) else model.model_fields
        order: dict[Any, int] = {name: number for number, name in enumerate(names)}
        short = role_keys(model) if model else {}
        lines: list[str] = []
        for name in sorted(data, key=lambda key: order.get(short.get(key, key), len(order))):
            below = step(pointer, name)
            lines += self.remarks.above(below, indent)
            lines += self.field(name, data[name], parts(model).get(name) if model else None, indent, below)
        return lines

    def field(self, name: str, value: Any, model: type[Row] | None, indent: int, pointer: str) -> list[str]:
        """Return the lines of one field."""
        head, comment = " " * indent + scalar(name) + ":", self.remarks.behind(pointer)
        if isinstance(value, dict | list) and not self.fits(value, f"{head} ", pointer):
            if not value:
                return [f"{head} {'{}' if isinstance(value, dict) else '[]'}{comment}"]
            inner = indent + (2 if isinstance(value, dict) else 0)
            return [head + comment, *self.remarks.inner(pointer, inner), *self.node(value, model, inner, pointer)]
        above = [*self.remarks.inner(pointer, indent), *self.remarks.flush(pointer, indent)]
        if isinstance(value, Plain) and not value:
            return [*above, head + comment]
        line = f"{head} {_value(value, bool(comment))}"
        is_text = isinstance(value, str) and not _must_stay_plain(value)
        if len(line) > WIDTH and is_text and _can_fold(value):
            return [*above, f"{head} >-{comment}", *_folded(value, indent + 2)]
        return [*above, line + comment]

    def fits(self, value: Any, head: str, pointer: str) -> bool:
        """Return whether a value marked for one line stays there: a list only if it fits and has no comments."""
        if not isinstance(value, OneLine):
            return False
        is_mapping = isinstance(value, dict)
        return is_mapping or (len(head + _value(value)) <= WIDTH and not self.remarks.below(pointer))

    def item(self, data: Any, model: type[Row] | None, indent: int, pointer: str) -> list[str]:
        """Return the lines of one item of a list."""
        above = self.remarks.above(pointer, indent)
        if not isinstance(data, dict | list) or isinstance(data, OneLine):
            above += self.remarks.flush(pointer, indent)
            comment = self.remarks.behind(pointer)
            return [*above, f"{' ' * indent}- {_value(data, bool(comment))}{comment}"]
        first, *rest = self.node(data, model, indent + 2, pointer)
        while not first or first.lstrip().startswith("#"):  # a comment above the first field goes above the item
            above.append(first and " " * indent + first.lstrip())
            first, *rest = rest
        return [*above, " " * indent + "- " + first[indent + 2 :], *rest]


def _value(data: Any, with_comment: bool = False, in_flow: bool = False) -> str:
    """Return a value on one line."""
    if isinstance(data, dict):
        return f"{{{', '.join(f'{name}: {_value(item, in_flow=True)}' for name, item in data.items())}}}"
    if isinstance(data, list):
        return f"[{', '.join(_value(item, in_flow=True) for item in data)}]"
    if isinstance(data, bool) or not isinstance(data, str):
        return str(data).lower()
    is_plain = _must_stay_plain(data) or (isinstance(data, Plain) and not with_comment and not in_flow)
    return scalar(data, is_plain=is_plain, with_comment=with_comment, in_flow=in_flow)


def _must_stay_plain(data: str) -> bool:
    """Return whether quotes would hide that a scalar is a number or is cut short."""
    return isinstance(data, Plain) and (is_ambiguous(data) or data.is_cut)


def _is_same(old: Any, new: Any) -> bool:
    """Return whether two values are the same, where a number has not become a text, nor a text a number.

    An ``int`` or ``bool`` is the same as the unquoted scalar that spells it, a ``bool`` in *old* also as a quoted one.
    Otherwise quotes must not come or go at an empty scalar, nor at one that YAML may read as something other than text;
    and a comment must cut short both texts or neither (``Plain.is_cut``).
    """
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_is_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_is_same, old, new))
    if isinstance(old, int) or isinstance(new, int):
        return same(old, new) or (isinstance(old, bool | Plain) and str(old).lower() == str(new).lower())
    quotes_matter = isinstance(old, str) and (not old or is_ambiguous(old))
    has_same_type = not quotes_matter or isinstance(old, Plain) == isinstance(new, Plain)
    is_cut = [getattr(value, "is_cut", False) and not is_ambiguous(value) for value in (old, new)]
    return bool(old == new and has_same_type and is_cut[0] == is_cut[1])


def scalar(text: str, *, is_plain: bool = False, with_comment: bool = False, in_flow: bool = False) -> str:
    """Return *text* as a scalar on one line.

    Args:
        text: its value.
        is_plain: whether it was written without quotes, and so may be a number or a truth value.
        with_comment: whether a comment follows on the line, which could become a part of an unquoted text.
        in_flow: whether it lies within brackets or braces.
    """
    with_comment |= in_flow and bool(set(",[]{}?") & set(text))
    is_plain &= bool(text.strip("-?:"))  # such a text is an indicator outside braces
    if not _PRINTABLE.fullmatch(text):
        return '"' + "".join(map(_escaped, text)) + '"'
    if (_is_safe(text) and not with_comment) or (is_plain and (is_ambiguous(text) or not _HEX.fullmatch(text))):
        return text
    return "'" + text.replace("'", "''") + "'"


def _folded(text: str, indent: int) -> Iterator[str]:
    """Yield the lines of *text* as the body of a folded scalar; joined by blanks they give the text."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > WIDTH - indent:
            yield " " * indent + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield " " * indent + line


def _can_fold(text: str) -> bool:
    """Return whether *text* survives folding: single blanks, none at its ends, nothing that needs an escape."""
    return bool(_PRINTABLE.fullmatch(text)) and " " in text and "  " not in f" {text} "


@lru_cache(10_000)  # most are keys and codes, which recur
def _is_safe(text: str) -> bool:
    """Return whether every YAML parser reads *text* without quotes as this text."""
    return bool(
        text
        and text == text.strip()
        and text[0] not in _INDICATORS
        and not text.startswith("...")
        and not text.endswith(":")
        and ": " not in text
        and " #" not in text
        and not _HEX.fullmatch(text)
        and not is_ambiguous(text)
    )


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _PRINTABLE.fullmatch(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(words: Any) -> str:
    """Return words as YAML that can be written within braces; a list of fragments as a list."""
    if isinstance(words, list):
        return f"[{', '.join(map(flow, words))}]"
    return scalar(str(words), in_flow=True)


def formatted(records: list[dict[str, Any]], model: type[Row]) -> str:
    """Return one or more records in the release form as a file in canonical form; several become a list."""
    short = [_with_styles(shorten(Expanded(record), model).data, model) for record in records]
    return _Writer(Remarks("", None)).file(short if len(short) > 1 else short[0], model)
