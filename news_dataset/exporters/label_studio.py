r"""Label Studio: ``tasks.json`` to import with its annotations, and ``label_config.xml`` for the project.

Offsets count code points, as the editor of Label Studio does. ``value.text`` has the words, a line break as ``\n``.
Documents that follow each other with one id, text and attributes, by several annotators, are one task.

- A fragment is a region. An annotation's first region has its id, type and attributes; further regions, in the order of
  the fragments, follow on relations with the label ``(fragment)``.
- The type is the label. Attributes that are texts are per-region text areas.
- A link between regions is a relation with the labels ``(link)`` and its role. An annotation without words that only
  leads ``from`` one region ``to`` another is a relation with its type as the label.
- Everything else is in the text area ``news_dataset``, as one line of JSON per region, with its id, or per annotation
  without words, with its index; and for the document in ``data.news_dataset``.

``news_dataset.importers.label_studio`` reads all of this back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from news_dataset import strict_json
from news_dataset.annotations import Annotation, Document, Value
from news_dataset.exporters.values import json_safe, value_losses
from news_dataset.exporters.written import Written
from news_dataset.filesystem import new_text, write_new

TEXT, LABEL, OWN = "text", "label", "news_dataset"
LINK, FRAGMENT, OTHER = "(link)", "(fragment)", "(other)"
DIRECTIONS = ("right", "left", "bi")

_RESERVED = {TEXT, LABEL, OWN, "relations"}
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*", re.ASCII)
# Characters that an attribute of the XML configuration can hold, and that the editor does not trim or split at.
_INNER, _OUTER = r"[^\x00-\x1f\x7f-\x9f\ufffe\uffff,]", r"[^\x00-\x20\x7f-\xa0\ufffe\uffff,]"
_PLAIN_LABEL = re.compile(f"{_OUTER}({_INNER}*{_OUTER})?")

Values = Value | tuple[Value, ...]
Result = dict[str, Any]


def spelled(words: str) -> str:
    """Return words as Label Studio writes them in ``value.text``: line breaks as a backslash and an n."""
    return re.sub("[\r\n]", r"\\n", words)


def losses(document: Document) -> Iterator[str]:
    """Yield a message for each thing in a document that ``write`` leaves out."""
    if document.text is None:
        yield f"{document.id}: is left out: Label Studio needs a text"
    else:
        yield from value_losses(document.attributes, document.id)
        for annotation in document.annotations:
            yield from value_losses(annotation.attributes, f"{document.id}: {annotation.id or annotation.type}")


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write ``tasks.json`` and ``label_config.xml`` into an existing empty folder; return counts."""
    config, written = _Config(), Written()
    writable = (_json_safe(document) for document in documents if document.text is not None)
    with new_text(out / "tasks.json") as file:
        file.write("[")
        for number, (data, group) in enumerate(groupby(writable, _data)):
            annotations = []
            for document in group:
                annotations.append({"result": _Task(document, config).results})
                written.add(document.annotations)
            task = {"id": number + 1, "data": strict_json.parse(data), "annotations": annotations}
            file.write(("," if number else "") + "\n" + json.dumps(task, ensure_ascii=False, allow_nan=False))
        file.write("\n]\n")
    write_new(out / "label_config.xml", config.as_xml())
    return written


def _json_safe(document: Document) -> Document:
    """Return the document without attributes that JSON cannot hold."""
    annotations = tuple(
        replace(annotation, attributes=json_safe(annotation.attributes)) for annotation in document.annotations
    )
    return replace(document, annotations=annotations, attributes=json_safe(document.attributes))


def _data(document: Document) -> str:
    """Return the data of a task as JSON; documents with the same data are one task."""
    other = {name: value for name, value in document.attributes.items() if name not in (TEXT, OWN)}
    reserved = {name: value for name, value in document.attributes.items() if name not in other}
    own = {"id": document.id, "text_rule": document.text_rule, "is_article": document.is_article}
    return json.dumps({TEXT: document.text, **other, OWN: {**own, "attributes": reserved}})


class _Config:
    """The labels, text areas and relations of a project's configuration, in order of appearance."""

    def __init__(self) -> None:
        self.labels: dict[str, None] = {}
        self.areas: dict[str, None] = {}
        self.relations = dict.fromkeys((LINK, FRAGMENT))

    def as_xml(self) -> str:
        """Return the configuration as Label Studio reads it."""
        labels = [f"    <Label value={_xml_attribute(name)}/>" for name in self.labels]
        relations = [f"    <Relation value={_xml_attribute(name)}/>" for name in self.relations]
        areas = [f'  <TextArea name="{name}" toName="{TEXT}" perRegion="true"/>' for name in self.areas]
        return "\n".join([
            "<View>", f'  <Text name="{TEXT}" value="${TEXT}"/>',
            f'  <Labels name="{LABEL}" toName="{TEXT}">', *labels, "  </Labels>",
            "  <Relations>", *relations, "  </Relations>",
            *areas, f'  <TextArea name="{OWN}" toName="{TEXT}"/>', "</View>", "",
        ])  # fmt: skip


def _xml_attribute(words: str) -> str:
    """Return words as a quoted value of an XML attribute."""
    return quoteattr(words, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


class _Task:
    """The results of a document; it also fills the configuration."""

    def __init__(self, document: Document, config: _Config) -> None:
        self.text = document.text or ""
        self.config = config
        self.results: list[Result] = []
        self.records: list[dict[str, Any]] = [{"annotator": document.annotator}] if document.annotator else []
        self.regions = _region_ids(document)
        self.used = set(self.regions.values())
        self.regions_of = {
            annotation.id: self.regions[index]
            for index, annotation in enumerate(document.annotations)
            if annotation.id and index in self.regions
        }
        for index, annotation in enumerate(document.annotations):
            if index in self.regions:
                self._add_region(annotation, self.regions[index])
            elif not self._add_wordless(annotation):
                fields = ("id", "type", "attributes", "links")
                values = {name: value for name in fields if (value := getattr(annotation, name))}
                self.records.append({"place": index, **values})
        if self.records:
            lines = [json.dumps(record, ensure_ascii=False) for record in self.records]
            self.results.append({"id": self._new_id("record"), "from_name": OWN, "to_name": TEXT, "type": "textarea",
                                 "value": {"text": lines}})  # fmt: skip

    def _add_region(self, annotation: Annotation, region: str) -> None:
        """Write an annotation with words, and as a record what regions cannot express."""
        types = _labels(annotation)
        is_plain_type = all(map(_is_label, types))
        labels = types if is_plain_type else [OTHER]
        self.config.labels |= dict.fromkeys(labels)
        areas = {name: value for name, value in annotation.attributes.items() if _is_area(name, value)}
        self.config.areas |= dict.fromkeys(areas)
        self._add_result(annotation.fragments[0], region, LABEL, "labels", {"labels": labels})
        for name, value in areas.items():
            answers = list(value) if isinstance(value, tuple) else [value]
            self._add_result(annotation.fragments[0], region, name, "textarea", {"text": answers})
        expressed = set(areas) | ({"labels"} if is_plain_type and len(types) > 1 else set())
        record: dict[str, Any] = {} if annotation.id == region else {"id": annotation.id}
        record |= {} if is_plain_type else {"type": annotation.type}
        if rest := {name: value for name, value in annotation.attributes.items() if name not in expressed}:
            record["attributes"] = rest
        if not self._add_links(annotation, region):
            record["links"] = annotation.links
        if record:
            self.records.append({"region": region, **record})
        self._further_regions(annotation, region, labels)

    def _further_regions(self, annotation: Annotation, region: str, labels: list[str]) -> None:
        """Write the fragments after the first as regions, each with a relation from the one before."""
        previous = region
        for fragment in annotation.fragments[1:]:
            current = self._new_id("fragment")
            self._add_result(fragment, current, LABEL, "labels", {"labels": labels})
            self._add_relation(previous, current, [FRAGMENT])
            previous = current

    def _add_links(self, annotation: Annotation, region: str) -> bool:
        """Write the links as relations if that is possible for all of them; return whether it is."""
        if not all(target in self.regions_of and (not role or _is_label(role)) for role, target in annotation.links):
            return False
        for role, target in annotation.links:
            self._add_relation(region, self.regions_of[target], [LINK, role] if role else [LINK])
        return True

    def _add_wordless(self, annotation: Annotation) -> bool:
        """Write an annotation as a relation if that expresses it; return whether it does."""
        labels, roles = _labels(annotation), [role for role, _ in annotation.links]
        known = {"direction", "labels"} if len(labels) > 1 else {"direction"}
        if (
            annotation.id
            or roles != ["from", "to"]
            or set(annotation.attributes) != known
            or annotation.attributes["direction"] not in DIRECTIONS
            or not all(map(_is_label, labels))
            or not all(target in self.regions_of for _, target in annotation.links)
        ):
            return False
        start, end = (self.regions_of[target] for _, target in annotation.links)
        self._add_relation(start, end, labels, str(annotation.attributes["direction"]))
        return True

    def _add_result(
        self, fragment: tuple[int, int], region: str, control: str, kind: str, value: Mapping[str, Any]
    ) -> None:
        """Add a result of a control to a region, with the words of its fragment."""
        start, end = fragment
        place = {"start": start, "end": end, "text": spelled(self.text[start:end])}
        self.results.append(
            {"id": region, "from_name": control, "to_name": TEXT, "type": kind, "value": {**place, **value}}
        )

    def _add_relation(self, start: str, end: str, labels: list[str], direction: str = "right") -> None:
        self.config.relations |= dict.fromkeys(labels)
        self.results.append(
            {"type": "relation", "from_id": start, "to_id": end, "direction": direction, "labels": labels}
        )

    def _new_id(self, stem: str) -> str:
        """Return an id that no region has."""
        number = len(self.results)
        while f"{stem}-{number}" in self.used:
            number += 1
        self.used.add(f"{stem}-{number}")
        return f"{stem}-{number}"


def _region_ids(document: Document) -> dict[int, str]:
    """Return the id of the first region of each annotation with words, by its index.

    It is the annotation's own id if Label Studio keeps that.
    """
    own = {annotation.id for annotation in document.annotations if _PLAIN_ID.fullmatch(annotation.id)}
    ids: dict[int, str] = {}
    number = 0
    for index, annotation in enumerate(document.annotations):
        if annotation.fragments and annotation.id in own:
            ids[index] = annotation.id
        elif annotation.fragments:
            number += 1
            while f"region-{number}" in own:
                number += 1
            ids[index] = f"region-{number}"
    return ids


def _labels(annotation: Annotation) -> list[str]:
    """Return the type, and further labels from the attribute ``labels``."""
    values = annotation.attributes.get("labels")
    if isinstance(values, tuple) and len(values) > 1 and values[0] == annotation.type:
        labels = [label for label in values if isinstance(label, str) and _is_label(label)]
        if len(labels) == len(set(values)) == len(values):
            return labels
    return [annotation.type]


def _is_label(words: str) -> bool:
    """Return whether Label Studio keeps a label as it is, and this format has no other meaning for it."""
    return bool(_PLAIN_LABEL.fullmatch(words)) and words not in (LINK, FRAGMENT, OTHER)


def _is_area(name: str, value: Values) -> bool:
    """Return whether the editor keeps an attribute unchanged as a text area."""
    texts = value if isinstance(value, tuple) else (value,)
    is_many = not isinstance(value, tuple) or len(value) > 1
    is_name = bool(_PLAIN_NAME.fullmatch(name)) and name not in _RESERVED and name != "labels"
    return is_name and is_many and all(isinstance(text, str) and text.strip() == text != "" for text in texts)
