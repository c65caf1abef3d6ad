"""Templates for new records: every field with its description, codes and an example."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from news_dataset.curate.canonical import scalar
from news_dataset.profile import BASE, Profile
from news_dataset.records import BY_TYPE, SCHEMA_VERSION, Row
from news_dataset.records.columns import Column, children, columns
from news_dataset.spans import FIND, SPAN_FIELDS

_WIDTH = 118
_WANTED = ("statement_participants", "evidence", "citations")  # optional to the model, asked for by the house rules
_BY_ANCHOR = ("text_sha256", "text_length")
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Context:
    """What a template can say of the dataset that the record is for.

    Args:
        ids: ids of its records by type.
        values: what stands in a field there, as in most of its records, by the field's name.
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
    """Return a commented template of a record.

    Args:
        record_type: the type, such as ``person``.
        given: fields that are known already, such as id and article.
        context: the dataset that it is for.
        schemas: the folder of its schemas, as the file of the record names it.
        profile: its profile.

    Raises:
        KeyError: there is no such type.
    """
    model, context = profile.by_type[record_type], context or Context()
    lines = [f"# yaml-language-server: $schema={schemas}/{SCHEMA_VERSION}/{record_type}.file.schema.json"]
    lines += [*_comment(model.__doc__ or ""), *_fields(model, given, context)]
    for name, child in children(model).items():
        mark = "" if name in _WANTED else "# "
        lines += ["", *_comment(model.model_fields[name].description or "")]
        lines += [f"{mark}{name}:", *(mark + line for line in item(list(_fields(child, {}, context))))]
    return "\n".join(lines) + "\n"


def blanks(record_type: str, given: Mapping[str, str]) -> list[str]:
    """Return the fields of a record that its template leaves for the curator to fill in."""
    return [one.name for one in columns(BY_TYPE[record_type]) if not _is_optional(one) and not given.get(one.name)]


def _fields(model: type[Row], given: Mapping[str, str], context: Context) -> Iterator[str]:
    names = [column.name for column in columns(model)]
    for column in columns(model):
        if column.name in SPAN_FIELDS and set(SPAN_FIELDS) <= set(names):
            if column.name == SPAN_FIELDS[0]:
                yield from _comment("The words exactly as in the text; news-dataset anchor replaces them.")
                yield f"{FIND}: ''"
            continue
        is_optional, value = _is_optional(column), given.get(column.name, "")
        yield from _comment(("optional: " if column.optional else "") + _about(column, context))
        shown = value or (context.example(column) if is_optional else "")
        line = f"{column.name}: {scalar(shown, is_plain=column.kind == 'int32') if shown else ''}".rstrip()
        yield line if value or not is_optional else f"# {line}"


def _is_optional(column: Column) -> bool:
    return column.optional or column.name in _BY_ANCHOR


def _about(column: Column, context: Context) -> str:
    if column.name in _BY_ANCHOR:
        return f"{column.description} Left out until news-dataset anchor writes it."
    if known := context.known(column):
        more = f", … ({len(known)})" if len(known) > _SHOWN else ""
        return f"{column.description} In this dataset: {', '.join(known[:_SHOWN])}{more}."
    if column.codebook is None:
        return column.description
    codes = list(column.codebook.definitions)
    more = f", … (all: table codes, codebook {column.codebook.name})" if len(codes) > 20 else ""
    shown = ", ".join(codes[:12] if more else codes) + more
    return f"{column.description} Codes: {shown}."


def _comment(words: str) -> Iterator[str]:
    first_paragraph = " ".join(words.split("\n\n")[0].split())
    for line in textwrap.wrap(first_paragraph, _WIDTH):
        yield f"# {line}"


def item(lines: list[str]) -> list[str]:
    """Return lines as an item of a list: a dash before the first field, comments above it stay comments."""
    first = next(at for at, line in enumerate(lines) if line and not line.startswith("#"))
    return [
        line if at < first and line.startswith("#") else f"- {line}" if at == first else f"  {line}".rstrip()
        for at, line in enumerate(lines)
    ]
