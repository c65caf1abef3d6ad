"""Templates for new records in the source form: what is to be filled in, then what may be added."""

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

_WIDTH = 120
_WANTED = ("headline", "gist", "entity", "speakers", "evidence", "citations")  # optional to the model, usual by hand
_BY_TOOLS = ("external_id", "text_sha256", "text_length", "text_rule", "earlier_texts", "corrections")
_NUMBERS = {
    "source": " 1",
    "addressee": " 2",
    "trigger": " 1",
    "date": " 1",
    "place": " 1",
}  # of one speaker, one event
_SHOWN = 3
_CODES = 20


@dataclass(frozen=True, slots=True)
class Context:
    """What a template can say of the dataset that the record is for.

    Args:
        ids: ids of its records by type.
        values: the value of a field in most of its records, by the field's name.
        today: the day on which the record is begun.
    """

    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    today: str = "2025-01-31"

    def known(self, column: Column) -> list[str]:
        """Return the ids that a column may refer to."""
        types = column.reference.types if column.reference else ()
        return [one for kind in types for one in self.ids.get(kind, ())]

    def example(self, column: Column) -> str:
        """Return what the column could hold in this dataset."""
        usual = self.today if column.kind in ("edtf", "day") else column.example
        return next(iter(self.known(column)), self.values.get(column.name, usual))


def template(
    record_type: str,
    given: Mapping[str, str],
    context: Context | None = None,
    schemas: str = "../../../schemas",
    profile: Profile = BASE,
) -> str:
    """Return the template of a record: the fields to fill in, and in comments those that may be added.

    Args:
        record_type: the type, such as ``person``.
        given: fields that are known already, such as the id.
        context: the dataset that it is for.
        schemas: the folder of its schemas, as the file of the record names it.
        profile: its profile.

    Raises:
        KeyError: there is no such type.
    """
    model, context = profile.by_type[record_type], context or Context()
    lines = [f"# yaml-language-server: $schema={schemas}/{SCHEMA_VERSION}/{record_type}.file.schema.json"]
    wanted: list[list[str]] = []
    others: list[list[str]] = []
    for column in _columns(model, given):
        value = given.get(column.name, "")
        is_asked = bool(value) or not _is_optional(column, model)
        shown = value or _defaults(model).get(column.name) or ("" if is_asked else context.example(column))
        line = f"{column.name}: {scalar(shown, is_plain=column.kind == 'int32') if shown else ''}".rstrip()
        (wanted if is_asked else others).append(_remarked(line, "" if value else _about(column, context)))
    for name, how in spellings(model).items():
        for key, written in _lists(name, how, context) if name not in _BY_TOOLS else ():
            (wanted if key in _WANTED else others).append(written)
    more = ["# Optional:", *(f"# {line}" for written in others for line in written)] if others else []
    return "\n".join([*lines, *(line for written in wanted for line in written), *more]) + "\n"


def blanks(record_type: str, given: Mapping[str, str]) -> list[str]:
    """Return the fields of a record that its template leaves for the curator to fill in."""
    model = BY_TYPE[record_type]
    return [one.name for one in _columns(model) if not _is_optional(one, model) and not given.get(one.name)]


def _columns(model: type[Row], given: Collection[str] = ()) -> list[Column]:
    """Return the columns that are given or that a curator may fill in: not what the id or the order says, nor spans."""
    derived: tuple[str, ...] = ("article",) if getattr(model, "record_type", "") in NUMBERED else ()
    names = [column.name for column in columns(model)]
    derived += ("mention", "fragment", *SPAN_FIELDS) if set(SPAN_FIELDS) <= set(names) else ()
    return [column for column in columns(model) if column.name in given or column.name not in (*_BY_TOOLS, *derived)]


def _defaults(model: type[Row]) -> Mapping[str, str]:
    found: Mapping[str, str] = getattr(model, "defaults", {})
    return found


def _is_optional(column: Column, model: type[Row]) -> bool:
    return (column.optional and column.name not in _WANTED) or column.name in _defaults(model)


def _lists(name: str, how: Spelling, context: Context) -> Iterator[tuple[str, list[str]]]:
    """Yield the keys of a list, each with the lines in which a curator writes it."""
    by_name = {column.name: column for column in columns(how.child)}
    if how.roles:
        book = by_name["role"].codebook
        about = {role: book.definitions[role] for role in how.roles.values()} if book else {}
        known = context.known(by_name["entity"])
        for key, role in how.roles.items():
            some = ", ".join(known[:_SHOWN]) or "implicit"
            more = f" A list of ids, descriptions, or implicit: [{some}]." if key in _WANTED else ""
            yield key, _remarked(f"{key}:" if key in _WANTED else f"{key}: []", f"{about.get(role, '')}{more}")
    elif how.by_role:
        book = by_name["role"].codebook
        said = {f"{role}{_NUMBERS.get(role, '')}": about for role, about in (book.definitions if book else {}).items()}
        lines = [line for key, about in said.items() for line in _remarked(f"  {key}: {{{FIND}: ''}}", about)]
        yield name, [f"{name}:", lines[0], *(f"  # {line.lstrip()}" for line in lines[1:])]
    elif how.only:
        yield name, _remarked(f"{name}: []", _about(by_name[how.only], context))
    else:
        yield name, [f"{name}:", *_row(how, context)]


def _row(how: Spelling, context: Context) -> Iterator[str]:
    """Yield the lines of the first row of a list, what is optional in comments."""
    spare = {one.name: _is_optional(one, how.child) for one in _columns(how.child)}
    found = [(one, f"{one.name}: {scalar(context.example(one)) if spare[one.name] and context.example(one) else ''}")
             for one in _columns(how.child)]  # fmt: skip
    found.sort(key=lambda pair: spare[pair[0].name])  # the dash before one that is no comment, where there is one
    for at, (column, line) in enumerate(found):
        mark = "- " if at == 0 else "  # " if spare[column.name] else "  "
        yield from _remarked(mark + line.rstrip(), _about(column, context))
    if how.has_spans:
        yield f"  {FIND}: ''"


def _about(column: Column, context: Context) -> str:
    """Return the codes of a column, or what it holds and which ids of the dataset it may refer to."""
    if column.codebook is not None:
        codes = list(column.codebook.definitions)
        more = f", … (all: table codes, codebook {column.codebook.name})" if len(codes) > _CODES else ""
        return ", ".join(codes[:12] if more else codes) + more
    return column.description.rstrip(".") + _listed(context.known(column), ": ")


def _listed(known: Sequence[str], before: str) -> str:
    more = f", … ({len(known)})" if len(known) > _SHOWN else ""
    return f"{before}{', '.join(known[:_SHOWN])}{more}" if known else ""


def _remarked(field: str, remark: str) -> list[str]:
    """Return a field with a remark behind it; above it where that would be too long a line."""
    if not remark:
        return [field]
    line = f"{field}  # {remark.rstrip('.')}"
    mark = " " * (len(field) - len(field.lstrip())) + "# "
    return (
        [line]
        if len(line) <= _WIDTH
        else [*textwrap.wrap(remark, _WIDTH - 2, initial_indent=mark, subsequent_indent=mark), field]
    )
