"""Popolo JSON, and YAML of congress-legislators: registers of people, organizations, memberships and more.

Public descriptions: https://www.popoloproject.com/specs/ and https://github.com/unitedstates/congress-legislators
(``news_dataset.importers.popolo.congress`` reads the latter).

A Popolo file is an object with lists: ``persons``, ``organizations``, ``memberships``, ``posts``, ``areas``,
``events``. Each of their objects becomes an annotation whose type is the singular (``person``); so does each that is
within another, such as the ``memberships`` of a person or the ``area`` of a post. Its id is the origin's; where two
classes share one, both are written with their class (``person:1``). References (``person_id``, ``parent_id`` …) are
links, whose role is the name without ``_id``. All other fields are attributes, those of objects below it with a point
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
from news_dataset.importers.files import SourceFile, files_ending_in
from news_dataset.importers.inputs import (
    Attributes,
    content_of,
    flat_attributes,
    id_text,
    repeated_keys,
    unreadable_file,
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
    """Yield a register for each file; errors as ``files_ending_in``."""
    for file in files_ending_in(source, ENDINGS):
        try:
            text = decode(file.read())
            if file.name.lower().endswith((".yaml", ".yml")):
                yield congress.register(file, text)
            else:
                yield _RegisterReader(file, parse_json(text, file.path)).document()
        except ReadError as refusal:
            yield unreadable_file(file, refusal.problem)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An object of the file."""

    kind: str  # its class
    id: str  # empty where it has and needs none
    data: Mapping[str, Any]  # the object as it is
    fields: Mapping[str, Any]  # the object without references, and without objects that are entries
    line: int
    references: list[Reference]  # also to the object that it is in


class _RegisterReader:
    """Reads one file."""

    def __init__(self, file: SourceFile, content: reading.Document) -> None:
        self.file, self.content = file, content
        self.repeated = with_parents(repeated_keys(content))
        self.quarantined: list[Quarantined] = []
        self.entries: list[_Entry] = []

    def refuse(self, reason: str, message: str, line: int, value: Any, id_: str = "") -> None:
        """Put something into quarantine."""
        self.quarantined.append(Quarantined(self.file.path, reason, message, id_, line, content_of(value)))

    def document(self) -> Document:
        """Return the register.

        Raises:
            ReadError: the file is not an object with a list of Popolo, or has a key twice at its top.
        """
        data = self.content.data
        if not isinstance(data, dict) or not any(isinstance(data.get(name), list) for name in CLASSES):
            raise ReadError("bad_syntax", f"expected an object with a list of {', '.join(CLASSES)}", (1, 1))
        if line := repeated_keys(self.content).get(""):
            raise ReadError("duplicate_key", "has a key twice", (line, 1))
        for name, kind in CLASSES.items():
            self.add_list(data.get(name, []), kind, f"/{name}", [])
        rest = {name: value for name, value in data.items() if name not in CLASSES}
        for name in [name for name, value in rest.items() if isinstance(value, list) and value]:
            line = self.content.place(f"/{name}")[0]
            self.refuse("bad_line", f"{name} is not a list that this reader knows", line, {name: rest.pop(name)})
        annotations = tuple(self.annotations())
        return Document(self.file.path, self.file.stem, None, annotations, flat_attributes(rest), is_article=False,
                        quarantined=tuple(self.quarantined))  # fmt: skip

    def add_list(self, value: Any, kind: str, pointer: str, above: list[Reference]) -> None:
        """Add the objects of a list; *above* refers to the object that they are in."""
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            below = f"{pointer}/{number}" if isinstance(value, list) else pointer
            if isinstance(item, dict):
                self.add(item, kind, below, above)
            else:
                self.refuse("bad_line", f"a {kind} is not an object", self.content.place(below)[0], item)

    def add(self, data: Mapping[str, Any], kind: str, pointer: str, above: list[Reference]) -> str:
        """Add an object with those in it, and return its id; refuse a repeated key."""
        line, id_ = self.content.place(pointer)[0], id_text(data.get("id")) or ""
        if repeated := self.repeated.get(pointer):
            self.refuse("bad_line", "has a key twice", repeated, data, id_)
            return id_
        if not id_ and kind not in ("membership", OTHER_NAME):
            id_ = pointer  # so that it can be linked to; the origin has none
        fields, references = dict(data), list(above)
        for role in [*_REFERENCES, "parent"]:
            target = _REFERENCES.get(role, kind)
            reference, nested = fields.pop(f"{role}_id", None), fields.pop(role, None)
            if isinstance(nested, dict):
                reference = self.add(nested, target, f"{pointer}/{role}", [])
            elif nested is not None:
                fields[role] = nested
            if reference not in (None, ""):
                references.append((role, target, str(reference)))
        self.entries.append(_Entry(kind, id_, data, fields, line, references))
        for name, below in CLASSES.items():
            if isinstance(fields.get(name), list):
                self.add_list(fields.pop(name), below, f"{pointer}/{name}", [(kind, kind, id_)])
        if isinstance(fields.get("other_names"), list):
            self.add_list(fields.pop("other_names"), OTHER_NAME, f"{pointer}/other_names", [("of", kind, id_)])
        return id_

    def annotations(self) -> Iterator[Annotation]:
        """Yield annotations; repeated ids and references to nothing go into quarantine."""
        kinds: defaultdict[str, set[str]] = defaultdict(set)
        for entry in self.entries:
            kinds[entry.id].add(entry.kind)
        seen: dict[tuple[str, str], _Entry] = {}
        self.add_organizations()
        for entry in self.entries:
            first = seen.setdefault((entry.kind, entry.id), entry) if entry.id else entry
            if first is not entry:
                if any(first.data.get(name) != value for name, value in entry.data.items()):  # else the same, repeated
                    message = f"another {entry.kind} has the id {entry.id}"
                    self.refuse("duplicate_id", message, entry.line, entry.data, entry.id)
                continue
            missing = [role for role, target, id_ in entry.references if target not in kinds.get(id_, ())]
            for role in missing:
                message = f"{role} of {entry.kind} {entry.id}".rstrip() + " is not there"
                self.refuse("dangling_id", message, entry.line, entry.data)
            if any(role in _NEEDED.get(entry.kind, ()) for role in missing):
                continue
            links = [(role, _unique_id(id_, target, kinds)) for role, target, id_ in entry.references
                     if role not in missing]  # fmt: skip
            id_ = _unique_id(entry.id, entry.kind, kinds) if entry.id else ""
            attributes = self.attributes(entry)
            yield Annotation(id_, entry.kind, (), attributes, tuple(dict.fromkeys(links)), entry.line)

    def add_organizations(self) -> None:
        """Give memberships that name no organization that of their post."""
        of_post = {entry.id: reference for entry in self.entries if entry.kind == "post"
                   for reference in entry.references if reference[0] == "organization"}  # fmt: skip
        for entry in self.entries:
            ids = {role: id_ for role, _, id_ in entry.references}
            if entry.kind == "membership" and "organization" not in ids and ids.get("post") in of_post:
                entry.references.append(of_post[ids["post"]])

    def attributes(self, entry: _Entry) -> Attributes:
        """Return the attributes of an entry, with its identifiers of Wikidata."""
        attributes = flat_attributes(entry.fields, ("id",))
        identifiers = entry.fields.get("identifiers")
        wikidata: list[str] = []
        for item in identifiers if isinstance(identifiers, list) else []:
            if isinstance(item, dict) and item.get("scheme") == "wikidata":
                value = item.get("identifier")
                if isinstance(value, str) and _WIKIDATA.fullmatch(value):
                    wikidata.append(value)
                else:
                    self.refuse("bad_value", "the identifier of wikidata is not of the form Q1", entry.line, item)
        if wikidata:
            attributes["wikidata"] = wikidata[0] if len(wikidata) == 1 else tuple(wikidata)
        return attributes


def _unique_id(id_: str, kind: str, kinds: Mapping[str, set[str]]) -> str:
    """Return an id, with its class where several classes have it."""
    return f"{kind}:{id_}" if len(kinds[id_]) > 1 else id_
