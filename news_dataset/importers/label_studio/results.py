"""Makes annotations of the results of one annotation of a task of Label Studio."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from news_dataset import strict_json
from news_dataset.annotations import Quarantined, Value
from news_dataset.exporters.label_studio import DIRECTIONS, OWN, TEXT
from news_dataset.importers.label_studio.links import Link, Record, Region, build
from news_dataset.importers.label_studio.places import RefusedError, Texts, Values, add_value, is_place, text_name
from news_dataset.strict_json import flaw_in


def attribute(value: Any) -> Values | None:
    """Return a value of JSON as that of an attribute; what is nested as JSON."""
    if value is None or isinstance(value, Value):
        return value
    if isinstance(value, list) and all(isinstance(item, Value) for item in value):
        return tuple(value)
    return json.dumps(value, ensure_ascii=False)


class Results:
    """The results of an annotation of a task.

    Args:
        path: the file, as messages name it.
        data: the data of the task.
        results: the results, as they are in JSON.

    Attributes:
        by_text: the annotations of each text, by its name in the data.
        attributes: those of the whole task.
        annotator: who annotated it, if our own exporter wrote it.
        quarantined: what cannot be taken over.
    """

    def __init__(self, path: str, data: Mapping[str, Any], results: list[Any]) -> None:
        self.path = path
        self.attributes: dict[str, Values] = {}
        self.annotator: str | None = None
        self.quarantined: list[Quarantined] = []
        self._texts = Texts(data)
        self._parts: list[Region | Link] = []
        self._regions: dict[str, Region] = {}
        self._records: list[Record] = []
        # A text area has no words to compare: the unit of its region is known from other results.
        for result in sorted(results, key=lambda result: isinstance(result, dict) and result.get("type") == "textarea"):
            try:
                self._add(result)
            except RefusedError as error:
                self._refuse(error, result)
        self.by_text, refused = build(self._parts, self._records, text_name(data, "") or TEXT)
        for refusal, result in refused:
            self._refuse(refusal, result)

    def _refuse(self, error: RefusedError, result: Any) -> None:
        """Put a result into quarantine."""
        name = result.get("id") if isinstance(result, dict) else ""
        id_ = name if isinstance(name, str) and not flaw_in(name) else ""
        content = "" if flaw_in(result) else json.dumps(result, ensure_ascii=False)
        self.quarantined.append(Quarantined(self.path, error.reason, str(error), id_, content=content))

    def _add(self, result: Any) -> None:
        """Add a result: a relation, our exporter's, part of a region, or an attribute."""
        if fault := flaw_in(result) or ("" if isinstance(result, dict) else "is not an object"):
            raise RefusedError("bad_line", f"the result {fault}")
        if result.get("type") == "relation":
            self._parts.append(_link(result))
            return
        value, control, to_name, kind = (result.get(name) for name in ("value", "from_name", "to_name", "type"))
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in (control, to_name, kind)):
            raise RefusedError("bad_line", "the result has no value, from_name, to_name or type")
        if control == OWN and not is_place(value):
            self._add_records(value.get("text"))
        elif is_place(value):
            self._add_region(result, value)
        elif kind.endswith("labels"):
            raise RefusedError("bad_line", f"a result of the type {kind} marks no words")
        elif (content := _content(kind, value)) is not None:
            add_value(self.attributes, control, content)

    def _add_records(self, lines: Any) -> None:
        """Add the records, or the annotator, in the text area of our exporter."""
        for line in [lines] if isinstance(lines, str) else lines if isinstance(lines, list) else [None]:
            try:
                record = strict_json.parse(str(line))
                if isinstance(record.get("annotator"), str):
                    self.annotator = record["annotator"]
                else:
                    self._records.append(Record.of(record))
            except (ValueError, TypeError, AttributeError) as error:
                raise RefusedError("bad_line", f"the text area {OWN} has a line that we did not write so") from error

    def _add_region(self, result: dict[str, Any], value: dict[str, Any]) -> None:
        """Add a result to the region of its id, which begins with the first result."""
        kind, control, id_ = result["type"], result["from_name"], result.get("id", "")
        if not isinstance(id_, str):
            raise RefusedError("bad_line", "the id is not a text")
        words = value.get("text") if kind != "textarea" else None
        if words is not None and not isinstance(words, str):
            raise RefusedError("bad_line", "value.text is not a text")
        offsets = (value.get("start"), value.get("end"))
        region = self._regions.get(id_)
        if region is None or region.offsets != offsets or words is not None:
            text, place = self._texts.place(result["to_name"], value, words)
            if region is not None and (region.text, region.place) != (text, place):
                raise RefusedError("duplicate_id", f"another region has the id {id_}, at another place")
        content = _content(kind, value)
        if region is None:
            region = Region(id_, text, place, offsets, result)
            self._parts.append(region)
            if id_:
                self._regions[id_] = region
        region.add(kind, control, content, result)


def _link(result: dict[str, Any]) -> Link:
    """Return the relation of a result; raise RefusedError if it is malformed."""
    ends, direction = (result.get("from_id"), result.get("to_id")), result.get("direction", "right")
    labels = result.get("labels") or []
    if not all(isinstance(end, str) and end for end in ends) or direction not in DIRECTIONS:
        raise RefusedError("bad_line", "the relation has no from_id, to_id or direction")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise RefusedError("bad_line", "the relation has labels that are no texts")
    return Link(str(ends[0]), str(ends[1]), tuple(labels), str(direction), result)


def _content(kind: str, value: dict[str, Any]) -> Values | None:
    """Return the value of a control of a kind; of a list of one, but labels, its item."""
    name = {"textarea": "text", "pairwise": "selected"}.get(kind, "labels" if kind.endswith("labels") else kind)
    if name not in value:
        raise RefusedError("bad_line", f"a result of the type {kind} says nothing of a text")
    content = value[name]
    if isinstance(content, list) and any(not isinstance(item, Value) for item in content):
        items = [attribute(item) for item in content if item is not None]
        content = [json.dumps(item, ensure_ascii=False) if isinstance(item, tuple) else item for item in items]
    simple = attribute(content)
    return simple[0] if isinstance(simple, tuple) and len(simple) == 1 and name != "labels" else simple
