"""UIMA JSON CAS (draft specification 0.4): a file per document, with its type system, for INCEpTION, UIMA and cassis.

Each fragment of an annotation is a feature structure with ``begin`` and ``end`` in UTF-16 code units. The first is of
the annotation's own type (its name where UIMA allows it, else ``news_dataset.label.…``) and has as features the
attributes that UIMA can type; further ones are ``news_dataset.Fragment``. One ``news_dataset.Annotation`` more holds
the rest: ``origin`` (the id), ``label`` (the type as given), ``spans`` (the
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
# Names of built-in features, and of attributes of the classes of cassis.
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


def losses(document: Document) -> Iterator[str]:
    """Yield nothing, since the format can express every document."""
    yield from ()


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write a file for each document into an existing empty folder; return counts."""
    stems, written = Stems(), Written()
    for document in documents:
        write_new(out / f"{stems.stem(document.id)}.json", _Cas(document).as_json())
        written.add(document.annotations)
    return written


class _Cas:
    """A document, converted to feature structures, whose ids are their positions in ``structures``, from 1.

    Args:
        document: a document whose annotations have ids of their own and link only to each other.
    """

    def __init__(self, document: Document) -> None:
        self.structures: list[dict[str, Any]] = []
        self.members: list[int] = []
        self.types = {name: (above, dict(features)) for name, (above, features) in _TYPES.items()}
        self.type_names: dict[str, str] = {}
        self.feature_types = _feature_types(document)
        self.units = Utf16(document.text or "")
        sofa = {"sofaNum": 1, "sofaID": VIEW, "mimeType": "text/plain"}
        self.sofa = self.add("uima.cas.Sofa", sofa | ({} if document.text is None else {"sofaString": document.text}))
        self.members.append(self._document(document))
        # Every annotation gets its id first, since a link may refer to a later one.
        annotation_ids = [self.add(ANNOTATION, {"@sofa": self.sofa}) for _ in document.annotations]
        by_origin = {annotation.id: id_ for annotation, id_ in zip(document.annotations, annotation_ids, strict=True)}
        for annotation, id_ in zip(document.annotations, annotation_ids, strict=True):
            self._annotation(annotation, id_, by_origin)

    def add(self, type_name: str, features: Mapping[str, Any]) -> int:
        """Add a feature structure; return its id."""
        self.structures.append({"%ID": len(self.structures) + 1, "%TYPE": type_name, **features})
        return len(self.structures)

    def as_json(self) -> bytes:
        """Return the content of the file."""
        types = {
            name: {"%NAME": name, "%SUPER_TYPE": supertype}
            | {feature: {"%NAME": feature, "%RANGE": range_} for feature, range_ in features.items()}
            for name, (supertype, features) in self.types.items()
        }
        views = {VIEW: {"%SOFA": self.sofa, "%MEMBERS": self.members}}
        cas = {"%TYPES": types, "%FEATURE_STRUCTURES": self.structures, "%VIEWS": views}
        return json.dumps(cas, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"

    def _document(self, document: Document) -> int:
        features = {"origin": document.id, "annotator": document.annotator, "textRule": document.text_rule,
                "isArticle": document.is_article}  # fmt: skip
        return self.add(
            DOCUMENT, {"@sofa": self.sofa, **features, "@attributes": self._attributes(document.attributes)}
        )

    def _annotation(self, annotation: Annotation, id_: int, by_origin: Mapping[str, int]) -> None:
        """Complete the structure *id_* of an annotation, and add those of its parts."""
        feature_types = self.feature_types.get(annotation.type, {}) if annotation.fragments else {}
        typed = {name: value for name, value in annotation.attributes.items() if name in feature_types}
        spans = []
        for number, (start, end) in enumerate(annotation.fragments):
            begin, stop = self.units.unit(start), self.units.unit(end)
            span = {"@sofa": self.sofa, "begin": begin, "end": stop}
            spans.append(self.add(FRAGMENT, span) if number else self.add(self._type(annotation.type), span | typed))
        links = [self.add(LINK, {"role": role, "@target": by_origin[target]}) for role, target in annotation.links]
        rest = {name: value for name, value in annotation.attributes.items() if name not in typed}
        self.structures[id_ - 1] |= {"origin": annotation.id, "label": annotation.type, "@spans": self._array(spans),
                                    "@attributes": self._attributes(rest), "@links": self._array(links)}  # fmt: skip
        self.members += [id_, *spans]

    def _attributes(self, attributes: Mapping[str, Value | tuple[Value, ...]]) -> int:
        return self._array(
            [self.add(ATTRIBUTE, {"name": name, "json": json.dumps(value)}) for name, value in attributes.items()]
        )

    def _array(self, ids: list[int]) -> int:
        return self.add("uima.cas.FSArray", {"%ELEMENTS": ids})

    def _type(self, label: str) -> str:
        """Return the distinct UIMA type for a type of annotations, and declare it."""
        if label not in self.type_names:
            parts = label.split(".")
            is_usable = len(parts) > 1 and all(map(_PLAIN_NAME.fullmatch, parts)) and parts[0] not in _OWN_ROOTS
            plain = re.sub("[^A-Za-z0-9]", "_", label)
            name = base = label if is_usable else f"{OWN}label.{'' if plain[:1].isalpha() else 'T'}{plain}"
            number = 1
            while name in self.types:
                number += 1
                name = f"{base}_{number}"
            self.type_names[label] = name
            self.types[name] = (_SPAN, dict(self.feature_types.get(label, {})))
        return self.type_names[label]


def _feature_types(document: Document) -> dict[str, dict[str, str]]:
    """Return for each type of annotations the attributes that can be features, with the UIMA type of their values.

    An attribute is left out if its name or one of its values is none of UIMA, or if its values differ in type.
    """
    by_label: dict[str, dict[str, str]] = {}
    for annotation in document.annotations:
        types = by_label.setdefault(annotation.type, {})
        for name, value in annotation.attributes.items() if annotation.fragments else ():
            is_usable = _PLAIN_NAME.fullmatch(name) and name not in _TAKEN and not keyword.iskeyword(name)
            type_ = _feature_type(value) if is_usable else ""
            types[name] = type_ if types.get(name, type_) == type_ else ""
    return {label: {name: type_ for name, type_ in types.items() if type_} for label, types in by_label.items()}


def _feature_type(value: Value | tuple[Value, ...]) -> str:
    """Return the UIMA type that can hold a value; empty if there is none."""
    if isinstance(value, bool):
        return _BOOLEAN
    if isinstance(value, int):
        return "uima.cas.Long" if -(2**63) <= value < 2**63 else ""
    if isinstance(value, float):
        return "uima.cas.Double" if math.isfinite(value) else ""
    return _STRING if isinstance(value, str) else ""
