"""Regions and relations of Label Studio become annotations with fragments and links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from news_dataset.annotations import Annotation, Value
from news_dataset.exporters.label_studio import FRAGMENT, LINK
from news_dataset.importers.label_studio.places import Place, RefusedError, Values


@dataclass(slots=True)
class Region:
    """What results of one id say.

    Args:
        id: their id; empty if they have none.
        text: name of the text that it is of.
        place: start and end in code points.
        raw: start and end as given.
        said: the first result.
        labels: its labels.
        control: the control that they are of; of a region without labels, the first one.
        attributes: what other controls say.
        links: role and id of other regions.
    """

    id: str
    text: str
    place: Place
    raw: tuple[Any, Any]
    said: dict[str, Any]
    labels: tuple[str, ...] = ()
    control: str = ""
    attributes: dict[str, Values] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, control: str, content: Values | None, said: Mapping[str, Any]) -> None:
        """Add what a result says of the region."""
        if kind.endswith("labels") and not self.labels and isinstance(content, tuple):
            self.labels, self.control = tuple(map(str, content)), control
        elif content is not None:
            before = self.attributes.get(control)
            self.attributes[control] = content if before is None else (*_several(before), *_several(content))
        self.control = self.control or control
        meta = said.get("meta")
        for name, value in meta.items() if isinstance(meta, dict) else ():
            items = value if isinstance(value, list) else [value]
            texts = tuple(one for one in items if isinstance(one, str | int | float | bool))
            if texts:
                self.attributes[f"meta.{name}"] = texts if len(texts) > 1 else texts[0]
        parent = said.get("parentID")
        if isinstance(parent, str) and parent and ("parent", parent) not in self.links:
            self.links.append(("parent", parent))


@dataclass(frozen=True, slots=True)
class Link:
    """A relation: its ends, labels and direction."""

    start: str
    end: str
    labels: tuple[str, ...]
    direction: str
    said: dict[str, Any]

    @property
    def ends(self) -> list[tuple[str, str]]:
        """From where to where it leads, once or in both directions."""
        there, back = (self.start, self.end), (self.end, self.start)
        return {"right": [there], "left": [back], "bi": [there, back]}[self.direction]


@dataclass(frozen=True, slots=True)
class Record:
    """What our own exporter adds: to a region, or, with a place among the annotations, one without words."""

    region: str = ""
    place: int | None = None
    id: str | None = None
    type: str | None = None
    attributes: Mapping[str, Values] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Record:
        """Return the record that JSON says.

        Raises:
            ValueError: it is none.
        """
        attributes = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in said.get("attributes", {}).items()
        }
        given = said.get("links")
        links = None if given is None else tuple((role, target) for role, target in given)
        record = cls(said.get("region", ""), said.get("place"), said.get("id"), said.get("type"), attributes, links)
        texts = [record.region, record.id or "", record.type or ""] + [text for link in links or () for text in link]
        scalars = [one for value in attributes.values() for one in _several(value)]
        is_right = all(isinstance(one, str) for one in texts) and all(isinstance(one, _SCALARS) for one in scalars)
        is_placed = type(record.place) is int and record.place >= 0
        if not is_right or bool(record.region) == is_placed:
            raise ValueError
        return record


_SCALARS = (str, int, float, bool)

Refused = list[tuple[RefusedError, dict[str, Any]]]


def build(order: list[Region | Link], records: list[Record], text: str) -> tuple[dict[str, list[Annotation]], Refused]:
    """Return the annotations of each text, in the order of the results, and what cannot be taken over.

    Args:
        order: regions and relations.
        records: what our own exporter adds to them.
        text: the text of what marks no words.
    """
    return _Builder(order, records, text).built()


class _Builder:
    def __init__(self, order: list[Region | Link], records: list[Record], text: str) -> None:
        self.order = order
        self.text = text
        self.records = records
        self.regions = {one.id: one for one in order if isinstance(one, Region) and one.id}
        self.added = {one.region: one for one in records if one.region in self.regions}
        self.refused: Refused = []
        self.next: dict[str, str] = {}
        self.ends: set[str] = set()
        self.heads: dict[str, str] = {}
        self.broken: dict[str, str] = {}

    def built(self) -> tuple[dict[str, list[Annotation]], Refused]:
        """Return the annotations, and what cannot be taken over."""
        chains = self._chains()
        for one in self.order:
            if isinstance(one, Link) and one.labels[:1] == (LINK,):
                self._add_link(one)
        controls = {one.control for one in self.order if isinstance(one, Region) and one.labels}
        found: dict[str, list[Annotation]] = {}
        for one in self.order:
            if isinstance(one, Region) and one.id in self.broken:
                self._refuse("dangling_id", self.broken[one.id], one)
            elif isinstance(one, Region) and one.id not in self.heads:
                parts = [self.regions[part] for part in chains.get(one.id, ())]
                found.setdefault(one.text, []).append(self._annotation(one, parts, len(controls) > 1))
            elif isinstance(one, Link) and one.labels[:1] not in ((LINK,), (FRAGMENT,)):
                texts = [self.regions[end].text for end in (one.start, one.end) if end in self.regions]
                found.setdefault(texts[0] if texts else self.text, []).append(self._relation(one))
        for record in sorted((one for one in self.records if one.place is not None), key=lambda one: one.place or 0):
            without = Annotation(record.id or "", record.type or "", (), record.attributes, record.links or ())
            found.setdefault(self.text, []).insert(record.place or 0, without)
        return found, self.refused

    def _refuse(self, reason: str, message: str, one: Region | Link | Record) -> None:
        said = {"region": one.region} if isinstance(one, Record) else one.said
        self.refused.append((RefusedError(reason, message), said))

    def _chains(self) -> dict[str, list[str]]:
        """Return the further fragments of each region that has some."""
        for record in self.records:
            if record.region and record.region not in self.regions:
                self._refuse("dangling_id", f"there is more of {record.region}, which is not there", record)
        links = [one for one in self.order if isinstance(one, Link) and one.labels == (FRAGMENT,)]
        for one in links:
            self._chain(one)
        chains = {start: [*self._followed(start)] for start in self.next if start not in self.ends}
        self.heads = {part: start for start, parts in chains.items() for part in parts}
        for start, parts in chains.items():
            for part in parts:
                if part in self.broken:
                    self.broken[start] = self.broken[part]
        for one in links:
            if one.end in self.ends and one.end not in self.heads:
                self._refuse("bad_line", "the fragments go in a circle", one)
        return chains

    def _chain(self, one: Link) -> None:
        """Note that a region goes on with another."""
        start, end = self.regions.get(one.start), self.regions.get(one.end)
        if start is None or end is None:
            if start is not None:
                self.broken[one.start] = f"it goes on with {one.end}, which is not there"
            self._refuse("dangling_id", "a fragment of the relation is not there", one)
        elif (
            start.text != end.text or start.labels != end.labels or end.attributes or end.links or one.end in self.added
            or one.start in self.next or one.end in self.ends or one.start == one.end
        ):  # fmt: skip
            self._refuse("bad_line", "the regions cannot be fragments of one annotation", one)
        else:
            self.next[one.start] = one.end
            self.ends.add(one.end)

    def _followed(self, start: str) -> Iterator[str]:
        here = start
        while here in self.next:
            here = self.next[here]
            yield here

    def _add_link(self, one: Link) -> None:
        for start, end in one.ends:
            region = self.regions.get(self.heads.get(start, start))
            if region is None:
                self.refused.append(
                    (RefusedError("dangling_id", f"the link is from {start}, which is not there"), one.said)
                )
            else:
                region.links.append((one.labels[1] if len(one.labels) > 1 else "", end))

    def _name(self, id_: str) -> str:
        """Return the id of the annotation that a region is of."""
        head = self.heads.get(id_, id_)
        record = self.added.get(head)
        return head if record is None or record.id is None else record.id

    def _annotation(self, one: Region, parts: Iterable[Region], has_controls: bool) -> Annotation:
        record = self.added.get(one.id) or Record()
        attributes: dict[str, Any] = dict(one.attributes)
        if len(one.labels) > 1:
            attributes["labels"] = one.labels
        if has_controls and one.labels:
            attributes["from_name"] = one.control
        kind = record.type if record.type is not None else one.labels[0] if one.labels else one.control
        links = record.links if record.links is not None else tuple((role, self._name(end)) for role, end in one.links)
        fragments = (one.place, *(part.place for part in parts))
        return Annotation(self._name(one.id), kind, fragments, attributes | dict(record.attributes), links)

    def _relation(self, one: Link) -> Annotation:
        attributes: dict[str, Value | tuple[Value, ...]] = {"direction": one.direction}
        if len(one.labels) > 1:
            attributes["labels"] = one.labels
        links = (("from", self._name(one.start)), ("to", self._name(one.end)))
        return Annotation("", one.labels[0] if one.labels else "relation", (), attributes, links)


def _several(value: Values) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else (value,)
