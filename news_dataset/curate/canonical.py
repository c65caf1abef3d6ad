"""The canonical form of YAML files: the shortest source form, order of the keys, quotes, width.

Comments and blank lines are kept, and what the records say does not change.

The form: fields in the order of the model, then others in theirs; block style, lists not indented; no quotes where
none are needed; texts that do not fit a line folded; short lists, and whatever has a span, on one line. A comment on
a line of its own stays above what it stood above, a comment behind a value stays behind it; several blank lines become
one. Before anything is returned it is read back and compared.
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
"""How long lines may be, where a text can be folded."""

# Digests and spans are always quoted, so that all look alike, also one that YAML would read as a number.
_HEX = re.compile(f"[0-9a-f]{{8,}}|{SPAN_PATTERN[1:-1]}")
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"  # YAML 1.2, chapter 5.3: what a plain scalar does not begin with
_PRINTABLE = re.compile("[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


_LISTS = {*SHARED, FIND, WORDS}  # of these fields lists are written on one line


class FormatError(ValueError):
    """A file has no canonical form that says the same."""


def canonical(text: str, model: type[Row] | None) -> str:
    """Return a YAML file in canonical form.

    Args:
        text: the file, which the reader has accepted.
        model: the model of its records, for the source form and the order of the keys; None to leave both.

    Raises:
        FormatError: the form would change a value or lose a comment, so nothing is returned.
    """
    data, remarks = reader.parse_yaml(text, "").data, Remarks(text, composed(text) if has_remarks(text) else None)
    written = _Writer(remarks).file(_shortest(data, model, remarks) if model else data, model)
    try:
        is_same = _says_the_same(data, reader.parse_yaml(written, "").data, model)
    except ReadError as error:
        raise FormatError("the canonical form could not be read") from error
    if not is_same:
        raise FormatError("the canonical form would change a value")
    if comment_texts(text) != comment_texts(written):
        raise FormatError("the canonical form would lose a comment")
    return written


def _shortest(data: Any, model: type[Row], remarks: Remarks) -> Any:
    """Return the records of a file in the shortest source form; what is remarked on goes with them."""
    if isinstance(data, list):
        return [_short_record(item, model, remarks, step("", at)) for at, item in enumerate(data)]
    return _short_record(data, model, remarks, "")


def _short_record(record: Any, model: type[Row], remarks: Remarks, pointer: str) -> Any:
    if not isinstance(record, dict):
        return record
    expanded = expand(record, model)
    short = shorten(expanded, model, remarks.below(pointer))
    short = replace(short, data=_marked(_with_text_dates(short.data, model), model))
    remarks.move(pointer, expanded, short)
    return short.data


def _marked(record: dict[str, Any], model: type[Row]) -> dict[str, Any]:
    """Return a record in which the lists and mappings that are written on one line are marked."""
    keys, found = role_keys(model), dict(record)
    for name, how in spellings(model).items():
        value = found.get(name)
        if how.only and isinstance(value, list):
            found[name] = _on_one_line(value)
        elif how.by_role and isinstance(value, dict):
            found[name] = Roles({role: _evidence(spans) for role, spans in value.items()})
        elif how.has_spans and isinstance(value, list):
            found[name] = [_on_one_line(_in_order(item, how.child)) for item in value]
    return {name: _on_one_line(value) if name in keys else value for name, value in found.items()}


def _evidence(spans: Any) -> Any:
    """Return what a role has, each mention on one line."""
    if isinstance(spans, list) and any(isinstance(one, dict) for one in spans):
        return [_on_one_line(one) for one in spans]
    return _on_one_line(spans)


def _in_order(row: Any, model: type[Row]) -> Any:
    """Return a row with its fields in the order of the model, words and span behind them."""
    order = {name: number for number, name in enumerate(model.model_fields)}
    is_row = isinstance(row, dict)
    return dict(sorted(row.items(), key=lambda pair: order.get(pair[0], len(order)))) if is_row else row


def _on_one_line(value: Any) -> Any:
    """Return a list or mapping marked as one that is written on one line, if nothing in it forbids that."""
    if isinstance(value, dict):
        items = {name: _on_one_line(one) if name in _LISTS else one for name, one in value.items()}
        fits = all(isinstance(one, Brackets) or _is_short(one) for one in items.values())
        return Braces(items) if items and fits else value
    is_short = isinstance(value, list) and value and all(map(_is_short, value))
    return Brackets(value) if is_short else value


def _is_short(value: Any) -> bool:
    return not isinstance(value, dict | list) and not getattr(value, "is_cut", False) and value != ""


def _with_text_dates(data: Any, model: type[Row]) -> Any:
    """Return a mapping whose dates are texts, which are written in quotes."""
    dates = {column.name for column in columns(model) if column.kind in ("edtf", "day")}
    lists = parts(model)
    return {
        name: str(value) if name in dates and isinstance(value, Plain) and value and not value.is_cut
        else [_with_text_dates(item, lists[name]) if isinstance(item, dict) else item for item in value]
        if name in lists and isinstance(value, list) else value
        for name, value in data.items()
    }  # fmt: skip


def _says_the_same(old: Any, new: Any, model: type[Row] | None) -> bool:
    """Return whether the data of two files are the same records, with the same words beside their spans."""
    found = [_expanded(data, model) for data in (old, new)]
    words = [[dict(one.words) for one in some] for some in found]  # in any order: evidence may come behind numbers
    return all(len(some) == len(found[0]) for some in found) and words[0] == words[1] and all(
        _is_same(one.data, other.data) for one, other in zip(*found, strict=True)
    )  # fmt: skip


def _expanded(data: Any, model: type[Row] | None) -> list[Expanded]:
    """Return the records of a file in the release form, their dates as texts."""
    found = []
    for item in data if isinstance(data, list) else [data]:
        if model and isinstance(item, dict):
            one = expand(item, model)
            found.append(Expanded(_with_text_dates(one.data, model), {}, one.words))
        else:
            found.append(Expanded(item))
    return found


class _Writer:
    """Writes data, each value with the remarks that belong to it."""

    def __init__(self, remarks: Remarks) -> None:
        self.remarks = remarks

    def file(self, data: Any, model: type[Row] | None) -> str:
        """Return the whole file."""
        lines = [*self.remarks.above("", 0), *self.node(data, model, 0, ""), *self.remarks.last]
        kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
        return "\n".join(kept).rstrip("\n") + "\n"

    def node(self, data: Any, model: type[Row] | None, indent: int, at: str) -> list[str]:
        """Return the lines of a value that begins on a line of its own."""
        if isinstance(data, dict):
            return self.mapping(data, model, indent, at) if data else [" " * indent + "{}"]
        if isinstance(data, list):
            items = (self.item(item, model, indent, step(at, number)) for number, item in enumerate(data))
            return [line for lines in items for line in lines] or [" " * indent + "[]"]
        return [" " * indent + _value(data)]

    def mapping(self, data: dict[str, Any], model: type[Row] | None, indent: int, at: str) -> list[str]:
        """Return the lines of a mapping's fields in canonical order, or of roles, which stay in theirs."""
        names = () if model is None or isinstance(data, Roles) else model.model_fields
        order: dict[Any, int] = {name: number for number, name in enumerate(names)}
        short = role_keys(model) if model else {}
        lines: list[str] = []
        for name in sorted(data, key=lambda key: order.get(short.get(key, key), len(order))):
            below = step(at, name)
            lines += self.remarks.above(below, indent)
            lines += self.field(name, data[name], parts(model).get(name) if model else None, indent, below)
        return lines

    def field(self, name: str, value: Any, model: type[Row] | None, indent: int, at: str) -> list[str]:
        """Return the lines of one field."""
        head, remark = " " * indent + scalar(name) + ":", self.remarks.behind(at)
        if isinstance(value, dict | list) and not self.fits(value, f"{head} ", at):
            if not value:
                return [f"{head} {'{}' if isinstance(value, dict) else '[]'}{remark}"]
            inner = indent + (2 if isinstance(value, dict) else 0)
            return [head + remark, *self.remarks.inner(at, inner), *self.node(value, model, inner, at)]
        above = [*self.remarks.inner(at, indent), *self.remarks.flush(at, indent)]
        if isinstance(value, Plain) and not value:
            return [*above, head + remark]
        line = f"{head} {_value(value, bool(remark))}"
        is_text = isinstance(value, str) and not _stays_plain(value)
        if len(line) > WIDTH and is_text and _can_fold(value):
            return [*above, f"{head} >-{remark}", *_folded(value, indent + 2)]
        return [*above, line + remark]

    def fits(self, value: Any, head: str, at: str) -> bool:
        """Return whether a list or mapping is written on one line: a list, if that is short and has no comments."""
        if not isinstance(value, OneLine):
            return False
        is_mapping = isinstance(value, dict)
        return is_mapping or (len(head + _value(value)) <= WIDTH and not self.remarks.below(at))

    def item(self, data: Any, model: type[Row] | None, indent: int, at: str) -> list[str]:
        """Return the lines of one item of a list."""
        above = self.remarks.above(at, indent)
        if not isinstance(data, dict | list) or isinstance(data, OneLine):
            above += self.remarks.flush(at, indent)
            remark = self.remarks.behind(at)
            return [*above, f"{' ' * indent}- {_value(data, bool(remark))}{remark}"]
        first, *rest = self.node(data, model, indent + 2, at)
        while not first or first.lstrip().startswith("#"):  # a comment above the first field goes above the item
            above.append(first and " " * indent + first.lstrip())
            first, *rest = rest
        return [*above, " " * indent + "- " + first[indent + 2 :], *rest]


def _value(data: Any, with_comment: bool = False, in_flow: bool = False) -> str:
    """Return a value on one line."""
    if isinstance(data, dict):
        return f"{{{', '.join(f'{name}: {_value(one, in_flow=True)}' for name, one in data.items())}}}"
    if isinstance(data, list):
        return f"[{', '.join(_value(one, in_flow=True) for one in data)}]"
    if isinstance(data, bool) or not isinstance(data, str):
        return str(data).lower()
    is_plain = _stays_plain(data) or (isinstance(data, Plain) and not with_comment and not in_flow)
    return scalar(data, is_plain=is_plain, with_comment=with_comment, in_flow=in_flow)


def _stays_plain(data: str) -> bool:
    """Return whether a scalar must stay unquoted, since quotes would hide that it is a number, or is cut short."""
    return isinstance(data, Plain) and (is_ambiguous(data) or data.is_cut)


def _is_same(old: Any, new: Any) -> bool:
    """Return whether two files say the same; a number must not become a text, nor a text a number."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_is_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_is_same, old, new))
    if isinstance(old, int) or isinstance(new, int):
        return same(old, new) or (isinstance(old, bool | Plain) and str(old).lower() == str(new).lower())
    could_differ = isinstance(old, str) and (not old or is_ambiguous(old))
    meant = not could_differ or isinstance(old, Plain) == isinstance(new, Plain)
    is_cut = [getattr(value, "is_cut", False) and not is_ambiguous(value) for value in (old, new)]
    return bool(old == new and meant and is_cut[0] == is_cut[1])


def scalar(text: str, *, is_plain: bool = False, with_comment: bool = False, in_flow: bool = False) -> str:
    """Return *text* as a scalar on one line.

    Args:
        text: what it says.
        is_plain: whether it was written without quotes, and so may be a number or a truth value.
        with_comment: whether a comment follows on the line, which YAML could read as a part of an unquoted text.
        in_flow: whether it lies within brackets or braces.
    """
    with_comment |= in_flow and bool(set(",[]{}?") & set(text))
    is_plain &= bool(text.strip("-?:"))  # which braces alone keep from being indicators
    if not _PRINTABLE.fullmatch(text):
        return '"' + "".join(map(_escaped, text)) + '"'
    if (_is_safe(text) and not with_comment) or (is_plain and (is_ambiguous(text) or not _HEX.fullmatch(text))):
        return text
    return "'" + text.replace("'", "''") + "'"


def _folded(text: str, indent: int) -> Iterator[str]:
    """Yield the lines of *text* as the body of a folded scalar; joined by blanks they are the text."""
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


@lru_cache(10_000)  # of which most are keys and codes
def _is_safe(text: str) -> bool:
    """Return whether every YAML reads *text* without quotes as just this text."""
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
    """Return words as YAML on one line, within braces; of several fragments a list."""
    if isinstance(words, list):
        return f"[{', '.join(map(flow, words))}]"
    return scalar(str(words), in_flow=True)


def formatted(records: list[dict[str, Any]], model: type[Row]) -> str:
    """Return records in the release form as a file in canonical form: one record, or a list of several.

    Args:
        records: the records, of which there is one at least.
        model: their model.
    """
    found = [_marked(shorten(Expanded(one), model).data, model) for one in records]
    return _Writer(Remarks("", None)).file(found if len(found) > 1 else found[0], model)
