r"""Label Studio: ``tasks.json`` to import with its annotations, and ``label_config.xml`` for the project.

Offsets count code points, as Label Studio's editor does today. ``value.text`` has the words, a line break as ``\n``.
Documents that follow each other with one id, text and attributes, by several annotators, are one task.

- A fragment is a region. An annotation's first region has its id, type and attributes; further regions, in the order of
  the fragments, follow on relations with the label ``(fragment)``.
- The type is the label. Attributes that are texts are per-region text areas.
- A link between regions is a relation with the labels ``(link)`` and its role. An annotation without words that only
  leads ``from`` one region ``to`` another is a relation with its type as the label.
- Everything else is a JSON object a line in the text area ``news_dataset``, by the id of the region or, for annotations
  without words, by their place; and in ``data.news_dataset`` for the document.

``news_dataset.importers.label_studio`` reads all of this back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from news_dataset import strict_json
from news_dataset.annotations import Annotation, Document, Value
from news_dataset.exporters.values import lacking_values, plain_values
from news_dataset.exporters.written import Written
from news_dataset.filesystem import new_text, write_new

TEXT, LABEL, OWN = "text", "label", "news_dataset"
LINK, FRAGMENT, OTHER = "(link)", "(fragment)", "(other)"
DIRECTIONS = ("right", "left", "bi")

_RESERVED = {TEXT, LABEL, OWN, "relations"}
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*", re.ASCII)
# What XML can hold, and the editor does not trim or split: labels stand in attributes of the configuration.
_INNER, _OUTER = r"[^\x00-\x1f\x7f-\x9f\ufffe\uffff,]", r"[^\x00-\x20\x7f-\xa0\ufffe\uffff,]"
_PLAIN_LABEL = re.compile(f"{_OUTER}({_INNER}*{_OUTER})?")

Values = Value | tuple[Value, ...]
Result = dict[str, Any]


def spelled(words: str) -> str:
    """Return words as Label Studio declares them: a line break is a backslash and an n."""
    return re.sub("[\r\n]", r"\\n", words)


def lacks(document: Document) -> Iterator[str]:
    """Yield what the format cannot say of a document, a line for each thing that ``write`` leaves out."""
    if document.text is None:
        yield f"{document.id}: is left out: Label Studio needs a text"
    else:
        yield from lacking_values(document.attributes, document.id)
        for one in document.annotations:
            yield from lacking_values(one.attributes, f"{document.id}: {one.id or one.type}")


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write ``tasks.json`` and ``label_config.xml``.

    Args:
        documents: the documents, which are taken one by one.
        out: an empty folder.

    Returns:
        How many were written.
    """
    config, written = _Config(), Written()
    said = (_said(one) for one in documents if one.text is not None)
    with new_text(out / "tasks.json") as file:
        file.write("[")
        for number, (data, group) in enumerate(groupby(said, _data)):
            annotations = []
            for one in group:
                annotations.append({"result": _Task(one, config).results})
                written.add(one.annotations)
            task = {"id": number + 1, "data": strict_json.parse(data), "annotations": annotations}
            file.write(("," if number else "") + "\n" + json.dumps(task, ensure_ascii=False, allow_nan=False))
        file.write("\n]\n")
    write_new(out / "label_config.xml", config.as_xml())
    return written


def _said(document: Document) -> Document:
    """Return the document without what the format cannot say."""
    annotations = tuple(
        Annotation(one.id, one.type, one.fragments, plain_values(one.attributes), one.links)
        for one in document.annotations
    )
    return Document("", document.id, document.text, annotations, plain_values(document.attributes), document.annotator,
                    document.text_rule, document.is_article)  # fmt: skip


def _data(document: Document) -> str:
    """Return the data of a task, as JSON."""
    plain = {name: value for name, value in document.attributes.items() if name not in (TEXT, OWN)}
    rest = {name: value for name, value in document.attributes.items() if name not in plain}
    own = {"id": document.id, "text_rule": document.text_rule, "is_article": document.is_article, "attributes": rest}
    return json.dumps({TEXT: document.text, **plain, OWN: own})


class _Config:
    """What a project's configuration has to offer: labels, text areas and relations."""

    def __init__(self) -> None:
        self.labels: dict[str, None] = {}
        self.areas: dict[str, None] = {}
        self.relations = dict.fromkeys((LINK, FRAGMENT))

    def as_xml(self) -> str:
        """Return the configuration as Label Studio reads it."""
        labels = [f"    <Label value={_quoted(one)}/>" for one in self.labels]
        relations = [f"    <Relation value={_quoted(one)}/>" for one in self.relations]
        areas = [f'  <TextArea name="{one}" toName="{TEXT}" perRegion="true"/>' for one in self.areas]
        return "\n".join([
            "<View>", f'  <Text name="{TEXT}" value="${TEXT}"/>',
            f'  <Labels name="{LABEL}" toName="{TEXT}">', *labels, "  </Labels>",
            "  <Relations>", *relations, "  </Relations>",
            *areas, f'  <TextArea name="{OWN}" toName="{TEXT}"/>', "</View>", "",
        ])  # fmt: skip


def _quoted(words: str) -> str:
    return quoteattr(words, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


class _Task:
    """The results of a document."""

    def __init__(self, document: Document, config: _Config) -> None:
        self.text = document.text or ""
        self.config = config
        self.results: list[Result] = []
        self.records: list[dict[str, Any]] = [{"annotator": document.annotator}] if document.annotator else []
        self.regions = _region_ids(document)
        self.used = set(self.regions.values())
        by_id = {one.id: at for at, one in enumerate(document.annotations) if one.id}
        self.targets = {id_: self.regions[at] for id_, at in by_id.items() if at in self.regions}
        for at, one in enumerate(document.annotations):
            if at in self.regions:
                self._region(one, self.regions[at])
            elif not self._relation(one):
                fields = {"id": one.id, "type": one.type, "attributes": one.attributes, "links": one.links}
                self.records.append({"place": at, **{name: value for name, value in fields.items() if value}})
        if self.records:
            lines = [json.dumps(one, ensure_ascii=False) for one in self.records]
            self.results.append({"id": self._free("record"), "from_name": OWN, "to_name": TEXT, "type": "textarea",
                                 "value": {"text": lines}})  # fmt: skip

    def _region(self, one: Annotation, region: str) -> None:
        several = _labels(one)
        is_plain_type = all(map(_is_label, several))
        labels = several if is_plain_type else [OTHER]
        self.config.labels |= dict.fromkeys(labels)
        areas = {name: value for name, value in one.attributes.items() if _is_area(name, value)}
        self.config.areas |= dict.fromkeys(areas)
        self._mark(one.fragments[0], region, LABEL, "labels", {"labels": labels})
        for name, value in areas.items():
            answers = list(value) if isinstance(value, tuple) else [value]
            self._mark(one.fragments[0], region, name, "textarea", {"text": answers})
        done = set(areas) | ({"labels"} if is_plain_type and len(several) > 1 else set())
        record: dict[str, Any] = {} if one.id == region else {"id": one.id}
        record |= {} if is_plain_type else {"type": one.type}
        if rest := {name: value for name, value in one.attributes.items() if name not in done}:
            record["attributes"] = rest
        if not self._links(one, region):
            record["links"] = one.links
        if record:
            self.records.append({"region": region, **record})
        self._further(one, region, labels)

    def _further(self, one: Annotation, region: str, labels: list[str]) -> None:
        """Write the fragments after the first."""
        before = region
        for fragment in one.fragments[1:]:
            here = self._free("fragment")
            self._mark(fragment, here, LABEL, "labels", {"labels": labels})
            self._relate(before, here, [FRAGMENT])
            before = here

    def _links(self, one: Annotation, region: str) -> bool:
        """Write the links as relations, if all of them can be; return whether that is so."""
        if not all(target in self.targets and (not role or _is_label(role)) for role, target in one.links):
            return False
        for role, target in one.links:
            self._relate(region, self.targets[target], [LINK, role] if role else [LINK])
        return True

    def _relation(self, one: Annotation) -> bool:
        """Write an annotation without words as a relation, if it is no more than one; return whether that is so."""
        labels, roles = _labels(one), [role for role, _ in one.links]
        known = {"direction", "labels"} if len(labels) > 1 else {"direction"}
        if (
            one.id
            or roles != ["from", "to"]
            or set(one.attributes) != known
            or one.attributes["direction"] not in DIRECTIONS
            or not all(map(_is_label, labels))
            or not all(target in self.targets for _, target in one.links)
        ):
            return False
        (_, start), (_, end) = one.links
        self._relate(self.targets[start], self.targets[end], labels, str(one.attributes["direction"]))
        return True

    def _mark(self, fragment: tuple[int, int], region: str, control: str, kind: str, value: Mapping[str, Any]) -> None:
        start, end = fragment
        place = {"start": start, "end": end, "text": spelled(self.text[start:end])}
        self.results.append(
            {"id": region, "from_name": control, "to_name": TEXT, "type": kind, "value": {**place, **value}}
        )

    def _relate(self, start: str, end: str, labels: list[str], direction: str = "right") -> None:
        self.config.relations |= dict.fromkeys(labels)
        self.results.append(
            {"type": "relation", "from_id": start, "to_id": end, "direction": direction, "labels": labels}
        )

    def _free(self, stem: str) -> str:
        """Return an id that no region has."""
        number = len(self.results)
        while f"{stem}-{number}" in self.used:
            number += 1
        self.used.add(f"{stem}-{number}")
        return f"{stem}-{number}"


def _region_ids(document: Document) -> dict[int, str]:
    """Return the id of the first region of each annotation that marks words; its own, if Label Studio keeps that."""
    own = {one.id for one in document.annotations if _PLAIN_ID.fullmatch(one.id)}
    found: dict[int, str] = {}
    number = 0
    for at, one in enumerate(document.annotations):
        if one.fragments and one.id not in own:
            number += 1
            while f"region-{number}" in own:
                number += 1
        if one.fragments:
            found[at] = one.id if one.id in own else f"region-{number}"
    return found


def _labels(one: Annotation) -> list[str]:
    """Return the type, with further labels where an attribute of that name has them."""
    several = one.attributes.get("labels")
    is_several = isinstance(several, tuple) and len(several) > 1 and several[0] == one.type
    if is_several and isinstance(several, tuple):
        texts = [label for label in several if isinstance(label, str) and _is_label(label)]
        if len(texts) == len(set(several)) == len(several):
            return texts
    return [one.type]


def _is_label(words: str) -> bool:
    return bool(_PLAIN_LABEL.fullmatch(words)) and words not in (LINK, FRAGMENT, OTHER)


def _is_area(name: str, value: Values) -> bool:
    """Return whether an attribute can be a text area: texts that the editor keeps as they are."""
    texts = value if isinstance(value, tuple) else (value,)
    is_many = not isinstance(value, tuple) or len(value) > 1
    is_name = bool(_PLAIN_NAME.fullmatch(name)) and name not in _RESERVED and name != "labels"
    return is_name and is_many and all(isinstance(text, str) and text.strip() == text != "" for text in texts)
