"""Templates for new records in the source form: the fields to fill in, then optional ones in comments."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from news_dataset.curate.canonical import scalar
from news_dataset.profile import BASE, Profile
from news_dataset.records import BY_TYPE, SCHEMA_VERSION, Row
from news_dataset.records.columns import Column, columns
from news_dataset.records.fields import NUMBERED
from news_dataset.source_form import spellings
from news_dataset.source_form.spelling import Spelling
from news_dataset.spans import FIND, SPAN_FIELDS

_WIDTH = 120  # characters of a line
# Optional fields and keys that curators usually fill in.
_USUAL = ("headline", "gist", "independence", "entity", "speakers", "evidence", "citations")
# Fields that commands fill in, or that a new record cannot need.
_NOT_OFFERED = ("external_id", "text_sha256", "text_length", "text_rule", "earlier_texts", "corrections")
# The numbers behind roles of evidence: of one speaker, one addressee after it, one event.
_NUMBERS = {"source": " 1", "addressee": " 2", "trigger": " 1", "date": " 1", "place": " 1"}
_MAX_IDS = 3  # listed as examples
_MAX_CODES = 20  # all are listed; of more, only the first
_FEW_CODES = 12


@dataclass(frozen=True, slots=True)
class Context:
    """The dataset of a template, from which its examples come.

    Args:
        ids: record type → ids in the dataset.
        values: name of a field → its most frequent value in the dataset.
        today: the current day, YYYY-MM-DD.
    """

    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    today: str = "2025-01-31"

    def known(self, column: Column) -> list[str]:
        """Return the ids in the dataset to which a column may refer."""
        types = column.reference.types if column.reference else ()
        return [record_id for kind in types for record_id in self.ids.get(kind, ())]

    def example(self, column: Column) -> str:
        """Return an example of a column, from the dataset if possible."""
        usual = self.today if column.kind in ("edtf", "day") else column.example
        return next(iter(self.known(column)), self.values.get(column.name, usual))


def template(
    record_type: str,
    given: Mapping[str, str],
    context: Context | None = None,
    schemas: str = "../../../schemas",
    profile: Profile = BASE,
) -> str:
    """Return the template of a record: the fields to fill in, and the optional ones in comments.

    Args:
        record_type: the type, such as ``person``.
        given: values that are known already, such as the id.
        context: its dataset, for examples.
        schemas: the folder of the schemas, relative to the file of the record.
        profile: the profile of the dataset.

    Raises:
        KeyError: there is no such type.
    """
    model, context = profile.by_type[record_type], context or Context()
    lines = [f"# yaml-language-server: $schema={schemas}/{SCHEMA_VERSION}/{record_type}.file.schema.json"]
    fields: list[list[str]] = []
    optional: list[list[str]] = []
    for column in _columns(model, given):
        value = given.get(column.name, "")
        is_asked = bool(value) or not _is_optional(column, model)
        shown = value or _defaults(model).get(column.name) or ("" if is_asked else context.example(column))
        line = f"{column.name}: {scalar(shown, is_plain=column.kind == 'int32') if shown else ''}".rstrip()
        (fields if is_asked else optional).append(_with_comment(line, "" if value else _about(column, context)))
    for name, how in spellings(model).items():
        for key, block in _list_fields(name, how, context) if name not in _NOT_OFFERED else ():
            (fields if key in _USUAL else optional).append(block)
    more = ["# Optional:", *(f"# {line}" for block in optional for line in block)] if optional else []
    return "\n".join([*lines, *(line for block in fields for line in block), *more]) + "\n"


def blanks(record_type: str, given: Mapping[str, str]) -> list[str]:
    """Return the names of the fields that a template leaves empty for the curator to fill in."""
    model = BY_TYPE[record_type]
    return [column.name for column in _columns(model)
            if not _is_optional(column, model) and not given.get(column.name)]  # fmt: skip


def _columns(model: type[Row], given: Collection[str] = ()) -> list[Column]:
    """Return the *given* columns and those that a curator may fill in."""
    derived: tuple[str, ...] = ("article",) if getattr(model, "record_type", "") in NUMBERED else ()
    names = [column.name for column in columns(model)]
    derived += ("mention", "fragment", *SPAN_FIELDS) if set(SPAN_FIELDS) <= set(names) else ()
    return [column for column in columns(model) if column.name in given or column.name not in (*_NOT_OFFERED, *derived)]


def _defaults(model: type[Row]) -> Mapping[str, str]:
    defaults: Mapping[str, str] = getattr(model, "defaults", {})
    return defaults


def _is_optional(column: Column, model: type[Row]) -> bool:
    return (column.optional and column.name not in _USUAL) or column.name in _defaults(model)


def _list_fields(name: str, how: Spelling, context: Context) -> Iterator[tuple[str, list[str]]]:
    """Yield each key in which the rows of a list field are written, with the lines of its template."""
    by_name = {column.name: column for column in columns(how.child)}
    if how.roles:
        book = by_name["role"].codebook
        meanings = {role: book.definitions[role] for role in how.roles.values()} if book else {}
        known = context.known(by_name["entity"])
        for key, role in how.roles.items():
            some = ", ".join(known[:_MAX_IDS]) or "implicit"
            more = f" A list of ids, descriptions, or implicit: [{some}]." if key in _USUAL else ""
            yield key, _with_comment(f"{key}:" if key in _USUAL else f"{key}: []", f"{meanings.get(role, '')}{more}")
    elif how.by_role:
        book = by_name["role"].codebook
        roles = (book.definitions if book else {}).items()
        meanings = {f"{role}{_NUMBERS.get(role, '')}": meaning for role, meaning in roles}
        lines = [
            line for key, meaning in meanings.items() for line in _with_comment(f"  {key}: {{{FIND}: ''}}", meaning)
        ]
        yield name, [f"{name}:", lines[0], *(f"  # {line.lstrip()}" for line in lines[1:])]
    elif how.only:
        yield name, _with_comment(f"{name}: []", _about(by_name[how.only], context))
    else:
        yield name, [f"{name}:", *_row_lines(how, context)]


def _row_lines(how: Spelling, context: Context) -> Iterator[str]:
    """Yield the lines of the first row of a list, the optional columns in comments."""
    lines = []
    for column in _columns(how.child):
        is_optional, example = _is_optional(column, how.child), context.example(column)
        line = f"{column.name}: {scalar(example) if is_optional and example else ''}".rstrip()
        lines.append((is_optional, line, _about(column, context)))
    lines.sort(key=lambda entry: entry[0])  # the dash comes before a line that is no comment, if there is one
    for index, (is_optional, line, about) in enumerate(lines):
        yield from _with_comment(("- " if index == 0 else "  # " if is_optional else "  ") + line, about)
    if how.has_spans:
        yield f"  {FIND}: ''"


def _about(column: Column, context: Context) -> str:
    """Return the codes of a column, or its description with examples of ids."""
    if column.codebook is not None:
        codes = list(column.codebook.definitions)
        more = f", … (all: table codes, codebook {column.codebook.name})" if len(codes) > _MAX_CODES else ""
        return ", ".join(codes[:_FEW_CODES] if more else codes) + more
    return column.description.rstrip(".") + _id_examples(context.known(column))


def _id_examples(ids: Sequence[str]) -> str:
    """Return a colon and the first ids, with the number of all if there are more; empty without ids."""
    more = f", … ({len(ids)})" if len(ids) > _MAX_IDS else ""
    return f": {', '.join(ids[:_MAX_IDS])}{more}" if ids else ""


def _with_comment(field: str, comment: str) -> list[str]:
    """Return a field with a comment behind it; above it where the line would be too long."""
    if not comment:
        return [field]
    line = f"{field}  # {comment.rstrip('.')}"
    if len(line) <= _WIDTH:
        return [line]
    mark = " " * (len(field) - len(field.lstrip())) + "# "
    lines = textwrap.wrap(  # ids have hyphens, and are copied
        comment, _WIDTH - 2, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False, break_long_words=False
    )
    return [*lines, field]
