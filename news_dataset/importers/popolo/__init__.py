"""Popolo JSON, and YAML of congress-legislators: registers of people, organizations, memberships and more.

Public descriptions: https://www.popoloproject.com/specs/ and https://github.com/unitedstates/congress-legislators
(``news_dataset.importers.popolo.congress`` reads the latter).

A Popolo file is an object with lists: ``persons``, ``organizations``, ``memberships``, ``posts``, ``areas``,
``events``. Each of their objects becomes an annotation whose type is the singular (``person``); so does each that is
within another, such as the ``memberships`` of a person or the ``area`` of a post. Its id is the origin's; where two
classes share one, both are written with their class (``person:1``). References (``person_id``, ``parent_id`` …) are
links, whose role is the name without ``_id``. All other fields are attributes, those of objects below with a point
(``links.url``). Besides:

- each of the ``other_names`` is an annotation ``other_name`` with a link ``of`` to whose name it is;
- a membership that names a post and no organization has that of the post;
- ``wikidata`` is the identifier of that scheme; all are in ``identifiers.scheme`` and ``identifiers.identifier``.

A link that leads nowhere is in quarantine; so is a membership without its person or organization as a whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from news_dataset.annotations import Annotation, Document, Quarantined
from news_dataset.files import ReadError, decode
from news_dataset.importers.files import SourceFile
from news_dataset.importers.inputs import (
    Attributes,
    attributes_of,
    chosen,
    repeated_keys,
    shown,
    stem,
    unreadable,
    with_parents,
)
from news_dataset.importers.popolo import congress
from news_dataset.reader import document as reading
from news_dataset.reader.jsonfile import parse_json

ENDINGS = (".json", ".yaml", ".yml")
"""How the names of files end that are read where a source is a folder or an archive."""

CLASSES = {
    "persons": "person", "organizations": "organization", "memberships": "membership", "posts": "post", "areas": "area",
    "events": "event",
}  # fmt: skip
"""Lists of a file, and the type of annotation that their objects become."""

_REFERENCES = {
    "person": "person", "organization": "organization", "on_behalf_of": "organization", "post": "post", "area": "area",
    "legislative_period": "event", "event": "event",
}  # fmt: skip
"""Roles of references, and the class that they lead to; ``parent`` leads to the own class."""

Reference = tuple[str, str, str]
"""Role, class and id."""

OTHER_NAME = "other_name"

_NEEDED = {"membership": ("person", "organization")}
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")


def read(source: Path) -> Iterator[Document]:
    """Yield a register for each file of Popolo or congress-legislators.

    Args:
        source: a file, or a folder or archive with files whose names have one of ``ENDINGS``.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    for file in chosen(source, ENDINGS):
        try:
            data = decode(file.read())
            if file.name.lower().endswith((".yaml", ".yml")):
                yield congress.register(file, data)
            else:
                yield _Register(file, parse_json(data, file.path)).document()
        except ReadError as refusal:
            yield unreadable(file, refusal.problem)


@dataclass(frozen=True, slots=True)
class _Found:
    """An object: as it is, without what are references or objects of their own, and its references."""

    kind: str
    id: str
    item: Mapping[str, Any]
    own: Mapping[str, Any]
    line: int
    references: list[Reference]


class _Register:
    """Reads one file."""

    def __init__(self, file: SourceFile, content: reading.Document) -> None:
        self.file, self.content = file, content
        self.twice = with_parents(repeated_keys(content))
        self.quarantined: list[Quarantined] = []
        self.found: list[_Found] = []

    def refuse(self, reason: str, message: str, line: int, content: Any, name: str = "") -> None:
        """Put something into quarantine."""
        self.quarantined.append(Quarantined(self.file.path, reason, message, name, line, shown(content)))

    def document(self) -> Document:
        """Return the register.

        Raises:
            ReadError: the file is no object with a list of Popolo.
        """
        data = self.content.data
        if not isinstance(data, dict) or not any(isinstance(data.get(name), list) for name in CLASSES):
            raise ReadError("bad_syntax", f"expected an object with a list of {', '.join(CLASSES)}", (1, 1))
        if again := repeated_keys(self.content).get(""):
            raise ReadError("duplicate_key", "has a key twice", (again, 1))
        for name, kind in CLASSES.items():
            self.take_list(data.get(name, []), kind, f"/{name}", [])
        rest = {name: value for name, value in data.items() if name not in CLASSES}
        for name in [name for name, value in rest.items() if isinstance(value, list) and value]:
            line = self.content.place(f"/{name}")[0]
            self.refuse("bad_line", f"{name} is no list that this reader knows", line, {name: rest.pop(name)})
        annotations = tuple(self.annotations())
        return Document(self.file.path, stem(self.file), None, annotations, attributes_of(rest), is_article=False,
                        quarantined=tuple(self.quarantined))  # fmt: skip

    def take_list(self, given: Any, kind: str, pointer: str, above: list[Reference]) -> None:
        """Take the objects of a list; *above* is the reference to what they stand in."""
        for at, item in enumerate(given if isinstance(given, list) else [given]):
            below = f"{pointer}/{at}" if isinstance(given, list) else pointer
            if isinstance(item, dict):
                self.take(item, kind, below, above)
            else:
                self.refuse("bad_line", f"a {kind} is no object", self.content.place(below)[0], item)

    def take(self, item: Mapping[str, Any], kind: str, pointer: str, above: list[Reference]) -> str:
        """Take an object with those that stand in it, and return its id."""
        line = self.content.place(pointer)[0]
        name = item.get("id")
        identity = str(name) if isinstance(name, str | int) and not isinstance(name, bool) else ""
        if again := self.twice.get(pointer):
            self.refuse("bad_line", "has a key twice", again, item, identity)
            return identity
        if not identity and kind not in ("membership", OTHER_NAME):
            identity = pointer  # so that it can be linked to; the origin has none
        own = dict(item)
        references = list(above)
        for role in [*_REFERENCES, "parent"]:
            target = _REFERENCES.get(role, kind)
            reference, nested = own.pop(f"{role}_id", None), own.pop(role, None) if role in own else None
            if isinstance(nested, dict):
                reference = self.take(nested, target, f"{pointer}/{role}", [])
            elif nested is not None:
                own[role] = nested
            if reference not in (None, ""):
                references.append((role, target, str(reference)))
        self.found.append(_Found(kind, identity, item, own, line, references))
        for plural, single in CLASSES.items():
            if plural in own and isinstance(own[plural], list):
                self.take_list(own.pop(plural), single, f"{pointer}/{plural}", [(kind, kind, identity)])
        if isinstance(own.get("other_names"), list):
            self.take_list(own.pop("other_names"), OTHER_NAME, f"{pointer}/other_names", [("of", kind, identity)])
        return identity

    def annotations(self) -> Iterator[Annotation]:
        """Yield the annotations; what refers to nothing goes into quarantine."""
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.found:
            ids[one.id].add(one.kind)
        seen: dict[tuple[str, str], _Found] = {}
        self.add_organizations()
        for one in self.found:
            first = seen.setdefault((one.kind, one.id), one) if one.id else one
            if first is not one:
                if any(first.item.get(name) != value for name, value in one.item.items()):  # else the same, told again
                    self.refuse("duplicate_id", f"another {one.kind} has the id {one.id}", one.line, one.item, one.id)
                continue
            missing = [role for role, target, name in one.references if target not in ids.get(name, ())]
            for role in missing:
                message = f"{role} of {one.kind} {one.id}".rstrip() + " is not there"
                self.refuse("dangling_id", message, one.line, one.item)
            if any(role in _NEEDED.get(one.kind, ()) for role in missing):
                continue
            links = [
                (role, _written(name, target, ids)) for role, target, name in one.references if role not in missing
            ]
            written = _written(one.id, one.kind, ids) if one.id else ""
            attributes = self.attributes(one.own, one.line)
            yield Annotation(written, one.kind, (), attributes, tuple(dict.fromkeys(links)), one.line)

    def add_organizations(self) -> None:
        """Give memberships that name none the organization of their post."""
        at_post = {one.id: ref for one in self.found if one.kind == "post" for ref in one.references
                   if ref[0] == "organization"}  # fmt: skip
        for one in self.found:
            named = {role: name for role, _, name in one.references}
            if one.kind == "membership" and "organization" not in named and named.get("post") in at_post:
                one.references.append(at_post[named["post"]])

    def attributes(self, item: Mapping[str, Any], line: int) -> Attributes:
        """Return the attributes of an object."""
        found = attributes_of(item, ("id",))
        identifiers = item.get("identifiers")
        wikidata: list[str] = []
        for one in identifiers if isinstance(identifiers, list) else []:
            if isinstance(one, dict) and one.get("scheme") == "wikidata":
                value = one.get("identifier")
                if isinstance(value, str) and _WIKIDATA.fullmatch(value):
                    wikidata.append(value)
                else:
                    self.refuse("bad_value", "the identifier of wikidata is not of the form Q1", line, one)
        if wikidata:
            found["wikidata"] = wikidata[0] if len(wikidata) == 1 else tuple(wikidata)
        return found


def _written(identity: str, kind: str, ids: Mapping[str, set[str]]) -> str:
    return f"{kind}:{identity}" if len(ids[identity]) > 1 else identity
