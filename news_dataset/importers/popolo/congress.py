"""YAML of congress-legislators: people with their names, identifiers and terms.

The public description is https://github.com/unitedstates/congress-legislators: a list of ``{id, name, bio, terms}``.

Each becomes an annotation of type ``person`` whose id is ``id.bioguide`` (where there is none, ``id.govtrack``).
Attributes have the names of Popolo where that has one (``name``, ``given_name``, ``family_name``, ``birth_date``,
``gender``, ``wikidata``), else the path of the field (``id.thomas``, ``name.middle``, ``bio.religion``). ``name`` is
``name.official_full``; where there is none, first and last name. Each of the ``terms`` becomes a ``membership`` with
a link to its ``person`` and the attributes ``role`` (``rep``, ``sen``, ``prez``), ``start_date``, ``end_date``,
``party``, ``state`` …; each of the ``leadership_roles`` becomes a ``leadership``. Each of the ``other_names``, which
hold only the parts that differ, becomes an ``other_name`` with a link ``of``. Scalars are texts as they stand, also
dates and numbers; null is absent. The files name no organizations, so none is made up.

Anchors, aliases, tags and merge keys are refused, as in every YAML that is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from news_dataset.annotations import Annotation, Document, Quarantined
from news_dataset.files import ReadError
from news_dataset.importers.files import SourceFile
from news_dataset.importers.inputs import Attributes, attributes_of, repeated_keys, shown, stem, with_parents
from news_dataset.reader import document as reading
from news_dataset.reader.document import Plain
from news_dataset.reader.yamlfile import parse_yaml

MAX_CHARACTERS = 32 * 1024 * 1024
"""The longest file; the longest of the project has a third of that."""

_NAMES = {
    "name.first": "given_name", "name.last": "family_name", "bio.birthday": "birth_date", "bio.gender": "gender",
    "id.wikidata": "wikidata",
}  # fmt: skip
_TERM = {"type": "role", "title": "role", "start": "start_date", "end": "end_date"}
_BELOW = {"terms": "membership", "leadership_roles": "leadership", "other_names": "other_name"}
_NULL = ("", "~", "null", "Null", "NULL")


def register(file: SourceFile, text: str) -> Document:
    """Return the register in a file.

    Raises:
        ReadError: it is no YAML, or no list of people, or uses what is not allowed.
    """
    if len(text) > MAX_CHARACTERS:
        raise ReadError(
            "over_limit", f"is longer than {MAX_CHARACTERS:,} characters", hint="split it into several files"
        )
    content = parse_yaml(text, file.path)
    if not isinstance(content.data, list) or not any(map(_is_person, content.data)):
        raise ReadError("bad_syntax", "expected a list of people with id and name", (1, 1))
    quarantined: list[Quarantined] = []
    annotations = tuple(_annotations(file, content, quarantined))
    return Document(
        file.path, stem(file), None, annotations, is_article=False, quarantined=tuple(quarantined)
    )  # fmt: skip


def _is_person(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), dict) and isinstance(item.get("name"), dict)


def _annotations(file: SourceFile, content: reading.Document, quarantined: list[Quarantined]) -> Iterator[Annotation]:
    twice = with_parents(repeated_keys(content))
    for at, raw in enumerate(content.data):
        item, line = _plain(raw), content.place(f"/{at}")[0]
        name = _identity(item) if _is_person(item) else ""
        again = twice.get(f"/{at}", 0)
        fault = ("bad_line", "expected a person with id and name, and bioguide or govtrack in id") if not name else None
        fault = ("bad_line", "has a key twice") if again else fault
        if fault:
            quarantined.append(Quarantined(file.path, *fault, name, again or line, shown(item)))
            continue
        yield Annotation(name, "person", (), _person(item), line=line)
        for field, kind in _BELOW.items():
            terms = item.get(field) or []
            for number, term in enumerate(terms if isinstance(terms, list) else [terms]):
                place = content.place(f"/{at}/{field}/{number}")[0]
                if isinstance(term, dict):
                    fields, role = _renamed(attributes_of(term), _TERM), "person"
                    if kind == "other_name":
                        fields, role = {"name": _in_parts({**item["name"], **term}), **fields}, "of"
                    yield Annotation("", kind, (), fields, ((role, name),), place)
                else:
                    message = f"one of the {field} is no mapping"
                    quarantined.append(Quarantined(file.path, "bad_line", message, "", place, shown(term)))


def _identity(item: Mapping[str, Any]) -> str:
    ids = item["id"]
    return next((ids[name] for name in ("bioguide", "govtrack") if isinstance(ids.get(name), str)), "")


def _person(item: Mapping[str, Any]) -> Attributes:
    found = _renamed(attributes_of(item, _BELOW), _NAMES)
    name = found.pop("name.official_full", _in_parts(item["name"]))
    return {"name": name, **found} if name else found


def _in_parts(name: Mapping[str, Any]) -> str:
    return " ".join(str(name[part]) for part in ("first", "last") if name.get(part) is not None)


def _renamed(found: Attributes, names: Mapping[str, str]) -> Attributes:
    return {names.get(name, name): value for name, value in found.items()}


def _plain(value: Any) -> Any:
    """Return YAML with null for what its schemas take for that, and all other scalars as texts."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Plain):
        return None if value in _NULL else str(value)
    return value
