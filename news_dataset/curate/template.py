"""Templates for new records: every field with its description, codes and an example."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import fullmatch

from news_dataset.collection import Collection
from news_dataset.curate.canonical import scalar
from news_dataset.errors import UsageError, known
from news_dataset.records import BY_TYPE, SCHEMA_VERSION, Row
from news_dataset.records.columns import Column, children, columns
from news_dataset.records.fields import NUMBERED, SLUG
from news_dataset.spans import FIND, SPAN_FIELDS

_WIDTH = 118
_IN_LISTS = (*NUMBERED, "source")  # several of these share a file
_WANTED = ("statement_participants", "evidence", "citations")  # optional to the model, asked for by the house rules


@dataclass(frozen=True, slots=True)
class Draft:
    """A commented template of a record.

    Args:
        text: the template, as YAML.
        path: the file that it belongs to.
        is_appended: whether the file is there and the template is to be added at its end.
    """

    text: str
    path: Path
    is_appended: bool = False

    def __str__(self) -> str:
        """Return the template."""
        return self.text


def draft(folder: Path, record_type: str, slug: str | None, article: str | None) -> Draft:
    """Return the template of a new record of a dataset; arguments and errors as ``Dataset.new``."""
    kind = known(record_type, list(BY_TYPE), "record type")
    of_article = (article or "").removeprefix("article/")
    for one in filter(None, (slug, of_article)):
        if not fullmatch(SLUG, one):
            raise UsageError(f"{one!r} is no slug: small letters and digits, joined by single hyphens")
    if kind in NUMBERED:
        if not article:
            raise UsageError(f"a new {kind} belongs to an article: give --article ID")
        slug = of_article
        given = {"id": f"{kind}/{slug}/{_next_number(folder, f'{kind}/{slug}/'):02d}"}
        given |= {"article": f"article/{slug}"} if kind == "statement" else {}
    else:
        given = {"id": f"{kind}/{slug or 'CHANGE-ME'}"}
    path = folder / "data" / "curated" / BY_TYPE[kind].table / f"{slug or 'CHANGE-ME'}.yaml"
    return Draft(template(kind, given), path, kind in NUMBERED and path.exists())


def _next_number(folder: Path, prefix: str) -> int:
    """Return the first number that no record in the dataset has, nor a number after it."""
    collection = Collection.open(folder)
    ids = [*collection.by_id, *(redirect.old_id for redirect in collection.redirects)]
    numbers = [int(one.removeprefix(prefix)) for one in ids if one.startswith(prefix) and one[len(prefix) :].isdigit()]
    return max(numbers, default=0) + 1


def template(record_type: str, given: Mapping[str, str]) -> str:
    """Return a commented template of a record.

    Args:
        record_type: the type, such as ``person``.
        given: fields that are known already, such as id and article.

    Raises:
        KeyError: there is no such type.
    """
    model = BY_TYPE[record_type]
    schema = f"../../../schemas/{SCHEMA_VERSION}/{record_type}.file.schema.json"
    lines = [*_comment(model.__doc__ or "", ""), *_fields(model, given)]
    for name, child in children(model).items():
        mark = "" if name in _WANTED else "# "
        lines += ["", *_comment(model.model_fields[name].description or "", "")]
        lines += [f"{mark}{name}:", *(mark + line for line in _item(list(_fields(child, {}, is_child=True))))]
    body = _item(lines) if record_type in _IN_LISTS else lines
    return "\n".join([f"# yaml-language-server: $schema={schema}", *body]) + "\n"


def _fields(model: type[Row], given: Mapping[str, str], *, is_child: bool = False) -> Iterator[str]:
    names = [column.name for column in columns(model)]
    for column in columns(model):
        if column.name in SPAN_FIELDS and set(SPAN_FIELDS) <= set(names):
            if column.name == SPAN_FIELDS[0]:
                yield from _comment("The words exactly as in the text; news-dataset anchor replaces them.", "")
                yield f"{FIND}: ''"
            continue
        yield from _comment(_about(column), "optional: " if column.optional else "")
        value = given.get(column.name, "")
        example = scalar(column.example) if column.optional and column.example else ""
        line = f"{column.name}: {value or example}".rstrip()
        yield line if value or not column.optional else f"# {line}"


def _about(column: Column) -> str:
    if column.codebook is None:
        return column.description
    codes = list(column.codebook.definitions)
    more = f", … (all: table codes, codebook {column.codebook.name})" if len(codes) > 20 else ""
    shown = ", ".join(codes[:12] if more else codes) + more
    return f"{column.description} Codes: {shown}."


def _comment(words: str, mark: str) -> Iterator[str]:
    first_paragraph = " ".join(words.split("\n\n")[0].split())
    for line in textwrap.wrap(mark + first_paragraph, _WIDTH):
        yield f"# {line}"


def _item(lines: list[str]) -> list[str]:
    """Return lines as an item of a list: a dash before the first field, comments above it stay comments."""
    first = next(at for at, line in enumerate(lines) if line and not line.startswith("#"))
    return [
        line if at < first and line.startswith("#") else f"- {line}" if at == first else f"  {line}".rstrip()
        for at, line in enumerate(lines)
    ]
