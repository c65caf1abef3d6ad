"""UIMA JSON CAS (draft specification 0.4): a file per document, with its type system, for INCEpTION, UIMA and cassis.

Each fragment of an annotation is a feature structure with ``begin`` and ``end`` in UTF-16 code units. The first is of
the annotation's own type (its name where UIMA allows it, else ``news_dataset.label.…``) and has as features the
attributes that UIMA can type; further ones are ``news_dataset.Fragment``. Beside them stands one
``news_dataset.Annotation``, which holds the rest: ``origin`` (the id), ``label`` (the type as given), ``spans`` (the
fragments in order), ``attributes`` (``news_dataset.Attribute``: a name, and a value as JSON) and ``links``
(``news_dataset.Link``: ``role`` and ``target``). ``news_dataset.Document`` holds the attributes of the document.
``news_dataset.importers.uima`` reads all of this back as it was.
"""

from __future__ import annotations

import json
import keyword
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from news_dataset.annotations import Annotation, Document, Value
from news_dataset.exporters.stems import Stems
from news_dataset.exporters.written import Written
from news_dataset.filesystem import write_new
from news_dataset.utf16 import Utf16

OWN = "news_dataset."
ANNOTATION, FRAGMENT, ATTRIBUTE, LINK, DOCUMENT = (
    f"{OWN}{name}" for name in ("Annotation", "Fragment", "Attribute", "Link", "Document")
)
VIEW = "_InitialView"

_BASE, _SPAN, _TOP = "uima.cas.AnnotationBase", "uima.tcas.Annotation", "uima.cas.TOP"
_STRING, _BOOLEAN = "uima.cas.String", "uima.cas.Boolean"
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
# Names that features have already, or that classes of cassis need for themselves.
_TAKEN = {"begin", "end", "sofa", "self", "type", "xmiID", "get", "set", "elements", "head", "tail", "cls"}
_OWN_ROOTS = {"uima", "news_dataset"}
_TYPES = {
    ANNOTATION: (_BASE, {"origin": _STRING, "label": _STRING, "spans": f"{_SPAN}[]", "attributes": f"{ATTRIBUTE}[]",
                         "links": f"{LINK}[]"}),
    FRAGMENT: (_SPAN, {}),
    ATTRIBUTE: (_TOP, {"name": _STRING, "json": _STRING}),
    LINK: (_TOP, {"role": _STRING, "target": ANNOTATION}),
    DOCUMENT: (_BASE, {"origin": _STRING, "annotator": _STRING, "textRule": _STRING, "isArticle": _BOOLEAN,
                       "attributes": f"{ATTRIBUTE}[]"}),
}  # fmt: skip


def lacks(document: Document) -> Iterator[str]:
    """Yield what the format cannot say of a document: nothing."""
    yield from ()


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write a file of the name of each document.

    Args:
        documents: the documents, which are taken one by one.
        out: an empty folder.

    Returns:
        How many were written.
    """
    stems, written = Stems(), Written()
    for document in documents:
        write_new(out / f"{stems.stem(document.id)}.json", _Cas(document).as_json())
        written.add(document.annotations)
    return written


class _Cas:
    """A document as feature structures."""

    def __init__(self, document: Document) -> None:
        self.structures: list[dict[str, Any]] = []
        self.members: list[int] = []
        self.types = {name: (above, dict(features)) for name, (above, features) in _TYPES.items()}
        self.names: dict[str, str] = {}
        self.kinds = _kinds(document)
        self.units = Utf16(document.text or "")
        sofa = {"sofaNum": 1, "sofaID": VIEW, "mimeType": "text/plain"}
        self.sofa = self.add("uima.cas.Sofa", sofa | ({} if document.text is None else {"sofaString": document.text}))
        self.members.append(self._document(document))
        # Links may lead to what comes later, so that ids are given first.
        own = [self.add(ANNOTATION, {"@sofa": self.sofa}) for _ in document.annotations]
        ids = {one.id: at for one, at in zip(document.annotations, own, strict=True)}
        for one, at in zip(document.annotations, own, strict=True):
            self._annotation(one, at, ids)

    def add(self, type_name: str, features: Mapping[str, Any]) -> int:
        """Add a feature structure; return its id."""
        self.structures.append({"%ID": len(self.structures) + 1, "%TYPE": type_name, **features})
        return len(self.structures)

    def as_json(self) -> bytes:
        """Return the file."""
        types = {
            name: {"%NAME": name, "%SUPER_TYPE": above}
            | {feature: {"%NAME": feature, "%RANGE": what} for feature, what in features.items()}
            for name, (above, features) in self.types.items()
        }
        views = {VIEW: {"%SOFA": self.sofa, "%MEMBERS": self.members}}
        said = {"%TYPES": types, "%FEATURE_STRUCTURES": self.structures, "%VIEWS": views}
        return json.dumps(said, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"

    def _document(self, document: Document) -> int:
        said = {"origin": document.id, "annotator": document.annotator, "textRule": document.text_rule,
                "isArticle": document.is_article}  # fmt: skip
        return self.add(DOCUMENT, {"@sofa": self.sofa, **said, "@attributes": self._attributes(document.attributes)})

    def _annotation(self, one: Annotation, at: int, ids: Mapping[str, int]) -> None:
        kinds = self.kinds.get(one.type, {}) if one.fragments else {}
        typed = {name: value for name, value in one.attributes.items() if name in kinds}
        spans = []
        for number, (start, end) in enumerate(one.fragments):
            begin, stop = self.units.unit(start), self.units.unit(end)
            place = {"@sofa": self.sofa, "begin": begin, "end": stop}
            spans.append(self.add(FRAGMENT, place) if number else self.add(self._type(one.type), place | typed))
        links = [self.add(LINK, {"role": role, "@target": ids[target]}) for role, target in one.links]
        rest = {name: value for name, value in one.attributes.items() if name not in typed}
        self.structures[at - 1] |= {"origin": one.id, "label": one.type, "@spans": self._array(spans),
                                    "@attributes": self._attributes(rest), "@links": self._array(links)}  # fmt: skip
        self.members += [at, *spans]

    def _attributes(self, attributes: Mapping[str, Value | tuple[Value, ...]]) -> int:
        return self._array(
            [self.add(ATTRIBUTE, {"name": name, "json": json.dumps(value)}) for name, value in attributes.items()]
        )

    def _array(self, ids: list[int]) -> int:
        return self.add("uima.cas.FSArray", {"%ELEMENTS": ids})

    def _type(self, label: str) -> str:
        """Return the name of the UIMA type for a type of annotations; another one for each."""
        if label not in self.names:
            parts = label.split(".")
            is_fit = len(parts) > 1 and all(map(_PLAIN_NAME.fullmatch, parts)) and parts[0] not in _OWN_ROOTS
            plain = re.sub("[^A-Za-z0-9]", "_", label)
            name = wanted = label if is_fit else f"{OWN}label.{'' if plain[:1].isalpha() else 'T'}{plain}"
            number = 1
            while name in self.types:
                number += 1
                name = f"{wanted}_{number}"
            self.names[label] = name
            self.types[name] = (_SPAN, dict(self.kinds.get(label, {})))
        return self.names[label]


def _kinds(document: Document) -> dict[str, dict[str, str]]:
    """Return the attributes of each type that can be features, with the type of UIMA that all their values have."""
    found: dict[str, dict[str, str]] = {}
    for one in document.annotations:
        kinds = found.setdefault(one.type, {})
        for name, value in one.attributes.items() if one.fragments else ():
            is_fit = _PLAIN_NAME.fullmatch(name) and name not in _TAKEN and not keyword.iskeyword(name)
            kind = _kind(value) if is_fit else ""
            kinds[name] = kind if kinds.get(name, kind) == kind else ""
    return {label: {name: kind for name, kind in kinds.items() if kind} for label, kinds in found.items()}


def _kind(value: Value | tuple[Value, ...]) -> str:
    if isinstance(value, bool):
        return _BOOLEAN
    if isinstance(value, int):
        return "uima.cas.Long" if -(2**63) <= value < 2**63 else ""
    if isinstance(value, float):
        return "uima.cas.Double" if math.isfinite(value) else ""
    return _STRING if isinstance(value, str) else ""
