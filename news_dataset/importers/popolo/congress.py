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
from news_dataset.importers.inputs import Attributes, as_list, content_of, flat_attributes, repeated_keys, with_parents
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
        message = f"is longer than {MAX_CHARACTERS:,} characters"
        raise ReadError("over_limit", message, hint="split it into several files")
    content = parse_yaml(text, file.path)
    if not isinstance(content.data, list) or not any(map(_is_person, content.data)):
        raise ReadError("bad_syntax", "expected a list of people with id and name", (1, 1))
    quarantined: list[Quarantined] = []
    annotations = tuple(_annotations(file, content, quarantined))
    return Document(file.path, file.stem, None, annotations, is_article=False, quarantined=tuple(quarantined))


def _is_person(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), dict) and isinstance(item.get("name"), dict)


def _annotations(file: SourceFile, content: reading.Document, quarantined: list[Quarantined]) -> Iterator[Annotation]:
    """Yield people, each with terms and names; put what is no person in quarantine."""
    repeated = with_parents(repeated_keys(content))
    for number, item in enumerate(map(_with_texts, content.data)):
        line = content.place(f"/{number}")[0]
        id_ = _person_id(item) if _is_person(item) else ""
        if f"/{number}" in repeated:
            line, message = repeated[f"/{number}"], "has a key twice"
        else:
            message = "" if id_ else "expected a person with id and name, and bioguide or govtrack in id"
        if message:
            quarantined.append(Quarantined(file.path, "bad_line", message, id_, line, content_of(item)))
            continue
        yield Annotation(id_, "person", (), _person_attributes(item), line=line)
        for field, kind in _BELOW.items():
            for index, term in enumerate(as_list(item.get(field) or None)):
                line = content.place(f"/{number}/{field}/{index}")[0]
                if not isinstance(term, dict):
                    message = f"one of the {field} is no mapping"
                    quarantined.append(Quarantined(file.path, "bad_line", message, "", line, content_of(term)))
                    continue
                attributes, role = _renamed(flat_attributes(term), _TERM), "person"
                if kind == "other_name":
                    attributes, role = {"name": _full_name({**item["name"], **term}), **attributes}, "of"
                yield Annotation("", kind, (), attributes, ((role, id_),), line)


def _person_id(item: Mapping[str, Any]) -> str:
    """Return the id of a person; empty where there is none."""
    ids = item["id"]
    return next((ids[name] for name in ("bioguide", "govtrack") if isinstance(ids.get(name), str)), "")


def _person_attributes(item: Mapping[str, Any]) -> Attributes:
    """Return the attributes of a person, without the lists in ``_BELOW``; ``name`` is the official or full one."""
    attributes = _renamed(flat_attributes(item, without=_BELOW), _NAMES)
    name = attributes.pop("name.official_full", "") or _full_name(item["name"])
    return {"name": name, **attributes} if name else attributes


def _full_name(name: Mapping[str, Any]) -> str:
    return " ".join(str(name[part]) for part in ("first", "last") if name.get(part) is not None)


def _renamed(attributes: Attributes, names: Mapping[str, str]) -> Attributes:
    return {names.get(name, name): value for name, value in attributes.items()}


def _with_texts(value: Any) -> Any:
    """Return a value of YAML with scalars as texts, except those that mean null."""
    if isinstance(value, dict):
        return {key: _with_texts(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_with_texts(item) for item in value]
    if isinstance(value, Plain):
        return None if value in _NULL else str(value)
    return value
