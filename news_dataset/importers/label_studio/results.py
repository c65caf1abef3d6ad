"""Makes annotations of the results of one annotation of a task of Label Studio."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from news_dataset import strict_json
from news_dataset.annotations import Quarantined
from news_dataset.exporters.label_studio import DIRECTIONS, OWN, TEXT
from news_dataset.importers.label_studio.links import Link, Record, Region, build
from news_dataset.importers.label_studio.places import RefusedError, Texts, Values, is_place, text_name
from news_dataset.strict_json import flaw_in


def attribute(value: Any) -> Values | None:
    """Return a value of JSON as that of an attribute; what is neither scalar nor a list of scalars, as JSON."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list) and all(isinstance(one, str | int | float | bool) for one in value):
        return tuple(value)
    return json.dumps(value, ensure_ascii=False)


class Results:
    """What an annotation of a task says.

    Args:
        path: the file, as messages name it.
        data: the data of the task.
        said: the results.

    Attributes:
        by_text: the annotations of each text, by its name in the data.
        attributes: those of the whole task.
        annotator: who annotated it, if our own exporter wrote it.
        quarantined: what cannot be taken over.
    """

    def __init__(self, path: str, data: Mapping[str, Any], said: list[Any]) -> None:
        self.path = path
        self.attributes: dict[str, Values] = {}
        self.annotator: str | None = None
        self.quarantined: list[Quarantined] = []
        self._texts = Texts(data)
        self._order: list[Region | Link] = []
        self._regions: dict[str, Region] = {}
        self._records: list[Record] = []
        # A text area has no words to compare: the unit of its region is known from other results.
        for result in sorted(said, key=lambda one: isinstance(one, dict) and one.get("type") == "textarea"):
            try:
                self._take(result)
            except RefusedError as error:
                self._refuse(error, result)
        self.by_text, refused = build(self._order, self._records, text_name(data, "") or TEXT)
        for why, what in refused:
            self._refuse(why, what)

    def _refuse(self, error: RefusedError, said: Any) -> None:
        name = said.get("id") if isinstance(said, dict) else ""
        id_ = name if isinstance(name, str) and not flaw_in(name) else ""
        content = "" if flaw_in(said) else json.dumps(said, ensure_ascii=False)
        self.quarantined.append(Quarantined(self.path, error.reason, str(error), id_, content=content))

    def _take(self, said: Any) -> None:
        if wrong := flaw_in(said) or ("" if isinstance(said, dict) else "is no object"):
            raise RefusedError("bad_line", f"the result {wrong}")
        if said.get("type") == "relation":
            self._order.append(_link(said))
            return
        value, control, to_name, kind = (said.get(name) for name in ("value", "from_name", "to_name", "type"))
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in (control, to_name, kind)):
            raise RefusedError("bad_line", "the result has no value, from_name, to_name or type")
        if control == OWN and not is_place(value):
            self._own(value.get("text"))
        elif is_place(value):
            self._region(said, value)
        elif kind.endswith("labels"):
            raise RefusedError("bad_line", f"a result of the type {kind} marks no words")
        elif (found := _content(kind, value)) is not None:
            before = self.attributes.get(control)
            self.attributes[control] = found if before is None else (*_several(before), *_several(found))

    def _own(self, lines: Any) -> None:
        for line in [lines] if isinstance(lines, str) else lines if isinstance(lines, list) else [None]:
            try:
                record = strict_json.parse(str(line))
                if isinstance(record.get("annotator"), str):
                    self.annotator = record["annotator"]
                else:
                    self._records.append(Record.of(record))
            except (ValueError, TypeError, AttributeError) as error:
                raise RefusedError("bad_line", f"the text area {OWN} has a line that we did not write so") from error

    def _region(self, said: dict[str, Any], value: dict[str, Any]) -> None:
        kind, control, id_ = said["type"], said["from_name"], said.get("id", "")
        if not isinstance(id_, str):
            raise RefusedError("bad_line", "the id is no text")
        words = value.get("text") if kind != "textarea" else None
        if words is not None and not isinstance(words, str):
            raise RefusedError("bad_line", "value.text is no text")
        raw = (value.get("start"), value.get("end"))
        region = self._regions.get(id_)
        if region is None or region.raw != raw or words is not None:
            text, place = self._texts.place(said["to_name"], value, words)
            if region is not None and (region.text, region.place) != (text, place):
                raise RefusedError("duplicate_id", f"another region has the id {id_}, at another place")
        content = _content(kind, value)
        if region is None:
            region = Region(id_, text, place, raw, said)
            self._order.append(region)
            if id_:
                self._regions[id_] = region
        region.add(kind, control, content, said)


def _link(said: dict[str, Any]) -> Link:
    ends, direction = (said.get("from_id"), said.get("to_id")), said.get("direction", "right")
    labels = said.get("labels") or []
    if not all(isinstance(one, str) and one for one in ends) or direction not in DIRECTIONS:
        raise RefusedError("bad_line", "the relation has no from_id, to_id or direction")
    if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
        raise RefusedError("bad_line", "the relation has labels that are no texts")
    return Link(str(ends[0]), str(ends[1]), tuple(labels), str(direction), said)


def _content(kind: str, value: dict[str, Any]) -> Values | None:
    """Return what a control says; of a list of one, that one."""
    name = {"textarea": "text", "pairwise": "selected"}.get(kind, "labels" if kind.endswith("labels") else kind)
    if name not in value:
        raise RefusedError("bad_line", f"a result of the type {kind} says nothing of a text")
    found = value[name]
    if isinstance(found, list) and any(not isinstance(one, str | int | float | bool) for one in found):
        found = [attribute(one) for one in found if one is not None]
        found = [json.dumps(one, ensure_ascii=False) if isinstance(one, tuple) else one for one in found]
    simple = attribute(found)
    return simple[0] if isinstance(simple, tuple) and len(simple) == 1 and name != "labels" else simple


def _several(value: Values) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
